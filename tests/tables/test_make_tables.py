"""The generated rows are those that the generator makes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydicom._uid_dict import UID_dictionary

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(scope="module")
def make_tables() -> Iterator[ModuleType]:
    sys.path.insert(0, str(TOOLS))
    try:
        import make_tables

        yield make_tables
    finally:
        sys.path.remove(str(TOOLS))


def committed_edition() -> dict[str, tuple[str, str, str, str, str]]:
    """The dictionary without what a newer pydicom than that of the committed tables adds."""
    from storejet.tables.registered import REGISTERED
    from storejet.tables.sopclasses import STORAGE_CLASSES

    known = {f"1.2.840.10008{tail}" for tail in REGISTERED} | {row[0] for row in STORAGE_CLASSES}
    return {uid: row for uid, row in UID_dictionary.items() if uid in known}


@pytest.mark.parametrize("file", ["uids.py", "sopclasses.py", "services.py", "registered.py", "defaults.py"])
def test_regenerated_is_committed(make_tables: ModuleType, file: str) -> None:
    """A row that pydicom has and the table lacks is news, not a mistake; a row that differs or vanished is one."""
    rows = dict(make_tables.FILES)[file](committed_edition())
    assert make_tables.rendered(file, rows) == (make_tables.TABLES / file).read_text("utf-8")


def test_every_generated_file_is_compared(make_tables: ModuleType) -> None:
    marked = {path.name for path in make_tables.TABLES.glob("*.py") if make_tables.BEGIN in path.read_text("utf-8")}
    assert (
        marked
        == {file for file, _ in make_tables.FILES}
        == {"uids.py", "sopclasses.py", "services.py", "registered.py", "defaults.py"}
    )


def test_a_changed_row_is_noticed(make_tables: ModuleType) -> None:
    dictionary = dict(UID_dictionary)
    name, kind, information, _, keyword = dictionary["1.2.840.10008.5.1.4.1.1.2"]
    dictionary["1.2.840.10008.5.1.4.1.1.2"] = (name, kind, information, "Retired", keyword)
    rows = make_tables.storage_classes(dictionary)
    assert make_tables.rendered("sopclasses.py", rows) != (make_tables.TABLES / "sopclasses.py").read_text("utf-8")


def test_a_transfer_syntax_without_hand_columns_stops_the_generator(make_tables: ModuleType) -> None:
    dictionary = {**UID_dictionary, "1.2.840.10008.1.2.4.999": ("New", "Transfer Syntax", "", "", "New")}
    with pytest.raises(SystemExit, match=r"1\.2\.840\.10008\.1\.2\.4\.999"):
        make_tables.transfer_syntaxes(dictionary)


def test_hand_columns_for_no_class_stop_the_generator(make_tables: ModuleType) -> None:
    dictionary = {uid: row for uid, row in UID_dictionary.items() if uid != "1.2.840.10008.5.1.4.1.1.2"}
    with pytest.raises(SystemExit, match=r"1\.2\.840\.10008\.5\.1\.4\.1\.1\.2"):
        make_tables.storage_classes(dictionary)
