"""Make small DICOM files byte by byte (PS3.5 7.1, PS3.10 7.1), the broken ones too, without any DICOM library."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeAlias

from peers import wire

#: tag, VR, value field; a value of None stands for one fragment of pixel data, encapsulated
Element: TypeAlias = "tuple[int, str, bytes | None]"

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"

LONG_VRS = ("OB", "OD", "OF", "OL", "OW", "SQ", "UC", "UN", "UR", "UT")
UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = (struct.pack("<HH", 0xFFFE, element) for element in (0xE000, 0xE00D, 0xE0DD))
FRAGMENT = ITEM + struct.pack("<I", 0) + ITEM + struct.pack("<I", 8) + bytes(range(8)) + SEQUENCE_END + bytes(4)


def ui(value: str) -> bytes:
    return value.encode("ascii") + b"\0" * (len(value) % 2)


def st(value: str) -> bytes:
    return value.encode("ascii") + b" " * (len(value) % 2)


def element(tag: int, vr: str, value: bytes, syntax: str = wire.EXPLICIT, length: int | None = None) -> bytes:
    """One element in a native transfer syntax; ``length`` is written in place of the true one."""
    order = ">" if syntax == wire.BIG_ENDIAN else "<"
    size = len(value) if length is None else length
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if syntax == wire.IMPLICIT:
        return head + struct.pack("<I", size) + value
    if vr in LONG_VRS:
        return head + vr.encode() + struct.pack(order + "HI", 0, size) + value
    return head + vr.encode() + struct.pack(order + "H", size) + value


def data_set(elements: Sequence[Element], syntax: str = wire.EXPLICIT) -> bytes:
    """The elements in ascending order; those of a compressed syntax are explicit little endian (PS3.5 A.4)."""
    encoded = b""
    for tag, vr, value in sorted(elements, key=lambda one: one[0]):
        if value is None:
            encoded += element(tag, vr, FRAGMENT, wire.EXPLICIT, UNDEFINED)
        else:
            encoded += element(tag, vr, value, syntax)
    return encoded


def meta(sop_class: str, sop_instance: str, syntax: str, group_length: bool = True) -> bytes:
    """Group 0002 (PS3.10 7.1); an empty argument leaves its element away."""
    body = element(0x00020001, "OB", b"\0\1")
    for tag, value in ((0x00020002, sop_class), (0x00020003, sop_instance), (0x00020010, syntax)):
        if value:
            body += element(tag, "UI", ui(value))
    body += element(0x00020012, "UI", ui("2.25.1"))
    return (element(0x00020000, "UL", struct.pack("<I", len(body))) if group_length else b"") + body


def file(meta_information: bytes, data: bytes) -> bytes:
    return bytes(128) + b"DICM" + meta_information + data


def identity(sop_class: str, sop_instance: str) -> list[Element]:
    """The elements that every instance here has; an empty argument leaves its element away."""
    elements: list[Element] = [
        (0x00080060, "CS", st("OT")),
        (0x00100010, "PN", st("Test^Compat")),
        (0x00100020, "LO", st("4711")),
        (0x0020000D, "UI", ui("2.25.3")),
        (0x0020000E, "UI", ui("2.25.4")),
    ]
    if sop_class:
        elements.append((0x00080016, "UI", ui(sop_class)))
    if sop_instance:
        elements.append((0x00080018, "UI", ui(sop_instance)))
    return elements


def pixels(compressed: bool, side: int = 4) -> list[Element]:
    """An image of 8 bits, ``side`` by ``side``; when compressed, its one fragment is no real code stream."""

    def us(value: int) -> bytes:
        return struct.pack("<H", value)

    return [
        (0x00280002, "US", us(1)),
        (0x00280004, "CS", st("MONOCHROME2")),
        (0x00280010, "US", us(side)),
        (0x00280011, "US", us(side)),
        (0x00280100, "US", us(8)),
        (0x00280101, "US", us(8)),
        (0x00280102, "US", us(7)),
        (0x00280103, "US", us(0)),
        (0x7FE00010, "OB", None if compressed else bytes(number % 251 for number in range(side * side))),
    ]


def instance(sop_class: str, sop_instance: str, syntax: str = wire.EXPLICIT, more: Sequence[Element] = ()) -> bytes:
    """A whole Part 10 file; it is an image where the syntax is one of compression."""
    compressed = syntax not in wire.UNCOMPRESSED
    elements = [*identity(sop_class, sop_instance), *(pixels(True) if compressed else []), *more]
    return file(meta(sop_class, sop_instance, syntax), data_set(elements, syntax))
