"""YBR_FULL to RGB (PS3.3 C.7.6.3.1.2, ITU-T T.871 clause 7), in 16-bit fixed point with rounding as libjpeg has it.

R = Y + 1.402 (Cr - 128) · G = Y - 0.344136 (Cb - 128) - 0.714136 (Cr - 128) · B = Y + 1.772 (Cb - 128)

Only the processes that decode import this.
"""

import numpy

_SCALE = 1 << 16
_HALF = _SCALE >> 1


def _scaled(factor: float) -> int:
    return int(factor * _SCALE + 0.5)


_CHROMA = numpy.arange(256, dtype=numpy.int64) - 128
_RED = ((_scaled(1.402) * _CHROMA + _HALF) >> 16).astype(numpy.int16)
_BLUE = ((_scaled(1.772) * _CHROMA + _HALF) >> 16).astype(numpy.int16)
_GREEN_OF_CB = (-_scaled(0.34414) * _CHROMA + _HALF).astype(numpy.int32)
_GREEN_OF_CR = (-_scaled(0.71414) * _CHROMA).astype(numpy.int32)
#: pixels at a time: what is in between stays in the processor's cache
_BLOCK = 1 << 14


def rgb(frame: "bytes | bytearray") -> bytearray:
    """A frame of 8-bit YBR_FULL, by pixel, as RGB by pixel."""
    result = bytearray(len(frame))
    pixels = numpy.frombuffer(frame, numpy.uint8).reshape(-1, 3)
    out = numpy.frombuffer(result, numpy.uint8).reshape(-1, 3)
    for start in range(0, len(pixels), _BLOCK):
        block = pixels[start : start + _BLOCK]
        luma, cb, cr = (numpy.ascontiguousarray(block[:, channel]) for channel in range(3))
        to = out[start : start + _BLOCK]
        to[:, 0] = numpy.clip(luma + _RED[cr], 0, 255)
        to[:, 1] = numpy.clip(luma + ((_GREEN_OF_CB[cb] + _GREEN_OF_CR[cr]) >> 16), 0, 255)
        to[:, 2] = numpy.clip(luma + _BLUE[cb], 0, 255)
    return result
