"""What a sender must put on the wire: a corpus's data sets in another transfer syntax, or decompressed, piece by piece.

This is the slow, obvious twin of what the senders do, and the judge of it: in a run that is not measured the null SCP
hands over every data set as it came, and it must be this, byte for byte. It knows the elements that the corpora have
(no sequences, no group lengths, see corpora.py) and nothing else. It decodes nothing: what compressed frames decode to
was put beside the corpus when they were made (see compressed.py).

PS3.5 7.1 (elements), 7.3 and A.1 to A.3 (byte order, transfer syntaxes), A.5 (deflated).
"""

import operator
import os
import struct
import threading
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from corpora import LONG_VRS, Decoded
from rows import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from senders import BenchError

#: VRs of the corpora whose values are text or single bytes, and those of 16-bit words
BYTE_VRS = ("CS", "UI", "DA", "TM", "SH", "LO", "PN", "DS", "IS", "OB")
WORD_VRS = ("US", "OW")
PIXEL_DATA = 0x7FE0, 0x0010
#: longer than all that is before the pixels
HEAD_BYTES = 4096
BLOCK_BYTES = 1 << 20
UNDEFINED_LENGTH = 0xFFFFFFFF


def _swapped(value: bytes) -> bytes:
    words = array("H", value)
    words.byteswap()
    return words.tobytes()


def _head(vr: str, tag: tuple[int, int], length: int, syntax: str) -> bytes:
    if syntax == IMPLICIT_VR_LITTLE_ENDIAN:
        return struct.pack("<HHI", *tag, length)
    order = ">" if syntax == EXPLICIT_VR_BIG_ENDIAN else "<"
    return struct.pack(order + ("HH2sxxI" if vr in LONG_VRS else "HH2sH"), *tag, vr.encode(), length)


def read_head(path: Path, syntax: str, decoded: Decoded | None = None) -> tuple[bytes, int]:
    """The data set up to its pixels in ``syntax`` (deflated: before it is), and where in the file they begin.

    ``decoded``: what the pixels decode to, which are compressed; in implicit VR little endian alone, where nobody need
    know which VR a sender gives them. BenchError on an element that no corpus has.
    """
    with path.open("rb") as file:
        stored = file.read(HEAD_BYTES)
    # preamble, "DICM", the group length element, and the group that it measures (PS3.10 7.1)
    at = 144 + int.from_bytes(stored[140:144], "little")
    head = b""
    tag = (0, 0)
    while tag != PIXEL_DATA:
        group, number, code = struct.unpack_from("<HH2s", stored, at)
        tag, vr = (group, number), code.decode("latin-1")
        if vr not in BYTE_VRS + WORD_VRS:
            raise BenchError(f"{path}: an element of VR {vr!r} at {at}, which no corpus has")
        length = int(struct.unpack_from("<I" if vr in LONG_VRS else "<H", stored, at + (8 if vr in LONG_VRS else 6))[0])
        at += 12 if vr in LONG_VRS else 8
        if length == UNDEFINED_LENGTH:
            if decoded is None or syntax != IMPLICIT_VR_LITTLE_ENDIAN:
                raise BenchError(f"{path}: its pixels are compressed, and are sent so or in implicit VR little endian")
            length = decoded.pixel_bytes
        head += _head(vr, tag, length, syntax)
        if tag != PIXEL_DATA:
            value = stored[at : at + length]
            head += _swapped(value) if syntax == EXPLICIT_VR_BIG_ENDIAN and vr in WORD_VRS else value
            at += length
    return head, at


def data_set(path: Path, syntax: str, decoded: Decoded | None = None, number: int = 1) -> Iterator[bytes]:
    """The data set of a corpus's file in ``syntax``, in blocks; for the deflated one before it is deflated.

    With ``decoded``, the file is the object ``number`` of a compressed corpus.
    """
    head, start = read_head(path, syntax, decoded)
    yield head
    if decoded is not None:
        yield from decoded.frames(number)
        return
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(BLOCK_BYTES):
            yield _swapped(block) if syntax == EXPLICIT_VR_BIG_ENDIAN else block


