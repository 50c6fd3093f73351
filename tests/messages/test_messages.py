"""Every error line says what failed, on which file or peer, why, and what to try; none is a traceback.

The situations are in ``situations.py`` and in ``peers/faults.py``; here they are run for real, and those that need more
than a peer and a file follow.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from compat.inputs import Inputs
from peers import script
from peers.faults import FAULTS, Fault
from peers.listening import free_port, full_backlog
from peers.process import run
from peers.scp import ScriptedScp
from peers.script import Script

from messages.situations import BOTH, SITUATIONS, Situation
from storejet.errors import OUR_FAULT, OUT_OF_RESOURCES
from storejet.tables import hints, reject, status

TRY = "; try: "


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("messages"))


@pytest.fixture(params=BOTH)
def tool(request: pytest.FixtureRequest) -> Path:
    program: Path = request.getfixturevalue(request.param)
    return program


def the_line(err: str) -> str:
    """The one line that is said, of the form that every one has."""
    assert "Traceback" not in err
    (line,) = err.splitlines()
    assert re.fullmatch(r"[FEW]: [^;]+(; [^;]+)?; try: \S.*[^.]", line), line
    return line


TRIED = [(situation, name) for situation in SITUATIONS for name in situation.tools]


@pytest.mark.parametrize(("situation", "name"), TRIED, ids=lambda value: getattr(value, "id", value))
def test_situations(situation: Situation, name: str, inputs: Inputs, request: pytest.FixtureRequest) -> None:
    program: Path = request.getfixturevalue(name)
    file = inputs.file(situation.file)
    with ScriptedScp(replace(situation.conduct, patience=5)) as scp:
        result = run(program, [*situation.options.split(), "127.0.0.1", str(scp.port), file])
        scp.finish()
    line = the_line(result.err)
    assert result.code == situation.codes[situation.tools.index(name)], line
    assert line[0] in situation.level, line
    told, hint = line.split(TRY, 1)
    for words in situation.says:
        assert words.format(port=scp.port, file=file) in told, line
    assert situation.hint.format(port=scp.port, file=file) in hint, line


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_what_a_bad_peer_does_is_told_with_its_place_and_what_to_try(fault: Fault, tool: Path, inputs: Inputs) -> None:
    file = inputs.file(fault.file)
    with ScriptedScp(replace(fault.conduct, patience=5)) as scp:
        result = run(tool, [*fault.options.split(), "127.0.0.1", str(scp.port), file], timeout=20)
        scp.finish()
    line = the_line(result.err)
    assert f"127.0.0.1:{scp.port}" in line or str(file) in line, line


def test_every_reason_of_a_rejection_has_its_hint() -> None:
    assert {codes for codes, _ in hints.REJECTIONS} == {codes for codes, _ in reject.REASONS}


def test_every_status_that_fails_has_its_hint() -> None:
    for first, last, kind, _ in status.STATUSES:
        if kind in (status.ERROR, status.REFUSED):
            assert any(low <= first and last <= high for low, high, _ in hints.STATUSES), hex(first)


# the network


def test_unknown_host(tool: Path, inputs: Inputs) -> None:
    line = the_line(run(tool, ["no-such-host.invalid", "104", inputs.file("sc")]).err)
    assert re.search(r"0006:0320 .*host unknown: no-such-host\.invalid: .*; try: check the name of the host", line)


def test_refused(tool: Path, inputs: Inputs) -> None:
    port = free_port()
    line = the_line(run(tool, ["127.0.0.1", str(port), inputs.file("sc")]).err)
    assert re.search(rf"0006:031c .*127\.0\.0\.1:{port}: Connection refused; try: check that the peer runs", line)


def test_a_host_that_does_not_answer(tool: Path, inputs: Inputs) -> None:
    with full_backlog() as port:
        line = the_line(run(tool, ["-to", "1", "127.0.0.1", str(port), inputs.file("sc")]).err)
    assert re.search(rf"127\.0\.0\.1:{port}: Connection timed out .*; try: .*firewalls.*\(-to\)", line)


# files and folders


@pytest.mark.parametrize("name", ["none.dcm", "folder/none.dcm"])
def test_a_file_that_is_not_there(name: str, tool: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    with ScriptedScp() as scp:
        line = the_line(run(tool, ["127.0.0.1", str(scp.port), path]).err)
    assert f"{path}: " in line and "No such file or directory" in line and line.endswith("; try: check the name")


def test_one_of_several_files_may_be_left_out(tool: Path, tmp_path: Path, inputs: Inputs) -> None:
    with ScriptedScp() as scp:
        files = [tmp_path / "none.dcm", inputs.file("sc")]
        assert the_line(run(tool, ["127.0.0.1", str(scp.port), *files]).err).endswith("; -nh goes on without it")
        left_out = run(tool, ["-nh", "127.0.0.1", str(scp.port), *files])
    assert "-nh" not in the_line(left_out.err)


def test_a_folder(tool: Path, tmp_path: Path) -> None:
    warning, line = run(tool, ["127.0.0.1", "104", tmp_path]).err.splitlines()
    assert f"--scan-directories is not set: {tmp_path}" in warning
    assert "no input files" in the_line(line + "\n") and "+sd" in line


def test_what_another_option_would_decompress(dcmsend: Path, inputs: Inputs) -> None:
    """The peer takes the first file, and not the second one as it is."""
    conduct = Script(policy=script.prefer("1.2.840.10008.1.2.1"))
    with ScriptedScp(conduct) as scp:
        line = ["-dn", "127.0.0.1", str(scp.port), inputs.file("sc"), inputs.file("rle")]
        _proposed, line_of_rle = run(dcmsend, line).err.splitlines()
    assert str(inputs.file("rle")) in the_line(line_of_rle)
    assert line_of_rle.endswith("; try: decompress it (+dls)")


# what the system refuses


def limited(which: int, value: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(which, (value, value))


@pytest.mark.parametrize("most", [4, 5, 6])
def test_too_many_open_files(most: int, tool: Path, inputs: Inputs) -> None:
    """Not even a module can be loaded then."""
    with ScriptedScp() as scp:
        done = subprocess.run(
            [tool, "127.0.0.1", str(scp.port), inputs.file("sc")],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            preexec_fn=limited(resource.RLIMIT_NOFILE, most),
        )
    if most == 4:
        assert done.returncode == OUT_OF_RESOURCES
        line = the_line(done.stderr)
        assert line.startswith("F: Too many open files; what was not yet answered counts as not sent; try: allow more")
    else:
        assert (done.returncode, done.stderr) == (0, "")


def test_no_room_for_the_report(dcmsend: Path, inputs: Inputs) -> None:
    with ScriptedScp() as scp:
        result = run(dcmsend, ["+crf", "/dev/full", "127.0.0.1", str(scp.port), inputs.file("sc")])
    assert result.code == 43
    assert re.search("'/dev/full': No space left on device; try: write it elsewhere", the_line(result.err))


def test_no_room_for_the_log(tool: Path, inputs: Inputs, tmp_path: Path) -> None:
    config = tmp_path / "log.cfg"
    config.write_text(
        "log4cplus.rootLogger = INFO, file\nlog4cplus.appender.file = log4cplus::FileAppender\n"
        "log4cplus.appender.file.File = /dev/full\n"
    )
    with ScriptedScp() as scp:
        result = run(tool, ["-lc", config, "127.0.0.1", str(scp.port), inputs.file("sc")])
    assert result.code == 0
    (line,) = result.lines
    assert re.fullmatch("W: log appender file .*loses records: No space left on device.*", line)


@pytest.mark.parametrize("closed", ["2>&-", "1>&-", ">/dev/full 2>&1", "2>&1 | true"])
def test_nobody_listens(closed: str, tool: Path, inputs: Inputs, tmp_path: Path) -> None:
    """What is said is lost; what is done, and the exit code, is not."""
    code = tmp_path / "code"
    with ScriptedScp(Script(status=script.statuses(0xA700))) as scp:
        command = f'"$0" "$@" {closed}; echo "${{PIPESTATUS[0]}}" >"$CODE"'
        line = ["bash", "-c", command, tool, "-v", "127.0.0.1", str(scp.port), inputs.file("sc")]
        subprocess.run(line, capture_output=True, timeout=20, check=False, env={**os.environ, "CODE": str(code)})
        scp.finish()
    assert code.read_text().strip() == ("167" if tool.name == "storescu" else "0")
    assert len(scp.stores) == 1


# what we did not foresee

BUG = """
from storejet.cli import start
from storejet.send import session
def connect(*_): raise {error}
session.connect = connect
import sys
sys.argv = [{tool!r}, *{options!r}, "127.0.0.1", "9", {file!r}]
start.main({tool!r})
"""


def with_bug(tool: str, error: str, file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    code = BUG.format(error=error, tool=tool, file=str(file), options=list(options))
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize("name", BOTH)
def test_a_mistake_of_ours_is_one_line(name: str, inputs: Inputs) -> None:
    done = with_bug(name, "ZeroDivisionError('by\\n0')", inputs.file("sc"))
    assert done.returncode == OUR_FAULT
    line = the_line(done.stderr)
    assert line.startswith("F: storejet itself is at fault: ZeroDivisionError: by\\n0; what was not yet answered")
    assert re.search(r"; try: run it again with -d for details, and report them, .*'storejet doctor' \(\w+ \d", line)


@pytest.mark.parametrize("name", BOTH)
def test_debug_shows_where_a_mistake_of_ours_is(name: str, inputs: Inputs) -> None:
    done = with_bug(name, "ZeroDivisionError('by 0')", inputs.file("sc"), "-d")
    assert done.returncode == OUR_FAULT
    assert all(re.match("[DIF]: ", line) for line in done.stderr.splitlines()), done.stderr
    assert "D: Traceback (most recent call last):" in done.stderr
    assert re.search("^D: .*in open_session$", done.stderr, re.MULTILINE)
    assert done.stderr.splitlines()[-1].startswith("F: storejet itself is at fault: ZeroDivisionError: by 0; ")


@pytest.mark.parametrize("name", BOTH)
def test_no_memory(name: str, inputs: Inputs) -> None:
    done = with_bug(name, "MemoryError", inputs.file("sc"))
    assert done.returncode == OUT_OF_RESOURCES
    assert the_line(done.stderr).startswith("F: out of memory; what was not yet answered counts as not sent; try: ")


def test_a_mistake_before_there_is_a_console(inputs: Inputs) -> None:
    code = "from storejet.cli import start, argv\nargv.parse = None\nstart.main('storescu')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == OUR_FAULT
    (line,) = done.stderr.splitlines()
    assert line.startswith("F: storescu: storejet itself is at fault: TypeError: ")


# what --debug shows

PASSED = ("-usr", "JOE^DOE", "-pwd", "geheim")


def test_debug_shows_contexts_sizes_and_messages_but_no_person(storescu: Path, inputs: Inputs) -> None:
    conduct = Script(
        status=script.statuses(0xC123),
        edit=lambda command: {**command, 0x0902: b"no such patient DOE^JANE here "},
        max_length=20000,
    )
    with ScriptedScp(conduct) as scp:
        line = [
            "-d",
            "--arguments",
            "--max-send-pdu",
            "8192",
            *PASSED,
            "127.0.0.1",
            str(scp.port),
            inputs.file("large"),
        ]
        result = run(storescu, line)
        (seen,) = scp.finish()
    told = result.err
    assert "D: Association Parameters Negotiated:" in told
    assert (
        "D: Max PDU sizes: we receive 16384 bytes, the peer receives 20000 bytes, of which we make use of 8192; "
        "8186 bytes of a data set go into each PDU" in told
    )
    (store,) = seen.stores
    pdus = -(-store.data_length // 8186)
    assert f"D: Sent in {pdus} P-DATA-TF PDUs: {store.data_length} bytes of a data set, 8186 at most in each" in told
    assert "D: Affected SOP Instance UID     : 2.25." in told or "D: Affected SOP Instance UID     : 1." in told
    assert "no such patient *** here" in told
    for secret in ("DOE", "JANE", "JOE", "geheim"):
        assert secret not in told.replace(str(inputs.file("large")), "")


def test_the_error_line_holds_no_person_either(tool: Path, inputs: Inputs) -> None:
    conduct = Script(status=script.statuses(0xC123), edit=lambda command: {**command, 0x0902: b"who is DOE^JANE"})
    with ScriptedScp(conduct) as scp:
        line = the_line(run(tool, ["127.0.0.1", str(scp.port), inputs.file("sc")]).err)
    assert "(who is ***)" in line and "JANE" not in line
