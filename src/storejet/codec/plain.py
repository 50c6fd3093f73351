"""Frames that are native but for their wrapping: Deflated Image Frame Compression (PS3.5 A.4, RFC 1951 a frame) and
Encapsulated Uncompressed (A.4: the frame itself is the fragment)."""

from storejet.codec.workers import undecodable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import zlib

    from storejet.codec.image_pixel import ImagePixel
else:
    try:
        from zlib_ng import zlib_ng as zlib
    except ImportError:
        import zlib

#: no zlib header, no checksum
_RAW = -15


class PlainDecoder:
    """See ``Decoder``. Frames of Encapsulated Uncompressed."""

    __slots__ = ("native",)

    lossy = False

    def __init__(self, stored: "ImagePixel") -> None:
        self.native = stored.copy()

    def decode(self, stream: bytes) -> bytes:
        """One frame, as ``Decoder`` says: all of the stream, but for the byte that makes its length even."""
        return self._framed(stream)

    def _framed(self, frame: bytes) -> bytes:
        length = self.native.frame_bytes
        if not length <= len(frame) <= length + length % 2:
            raise undecodable(f"a frame of it has {len(frame)} bytes, its data set says {length}")
        return frame if len(frame) == length else frame[:length]


class DeflatedFrameDecoder(PlainDecoder):
    """See ``Decoder``. Each frame is a deflate stream of its own."""

    __slots__ = ()

    def decode(self, stream: bytes) -> bytes:
        """One frame, as ``Decoder`` says."""
        inflater = zlib.decompressobj(_RAW)
        # never more than can be right, and the pad, whatever the stream would grow to
        most = self.native.frame_bytes + 2
        try:
            frame = inflater.decompress(stream, most)
        except zlib.error as error:
            raise undecodable(f"the deflate stream of a frame is damaged ({error})") from None
        if not inflater.eof and len(frame) < most:
            raise undecodable(f"the deflate stream of a frame is cut short after {len(stream)} bytes")
        return self._framed(frame)


def open_decoder(syntax: str, stored: "ImagePixel", _first: bytes) -> PlainDecoder:
    """The decoder for an image."""
    return DeflatedFrameDecoder(stored) if syntax == "1.2.840.10008.1.2.8.1" else PlainDecoder(stored)
