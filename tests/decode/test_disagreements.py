"""Every file on which decoders disagree is answered: what is sent lies within its bound, the rest is refused aloud."""

from __future__ import annotations

import hashlib
import re
import struct
from pathlib import Path

import pytest
from peers import found, part10, wire

from decode import listed, native
from decode.arriving import Sent, jpeg2000_is_here, sent
from decode.disagreements import ANSWERS, Arrives

ROWS = {row["path"]: row for row in listed.disagreements()}


def test_every_row_is_answered(corpus: Path) -> None:
    assert sorted(ROWS) == sorted(ANSWERS)
    assert len(ROWS) == 42


def with_group_length(content: bytes) -> bytes:
    """The element (0002,0000) that all files of the fuzzing corpus lack; without it a reader may give up early."""
    whole = part10.split(content)
    size = len(content) - len(whole.data_set) - 132
    return content[:132] + b"\x02\0\0\0UL\4\0" + struct.pack("<I", size) + content[132:]


def forms(path: Path, where: Path) -> list[Path]:
    """The file, and if it lacks the length of its meta information, the same with it."""
    if "fuzz" not in path.parts:
        return [path]
    completed = where / path.name
    completed.write_bytes(with_group_length(path.read_bytes()))
    return [path, completed]


def arrives(answer: Arrives, ours: Sent, theirs: Sent) -> None:
    data_set = ours.only.read()
    if not answer.photometric:
        assert "PixelData" not in data_set
        return
    assert data_set.PhotometricInterpretation == answer.photometric
    pixels = native.pixel_bytes(data_set, wire.IMPLICIT)
    if theirs.things:
        expected = native.pixel_bytes(theirs.only.read(), wire.IMPLICIT)
        assert native.distance(pixels, expected, data_set.BitsAllocated) <= answer.bound


@pytest.mark.parametrize("path", ANSWERS)
def test_disagreement(path: str, dcmsend: Path, tmp_path: Path) -> None:
    answer = ANSWERS[path]
    if ROWS and ROWS[path]["transfer_syntax_uid"] in listed.JPEG2000 and not jpeg2000_is_here():
        found.missing("pylibjpeg-openjpeg is not installed")
    for form in forms(listed.file(path), tmp_path):
        ours = sent(dcmsend, form, wire.IMPLICIT, "+dly")
        assert "Traceback" not in ours.err
        if isinstance(answer, Arrives):
            arrives(answer, ours, sent(found.dcmtk("dcmsend"), form, wire.IMPLICIT, "+dly"))
            continue
        assert (ours.code, ours.things) == (answer.code, ())
        lines = [line for line in ours.err.splitlines() if re.search(answer.says, line)]
        assert lines, ours.err
        assert str(form) in lines[0]


JPEG2000_HASHES = [
    path for path, answer in ANSWERS.items() if isinstance(answer, Arrives) and answer.why.startswith("DCMTK has no")
]


@pytest.mark.parametrize("path", JPEG2000_HASHES)
def test_lossy_jpeg_2000_is_what_the_reference_implementations_decode(path: str, dcmsend: Path) -> None:
    """DCMTK cannot be asked; the corpus has the hash that OpenJPEG in two packages agrees on."""
    if not jpeg2000_is_here():
        found.missing("pylibjpeg-openjpeg is not installed")
    file = listed.file(path)
    pixels = native.pixel_bytes(sent(dcmsend, file, wire.IMPLICIT, "+dly").only.read(), wire.IMPLICIT)
    hashes = dict(one.split("=") for one in ROWS[path]["sha256 per decoder"].split())
    assert hashlib.sha256(pixels).hexdigest() == hashes["pylibjpeg-openjpeg"]
