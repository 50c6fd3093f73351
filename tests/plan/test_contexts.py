"""Presentation contexts: storescu's fixed scheme and dcmsend's one per need, as functions."""

import pytest

from storejet.errors import UsageError
from storejet.plan.contexts import MOST_CONTEXTS, PREFERRED, Policy, arrange, fixed, stands_alone
from storejet.plan.inspect import Instance
from storejet.tables.defaults import DEFAULT_STORAGE_CLASSES

IVLE, EVLE, EVBE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
RLE, JPEG = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50"
J2K_LOSSLESS, J2K, ENCAPSULATED = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.1.98"
NATIVE = (EVLE, EVBE, IVLE)


def installed(_decoder: str) -> str:
    return ""


def without_jpeg2000(decoder: str) -> str:
    return "storejet[jpeg2000]" if decoder == "jpeg2000" else ""


@pytest.mark.parametrize("propose", sorted(PREFERRED))
@pytest.mark.parametrize("combine", [False, True])
def test_the_fixed_scheme(propose: str, combine: bool) -> None:
    contexts = fixed(propose, combine, DEFAULT_STORAGE_CLASSES)
    alone = propose == "propose-implicit" or "mpeg" in propose or "hevc" in propose
    assert len(contexts) == (64 if combine or alone else 128)
    assert [number for number, _, _ in contexts] == list(range(1, 2 * len(contexts), 2))
    preferred = PREFERRED[propose]
    others = () if alone else tuple(uid for uid in NATIVE if uid != preferred)
    first = [syntaxes for _, abstract, syntaxes in contexts if abstract == DEFAULT_STORAGE_CLASSES[0]]
    assert first == [(preferred, *others)] if combine or alone else first == [(preferred,), others]
    assert stands_alone(propose) == alone


def test_too_many_classes_say_what_helps() -> None:
    with pytest.raises(UsageError, match=r"130 needed, an association has 128 at most .*dcmsend"):
        fixed("propose-little", False, [f"1.2.{i}" for i in range(65)])
    assert len(fixed("propose-little", True, [f"1.2.{i}" for i in range(128)])) == 128


@pytest.mark.parametrize(
    ("syntax", "decompress", "legal", "proposed"),
    [
        (IVLE, "decompress-never", False, NATIVE),
        (EVBE, "decompress-lossless", True, NATIVE),
        (RLE, "decompress-never", False, (RLE,)),
        (RLE, "decompress-never", True, ()),
        (RLE, "decompress-lossless", False, (RLE, *NATIVE)),
        (J2K_LOSSLESS, "decompress-lossless", False, (J2K_LOSSLESS, *NATIVE)),
        (J2K_LOSSLESS, "decompress-never", True, ()),
        (JPEG, "decompress-lossless", True, (JPEG,)),
        (JPEG, "decompress-lossy", False, (JPEG, *NATIVE)),
        (ENCAPSULATED, "decompress-lossless", False, (ENCAPSULATED,)),
        (ENCAPSULATED, "decompress-lossless", True, (ENCAPSULATED, IVLE)),
        ("1.2.3.4", "decompress-lossless", False, ("1.2.3.4",)),
    ],
)
def test_what_dcmsend_proposes(syntax: str, decompress: str, legal: bool, proposed: tuple[str, ...]) -> None:
    assert Policy(decompress, legal, installed).syntaxes(syntax)[0] == proposed


@pytest.mark.parametrize(
    ("syntax", "legal", "proposed", "said"),
    [
        (J2K_LOSSLESS, False, (J2K_LOSSLESS,), "without the default transfer syntax"),
        (J2K_LOSSLESS, True, (), ""),
        (J2K, True, (J2K,), "cannot decompress"),
    ],
)
def test_without_its_package_nothing_else_is_proposed(
    syntax: str, legal: bool, proposed: tuple[str, ...], said: str
) -> None:
    policy = Policy("decompress-lossy", legal, without_jpeg2000)
    syntaxes, warning = policy.syntaxes(syntax)
    assert syntaxes == proposed
    assert said in warning
    assert not said or "the package storejet[jpeg2000]" in warning
    assert not policy.decompresses(syntax)


def test_what_may_go_out_decompressed() -> None:
    lossless = Policy("decompress-lossless", False, installed)
    assert lossless.decompresses(RLE)
    assert not lossless.decompresses(JPEG)
    assert Policy("decompress-lossy", False, installed).decompresses(JPEG)
    assert not Policy("decompress-never", False, installed).decompresses(RLE)


def instance(class_uid: str, syntax: str = EVLE) -> Instance:
    return Instance(class_uid, "1.2.3", syntax)


def test_instances_share_contexts_of_their_class() -> None:
    queue = [instance("1.2.1"), instance("1.2.1", IVLE), instance("1.2.1", RLE), instance("1.2.2"), instance("1.2.1")]
    (only,), unsendable = arrange(queue, Policy("decompress-lossless", False, installed), pytest.fail)
    assert only.contexts == [(1, "1.2.1", NATIVE), (3, "1.2.1", (RLE, *NATIVE)), (5, "1.2.2", NATIVE)]
    assert only.members == [(0, 1), (1, 1), (2, 3), (3, 5), (4, 1)]
    assert unsendable == []


def test_later_instances_join_the_association_that_has_their_context() -> None:
    queue = [instance(f"1.2.{i}") for i in range(MOST_CONTEXTS + 2)] + [instance("1.2.7"), instance("1.2.129")]
    (first, second), unsendable = arrange(queue, Policy("decompress-never", False, installed), pytest.fail)
    assert len(first.contexts) == MOST_CONTEXTS
    assert first.members[-1] == (130, 15)
    assert second.members == [(128, 1), (129, 3), (131, 3)]
    assert unsendable == []
    assert sorted(number for one in (first, second) for number, _ in one.members) == list(range(132))


def test_an_illegal_proposal_leaves_the_instance_out_and_warnings_come_once() -> None:
    queue = [instance("1.2.1", RLE), instance("1.2.1"), instance("1.2.2", RLE)]
    (only,), unsendable = arrange(queue, Policy("decompress-never", True, installed), pytest.fail)
    assert (unsendable, only.members) == ([0, 2], [(1, 1)])
    warnings: list[str] = []
    arrange(queue, Policy("decompress-never", False, installed), warnings.append)
    assert warnings == ["proposing RLE Lossless without the default transfer syntax"]
