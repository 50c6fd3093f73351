"""Large RLE objects that are cheap to make: each frame is a few runs (PS3.5 annex G)."""

from __future__ import annotations

import struct
from pathlib import Path

from compat.encode import MR, Element, data_set, element, file, identity, meta

RLE = "1.2.840.10008.1.2.5"
ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"
SIDE = 512


def segment(value: int, size: int) -> bytes:
    """``size`` times one byte, in runs of 128 (G.3.1: 257 - count)."""
    runs, rest = divmod(size, 128)
    encoded = bytes([129, value]) * runs
    if rest:
        encoded += bytes([257 - rest, value]) if rest > 1 else bytes([0, value])
    return encoded + b"\0" * (len(encoded) % 2)


def frame(number: int, side: int = SIDE) -> bytes:
    """A frame of 16 bits whose every pixel has the value ``number``."""
    high, low = segment(number >> 8, side * side), segment(number & 0xFF, side * side)
    return struct.pack("<16I", 2, 64, 64 + len(high), *[0] * 13) + high + low


def native(number: int, side: int = SIDE) -> bytes:
    return struct.pack("<H", number) * (side * side)


def grey(uid: str, frames: int, side: int, bits: int) -> bytes:
    """The elements of a grey image of so many frames, ahead of its Pixel Data."""

    def us(value: int) -> bytes:
        return struct.pack("<H", value)

    count = str(frames).encode()
    elements: list[Element] = [
        *identity(MR, uid),
        (0x00280002, "US", us(1)),
        (0x00280004, "CS", b"MONOCHROME2 "),
        (0x00280008, "IS", count + b" " * (len(count) % 2)),
        (0x00280010, "US", us(side)),
        (0x00280011, "US", us(side)),
        (0x00280100, "US", us(bits)),
        (0x00280101, "US", us(bits)),
        (0x00280102, "US", us(bits - 1)),
        (0x00280103, "US", us(0)),
    ]
    return data_set(elements)


def write(path: Path, frames: int, uid: str, damaged: int | None = None, side: int = SIDE) -> Path:
    """An object of so many frames; the frame ``damaged`` (from 0) ends in the middle of its second segment."""
    with path.open("wb") as stream:
        stream.write(file(meta(MR, uid, RLE), grey(uid, frames, side, 16)))
        stream.write(element(0x7FE00010, "OB", ITEM + bytes(4), length=0xFFFFFFFF))
        for number in range(frames):
            coded = frame(number, side)
            if number == damaged:
                coded = coded[: len(coded) * 3 // 4 & ~1]
            stream.write(ITEM + struct.pack("<I", len(coded)) + coded)
        stream.write(END)
    return path
