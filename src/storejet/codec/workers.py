"""Processes that run the decoders of other packages: those hold the interpreter's lock, and hostile frames crash them.

A process takes one frame at a time: its stream is written to a memory file that both share, a few bytes over a pipe say
what to do with it, a few come back, and the native frame is read from the memory file. The threads that decode wait
without the interpreter's lock. Nothing that a process says is trusted further than its length, for what is in it may
have been taken over by the frame.

Processes are started when they are wanted, and end when the pipe to them does, that is with this process, however it
ends. See ``worker.py`` for the other side.
"""

import marshal
import posix
import select
import sys
from _queue import SimpleQueue
from _thread import allocate_lock

from storejet.codec.decoders import CANNOT_DECODE
from storejet.errors import InputError, MissingPlugin
from storejet.log import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: processes, at most
MOST_WORKERS: "Final" = 8
#: so many crashes in a row mean that it is not the frames
MOST_CRASHES: "Final" = 8
#: seconds that a frame may take, and more for its size
PATIENCE: "Final" = 60
#: native bytes that a decoder must make in a second
SLOWEST: "Final" = 1 << 20
#: bytes of the longest explanation
LONGEST_REASON: "Final" = 1000

#: what a worker answers: a byte of these, then the length of what is in the memory file (8 bytes, little endian)
DECODED: "Final" = 0
UNDECODABLE: "Final" = 1
UNUSABLE: "Final" = 2
ANSWER: "Final" = 9
#: what it is asked: the length of the rest (4 bytes, little endian), then marshalled (kind, bytes of the stream, bytes
#: of the native frame, seconds it may take, options of the decoder)
HEAD: "Final" = 4
#: the descriptors of a worker
ASKED, ANSWERED, MEMORY = 0, 1, 3

_BOOT = "import sys;sys.path[:]=sys.argv[2:];from storejet.codec.worker import main;main(sys.argv[1])"
_SIGINT, _SIGKILL = 2, 9


def undecodable(reason: str) -> InputError:
    """The error for a frame that cannot be decoded."""
    return InputError(CANNOT_DECODE + reason)


class _Died(Exception):
    """A worker that is no more, and how it ended."""


class Worker:
    """A process that decodes one frame at a time for one thread."""

    __slots__ = ("_answers", "_memory", "_questions", "pid")

    def __init__(self, kind: str) -> None:
        opened: list[int] = []
        try:
            asked, self._questions = posix.pipe2(posix.O_CLOEXEC)
            opened += (asked, self._questions)
            self._answers, answered = posix.pipe2(posix.O_CLOEXEC)
            opened += (self._answers, answered)
            self._memory = posix.memfd_create("storejet frame", posix.MFD_CLOEXEC)
            opened.append(self._memory)
            options = ["-IS", "-B"] if sys.dont_write_bytecode else ["-IS"]
            self.pid = posix.posix_spawn(
                sys.executable,
                [sys.executable, *options, "-c", _BOOT, kind, _root(), *sys.path],
                # numpy would start as many threads as there are processors, for nothing
                {**posix.environ, b"OPENBLAS_NUM_THREADS": b"1", b"OMP_NUM_THREADS": b"1"},
                file_actions=[
                    (posix.POSIX_SPAWN_DUP2, asked, ASKED),
                    (posix.POSIX_SPAWN_DUP2, answered, ANSWERED),
                    (posix.POSIX_SPAWN_DUP2, self._memory, MEMORY),
                    (posix.POSIX_SPAWN_OPEN, 2, "/dev/null", posix.O_WRONLY, 0),
                ],
                # the terminal's Ctrl-C reaches the whole group; what is to end with it is decided here
                setsigmask=[_SIGINT],
            )
        except (OSError, ValueError) as error:
            for descriptor in opened:
                posix.close(descriptor)
            raise MissingPlugin(f"no process can be started to decode its pixel data ({error})").advising(
                "allow more processes and memory (ulimit -u, -v)"
            ) from None
        posix.close(asked)
        posix.close(answered)

    def decode(self, kind: str, stream: bytes, options: "tuple[int, ...]", length: int) -> bytes:
        """The native frame of ``length`` bytes. Raises InputError, MissingPlugin, _Died."""
        patience = PATIENCE + length // SLOWEST
        _write_all(self._memory, stream)
        question = marshal.dumps((kind, len(stream), length, patience, options))
        try:
            posix.write(self._questions, len(question).to_bytes(HEAD, "little") + question)
        except BrokenPipeError:
            raise _Died("") from None
        answer = self._answer(patience)
        status, size = answer[0], int.from_bytes(answer[1:], "little")
        if status == DECODED:
            if size != length:
                raise undecodable(f"the decoder made {size} bytes of a frame that has {length}")
            result = _read_all(self._memory, length)
            if len(result) != length:
                raise undecodable(f"the decoder left {len(result)} bytes of a frame that has {length}")
            posix.ftruncate(self._memory, 0)
            return result
        reason = " ".join(_read_all(self._memory, min(size, LONGEST_REASON)).decode("utf-8", "replace").split())
        posix.ftruncate(self._memory, 0)
        if status == UNUSABLE:
            raise MissingPlugin(CANNOT_DECODE + printable(reason))
        raise undecodable(printable(reason))

    def _answer(self, patience: int) -> bytes:
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        answer = b""
        while len(answer) < ANSWER:
            # seconds are counted, not read off a clock: a suspended job must not find that its time is over
            for _ in range(patience):
                if poll.poll(1000):
                    break
            else:
                raise _Died(f"the decoder did not finish this frame within {patience} seconds")
            piece = posix.read(self._answers, ANSWER - len(answer))
            if not piece:
                raise _Died("")
            answer += piece
        return answer

    def end(self) -> str:
        """End it at once and take leave of it; how it ended by itself, or "" where it did not."""
        try:
            # one that is dead keeps its number until it is waited for, so that this hits no one else
            pid, status = posix.waitpid(self.pid, posix.WNOHANG)
            if not pid:
                posix.close(self._questions)
                self._questions = -1
                # what closed its pipe is about to end, and what hangs is made to
                posix.kill(self.pid, _SIGKILL)
                _, status = posix.waitpid(self.pid, 0)
        except ChildProcessError:  # someone else in this process waits for all children
            status = 0
        for descriptor in (self._questions, self._answers, self._memory):
            if descriptor >= 0:
                posix.close(descriptor)
        if posix.WIFSIGNALED(status):
            return f"signal {posix.WTERMSIG(status)}"
        return f"exit code {posix.waitstatus_to_exitcode(status)}"


