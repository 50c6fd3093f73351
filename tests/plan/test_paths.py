"""Command line parameters to file names."""

import os
from pathlib import Path

import pytest

from storejet.cli.console import Console
from storejet.plan.paths import Selection, expand


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "b" / "deep").mkdir(parents=True)
    for name in ("z.dcm", "a.dcm", ".hidden.dcm", "notes.txt", "b/in.dcm", "b/deep/er.dcm"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.dcm").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.dcm")
    return tmp_path


def names(tree: Path, selection: Selection, *parameters: str) -> list[str]:
    return [os.path.relpath(path, tree) for path, _ in expand(parameters or (str(tree),), selection, Console())]


def test_a_directory_is_left_out_unless_asked_for(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert names(tree, Selection()) == []
    assert "W: ignoring directory because option --scan-directories is not set" in capfd.readouterr().err


def test_files_of_a_directory_in_sorted_order(tree: Path) -> None:
    assert names(tree, Selection(scan=True)) == [".hidden.dcm", "a.dcm", "gone.dcm", "notes.txt", "z.dcm"]


def test_a_directory_is_never_entered_from_within_itself(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = names(tree, Selection(scan=True, recurse=True))
    assert found == [".hidden.dcm", "a.dcm", "b/deep/er.dcm", "b/in.dcm", "gone.dcm", "notes.txt", "z.dcm"]
    err = capfd.readouterr().err
    assert "because it contains itself" in err
    assert "ignoring what is not a regular file" in err


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.dcm", [".hidden.dcm", "a.dcm", "gone.dcm", "z.dcm"]),
        ("?.dcm", ["a.dcm", "z.dcm"]),
        ("[!a].dcm", ["z.dcm"]),
        ("[[:alpha:]].dcm", ["a.dcm", "z.dcm"]),
        ("A.DCM", []),
    ],
)
def test_patterns_are_the_shells(tree: Path, pattern: str, expected: list[str]) -> None:
    assert names(tree, Selection(scan=True, pattern=pattern)) == expected


def test_patterns_do_not_touch_explicit_files(tree: Path) -> None:
    assert names(tree, Selection(scan=True, pattern="*.txt"), str(tree / "a.dcm")) == ["a.dcm"]


def test_what_cannot_be_sent_says_why(tree: Path) -> None:
    parameters = [str(tree / name) for name in ("a.dcm", "missing", "pipe.dcm", "gone.dcm")]
    complaints = [complaint for _, complaint in expand(parameters, Selection(), Console())]
    assert complaints == ["", "No such file or directory", "is not a regular file", "No such file or directory"]


def test_slashes_are_not_doubled_and_the_dot_is_not_shown(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    scan = Selection(scan=True, pattern="a*")
    assert [path for path, _ in expand(["."], scan, Console())] == ["a.dcm"]
    assert [path for path, _ in expand([f"{tree}/"], scan, Console())] == [f"{tree}/a.dcm"]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\xfe.dcm")).write_bytes(b"x")
    ((path, complaint),) = expand([str(tmp_path)], Selection(scan=True, pattern="*.dcm"), Console())
    assert (os.fsencode(path).rsplit(b"/", 1)[1], complaint) == (b"\xff\xfe.dcm", "")


def test_links_that_lead_nowhere_or_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"x")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "through").symlink_to("a.dcm/x")
    found = dict(expand([str(tmp_path)], Selection(scan=True, recurse=True), Console()))
    assert found.pop(f"{tmp_path}/a.dcm") == ""
    assert set(found.values()) == {"Too many levels of symbolic links", "Not a directory"}


def test_a_tree_deeper_than_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = 1500
    for _ in range(depth):
        os.mkdir("a")
        os.chdir("a")
    Path("deep.dcm").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    try:
        found = expand(["."], Selection(scan=True, recurse=True), Console())
        assert found == [("a/" * depth + "deep.dcm", "")]
    finally:
        for _ in range(depth):
            os.chdir("a")
        os.remove("deep.dcm")
        for _ in range(depth):
            os.chdir("..")
            os.rmdir("a")
