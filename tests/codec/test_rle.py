"""RLE Lossless (PS3.5 annex G): the kernel at its door against golden bytes, the twin and others; the decoder."""

from __future__ import annotations

import hashlib
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rle_twin
from hypothesis import example, given
from hypothesis import strategies as st
from peers import found

from storejet._core import rle_checked, rle_decoded
from storejet.codec.decoders import decoder_for
from storejet.codec.image_pixel import ImagePixel
from storejet.errors import InputError

RLE = "1.2.840.10008.1.2.5"

#: samples, Bits Allocated
DEPTHS = [(1, 1), (1, 8), (1, 16), (1, 24), (1, 32), (1, 64), (2, 16), (3, 8), (3, 16), (3, 32), (4, 8), (15, 8)]


def image(samples: int = 1, bits: int = 8, planar: int = 0, photometric: str = "") -> ImagePixel:
    """One row of two columns."""
    photometric = photometric or ("MONOCHROME2" if samples == 1 else "RGB")
    return ImagePixel(1, 2, samples, 1, bits, bits, bits - 1, 0, planar, photometric)


# ---- golden bytes ----------------------------------------------------------------------------------------------------

#: 2 segments, the first at 64, the second at 72
HEADER_OF_TWO = bytes.fromhex("02000000 40000000 48000000") + bytes(52)
GOLDEN = (
    # four pixels of 16 bits: high bytes three times 01, then 02 | low bytes 0A 0B 0C 0D
    # FE 01 → 01 01 01; 00 02 → 02; two noops and two pads | 03 0A 0B 0C 0D, pad
    (HEADER_OF_TWO + bytes.fromhex("FE01 0002 8080 0000 030A0B0C0D 00"), (2, 2, 1, 16, 0), "0A01 0B01 0C01 0D02"),
    # the same planes as two samples of 8 bits, by pixel and by plane
    (HEADER_OF_TWO + bytes.fromhex("FE01 0002 8080 0000 030A0B0C0D 00"), (2, 2, 2, 8, 0), "010A 010B 010C 020D"),
    (HEADER_OF_TWO + bytes.fromhex("FE01 0002 8080 0000 030A0B0C0D 00"), (2, 2, 2, 8, 1), "01010102 0A0B0C0D"),
    # 3 x 4 pixels of one bit, the first one in the least significant bit: 01 A5 3C; bits 12 to 15 are not of the image
    (bytes.fromhex("01000000 40000000") + bytes(56) + bytes.fromhex("01A53C"), (3, 4, 1, 1, 0), "A50C"),
    # an image without rows has a header and no pixels
    (bytes.fromhex("01000000 40000000") + bytes(56), (0, 4, 1, 8, 0), ""),
)


@pytest.mark.parametrize(("stream", "layout", "native"), GOLDEN)
def test_golden_bytes(stream: bytes, layout: tuple[int, int, int, int, int], native: str) -> None:
    assert rle_decoded(stream, *layout) == bytes.fromhex(native)
    assert rle_twin.decoded(stream, *layout) == bytes.fromhex(native)


# ---- against the twin ------------------------------------------------------------------------------------------------


@st.composite
def natives(draw: st.DrawFn) -> tuple[bytes, tuple[int, int, int, int, int]]:
    """Native frames with runs in their planes, and how they are laid out."""
    samples, bits = draw(st.sampled_from(DEPTHS))
    rows, columns = draw(st.integers(1, 40)), draw(st.integers(1, 70))
    length = (rows * columns * bits + 7) // 8 * samples if bits == 1 else rows * columns * samples * bits // 8
    chance = draw(st.randoms(use_true_random=False))
    values = bytes(range(draw(st.integers(1, 256))))
    out = bytearray()
    while len(out) < length:
        out += bytes([chance.choice(values)]) * chance.choice((1, 1, 1, 2, 3, 40, 300))
    if bits == 1 and rows * columns % 8:
        out[length - 1] &= (1 << rows * columns % 8) - 1
    return bytes(out[:length]), (rows, columns, samples, bits, draw(st.integers(0, 1)))


@given(natives(), st.integers(2, 128))
def test_what_was_encoded_comes_back(made: tuple[bytes, tuple[int, int, int, int, int]], most: int) -> None:
    native, layout = made
    stream = rle_twin.encoded(native, *layout[2:], most)
    assert rle_twin.decoded(stream, *layout) == native
    assert rle_decoded(stream, *layout) == native


def agree(stream: bytes, layout: tuple[int, int, int, int, int]) -> bool:
    """Kernel and twin make the same of a frame; whether it could be decoded."""
    try:
        wanted = rle_twin.decoded(stream, *layout)
    except rle_twin.NotWhole:
        with pytest.raises(InputError) as caught:
            rle_decoded(stream, *layout)
        assert 0 <= caught.value.offset <= len(stream)
        return False
    assert rle_decoded(stream, *layout) == wanted
    return True


