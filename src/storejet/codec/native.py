"""A data set whose compressed images become native: which bytes of it stay, and what stands in the place of the rest.

PS3.5 8.2 and A.4: encapsulated Pixel Data is a run of fragments of undefined length; native Pixel Data is one value
whose length follows from the Image Pixel attributes (PS3.3 C.7.6.3), which must say how the pixels lie now. Pure.

An *image* is a data set or item with compressed Pixel Data, as ``Source.images()`` finds them; compressed data sets are
explicit VR little endian (PS3.5 A.4).
"""

from storejet.codec.decoders import CANNOT_DECODE
from storejet.codec.image_pixel import ImagePixel
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from storejet._core import Image, Mark

    #: what goes out, in order: bytes; a slice of the file as (offset, length); the pixels of an image
    Part: TypeAlias = "bytes | tuple[int, int] | NativeImage"

SAMPLES_PER_PIXEL = 0x00280002
PHOTOMETRIC_INTERPRETATION = 0x00280004
PLANAR_CONFIGURATION = 0x00280006
NUMBER_OF_FRAMES = 0x00280008
ROWS = 0x00280010
COLUMNS = 0x00280011
BITS_ALLOCATED = 0x00280100
BITS_STORED = 0x00280101
HIGH_BIT = 0x00280102
PIXEL_REPRESENTATION = 0x00280103
LOSSY_IMAGE_COMPRESSION = 0x00282110
EXTENDED_OFFSET_TABLE = 0x7FE00001
EXTENDED_OFFSET_TABLE_LENGTHS = 0x7FE00002

#: what must not stay: group lengths that would be wrong, and what describes fragments
_LEFT_OUT = (0x00280000, 0x7FE00000, EXTENDED_OFFSET_TABLE, EXTENDED_OFFSET_TABLE_LENGTHS, 0x7FE00003)

_NAMES = {
    SAMPLES_PER_PIXEL: "Samples per Pixel",
    NUMBER_OF_FRAMES: "Number of Frames",
    ROWS: "Rows",
    COLUMNS: "Columns",
    BITS_ALLOCATED: "Bits Allocated",
    BITS_STORED: "Bits Stored",
    HIGH_BIT: "High Bit",
    PIXEL_REPRESENTATION: "Pixel Representation",
    PLANAR_CONFIGURATION: "Planar Configuration",
}
#: bits of a sample that are known here
_BITS = (1, 8, 16, 32, 64)
#: a length of 32 bits, the value of undefined length excepted, and even
_LONGEST = 0xFFFFFFFE


class NativeImage:
    """One image on its way: ``native`` says how its pixels come out; ``parents`` and ``marks`` are those of Image."""

    __slots__ = ("end", "lossy", "marks", "native", "parents", "pixel_data_at", "stored")

    def __init__(self, image: "Image", stored: ImagePixel, native: ImagePixel, lossy: bool) -> None:
        _depth, marks, self.pixel_data_at, _header, _vr, _first_item, self.end, self.parents = image
        self.marks = {mark[0]: mark for mark in marks}
        self.stored = stored
        self.native = native
        self.lossy = lossy


def _refused(text: str, mark: "Mark") -> InputError:
    return InputError(f"{CANNOT_DECODE}{text}", "", mark[2], mark[0])


def image_pixel(marks: "Sequence[Mark]") -> ImagePixel:
    """The Image Pixel attributes of an image. Raises InputError for one that is wanting or makes no sense."""
    by_tag = {mark[0]: mark for mark in marks}

    def number(tag: int, default: int | None) -> int:
        _tag, found, _offset, _header, length, _vr, _repeated, value = mark = by_tag[tag]
        if not found or length == 0:
            if default is None:
                raise _refused(f"it has no {_NAMES[tag]}", mark)
            return default
        if length < 2 or len(value) < 2:
            raise _refused(f"its {_NAMES[tag]} is no number of two bytes", mark)
        return int.from_bytes(value[:2], "little")

    bits = number(BITS_ALLOCATED, None)
    if bits not in _BITS:
        raise _refused(f"its Bits Allocated is {bits}", by_tag[BITS_ALLOCATED])
    stored = number(BITS_STORED, bits)
    made = ImagePixel(
        rows=number(ROWS, None),
        columns=number(COLUMNS, None),
        samples=number(SAMPLES_PER_PIXEL, None),
        frames=_frames(by_tag[NUMBER_OF_FRAMES]),
        bits_allocated=bits,
        bits_stored=stored,
        high_bit=number(HIGH_BIT, max(stored - 1, 0)),
        signed=number(PIXEL_REPRESENTATION, 0),
        planar=number(PLANAR_CONFIGURATION, 0),
        photometric=by_tag[PHOTOMETRIC_INTERPRETATION][7].strip(b" \0").decode("latin-1"),
    )
    for tag, value in ((ROWS, made.rows), (COLUMNS, made.columns), (SAMPLES_PER_PIXEL, made.samples)):
        if value == 0:
            raise _refused(f"its {_NAMES[tag]} is 0", by_tag[tag])
    return made


def _frames(mark: "Mark") -> int:
    _tag, found, _offset, _header, length, _vr, _repeated, value = mark
    text = value.strip(b" \0")
    if not found or not text:
        return 1
    digits = text[1:] if text[:1] == b"+" else text
    if length > 12 + 2 or not digits.isdigit() or int(digits) == 0:
        raise _refused(f"its Number of Frames is {value.decode('latin-1')!r}", mark)
    return int(digits)


