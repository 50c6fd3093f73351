"""The files of DCMDICTPATH: which are read, and what is said of one that cannot be."""

import os
from pathlib import Path

import pytest
from peers import found

from storejet._core import Lexicon, vr_of
from storejet.cli.dictionary import load
from storejet.errors import UsageError


def test_files_in_order_and_empty_names_count_for_nothing(tmp_path: Path) -> None:
    one, two = tmp_path / "one.dic", tmp_path / "two.dic"
    one.write_bytes(b"(0009,1001)\tST\tFoo\n")
    two.write_bytes('(0009,"ACM\xc9",02)\tLO\tFoo\n(0009,1001)\tLO\tFoo'.encode())
    assert load(f":{one}::{two}:") == [
        (9, 9, 2, 0x1001, 0x1001, 2, "ST", b""),
        # bytes as they are, in whatever character set
        (9, 9, 2, 2, 2, 2, "LO", b"ACM\xc3\x89"),
        (9, 9, 2, 0x1001, 0x1001, 2, "LO", b""),
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
    assert str(error.value) == f"data dictionary {path}, line 2: 1 fields where tag, VR, name, VM and version are due"


def test_the_kernel_takes_what_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "own.dic"
    path.write_bytes(b'(0009-o-0013,"ACM\xc9 ",01-u-02)\tUL\tFoo\n(0009,"ACM\xc9",02)\txs\tFoo\n(0008,0060)\tpx\tFoo\n')
    lexicon = Lexicon(load(str(path)))
    assert vr_of(0x00091001, b"ACM\xc9", lexicon) == "UL"
    assert vr_of(0x00091002, b"ACM\xc9", lexicon) == "xs"
    assert vr_of(0x00131002, b"ACM\xc9", lexicon) == "UL"
    assert vr_of(0x00151002, b"ACM\xc9", lexicon) == ""
    assert vr_of(0x00080060, "", lexicon) == "ox"


def test_dcmtks_own_files_are_taken_by_the_kernel() -> None:
    files = sorted(map(str, Path("/usr/share").glob("libdcmtk*/*.dic")))
    if not files:
        found.missing("DCMTK's dictionaries are not installed (Debian package libdcmtk17)")
    lexicon = Lexicon(load(":".join(files)))
    assert vr_of(0x00191010, b"1.2.840.113681", lexicon) == "ST"
    assert vr_of(0x60023000, b"", lexicon) == "ox"


def test_more_creators_than_the_kernel_can_number_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.dic"
    path.write_text("".join(f'(0009,"{number}",01)\tUL\tFoo\n' for number in range(0xFFFF)))
    with pytest.raises(UsageError, match="too many private creators"):
        load(str(path))
