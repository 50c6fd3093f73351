"""What an acceptor sends, read back: golden bytes, pynetdicom as the other side, and answers that break the rules."""

from __future__ import annotations

import struct

import pytest
from pynetdicom.pdu import A_ABORT_RQ, A_ASSOCIATE_AC, A_ASSOCIATE_RJ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    AsynchronousOperationsWindowNegotiation,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
    SCP_SCU_RoleSelectionNegotiation,
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)
from pynetdicom.presentation import PresentationContext
from ul_wire import (
    APPLICATION_CONTEXT,
    BIG,
    CT,
    EXPLICIT,
    IMPLICIT,
    MR,
    accept,
    context,
    counted,
    full_accept,
    information,
    item,
    request,
)

from storejet.errors import ProtocolError
from storejet.ul.parameters import (
    NOT_ANSWERED,
    Accepted,
    ContextResult,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
)
from storejet.ul.pdu import (
    A_RELEASE_RP,
    decode_abort,
    decode_associate_ac,
    decode_associate_rj,
    decode_release,
)

BOTH = (context(1, 0, EXPLICIT), context(3, 0, IMPLICIT))


def decode(body: bytes) -> Accepted:
    return decode_associate_ac(body, request())


def refused(body: bytes, code: str = "0006:0307") -> str:
    with pytest.raises(ProtocolError) as caught:
        decode(body)
    assert caught.value.code == code
    assert caught.value.fault == "peer"
    text = str(caught.value)
    assert "eer" in text, "the message does not name the peer"
    assert text.isprintable()
    assert len(text) < 450
    return text


def test_golden_associate_ac() -> None:
    body = bytes.fromhex(
        # protocol version 1, reserved; called and calling AE title (not to be tested); reserved
        "0001 0000"
        "50454552202020202020202020202020"
        "4d452020202020202020202020202020"
        "0000000000000000000000000000000000000000000000000000000000000000"
        # application context item, 21 bytes: 1.2.840.10008.3.1.1.1
        "10 00 0015 312e322e3834302e31303030382e332e312e312e31"
        # presentation context item, 25 bytes: ID 1, reserved, result 0, reserved; transfer syntax 1.2.840.10008.1.2
        "21 00 0019 01 00 00 00 40 00 0011 312e322e3834302e31303030382e312e32"
        # presentation context item, 8 bytes: ID 3, result 3, an empty transfer syntax
        "21 00 0008 03 00 03 00 40 00 0000"
        # user information item, 22 bytes: maximum length 65536, implementation class UID 1.2, version name ABC
        "50 00 0016 51 00 0004 00010000 52 00 0003 312e32 55 00 0003 414243"
    )
    asked = request(contexts=(ProposedContext(1, CT, (EXPLICIT, IMPLICIT)), ProposedContext(3, MR, (EXPLICIT,))))
    assert decode_associate_ac(body, asked) == Accepted(
        (ContextResult(1, CT, 0, IMPLICIT), ContextResult(3, MR, 3, "")),
        max_length=65536,
        implementation_class_uid="1.2",
        implementation_version_name="ABC",
    )


def test_everything_an_answer_can_have() -> None:
    assert decode(full_accept()) == Accepted(
        (ContextResult(1, CT, 0, EXPLICIT), ContextResult(3, CT, 4, "")),
        max_length=16384,
        implementation_class_uid="1.2.3.4",
        implementation_version_name="PEER 1",
        async_operations=(2, 1),
        role_selections=(RoleSelection(CT, True, False),),
        extended_negotiations=(ExtendedNegotiation(CT, b"\x01\x02\x03"),),
        user_identity_response=b"gate",
    )


