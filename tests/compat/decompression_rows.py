"""Command lines of dcmsend with compressed files, to peers that take them as they are, or uncompressed alone."""

from __future__ import annotations

from typing import Any

from peers import script, wire
from peers.script import Script

from compat.encode import MR
from compat.observe import Row

RLE = "1.2.840.10008.1.2.5"
JPEG_LS = "1.2.840.10008.1.2.4.80"

#: what a peer accepts, most preferred first
PEERS = {
    "implicit": Script(script.prefer(wire.IMPLICIT)),
    "explicit": Script(script.prefer(wire.EXPLICIT)),
    "big": Script(script.prefer(wire.BIG_ENDIAN)),
    "uncompressed": Script(script.prefer(wire.BIG_ENDIAN, wire.EXPLICIT, wire.IMPLICIT)),
    "nothing": Script(script.refuse_all),
}
KINDS = (  # noqa: SIM905
    "deflated rle jpeg8 jpeg12 jpeg-lossless jls-lossless jls-lossy j2k-lossless j2k rle-frames rle-wide rle-damaged"
).split()
OPTIONS = {"": "", "never": "-dn", "lossless": "+dls", "lossy": "+dly", "lossy-legal": "+dly -nip"}


def row(name: str, line: str, conduct: Script | None = None, **more: Any) -> Row:
    return Row(f"dcmsend-decompress-{name}", "dcmsend", line, conduct or Script(), **more)


ROWS: list[Row] = []
for kind in KINDS:
    for takes, peer in PEERS.items():
        for name, option in OPTIONS.items():
            ROWS.append(row(f"{kind}-to-{takes}{name and '-'}{name}", f"{option} {{to}} {{file:{kind}}}", peer))

MIXED = "{file:ct} {file:rle} {file:jls-lossless} {file:jpeg-lossless} {file:deflated} {file:mr}"
for takes, peer in PEERS.items():
    for name, option in {**OPTIONS, "no-halt": "-nh", "never-no-halt": "-nh -dn", "legal": "-nip"}.items():
        ROWS.append(row(f"mixed-to-{takes}{name and '-'}{name}", f"{option} {{to}} {MIXED}", peer))

# how hard to compress: dcmsend never does, yet takes the option
for level in range(10):
    ROWS.append(row(f"level-{level}", f"+cl {level} {{to}} {{file:deflated}} {{file:rle}}", PEERS["explicit"]))
ROWS += [
    row("level-accepted-as-stored", "+cl 9 {to} {file:deflated}"),
    row("level-never", "-dn +cl 9 {to} {file:deflated}", PEERS["explicit"]),
    row("level-rightmost", "+cl 1 +cl 9 {to} {file:deflated}", PEERS["implicit"]),
    row("level-long", "--compression-level 3 {to} {file:deflated}", PEERS["implicit"]),
    row("level-10", "+cl 10 {to} {file:rle}"),
    row("level-text", "+cl best {to} {file:rle}"),
    row("level-negative", "+cl -1 {to} {file:rle}"),
]

# the rightmost of a group counts; every spelling
ROWS += [
    row("never-lossless", "-dn +dls {to} {file:rle}", PEERS["implicit"]),
    row("lossless-never", "+dls -dn {to} {file:rle}", PEERS["implicit"]),
    row("lossy-lossless", "+dly +dls {to} {file:jls-lossy}", PEERS["implicit"]),
    row("lossless-lossy", "+dls +dly {to} {file:jls-lossy}", PEERS["implicit"]),
    row("long-never", "--decompress-never {to} {file:rle}", PEERS["implicit"]),
    row("long-lossless", "--decompress-lossless {to} {file:rle}", PEERS["implicit"]),
    row("long-lossy", "--decompress-lossy {to} {file:jls-lossy}", PEERS["implicit"]),
    row("long-legal", "--no-illegal-proposal {to} {file:rle}", PEERS["implicit"]),
    row("long-no-uid-checks", "--no-uid-checks {to} {file:rle}", PEERS["implicit"]),
    row("no-uid-checks", "-nuc {to} {file:rle} {file:jls-lossless}", PEERS["implicit"]),
]

# a context that a peer takes compressed, beside one that it does not
ROWS += [
    row("one-as-stored", "{to} {file:rle} {file:jls-lossless}", Script(script.prefer(RLE, wire.IMPLICIT))),
    row("other-as-stored", "{to} {file:rle} {file:jls-lossless}", Script(script.prefer(JPEG_LS, wire.EXPLICIT))),
    row("class-refused", "{to} {file:rle} {file:jpeg-lossless}", Script(script.refuse(MR, otherwise=script.first))),
    row(
        "class-refused-no-halt",
        "-nh {to} {file:rle} {file:jpeg-lossless}",
        Script(script.refuse(MR, otherwise=script.prefer(wire.IMPLICIT))),
    ),
    row("repeated", "{to} {file:rle} {file:rle} {file:rle}", PEERS["implicit"]),
    row("after-native", "{to} {file:mr} {file:rle} {file:mr}", PEERS["implicit"]),
    row("single-association", "-ma {to} {file:rle} {file:jls-lossless}", PEERS["implicit"]),
    row("verbose", "-v {to} {file:rle}", PEERS["implicit"]),
    row("debug", "-d {to} {file:rle}", PEERS["implicit"]),
    row("data-set", "-f {to} {file:rle}", PEERS["implicit"]),
    row("any-format", "+f {to} {file:rle}", PEERS["implicit"]),
    row("sizes", "{to} {file:rle-frames}", Script(script.prefer(wire.IMPLICIT), 4096)),
    row("damaged-between", "{to} {file:ct} {file:rle-damaged} {file:mr}", PEERS["implicit"]),
    row("damaged-between-no-halt", "-nh {to} {file:ct} {file:rle-damaged} {file:mr}", PEERS["implicit"]),
    row("damaged-as-stored", "{to} {file:rle-damaged}"),
    row("missing-between-no-halt", "-nh {to} {file:rle} {file:missing} {file:rle-frames}", PEERS["implicit"]),
    row("status", "{to} {file:rle} {file:rle}", Script(script.prefer(wire.IMPLICIT), status=script.statuses(0xA700))),
    row("closed", "{to} {file:rle}", Script(script.prefer(wire.IMPLICIT), on_response=script.close)),
    row("aborted", "{to} {file:rle}", Script(script.prefer(wire.IMPLICIT), on_response=script.abort())),
]
