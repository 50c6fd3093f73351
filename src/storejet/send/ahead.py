"""Files on which there is work to do: other threads work on the next ones while one is on the wire."""

from storejet.codec.pool import Job
from storejet.errors import StorejetError
from storejet.send.prepare import Prepared, Treatment, no_memory, prepare
from storejet.send.sender import UNSENT, Outcome, Sender

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet.log import Log
    from storejet.send.prepare import Made
    from storejet.send.sender import Choose, Following
    from storejet.send.session import Session

#: bytes a worker that are worked on, or waiting for it, or for the wire: what bounds the memory
AHEAD_A_WORKER = 4 << 20
#: files that are looked at ahead, at most
MOST_AHEAD = 64


class Failed:
    """Stands in for a piece that could not be read."""

    cost = 0
    pixels = False

    def __init__(self, error: StorejetError) -> None:
        self.error = error

    def wait(self) -> bytes:
        raise self.error


class _Ahead:
    """A file at work ahead of its turn: either it has an ``outcome`` already, or it is ``prepared``.

    ``work``: what of it is still to be read and begun. ``read``: all of it was, or it is read when its turn comes
    (``waits``).
    """

    __slots__ = ("jobs", "outcome", "path", "prepared", "read", "waits", "work")

    def __init__(self, path: str) -> None:
        self.path = path
        self.outcome: Outcome | None = None
        self.prepared: Prepared | None = None
        self.work: Iterator[Made] | None = None
        self.jobs: list[Made | Failed] = []
        self.read = False
        self.waits = False


class AheadSender(Sender):
    """A Sender for files that are compressed or decoded on their way; others it sends as ever, in their turn.

    A file whose work is all begun when its turn comes is waited for to its end before its message begins, so that a
    defect in it leaves the association alone; a larger one goes out while it is worked on.
    """

    __slots__ = ("_ahead", "_following", "_in_flight", "_jobs", "_most", "_present", "_workers")

    def __init__(self, session: "Session", expected: int, log: "Log", verb: str, treatment: Treatment) -> None:
        super().__init__(session, expected, log, verb, treatment)
        self._workers = max(treatment.pool().workers, 1)
        self._most = AHEAD_A_WORKER * self._workers
        self._ahead: list[_Ahead] = []
        self._in_flight = self._jobs = 0

    def send(self, path: str, choose: "Choose", following: "Following") -> Outcome:
        self._message_id = self._message_id % 0xFFFF + 1
        if self._ahead and self._ahead[0].path != path:
            # the run has taken another way than it looked like: what was begun is forgotten
            self._source.close()
            self._ahead.clear()
            self._in_flight = self._jobs = 0
        self._present, self._following = (path, choose), following
        self._go_ahead()
        ahead = self._ahead[0]
        try:
            return self._send(ahead)
        finally:
            if not ahead.read or ahead.waits:
                self._source.close()
            for job in ahead.jobs:  # of a file that was given up
                self._done_with(job)
            del self._ahead[0]

    def _send(self, ahead: _Ahead) -> Outcome:
        prepared = ahead.prepared
        if prepared is None:
            assert ahead.outcome is not None
            return ahead.outcome
        if ahead.waits:
            return self._deliver(prepared, None)
        if ahead.read:
            try:
                for job in ahead.jobs:
                    job.wait()
            except (StorejetError, MemoryError) as failure:
                error = no_memory() if isinstance(failure, MemoryError) else failure
                return Outcome(UNSENT, error=error, size=prepared.size)
        prepared.pieces = prepared.outward(self._made(ahead))
        return self._deliver(prepared, None)

    def _done_with(self, job: "Made | Failed") -> None:
        self._in_flight -= job.cost
        self._jobs -= isinstance(job, Job)

    def _go_ahead(self) -> None:
        """Read and hand out work until enough is under way, file after file."""
        while self._in_flight < self._most or self._jobs <= self._workers:
            newest = self._ahead[-1] if self._ahead else None
            if newest is not None and not newest.read:
                self._read(newest)
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
        except (StorejetError, MemoryError) as failure:
            error = no_memory() if isinstance(failure, MemoryError) else failure
            ahead.outcome = Outcome(UNSENT, error=error, size=self._source.data_set_size)
            ahead.read = True
            self._source.close()
            return ahead
        ahead.work = ahead.prepared.work
        ahead.waits = ahead.read = ahead.work is None
        return ahead

    def _read(self, ahead: _Ahead) -> None:
        """The next piece of a file: read, and begun with."""
        assert ahead.work is not None
        try:
            job: Made | Failed | None = next(ahead.work, None)
        except StorejetError as error:
            job = Failed(error)
        except MemoryError:
            job = Failed(no_memory())
        if job is not None:
            ahead.jobs.append(job)
            self._in_flight += job.cost
            self._jobs += isinstance(job, Job)
        if job is None or isinstance(job, Failed):
            ahead.read = True
            ahead.work = None
            self._source.close()

    def _made(self, ahead: _Ahead) -> "Iterator[Made | Failed]":
        """The pieces of the file whose turn it is."""
        while True:
            self._go_ahead()
            if not ahead.jobs:
                return
            job = ahead.jobs.pop(0)
            # while it is waited for, others may not take its place in memory
            yield job
            self._done_with(job)
