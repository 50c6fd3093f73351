"""A JPEG frame, decoded by pylibjpeg-libjpeg. Only the processes that decode import this."""

import _libjpeg  # type: ignore[import-not-found]

from storejet.codec.jpeg_stream import JpegFrame, mended
from storejet.errors import InputError

#: the plugin's name for: leave the colour as it is in the stream
_NO_TRANSFORM = 0


def decoded(stream: bytes, rows: int, columns: int, samples: int, precision: int, to_rgb: bool) -> "bytes | bytearray":
    """The native frame: by pixel, a byte a sample up to a precision of 8, else two, little endian.

    ``to_rgb``: turn YCbCr into RGB. Raises InputError where the stream is not whole, cannot be decoded, or holds
    another frame than was told.
    """
    frame, stream = mended(stream)
    if frame.layout != (rows, columns, samples, precision):
        raise InputError(
            f"a frame has {frame.rows} x {frame.columns} pixels of {frame.samples} samples with {frame.precision} bits,"
            f" the first one {rows} x {columns} of {samples} with {precision}"
        )
    status, data, _parameters = _libjpeg.decode(stream, _NO_TRANSFORM, False)
    code, _, reason = status.decode("utf-8", "replace").partition("::::")
    if code != "0" or data is None:
        raise InputError(f"its JPEG stream is damaged ({reason or code})")
    if frame.shift:
        data = _shifted(data, frame)
    if to_rgb:
        from storejet.codec.ybr import rgb

        return rgb(data)
    native: bytearray = data
    return native


def _shifted(data: bytearray, frame: JpegFrame) -> bytearray:
    """The samples of a stream with a point transform (T.81 H.1.2.1): what was divided is multiplied again."""
    import numpy

    narrow = numpy.frombuffer(data, "<u1" if frame.precision - frame.shift <= 8 else "<u2")
    return bytearray((narrow.astype(f"<u{frame.cell}") << frame.shift).tobytes())
