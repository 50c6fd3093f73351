"""The bench's runner: every sender in turn, several times, whole processes on the loopback; see README.md.

Exit code 0: everything was measured, 1: a sender failed or lost data (or, with --check, a bar was missed), 2: the bench
itself could not run.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

import compressed
from compressed import COMPRESSED, CompressedCorpus, NoEncoder
from converted import sent_bytes
from corpora import EXPLICIT_VR_LITTLE_ENDIAN, Made, make
from measure import run, warm
from rows import DERIVED, QUICK_CORPORA, QUICK_RUNS, ROWS, SENDERS, Row
from secure import Credentials, make_credentials
from senders import BENCH, SECURE_PROGRAM, BenchError, Tools, build, environment, find_ours, has_pynetdicom
from table import Outcome, as_json, bar_table, row_table, verdicts

ROOT = BENCH.parent


def machine() -> dict[str, object]:
    """What the numbers depend on."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def commit() -> dict[str, object]:
    """Commit of the tree the bench runs in, and whether it has uncommitted changes; None where git is silent."""

    def git(*words: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(ROOT), *words], capture_output=True, text=True, env=environment(), check=False
            )
        except OSError:
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    status = git("status", "--porcelain")
    return {"commit": git("rev-parse", "--verify", "HEAD"), "dirty": None if status is None else status != ""}


def read_runs(words: list[str]) -> tuple[int | None, dict[str, int]]:
    """``--runs 7 --runs one-null=50`` → (7, {"one-null": 50}); ValueError on anything else."""
    everywhere = None
    single = {}
    for word in words:
        name, equals, count = word.rpartition("=")
        if int(count) < 1 or (equals and name not in ROWS):
            raise ValueError(word)
        if equals:
            single[name] = int(count)
        else:
            everywhere = int(count)
    return everywhere, single


def read_options(arguments: list[str]) -> argparse.Namespace:
    """The command line, checked."""
    known = list(dict.fromkeys((*ROWS, *DERIVED)))
    parser = argparse.ArgumentParser(description="Measure storejet and its peers in turn, on the loopback.")
    parser.add_argument("--rows", default=",".join(known), metavar="A,B", help=f"of {', '.join(known)} (default: all)")
    parser.add_argument("--runs", action="append", default=[], metavar="N|ROW=N", help="runs of each (default: 5)")
    parser.add_argument("--slow", action="store_true", help="also run the senders that take minutes")
    parser.add_argument("--runs-slow", type=int, default=1, metavar="N", help="runs of those (default: 1)")
    parser.add_argument("--quick", action="store_true", help="small corpora, few runs, nothing judged: for CI")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a bar is missed")
    parser.add_argument("--storescu", metavar="PATH", help="our storescu (default: beside this Python, else PATH's)")
    parser.add_argument("--dcmsend", metavar="PATH", help="our dcmsend (likewise)")
    parser.add_argument("--dcmtk-dir", type=Path, default=Path("/usr/bin"), metavar="DIR", help="of DCMTK's tools")
    parser.add_argument("--build-dir", type=Path, default=ROOT / "build" / "bench", metavar="DIR", help="for programs")
    parser.add_argument("--corpora-dir", type=Path, metavar="DIR", help="for corpora (default: in the build directory)")
    parser.add_argument("--timeout", type=float, default=600, metavar="S", help="for one run (default: 600)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything, with each sample, to FILE")
    options = parser.parse_args(arguments)
    options.rows = [name for name in options.rows.split(",") if name]
    for name in options.rows:
        if name not in known:
            parser.error(f"no such row: {name}")
    try:
        options.runs = read_runs(options.runs)
    except ValueError:
        parser.error("--runs takes a number from 1, or ROW=NUMBER")
    if options.runs_slow < 1:
        parser.error("--runs-slow takes a number from 1")
    return options


def plan(options: argparse.Namespace) -> list[tuple[Row, int]]:
    """The rows to run, in the order of the table, each with its number of rounds."""
    names = {row for name in options.rows for row in DERIVED.get(name, (name,))}
    everywhere, single = options.runs
    planned = []
    for row in ROWS.values():
        if row.name not in names:
            continue
        usual = (everywhere or QUICK_RUNS) if options.quick else (row.runs or everywhere or 5)
        chosen = replace(row, corpus=QUICK_CORPORA[row.corpus]) if options.quick else row
        planned.append((chosen, single.get(row.name, usual)))
    return planned


