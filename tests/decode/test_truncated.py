"""Small objects cut at every byte, file and code stream: what arrives is complete and right, the rest is told.

All copies of an object go in one run of dcmsend, told apart by their SOP Instance UIDs.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from peers import script, wire
from peers.script import Script

from decode import listed, native
from decode.arriving import Sent, read, run, sent
from decode.fragmented import Layout, content, frames_of, named, with_frames

SMALL = {
    "rle": "valid/pydicom__SC_rgb_rle.dcm",
    "jpeg-ls": "valid/pydicom__JPEGLSNearLossless_08.dcm",
    "jpeg-ls-line": "valid/pydicom__SC_rgb_jls_lossy_line.dcm",
    "jpeg-ls-sample": "valid/pydicom__SC_rgb_jls_lossy_sample.dcm",
    "jpeg": "valid/pydicom__SC_rgb_small_odd_jpeg.dcm",
    "jpeg-lossless": "valid/orthanctests__Issue140.dcm",
}
#: every byte of what is shorter; of longer ones, so many places that are spread evenly
MOST = 700

by_name = pytest.mark.parametrize("name", SMALL)


def places(size: int) -> list[int]:
    step = max(size // MOST, 1)
    return sorted({*range(0, size, step), *range(max(size - 100, 0), size)})


@functools.cache
def expected(name: str, dcmsend: Path) -> bytes:
    return native.pixel_bytes(sent(dcmsend, listed.file(SMALL[name]), wire.IMPLICIT, "+dly").only.read(), wire.IMPLICIT)


def uid(place: int) -> str:
    return f"2.25.7000{place:05}"


def all_at_once(dcmsend: Path, files: list[Path], tmp_path: Path) -> Sent:
    """One run; the names are in a command file, since they are many."""
    names = tmp_path / "names.txt"
    names.write_text("\n".join(map(str, files)))
    return run(dcmsend, [Path(f"@{names}")], Script(script.prefer(wire.IMPLICIT)), "-nh", "+dly", timeout=240)


def check(result: Sent, files: dict[str, Path], right: bytes, name: str) -> list[str]:
    """Each instance arrived whole and right, or is named on stderr. Returns the identifiers of those that arrived."""
    assert "Traceback" not in result.err
    assert result.code in (0, 23), result.err[-2000:]
    arrived = [thing.sop_instance for thing in result.things]
    assert len(set(arrived)) == len(arrived)
    named_files = set(re.findall(r"\S+\.cut\b", result.err))
    for identifier, path in files.items():
        assert (identifier in arrived) != (str(path) in named_files), f"{name}: {path}"
    for thing in result.things:
        data_set = thing.read()
        assert data_set.SOPInstanceUID == thing.sop_instance
        assert native.pixel_bytes(data_set, wire.IMPLICIT) == right, f"{name}: {files[thing.sop_instance]}"
    return arrived


@by_name
def test_the_code_stream_cut_at_every_byte(name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    """The file is whole, its only fragment is not."""
    source = corpus / SMALL[name]
    (frame,) = frames_of(source)
    files = {}
    for place in [*places(len(frame)), len(frame)]:
        data_set = with_frames(named(read(source), uid(place)), [frame[:place]], Layout(odd=True))
        files[uid(place)] = tmp_path / f"{place}.cut"
        files[uid(place)].write_bytes(content(data_set))
    arrived = check(all_at_once(dcmsend, list(files.values()), tmp_path), files, expected(name, dcmsend), name)
    assert uid(len(frame)) in arrived
    # what is missing at the end of those that arrive is at most a marker and padding
    assert {int(one[len(uid(0)) - 5 :]) for one in arrived} <= set(range(len(frame) - 4, len(frame) + 1))


@by_name
def test_the_file_cut_at_every_byte(name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    source = corpus / SMALL[name]
    files = {}
    whole = b""
    pixel_data = 0
    for place in [*places(source.stat().st_size - 200), 99_999]:
        whole = content(named(read(source), uid(place)))
        pixel_data = whole.index(b"\xe0\x7f\x10\x00O")
        kept = len(whole) - 1 - place if place < len(whole) - 1 else len(whole)
        files[uid(place)] = tmp_path / f"{place}.cut"
        files[uid(place)].write_bytes(whole[:kept])
    result = all_at_once(dcmsend, list(files.values()), tmp_path)
    # a data set that ends before its pixel data, between two elements, is whole as far as anyone can tell
    things = [thing for thing in result.things if "PixelData" in thing.read()]
    for thing in result.things:
        if thing not in things:
            path = files.pop(thing.sop_instance)
            assert path.stat().st_size <= pixel_data
    checked = Sent(result.code, result.err, tuple(things), result.cut, result.endings)
    arrived = check(checked, files, expected(name, dcmsend), name)
    assert uid(99_999) in arrived
    # only behind the last item can something be missing
    assert {int(one[len(uid(0)) - 5 :]) for one in arrived} <= {*range(8), 99_999}


@by_name
def test_a_damaged_byte_never_ends_a_run(name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    """One byte may change pixels, which nothing can tell; but their number is right, or an error is told."""
    source = corpus / SMALL[name]
    (frame,) = frames_of(source)
    files = {}
    for place in places(len(frame))[::3]:
        damaged = frame[:place] + bytes([frame[place] ^ 0x55]) + frame[place + 1 :]
        files[uid(place)] = tmp_path / f"{place}.cut"
        files[uid(place)].write_bytes(content(with_frames(named(read(source), uid(place)), [damaged], Layout())))
    result = all_at_once(dcmsend, list(files.values()), tmp_path)
    assert "Traceback" not in result.err
    arrived = {thing.sop_instance for thing in result.things}
    told = set(re.findall(r"\S+\.cut\b", result.err))
    for identifier, path in files.items():
        assert identifier in arrived or str(path) in told, path
    for thing in result.things:
        native.pixel_bytes(thing.read(), wire.IMPLICIT)
