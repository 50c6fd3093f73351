"""Storable files made by hand, and sources that have scanned them."""

from __future__ import annotations

import struct

from storejet._core import EXPECT_ANY, READ_WHOLE, Source

CLASS_UID, INSTANCE_UID = b"1.2.840.10008.5.1.4.1.1.7", b"1.2.826.0.1.3680043.10.1.20"
EXPLICIT_LITTLE, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"


def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
    if vr in {b"OB", b"OW", b"SQ", b"UN"}:
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def uid(text: bytes) -> bytes:
    return text + b"\0" * (len(text) % 2)


def head(syntax: str = EXPLICIT_LITTLE) -> bytes:
    meta = element(2, 1, b"OB", b"\0\1") + element(2, 2, b"UI", uid(CLASS_UID))
    meta += element(2, 3, b"UI", uid(INSTANCE_UID)) + element(2, 0x10, b"UI", uid(syntax.encode()))
    return bytes(128) + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta


def data_set(pixels: int) -> bytes:
    identity = element(8, 0x16, b"UI", uid(CLASS_UID)) + element(8, 0x18, b"UI", uid(INSTANCE_UID))
    return identity + element(0x7FE0, 0x10, b"OB", bytes(range(256)) * (pixels // 256) + b"\1" * (pixels % 256))


def scanned(path: bytes, extent: int = READ_WHOLE) -> Source:
    source = Source()
    source.open(path)
    source.scan(EXPECT_ANY, extent)
    return source
