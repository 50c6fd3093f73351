"""Hypothesis strategies of data sets: all VRs, nesting, private blocks, both forms of length, and what is rare."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from pydicom.datadict import DicomDictionary

from recode.model import BIG, EXPLICIT, IMPLICIT, LONG, SHORT, UNIT, Element, Item
from storejet.plan.dictionary import merged

Entry = tuple[int, int, int, int, int, int, str, bytes]
Draw = Callable[[st.SearchStrategy], object]

#: some tags of each VR that the standard has, spread over its groups
_ALL: dict[str, list[int]] = {}
for _tag, _row in sorted(DicomDictionary.items()):
    if 0x0008 <= _tag >> 16 < 0xFFFC and _tag >> 16 != 0x5400 and _tag & 0xFFFF:
        _ALL.setdefault(_row[0], []).append(_tag)
TAGS = {vr: tags[:: max(1, len(tags) // 6)][:8] for vr, tags in _ALL.items() if vr in SHORT + LONG}
#: in groups below and above Pixel Representation
SIGN_DEPENDS = [0x00189810, 0x00280106, 0x00280120, 0x00281101, 0x00409211]
BYTES_OR_WORDS = [0x54000110, 0x54001010, 0x60003000, 0x60023000, 0x50003000, 0x7FE00010]
LUT_DATA = [0x00283006]
#: (tag with its block left out, VR) of creators that pydicom knows, and of one that nobody knows
CREATORS = {
    "GEMS_IDEN_01": [(0x00090001, "LO"), (0x00090027, "SL"), (0x000900E3, "UI")],
    "SIEMENS CSA HEADER": [(0x00290008, "CS"), (0x00290010, "OB"), (0x00290009, "LO")],
    "Philips Imaging DD 001": [(0x20010003, "FL"), (0x20010010, "CS"), (0x2001005F, "SQ"), (0x20010014, "SL")],
    "NOBODY 1.0": [(0x00110001, vr) for vr in ("US", "OV", "UC")] + [(0x00110002, "SQ"), (0x00110003, "UN")],
}
TEXTS = {
    "AE": ["STORE", "A"],
    "AS": ["030Y"],
    "CS": ["ORIGINAL\\PRIMARY", "M", "YES"],
    "DA": ["20240229"],
    "DS": ["1.5", "-1\\2.25", "1e3"],
    "DT": ["20240229120000.5", "2024"],
    "IS": ["1", "12\\-3"],
    "PN": ["Doe^Jane", "A^B=C"],
    "TM": ["1200", "120000.123"],
    "UI": ["1.2.840.10008.1.2", "1.2.3"],
    "UR": ["http://a.example/b", "x:y"],
}
WORDS = ["", "a", "ab", "abc", "Gr\xfc\xdfe", "two words", "a\\bc"]
LARGE = bytes(range(1, 256)) * 258


def _value(draw: Draw, vr: str, large: bool) -> bytes:
    if vr in UNIT:
        unit = 4 if vr == "AT" else UNIT[vr]
        count = len(LARGE) // unit if large else draw(st.sampled_from([0, 1, 1, 2, 3, 5]))
        return LARGE[: count * unit] if large else draw(st.binary(min_size=count * unit, max_size=count * unit))
    if vr in ("OB", "UN"):
        return LARGE if large else draw(st.binary(max_size=7))
    if large and vr in ("LT", "UC", "UT", "ST"):
        return b"x" * draw(st.sampled_from([65534, 65535, 65536, 70001]))
    return draw(st.sampled_from(["", *TEXTS[vr]] if vr in TEXTS else WORDS)).encode("latin-1")


def _sequence(draw: Draw, tag: int, vr: str, depth: int) -> Element:
    items = tuple(draw(st.lists(items_of(depth - 1), max_size=2))) if depth else ()
    # UN of defined length is bytes to everyone (PS3.5 6.2.2, note 2)
    return Element(tag, vr, items, undefined=vr == "UN" or draw(st.booleans()))


def _public(draw: Draw, depth: int) -> list[Element]:
    vr = draw(st.sampled_from(sorted(TAGS)))
    tag = draw(st.sampled_from(TAGS[vr]))
    if vr == "SQ":
        return [_sequence(draw, tag, vr, depth)]
    return [Element(tag, vr, _value(draw, vr, draw(st.integers(0, 39)) == 39))]


def _nested(draw: Draw, depth: int) -> list[Element]:
    return [_sequence(draw, draw(st.sampled_from(TAGS["SQ"])), "SQ", depth)]


def _private(draw: Draw, depth: int) -> list[Element]:
    creator = draw(st.sampled_from(sorted(CREATORS)))
    rows = CREATORS[creator]
    group, block = rows[0][0] >> 16, draw(st.sampled_from([0x10, 0x11, 0xFF]))
    found = [Element(group << 16 | block, "LO", creator.encode())] if draw(st.integers(0, 9)) else []
    for low, vr in draw(st.lists(st.sampled_from(rows), max_size=3)):
        tag = group << 16 | block << 8 | low & 0xFF
        if vr == "SQ" or (vr == "UN" and draw(st.booleans())):
            found.append(_sequence(draw, tag, vr, depth))
        else:
            found.append(Element(tag, vr, _value(draw, vr, False)))
    return found


def _depends(draw: Draw, depth: int) -> list[Element]:
    """Elements whose VR is a matter of others, with or without those others."""
    del depth
    found = []
    signed = draw(st.sampled_from([None, 0, 1]))
    if signed is not None:
        found.append(Element(0x00280103, "US", signed.to_bytes(2, "little")))
    for tag in draw(st.lists(st.sampled_from(SIGN_DEPENDS), max_size=2)):
        found.append(Element(tag, "SS" if signed else "US", draw(st.sampled_from([b"\1\x80", b"\xff\xff\0\0\x10\0"]))))
    bits = draw(st.sampled_from([8, 16]))
    found.append(Element(0x00280100, "US", bits.to_bytes(2, "little")))
    found.append(Element(0x54001004, "US", bits.to_bytes(2, "little")))
    for tag in draw(st.lists(st.sampled_from(BYTES_OR_WORDS), max_size=2)):
        vr = draw(st.sampled_from(["OB", "OW"])) if tag >> 16 != 0x5400 else "OB" if bits == 8 else "OW"
        found.append(Element(tag, vr, _value(draw, vr, draw(st.integers(0, 19)) == 19)))
    for tag in draw(st.lists(st.sampled_from(LUT_DATA), max_size=1)):
        found.append(Element(0x00283002, "SS" if signed else "US", bytes((0, 1, 0, 0, 16, 0))))
        found.append(Element(tag, "OW", _value(draw, "OW", draw(st.booleans()))))
    return found


def _rare(draw: Draw, depth: int) -> list[Element]:
    """Group lengths, padding at the end, elements that no dictionary knows."""
    kind = draw(st.sampled_from(["length", "padding", "unknown", "unknown sequence", "no block"]))
    if kind == "length":
        group = draw(st.sampled_from([0x0008, 0x0009, 0x0028, 0x7FE0]))
        return [Element(group << 16, "UL", draw(st.binary(min_size=4, max_size=4)))]
    if kind == "padding":
        return [Element(0xFFFCFFFC, "OB", bytes(draw(st.sampled_from([0, 2, 30, 600]))))]
    if kind == "unknown":
        vr = draw(st.sampled_from(sorted(set(SHORT + LONG) - {"SQ"})))
        return [Element(draw(st.sampled_from([0x00080002, 0x0018FFF1])), vr, _value(draw, vr, False))]
    if kind == "no block":
        return [Element(0x00130002, "LO", b"ab"), Element(0x00131234, "US", b"ab")]
    return [_sequence(draw, 0x0040FFF2, draw(st.sampled_from(["SQ", "UN"])), depth)]


def _crooked(draw: Draw, depth: int) -> list[Element]:
    """Values that are none of their VR: too short, too long, of odd length where none is."""
    del depth
    vr = draw(st.sampled_from([vr for vr in UNIT if vr in TAGS]))
    return [Element(draw(st.sampled_from(TAGS[vr])), vr, draw(st.binary(max_size=19)))]


@st.composite
def trees(draw: Draw, depth: int = 3, most: int = 6, crooked: bool = False) -> tuple[Element, ...]:
    """A data set in the order of its tags, with sequences up to ``depth`` inside one another.

    ``crooked``: with values that break PS3.5, which no two readers take for the same.
    """
    makers = [_public, _public, _public, _nested, _private, _depends, _rare]
    if crooked:
        makers.append(_crooked)
    found: dict[int, Element] = {}
    for maker in draw(st.lists(st.sampled_from(makers), min_size=1, max_size=most)):
        for element in maker(draw, depth):
            found.setdefault(element.tag, element)
    return tuple(found[tag] for tag in sorted(found))


def items_of(depth: int) -> st.SearchStrategy[Item]:
    return st.builds(Item, trees(depth, most=3), st.booleans())


#: (from, to)
directions = st.tuples(st.sampled_from([IMPLICIT, EXPLICIT, BIG]), st.sampled_from([IMPLICIT, EXPLICIT, BIG]))

_numbers = st.sampled_from([0x0008, 0x0009, 0x0010, 0x0011, 0x0018, 0x0028, 0x0040, 0x1001, 0x1234, 0x2001, 0xFFF1])
_ranges = st.tuples(_numbers, _numbers).map(sorted)
_parities = st.sampled_from([0, 1, 2])


def _entry(groups: list[int], group_parity: int, elements: list[int], parity: int, vr: str, creator: str) -> Entry:
    low, high = (number & 0xFF if creator else number for number in elements)
    if groups[0] == groups[1] and low == high:
        # one of a single tag is for that tag
        group_parity = parity = 2
    if vr == "SQ" and not creator:
        # a standard element that should be a sequence and is none is damage
        vr = "LO"
    return groups[0], groups[1], group_parity, min(low, high), max(low, high), parity, vr, creator.encode()


#: entries of a user's dictionary, the narrower ones last
lexicons = st.lists(
    st.builds(
        _entry,
        _ranges,
        _parities,
        _ranges,
        _parities,
        st.sampled_from(["US", "LO", "SQ", "FD", "UN", "ox", "xs", "lt"]),
        st.sampled_from(["", *CREATORS]),
    ),
    min_size=1,
    max_size=6,
).map(lambda entries: merged([entries]))
