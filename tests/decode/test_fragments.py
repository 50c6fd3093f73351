"""However the frames of an object are laid out in fragments: all of them arrive as they are, or none does, aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from peers import wire

from decode import listed, native
from decode.arriving import Sent, sent
from decode.fragmented import Layout, laid_out

#: objects of several frames that differ from each other
SOURCES = {
    "rle": "valid/pydicom__SC_rgb_rle_16bit_2frame.dcm",
    "rle-15": "valid/pydicom__rtdose_rle.dcm",
    "jpeg-ls": "valid/highdicom__sm_image_jpegls.dcm",
    "jpeg": "valid/gcpadapter__1.2.840.113543.6.6.1.1.2.2415947926921624359.201235357587280.dcm",
}
NOT_SENT = 62


def pixels(result: Sent) -> bytes:
    return native.pixel_bytes(result.only.read(), wire.IMPLICIT)


def intact(name: str, dcmsend: Path) -> bytes:
    """What the object decodes to as it is stored in the corpus."""
    return pixels(sent(dcmsend, listed.file(SOURCES[name]), wire.IMPLICIT, "+dly"))


def right_or_refused(result: Sent, expected: bytes, path: Path) -> bool:
    """Whether it arrived; fails for wrong pixels and for silence."""
    assert "Traceback" not in result.err
    if result.things:
        assert pixels(result) == expected
        return True
    assert result.code == NOT_SENT
    assert [line for line in result.err.splitlines() if str(path) in line], result.err
    return False


#: where each frame begins is certain: from the table, or because each fragment is a frame
CERTAIN = {
    "basic": Layout("basic"),
    "none": Layout("none"),
    "extended": Layout("extended"),
    "shifted": Layout("shifted"),
    "reversed": Layout("reversed"),
    "short": Layout("short"),
    "long": Layout("long"),
    "zeros": Layout("zeros"),
    "huge": Layout("huge"),
    "odd": Layout("none", odd=True),
    "odd-basic": Layout("basic", odd=True),
}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("layout", CERTAIN.values(), ids=CERTAIN)
def test_a_fragment_for_each_frame(layout: Layout, name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    path = laid_out(corpus / SOURCES[name], layout, tmp_path / "laid-out.dcm")
    assert pixels(sent(dcmsend, path, wire.IMPLICIT, "+dly")) == intact(name, dcmsend)


@pytest.mark.parametrize("name", ["jpeg-ls", "jpeg"])
@pytest.mark.parametrize("layout", ["basic", "none"])
@pytest.mark.parametrize("pieces", [2, 3])
def test_several_fragments_for_each_frame(
    pieces: int, layout: str, name: str, corpus: Path, dcmsend: Path, tmp_path: Path
) -> None:
    """Without a table the markers of the streams tell where one begins."""
    path = laid_out(corpus / SOURCES[name], Layout(layout, pieces), tmp_path / "laid-out.dcm")
    assert pixels(sent(dcmsend, path, wire.IMPLICIT, "+dly")) == intact(name, dcmsend)


#: what may be recovered or refused, but must not come out wrong
UNCERTAIN = {
    "shifted-pieces": Layout("shifted", 2),
    "reversed-pieces": Layout("reversed", 2),
    "short-pieces": Layout("short", 2),
    "long-pieces": Layout("long", 2),
    "zeros-pieces": Layout("zeros", 3),
    "huge-pieces": Layout("huge", 2),
    "extended-pieces": Layout("extended", 2),
    "empty-first": Layout("none", empty="first"),
    "empty-last": Layout("none", empty="last"),
    "empty-between": Layout("none", empty="between"),
    "empty-first-basic": Layout("basic", empty="first"),
    "empty-last-basic": Layout("basic", empty="last"),
    "empty-between-basic": Layout("basic", empty="between"),
    "empty-last-pieces": Layout("none", 2, "last"),
    "basic-pieces": Layout("basic", 2),
    "none-pieces": Layout("none", 2),
    "odd-pieces": Layout("basic", 3, odd=True),
}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("layout", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_is_not_certain_is_right_or_refused(
    layout: Layout, name: str, corpus: Path, dcmsend: Path, tmp_path: Path
) -> None:
    path = laid_out(corpus / SOURCES[name], layout, tmp_path / "laid-out.dcm")
    right_or_refused(sent(dcmsend, path, wire.IMPLICIT, "+dly"), intact(name, dcmsend), path)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("frames", [1, 3, 1000, 2**31 - 1, 0])
def test_a_wrong_number_of_frames_is_refused(
    frames: int, name: str, corpus: Path, dcmsend: Path, tmp_path: Path
) -> None:
    """Too few of them would lose pixels, too many would have to be invented."""
    path = laid_out(corpus / SOURCES[name], Layout("basic"), tmp_path / "wrong.dcm", NumberOfFrames=frames)
    result = sent(dcmsend, path, wire.IMPLICIT, "+dly")
    assert result.code == NOT_SENT, result.err
    assert not result.things
    assert [line for line in result.err.splitlines() if str(path) in line], result.err


#: one frame alone has all fragments, whatever the table says (PS3.5 A.4)
SINGLE = {
    "rle": "valid/pydicom__MR_small_RLE.dcm",
    "jpeg-ls": "valid/pydicom__MR_small_jpeg_ls_lossless.dcm",
    "jpeg": "valid/pydicom__SC_rgb_jpeg_dcmtk.dcm",
    "jpeg-lossless": "valid/pydicom__SC_rgb_jpeg_gdcm.dcm",
}


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("table", ["none", "basic"])
@pytest.mark.parametrize("pieces", [2, 7])
def test_one_frame_in_several_fragments(
    pieces: int, table: str, name: str, corpus: Path, dcmsend: Path, tmp_path: Path
) -> None:
    whole = corpus / SINGLE[name]
    path = laid_out(whole, Layout(table, pieces), tmp_path / "pieces.dcm")
    expected = pixels(sent(dcmsend, whole, wire.IMPLICIT, "+dly"))
    assert pixels(sent(dcmsend, path, wire.IMPLICIT, "+dly")) == expected


@pytest.mark.parametrize("name", SINGLE)
def test_no_fragment_at_all(name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    path = laid_out(corpus / SINGLE[name], Layout("none"), tmp_path / "none.dcm")
    whole = path.read_bytes()
    at = whole.index(b"\xe0\x7f\x10\x00OB") + 12
    path.write_bytes(whole[:at] + b"\xfe\xff\x00\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0")
    result = sent(dcmsend, path, wire.IMPLICIT, "+dly")
    assert (result.code, result.things) == (NOT_SENT, ())
    assert [line for line in result.err.splitlines() if str(path) in line], result.err


@pytest.mark.parametrize("name", SINGLE)
def test_one_fragment_of_nothing(name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    path = laid_out(corpus / SINGLE[name], Layout("none", empty="first"), tmp_path / "empty.dcm")
    expected = pixels(sent(dcmsend, corpus / SINGLE[name], wire.IMPLICIT, "+dly"))
    right_or_refused(sent(dcmsend, path, wire.IMPLICIT, "+dly"), expected, path)
