"""The bench's corpora: DICOM files made from a fixed seed, byte for byte the same everywhere.

Every corpus is a directory of Part 10 files in explicit VR little endian, written with the standard library alone, and
``corpus.json``, which is written last: a directory with a matching one is complete and is used again.

The elements are in plain sight below, without sequences, group lengths or padding, so that every sender, also one that
decodes and encodes a file again, must put exactly ``dataset_bytes`` on the wire.
"""

import argparse
import hashlib
import json
import random
import struct
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import phantom

#: part of the manifest: raise it when the bytes that are made change
LAYOUT = 1
SEED = 20240229
EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
MULTI_FRAME_GRAYSCALE_WORD_SC_STORAGE = "1.2.840.10008.5.1.4.1.1.7.3"
IMPLEMENTATION_CLASS_UID = "2.25.232409587346019384502764"
#: longest block of noise
NOISE_BYTES = 8 << 20
#: VRs with 32-bit length (PS3.5 7.1.2) that are used here
LONG_VRS = ("OB", "OW")


@dataclass(frozen=True)
class Corpus:
    """``count`` objects of ``frames`` frames of ``rows`` x ``rows`` pixels of 16 bits, of noise or each a phantom."""

    name: str
    count: int
    rows: int
    frames: int = 1
    phantom: bool = False

    @property
    def bits(self) -> int:
        """Bits of a pixel."""
        return 16

    @property
    def samples(self) -> int:
        """Samples of a pixel: 1, or 3 of RGB, by pixel."""
        return 1

    @property
    def frame_bytes(self) -> int:
        """Length of one native frame, in bytes."""
        return self.rows * self.rows * self.samples * self.bits // 8

    @property
    def pixel_bytes(self) -> int:
        """Length of one object's native Pixel Data, in bytes."""
        return self.frame_bytes * self.frames


@dataclass(frozen=True)
class Decoded:
    """What the Pixel Data of compressed objects decodes to: ``pixel_bytes`` bytes of each, which are
    ``frames(number)`` for the object of that number, from 1. Where the compression loses something, decoders may differ
    by as much as ``tolerance`` in a pixel of 8 bits."""

    pixel_bytes: int
    frames: Callable[[int], Iterator[bytes]]
    tolerance: int = 0


@dataclass(frozen=True)
class Made:
    """A corpus on disk; ``dataset_bytes`` is what its data sets come to on the wire in explicit VR little endian,
    without file meta information; ``decoded``: its Pixel Data is compressed on disk, and is this."""

    corpus: Corpus
    files: tuple[Path, ...]
    dataset_bytes: int
    decoded: Decoded | None = None


CORPORA = {
    corpus.name: corpus
    for corpus in (
        Corpus("small", 2000, 48),
        Corpus("ct", 500, 512),
        Corpus("big", 1, 512, 800),
        Corpus("huge", 1, 512, 4096),
        Corpus("one", 1, 48),
        Corpus("phantom", 100, 512, phantom=True),
        # for --quick
        Corpus("quick-small", 200, 48),
        Corpus("quick-ct", 20, 512),
        Corpus("quick-big", 1, 512, 40),
        Corpus("quick-huge", 1, 512, 128),
        Corpus("quick-phantom", 10, 512, phantom=True),
    )
}


def element(group: int, number: int, vr: str, value: bytes | str | int) -> bytes:
    """One element in explicit VR little endian (PS3.5 7.1.2), its value padded to even length; an int is a US."""
    return element_head(group, number, vr, len(_value(vr, value))) + _value(vr, value)


def _value(vr: str, value: bytes | str | int) -> bytes:
    if isinstance(value, int):
        return struct.pack("<H", value)
    raw = value.encode("ascii") if isinstance(value, str) else value
    return raw if len(raw) % 2 == 0 else raw + (b"\0" if vr in ("UI", "OB") else b" ")


def element_head(group: int, number: int, vr: str, length: int) -> bytes:
    """Tag, VR and length (PS3.5 table 7.1-1 and 7.1-2)."""
    head = struct.pack("<HH2s", group, number, vr.encode("ascii"))
    return head + (struct.pack("<xxI", length) if vr in LONG_VRS else struct.pack("<H", length))


def uid(source: random.Random) -> str:
    """A UID made from a UUID (PS3.5 B.2)."""
    return f"2.25.{uuid.UUID(int=source.getrandbits(128), version=4).int}"


def file_head(sop_class: str, sop_instance: str, syntax: str = EXPLICIT_VR_LITTLE_ENDIAN) -> bytes:
    """Preamble and file meta information (PS3.10 7.1)."""
    meta = b"".join(
        (
            element(0x0002, 0x0001, "OB", b"\0\1"),
            element(0x0002, 0x0002, "UI", sop_class),
            element(0x0002, 0x0003, "UI", sop_instance),
            element(0x0002, 0x0010, "UI", syntax),
            element(0x0002, 0x0012, "UI", IMPLEMENTATION_CLASS_UID),
        )
    )
    return bytes(128) + b"DICM" + element_head(0x0002, 0x0000, "UL", 4) + struct.pack("<I", len(meta)) + meta


