"""The compressed corpora: real DICOM, which others decode to what the bench says; and what measures decoders."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import compressed
import converted
import numpy as np
import pydicom
import pytest
from compressed import CODINGS, COMPRESSED
from converted import Expected
from corpora import Made
from peers import found
from pydicom.encaps import generate_frames, get_frame, parse_basic_offsets
from rows import IMPLICIT_VR_LITTLE_ENDIAN as IMPLICIT
from rows import KERNELS, KINDS
from senders import BenchError

DECODE = Path(__file__).resolve().parents[2] / "bench" / "decode.py"
QUICK = [name for name in COMPRESSED if name.startswith("quick-")]
#: of the native frames; raise LAYOUT in bench/corpora.py when one changes. What DCMTK makes of them is its own affair
DIGESTS = {
    "quick-rle": "8199872ef4476934f96dd8af2c878b4a0221493b2812aa85c641c8d90cbea331",
    "quick-jpegls": "7b052d31f6ba28e881c7511ef3aaf655863839ed4b4090a4974a6de6d89499f9",
    "quick-jpegll": "58aed1ff5e5f0cfaf9887ef2244dbaf56a85c61942bc1ef5674e92a89e68e27c",
}
#: native bytes per compressed byte: what is of a CT, not of noise and not of nothing
RATIOS = {"rle": (1.2, 3), "jpegls": (2, 4), "jpeg8": (5, 10), "jpegll": (2, 3.5)}
#: DCMTK's tool for each coding
DECODERS = {"rle": "dcmdrle", "jpegls": "dcmdjpls", "jpeg8": "dcmdjpeg", "jpegll": "dcmdjpeg"}


def made_of(name: str, root: Path) -> Made:
    for tool in ("dcmcrle", "dcmcjpls", "dcmcjpeg", "dcmdjpeg"):
        found.dcmtk(tool)
    return compressed.make(name, root, found.dcmtk("dcmcrle").parent)


def frames_of(made: Made, number: int) -> list[bytes]:
    assert made.decoded is not None
    return list(made.decoded.frames(number))


@pytest.mark.parametrize("name", DIGESTS)
def test_native_frames_never_change(corpora: Path, name: str) -> None:
    made = made_of(name, corpora)
    manifest = json.loads((made.files[0].parent / "corpus.json").read_text())
    assert manifest["native_sha256"] == DIGESTS[name]


def test_the_issue_s_sizes() -> None:
    sizes = {name: (c.count, c.frames, c.bits, c.pixel_bytes) for name, c in COMPRESSED.items() if name not in QUICK}
    assert sizes == {
        "rle": (100, 8, 16, 4 << 20),
        "jpegls": (100, 8, 16, 4 << 20),
        "jpeg8": (50, 8, 8, 2 << 20),
        "jpegll": (50, 8, 16, 4 << 20),
        "rle-huge": (1, 4096, 16, 1 << 31),
        "jpegls-huge": (1, 4096, 16, 1 << 31),
        "rle-rgb": (1, 32, 8, 24 << 20),
        "jpegls-rgb": (1, 32, 8, 24 << 20),
        "rle-noisy": (1, 32, 16, 16 << 20),
        "jpegls-noisy": (1, 32, 16, 16 << 20),
        "rle-grey": (1, 32, 8, 8 << 20),
        "jpegls-grey": (1, 32, 8, 8 << 20),
    }


@pytest.mark.parametrize("name", COMPRESSED)
def test_no_object_is_like_another(name: str) -> None:
    corpus = COMPRESSED[name]
    sequences = [tuple(corpus.sequence(number)) for number in range(1, corpus.count + 1)]
    assert len(set(sequences)) == corpus.count
    assert all(len(sequence) == corpus.frames for sequence in sequences)
    assert {frame for sequence in sequences for frame in sequence} == set(range(corpus.distinct))
    assert all(a != b for sequence in sequences for a, b in pairwise(sequence))


@pytest.mark.parametrize("name", QUICK)
def test_pydicom_reads_and_decodes_them(corpora: Path, name: str) -> None:
    """With decoders that are not DCMTK's; those of JPEG differ by one where something was lost."""
    made = made_of(name, corpora)
    corpus = COMPRESSED[name]
    assert len(made.files) == corpus.count
    low, high = (1.05, 2) if corpus.noisy else RATIOS[corpus.coding]
    for number, path in enumerate(made.files, 1):
        read = pydicom.dcmread(path)
        assert read.file_meta.TransferSyntaxUID == CODINGS[corpus.coding].syntax
        assert read.file_meta.MediaStorageSOPInstanceUID == read.SOPInstanceUID
        assert read.file_meta.MediaStorageSOPClassUID == read.SOPClassUID
        assert (read.Rows, read.Columns, read.NumberOfFrames) == (corpus.rows, corpus.rows, corpus.frames)
        assert (read.BitsAllocated, read.BitsStored, read.HighBit) == (corpus.bits, corpus.bits, corpus.bits - 1)
        assert (read.SamplesPerPixel, read.PhotometricInterpretation) == (
            (3, "RGB") if corpus.colour else (1, "MONOCHROME2")
        )
        assert (read.get("LossyImageCompression") == "01") == (corpus.coding == "jpeg8")
        assert low < corpus.pixel_bytes / len(read.PixelData) < high
        offsets = parse_basic_offsets(io.BytesIO(read.PixelData))
        assert len(offsets) == corpus.frames
        streams = list(generate_frames(read.PixelData, number_of_frames=corpus.frames))
        assert get_frame(read.PixelData, corpus.frames - 1) == streams[-1]
        wanted = frames_of(made, number)
        assert len(streams) == len(wanted) == corpus.frames
        if corpus.frames > 8 or (corpus.coding == "jpegls" and importlib.util.find_spec("jpeg_ls") is None):
            continue
        pixels = read.pixel_array.astype("<i4")
        native = [np.frombuffer(frame, f"<u{corpus.bits // 8}") for frame in wanted]
        for come, frame in zip(pixels, native, strict=True):
            assert abs(come.ravel() - frame).max() <= CODINGS[corpus.coding].tolerance


