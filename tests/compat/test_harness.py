"""The harness itself: it sees no difference where there is none, and each one that there is."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from peers import found, wire

from compat import storescu_rows
from compat.dataset import canonical
from compat.encode import CT, data_set, element, identity, st, ui
from compat.inputs import Inputs, sequence
from compat.observe import Observation, Row, arguments, differing, observe

ROWS = {row.id: row for row in storescu_rows.ROWS}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("harness"))


def dcmtk(row: Row, inputs: Inputs) -> Observation:
    return observe(found.dcmtk(row.tool), row, inputs, {"TCP_NODELAY": "1"})[0]


@pytest.mark.parametrize("name", ["kinds-rle-required", "status-A700", "folder-deep-recurse", "size-4096", "rejected"])
def test_dcmtk_does_not_differ_from_itself(name: str, inputs: Inputs) -> None:
    row = ROWS[f"storescu-{name}"]
    assert differing(dcmtk(row, inputs), dcmtk(row, inputs)) == set()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("status-A700-no-halt", "status-A800", {"exit", "stores", "data"}),
        ("titles", "titles-long-names", {"proposals"}),
        ("repeat", "same-file-twice", {"stores", "data"}),
        ("repeat-rightmost", "abort-option", {"endings"}),
        ("size-default", "size-4096", {"sizes"}),
        ("folder", "folder-deep", {"stores", "data"}),
        ("x=", "other-instance", {"stores", "data"}),
    ],
)
def test_every_field_can_differ(one: str, other: str, expected: set[str], inputs: Inputs) -> None:
    rows = ROWS[f"storescu-{one}"], ROWS[f"storescu-{other}"]
    assert differing(*(dcmtk(row, inputs) for row in rows)) == expected


def test_placeholders(inputs: Inputs) -> None:
    row = Row("", "storescu", "-aet 'A B' {to} {file:text} {dir:flat}/ {many:private-3}")
    words = arguments(row, inputs, 104)
    assert words[:4] == ["-aet", "A B", "127.0.0.1", "104"]
    assert Path(words[4]).is_file()
    assert Path(words[5]).is_dir()
    assert words[5].endswith("/")
    assert len([word for word in words[6:] if Path(word).is_file()]) == len(words[6:]) == 3


def test_encodings_of_one_data_set_are_equal() -> None:
    elements = identity(CT, "2.25.1")
    explicit = canonical(data_set(elements), wire.EXPLICIT)
    padded = data_set(elements) + element(0xFFFCFFFC, "OB", bytes(6))
    grouped = element(0x00080000, "UL", bytes(4)) + data_set(elements)
    spaced = data_set([*elements[:-1], (0x00080018, "UI", b"2.25.1 \0")])
    assert [vr for _, vr, _ in explicit] == ["UI", "UI", "CS", "PN", "LO", "UI", "UI"]
    for same in (padded, grouped, spaced):
        assert canonical(same, wire.EXPLICIT) == explicit
    assert canonical(data_set(elements, wire.IMPLICIT), wire.IMPLICIT) == explicit
    assert canonical(data_set(elements, wire.BIG_ENDIAN), wire.BIG_ENDIAN) == explicit


def test_length_of_a_sequence_does_not_matter() -> None:
    nested = element(0x0020000E, "UI", ui("2.25.9"))
    item = b"\xfe\xff\x00\xe0" + len(nested).to_bytes(4, "little") + nested
    explicit_length = canonical(element(0x00081115, "SQ", item), wire.EXPLICIT)
    assert explicit_length == canonical(sequence(nested), wire.EXPLICIT)
    assert explicit_length[0][2] == (((0x0020000E, "UI", b"2.25.9"),),)


def test_a_changed_value_is_seen() -> None:
    elements = identity(CT, "2.25.1")
    changed = [*elements[:1], (0x00100010, "PN", st("Other^Name")), *elements[2:]]
    assert canonical(data_set(elements), wire.EXPLICIT) != canonical(data_set(changed), wire.EXPLICIT)


def test_every_field_is_compared() -> None:
    observation = Observation(0, "", "", "", "", "")
    for field in dataclasses.fields(Observation):
        assert differing(observation, dataclasses.replace(observation, **{field.name: 1})) == {field.name}
