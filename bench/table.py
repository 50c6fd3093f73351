"""From samples to numbers: medians, ratios, verdicts, and the two tables that are printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from measure import Sample
from rows import BARS, MEMORY_BARS, SENDERS, Bar, MemoryBar, Row


@dataclass
class Outcome:
    """All that was measured of one row; ``rounds[key][n]`` is the sample of sender ``key`` in round n.

    ``wire_bytes``: of the data sets as the corpus has them, but with native pixels, which all rates are per; decoders,
    which send nothing, have frames instead of objects.
    """

    row: Row
    objects: int
    wire_bytes: int
    rounds: dict[str, list[Sample]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """One line of the table of bars; values as they are printed are made by ``bar_table``."""

    name: str
    ours: str
    reference: str
    value: float | None
    paired: float | None
    bar: float
    ambition: float | None
    verdict: str
    note: str = ""


def wall(sample: Sample) -> float:
    return sample.wall


def cpu(sample: Sample) -> float:
    return sample.cpu


def sent(sample: Sample) -> float:
    return sample.sent


#: measure of a bar: what is compared, and whether more is better
MEASURES = {
    "speed": (wall, True),
    "work": (cpu, True),
    "time": (wall, False),
    "cpu": (cpu, False),
    "bytes": (sent, False),
}


def ratios(outcome: Outcome, measure: str, ours: str, reference: str) -> tuple[float, float] | None:
    """Ratio of the medians, and median of the ratios of each round; None when one of the two has not run."""
    mine, theirs = outcome.rounds.get(ours, []), outcome.rounds.get(reference, [])
    if not mine or not theirs:
        return None
    of, more_is_better = MEASURES[measure]
    # a round that both ran; the floor keeps a process that used no measurable time from dividing by zero
    pairs = [(max(of(a), 1e-6), max(of(b), 1e-6)) for a, b in zip(mine, theirs, strict=False)]
    a, b = max(median(map(of, mine)), 1e-6), max(median(map(of, theirs)), 1e-6)
    if more_is_better:
        return b / a, median(y / x for x, y in pairs)
    return a / b, median(x / y for x, y in pairs)


def judge(bar: Bar, outcome: Outcome, judged: bool) -> Verdict:
    """``bar`` on what was measured; ``judged`` False: print the numbers, but they decide nothing."""
    found = ratios(outcome, bar.measure, bar.ours, bar.reference)
    labels = SENDERS[bar.ours].label, SENDERS[bar.reference].label
    if found is None:
        return Verdict(bar.name, *labels, None, None, bar.bar, bar.ambition, "not measured")
    value, paired = found

    def reached(demand: float | None) -> bool:
        return demand is not None and (value >= demand if MEASURES[bar.measure][1] else value <= demand)

    word = "not judged" if not judged else "FAIL" if not reached(bar.bar) else "pass"
    if word == "pass" and reached(bar.ambition):
        word = "ambition"
    return Verdict(bar.name, *labels, value, paired, bar.bar, bar.ambition, word)


def peak(outcomes: Iterable[Outcome], key: str) -> list[int]:
    """The largest resident size of sender ``key`` in each row that it ran in, in bytes."""
    return [max(s.max_rss for s in o.rounds[key]) for o in outcomes if o.rounds.get(key)]


def judge_memory(bar: MemoryBar, outcomes: Sequence[Outcome], judged: bool) -> list[Verdict]:
    """``bar`` for each of its senders: the largest over all rows, in MB."""
    reference = peak(outcomes, bar.reference) if bar.reference else []
    ambition = max(reference) / 1e6 if reference else None
    limit = bar.bar / 1e6
    verdicts = []
    for key in bar.senders:
        peaks = peak(outcomes, key)
        labels = SENDERS[key].label, SENDERS[bar.reference].label if bar.reference else ""
        if not peaks:
            verdicts.append(Verdict(bar.name, *labels, None, None, limit, ambition, "not measured"))
            continue
        value = max(peaks) / 1e6
        if not judged:
            word = "not judged"
        elif value > limit:
            word = "FAIL"
        else:
            word = "ambition" if ambition is not None and value <= ambition else "pass"
        note = f"{min(peaks) / 1e6:.1f} to {value:.1f} MB over {len(peaks)} rows"
        verdicts.append(Verdict(bar.name, *labels, value, None, limit, ambition, word, note))
    return verdicts


def verdicts(outcomes: Sequence[Outcome], wanted: Iterable[str], judged: bool) -> list[Verdict]:
    """All bars that ``wanted`` (names of rows and bars) asks for."""
    names = set(wanted)
    by_row = {outcome.row.name: outcome for outcome in outcomes}
    found = [judge(bar, by_row[bar.row], judged) for bar in BARS if bar.name in names and bar.row in by_row]
    for memory in MEMORY_BARS:
        if memory.name in names:
            found += judge_memory(memory, outcomes, judged)
    return found


def summary(outcome: Outcome, key: str) -> dict[str, float]:
    """Medians of one sender: seconds, MB/s and CPU seconds per GB of data sets (1e6 and 1e9 bytes), bytes that arrived;
    and peak bytes."""
    samples = outcome.rounds[key]
    seconds, used = median(map(wall, samples)), median(map(cpu, samples))
    return {
        "wall": seconds,
        "cpu": used,
        "mb_per_second": outcome.wire_bytes / 1e6 / seconds,
        "cpu_seconds_per_gb": used / (outcome.wire_bytes / 1e9),
        "sent": median(map(sent, samples)),
        "max_rss": max(s.max_rss for s in samples),
    }


def grid(head: Sequence[str], lines: Sequence[Sequence[str]], left: int) -> str:
    """A markdown table; the first ``left`` columns are text, the others numbers."""
    widths = [max(len(line[i]) for line in (head, *lines)) for i in range(len(head))]
    rule = [("-" * w) if i < left else ("-" * (w - 1) + ":") for i, w in enumerate(widths)]

    def line(cells: Sequence[str]) -> str:
        return " | ".join(c.ljust(widths[i]) if i < left else c.rjust(widths[i]) for i, c in enumerate(cells))

    return "\n".join(f"| {line(cells)} |" for cells in (head, rule, *lines))


def row_table(outcome: Outcome) -> str:
    """What the senders of one row took."""
    row = outcome.row
    lines = []
    for key in row.senders:
        if not outcome.rounds.get(key):
            continue
        samples, numbers = outcome.rounds[key], summary(outcome, key)
        sends = SENDERS[key].tool != "python"
        found = ratios(outcome, "speed", key, row.reference)
        lines.append(
            (
                SENDERS[key].label,
                str(len(samples)),
                f"{numbers['wall']:.4f}",
                f"{min(map(wall, samples)):.4f} to {max(map(wall, samples)):.4f}",
                f"{numbers['mb_per_second']:.1f}" if sends else "",
                f"{numbers['cpu_seconds_per_gb']:.3f}" if sends else "",
                f"{numbers['sent'] / 1e6:.3f}" if sends else "",
                f"{numbers['max_rss'] / 1e6:.1f}",
                f"{found[0]:.2f}" if found else "",
                f"{found[1]:.2f}" if found else "",
            )
        )
    head = ("sender", "runs", "wall s", "range", "MB/s", "CPU s/GB", "sent MB", "peak MB", "times as fast", "paired")
    what = "objects" if row.receiver else "frames"
    text = f"### {row.name}: {row.title} ({outcome.objects} {what}, {outcome.wire_bytes} bytes)\n\n"
    text += f"Speed against {SENDERS[row.reference].label}.\n\n" + grid(head, lines, 1)
    if ciphers := {sample.cipher for samples in outcome.rounds.values() for sample in samples} - {""}:
        text += f"\n\nTLS: {', '.join(sorted(ciphers))}, as the receivers said."
    for key, why in (*outcome.failures.items(), *outcome.skipped.items()):
        text += f"\n\n{SENDERS[key].label}: {why}"
    return text


def bar_table(found: Sequence[Verdict]) -> str:
    """What was demanded, and what was reached."""

    def number(value: float | None) -> str:
        return "" if value is None else f"{value:.2f}"

    head = ("bar", "ours", "against", "verdict", "measured", "paired", "bar", "ambition", "note")
    lines = [
        (v.name, v.ours, v.reference, v.verdict, *map(number, (v.value, v.paired, v.bar, v.ambition)), v.note)
        for v in found
    ]
    return "### Bars\n\n" + grid(head, lines, 4)


def as_json(outcome: Outcome) -> Mapping[str, object]:
    """One row with every sample."""
    senders = {
        key: {
            "label": SENDERS[key].label,
            **summary(outcome, key),
            "samples": [{"wall": s.wall, "cpu": s.cpu, "max_rss": s.max_rss, "sent": s.sent} for s in samples],
            **({"cipher": samples[0].cipher} if outcome.row.secure else {}),
        }
        for key, samples in outcome.rounds.items()
        if samples
    }
    return {
        "name": outcome.row.name,
        "receiver": outcome.row.receiver,
        "corpus": outcome.row.corpus,
        "objects": outcome.objects,
        "wire_bytes": outcome.wire_bytes,
        "reference": outcome.row.reference,
        "senders": senders,
        "failures": outcome.failures,
        "skipped": outcome.skipped,
    }
