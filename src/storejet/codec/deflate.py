"""Deflated data sets (PS3.5 A.5, RFC 1951): compressing on several threads, inflating in pieces of bounded size.

A data set is compressed in blocks of BLOCK bytes that know nothing of each other but the last 32 KB before them, which
serve as dictionary. Each block but the last ends on a byte boundary (a sync flush), so that their outputs make one
valid stream, a hair longer than one that was made in one go.

zlib-ng does the work where it is installed, else Python's zlib; both let other threads run meanwhile.
"""

import posix
from _queue import SimpleQueue
from _thread import allocate_lock, start_new_thread

from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import zlib
    from collections.abc import Callable, Iterator
else:
    try:
        from zlib_ng import zlib_ng as zlib
    except ImportError:
        import zlib

#: bytes of a block: large enough for its 32 KB of dictionary and its flush not to count, small enough to share out
BLOCK = 256 << 10
#: threads that compress, at most
MOST_WORKERS = 8
#: bytes that a deflate stream can refer back to
REACH = 32 << 10
#: no zlib header, no checksum
RAW = -15
#: most bytes of a piece of an inflated data set
PIECE = 256 << 10


class Job:
    """A block that is being compressed on another thread."""

    __slots__ = ("_dictionary", "_done", "_failure", "_last", "_level", "_plain", "_result")

    def __init__(self, level: int, plain: bytes, dictionary: bytes, last: bool) -> None:
        self._level = level
        self._plain = plain
        self._dictionary = dictionary
        self._last = last
        self._result = b""
        self._failure: BaseException | None = None
        self._done = allocate_lock()
        self._done.acquire()

    def run(self) -> None:
        """Compress; never raises."""
        try:
            self._result = deflated(self._level, self._plain, self._dictionary, self._last)
        except BaseException as error:
            self._failure = error
        finally:
            self._plain = self._dictionary = b""
            self._done.release()

    def wait(self) -> bytes:
        """The compressed block. Raises what went wrong (MemoryError)."""
        self._done.acquire()
        self._done.release()
        if self._failure is not None:
            raise self._failure
        return self._result


def deflated(level: int, plain: bytes, dictionary: bytes, last: bool) -> bytes:
    """One block of a stream, compressed at ``level`` (0 … 9) with the bytes before it as ``dictionary``."""
    if dictionary:
        compressor = zlib.compressobj(level, zlib.DEFLATED, RAW, zdict=dictionary)
    else:
        compressor = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return compressor.compress(plain) + compressor.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


class Pool:
    """Threads that compress, one for each processor that this process may use. They end with the process.

    ``workers``: how many there are, MOST_WORKERS at most, since each has its share of the blocks in memory. Where
    the system gives none, the caller's thread does the work.
    """

    __slots__ = ("_level", "_queue", "workers")

    def __init__(self, level: int) -> None:
        self._level = level
        self._queue: SimpleQueue[Job] = SimpleQueue()
        self.workers = 0
        try:
            for _ in range(min(len(posix.sched_getaffinity(0)), MOST_WORKERS)):
                start_new_thread(self._work, ())
                self.workers += 1
        except RuntimeError:
            pass

    def _work(self) -> None:
        while True:
            self._queue.get().run()

    def start(self, plain: bytes, dictionary: bytes, last: bool) -> Job:
        """Begin with a block; its result is waited for."""
        job = Job(self._level, plain, dictionary, last)
        if self.workers:
            self._queue.put(job)
        else:
            job.run()
        return job


def inflated(read: "Callable[[int], bytes]") -> "Iterator[bytes]":
    """The pieces of the data set whose deflated bytes ``read(most)`` gives, until it gives none.

    What follows the end of the stream (a pad) is ignored, but read: who reads the last byte of a file looks whether it
    changed meanwhile. Raises InputError where the stream is damaged or ends early, and what ``read`` raises.
    """
    inflater = zlib.decompressobj(RAW)
    made = 0
    try:
        while not inflater.eof:
            data = inflater.unconsumed_tail or read(PIECE)
            # without data: what did not fit into the last piece may still be waiting inside
            piece = inflater.decompress(data, PIECE)
            if piece:
                made += len(piece)
                yield piece
            elif not data and not inflater.eof:
                text = f"its deflated data set ends early, {made} bytes came out of it (premature end of stream)"
                raise InputError(f"is truncated: {text}")
    except zlib.error as error:
        text = f"its deflated data set cannot be inflated beyond byte {made} of what is in it ({error})"
        raise InputError(f"is damaged: {text}") from None
    while read(PIECE):
        pass
