"""What we send: golden bytes, limits, and pynetdicom as the judge."""

from __future__ import annotations

import pytest
from pynetdicom.pdu import A_ABORT_RQ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ
from pynetdicom.pdu_items import (
    ImplementationClassUIDSubItem,
    ImplementationVersionNameSubItem,
    MaximumLengthSubItem,
    SCP_SCU_RoleSelectionSubItem,
    SOPClassExtendedNegotiationSubItem,
    UserIdentitySubItemRQ,
)
from ul_wire import BIG, CT, EXPLICIT, IMPLICIT, MR, item, request

from storejet._version import VERSION
from storejet.errors import InternalError, UsageError
from storejet.ul.parameters import (
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    AssociateRequest,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
    UserIdentity,
)
from storejet.ul.pdu import A_RELEASE_RP_BYTES, A_RELEASE_RQ_BYTES, encode_abort, encode_associate_rq


def test_golden_associate_rq() -> None:
    asked = AssociateRequest(
        "PEER",
        "ME",
        (ProposedContext(1, "1.2", ("1.3", "1.4")),),
        max_length_received=0x4000,
        implementation_class_uid="1.5",
        implementation_version_name="V",
        role_selections=(RoleSelection("1.2", False, True),),
        extended_negotiations=(ExtendedNegotiation("1.2", b"\x07"),),
        user_identity=UserIdentity(1, False, b"u"),
    )
    assert encode_associate_rq(asked) == bytes.fromhex(
        # PDU: type 1, reserved, 178 bytes follow: 68 + 25 + 29 + 56
        "01 00 000000b2"
        # protocol version 1, reserved
        "0001 0000"
        # called AE title "PEER", calling AE title "ME", each padded to 16 with spaces
        "50454552202020202020202020202020"
        "4d452020202020202020202020202020"
        # reserved
        "0000000000000000000000000000000000000000000000000000000000000000"
        # application context item, 21 bytes: 1.2.840.10008.3.1.1.1
        "10 00 0015 312e322e3834302e31303030382e332e312e312e31"
        # presentation context item, 25 bytes: ID 1, reserved; abstract syntax 1.2; transfer syntaxes 1.3 and 1.4
        "20 00 0019 01 00 00 00"
        "30 00 0003 312e32"
        "40 00 0003 312e33"
        "40 00 0003 312e34"
        # user information item, 52 bytes: 8 + 7 + 11 + 5 + 10 + 11
        "50 00 0034"
        # maximum length 0x4000
        "51 00 0004 00004000"
        # implementation class UID 1.5
        "52 00 0003 312e35"
        # role selection, 7 bytes: UID length 3, 1.2, SCU no, SCP yes
        "54 00 0007 0003 312e32 00 01"
        # implementation version name V
        "55 00 0001 56"
        # SOP class extended negotiation, 6 bytes: UID length 3, 1.2, information 07
        "56 00 0006 0003 312e32 07"
        # user identity, 7 bytes: type 1, no response requested, primary of 1 byte "u", secondary of 0 bytes
        "58 00 0007 01 00 0001 75 0000"
    )


def test_golden_short_pdus() -> None:
    assert bytes.fromhex("05 00 00000004 00000000") == A_RELEASE_RQ_BYTES
    assert bytes.fromhex("06 00 00000004 00000000") == A_RELEASE_RP_BYTES
    assert encode_abort(2, 6) == bytes.fromhex("07 00 00000004 0000 02 06")


def test_our_implementation_names() -> None:
    assert f"STOREJET_{VERSION}"[:16] == IMPLEMENTATION_VERSION_NAME
    assert IMPLEMENTATION_CLASS_UID.startswith("2.25.")
    number = int(IMPLEMENTATION_CLASS_UID[5:])
    # a random UUID: version 4 and variant 10 in its bits
    assert number >> 76 & 0xF == 4
    assert number >> 62 & 0x3 == 2
    assert len(IMPLEMENTATION_CLASS_UID) <= 64


def test_user_information_order_is_that_of_dcmtk() -> None:
    body = encode_associate_rq(request())
    start = body.index(item(0x51, (16384).to_bytes(4, "big")))
    kinds = []
    while start < len(body):
        kinds.append(body[start])
        start += 4 + int.from_bytes(body[start + 2 : start + 4], "big")
    assert kinds == [0x51, 0x52, 0x54, 0x55, 0x56, 0x58]


