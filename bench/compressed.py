"""The bench's compressed corpora: multi-frame objects of a phantom, whose frames DCMTK's tools have compressed.

A few frames are made and compressed once; every object has its own sequence of them, so that neither hundreds of
frames nor 2 GB have to be made or held, and no two objects, nor two frames of one after another, are the same. The data
sets are the bench's own, in plain sight as in corpora.py: of what DCMTK writes, only the compressed frames are taken.
``native.raw`` beside the objects has the frames that they decode to: those of the phantom, or, where the compression
loses something, what DCMTK makes of them.

PS3.5 A.4 (encapsulated Pixel Data, Basic Offset Table, fragments).
"""

import argparse
import hashlib
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import phantom
from corpora import (
    EXPLICIT_VR_LITTLE_ENDIAN,
    MULTI_FRAME_GRAYSCALE_WORD_SC_STORAGE,
    SEED,
    Corpus,
    Decoded,
    Made,
    dataset_head,
    element,
    element_head,
    file_head,
    kept,
    uid,
)
from senders import BenchError, environment

MULTI_FRAME_GRAYSCALE_BYTE_SC_STORAGE = "1.2.840.10008.5.1.4.1.1.7.2"
MULTI_FRAME_TRUE_COLOR_SC_STORAGE = "1.2.840.10008.5.1.4.1.1.7.4"
UNDEFINED_LENGTH = 0xFFFFFFFF
NATIVE = "native.raw"
DCMTK = Path("/usr/bin")


class NoEncoder(BenchError):
    """A tool that a corpus is made with is not installed."""


@dataclass(frozen=True)
class Coding:
    """How frames are compressed: by ``tool`` with ``options``, into ``syntax``. ``decoder``: the tool that says what
    they are after that, where something is lost; two decoders may then differ by ``tolerance``."""

    syntax: str
    tool: str
    options: tuple[str, ...] = ()
    decoder: str = ""
    tolerance: int = 0


CODINGS = {
    "rle": Coding("1.2.840.10008.1.2.5", "dcmcrle"),
    "jpegls": Coding("1.2.840.10008.1.2.4.80", "dcmcjpls", ("+el",)),
    "jpeg8": Coding("1.2.840.10008.1.2.4.50", "dcmcjpeg", ("+eb",), decoder="dcmdjpeg", tolerance=1),
    "jpegll": Coding("1.2.840.10008.1.2.4.70", "dcmcjpeg", ("+e1",)),
}


