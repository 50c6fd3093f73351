"""Edits of a data set as a rope, against pydicom: the replaced, added and untouched elements, in every encoding."""

from __future__ import annotations

import copy
import io
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from storejet._core import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, walked
from storejet.errors import InputError
from storejet.plan.edit import element, mended_uids, spans, spliced

if TYPE_CHECKING:
    from storejet._core import Mark
    from storejet.plan.edit import Span

ENCODINGS = [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG]
CLASS, INSTANCE, STUDY, SERIES = 0x00080016, 0x00080018, 0x0020000D, 0x0020000E
REPLACEABLE = {
    CLASS: "UI", INSTANCE: "UI", 0x00080050: "SH", 0x00100010: "PN", 0x00100020: "LO", STUDY: "UI", SERIES: "UI",
    0x00200010: "SH", 0x00200011: "IS", 0x00200013: "IS",
}  # fmt: skip
#: elements around and between those that are replaced
OTHERS = {
    0x00080008: "CS", 0x00080060: "CS", 0x00090010: "LO", 0x00100030: "DA", 0x00180015: "CS", 0x00200052: "UI",
    0x00280004: "CS", 0x00400244: "DA",
}  # fmt: skip
TEXT = {"UI": "1.2.3", "DA": "20200101", "IS": "7"}


def written(data: Dataset, encoding: int) -> bytes:
    file = pydicom.filebase.DicomBytesIO()
    file.is_implicit_VR = encoding == IMPLICIT_LITTLE
    file.is_little_endian = encoding != EXPLICIT_BIG
    write_dataset(file, data)
    return file.getvalue()


def read(data: bytes, encoding: int) -> Dataset:
    return pydicom.filereader.read_dataset(
        io.BytesIO(data), encoding == IMPLICIT_LITTLE, encoding != EXPLICIT_BIG, len(data)
    )


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def marks_in(data: bytes, encoding: int) -> tuple[Mark, ...]:
    """The marks of a data set; whatever the pieces that it comes in, they are the same."""
    total, _spaced, marks = walked([data], encoding)
    assert total == len(data)
    assert walked(in_pieces(data, 101), encoding) == (total, _spaced, marks)
    return marks


def edited(data: bytes, encoding: int, replacements: dict[int, tuple[str, bytes]], before: bytes = b"") -> bytes:
    """The bytes of the rope. ``before``: what stands before the data set in its file."""
    marks = tuple((m[0], m[1], m[2] + len(before), *m[3:]) for m in marks_in(data, encoding))
    file = before + data
    rope = spans(marks, encoding, len(file), len(before), replacements)
    for buffer, offset, length in rope:
        assert length > 0
        assert offset + length <= len(file if buffer is None else buffer)
    assert all(one[0] is None or two[0] is None for one, two in pairwise(rope)), "not merged"
    result = b"".join((file if buffer is None else buffer)[offset : offset + length] for buffer, offset, length in rope)
    assert b"".join(spliced(in_pieces(file, 97), rope)) == result
    return result


def data_of(tags: list[int], nested: bool = False) -> Dataset:
    data = Dataset()
    for tag in tags:
        vr = {**REPLACEABLE, **OTHERS}[tag]
        data.add(DataElement(tag, vr, TEXT.get(vr, "OLD")))
    if nested:
        item = Dataset()
        item.SOPInstanceUID = "1.2.9"
        item.PatientName = "Nested"
        data.ReferencedSeriesSequence = Sequence([item])
    return data


