"""The command lines of dcmsend that are given to both tools."""

from __future__ import annotations

from typing import Any

from peers import script, wire
from peers.script import Script

from compat.encode import CT, MR, SECONDARY_CAPTURE
from compat.observe import Row
from compat.storescu_rows import BIG_FIRST, EXPLICIT_FIRST, IMPLICIT_FIRST, UNUSUAL


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"dcmsend-{name}", "dcmsend", line, conduct or Script(), **more)


ROWS: list[Row] = []

# the contexts for each kind of transfer syntax, and what is sent when the peer takes the first one
COMPRESSIONS = (
    "deflated rle jpeg8 jpeg12 jpeg-lossless jls-lossless jls-lossy j2k-lossless j2k "
    "ts-mpeg2 ts-mpeg4 ts-hevc ts-lossless-14 ts-spectral ts-progressive ts-j2k-part2"
)
NATIVE = {"ct": None, "implicit": IMPLICIT_FIRST, "big": BIG_FIRST}
for kind in [*NATIVE, *COMPRESSIONS.split()]:
    for processing, suffix in {"": "", "-dn": "-never", "-nip": "-legal", "-dn -nip": "-never-legal"}.items():
        ROWS.append(row(f"as-{kind}{suffix}", f"{processing} {{to}} {{file:{kind}}}", NATIVE.get(kind)))
for kind in COMPRESSIONS.split():
    for processing, suffix in {"+dls": "-dls", "+dly": "-dly", "+dly -nip": "-dly-legal"}.items():
        ROWS.append(row(f"as-{kind}{suffix}", f"{processing} {{to}} {{file:{kind}}}"))

# several kinds in one run, contexts shared and not
ROWS += [
    row("kinds", "{to} {file:ct} {file:rle} {file:mr} {file:sr} {file:jpeg8} {file:j2k} {file:ct}"),
    row("kinds-shared-uncompressed", "-dn {to} {file:mr} {file:rle} {file:mr} {file:rle} {file:jls-lossless}"),
    row("kinds-shared-across-syntaxes", "-nh {to} {file:mr} {file:implicit} {file:big} {file:mr}"),
    row("kinds-legal", "-nip -nh {to} {file:j2k-lossless} {file:ct} {file:jpeg8}"),
    row("kinds-legal-halt", "-nip {to} {file:ct} {file:j2k-lossless}"),
    row("kinds-legal-nothing-left", "-nip -nh {to} {file:j2k-lossless}"),
    row("same-file-twice", "{to} {file:ct} {file:ct}"),
    row("padding", "{to} {file:padding}"),
    row("undefined-lengths", "{to} {file:undefined-lengths}"),
    row("group-lengths", "{to} {file:group-lengths}"),
    row("spaced-uid", "{to} {file:spaced-uid}"),
]

# identifiers
IDENTIFIED = (
    "private-class unknown-storage-class unknown-standard-class query-class dicomdir invalid-class private-syntax "
    "other-class other-instance no-class no-instance no-class-anywhere seg"
)
for name in IDENTIFIED.split():
    ROWS.append(row(f"{name}", f"{{to}} {{file:{name}}}"))
    ROWS.append(row(f"{name}-unchecked", f"-nuc {{to}} {{file:{name}}}"))
    ROWS.append(row(f"{name}-no-halt", f"-nh {{to}} {{file:{name}}} {{file:ct}}"))

# what the peer accepts
ROWS += [
    row("peer-prefers-implicit-explicit-file", "{to} {file:ct}", IMPLICIT_FIRST),
    row("peer-prefers-implicit-implicit-file", "{to} {file:implicit}", IMPLICIT_FIRST),
    row("peer-prefers-explicit-implicit-file", "{to} {file:implicit}", EXPLICIT_FIRST),
    row("peer-prefers-explicit-compressed-file", "{to} {file:rle}", EXPLICIT_FIRST),
    row("peer-prefers-explicit-compressed-file-never", "-nh -dn {to} {file:rle} {file:ct}", EXPLICIT_FIRST),
    row("peer-refuses-class", "{to} {file:mr} {file:ct} {file:sc}", Script(script.refuse(CT))),
    row("peer-refuses-class-no-halt", "-nh {to} {file:mr} {file:ct} {file:sc}", Script(script.refuse(CT))),
    row("peer-refuses-first-class", "{to} {file:ct} {file:mr}", Script(script.refuse(CT))),
    row("peer-refuses-classes", "-nh {to} {file:ct} {file:mr} {file:sc}", Script(script.refuse(CT, MR))),
    row("peer-refuses-all", "{to} {file:ct} {file:mr}", Script(script.refuse_all)),
    row("peer-refuses-all-no-halt", "-nh {to} {file:ct} {file:mr}", Script(script.refuse_all)),
    row("peer-refuses-all-single", "-ma {to} {file:sc}", Script(script.refuse(SECONDARY_CAPTURE))),
    row("peer-refuses-all-single-no-halt", "-ma -nh {to} {file:sc}", Script(script.refuse(SECONDARY_CAPTURE))),
    row("peer-refuses-all-two-files", "{to} {file:sc} {file:sc}", Script(script.refuse(SECONDARY_CAPTURE))),
]

