"""The lines of -v, -d and +v beside DCMTK's: scripts that look for DCMTK's tokens find them.

Both tools send the same files to SCPs with the same script. Their lines are compared in order once what names versions,
ports and sizes is taken out. A line that only one of them has must be in one of the two tables below.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from peers import found, process, script, wire
from peers.scp import ScriptedScp
from peers.script import Script

#: lines of DCMTK that we do not have: pattern, why
THEIRS = (
    (r"D: DcmDataDictionary: .*", "we have no dictionary files"),
    (r"D: Dcm(MetaInfo|Dataset|Item|Element)\b.*", "steps inside DCMTK's reader"),
    (r"D: setting network (send|receive) timeout.*", "steps inside DCMTK's network layer"),
    (r"D: DULFSM: .*", "a setting of DCMTK's own"),
    (
        r"D: (Constructing Associate RQ PDU|PDU Type: .*|Only dumping 512 bytes\.|Parsing an A-ASSOCIATE PDU)",
        "a hex dump",
    ),
    (r"D: (  [0-9a-f]{2})+", "a hex dump of the A-ASSOCIATE-AC"),
    (r"D: Transport connection: TCP/IP, unencrypted\.", "said of TLS alone"),
    (r"D: Configured a total of \d+ presentation contexts for SCU", "the contexts are shown one by one"),
    (r"D: (preparing|added new|same SOP Class UID) .*presentation context.*", "the contexts are shown one by one"),
    (r"D: (getting|trying to get) SOP Class UID, SOP Instance UID.*", "steps inside DCMTK's reader"),
    (r"D: checking whether SOP Class UID and SOP Instance UID.*", "a difference is said, agreement is not"),
    (r"D: multiple associations allowed .*", "it is the default"),
    (r"D: Cleaning up internal association and network structures", "there is nothing to clean up"),
    (r"D: also propose the three uncompressed transfer syntaxes.*", "the contexts are shown one by one"),
    (r"E: No presentation context found for sending C-STORE.*", "an error names the file"),
    (r".:   Password: \[.*\]", "no log holds a password"),
    (r".:   Username: \[.*\]", "no log holds who the user is"),
    (r"W: cannot access file: [^:]*, ignoring file", "the reason is said"),
    (r"E: cannot add DICOM file to the transfer list: .*", "the reason is said"),
    (r"W: bad DICOM file: .*, ignoring file", "an error is one line"),
    (r"F: (Association Rejected:|Result: .*|Reason: .*)", "an error is one line"),
)

#: lines of ours that DCMTK does not have
OURS = (
    (r"E: Store Failed, file: .*", "a failing status is said at every level; an error is one line"),
    (r".:   Password \(not dumped\) length: \d+", "no log holds a password"),
    (r".:   Username \(not dumped\) length: \d+", "no log holds who the user is"),
    (r"D: Sent in \d+ P-DATA-TF PDUs?: .*", "PDUs are told, in the place of their hex dumps"),
    (r"D: Max PDU sizes: .*", "how the size of our PDUs comes about"),
    (r"W: cannot access file: .*: .*, ignoring file; try: .*", "the reason is said"),
    (r"E: cannot add DICOM file to the transfer list: .*, ignoring file; try: .*", "the reason is said"),
    (r"F: Association Rejected: Result: .*, Source: .*, Reason: .*; try: .*", "an error is one line"),
    (r"W: \d+ further files? (was|were) not sent", "files that were not attempted are counted"),
)

CT, RLE = "CT_small.dcm", "MR_small_RLE.dcm"
DETAILS = {0x0901: b"\x10\x00\x20\x00", 0x0902: b"out of disk ", 0x0903: b"\x05\x00"}

#: name → tools, options, files, script
SCENES: dict[str, tuple[str, str, tuple[str, ...], Script]] = {
    "one": ("storescu dcmsend", "", (CT,), Script()),
    "two": ("storescu dcmsend", "", (CT, "MR_small.dcm"), Script()),
    "compressed": ("dcmsend", "", (RLE,), Script()),
    "repeat": ("storescu", "--repeat 3", (CT,), Script()),
    "abort": ("storescu", "--abort", (CT,), Script()),
    "required": ("storescu", "-R", (CT,), Script()),
    "warning": ("storescu dcmsend", "", (CT,), Script(status=script.statuses(0xB000))),
    "refused": ("storescu dcmsend", "", (CT, CT), Script(status=script.statuses(0xA700))),
    "details": (
        "storescu dcmsend",
        "-nh",
        (CT,),
        Script(status=script.statuses(0xC123), edit=lambda command: {**command, **DETAILS}),
    ),
    "pending": ("storescu dcmsend", "", (CT,), Script(status=script.statuses(0xFF00))),
    "without-uids": ("storescu dcmsend", "", (CT,), Script(edit=script.changed(e0002=None, e1000=None))),
    "refused-class": ("dcmsend", "-nh", (CT, "MR_small.dcm"), Script(script.refuse("1.2.840.10008.5.1.4.1.1.4"))),
    "rejected": ("storescu", "", (CT,), Script(on_associate=script.reject(1, 1, 7))),
    "converted": ("storescu dcmsend", "", (CT,), Script(script.prefer(wire.IMPLICIT))),
    "to-big-endian": ("storescu", "-xb", (CT,), Script(script.prefer(wire.BIG_ENDIAN, wire.EXPLICIT))),
    "inflated": ("storescu", "-xe", ("image_dfl.dcm",), Script(script.prefer(wire.EXPLICIT))),
    "deflated": ("storescu", "-xd", (CT,), Script()),
    "user": ("storescu", "-usr me -pwd secret", (CT,), Script()),
    "token": ("storescu", "--jwt /etc/hostname", (CT,), Script()),
    "without-files": ("storescu dcmsend", "-nh", (CT, "MISSING"), Script()),
    "small-pdus": ("storescu dcmsend", "", (CT,), Script(max_length=4096)),
}
LEVELS = ("-v", "-d", "-v +v", "-d +v")


def told(program: Path, level: str, scene: str, sample: Callable[[str], Path]) -> tuple[list[str], str]:
    """(the lines of stderr, stdout)."""
    _, options, files, conduct = SCENES[scene]
    with ScriptedScp(conduct) as scp:
        line = [
            *level.split(),
            *options.split(),
            "127.0.0.1",
            str(scp.port),
            *[file if file == "MISSING" else str(sample(file)) for file in files],
        ]
        done = process.run(program, line, env={"TCP_NODELAY": "1"})
    return done.err.splitlines(), done.out


def same_words(line: str) -> str:
    """The line without what names a version or a size of our own."""
    line = re.sub(r"^D: \$\w+: (\w+) v.* \$$", r"D: $: \1", line)
    line = re.sub(r"^(.: (?:Our|Their) Implementation (?:Class UID|Version Name):).*", r"\1", line)
    return re.sub(r"Max Send PDV: \d+", "Max Send PDV: N", line)


def without(lines: list[str], table: tuple[tuple[str, str], ...]) -> list[str]:
    patterns = [re.compile(pattern) for pattern, _ in table]
    # empty lines stand behind DCMTK's dumps, which we do not have
    told = [line for line in lines if line != "D: "]
    return [same_words(line) for line in told if not any(pattern.fullmatch(line) for pattern in patterns)]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("tool", "scene"), [(tool, scene) for scene, (tools, *_) in SCENES.items() for tool in tools.split()]
)
def test_the_same_lines_as_dcmtk(tool: str, scene: str, level: str, sample: Callable[[str], Path]) -> None:
    theirs, their_out = told(found.dcmtk(tool), level, scene, sample)
    ours, our_out = told(found.ours(tool), level, scene, sample)
    assert without(ours, OURS) == without(theirs, THEIRS)
    # the peer's maximum length leaves us six more bytes a PDU (see differences.md), which makes no PDU less here
    assert our_out == their_out


def test_every_listed_difference_is_one(sample: Callable[[str], Path]) -> None:
    """A pattern that matches nothing any more is to be taken out."""
    lines: dict[str, list[str]] = {"theirs": [], "ours": []}
    for scene, level in [
        (scene, "-d")
        for scene in ("two", "refused", "refused-class", "rejected", "compressed", "user", "without-files")
    ]:
        for tool in SCENES[scene][0].split():
            lines["theirs"] += told(found.dcmtk(tool), level, scene, sample)[0]
            lines["ours"] += told(found.ours(tool), level, scene, sample)[0]
    for which, table in (("theirs", THEIRS), ("ours", OURS)):
        unused = [pattern for pattern, _ in table if not any(re.fullmatch(pattern, line) for line in lines[which])]
        assert unused == [], which


@pytest.mark.parametrize(
    ("maximum", "length", "dots"), [(4096, 38_870, 10), (16384, 38_870, 3), (0, 38_870, 1), (65536, 38_870, 1)]
)
def test_a_dot_for_each_pdu(
    storescu: Path, sample: Callable[[str], Path], maximum: int, length: int, dots: int
) -> None:
    with ScriptedScp(Script(max_length=maximum)) as scp:
        done = process.run(storescu, ["-v", "127.0.0.1", str(scp.port), str(sample(CT))])
    assert len(scp.stores[0].data) == length
    assert done.out == f"XMIT: {'.' * dots}\n"


@pytest.mark.parametrize("level", ["", "-q", "-d", "-ll trace", "-ll warn"])
def test_no_dots_at_other_levels(storescu: Path, sample: Callable[[str], Path], level: str) -> None:
    with ScriptedScp() as scp:
        done = process.run(storescu, [*level.split(), "127.0.0.1", str(scp.port), str(sample(CT))])
    assert (done.code, done.out) == (0, "")


def test_a_dot_pattern_for_each_object(storescu: Path, sample: Callable[[str], Path]) -> None:
    with ScriptedScp() as scp:
        done = process.run(storescu, ["-v", "--repeat", "2", "127.0.0.1", str(scp.port), str(sample(CT))])
    assert done.out == "XMIT: ...\nXMIT: ...\n"


def test_the_peer_cannot_forge_lines(storescu: Path, sample: Callable[[str], Path]) -> None:
    def edit(command: wire.CommandSet) -> wire.CommandSet:
        return {**command, 0x1000: b"1.2\nF: forged\x1b[2J ", 0x0902: b"a\nF: forged "}

    with ScriptedScp(Script(status=script.statuses(0xC000), edit=edit)) as scp:
        done = process.run(storescu, ["-d", "127.0.0.1", str(scp.port), str(sample(CT))])
    assert not [line for line in done.lines if line.startswith("F:")]
    assert "D: Affected SOP Instance UID     : 1.2\\nF: forged\\x1b[2J" in done.lines
    assert "\x1b" not in done.err
