"""A JPEG 2000 or HTJ2K frame, decoded by pylibjpeg-openjpeg. Only the processes that decode import this."""

from io import BytesIO

import _openjpeg  # type: ignore[import-not-found]
import numpy

from storejet.codec.codestream import codestream, whole
from storejet.errors import InputError

#: the plugin's name for a codestream without a file around it
_CODESTREAM = 0


def decoded(
    stream: bytes, rows: int, columns: int, samples: int, precision: int, signed: int, bits_allocated: int
) -> "bytes | bytearray":
    """The native frame, by pixel, little endian, ``bits_allocated`` a sample; those of one bit from the lowest one on.

    The codestream's own colour transform is undone. Raises InputError where the codestream is not whole, cannot be
    decoded, or holds another frame than was told.
    """
    header = codestream(stream)
    if header.layout != (rows, columns, samples, precision, signed):
        raise InputError("a frame has another size, precision or number of samples than the first one")
    try:
        code, data = _openjpeg.decode(BytesIO(whole(stream, header)), _CODESTREAM, False)
    except RuntimeError as error:
        raise InputError(f"its JPEG 2000 codestream is damaged ({error})") from None
    if code != 0 or len(data) != rows * columns * samples * header.cell:
        raise InputError(f"its JPEG 2000 codestream is damaged (error code {code})")
    if bits_allocated == 8 * header.cell:
        native: bytearray = data
        return native
    sign = "i" if signed else "u"
    values = numpy.frombuffer(data, f"<{sign}{header.cell}")
    if bits_allocated == 1:
        return numpy.packbits(values, bitorder="little").tobytes()
    return values.astype(f"<{sign}{bits_allocated // 8}").tobytes()