def progress(text: str) -> None:
    """One line that is written over, for somebody who watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def corpus_of(row: Row, tools: Tools, root: Path) -> Made:
    """The corpus of ``row`` under ``root``, made where it is not there; NoEncoder: what it is made with is missing."""
    return compressed.make(row.corpus, root, tools.dcmtk) if row.corpus in COMPRESSED else make(row.corpus, root)


def lacking(row: Row, tools: Tools, keys: Credentials | None) -> str:
    """What the receiver of ``row`` needs and is not there, or ""."""
    if row.receiver == "storescp" and tools.dcmtk_tool("storescp") is None:
        return "storescp is not installed"
    if row.secure and keys is None:
        return "openssl is not installed"
    if row.secure and row.receiver == "sink" and SECURE_PROGRAM not in tools.built:
        return "OpenSSL's headers are not installed (libssl-dev)"
    return ""


def measure_row(
    row: Row,
    rounds: int,
    tools: Tools,
    options: argparse.Namespace,
    scratch: Path,
    keys: Credentials | None = None,
) -> Outcome:
    """Runs one row: a warm-up of each sender, then the rounds, A B C A B C. A sender that fails once is out.

    ``keys``: for a row through TLS, where there are any.
    """
    try:
        made = corpus_of(row, tools, options.corpora_dir or options.build_dir)
    except NoEncoder as error:
        return Outcome(row, 0, 0, skipped=dict.fromkeys(row.senders, str(error)))
    warm(made)
    outcome = Outcome(row, len(made.files), made.dataset_bytes)
    if isinstance(made.corpus, CompressedCorpus) and not row.receiver:
        outcome = Outcome(row, made.corpus.distinct, made.corpus.distinct * made.corpus.frame_bytes)
    wanted = {}
    length = sent_bytes(made.files, row.only or EXPLICIT_VR_LITTLE_ENDIAN, made.decoded) if row.receiver else 0
    expected: dict[str, int | None] = dict.fromkeys(row.senders, length)
    for key in row.senders:
        slow = key in row.slow
        if slow and not options.slow:
            outcome.skipped[key] = "takes minutes, not run without --slow"
        elif tools.command(SENDERS[key], 0, [], 0) is None:
            outcome.skipped[key] = "not installed"
        else:
            wanted[key] = options.runs_slow if slow else rounds
            outcome.rounds[key] = []
    reason = lacking(row, tools, keys)
    if reason:
        outcome.skipped.update(dict.fromkeys(wanted, reason))
        wanted = {}
    for number in range(-1, max(wanted.values(), default=0)):
        warm_up = number < 0
        for key in wanted:
            if key in outcome.failures or number >= wanted[key] or (warm_up and key in row.slow):
                continue
            progress(f"{row.name}, {'warm-up' if warm_up else f'round {number + 1}'}: {SENDERS[key].label}")
            try:
                sample = run(
                    tools,
                    row,
                    SENDERS[key],
                    made,
                    scratch,
                    sent=expected[key],
                    timeout=options.timeout,
                    warm_up=warm_up,
                    keys=keys if row.secure else None,
                )
            except BenchError as error:
                outcome.failures[key] = f"FAILED: {error}"
                outcome.rounds[key] = []
                continue
            if warm_up:
                # whose length nobody can foresee: as much as in the run whose content was compared
                expected[key] = sample.sent if expected[key] is None else expected[key]
            else:
                outcome.rounds[key].append(sample)
    progress("")
    return outcome


def main(arguments: list[str]) -> int:
    options = read_options(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    options.build_dir = options.build_dir.resolve()
    tools = Tools(
        build(options.build_dir),
        find_ours("storescu", options.storescu),
        find_ours("dcmsend", options.dcmsend),
        options.dcmtk_dir.resolve(),
        has_pynetdicom(),
    )
    facts = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        **commit(),
        "tools": tools.versions(),
        "quick": options.quick,
    }
    print("\n".join(f"- {name}: {value}" for name, value in facts.items()), flush=True)
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="storejet-bench-") as scratch:
        planned = plan(options)
        keys = make_credentials(Path(scratch)) if any(row.secure for row, _ in planned) else None
        tools = replace(tools, certificate="" if keys is None else keys.certificate)
        for row, rounds in planned:
            outcomes.append(measure_row(row, rounds, tools, options, Path(scratch), keys))
            print("\n" + row_table(outcomes[-1]), flush=True)
    found = verdicts(outcomes, options.rows, judged=not options.quick)
    print("\n" + bar_table(found))
    if options.json is not None:
        everything = {**facts, "rows": [as_json(o) for o in outcomes], "bars": [asdict(v) for v in found]}
        options.json.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    failed = [f"{o.row.name}: {SENDERS[key].label}: {why}" for o in outcomes for key, why in o.failures.items()]
    missed = [v.name for v in found if v.verdict == "FAIL"] if options.check else []
    for why in (*failed, *(f"missed: {name}" for name in missed)):
        print(f"bench: {why}", file=sys.stderr)
    return 1 if failed or missed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(2)
