"""The null SCP and the raw sink with senders that others wrote."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from peers import found

from bench.raw_scu import connected
from bench.receiver import Receiver

Sink = Callable[..., Receiver]


@pytest.fixture(scope="module")
def files(corpora: Path) -> tuple[list[str], int]:
    """Small and larger objects, and the bytes of their data sets."""
    import corpora as bench_corpora

    small, large = bench_corpora.make("quick-small", corpora), bench_corpora.make("quick-ct", corpora)
    paths = (*small.files[:30], *large.files[:5])
    # preamble, "DICM", the group length element, and the group that it measures
    heads = [132 + 12 + int.from_bytes(path.read_bytes()[140:144], "little") for path in paths]
    return [str(path) for path in paths], sum(path.stat().st_size for path in paths) - sum(heads)


def send(command: Sequence[str | Path], port: int, files: Sequence[str], timeout: float = 60) -> None:
    environment = {**os.environ, "TCP_NODELAY": "1"}
    done = subprocess.run(
        [*command, "127.0.0.1", str(port), *files], capture_output=True, timeout=timeout, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("size", ["0", "4096", "16384", "131072"])
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_dcmtk(sink: Sink, files: tuple[list[str], int], tool: str, size: str) -> None:
    peer = sink("--max-pdu", size)
    send([found.dcmtk(tool)], peer.port, files[0])
    assert peer.end() == (len(files[0]), files[1])


def test_dcmtk_repeat_and_several_associations(sink: Sink, files: tuple[list[str], int]) -> None:
    peer = sink()
    for _ in range(3):
        send([found.dcmtk("storescu"), "--repeat", "4"], peer.port, files[0])
    assert peer.end() == (12 * len(files[0]), 12 * files[1])


def test_dcmtk_abort(sink: Sink, files: tuple[list[str], int]) -> None:
    peer = sink("--once")
    send([found.dcmtk("storescu"), "--abort"], peer.port, files[0])
    assert peer.counted() == (len(files[0]), files[1])


def test_dcmtk_side_by_side(sink: Sink, files: tuple[list[str], int]) -> None:
    peer = sink()
    environment = {**os.environ, "TCP_NODELAY": "1"}
    command = [found.dcmtk("dcmsend"), "127.0.0.1", str(peer.port), *files[0]]
    senders = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(4)]
    assert [sender.wait(60) for sender in senders] == [0] * 4
    assert peer.end() == (4 * len(files[0]), 4 * files[1])


@pytest.mark.parametrize("size", ["0", "4096"])
def test_pynetdicom(sink: Sink, files: tuple[list[str], int], size: str) -> None:
    peer = sink("--max-pdu", size, "--prefer", "1.2.840.10008.1.2.1")
    send([sys.executable, "-m", "pynetdicom", "storescu"], peer.port, files[0])
    assert peer.end() == (len(files[0]), files[1])


def test_raw_bytes(sink: Sink, programs: dict[str, Path]) -> None:
    peer = sink("--raw")
    for chunk in ("1", "65536", "1000000"):
        done = subprocess.run(
            [programs["rawwrite"], str(peer.port), "--bytes", "100001", "--chunk", chunk],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        assert 0 < float(done.stdout) < 30
    assert peer.end() == (3, 3 * 100001)


def test_raw_exchange(sink: Sink, programs: dict[str, Path]) -> None:
    """Ten exchanges and a rest that gets no answer of its own."""
    peer = sink("--raw", "--exchange", "5000")
    command = [programs["rawwrite"], str(peer.port), "--bytes", "50007", "--exchange", "5000"]
    subprocess.run(command, capture_output=True, timeout=30, check=True)
    with connected(peer.port) as client:
        client.send(bytes(12_500))
        assert client.exactly(2) == bytes(2)
        client.socket.shutdown(socket.SHUT_WR)
        assert client.exactly(1) == b"\0"
        assert client.socket.recv(1) == b""
    assert peer.end() == (2, 50007 + 12_500)


def test_raw_files(sink: Sink, programs: dict[str, Path], files: tuple[list[str], int]) -> None:
    peer = sink("--raw", "--once")
    subprocess.run([programs["rawwrite"], str(peer.port), *files[0]], capture_output=True, timeout=30, check=True)
    assert peer.counted() == (1, sum(Path(path).stat().st_size for path in files[0]))


def test_raw_writer_needs_the_confirmation(programs: dict[str, Path]) -> None:
    """Bytes that were only queued are not bytes that arrived: a peer that closes is a failure."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [programs["rawwrite"], str(server.getsockname()[1]), "--bytes", "20"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer:
            connection, _ = server.accept()
            with connection:
                while connection.recv(100):
                    pass
            out, err = writer.communicate(timeout=30)
    assert (writer.returncode, out, err) == (1, "", "rawwrite: the sink did not confirm\n")
