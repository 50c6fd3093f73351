"""One decoder on one thread: ``decode.py KERNEL WHOSE FILE...`` decodes the distinct frames of a compressed corpus.

KERNEL is "rle" or "jpegls"; WHOSE is "storejet", or the Python package that it is measured against. Each is called as a
program in Python would call it: a whole frame of bytes in, a whole native frame of bytes out, with its checks of the
stream. It prints the seconds and the processor seconds that all frames take once, the mean of as many passes as half a
second has, and the bytes that they come to. Before the clock starts each frame is decoded once and must be what it was.
"""

import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from compressed import CODINGS, COMPRESSED, NATIVE, CompressedCorpus, fragments
from senders import BenchError

LEAST_SECONDS = 0.5


def load(files: list[Path]) -> tuple[CompressedCorpus, list[bytes], list[bytes]]:
    """The corpus that the files are of, its distinct frames as they are stored, and what they decode to."""
    directory = files[0].resolve().parent
    corpus = COMPRESSED[directory.name]
    streams: dict[int, bytes] = {}
    for number, path in enumerate(files, 1):
        streams.update(zip(corpus.sequence(number), fragments(path), strict=True))
        if len(streams) == corpus.distinct:
            break
    else:
        raise BenchError(f"only {len(streams)} of {corpus.distinct} frames are in the files")
    native = (directory / NATIVE).read_bytes()
    size = corpus.frame_bytes
    return (
        corpus,
        [streams[i] for i in range(corpus.distinct)],
        [native[at : at + size] for at in range(0, len(native), size)],
    )


def decoder(whose: str, corpus: CompressedCorpus, first: bytes) -> Callable[[bytes], bytes | bytearray]:
    """What decodes a frame; BenchError where nobody does."""
    match whose:
        case "storejet":
            from storejet.codec.decoders import decoder_for
            from storejet.codec.image_pixel import ImagePixel

            side, bits = corpus.rows, corpus.bits
            colour = "MONOCHROME2" if corpus.samples == 1 else "RGB"
            layout = ImagePixel(side, side, corpus.samples, corpus.frames, bits, bits, bits - 1, 0, 0, colour)
            return decoder_for(CODINGS[corpus.coding].syntax, layout, first).decode
        case "pylibjpeg-rle":
            rle: Callable[[bytes, int, int, str], bytearray] = import_module("rle.utils").decode_frame
            return lambda stream: rle(stream, corpus.rows * corpus.rows, corpus.bits, "<")
        case "pyjpegls":
            decode: Callable[[bytes], bytearray] = import_module("jpeg_ls").decode_from_buffer
            return decode
    raise BenchError(f"no such decoder: {whose}")


def measure(decode: Callable[[bytes], bytes | bytearray], streams: list[bytes]) -> tuple[float, float]:
    """Seconds and processor seconds of one pass over the streams."""
    passes = 0
    wall, cpu = time.perf_counter(), time.process_time()
    while (taken := time.perf_counter() - wall) < LEAST_SECONDS:
        for stream in streams:
            decode(stream)
        passes += 1
    return taken / passes, (time.process_time() - cpu) / passes


def main(arguments: list[str]) -> int:
    kernel, whose, *names = arguments
    corpus, streams, native = load([Path(name) for name in names])
    if corpus.coding != kernel:
        raise BenchError(f"{corpus.name} is not compressed as {kernel}")
    decode = decoder(whose, corpus, streams[0])
    if whose == "pylibjpeg-rle" and corpus.samples > 1:  # planes, where ours zips them into pixels
        native = [b"".join(frame[sample :: corpus.samples] for sample in range(corpus.samples)) for frame in native]
    for number, (stream, wanted) in enumerate(zip(streams, native, strict=True)):
        if decode(stream) != wanted:
            raise BenchError(f"wrong data: frame {number} decoded by {whose} is not what it was")
    wall, cpu = measure(decode, streams)
    print(f"{wall:.6f} {cpu:.6f} {sum(map(len, native))}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BenchError as error:
        print(f"decode: {error}", file=sys.stderr)
        sys.exit(2)
