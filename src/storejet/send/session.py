"""One association from request to release: the protocol of ``ul`` on a connection of ``net``."""

from time import monotonic

from storejet.errors import Aborted, PeerError, ProtocolError, Rejected, ReleaseRequested, RouteError, TimedOut
from storejet.net.connection import connect
from storejet.plan.route import NO_CONTEXT
from storejet.ul.association import UNEXPECTED_PDU, Association, ReleaseCollision, Released
from storejet.ul.parameters import Accepted, AssociateRequest, ExtendedNegotiation, ProposedContext, RoleSelection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from storejet._core import Source
    from storejet.log import Log
    from storejet.net.connection import Connection
    from storejet.net.tls import Tls
    from storejet.plan.contexts import Context, Extended, Role
    from storejet.plan.inspect import Instance
    from storejet.send.prepare import Prepared
    from storejet.ul.parameters import UserIdentity

    Chosen = TypeVar("Chosen")

FOREVER = -1.0

#: source of an A-ABORT for a peer's mistake (PS3.8 9.3.8)
BY_PROVIDER = 2

#: bytes of a fragment below which the sending is slow enough for a word
SLOW_FRAGMENT = 512


class Peer:
    """Whom to call, and how long to wait. Times in seconds, negative: without limit; lengths in bytes, 0: no limit.

    ``tls``: how the connection is secured; None: it is not.
    """

    __slots__ = (
        "acse",
        "called",
        "calling",
        "connect",
        "dimse",
        "family",
        "host",
        "max_receive",
        "max_send",
        "port",
        "stall",
        "tls",
    )

    def __init__(self, host: str, port: int, calling: str, called: str) -> None:
        self.host = host
        self.port = port
        self.calling = calling
        self.called = called
        self.family = 0
        self.connect = FOREVER
        self.acse = 30.0
        self.dimse = FOREVER
        self.stall = 60.0
        self.max_receive = 16384
        self.max_send = 0
        self.tls: Tls | None = None


class Session:
    """An open association. ``usable``: context id → (abstract syntax, accepted transfer syntax).

    ``answers``: the result for each proposed context (PS3.8 table 9-18). ``not_scu``: the SOP classes whose role
    negotiation forbids this side to send (PS3.7 D.3.3.4).
    """

    __slots__ = ("_association", "_connection", "_peer", "answers", "fragment", "not_scu", "over", "usable")

    def __init__(self, peer: Peer, connection: "Connection", association: Association, accepted: "Accepted") -> None:
        self._peer = peer
        self._connection = connection
        self._association = association
        self.over = False
        self.usable = {
            context.id: (context.abstract_syntax, context.transfer_syntax)
            for context in accepted.contexts
            if context.result == 0
        }
        self.answers = [context.result for context in accepted.contexts]
        self.not_scu = _not_scu(association.request, accepted)
        #: bytes of a PDV's fragment (PS3.8 9.3.5.1)
        self.fragment = connection.wire.limit(accepted.max_length, peer.max_send)

    def as_scu(self, choose: "Callable[[Instance], Chosen]") -> "Callable[[Instance], Chosen]":
        """``choose``, but with a RouteError for an instance of a class that this side may not send."""

        def checked(instance: "Instance") -> "Chosen":
            if instance.class_uid in self.not_scu:
                from storejet.plan.names import class_name

                text = f"No presentation context for: {class_name(instance.class_uid)} in which this side may be SCU"
                raise RouteError(f"{text}: the negotiated role is another", NO_CONTEXT).advising(
                    "let the profile (-xf) propose, and the peer accept, the role SCU for this SOP class"
                )
            return choose(instance)

        return checked

    def store(
        self,
        source: "Source",
        context: int,
        instance: "Instance",
        message_id: int,
        upcoming: "Source | None",
        upcoming_path: bytes | None,
        expected: int,
    ) -> tuple[int, str]:
        """C-STORE the open ``source``: (status, error comment). After an exception only ``abort`` is left.

        ``upcoming``: takes a look at the file that comes next, if one is named, while the peer works on this one.
        Raises InputError where the file fails between its fragments, PeerError, NetworkError.
        """
        return self._connection.wire.store(
            source,
            context,
            instance.class_uid.encode("latin-1"),
            instance.instance_uid.encode("latin-1"),
            message_id,
            upcoming,
            upcoming_path,
            expected,
        )

    def store_pieces(self, prepared: "Prepared", pieces: "Iterator[bytes]", message_id: int) -> tuple[int, str]:
        """As ``store``, for what ``pieces`` make up, and a NUL where that is odd. Raises what ``pieces`` raise, too."""
        wire, instance = self._connection.wire, prepared.instance
        wire.begin(
            prepared.route.context,
            instance.class_uid.encode("latin-1"),
            instance.instance_uid.encode("latin-1"),
            message_id,
            prepared.file_size,
            prepared.outgoing,
        )
        held = b""
        for piece in pieces:
            wire.push(held)
            held = piece
        return wire.finish(held)

    @property
    def answer(self) -> bytes:
        """The command set of the last response as it came."""
        return self._connection.wire.answer

    @property
    def data_pdus(self) -> int:
        """How many P-DATA-TF PDUs the last data set took (PS3.8 9.3.5)."""
        return self._connection.wire.data_pdus

    @property
    def data_bytes(self) -> int:
        """How many bytes the last data set took on the wire, its null pad included."""
        return self._connection.wire.data_bytes

    def moved(self) -> tuple[int, int]:
        """(messages that were answered, bytes of files sent) over this association; another thread may ask, too."""
        return self._connection.wire.moved

    def release(self) -> None:
        """A-RELEASE (PS3.8 9.2). Raises PeerError or NetworkError; the connection is closed either way."""
        self.over = True
        wire, association = self._connection.wire, self._association
        try:
            limit = monotonic() + self._peer.acse if self._peer.acse >= 0 else None
            wire.send(association.release_bytes(), self._peer.acse)
            while True:
                # what comes instead of the answer must not put off its deadline
                left = FOREVER if limit is None else max(0.0, limit - monotonic())
                event = association.receive(*wire.receive(left))
                if isinstance(event, Released):
                    break
                if isinstance(event, ReleaseCollision):
                    wire.send(association.release_response_bytes(), self._peer.acse)
                if left == 0:
                    raise TimedOut("peer sent other things instead of answering the release in time", "0006:031a")
        except BaseException as error:
            _give_up(self._connection, association, error)
            raise
        self._connection.close()

    def abort(self, error: BaseException | None = None) -> None:
        """A-ABORT where the stream and the peer allow it, then close. Never raises; may be called again."""
        if not self.over:
            self.over = True
            _give_up(self._connection, self._association, error)


