"""Data sets whose compressed images become native: what stays, what stands in the place of the rest."""

from __future__ import annotations

import io

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from storejet.codec.image_pixel import ImagePixel
from storejet.codec.native import NativeImage, image_pixel, joined, length_of, native_parts, pixel_data_length
from storejet.errors import InputError

#: tags whose marks an image has
TAGS = (
    0x00280000, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101,
    0x00280102, 0x00280103, 0x00282110, 0x00282112, 0x00282114, 0x7FE00000, 0x7FE00001, 0x7FE00002, 0x7FE00003,
)  # fmt: skip

Part = bytes | tuple[int, int] | NativeImage
Mark = tuple[int, bool, int, int, int, bytes, bool, bytes]
Elements = list[tuple[int, bytes, bytes]]


def element(tag: int, vr: bytes, value: bytes) -> bytes:
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little") + vr
    if vr in (b"OB", b"OW", b"OV", b"SQ"):
        return head + b"\0\0" + len(value).to_bytes(4, "little") + value
    return head + len(value).to_bytes(2, "little") + value


def us(tag: int, value: int) -> tuple[int, bytes, bytes]:
    return tag, b"US", value.to_bytes(2, "little")


def attributes(**changed: int) -> Elements:
    numbers = {"samples": 3, "rows": 2, "columns": 2, "allocated": 8, "stored": 8, "high": 7, "signed": 0} | changed
    return [
        us(0x00280002, numbers["samples"]),
        (0x00280004, b"CS", b"YBR_FULL_422"),
        us(0x00280010, numbers["rows"]),
        us(0x00280011, numbers["columns"]),
        us(0x00280100, numbers["allocated"]),
        us(0x00280101, numbers["stored"]),
        us(0x00280102, numbers["high"]),
        us(0x00280103, numbers["signed"]),
    ]


FRAGMENTS = encapsulate([b"abcdef"])


def level(elements: Elements, base: int) -> tuple[bytes, list[Mark], int, int, int]:
    """A data set or item with these elements and fragments: its bytes, its marks, offsets of Pixel Data."""
    data = b""
    marks: dict[int, Mark] = {}
    for tag, vr, value in sorted(elements):
        written = element(tag, vr, value)
        if tag in TAGS:
            at, header = base + len(data), len(written) - len(value)
            marks[tag] = (tag, True, at, header, len(value), vr, tag in marks, value)
        data += written
    pixel_data_at = base + len(data)
    data += b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff" + FRAGMENTS + b"\xfe\xff\xdd\xe0\0\0\0\0"
    end = base + len(data)
    for tag in TAGS:
        places = [mark[2] for known, mark in sorted(marks.items()) if known > tag and mark[1]]
        marks.setdefault(tag, (tag, False, min([*places, pixel_data_at]), 0, 0, b"", False, b""))
    return data, [marks[tag] for tag in TAGS], pixel_data_at, pixel_data_at + 12, end


def flattened(parts: list[Part], file: bytes) -> bytes:
    made = b""
    for part in parts:
        if isinstance(part, bytes):
            made += part
        elif isinstance(part, NativeImage):
            made += bytes(range(256))[: part.native.length]
        else:
            made += file[part[0] : part[0] + part[1]]
    return made


def rgb(stored: ImagePixel) -> ImagePixel:
    native = stored.copy()
    native.photometric = "RGB"
    return native


def read(data: bytes) -> Dataset:
    return pydicom.dcmread(io.BytesIO(data), force=True)


def test_the_attributes_are_corrected_and_the_pixels_take_the_place_of_the_fragments() -> None:
    extra = [(0x00280000, b"UL", b"\1\0\0\0"), (0x7FE00001, b"OV", b"\0" * 8), (0x00100010, b"PN", b"A^B ")]
    file, marks, at, items, end = level(attributes() + extra, 0)
    stored = image_pixel(marks)
    image = NativeImage((0, marks, at, 12, b"OB", items, end, ()), stored, rgb(stored), True)
    parts, size = native_parts([image], 0, end)
    data = flattened(parts, file)
    assert size == len(data) == sum(map(length_of, parts))
    made = read(data)
    assert made.PatientName == "A^B"
    assert made.PhotometricInterpretation == "RGB"
    assert made.PlanarConfiguration == 0, "it was not there, and colour wants it"
    assert made.LossyImageCompression == "01"
    assert made["PixelData"].VR == "OB"
    assert made.PixelData == bytes(range(12))
    assert [elem.tag for elem in made] == sorted(elem.tag for elem in made)
    for gone in (0x00280000, 0x7FE00001):
        assert gone not in made


def test_nothing_but_the_pixels_changes_where_the_attributes_are_right() -> None:
    elements = [*attributes(samples=1, allocated=16, stored=12, high=11), us(0x00280006, 0)]
    file, marks, at, items, end = level(elements, 0)
    stored = image_pixel(marks)
    parts, _ = native_parts(
        [NativeImage((0, marks, at, 12, b"OB", items, end, ()), stored, stored.copy(), False)], 0, end
    )
    data = flattened(parts, file)
    assert data[:at] == file[:at]
    assert read(data)["PixelData"].VR == "OW"
    assert read(data).PixelData == bytes(range(8))


