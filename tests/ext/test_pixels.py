"""``Source.images``, ``fragments``, ``directory_records``, ``piece`` and ``unchanged``; pydicom judges the corpus."""

from __future__ import annotations

import gc
import os
import struct
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from ext_objects import DEFLATED, data_set, element, head, scanned

from storejet import errors
from storejet._core import EXPECT_ANY, OPAQUE, READ_META, READ_WHOLE, Fragments, Source

if TYPE_CHECKING:
    from storejet._core import Image

JPEG = "1.2.840.10008.1.2.4.50"
ITEM, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
WANTED = (
    0x00280000, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101,
    0x00280102, 0x00280103, 0x00282110, 0x00282112, 0x00282114, 0x7FE00000, 0x7FE00001, 0x7FE00002, 0x7FE00003,
)  # fmt: skip


def item(value: bytes) -> bytes:
    return ITEM + struct.pack("<I", len(value)) + value


def pixels(*fragments: bytes, table: bytes = b"") -> bytes:
    items = b"".join(map(item, fragments))
    return b"\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff" + item(table) + items + SEQUENCE_END + bytes(4)


def written(folder: Path, *parts: bytes, syntax: str = JPEG) -> Source:
    path = folder / "made.dcm"
    path.write_bytes(head(syntax) + b"".join(parts))
    return scanned(os.fsencode(path), READ_META)


def test_an_image_of_a_sequence_and_one_of_the_data_set(tmp_path: Path) -> None:
    icon = element(0x28, 0x10, b"US", b"\2\0") + pixels(b"ab")
    sequence = element(0x88, 0x200, b"SQ", item(icon))
    rows = element(0x28, 0x10, b"US", b"\4\0")
    source = written(tmp_path, rows, sequence, pixels(b"abcd", b"", b"xyz", table=b"\0\0\0\0"))
    at = len(head(JPEG))
    first, second = source.images()
    assert [row[0] for row in first[1]] == list(WANTED) == [row[0] for row in second[1]]
    inside = at + len(rows) + 12 + 8
    assert first[0] == 1
    assert first[2:] == (
        inside + 10, 12, b"OB", inside + 22, inside + len(icon),
        ((at + len(rows) + 8, 4, len(icon) + 8), (at + len(rows) + 16, 4, len(icon))),
    )  # fmt: skip
    assert second[0] == 0
    assert second[2:] == (inside + len(icon), 12, b"OB", inside + len(icon) + 12, source.size, ())
    marks = {row[0]: row for row in second[1]}
    assert marks[0x00280010] == (0x00280010, True, at, 8, 2, b"US", False, b"\4\0")
    assert marks[0x00280011] == (0x00280011, False, at + len(rows), 0, 0, b"", False, b"")
    fragments = source.fragments(second[5])
    start = second[5] + 8
    assert fragments.table == (start, 4)
    assert list(fragments) == [(start + 12, 4), (start + 24, 0), (start + 32, 3)]
    assert (len(fragments), fragments[0], fragments[-1]) == (3, (start + 12, 4), (start + 32, 3))
    assert fragments.end == source.size
    assert source.piece(*fragments[2]) == b"xyz"
    for index in (3, -4, 2**40):
        with pytest.raises(IndexError):
            fragments[index]


def test_what_is_not_there(tmp_path: Path) -> None:
    source = written(tmp_path, data_set(10))
    assert source.images() == []
    assert list(source.directory_records()) == []
    for first in (0, source.data_set_offset, source.size, source.size + 1):
        with pytest.raises(errors.InputError):
            source.fragments(first)
    with pytest.raises(TypeError):
        Fragments()


def test_damage_says_where(tmp_path: Path) -> None:
    source = written(tmp_path, element(0x88, 0x200, b"SQ", item(b"abcdefghij")), pixels(b"ab"))
    with pytest.raises(errors.InputError, match=r"damaged.*at byte") as caught:
        source.images()
    assert caught.value.offset == source.data_set_offset + 12 + 8
    with pytest.raises(errors.InputError, match="damaged"):
        list(source.directory_records())
    source = written(tmp_path, pixels(b"ab")[:-8])
    with pytest.raises(errors.InputError, match="truncated"):
        source.images()
    with pytest.raises(errors.InputError, match="truncated") as caught:
        source.fragments(source.data_set_offset + 12)
    assert (caught.value.offset, caught.value.tag) == (source.size, 0x7FE00010)


