"""The re-encoding kernel at its door, given a whole data set at once or in pieces."""

from __future__ import annotations

import random
from collections.abc import Sequence

from recode.model import BIG, EXPLICIT, IMPLICIT
from recode.twin import Entry
from storejet._core import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Lexicon, Recoder
from storejet.errors import InputError

NUMBER = {IMPLICIT: IMPLICIT_LITTLE, EXPLICIT: EXPLICIT_LITTLE, BIG: EXPLICIT_BIG}


def pieces(data: bytes, chance: random.Random) -> list[bytes]:
    """The data in pieces of any size; empty ones, too."""
    most = chance.choice([1, 7, 64, 4096, 1 << 20])
    if len(data) > 2000:
        most = max(most, 4096)
    found, at = [], 0
    while at < len(data):
        size = chance.randint(0, most)
        found.append(data[at : at + size])
        at += size
    return [*found, b""] if chance.random() < 0.3 else found or [b""]


def counted(recoder: Recoder, parts: list[bytes]) -> None:
    """The bytes that the counting run makes of it, without being given what it need not see."""
    skip = 0
    for number, part in enumerate(parts):
        ends = number == len(parts) - 1
        if skip >= len(part) and not ends:
            skip -= len(part)
            continue
        skip = recoder.count(part[skip:], ends)


def kernel(
    data: bytes,
    source: str,
    target: str,
    chance: random.Random | None = None,
    old_vrs: bool = False,
    lexicon: Sequence[Entry] = (),
    sized: bool = False,
) -> bytes:
    """What the kernel makes of it: counted first, then written, each in pieces of its own. Raises InputError.

    ``sized``: it is told how long the data set is, which otherwise chance decides.
    """
    size = len(data) if sized or chance is None or chance.random() < 0.5 else None
    recoder = Recoder(NUMBER[source], NUMBER[target], old_vrs, Lexicon(lexicon) if lexicon else None, size)
    failure = None
    try:
        counted(recoder, pieces(data, chance) if chance else [data])
    except InputError as error:
        failure = error
    made = recoder.made
    recoder.rewind()
    parts = pieces(data, chance) if chance else [data]
    try:
        out = b"".join(recoder.feed(part, number == len(parts) - 1) for number, part in enumerate(parts))
    except InputError as error:
        assert (str(error), error.offset, error.tag) == (
            str(failure),
            failure and failure.offset,
            failure and failure.tag,
        )
        raise
    assert failure is None, "the run that counts fails, and the run that writes does not"
    assert recoder.taken == len(data)
    assert recoder.made == made == len(out), "the run that counts and the run that writes do not agree"
    return out