def test_what_pynetdicom_accepts() -> None:
    answer = A_ASSOCIATE()
    answer.application_context_name = "1.2.840.10008.3.1.1.1"
    answer.calling_ae_title, answer.called_ae_title = "ME", "PEER"
    answer.result, answer.result_source = 0x00, 0x01
    results = []
    for id, result, syntax in (
        (1, 0, EXPLICIT),
        (3, 0, IMPLICIT),
        (5, 1, EXPLICIT),
        (7, 3, EXPLICIT),
        (9, 4, EXPLICIT),
    ):
        one = PresentationContext()
        one.context_id, one.result, one.transfer_syntax = id, result, [syntax]
        results.append(one)
    answer.presentation_context_definition_results_list = results
    length, uid, name = (
        MaximumLengthNotification(),
        ImplementationClassUIDNotification(),
        ImplementationVersionNameNotification(),
    )
    length.maximum_length_received = 28672
    uid.implementation_class_uid = "1.2.3.4.5"
    name.implementation_version_name = "JUDGE"
    role, extended = SCP_SCU_RoleSelectionNegotiation(), SOPClassExtendedNegotiation()
    role.sop_class_uid, role.scu_role, role.scp_role = MR, False, True
    extended.sop_class_uid, extended.service_class_application_information = CT, b"\x09\x08"
    window, identity = AsynchronousOperationsWindowNegotiation(), UserIdentityNegotiation()
    window.maximum_number_operations_invoked, window.maximum_number_operations_performed = 7, 3
    identity.server_response = b"granted"
    answer.user_information = [length, uid, name, role, extended, window, identity]
    pdu = A_ASSOCIATE_AC(answer)
    asked = request(contexts=tuple(ProposedContext(id, CT, (EXPLICIT, BIG, IMPLICIT)) for id in (1, 3, 5, 7, 9)))
    assert decode_associate_ac(pdu.encode()[6:], asked) == Accepted(
        (
            ContextResult(1, CT, 0, EXPLICIT),
            ContextResult(3, CT, 0, IMPLICIT),
            ContextResult(5, CT, 1, ""),
            ContextResult(7, CT, 3, ""),
            ContextResult(9, CT, 4, ""),
        ),
        max_length=28672,
        implementation_class_uid="1.2.3.4.5",
        implementation_version_name="JUDGE",
        async_operations=(7, 3),
        role_selections=(RoleSelection(MR, False, True),),
        extended_negotiations=(ExtendedNegotiation(CT, b"\x09\x08"),),
        user_identity_response=b"granted",
    )


@pytest.mark.parametrize("codes", [(1, 1, 1), (1, 1, 7), (2, 3, 2), (1, 2, 2)])
def test_what_pynetdicom_rejects(codes: tuple[int, int, int]) -> None:
    pdu = A_ASSOCIATE_RJ()
    pdu.result, pdu.source, pdu.reason_diagnostic = codes
    assert decode_associate_rj(pdu.encode()[6:]) == codes


def test_what_pynetdicom_aborts() -> None:
    pdu = A_ABORT_RQ()
    pdu.source, pdu.reason_diagnostic = 2, 4
    assert decode_abort(pdu.encode()[6:]) == (2, 4)


# ---- tolerated, as DCMTK tolerates it


@pytest.mark.parametrize("uid", [f"{EXPLICIT}\0", f"{EXPLICIT} ", f" {EXPLICIT}", f"\0 {EXPLICIT} \0\0"])
def test_padded_uids(uid: str) -> None:
    answer = decode(accept(context(1, 0, uid), context(3, 3), information(item(0x52, b" 1.2.3\0"))))
    assert answer.contexts[0] == ContextResult(1, CT, 0, EXPLICIT)
    assert answer.implementation_class_uid == "1.2.3"


def test_padded_proposal() -> None:
    """A file may hold a padded UID; what was proposed and what is answered are compared without padding."""
    asked = request(contexts=(ProposedContext(1, CT, (f"{EXPLICIT} ",)),))
    answer = decode_associate_ac(accept(context(1, 0, EXPLICIT), information()), asked)
    assert answer.contexts == (ContextResult(1, CT, 0, f"{EXPLICIT} "),)


def test_unknown_items_are_skipped() -> None:
    plain = decode(accept(*BOTH, information(item(0x55, b"P"))))
    unknown = item(0x99, b"\xff\xff\xff")
    odd_context = item(0x21, b"\x01\0\0\0" + unknown + item(0x40, EXPLICIT.encode()) + unknown)
    answer = decode(accept(unknown, odd_context, BOTH[1], unknown, information(unknown, item(0x55, b"P"), unknown)))
    assert answer == plain
    assert answer.notes == ()


