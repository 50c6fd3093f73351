"""Bad input and bad peers: each ends in time, with the right exit code and one line that says whose fault it is.

The table of bad peers is in ``peers/faults.py``; files, network, sizes and Ctrl-C follow here.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, data_set, element, file, identity, meta, pixels
from compat.inputs import Inputs
from peers import script, wire
from peers.faults import FAILURE, FAULTS, NO_ASSOCIATION, NOT_SENT, Fault
from peers.listening import free_port, full_backlog
from peers.process import Result, run
from peers.scp import ScriptedScp
from peers.script import ACCEPT_ALL, Script

NO_INPUT, INVALID_INPUT, INTERRUPTED = 21, 22, 130


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("faults"))


@pytest.fixture(params=["storescu", "dcmsend"])
def tool(request: pytest.FixtureRequest) -> Path:
    program: Path = request.getfixturevalue(request.param)
    return program


def ended(tool: Path, result: Result, codes: tuple[int, int], limit: float) -> None:
    assert result.code == codes[tool.name == "dcmsend"], result.err
    assert result.seconds < limit, result.err


def one_line(result: Result) -> str:
    assert "Traceback" not in result.err
    assert result.out == ""
    assert len(result.lines) == 1, result.err
    return result.lines[0]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_bad_peers(fault: Fault, tool: Path, inputs: Inputs) -> None:
    with ScriptedScp(replace(fault.conduct, patience=5)) as scp:
        command: list[str | Path] = [*fault.options.split(), "127.0.0.1", str(scp.port), inputs.file(fault.file)]
        result = run(tool, command, timeout=20)
        (seen,) = scp.finish()
    ended(tool, result, fault.codes, fault.limit)
    line = one_line(result)
    assert re.search(fault.says, line), line
    assert re.fullmatch(f"connect {fault.events}", " ".join(seen.events)), seen.events


# the network


def test_unknown_host(tool: Path, inputs: Inputs) -> None:
    result = run(tool, ["no-such-host.invalid", "104", inputs.file("sc")])
    ended(tool, result, (FAILURE, NO_ASSOCIATION), 5)
    assert "no-such-host.invalid" in one_line(result)


def test_refused(tool: Path, inputs: Inputs) -> None:
    result = run(tool, ["127.0.0.1", str(free_port()), inputs.file("sc")])
    ended(tool, result, (FAILURE, NO_ASSOCIATION), 2)
    assert "refused" in one_line(result)


def test_a_host_that_does_not_answer(tool: Path, inputs: Inputs) -> None:
    with full_backlog() as port:
        result = run(tool, ["-to", "1", "127.0.0.1", str(port), inputs.file("sc")])
    ended(tool, result, (FAILURE, NO_ASSOCIATION), 2.5)
    assert result.seconds > 0.9
    assert re.search(r"(?i)time", one_line(result))


# files

#: what is wrong → exit codes, what the line says, and whether storescu finds it only when the association stands
BAD_FILES = {
    "text": (INVALID_INPUT, "not a DICOM|no file meta"),
    "random": (INVALID_INPUT, "not a DICOM|no file meta"),
    "empty": (INVALID_INPUT, "empty"),
    "truncated-meta": (INVALID_INPUT, "truncated"),
    "truncated-header": (NOT_SENT, "truncated"),
    "no-class-anywhere": (INVALID_INPUT, "SOP Class"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files(name: str, tool: Path, inputs: Inputs) -> None:
    code, says = BAD_FILES[name]
    with ScriptedScp() as scp:
        result = run(tool, ["127.0.0.1", str(scp.port), inputs.file(name)])
        associations = scp.finish()
    ended(tool, result, (FAILURE, code), 2)
    line = one_line(result)
    assert re.search(says, line), line
    assert str(inputs.file(name)) in line
    assert [one.ending for one in associations] == (
        [] if code == INVALID_INPUT and tool.name == "dcmsend" else ["abort"]
    )
    assert not scp.stores


@pytest.mark.parametrize("kind", ["missing", "dangling", "fifo", "unreadable", "socket"])
def test_names_that_are_no_files(kind: str, tool: Path, inputs: Inputs, tmp_path: Path) -> None:
    path = tmp_path / "input.dcm"
    if kind == "dangling":
        path.symlink_to("nowhere")
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "unreadable":
        if os.geteuid() == 0:
            path = Path("/proc/self/mem")  # root may open every file, but not read this one
        else:
            path.write_bytes(inputs.file("sc").read_bytes())
            path.chmod(0)
    elif kind == "socket":
        os.mknod(path, 0o140600)
    with ScriptedScp() as scp:
        result = run(tool, ["127.0.0.1", str(scp.port), path])
        scp.finish()
    ended(tool, result, (FAILURE, INVALID_INPUT), 2)
    assert str(path) in one_line(result)
    assert not scp.stores


def test_folder_without_scan(tool: Path, tmp_path: Path) -> None:
    with ScriptedScp() as scp:
        result = run(tool, ["127.0.0.1", str(scp.port), tmp_path])
        assert scp.finish() == []
    ended(tool, result, (FAILURE, NO_INPUT), 2)
    warning, line = result.lines
    assert str(tmp_path) in warning
    assert "--scan-directories" in warning
    assert "no input files" in line


# sizes that a peer may ask for


@pytest.mark.parametrize("max_length", [0, 12, 13, 14, 15, 4096, 0xFFFFFFFF, None])
def test_maximum_lengths(max_length: int | None, tool: Path, inputs: Inputs) -> None:
    with ScriptedScp(Script(max_length=max_length)) as scp:
        result = run(tool, ["127.0.0.1", str(scp.port), inputs.file("sc")])
        (seen,) = scp.finish()
    assert result.code == 0, result.err
    assert seen.events[-2:] == ["release", "closed"]
    (store,) = seen.stores
    assert bytes(store.data) == inputs.file("sc").read_bytes()[-len(store.data) :]
    assert len(store.data) > 1000
    if max_length and max_length < 100:
        assert store.largest_pdu in (max_length, max_length - 1)
        assert "peer" in one_line(result)
    else:
        assert result.err == ""


@pytest.mark.parametrize("max_length", [1, 6, 7])
def test_maximum_lengths_that_leave_no_room(max_length: int, tool: Path, inputs: Inputs) -> None:
    with ScriptedScp(Script(max_length=max_length)) as scp:
        result = run(tool, ["127.0.0.1", str(scp.port), inputs.file("sc")])
        (seen,) = scp.finish()
    ended(tool, result, (FAILURE, NOT_SENT), 2)
    assert "peer" in one_line(result)
    assert seen.ending == "abort"
    assert not seen.stores


# what a lost association hides when the run goes on


def test_no_file_counts_as_sent_that_was_not_answered(dcmsend: Path, inputs: Inputs) -> None:
    """DCMTK's exit code 0 stays here, but what it hides is said."""
    with ScriptedScp(Script(on_response=script.only(2, script.close))) as scp:
        files = [inputs.file(name) for name in ("ct", "mr", "sc")]
        quiet = run(dcmsend, ["-nh", "127.0.0.1", str(scp.port), *files])
        verbose = run(dcmsend, ["-nh", "-v", "127.0.0.1", str(scp.port), *files])
        scp.finish()
    assert quiet.code == verbose.code == 0
    assert re.search(r"sent to the peer *: 1\n", verbose.err)
    assert re.search(r"NOT sent to the peer *: 2\n", verbose.err)
    assert "Traceback" not in quiet.err
    assert str(files[1]) in quiet.err
    assert any("not sent" in line for line in quiet.lines)


