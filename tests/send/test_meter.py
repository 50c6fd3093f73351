"""How far a run is: what is counted, and what is guessed as long as it is not known."""

from pathlib import Path

import pytest

from storejet.send.meter import A_FEW, Meter, Sizes


def files(folder: Path, sizes: list[int]) -> list[str]:
    paths = [folder / f"{number}.dcm" for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(bytes(size))
    return [str(path) for path in paths]


def test_before_the_first_object_a_step_is_told() -> None:
    meter = Meter()
    assert (meter.doing, meter.count(), meter.sizes, meter.moved()) == ("", 0, None, 0)
    meter.step("checking input files", lambda: 7)
    assert (meter.doing, meter.count()) == ("checking input files", 7)
    meter.step("negotiating")
    assert (meter.doing, meter.count()) == ("negotiating", 0)


def test_a_file_counts_in_proportion_to_what_was_sent_of_its_message() -> None:
    meter = Meter()
    meter.begins(lambda: (30, 120), 1000, 0)
    assert meter.moved() == 250
    meter.ended("x", True)
    assert (meter.moved(), meter.settled, meter.done, meter.failed) == (1000, 1000, 1, 0)


@pytest.mark.parametrize(("outgoing", "moved"), [(4000, 250), (0, 1000), (800, 1000)])
def test_a_message_of_unknown_length_goes_by_what_will_about_come_of_it(outgoing: int, moved: int) -> None:
    """Compressed pixel data that is decoded is four times as long on the wire, and never more than all of it."""
    meter = Meter()
    meter.begins(lambda: (1000, 0), 1000, outgoing)
    assert meter.moved() == moved


def test_what_comes_to_no_message_is_done_with_all_the_same(tmp_path: Path) -> None:
    (path,) = files(tmp_path, [300])
    meter = Meter()
    meter.ended(path, False, 3)
    assert (meter.settled, meter.done, meter.failed) == (900, 3, 3)
    meter.ended(str(tmp_path / "gone"), False)
    meter.ended("no\0name", False)
    assert (meter.settled, meter.done, meter.failed) == (900, 5, 5)


def test_the_first_association_counts_for_all(tmp_path: Path) -> None:
    meter = Meter()
    meter.starts(files(tmp_path, [1, 2]))
    first = meter.sizes
    meter.starts([])
    assert meter.sizes is first


@pytest.mark.parametrize("count", [0, 1, 2, 3, A_FEW, A_FEW + 1, 3 * A_FEW - 1])
def test_every_file_is_asked_once(count: int, tmp_path: Path) -> None:
    sizes = Sizes(files(tmp_path, [number + 1 for number in range(count)]), 2)
    assert sizes.objects == 2 * count
    for _ in range(3):
        assert sizes.total <= 2 * count * count  # no guess is beyond the largest
        sizes.look()
    assert sizes.exact
    assert sizes.total == count * (count + 1)


def test_a_guess_comes_from_files_that_are_spread_over_all(tmp_path: Path) -> None:
    """The first third is of small files."""
    paths = files(tmp_path, [100] * 200 + [1000] * 400)
    sizes = Sizes(paths, 1)
    sizes.look()
    assert not sizes.exact
    assert sizes.total == pytest.approx(420_000, rel=0.1)
