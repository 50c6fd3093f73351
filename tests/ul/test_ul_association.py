"""The state machine: every PDU in every state, ends in good and in bad order, and misuse by our own code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ul_wire import CT, EXPLICIT, accept, context, full_accept, information, request

from storejet.errors import Aborted, InternalError, ProtocolError, Rejected, StorejetError, UsageError
from storejet.ul.association import (
    Association,
    Ignored,
    ReleaseCollision,
    Released,
    ReleaseRequested,
)
from storejet.ul.parameters import Accepted
from storejet.ul.pdu import decode_associate_ac, encode_associate_rq

#: a well-formed body for each PDU type
BODIES = {
    1: encode_associate_rq(request())[6:],
    2: full_accept(),
    3: bytes((0, 1, 1, 7)),
    4: b"\x00\x00\x00\x04\x01\x03ab",
    5: bytes(4),
    6: bytes(4),
    7: bytes((0, 0, 2, 2)),
}


def idle() -> Association:
    return Association(request())


def requested() -> Association:
    association = idle()
    assert association.request_bytes() == encode_associate_rq(association.request)
    return association


def established() -> Association:
    association = requested()
    association.receive(2, BODIES[2])
    return association


def releasing() -> Association:
    association = established()
    assert association.release_bytes() == bytes.fromhex("05 00 00000004 00000000")
    return association


def asked_for_release() -> Association:
    association = established()
    association.receive(5, BODIES[5])
    return association


def colliding() -> Association:
    association = releasing()
    association.receive(5, BODIES[5])
    return association


def collided() -> Association:
    association = colliding()
    assert association.release_response_bytes() == bytes.fromhex("06 00 00000004 00000000")
    return association


def aborting() -> Association:
    association = established()
    assert association.abort_bytes() == bytes.fromhex("07 00 00000004 00000000")
    return association


IN_STATE: dict[str, Callable[[], Association]] = {
    "Sta5": requested,
    "Sta6": established,
    "Sta7": releasing,
    "Sta8": asked_for_release,
    "Sta9": colliding,
    "Sta11": collided,
    "Sta13": aborting,
}

#: state → what PDU types 1 to 7 come to, and the state after them (PS3.8 table 9-10)
TABLE: dict[str, list[tuple[type, str]]] = {
    "Sta5": [
        (ProtocolError, "Sta13"),
        (Accepted, "Sta6"),
        (Rejected, "Sta1"),
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (Aborted, "Sta1"),
    ],
    "Sta6": [
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (ReleaseRequested, "Sta8"),
        (ProtocolError, "Sta13"),
        (Aborted, "Sta1"),
    ],
    "Sta7": [
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (ProtocolError, "Sta13"),
        (Ignored, "Sta7"),
        (ReleaseCollision, "Sta9"),
        (Released, "Sta1"),
        (Aborted, "Sta1"),
    ],
    "Sta8": [(ProtocolError, "Sta13")] * 6 + [(Aborted, "Sta1")],
    "Sta9": [(ProtocolError, "Sta13")] * 6 + [(Aborted, "Sta1")],
    "Sta11": [(ProtocolError, "Sta13")] * 5 + [(Released, "Sta1"), (Aborted, "Sta1")],
    "Sta13": [(Ignored, "Sta13")] * 7,
}


@pytest.mark.parametrize("state", IN_STATE)
@pytest.mark.parametrize("pdu_type", range(1, 8))
def test_every_pdu_in_every_state(state: str, pdu_type: int) -> None:
    association = IN_STATE[state]()
    assert association.state == state
    outcome, after = TABLE[state][pdu_type - 1]
    if issubclass(outcome, StorejetError):
        with pytest.raises(outcome) as caught:
            association.receive(pdu_type, BODIES[pdu_type])
        assert str(caught.value).isprintable()
        if outcome is ProtocolError:
            assert caught.value.code == "0006:031f"
            assert "Received unexpected PDU: " in str(caught.value)
            assert association.abort_reason == 2
            assert association.abort_bytes(2, association.abort_reason)[8:] == bytes((2, 2))
    else:
        assert type(association.receive(pdu_type, BODIES[pdu_type])) is outcome
    assert association.state == after


@pytest.mark.parametrize("state", [one for one in IN_STATE if one != "Sta13"])
@pytest.mark.parametrize("pdu_type", [0, 8, 0x48, 255])
def test_unrecognized_pdu(state: str, pdu_type: int) -> None:
    association = IN_STATE[state]()
    with pytest.raises(ProtocolError, match=f"^Unrecognized PDU type: +{pdu_type:x} sent by the peer") as caught:
        association.receive(pdu_type, b"TP/1.1 400 Bad Request")
    assert caught.value.code == "0006:0321"
    assert association.abort_bytes(2, association.abort_reason)[8:] == bytes((2, 1))
    assert type(association.receive(pdu_type, b"")) is Ignored


@pytest.mark.parametrize(
    ("state", "pdu_type"), [("Sta5", 2), ("Sta5", 3), ("Sta5", 7), ("Sta6", 5), ("Sta7", 6), ("Sta7", 5), ("Sta11", 6)]
)
def test_ill_formed_pdu(state: str, pdu_type: int) -> None:
    association = IN_STATE[state]()
    with pytest.raises(ProtocolError) as caught:
        association.receive(pdu_type, b"\x00\x01\x00")
    assert caught.value.code == "0006:0307"
    assert association.state == "Sta13"
    assert association.accepted is None or state != "Sta5"
    assert association.abort_bytes(2, association.abort_reason)[8:] == bytes((2, 6))


@pytest.mark.parametrize("state", [one for one in IN_STATE if one != "Sta13"])
def test_connection_closed_in_every_state(state: str) -> None:
    association = IN_STATE[state]()
    with pytest.raises(Aborted, match="connection closed by the peer") as caught:
        association.closed_by_peer()
    assert caught.value.code == "0006:0317"
    assert str(caught.value).startswith("Peer aborted Association (or never connected)")
    assert association.state == "Sta1"
    association.closed_by_peer()


def test_connection_closed_when_it_is_due() -> None:
    association = aborting()
    association.closed_by_peer()
    assert association.state == "Sta1"


def test_good_order() -> None:
    association = idle()
    association.request_bytes()
    answer = association.receive(2, BODIES[2])
    assert answer == decode_associate_ac(BODIES[2], association.request)
    assert association.accepted is answer
    association.release_bytes()
    assert type(association.receive(4, BODIES[4])) is Ignored
    assert type(association.receive(6, BODIES[6])) is Released
    association.closed_by_peer()


def test_release_collision() -> None:
    """PS3.8 9.2, AR-8, AR-9, AR-3: the requestor responds first, then waits for the peer's response."""
    association = colliding()
    assert association.release_response_bytes()[0] == 6
    assert type(association.receive(6, BODIES[6])) is Released