@pytest.mark.parametrize("name", QUICK)
def test_dcmtk_decompresses_alike(corpora: Path, tmp_path: Path, name: str) -> None:
    """The whole data set, and its length: what a sender puts on the wire in implicit VR little endian."""
    made = made_of(name, corpora)
    coding = COMPRESSED[name].coding
    for number in {1, len(made.files)}:
        path, other = made.files[number - 1], tmp_path / f"{number}.dcm"
        subprocess.run([found.dcmtk(DECODERS[coding]), "+ti", path, other], check=True, timeout=60)
        whole = other.read_bytes()
        theirs = whole[144 + int.from_bytes(whole[140:144], "little") :]
        assert b"".join(converted.data_set(path, IMPLICIT, made.decoded, number)) == theirs
        assert converted.sent_bytes([path], IMPLICIT, made.decoded) == len(theirs)
        expected = Expected(path, IMPLICIT, made.decoded, number)
        assert not any(expected.take(theirs[at : at + 65_521]) for at in range(0, len(theirs), 65_521))
        assert not expected.end()
    assert converted.sent_bytes(made.files, IMPLICIT, made.decoded) == made.dataset_bytes - 4 * len(made.files)


def wrongs(made: Made, data: bytes) -> Iterator[tuple[bytes, str]]:
    """What came instead of the first object, and what is said of it."""
    size = made.corpus.frame_bytes
    head = len(data) - made.corpus.pixel_bytes
    yield data[:-2], "ends early"
    yield data + b"12", "is longer than the object"
    yield data[:-size], "ends early"
    yield data[:head] + data[head + size :] + data[head : head + size], "differs from the object"
    yield data[: head + 7] + bytes((data[head + 7] + 2 & 0xFF,)) + data[head + 8 :], "differs from the object"
    # a label, by one: pixels may differ by one where something was lost, but nothing else
    yield data[: head - 10] + bytes((data[head - 10] ^ 1,)) + data[head - 9 :], "differs from the object"
    path = made.files[0]
    whole = path.read_bytes()
    yield whole[144 + int.from_bytes(whole[140:144], "little") :], "differs from the object"


@pytest.mark.parametrize("name", ["quick-rle", "quick-jpeg8"])
def test_whatever_is_wrong_is_noticed(corpora: Path, name: str) -> None:
    made = made_of(name, corpora)
    data = b"".join(converted.data_set(made.files[0], IMPLICIT, made.decoded, 1))
    for stream, why in wrongs(made, data):
        for size in (10_007, len(stream)):
            expected = Expected(made.files[0], IMPLICIT, made.decoded, 1)
            said = [expected.take(stream[at : at + size]) for at in range(0, len(stream), size)]
            assert why in (next(filter(None, said), "") or expected.end())


@pytest.mark.parametrize("name", ["quick-rle", "quick-jpeg8"])
def test_lossy_pixels_may_differ_by_one(corpora: Path, name: str) -> None:
    made = made_of(name, corpora)
    data = b"".join(converted.data_set(made.files[0], IMPLICIT, made.decoded, 1))
    head = len(data) - made.corpus.pixel_bytes
    near = data[:head] + bytes(min(value + at % 2, 255) for at, value in enumerate(data[head:]))
    expected = Expected(made.files[0], IMPLICIT, made.decoded, 1)
    assert expected.take(near) == ("" if name == "quick-jpeg8" else "differs from the object")


