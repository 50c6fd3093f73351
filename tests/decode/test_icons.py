"""Icon images: their pixel data lies inside a sequence, compressed as that of the image is (PS3.3 F.7, PS3.5 A.4)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from compat.encode import ITEM, ITEM_END, SEQUENCE_END, UNDEFINED, element
from peers import part10, wire
from pydicom.dataset import Dataset

from decode import native, rle
from decode.arriving import NATIVE, Sent, read, sent
from decode.fragmented import frames_of

#: the main image, an icon in the same compression: sources in the corpus, and whether lossy ones must be asked for
SOURCES = {
    "rle": "valid/pydicom__MR_small_RLE.dcm",
    "jpeg-ls": "valid/pydicom__MR_small_jpeg_ls_lossless.dcm",
    "jpeg": "valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm",
    "jpeg-lossless": "valid/fodicom__GH610.dcm",
    "jpeg-ybr": "valid/pydicom__SC_rgb_jpeg_dcmtk.dcm",
}
ICON, REFERENCED = 0x00880200, 0x00081140


def us(tag: int, value: int) -> bytes:
    return element(tag, "US", struct.pack("<H", value))


def sequence(tag: int, items: list[bytes], defined: bool) -> bytes:
    """A sequence whose lengths, and those of its items, are defined or not."""
    if defined:
        value = b"".join(ITEM + struct.pack("<I", len(one)) + one for one in items)
        return element(tag, "SQ", value)
    value = b"".join(ITEM + struct.pack("<I", UNDEFINED) + one + ITEM_END + bytes(4) for one in items)
    return element(tag, "SQ", value + SEQUENCE_END + bytes(4), length=UNDEFINED)


def image(source: Dataset, frame: bytes) -> bytes:
    """An item that holds an image: the attributes and one frame of the source."""
    photometric = source.PhotometricInterpretation.encode()
    value = us(0x00280002, source.SamplesPerPixel)
    value += element(0x00280004, "CS", photometric + b" " * (len(photometric) % 2))
    if source.SamplesPerPixel > 1:
        value += us(0x00280006, 0)
    value += us(0x00280010, source.Rows) + us(0x00280011, source.Columns)
    value += us(0x00280100, source.BitsAllocated) + us(0x00280101, source.BitsStored)
    value += us(0x00280102, source.HighBit) + us(0x00280103, source.PixelRepresentation)
    fragments = ITEM + bytes(4) + ITEM + struct.pack("<I", len(frame)) + frame + SEQUENCE_END + bytes(4)
    return value + element(0x7FE00010, "OB", fragments, length=UNDEFINED)


def with_icon(source: Path, where: Path, added: bytes, before: bytes) -> Path:
    """The file with ``added`` in front of the first element whose head is ``before``."""
    whole = source.read_bytes()
    start = len(whole) - len(part10.split(whole).data_set)
    at = whole.index(before, start)
    where.write_bytes(whole[:at] + added + whole[at:])
    return where


def check(icon: Dataset, plain: Dataset, syntax: str) -> None:
    """The icon is the image itself, so it must have come out as this did."""
    assert native.pixel_bytes(icon, syntax) == native.pixel_bytes(plain, syntax)
    for keyword in ("PhotometricInterpretation", "SamplesPerPixel", "BitsAllocated", "BitsStored", "Rows", "Columns"):
        assert icon[keyword].value == plain[keyword].value


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("defined", [True, False], ids=["defined", "undefined"])
@pytest.mark.parametrize("kind", SOURCES)
def test_an_icon_is_decoded_too(
    kind: str, defined: bool, name: str, corpus: Path, dcmsend: Path, tmp_path: Path
) -> None:
    source = corpus / SOURCES[kind]
    result = sent(dcmsend, source, NATIVE[name], "+dly")
    plain = result.only.read()
    (frame,) = frames_of(source)
    item = image(read(source), frame)
    path = with_icon(source, tmp_path / "icon.dcm", sequence(ICON, [item], defined), b"\xe0\x7f\x10\x00O")
    arrived = sent(dcmsend, path, NATIVE[name], "+dly").only.read()
    assert native.pixel_bytes(arrived, NATIVE[name]) == native.pixel_bytes(plain, NATIVE[name])
    (icon,) = arrived.IconImageSequence
    check(icon, plain, NATIVE[name])


@pytest.mark.parametrize("defined", [True, False], ids=["defined", "undefined"])
def test_icons_in_nested_sequences(defined: bool, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    source = corpus / SOURCES["rle"]
    plain = sent(dcmsend, source, wire.IMPLICIT).only.read()
    (frame,) = frames_of(source)
    icon = sequence(ICON, [image(read(source), frame)], defined)
    series = element(0x0020000E, "UI", b"2.25.9")
    nested = sequence(REFERENCED, [series + icon, series, series + icon], not defined)
    path = with_icon(source, tmp_path / "icons.dcm", nested, b"\x10\x00\x10\x00PN")
    arrived = sent(dcmsend, path, wire.IMPLICIT).only.read()
    assert [len(item) for item in arrived.ReferencedImageSequence] == [2, 1, 2]
    for number in (0, 2):
        check(arrived.ReferencedImageSequence[number].IconImageSequence[0], plain, wire.IMPLICIT)
    assert native.pixel_bytes(arrived, wire.IMPLICIT) == native.pixel_bytes(plain, wire.IMPLICIT)


def test_a_native_icon_stays_as_it_is(corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    """Its length is defined: what it holds was never compressed."""
    source = corpus / SOURCES["rle"]
    value = us(0x00280002, 1) + element(0x00280004, "CS", b"MONOCHROME2 ")
    value += us(0x00280010, 2) + us(0x00280011, 2) + us(0x00280100, 8) + us(0x00280101, 8)
    value += us(0x00280102, 7) + us(0x00280103, 0) + element(0x7FE00010, "OB", b"\1\2\3\4")
    path = with_icon(source, tmp_path / "icon.dcm", sequence(ICON, [value], False), b"\xe0\x7f\x10\x00O")
    arrived = sent(dcmsend, path, wire.IMPLICIT).only.read()
    assert arrived.IconImageSequence[0].PixelData == b"\1\2\3\4"


def test_an_icon_that_is_damaged_is_told(corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    source = corpus / SOURCES["rle"]
    (frame,) = frames_of(source)
    item = image(read(source), frame[: len(frame) // 2 & ~1])
    path = with_icon(source, tmp_path / "icon.dcm", sequence(ICON, [item], False), b"\xe0\x7f\x10\x00O")
    result: Sent = sent(dcmsend, path, wire.IMPLICIT)
    assert (result.code, result.things) == (62, ())
    assert [line for line in result.err.splitlines() if str(path) in line], result.err


def test_an_icon_of_another_size_than_the_image(dcmsend: Path, tmp_path: Path) -> None:
    """It is laid out by its own attributes, not by those of the image."""
    source = rle.write(tmp_path / "large.dcm", 3, "2.25.1")
    small = rle.write(tmp_path / "small.dcm", 1, "2.25.2", side=8)
    item = image(read(small), rle.frame(258, 8))
    path = with_icon(source, tmp_path / "icon.dcm", sequence(ICON, [item], False), b"\xe0\x7f\x10\x00O")
    arrived = sent(dcmsend, path, wire.IMPLICIT).only.read()
    assert arrived.IconImageSequence[0].PixelData == rle.native(258, 8)
    assert arrived.PixelData == b"".join(rle.native(number) for number in range(3))
