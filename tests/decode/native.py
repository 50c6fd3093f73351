"""Native pixel data in the one form that the references of the corpus are hashed in, whatever it arrived in.

All frames, little endian, in containers of Bits Allocated, colour by pixel, without the pad that makes the length even;
one-bit pixels packed, the first one in the least significant bit (PS3.5 8.1.1, annex D).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from peers import wire
from pydicom.dataset import Dataset


def frames(data_set: Dataset) -> int:
    return int(data_set.get("NumberOfFrames") or 1)


def length(data_set: Dataset) -> int:
    """Bytes of the native pixel data without a pad."""
    samples = data_set.Rows * data_set.Columns * data_set.SamplesPerPixel * frames(data_set)
    return int((samples * data_set.BitsAllocated + 7) // 8)


def pixel_bytes(data_set: Dataset, syntax: str) -> bytes:
    """The pixel data of a data set that came in a native transfer syntax; fails where its length is wrong."""
    element = data_set["PixelData"]
    value = bytes(element.value)
    wanted = length(data_set)
    assert len(value) == wanted + wanted % 2, f"{len(value)} bytes of pixel data, {wanted} wanted"
    if syntax == wire.BIG_ENDIAN and element.VR == "OW":
        value = np.frombuffer(value, ">u2").astype("<u2").tobytes()
    assert value[wanted:] == bytes(wanted % 2), "the pad is not zero"
    value = value[:wanted]
    if data_set.SamplesPerPixel > 1 and data_set.get("PlanarConfiguration", 0) == 1:
        size = data_set.BitsAllocated // 8
        planes = np.frombuffer(value, np.uint8).reshape(frames(data_set), data_set.SamplesPerPixel, -1, size)
        value = planes.transpose(0, 2, 1, 3).tobytes()
    return value


def samples(value: bytes, bits: int) -> NDArray[np.int64]:
    """The values of pixel bytes, for measuring how far two are apart."""
    return np.frombuffer(value, f"<u{max(bits // 8, 1)}").astype(np.int64)


def distance(one: bytes, other: bytes, bits: int) -> int:
    """The largest difference between two images of the same size."""
    assert len(one) == len(other)
    return int(np.abs(samples(one, bits) - samples(other, bits)).max(initial=0))


def rgb(ybr: bytes) -> bytes:
    """YBR_FULL to RGB, eight bits, colour by pixel (PS3.3 C.7.6.3.1.2, the inverse of its equations; ITU-T T.871 7)."""
    y, cb, cr = samples(ybr, 8).reshape(-1, 3).T.astype(np.float64)
    red = y + 1.402 * (cr - 128)
    green = y - (0.114 * 1.772 * (cb - 128) + 0.299 * 1.402 * (cr - 128)) / 0.587
    blue = y + 1.772 * (cb - 128)
    return np.clip(np.rint(np.stack([red, green, blue], 1)), 0, 255).astype(np.uint8).tobytes()
