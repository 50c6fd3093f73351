"""Which fragments make which frame of encapsulated pixel data (PS3.5 A.4, PS3.3 C.7.6.3.1.8).

A table says it, if there is one that fits what is there: the Extended Offset Table, else the Basic Offset Table. Where
there is none, or only wrong ones, the number of fragments may say it, else the streams themselves do: a frame begins
where one begins behind the end of another. What none of them says is refused, and so is what would lose a picture.
"""

import sys
from array import array

from storejet.codec.decoders import CANNOT_DECODE
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storejet import _core

    #: offset and length, in bytes of the file, of each fragment
    Places = _core.Fragments | Sequence[tuple[int, int]]
    #: ``peek(offset, length)`` reads from the file
    Peek = Callable[[int, int], bytes]

#: decoders (see uids.py) whose streams tell their beginning and their end
_MARKED = ("jpeg", "jpegls", "jpeg2000")
#: SOI and EOI of JPEG (T.81 B.1.1.3), SOC and EOC of JPEG 2000 (T.800 A.4): the byte behind FF
_BEGINNING = {"jpeg": 0xD8, "jpegls": 0xD8, "jpeg2000": 0x4F}
_END = 0xD9
#: the signature box of a JP2 file (T.800 I.5.1), which PS3.5 A.4.4 does not want around a codestream
_JP2 = b"\0\0\0\x0cjP  "
#: bytes that may stand around a stream: padding, and the fill bytes of T.81 B.1.1.2
_PADDING = b"\0\xff"
#: bytes looked at, at either end of a fragment
_LOOK = 16
#: an RLE header (PS3.5 G.5): the number of segments and 15 offsets, of which the first one is the header's length
_RLE_HEADER, _RLE_SEGMENTS = 64, 15


class Frames:
    """``[index]``: what makes a frame: ``(offset, length)`` of the slices of the file that it is joined of, none empty.

    ``note``: what was wrong with a table that was not needed after all, for a warning; "" where nothing was.
    """

    __slots__ = ("_first", "_fragments", "note")

    def __init__(self, fragments: "Places", first: "array[int]", note: str) -> None:
        self._fragments = fragments
        self._first = first
        self.note = note

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, index: int) -> list[tuple[int, int]]:
        if not 0 <= index < len(self._first):
            raise IndexError("there is no such frame")
        last = index + 1 == len(self._first)
        end = len(self._fragments) if last else self._first[index + 1]
        places = [self._fragments[each] for each in range(self._first[index], end)]
        return [place for place in places if place[1]]


def find_frames(
    fragments: "Places",
    count: int,
    table: bytes,
    extended: tuple[bytes, bytes] | None,
    peek: "Peek",
    kind: str,
) -> Frames:
    """The frames of an image that has ``count`` of them (Number of Frames) in these fragments.

    ``table``: the Basic Offset Table's value. ``extended``: the values of Extended Offset Table (7FE0,0001) and
    Extended Offset Table Lengths (7FE0,0002), or None. ``kind``: the decoder, as uids.py names it. The file is read,
    by ``peek``, only where the tables and numbers leave something open. Raises InputError where it stays open.
    """
    filled = array("I", (index for index in range(len(fragments)) if fragments[index][1]))
    wrong = []
    if count < 1:
        raise InputError(f"{CANNOT_DECODE}its Number of Frames is {count}")
    if not filled:
        raise InputError(f"{CANNOT_DECODE}its fragments hold nothing")
    first = None
    if extended is not None:
        first = _by_extended_table(fragments, filled, count, *extended)
        if first is None:
            wrong.append("Extended Offset Table")
    way = "its Basic Offset Table"
    if first is None and table:
        first = _by_basic_table(fragments, count, table)
        if first is None:
            wrong.append("Basic Offset Table")
    if count == 1 or first is not None:
        # where the last frame begins says nothing of what follows in the fragments behind
        _must_hold_no_more(fragments, filled, count, peek, kind, wrong)
    if first is None:
        first, way = _without_table(fragments, filled, count, peek, kind, wrong)
    note = f"{_blame(wrong)}, frames found by {way}" if wrong else ""
    return Frames(fragments, first, note)


def _blame(wrong: list[str]) -> str:
    return f"its {' and its '.join(wrong)} {'are' if len(wrong) > 1 else 'is'} wrong"


def _refusal(reason: str, wrong: list[str]) -> InputError:
    return InputError(f"{CANNOT_DECODE}{reason}{f' ({_blame(wrong)})' if wrong else ''}")


# ---- tables ----------------------------------------------------------------------------------------------------------


def _numbers(code: str, value: bytes) -> "array[int]":
    numbers = array(code)
    numbers.frombytes(value)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _by_offsets(fragments: "Places", offsets: "array[int]") -> "array[int] | None":
    """The fragments that begin at these offsets, counted from the first one's item; None unless all do, ascending."""
    base = fragments[0][0]
    first = array("I")
    index, end = 0, len(fragments)
    for offset in offsets:
        while index < end and fragments[index][0] - base < offset:
            index += 1
        if index == end or fragments[index][0] - base != offset:
            return None
        first.append(index)
        index += 1
    return first if first[0] == 0 else None


