"""Referenced File IDs to files: what they may say, and which file they find."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storejet.errors import InputError
from storejet.plan.dicomdir import FileSet, components


@pytest.mark.parametrize(
    ("file_id", "names"),
    [
        (b"IM1", [b"IM1"]),
        (b"A\\B\\C ", [b"A", b"B", b"C"]),
        (b" A \\ B  ", [b"A", b"B"]),
        (b"A\\B\0", [b"A", b"B"]),
        (b"A B\\C", [b"A B", b"C"]),
        (b"\xc4\\\xe4", [b"\xc4", b"\xe4"]),
        (b"..A\\B..", [b"..A", b"B.."]),
    ],
)
def test_components(file_id: bytes, names: list[bytes]) -> None:
    assert components(file_id) == names


@pytest.mark.parametrize("file_id", [b"", b" ", b"  \0"])
def test_an_empty_id_is_called_so(file_id: bytes) -> None:
    with pytest.raises(InputError, match=r"^Invalid filename: the Referenced File ID is empty$"):
        components(file_id)


@pytest.mark.parametrize(
    "file_id",
    [b"..", b"A\\..\\B", b"A\\.. ", b"/A", b"A/B", b"A\\/", b"\\A", b"A\\", b"A\\\\B", b"A\0B", b"A\\\0B", b"\\"],
)
def test_what_no_component_may_be(file_id: bytes) -> None:
    with pytest.raises(InputError, match=r"^Invalid filename: '.*' is no component of a Referenced File ID$"):
        components(file_id)


@given(st.binary(max_size=40))
def test_no_id_climbs(file_id: bytes) -> None:
    try:
        names = components(file_id)
    except InputError as error:
        assert str(error).isprintable() or any("\udc80" <= c <= "\udcff" for c in str(error))
        return
    path = os.path.normpath(b"/medium/" + b"/".join(names))
    assert path == b"/medium" or path.startswith(b"/medium/")


def find(folder: Path, *names: str) -> str:
    """The file that is found, below the folder."""
    found = FileSet(os.fsencode(folder)).path([os.fsencode(name) for name in names])
    return os.path.relpath(os.fsdecode(found), folder)


def touch(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("")


def test_the_exact_name_counts_most(tmp_path: Path) -> None:
    touch(tmp_path, "A/B", "a/b", "A/b", "A/B.;1")
    assert find(tmp_path, "A", "B") == "A/B"


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("images/im1", ("IMAGES", "IM1")),
        ("Images/Im1", ("IMAGES", "IM1")),
        ("IMAGES/IM1.", ("IMAGES", "IM1")),
        ("IMAGES/IM1;1", ("IMAGES", "IM1")),
        ("IMAGES/IM1.;1", ("IMAGES", "IM1")),
        ("images/im1.;2", ("IMAGES", "IM1")),
        ("images/im1.dcm;1", ("IMAGES", "IM1.DCM")),
        ("images/IM1", ("IMAGES", "IM1.;1")),
        ("a/b/C/d", ("A", "B", "C", "D")),
        ("im;x", ("IM;X",)),
    ],
)
def test_variants(tmp_path: Path, there: str, wanted: tuple[str, ...]) -> None:
    touch(tmp_path, there, "other/file")
    assert find(tmp_path, *wanted) == there


def test_a_name_that_differs_in_case_alone_fits_better(tmp_path: Path) -> None:
    touch(tmp_path, "im1", "IM1.", "IM1;2")
    assert find(tmp_path, "IM1") == "im1"


def test_several_that_fit_are_one_too_many(tmp_path: Path) -> None:
    touch(tmp_path, "A/im1", "A/Im1", "B/x", "b/X", "IM1.", "IM1;2")
    for names in (("A", "IM1"), ("IM1",)):
        with pytest.raises(InputError, match=r"^Invalid filename: 'IM1' may be any of "):
            find(tmp_path, *names)


def test_what_is_missing_has_the_path_that_it_should_have(tmp_path: Path) -> None:
    touch(tmp_path, "images/im1", "file")
    assert find(tmp_path, "IMAGES", "IM9") == "IMAGES/IM9"
    assert find(tmp_path, "NONE", "IM9") == "NONE/IM9"
    assert find(tmp_path, "FILE", "IM9") == "FILE/IM9"
    assert find(tmp_path, "X" * 300) == "X" * 300


def test_links_lead_where_they_like_within_the_folder(tmp_path: Path) -> None:
    touch(tmp_path, "set/real/im1", "outside/im1")
    (tmp_path / "set/A").symlink_to("real")
    (tmp_path / "set/IM1").symlink_to(tmp_path / "set/real/im1")
    (tmp_path / "alias").symlink_to("set")
    for folder in (tmp_path / "set", tmp_path / "alias"):
        assert find(folder, "A", "im1") == "A/im1"
        assert find(folder, "A", "IM1") == "A/im1"
        assert find(folder, "IM1") == "IM1"


@pytest.mark.parametrize("target", ["../outside", "../outside/im1", "/etc/hostname", "..", "../set-too", "../nowhere"])
def test_no_link_leads_out_of_the_folder(tmp_path: Path, target: str) -> None:
    touch(tmp_path, "set/real/im1", "outside/im1", "set-too/im1")
    (tmp_path / "set/LINK").symlink_to(target)
    names = ("LINK", "im1") if (tmp_path / "set" / target / "im1").exists() else ("LINK",)
    with pytest.raises(InputError, match=r"^Invalid filename: a link leads out of the folder of the DICOMDIR$"):
        find(tmp_path / "set", *names)


def test_links_in_small_letters_are_no_way_out(tmp_path: Path) -> None:
    touch(tmp_path, "set/real/im1", "outside/im1")
    (tmp_path / "set/link").symlink_to("../outside")
    with pytest.raises(InputError, match="a link leads out"):
        find(tmp_path / "set", "LINK", "IM1")


def test_the_working_directory_and_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "images/im1")
    monkeypatch.chdir(tmp_path)
    assert FileSet(b"").path([b"IMAGES", b"IM1"]) == b"images/im1"
    assert FileSet(b"/").path([name.encode() for name in (tmp_path / "images/im1").parts[1:]]) == os.fsencode(
        tmp_path / "images/im1"
    )


def test_many_folders_are_listed_one_after_the_other(tmp_path: Path) -> None:
    for number in range(40):
        touch(tmp_path, f"d{number}/f{number}")
    files = FileSet(os.fsencode(tmp_path))
    for number in [*range(40), *range(40)]:
        found = files.path([b"D%d" % number, b"F%d" % number])
        assert found == os.fsencode(tmp_path / f"d{number}/f{number}")
