"""Frames of JPEG (PS3.5 8.2.1, A.4.1): lossless ones are decoded by our kernel, lossy ones of 8 bits by Pillow, both in
this process; others by pylibjpeg-libjpeg in processes of their own (``workers.py``). There go, too, large lossy ones
and those of many scans, which could take all memory or all time; YCbCr that is lossless, which numpy converts; and all
lossy ones where there is no Pillow.

What comes out is labelled as DCMTK's decompression labels it, and is the same but for the rounding of lossy processes
by pylibjpeg-libjpeg, of 12 bits that is:

* the stream's own process and precision count, whatever the transfer syntax promises: Bits Allocated is 8 up to a
  precision of 8, else 16; Bits Stored is at most the precision, and High Bit one less;
* the Photometric Interpretation tells the colour space, not the markers of JFIF and Adobe: YBR_FULL, YBR_FULL_422 and
  YBR_PARTIAL_422 become RGB, everything else stays as it is, bytes and label;
* Planar Configuration is 0; subsampled chroma comes out at full resolution.
"""

from storejet.codec import jpeg_lossless, jpeg_turbo
from storejet.codec.jpeg_stream import LOSSLESS, frame_header, mended_as
from storejet.codec.workers import pool, undecodable
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.codec.image_pixel import ImagePixel
    from storejet.codec.jpeg_stream import JpegFrame

#: Photometric Interpretations that are turned into RGB
_YBR = ("YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_422")
#: native bytes of the largest frame that is decoded in this process
MOST_HERE = 64 << 20
#: scans of the longest one: each passes over the whole frame, however short it is
MOST_SCANS = 64


class JpegDecoder:
    """See ``Decoder``."""

    __slots__ = ("_here", "_layout", "_to_rgb", "lossy", "native")

    def __init__(self, native: "ImagePixel", frame: "JpegFrame", to_rgb: bool) -> None:
        self.native = native
        self.lossy = frame.lossy
        self._layout = frame.layout
        self._to_rgb = to_rgb
        if frame.process == LOSSLESS:
            self._here = not to_rgb
        else:
            self._here = jpeg_turbo.decodes(frame) and native.frame_bytes <= MOST_HERE
        if not self._here:
            # while the rest of the file is read, the processes load the decoder
            pool().prepare("jpeg", native.frames)

    def decode(self, stream: bytes) -> bytes:
        """One frame, as ``Decoder`` says."""
        if self._here:
            try:
                frame, whole = mended_as(stream, *self._layout)
                # the first frame's process need not be that of all
                if jpeg_turbo.decodes(frame) and frame.scans <= MOST_SCANS:
                    return jpeg_turbo.decoded(frame, whole, self._to_rgb)
                scan = jpeg_lossless.scan_of(frame, whole)
                if scan is not None and not self._to_rgb:
                    return jpeg_lossless.decoded(frame, scan, whole)
            except InputError as error:
                raise undecodable(error.text) from None
            except MemoryError:
                raise undecodable("there is not enough memory for its decoder") from None
        return pool().decode("jpeg", stream, (*self._layout, self._to_rgb), self.native.frame_bytes)


def open_decoder(_syntax: str, stored: "ImagePixel", first: bytes) -> JpegDecoder:
    """The decoder for an image, from its Image Pixel attributes as stored and its first frame.

    Raises InputError where the stream's header is damaged, is of a process that is not decoded, or has other rows,
    columns or samples than the attributes.
    """
    try:
        frame = frame_header(first)
    except InputError as error:
        raise undecodable(error.text) from None
    if (frame.rows, frame.columns, frame.samples) != (stored.rows, stored.columns, stored.samples):
        raise undecodable(
            f"its JPEG stream has {frame.rows} rows, {frame.columns} columns and {frame.samples} samples per pixel,"
            f" its data set says {stored.rows}, {stored.columns} and {stored.samples}"
        )
    if not 2 <= frame.precision <= 16:
        raise undecodable(f"its JPEG stream has a precision of {frame.precision} bits")
    native = stored.copy()
    native.bits_allocated = 8 * frame.cell
    # more bits than were allocated are the stream's word against an attribute that cannot be right
    fits = 0 < stored.bits_stored <= frame.precision <= max(stored.bits_allocated, 8)
    native.bits_stored = stored.bits_stored if fits else frame.precision
    native.high_bit = native.bits_stored - 1
    native.planar = 0
    to_rgb = frame.samples == 3 and stored.photometric in _YBR
    if to_rgb:
        if frame.precision != 8:
            raise undecodable(f"its JPEG stream has YCbCr colour of {frame.precision} bits, which is not supported")
        native.photometric = "RGB"
    return JpegDecoder(native, frame, to_rgb)