# several associations
ROWS += [
    row("classes-128", "{to} {many:private-128}"),
    row("classes-129", "{to} {many:private-129}"),
    row("classes-140", "+ma {to} {many:private-140}"),
    row("classes-140-single", "-ma {to} {many:private-140}"),
    row("classes-300", "{to} {many:private-300}"),
    row("classes-140-repeated", "{to} {many:repeated-300}"),
    row("classes-standard", "{to} {many:standard-100}"),
    row("classes-140-refused", "-nh {to} {many:private-140}", Script(script.refuse_all)),
    row("classes-140-bad-between", "-nh {to} {many:private-140} {file:text} {file:ct}"),
    row("multi-rightmost", "-ma +ma {to} {many:private-130}"),
]

# input formats
FORMATTED = (
    "ct sc bare-explicit bare-implicit bare-rt bare-ion-explicit meta-without-preamble magic-without-preamble "
    "no-meta-length no-syntax meta-lies private-syntax truncated-meta truncated-header truncated-pixels truncated-mr "
    "empty text random zeros missing no-class no-instance no-class-anywhere"
)
for name in FORMATTED.split():
    for option, suffix in (("+f", "-any"), ("+fo", "-file"), ("-f", "-data-set")):
        ROWS.append(row(f"{name}{suffix}", f"{option} {{to}} {{file:{name}}}"))
ROWS += [
    row("bare-big-any", "+f {to} {file:bare-big}", BIG_FIRST),
    row("bare-big-data-set", "-f {to} {file:bare-big}", BIG_FIRST),
    row("bare-implicit-accepted", "-f {to} {file:bare-implicit}", IMPLICIT_FIRST),
]

# files that cannot be sent, among others
for name in ("text", "empty", "missing", "truncated-header", "no-instance"):
    ROWS.append(row(f"{name}-between", f"{{to}} {{file:ct}} {{file:{name}}} {{file:mr}}"))
    ROWS.append(row(f"{name}-between-no-halt", f"-nh {{to}} {{file:ct}} {{file:{name}}} {{file:mr}}"))
    ROWS.append(row(f"{name}-only-no-halt", f"-nh {{to}} {{file:{name}}}"))

# folders
ROWS += [
    row("folder-without-scan", "{to} {dir:flat}"),
    row("folder-without-scan-and-file", "{to} {dir:flat} {file:ct}"),
    row("folder", "+sd {to} {dir:flat}", unordered=True),
    row("folder-deep-recurse", "+sd +r {to} {dir:deep}", unordered=True),
    row("folder-deep", "+sd {to} {dir:deep}", unordered=True),
    row("folder-hidden", "+sd +r {to} {dir:hidden}", unordered=True),
    row("folder-pattern", "+sd +sp *.dcm {to} {dir:patterns}", unordered=True),
    row("folder-pattern-recurse", "+sd +r +sp *.dcm {to} {dir:patterns}", unordered=True),
    row("folder-mixed", "+sd {to} {dir:mixed}"),
    row("folder-mixed-no-halt", "+sd -nh {to} {dir:mixed}", unordered=True),
    row("folder-links", "+sd +r {to} {dir:links}", unordered=True),
    row("folder-dangling", "+sd {to} {dir:dangling}"),
    row("folder-dangling-no-halt", "+sd -nh {to} {dir:dangling}", unordered=True),
    row("folder-only-folders", "+sd {to} {dir:only-folders}"),
    row("folder-nothing", "+sd {to} {dir:nothing}"),
]

# statuses
for status in (0x0001, 0x0002, 0x0122, 0x0110, 0xA700, 0xA900, 0xB000, 0xC001, 0xFF00, 0xFFFE, 0xFFFF):
    answers = Script(status=script.statuses(0, status, 0))
    ROWS.append(row(f"status-{status:04X}", "{to} {file:ct} {file:mr} {file:sc}", answers))
ROWS += [
    row("status-no-halt", "-nh {to} {file:ct} {file:mr}", Script(status=script.statuses(0xA700))),
    row("status-all-failed", "{to} {file:ct} {file:mr}", Script(status=script.statuses(0xC001))),
]

