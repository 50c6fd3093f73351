"""Generated data sets through the re-encoding kernel: byte for byte what its twin makes, and back again."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recode.data_sets import directions, lexicons, trees
from recode.model import BIG, ENCODINGS, EXPLICIT, IMPLICIT, Element, encode
from recode.twin import Entry, recode
from storejet._core import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Lexicon, Recoder

NUMBER = {IMPLICIT: IMPLICIT_LITTLE, EXPLICIT: EXPLICIT_LITTLE, BIG: EXPLICIT_BIG}

#: examples of one test; all of this file together take about half a minute
slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
few, many = (settings(max_examples=count, deadline=None, suppress_health_check=slow) for count in (150, 500))

chances = st.integers(0, 1 << 30).map(random.Random)


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


def counted(recoder: Recoder, data: bytes, chance: random.Random) -> int:
    """The bytes that the counting run makes of it, given in pieces, without what need not be given."""
    parts = pieces(data, chance)
    skip = 0
    for number, part in enumerate(parts):
        ends = number == len(parts) - 1
        if skip >= len(part) and not ends:
            skip -= len(part)
            continue
        skip = recoder.count(part[skip:], ends)
    made: int = recoder.made
    return made


def kernel(
    data: bytes,
    source: str,
    target: str,
    chance: random.Random,
    old_vrs: bool = False,
    lexicon: Sequence[Entry] = (),
) -> bytes:
    """What the kernel makes of it: counted first, then written, each in pieces of its own."""
    size = len(data) if chance.random() < 0.5 else None
    recoder = Recoder(NUMBER[source], NUMBER[target], old_vrs, Lexicon(lexicon) if lexicon else None, size)
    made = counted(recoder, data, chance)
    recoder.rewind()
    parts = pieces(data, chance)
    out = b"".join(recoder.feed(part, number == len(parts) - 1) for number, part in enumerate(parts))
    assert recoder.taken == len(data)
    assert recoder.made == made == len(out), "the run that counts and the run that writes do not agree"
    return out


@many
@given(trees(), directions, st.booleans(), chances)
def test_the_kernel_does_what_its_twin_does(
    tree: tuple[Element, ...], way: tuple[str, str], old_vrs: bool, chance: random.Random
) -> None:
    data = encode(tree, way[0])
    assert kernel(data, *way, chance, old_vrs) == recode(data, *way, old_vrs)


@few
@given(trees(crooked=True), directions, chances)
def test_values_that_are_none_of_their_vr(
    tree: tuple[Element, ...], way: tuple[str, str], chance: random.Random
) -> None:
    data = encode(tree, way[0])
    assert kernel(data, *way, chance) == recode(data, *way)


@few
@given(trees(), directions, lexicons, chances)
def test_a_dictionary_of_the_users(
    tree: tuple[Element, ...], way: tuple[str, str], lexicon: list[Entry], chance: random.Random
) -> None:
    data = encode(tree, way[0])
    assert kernel(data, *way, chance, lexicon=lexicon) == recode(data, *way, lexicon=lexicon)


@many
@given(trees(), st.permutations(ENCODINGS), chances)
def test_any_way_around_comes_back(tree: tuple[Element, ...], route: list[str], chance: random.Random) -> None:
    """Once its lengths are ours and its VRs went through implicit VR, a data set is the same after any way round."""
    data = kernel(encode(tree, route[0]), route[0], IMPLICIT, chance)
    data = kernel(data, IMPLICIT, route[0], chance)
    once = data
    for source, target in zip(route, [*route[1:], route[0]], strict=True):
        data = kernel(data, source, target, chance)
    assert data == once


@few
@given(trees(), st.sampled_from([EXPLICIT, BIG]), chances)
def test_between_explicit_encodings_no_vr_is_lost(
    tree: tuple[Element, ...], source: str, chance: random.Random
) -> None:
    target = BIG if source == EXPLICIT else EXPLICIT
    once = kernel(encode(tree, source), source, source, chance)
    assert kernel(kernel(once, source, target, chance), target, source, chance) == once
