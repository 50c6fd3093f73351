"""The report file of dcmsend, and exit codes: the command lines that are given to both tools."""

from __future__ import annotations

from typing import Any

from peers import script, wire
from peers.script import Script

from compat.encode import CT
from compat.observe import Row

EXPLICIT = Script(script.prefer(wire.EXPLICIT))


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"dcmsend-report-{name}", "dcmsend", f"+crf {{report:r.txt}} {line}", conduct or Script(), **more)


ROWS: list[Row] = [
    row("one", "{to} {file:ct}"),
    row("kinds", "{to} {file:ct} {file:mr} {file:padding} {file:ct} {file:big}"),
    row("compressed", "{to} {file:rle} {file:jpeg8} {file:jls-lossless} {file:j2k} {file:ts-mpeg4} {file:ts-hevc}"),
    row("unknown-classes", "{to} {file:private-class} {file:unknown-storage-class}"),
    row("titles", "-aet ' A' -aec 'B C' {to} {file:ct}"),
    row("copied", "{to} {copy:ct} {copy:mr}"),
    row("converted", "{to} {file:implicit} {file:big} {file:ct}", EXPLICIT),
    row("decompressed", "-nh {to} {file:rle} {file:ct}", EXPLICIT),
    row("deflated", "{to} {file:deflated}"),
    row("deflated-converted", "{to} {file:deflated}", EXPLICIT),
    row("bare", "+f {to} {file:bare-implicit} {file:bare-big}"),
    row("other-instance", "{to} {file:other-instance}"),
    row("other-class", "-nh {to} {file:other-class}"),
    row("spaced-uid", "-nuc {to} {file:spaced-uid}"),
    row("private-syntax", "-nh -nuc {to} {file:private-syntax} {file:ct}"),
    row("bad-input", "-nh {to} {file:text} {file:ct} {file:missing}"),
    row("truncated", "-nh {to} {file:truncated-header} {file:truncated-pixels} {file:ct}"),
    row("no-instance", "-nh {to} {file:no-instance} {file:ct}"),
    row("refused", "-nh {to} {file:ct} {file:mr}", Script(script.refuse(CT))),
    row("refused-all", "-nh {to} {file:ct} {file:mr}", Script(script.refuse_all)),
    row("never-and-refused", "-nh -dn {to} {file:rle} {file:ct}", EXPLICIT),
    row("illegal", "-nip -dn -nh {to} {file:rle} {file:ct}"),
    row("illegal-nothing-left", "-nip -dn -nh {to} {file:rle}"),
    row("classes-130", "{to} {many:private-130}"),
    row("classes-130-single", "-ma {to} {many:private-130}"),
    row("release-refused", "{to} {file:ct}", Script(on_release=script.close)),
    row("verbose", "-v {to} {file:ct}"),
    row("twice", "+crf {report:s.txt} {to} {file:ct}"),
    # that end early: theirs leaves no report
    row("no-file", "+sd {to} {dir:nothing}"),
    row("bad-file", "{to} {file:ct} {file:text}"),
    row("bad-files", "-nh {to} {file:text}"),
    row("not-negotiated", "{peer} {closed} {file:ct}"),
    row("refused-halt", "{to} {file:ct} {file:mr}", Script(script.refuse(CT))),
    row("closed", "{to} {file:ct} {file:mr}", Script(on_response=script.close)),
    row("closed-no-halt", "-nh {to} {file:ct} {file:mr}", Script(on_response=script.close)),
    row("closed-last-no-halt", "-nh {to} {file:ct}", Script(on_response=script.close)),
    row("usage", "--no-such-option {to} {file:ct}"),
    # where it is written
    Row("dcmsend-report-long-name", "dcmsend", "--create-report-file {report:r.txt} {to} {file:ct}"),
    Row("dcmsend-report-none", "dcmsend", "+crf '' {to} {file:ct}"),
    Row("dcmsend-report-no-folder", "dcmsend", "+crf {report:none/r.txt} {to} {file:ct}"),
    Row("dcmsend-report-no-folder-closed", "dcmsend", "+crf {report:none/r.txt} {to} {file:ct} {file:text}"),
    Row("dcmsend-report-is-folder", "dcmsend", "+crf {dir:nothing} {to} {file:ct}"),
    Row("dcmsend-report-over-object", "dcmsend", "+crf {copy:mr} {to} {file:ct}"),
    Row("dcmsend-report-value-left-out", "dcmsend", "{to} {file:ct} +crf"),
]
for status in (0x0001, 0x0122, 0x0110, 0xA7FF, 0xA800, 0xA900, 0xB000, 0xB006, 0xB007, 0xB123, 0xC001, 0xCFFF, 0xFE00):
    answers = Script(status=script.statuses(0, status, 0))
    ROWS.append(row(f"status-{status:04X}", "{to} {file:ct} {file:mr} {file:sc}", answers))

# --strict-exit is an option of ours alone
for tool in ("storescu", "dcmsend"):
    ROWS.append(Row(f"{tool}-strict-exit", tool, "--strict-exit {to} {file:ct}"))
