"""The command lines with a DICOMDIR (+rd) that are given to both tools."""

from __future__ import annotations

from typing import Any

from peers import script
from peers.script import Script

from compat.media import MEDIA
from compat.observe import Row

SAMPLES = "DICOMDIR DICOMDIR-bigEnd DICOMDIR-implicit DICOMDIR-nooffset DICOMDIR-nopatient DICOMDIR-reordered"


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"dcmsend-dicomdir-{name}", "dcmsend", line, conduct or Script(), **more)


ROWS: list[Row] = []
for name in MEDIA:
    ROWS.append(row(name, f"+rd +crf {{report:r.txt}} {{to}} {{media:{name}}}"))
    ROWS.append(row(f"{name}-no-halt", f"+rd -nh +crf {{report:r.txt}} {{to}} {{media:{name}}}"))
for name in SAMPLES.split():
    ROWS.append(row(f"sample-{name}", f"+rd {{to}} {{media:sample-{name}}}"))
    ROWS.append(row(f"sample-{name}-no-halt", f"+rd -nh {{to}} {{media:sample-{name}}}"))
ROWS += [
    row("sample-empty", "+rd {to} {media:sample-DICOMDIR-empty.dcm}"),
    row("without-option", "{to} {media:good}"),
    row("without-option-no-halt", "-nh {to} {file:ct} {media:good}"),
    row("long-name", "--read-from-dicomdir {to} {media:good}"),
    row("any-format", "+rd +f {to} {media:good}"),
    row("no-meta-any-format", "+rd +f {to} {media:no-meta}"),
    row("data-set-format", "+rd -f {to} {media:good}"),
    row("among-files", "+rd {to} {file:ct} {media:good} {file:mr}"),
    row("two", "+rd {to} {media:good} {media:deep}"),
    row("same-twice", "+rd {to} {media:good} {media:good}"),
    row("no-directory", "+rd {to} {file:ct} {file:mr}"),
    row("query-class-unchecked", "+rd -nuc {to} {media:query-class}"),
    row("private-syntax-unchecked", "+rd -nuc -nh {to} {media:private-syntax}"),
    row("verbose", "+rd -v {to} {media:good}"),
    row("refused", "+rd {to} {media:good}", Script(script.refuse_all)),
]
