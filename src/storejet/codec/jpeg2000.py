"""Frames of JPEG 2000 and HTJ2K (PS3.5 8.2.4, A.4.4), decoded by pylibjpeg-openjpeg in processes of their own.

The codestream's multiple component transformation is undone, so that YBR_RCT and YBR_ICT become RGB. Bits Allocated
stays as stored, and samples of fewer bits are widened; Bits Stored and the sign stay too, though codestreams are met
that claim another precision or sign than the data set: it is the bits that were stored, and the data set tells what
they mean.
"""

from storejet.codec.codestream import codestream
from storejet.codec.workers import pool, undecodable
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.codec.image_pixel import ImagePixel

#: Photometric Interpretation of a codestream → of what comes out of it
_NATIVE = {"YBR_RCT": "RGB", "YBR_ICT": "RGB", "YBR_FULL_422": "YBR_FULL"}


class Jpeg2000Decoder:
    """See ``Decoder``."""

    __slots__ = ("_options", "lossy", "native")

    def __init__(self, native: "ImagePixel", lossy: bool, options: "tuple[int, ...]") -> None:
        self.native = native
        self.lossy = lossy
        self._options = options

    def decode(self, stream: bytes) -> bytes:
        """One frame, as ``Decoder`` says."""
        return pool().decode("jpeg2000", stream, self._options, self.native.frame_bytes)


def open_decoder(_syntax: str, stored: "ImagePixel", first: bytes) -> Jpeg2000Decoder:
    """The decoder for an image, from its Image Pixel attributes as stored and its first frame.

    Raises InputError where the codestream's header is damaged, or has other rows, columns or samples than the
    attributes.
    """
    try:
        header = codestream(first)
    except InputError as error:
        raise undecodable(error.text) from None
    if (header.rows, header.columns, header.samples) != (stored.rows, stored.columns, stored.samples):
        raise undecodable(
            f"its JPEG 2000 codestream has {header.rows} rows, {header.columns} columns and {header.samples} samples"
            f" per pixel, its data set says {stored.rows}, {stored.columns} and {stored.samples}"
        )
    if header.precision > 32:
        raise undecodable(f"its JPEG 2000 codestream has a precision of {header.precision} bits")
    native = stored.copy()
    native.planar = 0
    native.photometric = _NATIVE.get(stored.photometric, stored.photometric)
    if stored.bits_allocated not in (1, 8, 16, 32) or header.precision > stored.bits_allocated:
        native.bits_allocated = 8 * header.cell
        native.bits_stored = header.precision
        native.high_bit = header.precision - 1
    pool().prepare("jpeg2000", stored.frames)
    return Jpeg2000Decoder(native, header.lossy, (*header.layout, native.bits_allocated))
