"""The command lines of storescu that are given to both tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from peers import script, wire
from peers.script import Script

from compat.encode import CT, MR, SECONDARY_CAPTURE
from compat.observe import Row

RLE = "1.2.840.10008.1.2.5"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"

#: option → an input that is stored in the transfer syntax which the option prefers
PROPOSALS = {
    "-x=": "ct",
    "-xe": "ct",
    "-xb": "big",
    "-xi": "implicit",
    "-xs": "jpeg-lossless",
    "-xy": "jpeg8",
    "-xx": "jpeg12",
    "-xv": "j2k-lossless",
    "-xw": "j2k",
    "-xt": "jls-lossless",
    "-xu": "jls-lossy",
    "-xm": "ts-mpeg2",
    "-xh": "ts-mpeg2-high",
    "-xn": "ts-mpeg4",
    "-xl": "ts-mpeg4-bd",
    "-x2": "ts-mpeg4-2-2d",
    "-x3": "ts-mpeg4-2-3d",
    "-xo": "ts-mpeg4-2-st",
    "-x4": "ts-hevc",
    "-x5": "ts-hevc10",
    "-xr": "rle",
    "-xd": "deflated",
}
MODES = {"": "", "+C": "-combined", "-R": "-required", "-R +C": "-required-combined"}

IMPLICIT_FIRST = Script(script.prefer(wire.IMPLICIT, wire.EXPLICIT, wire.BIG_ENDIAN))
EXPLICIT_FIRST = Script(script.prefer(wire.EXPLICIT, wire.IMPLICIT, wire.BIG_ENDIAN))
BIG_FIRST = Script(script.prefer(wire.BIG_ENDIAN, wire.EXPLICIT, wire.IMPLICIT))
#: name → what becomes of the results of an A-ASSOCIATE-AC
UNUSUAL: dict[str, Callable[[list[wire.Result]], list[wire.Result]]] = {
    "reversed": lambda results: results[::-1],
    "first-only": lambda results: results[:1],
    "last-only": lambda results: results[-1:],
    "twice": lambda results: results + results,
    "one-more": lambda results: [*results, (251, wire.ACCEPTED, wire.EXPLICIT)],
    "even-number": lambda results: [*results, (2, wire.ACCEPTED, wire.EXPLICIT)],
    "refused-without-syntax": lambda results: [results[0], *((one[0], 3, "") for one in results[1:])],
    "unknown-result": lambda results: [results[0], *((one[0], 77, one[2]) for one in results[1:])],
    "padded-uid": lambda results: [(number, result, syntax + "\0") for number, result, syntax in results],
    "syntax-not-proposed": lambda results: [(number, result, RLE) for number, result, _ in results],
}


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"storescu-{name}", "storescu", line, conduct or Script(), **more)


ROWS: list[Row] = []

# every proposal option in every mode, with a file that it is made for
for option, stored in PROPOSALS.items():
    for mode, suffix in MODES.items():
        ROWS.append(row(f"{option[1:]}{suffix}", f"{option} {mode} {{to}} {{file:{stored}}}"))

# every proposal option with a native file: in the fallback context, or not at all
for option in PROPOSALS:
    ROWS.append(row(f"{option[1:]}-native", f"{option} {{to}} {{file:ct}}"))

# several kinds of files in one run
ROWS += [
    row("kinds-uncompressed", "-nh -x= {to} {file:ct} {file:mr} {file:sc} {file:sr} {file:ecg}"),
    row("kinds-lossless", "-nh -xs {to} {file:jpeg-lossless} {file:ct} {file:rle} {file:mr}"),
    row("kinds-lossless-combined", "-nh -xs +C {to} {file:jpeg-lossless} {file:ct} {file:rle} {file:mr}"),
    row("kinds-rle-required", "-nh -xr -R {to} {file:rle} {file:ct} {file:mr} {file:sr}"),
    row("kinds-required-order", "-R {to} {file:sr} {file:ct} {file:mr} {file:ct}"),
    row("kinds-rightmost-proposal", "-xi -xs -xe {to} {file:ct}"),
    row("kinds-long-names", "--propose-lossless --combine --required {to} {file:jpeg-lossless}"),
    row("same-file-twice", "{to} {file:ct} {file:ct}"),
    row("padding", "{to} {file:padding}"),
    row("undefined-lengths", "{to} {file:undefined-lengths}"),
    row("group-lengths", "{to} {file:group-lengths}"),
    row("spaced-uid", "{to} {file:spaced-uid}"),
    row("spaced-uid-padding", "-up {to} {file:spaced-uid}"),
    row("private-class", "{to} {file:private-class}"),
    row("private-class-required", "-R {to} {file:private-class}"),
    row("private-class-required-no-halt", "-R -nh {to} {file:private-class} {file:ct}"),
    row("class-not-proposed", "{to} {file:seg}"),
    row("class-not-proposed-no-halt", "-nh {to} {file:seg} {file:ct}"),
    row("class-not-proposed-required", "-R {to} {file:seg}"),
    row("other-class", "-R {to} {file:other-class}"),
    row("other-instance", "{to} {file:other-instance}"),
]

# what the peer accepts
ROWS += [
    row("peer-prefers-implicit-explicit-file", "{to} {file:ct}", IMPLICIT_FIRST),
    row("peer-prefers-implicit-implicit-file", "{to} {file:implicit}", IMPLICIT_FIRST),
    row("peer-prefers-implicit-combined", "+C {to} {file:implicit}", IMPLICIT_FIRST),
    row("peer-prefers-implicit-combined-explicit-file", "+C {to} {file:ct}", IMPLICIT_FIRST),
    row("peer-prefers-big-big-file", "{to} {file:big}", BIG_FIRST),
    row("peer-prefers-big-explicit-file", "-xb {to} {file:ct}", BIG_FIRST),
    row("peer-prefers-big-combined", "+C {to} {file:big}", BIG_FIRST),
    row("peer-prefers-explicit-combined", "-xs +C {to} {file:ct}", EXPLICIT_FIRST),
    row("peer-prefers-explicit-implicit-file", "{to} {file:implicit}", EXPLICIT_FIRST),
    row("peer-prefers-explicit-big-file", "-xi {to} {file:big}", EXPLICIT_FIRST),
    row("peer-only-implicit", "{to} {file:implicit}", Script(script.prefer(wire.IMPLICIT))),
    row("peer-only-explicit", "-nh -xb {to} {file:ct} {file:mr}", Script(script.prefer(wire.EXPLICIT))),
    row("peer-only-rle", "-xr {to} {file:rle}", Script(script.prefer(RLE))),
    row("peer-only-rle-native-file", "-xr {to} {file:ct}", Script(script.prefer(RLE))),
    row("peer-only-rle-native-file-no-halt", "-nh -xr {to} {file:ct} {file:rle}", Script(script.prefer(RLE))),
    row("peer-only-uncompressed-compressed-file", "-xr {to} {file:rle}", EXPLICIT_FIRST),
    row("peer-only-uncompressed-deflated-file", "-xd {to} {file:deflated}", EXPLICIT_FIRST),
    row("peer-refuses-class", "{to} {file:mr} {file:ct} {file:sc}", Script(script.refuse(CT))),
    row("peer-refuses-class-no-halt", "-nh {to} {file:mr} {file:ct} {file:sc}", Script(script.refuse(CT))),
    row("peer-refuses-first-class", "{to} {file:ct} {file:mr}", Script(script.refuse(CT))),
    row("peer-refuses-classes-required", "-R -nh {to} {file:ct} {file:mr} {file:sc}", Script(script.refuse(CT, MR))),
    row("peer-refuses-all", "{to} {file:ct}", Script(script.refuse_all)),
    row("peer-refuses-all-no-halt", "-nh {to} {file:ct} {file:mr}", Script(script.refuse_all)),
    row("peer-refuses-all-required", "-R {to} {file:ct}", Script(script.refuse(CT))),
]

# input formats
FORMATTED = (
    "ct sc bare-explicit bare-implicit bare-rt bare-ion-explicit bare-ct-sample meta-without-preamble "
    "magic-without-preamble no-meta-length no-syntax meta-lies private-syntax truncated-meta truncated-header "
    "truncated-pixels truncated-mr empty text random zeros missing no-class no-instance no-class-anywhere"
)
for name in FORMATTED.split():
    for option, suffix in (("+f", "-any"), ("+fo", "-file"), ("-f", "-data-set")):
        ROWS.append(row(f"{name}{suffix}", f"{option} {{to}} {{file:{name}}}", IMPLICIT_FIRST))
ROWS += [
    row("bare-big-any", "{to} {file:bare-big}", BIG_FIRST),
    row("bare-big-data-set", "-f {to} {file:bare-big}", BIG_FIRST),
    row("bare-ion-big", "-R {to} {file:bare-ion-big}", BIG_FIRST),
    row("bare-ion-explicit-required", "-R {to} {file:bare-ion-explicit}", EXPLICIT_FIRST),
    row("bare-explicit-required", "-R {to} {file:bare-explicit}"),
    row("format-rightmost", "-f +fo +f {to} {file:bare-explicit}"),
]

# files that cannot be sent, among others
for name in ("text", "empty", "missing", "truncated-header", "no-instance", "no-class-anywhere"):
    ROWS.append(row(f"{name}-between", f"{{to}} {{file:ct}} {{file:{name}}} {{file:mr}}"))
    ROWS.append(row(f"{name}-between-no-halt", f"-nh {{to}} {{file:ct}} {{file:{name}}} {{file:mr}}"))
    ROWS.append(row(f"{name}-required", f"-R {{to}} {{file:ct}} {{file:{name}}}"))
    ROWS.append(row(f"{name}-required-no-halt", f"-R -nh {{to}} {{file:{name}}} {{file:ct}}"))
ROWS += [
    row("only-missing-no-halt", "-nh {to} {file:missing}"),
    row("only-missing-required-no-halt", "-R -nh {to} {file:missing}"),
    row("only-text-no-halt", "-nh {to} {file:text}"),
]

# folders
ROWS += [
    row("folder-without-scan", "{to} {dir:flat}"),
    row("folder-without-scan-and-file", "{to} {dir:flat} {file:ct}"),
    row("folder", "+sd {to} {dir:flat}", unordered=True),
    row("folder-deep", "+sd {to} {dir:deep}", unordered=True),
    row("folder-deep-recurse", "+sd +r {to} {dir:deep}", unordered=True),
    row("folder-no-recurse-wins", "+sd +r -r {to} {dir:deep}", unordered=True),
    row("folder-hidden", "+sd +r {to} {dir:hidden}", unordered=True),
    row("folder-pattern", "+sd +sp *.dcm {to} {dir:patterns}", unordered=True),
    row("folder-pattern-recurse", "+sd +r +sp *.dcm {to} {dir:patterns}", unordered=True),
    row("folder-pattern-class", "+sd +sp 'x[12].???' {to} {dir:patterns}", unordered=True),
    row("folder-pattern-leading-dot", "+sd +sp '*.img' {to} {dir:patterns}", unordered=True),
    row("folder-pattern-nothing", "+sd +sp '*.xyz' {to} {dir:patterns}"),
    row("folder-pattern-spares-files", "+sd +sp '*.xyz' {to} {dir:patterns} {file:ct}"),
    row("folder-mixed-no-halt", "+sd -nh {to} {dir:mixed}", unordered=True),
    row("folder-links", "+sd +r {to} {dir:links}", unordered=True),
    row("folder-dangling", "+sd {to} {dir:dangling}"),
    row("folder-dangling-no-halt", "+sd -nh {to} {dir:dangling}", unordered=True),
    row("folder-only-folders", "+sd {to} {dir:only-folders}"),
    row("folder-nothing", "+sd {to} {dir:nothing}"),
    row("folder-required", "+sd +r -R {to} {dir:deep}", unordered=True),
    row("folders-and-files", "+sd {to} {file:ct} {dir:only-folders}/sub/ {file:mr}", unordered=True),
    row("folder-twice", "+sd {to} {dir:flat} {dir:flat}/", unordered=True),
]

# statuses
for status in (
    0x0001, 0x0002, 0x0107, 0x0110, 0x0116, 0x0122, 0x0124, 0x0211, 0x1234, 0xA700, 0xA701, 0xA800, 0xA900, 0xB000,
    0xB006, 0xBFFF, 0xC000, 0xC001, 0xCFFF, 0xFE00, 0xFF00,
):  # fmt: skip
    answers = Script(status=script.statuses(0, status, 0))
    ROWS.append(row(f"status-{status:04X}", "{to} {file:ct} {file:mr} {file:sc}", answers))
    ROWS.append(row(f"status-{status:04X}-no-halt", "-nh {to} {file:ct} {file:mr} {file:sc}", answers))
ROWS += [
    row("status-first", "{to} {file:ct} {file:mr}", Script(status=script.statuses(0xA700))),
    row("status-last", "{to} {file:ct} {file:mr}", Script(status=script.statuses(0, 0xC123))),
    row("status-repeat", "--repeat 3 {to} {file:ct}", Script(status=script.statuses(0, 0xA700))),
    row("status-repeat-no-halt", "-nh --repeat 3 {to} {file:ct}", Script(status=script.statuses(0, 0xA700))),
    row("status-abort-option", "--abort {to} {file:ct} {file:mr}", Script(status=script.statuses(0xA700))),
]

# network options
ROWS += [
    row("repeat", "--repeat 3 {to} {file:ct} {file:mr}"),
    row("repeat-no-halt-unsendable", "--repeat 2 -nh {to} {file:ct} {file:seg} {file:mr}"),
    row("repeat-rightmost", "--repeat 3 --repeat 1 {to} {file:ct}"),
    row("abort-option", "--abort {to} {file:ct}"),
    row("titles", "-aet CALLING -aec CALLED {to} {file:ct}"),
    row("titles-long-names", "--aetitle A --call B {to} {file:ct}"),
    row("titles-16", "-aet 1234567890123456 -aec ABCDEFGHIJKLMNOP {to} {file:ct}"),
    row("titles-17", "-aet 12345678901234567 {to} {file:ct}"),
    row("titles-blank-inside", "-aet 'A B' -aec ' LEADING' {to} {file:ct}"),
    row("titles-empty", "-aet '' {to} {file:ct}"),
    row("titles-rightmost", "-aet A -aet B {to} {file:ct}"),
    row("titles-look-like-options", "-aet -v -aec +sd {to} {file:ct}"),
    row("pdu-smallest", "-pdu 4096 {to} {file:ct}"),
    row("pdu-largest", "-pdu 131072 {to} {file:ct}"),
    row("host-name", "localhost {port} {file:ct}"),
    row("options-everywhere", "{peer} -v {port} -aet X {file:ct} -aec Y"),
    row("timeouts", "-to 5 -ta 5 -td 5 {to} {file:ct}"),
    row("socket-timeout", "-ts 5 {to} {file:ct}"),
    row("size-default", "{to} {file:large}", sizes=True),
    row("size-unlimited", "{to} {file:large}", Script(max_length=0), sizes=True),
    row("size-4096", "{to} {file:large}", Script(max_length=4096), sizes=True),
    row("size-odd", "{to} {file:large}", Script(max_length=16385), sizes=True),
    row("size-128k", "{to} {file:large}", Script(max_length=131072), sizes=True),
    row("size-huge", "{to} {file:large}", Script(max_length=0xFFFFFFFF), sizes=True),
    row("size-absent", "{to} {file:large}", Script(max_length=None), sizes=True),
    row("size-send-option", "--max-send-pdu 4096 {to} {file:large}", sizes=True),
    row("size-send-option-larger", "--max-send-pdu 131072 {to} {file:large}", sizes=True),
    row("size-small-object", "{to} {file:sc}", sizes=True),
    row("size-6", "{to} {file:sc}", Script(max_length=6)),
    row("size-12", "{to} {file:sc}", Script(max_length=12)),
    row("classes-64-required", "-R {to} {many:standard-64}"),
    row("classes-65-required", "-R {to} {many:standard-65}"),
    row("classes-65-required-combined", "-R +C {to} {many:standard-65}"),
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
    row("closed-at-second-response", "{to} {file:ct} {file:mr}", Script(on_response=script.only(2, script.close))),
    row("closed-at-response-no-halt", "-nh {to} {file:ct} {file:mr}", Script(on_response=script.close)),
    row("aborted-at-response", "{to} {file:ct} {file:mr}", Script(on_response=script.abort())),
    row("release-at-response", "{to} {file:ct} {file:mr}", Script(on_response=script.send(wire.RELEASE_RQ))),
    row("silent-at-response", "-td 1 -ta 1 {to} {file:sc}", Script(on_response=script.silent)),
    row("wrong-message-id", "{to} {file:ct} {file:mr}", Script(edit=script.message_id_off)),
    row("wrong-message-id-no-halt", "-nh {to} {file:ct} {file:mr}", Script(edit=script.message_id_off)),
    row("wrong-command", "{to} {file:ct} {file:mr}", Script(edit=script.changed(e0100=0x8030))),
    row("closed-at-release", "{to} {file:ct}", Script(on_release=script.close)),
    row("aborted-at-release", "{to} {file:ct}", Script(on_release=script.abort())),
    row("silent-at-release", "-ta 1 {to} {file:ct}", Script(on_release=script.silent)),
    row("release-collision", "{to} {file:ct}", Script(on_release=script.collide)),
    row("release-collision-unanswered", "-ta 1 {to} {file:ct}", Script(on_release=script.send(wire.RELEASE_RQ))),
    row("response-in-two-pdvs", "{to} {file:ct} {file:mr}", Script(layout=script.as_two_pdvs)),
    row("response-in-two-pdus", "{to} {file:ct} {file:mr}", Script(layout=script.as_two_pdus)),
    row("answers-in-pieces", "{to} {file:ct} {file:mr}", Script(pieces=3)),
    row("early-response", "{to} {file:ct} {file:mr}", Script(on_data=script.early)),
    row("response-without-uids", "{to} {file:ct}", Script(edit=script.changed(e0002=None, e1000=None))),
    row("refuse-one-of-two", "-R {to} {file:sc}", Script(script.refuse(SECONDARY_CAPTURE, otherwise=script.first))),
]

# answers that are unusual, and some that are wrong
for name, change in UNUSUAL.items():
    ROWS.append(row(f"accept-{name}", "-R {to} {file:ct} {file:mr}", Script(accept_pdu=script.with_results(change))))
ROWS += [
    row("accept-version-3", "{to} {file:ct}", Script(accept_pdu=script.with_results(list, version=3))),
    row("accept-user-items", "{to} {file:ct}", Script(user_items=((0x54, b"\0\x011\1\0"), (0x7F, b"unknown")))),
]

# command lines that are wrong
ROWS += [
    row("usage-no-peer", ""),
    row("usage-no-port", "{peer}"),
    row("usage-no-file", "{to}"),
    row("usage-unknown-option", "--no-such-option {to} {file:ct}"),
    row("usage-abbreviated-option", "--abor {to} {file:ct}"),
    row("usage-equals-value", "--aetitle=A {to} {file:ct}"),
    row("usage-missing-value", "{to} {file:ct} -aet"),
    row("usage-port-0", "{peer} 0 {file:ct}"),
    row("usage-port-65536", "{peer} 65536 {file:ct}"),
    row("usage-port-text", "{peer} dicom {file:ct}"),
    row("usage-port-trailing-text", "{peer} {port}x {file:ct}"),
    row("usage-pdu-too-small", "-pdu 4095 {to} {file:ct}"),
    row("usage-pdu-too-large", "-pdu 131073 {to} {file:ct}"),
    row("usage-pdu-trailing-text", "-pdu 16384x {to} {file:ct}"),
    row("usage-send-pdu-too-small", "--max-send-pdu 4095 {to} {file:ct}"),
    row("usage-repeat-0", "--repeat 0 {to} {file:ct}"),
    row("usage-timeout-0", "-to 0 {to} {file:ct}"),
    row("usage-timeout-negative", "-ta -1 {to} {file:ct}"),
    row("usage-timeout-text", "-td soon {to} {file:ct}"),
    row("usage-pattern-without-scan", "+sp *.dcm {to} {file:ct}"),
    row("usage-recurse-without-scan", "+r {to} {file:ct}"),
    row("usage-recurse-overridden", "+r -r {to} {file:ct}"),
    row("usage-verbose-pc-alone", "+v {to} {file:ct}"),
    row("usage-verbose-pc", "-v +v {to} {file:ct}"),
    row("usage-log-level-and-quiet", "-q -ll warn {to} {file:ct}"),
    row("usage-log-level-unknown", "-ll loud {to} {file:ct}"),
    row("usage-log-level-case", "-ll WARN {to} {file:ct}"),
    row("usage-compression-level-alone", "+cl 6 {to} {file:ct}"),
    row("usage-password-alone", "-pwd x {to} {file:ct}"),
    row("usage-response-alone", "-rsp {to} {file:ct}"),
    row("usage-option-of-dcmsend", "-nuc {to} {file:ct}"),
    row("usage-command-file-missing", "@{dir:nothing}/no-such-file {to} {file:ct}"),
    row("usage-help", "--help"),
    row("usage-help-with-unknown-option", "--help --no-such-option"),
    row("usage-version", "--version"),
    row("usage-arguments", "--arguments {to} {file:ct}"),
    row("quiet", "-q {to} {file:ct}"),
    row("verbose", "-v {to} {file:ct}"),
    row("debug", "-d {to} {file:ct}"),
]
