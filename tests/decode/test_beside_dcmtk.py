"""Every compressed file of the corpus, sent by DCMTK's dcmsend and by ours: what a peer gets is the same, or listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from peers import found, wire

from decode import listed
from decode.arriving import jpeg2000_is_here, sent
from decode.beside_dcmtk import DIFFERENCES, TABLE
from decode.unchanged import changes

FILES = dict(listed.compressed())


def differing(path: str, dcmsend: Path) -> set[str]:
    ours, theirs = (sent(tool, listed.file(path), wire.IMPLICIT, "+dly") for tool in (dcmsend, found.dcmtk("dcmsend")))
    assert "Traceback" not in ours.err
    if not ours.things or not theirs.things:
        assert not theirs.things, "DCMTK sends it"
        return {"sent"} if ours.things else set()
    one, other = theirs.only.read(), ours.only.read()
    # private sequences are bytes to a reader of implicit VR, and DCMTK gives them other lengths
    found_different = {name for name in changes(one, wire.IMPLICIT, other, wire.IMPLICIT) if not name.startswith("(")}
    if bytes(one.get("PixelData", b"")) != bytes(other.get("PixelData", b"")):
        found_different.add("pixels")
    return found_different


@pytest.mark.parametrize("path", FILES)
def test_same_as_dcmtk(path: str, dcmsend: Path) -> None:
    if FILES[path] in listed.JPEG2000 and not jpeg2000_is_here():
        found.missing("pylibjpeg-openjpeg is not installed")
    expected, reason = DIFFERENCES.get(path, (set(), "none is expected"))
    assert differing(path, dcmsend) == expected, reason


def test_every_difference_belongs_to_a_file(corpus: Path) -> None:
    named = [path for _, _, paths in TABLE for path in paths.split()]
    assert len(set(named)) == len(named)
    assert set(named) <= set(FILES)
    assert len(FILES) > 90
