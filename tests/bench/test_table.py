"""Medians, ratios and verdicts, on samples whose answers are known."""

from __future__ import annotations

import pytest
import rows
import table
from measure import Sample
from table import Outcome


def outcome(row: str, **senders: list[float]) -> Outcome:
    """Wall times of each sender; its processor time is a tenth, its memory a million bytes per second, and so is what
    it sends."""
    made = Outcome(rows.ROWS[row], 10, 5_000_000)
    for key, walls in senders.items():
        made.rounds[key.replace("_", "-")] = [
            Sample(wall, wall / 10, int(wall * 1e6), int(wall * 1e6)) for wall in walls
        ]
    return made


def test_ratio_of_medians_and_median_of_ratios() -> None:
    measured = outcome("small-null", storejet_storescu=[1, 2, 9], storescu_tuned=[8, 6, 9])
    assert table.ratios(measured, "speed", "storejet-storescu", "storescu-tuned") == (4, 3)
    assert table.ratios(measured, "time", "storejet-storescu", "storescu-tuned") == (1 / 4, 1 / 3)
    assert table.ratios(measured, "speed", "storejet-storescu", "pynetdicom") is None


def test_a_reference_that_ran_once_is_paired_with_its_own_round() -> None:
    measured = outcome("small-storescp", storejet_storescu=[1, 2, 3], storescu=[100])
    assert table.ratios(measured, "speed", "storejet-storescu", "storescu") == (50, 100)


@pytest.mark.parametrize(("wall", "word"), [(1.0, "ambition"), (2.0, "pass"), (2.1, "FAIL")])
def test_more_is_better(wall: float, word: str) -> None:
    bar = rows.Bar("small-null", "small-null", "speed", "storejet-storescu", "storescu-tuned", 5, 10)
    measured = outcome("small-null", storejet_storescu=[wall], storescu_tuned=[10.0])
    assert table.judge(bar, measured, judged=True).verdict == word
    assert table.judge(bar, measured, judged=False).verdict == "not judged"


@pytest.mark.parametrize(("wall", "word"), [(5.0, "pass"), (5.1, "FAIL")])
def test_less_work_is_better(wall: float, word: str) -> None:
    """Processor time counts, not the clock."""
    bar = rows.Bar("decode-rle", "decode-rle", "work", "kernel-rle", "peer-rle", 2, None)
    measured = outcome("decode-rle", kernel_rle=[wall], peer_rle=[10.0])
    measured.rounds["peer-rle"] = [Sample(99.0, 1.0, 1, 1)]
    assert table.judge(bar, measured, judged=True).verdict == word


@pytest.mark.parametrize(("wall", "word"), [(4.0, "ambition"), (6.0, "pass"), (6.1, "FAIL")])
@pytest.mark.parametrize("measure", ["time", "cpu", "bytes"])
def test_less_is_better(measure: str, wall: float, word: str) -> None:
    bar = rows.Bar("ct-cpu", "ct-null", measure, "storejet-storescu", "storescu-tuned", 0.6, 0.4)
    measured = outcome("ct-null", storejet_storescu=[wall], storescu_tuned=[10.0])
    assert table.judge(bar, measured, judged=True).verdict == word


@pytest.mark.parametrize(("wall", "word"), [(0.1, "pass"), (10.2, "pass"), (10.3, "FAIL")])
def test_a_bar_without_ambition(wall: float, word: str) -> None:
    bar = rows.Bar("deflated-bytes", "ct-deflated", "bytes", "storejet-deflated", "storescu-tuned-deflated", 1.02, None)
    measured = outcome("ct-deflated", storejet_deflated=[wall], storescu_tuned_deflated=[10.0])
    assert table.judge(bar, measured, judged=True).verdict == word
    assert "deflated-bytes" in table.bar_table([table.judge(bar, measured, judged=True)])


def test_what_has_not_run_is_not_measured() -> None:
    measured = outcome("small-storescp", storejet_storescu=[1.0])
    (verdict,) = table.verdicts([measured], ["small-storescp"], judged=True)
    assert (verdict.verdict, verdict.value) == ("not measured", None)


@pytest.mark.parametrize(("peak", "word"), [(10.0, "ambition"), (19.0, "pass"), (20.5, "FAIL")])
def test_memory_is_the_largest_of_all_rows(peak: float, word: str) -> None:
    measured = [
        outcome("one-null", storejet_storescu=[5.0], storejet_dcmsend=[5.0], dcmsend_tuned=[12.0]),
        outcome("ct-null", storejet_storescu=[6.0, peak, 7.0], storejet_dcmsend=[5.0]),
    ]
    mine, other = table.verdicts(measured, ["memory"], judged=True)
    assert (mine.value, mine.ambition, mine.verdict) == (peak, 12.0, word)
    assert mine.note == f"5.0 to {peak:.1f} MB over 2 rows"
    assert other.verdict == "ambition"