@pytest.mark.parametrize("name", [None, b"1.2.3"])
def test_application_context_missing_or_wrong(name: bytes | None) -> None:
    answer = decode(accept(*BOTH, information(), application_context=name))
    assert [one.accepted for one in answer.contexts] == [True, True]
    assert answer.notes == (f"the peer's application context is {'missing' if name is None else '1.2.3'}",)


@pytest.mark.parametrize("items", [(), (information(max_length=None),)])
def test_no_maximum_length_means_no_limit(items: tuple[bytes, ...]) -> None:
    answer = decode(accept(*BOTH, *items))
    assert answer.max_length == 0
    assert answer.notes == ("the peer gave no maximum length, which is taken as no limit",)


@pytest.mark.parametrize("length", [0, 1, 12, 16384, 0xFFFFFFFF])
def test_any_maximum_length(length: int) -> None:
    assert decode(accept(*BOTH, information(max_length=length))).max_length == length


def test_unanswered_context() -> None:
    answer = decode(accept(BOTH[1], information()))
    assert answer.contexts == (ContextResult(1, CT, NOT_ANSWERED, ""), ContextResult(3, CT, 0, IMPLICIT))
    assert not answer.contexts[0].accepted
    assert answer.notes == ("the peer left presentation context ID 1 unanswered",)


@pytest.mark.parametrize("result", [1, 2, 3, 4])
def test_refused_context(result: int) -> None:
    """The transfer syntax of a refused context means nothing; it may be absent."""
    for syntaxes in ((), ("",), ("1.2.3",), (EXPLICIT, IMPLICIT)):
        answer = decode(accept(context(1, result, *syntaxes), BOTH[1], information()))
        assert answer.contexts[0] == ContextResult(1, CT, result, "")
        assert answer.notes == ()


@pytest.mark.parametrize("result", [5, 255])
def test_undefined_result_is_a_refusal(result: int) -> None:
    answer = decode(accept(context(1, result), BOTH[1], information()))
    assert not answer.contexts[0].accepted
    assert answer.notes == (f"the peer refused presentation context ID 1 with the undefined result {result}",)


def test_only_bit_zero_of_the_version_counts() -> None:
    assert decode(accept(*BOTH, information(), version=3)) == decode(accept(*BOTH, information()))


def test_the_last_of_repeated_items_counts() -> None:
    first, last = information(item(0x55, b"FIRST"), max_length=1), information(item(0x55, b"A"), item(0x55, b"LAST"))
    answer = decode(accept(*BOTH, first, last))
    assert (answer.max_length, answer.implementation_version_name) == (16384, "LAST")


def test_empty_server_response_is_a_response() -> None:
    assert decode(accept(*BOTH, information(item(0x59, b"\0\0")))).user_identity_response == b""
    assert decode(accept(*BOTH, information())).user_identity_response is None


def test_text_of_the_peer_is_safe_to_print() -> None:
    answer = decode(accept(*BOTH, information(item(0x55, b"\x1b[2J\nE:\xe9"), item(0x52, b"9" * 5000))))
    assert answer.implementation_version_name == "\\x1b[2J\\x0aE:\\xe9"
    assert answer.implementation_class_uid == "9" * 64 + "..."


# ---- refused


@pytest.mark.parametrize("version", [0, 2, 0x0100])
def test_wrong_protocol_version(version: int) -> None:
    text = refused(accept(*BOTH, information(), version=version))
    assert f"Unsupported peer protocol {version:04x}; expected 0001" in text


@pytest.mark.parametrize("size", [0, 1, 2, 67])
def test_shorter_than_its_fixed_part(size: int) -> None:
    assert f"has {size} bytes, its fixed part alone has 68" in refused(full_accept()[:size])


def test_context_never_proposed() -> None:
    """It is noted, and the contexts that were proposed are usable."""
    for number in (5, 2, 0):
        accepted = decode(accept(*BOTH, context(number, 0, EXPLICIT), information()))
        assert f"the peer answered presentation context ID {number}, which was not proposed" in accepted.notes
        assert [(one.id, one.result) for one in accepted.contexts] == [(1, 0), (3, 0)]


