"""The DICOM upper layer as the tests' SCP sees it, written apart from ``src``: what arrived, decoded; what to answer.

PS3.8 9.3 (PDUs), PS3.8 annex D and PS3.7 annex D (user information), PS3.7 6.3 and 9.1.1 (command sets, C-STORE).
Every length is checked: a message that is not exactly what the standard says raises :class:`Malformed`.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

A_ASSOCIATE_RQ, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, P_DATA_TF = 1, 2, 3, 4
A_RELEASE_RQ, A_RELEASE_RP, A_ABORT = 5, 6, 7

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
UNCOMPRESSED = (EXPLICIT, BIG_ENDIAN, IMPLICIT)
VERIFICATION = "1.2.840.10008.1.1"

ACCEPTED, USER_REJECTION, ABSTRACT_SYNTAX_UNKNOWN, TRANSFER_SYNTAXES_UNKNOWN = 0, 1, 3, 4

MAX_LENGTH_ITEM, IMPLEMENTATION_CLASS_ITEM, IMPLEMENTATION_VERSION_ITEM = 0x51, 0x52, 0x55

C_STORE_RQ, C_STORE_RSP = 0x0001, 0x8001
NO_DATA_SET = 0x0101

#: a result of negotiation: presentation context id, result, transfer syntax
Result: TypeAlias = "tuple[int, int, str]"
CommandSet: TypeAlias = "dict[int, str | int | bytes]"


class Malformed(Exception):
    """What arrived is not what PS3.7 or PS3.8 allow."""


@dataclass(frozen=True)
class Context:
    """One proposed presentation context (PS3.8 9.3.2.2)."""

    id: int
    abstract: str
    syntaxes: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """A decoded A-ASSOCIATE-RQ (PS3.8 9.3.2). ``user_items`` keeps type and value of each item, in order."""

    version: int
    called: str
    calling: str
    application_context: str
    contexts: tuple[Context, ...]
    user_items: tuple[tuple[int, bytes], ...]
    raw: bytes

    @property
    def max_length(self) -> int | None:
        for kind, value in self.user_items:
            if kind == MAX_LENGTH_ITEM:
                return int(struct.unpack(">I", value)[0])
        return None


def text(value: bytes, what: str) -> str:
    try:
        return value.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed(f"{what} is not ASCII: {value!r}") from error


def uid(value: bytes, what: str) -> str:
    """A UID in a PDU: digits and dots, up to 64, no padding (PS3.8 annex F)."""
    if not 1 <= len(value) <= 64 or value.strip(b"0123456789."):
        raise Malformed(f"{what} is not a UID: {value!r}")
    return text(value, what)


def items(body: bytes, what: str) -> list[tuple[int, bytes]]:
    """The type-length-value items of PS3.8 9.3.2, which must fill ``body`` exactly."""
    found = []
    at = 0
    while at < len(body):
        if at + 4 > len(body):
            raise Malformed(f"{what}: {len(body) - at} stray bytes")
        kind, reserved, length = struct.unpack_from(">BBH", body, at)
        if reserved:
            raise Malformed(f"{what}: reserved byte of item {kind:#x} is {reserved}")
        at += 4
        if at + length > len(body):
            raise Malformed(f"{what}: item {kind:#x} of {length} bytes passes the end")
        found.append((kind, body[at : at + length]))
        at += length
    return found


def parse_context(value: bytes) -> Context:
    if len(value) < 4:
        raise Malformed(f"presentation context of {len(value)} bytes")
    parts = items(value[4:], "presentation context")
    if not parts or parts[0][0] != 0x30 or len(parts) < 2 or any(kind != 0x40 for kind, _ in parts[1:]):
        raise Malformed(f"presentation context of items {[hex(kind) for kind, _ in parts]}")
    syntaxes = tuple(uid(part, "transfer syntax") for _, part in parts[1:])
    return Context(value[0], uid(parts[0][1], "abstract syntax"), syntaxes)


def parse_request(body: bytes) -> Request:
    """Decode the variable field of an A-ASSOCIATE-RQ (PS3.8 9.3.2)."""
    if len(body) < 68:
        raise Malformed(f"A-ASSOCIATE-RQ of {len(body)} bytes")
    version = struct.unpack_from(">H", body)[0]
    if body[2:4] != b"\0\0" or body[36:68] != bytes(32):
        raise Malformed("reserved bytes of the A-ASSOCIATE-RQ are not zero")
    parts = items(body[68:], "A-ASSOCIATE-RQ")
    kinds = [kind for kind, _ in parts]
    if len(kinds) < 3 or kinds[0] != 0x10 or kinds[-1] != 0x50 or any(kind != 0x20 for kind in kinds[1:-1]):
        raise Malformed(f"A-ASSOCIATE-RQ of items {[hex(kind) for kind in kinds]}")
    contexts = tuple(parse_context(value) for kind, value in parts[1:-1])
    ids = [context.id for context in contexts]
    if len(set(ids)) != len(ids) or any(not number % 2 for number in ids):
        raise Malformed(f"presentation context ids {ids}")
    user_items = tuple(items(parts[-1][1], "user information"))
    for kind, value in user_items:
        if kind == MAX_LENGTH_ITEM and len(value) != 4:
            raise Malformed(f"maximum length item of {len(value)} bytes")
    return Request(
        version,
        text(body[4:20], "called AE title"),
        text(body[20:36], "calling AE title"),
        uid(parts[0][1], "application context"),
        contexts,
        user_items,
        body,
    )


def parse_command(data: bytes) -> CommandSet:
    """Decode a command set (implicit VR little endian, PS3.7 6.3.1), and check order, lengths and group length."""
    command: CommandSet = {}
    at, last = 0, -1
    while at < len(data):
        if at + 8 > len(data):
            raise Malformed(f"command set: {len(data) - at} stray bytes")
        group, element, length = struct.unpack_from("<HHI", data, at)
        at += 8
        if group or element <= last or length % 2 or at + length > len(data):
            raise Malformed(f"command element ({group:04x},{element:04x}) of {length} bytes after {last:04x}")
        value = data[at : at + length]
        at += length
        last = element
        if element in (0x0002, 0x1000):
            command[element] = text(value[:-1] if value.endswith(b"\0") else value, f"command element {element:04x}")
        elif length in (2, 4):
            command[element] = int.from_bytes(value, "little")
        else:
            command[element] = value
    if command.get(0x0000) != len(data) - 12:
        raise Malformed(f"command group length {command.get(0x0000)!r} of a command set of {len(data)} bytes")
    if 0x0100 not in command or 0x0110 not in command or 0x0800 not in command:
        raise Malformed(f"command set of elements {[f'{tag:04x}' for tag in command]}")
    return command


def pdu(kind: int, body: bytes, length: int | None = None) -> bytes:
    """A PDU; ``length`` lies about its body when given."""
    return struct.pack(">BBI", kind, 0, len(body) if length is None else length) + body


def item(kind: int, value: bytes, length: int | None = None) -> bytes:
    return struct.pack(">BBH", kind, 0, len(value) if length is None else length) + value


def pdv(context: int, control: int, data: bytes, length: int | None = None) -> bytes:
    """A presentation data value item (PS3.8 9.3.5.1); ``control``: 1 command, 2 last."""
    return struct.pack(">IBB", len(data) + 2 if length is None else length, context, control) + data


def element(number: int, value: str | int | bytes) -> bytes:
    """One element of a command set: text is a UID, an int is US, but UL for the group length."""
    if isinstance(value, str):
        value = value.encode("ascii")
        value += b"\0" * (len(value) % 2)
    elif isinstance(value, int):
        value = value.to_bytes(2 if number else 4, "little")
    return struct.pack("<HHI", 0, number, len(value)) + value


def command_set(command: CommandSet) -> bytes:
    """Encode a command set; the group length is added."""
    body = b"".join(element(number, value) for number, value in sorted(command.items()) if number)
    return element(0, len(body)) + body


def user_information(max_length: int | None, more: Sequence[tuple[int, bytes]] = ()) -> bytes:
    """The user information item of our A-ASSOCIATE PDUs; ``max_length`` None leaves its item away."""
    parts = [] if max_length is None else [item(MAX_LENGTH_ITEM, struct.pack(">I", max_length))]
    parts.append(item(IMPLEMENTATION_CLASS_ITEM, b"2.25.1"))
    parts.append(item(IMPLEMENTATION_VERSION_ITEM, b"TESTS"))
    parts += [item(kind, value) for kind, value in more]
    return item(0x50, b"".join(parts))


def result_item(number: int, result: int, syntax: str) -> bytes:
    """The answer to one presentation context (PS3.8 9.3.3.2)."""
    return item(0x21, bytes([number, 0, result, 0]) + item(0x40, syntax.encode("ascii")))


def associate_ac(request: Request, results: Sequence[Result], user: bytes, version: int = 1) -> bytes:
    """An A-ASSOCIATE-AC (PS3.8 9.3.3) with the titles of the request; ``user`` is a whole user information item."""
    body = struct.pack(">HH", version, 0) + request.raw[4:68] + item(0x10, APPLICATION_CONTEXT.encode("ascii"))
    body += b"".join(result_item(*result) for result in results) + user
    return pdu(A_ASSOCIATE_AC, body)


def associate_rq(called: str, calling: str, contexts: Sequence[Context]) -> bytes:
    """An A-ASSOCIATE-RQ (PS3.8 9.3.2), for the peers that must be asked whether they listen."""
    body = struct.pack(">HH", 1, 0) + called.ljust(16).encode() + calling.ljust(16).encode() + bytes(32)
    body += item(0x10, APPLICATION_CONTEXT.encode("ascii"))
    for context in contexts:
        syntaxes = b"".join(item(0x40, syntax.encode("ascii")) for syntax in context.syntaxes)
        body += item(0x20, bytes([context.id, 0, 0, 0]) + item(0x30, context.abstract.encode("ascii")) + syntaxes)
    return pdu(A_ASSOCIATE_RQ, body + user_information(16384))


def associate_rj(result: int, source: int, reason: int) -> bytes:
    return pdu(A_ASSOCIATE_RJ, bytes([0, result, source, reason]))


def abort(source: int = 0, reason: int = 0) -> bytes:
    return pdu(A_ABORT, bytes([0, 0, source, reason]))


RELEASE_RQ = pdu(A_RELEASE_RQ, bytes(4))
RELEASE_RP = pdu(A_RELEASE_RP, bytes(4))
