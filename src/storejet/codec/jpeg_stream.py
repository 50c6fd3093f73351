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
    ``samples`` (components), ``components`` (their identifiers), ``sampling`` (H,V of each). And the scans: ``shift``,
    the point transform of lossless ones (H.1.2), and from ``mended`` on ``scans``, how many there are, and ``entropy``,
    where the data of the last one begins in the mended stream."""

    __slots__ = (
        "columns",
        "components",
        "entropy",
        "precision",
        "process",
        "rows",
        "samples",
        "sampling",
        "scans",
        "shift",
    )

    def __init__(self, process: int, segment: bytes) -> None:
        if len(segment) < 6 or len(segment) != 6 + 3 * segment[5]:
            raise InputError("the frame header of its JPEG stream is damaged")
        self.process = process
        self.precision = segment[0]
        self.rows = segment[1] << 8 | segment[2]
        self.columns = segment[3] << 8 | segment[4]
        self.samples = segment[5]
        self.components = segment[6::3]
        self.sampling = segment[7::3]
        self.shift = self.scans = self.entropy = 0

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


def segment_at(stream: bytes, at: int) -> "tuple[int, int, int]":
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
        code, start, at = segment_at(stream, at)
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
    pieces, at, frames, size, wanting = [b"\xff\xd8"], 2, 0, 2, set(frame.components)
    while True:
        begin = at
        code, start, at = segment_at(stream, at)
        if code == EOI:
            if not frame.scans:
                raise InputError("its JPEG stream has no scan")
            if wanting:
                raise InputError("its JPEG stream is cut short: there is no scan of some components")
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
            wanting.difference_update(_scan_header(segment)[1:-3:2])
            if frame.process in (BASELINE, EXTENDED):
                segment = segment[:-3] + b"\x00\x3f\x00"
            elif frame.process == LOSSLESS:
                if segment[-1] & 0x0F != frame.shift:
                    raise InputError("its JPEG stream has scans of different point transforms, which is not supported")
                segment = segment[:-1] + b"\x00"
        pieces.append(bytes((0xFF, code)) + (len(segment) + 2).to_bytes(2, "big") + segment)
        size += len(segment) + 4
        if code == SOS:
            frame.entropy = size
            data = _entropy_coded(stream, at)
            frame.scans += 1
            pieces.append(data)
            size += len(data)
            at += len(data)


def _entropy_coded(stream: bytes, at: int) -> bytes:
    """The data of a scan, from ``at`` to a marker that is no RSTm. Raises InputError."""
    begin, find = at, stream.find
    try:
        while True:
            found = at = find(b"\xff", at)
            if found < 0:
                break
            while stream[at + 1] == 0xFF:
                at += 1
            behind = stream[at + 1]
            if behind and not 0xD0 <= behind <= 0xD7:
                if found == begin:
                    raise InputError(f"its JPEG stream is cut short: a scan has no data, at byte {begin}")
                return stream[begin:found]
            at += 2
    except IndexError:
        pass
    raise InputError(f"its JPEG stream is cut short after {len(stream)} bytes")


def mended_as(stream: bytes, rows: int, columns: int, samples: int, precision: int) -> "tuple[JpegFrame, bytes]":
    """``mended``, which must be a frame like the first one. Raises InputError where it is not."""
    frame, stream = mended(stream)
    if frame.layout != (rows, columns, samples, precision):
        raise InputError(
            f"a frame has {frame.rows} x {frame.columns} pixels of {frame.samples} samples with {frame.precision} bits,"
            f" the first one {rows} x {columns} of {samples} with {precision}"
        )
    return frame, stream
