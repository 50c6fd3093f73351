"""Compressed images as a decoder is to get them: read by pydicom, which finds frames in its own way."""

from __future__ import annotations

import csv
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import pydicom
from peers import found
from pydicom.encaps import generate_frames

from storejet.codec import decoders
from storejet.codec.image_pixel import ImagePixel

NUMBERS = ("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames", "BitsAllocated", "BitsStored", "HighBit")


@dataclass(frozen=True)
class Compressed:
    """An image: transfer syntax, Image Pixel attributes, frames."""

    syntax: str
    stored: ImagePixel
    frames: list[bytes]

    def decoder(self, photometric: str | None = None) -> decoders.Decoder:
        """The decoder for it, told another Photometric Interpretation than it has if one is given."""
        stored = self.stored.copy()
        stored.photometric = stored.photometric if photometric is None else photometric
        return decoders.decoder_for(self.syntax, stored, self.frames[0])

    def native(self, photometric: str | None = None) -> bytes:
        decoder = self.decoder(photometric)
        frames = [decoder.decode(frame) for frame in self.frames]
        assert {len(frame) for frame in frames} == {decoder.native.frame_bytes}
        return b"".join(frames)


def image(path: Path) -> Compressed:
    """The image in a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set = pydicom.dcmread(path, force=True)
        numbers = [int(data_set.get(name, 1) or 1) for name in NUMBERS]
        frames = list(generate_frames(data_set.PixelData, number_of_frames=numbers[3]))
        stored = ImagePixel(
            *numbers,
            int(data_set.PixelRepresentation),
            int(data_set.get("PlanarConfiguration") or 0),
            str(data_set.PhotometricInterpretation),
        )
        return Compressed(str(data_set.file_meta.TransferSyntaxUID), stored, frames)


def table(name: str, kinds: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The rows of a table of the corpus whose decoder is one of ``kinds``, by path; none where there is no corpus."""
    folder = found.corpus_folder()
    if folder is None:
        return {}
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["path"]: row for row in rows if decoders.kind_of(row["transfer_syntax_uid"]) in kinds}


def distance(ours: bytes, theirs: bytes, bits_allocated: int) -> int:
    """The largest difference between two samples."""
    assert len(theirs) - len(ours) in (0, 1), "the other one may have a pad"
    layout = f"<{8 * len(ours) // bits_allocated}{'B' if bits_allocated == 8 else 'H'}"
    pairs = zip(struct.unpack(layout, ours), struct.unpack(layout, theirs[: len(ours)]), strict=True)
    return max(abs(one - other) for one, other in pairs)