def test_a_source_that_was_not_scanned(tmp_path: Path) -> None:
    written(tmp_path, pixels(b"ab"))
    source = Source()
    for call in (source.images, lambda: list(source.directory_records())):
        with pytest.raises(errors.InternalError):
            call()
    source.open(os.fsencode(tmp_path / "made.dcm"))
    with pytest.raises(errors.InternalError):
        source.images()
    source.scan(EXPECT_ANY, READ_META)
    assert len(source.images()) == 1
    source.close()
    with pytest.raises(errors.InternalError):
        source.images()
    with pytest.raises(errors.InputError):
        source.piece(0, 1)
    with pytest.raises(errors.InputError):
        source.unchanged()


def test_a_deflated_data_set_is_not_looked_into(tmp_path: Path) -> None:
    source = written(tmp_path, b"\3\0" * 20, syntax=DEFLATED)
    assert source.encoding == OPAQUE
    for call in (source.images, lambda: list(source.directory_records())):
        with pytest.raises(errors.InputError, match="deflated"):
            call()


def test_pieces_are_bounded_by_the_file(tmp_path: Path) -> None:
    source = written(tmp_path, data_set(5000))
    whole = (tmp_path / "made.dcm").read_bytes()
    assert source.piece(0, len(whole)) == whole
    assert source.piece(700, 3000) == whole[700:3700]
    assert source.piece(len(whole), 0) == b""
    for offset, length in ((0, len(whole) + 1), (len(whole), 1), (len(whole) + 1, 0), (1, 2**64 - 1), (2**63, 2**63)):
        with pytest.raises(errors.InputError, match="truncated"):
            source.piece(offset, length)
    for offset, length in ((-1, 1), (0, -1), (2**64, 0)):
        with pytest.raises(OverflowError):
            source.piece(offset, length)


def test_a_file_that_changes(tmp_path: Path) -> None:
    source = written(tmp_path, data_set(5000))
    source.unchanged()
    size = source.size
    os.truncate(tmp_path / "made.dcm", size - 1)
    with pytest.raises(errors.InputError, match="changed"):
        source.unchanged()
    with pytest.raises(errors.InputError, match="changed"):
        source.piece(size - 1, 1)
    assert source.piece(size - 2, 1)


def test_an_edit_hides_nothing(tmp_path: Path) -> None:
    source = written(tmp_path, pixels(b"abcd", b"ef"))
    before = source.images(), list(source.fragments(source.data_set_offset + 12)), source.piece(200, 50)
    source.edit([(b"other", 0, 5)])
    assert (source.images(), list(source.fragments(source.data_set_offset + 12)), source.piece(200, 50)) == before
    assert source.read(1024) == b"other"
    source.edit([])
    source.rewind()
    assert source.read(1024) == pixels(b"abcd", b"ef")


def test_looking_disturbs_no_reading(tmp_path: Path) -> None:
    """The window of what is sent stays as it is, whatever is looked up meanwhile, on other threads, too."""
    content = pixels(*[bytes([number % 251]) * 3001 for number in range(300)])
    source = written(tmp_path, content)
    failed: list[BaseException] = []

    def look() -> None:
        try:
            for _ in range(20):
                (image,) = source.images()
                fragments = source.fragments(image[5])
                assert len(fragments) == 300
                assert source.piece(*fragments[7]) == b"\7" * 3001
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    pieces = []
    while piece := source.read(4096):
        pieces.append(piece)
    for thread in threads:
        thread.join()
    assert not failed
    assert b"".join(pieces) == content


