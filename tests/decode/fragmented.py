"""Encapsulated objects whose fragments and offset tables are laid out in every right and wrong way (PS3.5 A.4)."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import UID

from decode.arriving import read

ITEM = b"\xfe\xff\x00\xe0"


@dataclass(frozen=True)
class Layout:
    """How frames become fragments.

    ``table``: ``none`` (an empty one), ``basic``, ``extended``, or a wrong basic one: ``shifted``, ``reversed``,
    ``short`` (an entry too few), ``long`` (one too many), ``zeros``, ``huge``. ``pieces``: fragments a frame has.
    ``empty``: where fragments without a byte stand: ``first``, ``last``, ``between``, or "". ``odd``: lengths of
    fragments stay as they come.
    """

    table: str = "none"
    pieces: int = 1
    empty: str = ""
    odd: bool = False


def item(value: bytes) -> bytes:
    return ITEM + struct.pack("<I", len(value)) + value


def split(frame: bytes, pieces: int) -> list[bytes]:
    """Even parts of about the same size."""
    size = len(frame) // pieces & ~1
    return [frame[at * size : (at + 1) * size if at + 1 < pieces else None] for at in range(pieces)]


def table(kind: str, offsets: list[int], end: int) -> bytes:
    """The value of the Basic Offset Table."""
    entries = {
        "none": [],
        "extended": [],
        "basic": offsets,
        "shifted": [offset + 4 for offset in offsets],
        "reversed": offsets[::-1],
        "short": offsets[:-1],
        "long": [*offsets, end],
        "zeros": [0 for _ in offsets],
        "huge": [0xFFFFFFF0 for _ in offsets],
    }[kind]
    return struct.pack(f"<{len(entries)}I", *entries)


def encapsulated(frames: Sequence[bytes], layout: Layout) -> tuple[bytes, list[int]]:
    """The items of the pixel data behind its table, and the offset of each frame in them."""
    stream = b""
    offsets = []
    for number, frame in enumerate(frames):
        padded = frame if layout.odd or len(frame) % 2 == 0 else frame + b"\0"
        if layout.empty == "first" or (layout.empty == "between" and number):
            stream += item(b"")
        offsets.append(len(stream))
        stream += b"".join(item(piece) for piece in split(padded, layout.pieces))
        if layout.empty == "last":
            stream += item(b"")
    return stream, offsets


def with_frames(data_set: Dataset, frames: Sequence[bytes], layout: Layout) -> Dataset:
    """Give the data set these frames as its pixel data."""
    stream, offsets = encapsulated(frames, layout)
    data_set.PixelData = item(table(layout.table, offsets, len(stream))) + stream
    data_set["PixelData"].VR = "OB"  # PS3.5 A.4
    data_set["PixelData"].is_undefined_length = True
    if layout.table == "extended":
        data_set.ExtendedOffsetTable = struct.pack(f"<{len(offsets)}Q", *offsets)
        data_set.ExtendedOffsetTableLengths = struct.pack(f"<{len(frames)}Q", *map(len, frames))
    return data_set


def frames_of(path: Path) -> list[bytes]:
    """The frames of a file that has one fragment for each, or one frame alone."""
    data_set = read(path)
    return list(generate_frames(data_set.PixelData, number_of_frames=int(data_set.get("NumberOfFrames") or 1)))


def named(data_set: Dataset, uid: str) -> Dataset:
    """Give the object an identifier of its own, so that its arrival can be told from that of others."""
    data_set.SOPInstanceUID = uid
    data_set.file_meta.MediaStorageSOPInstanceUID = UID(uid)
    return data_set


def content(data_set: Dataset) -> bytes:
    """The Part 10 file of it, however odd its values."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def laid_out(source: Path, layout: Layout, where: Path, **attributes: Any) -> Path:
    """The object of ``source`` with its frames laid out so, and with these attributes."""
    data_set = with_frames(read(source), frames_of(source), layout)
    for keyword, value in attributes.items():
        setattr(data_set, keyword, value)
    where.write_bytes(content(data_set))
    return where
