"""Every option that works in this release, in each spelling, and every exclusive group stands in the tables."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import pytest

from compat.observe import Row
from compat.test_compat import ROWS
from storejet.cli import options

TOOLS = ("storescu", "dcmsend")

#: DCMTK's dcmsend has none of them, so that there is nothing to compare: ``tests/tls`` tries them with both tools
TLS = {row[options.LONG] for _, section, _, rows in options.BLOCKS for row in rows if "(TLS)" in section}
TLS |= {row[options.GROUP] for _, section, _, rows in options.BLOCKS for row in rows if "(TLS)" in section}


def given(row: Row) -> Iterator[str]:
    """The options of a command line as they are spelt. A value that looks like an option is none."""
    index = options.index(row.tool)
    words = iter(shlex.split(row.line.replace("{to}", "{peer} {port}")))
    for word in words:
        if word in index:
            yield word
            for _ in index[word][1][options.ARGUMENTS]:
                next(words, "")


@pytest.mark.parametrize("tool", TOOLS)
def test_every_spelling_of_a_working_option_stands_in_a_command_line(tool: str) -> None:
    used = {word for row in ROWS if row.tool == tool for word in given(row)}
    working = {
        word for word, (_, row) in options.index(tool).items() if not (tool == "dcmsend" and row[options.LONG] in TLS)
    }
    assert sorted(working - used) == []


@pytest.mark.parametrize("tool", TOOLS)
def test_every_exclusive_group_stands_in_a_command_line_with_two_of_its_members(tool: str) -> None:
    index = options.index(tool)
    members: dict[str, set[str]] = {}
    for _, row in index.values():
        if row[options.GROUP] in options.group_defaults(tool):
            members.setdefault(row[options.GROUP], set()).add(row[options.LONG])
    wanted = {group for group, names in members.items() if len(names) > 1}
    wanted -= TLS if tool == "dcmsend" else set()
    seen = set()
    for line in ROWS:
        if line.tool == tool:
            names = [index[word][1] for word in given(line)]
            for group in wanted:
                if len({row[options.LONG] for row in names if row[options.GROUP] == group}) > 1:
                    seen.add(group)
    assert sorted(wanted - seen) == []
    assert {"log", "file-format", "recurse", "ip"} <= wanted
