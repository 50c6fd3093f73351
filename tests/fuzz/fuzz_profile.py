"""Fuzz the negotiation files: ``python tests/fuzz/fuzz_profile.py [--seconds N] [--seed S]``; exit code 0 if nothing
was found.

Any text either is a file of profiles, and then each of them gives a proposal that an A-ASSOCIATE-RQ can hold, or raises
UsageError with one printable line; any other exception is printed with the text, and the exit code is 1. The same seed
makes the same texts.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parents[1])]

from campaign import campaign  # noqa: E402
from compat.texts import PROFILES  # noqa: E402

from storejet.errors import UsageError  # noqa: E402
from storejet.plan.profile import Profiles  # noqa: E402
from storejet.ul.parameters import (  # noqa: E402
    AssociateRequest,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
)
from storejet.ul.pdu import encode_associate_rq  # noqa: E402

SEEDS = list(PROFILES.values())
#: what a mutation puts in: the marks of the grammar, its words, and what is no text at all
PIECES = [
    *"[]=\\# \t\r\n\0\v\f0123456789.aF-_:",
    "[[", "]]", "\r\n", "\n ", "\n#", "[[TransferSyntaxes]]", "[[PresentationContexts]]", "[[SCPSCURoleSelection]]",
    "[[ExtendedNegotiation]]", "[[Profiles]]", "[TS]", "[PC]", "[R]", "[E]", "[P]", "TransferSyntax2 = ",
    "PresentationContext2 = ", "Role1 = ", "ExtendedNegotiation1 = ", "SCPSCURoleSelection = R",
    "CTImageStorage\\TS", "MRImageStorage\\BOTH", "LocalEndianExplicit", "1.2.840.10008.1.2", "1.2..3", "2.25.1" * 12,
    "\udcff", "\u2028", "\u00e4", "\u0131", "\U0001f4a9", "\x1b[2J", "\u0660",
]  # fmt: skip


def mutate(text: str, chance: random.Random) -> str:
    """One to five changes, mostly few: a piece put in, a part cut out, repeated, or taken from another seed."""
    for _ in range(chance.choice([1, 1, 1, 2, 3, 5])):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 30) :]
        elif kind == 2:
            part = text[at : at + chance.randint(1, 80)] * chance.choice([1, 1, 2, 200])
            to = chance.randrange(len(text) + 1)
            text = text[:to] + part + text[to:]
        elif kind == 3:
            other = chance.choice(SEEDS)
            start = chance.randrange(len(other) + 1)
            text = text[:at] + other[start : start + chance.randint(1, 200)] + text[at:]
        else:
            text = text[:at] + chance.choice(PIECES) + text[at + 1 :]
    return text


def check(text: str) -> bool:
    """Whether the text is a file of profiles; what they propose must make requests."""
    try:
        profiles = Profiles(text, "file")
    except UsageError as error:
        assert str(error).startswith("reading config file: "), "a message without its beginning"
        assert no_line_end(str(error)), "a message on more than one line"
        return False
    assert all(no_line_end(note) for note in profiles.notes), "a note on more than one line"
    for name in ("P", "u", "", *profiles.names):
        try:
            proposal = profiles.proposal(name)
        except UsageError as error:
            assert error.code in ("0006:0426", "0006:042b"), "an error without its code"
            assert no_line_end(str(error)), "a message on more than one line"
            continue
        assert 1 <= len(proposal.contexts) <= 128, "no contexts, or too many"
        assert len({sop_class for sop_class, _, _ in proposal.roles}) == len(proposal.roles), "a role twice"
        try:
            encode_associate_rq(
                AssociateRequest(
                    "A",
                    "B",
                    tuple(ProposedContext(*context) for context in proposal.contexts),
                    role_selections=tuple(RoleSelection(*role) for role in proposal.roles),
                    extended_negotiations=tuple(ExtendedNegotiation(*one) for one in proposal.extended),
                )
            )
        except UsageError as error:
            assert error.code == "0006:0103", "a request that cannot be made"
    return True


def no_line_end(text: str) -> bool:
    """Whether the text stays on one line of a log; the bytes of a file, as surrogates, are let through."""
    return all(c.isprintable() or "\ud800" <= c <= "\udfff" for c in text)


if __name__ == "__main__":
    raise SystemExit(
        campaign("Fuzz the negotiation files.", "files", lambda chance: mutate(chance.choice(SEEDS), chance), check)
    )
