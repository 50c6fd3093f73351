"""The rows of the C dictionary are those that the generator makes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._private_dict import private_dictionaries

from storejet._core import vr_of

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(scope="module")
def make_dictionary() -> Iterator[ModuleType]:
    sys.path.insert(0, str(TOOLS))
    try:
        import make_dictionary

        yield make_dictionary
    finally:
        sys.path.remove(str(TOOLS))


def example(pattern: str) -> int:
    """A tag that fits a pattern: "60xx3000" → 60023000."""
    group, number = pattern[:4].replace("xx", "03" if "x" in pattern[4:6] else "02"), pattern[4:].replace("xx", "10")
    return int((group + number).replace("x", "0"), 16)


def test_regenerated_is_committed(make_dictionary: ModuleType) -> None:
    """What a newer pydicom adds is news, not a mistake; a row that differs or vanished is one."""
    public = {tag: row for tag, row in DicomDictionary.items() if vr_of(tag)}
    repeaters = {pattern: row for pattern, row in RepeatersDictionary.items() if vr_of(example(pattern))}
    private = {
        creator: {pattern: row for pattern, row in rows.items() if vr_of(example(pattern), creator)}
        for creator, rows in private_dictionaries.items()
    }
    assert make_dictionary.rendered(public, repeaters, private) == make_dictionary.ROWS.read_text("ascii")


def test_a_changed_row_is_noticed(make_dictionary: ModuleType) -> None:
    committed = make_dictionary.ROWS.read_text("ascii")
    for public, repeaters, private in (
        ({**DicomDictionary, 0x00100010: ("LO",)}, RepeatersDictionary, private_dictionaries),
        (DicomDictionary, {**RepeatersDictionary, "60xx3000": ("OB",)}, private_dictionaries),
        (DicomDictionary, RepeatersDictionary, {**private_dictionaries, "ACME": {"0011xx01": ("LO",)}}),
    ):
        assert make_dictionary.rendered(public, repeaters, private) != committed


def test_rows_of_a_private_creator(make_dictionary: ModuleType) -> None:
    elements = {
        "0011xx02": ("LO",),
        "00111001": ("CS",),  # noted with its block: any will do
        "00111002": ("SH",),  # but not where the creator has one for all
        "00110003": ("CS",),  # in no block
        "0012xx04": ("CS",),  # of an even group
        "001110xx": ("LO",),
        "0011xx05": ("NONE",),
        "60xxxx06": ("US or SS",),
    }
    rows = [(0x0011, 0x01, "CS"), (0x0011, 0x02, "LO"), (0x6000, 0x06, "xs")]
    assert make_dictionary.private_rows(elements) == rows


def test_rows_of_elements_that_repeat(make_dictionary: ModuleType) -> None:
    rows = make_dictionary.repeating_rows({"60xx3000": ("OB or OW",), "002804x0": ("US",)})
    assert rows == [(0xFF00FFFF, 0x60003000, "ox"), (0xFFFFFF0F, 0x00280400, "US")]
