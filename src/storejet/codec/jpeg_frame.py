"""A JPEG frame, decoded by pylibjpeg-libjpeg, or Pillow where it can. Only the processes that decode import this."""

import _libjpeg  # type: ignore[import-not-found]

from storejet.codec import jpeg_lossless, jpeg_turbo
from storejet.codec.jpeg_stream import JpegFrame, mended_as
from storejet.errors import InputError

#: the plugin's name for: leave the colour as it is in the stream
_NO_TRANSFORM = 0


def decoded(stream: bytes, rows: int, columns: int, samples: int, precision: int, to_rgb: bool) -> "bytes | bytearray":
    """The native frame: by pixel, a byte a sample up to a precision of 8, else two, little endian.

    ``to_rgb``: turn YCbCr into RGB. Raises InputError where the stream is not whole, cannot be decoded, or holds
    another frame than was told.
    """
    frame, stream = mended_as(stream, rows, columns, samples, precision)
    if jpeg_turbo.decodes(frame):
        return jpeg_turbo.decoded(frame, stream, to_rgb)
    scan = jpeg_lossless.scan_of(frame, stream)
    if scan is not None:
        native = jpeg_lossless.decoded(frame, scan, stream)
        return _rgb(native) if to_rgb else native
    status, data, _parameters = _libjpeg.decode(stream, _NO_TRANSFORM, False)
    code, _, reason = status.decode("utf-8", "replace").partition("::::")
    if code != "0" or data is None:
        raise InputError(f"its JPEG stream is damaged ({reason or code})")
    if frame.shift:
        data = _shifted(data, frame)
    return _rgb(data) if to_rgb else bytes(data)


def _rgb(data: "bytes | bytearray") -> bytearray:
    from storejet.codec.ybr import rgb

    return rgb(data)


def _shifted(data: bytearray, frame: JpegFrame) -> bytearray:
    """The samples of a stream with a point transform (T.81 H.1.2.1): what was divided is multiplied again."""
    import numpy

    narrow = numpy.frombuffer(data, "<u1" if frame.precision - frame.shift <= 8 else "<u2")
    return bytearray((narrow.astype(f"<u{frame.cell}") << frame.shift).tobytes())
