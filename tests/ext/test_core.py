"""The door ``storejet._core``, files: what goes in, what is raised, and that no input can break it."""

from __future__ import annotations

import contextlib
import copy
import gc
import os
import pickle
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ext_objects import CLASS_UID, DEFLATED, INSTANCE_UID, data_set, element, head, scanned
from peers import found

from storejet import _core, errors
from storejet._core import (
    EXPECT_ANY,
    EXPECT_DATA_SET,
    EXPECT_FILE,
    READ_IDENTITY,
    READ_META,
    READ_WHOLE,
    Source,
    Wire,
    walked,
)  # fmt: skip

# ---- errors ----------------------------------------------------------------------------------------------------------


def instances() -> list[errors.StorejetError]:
    made: list[errors.StorejetError] = [
        errors.UsageError("a", quietable=True),
        errors.InputError("b", "0006:0202", 17, 0x00080016),
        errors.Rejected("c", 1, 2, 3),
    ]
    plain = (
        errors.StorejetError, errors.RouteError, errors.NetworkError, errors.PeerError, errors.ProtocolError,
        errors.Aborted, errors.TimedOut, errors.InternalError,
    )  # fmt: skip
    return made + [kind("d", "0006:0317") for kind in plain]


@pytest.mark.parametrize("error", instances(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_errors_can_be_pickled_and_copied(
    error: errors.StorejetError, again: Callable[[errors.StorejetError], errors.StorejetError]
) -> None:
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)


def test_what_the_scan_raises_can_be_pickled(tmp_path: Path) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(head() + data_set(100)[:-1])
    with pytest.raises(errors.InputError) as caught:
        scanned(os.fsencode(path))
    other = pickle.loads(pickle.dumps(caught.value))
    assert (other.tag, other.offset) == (0x7FE00010, len(head()) + len(data_set(100)) - 112)
    assert str(other) == str(caught.value)


# ---- Source ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda source: source.open("text"),
        lambda source: source.open(None),
        lambda source: source.open(),
        lambda source: source.open(bytearray(b"x")),
        lambda source: source.scan("x", 0),
        lambda source: source.scan(None, None),
        lambda source: source.scan(0),
        lambda source: source.identify("text"),
        lambda source: source.identify(None),
        lambda source: setattr(source, "size", 1),
        lambda source: setattr(source, "anything", 1),
        lambda _: _core.matches("*", b"x"),
        lambda _: _core.matches(b"*", None),
        lambda _: Wire("3"),
        lambda _: Wire(None),
        lambda _: Wire(),
    ],
)
def test_wrong_types_are_refused(call: Callable[[Source], object]) -> None:
    with pytest.raises((TypeError, AttributeError)):
        call(Source())


@pytest.mark.parametrize(
    "call", [lambda s: s.scan(1 << 40, 0), lambda s: s.scan(0, -(1 << 40)), lambda _: Wire(1 << 40)]
)
def test_numbers_that_do_not_fit_are_refused(call: Callable[[Source], object]) -> None:
    with pytest.raises(OverflowError):
        call(Source())


def test_a_path_with_a_nul_names_no_file(made: Callable[..., bytes]) -> None:
    with pytest.raises((ValueError, errors.InputError)):
        Source().open(made() + b"\0.dcm")


def test_a_path_of_any_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe \n\xe4.dcm"
    with open(path, "wb") as file:
        file.write(head() + data_set(10))
    assert scanned(path).instance_uid == INSTANCE_UID.decode()
    with pytest.raises(errors.InputError):
        Source().open(path + b".absent")


def test_kinds_of_paths(tmp_path: Path, made: Callable[..., bytes]) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert _core.kind_of(made()) == "file"
    assert _core.kind_of(os.fsencode(tmp_path)) == "directory"
    assert _core.kind_of(os.fsencode(tmp_path / "fifo")) not in {"file", "directory", ""}
    assert _core.kind_of(os.fsencode(tmp_path / "dangling")) == os.strerror(2)


def test_a_source_that_was_never_opened() -> None:
    source = Source()
    assert (source.size, source.data_set_offset, source.class_uid, source.meta_syntax) == (0, 0, "", "")
    assert not (source.has_meta or source.has_preamble or source.guessed or source.structure_known)
    for expect in (EXPECT_ANY, EXPECT_FILE, EXPECT_DATA_SET):
        with pytest.raises(errors.InputError):
            source.scan(expect, READ_WHOLE)
    source.close()
    source.close()


def test_a_source_that_was_closed(made: Callable[..., bytes]) -> None:
    path = made(2_000_000)
    source = scanned(path)
    source.close()
    source.close()
    with contextlib.suppress(errors.InputError):  # unless its window still holds what is looked at
        source.scan(EXPECT_ANY, READ_WHOLE)
        assert source.instance_uid == INSTANCE_UID.decode()
    source.open(path)
    source.scan(EXPECT_ANY, READ_WHOLE)
    assert source.structure_known