def _give_up(connection: "Connection", association: Association, error: BaseException | None) -> None:
    """End an association that went wrong, by ``error`` (PS3.8 9.2 AA-1, AA-8), or that the user ends (None)."""
    if isinstance(error, (Aborted, Rejected)) and not isinstance(error, ReleaseRequested):
        connection.close()  # the peer has ended it already
    elif isinstance(error, ProtocolError):
        connection.part(association.abort_bytes(BY_PROVIDER, association.abort_reason or UNEXPECTED_PDU))
    else:
        connection.part(association.abort_bytes())


def _first_answer(connection: "Connection", peer: Peer) -> tuple[int, bytes]:
    """What the peer answers the A-ASSOCIATE-RQ. Raises as ``Wire.receive`` does."""
    try:
        return connection.wire.receive(peer.acse)
    except Aborted as error:
        if peer.tls is None and type(error) is Aborted:
            raise Aborted(f"{error.text}: does it want TLS (+tls, +tla)?", error.code) from None
        raise


def _not_scu(request: AssociateRequest, accepted: "Accepted") -> "frozenset[str]":
    """The SOP classes for which a role was proposed and answered, and it is not SCU; unanswered ones keep the default,
    which is SCU (PS3.7 D.3.3.4)."""
    answers: dict[str, bool] = {}
    for answer in accepted.role_selections:
        answers.setdefault(answer.sop_class, answer.scu)
    return frozenset(
        [role.sop_class for role in request.role_selections if not (role.scu and answers.get(role.sop_class, True))]
    ).intersection(answers)


def open_session(
    peer: Peer,
    contexts: "Sequence[Context]",
    log: "Log",
    verbose_contexts: bool,
    roles: "Sequence[Role]" = (),
    extended: "Sequence[Extended]" = (),
    identity: "UserIdentity | None" = None,
) -> Session:
    """Connect and associate (PS3.8 7.1). ``verbose_contexts``: log what was proposed and what came of it at INFO.

    Raises UsageError (a request that no PDU can hold), NetworkError, Rejected and other PeerErrors: 0006:0108 where
    ``identity`` asks for a response and none comes (PS3.7 D.3.3.7); the association is then aborted.
    """
    request = AssociateRequest(
        called_ae_title=peer.called,
        calling_ae_title=peer.calling,
        contexts=tuple([ProposedContext(*context) for context in contexts]),
        max_length_received=peer.max_receive,
        role_selections=tuple([RoleSelection(*role) for role in roles]),
        extended_negotiations=tuple([ExtendedNegotiation(*negotiation) for negotiation in extended]),
        user_identity=identity,
    )
    association = Association(request)
    opening = association.request_bytes()
    # --debug shows the contexts among its details
    say_contexts = log.block if verbose_contexts else log.dump if log.debugging else None
    if say_contexts:
        from storejet.ul import describe

        say_contexts(describe.describe_request(request))
    log.info("Requesting Association")
    connection = connect(peer.host, peer.port, peer.family, peer.connect)
    if peer.tls is not None:
        try:
            peer.tls.secure(connection, peer.acse, log)
        except BaseException:
            connection.close()
            raise
    wire = connection.wire
    try:
        wire.stall = peer.stall
        wire.patience = peer.dimse
        wire.send(opening, peer.acse)
        accepted = association.receive(*_first_answer(connection, peer))
        if not isinstance(accepted, Accepted):
            raise ProtocolError("Received unexpected PDU from the peer in answer to A-ASSOCIATE-RQ", "0006:031f")
        if identity is not None and identity.positive_response_requested and accepted.user_identity_response is None:
            text = "User Identity Negotiation failed: Positive response requested but none received"
            raise PeerError(text, "0006:0108").advising(
                "do not insist on an answer (without -rsp), or let the peer answer user identities"
            )
        session = Session(peer, connection, association, accepted)
    except BaseException as error:
        _give_up(connection, association, error)
        raise
    if say_contexts:
        say_contexts(describe.describe_accepted(request, accepted))
    for note in accepted.notes:
        log.net.debug(note)
    if 0 < session.fragment < SLOW_FRAGMENT:
        log.net.warn(f"peer's maximum length of {accepted.max_length} bytes leaves {session.fragment} for data")
    if log.debugging:
        log.net.debug(describe.describe_sizes(request, accepted, peer.max_send, session.fragment))
    log.info(f"Association Accepted (Max Send PDV: {session.fragment})")
    return session