def _by_extended_table(
    fragments: "Places", filled: "array[int]", count: int, offsets: bytes, lengths: bytes
) -> "array[int] | None":
    """PS3.3 C.7.6.3.1.8: each frame is in a fragment of its own; its length leaves out the pad."""
    if len(offsets) != 8 * count or len(lengths) != 8 * count or len(filled) != count:
        return None
    first = _by_offsets(fragments, _numbers("Q", offsets))
    if first != filled:
        return None
    for index, length in zip(first, _numbers("Q", lengths), strict=True):
        if fragments[index][1] - length not in (0, 1):
            return None
    return first


def _by_basic_table(fragments: "Places", count: int, table: bytes) -> "array[int] | None":
    """PS3.5 A.4: where the first fragment of each frame begins."""
    if len(table) != 4 * count:
        return None
    first = _by_offsets(fragments, _numbers("I", table))
    if first is None:
        return None
    for frame, index in enumerate(first):
        end = first[frame + 1] if frame + 1 < count else len(fragments)
        if not any(fragments[each][1] for each in range(index, end)):
            return None  # of nothing but empty fragments
    return first


# ---- without a table -------------------------------------------------------------------------------------------------


def _without_table(
    fragments: "Places", filled: "array[int]", count: int, peek: "Peek", kind: str, wrong: list[str]
) -> tuple["array[int]", str]:
    if count == 1:
        return filled[:1], "their number"
    if len(filled) == count:
        return filled, "the number of its fragments"
    if len(filled) < count:
        raise _refusal(f"it has {count} frames, but only {_counted(len(filled))} with data", wrong)
    if kind not in _MARKED and kind != "rle":
        raise _refusal(f"nothing says which of its {len(filled)} fragments make which of its {count} frames", wrong)
    first = _by_streams(fragments, filled, peek, kind)
    if len(first) != count:
        what = f"{len(first)} compressed images begin in its {len(filled)} fragments"
        raise _refusal(f"it has {count} frames, but {what}", wrong)
    return first, "what begins in its fragments"


def _counted(fragments: int) -> str:
    return "1 fragment" if fragments == 1 else f"{fragments} fragments"


def _must_hold_no_more(
    fragments: "Places", filled: "array[int]", count: int, peek: "Peek", kind: str, wrong: list[str]
) -> None:
    """Refuse what would lose a picture: a decoder makes one frame of what it is given, and looks at nothing behind."""
    if len(filled) <= count or (kind not in _MARKED and kind != "rle"):
        return
    begun = len(_by_streams(fragments, filled, peek, kind))
    if begun > count:
        promised = "1 frame" if count == 1 else f"{count} frames"
        what = f"{begun} compressed images begin in its {len(filled)} fragments"
        raise _refusal(f"it has {promised}, but {what}", wrong)


def _by_streams(fragments: "Places", filled: "array[int]", peek: "Peek", kind: str) -> "array[int]":
    """The fragments that begin a stream: the first one, and those that do so behind the end of another."""
    if kind == "rle":
        return _by_rle_headers(fragments, filled, peek)
    first = filled[:1]
    before = b""  # what the fragments so far end with
    for index in filled:
        offset, length = fragments[index]
        head = peek(offset, min(length, _LOOK))
        if before and _ends(before) and _begins(head, kind):
            first.append(index)
        tail = head if length <= _LOOK else peek(offset + length - _LOOK, _LOOK)
        before = (before + tail)[-_LOOK:]
    return first


def _begins(head: bytes, kind: str) -> bool:
    if kind == "jpeg2000" and head.startswith(_JP2):
        return True
    rest = head.lstrip(_PADDING)
    at = len(head) - len(rest)
    return at > 0 and head[at - 1] == 0xFF and rest[:1] == bytes((_BEGINNING[kind],))


def _ends(tail: bytes) -> bool:
    return tail.rstrip(_PADDING).endswith(bytes((0xFF, _END)))


def _segments(header: bytes) -> int:
    """How many segments an RLE header names; 0: it is none."""
    if len(header) < _RLE_HEADER:
        return 0
    numbers = _numbers("I", header)
    segments = numbers[0]
    if not 1 <= segments <= _RLE_SEGMENTS or numbers[1] != _RLE_HEADER:
        return 0
    offsets = numbers[1 : 1 + segments]
    return segments if all(offsets[each] < offsets[each + 1] for each in range(segments - 1)) else 0


def _by_rle_headers(fragments: "Places", filled: "array[int]", peek: "Peek") -> "array[int]":
    """PS3.5 G.5. A stream's header says nothing of its end; that it has as many segments as the first one has to do."""

    def segments_of(index: int) -> int:
        offset, length = fragments[index]
        return _segments(peek(offset, min(length, _RLE_HEADER)))

    wanted = segments_of(filled[0])
    first = filled[:1]
    if wanted:
        first.extend(index for index in filled[1:] if segments_of(index) == wanted)
    return first
