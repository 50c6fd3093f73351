"""The twin of the conversions, against DCMTK's; and that it notices whatever is wrong."""

from __future__ import annotations

import io
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import converted
import corpora as bench_corpora
import pydicom
import pytest
from converted import Expected, Judge
from peers import found
from rows import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN as DEFLATED
from rows import EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from senders import BenchError

EXPLICIT = bench_corpora.EXPLICIT_VR_LITTLE_ENDIAN
#: dcmconv's option for each
DCMCONV = {EXPLICIT: "+te", IMPLICIT_VR_LITTLE_ENDIAN: "+ti", EXPLICIT_VR_BIG_ENDIAN: "+tb", DEFLATED: "+td"}


@pytest.fixture(params=["one", "quick-ct", "quick-big"])
def path(request: pytest.FixtureRequest, corpora: Path) -> Path:
    return bench_corpora.make(request.param, corpora).files[0]


def after_meta(path: Path) -> bytes:
    whole = path.read_bytes()
    return whole[144 + int.from_bytes(whole[140:144], "little") :]


@pytest.mark.parametrize("syntax", DCMCONV)
def test_dcmtk_converts_alike(path: Path, tmp_path: Path, syntax: str) -> None:
    other = tmp_path / "other"
    subprocess.run([found.dcmtk("dcmconv"), DCMCONV[syntax], path, other], check=True, timeout=60)
    assert pydicom.filereader.read_file_meta_info(other).TransferSyntaxUID == syntax
    # in files, but not on the wire, DCMTK leaves an odd deflated length as it is
    theirs = even(after_meta(other))
    expected = Expected(path, syntax)
    for at in range(0, len(theirs), 16_373):
        assert not expected.take(theirs[at : at + 16_373])
    assert not expected.end()
    if syntax != DEFLATED:
        assert b"".join(converted.data_set(path, syntax)) == theirs
        assert converted.sent_bytes([path, path], syntax) == 2 * len(theirs)


def test_nobody_knows_the_length_of_something_deflated(path: Path) -> None:
    assert converted.sent_bytes([path], DEFLATED) is None


def raw(data: bytes, level: int = 6) -> bytes:
    deflate = zlib.compressobj(level, wbits=-15)
    return deflate.compress(data) + deflate.flush()


def even(data: bytes) -> bytes:
    return data + bytes(len(data) % 2)


@pytest.mark.parametrize("level", range(10))
def test_any_deflated_stream_of_the_right_bytes_will_do(corpora: Path, level: int) -> None:
    """Also one in blocks that end in a sync flush, whatever piece its end comes in."""
    (path,) = bench_corpora.make("one", corpora).files
    data = after_meta(path)
    deflate = zlib.compressobj(level, wbits=-15)
    parts = [deflate.compress(data[:999]), deflate.flush(zlib.Z_SYNC_FLUSH), deflate.compress(data[999:])]
    for stream in (even(raw(data, level)), even(b"".join(parts) + deflate.flush())):
        for size in (1, 1000, len(stream) - 1, len(stream)):
            expected = Expected(path, DEFLATED)
            assert not any(expected.take(stream[at : at + size]) for at in range(0, len(stream), size))
            assert not expected.end()