class Pool:
    """Workers for all threads: one a processor that may be used, MOST_WORKERS at most."""

    __slots__ = ("_alive", "_crashes", "_idle", "_lock", "_places", "most")

    def __init__(self) -> None:
        self.most = min(len(posix.sched_getaffinity(0)), MOST_WORKERS)
        self._lock = allocate_lock()
        self._idle: list[Worker] = []
        self._alive = 0
        self._crashes = 0
        # each stands for the right to have a worker
        self._places: SimpleQueue[None] = SimpleQueue()
        for _ in range(self.most):
            self._places.put(None)

    @property
    def workers(self) -> "list[int]":
        """The process ids of those that wait for work."""
        with self._lock:
            return [worker.pid for worker in self._idle]

    def prepare(self, kind: str, count: int) -> None:
        """Have ``count`` processes start, so that they are there when frames are; never raises."""
        with self._lock:
            try:
                while self._alive < min(count, self.most):
                    self._idle.append(Worker(kind))
                    self._alive += 1
            except MissingPlugin:  # said when one is really wanted
                pass

    def decode(self, kind: str, stream: bytes, options: "tuple[int, ...]", length: int) -> bytes:
        """The native frame of ``length`` bytes: ``kind`` names the decoder, ``options`` are its own (see worker.py).

        Waits for a process that is free, on any thread. Raises InputError for a frame that cannot be decoded, or that
        made the decoder crash or hang; MissingPlugin where the package of the decoder does not work.
        """
        self._places.get()
        try:
            worker = self._take(kind)
            try:
                result = worker.decode(kind, stream, options, length)
            except _Died as death:
                how = self._lost(worker)
                with self._lock:
                    self._crashes += 1
                raise undecodable(str(death) or f"the decoder crashed on this frame ({how})") from None
            except (InputError, MissingPlugin):  # it answered
                self._give(worker)
                raise
            except OSError as error:
                self._lost(worker)
                raise undecodable(f"the system does not let its decoder work ({error.strerror})") from None
            except BaseException:  # interrupted in the middle: it would answer the wrong question
                self._lost(worker)
                raise
            self._give(worker)
            return result
        finally:
            self._places.put(None)

    def _take(self, kind: str) -> Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            if self._crashes >= MOST_CRASHES:
                raise undecodable(f"the decoder crashed {self._crashes} times in a row and is not started again")
            worker = Worker(kind)
            self._alive += 1
            return worker

    def _give(self, worker: Worker) -> None:
        with self._lock:
            self._crashes = 0
            self._idle.append(worker)

    def _lost(self, worker: Worker) -> str:
        with self._lock:
            self._alive -= 1
        return worker.end()

    def close(self) -> None:
        """End the processes that wait for work; new ones start when they are wanted."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()
                self._alive -= 1


_pool: "Pool | None" = None
_pool_lock = allocate_lock()


def pool() -> Pool:
    """The one pool of this process."""
    global _pool
    with _pool_lock:
        if _pool is None:
            _pool = Pool()
        return _pool


def _root() -> str:
    """The folder that this package is imported from: it need not be on the path."""
    return __file__.rsplit("/", 3)[0]


def _write_all(descriptor: int, data: bytes) -> None:
    view, done = memoryview(data), 0
    while done < len(view):
        done += posix.pwrite(descriptor, view[done:], done)


def _read_all(descriptor: int, length: int) -> bytes:
    """``length`` bytes from the beginning of a file, or as many as there are."""
    data = posix.pread(descriptor, length, 0)
    if len(data) == length:
        return data
    pieces = [data]
    while pieces[-1] and (done := sum(map(len, pieces))) < length:
        pieces.append(posix.pread(descriptor, length - done, done))
    return b"".join(pieces)
