"""Frames of 8-bit JPEG with Huffman codes, decoded by the libjpeg-turbo that Pillow carries, on any thread.

It is libjpeg to the bit, and so is DCMTK, and it works without the interpreter's lock. Pillow's own parser of headers
is not used, ours is stricter; only its extension module is loaded, which takes a few milliseconds. What is used of it
is the layer under ``Image.frombytes`` and ``Image.tobytes``, and whether that is as it was is tried before.
"""

from storejet.codec.jpeg_stream import LOSSLESS, JpegFrame, mended
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

#: components → Pillow's name for pixels of so many bytes
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
#: what the decoder returns: all lines were made, and nothing was wrong with them
_DONE = (-1, 0)
#: the value of samples of which the decoder found nothing: no coefficients (T.81 A.3.1)
_NOTHING = b"\x80"
#: bytes of a scan that surely make some block that is not empty
_ENOUGH = 1 << 10
#: two blocks of one value each, 135 and 128 (T.81 F.1.2), quantised by 8
_SAMPLE = (
    b"\xff\xd8\xff\xdb\x00\x43\x00" + b"\x08" * 64 + b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x01\x01\x11\x00"
    b"\xff\xc4\x00\x15\x00\x01\x01" + bytes(14) + b"\x00\x03\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\xba\x0f\xff\xd9"
)
_SAMPLE_PIXELS = (b"\x87" * 8 + b"\x80" * 8) * 8


def _load() -> "ModuleType | None":
    try:
        from PIL import _imaging
    except Exception:
        return None
    # another libjpeg than IJG's 6b and this successor of it makes other pixels
    return _imaging if getattr(_imaging, "HAVE_LIBJPEGTURBO", False) else None


def _works() -> bool:
    try:
        return _pixels(*mended(_SAMPLE), False) == _SAMPLE_PIXELS
    except Exception:
        return False


def decodes(frame: JpegFrame) -> bool:
    """Whether frames like this one are decoded here."""
    return _pillow is not None and frame.precision == 8 and frame.process != LOSSLESS and frame.samples in _MODES


def decoded(frame: JpegFrame, stream: bytes, to_rgb: bool) -> bytes:
    """The native frame, by pixel. ``frame`` and ``stream`` are what ``mended`` makes, so that they agree in the number
    of lines, columns and components: more of them than that would be written behind the line.

    ``to_rgb``: turn YCbCr into RGB. Raises InputError where the stream is damaged, MemoryError.
    """
    native = _pixels(frame, stream, to_rgb)
    # what is missing of a scan comes out as if there were no coefficients in it, and nothing is said of that
    if frame.scans == 1 and native[-frame.samples :] == _NOTHING * frame.samples:
        _must_be_whole(frame, stream, to_rgb, native)
    return native


def _must_be_whole(frame: JpegFrame, stream: bytes, to_rgb: bool, native: bytes) -> None:
    """Raise InputError where the only scan ends before the last block: what then follows it changes the pixels, be it
    more of the same interval or the next one."""
    end = len(stream) - 2
    more = stream[frame.entropy : min(frame.entropy + _ENOUGH, end)].rstrip(b"\xff")
    again = [stream[:end], more, *(bytes((0xFF, 0xD0 + number)) + more for number in range(8)), stream[end:]]
    if _pixels(frame, b"".join(again), to_rgb) != native:
        raise InputError("its JPEG stream is cut short: the scan ends before the last block")


def _pixels(frame: JpegFrame, stream: bytes, to_rgb: bool) -> bytes:
    assert _pillow is not None
    mode = _MODES[frame.samples]
    size = frame.columns, frame.rows
    image = _pillow.new(mode, size)
    # colour in the stream, and colour that is wanted: where they are the same, nothing is converted
    decoder = _pillow.jpeg_decoder(mode, mode, "YCbCr" if to_rgb else mode, 1, 0)
    decoder.setimage(image, (0, 0, *size))
    done = decoder.decode(stream)
    if done != _DONE:
        if done[0] >= 0:
            raise InputError(f"its JPEG stream is cut short after {len(stream)} bytes")
        raise InputError(f"its JPEG stream is damaged (libjpeg-turbo, error {done[1]})")
    encoder = _pillow.raw_encoder(mode, mode, 0, 1)
    encoder.setimage(image, (0, 0, *size))
    native: bytes = encoder.encode(frame.rows * frame.columns * frame.samples)[2]
    return native


_pillow = _load()
if _pillow is not None and not _works():
    _pillow = None