def pixel_data_length(native: ImagePixel) -> int:
    """Bytes of the native Pixel Data with its pad. Raises InputError where 32 bits cannot hold it."""
    length = native.length + (native.length & 1)
    if length > _LONGEST:
        text = f"its {native.length} bytes of native pixels are more than an uncompressed transfer syntax can carry"
        raise InputError(f"{CANNOT_DECODE}{text}")
    return length


def _element(tag: int, vr: bytes, value: bytes) -> bytes:
    """An element with a 16-bit length, in explicit VR little endian."""
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little")
    return head + vr + len(value).to_bytes(2, "little") + value


def _corrected(image: NativeImage) -> "Iterator[tuple[int, bytes]]":
    """Tag and element of the attributes that are no longer what they were."""
    stored, native, marks = image.stored, image.native, image.marks
    if native.photometric != stored.photometric:
        text = native.photometric.encode("latin-1")
        yield PHOTOMETRIC_INTERPRETATION, _element(PHOTOMETRIC_INTERPRETATION, b"CS", text + b" " * (len(text) & 1))
    numbers = (
        (SAMPLES_PER_PIXEL, stored.samples, native.samples),
        (PLANAR_CONFIGURATION, stored.planar, native.planar),
        (BITS_ALLOCATED, stored.bits_allocated, native.bits_allocated),
        (BITS_STORED, stored.bits_stored, native.bits_stored),
        (HIGH_BIT, stored.high_bit, native.high_bit),
        (PIXEL_REPRESENTATION, stored.signed, native.signed),
    )
    for tag, before, now in numbers:
        # type 1C: wanted where there is more than one sample (PS3.3 C.7.6.3.1.3)
        wanting = tag == PLANAR_CONFIGURATION and native.samples > 1 and not marks[tag][1]
        if before != now or wanting:
            yield tag, _element(tag, b"US", now.to_bytes(2, "little"))
    if image.lossy and not marks[LOSSY_IMAGE_COMPRESSION][7].startswith(b"01"):
        yield LOSSY_IMAGE_COMPRESSION, _element(LOSSY_IMAGE_COMPRESSION, b"CS", b"01")


def _pixel_data(image: NativeImage) -> "tuple[bytes, NativeImage, bytes]":
    """Header, pixels, pad (PS3.5 8.1.2, A.2: OB for samples of a byte or less, whose order no byte order changes)."""
    native = image.native
    length = pixel_data_length(native)
    vr = b"OW" if native.bits_allocated > 8 else b"OB"
    return b"\xe0\x7f\x10\x00" + vr + b"\0\0" + length.to_bytes(4, "little"), image, b"\0" * (length - native.length)


def _edits(image: NativeImage) -> "Iterator[tuple[int, int, Sequence[Part]]]":
    """(begin, end, what stands there instead) for all that changes at the level of an image."""
    corrected = dict(_corrected(image))
    for tag, (_tag, found, offset, header, length, _vr, repeated, _value) in image.marks.items():
        if tag in corrected:
            if repeated:
                raise _refused(f"({tag >> 16:04x},{tag & 0xFFFF:04x}) is there twice", image.marks[tag])
            yield offset, offset + header + length if found else offset, (corrected[tag],)
        elif found and tag in _LEFT_OUT:
            yield offset, offset + header + length, ()
    yield image.pixel_data_at, image.end, _pixel_data(image)


def length_of(part: "Part") -> int:
    """Bytes of a part."""
    if isinstance(part, bytes):
        return len(part)
    return part.native.length if isinstance(part, NativeImage) else part[1]


def native_parts(images: "Sequence[NativeImage]", begin: int, end: int) -> "tuple[list[Part], int]":
    """What goes out in the place of the data set that stands from ``begin`` to ``end`` in its file; its bytes in all.

    The lengths of items and sequences around an image are set right. Raises InputError where one no longer fits.
    """
    edits: list[tuple[int, int, Sequence[Part]]] = []
    grown: dict[int, tuple[int, int]] = {}
    for image in images:
        own = list(_edits(image))
        growth = sum([sum(map(length_of, instead)) - (last - first) for first, last, instead in own])
        for offset, size, length in image.parents:
            grown[offset] = size, grown.get(offset, (size, length))[1] + growth
        edits += own
    for offset, (size, length) in grown.items():
        if length > _LONGEST:
            raise InputError(f"{CANNOT_DECODE}the sequence that it is in would become too long")
        edits.append((offset, offset + size, (length.to_bytes(size, "little"),)))
    edits.sort(key=lambda edit: (edit[0], edit[1]))
    parts: list[Part] = []
    at = begin
    for first, last, instead in edits:
        if first > at:
            parts.append((at, first - at))
        parts += [part for part in instead if part != b""]
        at = last
    if end > at:
        parts.append((at, end - at))
    return parts, sum(map(length_of, parts))


def joined(frames: "Iterator[bytes]", bits: int) -> "Iterator[bytes]":
    """Frames of so many bits each, whose last byte is not full, one behind the other without a gap (PS3.5 8.1.1)."""
    held, kept = 0, 0
    for frame in frames:
        held |= (int.from_bytes(frame, "little") & ((1 << bits) - 1)) << kept
        kept += bits
        whole = kept // 8
        yield (held & ((1 << 8 * whole) - 1)).to_bytes(whole, "little")
        held >>= 8 * whole
        kept -= 8 * whole
    if kept:
        yield held.to_bytes(1, "little")
