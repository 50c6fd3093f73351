"""Fuzz the upper layer: ``python tests/fuzz/fuzz_ul.py [--seconds N] [--seed S]``; exit code 0 if nothing was found.

Answers of a peer are mutated and fed to an association in sequences. Only an event, Rejected, Aborted or ProtocolError
may come of a PDU, with printable text in one line; any other exception is printed with the bytes that cause it, and the
exit code is 1. The same seed makes the same inputs.
"""

from __future__ import annotations

import random
import struct
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parents[1] / "ul")]

from campaign import campaign  # noqa: E402
from ul_wire import EXPLICIT, IMPLICIT, accept, context, full_accept, information, request  # noqa: E402

from storejet.errors import Aborted, ProtocolError, Rejected  # noqa: E402
from storejet.ul.association import Association, Released  # noqa: E402
from storejet.ul.describe import describe_accepted  # noqa: E402
from storejet.ul.parameters import Accepted  # noqa: E402

ACCEPT = 2
SEEDS = [
    (ACCEPT, full_accept()),
    (ACCEPT, accept(context(1, 0, EXPLICIT), context(3, 0, IMPLICIT), information())),
    (ACCEPT, accept(context(1, 3), context(3, 0, IMPLICIT), information(max_length=None), application_context=None)),
    (3, bytes((0, 1, 1, 7))),
    (4, b"\x00\x00\x00\x04\x01\x03ab"),
    (5, bytes(4)),
    (6, bytes(4)),
    (7, bytes((0, 0, 2, 6))),
]
INTERESTING = [0, 1, 2, 3, 4, 5, 0x10, 0x20, 0x21, 0x30, 0x40, *range(0x50, 0x5A), 0x7F, 0x80, 0xFE, 0xFF]


def mutate(body: bytes, chance: random.Random) -> bytes:
    """One to four changes: a byte, a length, a cut, a repetition, an insertion."""
    data = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(7)
        if kind == 0 and data:
            data[at % len(data)] = chance.choice(INTERESTING)
        elif kind == 1 and data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        elif kind == 2:
            data[at : at + 2] = struct.pack(">H", chance.choice([0, 1, 2, 3, 4, 8, 64, 255, 256, 32767, 65535]))
        elif kind == 3:
            del data[at:]
        elif kind == 4:
            del data[at : at + chance.randint(1, 40)]
        elif kind == 5:
            start = chance.randrange(len(data) + 1)
            data[at:at] = data[start : start + chance.randint(1, 60)]
        else:
            data[at:at] = chance.randbytes(chance.randint(1, 12))
    return bytes(data)


def pdu(chance: random.Random) -> tuple[int, bytes]:
    """One PDU of the peer: mostly a known one, mostly damaged."""
    kind, body = chance.choice(SEEDS)
    if chance.random() < 0.05:
        kind = chance.randrange(256)
    return kind, mutate(body, chance) if chance.random() < 0.8 else body


def play(chance: random.Random, sent: list[tuple[int, bytes]]) -> None:
    """One association, from its request to its end; ``sent`` gets what the peer sends."""
    asked = request()
    association = Association(asked)
    association.request_bytes()
    try:
        for _ in range(chance.randint(1, 6)):
            if association.state == "Sta6" and chance.random() < 0.7:
                association.release_bytes()
            elif association.state in ("Sta8", "Sta9"):
                association.release_response_bytes()
            sent.append(pdu(chance) if sent or chance.random() < 0.3 else (ACCEPT, mutate(SEEDS[0][1], chance)))
            event = association.receive(*sent[-1])
            if isinstance(event, Accepted):
                lines = [*event.notes, *describe_accepted(asked, event)]
                assert all(line.isprintable() for line in lines), "a line that is not printable"
            elif isinstance(event, Released):
                return
        association.closed_by_peer()
    except ProtocolError as error:
        assert str(error).isprintable(), "a message that is not printable"
        association.abort_bytes(2, association.abort_reason)
    except (Rejected, Aborted) as error:
        assert str(error).isprintable(), "a message that is not printable"


def beginning(chance: random.Random) -> tuple[random.Random, list[tuple[int, bytes]]]:
    """The chance that an association is played by, and what will have been sent to it."""
    return chance, []


if __name__ == "__main__":
    # what was sent until it failed is shown with the seed
    raise SystemExit(campaign("Fuzz the upper layer.", "associations", beginning, lambda one: play(*one)))
