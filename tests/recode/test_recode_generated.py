"""Generated data sets through the re-encoding kernel: byte for byte what its twin makes, and back again."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recode.data_sets import directions, lexicons, trees
from recode.kernel import kernel
from recode.model import BIG, ENCODINGS, EXPLICIT, IMPLICIT, Element, encode
from recode.twin import Entry, recode

#: examples of one test; all of this file together take about half a minute
slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
few, many = (settings(max_examples=count, deadline=None, suppress_health_check=slow) for count in (150, 500))

chances = st.integers(0, 1 << 30).map(random.Random)


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
    # an item that held nothing but its group length is empty only the second time
    once = kernel(once, source, source, chance)
    assert kernel(kernel(once, source, target, chance), target, source, chance) == once
