"""The ``+v`` lines."""

from __future__ import annotations

import pytest
from ul_wire import BIG, CT, EXPLICIT, IMPLICIT, accept, context, full_accept, information, request

from storejet.ul.describe import describe_accepted, describe_request
from storejet.ul.parameters import (
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    AssociateRequest,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
    UserIdentity,
)
from storejet.ul.pdu import decode_associate_ac

HEAD = [
    f"Our Implementation Class UID:      {IMPLEMENTATION_CLASS_UID}",
    f"Our Implementation Version Name:   {IMPLEMENTATION_VERSION_NAME}",
]


def test_request() -> None:
    assert describe_request(request()) == [
        "Request Parameters:",
        "====================== BEGIN A-ASSOCIATE-RQ =====================",
        *HEAD,
        "Their Implementation Class UID:    ",
        "Their Implementation Version Name: ",
        "Application Context Name:    1.2.840.10008.3.1.1.1",
        "Calling Application Name:    STORESCU",
        "Called Application Name:     ANY-SCP",
        "Responding Application Name: ANY-SCP",
        "Our Max PDU Receive Size:    16384",
        "Their Max PDU Receive Size:  0",
        "Presentation Contexts:",
        "  Context ID:        1 (Proposed)",
        "    Abstract Syntax: =CTImageStorage",
        "    Proposed SCP/SCU Role: SCP/SCU",
        "    Proposed Transfer Syntax(es):",
        "      =LittleEndianExplicit",
        "  Context ID:        3 (Proposed)",
        "    Abstract Syntax: =CTImageStorage",
        "    Proposed SCP/SCU Role: SCP/SCU",
        "    Proposed Transfer Syntax(es):",
        "      =BigEndianExplicit",
        "      =LittleEndianImplicit",
        "Requested Extended Negotiation:",
        "  =CTImageStorage (1.2.840.10008.5.1.4.1.1.2)",
        "    [0x02, 0x00, 0x03, 0x00, 0x00, 0x00]",
        "Accepted Extended Negotiation:  none",
        "Requested User Identity Negotiation:",
        "  Authentication mode 2: Username/Password",
        "  Username (not dumped) length: 3",
        "  Password (not dumped) length: 6",
        "  Positive Response requested: Yes",
        "User Identity Negotiation Response:  none",
        "======================= END A-ASSOCIATE-RQ ======================",
    ]


def test_accepted() -> None:
    asked = request()
    assert describe_accepted(asked, decode_associate_ac(full_accept(), asked)) == [
        "Association Parameters Negotiated:",
        "====================== BEGIN A-ASSOCIATE-AC =====================",
        *HEAD,
        "Their Implementation Class UID:    1.2.3.4",
        "Their Implementation Version Name: PEER 1",
        "Application Context Name:    1.2.840.10008.3.1.1.1",
        "Calling Application Name:    STORESCU",
        "Called Application Name:     ANY-SCP",
        "Responding Application Name: ANY-SCP",
        "Our Max PDU Receive Size:    16384",
        "Their Max PDU Receive Size:  16384",
        "Presentation Contexts:",
        "  Context ID:        1 (Accepted)",
        "    Abstract Syntax: =CTImageStorage",
        "    Proposed SCP/SCU Role: SCP/SCU",
        "    Accepted SCP/SCU Role: SCU",
        "    Accepted Transfer Syntax: =LittleEndianExplicit",
        "  Context ID:        3 (Transfer Syntaxes Not Supported)",
        "    Abstract Syntax: =CTImageStorage",
        "    Proposed SCP/SCU Role: SCP/SCU",
        "    Accepted SCP/SCU Role: SCU",
        "Requested Extended Negotiation:",
        "  =CTImageStorage (1.2.840.10008.5.1.4.1.1.2)",
        "    [0x02, 0x00, 0x03, 0x00, 0x00, 0x00]",
        "Accepted Extended Negotiation:",
        "  =CTImageStorage (1.2.840.10008.5.1.4.1.1.2)",
        "    [0x01, 0x02, 0x03]",
        "Requested User Identity Negotiation:",
        "  Authentication mode 2: Username/Password",
        "  Username (not dumped) length: 3",
        "  Password (not dumped) length: 6",
        "  Positive Response requested: Yes",
        "User Identity Negotiation Response:",
        "  Server Response (not dumped) length: 4",
        "======================= END A-ASSOCIATE-AC ======================",
    ]


