"""A data set in a form that two encoders agree on, although their bytes differ (PS3.5 7).

DCMTK encodes each data set anew: explicit lengths for sequences and items, no trailing padding, no group length
elements, no spaces in UIDs, OB for encapsulated pixel data that was labelled OW (PS3.5 A.4). So a data set is read into
nested tuples of tag, VR and value, without those. The walk is our own, apart from ``src``; pydicom's dictionary tells
what implicit VR leaves out.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any, TypeAlias

from peers import wire
from peers.part10 import LONG_VRS
from pydicom.datadict import dictionary_VR

#: tag, VR, value: bytes, or the items of a sequence, or the fragments of pixel data
Canonical: TypeAlias = "tuple[tuple[int, str, Any], ...]"

TRAILING_PADDING = 0xFFFCFFFC
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
TEXT_VRS = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT")


def canonical(data: bytes, syntax: str) -> Canonical:
    """Read a data set that was received in this transfer syntax; fails on one that does not hold together."""
    if syntax == wire.DEFLATED:
        data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data)
    walk = Walk(data, ">" if syntax == wire.BIG_ENDIAN else "<", syntax == wire.IMPLICIT)
    rows = walk.elements(len(data))
    assert walk.at == len(data), f"{len(data) - walk.at} bytes behind the data set"
    return rows


def trimmed(rows: Canonical) -> Canonical:
    """The same without trailing padding of text, which some peers rewrite."""
    return tuple(
        (tag, vr, tuple(map(trimmed, value)) if vr == "SQ" else value.rstrip(b" \0") if vr in TEXT_VRS else value)
        for tag, vr, value in rows
    )


def dictionary(tag: int) -> str:
    try:
        return dictionary_VR(tag)
    except KeyError:
        return "UN"


@dataclass
class Walk:
    """One pass over a data set: ``at`` is the offset that comes next."""

    data: bytes
    order: str
    implicit: bool
    at: int = 0

    def take(self, count: int) -> bytes:
        value = self.data[self.at : self.at + count]
        assert len(value) == count, f"the data set ends within an element, at {self.at}"
        self.at += count
        return value

    def unpack(self, form: str) -> Any:
        (value,) = struct.unpack(self.order + form, self.take(struct.calcsize(form)))
        return value

    def tag(self) -> int:
        return int(self.unpack("H") << 16 | self.unpack("H"))

    def head(self) -> tuple[int, str, int]:
        """Tag, VR and length of the next element or item."""
        tag = self.tag()
        if tag >> 16 == 0xFFFE:
            return tag, "", self.unpack("I")
        if self.implicit:
            return tag, dictionary(tag), self.unpack("I")
        vr = self.take(2)
        if vr in LONG_VRS:
            self.take(2)
            return tag, vr.decode(), self.unpack("I")
        return tag, vr.decode(), self.unpack("H")

    def elements(self, end: int) -> Canonical:
        """Elements up to ``end``, or to the item delimitation."""
        rows: list[tuple[int, str, Any]] = []
        while self.at < end:
            tag, vr, length = self.head()
            if tag == ITEM_END:
                break
            encapsulated = tag == 0x7FE00010 and length == UNDEFINED
            value = self.fragments() if encapsulated else self.value(vr, length)
            if tag & 0xFFFF and tag != TRAILING_PADDING:
                rows.append((tag, "OB" if encapsulated else vr, value))
        return tuple(rows)

    def value(self, vr: str, length: int) -> Any:
        if vr == "SQ" or length == UNDEFINED:
            return self.items(len(self.data) if length == UNDEFINED else self.at + length)
        value = self.take(length)
        return value.replace(b" ", b"").rstrip(b"\0") if vr == "UI" else value

    def items(self, end: int) -> tuple[Canonical, ...]:
        found = []
        while self.at < end:
            tag, _, length = self.head()
            if tag == SEQUENCE_END:
                break
            assert tag == ITEM, f"{tag:08x} among the items of a sequence"
            found.append(self.elements(len(self.data) if length == UNDEFINED else self.at + length))
        return tuple(found)

    def fragments(self) -> tuple[bytes, ...]:
        found: list[bytes] = []
        while True:
            tag, _, length = self.head()
            if tag == SEQUENCE_END:
                return tuple(found)
            assert tag == ITEM, f"{tag:08x} among the fragments of pixel data"
            found.append(self.take(length))
