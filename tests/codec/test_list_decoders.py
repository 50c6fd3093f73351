"""``--list-decoders`` in installations that have everything, and in such that lack a package for real."""

from __future__ import annotations

from pathlib import Path

import pytest
from incomplete import installed
from peers import found, process

HEADING = "Transfer syntaxes supported by decoders:\n"


def listed(tool: Path) -> tuple[list[str], str]:
    """The names that are listed, and what is said behind them."""
    done = process.run(tool, ["--list-decoders"])
    assert (done.code, done.err) == (0, "")
    names, _, rest = done.out.partition(HEADING)[2].partition("\n\n")
    return names.splitlines(), rest


def test_dcmtks_come_first(dcmsend: Path) -> None:
    theirs = process.run(found.dcmtk("dcmsend"), ["--list-decoders"]).out.partition("Transfer syntaxes")[2].splitlines()
    ours = process.run(dcmsend, ["--list-decoders"]).out.partition("Transfer syntaxes")[2].splitlines()
    assert len(theirs) > 12
    assert ours[: len(theirs)] == theirs


@pytest.mark.parametrize(
    ("without", "package", "word", "count"),
    [("_libjpeg", "pylibjpeg-libjpeg", "- JPEG ", 6), ("_openjpeg", "storejet[jpeg2000]", "JPEG 2000", 5)],
)
def test_a_package_that_is_not_installed(
    without: str, package: str, word: str, count: int, dcmsend: Path, tmp_path: Path
) -> None:
    everything, nothing = listed(dcmsend)
    assert nothing == ""
    names, rest = listed(installed(tmp_path, "dcmsend", without))
    gone = [name for name in everything if name not in names]
    assert len(gone) == count
    assert all(word in name for name in gone)
    assert [name for name in everything if name in names] == names
    assert rest == f"Not installed: {package}, for\n" + "".join(f"  {name[2:]}\n" for name in gone)
