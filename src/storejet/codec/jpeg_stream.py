"""The markers of a JPEG stream (ITU-T T.81 annex B): what its frame is, and the stream as its decoder is to get it.

B.1.1.2: a marker is 0xFF and a byte that is neither 0 nor 0xFF, any number of 0xFF may come before it. B.1.1.4: what
follows a marker but SOI, EOI and RSTm is a length of two bytes, which counts itself, and a segment.

SOFn  start of frame   P precision · Y lines · X samples a line · Nf components, each C · H,V · Tq (B.2.2)
SOS   start of scan    Ns components, each Cs · Td,Ta · then Ss, Se: spectral selection · Ah, Al: approximation (B.2.3)
"""

from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SOI: "Final" = 0xD8
EOI: "Final" = 0xD9
SOS: "Final" = 0xDA
DNL: "Final" = 0xDC
COM: "Final" = 0xFE
#: frames that there is a decoder for: baseline, extended sequential, progressive, lossless, all with Huffman codes
BASELINE: "Final" = 0xC0
EXTENDED: "Final" = 0xC1
PROGRESSIVE: "Final" = 0xC2
LOSSLESS: "Final" = 0xC3
#: start of frame markers that are not decoded → why
_REFUSED = {
    0xC5: "is hierarchical",
    0xC6: "is hierarchical",
    0xC7: "is hierarchical",
    0xDE: "is hierarchical",
    0xDF: "is hierarchical",
    0xC9: "has arithmetic coding",
    0xCA: "has arithmetic coding",
    0xCB: "has arithmetic coding",
    0xCC: "has arithmetic coding",
    0xCD: "is hierarchical",
    0xCE: "is hierarchical",
    0xCF: "is hierarchical",
    0xF7: "is a JPEG-LS stream",
}


class JpegFrame:
    """What the start of frame says: ``process`` (the marker's code), ``precision`` in bits, ``rows``, ``columns``,
    ``samples`` (components); and the first scan: ``shift``, the point transform of a lossless one (H.1.2)."""

    __slots__ = ("columns", "precision", "process", "rows", "samples", "shift")

    def __init__(self, process: int, segment: bytes) -> None:
        if len(segment) < 6 or len(segment) != 6 + 3 * segment[5]:
            raise InputError("the frame header of its JPEG stream is damaged")
        self.process = process
        self.precision = segment[0]
        self.rows = segment[1] << 8 | segment[2]
        self.columns = segment[3] << 8 | segment[4]
        self.samples = segment[5]
        self.shift = 0

    @property
    def lossy(self) -> bool:
        return self.process != LOSSLESS or self.shift > 0

    @property
    def cell(self) -> int:
        """Bytes of a decoded sample."""
        return 1 if self.precision <= 8 else 2

    @property
    def layout(self) -> "tuple[int, int, int, int]":
        return self.rows, self.columns, self.samples, self.precision


def _segment(stream: bytes, at: int) -> "tuple[int, int, int]":
    """Marker at a place, and where its segment begins and ends. Raises InputError."""
    if stream[at : at + 1] not in (b"\xff", b""):
        raise InputError(f"its JPEG stream has no marker where one must be, at byte {at}")
    while stream[at : at + 1] == b"\xff":
        at += 1
    if at >= len(stream):
        raise InputError(f"its JPEG stream is cut short after {len(stream)} bytes")
    code = stream[at]
    at += 1
    if code in (SOI, EOI) or 0xD0 <= code <= 0xD7 or code <= 1:
        return code, at, at
    length = int.from_bytes(stream[at : at + 2], "big")
    if at + 2 > len(stream) or at + length > len(stream):
        raise InputError(f"its JPEG stream is cut short after {len(stream)} bytes")
    if length < 2:
        raise InputError(f"its JPEG stream has a damaged segment, at byte {at}")
    return code, at + 2, at + length