@dataclass(frozen=True)
class CompressedCorpus(Corpus):
    """A corpus of a phantom, compressed by ``CODINGS[coding]``; its objects share ``distinct`` frames. ``depth``: bits
    of a sample, 8 or 16; ``colour``: RGB, 8 bits; ``noisy``: with four bits of noise below those of the phantom, which
    leave no bit of 16 that is always the same."""

    phantom: bool = True
    coding: str = "rle"
    distinct: int = 32
    depth: int = 16
    colour: bool = False
    noisy: bool = False

    @property
    def bits(self) -> int:
        """Bits of a sample."""
        return self.depth

    @property
    def samples(self) -> int:
        """Samples of a pixel: 1, or 3 of RGB, by pixel."""
        return 3 if self.colour else 1

    def sequence(self, number: int) -> Iterator[int]:
        """Which of the distinct frames (from 0) the object ``number`` (from 1) has, in their order.

        It begins one further than the object before it, and goes on by an odd step, which the next ``distinct`` objects
        have larger: all frames come up, as there are a power of two of them.
        """
        step = 1 + 2 * (number // self.distinct)
        return ((number + place * step) % self.distinct for place in range(self.frames))


COMPRESSED = {
    corpus.name: corpus
    for corpus in (
        CompressedCorpus("rle", 100, 512, 8, coding="rle"),
        CompressedCorpus("jpegls", 100, 512, 8, coding="jpegls"),
        CompressedCorpus("jpeg8", 50, 512, 8, coding="jpeg8", depth=8),
        CompressedCorpus("jpegll", 50, 512, 8, coding="jpegll"),
        CompressedCorpus("rle-huge", 1, 512, 4096, coding="rle", distinct=16),
        CompressedCorpus("jpegls-huge", 1, 512, 4096, coding="jpegls", distinct=16),
        # for decode.py alone
        CompressedCorpus("rle-rgb", 1, 512, 32, coding="rle", depth=8, colour=True),
        CompressedCorpus("jpegls-rgb", 1, 512, 32, coding="jpegls", depth=8, colour=True),
        CompressedCorpus("rle-noisy", 1, 512, 32, coding="rle", noisy=True),
        CompressedCorpus("jpegls-noisy", 1, 512, 32, coding="jpegls", noisy=True),
        CompressedCorpus("rle-grey", 1, 512, 32, coding="rle", depth=8),
        CompressedCorpus("jpegls-grey", 1, 512, 32, coding="jpegls", depth=8),
        # for --quick
        CompressedCorpus("quick-rle", 6, 512, 3, coding="rle", distinct=4),
        CompressedCorpus("quick-jpegls", 6, 512, 3, coding="jpegls", distinct=4),
        CompressedCorpus("quick-jpeg8", 6, 512, 3, coding="jpeg8", distinct=4, depth=8),
        CompressedCorpus("quick-jpegll", 6, 512, 3, coding="jpegll", distinct=4),
        CompressedCorpus("quick-rle-rgb", 2, 512, 3, coding="rle", distinct=4, depth=8, colour=True),
        CompressedCorpus("quick-jpegls-rgb", 2, 512, 3, coding="jpegls", distinct=4, depth=8, colour=True),
        CompressedCorpus("quick-rle-noisy", 2, 512, 3, coding="rle", distinct=4, noisy=True),
        CompressedCorpus("quick-jpegls-noisy", 2, 512, 3, coding="jpegls", distinct=4, noisy=True),
        CompressedCorpus("quick-rle-grey", 2, 512, 3, coding="rle", distinct=4, depth=8),
        CompressedCorpus("quick-jpegls-grey", 2, 512, 3, coding="jpegls", distinct=4, depth=8),
        CompressedCorpus("quick-rle-huge", 1, 512, 64, coding="rle", distinct=4),
        CompressedCorpus("quick-jpegls-huge", 1, 512, 64, coding="jpegls", distinct=4),
    )
}


def make(name: str, root: Path, dcmtk: Path = DCMTK) -> Made:
    """The corpus ``name`` under the directory ``root``, made with the tools in ``dcmtk`` if it is not there.

    OSError when it cannot be written, NoEncoder when a tool is not installed, BenchError when one fails.
    """
    corpus = COMPRESSED[name]
    coding = CODINGS[corpus.coding]
    native = root / name / NATIVE
    if not native.is_file() or native.stat().st_size != corpus.distinct * corpus.frame_bytes:
        (root / name / "corpus.json").unlink(missing_ok=True)
    made = kept(corpus, root, lambda _, directory: _write(corpus, directory, dcmtk))

    def frames(number: int) -> Iterator[bytes]:
        with native.open("rb") as file:
            for frame in corpus.sequence(number):
                file.seek(frame * corpus.frame_bytes)
                yield file.read(corpus.frame_bytes)

    return replace(made, decoded=Decoded(corpus.pixel_bytes, frames, coding.tolerance))


def _tool(name: str, dcmtk: Path) -> str:
    path = shutil.which(str(dcmtk / name))
    if path is None:
        raise NoEncoder(f"its corpus is made with DCMTK's {name}, which is not installed")
    return path


def _run(name: str, dcmtk: Path, *words: str | Path) -> None:
    done = subprocess.run(
        [_tool(name, dcmtk), *words], check=False, capture_output=True, text=True, errors="replace", env=environment()
    )
    if done.returncode != 0:
        raise BenchError(f"{name} ended with {done.returncode}: {done.stderr.strip()}")


def _native_frames(corpus: CompressedCorpus, source: random.Random) -> Iterator[bytes]:
    for _ in range(corpus.distinct):
        frame = bytearray(corpus.frame_bytes)
        for sample in range(corpus.samples):
            plane = phantom.pixels(source, corpus.rows)
            if corpus.bits == 8:
                # 11 bits are in use: all pixels are shifted at once, and what one gets of its neighbour is cut off
                plane = (int.from_bytes(plane, "little") >> 3).to_bytes(len(plane), "little")[::2]
            if corpus.noisy:
                noise = bytearray(len(plane))
                noise[::2] = bytes(value & 15 for value in source.randbytes(len(plane) // 2))
                below = int.from_bytes(noise, "little")
                plane = (int.from_bytes(plane, "little") << 4 | below).to_bytes(len(plane), "little")
            frame[sample :: corpus.samples] = plane
        yield bytes(frame)


def _object_head(corpus: Corpus, number: int, identity: tuple[str, str, str], syntax: str) -> tuple[bytes, bytes]:
    """File head, and data set up to Pixel Data; ``identity``: instance, study and series."""
    sop_class = MULTI_FRAME_GRAYSCALE_WORD_SC_STORAGE if corpus.bits > 8 else MULTI_FRAME_GRAYSCALE_BYTE_SC_STORAGE
    if corpus.samples > 1:
        sop_class = MULTI_FRAME_TRUE_COLOR_SC_STORAGE
    instance, *series = identity
    head = dataset_head(corpus, number, (sop_class, instance), (series[0], series[1]))
    if syntax == CODINGS["jpeg8"].syntax:
        head += element(0x0028, 0x2110, "CS", "01")
    return file_head(sop_class, instance, syntax), head


def encapsulated(streams: list[bytes], sequence: list[int]) -> Iterator[bytes]:
    """Pixel Data of the frames ``sequence``, each one fragment, with a Basic Offset Table (PS3.5 A.4)."""
    offsets = []
    offset = 0
    for frame in sequence:
        offsets.append(offset)
        offset += 8 + len(streams[frame])
    yield element_head(0x7FE0, 0x0010, "OB", UNDEFINED_LENGTH)
    yield struct.pack(f"<HHI{len(offsets)}I", 0xFFFE, 0xE000, 4 * len(offsets), *offsets)
    for frame in sequence:
        yield struct.pack("<HHI", 0xFFFE, 0xE000, len(streams[frame]))
        yield streams[frame]
    yield struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def fragments(path: Path) -> Iterator[bytes]:
    """The fragments of a file's encapsulated Pixel Data, without the Basic Offset Table. BenchError: it has none."""
    head = element_head(0x7FE0, 0x0010, "OB", UNDEFINED_LENGTH)
    with path.open("rb") as file:
        start = file.read(1 << 16)
        at = start.find(head)
        if at < 0:
            raise BenchError(f"{path}: no encapsulated pixel data")
        file.seek(at + len(head))
        first = True
        while True:
            group, number, length = struct.unpack("<HHI", file.read(8))
            if (group, number) != (0xFFFE, 0xE000):
                return
            value = file.read(length)
            if not first:
                yield value
            first = False


def _compressed(corpus: CompressedCorpus, native: bytes, directory: Path, dcmtk: Path) -> tuple[list[bytes], bytes]:
    """The distinct frames as they are compressed, and what they decode to."""
    coding = CODINGS[corpus.coding]
    whole = replace(corpus, frames=corpus.distinct)
    identity = "2.25.1", "2.25.2", "2.25.3"
    plain, packed, again = (directory / f"{name}.part" for name in ("plain", "packed", "again"))
    try:
        meta, head = _object_head(whole, 1, identity, EXPLICIT_VR_LITTLE_ENDIAN)
        vr = "OW" if corpus.bits > 8 else "OB"
        plain.write_bytes(meta + head + element_head(0x7FE0, 0x0010, vr, whole.pixel_bytes) + native)
        _run(coding.tool, dcmtk, *coding.options, plain, packed)
        streams = list(fragments(packed))
        if len(streams) != corpus.distinct:
            raise BenchError(f"{coding.tool} made {len(streams)} fragments of {corpus.distinct} frames")
        if coding.decoder:
            meta, head = _object_head(whole, 1, identity, coding.syntax)
            packed.write_bytes(meta + head + b"".join(encapsulated(streams, list(range(corpus.distinct)))))
            _run(coding.decoder, dcmtk, packed, again)
            native = again.read_bytes()[-whole.pixel_bytes :]
    finally:
        for path in (plain, packed, again):
            path.unlink(missing_ok=True)
    return streams, native


def _write(corpus: CompressedCorpus, directory: Path, dcmtk: Path) -> dict[str, object]:
    _tool(CODINGS[corpus.coding].tool, dcmtk)
    source = random.Random(f"{SEED} {corpus.name}")
    series = uid(source), uid(source)
    streams, native = _compressed(corpus, b"".join(_native_frames(corpus, source)), directory, dcmtk)
    (directory / NATIVE).write_bytes(native)
    digest = hashlib.sha256()
    rows = []
    dataset_bytes = stored_bytes = 0
    for number in range(1, corpus.count + 1):
        path = directory / f"{number:04}.dcm"
        meta, head = _object_head(corpus, number, (uid(source), *series), CODINGS[corpus.coding].syntax)
        sequence = list(corpus.sequence(number))
        with path.open("wb") as file:
            for block in (meta, head, *encapsulated(streams, sequence)):
                file.write(block)
                digest.update(block)
        dataset_bytes += len(head) + 12 + corpus.pixel_bytes
        stored_bytes += sum(len(streams[frame]) for frame in sequence)
        rows.append({"name": path.name, "bytes": path.stat().st_size})
    return {
        "dataset_bytes": dataset_bytes,
        "ratio": round(corpus.count * corpus.pixel_bytes / stored_bytes, 3),
        "sha256": digest.hexdigest(),
        "native_sha256": hashlib.sha256(native).hexdigest(),
        "files": rows,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Make the bench's compressed corpora, with DCMTK's tools.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(COMPRESSED)} (default: the full ones)")
    parser.add_argument("--dcmtk-dir", type=Path, default=DCMTK, metavar="DIR", help="of DCMTK's tools")
    options = parser.parse_args(arguments)
    names = options.names or [name for name in COMPRESSED if not name.startswith("quick-")]
    for name in names:
        if name not in COMPRESSED:
            parser.error(f"no such corpus: {name}")
    for name in names:
        made = make(name, options.directory, options.dcmtk_dir)
        stored = sum(file.stat().st_size for file in made.files)
        print(f"{name}: {len(made.files)} files, {stored} bytes, {made.dataset_bytes} bytes of native data sets")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BenchError as error:
        print(f"compressed: {error}", file=sys.stderr)
        sys.exit(2)