def test_release_that_the_peer_requests() -> None:
    association = asked_for_release()
    assert association.release_response_bytes()[0] == 6
    association.closed_by_peer()
    association = asked_for_release()
    assert association.abort_bytes()[8:] == b"\0\0"
    association.closed_by_peer()


REJECTIONS = [
    ((1, 1, 1), "Rejected Permanent", "Service User", "No Reason"),
    ((1, 1, 2), "Rejected Permanent", "Service User", "App Context Name Not Supported"),
    ((1, 1, 3), "Rejected Permanent", "Service User", "Calling AE Title Not Recognized"),
    ((1, 1, 7), "Rejected Permanent", "Service User", "Called AE Title Not Recognized"),
    ((1, 2, 1), "Rejected Permanent", "Service Provider (ACSE Related)", "No Reason"),
    ((1, 2, 2), "Rejected Permanent", "Service Provider (ACSE Related)", "Protocol Version Not Supported"),
    ((2, 3, 1), "Rejected Transient", "Service Provider (Presentation Related)", "Temporary Congestion"),
    ((2, 3, 2), "Rejected Transient", "Service Provider (Presentation Related)", "Local Limit Exceeded"),
    ((0, 9, 77), "Unknown (0)", "Unknown (9)", "Unknown (77)"),
]


