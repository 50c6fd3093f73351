"""Free ports, servers that are started and ended, and whether a DICOM server listens, asked with an association."""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from peers import wire
from peers.process import surroundings


def free_port() -> int:
    """A TCP port of the loopback interface on which nothing listens now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def read_pdu(sock: socket.socket) -> tuple[int, bytes]:
    def read(count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = sock.recv(count - len(data))
            if not part:
                raise ConnectionResetError("end of stream")
            data += part
        return data

    kind, _, length = struct.unpack(">BBI", read(6))
    return kind, read(length)


def associates(port: int) -> bool:
    """Associate for verification and release again: nothing is left behind that a log could call broken."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
        context = wire.Context(1, wire.VERIFICATION, (wire.IMPLICIT,))
        sock.sendall(wire.associate_rq("ANY-SCP", "TESTS", [context]))
        if read_pdu(sock)[0] != wire.A_ASSOCIATE_AC:
            return False
        sock.sendall(wire.RELEASE_RQ)
        return read_pdu(sock)[0] == wire.A_RELEASE_RP
    return False


@contextlib.contextmanager
def server(
    command: Sequence[str | Path],
    ready: Callable[[], bool],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block; ``ready`` tells when it can be used, ``log`` takes what it says."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=surroundings(env), cwd=cwd
        )
    try:
        deadline = time.monotonic() + 30
        while not ready():
            said = log.read_text(errors="replace")
            assert process.poll() is None, f"{command[0]} ended at once: {said}"
            assert time.monotonic() < deadline, f"{command[0]} is not ready after 30 s: {said}"
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def full_backlog() -> Iterator[int]:
    """A port whose server never accepts and whose queue is full: a connection to it is neither made nor refused."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        for _ in range(16):
            filler = stack.enter_context(socket.socket())
            filler.settimeout(0.2)
            try:
                filler.connect(address)
            except TimeoutError:
                break
        else:
            raise AssertionError("the backlog does not fill")
        yield address[1]
