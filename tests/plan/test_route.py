"""Accepted contexts + instance → context."""

import pytest

from storejet.errors import RouteError
from storejet.plan.inspect import Instance
from storejet.plan.route import Routes

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
IVLE, EVLE, RLE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.5"


def test_the_first_context_that_takes_it_as_stored() -> None:
    routes = Routes({7: (CT, EVLE), 3: (CT, IVLE), 5: (CT, EVLE), 1: (MR, EVLE)})
    assert routes.context(Instance(CT, "1.2", EVLE)) == 5
    assert routes.context(Instance(CT, "1.2", IVLE)) == 3
    assert routes.context(Instance(MR, "1.2", EVLE)) == 1


def test_no_context_for_the_class() -> None:
    with pytest.raises(RouteError, match=r"No presentation context for: \(CT\) .* CTImageStorage") as caught:
        Routes({1: (MR, EVLE)}).context(Instance(CT, "1.2", EVLE))
    assert caught.value.code == "0006:0208"


def test_a_conversion_names_both_syntaxes() -> None:
    with pytest.raises(RouteError, match="stored as RLE Lossless, the peer accepted Little Endian Explicit") as caught:
        Routes({1: (CT, EVLE), 3: (CT, EVLE)}).context(Instance(CT, "1.2", RLE))
    assert caught.value.code == "0006:020e"