def sent_bytes(files: Iterable[Path], syntax: str, decoded: Decoded | None = None) -> int | None:
    """Length of all data sets in ``syntax``, in bytes; None: it depends on the sender (deflated)."""
    if syntax == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN:
        return None
    total = 0
    for path in files:
        head, start = read_head(path, syntax, decoded)
        total += len(head) + (path.stat().st_size - start if decoded is None else decoded.pixel_bytes)
    return total


def pieces(pipe: IO[bytes]) -> Iterator[bytes]:
    """What the sink's ``--copy`` wrote: the pieces of the data sets, b"" after the last one of each."""
    while len(head := pipe.read(4)) == 4:
        yield pipe.read(int.from_bytes(head, "big"))


class Expected:
    """A data set that is compared with what comes, piece by piece."""

    def __init__(self, path: Path, syntax: str, decoded: Decoded | None = None, number: int = 1) -> None:
        self._blocks = data_set(path, syntax, decoded, number)
        self._tolerance = 0 if decoded is None else decoded.tolerance
        self._blocks_begun = 0
        self._block: memoryview = memoryview(b"")
        self._inflate = zlib.decompressobj(-15) if syntax == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN else None
        self._length = 0

    def take(self, piece: bytes) -> str:
        """The next piece; what is wrong with it, or ""."""
        self._length += len(piece)
        if self._inflate is not None:
            try:
                piece = self._inflate.decompress(piece)
            except zlib.error as error:
                return f"does not inflate: {error}"
        rest = memoryview(piece)
        while rest:
            if not self._block:
                self._blocks_begun += 1
                self._block = memoryview(next(self._blocks, b""))
            if not self._block:
                return "is longer than the object"
            part = min(len(rest), len(self._block))
            if rest[:part] != self._block[:part] and not self._near(rest[:part], self._block[:part]):
                return "differs from the object"
            rest, self._block = rest[part:], self._block[part:]
        return ""

    def _near(self, come: memoryview, wanted: memoryview) -> bool:
        """Whether pixels of one byte are what they should be, nearly; the first block, the head, has none."""
        if self._tolerance == 0 or self._blocks_begun == 1:
            return False
        return set(map(operator.sub, come, wanted)) <= set(range(-self._tolerance, self._tolerance + 1))

    def end(self) -> str:
        """No more pieces; what is missing, or ""."""
        if self._block or any(self._blocks):
            return "ends early"
        # one byte of padding makes an odd length even (PS3.5 A.5)
        if self._inflate is not None and (not self._inflate.eof or self._inflate.unused_data not in (b"", b"\0")):
            return "is no complete deflated stream"
        return "" if self._length % 2 == 0 else "has an odd length"


class Judge(threading.Thread):
    """Compares what the sink's ``--copy`` writes into a pipe with ``files`` in ``syntax``, in their order; ``decoded``:
    with what their pixels decode to.

    A context: ``write_end`` is for the sink, to be closed here once it has it; ``verdict()`` waits for the sink's end.
    """

    def __init__(self, files: Sequence[Path], syntax: str, decoded: Decoded | None = None) -> None:
        super().__init__(daemon=True)
        self._files, self._syntax, self._decoded = files, syntax, decoded
        self._read_end, self.write_end = os.pipe()
        self._wrong = ""

    def __enter__(self) -> "Judge":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_write_end()
        self.join()

    def close_write_end(self) -> None:
        """Leaves the pipe to the sink."""
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1

    def verdict(self) -> None:
        """BenchError when something else came than what was to come."""
        self.join()
        if self._wrong:
            raise BenchError(f"wrong data: {self._wrong}")

    def run(self) -> None:
        with os.fdopen(self._read_end, "rb", BLOCK_BYTES) as pipe:
            try:
                self._wrong = self._compare(pieces(pipe))
            except (BenchError, OSError, struct.error) as error:
                self._wrong = str(error)
            while pipe.read(BLOCK_BYTES):  # the sink must not wait for us
                pass

    def _compare(self, come: Iterator[bytes]) -> str:
        for number, path in enumerate(self._files, 1):
            expected = Expected(path, self._syntax, self._decoded, number)
            wrong = ""
            for piece in come:
                wrong = expected.take(piece) if piece else expected.end()
                if wrong:
                    return f"data set {number}, of {path.name}, {wrong}"
                if not piece:
                    break
            else:
                return f"data set {number}, of {path.name}, has no end"
        return "more data sets than objects" if next(come, None) is not None else ""
