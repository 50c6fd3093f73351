"""How fast one frame of JPEG-LS is decoded, on one thread: our kernel and CharLS (pyjpegls), in turn.

    python bench/decode_jpegls.py [--rounds N]

The frames are made from a seed and coded by CharLS: a 12-bit CT in 16 bits (see phantom.py), the same one with four
bits of more noise, and its upper 8 bits. Each round decodes each frame once with either, the one that goes first
changing; what is printed are medians, megabytes being those that come out.
Both must give the very samples that went in.
"""

import argparse
import random
import statistics
import struct
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent))

import phantom

from storejet._core import jpegls_decoded

SIDE = 512


def cases() -> "list[tuple[str, int, bytes]]":
    """Name, bits allocated and samples of each frame."""
    source = random.Random(1)
    ct = phantom.pixels(source, SIDE)
    values = struct.unpack(f"<{SIDE * SIDE}H", ct)
    noisy = struct.pack(f"<{SIDE * SIDE}H", *(value << 4 | source.getrandbits(4) for value in values))
    upper = bytes(value >> 4 for value in values)
    return [("CT, 12 of 16 bits", 16, ct), ("CT, 16 bits", 16, noisy), ("CT, upper 8 bits", 8, upper)]


def coded(samples: bytes, bits_allocated: int) -> bytes:
    """The frame as CharLS codes it, lossless."""
    import jpeg_ls
    import numpy

    image = numpy.frombuffer(samples, dtype=f"<u{bits_allocated // 8}").reshape(SIDE, SIDE)
    return bytes(jpeg_ls.encode(image))


def seconds(decode: Callable[[], object]) -> float:
    """Of processor, not of the clock on the wall: what else the machine does is not to count."""
    before = time.thread_time()
    decode()
    return time.thread_time() - before


def measured(frame: bytes, samples: bytes, bits_allocated: int, rounds: int) -> tuple[float, float]:
    """Median seconds of ours and of CharLS."""
    import jpeg_ls

    def ours() -> bytes:
        return jpegls_decoded(frame, SIDE, SIDE, 1, bits_allocated, 0)

    def theirs() -> bytes:
        made = jpeg_ls.decode_pixel_data(frame)
        return bytes(made[0] if isinstance(made, tuple) else made)

    if ours() != samples or theirs() != samples:
        raise SystemExit("the samples are not those that were coded")
    took: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for which in (turn % 2, 1 - turn % 2):
            took[which].append(seconds(lambda: jpeg_ls.decode_pixel_data(frame)) if which else seconds(ours))
    return statistics.median(took[0]), statistics.median(took[1])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60, help="how often each decodes each frame (60)")
    rounds = parser.parse_args(arguments).rounds
    print(f"{'frame':<20}{'coded':>7}{'storejet':>12}{'CharLS':>12}{'ratio':>8}")
    for name, bits_allocated, samples in cases():
        frame = coded(samples, bits_allocated)
        ours, theirs = measured(frame, samples, bits_allocated, rounds)
        rate, other = len(samples) / ours / 1e6, len(samples) / theirs / 1e6
        print(f"{name:<20}{len(frame) / len(samples):>7.2f}{rate:>7.0f} MB/s{other:>7.0f} MB/s{theirs / ours:>8.2f}")


if __name__ == "__main__":
    main()