def test_no_descriptor_is_left_open(made: Callable[..., bytes], tmp_path: Path) -> None:
    path = made()
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(50):
        source = scanned(path)
        with pytest.raises(errors.InputError):
            source.open(os.fsencode(tmp_path))
        source.open(path)
        del source
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_identify_takes_the_identity_of_inflated_bytes(tmp_path: Path) -> None:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    path = tmp_path / "deflated"
    path.write_bytes(head(DEFLATED) + deflate.compress(data_set(5000)) + deflate.flush())
    source = scanned(os.fsencode(path))
    assert (source.encoding, source.class_uid, source.structure_known) == (_core.OPAQUE, "", False)
    source.identify(data_set(5000)[:200])
    assert (source.class_uid, source.instance_uid) == (CLASS_UID.decode(), INSTANCE_UID.decode())
    source.identify(b"")
    assert (source.class_uid, source.instance_uid) == ("", "")


@pytest.mark.parametrize(
    ("pattern", "name", "wanted"),
    [
        (b"*.dcm", b"a.dcm", True),
        (b"*.dcm", b"a.DCM", False),
        (b"*", b".hidden", True),
        (b"?", b"ab", False),
        (b"[a-c]x", b"bx", True),
        (b"[!a-c]x", b"bx", False),
        (b"*", b"a/b", False),
        (b"\\*", b"*", True),
        (b"\\*", b"x", False),
        (b"", b"", True),
        (b"", b"x", False),
        (b"[", b"[", True),
    ],
)
def test_shell_patterns(pattern: bytes, name: bytes, wanted: bool) -> None:
    assert _core.matches(pattern, name) is wanted


# ---- marks and edits ------------------------------------------------------------------------------------------------


def marking(path: bytes) -> Source:
    source = Source()
    source.marking = True
    source.open(path)
    source.scan(EXPECT_ANY, READ_WHOLE)
    return source


def test_marks_say_what_is_there(made: Callable[..., bytes]) -> None:
    path = made()
    marks = {mark[0]: mark for mark in marking(path).marks()}
    assert len(marks) == 16
    at = len(head())
    assert marks[0x00080016] == (0x00080016, True, at, 8, 26, b"UI", False, CLASS_UID + b"\0")
    assert marks[0x00100010] == (0x00100010, False, at + 34 + 36, 0, 0, b"", False, b"")
    assert marks == {mark[0]: (*mark[:2], mark[2] + at, *mark[3:]) for mark in walked([data_set(100)], 1)[2]}


def test_marks_where_none_were_asked_for(made: Callable[..., bytes], tmp_path: Path) -> None:
    assert scanned(made()).marks() == ()
    assert Source().marks() == ()
    source = marking(made())
    source.scan(EXPECT_ANY, READ_IDENTITY)
    assert source.marks() == ()
    deflater = zlib.compressobj(wbits=-15)
    path = tmp_path / "deflated"
    path.write_bytes(head(DEFLATED) + deflater.compress(data_set(100)) + deflater.flush())
    assert marking(os.fsencode(path)).marks() == ()
    path.write_bytes(head() + data_set(100)[:-1])
    source = Source()
    source.marking = True
    source.open(os.fsencode(path))
    with pytest.raises(errors.InputError):
        source.scan(EXPECT_ANY, READ_WHOLE)
    assert source.marks() == ()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_walk_over_pieces(size: int) -> None:
    data = data_set(100)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    total, spaced, marks = walked(pieces, _core.EXPLICIT_LITTLE)
    assert (total, spaced, len(marks)) == (len(data), 0, 16)
    assert walked(iter([]), _core.IMPLICIT_LITTLE)[0] == 0
    for kept in range(1, len(data)):
        cut = data[:kept]
        if kept in (34, 34 + 36):  # between two elements
            assert walked([cut], _core.EXPLICIT_LITTLE)[0] == kept
            continue
        with pytest.raises(errors.InputError, match="truncated") as caught:
            walked([cut[at : at + size] for at in range(0, kept, size)], _core.EXPLICIT_LITTLE)
        assert caught.value.offset == max(start for start in (0, 34, 34 + 36) if start < kept)
    for encoding in (_core.OPAQUE, -1, 99):
        with pytest.raises(errors.InternalError):
            walked(pieces, encoding)
    with pytest.raises(TypeError):
        walked([None], 1)  # type: ignore[list-item]


def test_an_edit_lasts_until_the_file_is_closed(made: Callable[..., bytes]) -> None:
    path = made()
    source = scanned(path)
    assert source.edited == 0
    buffer = bytes(range(10))
    source.edit([(None, source.data_set_offset, 50), (buffer, 3, 7), (None, source.size, 0), (None, 0, source.size)])
    assert source.edited == 57 + source.size
    source.edit([(None, 0, 5)])
    assert source.edited == 5
    source.edit([])
    assert source.edited == 0
    for forget in (source.close, lambda: source.open(path)):
        source.open(path)
        source.edit([(buffer, 0, 10)])
        forget()
        assert source.edited == 0


