"""Whatever the peer sends: an event or one of our own errors, and one line of text for each."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pynetdicom.pdu import A_ASSOCIATE_RQ
from ul_wire import CT, accept, context, full_accept, information, item, request

from storejet.errors import Aborted, InternalError, ProtocolError, Rejected, UsageError
from storejet.ul.association import Association, Ignored, ReleaseCollision, Released, ReleaseRequested
from storejet.ul.describe import describe_accepted
from storejet.ul.parameters import Accepted, AssociateRequest, ProposedContext
from storejet.ul.pdu import decode_abort, decode_associate_ac, decode_associate_rj, encode_associate_rq

#: sub-items whose lengths are right and whose contents are anything
SUB_ITEMS = st.builds(item, st.integers(0, 255), st.binary(max_size=40))
ITEMS = st.one_of(
    st.builds(item, st.integers(0, 255), st.binary(max_size=40)),
    st.builds(context, st.integers(0, 255), st.integers(0, 255), st.sampled_from(["", "1.2.840.10008.1.2.1", "1.2"])),
    st.lists(SUB_ITEMS, max_size=6).map(lambda items: information(*items)),
)
ANSWERS = st.lists(ITEMS, max_size=6).map(lambda items: accept(*items))


def mutated(body: bytes, changes: list[tuple[int, int]]) -> bytes:
    copy = bytearray(body)
    for position, value in changes:
        copy[position % len(copy)] = value
    return bytes(copy)


MUTATIONS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=8)
BODIES = st.one_of(
    st.binary(max_size=300),
    ANSWERS,
    MUTATIONS.map(lambda changes: mutated(full_accept(), changes)),
    st.binary(max_size=100).map(lambda tail: full_accept() + tail),
)


def one_line(error: Exception) -> None:
    assert str(error).isprintable()
    assert str(error)


@given(BODIES)
def test_decode_associate_ac(body: bytes) -> None:
    try:
        answer = decode_associate_ac(body, request())
    except ProtocolError as error:
        one_line(error)
    else:
        assert [one.id for one in answer.contexts] == [1, 3]
        for line in (*answer.notes, *describe_accepted(request(), answer)):
            assert line.isprintable()


@given(st.binary(max_size=8))
def test_short_pdus(body: bytes) -> None:
    for decode in (decode_associate_rj, decode_abort):
        try:
            decode(body)
        except ProtocolError:
            assert len(body) < 4
        else:
            assert len(body) >= 4


#: what happens to an association: a PDU, the end of the connection, or a wish of our own
STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 9), BODIES),
        st.sampled_from(["closed", "release", "respond", "abort"]),
    ),
    max_size=8,
)


@given(STEPS)
def test_receive(steps: list[tuple[int, bytes] | str]) -> None:
    """A well-behaved caller, and a peer that sends anything at any time."""
    association = Association(request())
    association.request_bytes()
    for step in steps:
        try:
            if step == "closed":
                association.closed_by_peer()
                return
            if step == "release":
                if association.state == "Sta6":
                    assert association.release_bytes()[0] == 5
            elif step == "respond":
                if association.state in ("Sta8", "Sta9"):
                    assert association.release_response_bytes()[0] == 6
            elif step == "abort":
                assert association.abort_bytes()[0] == 7
                association.closed_by_peer()
                return
            else:
                event = association.receive(*step)
                assert isinstance(event, (Accepted, Released, ReleaseRequested, ReleaseCollision, Ignored))
                if isinstance(event, Released):
                    return
        except (Rejected, Aborted) as error:
            one_line(error)
            return
        except ProtocolError as error:
            one_line(error)
            assert association.abort_bytes(2, association.abort_reason)[8] == 2
            return


@given(
    st.text(max_size=20),
    st.text(max_size=20),
    st.lists(st.builds(ProposedContext, st.integers(0, 300), st.text(max_size=70), st.lists(st.text()).map(tuple))),
    st.integers(-5, 1 << 33),
)
def test_encode(called: str, calling: str, contexts: list[ProposedContext], length: int) -> None:
    asked = AssociateRequest(called, calling, tuple(contexts), max_length_received=length)
    try:
        pdu = encode_associate_rq(asked)
    except (UsageError, InternalError) as error:
        one_line(error)
    else:
        assert struct.unpack(">I", pdu[2:6])[0] == len(pdu) - 6


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5)), min_size=1, max_size=128))
def test_pynetdicom_reads_any_proposal(choices: list[tuple[bool, int]]) -> None:
    contexts = tuple(
        ProposedContext(
            2 * number + 1, CT if ct else "1.2.3", tuple(f"1.2.840.10008.1.2.{one}" for one in range(count))
        )
        for number, (ct, count) in enumerate(choices)
    )
    judge = A_ASSOCIATE_RQ()
    judge.decode(encode_associate_rq(request(contexts=contexts)))
    proposed = [(one.context_id, one.abstract_syntax, one.transfer_syntax) for one in judge.presentation_context]
    assert proposed == [(one.id, one.abstract_syntax, list(one.transfer_syntaxes)) for one in contexts]


def test_fuzz_target_runs() -> None:
    target = Path(__file__).resolve().parents[1] / "fuzz" / "fuzz_ul.py"
    command = [sys.executable, str(target), "--seconds", "1", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"[1-9]\d* associations, nothing found\n", done.stdout)
