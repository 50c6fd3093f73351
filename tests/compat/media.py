"""File-sets with a DICOMDIR (PS3.10 8, PS3.3 F.3): the records are made byte by byte, the broken ones too."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from peers import wire

from compat.encode import (
    CT,
    ITEM,
    ITEM_END,
    MR,
    SECONDARY_CAPTURE,
    SEQUENCE_END,
    UNDEFINED,
    Element,
    element,
    file,
    instance,
    meta,
    st,
    ui,
)

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"


def record(
    file_id: str | bytes | None,
    sop_instance: str = "",
    sop_class: str = SECONDARY_CAPTURE,
    syntax: str = wire.EXPLICIT,
    kind: str = "IMAGE",
    more: Sequence[Element] = (),
) -> bytes:
    """A directory record without its item header, explicit little endian; an empty UID leaves its element away."""
    elements: list[Element] = [
        (0x00041400, "UL", bytes(4)),
        (0x00041410, "US", b"\xff\xff"),
        (0x00041420, "UL", bytes(4)),
        (0x00041430, "CS", st(kind)),
        *more,
    ]
    if file_id is not None:
        name = file_id.encode() if isinstance(file_id, str) else file_id
        elements.append((0x00041500, "CS", name + b" " * (len(name) % 2)))
    for tag, uid in ((0x00041510, sop_class), (0x00041511, sop_instance), (0x00041512, syntax)):
        if uid:
            elements.append((tag, "UI", ui(uid)))
    return b"".join(element(tag, vr, value or b"") for tag, vr, value in sorted(elements, key=lambda one: one[0]))


def dicomdir(records: Sequence[bytes], undefined: bool = False, with_meta: bool = True) -> bytes:
    """The whole file; ``undefined``: sequence and items of undefined length."""
    items = b""
    for body in records:
        if undefined:
            items += ITEM + struct.pack("<I", UNDEFINED) + body + ITEM_END + bytes(4)
        else:
            items += ITEM + struct.pack("<I", len(body)) + body
    if undefined:
        items += SEQUENCE_END + bytes(4)
    data = (
        element(0x00041130, "CS", st("TEST"))
        + element(0x00041200, "UL", bytes(4))
        + element(0x00041202, "UL", bytes(4))
        + element(0x00041212, "US", bytes(2))
        + element(0x00041220, "SQ", items, length=UNDEFINED if undefined else None)
    )
    if not with_meta:
        return element(0x00080016, "UI", ui(MEDIA_STORAGE_DIRECTORY)) + data
    return file(meta(MEDIA_STORAGE_DIRECTORY, "2.25.90", wire.EXPLICIT), data)


def image(number: int, sop_class: str = SECONDARY_CAPTURE) -> bytes:
    return instance(sop_class, f"2.25.91.{number}")


def good(number: int, file_id: str | bytes | None = None) -> bytes:
    """A record of ``image(number)``, which lies as IMAGES/IMnumber if nothing else is said."""
    return record(f"IMAGES\\IM{number}" if file_id is None else file_id, f"2.25.91.{number}")


PATIENT = record(None, "", "", "", "PATIENT")
IMAGES = {f"IMAGES/IM{number}": image(number) for number in (1, 2, 3)}

#: name in the command lines → path → content, of a link its target
MEDIA: dict[str, Callable[[], dict[str, bytes | str]]] = {
    "good": lambda: {**IMAGES, "DICOMDIR": dicomdir([PATIENT, good(1), good(2), good(3)])},
    "undefined": lambda: {**IMAGES, "DICOMDIR": dicomdir([PATIENT, good(1), good(2), good(3)], undefined=True)},
    "any-name": lambda: {**IMAGES, "index.bin": dicomdir([good(1)])},
    "twice": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(2), good(1), good(2)])},
    "other-types": lambda: {
        "A/RAW": image(1),
        "A/DOC": instance(CT, "2.25.91.2"),
        "A/PAT": instance(MR, "2.25.91.3"),
        "DICOMDIR": dicomdir(
            [
                record("A\\PAT", "2.25.91.3", MR, kind="PATIENT"),
                record("A\\RAW", "2.25.91.1", kind="RAW DATA"),
                record("A\\DOC", "2.25.91.2", CT, kind="PRIVATE"),
            ]
        ),
    },
    "nested": lambda: {
        **IMAGES,
        "DICOMDIR": dicomdir(
            [record("IMAGES\\IM1", "2.25.91.1", more=[(0x00880200, "SQ", nested_record())]), good(3)], undefined=True
        ),
    },
    "deep": lambda: {
        "A/B/C/D/E/F/G/H": image(1),
        "TOP": image(2),
        "DICOMDIR": dicomdir([good(1, "A\\B\\C\\D\\E\\F\\G\\H"), good(2, "TOP")]),
    },
    "padded": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "IMAGES\\IM1   "), good(2, "IMAGES \\ IM2")])},
    "nothing": lambda: {"DICOMDIR": dicomdir([])},
    "no-references": lambda: {"DICOMDIR": dicomdir([PATIENT, PATIENT])},
    "missing-first": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(9), good(1), good(2)])},
    "missing-last": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1), good(2), good(9)])},
    "missing-all": lambda: {"DICOMDIR": dicomdir([good(8), good(9)])},
    "empty-id-first": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, ""), good(2), good(3)])},
    "empty-id-between": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1), good(2, ""), good(3)])},
    "empty-id-last": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1), good(2), good(3, "")])},
    "empty-id-only": lambda: {"DICOMDIR": dicomdir([good(1, "")])},
    "no-class": lambda: {**IMAGES, "DICOMDIR": dicomdir([record("IMAGES\\IM1", "2.25.91.1", ""), good(2)])},
    "no-instance": lambda: {**IMAGES, "DICOMDIR": dicomdir([record("IMAGES\\IM1", ""), good(2)])},
    "no-syntax": lambda: {
        **IMAGES,
        "DICOMDIR": dicomdir([record("IMAGES\\IM1", "2.25.91.1", syntax=""), good(2)]),
    },
    "query-class": lambda: {
        **IMAGES,
        "DICOMDIR": dicomdir([record("IMAGES\\IM1", "2.25.91.1", "1.2.840.10008.5.1.4.1.2.1.1"), good(2)]),
    },
    "private-syntax": lambda: {
        **IMAGES,
        "DICOMDIR": dicomdir([record("IMAGES\\IM1", "2.25.91.1", syntax="2.25.88"), good(2)]),
    },
    "refers-to-itself": lambda: {
        **IMAGES,
        "DICOMDIR": dicomdir([record("DICOMDIR", "2.25.90", MEDIA_STORAGE_DIRECTORY), good(2)]),
    },
    "other-identity": lambda: {**IMAGES, "DICOMDIR": dicomdir([record("IMAGES\\IM1", "2.25.91.7"), good(2)])},
    "other-class": lambda: {**IMAGES, "DICOMDIR": dicomdir([record("IMAGES\\IM1", "2.25.91.1", MR), good(2)])},
    "no-meta": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1)], with_meta=False)},
    "truncated": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1), good(2), good(3)])[:-40]},
    "climbing": lambda: {
        "SET/IMAGES/IM1": image(1),
        "IM2": image(2),
        "SET/DICOMDIR": dicomdir([good(1), good(2, "..\\IM2")]),
    },
    "climbing-within": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "IMAGES\\..\\IMAGES\\IM1"), good(2)])},
    "slashes": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "IMAGES/IM1"), good(2)])},
    "absolute": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "/etc\\hostname"), good(2)])},
    "leading-separator": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "\\IMAGES\\IM1"), good(2)])},
    "double-separator": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "IMAGES\\\\IM1"), good(2)])},
    "trailing-separator": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "IMAGES\\IM1\\"), good(2)])},
    "null": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, b"IMAGES\\IM1\0X"), good(2)])},
    "lower-case": lambda: {
        "images/im1": image(1),
        "Images2/Im2.": image(2),
        "IMAGES3/im3.;1": image(3),
        "DICOMDIR": dicomdir([good(1), good(2, "IMAGES2\\IM2"), good(3, "IMAGES3\\IM3")]),
    },
    "two-cases": lambda: {
        "IMAGES/im1": image(1),
        "IMAGES/Im1": image(1),
        "IMAGES/IM2": image(2),
        "IMAGES/im2": image(9),
        "DICOMDIR": dicomdir([good(1), good(2)]),
    },
    "links-inside": lambda: {
        "REAL/IM1": image(1),
        "IMAGES": "REAL",
        "IM2": "REAL/IM1",
        "DICOMDIR": dicomdir([good(1), good(1, "IM2")]),
    },
    "links-outside": lambda: {
        "outside/IM1": image(1),
        "SET/IMAGES": "../outside",
        "SET/IM1": "../outside/IM1",
        "SET/IM2": image(2),
        "SET/DICOMDIR": dicomdir([good(1), good(1, "IM1"), good(2, "IM2")]),
    },
    "a-folder": lambda: {**IMAGES, "DICOMDIR": dicomdir([good(1, "IMAGES"), good(2)])},
}


def nested_record() -> bytes:
    """A sequence with an item that has a Referenced File ID of its own, as no directory has."""
    body = good(2)
    return ITEM + struct.pack("<I", len(body)) + body


def build(folder: Path, name: str) -> Path:
    """Write the file-set below the folder, once; its DICOMDIR."""
    tree = MEDIA[name]()
    (directory,) = [folder / path for path in tree if path.endswith(("DICOMDIR", "index.bin"))]
    if not directory.exists():
        for path, content in tree.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                target.symlink_to(content)
            else:
                target.write_bytes(content)
    return directory