def test_images_without_end(tmp_path: Path) -> None:
    """What is told of an image is a hundred times as large as the image may be."""
    for count in (10_000, 10_001):
        source = written(tmp_path, element(0x88, 0x200, b"SQ", item(pixels()) * count))
        if count == 10_000:
            assert len(source.images()) == count
            continue
        with pytest.raises(errors.InputError, match="more compressed images than 10000") as caught:
            source.images()
        assert caught.value.offset == source.size - len(pixels())


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 5000])
def test_any_number_of_fragments(count: int, tmp_path: Path) -> None:
    source = written(tmp_path, pixels(*[b"x" * (number % 9) for number in range(count)]))
    fragments = source.fragments(source.data_set_offset + 12)
    assert [length for _, length in fragments] == [number % 9 for number in range(count)]
    assert fragments.end == source.size


def test_too_many_fragments(tmp_path: Path) -> None:
    path = tmp_path / "many"
    most = 4_000_000
    for count in (most, most + 1):
        with path.open("wb") as file:
            file.write(head(JPEG) + pixels()[:-8])
            file.write((ITEM + bytes(4)) * count + SEQUENCE_END + bytes(4))
        source = scanned(os.fsencode(path), READ_META)
        if count == most:
            assert len(source.fragments(source.data_set_offset + 12)) == most
            continue
        with pytest.raises(errors.InputError, match="more fragments than 4000000"):
            source.fragments(source.data_set_offset + 12)


# ---- directories -----------------------------------------------------------------------------------------------------


def record(file: bytes | None, *uids: tuple[int, bytes]) -> bytes:
    made = element(4, 0x1430, b"CS", b"IMAGE ")
    if file is not None:
        made += element(4, 0x1500, b"CS", file)
    return item(made + b"".join(element(4, number, b"UI", uid) for number, uid in uids))


def test_records_one_at_a_time(tmp_path: Path) -> None:
    records = record(b"A\\B ", (0x1510, b"1.2\0"), (0x1511, b"")) + record(None) + record(b"")
    source = written(tmp_path, element(4, 0x1220, b"SQ", records), syntax="1.2.840.10008.1.2.1")
    at = source.data_set_offset + 12
    rows = source.directory_records()
    assert next(rows) == (at, b"A\\B ", "1.2", "", None)
    assert next(rows) == (at + len(records) - len(record(b"")), b"", None, None, None)
    assert next(rows, None) is None
    assert list(source.directory_records()) == list(source.directory_records())


def test_a_directory_that_is_closed_too_early(tmp_path: Path) -> None:
    source = written(tmp_path, element(4, 0x1220, b"SQ", record(b"A ") * 3), syntax="1.2.840.10008.1.2.1")
    for end in (source.close, lambda: source.open(os.fsencode(tmp_path / "made.dcm"))):
        source.open(os.fsencode(tmp_path / "made.dcm"))
        source.scan(EXPECT_ANY, READ_WHOLE)
        rows = source.directory_records()
        assert next(rows)[1] == b"A "
        end()
        with pytest.raises(errors.InternalError):
            next(rows)


def test_records_that_nobody_reads_to_the_end_leave_nothing(tmp_path: Path) -> None:
    source = written(tmp_path, element(4, 0x1220, b"SQ", record(b"A ") * 3), syntax="1.2.840.10008.1.2.1")
    before = sys.getrefcount(source)
    for _ in range(100):
        next(source.directory_records())
    gc.collect()
    assert sys.getrefcount(source) == before


# ---- the corpus ------------------------------------------------------------------------------------------------------


def compressed_of(dataset: object, depth: int = 0) -> Iterator[tuple[int, object]]:
    """Each data set or item with encapsulated pixel data, as pydicom sees it, in the order of the file."""
    for tag in sorted(dataset.keys()):  # type: ignore[attr-defined]
        raw = dataset.get_item(tag)  # type: ignore[attr-defined]
        if tag == 0x7FE00010 and (
            getattr(raw, "length", 0) == 0xFFFFFFFF or getattr(raw, "is_undefined_length", False)
        ):
            yield depth, dataset
        elif raw.VR == "SQ":
            for nested in dataset[tag].value:  # type: ignore[index]
                yield from compressed_of(nested, depth + 1)