@pytest.mark.parametrize(("codes", "result", "source", "reason"), REJECTIONS)
def test_every_reject_reason(codes: tuple[int, int, int], result: str, source: str, reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        requested().receive(3, bytes((0, *codes)))
    assert str(caught.value) == f"Result: {result}, Source: {source}, Reason: {reason}"
    assert (caught.value.result, caught.value.source, caught.value.reason) == codes


@pytest.mark.parametrize(
    ("source", "reason", "words"),
    [
        (0, 0, "Source: Service User"),
        (0, 6, "Source: Service User"),
        (2, 0, "Source: Service Provider, Reason: Reason Not Specified"),
        (2, 1, "Source: Service Provider, Reason: Unrecognized PDU"),
        (2, 2, "Source: Service Provider, Reason: Unexpected PDU"),
        (2, 4, "Source: Service Provider, Reason: Unrecognized PDU Parameter"),
        (2, 5, "Source: Service Provider, Reason: Unexpected PDU Parameter"),
        (2, 6, "Source: Service Provider, Reason: Invalid PDU Parameter Value"),
        (2, 3, "Source: Service Provider, Reason: Unknown (3)"),
        (1, 1, "Source: Unknown (1)"),
    ],
)
def test_every_abort_reason(source: int, reason: int, words: str) -> None:
    with pytest.raises(Aborted) as caught:
        established().receive(7, bytes((0, 0, source, reason)))
    assert caught.value.code == "0006:0317"
    assert str(caught.value).startswith("Peer aborted Association (or never connected): A-ABORT sent by the peer")
    assert str(caught.value).endswith(f", {words}")


def test_zero_accepted_contexts_is_still_an_association() -> None:
    association = requested()
    answer = association.receive(2, accept(context(1, 3), context(3, 4, EXPLICIT), information()))
    assert isinstance(answer, Accepted)
    assert not any(one.accepted for one in answer.contexts)
    assert association.release_bytes()


def test_a_request_that_cannot_be_made_is_not_made() -> None:
    association = Association(request(contexts=()))
    with pytest.raises(UsageError):
        association.request_bytes()
    assert association.state == "Sta1"


MISUSE: list[tuple[Callable[[], Association], Callable[[Association], object]]] = [
    (idle, lambda one: one.release_bytes()),
    (idle, lambda one: one.release_response_bytes()),
    (idle, lambda one: one.abort_bytes()),
    (idle, lambda one: one.receive(2, BODIES[2])),
    (idle, lambda one: one.closed_by_peer()),
    (requested, lambda one: one.request_bytes()),
    (requested, lambda one: one.release_bytes()),
    (requested, lambda one: one.release_response_bytes()),
    (established, lambda one: one.request_bytes()),
    (established, lambda one: one.release_response_bytes()),
    (releasing, lambda one: one.release_bytes()),
    (collided, lambda one: one.release_response_bytes()),
    (aborting, lambda one: one.abort_bytes()),
    (aborting, lambda one: one.release_bytes()),
]


@pytest.mark.parametrize(("make", "use"), MISUSE)
def test_misuse(make: Callable[[], Association], use: Callable[[Association], object]) -> None:
    association = make()
    with pytest.raises(InternalError):
        use(association)


def test_nothing_after_the_end() -> None:
    association = releasing()
    association.receive(6, BODIES[6])
    for use in (association.request_bytes, association.release_bytes, association.abort_bytes):
        with pytest.raises(InternalError):
            use()
    with pytest.raises(InternalError):
        association.receive(4, BODIES[4])


def test_answer_is_to_this_request() -> None:
    """A context that another request proposed is unknown to this one."""
    association = requested()
    accepted = association.receive(2, accept(context(1, 0, EXPLICIT), context(5, 0, EXPLICIT)))
    assert isinstance(accepted, Accepted)
    assert 5 not in [one.id for one in accepted.contexts]
    assert "the peer answered presentation context ID 5, which was not proposed" in accepted.notes
    assert association.request.contexts[0].abstract_syntax == CT
