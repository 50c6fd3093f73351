"""Frames of lossless JPEG (ITU-T T.81 annex H), decoded by our own kernel where they are as nearly all are: one scan of
all components, none subsampled."""

from storejet._core import jpegll_decoded
from storejet.codec.jpeg_stream import LOSSLESS, SOS, JpegFrame, segment_at
from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

DHT: "Final" = 0xC4
DRI: "Final" = 0xDD
#: components that the kernel knows
_MOST_COMPONENTS = 4


class Scan:
    """How a scan is coded: ``predictor`` (Ss), ``restart`` (pixels of an interval, 0: none), ``codes``: of each
    component, as its DHT segment has them."""

    __slots__ = ("codes", "predictor", "restart")

    def __init__(self, predictor: int, restart: int, codes: "tuple[bytes, ...]") -> None:
        self.predictor = predictor
        self.restart = restart
        self.codes = codes


def _tables(segment: bytes, tables: "dict[int, bytes]") -> None:
    """Note the tables of a DHT segment (B.2.4.2) by their class and destination. Raises InputError."""
    at = 0
    while at < len(segment):
        end = at + 17 + sum(segment[at + 1 : at + 17])
        if end > len(segment) or len(segment) < at + 17:
            raise InputError("a table of its JPEG stream is damaged")
        tables[segment[at]] = segment[at + 1 : end]
        at = end


def scan_of(frame: JpegFrame, stream: bytes) -> "Scan | None":
    """How the scan of a mended stream is coded; None where it is not for the kernel. Raises InputError: damaged."""
    if frame.process != LOSSLESS or frame.scans != 1 or not 1 <= frame.samples <= _MOST_COMPONENTS:
        return None
    if frame.samples > 1 and frame.sampling != b"\x11" * frame.samples:
        return None
    tables: dict[int, bytes] = {}
    restart, at, code = 0, 2, 0
    while code != SOS:
        code, start, at = segment_at(stream, at)
        segment = stream[start:at]
        if code == DHT:
            _tables(segment, tables)
        elif code == DRI:
            restart = int.from_bytes(segment, "big")
    codes = tuple(tables.get(selector >> 4, b"") for selector in segment[2:-3:2])
    if segment[1:-3:2] != frame.components or not 1 <= segment[-3] <= 7 or restart % frame.columns:
        return None
    if not all(16 < len(each) <= 33 for each in codes):
        raise InputError("its JPEG stream lacks a table, or has one that cannot be right")
    return Scan(segment[-3], restart, codes)


def decoded(frame: JpegFrame, scan: Scan, stream: bytes) -> bytes:
    """The native frame, by pixel. Raises InputError where the scan is damaged or cut short."""
    return jpegll_decoded(
        stream,
        frame.entropy,
        len(stream) - 2,
        frame.layout,
        scan.predictor,
        frame.shift,
        scan.restart,
        scan.codes,
    )
