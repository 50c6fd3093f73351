"""Dictionary files: what a line means, and that DCMTK's dcmdump takes it for the same."""

import os
import random
import re
import struct
import subprocess
import time
from pathlib import Path

import pytest
from peers import found

from storejet.errors import UsageError
from storejet.plan.dictionary import ANY, EVEN, ODD, merged, parse

Entry = tuple[int, int, int, int, int, int, str, bytes]

#: a line → its entry
LINES: list[tuple[str, Entry]] = [
    ('(0009,"ACME 1.0",01)\tST\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\tST\tFoo\t1', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\tST\tFoo', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    ('  (0009,"ACME 1.0",01)\tST\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    ('( 0009 , "ACME 1.0" , 01 )\t ST \tFoo\t1\tPriv\r', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    ('(0009,"ACME 1.0",1001)\tUL\tFoo bar (baz)\t1-2n\tPriv', (9, 9, ANY, 1, 1, ANY, "UL", b"ACME 1.0")),
    ('(0009,"ACME 1.0",1001-u-10ff)\tUL\tFoo\t3-1\tPriv', (9, 9, ANY, 1, 0xFF, ANY, "UL", b"ACME 1.0")),
    ('(0009-o-ffff,"ACME 1.0",01)\tLT\tFoo\tn\tPriv', (9, 0xFFFF, ODD, 1, 1, ANY, "LT", b"ACME 1.0")),
    ('(0009-O-FFFF,"ACME 1.0",01)\tLT\tFoo\t1\tPriv', (9, 0xFFFF, ODD, 1, 1, ANY, "LT", b"ACME 1.0")),
    ('(0009-o-ffff,"ACME 1.0",01-o-ff)\tUT\tFoo\t1\tPriv', (9, 0xFFFF, ODD, 1, 0xFF, ODD, "UT", b"ACME 1.0")),
    ('(0009-o-ffff,"ACME 1.0",01-ff)\tUT\tFoo\t1\tPriv', (9, 0xFFFF, ODD, 1, 0xFF, EVEN, "UT", b"ACME 1.0")),
    ('(0009-ffff,"ACME 1.0",01-ff)\tUT\tFoo\t1\tPriv', (9, 0xFFFF, EVEN, 1, 0xFF, EVEN, "UT", b"ACME 1.0")),
    ("(0011,1001)\tST\tFoo\t1\tPriv", (0x11, 0x11, ANY, 0x1001, 0x1001, ANY, "ST", b"")),
    ("(11,1001)\tST\tFoo\t1\tPriv", (0x11, 0x11, ANY, 0x1001, 0x1001, ANY, "ST", b"")),
    ("(6001,0010)\tUS\tFoo\t1\tPriv", (0x6001, 0x6001, ANY, 0x10, 0x10, ANY, "US", b"")),
    ("(6000-60FF,0010)\tUS\tFoo\t1\tPriv", (0x6000, 0x60FF, EVEN, 0x10, 0x10, ANY, "US", b"")),
    ("(6000-E-60FF,0010)\tUS\tFoo\t1\tPriv", (0x6000, 0x60FF, EVEN, 0x10, 0x10, ANY, "US", b"")),
    ("(6000 - u - 60ff,0010)\tUS\tFoo\t1\tPriv", (0x6000, 0x60FF, ANY, 0x10, 0x10, ANY, "US", b"")),
    ("(6000-U-60ff,0010-u-0011)\tUS\tFoo\t1\tPriv", (0x6000, 0x60FF, ANY, 0x10, 0x11, ANY, "US", b"")),
    ('(0009,"ACME 1.0",01)\txs\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "xs", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\tlt\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "lt", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\tox\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "ox", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\tUN\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "UN", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\t??\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "UN", b"ACME 1.0")),
    ('(0009,"ACME 1.0",01)\tPixelSQ\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "UN", b"ACME 1.0")),
]

#: lines that DCMTK does not take, and we do
LENIENT: list[tuple[str, Entry]] = [
    ('(0009,"ACME (1.0)",01) ST Foo 1 Priv', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME (1.0)")),
    ("(0009,1001)   ST  Foo", (9, 9, ANY, 0x1001, 0x1001, ANY, "ST", b"")),
    ('\t(0009,"ACME 1.0",01)\t\tST\tFoo\t1\tPriv', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    # DCMTK takes it, but a creator with a blank behind it never matches
    ('(0009,"ACME 1.0 ",01)\tST\tFoo', (9, 9, ANY, 1, 1, ANY, "ST", b"ACME 1.0")),
    ("(0011-o-0011,1001)\tST\tFoo", (0x11, 0x11, ANY, 0x1001, 0x1001, ANY, "ST", b"")),
    # codes that DCMTK shows, or writes, as others
    ("(0004,1200)\tup\tFoo", (4, 4, ANY, 0x1200, 0x1200, ANY, "UL", b"")),
    ("(7fe0,0010)\tpx\tFoo", (0x7FE0, 0x7FE0, ANY, 0x10, 0x10, ANY, "ox", b"")),
]

#: a line → what the message says; both tools refuse these
REFUSED = [
    ("nonsense", "1 fields where"),
    ("(0009,1001)\tST", "2 fields where"),
    ("(0009,1001)\tST\tFoo\t1\tPriv\tmore", "6 fields where"),
    ("0009,1001\tST\tFoo\t1\tPriv", "0009,1001 is not a tag in brackets"),
    ("(0009,1001)z\tST\tFoo\t1\tPriv", "(0009,1001)z is not a tag in brackets"),
    ("(0009)\tST\tFoo\t1\tPriv", "no group and element with a comma"),
    ('(0009,"ACME 1.0" 01)\tST\tFoo\t1\tPriv', "no group and element with a comma"),
    ('(0009,"ACME 1.0")\tST\tFoo\t1\tPriv', "no group and element with a comma"),
    ('(0009,"ACME 1.0,01)\tST\tFoo\t1\tPriv', "no private creator in quotes"),
    ("(,1001)\tST\tFoo\t1\tPriv", "nothing is not a hexadecimal number"),
    ("(0009,xx01)\tST\tFoo\t1\tPriv", "xx01 is not a hexadecimal number"),
    ('(0009-x-FFFF,"ACME 1.0",01)\tST\tFoo\t1\tPriv', "0009-x-FFFF is not a range"),
    ("(0009,1001)\tST\tFoo\tx\tPriv", "x is not a value multiplicity"),
    ("(0009,1001)\tST\tFoo\t1-\tPriv", "1- is not a value multiplicity"),
    ("(0009,1001)\tXS\tFoo\t1\tPriv", "XS is not a VR"),
]

#: lines that DCMTK takes for something else than what they say, or for nothing
REFUSED_BY_US = [
    ("(0011-e-0011,1001)\tST\tFoo", "0011-e-0011 holds no number"),
    ("(ffff-o-0009,1001)\tST\tFoo", "ffff-o-0009 ends before it begins"),
    ("(10009,1001)\tST\tFoo", "10009 is not a hexadecimal number"),
    ("(0x09,1001)\tST\tFoo", "0x09 is not a hexadecimal number"),
    ("(-009,1001)\tST\tFoo", "-009 is not a hexadecimal number"),
    ("(+009,1001)\tST\tFoo", "+009 is not a hexadecimal number"),
    ("(0_09,1001)\tST\tFoo", "0_09 is not a hexadecimal number"),
    ("(000\xb2,1001)\tST\tFoo", "000\xb2 is not a hexadecimal number"),
    ("(0009,01xx)\tST\tFoo", "01xx is not a hexadecimal number"),
    ("(0009,1001,3)\tST\tFoo", "1001,3 is not a hexadecimal number"),
    ('(0009,"",01)\tST\tFoo', "no private creator in quotes"),
    ('(0009,"A\x1b[2J",01)\tST\tFoo', "no private creator in quotes"),
    ('(0009,"ACME 1.0",0001-u-1001)\tST\tFoo', "spans more than one block"),
    ("(0009,1001)\tst\tFoo", "st is not a VR"),
    ("(0009,1001)\tSTx\tFoo", "STx is not a VR"),
]


def dcmdump(folder: Path, line: str) -> tuple[dict[int, str], str]:
    """What dcmdump makes of some elements with this dictionary: tag → VR where the name is Foo…, and its messages."""
    dictionary, data_set = folder / "d.dic", folder / "x.dcm"
    dictionary.write_bytes(f"(0009-o-FFFF,0010-u-00FF)\tLO\tPrivateCreator\n{line}\n".encode("latin-1"))
    elements = [(0x90010, b"ACME 1.0"), (0x91001, b"abcd"), (0x91002, b"abcd"), (0x910FF, b"abcd"), (0x111001, b"ab")]
    elements += [(0x60000010, b"ab"), (0x60000011, b"ab"), (0x60010010, b"ab"), (0x60010011, b"ab")]
    data_set.write_bytes(b"".join(struct.pack("<HHL", t >> 16, t & 0xFFFF, len(v)) + v for t, v in elements))
    done = subprocess.run(
        [found.dcmtk("dcmdump"), "-f", "-ti", data_set],
        env={**os.environ, "DCMDICTPATH": str(dictionary)},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    lines = re.findall(r"^\((....),(....)\) (..) .* Foo", done.stdout, re.MULTILINE)
    return {int(group + element, 16): vr for group, element, vr in lines}, done.stderr


def matches(entry: Entry, tag: int) -> bool:
    group, element = tag >> 16, tag & (0xFF if entry[7] else 0xFFFF)
    parities = (entry[2] in (ANY, group % 2), entry[5] in (ANY, element % 2))
    return entry[0] <= group <= entry[1] and entry[3] <= element <= entry[4] and all(parities)


@pytest.mark.parametrize(("line", "entry"), LINES + LENIENT)
def test_a_line_is_an_entry(line: str, entry: Entry) -> None:
    assert parse(line, "d.dic") == [entry]
    assert parse(f"# comment\n\n \t \r\n  # another\n{line}\n", "d.dic") == [entry]


@pytest.mark.parametrize(("line", "entry"), LINES)
def test_dcmtk_takes_a_line_for_the_same(line: str, entry: Entry, tmp_path: Path) -> None:
    tags = [0x91001, 0x91002, 0x910FF, 0x111001, 0x60000010, 0x60000011, 0x60010010, 0x60010011]
    shown, messages = dcmdump(tmp_path, line)
    # only group 9 has a private creator
    expected = {tag: entry[6] for tag in tags if matches(entry, tag) and (tag >> 16 == 9) >= bool(entry[7])}
    assert {tag: "UN" if vr == "??" else vr for tag, vr in shown.items()} == expected, messages
    assert "E:" not in messages


@pytest.mark.parametrize(("line", "says"), REFUSED + REFUSED_BY_US)
def test_a_malformed_line_is_named(line: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse(f"(0008,0060)\tCS\tModality\n{line}\n(0008,0060)\tCS\tModality", "my\n.dic")
    assert str(error.value).startswith("data dictionary my\\n.dic, line 2: ")
    assert says in str(error.value)
    assert str(error.value).isprintable()
    assert error.value.quietable


@pytest.mark.parametrize(("line", "says"), REFUSED)
def test_dcmtk_refuses_it_too(line: str, says: str, tmp_path: Path) -> None:
    assert re.search(r"E: .* \(line 2\)", dcmdump(tmp_path, line)[1]), says


def test_delimiters_are_no_elements() -> None:
    assert parse("(FFFE,E000)\tna\tItem\t1\tDICOM\n(FFFE,E00D)\tna\tItemDelimitationItem", "d.dic") == []


def test_the_narrower_entry_counts_and_then_the_later() -> None:
    first = parse(
        "(0021,1001)\tUS\tA\n(0021-o-00ff,1000-u-1fff)\tUN\tWide\n(0021,1000-u-10ff)\tLO\tNarrow\n"
        '(0021,"A",01)\tUS\tA\n(0021,"B",00-u-0f)\tUS\tA',
        "a.dic",
    )
    second = parse("(0021,1001)\tUL\tA\n(0021-o-00ff,1000-u-1fff)\tLT\tWide\n", "b.dic")
    together = merged([first, second])

    def vr(tag: int, creator: bytes = b"") -> str:
        return [entry[6] for entry in together if entry[7] == creator and matches(entry, tag)][-1]

    assert vr(0x211001) == "UL"
    assert vr(0x211002) == "LO"
    assert vr(0x211102) == "LT"
    assert vr(0x231001) == "LT"
    assert vr(0x211001, b"A") == "US"
    assert len([entry for entry in together if entry[1] == 0xFF]) == 1


def test_dcmtks_own_files() -> None:
    files = sorted(Path("/usr/share").glob("libdcmtk*/*.dic"))
    if not files:
        found.missing("DCMTK's dictionaries are not installed (Debian package libdcmtk17)")
    for path in files:
        text = path.read_text("latin-1")
        lines = [line for line in text.splitlines() if line.strip() and line[0] != "#" and "\tna\t" not in line]
        start = time.process_time()
        entries = parse(text, path.name)
        took = time.process_time() - start
        assert len(entries) == len(lines) > 100
        assert took < 0.15, "meant to be well below 0.03 s on a machine that is not busy"
        names = {line.split("\t")[0].partition('"')[2].partition('"')[0].strip().encode() for line in lines}
        assert {entry[7] for entry in entries} == names


def test_any_bytes_parse_or_are_refused() -> None:
    chance = random.Random(3)
    pieces = [
        "(0009",
        ",",
        '"ACME"',
        "01",
        ")",
        "\t",
        " ",
        "ST",
        "Foo",
        "1",
        "-",
        "o",
        "u",
        "\n",
        "#",
        "\xb2",
        "\0",
        "n",
    ]
    for _ in range(3000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randint(0, 14)))
        try:
            for entry in parse(text, "d.dic"):
                assert 0 <= entry[0] <= entry[1] <= 0xFFFF
        except UsageError as error:
            assert str(error).isprintable()
