"""The ``+v`` lines: what is proposed and what was negotiated, in the words of DCMTK's tools.

Loaded only when these lines are asked for. One thing differs from DCMTK on purpose: who the user is, and a passcode,
are shown as their lengths, as the other secrets are.
"""

from storejet.tables.reject import context_words
from storejet.tables.services import SERVICE_CLASSES
from storejet.tables.sopclasses import symbol
from storejet.tables.uids import SYMBOL, transfer_syntax
from storejet.ul.parameters import NOT_ANSWERED
from storejet.ul.pdu import APPLICATION_CONTEXT, encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet.ul.parameters import (
        Accepted,
        AssociateRequest,
        ContextResult,
        ExtendedNegotiation,
        RoleSelection,
        UserIdentity,
    )

_ROLES = {(True, True): "SCP/SCU", (True, False): "SCU", (False, True): "SCP", (False, False): "None"}


def describe_request(request: "AssociateRequest") -> "list[str]":
    """The lines of ``Request Parameters:``."""
    return ["Request Parameters:", *_block("RQ", request, None)]


def describe_accepted(request: "AssociateRequest", accepted: "Accepted") -> "list[str]":
    """The lines of ``Association Parameters Negotiated:``."""
    return ["Association Parameters Negotiated:", *_block("AC", request, accepted)]


def describe_sizes(request: "AssociateRequest", accepted: "Accepted", own_limit: int, fragment: int) -> str:
    """How large the PDUs of either side are (PS3.8 annex D.1); ``own_limit``: of ours (--max-send-pdu), 0: none."""
    theirs = f"{accepted.max_length} bytes" if accepted.max_length else "no limit"
    ours = f", of which we make use of {own_limit}" if own_limit else ""
    return (
        f"Max PDU sizes: we receive {request.max_length_received} bytes, the peer receives {theirs}{ours}; "
        f"{fragment} bytes of a data set go into each PDU"
    )


def _block(pdu: str, request: "AssociateRequest", accepted: "Accepted | None") -> "Iterator[str]":
    called = _title(request.called_ae_title)
    yield f"====================== BEGIN A-ASSOCIATE-{pdu} ====================="
    yield f"Our Implementation Class UID:      {request.implementation_class_uid}"
    yield f"Our Implementation Version Name:   {request.implementation_version_name}"
    yield f"Their Implementation Class UID:    {accepted.implementation_class_uid if accepted else ''}"
    yield f"Their Implementation Version Name: {accepted.implementation_version_name if accepted else ''}"
    yield f"Application Context Name:    {APPLICATION_CONTEXT}"
    yield f"Calling Application Name:    {_title(request.calling_ae_title)}"
    yield f"Called Application Name:     {called}"
    yield f"Responding Application Name: {called}"
    yield f"Our Max PDU Receive Size:    {request.max_length_received}"
    yield f"Their Max PDU Receive Size:  {accepted.max_length if accepted else 0}"
    yield "Presentation Contexts:"
    results = {result.id: result for result in accepted.contexts} if accepted else {}
    for context in request.contexts:
        result = results.get(context.id)
        if accepted is None or result is None or result.result == NOT_ANSWERED:
            yield f"  Context ID:        {context.id} (Proposed)"
            yield f"    Abstract Syntax: {_sop_class(context.abstract_syntax)}"
            yield f"    Proposed SCP/SCU Role: {_role(request.role_selections, context.abstract_syntax)}"
            yield "    Proposed Transfer Syntax(es):"
            for uid in context.transfer_syntaxes:
                yield f"      {_transfer_syntax(uid)}"
        else:
            yield from _answer(request, accepted, result)
    yield from _extended("Requested Extended Negotiation:", request.extended_negotiations)
    yield from _extended("Accepted Extended Negotiation: ", accepted.extended_negotiations if accepted else ())
    yield from _identity(request.user_identity)
    response = accepted.user_identity_response if accepted else None
    if response is None:
        yield "User Identity Negotiation Response:  none"
    else:
        yield "User Identity Negotiation Response:"
        yield f"  Server Response (not dumped) length: {len(response)}"
    yield f"======================= END A-ASSOCIATE-{pdu} ======================"


def _answer(request: "AssociateRequest", accepted: "Accepted", result: "ContextResult") -> "Iterator[str]":
    yield f"  Context ID:        {result.id} ({context_words(result.result)})"
    yield f"    Abstract Syntax: {_sop_class(result.abstract_syntax)}"
    yield f"    Proposed SCP/SCU Role: {_role(request.role_selections, result.abstract_syntax)}"
    yield f"    Accepted SCP/SCU Role: {_role(accepted.role_selections, result.abstract_syntax)}"
    if result.accepted:
        yield f"    Accepted Transfer Syntax: {_transfer_syntax(result.transfer_syntax)}"


def _extended(title: str, negotiations: "tuple[ExtendedNegotiation, ...]") -> "Iterator[str]":
    if not negotiations:
        yield f"{title} none"
        return
    yield title.rstrip()
    for negotiation in negotiations:
        yield f"  ={_symbol(negotiation.sop_class) or 'Unknown-UID'} ({negotiation.sop_class})"
        yield f"    [{', '.join([f'0x{byte:02x}' for byte in negotiation.information])}]"


def _identity(identity: "UserIdentity | None") -> "Iterator[str]":
    if identity is None:
        yield "Requested User Identity Negotiation: none"
        return
    yield "Requested User Identity Negotiation:"
    length = len(identity.primary)
    if identity.type in (1, 2):
        yield f"  Authentication mode {identity.type}: {'Username' if identity.type == 1 else 'Username/Password'}"
        yield f"  Username (not dumped) length: {length}"
        if identity.type == 2:
            yield f"  Password (not dumped) length: {len(identity.secondary)}"
    elif identity.type == 3:
        yield "  Authentication mode 3: Kerberos"
        yield f"  Kerberos Service Ticket (not dumped) length: {length}"
    elif identity.type == 4:
        yield "  Authentication mode 4: SAML"
        yield f"  SAML Assertion (not dumped) length: {length}"
    else:
        yield "  Authentication mode 5: JWT"
        yield f"  JSON Web Token (not dumped) length: {length}"
    yield f"  Positive Response requested: {'Yes' if identity.positive_response_requested else 'No'}"


def _title(title: str) -> str:
    """The title as it is sent."""
    return encoded(title)[:16].decode("utf-8", "backslashreplace")


def _symbol(uid: str) -> str:
    return symbol(uid) or dict(SERVICE_CLASSES).get(uid, "")


def _sop_class(uid: str) -> str:
    name = _symbol(uid)
    return f"={name}" if name else uid


def _transfer_syntax(uid: str) -> str:
    row = transfer_syntax(uid)
    return uid if row is None else f"={row[SYMBOL]}"


def _role(selections: "tuple[RoleSelection, ...]", sop_class: str) -> str:
    for selection in selections:
        if selection.sop_class == sop_class:
            return _ROLES[(selection.scu, selection.scp)]
    return "Default"
