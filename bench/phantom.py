"""Pixels that deflate as those of a CT do, where noise of 16 bits would only be stored: a phantom, scanned.

A body with lungs, spine and heart in air, in 12 bits, with noise that is like a scanner's: Gaussian, and shared with
the pixels around; nothing outside the circle that is reconstructed. zlib's level 6 leaves 0.45 of it, and about 0.4 of
real CT and MR images. Whole numbers only, so that the bytes are the same everywhere.
"""

import math
import random
import struct

#: value of the air around the body, to which its noise is added, as everywhere
AIR = 0
#: centre and radii (in half pixels, for 512 x 512) and value of what is in the air, each over the ones before it
PARTS = (
    (0, 0, 410, 310, 1060),
    (-180, -25, 143, 195, 180),
    (180, -25, 143, 195, 180),
    (0, 200, 51, 51, 1500),
    (25, 51, 77, 102, 1080),
)
#: a pixel's noise is the sum of four pixels' own, each binomial with this many trials: a deviation of 20 in all
TRIALS = 400


def _quantiles() -> bytes:
    """256 equally likely values of one pixel's own noise, from 0."""
    below, number, found = 1, 0, []
    for i in range(256):
        while below * 512 < (2 * i + 1) << TRIALS:
            number += 1
            below += math.comb(TRIALS, number)
        found.append(number)
    return bytes(value - found[0] for value in found)


def _spans(row: int, side: int) -> list[tuple[int, int, int]]:
    """Row ``row`` of the body: first column, column after the last, value."""
    spans = []
    for *shape, value in PARTS:
        x, y, width, height = (number * side // 512 for number in shape)
        left = height * height - (2 * row - side + 1 - y) ** 2
        if left > 0:
            half = width * math.isqrt(left) // height
            spans.append(((x - half + side) // 2, (x + half + side) // 2, value))
    return spans


def pixels(source: random.Random, side: int) -> bytes:
    """One slice of ``side`` x ``side`` pixels of 16 bits, little endian, the next one that ``source`` has."""
    # own noise of the slice, and of what is right of and below its last pixel
    own = bytearray(2 * (side * side + side + 1))
    own[::2] = source.randbytes(len(own) // 2).translate(_quantiles())
    # a plane is one long number, and its pixels are added all at once: none of them reaches its 16 bits' end
    number = int.from_bytes(own, "little")
    number += (number >> 16) + (number >> 16 * side) + (number >> 16 * (side + 1))
    noise = bytearray((number & ((1 << 16 * side * side) - 1)).to_bytes(2 * side * side, "little"))
    values = bytearray()
    for row in range(side):
        line = bytearray(struct.pack("<H", AIR) * side)
        for first, end, value in _spans(row, side):
            line[2 * first : 2 * end] = struct.pack("<H", value) * (end - first)
        half = math.isqrt(side * side - (2 * row - side + 1) ** 2)
        outside = 2 * ((side - half) // 2)
        at = 2 * side * row
        for start, length in ((0, outside), (2 * side - outside, outside)):
            line[start : start + length] = bytes(length)
            noise[at + start : at + start + length] = bytes(length)
        values += line
    total = int.from_bytes(values, "little") + int.from_bytes(noise, "little")
    return total.to_bytes(2 * side * side, "little")
