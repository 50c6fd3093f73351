"""Command lines for both spellings of each option, and for two members of an exclusive group: the rightmost wins."""

from __future__ import annotations

from typing import Any

from peers.script import Script

from compat.observe import Row
from compat.storescu_rows import BIG_FIRST, EXPLICIT_FIRST, IMPLICIT_FIRST, PROPOSALS
from storejet.cli import options


def rows(tool: str, lines: dict[str, str], conduct: Script | None = None, **more: Any) -> list[Row]:
    return [Row(f"{tool}-{name}", tool, line, conduct or Script(), **more) for name, line in lines.items()]


#: options with which both tools do the same
BOTH = {
    "short-help": "-h",
    "long-quiet": "--quiet {to} {file:ct}",
    "long-verbose": "--verbose --verbose-pc {to} {file:ct}",
    "long-debug": "--debug --verbose-pc {to} {file:ct}",
    "long-log-level": "--log-level info --verbose-pc {to} {file:ct}",
    "long-log-config": "--log-config {log:console} {to} {file:ct}",
    "long-log-groups": "--quiet --verbose --debug --quiet --verbose --verbose-pc {to} {file:ct}",
    "long-log-level-excluded": "--log-level info --quiet {to} {file:ct}",
    "long-read-file": "--read-file {to} {file:bare-explicit}",
    "long-read-file-only": "--read-file-only {to} {file:bare-explicit}",
    "long-read-dataset": "--read-dataset {to} {file:bare-explicit}",
    "long-no-recurse": "--scan-directories --no-recurse {to} {dir:patterns}",
    "long-recurse": "--scan-directories --scan-pattern *.dcm --recurse {to} {dir:patterns}",
    "long-recurse-no-recurse": "--scan-directories --recurse --no-recurse {to} {dir:patterns}",
    "long-no-recurse-recurse": "--scan-directories --no-recurse --recurse {to} {dir:patterns}",
    "short-recurse-no-recurse": "+sd +r -r {to} {dir:patterns}",
    "formats-any": "+fo -f +f {to} {file:bare-explicit}",
    "formats-file": "-f +f +fo {to} {file:bare-explicit}",
    "formats-data-set": "+f +fo -f {to} {file:bare-explicit}",
    "long-no-halt": "--no-halt {to} {file:text} {file:ct}",
    "long-titles": "--aetitle A --call B {to} {file:ct}",
    "long-timeouts": "--timeout 5 --acse-timeout 5 --dimse-timeout 5 {to} {file:ct}",
    "long-sizes": "--max-pdu 8192 --max-send-pdu 4096 {to} {file:ct}",
    # newer than DCMTK 3.6.7
    "ip-4": "-i4 {to} {file:ct}",
    "ip-4-long": "--ipv4 {to} {file:ct}",
    "ip-auto": "-i0 {to} {file:ct}",
    "ip-auto-long": "--ip-auto {to} {file:ct}",
    "ip-6": "-i6 {to} {file:ct}",
    "ip-6-long": "--ipv6 {to} {file:ct}",
    "ip-rightmost": "-i6 -i0 -i4 {to} {file:ct}",
    "ip-rightmost-6": "-i4 -i6 {to} {file:ct}",
}

ROWS: list[Row] = []
for tool in ("storescu", "dcmsend"):
    for name, line in BOTH.items():
        ROWS += rows(tool, {name: line}, unordered="{dir:" in line)

# every proposal by its long name
_LONG = {short: row[options.LONG] for short, (_, row) in options.index("storescu").items()}
ROWS += rows(
    "storescu",
    {f"long-{_LONG[short]}": f"--{_LONG[short]} {{to}} {{file:{kind}}}" for short, kind in PROPOSALS.items()},
)
# newer than DCMTK 3.6.7
ROWS += rows(
    "storescu",
    {
        f"long-propose-{name}": f"--propose-{name} {{to}} {{file:ct}}"
        for name in (
            "htj2k-lossless",
            "htj2k-rpcl",
            "htj2k",
            "jpegxl-lossless",
            "jpegxl-recompression",
            "jpegxl",
        )
    },
)

