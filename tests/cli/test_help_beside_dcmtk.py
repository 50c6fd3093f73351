"""``-h`` beside DCMTK's: the same headings, and under them the same options in the same order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from peers import found
from peers.process import run

TOOLS = ("storescu", "dcmsend")


def headings_and_options(program: Path) -> dict[str, tuple[str, str]]:
    """Long name → section and subsection, in the order of the help text; conditions in the headings left out."""
    entries = {}
    section = subsection = ""
    for line in run(program, ["-h"]).out.splitlines():
        if heading := re.fullmatch(r"( *)(\S.*):", line):
            name = re.sub(r" \(.*", "", heading[2])
            section, subsection = (section, name) if heading[1] else (name, "")
        elif option := re.match(r" {2,4}(?:[-+]\S+)? +--(\S+)", line):
            entries[option[1]] = (section, subsection)
    return entries


@pytest.mark.parametrize("tool", TOOLS)
def test_the_same_options_under_the_same_headings_in_the_same_order(tool: str) -> None:
    theirs = headings_and_options(found.dcmtk(tool))
    ours = headings_and_options(found.ours(tool))
    assert len(theirs) > 30
    assert theirs.keys() <= ours.keys()
    assert [name for name in ours if name in theirs] == list(theirs)
    assert {name: ours[name] for name in theirs} == theirs


@pytest.mark.parametrize("tool", TOOLS)
def test_the_same_first_lines(tool: str) -> None:
    theirs, ours = (run(program, ["-h"]).out.splitlines() for program in (found.dcmtk(tool), found.ours(tool)))
    assert re.fullmatch(r"\$\w+: \w+ v\S+.* \$", theirs[0]) and re.fullmatch(r"\$\w+: \w+ v\S+.* \$", ours[0])
    assert ours[1:6] == theirs[1:6]
    assert [line.split()[0] for line in ours[6:9]] == [line.split()[0] for line in theirs[6:9]]
