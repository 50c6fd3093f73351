"""The runner: what it measures, and above all that a sender which loses something cannot win."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import compressed
import converted
import corpora as bench_corpora
import pydicom
import pytest
import run as runner
from measure import LEAST_OVERHEAD
from peers import found
from rows import KERNELS, KINDS
from senders import BenchError, environment, find_ours

RUN = Path(__file__).resolve().parents[2] / "bench" / "run.py"


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def tuned(tmp_path: Path) -> list[str]:
    """DCMTK's tools in the place of ours."""
    stand_in = 'TCP_NODELAY=1 exec {} "$@"'
    return [
        f"--{name}={script(tmp_path / f'tuned-{name}', stand_in.format(found.dcmtk(name)))}"
        for name in ("storescu", "dcmsend")
    ]


def bench(programs: dict[str, Path], corpora: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, RUN, "--quick", "--build-dir", programs["sink"].parent, "--corpora-dir", corpora, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_quick(programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path) -> None:
    """All rows with the null SCP, within CI's patience."""
    report = tmp_path / "report.json"
    names = "small-null,ct-null,big-null,huge-null,one-null,ct-cpu"
    started = time.monotonic()
    done = bench(programs, corpora, *tuned, "--rows", names, "--json", report, "--runs", "1", "--runs", "one-null=3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - started < 60
    everything = json.loads(report.read_text())
    assert everything["machine"]["cores"] == os.cpu_count()
    assert {"commit", "dirty", "date", "tools"} <= set(everything)
    assert "dcmtk" in everything["tools"]["storescu"]
    rows = {row["name"]: row for row in everything["rows"]}
    assert list(rows) == ["small-null", "ct-null", "big-null", "huge-null", "one-null"]
    for row in rows.values():
        assert not row["failures"]
        assert {"storejet-storescu", "storejet-dcmsend", "storescu-tuned", "dcmsend-tuned"} <= set(row["senders"])
        for sender in row["senders"].values():
            assert len(sender["samples"]) == (3 if row["name"] == "one-null" else 1)
            assert 0 < sender["wall"] < 60
            assert 500_000 < sender["max_rss"] < 100_000_000
    assert rows["small-null"]["objects"] == 200
    assert rows["huge-null"]["senders"]["raw"]["mb_per_second"] > 50
    bars = {bar["name"]: bar for bar in everything["bars"]}
    assert list(bars) == ["small-null", "ct-null", "huge-null", "one-null", "ct-cpu"]
    assert all(bar["verdict"] == "not judged" and bar["value"] > 0 for bar in bars.values())
    assert "### Bars" in done.stdout


def test_ours(programs: dict[str, Path], corpora: Path, storescu: Path, dcmsend: Path) -> None:
    """Our own tools lose nothing, neither with the null SCP nor with DCMTK's storescp."""
    found.dcmtk("storescp")
    names = "small-null,ct-null,one-null,small-storescp,memory"
    done = bench(programs, corpora, f"--storescu={storescu}", f"--dcmsend={dcmsend}", "--rows", names, "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr


CONVERSIONS = "ct-implicit,ct-big,ct-deflated,big-deflated,huge-implicit,huge-big,huge-deflated"


def test_quick_conversions(programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path) -> None:
    """All rows that convert: every object came, in the one syntax that was accepted, with the content that it has."""
    report = tmp_path / "report.json"
    names = f"{CONVERSIONS},deflated-bytes,memory-converting"
    done = bench(programs, corpora, *tuned, "--rows", names, "--json", report, "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    everything = json.loads(report.read_text())
    rows = {row["name"]: row for row in everything["rows"]}
    assert ",".join(rows) == CONVERSIONS
    for name, row in rows.items():
        assert not row["failures"], name
        sent = {sender["sent"] for sender in row["senders"].values()}
        assert len(sent) == 1, "DCMTK against DCMTK"
        if "implicit" in name:
            # OW has a long head in explicit VR only (PS3.5 7.1.2 and 7.1.3)
            assert sent == {row["wire_bytes"] - 4 * row["objects"]}
        elif "big" in name.split("-")[1]:
            assert sent == {row["wire_bytes"]}
    (deflated,) = {sender["sent"] for sender in rows["ct-deflated"]["senders"].values()}
    assert 0.4 < deflated / rows["ct-deflated"]["wire_bytes"] < 0.5
    bars = {bar["name"]: bar for bar in everything["bars"]}
    assert bars["deflated-bytes"]["value"] == 1
    assert {bar["verdict"] for bar in everything["bars"]} == {"not judged"}
    assert [bar["ours"] for bar in everything["bars"] if bar["name"] == "memory-converting"] == [
        "storejet storescu -xi",
        "storejet storescu -xb",
        "storejet storescu -xd +cl 6",
    ]


CHEATS = {
    "other pixels": ("ct-implicit", "{tool} $1 127.0.0.1 $3 {other}", "wrong data: data set 7, of 0007.dcm, differs"),
    "other order": (
        "ct-big",
        "exec {tool} -xb 127.0.0.1 $3 0002.dcm 0001.dcm $(ls 00*.dcm | tail -n +3)",
        "wrong data: data set 1, of 0001.dcm, differs",
    ),
    "another syntax": ("ct-implicit", "shift; exec {tool} -xm -nh $@", "exit code 1: "),
    "other deflated pixels": (
        "ct-deflated",
        "{tool} -xd +cl 6 127.0.0.1 $5 {other}",
        "wrong data: data set 7, of 0007.dcm, differs",
    ),
    "another level than in the warm-up": (
        "ct-deflated",
        "level=$(cat {mark} 2>/dev/null || echo 6); echo 1 > {mark}; shift 3; exec {tool} -xd +cl $level $@",
        "lost data: the sink says 'stored 10 objects",
    ),
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_sender_that_sends_other_data_than_it_should_fails(
    programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path, name: str
) -> None:
    """As many objects and as many bytes are not enough: in the warm-up what comes must be what was to come."""
    row, text, why = CHEATS[name]
    made = bench_corpora.make("quick-phantom" if "deflated" in row else "quick-ct", corpora)
    other = tmp_path / "other"
    shutil.copytree(made.files[0].parent, other)
    damaged = bytearray(made.files[6].read_bytes())
    damaged[200_001] ^= 1
    (other / "0007.dcm").write_bytes(damaged)
    files = " ".join(str(other / path.name) for path in made.files)
    tool = tuned[0].partition("=")[2]
    body = text.format(tool=tool, other=files, mark=tmp_path / "mark")
    bad = script(tmp_path / "bad", f'[ "$1" = --version ] && exec {tool} --version\n{body}')
    done = bench(programs, corpora, *tuned, f"--storescu={bad}", "--rows", row, "--runs", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    options = " ".join(runner.SENDERS[runner.ROWS[row].senders[0]].options)
    assert f"storejet storescu {options}: FAILED: {why}" in done.stdout
    assert f"| DCMTK storescu {options}, TCP_NODELAY=1 " in done.stdout.partition("### Bars")[0]


def test_ours_converts(programs: dict[str, Path], corpora: Path, storescu: Path, dcmsend: Path) -> None:
    """What our own tool converts is what was to come, as much in every run."""
    names = f"{CONVERSIONS},deflated-bytes,memory-converting"
    done = bench(programs, corpora, f"--storescu={storescu}", f"--dcmsend={dcmsend}", "--rows", names, "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr


DECOMPRESSIONS = "rle-decoded,jpegls-decoded,jpeg8-decoded,jpegll-decoded,rle-huge,jpegls-huge"
KERNEL_ROWS = ",".join(f"decode-{kernel}{kind}" for kernel in KERNELS for kind, _ in KINDS)


def test_quick_decompressions(programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path) -> None:
    """All rows that decompress, DCMTK in the place of ours: what arrived was the native pixel data, of every object."""
    report = tmp_path / "report.json"
    names = f"{DECOMPRESSIONS},{KERNEL_ROWS},memory-decoding"
    done = bench(programs, corpora, *tuned, "--rows", names, "--json", report, "--runs", "1", "--slow")
    assert done.returncode == 0, done.stdout + done.stderr
    everything = json.loads(report.read_text())
    rows = {row["name"]: row for row in everything["rows"]}
    assert ",".join(rows) == f"{DECOMPRESSIONS},{KERNEL_ROWS}"
    for name in DECOMPRESSIONS.split(","):
        row = rows[name]
        assert not row["failures"], name
        assert not row["skipped"], name
        assert set(row["senders"]) == {"storejet-decoding", "dcmsend-decoding"}
        corpus = compressed.COMPRESSED[row["corpus"]]
        assert corpus.pixel_bytes < row["wire_bytes"] / row["objects"] < corpus.pixel_bytes + 1000, "native"
        assert {sender["sent"] for sender in row["senders"].values()} == {row["wire_bytes"] - 4 * row["objects"]}
        assert row["senders"]["storejet-decoding"]["max_rss"] > 5_000_000
    for name in KERNEL_ROWS.split(","):
        kernel = name.split("-")[1]
        package, module = KERNELS[kernel]
        row = rows[name]
        assert not row["failures"]
        if importlib.util.find_spec(module) is None:
            assert row["skipped"][f"peer-{kernel}"] == "not installed"
        else:
            assert everything["tools"][package]
            assert row["senders"][f"peer-{kernel}"]["sent"] == row["wire_bytes"]
            assert row["wire_bytes"] == 4 * 512 * 512 * {"rgb": 3, "grey": 1}.get(name.rpartition("-")[2], 2)
    bars = [bar["name"] for bar in everything["bars"]]
    assert bars == [*DECOMPRESSIONS.split(",")[:4], "decode-rle", "decode-jpegls", "memory-decoding"]


def test_ours_decompresses(programs: dict[str, Path], corpora: Path, storescu: Path, dcmsend: Path) -> None:
    """What our own tool decompresses is what was to come, and so is what its kernels decode."""
    names = f"{DECOMPRESSIONS},{KERNEL_ROWS},memory-decoding"
    done = bench(programs, corpora, f"--storescu={storescu}", f"--dcmsend={dcmsend}", "--rows", names, "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kernel: not installed" not in done.stdout


UNDECODED = {
    "other frames": (
        "jpegls-decoded",
        "exec {tool} $1 $2 $3 0002.dcm 0001.dcm 0003.dcm 0004.dcm 0005.dcm 0006.dcm",
        "wrong data: data set 1, of 0001.dcm, differs",
    ),
    "other pixels": (
        "rle-decoded",
        "exec {tool} $1 $2 $3 {other}/000?.dcm",
        "wrong data: data set 2, of 0002.dcm, differs",
    ),
    "other lossy pixels": (
        "jpeg8-decoded",
        "exec {tool} $1 $2 $3 {other}/000?.dcm",
        "wrong data: data set 2, of 0002.dcm, differs",
    ),
    "nothing decompressed": (
        "jpegll-decoded",
        "shift; exec {tool} -dn $@",
        "lost data: the sink says 'stored 0 objects",
    ),
}


@pytest.mark.parametrize("name", UNDECODED)
def test_a_sender_that_decodes_to_something_else_fails(
    programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path, name: str
) -> None:
    """As many objects of the right length are not enough."""
    row, text, why = UNDECODED[name]
    made = compressed.make(runner.QUICK_CORPORA[runner.ROWS[row].corpus], corpora, found.dcmtk("dcmcrle").parent)
    assert made.decoded is not None
    other = tmp_path / "other"
    shutil.copytree(made.files[0].parent, other)
    # native already, with one pixel that is not what it was
    head, _ = converted.read_head(made.files[1], runner.ROWS[row].only or "", made.decoded)
    pixels = bytearray(b"".join(made.decoded.frames(2)))
    pixels[200_001] ^= 4
    meta = bench_corpora.file_head(pydicom.dcmread(made.files[1]).SOPClassUID, "2.25.1", runner.ROWS[row].only or "")
    (other / "0002.dcm").write_bytes(meta + head + pixels)
    tool = tuned[1].partition("=")[2]
    bad = script(
        tmp_path / "bad", f'[ "$1" = --version ] && exec {tool} --version\n{text.format(tool=tool, other=other)}'
    )
    done = bench(programs, corpora, *tuned, f"--dcmsend={bad}", "--rows", row, "--runs", "1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"storejet dcmsend +dly: FAILED: {why}" in done.stdout
    assert "| DCMTK dcmsend +dly, TCP_NODELAY=1 " in done.stdout.partition("### Bars")[0]


def test_a_corpus_that_cannot_be_made_is_named(programs: dict[str, Path], tuned: list[str], tmp_path: Path) -> None:
    words = ["--rows", "jpegls-decoded,decode-rle", "--runs", "1", "--dcmtk-dir", tmp_path]
    done = bench(programs, tmp_path, *tuned, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    for label in ("storejet dcmsend +dly", "DCMTK dcmsend +dly, TCP_NODELAY=1"):
        assert f"{label}: its corpus is made with DCMTK's dcmcjpls, which is not installed" in done.stdout
    assert "pylibjpeg-rle: its corpus is made with DCMTK's dcmcrle, which is not installed" in done.stdout
    assert "not measured" in done.stdout


LOSERS = {
    "not all objects": ('exec {} "$1" "$2" "$3"', "lost data: the sink says 'stored 1 objects"),
    "nothing": ("exit 0", "lost data: the sink says 'stored 0 objects 0 bytes'"),
    "failure": ('{} "$@"; echo it broke >&2; exit 3', "exit code 3: it broke"),
    "death": ("kill -9 $$", "exit code 137"),
    "endless": ('[ "$1" = --version ] || exec sleep 3600', "no end within 2 s"),
}


@pytest.mark.parametrize("name", LOSERS)
def test_a_sender_that_fails_or_loses_data_fails_the_bench(
    programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path, name: str
) -> None:
    text, why = LOSERS[name]
    bad = script(tmp_path / "bad", text.format(tuned[0].partition("=")[2]))
    done = bench(
        programs, corpora, *tuned, f"--storescu={bad}", "--rows", "small-null", "--timeout", "2", "--runs", "1"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"storejet storescu: FAILED: {why}" in done.stdout
    assert "| storejet storescu " not in done.stdout.partition("### Bars")[0]
    assert "| storejet dcmsend " in done.stdout.partition("### Bars")[0]
    assert "not measured" in done.stdout


def test_storescp_is_checked_too(programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path) -> None:
    bad = script(tmp_path / "bad", f'exec {tuned[0].partition("=")[2]} "$1" "$2" "$3"')
    done = bench(programs, corpora, f"--storescu={bad}", f"--dcmsend={bad}", "--rows", "small-storescp", "--runs", "1")
    assert done.returncode == 1
    assert done.stdout.count("FAILED: lost data: storescp read") == 2


def test_storescp_counts_objects_in_the_warm_up(
    programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path
) -> None:
    """Enough bytes, but of fewer objects: the large CT instead of the small ones."""
    large = bench_corpora.make("quick-ct", corpora).files[:3]
    bad = script(tmp_path / "bad", f'exec {tuned[0].partition("=")[2]} "$1" "$2" {" ".join(map(str, large))}')
    done = bench(programs, corpora, f"--storescu={bad}", f"--dcmsend={bad}", "--rows", "small-storescp", "--runs", "1")
    assert done.returncode == 1
    assert "FAILED: lost data: storescp logged 3 objects instead of 200" in done.stdout


def test_nothing_is_left_running(programs: dict[str, Path], corpora: Path, tmp_path: Path) -> None:
    """Ended in the middle of a run, the runner takes the receiver and the sender with it."""
    mark = tmp_path / "pid"
    wait = f"echo $$ > {mark}.part; mv {mark}.part {mark}; exec sleep 3600"
    slow = script(tmp_path / "slow", f'[ "$1" = --version ] || {{ {wait}; }}')
    command = [sys.executable, RUN, "--quick", "--build-dir", programs["sink"].parent, "--corpora-dir", corpora]
    command += ["--rows", "one-null", f"--storescu={slow}", f"--dcmsend={slow}"]

    def ours() -> list[str]:
        lines = []
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                lines.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        return [line for line in lines if line.startswith(str(programs["sink"].parent))]

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        deadline = time.monotonic() + 30
        while not mark.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        try:
            pid = int(mark.read_text())
            assert len(ours()) == 2, "sink and stopwatch"
        finally:
            child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 128 + signal.SIGTERM
    assert ours() == []
    # gone, or dead and only not yet collected by the init process that inherited it
    state = Path(f"/proc/{pid}/status")
    assert not state.exists() or "State:\tZ" in state.read_text()


def test_stopwatch(programs: dict[str, Path], tmp_path: Path) -> None:
    report = tmp_path / "report"

    def measured(*command: str) -> tuple[float, float, int, int]:
        subprocess.run([programs["stopwatch"], report, *command], check=True, timeout=60)
        wall, user, system, peak, code = report.read_text().split()
        return float(wall), float(user) + float(system), int(peak), int(code)

    wall, cpu, peak, code = measured("sleep", "0.3")
    assert 0.3 <= wall < 2
    assert cpu < 0.1
    assert peak < 4000, "not the size of the process that started it"
    assert code == 0
    assert measured("sh", "-c", "exit 9")[3] == 9
    assert measured("sh", "-c", "kill -15 $$")[3] == 128 + 15
    large = "x = b'x' * (60 << 20); y = sum(range(3_000_000))"
    wall, cpu, peak, _ = measured(sys.executable, "-c", large)
    assert peak > 60_000
    assert 0.02 < cpu <= wall * 1.5


def test_stopwatch_of_a_process_and_its_children(programs: dict[str, Path], tmp_path: Path) -> None:
    """Largest sizes added up, of those that live at the same time, whoever started them."""
    report = tmp_path / "report"
    child = "import time; x = b'x' * (40 << 20); time.sleep(0.4)"
    grandchild = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    both = f"""
import subprocess, sys, threading
def start(code):
    subprocess.run([sys.executable, "-c", code], check=True)
threads = [threading.Thread(target=start, args=(code,)) for code in ({child!r}, {grandchild!r})]
for thread in threads: thread.start()
for thread in threads: thread.join()
for _ in range(2): start({child!r})
"""

    def peak(*words: str | Path) -> tuple[int, int]:
        subprocess.run([programs["stopwatch"], *words], check=True, timeout=60)
        *_, largest, code = report.read_text().split()
        return int(largest), int(code)

    alone, _ = peak("--tree", report, sys.executable, "-c", child)
    assert 40 << 10 < alone < 70 << 10
    tree, code = peak("--tree", report, sys.executable, "-c", both)
    assert code == 0
    assert 2 * alone < tree < 3 * alone, "two at once, and two small ones that wait; not those after them"
    assert peak(report, sys.executable, "-c", both)[0] < 1.2 * alone
    assert peak("--tree", report, "sh", "-c", "kill -15 $$")[1] == 128 + 15
    assert peak("--tree", report, "sh", "-c", "exit 9")[1] == 9
    # one that nobody waits for works on when its parent has ended
    work = "import time\nwhile time.process_time() < 0.4: pass"
    orphan = f"import subprocess, sys, os; subprocess.Popen([sys.executable, '-c', {work!r}]); os._exit(0)"
    peak("--tree", report, sys.executable, "-c", orphan)
    wall, user, system, *_ = map(float, report.read_text().split())
    assert user + system > 0.4
    assert wall < user + system, "its end is not waited for by the clock"


def test_runs_of_single_rows() -> None:
    assert runner.read_runs(["7", "one-null=50"]) == (7, {"one-null": 50})
    for bad in ("0", "x", "none=3", "one-null=", "=3"):
        with pytest.raises(ValueError):
            runner.read_runs([bad])


def test_plan() -> None:
    def planned(*words: str) -> list[tuple[str, str, int]]:
        return [(row.name, row.corpus, rounds) for row, rounds in runner.plan(runner.read_options(list(words)))]

    assert planned("--rows", "ct-cpu") == [("ct-null", "ct", 5)]
    assert planned("--rows", "one-null,small-null") == [("small-null", "small", 5), ("one-null", "one", 25)]
    assert planned("--rows", "small-null", "--runs", "3", "--quick") == [("small-null", "quick-small", 3)]
    assert planned("--rows", "one-null", "--quick") == [("one-null", "one", 2)]
    assert planned("--rows", "one-null", "--runs", "3", "--runs", "one-null=4") == [("one-null", "one", 4)]
    assert planned("--rows", "deflated-bytes", "--quick") == [("ct-deflated", "quick-phantom", 2)]
    passing = [name for name, _, _ in planned("--rows", "memory")]
    converting = [name for name, _, _ in planned("--rows", "memory-converting")]
    decoding = [name for name, _, _ in planned("--rows", "memory-decoding")]
    secure = [row.name for row in runner.ROWS.values() if row.secure]
    assert sorted(passing + converting + decoding + secure) == sorted(set(runner.ROWS) - set(KERNEL_ROWS.split(",")))
    assert ",".join(decoding) == DECOMPRESSIONS
    assert {"huge-null", "one-null", "small-storescp"} <= set(passing)
    assert {"huge-implicit", "huge-big", "huge-deflated", "ct-deflated"} <= set(converting)


def test_bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCP_NODELAY", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert set(environment()) <= {"LANG", "PATH", "HOME", "TMPDIR", "DCMDICTPATH"}


def test_a_tool_of_another_package_is_not_taken_for_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = script(tmp_path / "storescu", "echo storescu.py v0.4.0")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(BenchError, match=r"is not storejet's"):
        find_ours("storescu", None)
    assert find_ours("storescu", str(other)) == str(other)
    with pytest.raises(BenchError, match="no /nowhere/storescu"):
        find_ours("storescu", "/nowhere/storescu")


def test_least_overhead_is_what_a_c_store_cannot_do_without() -> None:
    from bench.raw_scu import command_set, data, element, pdv, us

    least = command_set(element(2, b""), us(0x100, 1), us(0x110, 1), us(0x700, 0), us(0x800, 1), element(0x1000, b""))
    assert len(data(pdv(3, least)) + data(pdv(2, b""))) == LEAST_OVERHEAD
