"""The slow, obvious twin of the re-encoding kernel: reads a whole data set into a tree, and writes it.

VRs of implicit elements are looked up in pydicom's dictionaries at run time, not in the kernel's own tables. It knows
only sound data sets: whatever is wrong raises some error.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from pydicom.datadict import dictionary_VR, private_dictionary_VR

from storejet._core import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE

UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXEL_DATA, PIXEL_REPRESENTATION, WAVEFORM_BITS = 0x7FE00010, 0x00280103, 0x54001004

SHORT = frozenset(("AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST",
                   "TM", "UI", "UL", "US"))  # fmt: skip
TEXTS = frozenset(("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UR", "UT"))
UNITS = {**dict.fromkeys(("AT", "OW", "SS", "US"), 2), **dict.fromkeys(("FL", "OF", "OL", "SL", "UL"), 4),
         **dict.fromkeys(("FD", "OD", "OV", "SV", "UV"), 8)}  # fmt: skip
LATER = frozenset(("UN", "UT", "UC", "UR", "OF", "OD", "OL", "OV", "SV", "UV"))


class Encapsulated(Exception):
    """Fragments where the output has none."""


@dataclass
class Element:
    tag: int
    vr: str
    #: as little endian, padded; or items; or the elements of such an item
    value: bytes = b""
    items: list[list[Element]] | None = None
    fragments: list[bytes] | None = None
    #: a UN of undefined length, whose items are implicit and stay so
    un: bool = False


@dataclass
class Item:
    """What the elements of an item may depend on."""

    signed: bool | None
    bits: int | None = None
    creators: dict[tuple[int, int], str] = field(default_factory=dict)


class Reader:
    def __init__(self, data: bytes, signed: bool | None) -> None:
        self.data, self.at, self.signed = data, 0, signed

    def take(self, count: int) -> bytes:
        assert self.at + count <= len(self.data), "the data set is cut off"
        self.at += count
        return self.data[self.at - count : self.at]

    def header(self, encoding: int) -> tuple[int, str, int]:
        order = ">" if encoding == EXPLICIT_BIG else "<"
        group, number = struct.unpack(f"{order}HH", self.take(4))
        tag = group << 16 | number
        if encoding == IMPLICIT_LITTLE or group == 0xFFFE:
            return tag, "", struct.unpack(f"{order}I", self.take(4))[0]
        vr = self.take(2).decode("latin-1")
        if vr in SHORT or not (vr.isascii() and vr.isalpha() and vr.isupper()):
            return tag, vr, struct.unpack(f"{order}H", self.take(2))[0]
        self.take(2)
        return tag, vr, struct.unpack(f"{order}I", self.take(4))[0]

    def peek(self, encoding: int) -> int:
        order = ">" if encoding == EXPLICIT_BIG else "<"
        group, number = struct.unpack_from(f"{order}HH", self.data, self.at)
        return int(group << 16 | number)

    def elements(self, encoding: int, end: int | None, item: Item, top: bool = False) -> list[Element]:
        """The elements up to an offset, or up to an item's delimiter."""
        found = []
        while end is None or self.at < end:
            tag, vr, length = self.header(encoding)
            if tag == ITEM_END:
                assert end is None or length == 0
                if end is None:
                    break
            elif tag & 0xFFFF == 0 or tag == 0xFFFCFFFC:
                self.take(length)
            else:
                found.append(self.element(encoding, tag, vr, length, item))
                self.learn(found[-1], item, encoding)
                if top and tag == PIXEL_REPRESENTATION:
                    self.signed = item.signed
        assert end is None or self.at == end, "an element leaves its item"
        return found

    def learn(self, element: Element, item: Item, encoding: int) -> None:
        group, number = element.tag >> 16, element.tag & 0xFFFF
        if element.tag == PIXEL_REPRESENTATION and len(element.value) == 2:
            item.signed = element.value == b"\1\0"
        if element.tag == WAVEFORM_BITS and len(element.value) == 2:
            item.bits = int.from_bytes(element.value, "little")
        if encoding == IMPLICIT_LITTLE and group % 2 and 0x10 <= number <= 0xFF:
            item.creators[group, number] = element.value.decode("latin-1").rstrip(" \0").lstrip(" ")

    def element(self, encoding: int, tag: int, vr: str, length: int, item: Item) -> Element:
        if encoding == IMPLICIT_LITTLE:
            vr = implicit_vr(tag, item)
            if length == UNDEFINED:
                vr = "OB" if tag == PIXEL_DATA else "SQ"
            elif vr == "SQ" and length and self.peek(encoding) not in (ITEM, SEQUENCE_END):
                assert tag >> 16 & 1, "a sequence that begins with no item"
                vr = "UN"
            elif vr not in ("OW", "SQ") and length % (4 if vr == "AT" else UNITS.get(vr, 1)):
                vr = "UN"
        if length == UNDEFINED and vr in ("OB", "OW"):
            return Element(tag, vr, fragments=self.fragments(encoding))
        if vr == "SQ":
            return Element(tag, vr, items=self.items(encoding, length, item))
        if vr == "UN" and length == UNDEFINED:
            return Element(tag, vr, items=self.items(IMPLICIT_LITTLE, length, item), un=True)
        assert length != UNDEFINED, "a value of undefined length"
        value = self.take(length)
        if len(value) % 2:
            value += b" " if vr in TEXTS else b"\0"
        if not (vr.isascii() and vr.isalpha() and vr.isupper()):
            vr = "UN"
        return Element(tag, vr, swapped(value, vr) if encoding == EXPLICIT_BIG else value)

    def items(self, encoding: int, length: int, outer: Item) -> list[list[Element]]:
        end = None if length == UNDEFINED else self.at + length
        found = []
        while end is None or self.at < end:
            tag, _, size = self.header(encoding)
            if tag == SEQUENCE_END:
                assert end is None or self.at == end
                break
            assert tag == ITEM
            stop = None if size == UNDEFINED else self.at + size
            assert stop is None or end is None or stop <= end
            found.append(self.elements(encoding, stop, Item(outer.signed)))
        return found

    def fragments(self, encoding: int) -> list[bytes]:
        found = []
        while True:
            tag, _, size = self.header(encoding)
            if tag == SEQUENCE_END:
                return found
            assert tag == ITEM
            found.append(self.take(size))