def dataset_head(corpus: Corpus, number: int, sop: tuple[str, str], series: tuple[str, str]) -> bytes:
    """The data set up to Pixel Data; ``sop``: class and instance, ``series``: study and series."""
    multi_frame = corpus.frames > 1
    parts = [
        element(0x0008, 0x0008, "CS", "DERIVED\\SECONDARY" if multi_frame else "ORIGINAL\\PRIMARY\\AXIAL"),
        element(0x0008, 0x0016, "UI", sop[0]),
        element(0x0008, 0x0018, "UI", sop[1]),
        element(0x0008, 0x0020, "DA", "20240229"),
        element(0x0008, 0x0030, "TM", "120000"),
        element(0x0008, 0x0050, "SH", "BENCH"),
        element(0x0008, 0x0060, "CS", "OT" if multi_frame else "CT"),
        element(0x0008, 0x0064, "CS", "SYN") if multi_frame else b"",
        element(0x0008, 0x0070, "LO", "storejet"),
        element(0x0008, 0x0090, "PN", ""),
        element(0x0010, 0x0010, "PN", "Bench^Made From Seed"),
        element(0x0010, 0x0020, "LO", "BENCH"),
        element(0x0010, 0x0030, "DA", ""),
        element(0x0010, 0x0040, "CS", "O"),
        b"" if multi_frame else element(0x0018, 0x0050, "DS", "1"),
        element(0x0020, 0x000D, "UI", series[0]),
        element(0x0020, 0x000E, "UI", series[1]),
        element(0x0020, 0x0010, "SH", "1"),
        element(0x0020, 0x0011, "IS", "1"),
        element(0x0020, 0x0013, "IS", str(number)),
        element(0x0028, 0x0002, "US", corpus.samples),
        element(0x0028, 0x0004, "CS", "MONOCHROME2" if corpus.samples == 1 else "RGB"),
        b"" if corpus.samples == 1 else element(0x0028, 0x0006, "US", 0),
        element(0x0028, 0x0008, "IS", str(corpus.frames)) if multi_frame else b"",
        element(0x0028, 0x0010, "US", corpus.rows),
        element(0x0028, 0x0011, "US", corpus.rows),
        element(0x0028, 0x0100, "US", corpus.bits),
        element(0x0028, 0x0101, "US", corpus.bits),
        element(0x0028, 0x0102, "US", corpus.bits - 1),
        element(0x0028, 0x0103, "US", 0),
    ]
    return b"".join(parts)


def pixels(source: random.Random, length: int) -> Iterator[bytes]:
    """``length`` bytes of noise in blocks; each is the first one turned further, so that none is like another."""
    block = source.randbytes(min(length, NOISE_BYTES))
    turn = 0
    while length > 0:
        part = min(length, len(block))
        yield (block[turn:] + block[:turn])[:part]
        length -= part
        turn = (turn + 4098) % len(block)


def make(name: str, root: Path) -> Made:
    """The corpus ``name`` under the directory ``root``, made if it is not there; OSError when it cannot be written."""
    return kept(CORPORA[name], root, _write)


def kept(corpus: Corpus, root: Path, write: Callable[[Corpus, Path], dict[str, object]]) -> Made:
    """``corpus`` under the directory ``root``; ``write`` makes it in the directory that it gets when it is not there,
    and says what belongs into the manifest: "files", "dataset_bytes" and whatever it wants to be known."""
    directory = root / corpus.name
    manifest = directory / "corpus.json"
    wanted = {"layout": LAYOUT, "seed": SEED, **asdict(corpus)}
    try:
        known = json.loads(manifest.read_text(encoding="ascii"))
    except (OSError, ValueError):
        known = {}
    if known.get("corpus") == wanted:
        files = tuple(directory / row["name"] for row in known["files"])
        if all(f.is_file() and f.stat().st_size == row["bytes"] for f, row in zip(files, known["files"], strict=True)):
            return Made(corpus, files, known["dataset_bytes"])
    manifest.unlink(missing_ok=True)
    directory.mkdir(parents=True, exist_ok=True)
    known = {"corpus": wanted, **write(corpus, directory)}
    part = directory / "corpus.json.part"
    part.write_text(json.dumps(known, indent=1) + "\n", encoding="ascii")
    part.replace(manifest)
    return Made(corpus, tuple(directory / row["name"] for row in known["files"]), known["dataset_bytes"])


def _write(corpus: Corpus, directory: Path) -> dict[str, object]:
    source = random.Random(f"{SEED} {corpus.name}")
    sop_class = MULTI_FRAME_GRAYSCALE_WORD_SC_STORAGE if corpus.frames > 1 else CT_IMAGE_STORAGE
    series = uid(source), uid(source)
    digest = hashlib.sha256()
    rows = []
    dataset_bytes = 0
    for number in range(1, corpus.count + 1):
        path = directory / f"{number:04}.dcm"
        sop_instance = uid(source)
        head = dataset_head(corpus, number, (sop_class, sop_instance), series)
        head += element_head(0x7FE0, 0x0010, "OW", corpus.pixel_bytes)
        with path.open("wb") as file:
            for block in (file_head(sop_class, sop_instance), head):
                file.write(block)
                digest.update(block)
            slices = pixels(source, corpus.pixel_bytes) if not corpus.phantom else [phantom.pixels(source, corpus.rows)]
            for block in slices:
                file.write(block)
                digest.update(block)
        dataset_bytes += len(head) + corpus.pixel_bytes
        rows.append({"name": path.name, "bytes": path.stat().st_size})
    return {"dataset_bytes": dataset_bytes, "sha256": digest.hexdigest(), "files": rows}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Make the bench's corpora.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CORPORA)} (default: the full ones)")
    options = parser.parse_args(arguments)
    names = options.names or [name for name in CORPORA if not name.startswith("quick-")]
    for name in names:
        if name not in CORPORA:
            parser.error(f"no such corpus: {name}")
    for name in names:
        made = make(name, options.directory)
        print(f"{name}: {len(made.files)} files, {made.dataset_bytes} bytes of data sets")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