def test_pixels_of_odd_length_are_padded() -> None:
    elements = attributes(samples=1, rows=3, columns=3)
    file, marks, at, items, end = level(elements, 0)
    stored = image_pixel(marks)
    parts, _ = native_parts(
        [NativeImage((0, marks, at, 12, b"OB", items, end, ()), stored, stored.copy(), False)], 0, end
    )
    assert read(flattened(parts, file)).PixelData == bytes(range(9)) + b"\0"


@pytest.mark.parametrize("undefined", [False, True], ids=["defined", "undefined"])
def test_an_image_inside_a_sequence_and_the_lengths_around_it(undefined: bool) -> None:
    item_at = 12 + 8
    inner, marks, at, items, end = level(attributes(), item_at)
    tail = element(0x00880200 + 1, b"LO", b"tail")
    if undefined:
        parents: tuple[tuple[int, int, int], ...] = ()
        head = b"\x88\x00\x00\x02SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
        file = head + inner + b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0" + tail
    else:
        parents = ((8, 4, 8 + len(inner)), (16, 4, len(inner)))
        head = b"\x88\x00\x00\x02SQ\0\0" + (8 + len(inner)).to_bytes(4, "little")
        file = head + b"\xfe\xff\x00\xe0" + len(inner).to_bytes(4, "little") + inner + tail
    stored = image_pixel(marks)
    image = NativeImage((2, marks, at, 12, b"OB", items, end, parents), stored, rgb(stored), False)
    parts, size = native_parts([image], 0, len(file))
    data = flattened(parts, file)
    assert size == len(data)
    made = read(data)
    assert made[0x00880201].value == "tail"
    icons = made[0x00880200].value
    assert isinstance(icons, Sequence)
    [icon] = icons
    assert icon.PhotometricInterpretation == "RGB"
    assert icon.PixelData == bytes(range(12))
    assert not icon.get("LossyImageCompression")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rows": 0}, "Rows is 0"),
        ({"samples": 0}, "Samples per Pixel is 0"),
        ({"allocated": 12}, "Bits Allocated is 12"),
    ],
)
def test_attributes_that_make_no_sense(changed: dict[str, int], said: str) -> None:
    _, marks, *_ = level(attributes(**changed), 0)
    with pytest.raises(InputError, match=said):
        image_pixel(marks)


def test_an_attribute_that_is_wanting() -> None:
    _, marks, *_ = level([row for row in attributes() if row[0] != 0x00280010], 0)
    with pytest.raises(InputError, match="it has no Rows"):
        image_pixel(marks)


@pytest.mark.parametrize(("text", "frames"), [(b"", 1), (b"7 ", 7), (b"+3", 3), (b" 12\0", 12)])
def test_number_of_frames(text: bytes, frames: int) -> None:
    _, marks, *_ = level([*attributes(), (0x00280008, b"IS", text)], 0)
    assert image_pixel(marks).frames == frames


@pytest.mark.parametrize("text", [b"0 ", b"-1", b"x ", b"1\\2 ", b"1e3 ", b"123456789012345 "])
def test_a_number_of_frames_that_is_none(text: bytes) -> None:
    _, marks, *_ = level([*attributes(), (0x00280008, b"IS", text)], 0)
    with pytest.raises(InputError, match="Number of Frames is"):
        image_pixel(marks)


def test_an_attribute_that_is_there_twice_and_has_to_change() -> None:
    elements = [*attributes(), (0x00280004, b"CS", b"RGB ")]
    _, marks, at, items, end = level(elements, 0)
    stored = image_pixel(marks)
    native = stored.copy()
    native.photometric = "YBR_FULL"
    with pytest.raises(InputError, match=r"\(0028,0004\) is there twice"):
        native_parts([NativeImage((0, marks, at, 12, b"OB", items, end, ()), stored, native, False)], 0, end)


def test_pixels_that_no_length_can_hold() -> None:
    huge = ImagePixel(65535, 65535, 1, 1, 16, 16, 15, 0, 0, "MONOCHROME2")
    with pytest.raises(InputError, match="more than an uncompressed transfer syntax can carry"):
        pixel_data_length(huge)
    just = ImagePixel(65535, 65535, 1, 1, 8, 8, 7, 0, 0, "MONOCHROME2")
    assert pixel_data_length(just) == 65535 * 65535 + 1


