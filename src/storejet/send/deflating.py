"""Files that go out deflated: the next ones are read and compressed on other threads while one is on the wire."""

from storejet.codec.deflate import REACH, Pool
from storejet.errors import StorejetError
from storejet.send.prepare import Prepared, Treatment, prepare
from storejet.send.sender import UNSENT, Outcome, Sender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet.codec.deflate import Job
    from storejet.log import Log
    from storejet.send.sender import Choose, Following
    from storejet.send.session import Session

#: blocks a worker that are compressed, or waiting for it, or for the wire: what bounds the memory
BLOCKS_A_WORKER = 6
#: files that are looked at ahead, at most
MOST_AHEAD = 64


class Failed:
    """Stands in for a block that could not be read."""

    def __init__(self, error: StorejetError) -> None:
        self.error = error

    def wait(self) -> bytes:
        raise self.error


class _Ahead:
    """A file at work ahead of its turn: either it has an ``outcome`` already, or it is ``prepared``.

    ``plain``: what of it is still to be read. ``read``: all of it was read, or what is left of it is read when its turn
    comes (``waits``).
    """

    __slots__ = ("held", "jobs", "outcome", "path", "plain", "prepared", "read", "tail", "waits")

    def __init__(self, path: str) -> None:
        self.path = path
        self.outcome: Outcome | None = None
        self.prepared: Prepared | None = None
        self.plain: Iterator[bytes] | None = None
        self.jobs: list[Job | Failed] = []
        self.held: bytes | None = None
        self.tail = b""
        self.read = False
        self.waits = False


class DeflatingSender(Sender):
    """A Sender for --propose-deflated; what is to go out otherwise is sent as ever, in its turn."""

    __slots__ = ("_ahead", "_following", "_in_flight", "_most", "_pool", "_present")

    def __init__(self, session: "Session", expected: int, log: "Log", verb: str, treatment: Treatment) -> None:
        super().__init__(session, expected, log, verb, treatment)
        if treatment.pool is None:
            treatment.pool = Pool(treatment.level)
        self._pool = treatment.pool
        self._most = BLOCKS_A_WORKER * max(self._pool.workers, 1)
        self._ahead: list[_Ahead] = []
        self._in_flight = 0

    def send(self, path: str, choose: "Choose", following: "Following") -> Outcome:
        self._message_id = self._message_id % 0xFFFF + 1
        if self._ahead and self._ahead[0].path != path:
            # the run has taken another way than it looked like: what was begun is forgotten
            self._source.close()
            self._ahead.clear()
            self._in_flight = 0
        self._present, self._following = (path, choose), following
        self._go_ahead()
        ahead = self._ahead[0]
        try:
            prepared = ahead.prepared
            if prepared is None:
                assert ahead.outcome is not None
                return ahead.outcome
            if not ahead.waits:
                if ahead.jobs and isinstance(ahead.jobs[0], Failed):
                    # nothing of it is on the wire yet
                    return Outcome(UNSENT, error=ahead.jobs[0].error, size=prepared.size)
                prepared.pieces = self._compressed(ahead)
            return self._deliver(prepared, None)
        finally:
            if ahead.waits:
                self._source.close()
            del self._ahead[0]

    def _go_ahead(self) -> None:
        """Read and hand out blocks until enough are under way, file after file."""
        while self._in_flight < self._most:
            newest = self._ahead[-1] if self._ahead else None
            if newest is not None and not newest.read:
                self._read_block(newest)
                continue
            if newest is not None and (newest.waits or len(self._ahead) == MOST_AHEAD):
                return
            attempt = self._present if newest is None else self._following(len(self._ahead))
            if attempt is None:
                return
            self._ahead.append(self._begin(*attempt))

    def _begin(self, path: str, choose: "Choose") -> _Ahead:
        ahead = _Ahead(path)
        try:
            ahead.prepared = prepare(self._source, path, self._expected, choose, self._treatment)
        except StorejetError as error:
            ahead.outcome = Outcome(UNSENT, error=error, size=self._source.data_set_size)
            ahead.read = True
            self._source.close()
            return ahead
        ahead.plain = ahead.prepared.pieces
        ahead.waits = ahead.read = not ahead.prepared.deflate
        return ahead

    def _read_block(self, ahead: _Ahead) -> None:
        """Read the next piece and hand out the one before it: only then is it known not to be the last."""
        assert ahead.plain is not None
        try:
            piece = next(ahead.plain, None)
        except StorejetError as error:
            ahead.jobs.append(Failed(error))
            ahead.read = True
            self._in_flight += 1
            self._source.close()
            return
        if ahead.held is not None:
            ahead.jobs.append(self._pool.start(ahead.held, ahead.tail, piece is None))
            ahead.tail = (ahead.tail + ahead.held)[-REACH:] if len(ahead.held) < REACH else ahead.held[-REACH:]
            self._in_flight += 1
        ahead.held = piece
        if piece is None:
            ahead.read = True
            self._source.close()

    def _compressed(self, ahead: _Ahead) -> "Iterator[bytes]":
        """The compressed blocks of the file whose turn it is."""
        while True:
            self._go_ahead()
            if not ahead.jobs:
                return
            block = ahead.jobs.pop(0).wait()
            self._in_flight -= 1
            yield block
