"""A data set as a tree, and its bytes in any of the native encodings, as slowly and obviously as can be (PS3.5 7).

Values are little endian in the tree, whatever they are in the file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from hypothesis.vendor.pretty import RepresentationPrinter

IMPLICIT, EXPLICIT, BIG = "implicit", "explicit", "big"
ENCODINGS = (IMPLICIT, EXPLICIT, BIG)

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD

#: PS3.5 table 7.1-2: two bytes of length; all others have two reserved bytes and four of length (table 7.1-1)
_SHORT = "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"
_LONG = "OB OD OF OL OV OW SQ SV UC UN UR UT UV"
SHORT, LONG = _SHORT.split(" "), _LONG.split(" ")
#: PS3.5 7.3 and 6.2: bytes of what has a byte order
UNIT = {"US": 2, "SS": 2, "OW": 2, "AT": 2, "UL": 4, "SL": 4, "FL": 4, "OF": 4, "OL": 4}
UNIT.update({"FD": 8, "OD": 8, "OV": 8, "SV": 8, "UV": 8})
#: PS3.5 6.2: what a value of odd length is filled up with; UIDs, bytes and numbers with a zero
SPACED = set(SHORT + LONG) - set(UNIT) - {"OB", "SQ", "UI", "UN"}


@dataclass(frozen=True)
class Item:
    """A data set inside a sequence. ``undefined``: of undefined length."""

    elements: tuple[Element, ...] = ()
    undefined: bool = False


@dataclass(frozen=True, repr=False)
class Element:
    """``value``: little endian bytes, or the items of a sequence (SQ, or UN, which is then of undefined length)."""

    tag: int
    vr: str
    value: bytes | tuple[Item, ...] = b""
    undefined: bool = False

    def __repr__(self) -> str:
        value = self.value
        if isinstance(value, bytes) and len(value) > 80:
            return f"Element({self.tag:#010x}, {self.vr!r}, {value[:4]!r} and so on to {len(value)} bytes)"
        return f"Element({self.tag:#010x}, {self.vr!r}, {value!r}, {self.undefined})"

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """So that hypothesis, too, shows a large value by its beginning."""
        del cycle
        printer.text(repr(self))


def even(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """The same with a pad behind each value of odd length."""
    found = []
    for element in elements:
        if isinstance(element.value, tuple):
            items = tuple(Item(even(item.elements), item.undefined) for item in element.value)
            found.append(Element(element.tag, element.vr, items, element.undefined))
        else:
            pad = (b" " if element.vr in SPACED else b"\0") * (len(element.value) % 2)
            found.append(Element(element.tag, element.vr, element.value + pad))
    return tuple(found)


def swapped(value: bytes, vr: str) -> bytes:
    """The value in the other byte order; a rest that fills no unit stays."""
    unit = UNIT.get(vr, 1)
    whole = len(value) - len(value) % unit
    return b"".join(value[at : at + unit][::-1] for at in range(0, whole, unit)) + value[whole:]


def header(tag: int, vr: str, length: int, encoding: str) -> bytes:
    order = ">" if encoding == BIG else "<"
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if encoding == IMPLICIT or tag in (ITEM, ITEM_END, SEQUENCE_END):
        return head + struct.pack(order + "L", length)
    if vr in SHORT:
        return head + vr.encode() + struct.pack(order + "H", length)
    return head + vr.encode() + struct.pack(order + "HL", 0, length)


def encode(elements: tuple[Element, ...], encoding: str) -> bytes:
    """The bytes of a data set. What does not fit a short length field is UN in explicit VR (PS3.5 6.2.2, note 5)."""
    return b"".join(encode_element(element, encoding) for element in elements)


def encode_element(element: Element, encoding: str) -> bytes:
    if isinstance(element.value, tuple):
        inside = IMPLICIT if element.vr == "UN" else encoding
        content = b"".join(encode_item(item, inside) for item in element.value)
        if element.undefined:
            head = header(element.tag, element.vr, UNDEFINED, encoding)
            return head + content + header(SEQUENCE_END, "", 0, inside)
        return header(element.tag, element.vr, len(content), encoding) + content
    vr = element.vr
    if vr in SHORT and len(element.value) > 0xFFFF and encoding != IMPLICIT:
        vr = "UN"
    value = swapped(element.value, vr) if encoding == BIG else element.value
    return header(element.tag, vr, len(value), encoding) + value


def encode_item(item: Item, encoding: str) -> bytes:
    content = encode(item.elements, encoding)
    if item.undefined:
        return header(ITEM, "", UNDEFINED, encoding) + content + header(ITEM_END, "", 0, encoding)
    return header(ITEM, "", len(content), encoding) + content