IDENTITIES = [
    None,
    UserIdentity(1, False, b"joe"),
    UserIdentity(2, True, b"joe", b"secret"),
    UserIdentity(2, True, b"joe", b""),
    UserIdentity(3, False, bytes(range(256))),
    UserIdentity(4, True, b"<saml/>"),
    UserIdentity(5, False, b"x" * 65000),
]


@pytest.mark.parametrize("identity", IDENTITIES)
def test_pynetdicom_reads_what_we_propose(identity: UserIdentity | None) -> None:
    asked = request(
        called_ae_title="CALLED",
        calling_ae_title="CALLING",
        contexts=(ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(255, MR, (BIG, IMPLICIT))),
        max_length_received=131072,
        role_selections=(RoleSelection(CT, True, False), RoleSelection(MR, False, True)),
        extended_negotiations=(ExtendedNegotiation(CT, b"\x01\x02"), ExtendedNegotiation(MR, b"\xff")),
        user_identity=identity,
    )
    judge = A_ASSOCIATE_RQ()
    judge.decode(encode_associate_rq(asked))
    assert judge.protocol_version == 1
    assert (judge.called_ae_title, judge.calling_ae_title) == ("CALLED", "CALLING")
    assert judge.application_context_name == "1.2.840.10008.3.1.1.1"
    proposed = [(one.context_id, one.abstract_syntax, one.transfer_syntax) for one in judge.presentation_context]
    assert proposed == [(1, CT, [EXPLICIT]), (255, MR, [BIG, IMPLICIT])]
    information = judge.user_information
    assert information is not None
    items = information.user_data
    assert [one.maximum_length_received for one in items if isinstance(one, MaximumLengthSubItem)] == [131072]
    uids = [one.implementation_class_uid for one in items if isinstance(one, ImplementationClassUIDSubItem)]
    assert uids == [IMPLEMENTATION_CLASS_UID]
    names = [one.implementation_version_name for one in items if isinstance(one, ImplementationVersionNameSubItem)]
    assert names == [IMPLEMENTATION_VERSION_NAME]
    roles = [(one.uid, one.scu, one.scp) for one in items if isinstance(one, SCP_SCU_RoleSelectionSubItem)]
    assert roles == [(CT, 1, 0), (MR, 0, 1)]
    extended = [(one.uid, one.app_info) for one in items if isinstance(one, SOPClassExtendedNegotiationSubItem)]
    assert extended == [(CT, b"\x01\x02"), (MR, b"\xff")]
    identities = [
        UserIdentity(one.id_type or 0, bool(one.response_requested), one.primary or b"", one.secondary or b"")
        for one in items
        if isinstance(one, UserIdentitySubItemRQ)
    ]
    assert identities == ([] if identity is None else [identity])


def test_pynetdicom_reads_the_short_pdus() -> None:
    release, response, abort = A_RELEASE_RQ(), A_RELEASE_RP(), A_ABORT_RQ()
    release.decode(A_RELEASE_RQ_BYTES)
    response.decode(A_RELEASE_RP_BYTES)
    abort.decode(encode_abort(2, 5))
    assert (release.pdu_type, response.pdu_type) == (5, 6)
    assert (abort.source, abort.reason_diagnostic) == (2, 5)


def test_titles_are_cut_to_sixteen_bytes_and_keep_leading_spaces() -> None:
    body = encode_associate_rq(request(called_ae_title="ABCDEFGHIJKLMNOPQRST", calling_ae_title="  ME"))
    assert body[10:26] == b"ABCDEFGHIJKLMNOP"
    assert body[26:42] == b"  ME            "


def test_bytes_of_the_command_line_come_through() -> None:
    body = encode_associate_rq(request(called_ae_title=b"\xc4BC".decode("utf-8", "surrogateescape")))
    assert body[10:13] == b"\xc4BC"


@pytest.mark.parametrize("which", ["Called", "Calling"])
def test_empty_title(which: str) -> None:
    with pytest.raises(UsageError, match=f"Illegal service parameter: {which} AP Title") as caught:
        encode_associate_rq(request(**{f"{which.lower()}_ae_title": ""}))
    assert caught.value.code == "0006:030c"


def many(count: int) -> tuple[ProposedContext, ...]:
    return tuple(ProposedContext(2 * number + 1, CT, (IMPLICIT,)) for number in range(count))


def test_as_many_contexts_as_there_are_ids() -> None:
    judge = A_ASSOCIATE_RQ()
    judge.decode(encode_associate_rq(request(contexts=many(128))))
    assert [one.context_id for one in judge.presentation_context] == list(range(1, 256, 2))
    with pytest.raises(UsageError, match="Too many presentation contexts: 129") as caught:
        encode_associate_rq(request(contexts=many(129)))
    assert caught.value.code == "0006:0101"


