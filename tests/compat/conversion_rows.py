"""Command lines after which a file goes out in another encoding than the stored one."""

from __future__ import annotations

from typing import Any

from peers import script, wire
from peers.script import Script

from compat.observe import Row

ONLY = {
    "implicit": Script(script.prefer(wire.IMPLICIT)),
    "explicit": Script(script.prefer(wire.EXPLICIT)),
    "big": Script(script.prefer(wire.BIG_ENDIAN)),
    "deflated": Script(script.prefer(wire.DEFLATED)),
}
#: option of storescu that proposes it
OPTION = {"implicit": "-xi", "explicit": "-xe", "big": "-xb", "deflated": "-xd"}
KINDS = (  # noqa: SIM905
    "ct mr implicit big deflated sr rtplan ecg seg padding undefined-lengths group-lengths sc large bare-explicit "
    "bare-implicit bare-big bare-rt complete-nested complete-private complete-implicit complete-big spaced-implicit "
    "values values-implicit values-big"
).split()


def row(name: str, line: str, conduct: Script | None = None, tool: str = "storescu", **more: Any) -> Row:
    return Row(f"{tool}-{name}", tool, line, conduct or Script(), **more)


ROWS: list[Row] = []
for kind in KINDS:
    for goes, peer in ONLY.items():
        ROWS.append(row(f"{kind}-to-{goes}", f"-R {OPTION[goes]} {{to}} {{file:{kind}}}", peer))
    ROWS.append(row(f"{kind}-old-vrs", f"-R -u {{to}} {{file:{kind}}}", ONLY["explicit"]))
    ROWS.append(row(f"{kind}-old-vrs-big", f"-R -u -xb {{to}} {{file:{kind}}}", ONLY["big"]))
    ROWS.append(row(f"{kind}-old-vrs-implicit", f"-R -u -xi {{to}} {{file:{kind}}}", ONLY["implicit"]))

for kind in ("ct", "implicit", "big", "deflated"):
    for goes, peer in ONLY.items():
        ROWS.append(row(f"{kind}-sent-as-{goes}", f"-f {{to}} {{file:{kind}}}", peer, "dcmsend"))
        ROWS.append(row(f"{kind}-to-{goes}", f"{{to}} {{file:{kind}}}", peer, "dcmsend"))
        ROWS.append(row(f"{kind}-never-to-{goes}", f"-dn {{to}} {{file:{kind}}}", peer, "dcmsend"))

# what is compressed is never converted
for kind in ("rle", "jpeg8", "jls-lossless", "j2k"):
    for goes, peer in ONLY.items():
        ROWS.append(row(f"{kind}-to-{goes}", f"-R {OPTION[goes]} {{to}} {{file:{kind}}} {{file:ct}}", peer))
        ROWS.append(row(f"{kind}-to-{goes}-no-halt", f"-nh -R {OPTION[goes]} {{to}} {{file:{kind}}} {{file:ct}}", peer))
    ROWS.append(row(f"{kind}-old-vrs", f"-R -u -xs {{to}} {{file:{kind}}}"))
ROWS.append(row("rle-old-vrs-as-stored", "-R -u -xr {to} {file:rle}"))
ROWS.append(row("native-only-rle-accepted", "-R +C -xr {to} {file:ct}", Script(script.prefer("1.2.840.10008.1.2.5"))))

# how hard it is compressed cannot be seen in what arrives
for level in range(10):
    ROWS.append(row(f"level-{level}", f"-R -xd +cl {level} {{to}} {{file:ct}} {{file:implicit}} {{file:sr}}"))
ROWS += [
    row("level-10", "-xd +cl 10 {to} {file:ct}"),
    row("level-text", "-xd +cl best {to} {file:ct}"),
    row("level-negative", "-xd +cl -1 {to} {file:ct}"),
    row("level-without-deflate", "-xe +cl 5 {to} {file:ct}"),
    row("level-deflate-overruled", "-xd -xe +cl 5 {to} {file:ct}"),
    row("level-rightmost", "-xd +cl 0 +cl 9 {to} {file:ct}"),
    row("old-vrs-overruled", "-u +u -R {to} {file:values}"),
    row("new-vrs-overruled", "+u -u -R {to} {file:values}"),
    row("deflated-repeat", "-R -xd --repeat 3 {to} {file:ct} {file:mr}"),
    row("deflated-bad-between", "-nh -xd {to} {file:ct} {file:mr} {file:truncated-pixels} {file:sr}"),
    row("deflated-bad-between-halt", "-xd {to} {file:ct} {file:truncated-pixels} {file:mr}"),
    row("deflated-missing-between", "-nh -xd {to} {file:ct} {file:missing} {file:mr}"),
    row("deflated-status", "-R -xd {to} {file:ct} {file:mr} {file:sc}", Script(status=script.statuses(0, 0xA700))),
    row("deflated-status-no-halt", "-nh -R -xd {to} {file:ct} {file:mr}", Script(status=script.statuses(0xA700))),
    row("deflated-closed", "-xd {to} {file:ct} {file:mr}", Script(on_response=script.close)),
    row("deflated-combined", "-R +C -xd {to} {file:implicit} {file:ct}"),
    row("deflated-combined-implicit", "-R +C -xd {to} {file:implicit} {file:ct}", ONLY["implicit"]),
    row("big-when-both", "-R -xb {to} {file:implicit} {file:ct} {file:big} {file:deflated}"),
    row("explicit-when-both", "-R -xe {to} {file:implicit} {file:ct} {file:big} {file:deflated}"),
    row("little-when-both", "-R {to} {file:implicit} {file:ct} {file:big} {file:deflated}"),
]  # fmt: skip
