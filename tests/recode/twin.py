"""What the re-encoding kernel must do, said once more: slowly, on a tree, with pydicom's dictionary."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from pydicom.datadict import dictionary_VR, private_dictionary_VR

from recode.model import (
    BIG,
    IMPLICIT,
    ITEM,
    ITEM_END,
    SEQUENCE_END,
    SHORT,
    SPACED,
    UNDEFINED,
    UNIT,
    Element,
    Item,
    swapped,
)
from recode.model import encode as encoded

Entry = tuple[int, int, int, int, int, int, str, bytes]

#: -u: VRs that came after 1998 are written as OB
NEW = ("UN", "UT", "UC", "UR", "OF", "OD", "OL", "OV", "SV", "UV")
PIXEL_REPRESENTATION, WAVEFORM_BITS, TRAILING_PADDING = 0x00280103, 0x54001004, 0xFFFCFFFC

#: pydicom's words for VRs that depend on other elements, in the codes of DCMTK's dictionaries
DEPENDS = {"US or SS": "xs", "OB or OW": "ox", "US or OW": "lt", "US or SS or OW": "lt"}


class Scope:
    """What is known where an element stands: private creators of this data set, and what decides VRs."""

    def __init__(self, lexicon: Sequence[Entry], outer: Scope | None = None) -> None:
        self.lexicon = lexicon
        self.creators: dict[tuple[int, int], bytes] = {}
        self.signed: bool = outer.signed if outer else False
        self.waveform_bits: int = outer.waveform_bits if outer else 0

    def see(self, tag: int, value: bytes) -> None:
        """Takes note of an element that decides something about others."""
        group, element = tag >> 16, tag & 0xFFFF
        if group % 2 and 0x10 <= element <= 0xFF:
            self.creators[group, element] = value.strip(b" \0")
        elif tag == PIXEL_REPRESENTATION and len(value) >= 2:
            self.signed = value[:2] == b"\1\0"
        elif tag == WAVEFORM_BITS and len(value) >= 2:
            self.waveform_bits = int.from_bytes(value[:2], "little")

    def user(self, tag: int, creator: bytes) -> str:
        """The VR that the user's dictionary has: of entries that fit, the last."""
        group, element = tag >> 16, tag & (0xFF if creator else 0xFFFF)
        code = ""
        for first, last, group_parity, low, high, parity, vr, owner in self.lexicon:
            inside = first <= group <= last and low <= element <= high
            if owner == creator and inside and group_parity in (2, group % 2) and parity in (2, element % 2):
                code = vr
        return code

    def vr(self, tag: int) -> str:
        """The VR of an element without one; "" where no dictionary knows it."""
        group, element = tag >> 16, tag & 0xFFFF
        creator = self.creators.get((group, element >> 8), b"") if element >= 0x1000 else b""
        try:
            if group % 2 == 0:
                code = self.user(tag, b"") or dictionary_VR(tag)
            elif 0x10 <= element <= 0xFF:
                code = "LO"
            elif creator:
                code = self.user(tag, creator) or private_dictionary_VR(tag, creator.decode("latin-1"))
            else:
                code = self.user(tag, b"")
        except KeyError:
            code = self.user(tag, b"")
        return self.decided(DEPENDS.get(code, code), group)

    def decided(self, code: str, group: int) -> str:
        if code == "xs":
            return "SS" if self.signed else "US"
        if code == "ox":
            return "OB" if group == 0x5400 and self.waveform_bits == 8 else "OW"
        return "OW" if code == "lt" else code