@given(natives(), st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=4))
def test_damaged_frames_as_the_twin_says(
    made: tuple[bytes, tuple[int, int, int, int, int]], damage: list[tuple[int, int]]
) -> None:
    native, layout = made
    stream = bytearray(rle_twin.encoded(native, *layout[2:]))
    for at, value in damage:
        stream[at % len(stream)] = value
    agree(bytes(stream), layout)


@given(st.binary(max_size=300), st.sampled_from(DEPTHS), st.integers(0, 1), st.integers(0, 9), st.integers(0, 9))
@example(b"", (1, 8), 0, 0, 0)
def test_any_bytes_behind_a_header(body: bytes, depth: tuple[int, int], planar: int, rows: int, columns: int) -> None:
    samples, bits = depth
    count = samples * ((bits + 7) // 8)
    offsets = [64 + len(body) * i // count for i in range(count)]
    agree(struct.pack("<16I", count, *offsets, *bytes(15 - count)) + body, (rows, columns, samples, bits, planar))


@pytest.mark.parametrize(("samples", "bits"), DEPTHS)
@pytest.mark.parametrize("planar", [0, 1])
def test_cut_at_every_byte(samples: int, bits: int, planar: int) -> None:
    rows, columns = 5, 8
    native = bytes(value * value // 7 & 0xFF for value in range(rows * columns * samples * bits // 8))
    layout = (rows, columns, samples, bits, planar)
    stream = rle_twin.encoded(native, samples, bits, planar)
    complete = []
    for cut in range(len(stream) + 1):
        try:
            frame = rle_decoded(stream[:cut], *layout)
        except InputError as error:
            assert str(error).startswith("compressed frame ")
            assert str(error).endswith(f"(at byte {error.offset} of the frame)") or cut == 0
            assert error.offset <= cut
        else:
            assert frame == native
            complete.append(cut)
    # whole, or without its pad
    assert complete in ([len(stream)], [len(stream) - 1, len(stream)])


# ---- what is refused -------------------------------------------------------------------------------------------------


def test_failures_say_what_and_where() -> None:
    stream = rle_twin.frame([b"\x01ab", b"\x01cd"])
    for broken, layout, text, offset in (
        (stream[:66], (1, 2, 1, 16, 0), "is damaged (at byte 8 of the frame)", 8),
        (stream, (1, 3, 1, 16, 0), "ends before all its pixels are there (at byte 72 of the frame)", 72),
        (stream, (1, 2, 3, 8, 0), "is of another size or kind than the Image Pixel attributes say", 0),
        (stream, (1, 2, 1, 12, 0), "makes use of what is not supported", 0),
    ):
        with pytest.raises(InputError) as caught:
            rle_decoded(broken, *layout)
        assert (str(caught.value), caught.value.offset) == (f"compressed frame {text}", offset)


def test_a_frame_of_more_rows_is_not_cropped() -> None:
    stream = rle_twin.encoded(bytes(range(256)) * 2, 1, 8, 0)
    assert rle_decoded(stream, 2, 256, 1, 8, 0) == bytes(range(256)) * 2
    with pytest.raises(InputError, match="of another size"):
        rle_decoded(stream, 1, 256, 1, 8, 0)


def test_a_small_frame_asks_for_no_large_room() -> None:
    # 60 GB, if it were believed
    with pytest.raises(InputError, match="ends before"):
        rle_decoded(rle_twin.frame([b"\x81\0"] * 15), 65535, 65535, 15, 8, 0)


@pytest.mark.parametrize("layout", [(-1, 1, 1, 8, 0), (1, 65536, 1, 8, 0), (1, 1, -1, 8, 0), (1, 1, 1, -8, 0)])
def test_numbers_that_no_attribute_holds(layout: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="no image has"):
        rle_decoded(bytes(64), *layout)
    with pytest.raises(ValueError, match="no image has"):
        rle_checked(bytes(64), *layout)


# ---- the decoder -----------------------------------------------------------------------------------------------------


def test_decoder_keeps_the_layout() -> None:
    native = bytes(range(2 * 3 * 2))
    for planar in (0, 1):
        stored = image(3, 16, planar)
        decoder = decoder_for(RLE, stored, rle_twin.encoded(native, 3, 16, planar))
        assert decoder.decode(rle_twin.encoded(native, 3, 16, planar)) == native
        assert all(getattr(decoder.native, name) == getattr(stored, name) for name in ImagePixel.__slots__)
        assert decoder.native.frame_bytes == len(native)
        assert not decoder.lossy


@pytest.mark.parametrize(
    ("stored", "native"),
    [("RGB", "RGB"), ("YBR_FULL", "YBR_FULL"), ("PALETTE COLOR", "PALETTE COLOR"), ("YBR_FULL_422", "YBR_FULL")],
)
def test_photometric_interpretation(stored: str, native: str) -> None:
    samples = 1 if stored == "PALETTE COLOR" else 3
    layout = image(samples, photometric=stored)
    decoder = decoder_for(RLE, layout, rle_twin.frame([b"\x01ab"] * samples))
    assert (decoder.native.photometric, layout.photometric) == (native, stored)


@pytest.mark.parametrize(
    ("stored", "first"),
    [
        (image(), rle_twin.frame([b"\x01ab"] * 2)),
        (image(bits=16), rle_twin.frame([b"\x01ab"])),
        (image(), b""),
        (image(bits=12), rle_twin.frame([b"\x01ab"] * 2)),
    ],
    ids=["surplus segment", "missing segment", "empty", "twelve bits"],
)
def test_decoder_is_refused_by_the_first_frame(stored: ImagePixel, first: bytes) -> None:
    with pytest.raises(InputError, match="compressed frame "):
        decoder_for(RLE, stored, first)


# ---- files of others -------------------------------------------------------------------------------------------------


def reference() -> Iterator[tuple[str, str]]:
    """Path and hash of each RLE file in the table of what decoders agree on."""
    folder = found.corpus_folder()
    if folder is not None:
        for line in (folder / "decode_reference.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            path, syntax, digest = line.split("\t")[:3]
            if syntax == RLE:
                yield path, digest


def stored_frames(path: Path) -> tuple[ImagePixel, list[bytes]]:
    from pydicom import dcmread
    from pydicom.encaps import generate_frames

    ds = dcmread(path)
    layout = ImagePixel(
        ds.Rows, ds.Columns, ds.SamplesPerPixel, int(ds.get("NumberOfFrames") or 1), ds.BitsAllocated, ds.BitsStored,
        ds.HighBit, ds.PixelRepresentation, ds.get("PlanarConfiguration", 0), ds.PhotometricInterpretation,
    )  # fmt: skip
    return layout, list(generate_frames(ds.PixelData, number_of_frames=layout.frames))


def test_the_corpus_has_rle(corpus: Path) -> None:
    assert len(list(reference())) >= 19


@pytest.mark.parametrize(("name", "digest"), list(reference()))
def test_corpus(name: str, digest: str, corpus: Path) -> None:
    layout, frames = stored_frames(corpus / name)
    pixels = (layout.rows, layout.columns, layout.samples, layout.bits_allocated)
    native = b"".join(rle_decoded(frame, *pixels, 0) for frame in frames)
    assert hashlib.sha256(native).hexdigest() == digest
    # by plane it is the same in another order
    if layout.samples > 1:
        size, cells = layout.bits_allocated // 8, layout.rows * layout.columns
        by_plane = rle_decoded(frames[0], *pixels, 1)
        turned = bytearray(len(by_plane))
        for sample in range(layout.samples):
            for byte in range(size):
                part = by_plane[sample * cells * size : (sample + 1) * cells * size]
                turned[sample * size + byte :: layout.samples * size] = part[byte::size]
        assert turned == native[: len(turned)]


@pytest.mark.parametrize("name", [name for name, _ in reference() if "liver" not in name])
def test_native_is_what_dcmtk_makes_of_it(name: str, corpus: Path, tmp_path: Path) -> None:
    from pydicom import dcmread

    layout, frames = stored_frames(corpus / name)
    subprocess.run([found.dcmtk("dcmdrle"), corpus / name, tmp_path / "out.dcm"], check=True, timeout=60)
    decoder = decoder_for(RLE, layout, frames[0])
    native = b"".join(map(decoder.decode, frames))
    theirs = dcmread(tmp_path / "out.dcm")
    assert theirs.PixelData == native + bytes(len(native) % 2)
    assert (theirs.PhotometricInterpretation, theirs.get("PlanarConfiguration", 0)) == (
        decoder.native.photometric,
        decoder.native.planar,
    )
    assert (theirs.BitsAllocated, theirs.BitsStored, theirs.HighBit) == (
        decoder.native.bits_allocated,
        decoder.native.bits_stored,
        decoder.native.high_bit,
    )


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("TC0847_rle_seg_offset_oob", "is damaged"),
        ("TC0851_rle_seg_expand_bomb", "ends before"),
        ("TC0855_rle_zero_segments", "of another size"),
    ],
)
def test_hostile_files(name: str, wrong: str, corpus: Path) -> None:
    from pydicom import dcmread
    from pydicom.encaps import generate_frames

    ds = dcmread(corpus / "fuzz" / f"{name}.dcm", force=True)
    (frame,) = generate_frames(ds.PixelData, number_of_frames=1)
    with pytest.raises(InputError, match="of another size"):
        rle_decoded(frame, ds.Rows, ds.Columns, 1, 16, 0)
    # they all have one segment or none, and what is wrong is reached with that number of them
    with pytest.raises(InputError, match=wrong):
        rle_decoded(frame, ds.Rows, ds.Columns, 1, 8, 0)


def test_several_threads_at_once(sample: Callable[[str], Path]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    layout, frames = stored_frames(sample("MR_small_RLE.dcm"))
    decoder = decoder_for(RLE, layout, frames[0])
    wanted = decoder.decode(frames[0])
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(decoder.decode, frames * 200)) == {wanted}
