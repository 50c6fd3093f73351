"""Fuzz the dictionary parser.

``python tests/fuzz/fuzz_dictionary.py [--seconds N] [--seed S]``; exit code 0 if nothing was found. Lines of a
dictionary are mutated and mixed. Only entries within their bounds or a UsageError in one printable line may come of any
text; anything else is printed with its cause, and the exit code is 1. The same seed makes the same inputs.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from campaign import campaign

from storejet.errors import UsageError
from storejet.plan.dictionary import merged, parse

SEEDS = [
    b"(0008,0060)\tCS\tModality\t1\tDICOM\n",
    b"(6000-60FF,3000)\tox\tOverlayData\t1\tDICOM\n",
    b"(0009-o-FFFF,0010-u-00FF)\tLO\tPrivateCreator\t1\tPRIVATE\r\n",
    b'(0009,"CARDIO-D.R. 1.0",01)\tUL\tFileSize\t1-n\tPrivateTag\n',
    b'(0025-o-ffff,"CMR42 (X)",1010-u-10ff)\tPixelSQ\tWorkspace ID\t2-2n\tPrivateTag\n',
    b'( 0029 , "A B" , 10 )  SV  Name 1\n',
    b"(FFFE,E000)\tna\tItem\n",
    b"  # a comment\n",
    b"\n",
]
PIECES = [
    b"(",
    b")",
    b",",
    b'"',
    b"-",
    b"-o-",
    b"-u-",
    b"\t",
    b" ",
    b"\r",
    b"\n",
    b"#",
    b"0",
    b"f",
    b"ffff",
    b"\0",
    b"_",
]


def text_of(chance: random.Random) -> bytes:
    data = bytearray(b"".join(chance.choice(SEEDS) for _ in range(chance.randint(1, 4))))
    for _ in range(chance.choice([0, 1, 1, 2, 3, 8])):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            data[at:at] = chance.choice(PIECES)
        elif kind == 1:
            data[at : at + chance.randint(1, 12)] = b""
        elif kind == 2:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 3:
            data[at : at + 1] = chance.choice(PIECES)
        elif kind == 4:
            start = chance.randrange(len(data) + 1)
            data[at:at] = data[start : start + chance.randint(1, 30)]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 6))
    return bytes(data)


def check(data: bytes) -> None:
    """The promise of the parser, for one text."""
    try:
        entries = parse(data.decode("latin-1"), "fuzz.dic")
    except UsageError as error:
        assert str(error).isprintable(), "a message that is not printable"
        assert str(error).startswith("data dictionary fuzz.dic, line "), "a message without its place"
        return
    assert len(entries) <= data.count(b"\n") + 1
    for first, last, group_parity, low, high, parity, vr, creator in entries:
        assert 0 <= first <= last <= 0xFFFF and 0 <= low <= high <= (0xFF if creator else 0xFFFF)
        assert {group_parity, parity} <= {0, 1, 2} and len(vr) == 2 and vr.isalpha()
        assert creator == creator.strip(b" ") and not any(byte < 32 for byte in creator)
    assert len(merged([entries, entries])) >= min(1, len(entries))


if __name__ == "__main__":
    raise SystemExit(campaign("Fuzz the dictionary parser.", "dictionaries", text_of, check))
