"""The command lines of storescu that change what is sent, or the names of the files, given to both tools."""

from __future__ import annotations

from typing import Any

from peers import script, wire
from peers.script import Script

from compat.encode import CT
from compat.observe import Row
from compat.storescu_rows import BIG_FIRST, IMPLICIT_FIRST


def invent(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"storescu-invent-{name}", "storescu", line, conduct or Script(), invented=True, **more)


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"storescu-{name}", "storescu", line, conduct or Script(), **more)


THREE = "{to} {file:complete} {file:mr} {file:ct}"
SIX = "{to} " + "{file:complete} " * 6

ROWS: list[Row] = [
    # what is replaced
    invent("instance", "+II {to} {file:complete}"),
    invent("instances", "+II " + THREE),
    invent("implicit", "+II -xi {to} {file:complete-implicit}", IMPLICIT_FIRST),
    invent("big", "+II -xb {to} {file:complete-big}", BIG_FIRST),
    invent("rle", "+II -xr {to} {file:complete-rle}"),
    invent("rle-sample", "+II -xr {to} {file:rle}"),
    invent("jpeg", "+II -xy {to} {file:jpeg8}"),
    invent("nested-identifiers", "+II {to} {file:complete-nested}"),
    invent("private-elements", "+II {to} {file:complete-private}"),
    invent("trailing-padding", "+II {to} {file:padding}"),
    invent("data-set", "+II -f {to} {file:bare-explicit}"),
    invent("folder", "+II +sd {to} {dir:flat}"),
    invent("required", "+II -R {to} {file:complete} {file:mr}"),
    invent("combined", "+II +C {to} {file:complete}"),
    invent("and-abort", "+II --abort {to} {file:complete}"),
    invent("and-uid-padding", "+II -up {to} {file:complete}"),
    # limits
    invent("series-of-1", "+IR 1 " + THREE),
    invent("series-of-2", "+IR 2 " + SIX),
    invent("study-of-1", "+IR 1 +IS 1 " + THREE),
    invent("study-of-2", "+IR 1 +IS 2 " + SIX),
    invent("patient-of-1", "+IR 1 +IS 1 +IP 1 " + THREE),
    invent("patient-of-2", "+IR 1 +IS 1 +IP 2 " + SIX),
    invent("study-alone", "+IS 1 " + THREE),
    invent("patient-alone", "+IP 1 " + THREE),
    invent("rightmost-limit", "+IR 1 +IR 2 " + THREE),
    invent("limit-0", "+IR 0 " + THREE),
    invent("limit-text", "+IS x " + THREE),
    invent("repeat", "+II --repeat 3 {to} {file:complete} {file:mr}"),
    invent("repeat-series-of-2", "+IR 2 --repeat 3 {to} {file:complete} {file:mr}"),
    # attributes that are not there
    invent("missing-attributes", "+II {to} {file:group-lengths}"),
    invent("missing-attributes-undefined-lengths", "+II {to} {file:undefined-lengths}"),
    invent("missing-instance", "+II {to} {file:no-instance} {file:complete}"),
    invent("missing-class", "+II {to} {file:no-class} {file:complete}"),
    invent("missing-class-no-halt", "+II -nh {to} {file:no-class} {file:complete}"),
    # what fails
    invent("status", "+II " + THREE, Script(status=script.statuses(0, 0xA700, 0))),
    invent("status-no-halt", "+II -nh " + THREE, Script(status=script.statuses(0, 0xA700, 0))),
    invent("no-context-no-halt", "+II -nh " + THREE, Script(script.refuse(CT))),
    invent("bad-file-no-halt", "+II -nh {to} {file:text} {file:complete} {file:missing} {file:mr}"),
    # UIDs with spaces
    *[
        row(f"{name}{suffix}", f"{option} {{to}} {{file:{name}}}")
        for name in ("spaced-class", "spaced-study", "spaced-series", "spaced-all", "spaced-inside")
        for option, suffix in (("", ""), ("-up", "-padding"))
    ],
    row("spaced-implicit-padding", "-up -xi {to} {file:spaced-implicit}", IMPLICIT_FIRST),
    row("spaced-big-padding", "-up -xb {to} {file:spaced-big}", BIG_FIRST),
    row("uid-padding-without-need", "-up {to} {file:complete} {file:mr}"),
    # names
    row("rename", "+rn {to} {copy:ct} {copy:mr}"),
    row("rename-not", "{to} {copy:ct} {copy:mr}"),
    row("rename-rightmost-not", "+rn -rn {to} {copy:ct}"),
    row("rename-rightmost", "-rn +rn {to} {copy:ct}"),
    row("rename-bad-file", "+rn {to} {copy:ct} {copy:text} {copy:mr}"),
    row("rename-bad-file-no-halt", "+rn -nh {to} {copy:ct} {copy:text} {copy:empty} {copy:mr}"),
    row("rename-missing-no-halt", "+rn -nh {to} {copy:ct} {copy:missing} {copy:mr}"),
    row("rename-status", "+rn {to} {copy:ct} {copy:mr} {copy:sc}", Script(status=script.statuses(0, 0xA700, 0))),
    row(
        "rename-status-no-halt",
        "+rn -nh {to} {copy:ct} {copy:mr} {copy:sc}",
        Script(status=script.statuses(0, 0xA700, 0xB000)),
    ),
    row("rename-no-context-no-halt", "+rn -nh {to} {copy:ct} {copy:mr}", Script(script.refuse(CT))),
    row("rename-required-no-halt", "+rn -nh -R {to} {copy:ct} {copy:text}"),
    row("rename-rejected", "+rn {to} {copy:ct}", Script(on_associate=script.reject(1, 1, 7))),
    row("rename-refused", "+rn -nh {to} {copy:ct}", Script(script.refuse_all)),
    row("rename-abort", "+rn --abort {to} {copy:ct}"),
    row("rename-closed", "+rn {to} {copy:ct} {copy:mr} {copy:sc}", Script(on_response=script.only(2, script.close))),
    row(
        "rename-closed-no-halt",
        "+rn -nh {to} {copy:ct} {copy:mr} {copy:sc}",
        Script(on_response=script.only(2, script.close)),
    ),
    row("rename-wrong-answer", "+rn {to} {copy:ct} {copy:mr}", Script(edit=script.changed(e0100=0x8030))),
    row("rename-released", "+rn {to} {copy:ct}", Script(on_response=script.send(wire.RELEASE_RQ))),
    row("rename-repeat", "+rn --repeat 2 {to} {copy:ct} {copy:mr}"),
    row("rename-repeat-no-halt", "+rn -nh --repeat 2 {to} {copy:ct} {copy:mr}"),
    row("rename-same-file-twice", "+rn -nh {to} {copy:ct} {copy:mr} {copy:ct}"),
    row("rename-copies", "+rn {to} {copy:ct.1} {copy:ct.2} {copy:ct.3}"),
]
