"""Which attributes of a data set are others after it was sent, element by element, read by pydicom."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any, TypeAlias

from peers import wire
from pydicom import config
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomIO
from pydicom.filewriter import write_data_element

#: path of an element, such as ``IconImageSequence[0].Rows`` or ``(0009,1001)`` → its value before and after
Changes: TypeAlias = "dict[str, tuple[Any, Any]]"

PIXEL_DATA, TRAILING_PADDING = 0x7FE00010, 0xFFFCFFFC
#: bytes that change places with the byte order (PS3.5 7.3)
UNIT = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}


def name(element: DataElement) -> str:
    return keyword_for_tag(element.tag) or f"({element.tag.group:04x},{element.tag.element:04x})"


def written(element: DataElement) -> bytes:
    """The value field in implicit VR little endian: what is the same whatever VR a reader takes it for."""
    buffer = io.BytesIO()
    stream = DicomIO(buffer)
    stream.is_implicit_VR, stream.is_little_endian = True, True
    write_data_element(stream, element)
    return buffer.getvalue()[8:].rstrip(b" \0")


def turned(value: bytes, size: int) -> bytes:
    return b"".join(value[at : at + size][::-1] for at in range(0, len(value), size))


def same(before: DataElement, after: DataElement, swapped: bool) -> bool:
    """``swapped``: the two came in different byte orders, which shows in values that pydicom leaves as bytes."""
    if before.value == after.value:
        return True
    if swapped and after.VR in UNIT:
        return bytes(before.value) == turned(bytes(after.value), UNIT[after.VR])
    return written(before) == written(after)


def differing(before: Dataset, after: Dataset, swapped: bool, where: str) -> Iterator[tuple[str, Any, Any]]:
    """Group lengths and padding may go (PS3.5 7.2, PS3.10 7.2); pixel data is looked at elsewhere."""
    tags = {element.tag for data_set in (before, after) for element in data_set}
    for tag in sorted(tags):
        if tag in (PIXEL_DATA, TRAILING_PADDING) or tag.element == 0:
            continue
        old, new = before.get(tag), after.get(tag)
        if old is None or new is None:
            known = new if old is None else old
            yield where + name(known), old and old.value, new and new.value
        elif old.VR == new.VR == "SQ":
            if len(old.value) != len(new.value):
                yield where + name(old), len(old.value), len(new.value)
            for number, (one, other) in enumerate(zip(old.value, new.value, strict=False)):
                yield from differing(one, other, swapped, f"{where}{name(old)}[{number}].")
        elif not same(old, new, swapped):
            yield where + name(old), old.value, new.value


def changes(before: Dataset, stored: str, after: Dataset, syntax: str) -> Changes:
    """All attributes that differ, with their values; ``stored`` and ``syntax`` are the transfer syntaxes."""
    swapped = (stored == wire.BIG_ENDIAN) != (syntax == wire.BIG_ENDIAN)
    known = config.replace_un_with_known_vr
    # what a value of VR UN holds is little endian in every syntax (PS3.5 6.2.2), which pydicom does not know
    config.replace_un_with_known_vr = known and syntax != wire.BIG_ENDIAN
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {path: (old, new) for path, old, new in differing(before, after, swapped, "")}
    finally:
        config.replace_un_with_known_vr = known
