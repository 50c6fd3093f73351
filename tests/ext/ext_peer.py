"""The other end of a wire, which answers C-STORE requests as it is told to."""

from __future__ import annotations

import socket
import struct
import threading

from ext_objects import CLASS_UID, INSTANCE_UID

from storejet._core import EXPECT_ANY, Source, Wire

CONTEXT, MESSAGE_ID = 3, 0x1234


def answer(message_id: int = MESSAGE_ID, status: int = 0, comment: bytes = b"") -> bytes:
    command = b"".join(
        struct.pack("<HHIH", 0, number, 2, value)
        for number, value in ((0x100, 0x8001), (0x120, message_id), (0x800, 0x0101), (0x900, status))
    )
    if comment:
        command += struct.pack("<HHI", 0, 0x902, len(comment)) + comment
    command = struct.pack("<HHII", 0, 0, 4, len(command)) + command
    return struct.pack(">BBIIBB", 4, 0, len(command) + 6, len(command) + 2, CONTEXT, 3) + command


class Peer:
    """The other end of a connection; ``serve`` answers each whole message in a thread."""

    def __init__(self, buffers: int = 0) -> None:
        with socket.socket() as listener:
            if buffers:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffers)
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            self.near = socket.socket()
            if buffers:
                self.near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffers)
            self.near.connect(listener.getsockname())
            self.far = listener.accept()[0]
        #: the data sets of the messages that came
        self.received: list[bytes] = []
        self.thread: threading.Thread | None = None

    def serve(self, *answers: bytes) -> None:
        def messages() -> None:
            for said in answers:
                last, data = 0, b""
                while last != 2:
                    header = self.read(12)
                    last = header[11]
                    body = self.read(struct.unpack_from(">I", header, 6)[0] - 2)
                    data += body if last in {0, 2} else b""
                self.received.append(data)
                self.far.sendall(said)

        self.thread = threading.Thread(target=messages)
        self.thread.start()

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.far.recv(count - len(data))
            if not part:
                raise ConnectionResetError
            data += part
        return data

    def end(self) -> None:
        self.near.close()
        if self.thread is not None:
            self.thread.join(10)
            assert not self.thread.is_alive()
        self.far.close()


def wired(peer: Peer, maximum: int = 16384) -> Wire:
    wire = Wire(peer.near.fileno())
    wire.limit(maximum, 0)
    wire.stall = wire.patience = 5.0
    return wire


def store(wire: Wire, source: Source, message_id: int = MESSAGE_ID, context: int = CONTEXT) -> tuple[int, str]:
    return wire.store(source, context, CLASS_UID, INSTANCE_UID, message_id, None, None, EXPECT_ANY)