def test_compressed_pixels_are_compared_only_as_they_are_decoded(corpora: Path) -> None:
    made = made_of("quick-rle", corpora)
    with pytest.raises(BenchError, match=r"0001\.dcm: its pixels are compressed"):
        converted.sent_bytes(made.files, IMPLICIT)
    with pytest.raises(BenchError, match=r"0001\.dcm: its pixels are compressed"):
        converted.sent_bytes(made.files, "1.2.840.10008.1.2.1", made.decoded)


def test_a_complete_corpus_needs_no_dcmtk_and_a_damaged_one_is_made_anew(tmp_path: Path) -> None:
    made = made_of("quick-jpeg8", tmp_path)
    directory = made.files[0].parent
    native = (directory / compressed.NATIVE).read_bytes()
    assert sorted(path.name for path in directory.iterdir()) == sorted(
        [*(path.name for path in made.files), "corpus.json", compressed.NATIVE]
    )
    os.utime(made.files[0], (1, 1))
    again = compressed.make("quick-jpeg8", tmp_path, tmp_path / "nothing")
    assert again.files == made.files and made.files[0].stat().st_mtime == 1
    (directory / compressed.NATIVE).write_bytes(native[:-1])
    with pytest.raises(compressed.NoEncoder, match="its corpus is made with DCMTK's dcmcjpeg, which is not installed"):
        compressed.make("quick-jpeg8", tmp_path, tmp_path / "nothing")
    assert made_of("quick-jpeg8", tmp_path).files == made.files
    assert (directory / compressed.NATIVE).read_bytes() == native
    assert made.files[0].stat().st_mtime > 1


def test_an_encoder_that_fails_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "dcmcrle"
    bad.write_text("#!/bin/sh\necho it broke >&2\nexit 3\n")
    bad.chmod(0o755)
    with pytest.raises(BenchError, match="dcmcrle ended with 3: it broke"):
        compressed.make("quick-rle", tmp_path, tmp_path)
    bad.write_text('#!/bin/sh\ncp "$1" "$2"\n')
    with pytest.raises(BenchError, match="no encapsulated pixel data"):
        compressed.make("quick-rle", tmp_path, tmp_path)


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(found.dcmtk("dcmcrle").parent)
    assert compressed.main([str(tmp_path), "quick-rle", "--dcmtk-dir", folder]) == 0
    assert capsys.readouterr().out.endswith(" bytes, 9440244 bytes of native data sets\n")
    with pytest.raises(SystemExit):
        compressed.main([str(tmp_path), "none"])


def decode(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, DECODE, *words], capture_output=True, text=True, timeout=60, check=False)


def decoders() -> list[tuple[str, str]]:
    """Kernel and whose: all that are installed."""
    both = ((kernel, package, module) for kernel, (package, module) in KERNELS.items())
    return [(kernel, package) for kernel, package, module in both if importlib.util.find_spec(module)] + [
        (kernel, "storejet") for kernel in KERNELS if importlib.util.find_spec(f"storejet.codec.{kernel}")
    ]


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
@pytest.mark.parametrize(("kernel", "whose"), decoders())
def test_decode(corpora: Path, tmp_path: Path, kernel: str, whose: str, kind: str) -> None:
    """What it prints, and that a decoder which decodes to something else is no contender."""
    made = made_of(f"quick-{kernel}{kind}", corpora)
    done = decode(kernel, whose, *made.files)
    assert done.returncode == 0, done.stderr
    wall, cpu, length = done.stdout.split()
    assert int(length) == 4 * made.corpus.frame_bytes
    assert 0 < float(wall) < 1
    assert 0 < float(cpu) < 1.5 * float(wall) + 0.02, "one thread"
    other = tmp_path / made.files[0].parent.name
    other.mkdir()
    for path in made.files[0].parent.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    native = bytearray((other / compressed.NATIVE).read_bytes())
    native[-1] ^= 1
    (other / compressed.NATIVE).write_bytes(native)
    done = decode(kernel, whose, *(other / path.name for path in made.files))
    assert done.returncode == 2
    assert done.stderr == f"decode: wrong data: frame 3 decoded by {whose} is not what it was\n"
    done = decode(kernel, whose, made.files[0])
    assert (done.returncode, done.stderr) == (2, "decode: only 3 of 4 frames are in the files\n")


def test_decode_by_nobody(corpora: Path) -> None:
    made = made_of("quick-rle", corpora)
    assert decode("rle", "nobody", *made.files).stderr == "decode: no such decoder: nobody\n"
    assert decode("jpegls", "pyjpegls", *made.files).stderr == "decode: quick-rle is not compressed as jpegls\n"
