"""A rename that never takes the place of a file, with and without hard links, and which attempt is the last."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from storejet.send import renaming
from storejet.send.renaming import Renaming, rename


class Words:
    """A log that keeps warnings."""

    verbose = False

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def fatal(self, text: str) -> None: ...
    def error(self, text: str) -> None: ...
    def info(self, text: str) -> None: ...
    def debug(self, text: str) -> None: ...
    def block(self, lines: object) -> None: ...


@pytest.fixture(params=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time as on a file system without hard links (FAT, many network file systems)."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    if request.param == "no links":
        monkeypatch.setattr(renaming.posix, "link", refuse)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_file_gets_its_new_name(links: None, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("A")
    rename(os.fsencode(tmp_path / "a"), os.fsencode(tmp_path / "b"))
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_text() == "A"


@pytest.mark.parametrize("kind", ["file", "directory", "dangling link"])
def test_nothing_is_overwritten(links: None, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").write_text("A")
    target = tmp_path / "b"
    if kind == "file":
        target.write_text("B")
    elif kind == "directory":
        target.mkdir()
    else:
        target.symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        rename(os.fsencode(tmp_path / "a"), os.fsencode(target))
    assert names(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").read_text() == "A"
    assert kind != "file" or target.read_text() == "B"


def test_a_link_is_renamed_and_not_what_it_points_to(links: None, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("A")
    (tmp_path / "a").symlink_to("real")
    rename(os.fsencode(tmp_path / "a"), os.fsencode(tmp_path / "b"))
    assert names(tmp_path) == ["b", "real"]
    assert os.readlink(tmp_path / "b") == "real"


def test_a_file_that_is_not_there(links: None, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rename(os.fsencode(tmp_path / "a"), os.fsencode(tmp_path / "b"))
    assert names(tmp_path) == []


def test_a_file_that_cannot_be_unlinked_keeps_its_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("A")
    unlink = os.unlink

    def refuse(path: bytes) -> None:
        if path.endswith(b"/a"):
            raise PermissionError(errno.EPERM, "no")
        unlink(path)

    monkeypatch.setattr(renaming.posix, "unlink", refuse)
    with pytest.raises(PermissionError):
        rename(os.fsencode(tmp_path / "a"), os.fsencode(tmp_path / "b"))
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("attempts", "over", "left"),
    [
        ([True, True, True], False, ["a.done", "b.done"]),
        ([False, True, True], False, ["a.bad", "b.done"]),
        ([True, True, False], False, ["a.bad", "b.done"]),
        ([True, False], True, ["a", "b.bad"]),
        ([False], True, ["a.bad", "b"]),
        ([True], False, ["a", "b"]),
    ],
)
def test_the_last_attempt_decides_when(attempts: list[bool], over: bool, left: list[str], tmp_path: Path) -> None:
    """The list is a, b, a: ``over`` says that the last of these attempts ends the run."""
    for name in "ab":
        (tmp_path / name).write_text(name)
    log = Words()
    of = Renaming([str(tmp_path / name) for name in "aba"], log)
    for position, stored in enumerate(attempts):
        of.attempted(position, stored, over and position == len(attempts) - 1)
    assert names(tmp_path) == left
    assert log.warnings == []


def test_what_cannot_be_renamed_gets_a_warning(tmp_path: Path) -> None:
    log = Words()
    Renaming([str(tmp_path / "a")], log).attempted(0, True, False)
    (said,) = log.warnings
    assert said == f"cannot rename file '{tmp_path}/a' to '{tmp_path}/a.done': No such file or directory"