class Reader:
    """Takes a data set apart. VRs of implicit VR come from the dictionary; "" is an unknown one."""

    def __init__(self, data: bytes, encoding: str, at: int, end: int) -> None:
        self.data, self.encoding, self.at, self.end = data, encoding, at, end
        self.order = ">" if encoding == BIG else "<"

    def number(self, letter: str) -> int:
        value: int = struct.unpack_from(self.order + letter, self.data, self.at)[0]
        self.at += struct.calcsize(self.order + letter)
        return value

    def head(self) -> tuple[int, str, int]:
        """Tag, VR ("" for none) and length."""
        tag = self.number("H") << 16 | self.number("H")
        if self.encoding == IMPLICIT or tag >> 16 == 0xFFFE:
            return tag, "", self.number("L")
        vr = self.data[self.at : self.at + 2].decode("latin-1")
        self.at += 2
        if vr in SHORT:
            return tag, vr, self.number("H")
        self.at += 2
        return tag, vr, self.number("L")

    def begins_as_sequence(self, length: int) -> bool:
        """Whether what a private dictionary takes for a sequence can be one."""
        tags = (ITEM, SEQUENCE_END)
        starts = [struct.pack(self.order + "HH", tag >> 16, tag & 0xFFFF) for tag in tags]
        return length == 0 or (length >= 8 and self.data[self.at : self.at + 4] in starts)

    def elements(self, scope: Scope) -> tuple[Element, ...]:
        """A data set, to the end or to its delimiter."""
        found: list[Element] = []
        while self.at < self.end:
            tag, vr, length = self.head()
            if tag == ITEM_END:
                break
            implicit = not vr
            if implicit:
                # what has no length can only hold items
                vr = "SQ" if length == UNDEFINED else scope.vr(tag)
                if vr == "SQ" and tag >> 16 & 1 and length != UNDEFINED and not self.begins_as_sequence(length):
                    vr = "UN"
            if length == UNDEFINED:
                found.append(Element(tag, vr, self.items(scope, self.end, vr), undefined=True))
            elif vr == "SQ":
                found.append(Element(tag, vr, self.items(scope, self.at + length, vr)))
            else:
                value = self.data[self.at : self.at + length]
                assert len(value) == length, "the value is truncated"
                self.at += length
                if length % 2:
                    value += b" " if vr in SPACED else b"\0"
                if self.encoding == BIG:
                    value = swapped(value, vr)
                scope.see(tag, value)
                if implicit and vr != "OW" and length % (4 if vr == "AT" else UNIT.get(vr, 1)):
                    vr = "UN"
                found.append(Element(tag, vr or "UN", value))
        return tuple(found)

    def items(self, scope: Scope, end: int, vr: str) -> tuple[Item, ...]:
        inside = Reader(self.data, IMPLICIT if vr == "UN" else self.encoding, self.at, end)
        found: list[Item] = []
        while inside.at < end:
            tag, _, length = inside.head()
            if tag == SEQUENCE_END:
                break
            assert tag == ITEM
            undefined = length == UNDEFINED
            item = Reader(self.data, inside.encoding, inside.at, end if undefined else inside.at + length)
            found.append(Item(item.elements(Scope(scope.lexicon, scope)), undefined))
            inside.at = item.at
        self.at = inside.at
        return tuple(found)


def decode(data: bytes, encoding: str, lexicon: Sequence[Entry] = ()) -> tuple[Element, ...]:
    """The tree of a data set. Pixel Representation of the data set itself counts wherever it stands."""
    first = Scope(lexicon)
    Reader(data, encoding, 0, len(data)).elements(first)
    scope = Scope(lexicon)
    scope.signed = first.signed
    return Reader(data, encoding, 0, len(data)).elements(scope)


def written(elements: tuple[Element, ...], old_vrs: bool, encoding: str) -> tuple[Element, ...]:
    """The tree as it is to be written: of undefined lengths, without group lengths and padding at the end."""
    kept = [element for element in elements if element.tag & 0xFFFF and element.tag != TRAILING_PADDING]
    return tuple(written_element(element, old_vrs, encoding) for element in kept)


def written_element(element: Element, old_vrs: bool, encoding: str) -> Element:
    vr = element.vr
    if isinstance(element.value, tuple):
        if vr == "UN" and old_vrs:
            vr = "SQ"
        inside = IMPLICIT if vr == "UN" else encoding
        items = tuple(
            # one that held only what is left out is not empty yet
            Item(written(item.elements, old_vrs, inside), undefined=bool(item.elements))
            for item in element.value
        )
        return Element(element.tag, vr, items, undefined=bool(items))
    if vr in SHORT and len(element.value) > 0xFFFF and encoding != IMPLICIT:
        vr = "UN"
    return Element(element.tag, "OB" if old_vrs and vr in NEW else vr, element.value)


def recode(data: bytes, source: str, target: str, old_vrs: bool = False, lexicon: Sequence[Entry] = ()) -> bytes:
    """The data set in another encoding, as the kernel must write it, byte for byte."""
    return encoded(written(decode(data, source, lexicon), old_vrs, target), target)