@pytest.mark.parametrize(
    "spans",
    [
        [(None, 0, 10**6)],
        [(None, 10**6, 0)],
        [(b"abc", 0, 4)],
        [(b"abc", 4, 0)],
        [(b"abc", 2, 2)],
        [(b"abc", 0, 3), (None, 1, 2**64 - 1)],
        [(bytearray(b"abc"), 0, 3)],
        [(None, -1, 2)],
        [(None, 0, 2**64)],
        [(None, 0)],
        [None],
    ],
)
def test_edits_that_reach_beyond(spans: list[tuple[bytes | None, int, int]], made: Callable[..., bytes]) -> None:
    source = scanned(made())
    source.edit([(b"before", 0, 6)])
    with pytest.raises((errors.InternalError, OverflowError, TypeError, ValueError)):
        source.edit(spans)
    assert source.edited == 0


def test_an_edit_keeps_its_buffers_alive(made: Callable[..., bytes]) -> None:
    source = scanned(made())
    buffer = bytes(bytearray(b"x" * 1000))
    before = sys.getrefcount(buffer)
    source.edit([(buffer, 0, 1000)] * 3)
    assert sys.getrefcount(buffer) == before + 3
    source.edit([])
    assert sys.getrefcount(buffer) == before
    source.edit([(buffer, 0, 1000)])
    del source
    gc.collect()
    assert sys.getrefcount(buffer) == before


# ---- the corpus ------------------------------------------------------------------------------------------------------


def corpus_files(*folders: str) -> list[Path]:
    folder = found.corpus_folder()
    if folder is None:
        return []
    return sorted(path for name in folders for path in (folder / name).rglob("*") if path.is_file())


def every_scan(path: bytes) -> Iterator[tuple[Source, int, int, errors.InputError | None]]:
    source = Source()
    source.open(path)
    for expect in (EXPECT_ANY, EXPECT_FILE, EXPECT_DATA_SET):
        for extent in (READ_META, READ_IDENTITY, READ_WHOLE):
            try:
                source.scan(expect, extent)
            except errors.InputError as error:
                yield source, expect, extent, error
            else:
                yield source, expect, extent, None


def test_every_file_of_the_corpus_has_a_clear_outcome(corpus: Path, tmp_path: Path) -> None:
    """Facts or an InputError of one line that says where; the same again; never anything else."""
    files = corpus_files("valid", "odd", "noheader", "fuzz", "media")
    assert len(files) == 370
    for path in files:
        name = os.fsencode(path)
        if path.parent.name == "fuzz":  # with (0002,0000), which all of them lack, on top
            content = path.read_bytes()
            if content[128:132] == b"DICM":
                completed = tmp_path / path.name
                completed.write_bytes(content[:132] + element(2, 0, b"UL", struct.pack("<I", 200)) + content[132:])
                assert list(every_scan(os.fsencode(completed)))
        first = [(expect, extent, str(error)) for _, expect, extent, error in every_scan(name)]
        for source, expect, extent, error in every_scan(name):
            if error is None:
                assert source.data_set_offset <= source.size, path
                assert extent != READ_WHOLE or source.structure_known or source.encoding == _core.OPAQUE, path
                assert source.has_meta or expect != EXPECT_FILE, path
                continue
            assert str(error).isprintable() and "\n" not in str(error), path
            assert 0 <= error.offset <= source.size, path
            assert error.tag >= 0, path
        assert first == [(expect, extent, str(error)) for _, expect, extent, error in every_scan(name)], path


def test_the_facts_of_valid_files_are_those_of_pydicom(corpus: Path) -> None:
    import pydicom
    from pydicom.filereader import _read_file_meta_info, read_preamble

    files = corpus_files("valid")
    assert len(files) == 172
    for path in files:
        source = scanned(os.fsencode(path))
        with path.open("rb") as file:
            read_preamble(file, force=False)
            meta = _read_file_meta_info(file)
            offset = file.tell()
            if source.encoding == _core.OPAQUE:
                source.identify(zlib.decompressobj(-zlib.MAX_WBITS).decompress(file.read(), 1 << 16))
        judge = pydicom.dcmread(path, stop_before_pixels=True)
        assert source.data_set_offset == offset, path
        assert source.meta_syntax == meta.TransferSyntaxUID, path
        assert source.meta_class == meta.get("MediaStorageSOPClassUID", ""), path
        assert source.meta_instance == meta.get("MediaStorageSOPInstanceUID", ""), path
        assert source.class_uid == judge.get("SOPClassUID", ""), path
        assert source.instance_uid == judge.get("SOPInstanceUID", ""), path
        assert (source.has_preamble, source.has_meta, source.guessed) == (True, True, False), path
