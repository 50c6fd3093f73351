"""The markers of a JPEG 2000 codestream (ITU-T T.800 annex A): what its image is, and whether all of it is there.

SOC FF4F · SIZ FF51 image and tile size · COD FF52 coding style · SOT FF90 start of tile-part · SOD FF93 start of data
· EOC FFD9.

SIZ (A.5.1): Rsiz · Xsiz Ysiz XOsiz YOsiz · XTsiz YTsiz XTOsiz YTOsiz · Csiz, for each component Ssiz (sign and depth
- 1) XRsiz YRsiz. SOT (A.4.2): Isot the tile · Psot bytes of the tile-part, from its SOT on (0: up to EOC) · TPsot its
number · TNsot how many the tile has (0: not told).
"""

from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SIZ: "Final" = 0x51
COD: "Final" = 0x52
SOT: "Final" = 0x90
#: bytes of the shortest tile-part: SOT and SOD
_LEAST: "Final" = 14

_SOC = b"\xff\x4f\xff\x51"
#: the signature box of a JP2 file (I.5.1), which has no place in DICOM (PS3.5 A.4.4) but is met
_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"


class Codestream:
    """What SIZ and COD say: ``rows``, ``columns``, ``samples``, ``precision`` in bits, ``signed``, ``tiles`` (how
    many), ``lossy`` (the irreversible wavelet), ``begins`` (byte of SOC), ``body`` (byte of the first SOT)."""

    __slots__ = ("begins", "body", "columns", "lossy", "precision", "rows", "samples", "signed", "tiles")

    def __init__(self, siz: bytes, begins: int) -> None:
        samples = int.from_bytes(siz[34:36], "big")
        if len(siz) < 36 or len(siz) != 36 + 3 * samples or not samples:
            raise InputError("the header of its JPEG 2000 codestream is damaged")
        width, height, left, top, tile_width, tile_height, tile_left, tile_top = (
            int.from_bytes(siz[at : at + 4], "big") for at in range(2, 34, 4)
        )
        if not (left < width and top < height and tile_width and tile_height and tile_left <= left and tile_top <= top):
            raise InputError("the header of its JPEG 2000 codestream is damaged")
        if len({siz[36 + 3 * i] for i in range(samples)}) > 1:
            raise InputError("its JPEG 2000 codestream has components of different precision, which is not supported")
        self.begins = begins
        self.body = 0
        self.lossy = False
        self.rows = height - top
        self.columns = width - left
        self.samples = samples
        self.precision = (siz[36] & 0x7F) + 1
        self.signed = siz[36] >> 7
        self.tiles = -(-(width - tile_left) // tile_width) * -(-(height - tile_top) // tile_height)

    @property
    def cell(self) -> int:
        """Bytes of a decoded sample."""
        return 1 if self.precision <= 8 else 2 if self.precision <= 16 else 4

    @property
    def layout(self) -> "tuple[int, int, int, int, int]":
        return self.rows, self.columns, self.samples, self.precision, self.signed


def _number(stream: bytes, at: int, size: int) -> int:
    if at + size > len(stream):
        raise InputError(f"its JPEG 2000 codestream is cut short after {len(stream)} bytes")
    return int.from_bytes(stream[at : at + size], "big")


def _begin(stream: bytes) -> int:
    """Where SOC is: at the beginning, or in the box of a JP2 file (I.5.4) that holds the codestream."""
    if stream[:4] == _SOC:
        return 0
    if stream[:12] == _JP2:
        at = 12
        while at < len(stream):
            length, head = _number(stream, at, 4), 8
            if length == 1:
                length, head = _number(stream, at + 8, 8), 16
            if stream[at + 4 : at + 8] == b"jp2c":
                if stream[at + head : at + head + 4] == _SOC:
                    return at + head
                break
            if length < head:
                break
            at += length
    raise InputError("its JPEG 2000 codestream does not begin like one")


def codestream(stream: bytes) -> Codestream:
    """What the main header of a frame says (A.4). Raises InputError where it is damaged."""
    begins = _begin(stream)
    at = begins + 2
    found: Codestream | None = None
    while True:
        marker = _number(stream, at, 2)
        if marker == 0xFF00 | SOT:
            break
        length = _number(stream, at + 2, 2)
        _number(stream, at + 2 + length, 0)
        segment = stream[at + 4 : at + 2 + length]
        if marker < 0xFF00 or length < 2:
            raise InputError(f"its JPEG 2000 codestream has no marker where one must be, at byte {at}")
        if marker == 0xFF00 | SIZ and found is None:
            found = Codestream(segment, begins)
        elif marker == 0xFF00 | COD and found is not None and len(segment) >= 10:
            # A.6.1: Scod, four bytes of SGcod, levels, code-block width, height, style, then the wavelet: 0 is 9-7
            found.lossy = segment[9] == 0
        at += 2 + length
    if found is None:
        raise InputError("its JPEG 2000 codestream has no image size")
    found.body = at
    return found


def whole(stream: bytes, header: Codestream) -> bytes:
    """The codestream of a frame, from SOC to EOC. Raises InputError where part of it is missing.

    Decoders may fill in what is missing with grey, so that it is looked for here: every tile-part is there as long as
    its SOT says, of every tile there is one, and EOC stands behind the last. How many parts a tile has (TNsot) is not
    asked: encoders are met that write one less than they make.
    """
    at = header.body
    tiles = set()
    while stream[at : at + 2] == b"\xff\x90":
        tile, length = _number(stream, at + 4, 2), _number(stream, at + 6, 4)
        if length == 0:
            # the last one: EOC is what tells its end, and is not found in its data (A.1.3, B.10.1)
            length = stream.find(b"\xff\xd9", at + _LEAST) - at
        if length < _LEAST:
            raise InputError(f"its JPEG 2000 codestream is damaged or cut short, behind byte {at}")
        tiles.add(tile)
        at += length
    if stream[at : at + 2] != b"\xff\xd9" or len(tiles) != header.tiles:
        raise InputError(f"its JPEG 2000 codestream is damaged or cut short, at byte {min(at, len(stream))}")
    return stream[header.begins : at + 2]
