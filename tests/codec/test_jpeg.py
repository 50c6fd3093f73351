"""JPEG streams that are cut, mutated, mislabelled or written by old encoders. Streams of a few bytes are laid out here;
those of the corpus are real."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from encapsulated import Compressed, image

from storejet.codec import jpeg_stream
from storejet.codec.image_pixel import ImagePixel
from storejet.errors import InputError

#: baseline with three components, lossless, baseline with one
SMALL = (
    "valid/pydicom__SC_rgb_small_odd_jpeg.dcm",
    "valid/orthanctests__Issue140.dcm",
    "valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm",
)

#: Adobe's marker, and what it says: the components were transformed (1: YCbCr), or they were not
ADOBE = {transform: b"\xff\xee\x00\x0eAdobe\0\x64\0\0\0\0" + bytes([transform]) for transform in (0, 1)}


def of(corpus: Path, name: str) -> Compressed:
    return image(corpus / name)


def altered(compressed: Compressed, frame: bytes, **attributes: int | str) -> Compressed:
    stored = compressed.stored.copy()
    for name, value in attributes.items():
        setattr(stored, name, value)
    return Compressed(compressed.syntax, stored, [frame])


@pytest.mark.parametrize("name", SMALL)
def test_cut_at_every_byte(name: str, corpus: Path) -> None:
    """An error, or the complete frame; never grey in place of what is missing."""
    compressed = of(corpus, name)
    frame = compressed.frames[0]
    whole = compressed.native()
    end = frame.rindex(b"\xff\xd9") + 2
    header = max(frame.find(b"\xff\xc0"), frame.find(b"\xff\xc3"))
    decoder = compressed.decoder()
    for length in range(len(frame) + 1):
        if length >= end:
            assert decoder.decode(frame[:length]) == whole
            continue
        with pytest.raises(InputError, match=r"cut short|does not begin like one"):
            decoder.decode(frame[:length])
        if length < header:
            with pytest.raises(InputError, match=r"^its pixel data cannot be decoded: its JPEG stream"):
                altered(compressed, frame[:length]).decoder()


@pytest.mark.parametrize("name", SMALL)
def test_mutated(name: str, corpus: Path) -> None:
    """A damaged frame is decoded to something of the right size, or refused; the next one is none the worse for it."""
    compressed = of(corpus, name)
    frame, whole = compressed.frames[0], compressed.native()
    decoder = compressed.decoder()
    chance = random.Random(name)
    refused = 0
    for _ in range(150):
        damaged = bytearray(frame)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 0xFF, chance.randrange(256)))
        try:
            assert len(decoder.decode(bytes(damaged))) == len(whole)
        except InputError as error:
            assert str(error).startswith("its pixel data cannot be decoded: ")
            assert "\n" not in str(error)
            refused += 1
    assert 20 < refused < 150
    assert decoder.decode(frame) == whole


def test_bytes_behind_the_end_are_not_the_streams(corpus: Path) -> None:
    compressed = of(corpus, SMALL[0])
    assert altered(compressed, compressed.frames[0] + b"\xff\xd8garbage\xff\xd9").native() == compressed.native()


@pytest.mark.parametrize("transform", ADOBE)
def test_markers_of_applications_do_not_decide_the_colour(transform: int, corpus: Path) -> None:
    """The Photometric Interpretation does; that is what DCMTK does, too."""
    compressed = of(corpus, SMALL[0])
    frame = compressed.frames[0]
    marked = altered(compressed, frame[:2] + ADOBE[transform] + frame[2:])
    assert compressed.stored.photometric == "YBR_FULL"
    for photometric in ("YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422", "RGB", "YBR_RCT", ""):
        assert marked.native(photometric) == compressed.native(photometric)
    assert marked.native("YBR_PARTIAL_422") == marked.native("YBR_FULL") != marked.native("RGB")
    assert marked.decoder("YBR_PARTIAL_422").native.photometric == "RGB"
    assert marked.decoder("YBR_RCT").native.photometric == "YBR_RCT"


def test_lossless_ybr_becomes_rgb_exactly(corpus: Path) -> None:
    """Gray in YCbCr is gray in RGB, and the equations of T.871 to the nearest step."""
    compressed = of(corpus, "valid/fodicom__GH538-jpeg14sv1.dcm")
    ybr, rgb = compressed.native(), compressed.native("YBR_FULL")
    assert not compressed.decoder("YBR_FULL").lossy
    seen = {}
    for at in range(0, len(ybr), 3):
        seen[ybr[at : at + 3]] = rgb[at : at + 3]
    assert len(seen) > 1000
    for (luma, cb, cr), came in seen.items():
        exact = (
            luma + 1.402 * (cr - 128),
            luma - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
            luma + 1.772 * (cb - 128),
        )
        assert all(abs(one - min(max(value, 0), 255)) < 0.51 for one, value in zip(came, exact, strict=True))


@pytest.mark.parametrize("scan", [b"\x00\x00\x00", b"\x01\x3f\x00", b"\x00\x3f\x11", b"\x00\x05\x00"])
def test_scan_parameters_of_sequential_streams_are_passed_over(scan: bytes, corpus: Path) -> None:
    compressed = of(corpus, SMALL[2])
    frame = compressed.frames[0]
    at = frame.index(b"\xff\xda") + 2
    at += int.from_bytes(frame[at : at + 2], "big") - 3
    assert frame[at : at + 3] == b"\x00\x3f\x00"
    assert altered(compressed, frame[:at] + scan + frame[at + 3 :]).native() == compressed.native()


@pytest.mark.parametrize(
    "attributes",
    [{"rows": 99}, {"rows": 101}, {"columns": 50}, {"samples": 3, "photometric": "RGB"}, {"rows": 0}],
    ids=str,
)
def test_attributes_that_the_stream_contradicts(attributes: dict[str, int], corpus: Path) -> None:
    compressed = of(corpus, SMALL[2])
    with pytest.raises(InputError, match="its data set says"):
        altered(compressed, compressed.frames[0], **attributes).decoder()


def test_a_frame_unlike_the_first(corpus: Path) -> None:
    decoder = of(corpus, SMALL[2]).decoder()
    with pytest.raises(InputError, match="a frame has 3 x 3 pixels of 1 samples with 8 bits, the first one 100 x 100"):
        decoder.decode(of(corpus, SMALL[1]).frames[0])


#: precision of the stream, attributes of the data set (allocated, stored) → as they come out; DCMTK's are the same but
#: for the last two, where it keeps 8 bits stored for samples of 12 and of 16
BITS = [
    (8, (8, 8), (8, 8)),
    (8, (16, 8), (8, 8)),
    (8, (16, 12), (8, 8)),
    (8, (8, 7), (8, 7)),
    (12, (16, 12), (16, 12)),
    (12, (16, 16), (16, 12)),
    (12, (16, 10), (16, 10)),
    (12, (32, 12), (16, 12)),
    (16, (16, 12), (16, 12)),
    (12, (8, 8), (16, 12)),
    (16, (8, 8), (16, 16)),
]
STREAMS = {8: SMALL[2], 12: "valid/pydicom__JPGExtended.dcm", 16: "valid/dcmqats__6.dcm"}


@pytest.mark.parametrize(("precision", "stored", "native"), BITS)
def test_bits(precision: int, stored: tuple[int, int], native: tuple[int, int], corpus: Path) -> None:
    compressed = of(corpus, STREAMS[precision])
    other = altered(compressed, compressed.frames[0], bits_allocated=stored[0], bits_stored=stored[1], signed=1)
    made = other.decoder().native
    assert (made.bits_allocated, made.bits_stored) == native
    assert (made.high_bit, made.signed) == (native[1] - 1, 1)
    assert other.native() == compressed.native()


# -- headers ----------------------------------------------------------------------------------------------------------

SOF = b"\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\x00"
LOSSLESS = SOF.replace(b"\xc0", b"\xc3")
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"


def test_a_header() -> None:
    frame, stream = jpeg_stream.mended(
        b"\xff\xd8\xff\xe0\x00\x04ab" + SOF + b"\xff\xff\xfe\x00\x02" + SCAN + b"\xff\0\xff\xd9"
    )
    assert frame.layout == (2, 3, 1, 8)
    assert stream == b"\xff\xd8" + SOF + SCAN + b"\xff\0\xff\xd9"


def test_restart_markers_belong_to_the_scan() -> None:
    data = b"\x12\xff\xd0\x34\xff\x00\xff\xd7"
    assert jpeg_stream.mended(b"\xff\xd8" + SOF + SCAN + data + b"\xff\xff\xd9\xff\xd9")[1].endswith(data + b"\xff\xd9")


def test_an_end_inside_of_a_segment_is_none() -> None:
    """FF D9 in a comment between two scans, and the end itself cut off."""
    stream = b"\xff\xd8" + SOF + SCAN + b"\x12\xff\xfe\x00\x06\xff\xd9\xff\xd9"
    with pytest.raises(InputError, match="cut short"):
        jpeg_stream.mended(stream)


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        (b"", "does not begin like one"),
        (b"\x00" * 64, "does not begin like one"),
        (b"\xff\xd8\x12", "no marker where one must be, at byte 2"),
        (b"\xff\xd8" + b"\xff" * 9, "cut short"),
        (b"\xff\xd8\xff\xdb\x00\x01", "damaged segment"),
        (b"\xff\xd8\xff\xd9", "no frame header"),
        (b"\xff\xd8" + SCAN, "no frame header"),
        (b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x02\x01\x11\x00", "frame header of its JPEG stream is damaged"),
        (b"\xff\xd8\xff\xc9" + SOF[2:], "arithmetic"),
        (b"\xff\xd8\xff\xde" + SOF[2:], "hierarchical"),
        (b"\xff\xd8\xff\xf7" + SOF[2:], "JPEG-LS"),
        (b"\xff\xd8" + SOF + b"\xff\xd9", "no scan"),
        (b"\xff\xd8" + LOSSLESS + SCAN[:-1] + b"\x07\xff\xd9", "scan header of its JPEG stream is damaged"),
        (b"\xff\xd8" + LOSSLESS + SCAN[:-1] + b"\x03\x01" + SCAN[:-1] + b"\x02\xff\xd9", "different point transforms"),
        (b"\xff\xd8" + SOF + SOF + SCAN + b"\xff\xd9", "two frame headers"),
        (b"\xff\xd8" + SOF + SCAN + b"\xff\xd9", "cut short: a scan has no data, at byte 25"),
        (b"\xff\xd8" + SOF[:-3] + b"\x02\x11\0" + SCAN + b"\x01\xff\xd9", "no scan of some components"),
        (b"\xff\xd8" + SOF + SCAN + b"\x01\xff\xff", "cut short"),
        (b"\xff\xd8" + SOF + SCAN + b"\x01\xff\xff\0", "cut short"),
        (b"\xff\xd8" + SOF + SCAN + b"\x01\xff\xdc\x00\x04\x00\x02\xff\xd9", "0xDC that is not supported"),
        (b"\xff\xd8" + SOF + b"\xff\xda\x00\x08\x02\x01\x00\x00\x3f\x00\xff\xd9", "scan header"),
    ],
)
def test_headers_that_are_refused(stream: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        jpeg_stream.mended(stream)


def test_a_precision_that_there_is_none_of() -> None:
    from storejet.codec.jpeg import open_decoder

    stored = ImagePixel(2, 3, 1, 1, 16, 12, 11, 0, 0, "MONOCHROME2")
    with pytest.raises(InputError, match="precision of 17 bits"):
        open_decoder("", stored, b"\xff\xd8" + SOF.replace(b"\x08", b"\x11", 1) + SCAN)
    colour = ImagePixel(2, 3, 3, 1, 16, 12, 11, 0, 0, "YBR_FULL")
    header = b"\xff\xd8\xff\xc1\x00\x11\x0c\x00\x02\x00\x03\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    with pytest.raises(InputError, match="colour of 12 bits"):
        open_decoder("", colour, header + SCAN)


def test_restart_intervals() -> None:
    """Two blocks, a restart between them: the second one does not go on from the first one's DC (T.81 F.1.1.5.1)."""
    from storejet.codec.jpeg import open_decoder

    stream = (
        b"\xff\xd8"
        b"\xff\xdb\x00\x43\x00" + b"\x08" * 64 +  # all quantised by 8
        b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x01\x01\x11\x00"  # 8 lines of 16
        b"\xff\xc4\x00\x15\x00\x01\x01" + bytes(14) + b"\x00\x03"  # DC: 0 is no difference, 10 one of three bits
        b"\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"  # AC: 0 is the end of the block
        b"\xff\xdd\x00\x04\x00\x01"  # restart after each block
        b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
        b"\xbb\xff\xd0\x3f\xff\xd9"  # 10 111 0 11: difference 7, end; 0 0 111111: none, end
    )  # fmt: skip
    decoder = open_decoder("", ImagePixel(8, 16, 1, 1, 8, 8, 7, 0, 0, "MONOCHROME2"), stream)
    assert decoder.decode(stream) == (bytes([135] * 8) + bytes([128] * 8)) * 8
