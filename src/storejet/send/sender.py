"""One file over an open session: opened, routed, sent, answered. Every attempt ends in exactly one Outcome."""

from storejet._core import Source
from storejet.errors import InputError, NetworkError, PeerError, StorejetError, Unreadable
from storejet.log import printable, unnamed
from storejet.plan.paths import encoded
from storejet.send.prepare import Prepared, Treatment, no_memory, prepare
from storejet.tables.status import WARNING, status_class, status_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from storejet.log import Log
    from storejet.plan.inspect import Instance
    from storejet.plan.route import Route
    from storejet.send.session import Session

    Choose = Callable[[Instance], Route]
    Attempt = tuple[str, Choose]
    Following = Callable[[int], Attempt | None]

#: how an attempt ended
STORED = "stored"  #: answered with success or a warning
FAILED = "failed"  #: answered with any other status
UNSENT = "unsent"  #: nothing of it was sent; the session goes on
LOST = "lost"  #: it broke off, or no valid answer came; the session is over


class Outcome:
    """How an attempt ended. ``status``: of the response, -1 without one; ``error``: why there is none."""

    __slots__ = ("comment", "error", "kind", "size", "status")

    def __init__(
        self, kind: str, status: int = -1, comment: str = "", error: StorejetError | None = None, size: int = 0
    ) -> None:
        self.kind = kind
        self.status = status
        self.comment = comment
        self.error = error
        #: bytes of the data set as stored, 0 where it was never read
        self.size = size

    @property
    def reason(self) -> str:
        """Why it failed, on one line, with DCMTK's ``module:code`` where it has one."""
        if self.error is not None:
            return self.error.coded
        said = f" ({printable(unnamed(self.comment.strip()))})" if self.comment.strip() else ""
        return f"peer answered status 0x{self.status:04x}: {status_text(self.status)}{said}"


class Sender:
    """Sends files over ``session``. ``verb`` is the tool's word for the request in its log lines."""

    __slots__ = (
        "_expected",
        "_log",
        "_message_id",
        "_next_source",
        "_session",
        "_source",
        "_treatment",
        "_verb",
        "_verbose",
        "progress",
    )

    def __init__(self, session: "Session", expected: int, log: "Log", verb: str, treatment: Treatment) -> None:
        self._session = session
        self._source = Source()
        self._next_source = Source()
        if treatment.editor is not None:
            self._source.marking = self._next_source.marking = treatment.editor.marking
        self._expected = expected
        self._log = log
        self._verb = verb
        self._verbose = log.verbose
        self._treatment = treatment
        self._message_id = 0
        #: called with the number of PDUs that a data set took, once it was sent and answered
        self.progress: Callable[[int], None] | None = None

    def send(self, path: str, choose: "Choose", following: "Following") -> Outcome:
        """Send the file; ``choose`` picks the route for what it holds, or raises RouteError or InputError.

        ``following(n)``: the file that will be sent n files later, with its ``choose``, or None; the next one is looked
        at while the peer works on this one.

        A message ID is used up by every attempt (1 … 65535, then again from 1).
        """
        self._message_id = self._message_id % 0xFFFF + 1
        source = self._source
        self._source, self._next_source = self._next_source, source
        try:
            prepared = prepare(source, path, self._expected, choose, self._treatment)
        except (StorejetError, MemoryError) as failure:
            error = no_memory() if isinstance(failure, MemoryError) else failure
            size = source.data_set_size
            source.close()
            return Outcome(UNSENT, error=error, size=size)
        if prepared.work is not None:
            prepared.pieces = prepared.outward(prepared.work)
        attempt = following(1)
        try:
            return self._deliver(prepared, None if attempt is None else encoded(attempt[0]))
        finally:
            source.close()

    def _deliver(self, prepared: Prepared, next_name: bytes | None) -> Outcome:
        """One C-STORE of what was prepared; ``next_name``: the file that ``_source`` is to look at meanwhile."""
        log, instance, route = self._log, prepared.instance, prepared.route
        for warning in prepared.warnings:
            log.data.warn(warning)
        if prepared.invented:
            log.block(prepared.invented)
        if self._verbose:
            from storejet.send.narrate import say_sending

            say_sending(log, self._verb, self._session, route.context, instance, self._message_id)
        try:
            if prepared.pieces is None:
                status, comment = self._session.store(
                    prepared.source, route.context, instance, self._message_id, self._source, next_name, self._expected
                )
            else:
                status, comment = self._session.store_pieces(prepared, prepared.pieces, self._message_id)
        except (StorejetError, MemoryError) as failure:
            error = no_memory() if isinstance(failure, MemoryError) else failure
            self._session.abort(error)
            return Outcome(LOST, error=error, size=prepared.size)
        except BaseException:
            # before the file is closed: what ends the PDU that is half sent, so that an A-ABORT may follow, is its
            self._session.abort()
            raise
        if self.progress is not None:
            self.progress(self._session.data_pdus)
        if self._verbose:
            from storejet.send.narrate import say_received

            say_received(log, self._verb, self._session, route.context, status)
        if status == 0:
            return Outcome(STORED, 0, comment, None, prepared.size)
        return Outcome(STORED if status_class(status) == WARNING else FAILED, status, comment, None, prepared.size)


def connection_lost(outcome: Outcome) -> bool:
    """Whether the peer or the network ended the association in the middle of a message: not the file that was sent, a
    decoder that does not work, or this program."""
    return outcome.kind == LOST and isinstance(outcome.error, (PeerError, NetworkError))


def failure_text(path: str, outcome: Outcome) -> str:
    """``PATH: why`` in the tools' words, for what was not stored."""
    if isinstance(outcome.error, Unreadable):
        return f"Cannot access file: {printable(path)}: {outcome.reason}"
    if outcome.kind == UNSENT and isinstance(outcome.error, InputError):
        return f"Bad DICOM file: {printable(path)}: {outcome.reason}"
    return f"Store Failed, file: {printable(path)}: {outcome.reason}"
