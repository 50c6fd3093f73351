"""Bytes of an SCU, made by hand, and a socket to send them with: what no well-behaved sender would do."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

CT = b"1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = b"1.2.840.10008.1.2"
EXPLICIT = b"1.2.840.10008.1.2.1"
COMMAND, LAST = 1, 2
#: PS3.8 table 9-26: source 2, then the reason
UNRECOGNIZED_PDU, UNEXPECTED_PDU, UNEXPECTED_PARAMETER, INVALID_PARAMETER = 1, 2, 5, 6
RELEASE = b"\x05\0\0\0\0\4\0\0\0\0"
RELEASED = b"\x06\0\0\0\0\4\0\0\0\0"


def item(kind: int, value: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(value)) + value


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxI", kind, len(body)) + body


def context(number: int, *syntaxes: bytes) -> bytes:
    return item(0x20, bytes((number, 0, 0, 0)) + item(0x30, CT) + b"".join(item(0x40, s) for s in syntaxes))


def associate(*contexts: bytes) -> bytes:
    """An A-ASSOCIATE-RQ with these presentation context items (default: one, number 1, implicit VR little endian)."""
    fixed = struct.pack(">HH16s16s32s", 1, 0, b"SINK".ljust(16), b"RAW".ljust(16), bytes(32))
    user = item(0x50, item(0x51, struct.pack(">I", 16384)) + item(0x52, b"2.25.1"))
    return pdu(1, fixed + item(0x10, b"1.2.840.10008.3.1.1.1") + b"".join(contexts or [context(1, IMPLICIT)]) + user)


def element(number: int, value: bytes) -> bytes:
    return struct.pack("<HHI", 0, number, len(value)) + value


def us(number: int, value: int) -> bytes:
    return element(number, struct.pack("<H", value))


def command_set(*elements: bytes) -> bytes:
    body = b"".join(elements)
    return element(0, struct.pack("<I", len(body))) + body


def store(message: int = 1, data_set: int = 1) -> bytes:
    """The command set of a C-STORE-RQ."""
    class_uid, instance_uid = element(2, CT + b"\0"), element(0x1000, b"2.25.42\0")
    return command_set(class_uid, us(0x100, 1), us(0x110, message), us(0x700, 0), us(0x800, data_set), instance_uid)


def echo(message: int = 7) -> bytes:
    """The command set of a C-ECHO-RQ."""
    return command_set(element(2, b"1.2.840.10008.1.1\0"), us(0x100, 0x30), us(0x110, message), us(0x800, 0x101))


def pdv(flags: int, value: bytes, number: int = 1) -> bytes:
    return struct.pack(">IBB", len(value) + 2, number, flags) + value


def data(*pdvs: bytes) -> bytes:
    """A P-DATA-TF PDU."""
    return pdu(4, b"".join(pdvs))


def object_of(length: int, message: int = 1) -> bytes:
    """A whole C-STORE: command set and data set in a PDU each."""
    return data(pdv(COMMAND | LAST, store(message))) + data(pdv(LAST, bytes(length)))


class Client:
    """A socket that reads PDUs."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.socket.sendall(part)

    def exactly(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            more = self.socket.recv(length - len(got))
            assert more, f"connection closed after {got!r}"
            got += more
        return got

    def pdu(self) -> tuple[int, bytes]:
        """Type and body of the next PDU."""
        kind, length = struct.unpack(">BxI", self.exactly(6))
        return kind, self.exactly(length)

    def response(self) -> tuple[int, dict[int, bytes]]:
        """Context and elements of the next message, which must be one whole command set in one PDU."""
        kind, body = self.pdu()
        assert kind == 4, f"PDU type {kind}: {body!r}"
        length, number, flags = struct.unpack(">IBB", body[:6])
        assert (length, flags) == (len(body) - 4, COMMAND | LAST)
        elements: dict[int, bytes] = {}
        at = 6
        while at < len(body):
            group, tag, size = struct.unpack("<HHI", body[at : at + 8])
            assert group == 0
            elements[tag] = body[at + 8 : at + 8 + size]
            at += 8 + size
        assert list(elements) == sorted(elements)
        assert struct.unpack("<I", elements[0]) == (len(body) - 6 - 12,)
        return number, elements

    def stored(self, message: int = 1) -> None:
        """The next message must be the success of this C-STORE."""
        _, elements = self.response()
        assert elements[0x100] == b"\x01\x80"
        assert elements[0x900] == b"\0\0"
        assert struct.unpack("<H", elements[0x120]) == (message,)

    def aborted(self, reason: int) -> None:
        """The next PDU must be the provider's A-ABORT with this reason, and the connection must end."""
        assert self.pdu() == (7, bytes((0, 0, 2, reason)))
        self.socket.shutdown(socket.SHUT_WR)
        assert self.socket.recv(1) == b""


@contextmanager
def connected(port: int) -> Iterator[Client]:
    """A connection without an association."""
    client = Client(port)
    try:
        yield client
    finally:
        client.socket.close()


@contextmanager
def associated(port: int, *contexts: bytes) -> Iterator[Client]:
    """An accepted association."""
    with connected(port) as client:
        client.send(associate(*contexts))
        assert client.pdu()[0] == 2
        yield client
