"""The live line of long runs, on a pseudo-terminal: when there is one, what it says, what is left."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from compat.inputs import Inputs
from peers import script
from peers.process import run
from peers.scp import ScriptedScp
from peers.script import Script
from test_faults import sparse

import storejet
from progress.terminal import WIPE, terminal

#: a peer that makes a run of ten objects last a second and more
SLOW = Script(on_response=script.delay(0.12))
#: all that a line has, in its order
LINE = re.compile(
    r" *(\d+)%\|[# 0-9]+\| (\d+)/(\d+) objects(?: \((\d+) failed\))?, [0-9.]+k?B/~?[0-9.]+k?B"
    r"(?:, [0-9.]+k?B/s, \d\d:\d\d left)?"
)


@pytest.fixture(params=["storescu", "dcmsend"])
def tool(request: pytest.FixtureRequest) -> Path:
    program: Path = request.getfixturevalue(request.param)
    return program


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Inputs(tmp_path_factory.mktemp("progress")).file("sc")


@pytest.fixture(scope="module")
def ten(one: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("ten")
    files = [folder / f"{number}.dcm" for number in range(10)]
    for file in files:
        shutil.copy(one, file)
    return files


def test_a_long_run_shows_how_far_it_is(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
        assert seen.end() == 0, seen.said
        assert len(scp.stores) == 10
    found = [LINE.fullmatch(line) for line in seen.lines]
    assert len(found) >= 3, seen.lines
    assert all(found), seen.lines
    percent = [int(match[1]) for match in found if match]
    done = [int(match[2]) for match in found if match]
    assert percent == sorted(percent) and done == sorted(done)
    assert percent[0] < 80 and done[0] < 8
    assert percent[-1] >= 70 and done[-1] >= 7
    assert {match[3] for match in found if match} == {"10"}
    assert "left" in seen.lines[-1]
    assert max(len(line) for line in seen.lines) == 99
    assert seen.screen == ""


def test_it_is_drawn_ten_times_a_second_at_most(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp:
        begun = time.monotonic()
        with terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
            assert seen.end() == 0
        seconds = time.monotonic() - begun
    assert 0 < len(seen.lines) <= (seconds - 0.5) * 10 + 1


def test_each_repetition_counts(storescu: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([storescu, "--repeat", "5", "127.0.0.1", str(scp.port), *ten[:2]]) as seen:
        assert seen.end() == 0
    last = LINE.fullmatch(seen.lines[-1])
    assert last and int(last[2]) >= 7 and last[3] == "10", seen.lines


def test_what_is_still_to_come_counts_for_all_associations(dcmsend: Path, ten: list[Path]) -> None:
    """The peer refuses what it gets first: the next association goes on counting."""
    changed = Script(on_response=script.delay(0.12), policy=script.first)
    with ScriptedScp(changed) as scp, terminal([dcmsend, "-nh", "127.0.0.1", str(scp.port), *ten, ten[0]]) as seen:
        assert seen.end() == 0
    assert {match[3] for match in map(LINE.fullmatch, seen.lines) if match} == {"11"}


def test_part_of_a_large_object_counts(tool: Path, tmp_path: Path) -> None:
    file = sparse(tmp_path / "large.dcm", 64 << 20)
    resume = threading.Event()
    conduct = Script(on_data=script.stall(resume), receive_buffer=65536, keep_data=False, on_response=script.delay(0.3))
    with ScriptedScp(conduct) as scp, terminal([tool, "127.0.0.1", str(scp.port), file]) as seen:
        seen.wait_for("0/1 objects")
        resume.set()
        assert seen.end() == 0
    shares = [int(line.split("%")[0]) for line in seen.lines]
    assert shares[0] < 50
    assert shares[-1] > 90, seen.lines
    assert "67.1MB" in seen.lines[-1]


def test_failures_are_counted_and_said(tool: Path, ten: list[Path]) -> None:
    conduct = Script(on_response=script.delay(0.12), status=script.statuses(*[0, 0xA700] * 5))
    with ScriptedScp(conduct) as scp, terminal([tool, "-nh", "127.0.0.1", str(scp.port), *ten], columns=200) as seen:
        assert seen.end() == 0
    failed = [int(match[4] or 0) for match in map(LINE.fullmatch, seen.lines) if match]
    assert failed == sorted(failed)
    assert failed[-1] >= 3, seen.lines
    left = [line.rstrip() for line in seen.screen.splitlines() if line.strip()]
    assert len(left) == 5
    for line, file in zip(left, ten[1::2], strict=True):
        assert re.match(f"E: .*{re.escape(str(file))}.*0xa700", line), seen.screen


def test_files_that_are_no_dicom_files_are_done_with(dcmsend: Path, storescu: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp:
        line = [storescu, "-nh", "--repeat", "3", "127.0.0.1", str(scp.port), Path(__file__), *ten[:4]]
        with terminal(line, columns=200) as seen:
            assert seen.end() == 0
    last = LINE.fullmatch(seen.lines[-1])
    assert last and last[3] == "15" and last[4] == "3" and int(last[2]) >= 12, seen.lines


def test_what_comes_before_the_sending_is_named(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(Script(on_associate=script.delay(1))) as scp:
        with terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
            assert seen.end() == 0
        assert re.match(rf"negotiating with 127\.0\.0\.1:{scp.port} \[00:0\d\]", seen.lines[0]), seen.lines


@pytest.mark.parametrize(
    "options",
    ["-q", "-v", "-d", "-ll info", "-ll error", "-ll off", "-lc LOG", "--no-progress", "--progress --no-progress"],
)
def test_there_is_no_line_where_it_is_not_wanted(options: str, tool: Path, ten: list[Path], tmp_path: Path) -> None:
    log = tmp_path / "log.cfg"
    log.write_text("log4cplus.rootLogger = WARN, c\nlog4cplus.appender.c = log4cplus::ConsoleAppender\n")
    words = options.replace("LOG", str(log)).split()
    with ScriptedScp(SLOW) as scp, terminal([tool, *words, "127.0.0.1", str(scp.port), *ten]) as seen:
        assert seen.end() == 0, seen.said
    assert "\x1b" not in seen.said
    assert "objects" not in seen.said


@pytest.mark.parametrize("term", ["dumb", ""])
def test_there_is_no_line_on_a_terminal_that_cannot_wipe_it(term: str, tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten], env={"TERM": term}) as seen:
        assert seen.end() == 0
    assert seen.said == ""


def test_there_is_no_colour(tool: Path, ten: list[Path]) -> None:
    """So that NO_COLOR has nothing to forbid."""
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten], env={"NO_COLOR": "1"}) as seen:
        assert seen.end() == 0
    assert seen.lines
    assert "\x1b[" not in seen.said.replace(WIPE, "")


def test_only_stderr_counts(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp:
        with terminal([tool, "127.0.0.1", str(scp.port), *ten], pipe="stdout") as seen:
            assert seen.end() == 0
        assert seen.lines
        with terminal([tool, "127.0.0.1", str(scp.port), *ten], pipe="stderr") as seen:
            assert seen.end() == 0
        assert seen.said == ""


def test_progress_in_a_pipe_is_a_plain_line(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp:
        without = run(tool, ["127.0.0.1", str(scp.port), *ten])
        asked = run(tool, ["--progress", "127.0.0.1", str(scp.port), *ten])
    assert (without.code, without.err) == (0, "")
    assert asked.code == 0
    assert re.fullmatch(r"progress: \d+%, \d/10 objects, .*B/.*B\n", asked.err), asked.err


@pytest.mark.parametrize("other", ["-q", "-v", "-d", "-lc LOG"])
def test_progress_does_not_go_with_other_logs(other: str, tool: Path, one: Path) -> None:
    result = run(
        tool,
        [
            "--progress",
            *other.replace("LOG", str(Path(storejet.__file__).with_name("logging.cfg"))).split(),
            "127.0.0.1",
            "104",
            one,
        ],
    )
    assert result.code == 1
    assert ("--progress not allowed with" in result.err) is (other != "-q"), result.err  # which hides it


def imported(tool: Path, port: int, files: list[Path]) -> tuple[str, set[str]]:
    """What a run on a terminal says, and what it imports."""
    packages = str(Path(storejet.__file__).parent.parent)
    code = f"import sys;sys.path.append({packages!r});from storejet.cli.start import main;main({tool.name!r})"
    command = [sys.executable, "-IS", "-X", "importtime", "-c", code, "127.0.0.1", str(port), *files]
    with terminal(command) as seen:
        assert seen.end() == 0
    times = re.findall(r"import time: +\d+ \| +\d+ \| +([\w.]+)", seen.said)
    return seen.said, set(times)


def test_a_short_run_imports_nothing_for_it(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp() as scp:
        said, modules = imported(tool, scp.port, ten)
    assert "storejet.send.meter" in modules  # it was ready
    assert "storejet.cli.progress" not in modules
    assert "objects" not in said
    heavy = ("tqdm", "threading", "re", "collections", "signal")
    assert not {name for name in modules if name.partition(".")[0] in heavy}
    assert "storejet.cli.progress_line" not in modules


def test_a_long_run_imports_what_draws_it(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp:
        said, modules = imported(tool, scp.port, ten)
    assert "tqdm" in modules
    assert "objects" in said


def test_no_terminal_no_module(tool: Path, one: Path) -> None:
    packages = str(Path(storejet.__file__).parent.parent)
    code = f"import sys;sys.path.append({packages!r});from storejet.cli.start import main;main({tool.name!r})"
    with ScriptedScp() as scp:
        command = [sys.executable, "-IS", "-X", "importtime", "-c", code, "127.0.0.1", str(scp.port), str(one)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0
    assert "storejet.cli.console" in done.stderr
    assert "storejet.cli.progress" not in done.stderr and "storejet.send.meter" not in done.stderr


# how it ends


def test_ctrl_c_leaves_nothing_of_it(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
        seen.wait_for("/10 objects")
        seen.type(b"\x03")
        assert seen.end() == 130
    assert re.fullmatch(r"F: interrupted by the user; .*", seen.screen.strip()), seen.screen


def test_sigterm_leaves_nothing_of_it(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
        seen.wait_for("/10 objects")
        seen.process.send_signal(signal.SIGTERM)
        assert seen.end() == -signal.SIGTERM
    assert seen.screen == ""


def test_sigterm_still_leaves_a_report(dcmsend: Path, ten: list[Path], tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    with ScriptedScp(SLOW) as scp, terminal([dcmsend, "+crf", report, "127.0.0.1", str(scp.port), *ten]) as seen:
        seen.wait_for("/10 objects")
        seen.process.send_signal(signal.SIGTERM)
        assert seen.end() == -signal.SIGTERM
    assert re.fullmatch("F: ended by signal 15; .*", seen.screen.strip())
    assert "Transfer ended early     : ended by signal 15" in report.read_text()


def test_a_terminal_that_hangs_up_ends_the_run_as_ever(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
        seen.wait_for("/10 objects")
        seen.process.send_signal(signal.SIGHUP)
        assert seen.end() == -signal.SIGHUP


def test_a_terminal_that_takes_nothing_does_not_hold_the_run_back(tool: Path, ten: list[Path]) -> None:
    """Ctrl-S: the line waits, the objects do not."""
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
        seen.wait_for("/10 objects")
        seen.type(b"\x13")
        assert seen.process.wait(10) == 0
        assert len(scp.stores) == 10


def test_a_narrower_terminal_gets_a_shorter_line(tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten]) as seen:
        seen.wait_for("/10 objects")
        seen.resize(40)
        assert seen.end() == 0
    assert len(seen.lines[0]) == 99
    assert len(seen.lines[-1]) == 39


@pytest.mark.parametrize("columns", [1, 2, 5, 0])
def test_no_terminal_is_too_narrow(columns: int, tool: Path, ten: list[Path]) -> None:
    with ScriptedScp(SLOW) as scp, terminal([tool, "127.0.0.1", str(scp.port), *ten], columns=columns) as seen:
        assert seen.end() == 0
    assert seen.screen == ""
    assert all(len(line) <= (columns or 80) - 1 for line in seen.lines)