# network options
ROWS += [
    row("titles", "-aet CALLING -aec CALLED {to} {file:ct}"),
    row("titles-16", "-aet 1234567890123456 -aec ABCDEFGHIJKLMNOP {to} {file:ct}"),
    row("titles-17", "-aec 12345678901234567 {to} {file:ct}"),
    row("titles-empty", "-aec '' {to} {file:ct}"),
    row("pdu-smallest", "-pdu 4096 {to} {file:ct}"),
    row("pdu-largest", "--max-pdu 131072 {to} {file:ct}"),
    row("timeouts", "-to 5 -ta 5 -td 5 {to} {file:ct}"),
    row("size-default", "{to} {file:large}", sizes=True),
    row("size-unlimited", "{to} {file:large}", Script(max_length=0), sizes=True),
    row("size-4096", "{to} {file:large}", Script(max_length=4096), sizes=True),
    row("size-absent", "{to} {file:large}", Script(max_length=None), sizes=True),
    row("size-send-option", "--max-send-pdu 4096 {to} {file:large}", sizes=True),
    row("size-6", "{to} {file:sc}", Script(max_length=6)),
    row("size-12", "{to} {file:sc}", Script(max_length=12)),
]

# what a peer may do and what it may not
ROWS += [
    row("rejected", "{to} {file:ct}", Script(on_associate=script.reject(1, 1, 7))),
    row("rejected-transient", "{to} {file:ct}", Script(on_associate=script.reject(2, 3, 2))),
    row("aborted-at-associate", "{to} {file:ct}", Script(on_associate=script.abort(2, 1))),
    row("closed-at-connect", "{to} {file:ct}", Script(on_connect=script.close)),
    row("closed-at-associate", "{to} {file:ct}", Script(on_associate=script.close)),
    row("garbage-at-associate", "{to} {file:ct}", Script(on_associate=script.send(b"garbage garbage"))),
    row("silent-at-associate", "-ta 1 {to} {file:ct}", Script(on_associate=script.silent)),
    row("refused", "{peer} {closed} {file:ct}"),
    row("host-unknown", "no-such-host.invalid {port} {file:ct}"),
    row("closed-at-response", "{to} {file:ct} {file:mr}", Script(on_response=script.close)),
    row("closed-at-response-no-halt", "-nh {to} {file:ct} {file:mr}", Script(on_response=script.close)),
    row("aborted-at-response", "{to} {file:ct} {file:mr}", Script(on_response=script.abort())),
    row("release-at-response", "{to} {file:ct} {file:mr}", Script(on_response=script.send(wire.RELEASE_RQ))),
    row("silent-at-response", "-td 1 -ta 1 {to} {file:sc}", Script(on_response=script.silent)),
    row("wrong-message-id", "{to} {file:ct} {file:mr}", Script(edit=script.message_id_off)),
    row("wrong-command", "{to} {file:ct} {file:mr}", Script(edit=script.changed(e0100=0x8030))),
    row("closed-at-release", "{to} {file:ct}", Script(on_release=script.close)),
    row("aborted-at-release", "{to} {file:ct}", Script(on_release=script.abort())),
    row("silent-at-release", "-ta 1 {to} {file:ct}", Script(on_release=script.silent)),
    row("release-collision", "{to} {file:ct}", Script(on_release=script.collide)),
    row("release-collision-unanswered", "-ta 1 {to} {file:ct}", Script(on_release=script.send(wire.RELEASE_RQ))),
    row("response-in-two-pdus", "{to} {file:ct} {file:mr}", Script(layout=script.as_two_pdus)),
    row("answers-in-pieces", "{to} {file:ct} {file:mr}", Script(pieces=3)),
    row("early-response", "{to} {file:ct} {file:mr}", Script(on_data=script.early)),
]

# answers that are unusual, and some that are wrong
for name, change in UNUSUAL.items():
    ROWS.append(row(f"accept-{name}", "{to} {file:ct} {file:mr}", Script(accept_pdu=script.with_results(change))))
ROWS += [
    row("accept-version-3", "{to} {file:ct}", Script(accept_pdu=script.with_results(list, version=3))),
    row("accept-user-items", "{to} {file:ct}", Script(user_items=((0x54, b"\0\x011\1\0"), (0x7F, b"unknown")))),
]

# command lines that are wrong
ROWS += [
    row("usage-no-peer", ""),
    row("usage-no-file", "{to}"),
    row("usage-unknown-option", "--no-such-option {to} {file:ct}"),
    row("usage-option-of-storescu", "--repeat 2 {to} {file:ct}"),
    row("usage-socket-timeout", "-ts 5 {to} {file:ct}"),
    row("usage-port-65536", "{peer} 65536 {file:ct}"),
    row("usage-pdu-too-small", "-pdu 4095 {to} {file:ct}"),
    row("usage-recurse-without-scan", "+r {to} {file:ct}"),
    row("usage-compression-level", "+cl 9 {to} {file:ct}"),
    row("usage-compression-level-deflated", "--compression-level 0 {to} {file:deflated}"),
    row("usage-compression-level-10", "+cl 10 {to} {file:ct}"),
    row("usage-verbose-pc-alone", "+v {to} {file:ct}"),
    row("usage-help", "--help"),
    row("usage-version", "--version"),
    row("usage-list-decoders", "--list-decoders"),
    row("usage-arguments", "--arguments {to} {file:ct}"),
    row("quiet", "-q {to} {file:ct}"),
    row("verbose", "-v {to} {file:ct}"),
]
