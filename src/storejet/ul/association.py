"""The requestor's side of an association as a state machine (PS3.8 9.2), without I/O and without a clock.

The caller sends what ``request_bytes``, ``release_bytes``, ``release_response_bytes`` and ``abort_bytes`` give, and
tells ``receive`` and ``closed_by_peer`` what came of it. Data transfer passes by: while the association is established,
P-DATA-TF PDUs are not given to this class.

States, by the names of PS3.8 table 9-10; the transport connection is the caller's, so that Sta4 does not show:

=====  ==========================================================
Sta1   idle: nothing requested yet, or all over: close the connection
Sta5   A-ASSOCIATE-RQ given, answer due
Sta6   established
Sta7   A-RELEASE-RQ given, answer due
Sta8   the peer requests a release, our response due
Sta9   release collision, our response due
Sta11  release collision, response given, the peer's due
Sta13  over but for the peer closing the connection
=====  ==========================================================
"""

from storejet.errors import Aborted, InternalError, ProtocolError, Rejected
from storejet.ul.parameters import Accepted, AssociateRequest
from storejet.ul.pdu import (
    A_ABORT,
    A_ASSOCIATE_AC,
    A_ASSOCIATE_RJ,
    A_RELEASE_RP,
    A_RELEASE_RP_BYTES,
    A_RELEASE_RQ,
    A_RELEASE_RQ_BYTES,
    P_DATA_TF,
    PDU_NAMES,
    decode_abort,
    decode_associate_ac,
    decode_associate_rj,
    decode_release,
    encode_abort,
    encode_associate_rq,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Event: TypeAlias = "Accepted | Released | ReleaseRequested | ReleaseCollision | Ignored"

#: reasons of an A-ABORT by the service provider (PS3.8 table 9-26)
UNRECOGNIZED_PDU = 1
UNEXPECTED_PDU = 2
INVALID_PDU_PARAMETER = 6

#: what was going on, for the messages
_PHASES = {
    "Sta5": "in answer to A-ASSOCIATE-RQ",
    "Sta6": "during data transfer",
    "Sta7": "in answer to A-RELEASE-RQ",
    "Sta8": "after its own A-RELEASE-RQ",
    "Sta9": "after its own A-RELEASE-RQ",
    "Sta11": "in answer to A-RELEASE-RQ",
}


class Released:
    """The association is over in good order (AR-3): close the connection."""

    __slots__ = ()


class ReleaseRequested:
    """The peer asks for a release that is not due (AR-2): send ``release_response_bytes``, or abort."""

    __slots__ = ()


class ReleaseCollision:
    """Both sides asked for a release (AR-8): send ``release_response_bytes``, then wait for the peer's."""

    __slots__ = ()


class Ignored:
    """Nothing to do: data that was under way when the release was requested (AR-6), or a PDU after the end (AA-6)."""

    __slots__ = ()


class Association:
    """One association from A-ASSOCIATE-RQ to its end; ``accepted`` is the peer's answer, once there is one.

    After a ProtocolError the association is to be ended by ``abort_bytes(2, abort_reason)`` (AA-8).
    """

    __slots__ = ("_abort_given", "_requested", "abort_reason", "accepted", "request", "state")

    def __init__(self, request: AssociateRequest) -> None:
        self.request = request
        self.accepted: Accepted | None = None
        self.state = "Sta1"
        self.abort_reason = 0
        self._requested = False
        self._abort_given = False

    def request_bytes(self) -> bytes:
        """The A-ASSOCIATE-RQ (AE-2). Raises UsageError for a request that no PDU can hold."""
        if self._requested:
            raise InternalError("an association was requested twice")
        pdu = encode_associate_rq(self.request)
        self._requested = True
        self.state = "Sta5"
        return pdu

    def release_bytes(self) -> bytes:
        """The A-RELEASE-RQ (AR-1)."""
        if self.state != "Sta6":
            raise InternalError(f"a release was requested in {self.state}")
        self.state = "Sta7"
        return A_RELEASE_RQ_BYTES

    def release_response_bytes(self) -> bytes:
        """The A-RELEASE-RP (AR-4, AR-9) to ReleaseRequested or ReleaseCollision."""
        if self.state not in ("Sta8", "Sta9"):
            raise InternalError(f"a release response was given in {self.state}")
        self.state = "Sta13" if self.state == "Sta8" else "Sta11"
        return A_RELEASE_RP_BYTES

    def abort_bytes(self, source: int = 0, reason: int = 0) -> bytes:
        """The A-ABORT (AA-1, AA-8): ``source`` 0 for the user, 2 for a PDU of the peer that is wrong."""
        if self.state == "Sta1" or self._abort_given:
            raise InternalError(f"an abort was given in {self.state}")
        self.state = "Sta13"
        self._abort_given = True
        return encode_abort(source, reason)

    def receive(self, pdu_type: int, body: bytes) -> "Event":
        """Take one PDU of the peer: its type and all after its 6-byte header.

        Raises Rejected (A-ASSOCIATE-RJ), Aborted (A-ABORT, 0006:0317) or ProtocolError (0006:0321 a type that does not
        exist, 0006:031f a PDU that is not due, or what the PDU's decoder raises).
        """
        if self.state == "Sta1":
            raise InternalError("a PDU was received without an association")
        try:
            return self._take(pdu_type, body)
        except ProtocolError:
            self.state = "Sta13"
            self.abort_reason = self.abort_reason or INVALID_PDU_PARAMETER
            raise

    def closed_by_peer(self) -> None:
        """The peer has closed the connection (AA-4, AR-5). Raises Aborted (0006:0317) unless all was over."""
        if not self._requested:
            raise InternalError("a connection was closed without an association")
        state, self.state = self.state, "Sta1"
        if state not in ("Sta1", "Sta13"):
            text = f"Peer aborted Association (or never connected): connection closed by the peer {_PHASES[state]}"
            raise Aborted(text, "0006:0317")

    def _take(self, pdu_type: int, body: bytes) -> "Event":
        state = self.state
        if state == "Sta13":
            return Ignored()
        if pdu_type == A_ABORT:
            source, reason = decode_abort(body)
            self.state = "Sta1"
            raise _aborted(source, reason, state)
        if state == "Sta5" and pdu_type == A_ASSOCIATE_AC:
            self.accepted = decode_associate_ac(body, self.request)
            self.state = "Sta6"
            return self.accepted
        if state == "Sta5" and pdu_type == A_ASSOCIATE_RJ:
            result, source, reason = decode_associate_rj(body)
            self.state = "Sta1"
            raise _rejected(result, source, reason)
        if state in ("Sta7", "Sta11") and pdu_type == A_RELEASE_RP:
            decode_release(pdu_type, body)
            self.state = "Sta1"
            return Released()
        if state in ("Sta6", "Sta7") and pdu_type == A_RELEASE_RQ:
            decode_release(pdu_type, body)
            self.state = "Sta8" if state == "Sta6" else "Sta9"
            return ReleaseRequested() if state == "Sta6" else ReleaseCollision()
        if state == "Sta7" and pdu_type == P_DATA_TF:
            return Ignored()
        raise self._wrong(pdu_type)

    def _wrong(self, pdu_type: int) -> ProtocolError:
        """AA-8: a PDU that has no place in this state, or in any."""
        phase = _PHASES[self.state]
        name = PDU_NAMES.get(pdu_type)
        if name is None:
            self.abort_reason = UNRECOGNIZED_PDU
            return ProtocolError(f"Unrecognized PDU type: {pdu_type:2x} sent by the peer {phase}", "0006:0321")
        self.abort_reason = UNEXPECTED_PDU
        return ProtocolError(f"Received unexpected PDU: {name} sent by the peer {phase}", "0006:031f")


def _rejected(result: int, source: int, reason: int) -> Rejected:
    from storejet.tables.reject import reject_lines

    return Rejected(", ".join(reject_lines(result, source, reason)), result, source, reason)


def _aborted(source: int, reason: int, state: str) -> Aborted:
    from storejet.tables.reject import abort_words

    text = f"Peer aborted Association (or never connected): A-ABORT sent by the peer {_PHASES[state]}"
    return Aborted(f"{text}, {abort_words(source, reason)}", "0006:0317")
