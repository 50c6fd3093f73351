"""What pydicom and DCMTK read in a data set: two judges that know nothing of us."""

from __future__ import annotations

import io
import re
import subprocess
import warnings
from itertools import zip_longest
from pathlib import Path
from typing import Any

from peers import found
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from recode.model import BIG, EXPLICIT, IMPLICIT, swapped

#: tag → (VR, little endian bytes or data sets)
Seen = dict[int, tuple[str, "bytes | list[Seen]"]]

OPTION = {IMPLICIT: "i", EXPLICIT: "e", BIG: "b"}


def by_pydicom(data: bytes, encoding: str) -> Seen:
    """The elements as pydicom reads them, group lengths and trailing padding left out."""
    with warnings.catch_warnings():
        # files have values that their VRs do not allow: not what is looked at here
        warnings.simplefilter("ignore")
        dataset = read_dataset(io.BytesIO(data), encoding == IMPLICIT, encoding != BIG)
        return _seen(dataset)


def _seen(dataset: Dataset) -> Seen:
    # taken before any is looked at: what decides about others is then converted
    raw: dict[int, Any] = {int(tag): dataset.get_item(tag) for tag in tuple(dataset.keys())}
    seen: Seen = {}
    for tag, item in raw.items():
        if not tag & 0xFFFF or tag == 0xFFFCFFFC:
            continue
        element = dataset[tag]
        if element.VR == "SQ":
            seen[tag] = ("SQ", [_seen(child) for child in element.value])
            continue
        told = isinstance(item, RawDataElement)
        value = item.value if told else element.value
        if isinstance(value, int):
            # pydicom looks at Pixel Representation itself
            value = value.to_bytes(2, "little")
        value = value or b""
        vr = item.VR if told and not item.is_implicit_VR else element.VR
        if len(value) % 2:
            value += b" " if isinstance(element.value, str) and vr != "UI" else b"\0"
        seen[tag] = (vr, swapped(value, vr) if told and not item.is_little_endian else value)
    return seen


def dcmconv(data: bytes, source: str, target: str, folder: Path, *options: str) -> bytes:
    """The data set as DCMTK re-encodes it: with undefined lengths, without group lengths and padding."""
    before, after = folder / "before", folder / "after"
    before.write_bytes(data)
    command = [found.dcmtk("dcmconv"), "-q", "-f", f"-t{OPTION[source]}", "-F", f"+t{OPTION[target]}", "-e", "-g", "-p"]
    subprocess.run([*command, *options, before, after], check=True, timeout=60)
    return after.read_bytes()


def dcmdump(data: bytes, encoding: str, folder: Path) -> list[str]:
    """What dcmdump says of a data set, without lengths and without which form of length there is."""
    path = folder / "dumped"
    path.write_bytes(data)
    command = [found.dcmtk("dcmdump"), "-q", "-f", f"-t{OPTION[encoding]}", path]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    lines = done.stdout.decode("latin-1").split("\n")
    lines = [re.sub(r" with (explicit|undefined) length", "", line) for line in lines if "(fffe,e0" not in line.lower()]
    return [re.sub(r" +# +(u/l|\d+),", " #", line) for line in lines]


def excused(ours: str, theirs: str) -> bool:
    """Whether two lines of dcmdump may differ.

    DCMTK's dictionary lacks elements that pydicom's has. An empty sequence has length 0 with us, which in implicit VR
    leaves nothing to tell it from an empty value where no dictionary knows the element.
    """
    (tag, vr), (other, _) = theirs.split()[:2], ours.split()[:2]
    if tag != other or not ours.endswith("Unknown Tag & Data"):
        return False
    return vr == "UN" or ("(Sequence #=0)" in theirs and "(no value available)" in ours)


def differences(before: Seen, after: Seen, vrs: bool, where: str = "") -> list[str]:
    """What differs between two readings: elements and values, and VRs if they are to be compared."""
    complaints = []
    for tag in sorted(before.keys() | after.keys()):
        place = f"{where}({tag >> 16:04x},{tag & 0xFFFF:04x})"
        if tag not in before or tag not in after:
            complaints.append(f"{place} only {'before' if tag in before else 'after'}")
            continue
        (vr, value), (other_vr, other) = before[tag], after[tag]
        # an unknown sequence that holds nothing is no longer one once it has length 0
        nothing = not value and not other and {vr, other_vr} == {"SQ", "UN"}
        # samples of 8 bits may be either (PS3.5 8.3), in words of which each order has its own
        samples = tag >> 16 == 0x5400 and {vr, other_vr} == {"OB", "OW"}
        # a Pixel Representation that an item has of its own counts in the kernel from where it stands
        sign = where and {vr, other_vr} == {"US", "SS"}
        # PS3.5 6.2.2 note 5: what is too long for its VR
        long = other_vr == "UN" and len(value) > 0xFFFF
        # what pydicom cannot decide is either
        if vrs and other_vr not in vr.split(" or ") and not (nothing or samples or sign or long):
            complaints.append(f"{place} {vr} became {other_vr}")
        if isinstance(value, list) and isinstance(other, list):
            if len(value) != len(other):
                complaints.append(f"{place} {len(value)} items became {len(other)}")
            for number, (one, two) in enumerate(zip(value, other, strict=False)):
                complaints += differences(one, two, vrs, f"{place}[{number}].")
        elif (value or b"") != (other or b""):
            complaints.append(f"{place} {vr} {value[:40]!r} became {other_vr} {other[:40]!r}")
    return complaints


def against_dcmtk(ours: bytes, theirs: bytes, encoding: str, folder: Path) -> list[tuple[str, str]]:
    """The lines, ours and theirs, in which dcmdump tells two data sets apart that are not the same bytes."""
    if ours == theirs:
        return []
    read, expected = dcmdump(ours, encoding, folder), dcmdump(theirs, encoding, folder)
    pairs = list(zip_longest(read, expected, fillvalue=""))
    return [pair for pair in pairs if pair[0] != pair[1] and not (all(pair) and excused(*pair))]
