"""Make the rows of the data dictionary (``ext/core/dictionary_rows.h``) from pydicom's.

``python tools/make_dictionary.py`` writes the file; ``--check`` only says, by its exit code, whether that would change
anything.

Of each element only its VR is kept. Left out are delimiters, command elements, private elements that stand in no block
(PS3.5 7.8.1: elements below 1000 or of even groups are nobody's), and what is no VR.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._private_dict import private_dictionaries

ROWS = Path(__file__).resolve().parents[1] / "ext" / "core" / "dictionary_rows.h"

#: the words for a VR that depends on the data set → the code of core.h
DEPENDENT = {"US or SS": "xs", "OB or OW": "ox", "OB_OW": "ox", "US or OW": "lt", "US or SS or OW": "lt"}

#: tag → (VR, …); "50xx0005" → (VR, …); creator → "0019xx0A" → (VR, …)
Public = Mapping[int, tuple[str, ...]]
Repeaters = Mapping[str, tuple[str, ...]]
Private = Mapping[str, Mapping[str, tuple[str, ...]]]


def code(vr: str) -> str:
    """The VR's two letters, or "" for what is none."""
    vr = DEPENDENT.get(vr, vr)
    return vr if len(vr) == 2 else ""


def public_rows(dictionary: Public) -> list[tuple[int, str]]:
    """(tag, VR) of the standard elements, by tag."""
    rows = ((tag, code(row[0])) for tag, row in dictionary.items())
    return sorted((tag, vr) for tag, vr in rows if vr and tag >> 16 and tag & 0xFFFF)


def repeating_rows(dictionary: Repeaters) -> list[tuple[int, int, str]]:
    """(mask, tag under the mask, VR): "60xx3000" is ff00ffff, 60003000."""
    rows = []
    for pattern, row in dictionary.items():
        mask = int("".join("0" if digit == "x" else "f" for digit in pattern), 16)
        rows.append((mask, int(pattern.replace("x", "0"), 16), code(row[0])))
    return sorted((mask, tag, vr) for mask, tag, vr in rows if vr)


def private_rows(elements: Mapping[str, tuple[str, ...]]) -> list[tuple[int, int, str]]:
    """(group, low byte of the element, VR) of a creator. Of a group "60xx" 0x6000 stands for all odd ones.

    An element that is noted with its block fits all blocks, unless the creator has one for them.
    """
    rows: dict[tuple[int, int], str] = {}
    for pattern, row in sorted(elements.items(), key=lambda item: item[0][4:6] == "xx"):
        group, block, low = pattern[:4], pattern[4:6], pattern[6:]
        if "x" in low or not code(row[0]) or (block != "xx" and int(block, 16) < 0x10):
            continue
        if group.endswith("xx"):
            rows[int(group[:2], 16) << 8, int(low, 16)] = code(row[0])
        elif int(group, 16) % 2:
            rows[int(group, 16), int(low, 16)] = code(row[0])
    return [(group, low, vr) for (group, low), vr in sorted(rows.items())]


def wrapped(items: Iterable[str]) -> Iterator[str]:
    """Lines of at most 120 characters."""
    line = "   "
    for item in items:
        if len(line) + len(item) + 2 > 120:
            yield line + "\n"
            line = "   "
        line += f" {item},"
    yield line + "\n"


def array(declaration: str, items: Iterable[str]) -> str:
    return f"static const {declaration} = {{\n{''.join(wrapped(items))}}};\n\n"


def rendered(public: Public, repeaters: Repeaters, private: Private) -> str:
    """The text of the file."""
    standard, repeating = public_rows(public), repeating_rows(repeaters)
    creators = {name.strip(): private_rows(rows) for name, rows in private.items()}
    creators = {name: creators[name] for name in sorted(creators, key=str.encode) if creators[name]}
    owned = [row for rows in creators.values() for row in rows]
    vrs = sorted({vr for *_, vr in standard} | {vr for *_, vr in repeating} | {vr for *_, vr in owned})
    places = {vr: place for place, vr in enumerate(vrs)}
    firsts, starts = [0], [0]
    for name, rows in creators.items():
        firsts.append(firsts[-1] + len(rows))
        starts.append(starts[-1] + len(name.encode()))
    return (
        "/* Made by tools/make_dictionary.py: do not edit. Included by dictionary.c only. */\n\n"
        + array("uint16_t vr_codes[]", (f"VR('{vr[0]}', '{vr[1]}')" for vr in vrs))
        + "/* standard elements: tags in order, and the place of each one's VR in vr_codes */\n"
        + array("uint32_t public_tags[]", (f"0x{tag:08x}" for tag, _ in standard))
        + array("uint8_t public_vrs[]", (str(places[vr]) for _, vr in standard))
        + "/* elements whose group or number repeats */\n"
        + array("repeating_row repeating[]", (f"{{ 0x{m:08x}, 0x{t:08x}, {places[vr]} }}" for m, t, vr in repeating))
        + "/* private creators by their bytes; where each name begins, and its rows, and where all end */\n"
        + array("char creator_names[]", (repr(letter) for name in creators for letter in name))
        + array("uint16_t creator_starts[]", map(str, starts))
        + array("uint16_t creator_rows[]", map(str, firsts))
        + "/* group << 16 | low byte of the element << 8 | place of the VR, in order for each creator */\n"
        + array("uint32_t private_rows[]", (f"0x{g << 16 | low << 8 | places[vr]:08x}" for g, low, vr in owned))
    )[:-1]


def main(arguments: list[str]) -> int:
    text = rendered(DicomDictionary, RepeatersDictionary, private_dictionaries)
    if ROWS.exists() and ROWS.read_text("ascii") == text:
        return 0
    print(f"{ROWS.name}: the rows are not those of the dictionary")
    if arguments == ["--check"]:
        return 1
    ROWS.write_text(text, "ascii")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
