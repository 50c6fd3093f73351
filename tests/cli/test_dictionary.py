"""The files of DCMDICTPATH: which are read, and what is said of one that cannot be."""

import os
from pathlib import Path

import pytest

from storejet.cli.dictionary import load
from storejet.errors import UsageError


def test_files_in_order_and_empty_names_count_for_nothing(tmp_path: Path) -> None:
    one, two = tmp_path / "one.dic", tmp_path / "two.dic"
    one.write_bytes(b"(0009,1001)\tST\tFoo\n")
    two.write_bytes('(0009,"ACM\xc9",02)\tLO\tFoo\n(0009,1001)\tLO\tFoo'.encode())
    assert load(f":{one}::{two}:") == [
        (9, 9, 2, 0x1001, 0x1001, 2, "ST", ""),
        # bytes as they are, one a character
        (9, 9, 2, 2, 2, 2, "LO", "ACM\xc3\x89"),
        (9, 9, 2, 0x1001, 0x1001, 2, "LO", ""),
    ]


def test_a_name_of_any_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.dic"
    with open(path, "wb") as file:
        file.write(b"(0009,1001)\tST\tFoo\n")
    assert len(load(os.fsdecode(path))) == 1


@pytest.mark.parametrize(
    ("name", "says"), [("gone\n.dic", "gone\\n.dic of DCMDICTPATH cannot be read: No such"), ("", "Is a directory")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(UsageError, match="data dictionary ") as error:
        load(f"{tmp_path}/{name}")
    assert says in str(error.value)
    assert str(error.value).isprintable()


def test_a_line_that_is_none_is_named_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.dic"
    path.write_bytes(b"\n\x1b[2J\t\t\n")
    with pytest.raises(UsageError) as error:
        load(str(path))
    assert str(error.value) == f"{path}, line 2: 1 fields where tag, VR, name, VM and version are due"
