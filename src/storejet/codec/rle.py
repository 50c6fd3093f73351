"""Frames of RLE Lossless (PS3.5 A.4.2, annex G), decoded by the kernel ``ext/core/rle.c``."""

from storejet._core import rle_checked, rle_decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.codec.image_pixel import ImagePixel


class RleDecoder:
    """See ``Decoder``. Native is what was stored: RLE knows no colour transform, and its segments serve either Planar
    Configuration."""

    __slots__ = ("_layout", "native")

    lossy = False

    def __init__(self, stored: "ImagePixel") -> None:
        self.native = stored.copy()
        if stored.photometric == "YBR_FULL_422":
            # not of RLE (PS3.5 8.2.2): a segment has a byte of every pixel, so that chroma is not subsampled
            self.native.photometric = "YBR_FULL"
        self._layout = (stored.rows, stored.columns, stored.samples, stored.bits_allocated, stored.planar)

    def check(self, stream: bytes) -> None:
        """InputError unless the header of a frame fits the image."""
        rle_checked(stream, *self._layout)

    def decode(self, stream: bytes) -> bytes:
        """One frame, as ``Decoder`` says."""
        return rle_decoded(stream, *self._layout)


def open_decoder(_syntax: str, stored: "ImagePixel", first: bytes) -> RleDecoder:
    """The decoder for an image. Raises InputError where the first frame's header does not fit its attributes: another
    number of segments than Bits Allocated and Samples per Pixel make (G.2), or segments outside of the frame."""
    decoder = RleDecoder(stored)
    decoder.check(first)
    return decoder
