"""The cable between a tool and a server: it keeps what goes through it, and may break, stall or alter it at a byte."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from dataclasses import dataclass, field

#: types of records (RFC 8446 5.1)
CHANGE_CIPHER, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23

#: an alert behind the encryption of TLS 1.3: level, description, type, tag
SEALED_ALERT = 2 + 1 + 16


def records(stream: bytes) -> list[tuple[int, int]]:
    """(type, length) of the records of TLS that a stream consists of."""
    found, at = [], 0
    while at < len(stream):
        kind, _version, length = struct.unpack_from(">BHH", stream, at)
        found.append((kind, length))
        at += 5 + length
    return found


@dataclass
class Trouble:
    """What happens once ``after`` bytes have come from the tool (``down``: for it).

    ``act``: "stall" (nothing moves any more), "close" (both ends, in order), "reset", "flip" (one bit of that byte), or
    bytes that are put into the stream for the tool.
    """

    after: int
    act: str | bytes
    down: bool = False


@dataclass
class Cable:
    """``port`` is the one to connect to, ``to`` where it leads. ``up`` is what came from the tool, ``down`` for it."""

    to: int
    trouble: Trouble | None = None
    up: bytearray = field(default_factory=bytearray)
    down: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        self.port = int(self.listener.getsockname()[1])
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self) -> Cable:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
        assert not self.thread.is_alive()

    def serve(self) -> None:
        try:
            near, _ = self.listener.accept()
        except OSError:
            return
        with near, socket.create_connection(("127.0.0.1", self.to)) as far, contextlib.suppress(OSError):
            near.settimeout(10)
            far.settimeout(10)
            open_ends = [near, far]
            while open_ends and not self.over.is_set():
                for source in select.select(open_ends, [], [], 0.2)[0]:
                    other, kept = (far, self.up) if source is near else (near, self.down)
                    data = source.recv(1 << 16)
                    if not data:
                        open_ends.remove(source)
                        other.shutdown(socket.SHUT_WR)
                        continue
                    kept += data
                    if self.carry(data, other, len(kept), near, far):
                        return

    def carry(self, data: bytes, other: socket.socket, total: int, near: socket.socket, far: socket.socket) -> bool:
        """Hand on what came; True if that was the last."""
        trouble = self.trouble
        if trouble is None or trouble.down != (other is near) or total <= trouble.after:
            other.sendall(data)
            return False
        self.trouble = None
        at = len(data) - (total - trouble.after)
        if trouble.act == "flip":
            other.sendall(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
            return False
        if isinstance(trouble.act, bytes):
            near.sendall(trouble.act)
            other.sendall(data)
            return False
        other.sendall(data[:at])
        if trouble.act == "stall":
            self.over.wait(20)
        elif trouble.act == "reset":
            for sock in (near, far):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return True
