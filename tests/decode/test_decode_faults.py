"""What goes wrong while an object is decoded on its way: damage within it, Ctrl-C, a peer that dies, a changed file."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from peers import found, script, wire
from peers.faults import FAULTS, Fault
from peers.process import run as run_command
from peers.scp import ScriptedScp
from peers.script import Script

from decode import rle
from decode.arriving import run

NOT_SENT, INTERRUPTED = 62, 130
ONLY_IMPLICIT = script.prefer(wire.IMPLICIT)

#: frames of an object that is far larger than what is decoded ahead, and of a small one
MANY, FEW = 400, 3
FRAME = rle.SIDE * rle.SIDE * 2

#: what a command comes to, told by a small process: one that is forked off a large one inherits that one's peak
STOPWATCH = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(status, usage.ru_maxrss)
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rle.write(tmp_path_factory.mktemp("large") / "large.dcm", MANY, "2.25.1")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rle.write(tmp_path_factory.mktemp("small") / "small.dcm", FEW, "2.25.2")


@contextlib.contextmanager
def stalled(dcmsend: Path, path: Path) -> Iterator[tuple[ScriptedScp, subprocess.Popen[str], threading.Event]]:
    """dcmsend under way to a peer that reads the command of its message, and on only when the event is set."""
    resume = threading.Event()
    conduct = Script(ONLY_IMPLICIT, on_data=script.stall(resume), receive_buffer=65536, keep_data=False)
    with ScriptedScp(conduct) as scp:
        command: list[str | Path] = [dcmsend, "127.0.0.1", str(scp.port), path]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            try:
                scp.wait_for("command")
                yield scp, process, resume
            finally:
                process.kill()


def test_all_frames_in_order(small: Path, dcmsend: Path) -> None:
    thing = run(dcmsend, [small], Script(ONLY_IMPLICIT)).only
    assert thing.data.endswith(b"".join(rle.native(number) for number in range(FEW)))


@pytest.mark.parametrize("damaged", [0, 1, MANY // 2, MANY - 1])
def test_a_damaged_frame_of_a_large_object_ends_its_association(damaged: int, dcmsend: Path, tmp_path: Path) -> None:
    path = rle.write(tmp_path / "damaged.dcm", MANY, "2.25.3", damaged)
    with ScriptedScp(Script(ONLY_IMPLICIT, keep_data=False)) as scp:
        result = run_command(dcmsend, ["127.0.0.1", str(scp.port), path], timeout=60)
        (seen,) = scp.finish()
    assert result.code == NOT_SENT, result.err
    assert "Traceback" not in result.err
    (line,) = [line for line in result.lines if str(path) in line]
    assert f"its pixel data cannot be decoded: frame {damaged + 1} of {MANY}: " in line
    assert seen.ending == "abort"
    assert not any(store.complete for store in seen.stores)
    sent = sum(store.data_length for store in seen.stores)
    assert sent <= damaged * FRAME + 4096, "what stands for the damaged frame was sent"


@pytest.mark.parametrize("damaged", [0, MANY // 2, MANY - 1])
def test_what_stands_behind_a_damaged_object_is_sent(damaged: int, small: Path, dcmsend: Path, tmp_path: Path) -> None:
    path = rle.write(tmp_path / "damaged.dcm", MANY, "2.25.3", damaged)
    last = rle.write(tmp_path / "last.dcm", FEW, "2.25.4")
    result = run(dcmsend, [small, path, last], Script(ONLY_IMPLICIT), "-nh")
    assert "Traceback" not in result.err
    assert [thing.sop_instance for thing in result.things] == ["2.25.2", "2.25.4"], result.err
    for thing in result.things:
        assert thing.data.endswith(b"".join(rle.native(number) for number in range(FEW)))
    assert [line for line in result.err.splitlines() if str(path) in line], result.err
    assert result.endings[-1] == "release"
    assert len(result.endings) == 1 or result.endings[0] == "abort"


def test_a_frame_for_which_there_is_not_enough_memory(small: Path, dcmsend: Path, tmp_path: Path) -> None:
    """Half a gigabyte of pixels in 8 MB of runs."""
    path = rle.write(tmp_path / "wide.dcm", 1, "2.25.3", side=16384)
    limited = tmp_path / "limited"
    limited.write_text(f'#!/bin/sh\nulimit -v 400000\nexec {dcmsend} "$@"\n')
    limited.chmod(0o755)
    result = run(limited, [path, small], Script(ONLY_IMPLICIT), "-nh")
    assert "Traceback" not in result.err
    assert [thing.sop_instance for thing in result.things] == ["2.25.2"], result.err
    (line,) = [line for line in result.err.splitlines() if str(path) in line]
    assert "not enough memory" in line


def test_a_missing_file_between_others(small: Path, dcmsend: Path, tmp_path: Path) -> None:
    last = rle.write(tmp_path / "last.dcm", FEW, "2.25.4")
    missing = tmp_path / "missing.dcm"
    result = run(dcmsend, [small, missing, last], Script(ONLY_IMPLICIT), "-nh")
    assert [thing.sop_instance for thing in result.things] == ["2.25.2", "2.25.4"]
    assert [line for line in result.err.splitlines() if str(missing) in line]
    assert result.endings == ("release",)


def test_interrupt_while_decoding(large: Path, dcmsend: Path) -> None:
    with stalled(dcmsend, large) as (scp, process, resume):
        time.sleep(0.3)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert time.monotonic() - begun < 1
        resume.set()
        (seen,) = scp.finish()
    assert process.returncode == INTERRUPTED
    assert re.search("(?i)interrupt", said)
    assert "Traceback" not in said
    assert not seen.stores[0].complete


def test_interrupt_while_the_peer_reads(large: Path, dcmsend: Path) -> None:
    """Frame after frame is decoded and sent when it comes."""
    conduct = Script(ONLY_IMPLICIT, keep_data=False, receive_buffer=65536)
    with ScriptedScp(conduct) as scp:
        with subprocess.Popen(
            [dcmsend, "127.0.0.1", str(scp.port), *[large] * 50], stderr=subprocess.PIPE, text=True
        ) as process:
            scp.wait_for("command")
            time.sleep(0.1)
            begun = time.monotonic()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
            assert time.monotonic() - begun < 1
        (seen,) = scp.finish()
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in said
    assert re.match(r"abort|closed|reset", seen.events[-1])


def test_a_peer_that_dies_while_it_is_decoded(large: Path, dcmsend: Path) -> None:
    with ScriptedScp(Script(ONLY_IMPLICIT, on_data=script.reset, keep_data=False)) as scp:
        result = run_command(dcmsend, ["127.0.0.1", str(scp.port), large], timeout=30)
        scp.finish()
    assert result.code == NOT_SENT, result.err
    assert len(result.lines) == 1
    assert "Traceback" not in result.err


DURING_STORE = [
    fault for fault in FAULTS if fault.id.startswith(("response", "data", "release")) and fault.file == "sc"
]


@pytest.mark.parametrize("fault", DURING_STORE, ids=lambda fault: fault.id)
def test_bad_peers(fault: Fault, small: Path, dcmsend: Path) -> None:
    conduct = replace(fault.conduct, policy=ONLY_IMPLICIT, patience=5)
    with ScriptedScp(conduct) as scp:
        result = run_command(dcmsend, [*fault.options.split(), "127.0.0.1", str(scp.port), small], timeout=20)
        (seen,) = scp.finish()
    assert result.code == fault.codes[1], result.err
    assert result.seconds < fault.limit
    assert "Traceback" not in result.err
    assert len(result.lines) == 1
    assert re.search(fault.says, result.lines[0])
    assert re.fullmatch(f"connect {fault.events}", " ".join(seen.events)), seen.events


@pytest.mark.parametrize("change", ["shrinks", "grows", "is written to"])
def test_a_file_that_changes_while_it_is_decoded(change: str, dcmsend: Path, tmp_path: Path) -> None:
    path = rle.write(tmp_path / "large.dcm", MANY, "2.25.1")
    size = path.stat().st_size
    with stalled(dcmsend, path) as (scp, process, resume):
        time.sleep(0.5)
        if change == "shrinks":
            os.truncate(path, size // 2)
        elif change == "grows":
            os.truncate(path, size * 2)
        else:
            with path.open("r+b") as stream:
                stream.seek(size - 1000)
                stream.write(b"another version")
        resume.set()
        _, said = process.communicate(timeout=30)
        (seen,) = scp.finish()
    assert process.returncode == NOT_SENT, said
    assert "Traceback" not in said
    assert f"{path}: changed while it was being sent" in said
    assert not seen.stores[0].complete
    assert re.match(r"abort|closed|reset", seen.events[-1])


def test_a_slow_peer_gets_all(dcmsend: Path, tmp_path: Path) -> None:
    frames = 40
    path = rle.write(tmp_path / "some.dcm", frames, "2.25.1")
    conduct = Script(ONLY_IMPLICIT, on_data=script.delay(0.5), receive_buffer=65536, max_length=4096)
    with ScriptedScp(conduct) as scp:
        result = run_command(dcmsend, ["-td", "20", "127.0.0.1", str(scp.port), path], timeout=60)
        (seen,) = scp.finish()
    assert (result.code, result.err) == (0, "")
    (store,) = seen.stores
    assert bytes(store.data).endswith(b"".join(rle.native(number) for number in range(frames)))
    assert store.largest_pdu <= 4096


def test_the_first_frames_leave_before_the_last_is_decoded(dcmsend: Path, tmp_path: Path) -> None:
    """The last frame cannot be decoded: were all decoded first, nothing would have been sent."""
    path = rle.write(tmp_path / "damaged.dcm", MANY, "2.25.3", MANY - 1)
    with ScriptedScp(Script(ONLY_IMPLICIT, keep_data=False)) as scp:
        result = run_command(dcmsend, ["127.0.0.1", str(scp.port), path], timeout=60)
        (seen,) = scp.finish()
    assert result.code == NOT_SENT
    (store,) = seen.stores
    assert store.data_length > MANY // 2 * FRAME


@pytest.mark.parametrize("name", ["implicit", "explicit", "big"])
def test_memory_does_not_grow_with_the_frames(name: str, dcmsend: Path, tmp_path: Path) -> None:
    """300 MB of pixels."""
    syntax = {"implicit": wire.IMPLICIT, "explicit": wire.EXPLICIT, "big": wire.BIG_ENDIAN}[name]
    frames = 572
    path = rle.write(tmp_path / "huge.dcm", frames, "2.25.1")
    with ScriptedScp(Script(script.prefer(syntax), max_length=131072, keep_data=False)) as scp:
        command: list[str | Path] = [dcmsend, "127.0.0.1", str(scp.port), path]
        done = subprocess.run(
            [sys.executable, "-IS", "-c", STOPWATCH, *command], capture_output=True, text=True, check=False
        )
        (seen,) = scp.finish()
    assert done.stderr == ""
    status, largest = map(int, done.stdout.split())
    assert status == 0
    assert seen.stores[0].data_length > frames * FRAME
    assert largest < 80_000, "KiB"


def test_memory_does_not_grow_with_the_files(dcmsend: Path, tmp_path: Path) -> None:
    """Objects of one frame each, which are decoded ahead of their turn."""
    paths = [rle.write(tmp_path / f"{number}.dcm", 1, f"2.25.{number}") for number in range(400)]
    with ScriptedScp(Script(ONLY_IMPLICIT, max_length=131072, keep_data=False)) as scp:
        command: list[str | Path] = [dcmsend, "127.0.0.1", str(scp.port), *paths]
        done = subprocess.run(
            [sys.executable, "-IS", "-c", STOPWATCH, *command], capture_output=True, text=True, check=False
        )
        (seen,) = scp.finish()
    assert done.stderr == ""
    status, largest = map(int, done.stdout.split())
    assert status == 0
    assert [store.sop_instance for store in seen.stores] == [f"2.25.{number}" for number in range(400)]
    assert largest < 80_000, "KiB"


def test_the_frames_made_here_are_those_that_dcmtk_decodes(small: Path) -> None:
    """Or what is above would prove nothing."""
    thing = run(found.dcmtk("dcmsend"), [small], Script(ONLY_IMPLICIT)).only
    assert thing.data.endswith(b"".join(rle.native(number) for number in range(FEW)))
