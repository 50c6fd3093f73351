"""A data dictionary in DCMTK's file format (the files of DCMDICTPATH): the VRs of elements that no table of ours knows.

A line is ``(gggg,eeee)<tab>VR<tab>Name<tab>VM<tab>Version``, the last two optional; ``#`` begins a comment line. Where
a line has no tab, blanks separate. A part of a tag may be a range: ``6000-60ff`` takes even numbers, ``6000-o-60ff``
odd, ``6000-u-60ff`` all. ``(gggg,"CREATOR",ee)`` is a private element, whichever block the creator has reserved (PS3.5
7.8.1).

Text is Latin-1 decoded bytes: a private creator is compared byte for byte, in whatever character set it is written.
"""

from storejet.errors import UsageError
from storejet.log import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    #: first and last group, EVEN, ODD or ANY; first and last element, EVEN, ODD or ANY; VR; private creator or b"".
    #: With a creator the elements are the low byte, 0 to 255.
    Entry = tuple[int, int, int, int, int, int, str, bytes]

EVEN, ODD, ANY = 0, 1, 2

_RESTRICTION = {"e": EVEN, "o": ODD, "u": ANY, "E": EVEN, "O": ODD, "U": ANY}

#: VRs of PS3.5 6.2, and DCMTK's codes for those that depend on other elements: ox OB or OW; xs US or SS; lt US, SS
#: or OW
_STANDARD = "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV"
_VR = {vr: vr for vr in f"{_STANDARD} ox xs lt".split(" ")}
#: pixel data is OB or OW like others, and an offset in a DICOMDIR a number; what DCMTK has no VR for is unknown to us
_VR["px"] = "ox"
_VR["up"] = "UL"
_VR.update(dict.fromkeys(("??", "pi", "ps", "PixelItem", "PixelSQ"), "UN"))
#: items and delimiters (FFFE,eeee) have no VR
_NO_VR = "na"


def parse(text: str, name: str) -> "list[Entry]":
    """The entries of a dictionary file, in its order. ``name``: of the file, for messages.

    Raises UsageError, which names file and line, for a line that is not one of a dictionary.
    """
    entries: list[Entry] = []
    number = 0
    for line in text.split("\n"):
        number += 1
        fields = line.split("\t")
        tag = fields[0]
        try:
            # nearly all lines are this plain
            if 3 <= len(fields) <= 5 and len(tag) == 11 and tag[0] + tag[5] + tag[10] == "(,)":
                first = last = _number(tag[1:5])
                low = high = _number(tag[6:10])
                restricted = element_restricted = ANY
                creator = b""
            else:
                content = line.strip(" \t\r")
                if not content or content[0] == "#":
                    continue
                tag, fields = _split(content)
                first, last, restricted, low, high, element_restricted, creator = _tag(tag)
            vr = _VR.get(fields[1]) or _vr(fields[1].strip(" \r"))
            if len(fields) > 3:
                _check_multiplicity(fields[3].strip(" \r"))
        except ValueError as error:
            text = f"data dictionary {printable(name)}, line {number}: {printable(str(error))}"
            raise UsageError(text, quietable=True) from None
        if vr != _NO_VR:
            entries.append((first, last, restricted, low, high, element_restricted, vr, creator))
    return entries


def merged(files: "Iterable[list[Entry]]") -> "list[Entry]":
    """The entries of several files as one list in which a later entry overrides an earlier one.

    Of two entries for a tag the narrower counts, as in DCMTK, and of two for the same tags the later.
    """
    ranges: dict[tuple[int, int, int, int, int, int, bytes], Entry] = {}
    single: list[Entry] = []
    for entries in files:
        for entry in entries:
            if entry[0] == entry[1] and entry[3] == entry[4]:
                single.append(entry)
            else:
                key = (*entry[:6], entry[7])
                ranges.pop(key, None)
                ranges[key] = entry
    return [*sorted(ranges.values(), key=_breadth, reverse=True), *single]