def plain(*contexts: ProposedContext) -> AssociateRequest:
    return AssociateRequest("ABCDEFGHIJKLMNOPQRST", "ME", contexts)


def test_least_that_can_be_said() -> None:
    lines = describe_request(plain(ProposedContext(1, "1.2.3", ("1.2.4",))))
    assert "Called Application Name:     ABCDEFGHIJKLMNOP" in lines
    assert "    Abstract Syntax: 1.2.3" in lines
    assert "    Proposed SCP/SCU Role: Default" in lines
    assert "      1.2.4" in lines
    assert "Requested Extended Negotiation: none" in lines
    assert "Accepted Extended Negotiation:  none" in lines
    assert "Requested User Identity Negotiation: none" in lines


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (1, "User Rejection"),
        (2, "No Reason"),
        (3, "Abstract Syntax Not Supported"),
        (4, "Transfer Syntaxes Not Supported"),
        (9, "Unknown (9)"),
    ],
)
def test_refused_context(result: int, words: str) -> None:
    asked = plain(ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(3, CT, (BIG, IMPLICIT)))
    answer = decode_associate_ac(accept(context(1, result), information()), asked)
    lines = describe_accepted(asked, answer)
    start = lines.index("Presentation Contexts:")
    assert lines[start + 1 : start + 11] == [
        f"  Context ID:        1 ({words})",
        "    Abstract Syntax: =CTImageStorage",
        "    Proposed SCP/SCU Role: Default",
        "    Accepted SCP/SCU Role: Default",
        "  Context ID:        3 (Proposed)",
        "    Abstract Syntax: =CTImageStorage",
        "    Proposed SCP/SCU Role: Default",
        "    Proposed Transfer Syntax(es):",
        "      =BigEndianExplicit",
        "      =LittleEndianImplicit",
    ]


@pytest.mark.parametrize(
    ("identity", "lines"),
    [
        (UserIdentity(1, False, b"joe"), ["Authentication mode 1: Username", "Username (not dumped) length: 3"]),
        (UserIdentity(3, False, bytes(40)), ["Authentication mode 3: Kerberos"]),
        (UserIdentity(3, False, bytes(40)), ["Kerberos Service Ticket (not dumped) length: 40"]),
        (UserIdentity(4, False, b"saml"), ["Authentication mode 4: SAML", "SAML Assertion (not dumped) length: 4"]),
        (UserIdentity(5, False, b"jwt"), ["Authentication mode 5: JWT", "JSON Web Token (not dumped) length: 3"]),
    ],
)
def test_identities(identity: UserIdentity, lines: list[str]) -> None:
    shown = describe_request(request(user_identity=identity))
    for line in [*lines, "Positive Response requested: No"]:
        assert f"  {line}" in shown


def test_passcode_is_not_shown() -> None:
    assert "secret" not in "".join(describe_request(request()))


@pytest.mark.parametrize(
    ("scu", "scp", "word"),
    [(True, True, "SCP/SCU"), (True, False, "SCU"), (False, True, "SCP"), (False, False, "None")],
)
def test_roles(scu: bool, scp: bool, word: str) -> None:
    lines = describe_request(request(role_selections=(RoleSelection(CT, scu, scp),)))
    assert f"    Proposed SCP/SCU Role: {word}" in lines


def test_extended_negotiation_of_a_class_without_a_name() -> None:
    lines = describe_request(request(extended_negotiations=(ExtendedNegotiation("1.2.3", b"\x01"),)))
    at = lines.index("Requested Extended Negotiation:")
    assert lines[at + 1 : at + 3] == ["  =Unknown-UID (1.2.3)", "    [0x01]"]
