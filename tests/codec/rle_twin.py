"""RLE Lossless by the words of PS3.5 annex G, slow and obvious: what the kernel is measured against."""

from __future__ import annotations

import struct


class NotWhole(Exception):
    """A frame that cannot be decoded whole, or that has more in it than the image."""


def frame(segments: list[bytes]) -> bytes:
    """G.5: the header, then the segments, each padded to even length (G.3.2)."""
    even = [segment + bytes(len(segment) % 2) for segment in segments]
    offsets = [64 + sum(map(len, even[:number])) for number in range(15)][: len(even)]
    return struct.pack("<16I", len(even), *offsets, *bytes(15 - len(even))) + b"".join(even)


def packed(plane: bytes, most: int = 128) -> bytes:
    """G.3.1: two equal bytes or more are a replicate run, other bytes literal ones; no run is longer than ``most``."""
    out, literal, at = bytearray(), bytearray(), 0

    def flush() -> None:
        if literal:
            out.extend((len(literal) - 1, *literal))
            literal.clear()

    while at < len(plane):
        count = 1
        while count < most and plane[at : at + 1] == plane[at + count : at + count + 1]:
            count += 1
        if count > 1:
            flush()
            out.extend((257 - count, plane[at]))
        else:
            literal.append(plane[at])
            if len(literal) == most:
                flush()
        at += count
    flush()
    return bytes(out)


def planes(native: bytes, samples: int, bits: int, planar: int) -> list[bytes]:
    """G.2: the byte planes of a native frame, the most significant byte of a sample first."""
    size = (bits + 7) // 8
    cells = len(native) // (size * samples)
    found = []
    for sample in range(samples):
        for byte in reversed(range(size)):
            if planar:
                found.append(native[sample * cells * size : (sample + 1) * cells * size][byte::size])
            else:
                found.append(native[sample * size + byte :: size * samples])
    return found


def encoded(native: bytes, samples: int, bits: int, planar: int, most: int = 128) -> bytes:
    return frame([packed(plane, most) for plane in planes(native, samples, bits, planar)])


def _unpacked(segment: bytes, length: int) -> bytes:
    plane, beyond, at = bytearray(), 0, 0
    while at < len(segment):
        code = segment[at]
        at += 1
        if code == 128 or (len(plane) == length and code == 0 and segment[at : at + 1] in (b"", b"\0")):
            continue
        if code < 128:
            run = segment[at : at + code + 1]
            at += len(run)
        else:
            run = segment[at : at + 1] * (257 - code)
            at += 1
        beyond += max(len(plane) + len(run) - length, 0)
        plane += run[: length - len(plane)]
    if len(plane) < length or beyond > 128:
        raise NotWhole(f"{len(plane)} bytes and {beyond} more instead of {length}")
    return bytes(plane)


def decoded(stream: bytes, rows: int, columns: int, samples: int, bits: int, planar: int) -> bytes:
    """The native frame, or NotWhole."""
    size = (bits + 7) // 8
    length = (rows * columns * bits + 7) // 8 if bits == 1 else rows * columns
    if len(stream) < 64:
        raise NotWhole("no header")
    count, *offsets = struct.unpack_from("<16I", stream)
    if count != size * samples or count > 15:
        raise NotWhole(f"{count} segments")
    offsets = offsets[:count]
    found = []
    for offset in offsets:
        if not 64 <= offset <= len(stream):
            raise NotWhole(f"a segment at {offset}")
        end = min([other for other in offsets if other > offset], default=len(stream))
        found.append(_unpacked(stream[offset:end], length))
    out = bytearray(length * count)
    for number, plane in enumerate(found):
        sample, byte = number // size, size - 1 - number % size
        if planar:
            out[sample * length * size + byte : (sample + 1) * length * size : size] = plane
        else:
            out[sample * size + byte :: size * samples] = plane
    if bits == 1 and rows * columns % 8:
        out[-1] &= (1 << rows * columns % 8) - 1
    return bytes(out)