def test_context_answered_twice() -> None:
    accepted = decode(accept(*BOTH, context(1, 3), information()))
    assert "the peer answered presentation context ID 1 twice, the last answer counts" in accepted.notes
    assert [(one.id, one.result) for one in accepted.contexts] == [(1, 3), (3, 0)]


@pytest.mark.parametrize("syntax", [IMPLICIT, "1.2.840.10008.1.2.4.50", "", "1.2\n3", b"\xff" * 3000])
def test_transfer_syntax_never_proposed(syntax: str | bytes) -> None:
    text = refused(accept(context(1, 0, syntax), BOTH[1]))
    assert f"accepts presentation context ID 1 ({CT}) with" in text
    assert "was not proposed for it" in text


@pytest.mark.parametrize("syntaxes", [(), (EXPLICIT, EXPLICIT), (EXPLICIT, IMPLICIT, BIG)])
def test_not_one_transfer_syntax(syntaxes: tuple[str, ...]) -> None:
    text = refused(accept(context(1, 0, *syntaxes), BOTH[1]), "0006:0318")
    assert f"illegal number of transfer syntaxes ({len(syntaxes)}) for presentation context ID 1" in text


@pytest.mark.parametrize("content", [b"", b"\x01", b"\x01\0\0"])
def test_short_context_item(content: bytes) -> None:
    assert f"presentation context item of {len(content)} bytes, the least is 4" in refused(accept(item(0x21, content)))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (0x51, b""),
        (0x51, b"\0\0\1"),
        (0x51, b"\0\0\0\0\1"),
        (0x53, b"\0\1\0"),
        (0x53, b"\0\1\0\1\0"),
        (0x54, b""),
        (0x54, b"\0"),
        (0x54, counted(CT)),
        (0x54, counted(CT) + b"\1"),
        (0x54, counted(CT) + b"\1\1\1"),
        (0x54, struct.pack(">H", 65535) + b"1.2\1\1"),
        (0x56, b""),
        (0x56, b"\0"),
        (0x56, b"\0\4" + b"1.2"),
        (0x59, b""),
        (0x59, b"\0"),
        (0x59, b"\0\1"),
        (0x59, b"\0\1ab"),
    ],
)
def test_sub_item_of_the_wrong_size(kind: int, content: bytes) -> None:
    assert f"sub-item {kind:02X}H of {len(content)} bytes" in refused(accept(*BOTH, information(item(kind, content))))


@pytest.mark.parametrize("kind", range(0x51, 0x5A))
def test_sub_item_out_of_place(kind: int) -> None:
    assert f"sub-item {kind:02X}H outside the user information" in refused(accept(*BOTH, item(kind, b"1.2.3")))


def test_short_pdus_cut_or_prolonged() -> None:
    for size in range(4):
        with pytest.raises(ProtocolError, match=f"A-ASSOCIATE-RJ has {size} bytes"):
            decode_associate_rj(bytes(size))
        with pytest.raises(ProtocolError, match=f"A-ABORT has {size} bytes"):
            decode_abort(bytes(size))
        with pytest.raises(ProtocolError, match=f"A-RELEASE-RP has {size} bytes"):
            decode_release(A_RELEASE_RP, bytes(size))
    assert decode_associate_rj(b"\0\1\2\3\4\5") == (1, 2, 3)
    assert decode_abort(b"\0\0\2\6\7") == (2, 6)
    decode_release(A_RELEASE_RP, bytes(5))


def test_wire_is_what_it_says() -> None:
    """The helpers of these tests against the judge."""
    judge = A_ASSOCIATE_AC()
    judge.decode(b"\x02\0" + struct.pack(">I", len(full_accept())) + full_accept())
    assert judge.application_context_name == APPLICATION_CONTEXT.decode()
    assert [(one.context_id, one.result) for one in judge.presentation_context] == [(1, 0), (3, 4)]
    assert judge.user_information is not None
    assert len(judge.user_information.user_data) == 7