@pytest.mark.parametrize(("peak", "word"), [(79.9, "pass"), (80.1, "FAIL")])
def test_memory_of_decompression_has_its_own_bar(peak: float, word: str) -> None:
    measured = [
        outcome("rle-huge", storejet_decoding=[peak], dcmsend_decoding=[3000.0]),
        outcome("ct-null", storejet_dcmsend=[99.0]),
    ]
    (verdict,) = table.verdicts(measured, ["memory-decoding"], judged=True)
    assert (verdict.value, verdict.verdict) == (peak, word)


def test_decoders_have_frames() -> None:
    text = table.row_table(outcome("decode-rle", kernel_rle=[1.0], peer_rle=[2.0]))
    assert "(10 frames, 5000000 bytes)" in text
    assert "| 2.00 |" in " ".join(text.split())


@pytest.mark.parametrize(("peak", "word"), [(39.9, "pass"), (40.1, "FAIL")])
def test_memory_of_conversions_has_its_own_bar(peak: float, word: str) -> None:
    measured = [
        outcome("huge-implicit", storejet_implicit=[peak], storescu_tuned_implicit=[12.0]),
        outcome("ct-implicit", storejet_implicit=[5.0, 6.0]),
        outcome("ct-null", storejet_storescu=[50.0]),
    ]
    implicit, big, deflated = table.verdicts(measured, ["memory-converting"], judged=True)
    assert (implicit.value, implicit.verdict, implicit.note) == (peak, word, f"6.0 to {peak:.1f} MB over 2 rows")
    assert (big.verdict, deflated.verdict) == ("not measured", "not measured")


def test_only_the_bars_that_were_asked_for() -> None:
    measured = [outcome("ct-null", storejet_storescu=[1.0], storescu_tuned=[3.0])]
    assert [v.name for v in table.verdicts(measured, ["ct-cpu"], judged=True)] == ["ct-cpu"]
    assert [v.name for v in table.verdicts(measured, ["ct-null"], judged=True)] == ["ct-null"]


def test_summary_is_per_byte_of_data_set() -> None:
    numbers = table.summary(outcome("ct-null", raw_files=[0.5, 0.1, 0.9]), "raw-files")
    assert numbers["mb_per_second"] == pytest.approx(10)
    assert numbers["cpu_seconds_per_gb"] == pytest.approx(10)
    assert numbers["max_rss"] == 900_000
    assert numbers["sent"] == 500_000


def test_tables_name_what_failed_and_what_was_left_out() -> None:
    measured = outcome("small-null", storejet_storescu=[1.0], storescu_tuned=[4.0])
    measured.failures["storejet-dcmsend"] = "FAILED: lost data"
    measured.skipped["pynetdicom"] = "not installed"
    text = table.row_table(measured)
    assert "storejet dcmsend: FAILED: lost data" in text
    assert "pynetdicom storescu: not installed" in text
    assert "| 4.00 |" in " ".join(text.split())


def test_every_bar_has_a_row_that_runs_both() -> None:
    for bar in rows.BARS:
        assert {bar.ours, bar.reference} <= set(rows.ROWS[bar.row].senders)
        assert rows.SENDERS[bar.ours].ours
        assert not rows.SENDERS[bar.reference].ours
        assert bar.measure in table.MEASURES
    for row in rows.ROWS.values():
        assert {*row.senders, *row.slow, row.reference} <= set(rows.SENDERS)
        assert set(row.slow) <= set(row.senders)
        assert not [key for key in row.slow if rows.SENDERS[key].ours]
        assert (row.receiver == "") == all(rows.SENDERS[key].tool == "decode" for key in row.senders)
        # a slow sender has no warm-up, and only a warm-up tells how long something deflated is
        assert not (row.slow and row.only == rows.DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN)
        assert row.corpus in rows.QUICK_CORPORA


def test_bars_are_the_issue_s() -> None:
    demanded = {bar.name: (bar.bar, bar.ambition) for bar in rows.BARS}
    assert demanded == {
        "small-null": (5, 10),
        "ct-null": (2.2, 2.6),
        "small-storescp": (100, 200),
        "huge-null": (0.85, 0.95),
        "one-null": (1.0, 0.85),
        "ct-cpu": (0.6, 0.4),
        "ct-implicit": (2, 2.6),
        "ct-big": (2, 2.6),
        "ct-deflated": (3, None),
        "deflated-bytes": (1.02, None),
        "rle-decoded": (3, None),
        "jpegls-decoded": (3, None),
        "jpeg8-decoded": (1.5, None),
        "jpegll-decoded": (1.5, None),
        "ct-tls": (2, None),
        "ct-tls-bare": (0.7, None),
        "ct-tls-storescp": (1.5, None),
        "decode-rle": (2, None),
        "decode-jpegls": (1.3, None),
    }
    assert {bar.name: bar.bar for bar in rows.MEMORY_BARS} == {
        "memory": 20_000_000,
        "memory-converting": 40_000_000,
        "memory-decoding": 80_000_000,
    }