@given(
    st.lists(st.sampled_from([*REPLACEABLE, *OTHERS]), unique=True),
    st.dictionaries(st.sampled_from(list(REPLACEABLE)), st.text("123456789", min_size=1, max_size=9), min_size=1),
    st.sampled_from(ENCODINGS),
    st.booleans(),
    st.integers(0, 200),
)
def test_what_pydicom_reads_back(
    present: list[int], wanted: dict[int, str], encoding: int, nested: bool, before: int
) -> None:
    data = data_of(present, nested)
    replacements = {tag: (REPLACEABLE[tag], value.encode()) for tag, value in wanted.items()}
    result = edited(written(data, encoding), encoding, replacements, b"\xff" * before)
    twin = copy.deepcopy(data)
    for tag, value in wanted.items():
        twin.add(DataElement(tag, REPLACEABLE[tag], value))
    assert read(result, encoding) == twin
    assert result == written(twin, encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_bytes_of_an_element(encoding: int) -> None:
    assert (
        element(0x00080018, "UI", b"1.2", encoding)
        == {
            IMPLICIT_LITTLE: b"\x08\0\x18\0\x04\0\0\x001.2\0",
            EXPLICIT_LITTLE: b"\x08\0\x18\0UI\x04\x001.2\0",
            EXPLICIT_BIG: b"\0\x08\0\x18UI\0\x041.2\0",
        }[encoding]
    )
    assert element(0x00200013, "IS", b"7", encoding).endswith(b"7 ")
    assert element(0x00200013, "IS", b"", encoding)[-2:] == b"\0\0"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_added_elements_stand_before_the_trailing_padding(encoding: int) -> None:
    data = written(data_of([CLASS, INSTANCE]), encoding)
    padding = element(0xFFFCFFFC, "OB", b"", encoding)
    if encoding != IMPLICIT_LITTLE:
        padding = padding[:6] + b"\0\0" + (4).to_bytes(4, "big" if encoding == EXPLICIT_BIG else "little") + bytes(4)
    result = edited(data + padding, encoding, {0x00200013: ("IS", b"5")})
    assert result == data + element(0x00200013, "IS", b"5", encoding) + padding


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("believed", [None, 0, 7, 0xFFFFFFFF])
def test_group_lengths_of_groups_that_change_are_set_right(encoding: int, believed: int | None) -> None:
    """Whatever they said before; that of a group that stays is left alone, and none is added."""
    order = ">" if encoding == EXPLICIT_BIG else "<"

    def grouped(tags: list[int], values: dict[int, bytes], lengths: dict[int, int]) -> bytes:
        content = b""
        for group in (0x0008, 0x0009, 0x0010, 0x0020):
            members = sorted(tag for tag in tags if tag >> 16 == group)
            body = b"".join(
                element(tag, {**REPLACEABLE, **OTHERS}[tag], values.get(tag, b"1.2.3"), encoding) for tag in members
            )
            length = lengths.get(group, len(body))
            content += element(group << 16, "UL", struct.pack(order + "I", length), encoding) + body
        return content

    tags = [CLASS, INSTANCE, 0x00090010, 0x00100020, 0x00100030, STUDY, 0x00200052]
    lied = {} if believed is None else dict.fromkeys((8, 16, 32), believed)
    replaced = {INSTANCE: b"1.2.3.4.5.6.7", 0x00200013: b"12", 0x00080050: b""}
    result = edited(
        grouped(tags, {}, lied), encoding, {tag: (REPLACEABLE[tag], value) for tag, value in replaced.items()}
    )
    left = {0x0010: lied[0x0010]} if lied else {}
    assert result == grouped([*tags, 0x00200013, 0x00080050], replaced, left)
    alone = element(INSTANCE, "UI", b"1.2", encoding)
    assert edited(alone, encoding, {INSTANCE: ("UI", b"1.2.34")}) == element(INSTANCE, "UI", b"1.2.34", encoding)


def test_a_group_length_behind_its_group() -> None:
    data = element(0x00210010, "LO", b"X", EXPLICIT_LITTLE) + element(0x00200000, "UL", bytes(4), EXPLICIT_LITTLE)
    with pytest.raises(InputError, match=r"\(0020,0000\) stands behind its group"):
        edited(data, EXPLICIT_LITTLE, {0x00200013: ("IS", b"1")})


def test_a_data_set_out_of_order() -> None:
    """The tag is found where it is; what is added goes before the first greater one."""
    number, name, identity = (
        element(tag, REPLACEABLE[tag], b"AB", EXPLICIT_LITTLE) for tag in (0x00200013, 0x00100010, 0x00100020)
    )
    new = {0x00100010: ("PN", b"New"), 0x00100020: ("LO", b"ID")}
    changed = element(0x00100010, "PN", b"New", EXPLICIT_LITTLE)
    added = element(0x00100020, "LO", b"ID", EXPLICIT_LITTLE)
    assert edited(number + name, EXPLICIT_LITTLE, new) == added + number + changed
    assert edited(number + name + identity, EXPLICIT_LITTLE, new) == number + changed + added


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_tag_that_occurs_twice_is_not_edited(encoding: int) -> None:
    """One of the two would keep what was to be replaced."""
    data = element(0x00100020, "LO", b"FIRST", encoding) + element(0x00100020, "LO", b"OTHER", encoding)
    with pytest.raises(InputError, match=r"\(0010,0020\) twice") as caught:
        edited(data, encoding, {0x00100020: ("LO", b"NEW")})
    assert (caught.value.tag, caught.value.offset) == (0x00100020, 0)
    assert edited(data, encoding, {0x00200013: ("IS", b"1")}).startswith(data)


def test_a_sequence_in_place_of_a_value_is_not_edited() -> None:
    undefined = struct.pack("<HH2sHI", 0x0010, 0x0020, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\xdd\xe0\0\0\0\0"
    empty = struct.pack("<HH2sHI", 0x0010, 0x0020, b"SQ", 0, 0)
    implicit = struct.pack("<HHI", 0x0010, 0x0020, 0xFFFFFFFF) + b"\xfe\xff\xdd\xe0\0\0\0\0"
    for data, encoding in ((undefined, EXPLICIT_LITTLE), (empty, EXPLICIT_LITTLE), (implicit, IMPLICIT_LITTLE)):
        with pytest.raises(InputError, match=r"\(0010,0020\) is a sequence"):
            edited(data, encoding, {0x00100020: ("LO", b"NEW")})


def test_an_element_of_another_vr_gets_the_right_one() -> None:
    unknown = struct.pack("<HH2sHI", 0x0010, 0x0020, b"UN", 0, 4) + b"4711"
    result = edited(unknown, EXPLICIT_LITTLE, {0x00100020: ("LO", b"NEW")})
    assert result == element(0x00100020, "LO", b"NEW", EXPLICIT_LITTLE)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_uids_without_their_spaces(encoding: int) -> None:
    data = b"".join(
        element(tag, vr, value, encoding)
        for tag, vr, value in (
            (CLASS, "UI", b"1.2 "),
            (INSTANCE, "UI", b" 1.3. 4"),
            (0x00100020, "LO", b"A B "),
            (STUDY, "UI", b"1.2.3"),
            (SERIES, "UI", b"1.4 \0\0 "),
            (0x00200052, "UI", b"1.5 "),
        )
    )
    mended = mended_uids(marks_in(data, encoding))
    assert mended == {CLASS: ("UI", b"1.2"), INSTANCE: ("UI", b"1.3.4"), SERIES: ("UI", b"1.4")}
    result = read(edited(data, encoding, mended), encoding)
    assert (result.SOPClassUID, result.SOPInstanceUID, result.SeriesInstanceUID) == ("1.2", "1.3.4", "1.4")
    assert mended_uids(marks_in(element(STUDY, "UI", b"1.2", encoding), encoding)) == {}


def test_a_uid_too_long_to_be_mended() -> None:
    data = element(STUDY, "UI", b"1 " * 100, EXPLICIT_LITTLE)
    with pytest.raises(InputError, match=r"200 bytes in element \(0020,000d\)"):
        mended_uids(marks_in(data, EXPLICIT_LITTLE))


def test_nothing_but_what_is_replaced_changes_in_the_files_of_the_corpus(corpus: Path) -> None:
    """Each data set that can be read, with every identifier replaced: as pydicom reads and changes it."""
    from storejet._core import EXPECT_ANY, OPAQUE, READ_WHOLE, Source

    count = 0
    for path in sorted((corpus / "valid").rglob("*")):
        if not path.is_file() or path.stat().st_size > 2 << 20:
            continue
        source = Source()
        source.marking = True
        source.open(str(path).encode())
        source.scan(EXPECT_ANY, READ_WHOLE)
        if source.encoding == OPAQUE:
            continue
        replacements = {tag: (vr, b"1234567") for tag, vr in REPLACEABLE.items()}
        rope = spans(source.marks(), source.encoding, source.size, source.data_set_offset, replacements)
        file = path.read_bytes()
        result = b"".join((file if part is None else part)[at : at + length] for part, at, length in rope)
        source.edit(rope)
        assert source.edited == len(result)
        before, after = read(file[source.data_set_offset :], source.encoding), read(result, source.encoding)
        assert before.keys() | set(REPLACEABLE) == after.keys(), path
        for tag in list(after.keys()):
            value = after.get_item(tag).value  # raw, but for sequences
            if tag in REPLACEABLE:
                assert value.rstrip(b" \0") == b"1234567", path
            elif tag & 0xFFFF:
                assert value == before.get_item(tag).value, path
        count += 1
    assert count > 100


def test_a_group_whose_length_no_group_length_can_tell() -> None:
    end = 5 << 30
    marks: list[Mark] = [
        (0x00080000, True, 100, 8, 4, b"UL", False, b""),
        (INSTANCE, True, 112, 8, 10, b"UI", False, b""),
        (0x00090000, False, end, 0, 0, b"", False, b""),
    ]
    with pytest.raises(InputError, match="cannot tell the length"):
        spans(marks, EXPLICIT_LITTLE, end, 100, {INSTANCE: ("UI", b"1.2")})


def test_pieces_that_became_fewer_or_more_since_their_rope_was_made() -> None:
    rope: list[Span] = [(b"new", 0, 3), (None, 10, 20)]
    with pytest.raises(InputError, match="changed"):
        list(spliced(iter([bytes(15), bytes(14)]), rope))

    def failing() -> Iterator[bytes]:
        yield bytes(30)
        raise InputError("changed while it was being sent")

    with pytest.raises(InputError, match="changed"):
        list(spliced(failing(), rope))
