"""Deflated Image Frame Compression, and native frames in fragments."""

from __future__ import annotations

import zlib

import pytest

from storejet.codec import decoders
from storejet.codec.image_pixel import ImagePixel
from storejet.errors import InputError

DEFLATED, UNCOMPRESSED = "1.2.840.10008.1.2.8.1", "1.2.840.10008.1.2.1.98"
ODD = ImagePixel(3, 5, 1, 2, 8, 8, 7, 0, 0, "MONOCHROME2")
EVEN = ImagePixel(4, 4, 1, 1, 16, 12, 11, 1, 0, "MONOCHROME2")
BITS = ImagePixel(3, 5, 1, 2, 1, 1, 0, 0, 0, "MONOCHROME2")


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def made(syntax: str, stored: ImagePixel) -> decoders.Decoder:
    return decoders.decoder_for(syntax, stored, b"")


@pytest.mark.parametrize("stored", [ODD, EVEN, BITS])
@pytest.mark.parametrize("syntax", [DEFLATED, UNCOMPRESSED])
def test_frames(syntax: str, stored: ImagePixel) -> None:
    decoder = made(syntax, stored)
    frame = bytes(range(1, stored.frame_bytes + 1))
    wrap = deflated if syntax == DEFLATED else bytes
    assert decoder.decode(wrap(frame)) == frame
    if syntax == DEFLATED:
        assert decoder.decode(wrap(frame) + b"\0") == frame
    if len(frame) % 2:
        assert decoder.decode(wrap(frame + b"\0")) == frame
    assert (decoder.lossy, decoder.native.photometric, decoder.native.frames) == (False, "MONOCHROME2", stored.frames)
    for wrong in (frame[:-1], b"", frame * 2, frame + b"\0" * (1 + len(frame) % 2)):
        with pytest.raises(InputError, match=f"bytes, its data set says {len(frame)}"):
            decoder.decode(wrap(wrong))


def test_a_deflated_frame_cut_at_every_byte() -> None:
    frame = bytes(i * i & 0xFF for i in range(EVEN.frame_bytes))
    stream = deflated(frame)
    decoder = made(DEFLATED, EVEN)
    for length in range(len(stream)):
        with pytest.raises(InputError, match="cut short"):
            decoder.decode(stream[:length])


def test_a_deflated_frame_that_is_damaged() -> None:
    with pytest.raises(InputError, match="is damaged"):
        made(DEFLATED, EVEN).decode(b"\xff" * 20)


def test_a_bomb_is_not_blown_up() -> None:
    bomb = deflated(bytes(64 << 20))
    with pytest.raises(InputError, match="a frame of it has 34 bytes, its data set says 32"):
        made(DEFLATED, EVEN).decode(bomb)
