"""How far a run is: what is counted, and what is guessed as long as it is not known."""

from pathlib import Path

import pytest

from storejet.send.meter import Meter
from storejet.send.sizes import A_FEW, Sizes


def files(folder: Path, sizes: list[int]) -> list[str]:
    paths = [folder / f"{number}.dcm" for number in range(len(sizes))]
    for path, size in zip(paths, sizes, strict=True):
        path.write_bytes(bytes(size))
    return [str(path) for path in paths]


def test_before_the_first_object_a_step_is_told() -> None:
    meter = Meter()
    assert (meter.doing, meter.count(), meter.paths, meter.moved()) == ("", 0, None, (0, 0))
    meter.step("checking input files", lambda: 7)
    assert (meter.doing, meter.count()) == ("checking input files", 7)
    meter.step("negotiating")
    assert (meter.doing, meter.count()) == ("negotiating", 0)


def test_what_comes_to_no_answer_is_done_with_all_the_same(tmp_path: Path) -> None:
    (path,) = files(tmp_path, [300])
    meter = Meter()
    meter.starts(lambda: (2, 50), [path])
    meter.unanswered(path, 3)
    assert (meter.moved(), meter.failed) == ((5, 950), 3)
    meter.unanswered(str(tmp_path / "gone"))
    meter.unanswered("no\0name")
    assert (meter.moved(), meter.failed) == ((7, 950), 5)


def test_associations_are_added_up(tmp_path: Path) -> None:
    paths = files(tmp_path, [1, 2])
    meter = Meter()
    meter.starts(lambda: (3, 30), paths, 3)
    meter.starts(lambda: (4, 400), [])
    meter.starts(lambda: (1, 5), [])
    assert (meter.paths, meter.repeat, meter.moved()) == (paths, 3, (8, 435))


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
