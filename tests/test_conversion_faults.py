"""Bad peers, changing files and Ctrl-C while an object is converted on its way: the same ends as without conversion."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, data_set, element, file, identity, meta, pixels
from compat.inputs import Inputs
from peers import script, wire
from peers.faults import FAULTS, Fault
from peers.process import run
from peers.scp import Link, ScriptedScp
from peers.script import Script

FAILURE, PEER_GONE, INTERRUPTED = 1, 10, 130

#: how storescu converts a native file → its options, and the only transfer syntax that its peer takes
WAYS = {
    "recoded": (["-R", "-xi"], wire.IMPLICIT),
    "swapped": (["-R", "-xb"], wire.BIG_ENDIAN),
    "deflated": (["-R", "-xd", "+cl", "1"], wire.DEFLATED),
    "edited": (["-R", "+II"], wire.EXPLICIT),
    "old": (["-R", "-u"], wire.EXPLICIT),
}
LARGE = 64 << 20

#: what a command comes to, told by a small process: one that is forked off a large one inherits that one's peak
STOPWATCH = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(child, 0)
print(status, usage.ru_maxrss)
"""


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("faults"))


def large_file(path: Path, size: int) -> Path:
    """A multi-frame object of bytes that do not compress."""
    elements = [*identity(SECONDARY_CAPTURE, "2.25.1"), *pixels(False)[:-1]]
    head = file(meta(SECONDARY_CAPTURE, "2.25.1", wire.EXPLICIT), data_set(elements))
    block = os.urandom(1 << 20)
    with path.open("wb") as stream:
        stream.write(head + element(0x7FE00010, "OW", b"", length=size))
        for _ in range(size >> 20):
            stream.write(block)
    return path


@contextlib.contextmanager
def stalled(
    way: str, storescu: Path, path: Path, max_length: int = 16384
) -> Iterator[tuple[ScriptedScp, subprocess.Popen[str], threading.Event]]:
    """storescu under way to a peer that reads the command of its message, and on only when the event is set."""
    options, syntax = WAYS[way]
    resume = threading.Event()
    conduct = Script(
        script.prefer(syntax), max_length, on_data=script.stall(resume), receive_buffer=65536, keep_data=False
    )
    with ScriptedScp(conduct) as scp:
        command = [storescu, *options, "127.0.0.1", str(scp.port), path]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            scp.wait_for("command")
            yield scp, process, resume


