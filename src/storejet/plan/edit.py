"""Edits of a data set's top level: which slices of the file and which small buffers go out in its place. Pure.

Nothing is re-encoded: an element that is replaced or added is written in the encoding that the data set is stored in
(PS3.5 7.1.2 explicit VR, 7.1.3 implicit VR), all other bytes stay where they are, in the file.

A *mark* is a row of ``Source.marks()``. A *replacement* is ``tag: (VR, value)`` with the value as bytes, not padded;
the VRs are those whose length takes 16 bits in explicit VR.
"""

from storejet._core import EXPLICIT_BIG, IMPLICIT_LITTLE
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Literal

    from storejet._core import Mark

    Replacements = Mapping[int, tuple[str, bytes]]
    Span = tuple[bytes | None, int, int]

SOP_CLASS_UID = 0x00080016
SOP_INSTANCE_UID = 0x00080018
STUDY_INSTANCE_UID = 0x0020000D
SERIES_INSTANCE_UID = 0x0020000E

_UNDEFINED = 0xFFFFFFFF


def mended_uids(marks: "Sequence[Mark]") -> "dict[int, tuple[str, bytes]]":
    """Replacements for the UIDs of class, instance, study and series that hold spaces: the same without them.

    Raises InputError for one that is longer than the mark of it.
    """
    mended = {}
    for tag, _found, offset, _header, length, _vr, _repeated, value in marks:
        if tag not in (SOP_CLASS_UID, SOP_INSTANCE_UID, STUDY_INSTANCE_UID, SERIES_INSTANCE_UID) or b" " not in value:
            continue
        if length > len(value):
            raise InputError(f"has a UID of {length} bytes in {_name(tag)}", "", offset, tag)
        mended[tag] = ("UI", value.replace(b" ", b"").rstrip(b"\0"))
    return mended


def spans(
    marks: "Sequence[Mark]", encoding: int, size: int, data_set_offset: int, replacements: "Replacements"
) -> "list[Span]":
    """The data set with these replacements, as ``(buffer, 0, length)`` and ``(None, offset, length)`` of the file.

    Elements that the data set lacks are added in the order of tags. A group length (PS3.5 7.2) of a group that changes
    is set right; none is added. ``size``: of the file, where the data set ends; offsets count from its first byte.

    Raises InputError where an element that is to be replaced occurs twice or is a sequence.
    """
    by_tag = {mark[0]: mark for mark in marks}
    edits = []
    growth: dict[int, int] = {}
    for tag, (vr, value) in replacements.items():
        start, end = _extent(by_tag[tag])
        new = element(tag, vr, value, encoding)
        edits.append((start, end, tag, new))
        growth[tag >> 16] = growth.get(tag >> 16, 0) + len(new) - (end - start)
    for group, grown in growth.items():
        tag = group << 16
        start, end = _extent(by_tag[tag])
        if start == end:
            continue
        length = _extent(by_tag[(group + 1) << 16])[0] - end + grown
        if length < 0:
            raise InputError(f"is damaged: {_name(tag)} stands behind its group", "", start, tag)
        if length > _UNDEFINED:
            raise InputError(f"is damaged: {_name(tag)} cannot tell the length of its group", "", start, tag)
        order: Literal["little", "big"] = "big" if encoding == EXPLICIT_BIG else "little"
        edits.append((start, end, tag, element(tag, "UL", length.to_bytes(4, order), encoding)))
    # what is added at a place stands before what was found there
    return _rope(sorted(edits), data_set_offset, size)


def element(tag: int, vr: str, value: bytes, encoding: int) -> bytes:
    """A data element, its value padded to even length (PS3.5 6.2: UI by NUL, text by space)."""
    if len(value) % 2:
        value += b"\0" if vr == "UI" else b" "
    order: Literal["little", "big"] = "big" if encoding == EXPLICIT_BIG else "little"
    head = (tag >> 16).to_bytes(2, order) + (tag & 0xFFFF).to_bytes(2, order)
    if encoding == IMPLICIT_LITTLE:
        return head + len(value).to_bytes(4, order) + value
    return head + vr.encode("ascii") + len(value).to_bytes(2, order) + value


def spliced(pieces: "Iterator[bytes]", rope: "Sequence[Span]") -> "Iterator[bytes]":
    """The bytes of a rope whose slices of the file, in ascending order, are slices of what ``pieces`` make up.

    ``pieces`` are taken to their end, which may be what tells that the file changed. Raises InputError where there are
    too few of them.
    """
    at = 0
    piece = b""
    for buffer, offset, length in rope:
        if buffer is not None:
            yield buffer[offset : offset + length]
            continue
        begin, end = offset, offset + length
        while begin < end:
            while at + len(piece) <= begin:
                at += len(piece)
                following = next(pieces, None)
                if following is None:
                    raise InputError("changed while it was being sent")
                piece = following
            part = piece[begin - at : end - at]
            begin += len(part)
            yield part
    for _ in pieces:
        pass


def _extent(mark: "Mark") -> tuple[int, int]:
    """Offsets of the beginning and end of an element; equal where it is absent."""
    tag, found, offset, header, length, vr, repeated, _value = mark
    if not found:
        return offset, offset
    if repeated:
        raise InputError(f"is damaged: it has {_name(tag)} twice", "", offset, tag)
    if length == _UNDEFINED or vr == b"SQ":
        raise InputError(f"is damaged: {_name(tag)} is a sequence", "", offset, tag)
    return offset, offset + header + length


def _rope(edits: "Sequence[tuple[int, int, int, bytes]]", start: int, end: int) -> "list[Span]":
    """``(offset, end, tag, new bytes)`` in order → spans; buffers that follow each other become one."""
    rope: list[Span] = []
    buffer = b""
    for first, behind, _tag, new in edits:
        if first > start:
            if buffer:
                rope.append((buffer, 0, len(buffer)))
            rope.append((None, start, first - start))
            buffer = b""
        buffer += new
        start = behind
    if buffer:
        rope.append((buffer, 0, len(buffer)))
    if end > start:
        rope.append((None, start, end - start))
    return rope


def _name(tag: int) -> str:
    return f"element ({tag >> 16:04x},{tag & 0xFFFF:04x})"