ROWS += rows(
    "storescu",
    {
        "proposals-rightmost-explicit": "-xd -xb -xi -xs -xe {to} {file:big}",
        "proposals-rightmost-deflated": "-xi -xb -xd +cl 3 {to} {file:ct}",
        "long-rename": "--no-rename --rename {to} {copy:ct} {copy:mr}",
        "long-no-rename": "--rename --no-rename {to} {copy:ct}",
        "long-config-file": "--config-file {text:plain} P {to} {file:ct}",
        "long-config-file-excluded": "--config-file {text:plain} P --propose-big {to} {file:ct}",
        "long-compression-level": "--propose-deflated --compression-level 9 {to} {file:ct}",
        "long-disable-new-vr": "--required --enable-new-vr --disable-new-vr {to} {file:values}",
        "long-enable-new-vr": "--required --disable-new-vr --enable-new-vr {to} {file:values}",
        "long-uid-padding": "--uid-padding {to} {file:spaced-all}",
        "long-empty-password": "--user u --password p --user v --empty-password --password q {to} {file:ct}",
        "long-empty-password-wins": "--user u --empty-password {to} {file:ct}",
        "long-kerberos": "--user u --kerberos {text:token} {to} {file:ct}",
        "long-user-wins": "--jwt {text:token} --saml {text:missing} --user u {to} {file:ct}",
        "long-pos-response": "--user u --pos-response {to} {file:ct}",
        "long-socket-timeout": "--socket-timeout 5 {to} {file:ct}",
        "long-disable-tls": "--disable-tls {to} {file:ct}",
        "short-disable-tls": "-tls {to} {file:ct}",
        # two options that each act on what goes out
        "old-vrs-deflated-file-to-big": "-R -u -xb {to} {file:deflated} {file:values}",
        "old-vrs-rle": "-R -u -xr {to} {file:rle} {file:values}",
        "padding-deflated": "-up -R -xd {to} {file:spaced-big} {file:spaced-implicit} {file:spaced-all}",
        "padding-big": "-up -R -xb {to} {file:spaced-implicit} {file:spaced-all}",
        "rename-deflated-repeated": "-nh -R -xd +rn {to} {copy:ct} {copy:text} {copy:rle} {copy:mr}",
        "deflated-abort": "--abort -R -xd --repeat 2 {to} {file:ct} {file:implicit}",
        "deflated-profile-level-0": "-xf {text:deflated} P +cl 0 {to} {file:ct} {file:ct}",
    },
)
ROWS += rows(
    "storescu",
    {
        "long-invent": "--invent-instance {to} {file:complete} {file:complete}",
        "long-invent-limits": "--invent-series 1 --invent-study 99 --invent-patient 99 {to} {file:complete}",
        "invent-deflated": "+II -R -xd {to} {file:complete} {file:complete-implicit} {file:complete-big}",
        "invent-deflated-repeat": "+II -nh -R -xd --repeat 2 {to} {file:complete} {file:text} {file:complete-big}",
        "invent-old-vrs-big": "+II -u -R -xb {to} {file:complete} {file:complete-implicit}",
        "invent-padding-deflated": "+II -up -R -xd {to} {file:complete} {file:complete-big}",
    },
    invented=True,
)
for goes, option in ((IMPLICIT_FIRST, "-xi"), (EXPLICIT_FIRST, "-xe"), (BIG_FIRST, "-xb")):
    ROWS += rows(
        "storescu", {f"padding{option}": f"-up -R {option} {{to}} {{file:spaced-big}} {{file:spaced-all}}"}, goes
    )

ROWS += rows(
    "dcmsend",
    {
        "long-decompress-never": "--decompress-never {to} {file:rle}",
        "long-decompress-lossless": "--decompress-lossless {to} {file:rle}",
        "decompress-never-wins": "+dls -dn {to} {file:rle}",
        "decompress-lossless-wins": "-dn +dls {to} {file:rle}",
        "long-no-illegal-proposal": "--no-illegal-proposal --no-halt {to} {file:j2k-lossless} {file:ct}",
        "long-no-uid-checks": "--no-uid-checks {to} {file:private-class}",
        "long-multi-associations": "--single-association --multi-associations {to} {many:private-130}",
        "long-single-association": "--multi-associations --single-association {to} {many:private-130}",
    },
)