DURING_STORE = [
    fault for fault in FAULTS if fault.id.startswith(("response", "data", "release")) and fault.file == "sc"
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", DURING_STORE, ids=lambda fault: fault.id)
def test_bad_peers(fault: Fault, way: str, storescu: Path, inputs: Inputs) -> None:
    options, syntax = WAYS[way]
    if fault.conduct.policy is not script.first:
        pytest.skip("the fault is one of negotiation")
    conduct = replace(fault.conduct, policy=script.prefer(syntax), patience=5)
    with ScriptedScp(conduct) as scp:
        result = run(
            storescu, [*options, *fault.options.split(), "127.0.0.1", str(scp.port), inputs.file("sc")], timeout=20
        )
        (seen,) = scp.finish()
    assert result.code == fault.codes[0], result.err
    assert result.seconds < fault.limit
    assert "Traceback" not in result.err
    assert len(result.lines) == 1
    assert re.search(fault.says, result.lines[0])
    assert re.fullmatch(f"connect {fault.events}", " ".join(seen.events)), seen.events


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("change", ["shrinks", "grows", "is written to"])
def test_a_file_that_changes_while_it_is_sent(way: str, change: str, storescu: Path, tmp_path: Path) -> None:
    path = large_file(tmp_path / "large.dcm", LARGE)
    with stalled(way, storescu, path) as (scp, process, resume):
        time.sleep(0.5)
        if change == "shrinks":
            os.truncate(path, LARGE // 2)
        elif change == "grows":
            os.truncate(path, LARGE * 2)
        else:
            with path.open("r+b") as stream:
                stream.seek(LARGE - 1000)
                stream.write(b"another version")
        resume.set()
        _, said = process.communicate(timeout=30)
        (seen,) = scp.finish()
    assert process.returncode == FAILURE, said
    assert "Traceback" not in said
    assert f"{path}: changed while it was being sent" in said
    assert not seen.stores[0].complete
    assert re.match(r"abort|closed|reset", seen.events[-1])


@pytest.mark.parametrize("way", WAYS)
def test_a_peer_that_dies_in_the_middle(way: str, storescu: Path, tmp_path: Path) -> None:
    options, syntax = WAYS[way]
    path = large_file(tmp_path / "large.dcm", LARGE // 4)
    with ScriptedScp(Script(script.prefer(syntax), on_data=script.reset, keep_data=False)) as scp:
        result = run(storescu, [*options, "127.0.0.1", str(scp.port), path], timeout=30)
        scp.finish()
    assert result.code == PEER_GONE, result.err
    assert len(result.lines) == 1
    assert "Traceback" not in result.err


@pytest.mark.parametrize("way", WAYS)
def test_interrupt(way: str, storescu: Path, tmp_path: Path) -> None:
    path = large_file(tmp_path / "large.dcm", LARGE)
    with stalled(way, storescu, path) as (scp, process, resume):
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


@pytest.mark.parametrize("way", WAYS)
def test_an_interrupt_in_the_middle_of_a_pdu_ends_it_and_aborts(way: str, storescu: Path, tmp_path: Path) -> None:
    path = large_file(tmp_path / "large.dcm", LARGE)
    with stalled(way, storescu, path, 0) as (scp, process, resume):
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
        resume.set()
        process.communicate(timeout=20)
        (seen,) = scp.finish()
    assert process.returncode == INTERRUPTED
    assert not seen.stores[0].complete
    assert seen.ending == "abort"


def test_a_deflated_file_that_is_replaced_between_its_scan_and_its_turn(storescu: Path, tmp_path: Path) -> None:
    """What is sent, and what the command calls it, are of the file that was opened."""
    paths = []
    for number in range(3):
        deflater = zlib.compressobj(wbits=-15)
        data = data_set([*identity(SECONDARY_CAPTURE, f"2.25.{number}"), *pixels(False)])
        information = meta(SECONDARY_CAPTURE, f"2.25.{number}", wire.DEFLATED)
        paths.append(tmp_path / f"{number}.dcm")
        paths[-1].write_bytes(file(information, deflater.compress(data) + deflater.flush()))
    first = data_set([*identity(SECONDARY_CAPTURE, "2.25.0"), *pixels(False)])  # sent as it is: the next is looked at
    paths[0].write_bytes(file(meta(SECONDARY_CAPTURE, "2.25.0", wire.EXPLICIT), first))

    def replace_next(link: Link) -> bool:
        link.pause(0.3)  # until it was looked at
        if paths[2].exists():
            paths[2].replace(paths[1])
        return True

    with ScriptedScp(Script(script.prefer(wire.EXPLICIT), on_response=replace_next)) as scp:
        result = run(storescu, ["-R", "127.0.0.1", str(scp.port), *paths[:2]])
        (seen,) = scp.finish()
    assert (result.code, result.err) == (0, "")
    for number, store in enumerate(seen.stores):
        assert store.sop_instance == f"2.25.{number}"
        assert f"2.25.{number}".encode() in bytes(store.data)


@pytest.mark.parametrize("way", WAYS)
def test_a_slow_peer_gets_all(way: str, storescu: Path, tmp_path: Path) -> None:
    options, syntax = WAYS[way]
    path = large_file(tmp_path / "large.dcm", LARGE // 4)
    conduct = Script(script.prefer(syntax), on_data=script.delay(0.5), receive_buffer=65536, max_length=4096)
    with ScriptedScp(conduct) as scp:
        result = run(storescu, [*options, "-td", "20", "127.0.0.1", str(scp.port), path], timeout=60)
        (seen,) = scp.finish()
    assert (result.code, result.err) == (0, "")
    data = bytes(seen.stores[0].data)
    if syntax == wire.DEFLATED:
        data = zlib.decompressobj(-15).decompress(data)
    sent = path.read_bytes()[-LARGE // 4 :]
    if syntax == wire.BIG_ENDIAN:
        swapped = bytearray(sent)
        swapped[::2], swapped[1::2] = sent[1::2], sent[::2]
        sent = bytes(swapped)
    assert data.endswith(sent)
    assert seen.stores[0].largest_pdu <= 4096


@pytest.mark.parametrize("option", ["-xi", "-xd"])
def test_memory_does_not_grow_with_the_object(option: str, storescu: Path, tmp_path: Path) -> None:
    path = large_file(tmp_path / "large.dcm", 4 * LARGE)
    syntax = wire.IMPLICIT if option == "-xi" else wire.DEFLATED
    with ScriptedScp(Script(script.prefer(syntax), keep_data=False)) as scp:
        command = [storescu, "-R", option, "+cl", "1"] if option == "-xd" else [storescu, "-R", option]
        command += ["127.0.0.1", str(scp.port), path]
        done = subprocess.run(
            [sys.executable, "-IS", "-c", STOPWATCH, *command], capture_output=True, text=True, check=False
        )
    assert done.stderr == ""
    status, largest = map(int, done.stdout.split())
    assert status == 0
    assert largest < 40_000, "KiB"
