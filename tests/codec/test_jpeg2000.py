"""JPEG 2000 codestreams that are cut, mutated, wrapped or mislabelled."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from encapsulated import Compressed, image

from storejet.codec.codestream import codestream, whole
from storejet.errors import InputError

pytest.importorskip("_openjpeg", reason="pylibjpeg-openjpeg is not installed")

SMALL = "valid/pydicom__MR_small_jp2klossless.dcm"
COLOUR = "valid/pydicom__SC_rgb_gdcm_KY.dcm"
TILES = "valid/pydicom__GDCMJ2K_TextGBR.dcm"
HTJ2K = "valid/chafeyhtj2k__NM1_JPH.dcm"
BITMAP = "valid/pydicomdata__liver_j2k.dcm"


def altered(compressed: Compressed, frame: bytes, **attributes: int) -> Compressed:
    stored = compressed.stored.copy()
    for name, value in attributes.items():
        setattr(stored, name, value)
    return Compressed(compressed.syntax, stored, [frame])


@pytest.mark.parametrize("name", [SMALL, COLOUR])
def test_cut_at_every_byte(name: str, corpus: Path) -> None:
    compressed = image(corpus / name)
    frame, pixels = compressed.frames[0], compressed.native()
    decoder = compressed.decoder()
    end = frame.rindex(b"\xff\xd9") + 2
    for length in range(len(frame) + 1):
        if length >= end:
            assert decoder.decode(frame[:length]) == pixels
        else:
            with pytest.raises(InputError, match=r"cut short|does not begin like one"):
                decoder.decode(frame[:length])


@pytest.mark.parametrize("name", [TILES, HTJ2K])
def test_cut_at_some_bytes(name: str, corpus: Path) -> None:
    """The walk over the tile-parts, boundaries included: tiles of the first stream have six, and tell of five."""
    frame = image(corpus / name).frames[0]
    header = codestream(frame)
    stream = whole(frame, header)
    end = header.begins + len(stream)
    # the JP2 file goes on behind its codestream
    assert stream == frame[header.begins : end]
    chance = random.Random(name)
    boundaries = [at for at in range(header.body, end) if frame[at : at + 4] == b"\xff\x90\x00\x0a"]
    for length in [*boundaries, *(chance.randrange(header.body, end) for _ in range(500))]:
        with pytest.raises(InputError, match="cut short"):
            whole(frame[:length], header)


def test_a_last_tile_part_of_no_told_length(corpus: Path) -> None:
    """Psot may be 0: then it goes on to EOC, which must be there."""
    compressed = image(corpus / SMALL)
    frame = compressed.frames[0]
    body = codestream(frame).body
    endless = frame[: body + 6] + b"\0\0\0\0" + frame[body + 10 :]
    assert altered(compressed, endless).native() == compressed.native()
    for length in (*range(body, len(frame) - 2, 97), len(frame) - 2, len(frame) - 1):
        with pytest.raises(InputError, match="cut short"):
            altered(compressed, endless[:length]).native()


@pytest.mark.parametrize("name", [SMALL, COLOUR])
def test_mutated(name: str, corpus: Path) -> None:
    compressed = image(corpus / name)
    frame, pixels = compressed.frames[0], compressed.native()
    decoder = compressed.decoder()
    chance = random.Random(name)
    refused = 0
    for _ in range(150):
        damaged = bytearray(frame)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(200 if chance.random() < 0.5 else len(damaged))] = chance.randrange(256)
        try:
            assert len(decoder.decode(bytes(damaged))) == len(pixels)
        except InputError as error:
            assert str(error).startswith("its pixel data cannot be decoded: ")
            refused += 1
    assert 20 < refused < 150
    assert decoder.decode(frame) == pixels


def test_a_file_around_the_codestream_is_passed_over(corpus: Path) -> None:
    compressed = image(corpus / SMALL)
    inner = compressed.frames[0]
    start = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
    brand = b"\x00\x00\x00\x14ftypjp2 \x00\x00\x00\x00jp2 "
    for box in (
        (len(inner) + 8).to_bytes(4, "big") + b"jp2c",
        b"\x00\x00\x00\x00jp2c",
        b"\x00\x00\x00\x01jp2c" + (len(inner) + 16).to_bytes(8, "big"),
    ):
        assert altered(compressed, start + brand + box + inner).native() == compressed.native()
    for wrong in (
        start,
        start + brand,
        start + b"\0\0\0\0ftyp",
        start + b"\0\0\0\x01xx",
        start + brand + b"\0\0\0\x09jp2cx",
    ):
        with pytest.raises(InputError, match=r"cut short|does not begin like one"):
            altered(compressed, wrong).decoder()


@pytest.mark.parametrize("attributes", [{"rows": 63}, {"columns": 65}, {"samples": 3}], ids=str)
def test_attributes_that_the_codestream_contradicts(attributes: dict[str, int], corpus: Path) -> None:
    compressed = image(corpus / SMALL)
    with pytest.raises(InputError, match="its data set says"):
        altered(compressed, compressed.frames[0], **attributes).decoder()


def test_samples_are_widened(corpus: Path) -> None:
    compressed = image(corpus / COLOUR)
    narrow = compressed.native()
    wide = altered(compressed, compressed.frames[0], bits_allocated=16).native()
    assert wide[::2] == narrow
    assert not any(wide[1::2])
    signed = image(corpus / SMALL)
    pixels = signed.native()
    wider = altered(signed, signed.frames[0], bits_allocated=32).native()
    for at in range(0, len(pixels), 2):
        value = int.from_bytes(pixels[at : at + 2], "little", signed=True)
        assert int.from_bytes(wider[2 * at : 2 * at + 4], "little", signed=True) == value


def test_a_container_that_is_too_small_grows(corpus: Path) -> None:
    compressed = image(corpus / SMALL)
    other = altered(compressed, compressed.frames[0], bits_allocated=8, bits_stored=8, high_bit=7)
    native = other.decoder().native
    assert (native.bits_allocated, native.bits_stored, native.high_bit) == (16, 16, 15)
    assert other.native() == compressed.native()


def test_bits_are_packed(corpus: Path) -> None:
    """One bit a pixel, the first one lowest (PS3.5 8.1.1)."""
    compressed = image(corpus / BITMAP)
    packed = compressed.native()
    cells = b"".join(
        altered(compressed, frame, bits_allocated=8, bits_stored=8, high_bit=7).native() for frame in compressed.frames
    )
    assert set(cells) == {0, 1}
    assert [packed[at // 8] >> at % 8 & 1 for at in range(len(cells))] == list(cells)


@pytest.mark.parametrize(
    ("name", "lossy"),
    [(SMALL, False), (HTJ2K, False), ("valid/pydicom__JPEG2000.dcm", True), (COLOUR, False)],
)
def test_the_wavelet_tells_of_loss(name: str, lossy: bool, corpus: Path) -> None:
    assert image(corpus / name).decoder().lossy is lossy
