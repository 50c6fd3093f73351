"""Accepted contexts + instance → context."""

import pytest

from storejet.errors import RouteError
from storejet.plan.inspect import Instance
from storejet.plan.route import Routes

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
IVLE, EVLE, RLE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"
EVBE, DEFLATED = "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"


def test_the_first_context_that_takes_it_as_stored() -> None:
    routes = Routes({7: (CT, EVLE), 3: (CT, IVLE), 5: (CT, EVLE), 1: (MR, EVLE)})
    assert routes.route(Instance(CT, "1.2", EVLE)).context == 5
    assert routes.route(Instance(CT, "1.2", IVLE)).context == 3
    assert routes.route(Instance(MR, "1.2", EVLE)).context == 1


def test_no_context_for_the_class() -> None:
    with pytest.raises(RouteError, match=r"No presentation context for: \(CT\) .* CTImageStorage") as caught:
        Routes({1: (MR, EVLE)}).route(Instance(CT, "1.2", EVLE))
    assert caught.value.code == "0006:0208"


def test_a_conversion_names_both_syntaxes() -> None:
    with pytest.raises(RouteError, match="stored as RLE Lossless, the peer accepted Little Endian Explicit") as caught:
        Routes({1: (CT, EVLE), 3: (CT, EVLE)}).route(Instance(CT, "1.2", RLE))
    assert caught.value.code == "0006:020e"


@pytest.mark.parametrize(
    ("stored", "accepted", "deflating", "expected"),
    [
        (EVLE, {1: EVBE, 3: EVLE}, False, (3, EVLE)),  # as stored beats order
        (IVLE, {1: EVBE, 3: EVLE}, False, (1, EVBE)),  # of the explicit ones the first
        (IVLE, {1: DEFLATED, 3: EVBE}, False, (3, EVBE)),
        (EVBE, {1: DEFLATED, 3: IVLE}, False, (3, IVLE)),
        (EVBE, {1: RLE, 3: DEFLATED}, False, (3, DEFLATED)),
        (DEFLATED, {1: IVLE, 3: EVLE}, False, (3, EVLE)),  # explicit VR beats order
        (EVLE, {1: EVLE, 3: DEFLATED}, True, (3, DEFLATED)),
        (DEFLATED, {1: EVLE, 3: DEFLATED}, True, (3, DEFLATED)),
        (DEFLATED, {1: IVLE}, True, (1, IVLE)),
        (RLE, {1: DEFLATED, 3: RLE}, True, (3, RLE)),
    ],
)
def test_the_best_of_what_was_accepted(
    stored: str, accepted: dict[int, str], deflating: bool, expected: tuple[int, str]
) -> None:
    routes = Routes({number: (CT, syntax) for number, syntax in accepted.items()}, deflating)
    route = routes.route(Instance(CT, "1.2", stored))
    assert (route.context, route.syntax) == expected


@pytest.mark.parametrize(("stored", "accepted"), [(RLE, DEFLATED), (EVLE, RLE), ("1.2.3", EVLE), (EVLE, "1.2.3")])
def test_what_cannot_be_converted(stored: str, accepted: str) -> None:
    with pytest.raises(RouteError):
        Routes({1: (CT, accepted)}, True).route(Instance(CT, "1.2", stored))


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ({1: IVLE, 3: EVBE}, (3, EVBE)),
        ({1: IVLE, 3: RLE}, (3, RLE)),
        ({1: DEFLATED, 3: IVLE}, (3, IVLE)),
    ],
)
def test_what_may_be_decompressed(accepted: dict[int, str], expected: tuple[int, str]) -> None:
    routes = Routes({number: (CT, syntax) for number, syntax in accepted.items()}, False, lambda syntax: syntax == RLE)
    route = routes.route(Instance(CT, "1.2", RLE))
    assert (route.context, route.syntax) == expected


def test_what_may_be_decompressed_is_not_deflated() -> None:
    with pytest.raises(RouteError):
        Routes({1: (CT, DEFLATED)}, False, lambda _syntax: True).route(Instance(CT, "1.2", RLE))


def test_a_class_that_ends_in_a_line_feed_is_not_shown_as_one_without() -> None:
    with pytest.raises(RouteError) as caught:
        Routes({1: (CT, EVLE)}).route(Instance(f"{CT}\n", "1.2", EVLE))
    assert str(caught.value) == f"No presentation context for: (OT) {CT}\n"
