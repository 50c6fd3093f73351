"""JPEG-LS frames (ITU-T T.87; PS3.5 8.2.3, A.4.3), lossless and near-lossless, by our own kernel.

Nothing but the transfer syntax changes, and a label that says chroma is subsampled: samples come out with the bits,
the sign and the colours that went in, in the planar configuration that the data set names, whatever the order in the
stream.
"""

from storejet._core import jpegls_decoded, jpegls_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.codec.image_pixel import ImagePixel


class JpegLs:
    """A ``Decoder`` (see decoders.py)."""

    __slots__ = ("lossy", "native")

    def __init__(self, native: "ImagePixel", lossy: bool) -> None:
        self.native = native
        self.lossy = lossy

    def decode(self, stream: bytes) -> bytes:
        """One frame; InputError where it is damaged, ends early, or is not as ``native`` says."""
        native = self.native
        return jpegls_decoded(stream, native.rows, native.columns, native.samples, native.bits_allocated, native.planar)


def open_decoder(syntax: str, stored: "ImagePixel", first: bytes) -> JpegLs:
    """The decoder for an image, from its attributes as stored and its first frame, whose header must be readable
    (InputError). Lossy is what has NEAR above 0, under either transfer syntax."""
    near = jpegls_header(first)[4]
    native = stored.copy()
    if native.photometric == "YBR_FULL_422":
        # chroma is there for every pixel: the label would halve it (PS3.3 C.7.6.3.1.2)
        native.photometric = "YBR_FULL"
    return JpegLs(native, near > 0)
