"""Frame decoders against the Python packages that do the same, in one thread: ``python bench/decoders.py rle``.

A sample is one pass over the distinct frames of a case, each decoded as a program in Python would decode it: bytes in,
bytes out. Ours and the peer's alternate, after a pass of each that is not measured but compared with what the frames
were before they were encoded (by the peer). MB are 10⁶ native bytes, rates are medians of processor time, and the
ratio is theirs; ``paired`` is the median of the ratios round by round.

Exit code 0: every bar is reached, 1: one is missed or something decoded wrong, 2: the peer is not installed.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import phantom

SIDE = 512
#: so many that no processor learns their runs by heart
FRAMES = 8

Decode = Callable[[bytes], bytes | bytearray]


@dataclass(frozen=True)
class Case:
    """Frames of one kind, the two that decode them, what each is to make of them, and the ratio that is to be reached
    (0: none). The peer may lay out its frames otherwise."""

    name: str
    streams: list[bytes]
    ours: Decode
    our_natives: list[bytes]
    peer: Decode
    peer_natives: list[bytes]
    bar: float = 0.0


def ct_frames() -> list[bytes]:
    """Slices of the phantom, 16 bits allocated, little endian."""
    source = random.Random(11)
    return [phantom.pixels(source, SIDE) for _ in range(FRAMES)]


def window(slice_: bytes) -> bytes:
    """A slice in 8 bits."""
    return bytes((high << 8 | low) >> 4 for low, high in zip(slice_[::2], slice_[1::2], strict=True))


def rle_cases() -> Iterator[Case]:
    """RLE Lossless (PS3.5 annex G) beside pylibjpeg-rle, whose colour frames are by plane; ours by pixel are as well
    measured, because planes have to be zipped for them."""
    from rle.rle import decode_frame, encode_frame  # type: ignore[import-not-found, unused-ignore]

    from storejet._core import rle_decoded

    def case(name: str, natives: list[bytes], samples: int, bits: int, planar: int, bar: float) -> Case:
        by_plane = [b"".join(native[sample::samples] for sample in range(samples)) for native in natives]
        return Case(
            name,
            [bytes(encode_frame(native, SIDE, SIDE, samples, bits, "<")) for native in natives],
            lambda stream: rle_decoded(stream, SIDE, SIDE, samples, bits, planar),
            by_plane if planar else natives,
            lambda stream: decode_frame(stream, SIDE * SIDE, bits, "<"),  # type: ignore[no-any-return, unused-ignore]
            by_plane if samples > 1 else natives,
            bar,
        )

    slices = ct_frames()
    grey = [window(slice_) for slice_ in slices]
    colour = []
    for i in range(FRAMES):
        frame = bytearray(3 * SIDE * SIDE)
        for sample in range(3):
            frame[sample::3] = grey[(i + sample) % FRAMES]
        colour.append(bytes(frame))
    yield case("CT, 16 bit", slices, 1, 16, 0, 2.0)
    yield case("CT, 8 bit", grey, 1, 8, 0, 0.0)
    yield case("RGB, 8 bit, by pixel", colour, 3, 8, 0, 0.0)
    yield case("RGB, 8 bit, by plane", colour, 3, 8, 1, 0.0)


#: kernel → its cases, the package that it is measured against
KERNELS: dict[str, tuple[Callable[[], Iterator[Case]], str]] = {"rle": (rle_cases, "pylibjpeg-rle")}


def seconds(decode: Decode, streams: list[bytes]) -> float:
    """Processor seconds of one pass over all streams: whoever takes longer is sooner interrupted by other processes, so
    that on a machine that is not idle the clock on the wall would be unjust to it."""
    begin = time.thread_time()
    for stream in streams:
        decode(stream)
    return time.thread_time() - begin


def measure(case: Case, rounds: int) -> tuple[list[float], list[float]]:
    """Processor seconds a pass, ours and the peer's; ValueError when something decodes wrong."""
    for whose, decode, natives in (("ours", case.ours, case.our_natives), ("the peer", case.peer, case.peer_natives)):
        for number, (stream, native) in enumerate(zip(case.streams, natives, strict=True)):
            if bytes(decode(stream)) != native:
                raise ValueError(f"{case.name}: frame {number} decodes wrong ({whose})")
    ours, peer = [], []
    for _ in range(rounds):
        ours.append(seconds(case.ours, case.streams))
        peer.append(seconds(case.peer, case.streams))
    return ours, peer


def main() -> int:
    parser = argparse.ArgumentParser(description="measures frame decoders against their peers, one thread")
    parser.add_argument("kernel", choices=sorted(KERNELS))
    parser.add_argument("--rounds", type=int, default=101, help="samples of each side (default: %(default)s)")
    arguments = parser.parse_args()
    cases, package = KERNELS[arguments.kernel]
    try:
        version = metadata.version(package)
    except metadata.PackageNotFoundError:
        print(f"decoders: {package} is not installed: there is nothing to measure against", file=sys.stderr)
        return 2
    print(f"storejet {metadata.version('storejet')} and {package} {version}, {arguments.rounds} rounds")
    missed = False
    for case in cases():
        try:
            ours, peer = measure(case, arguments.rounds)
        except ValueError as error:
            print(f"decoders: {error}", file=sys.stderr)
            return 1
        size = sum(map(len, case.our_natives))
        ratio = statistics.median(peer) / statistics.median(ours)
        paired = statistics.median(theirs / own for own, theirs in zip(ours, peer, strict=True))
        rates = [size / statistics.median(samples) / 1e6 for samples in (ours, peer)]
        verdict = "" if not case.bar else f", bar {case.bar:.1f}: {'pass' if ratio >= case.bar else 'FAIL'}"
        missed = missed or ratio < case.bar
        print(
            f"{case.name:22} coded to {sum(map(len, case.streams)) / size:.2f}: ours {rates[0]:6.0f} MB/s, "
            f"peer {rates[1]:6.0f} MB/s, ratio {ratio:.2f} (paired {paired:.2f}){verdict}"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
