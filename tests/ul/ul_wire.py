"""Bytes that an acceptor sends, put together by hand for the tests (PS3.8 9.3, PS3.7 D.3.3)."""

from __future__ import annotations

import struct

from storejet.ul.parameters import (
    AssociateRequest,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
    UserIdentity,
)

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG = "1.2.840.10008.1.2.2"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
APPLICATION_CONTEXT = b"1.2.840.10008.3.1.1.1"


def request(**changes: object) -> AssociateRequest:
    """A request with all that one can hold; ``changes`` replace its parameters."""
    parameters: dict[str, object] = {
        "max_length_received": 16384,
        "role_selections": (RoleSelection(CT, True, True),),
        "extended_negotiations": (ExtendedNegotiation(CT, b"\x02\x00\x03\x00\x00\x00"),),
        "user_identity": UserIdentity(2, True, b"joe", b"secret"),
    }
    contexts = (ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(3, CT, (BIG, IMPLICIT)))
    called = changes.pop("called_ae_title", "ANY-SCP")
    calling = changes.pop("calling_ae_title", "STORESCU")
    contexts = changes.pop("contexts", contexts)  # type: ignore[assignment]
    parameters.update(changes)
    return AssociateRequest(called, calling, contexts, **parameters)  # type: ignore[arg-type]


def item(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(content)) + content


def counted(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")


def context(id: int, result: int, *transfer_syntaxes: str | bytes) -> bytes:
    """A presentation context item of the answer (PS3.8 9.3.3.2)."""
    raw = [uid if isinstance(uid, bytes) else uid.encode("ascii") for uid in transfer_syntaxes]
    return item(0x21, bytes((id, 0, result, 0)) + b"".join(item(0x40, uid) for uid in raw))


def information(*sub_items: bytes, max_length: int | None = 16384) -> bytes:
    """A user information item."""
    first = b"" if max_length is None else item(0x51, struct.pack(">I", max_length))
    return item(0x50, first + b"".join(sub_items))


def accept(*items: bytes, version: int = 1, application_context: bytes | None = APPLICATION_CONTEXT) -> bytes:
    """The body of an A-ASSOCIATE-AC."""
    fixed = struct.pack(">HH", version, 0) + b"ANY-SCP".ljust(16) + b"STORESCU".ljust(16) + bytes(32)
    first = b"" if application_context is None else item(0x10, application_context)
    return fixed + first + b"".join(items)


def full_accept() -> bytes:
    """An answer to ``request()`` with every item and sub-item that an answer can have."""
    return accept(
        context(1, 0, EXPLICIT),
        context(3, 4, IMPLICIT),
        information(
            item(0x52, b"1.2.3.4"),
            item(0x53, struct.pack(">HH", 2, 1)),
            item(0x54, counted(CT) + b"\x01\x00"),
            item(0x55, b"PEER 1"),
            item(0x56, counted(CT) + b"\x01\x02\x03"),
            item(0x59, struct.pack(">H", 4) + b"gate"),
        ),
    )