def _breadth(entry: "Entry") -> int:
    """How many tags an entry is for."""
    groups = (entry[1] - entry[0]) // (1 if entry[2] == ANY else 2) + 1
    return groups * ((entry[4] - entry[3]) // (1 if entry[5] == ANY else 2) + 1)


def _split(line: str) -> tuple[str, list[str]]:
    """The tag of a line, and its fields of which the first is the tag."""
    fields = line.split("\t") if "\t" in line else _by_blanks(line)
    fields = [fields[0], *[field for field in fields[1:] if field]]
    if not 3 <= len(fields) <= 5:
        raise ValueError(f"{len(fields)} fields where tag, VR, name, VM and version are due")
    return fields[0].strip(" "), fields


def _by_blanks(line: str) -> list[str]:
    """The same of a line without tabs. The creator, which may have blanks and brackets in it, is in quotes."""
    quoted = line.rfind('"')
    end = line.find(")", quoted + 1) + 1
    return [*([line[:end]] if end else []), *[field for field in line[end:].split(" ") if field]]


def _tag(tag: str) -> tuple[int, int, int, int, int, int, bytes]:
    """``(gggg,eeee)`` or ``(gggg,"CREATOR",ee)``, each number a range or not, to the fields of an entry."""
    if len(tag) < 5 or tag[0] != "(" or tag[-1] != ")":
        raise ValueError(f"{tag} is not a tag in brackets")
    group, comma, element = tag[1:-1].partition(",")
    element = element.strip(" ")
    creator = ""
    private = element[:1] == '"'
    if private:
        creator, closing, element = element[1:].partition('"')
        comma, element = element.strip(" ")[:1], element.strip(" ")[1:]
        creator = creator.strip(" ")
        if not closing or not creator or not all(" " <= c != "\x7f" for c in creator):
            raise ValueError(f"{tag} has no private creator in quotes")
    if comma != ",":
        raise ValueError(f"{tag} has no group and element with a comma between them")
    first, last, restricted = _range(group)
    low, high, element_restricted = _range(element)
    if private:
        low, high = _in_block(low, high, tag)
    return first, last, restricted, low, high, element_restricted, creator.encode("latin-1")


def _in_block(low: int, high: int, tag: str) -> tuple[int, int]:
    """Elements of a private block by their low byte: DCMTK's files have both ``10`` and ``1010``."""
    if low >> 8 != high >> 8:
        raise ValueError(f"{tag} spans more than one block of private elements")
    return low & 0xFF, high & 0xFF


def _range(text: str) -> tuple[int, int, int]:
    """``gggg``, ``gggg-gggg`` or ``gggg-r-gggg`` to first, last, restriction."""
    parts = [part.strip(" ") for part in text.split("-")]
    if len(parts) == 1:
        number = _number(parts[0])
        return number, number, ANY
    restriction = EVEN
    if len(parts) == 3 and parts[1] in _RESTRICTION:
        restriction = _RESTRICTION[parts[1]]
    elif len(parts) != 2:
        raise ValueError(f"{text} is not a range like 6000-60ff or 6000-u-60ff")
    first, last = _number(parts[0]), _number(parts[-1])
    if last < first:
        raise ValueError(f"{text} ends before it begins")
    if first == last:
        if restriction not in (ANY, first % 2):
            raise ValueError(f"{text} holds no number")
        restriction = ANY
    return first, last, restriction


def _number(text: str) -> int:
    """1 to 4 hexadecimal digits."""
    if not (text.isalnum() and text.isascii() and len(text) <= 4) or text[1:2] in ("x", "X"):
        raise ValueError(f"{text or 'nothing'} is not a hexadecimal number of up to four digits")
    try:
        return int(text, 16)
    except ValueError:
        raise ValueError(f"{text} is not a hexadecimal number of up to four digits") from None


def _vr(text: str) -> str:
    vr = _NO_VR if text == _NO_VR else _VR.get(text)
    if vr is None:
        raise ValueError(f"{text or 'nothing'} is not a VR")
    return vr


def _check_multiplicity(text: str) -> None:
    """``1``, ``1-3``, ``1-n``, ``2-2n`` … : what it says is nothing to us, but a line without it is in disorder."""
    first, dash, last = text.partition("-")
    if not (first.isdecimal() or first == "n") or (dash and not last[:1].isalnum()):
        raise ValueError(f"{text or 'nothing'} is not a value multiplicity")
