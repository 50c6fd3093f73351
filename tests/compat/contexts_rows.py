"""Which presentation contexts dcmsend proposes for lists of several kinds: given to both tools."""

from __future__ import annotations

from typing import Any

from peers import script
from peers.script import Script

from compat.encode import CT
from compat.observe import Row


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"dcmsend-contexts-{name}", "dcmsend", line, conduct or Script(), **more)


ROWS: list[Row] = [
    row("deflated-beside-native", "{to} {file:sc} {file:deflated} {file:large}"),
    row("native-beside-deflated", "{to} {file:deflated} {file:sc} {file:deflated}"),
    row("big-beside-implicit", "-nh {to} {file:big} {file:implicit} {file:mr} {file:rle}"),
    row("compressed-twice", "{to} {file:rle} {file:rle} {file:jls-lossless} {file:mr} {file:jls-lossless}"),
    row("never-legal-mixed", "-dn -nip -nh {to} {file:rle} {file:ct} {file:jls-lossless} {file:jpeg8} {file:mr}"),
    row("never-legal-deflated", "-dn -nip -nh {to} {file:deflated} {file:sc}"),
    row("legal-rightmost", "-nip -dn +dls {to} {file:rle} {file:ct}"),
    row("never-rightmost", "+dls -dn {to} {file:rle} {file:ct}"),
    row("private-syntax-among-files", "-nuc -nh {to} {file:ct} {file:private-syntax} {file:mr}"),
    row("private-syntax-legal", "-nuc -nip -nh {to} {file:ct} {file:private-syntax} {file:mr}"),
    row("private-syntax-refused", "-nuc {to} {file:private-syntax}", Script(script.refuse_all)),
    row("private-class-legal", "-nip {to} {file:private-class} {file:ct} {file:private-class}"),
    row("new-class-legal", "-nip {to} {file:unknown-storage-class} {file:ct}"),
    row("new-class-refused", "-nh {to} {file:unknown-storage-class} {file:ct}", Script(script.refuse(CT))),
    row("unchecked-classes", "-nuc {to} {file:unknown-standard-class} {file:query-class} {file:invalid-class}"),
    row("same-file-thrice", "{to} {file:ct} {file:mr} {file:ct} {file:mr} {file:ct}"),
    row("256", "{to} {many:private-256}"),
    row("257", "{to} {many:private-257}"),
    row("129-single-no-halt", "-ma -nh {to} {many:private-129} {file:text}"),
    row("129-legal", "-nip {to} {many:private-129}"),
    row("repeated-256", "{to} {many:repeated-256}"),
    row("129-single-then-multi", "-ma +ma {to} {many:private-129}"),
    row("129-multi-then-single", "+ma --single-association {to} {many:private-129}"),
    row("129-second-refused", "-nh {to} {many:private-129}", Script(script.refuse("2.25.5000128"))),
    row("129-second-refused-halt", "{to} {many:private-129}", Script(script.refuse("2.25.5000128"))),
]
