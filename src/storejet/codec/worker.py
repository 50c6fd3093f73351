"""The process that decodes, started by ``workers.py``: a question on descriptor 0, the stream in the memory file.

Nothing else of this program is imported here but what reads the frames, and nothing is written to the terminal, which
the decoders might do.
"""

import contextlib
import marshal
import os
import resource
import signal
from importlib import import_module

from storejet.codec import workers
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

#: decoder → module of this package whose ``decoded(stream, *options)`` makes the native frame
_MODULES = {"jpeg": "jpeg_frame", "jpeg2000": "jpeg2000_frame"}
#: address space that a worker may have, and more for each byte of the native frame: what a hostile frame claims is not
#: to exhaust the machine
_SPACE, _SPACE_PER_BYTE = 2 << 30, 64


class _Unusable(Exception):
    """The package of a decoder does not work."""


def _function(kind: str) -> "Callable[..., bytes | bytearray]":
    try:
        function: Callable[..., bytes | bytearray] = import_module(f"storejet.codec.{_MODULES[kind]}").decoded
    except Exception as error:
        raise _Unusable(f"its decoder cannot be loaded ({type(error).__name__}: {error})") from None
    return function


def _bound(native: int, patience: int) -> None:
    """Limit what the next frame may take of the machine; the asker may be gone when a frame turns out to be endless."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    space = _SPACE + _SPACE_PER_BYTE * native
    resource.setrlimit(resource.RLIMIT_AS, (space if most == resource.RLIM_INFINITY else min(space, most), most))
    signal.setitimer(signal.ITIMER_PROF, patience)


def _answer(question: bytes) -> "tuple[int, bytes | bytearray]":
    """Status and what belongs into the memory file."""
    kind, size, native, patience, options = marshal.loads(question)
    try:
        _bound(native, patience)
        function = _function(kind)
        stream = os.pread(workers.MEMORY, size, 0)
        while len(stream) < size:
            stream += os.pread(workers.MEMORY, size - len(stream), len(stream))
        return workers.DECODED, function(stream, *options)
    except _Unusable as error:
        return workers.UNUSABLE, str(error).encode()
    except InputError as error:
        return workers.UNDECODABLE, error.text.encode()
    except MemoryError:
        return workers.UNDECODABLE, b"there is not enough memory for its decoder"
    except Exception as error:
        return workers.UNDECODABLE, f"the decoder gave up ({type(error).__name__}: {error})".encode()


def _read(descriptor: int, length: int) -> bytes:
    """``length`` bytes of a pipe. Ends the process where the pipe does."""
    data = b""
    while len(data) < length:
        piece = os.read(descriptor, length - len(data))
        if not piece:
            os._exit(0)
        data += piece
    return data


def main(kind: str) -> "NoReturn":
    """Answer until the pipe ends. ``kind``: the decoder that is likely wanted first."""
    answers = os.dup(workers.ANSWERED)
    # what a decoder prints is not an answer
    os.dup2(2, workers.ANSWERED)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with contextlib.suppress(_Unusable):
        _function(kind)
    while True:
        length = int.from_bytes(_read(workers.ASKED, workers.HEAD), "little")
        status, data = _answer(_read(workers.ASKED, length))
        signal.setitimer(signal.ITIMER_PROF, 0)
        view, done = memoryview(data), 0
        while done < len(view):
            done += os.pwrite(workers.MEMORY, view[done:], done)
        os.write(answers, bytes([status]) + len(view).to_bytes(workers.ANSWER - 1, "little"))