def test_nothing_to_propose() -> None:
    with pytest.raises(UsageError, match="missing presentation contexts") as caught:
        encode_associate_rq(request(contexts=()))
    assert caught.value.code == "0006:0103"


def too_much(**changes: object) -> UsageError:
    with pytest.raises(UsageError) as caught:
        encode_associate_rq(request(**changes))
    assert caught.value.code == "0006:0103"
    return caught.value


def test_user_information_limit_to_the_byte() -> None:
    alone: dict[str, object] = {"role_selections": (), "extended_negotiations": ()}
    # all but the identity's values: 8 for the maximum length, 4 and the text for each name, 10 for the identity
    room = 65535 - 8 - 4 - len(IMPLEMENTATION_CLASS_UID) - 4 - len(IMPLEMENTATION_VERSION_NAME) - 10
    fits = encode_associate_rq(request(user_identity=UserIdentity(3, False, bytes(room)), **alone))
    assert fits[-65535 - 4 :][:4] == b"\x50\x00\xff\xff"
    error = too_much(user_identity=UserIdentity(3, False, bytes(room + 1)), **alone)
    assert str(error) == "Total length of user items (65536 bytes) exceeds upper limit of 65535 bytes"


def test_total_length_is_that_which_dcmtk_reports() -> None:
    """A ticket of 65535 bytes beside names of 27 and 15 characters: 65603 bytes, by DCMTK 3.6.7."""
    error = too_much(
        user_identity=UserIdentity(3, False, bytes(65535)),
        role_selections=(),
        extended_negotiations=(),
        implementation_class_uid="1" * 27,
        implementation_version_name="V" * 15,
    )
    assert str(error) == "Total length of user items (65603 bytes) exceeds upper limit of 65535 bytes"


@pytest.mark.parametrize(
    "changes",
    [
        {"user_identity": UserIdentity(4, False, bytes(65536))},
        {"user_identity": UserIdentity(2, False, b"u", bytes(70000))},
        {"extended_negotiations": (ExtendedNegotiation(CT, bytes(65536)),)},
        {"extended_negotiations": (ExtendedNegotiation(CT, bytes(40000)), ExtendedNegotiation(MR, bytes(40000)))},
        {"extended_negotiations": (ExtendedNegotiation("1" * 65536, b""),)},
        {"role_selections": (RoleSelection("1" * 65536, True, True),)},
        {"contexts": (ProposedContext(1, "1" * 65536, (IMPLICIT,)),)},
        {"contexts": (ProposedContext(1, CT, ("1" * 65536,)),)},
        {"contexts": (ProposedContext(1, CT, ("1" * 40000, "2" * 40000)),)},
    ],
)
def test_what_no_item_can_hold(changes: dict[str, object]) -> None:
    assert "exceeds upper limit of 65535 bytes" in str(too_much(**changes))


@pytest.mark.parametrize("ids", [(1, 1), (2,), (0,), (257,), (-1,), (1, 3, 4)])
def test_context_ids_are_our_own_fault(ids: tuple[int, ...]) -> None:
    with pytest.raises(InternalError):
        encode_associate_rq(request(contexts=tuple(ProposedContext(id, CT, (IMPLICIT,)) for id in ids)))


@pytest.mark.parametrize(
    "changes",
    [
        {"max_length_received": -1},
        {"max_length_received": 1 << 32},
        {"implementation_version_name": ""},
        {"implementation_version_name": "V" * 17},
        {"contexts": (ProposedContext(1, "\ud800", (IMPLICIT,)),)},
    ],
)
def test_other_promises_of_our_own_code(changes: dict[str, object]) -> None:
    with pytest.raises(InternalError):
        encode_associate_rq(request(**changes))


def test_values_are_values() -> None:
    one, other = request(), request()
    assert one == other
    assert hash(one) == hash(other)
    assert one != request(called_ae_title="OTHER")
    assert ProposedContext(1, CT, ()) != RoleSelection(CT, True, True)
    assert repr(ProposedContext(1, CT, ())) == f"ProposedContext(abstract_syntax='{CT}', id=1, transfer_syntaxes=())"
    with pytest.raises(AttributeError, match="immutable"):
        one.called_ae_title = "OTHER"
    with pytest.raises(AttributeError, match="immutable"):
        del one.called_ae_title
