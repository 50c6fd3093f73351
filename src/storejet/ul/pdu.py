"""The PDUs of association control as bytes (PS3.8 9.3, PS3.7 D.3.3): what a requestor sends and what it receives.

Encoders give a whole PDU. Decoders take its body, that is, all after the 6-byte header, and believe no length in it.

Layout of all PDUs: type (1 byte), reserved (1), length of the body (4). Of items and sub-items: type (1), reserved (1),
length of what follows (2). Numbers are big endian.
"""

from storejet.errors import InternalError, ProtocolError, UsageError
from storejet.ul.parameters import (
    NOT_ANSWERED,
    Accepted,
    AssociateRequest,
    ContextResult,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
    UserIdentity,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: PDU types (PS3.8 9.3.1)
A_ASSOCIATE_RQ = 0x01
A_ASSOCIATE_AC = 0x02
A_ASSOCIATE_RJ = 0x03
P_DATA_TF = 0x04
A_RELEASE_RQ = 0x05
A_RELEASE_RP = 0x06
A_ABORT = 0x07

#: PDU type → its name in the standard
PDU_NAMES = {
    A_ASSOCIATE_RQ: "A-ASSOCIATE-RQ",
    A_ASSOCIATE_AC: "A-ASSOCIATE-AC",
    A_ASSOCIATE_RJ: "A-ASSOCIATE-RJ",
    P_DATA_TF: "P-DATA-TF",
    A_RELEASE_RQ: "A-RELEASE-RQ",
    A_RELEASE_RP: "A-RELEASE-RP",
    A_ABORT: "A-ABORT",
}

#: item types (PS3.8 9.3.2, 9.3.3) and user information sub-item types (PS3.8 D.1, PS3.7 D.3.3)
_APPLICATION_CONTEXT = 0x10
_PROPOSED_CONTEXT = 0x20
_ANSWERED_CONTEXT = 0x21
_ABSTRACT_SYNTAX = 0x30
_TRANSFER_SYNTAX = 0x40
_USER_INFORMATION = 0x50
_MAXIMUM_LENGTH = 0x51
_IMPLEMENTATION_CLASS_UID = 0x52
_ASYNCHRONOUS_OPERATIONS = 0x53
_ROLE_SELECTION = 0x54
_IMPLEMENTATION_VERSION_NAME = 0x55
_EXTENDED_NEGOTIATION = 0x56
_USER_IDENTITY = 0x58
_USER_IDENTITY_RESPONSE = 0x59

#: the DICOM application context (PS3.7 A.2.1)
APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
#: as many odd numbers as a byte has
MAX_CONTEXTS = 128
#: the fixed part of A-ASSOCIATE-RQ and -AC: version (2 bytes), reserved (2), two titles (16 each), reserved (32)
_FIXED = 68
_MAX_ITEM = 0xFFFF

A_RELEASE_RQ_BYTES = b"\x05\x00\x00\x00\x00\x04\x00\x00\x00\x00"
A_RELEASE_RP_BYTES = b"\x06\x00\x00\x00\x00\x04\x00\x00\x00\x00"


# ---- what we send


def encode_associate_rq(request: AssociateRequest) -> bytes:
    """The A-ASSOCIATE-RQ (PS3.8 9.3.2).

    Raises UsageError for what the user asked and a PDU cannot hold: an empty title (0006:030c), no context or user
    information beyond 65535 bytes (0006:0103), more than 128 contexts (0006:0101).
    """
    _check(request)
    body = b"".join(
        [
            b"\x00\x01\x00\x00",
            _title(request.called_ae_title, "Called"),
            _title(request.calling_ae_title, "Calling"),
            bytes(32),
            _item(_APPLICATION_CONTEXT, APPLICATION_CONTEXT.encode("ascii")),
            *[_proposed(context) for context in request.contexts],
            _user_information(request),
        ]
    )
    return b"\x01\x00" + len(body).to_bytes(4, "big") + body


def encode_abort(source: int, reason: int) -> bytes:
    """The A-ABORT (PS3.8 9.3.8): source 0 service user (reason 0) or 2 service provider."""
    return bytes((A_ABORT, 0, 0, 0, 0, 4, 0, 0, source, reason))


def _check(request: AssociateRequest) -> None:
    if not request.contexts:
        raise _unusable("missing presentation contexts, there is nothing to propose", "0006:0103")
    if len(request.contexts) > MAX_CONTEXTS:
        text = f"Too many presentation contexts: {len(request.contexts)}, an association takes {MAX_CONTEXTS}"
        raise _unusable(text, "0006:0101")
    ids = [context.id for context in request.contexts]
    if len(set(ids)) != len(ids) or not all(0 < id < 256 and id & 1 for id in ids):
        raise InternalError(f"presentation context IDs are not different odd numbers: {ids}")
    if not 0 <= request.max_length_received <= 0xFFFFFFFF:
        raise InternalError(f"maximum length {request.max_length_received} does not fit in 4 bytes")
    if not 0 < len(request.implementation_version_name) <= 16:
        raise InternalError(f"implementation version name {request.implementation_version_name!r} is empty or too long")


def _unusable(text: str, code: str) -> UsageError:
    return UsageError(text, code=code)


def encoded(text: str) -> bytes:
    """Text of the command line or of a file as the bytes that it was made of."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # which text it is stays unsaid: it may be a password
        raise InternalError(f"text of {len(text)} characters that never was bytes") from None


def _title(text: str, which: str) -> bytes:
    """An AE title in its 16 bytes; a longer one is cut, as DCMTK's tools do."""
    if not text:
        raise _unusable(f"Illegal service parameter: {which} AP Title is empty", "0006:030c")
    return encoded(text)[:16].ljust(16)


def _item(kind: int, content: bytes) -> bytes:
    if len(content) > _MAX_ITEM:
        text = f"item {kind:02X}H of the A-ASSOCIATE-RQ ({len(content)} bytes) exceeds upper limit of {_MAX_ITEM} bytes"
        raise _unusable(text, "0006:0103")
    return bytes((kind, 0)) + len(content).to_bytes(2, "big") + content


def _proposed(context: ProposedContext) -> bytes:
    parts = [bytes((context.id, 0, 0, 0)), _item(_ABSTRACT_SYNTAX, encoded(context.abstract_syntax))]
    parts += [_item(_TRANSFER_SYNTAX, encoded(uid)) for uid in context.transfer_syntaxes]
    return _item(_PROPOSED_CONTEXT, b"".join(parts))


def _user_information(request: AssociateRequest) -> bytes:
    """The sub-items in DCMTK's order, which is that of their types."""
    parts = [
        _item(_MAXIMUM_LENGTH, request.max_length_received.to_bytes(4, "big")),
        _item(_IMPLEMENTATION_CLASS_UID, encoded(request.implementation_class_uid)),
        *[
            _item(_ROLE_SELECTION, _counted(encoded(role.sop_class)) + bytes((role.scu, role.scp)))
            for role in request.role_selections
        ],
        _item(_IMPLEMENTATION_VERSION_NAME, encoded(request.implementation_version_name)),
        *[
            _item(_EXTENDED_NEGOTIATION, _counted(encoded(extended.sop_class)) + extended.information)
            for extended in request.extended_negotiations
        ],
    ]
    content = b"".join(parts)
    identity = b"" if request.user_identity is None else _identity(request.user_identity, len(content))
    total = len(content) + len(identity)
    if total > _MAX_ITEM:
        raise _too_much_user_information(total)
    return _item(_USER_INFORMATION, content + identity)


def _identity(identity: UserIdentity, before: int) -> bytes:
    """The user identity sub-item; ``before``: bytes of user information that stand before it."""
    # 4 bytes of header, type, response flag, two counts of 2 bytes each
    size = 10 + len(identity.primary) + len(identity.secondary)
    if size > _MAX_ITEM:
        raise _too_much_user_information(before + size)
    flags = bytes((identity.type, identity.positive_response_requested))
    return _item(_USER_IDENTITY, flags + _counted(identity.primary) + _counted(identity.secondary))


def _too_much_user_information(total: int) -> UsageError:
    text = f"Total length of user items ({total} bytes) exceeds upper limit of {_MAX_ITEM} bytes"
    return _unusable(text, "0006:0103")


def _counted(content: bytes) -> bytes:
    if len(content) > _MAX_ITEM:
        raise _too_much_user_information(len(content))
    return len(content).to_bytes(2, "big") + content


# ---- what we receive


def decode_associate_ac(body: bytes, request: AssociateRequest) -> Accepted:
    """The A-ASSOCIATE-AC (PS3.8 9.3.3) as the answer to this request.

    Unknown items are skipped (PS3.8 9.3.1), and of repeated ones the last counts. Raises ProtocolError with 0006:0307,
    or with 0006:0318 for an accepted context without exactly one transfer syntax.
    """
    if len(body) < _FIXED:
        raise _malformed(f"has {len(body)} bytes, its fixed part alone has {_FIXED}")
    if not body[1] & 1:
        # other bits announce versions that do not exist; they are not to be tested
        raise _malformed(f"has an Unsupported peer protocol {int.from_bytes(body[:2], 'big'):04x}; expected 0001")
    proposed = {context.id: context for context in request.contexts}
    answers: dict[int, ContextResult] = {}
    application_context = ""
    information = _Information()
    notes: list[str] = []
    for kind, start, stop in _items(body, _FIXED, len(body), "the PDU"):
        if kind == _ANSWERED_CONTEXT:
            answer = _answered(body, start, stop, proposed)
            if answer is None:
                notes.append(f"the peer answered presentation context ID {body[start]}, which was not proposed")
                continue
            if answer.id in answers:
                notes.append(f"the peer answered presentation context ID {answer.id} twice, the last answer counts")
            answers[answer.id] = answer
        elif kind == _APPLICATION_CONTEXT:
            application_context = _text(body[start:stop])
        elif kind == _USER_INFORMATION:
            information = _Information()
            for sub_kind, first, last in _items(body, start, stop, "the user information"):
                information.take(sub_kind, body[first:last])
        elif _MAXIMUM_LENGTH <= kind <= _USER_IDENTITY_RESPONSE:
            # not unknown, only out of place: skipping it would lose the maximum length
            raise _malformed(f"has a sub-item {kind:02X}H outside the user information")
    for context in request.contexts:
        if context.id not in answers:
            answers[context.id] = ContextResult(context.id, context.abstract_syntax, NOT_ANSWERED, "")
    return Accepted(
        tuple([answers[context.id] for context in request.contexts]),
        max_length=information.max_length or 0,
        implementation_class_uid=information.implementation_class_uid,
        implementation_version_name=information.implementation_version_name,
        async_operations=information.async_operations,
        role_selections=tuple(information.role_selections),
        extended_negotiations=tuple(information.extended_negotiations),
        user_identity_response=information.user_identity_response,
        notes=(*notes, *_notes(answers, application_context, information)),
    )


def decode_associate_rj(body: bytes) -> "tuple[int, int, int]":
    """(result, source, reason) of an A-ASSOCIATE-RJ (PS3.8 9.3.4). Raises ProtocolError when it is too short."""
    _check_four(body, A_ASSOCIATE_RJ)
    return body[1], body[2], body[3]


def decode_abort(body: bytes) -> "tuple[int, int]":
    """(source, reason) of an A-ABORT (PS3.8 9.3.8). Raises ProtocolError when it is too short."""
    _check_four(body, A_ABORT)
    return body[2], body[3]


def decode_release(pdu_type: int, body: bytes) -> None:
    """An A-RELEASE-RQ or -RP (PS3.8 9.3.6, 9.3.7) says nothing more. Raises ProtocolError when it is too short."""
    _check_four(body, pdu_type)


class _Information:
    """The user information of an A-ASSOCIATE-AC while it is read, sub-item by sub-item."""

    __slots__ = (
        "async_operations",
        "extended_negotiations",
        "implementation_class_uid",
        "implementation_version_name",
        "max_length",
        "role_selections",
        "user_identity_response",
    )

    def __init__(self) -> None:
        self.max_length: int | None = None
        self.implementation_class_uid = ""
        self.implementation_version_name = ""
        self.async_operations: tuple[int, int] | None = None
        self.role_selections: list[RoleSelection] = []
        self.extended_negotiations: list[ExtendedNegotiation] = []
        self.user_identity_response: bytes | None = None

    def take(self, kind: int, content: bytes) -> None:
        if kind == _MAXIMUM_LENGTH:
            _check_size(kind, content, 4)
            self.max_length = int.from_bytes(content, "big")
        elif kind == _IMPLEMENTATION_CLASS_UID:
            self.implementation_class_uid = _text(content)
        elif kind == _ASYNCHRONOUS_OPERATIONS:
            _check_size(kind, content, 4)
            self.async_operations = (int.from_bytes(content[:2], "big"), int.from_bytes(content[2:], "big"))
        elif kind == _ROLE_SELECTION:
            end = _count(kind, content)
            _check_size(kind, content, end + 2)
            self.role_selections.append(RoleSelection(_text(content[2:end]), content[end] == 1, content[end + 1] == 1))
        elif kind == _IMPLEMENTATION_VERSION_NAME:
            self.implementation_version_name = _text(content)
        elif kind == _EXTENDED_NEGOTIATION:
            end = _count(kind, content)
            self.extended_negotiations.append(ExtendedNegotiation(_text(content[2:end]), content[end:]))
        elif kind == _USER_IDENTITY_RESPONSE:
            _check_size(kind, content, _count(kind, content))
            self.user_identity_response = content[2:]


def _items(body: bytes, position: int, end: int, place: str) -> "Iterator[tuple[int, int, int]]":
    """(type, start, stop) of each item in body[position:end]; none reaches beyond the end."""
    while position < end:
        start = position + 4
        if start > end:
            raise _malformed(f"has {end - position} bytes left over at the end of {place}")
        kind = body[position]
        stop = start + (body[position + 2] << 8 | body[position + 3])
        if stop > end:
            raise _malformed(f"has an item {kind:02X}H of {stop - start} bytes where {place} has {end - start} left")
        yield kind, start, stop
        position = stop


def _answered(body: bytes, start: int, stop: int, proposed: "dict[int, ProposedContext]") -> "ContextResult | None":
    """The presentation context item in body[start:stop] (PS3.8 9.3.3.2); None: it was never proposed."""
    if stop - start < 4:
        raise _malformed(f"has a presentation context item of {stop - start} bytes, the least is 4")
    context = proposed.get(body[start])
    if context is None:
        return None  # superfluous, but what was proposed is answered all the same
    result = body[start + 2]
    place = f"presentation context ID {context.id}"
    syntaxes = [body[a:b] for kind, a, b in _items(body, start + 4, stop, place) if kind == _TRANSFER_SYNTAX]
    if result != 0:
        return ContextResult(context.id, context.abstract_syntax, result, "")
    if len(syntaxes) != 1:
        text = f"Peer supplied illegal number of transfer syntaxes ({len(syntaxes)}) for {place}"
        raise ProtocolError(text, "0006:0318")
    accepted = syntaxes[0].strip(b" \0")
    for uid in context.transfer_syntaxes:
        if encoded(uid).strip(b" \0") == accepted:
            return ContextResult(context.id, context.abstract_syntax, 0, uid)
    abstract_syntax = _text(encoded(context.abstract_syntax))
    raise _malformed(f"accepts {place} ({abstract_syntax}) with {_text(accepted)}, which was not proposed for it")


def _notes(answers: "dict[int, ContextResult]", application_context: str, information: _Information) -> "Iterator[str]":
    if application_context != APPLICATION_CONTEXT:
        yield f"the peer's application context is {application_context or 'missing'}"
    for id, answer in answers.items():
        if answer.result == NOT_ANSWERED:
            yield f"the peer left presentation context ID {id} unanswered"
        elif answer.result > 4:
            yield f"the peer refused presentation context ID {id} with the undefined result {answer.result}"
    if information.max_length is None:
        yield "the peer gave no maximum length, which is taken as no limit"


def _count(kind: int, content: bytes) -> int:
    """Where the counted text at the start of a sub-item ends."""
    end = 2 + int.from_bytes(content[:2], "big")
    if len(content) < end:
        raise _malformed(f"has a sub-item {kind:02X}H of {len(content)} bytes, at least {end} are due")
    return end


def _check_size(kind: int, content: bytes, size: int) -> None:
    if len(content) != size:
        raise _malformed(f"has a sub-item {kind:02X}H of {len(content)} bytes, {size} are due")


def _check_four(body: bytes, pdu_type: int) -> None:
    """Refuse a fixed PDU that is cut short; what stands beyond its four bytes does no harm."""
    if len(body) < 4:
        text = f"Illegal or ill-formed PDU: the peer's {PDU_NAMES[pdu_type]} has {len(body)} bytes, 4 are due"
        raise ProtocolError(text, "0006:0307")


def _malformed(text: str) -> ProtocolError:
    return ProtocolError(f"Illegal or ill-formed PDU: the peer's A-ASSOCIATE-AC {text}", "0006:0307")


def _text(raw: bytes) -> str:
    """Text of the peer, safe to print: without padding, one line, and no longer than a UID may be."""
    raw = raw.strip(b" \0")
    text = raw[:64].decode("latin-1")
    if not (text.isascii() and text.isprintable()):
        text = "".join([one if " " <= one <= "~" else f"\\x{ord(one):02x}" for one in text])
    return text if len(raw) <= 64 else text + "..."
