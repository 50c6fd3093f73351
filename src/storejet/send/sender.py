"""One file over an open session: opened, routed, sent, answered. Every attempt ends in exactly one Outcome."""

from storejet._core import Source
from storejet.errors import InputError, StorejetError, Unreadable
from storejet.log import printable
from storejet.plan.inspect import opened
from storejet.plan.paths import encoded
from storejet.tables.status import WARNING, status_class, status_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from storejet.log import Log
    from storejet.plan.inspect import Instance
    from storejet.send.session import Session

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
        said = f" ({printable(self.comment.strip())})" if self.comment.strip() else ""
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
        "_verb",
        "_verbose",
        "progress",
    )

    def __init__(self, session: "Session", expected: int, log: "Log", verb: str) -> None:
        self._session = session
        self._source = Source()
        self._next_source = Source()
        self._expected = expected
        self._log = log
        self._verb = verb
        self._verbose = log.verbose
        self._message_id = 0
        #: called with the number of PDUs that a data set took, once it was sent and answered
        self.progress: Callable[[int], None] | None = None

    def send(self, path: str, choose: "Callable[[Instance], int]", following: str | None) -> Outcome:
        """Send the file; ``choose`` picks the context id for what it holds, or raises RouteError or InputError.

        ``following``: the file that will be sent next, if any; it is looked at while the peer works on this one.

        A message ID is used up by every attempt (1 … 65535, then again from 1).
        """
        self._message_id = self._message_id % 0xFFFF + 1
        source, log = self._source, self._log
        self._source, self._next_source = self._next_source, source
        following_name = None if following is None else encoded(following)
        size = 0
        try:
            instance = opened(source, path, self._expected)
            size = source.size - source.data_set_offset
            if not instance.class_uid or not instance.instance_uid:
                raise InputError("No SOP Class or Instance UID in file", "0006:0202")
            if len(instance.class_uid) > 64 or len(instance.instance_uid) > 64:
                raise InputError("has a UID of more than 64 characters", "0006:0202")
            context = choose(instance)
        except StorejetError as error:
            source.close()
            return Outcome(UNSENT, error=error, size=size)
        if instance.padded:
            log.data.warn(
                f"SOP Class or Instance UID contains space characters, sent without them in the command: {path}"
            )
        if self._verbose:
            from storejet.send.narrate import say_sending

            say_sending(log, self._verb, self._session, context, instance, self._message_id)
        try:
            status, comment = self._session.store(
                source, context, instance, self._message_id, self._source, following_name, self._expected
            )
        except StorejetError as error:
            self._session.abort(error)
            return Outcome(LOST, error=error, size=size)
        finally:
            source.close()
        if self.progress is not None:
            self.progress(self._session.data_pdus)
        if self._verbose:
            from storejet.send.narrate import say_received

            say_received(log, self._verb, self._session, context, status)
        if status == 0:
            return Outcome(STORED, 0, comment, None, size)
        return Outcome(STORED if status_class(status) == WARNING else FAILED, status, comment, None, size)


def failure_text(path: str, outcome: Outcome) -> str:
    """``PATH: why`` in the tools' words, for what was not stored."""
    if isinstance(outcome.error, Unreadable):
        return f"Cannot access file: {printable(path)}: {outcome.reason}"
    if outcome.kind == UNSENT and isinstance(outcome.error, InputError):
        return f"Bad DICOM file: {printable(path)}: {outcome.reason}"
    return f"Store Failed, file: {printable(path)}: {outcome.reason}"
