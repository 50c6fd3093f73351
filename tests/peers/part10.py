"""The head of a Part 10 file (PS3.10 7.1), read element by element, so that a test need not trust our own reader."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

LONG_VRS = (b"OB", b"OD", b"OF", b"OL", b"OW", b"SQ", b"UC", b"UN", b"UR", b"UT")


@dataclass(frozen=True)
class Part10:
    """What the meta information says, and the bytes of the data set behind it."""

    sop_class: str
    sop_instance: str
    transfer_syntax: str
    data_set: bytes


def split(content: bytes) -> Part10:
    """Group 0002 ends where the next group begins: its length element may lie or be absent."""
    assert content[128:132] == b"DICM"
    at = 132
    texts = {0x0002: "", 0x0003: "", 0x0010: ""}
    while content[at : at + 2] == b"\x02\x00":
        element, vr = struct.unpack_from("<H2s", content, at + 2)
        head = 12 if vr in LONG_VRS else 8
        length = struct.unpack_from("<I" if head == 12 else "<H", content, at + head - (4 if head == 12 else 2))[0]
        if element in texts:
            texts[element] = content[at + head : at + head + length].decode("ascii").rstrip("\0 ")
        at += head + length
    return Part10(texts[0x0002], texts[0x0003], texts[0x0010], content[at:])


def read(path: Path) -> Part10:
    return split(path.read_bytes())