def test_a_lost_association_ends_storescu_even_if_it_goes_on(storescu: Path, inputs: Inputs) -> None:
    with ScriptedScp(Script(on_response=script.close)) as scp:
        files = [inputs.file(name) for name in ("ct", "mr", "sc")]
        result = run(storescu, ["-nh", "127.0.0.1", str(scp.port), *files])
        scp.finish()
    assert result.code == FAILURE
    assert len(scp.stores) == 1
    assert str(files[0]) in result.err


@pytest.mark.parametrize("status", [0xA700, 0xC001, 0x0122, 0x0002])
def test_a_failing_status_is_said(status: int, tool: Path, inputs: Inputs) -> None:
    with ScriptedScp(Script(status=script.statuses(status))) as scp:
        result = run(tool, ["127.0.0.1", str(scp.port), inputs.file("sc")])
        scp.finish()
    ended(tool, result, (status >> 8, 0), 2)
    line = one_line(result)
    assert f"0x{status:04x}" in line
    assert str(inputs.file("sc")) in line


# Ctrl-C


@contextlib.contextmanager
def started(tool: Path, *arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [tool, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def interrupt(process: subprocess.Popen[str]) -> Result:
    """Send what Ctrl-C sends, and wait for the end."""
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    return Result(process.returncode, out, err, time.monotonic() - begun)


def interrupted(result: Result) -> None:
    assert result.code == INTERRUPTED, result.err
    assert result.seconds < 1
    assert re.search(r"(?i)interrupt", one_line(result))


def waiting_to_connect(port: int) -> int:
    """How many sockets of this machine wait for a connection to that port (state 02: SYN_SENT)."""
    return Path("/proc/net/tcp").read_text().count(f":{port:04X} 02")


def test_interrupt_while_connecting(tool: Path, inputs: Inputs) -> None:
    with full_backlog() as port:
        before = waiting_to_connect(port)
        with started(tool, "127.0.0.1", str(port), inputs.file("sc")) as process:
            deadline = time.monotonic() + 10
            while waiting_to_connect(port) == before:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            interrupted(interrupt(process))


@pytest.mark.parametrize(
    ("conduct", "event", "ending"),
    [
        (Script(on_associate=script.silent), "associate", "abort 0 0"),
        (Script(on_response=script.silent), "store", "abort 0 0"),
        (Script(on_release=script.silent), "release", "abort 0 0"),
    ],
)
def test_interrupt_while_waiting(conduct: Script, event: str, ending: str, tool: Path, inputs: Inputs) -> None:
    with ScriptedScp(conduct) as scp:
        with started(tool, "127.0.0.1", str(scp.port), inputs.file("sc")) as process:
            scp.wait_for(event)
            time.sleep(0.05)
            interrupted(interrupt(process))
        (seen,) = scp.finish()
    assert seen.events[-1] == ending


def sparse(path: Path, size: int) -> Path:
    """A file whose pixel data has this size, of zeros that take no room on the disk."""
    elements = [*identity(SECONDARY_CAPTURE, "2.25.1"), *pixels(False)[:-1]]
    head = file(meta(SECONDARY_CAPTURE, "2.25.1", wire.EXPLICIT), data_set(elements))
    with path.open("wb") as stream:
        stream.write(head + element(0x7FE00010, "OW", b"", length=size))
        stream.truncate(stream.tell() + size)
    return path


LARGE = 64 << 20


def test_interrupt_while_the_peer_does_not_read(tool: Path, tmp_path: Path) -> None:
    """The buffers are full, in the middle of a PDU: what is left is to drop the connection."""
    resume = threading.Event()
    conduct = Script(on_data=script.stall(resume), receive_buffer=65536, keep_data=False)
    with ScriptedScp(conduct) as scp:
        with started(tool, "127.0.0.1", str(scp.port), sparse(tmp_path / "large.dcm", LARGE)) as process:
            scp.wait_for("command")
            time.sleep(0.3)
            interrupted(interrupt(process))
        resume.set()
        (seen,) = scp.finish()
    assert not seen.stores[0].complete
    assert re.match(r"abort|closed within a PDU|closed|reset", seen.events[-1])


def test_a_file_that_shrinks_while_it_is_sent(tool: Path, tmp_path: Path) -> None:
    path = sparse(tmp_path / "large.dcm", LARGE)
    resume = threading.Event()
    conduct = Script(on_data=script.stall(resume), receive_buffer=65536, keep_data=False)
    with ScriptedScp(conduct) as scp:
        with started(tool, "127.0.0.1", str(scp.port), path) as process:
            scp.wait_for("command")
            time.sleep(0.3)
            os.truncate(path, LARGE // 16)
            resume.set()
            out, err = process.communicate(timeout=20)
            result = Result(process.returncode, out, err, 0)
        (seen,) = scp.finish()
    ended(tool, result, (FAILURE, NOT_SENT), 1)
    line = one_line(result)
    assert str(path) in line
    assert "file" in line
    assert not seen.stores[0].complete
    assert re.match(r"abort|closed|reset", seen.events[-1])


def test_a_peer_that_reads_slowly_gets_all(tool: Path, tmp_path: Path) -> None:
    path = sparse(tmp_path / "large.dcm", LARGE // 4)
    conduct = Script(on_data=script.delay(0.5), receive_buffer=65536, keep_data=False)
    with ScriptedScp(conduct) as scp:
        result = run(tool, ["-td", "20", "127.0.0.1", str(scp.port), path])
        (seen,) = scp.finish()
    assert (result.code, result.err) == (0, "")
    assert seen.stores[0].complete
    assert seen.stores[0].data_length > LARGE // 4


def test_the_conduct_of_this_file_is_no_fault_by_itself(tool: Path, inputs: Inputs) -> None:
    """The same files and options to a peer that does nothing wrong: or the faults above would prove nothing."""
    for name in ("sc", "large"):
        with ScriptedScp(ACCEPT_ALL) as scp:
            result = run(tool, ["-ta", "1", "-td", "1", "127.0.0.1", str(scp.port), inputs.file(name)])
            (seen,) = scp.finish()
        assert (result.code, result.err) == (0, "")
        assert seen.events == ["connect", "associate", "command", "store", "release", "closed"]


# found by review


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_closed_standard_stream_is_not_the_association(tool: Path, inputs: Inputs, closed: int) -> None:
    """The socket would get the number of the closed stderr, and the peer the log lines."""
    with ScriptedScp() as scp:
        command = f'exec "$0" "$@" {closed}>&-'
        line = ["sh", "-c", command, str(tool), "-v", "127.0.0.1", str(scp.port), inputs.file("sc")]
        done = subprocess.run(line, capture_output=True, timeout=20, check=False)
        (seen,) = scp.finish()
    assert (done.returncode, len(seen.stores), seen.ending) == (0, 1, "release")


def test_files_that_a_halt_leaves_are_counted(tool: Path, inputs: Inputs) -> None:
    with ScriptedScp(Script(on_response=script.close)) as scp:
        files = [inputs.file(name) for name in ("ct", "mr", "sc")]
        result = run(tool, ["127.0.0.1", str(scp.port), *files])
    assert result.code in (10, 62)
    assert any(line.startswith("W: 2 ") and "not sent" in line for line in result.lines)


def test_the_address_family_that_the_system_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next address is tried, and where none is left, the network is at fault."""
    import _socket

    from storejet.errors import NetworkError
    from storejet.net import connection

    def none(*_: object) -> None:
        raise OSError(97, "Address family not supported by protocol")

    monkeypatch.setattr(connection._socket, "socket", none)
    with pytest.raises(NetworkError, match="Address family not supported") as caught:
        connection.connect("127.0.0.1", 104, _socket.AF_INET, 1.0)
    assert caught.value.code == "0006:031c"