def swapped(value: bytes, vr: str) -> bytes:
    unit = UNITS.get(vr, 1)
    whole = len(value) - len(value) % unit
    return b"".join(value[at : at + unit][::-1] for at in range(0, whole, unit)) + value[whole:]


def looked_up(tag: int, item: Item) -> str:
    group, number = tag >> 16, tag & 0xFFFF
    try:
        if group % 2 == 0:
            return dictionary_VR(tag)
        if 0x10 <= number <= 0xFF:
            return "LO"
        return private_dictionary_VR(tag, item.creators[group, number >> 8]) if number > 0xFFF else "UN"
    except KeyError:
        return "UN"


def implicit_vr(tag: int, item: Item) -> str:
    vr = looked_up(tag, item)
    if vr == "US or SS":
        return "SS" if item.signed else "US"
    if vr in ("OB or OW", "OB_OW"):
        return "OB" if tag >> 16 == 0x5400 and item.bits == 8 else "OW"
    return "OW" if " or " in vr else vr


def header(encoding: int, tag: int, vr: str, length: int) -> bytes:
    order = ">" if encoding == EXPLICIT_BIG else "<"
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    if encoding == IMPLICIT_LITTLE or not vr:
        return head + struct.pack(f"{order}I", length)
    if vr in SHORT:
        return head + vr.encode() + struct.pack(f"{order}H", length)
    return head + vr.encode() + struct.pack(f"{order}HI", 0, length)


def written(elements: list[Element], encoding: int, old: bool, encapsulating: bool) -> bytes:
    parts = []
    for element in elements:
        tag, vr, value = element.tag, element.vr, element.value
        if element.fragments is not None:
            if not encapsulating:
                raise Encapsulated
            parts.append(header(encoding, tag, vr, UNDEFINED))
            parts += [header(encoding, ITEM, "", len(each)) + each for each in element.fragments]
            parts.append(header(encoding, SEQUENCE_END, "", 0))
        elif element.items is not None:
            kept = element.un and not old and encoding != IMPLICIT_LITTLE
            inner = IMPLICIT_LITTLE if kept else encoding
            body = b"".join(
                header(inner, ITEM, "", UNDEFINED if each else 0)
                + (written(each, inner, old, encapsulating) + header(inner, ITEM_END, "", 0) if each else b"")
                for each in element.items
            )
            parts.append(header(encoding, tag, "UN" if kept else "SQ", UNDEFINED if body else 0))
            parts.append(body + header(inner, SEQUENCE_END, "", 0) if body else b"")
        else:
            if encoding != IMPLICIT_LITTLE and vr in SHORT and len(value) > 0xFFFF:
                vr = "UN"
            if old and vr in LATER:
                vr = "OB"
            if encoding == EXPLICIT_BIG:
                value = swapped(value, vr)
            parts.append(header(encoding, tag, vr, len(value)) + value)
    return b"".join(parts)


def recoded(data: bytes, source: int, target: int, old: bool = False) -> bytes:
    """The data set in the other encoding."""
    first = Reader(data, None)
    first.elements(source, len(data), Item(None), top=True)
    elements = Reader(data, None).elements(source, len(data), Item(first.signed), top=True)
    return written(elements, target, old, source == target == EXPLICIT_LITTLE)
