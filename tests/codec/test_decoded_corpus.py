"""Every compressed image of the corpus that other packages decode for us: right to the bit, or as near as told."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import pydicom
import pytest
from disagreements import JPEG, JPEG2000, NO_IMAGE, UNREADABLE
from encapsulated import distance, image, table
from peers import found, process

from storejet.errors import InputError

KINDS = ("jpeg", "jpeg2000", "deflate-frame", "uncompressed")
REFERENCE = table("decode_reference.tsv", KINDS)
DISAGREEMENTS = table("decode_disagreements.tsv", KINDS)
#: Photometric Interpretations that come out as another
COLOURS = dict.fromkeys(("YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT"), "RGB")


def dcmdjpeg(path: Path, where: Path, *options: str) -> pydicom.Dataset:
    """The data set that DCMTK's decompression makes of a file; its dcmsend sends the same."""
    made = where / "native.dcm"
    done = process.run(found.dcmtk("dcmdjpeg"), [*options, path, made])
    assert done.code == 0, done.err
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(made)


def test_every_row_is_answered(corpus: Path) -> None:
    assert len(REFERENCE) == 39
    assert {*JPEG, UNREADABLE, *JPEG2000, NO_IMAGE} == {*DISAGREEMENTS}
    assert corpus.is_dir()


@pytest.mark.parametrize("path", REFERENCE)
def test_reference(path: str, corpus: Path) -> None:
    compressed = image(corpus / path)
    # as it is in the stream: the reference has no conversion from YCbCr
    pixels = compressed.native("RGB" if compressed.stored.photometric.startswith("YBR_FULL") else None)
    assert hashlib.sha256(pixels).hexdigest() == REFERENCE[path]["sha256_native_pixels"]


@pytest.mark.parametrize("path", REFERENCE)
def test_labels_and_colour(path: str, corpus: Path, tmp_path: Path) -> None:
    """The same labels as DCMTK, and where the stream comes out alike, the same colours to the bit."""
    compressed = image(corpus / path)
    stored, native = compressed.stored, compressed.decoder().native
    assert native.photometric == COLOURS.get(stored.photometric, stored.photometric)
    assert (native.signed, native.samples, native.planar) == (stored.signed, stored.samples, 0)
    if ".4.9" in compressed.syntax or ".4.20" in compressed.syntax or compressed.syntax.endswith(".8.1"):
        assert native.bits_allocated == stored.bits_allocated
        return
    data_set = dcmdjpeg(corpus / path, tmp_path)
    assert (data_set.PhotometricInterpretation, data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit) == (
        native.photometric,
        native.bits_allocated,
        native.bits_stored,
        native.high_bit,
    )
    assert distance(compressed.native(), data_set.PixelData, native.bits_allocated) == 0


@pytest.mark.parametrize("path", JPEG)
def test_jpeg_on_which_decoders_disagree(path: str, corpus: Path, tmp_path: Path) -> None:
    answer = JPEG[path]
    compressed = image(corpus / path)
    if isinstance(answer, str):
        with pytest.raises(InputError, match=answer):
            compressed.native()
        return
    apart, _why = answer
    decoder = compressed.decoder()
    assert decoder.lossy
    assert (apart == 0) == (decoder.native.bits_allocated == 8)
    # HasFragmentSequence is large: some of it is enough
    frames = compressed.frames[:8]
    expected = dcmdjpeg(corpus / path, tmp_path)
    assert expected.PhotometricInterpretation == decoder.native.photometric
    length = decoder.native.frame_bytes * len(frames)
    pixels = b"".join(decoder.decode(frame) for frame in frames)
    assert distance(pixels, expected.PixelData[:length], decoder.native.bits_allocated) == apart
    if decoder.native.photometric == compressed.stored.photometric:
        return
    raw = compressed.decoder("RGB")
    expected = dcmdjpeg(corpus / path, tmp_path, "--conv-never", "--color-by-pixel")
    assert b"".join(raw.decode(frame) for frame in frames) == expected.PixelData[:length]


def test_an_image_that_dcmtk_cannot_read(corpus: Path, tmp_path: Path) -> None:
    """The same picture is in the corpus without compression, and under another header."""
    pixels = image(corpus / UNREADABLE).native()
    twin = corpus / "valid" / "pydicom__SC_jpeg_no_color_transform.dcm"
    assert distance(pixels, dcmdjpeg(twin, tmp_path).PixelData, 8) == 0


@pytest.mark.parametrize("path", JPEG2000)
def test_jpeg2000_on_which_decoders_disagree(path: str, corpus: Path) -> None:
    compressed = image(corpus / path)
    if JPEG2000[path]:
        with pytest.raises(InputError, match=JPEG2000[path]):
            compressed.native()
        return
    hashes = dict(one.split("=") for one in DISAGREEMENTS[path]["sha256 per decoder"].split())
    assert hashlib.sha256(compressed.native()).hexdigest() == hashes["pylibjpeg-openjpeg"] == hashes["python-gdcm"]
    decoder = compressed.decoder()
    assert decoder.lossy
    assert decoder.native.photometric == COLOURS.get(compressed.stored.photometric, compressed.stored.photometric)
