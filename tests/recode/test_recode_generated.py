"""Generated data sets through the re-encoding kernel: byte for byte what its twin makes, and back again."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from recode.data_sets import directions, lexicons, trees
from recode.kernel import kernel
from recode.model import BIG, ENCODINGS, EXPLICIT, IMPLICIT, Element, Item, encode, even
from recode.readers import against_dcmtk, by_pydicom, dcmconv, differences
from recode.twin import Entry, recode
from storejet.errors import InputError

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


def unknown_sequences(elements: tuple[Element, ...]) -> bool:
    """Whether there is a UN of undefined length."""
    nested = [element for element in elements if isinstance(element.value, tuple)]
    return any(
        element.vr == "UN" or any(unknown_sequences(item.elements) for item in element.value if isinstance(item, Item))
        for element in nested
    )


def with_sign(elements: tuple[Element, ...]) -> tuple[Element, ...]:
    """With a Pixel Representation in each data set: pydicom gives up where a VR depends on one that is not there."""
    said = {0x00280103: Element(0x00280103, "US", b"\0\0")}
    for element in elements:
        value = element.value
        if isinstance(value, tuple):
            value = tuple(Item(with_sign(item.elements), item.undefined) for item in value)
        said[element.tag] = Element(element.tag, element.vr, value, element.undefined)
    return tuple(said[tag] for tag in sorted(said))


@few
@given(trees(), directions)
def test_pydicom_reads_the_same_data_set(tree: tuple[Element, ...], way: tuple[str, str]) -> None:
    # pydicom takes the items of an unknown sequence for big endian there (PS3.5 6.2.2 note 2 says little)
    assume(BIG not in way or not unknown_sequences(tree))
    # a value of odd length has no pad yet that could be compared
    data = encode(even(with_sign(tree)), way[0])
    read = by_pydicom(kernel(data, *way), way[1])
    assert differences(by_pydicom(data, way[0]), read, vrs=way[1] != IMPLICIT) == []


@settings(few, max_examples=40)
@given(trees(), directions)
def test_dcmtk_makes_the_same_of_it(
    tmp_path_factory: pytest.TempPathFactory, tree: tuple[Element, ...], way: tuple[str, str]
) -> None:
    # which VR an element of implicit VR gets is for pydicom to judge: DCMTK looks at Pixel Representation only where it
    # stands before, and at the bits of a waveform for curves, too
    assume((way[0] != IMPLICIT or way[1] == IMPLICIT) and not unknown_sequences(tree))
    folder = tmp_path_factory.mktemp("dcmtk")
    data = encode(even(tree), way[0])
    assert against_dcmtk(kernel(data, *way), dcmconv(data, *way, folder), way[1], folder) == []


@many
@given(trees(), st.sampled_from(ENCODINGS), st.data())
def test_damage_is_told_or_passed_on(tree: tuple[Element, ...], source: str, draw: st.DataObject) -> None:
    """Whatever bytes a data set has: an outcome, the same in any pieces, and none that depends on the target."""
    data = bytearray(encode(tree, source))
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, len(data)))
        kind = draw.draw(st.sampled_from(["cut", "byte", "length", "remove", "insert"]))
        if kind == "cut":
            del data[at:]
        elif kind == "byte":
            data[at : at + 1] = bytes([draw.draw(st.integers(0, 255))])
        elif kind == "length":
            data[at : at + 4] = draw.draw(st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\xfe\xff\x0d\xe0", b"\x08\0\0\0"]))
        elif kind == "remove":
            del data[at : at + draw.draw(st.integers(1, 12))]
        else:
            data[at:at] = draw.draw(st.binary(min_size=1, max_size=12))
    chance = draw.draw(chances)
    told = set()
    for target in ENCODINGS:
        try:
            kernel(bytes(data), source, target, chance, sized=True)
        except InputError as error:
            told.add((str(error), error.offset, error.tag))
            assert str(error).isprintable() and 0 <= error.offset <= len(data)
        else:
            told.add(("", 0, 0))
    # only from explicit to explicit little endian may a length of FFFFFFFF begin fragments
    assert len({one for one in told if "compressed pixel data" not in one[0]}) <= 1