def _frame_of(code: int, segment: bytes) -> "JpegFrame | None":
    """The frame that a segment starts, if it does. Raises InputError."""
    if code in _REFUSED:
        raise InputError(f"its JPEG stream {_REFUSED[code]}, which is not supported")
    return JpegFrame(code, segment) if BASELINE <= code <= LOSSLESS else None


def frame_header(stream: bytes) -> JpegFrame:
    """What the start of frame of a stream says, and its first scan. Raises InputError where there is none."""
    if stream[:2] != b"\xff\xd8":
        raise InputError("its JPEG stream does not begin like one")
    at = 2
    frame: JpegFrame | None = None
    while True:
        code, start, at = _segment(stream, at)
        segment = stream[start:at]
        frame = frame or _frame_of(code, segment)
        if code in (SOS, EOI, SOI):
            if frame is None:
                raise InputError("its JPEG stream has no frame header")
            if code != SOS:
                raise InputError("its JPEG stream has no scan")
            if frame.process == LOSSLESS:
                frame.shift = _scan_header(segment)[-1] & 0x0F
                if frame.precision - frame.shift < 2:
                    raise InputError("a scan header of its JPEG stream is damaged")
            return frame


def _scan_header(segment: bytes) -> bytes:
    if len(segment) < 4 or len(segment) != 4 + 2 * segment[0]:
        raise InputError("a scan header of its JPEG stream is damaged")
    return segment


def mended(stream: bytes) -> "tuple[JpegFrame, bytes]":
    """The frame of a stream, and the stream as a strict decoder takes it: whole, to its EOI, and nothing behind that.

    Left out are comments and application segments, which no decoder needs here: the colour space is told by the
    Photometric Interpretation (PS3.5 8.2.1), and extensions of JPEG live in them. The spectral selection of a
    sequential scan is always 0 … 63 and its approximation 0 (B.2.3, table B.3): encoders of the nineties wrote zeros,
    and decoders that read the rest of the header have always passed over it. A point transform is taken out of the
    headers, as if that many bits less had been encoded: the strict decoder makes nothing of it.

    Raises InputError: the stream is damaged, cut short, or of a process that is not decoded.
    """
    frame = frame_header(stream)
    pieces, at, scans, frames = [b"\xff\xd8"], 2, 0, 0
    while True:
        begin = at
        code, start, at = _segment(stream, at)
        if code == EOI:
            if not scans:
                raise InputError("its JPEG stream has no scan")
            pieces.append(b"\xff\xd9")
            return frame, b"".join(pieces)
        if code in (SOI, DNL):
            raise InputError(f"its JPEG stream has a marker 0x{code:02X} that is not supported, at byte {begin}")
        segment = stream[start:at]
        if _frame_of(code, segment) is not None:
            frames += 1
            if frames > 1:
                raise InputError("its JPEG stream has two frame headers")
            segment = bytes((frame.precision - frame.shift,)) + segment[1:]
        if code == COM or 0xE0 <= code <= 0xEF or start == at:
            continue
        if code == SOS:
            _scan_header(segment)
            if frame.process in (BASELINE, EXTENDED):
                segment = segment[:-3] + b"\x00\x3f\x00"
            elif frame.process == LOSSLESS:
                if segment[-1] & 0x0F != frame.shift:
                    raise InputError("its JPEG stream has scans of different point transforms, which is not supported")
                segment = segment[:-1] + b"\x00"
        pieces.append(bytes((0xFF, code)) + (len(segment) + 2).to_bytes(2, "big") + segment)
        if code == SOS:
            scans += 1
            end = _end_of_scan(stream, at)
            pieces.append(stream[at:end])
            at = end


def _end_of_scan(stream: bytes, at: int) -> int:
    """Where the entropy-coded data from ``at`` on ends: at a marker that is no RSTm. Raises InputError."""
    # this is for the process that decodes, which has it anyway
    import re

    found = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]").search(stream, at)
    if found is None:
        raise InputError(f"its JPEG stream is cut short after {len(stream)} bytes")
    return found.start()