def wrongs(data: bytes) -> Iterator[tuple[str, bytes, str]]:
    """Transfer syntax, what came, what is said of it."""
    yield EXPLICIT, data[:-2], "ends early"
    yield EXPLICIT, b"", "ends early"
    yield EXPLICIT, data + b"12", "is longer than the object"
    yield EXPLICIT, data[:-1] + bytes((data[-1] ^ 1,)), "differs from the object"
    yield EXPLICIT, b"\0" + data[1:], "differs from the object"
    yield IMPLICIT_VR_LITTLE_ENDIAN, data, "differs from the object"
    yield EXPLICIT_VR_BIG_ENDIAN, data, "differs from the object"
    good = even(raw(data))
    yield DEFLATED, data, "does not inflate"
    yield DEFLATED, zlib.compress(data), "does not inflate"
    yield DEFLATED, good[:-10], "ends early"
    yield DEFLATED, even(raw(data[:-2])), "ends early"
    yield DEFLATED, even(raw(data + b"12")), "is longer than the object"
    yield DEFLATED, even(raw(data[:-1] + bytes((data[-1] ^ 1,)))), "differs from the object"
    yield DEFLATED, good + b"\0\0", "is no complete deflated stream"
    yield DEFLATED, good + b"12", "is no complete deflated stream"
    unended = zlib.compressobj(6, wbits=-15)
    flushed = unended.compress(data) + unended.flush(zlib.Z_SYNC_FLUSH)
    yield DEFLATED, even(flushed), "is no complete deflated stream"
    odd = next(stream for level in range(10) if len(stream := raw(data, level)) % 2)
    yield DEFLATED, odd, "has an odd length"


def test_whatever_is_wrong_is_noticed(corpora: Path) -> None:
    (path,) = bench_corpora.make("one", corpora).files
    for syntax, stream, why in wrongs(after_meta(path)):
        for size in (7, len(stream) or 1):
            expected = Expected(path, syntax)
            said = [expected.take(stream[at : at + size]) for at in range(0, len(stream), size)]
            first = next(filter(None, said), "") or expected.end()
            assert why in first, (syntax, why, said)


def piece(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


JUDGED = {
    "all": (lambda data: (piece(data[:100]) + piece(data[100:]) + piece(b"")) * 2, None),
    "one missing": (lambda data: piece(data) + piece(b""), "data set 2, of 0001.dcm, has no end"),
    "no end": (lambda data: piece(data) + piece(b"") + piece(data), "data set 2, of 0001.dcm, has no end"),
    "cut": (lambda data: (piece(data) + piece(b"")) * 2 + piece(data)[:99], "more data sets than objects"),
    "one more": (lambda data: (piece(data) + piece(b"")) * 3, "more data sets than objects"),
    "the second one": (
        lambda data: piece(data) + piece(b"") + piece(b"x" + data[1:]) + piece(b"") + piece(data) * 1000,
        "data set 2, of 0001.dcm, differs from the object",
    ),
    "nothing": (lambda data: b"", "data set 1, of 0001.dcm, has no end"),
}


@pytest.mark.parametrize("name", JUDGED)
def test_judge(corpora: Path, name: str) -> None:
    (path,) = bench_corpora.make("one", corpora).files
    made, why = JUDGED[name]
    with Judge([path, path], EXPLICIT) as judge:
        with open(judge.write_end, "wb", closefd=False) as pipe:
            pipe.write(made(after_meta(path)))
        judge.close_write_end()
        if why is None:
            judge.verdict()
        else:
            with pytest.raises(BenchError, match=f"^wrong data: {why}$"):
                judge.verdict()


def test_pieces() -> None:
    come = io.BytesIO(piece(b"abc") + piece(b"") + piece(b"d") + b"\0\0")
    assert list(converted.pieces(come)) == [b"abc", b"", b"d"]


def test_a_file_that_no_corpus_has(tmp_path: Path, corpora: Path) -> None:
    (path,) = bench_corpora.make("one", corpora).files
    other = tmp_path / "other.dcm"
    other.write_bytes(path.read_bytes().replace(b"\x08\0\x60\0CS", b"\x08\0\x60\0FD"))
    with pytest.raises(BenchError, match=r"other\.dcm: an element of VR 'FD' at \d+, which no corpus has"):
        converted.sent_bytes([other], EXPLICIT)
    with Judge([other], EXPLICIT) as judge:
        with open(judge.write_end, "wb", closefd=False) as pipe:
            pipe.write(piece(b"1"))
        judge.close_write_end()
        with pytest.raises(BenchError, match="an element of VR 'FD'"):
            judge.verdict()