@pytest.mark.parametrize("bits", [1, 3, 9, 13, 20])
def test_frames_of_bits_follow_each_other_without_a_gap(bits: int) -> None:
    frames = [(0b1011_0110_1101_0011_1010 >> shift) & ((1 << bits) - 1) for shift in range(5)]
    stored = [frame.to_bytes((bits + 7) // 8, "little") for frame in frames]
    # what is beyond a frame's bits in its last byte is none of it
    stored[1] = (frames[1] | (0xFF << bits)).to_bytes((bits + 15) // 8, "little")[: (bits + 7) // 8]
    expected = sum(frame << (bits * at) for at, frame in enumerate(frames))
    made = b"".join(joined(iter(stored), bits))
    assert made == expected.to_bytes((bits * 5 + 7) // 8, "little")


def converted(elements: Elements, change: dict[str, int | str], lossy: bool = False) -> Dataset:
    """What pydicom reads of an image with these elements whose pixels come out changed so."""
    file, marks, at, items, end = level(elements, 0)
    stored = image_pixel(marks)
    native = stored.copy()
    for name, value in change.items():
        setattr(native, name, value)
    parts, size = native_parts([NativeImage((0, marks, at, 12, b"OB", items, end, ()), stored, native, lossy)], 0, end)
    data = flattened(parts, file)
    assert size == len(data)
    return read(data)


@pytest.mark.parametrize(
    ("change", "keyword"),
    [
        ({"samples": 1}, "SamplesPerPixel"),
        ({"planar": 1}, "PlanarConfiguration"),
        ({"bits_allocated": 16}, "BitsAllocated"),
        ({"bits_stored": 7}, "BitsStored"),
        ({"high_bit": 6}, "HighBit"),
        ({"signed": 1}, "PixelRepresentation"),
        ({"photometric": "RGB"}, "PhotometricInterpretation"),
        ({"photometric": "YBR_FULL"}, "PhotometricInterpretation"),
    ],
    ids=str,
)
def test_each_attribute_alone(change: dict[str, int | str], keyword: str) -> None:
    before = converted([*attributes(), us(0x00280006, 0)], {})
    after = converted([*attributes(), us(0x00280006, 0)], change)
    differing = {element.keyword for element in after if element.tag not in before or element != before[element.tag]}
    assert differing - {"PixelData"} == {keyword}
    assert after[keyword].value == next(iter(change.values()))


def test_a_text_of_odd_length_is_padded() -> None:
    _file, marks, at, items, end = level(attributes(), 0)
    stored = image_pixel(marks)
    parts, _ = native_parts(
        [NativeImage((0, marks, at, 12, b"OB", items, end, ()), stored, rgb(stored), False)], 0, end
    )
    assert element(0x00280004, b"CS", b"RGB ") in parts


@pytest.mark.parametrize("before", [None, b"", b"00", b"0 "])
def test_lossy_image_compression_is_set(before: bytes | None) -> None:
    there = [] if before is None else [(0x00282110, b"CS", before)]
    assert converted([*attributes(), *there], {}, lossy=True).LossyImageCompression == "01"


@pytest.mark.parametrize("before", [None, b"00", b"01"])
def test_lossy_image_compression_of_a_lossless_stream_is_left(before: bytes | None) -> None:
    """What was lost before it was compressed so stays lost."""
    there = [] if before is None else [(0x00282110, b"CS", before)]
    assert converted([*attributes(), *there], {}).get("LossyImageCompression") == (before and before.decode())


@pytest.mark.parametrize("tag", [0x00280000, 0x7FE00000, 0x7FE00001, 0x7FE00002, 0x7FE00003])
def test_what_would_be_wrong_is_left_out(tag: int) -> None:
    vr = b"UL" if tag & 0xFFFF == 0 else b"OV"
    assert tag not in converted([*attributes(), (tag, vr, bytes(8 if vr == b"OV" else 4))], {})


def test_an_absent_high_bit_follows_from_bits_stored() -> None:
    _, marks, *_ = level([row for row in attributes(allocated=16, stored=12) if row[0] != 0x00280102], 0)
    assert image_pixel(marks).high_bit == 11


@pytest.mark.parametrize("size", [4, 2])
def test_two_images_in_one_sequence_make_it_longer_twice(size: int) -> None:
    """An element of explicit VR has its length in two bytes or in four."""
    _inner, marks, at, items, end = level(attributes(), 100)
    stored = image_pixel(marks)
    first = NativeImage((1, marks, at, 12, b"OB", items, end, ((50, size, 200),)), stored, rgb(stored), True)
    _inner, marks, at, items, end = level(attributes(), end)
    second = NativeImage((1, marks, at, 12, b"OB", items, end, ((50, size, 200),)), stored, rgb(stored), True)
    parts, made = native_parts([first, second], 0, end)
    growth = made - end
    assert (200 + growth).to_bytes(size, "little") in parts


def test_a_sequence_that_would_become_too_long() -> None:
    _, marks, at, items, end = level(attributes(rows=100), 100)
    stored = image_pixel(marks)
    image = NativeImage((1, marks, at, 12, b"OB", items, end, ((50, 4, 0xFFFFFF00),)), stored, stored.copy(), False)
    with pytest.raises(InputError, match="the sequence that it is in would become too long"):
        native_parts([image], 0, end)