def check_image(source: Source, image: Image, depth: int, judge: object, path: Path) -> None:
    from pydicom.encaps import generate_fragments, parse_basic_offsets

    raw = judge.get_item(0x7FE00010)  # type: ignore[attr-defined]
    value = judge[0x7FE00010].value  # type: ignore[index]
    assert image[0] == depth, path
    assert image[5] == getattr(raw, "value_tell", getattr(raw, "file_tell", None)), path
    assert image[4].decode() == raw.VR, path
    fragments = source.fragments(image[5])
    assert fragments.end == image[6], path
    table = source.piece(*fragments.table)
    assert list(struct.unpack(f"<{len(table) // 4}I", table)) == parse_basic_offsets(value), path
    theirs = list(generate_fragments(value[8 + len(table) :]))
    assert [source.piece(*place) for place in fragments] == theirs, path
    for tag, present, _, _, length, _, _, kept in image[1]:
        assert present == (tag in judge), (path, hex(tag))  # type: ignore[operator]
        if present:
            stored = judge.get_item(tag)  # type: ignore[attr-defined]
            content = stored.value if isinstance(stored.value, bytes) else None
            assert content is None or (content[:128] == kept and len(content) == length), (path, hex(tag))


def test_images_are_those_of_pydicom(corpus: Path) -> None:
    import pydicom

    seen = nested = split = 0
    for path in sorted([*(corpus / "valid").iterdir(), *(corpus / "odd").iterdir()]):
        source = Source()
        source.open(os.fsencode(path))
        try:
            source.scan(EXPECT_ANY, READ_WHOLE)
        except errors.InputError:
            continue
        if source.encoding == OPAQUE:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judges = list(compressed_of(pydicom.dcmread(path, force=True)))
            images = source.images()
            assert len(images) == len(judges), path
            for image, (depth, judge) in zip(images, judges, strict=True):
                check_image(source, image, depth, judge, path)
                seen += 1
                nested += depth > 0
                split += len(source.fragments(image[5])) > 1
    assert (seen, nested, split) == (98, 1, 22)


def test_directories_are_those_of_pydicom(corpus: Path) -> None:
    import pydicom

    paths = sorted(path for path in (corpus / "media").rglob("*") if path.is_file())
    assert len(paths) == 38
    total = 0
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judge = pydicom.dcmread(path, force=True)
            wanted = [
                (
                    "\\".join(record.ReferencedFileID)
                    if not isinstance(record.ReferencedFileID, str)
                    else record.ReferencedFileID,
                    record.get("ReferencedSOPClassUIDInFile"),
                    record.get("ReferencedSOPInstanceUIDInFile"),
                    record.get("ReferencedTransferSyntaxUIDInFile"),
                )
                for record in judge.get("DirectoryRecordSequence", [])
                if "ReferencedFileID" in record
            ]
        source = scanned(os.fsencode(path), READ_META)
        rows = list(source.directory_records())
        assert [(row[1].decode().rstrip(" "), *row[2:]) for row in rows] == wanted, path
        assert all(source.piece(row[0], 4) in (ITEM, ITEM[1::-1] + ITEM[:1:-1]) for row in rows), path
        total += len(rows)
    assert total == 186


def test_no_file_of_the_corpus_leads_astray(corpus: Path) -> None:
    """Images, fragments and records, or an InputError that says where; nothing else, of hostile files, too."""
    files = [path for path in sorted(corpus.rglob("*.dcm")) if path.is_file()]
    refused = 0
    for path in files:
        source = Source()
        source.open(os.fsencode(path))
        try:
            source.scan(EXPECT_ANY, READ_META)
            if source.encoding == OPAQUE:
                continue
            for image in source.images():
                assert source.fragments(image[5]).end == image[6] <= source.size, path
            list(source.directory_records())
        except errors.InputError as error:
            refused += 1
            assert 0 <= error.offset <= source.size and str(error).isprintable(), path
    assert 0 < refused < len(files) // 4
