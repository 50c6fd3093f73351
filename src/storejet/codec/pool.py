"""Work on bytes that other threads do: the kernels, zlib and the decoders' processes need no Python for it."""

import posix
from _queue import SimpleQueue
from _thread import allocate_lock, start_new_thread

from storejet._core import reuse_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: threads of a pool, at most: each has its share of what is in memory
MOST_WORKERS = 8


class Job:
    """Bytes that are being made on another thread.

    ``cost``: how many bytes it holds on to, about. ``pixels``: they are native pixels, nothing else.
    """

    __slots__ = ("_done", "_failure", "_result", "_work", "cost", "pixels")

    def __init__(self, work: "Callable[[], bytes]", cost: int, pixels: bool = False) -> None:
        self._work: Callable[[], bytes] | None = work
        self._result = b""
        self._failure: BaseException | None = None
        self._done = allocate_lock()
        self._done.acquire()
        self.cost = cost
        self.pixels = pixels

    def run(self) -> None:
        """Do the work; never raises."""
        try:
            assert self._work is not None
            self._result = self._work()
        except BaseException as error:
            self._failure = error
        finally:
            self._work = None  # and with it what it was made from
            self._done.release()

    def wait(self) -> bytes:
        """What was made. Raises what went wrong; may be called again."""
        self._done.acquire()
        self._done.release()
        if self._failure is not None:
            raise self._failure
        return self._result


class Pool:
    """Threads, one for each processor that this process may use. They end with the process.

    ``workers``: how many there are, MOST_WORKERS at most. Where the system gives none, the caller's thread works.
    """

    __slots__ = ("_queue", "workers")

    def __init__(self) -> None:
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self.workers = 0
        reuse_memory()
        try:
            for _ in range(min(len(posix.sched_getaffinity(0)), MOST_WORKERS)):
                start_new_thread(self._work, ())
                self.workers += 1
        except RuntimeError:
            pass

    def _work(self) -> None:
        while True:
            self._queue.get().run()

    def start(self, job: Job) -> Job:
        """Begin with a job; its result is waited for."""
        if self.workers:
            self._queue.put(job)
        else:
            job.run()
        return job
