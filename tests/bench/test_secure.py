"""The rows through TLS: which cipher it was is proved by the receiver, and who goes around it cannot win."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import corpora as bench_corpora
import pytest
from measure import run
from peers import found
from rows import ROWS, SENDERS, Row
from secure import CIPHER, Credentials, make_credentials
from senders import BENCH, BenchError, Tools
from tlswrite import CHUNK

from bench.test_run import bench, script

SECURE_ROWS = "ct-tls,ct-tls-storescp,ct-tls-tuned"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    made = make_credentials(tmp_path_factory.mktemp("bench-keys"))
    if made is None:
        found.missing("openssl is not installed (Debian package openssl)")
    return made


@pytest.fixture(scope="session")
def tlssink(programs: dict[str, Path]) -> Path:
    if "tlssink" not in programs:
        found.missing("OpenSSL's headers are not installed (Debian package libssl-dev)")
    return programs["tlssink"]


@pytest.fixture
def tuned(tmp_path: Path) -> list[str]:
    """DCMTK's tools in the place of ours."""
    stand_in = 'TCP_NODELAY=1 exec {} "$@"'
    names = ("storescu", "dcmsend")
    return [f"--{name}={script(tmp_path / name, stand_in.format(found.dcmtk(name)))}" for name in names]


@pytest.mark.usefixtures("tlssink", "keys")
def test_quick(programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path) -> None:
    """All rows, DCMTK in the place of ours: everything arrived, in the one suite, and the table says so."""
    report = tmp_path / "report.json"
    names = f"{SECURE_ROWS},ct-tls-bare"
    done = bench(programs, corpora, *tuned, "--rows", names, "--json", report, "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["name"]: row for row in json.loads(report.read_text())["rows"]}
    assert ",".join(rows) == SECURE_ROWS
    for name, row in rows.items():
        assert not row["failures"], name
        assert set(row["senders"]) == set(ROWS[name].senders)
        assert {sender["cipher"] for sender in row["senders"].values()} == {CIPHER}
        assert {sender["sent"] for sender in row["senders"].values()} == {row["wire_bytes"]}
    assert done.stdout.count(f"TLS: {CIPHER}, as the receivers said.") == 3
    assert rows["ct-tls-storescp"]["senders"]["storescu-tuned-tls"]["wall"] > 0.4, (
        "it waits for delayed acknowledgements"
    )
    bars = {bar["name"]: bar for bar in json.loads(report.read_text())["bars"]}
    assert list(bars) == ["ct-tls", "ct-tls-bare", "ct-tls-storescp"]
    assert all(bar["value"] > 0 for bar in bars.values())


@pytest.mark.usefixtures("tlssink", "keys")
def test_ours(programs: dict[str, Path], corpora: Path, storescu: Path, dcmsend: Path) -> None:
    """Our own tool loses nothing behind TLS either."""
    found.dcmtk("storescp")
    ours = [f"--storescu={storescu}", f"--dcmsend={dcmsend}"]
    done = bench(programs, corpora, *ours, "--rows", SECURE_ROWS, "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("tlssink", "keys")
def test_without_headers_the_row_is_named_as_missing(
    programs: dict[str, Path], corpora: Path, tuned: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is one without the openssl command; all else is measured."""
    compiler = script(tmp_path / "cc", 'for word; do [ "$word" = -E ] && exit 1; done; exec cc "$@"')
    monkeypatch.setenv("CC", str(compiler))
    done = bench(programs, corpora, *tuned, "--rows", "ct-tls,ct-tls-tuned", "--runs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("OpenSSL's headers are not installed (libssl-dev)") == 3
    assert "| storejet storescu +tla " in done.stdout.partition("### ct-tls-tuned")[2]


def sample(tools: Tools, row: Row, sender: str, corpora: Path, scratch: Path, keys: Credentials | None) -> str:
    made = bench_corpora.make("quick-ct", corpora)
    sent = made.dataset_bytes
    return run(tools, row, SENDERS[sender], made, scratch, sent=sent, timeout=60, warm_up=True, keys=keys).cipher


def test_who_goes_around_tls_fails(
    tlssink: Path, programs: dict[str, Path], corpora: Path, keys: Credentials, tmp_path: Path
) -> None:
    """A plain sender gets no association; one that connects twice was perhaps not what was measured."""
    tool = found.dcmtk("storescu")
    plain = script(tmp_path / "plain", f"shift 3; exec {tool} $@")
    twice = script(
        tmp_path / "twice", f"{tool} $1 $2 $3 $4 $5 0001.dcm; exec {tool} $1 $2 $3 $4 $5 $(ls *.dcm | tail -n +2)"
    )
    cases = ((plain, "exit code 1: "), (twice, f"not one connection in {CIPHER}: "))
    for program, why in cases:
        tools = Tools(programs, str(program), "", Path("/usr/bin"), False, certificate=keys.certificate)
        with pytest.raises(BenchError, match=why):
            sample(tools, ROWS["ct-tls"], "storejet-tls", corpora, tmp_path, keys)


@contextmanager
def raw(tlssink: Path, keys: Credentials, length: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A sink that answers after ``length`` bytes: its port, and itself."""
    command = [tlssink, keys.both, "--raw", "--exchange", str(length)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield int(child.stdout.readline().split()[1]), child
        finally:
            child.kill()


def test_the_bare_socket_and_its_peer(tlssink: Path, keys: Credentials) -> None:
    """Every length arrives: less than a buffer, whole ones, and a rest."""
    for length in (1, CHUNK, 3 * CHUNK + 5):
        with raw(tlssink, keys, length) as (port, child):
            writer = [sys.executable, "-I", BENCH / "tlswrite.py", str(port), str(length), keys.certificate]
            assert subprocess.run(writer, check=False, timeout=30).returncode == 0
            child.terminate()
            assert child.stdout is not None
            assert child.stdout.read() == f"tls {CIPHER}\nstored 1 objects {length} bytes\n"


def test_the_sink_has_one_version_of_tls(tlssink: Path, keys: Credentials) -> None:
    """Who cannot do it gets no connection, and the sink goes on."""
    context = ssl.create_default_context(cafile=keys.certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with raw(tlssink, keys, 1) as (port, child):
        with socket.create_connection(("127.0.0.1", port)) as sock, pytest.raises(ssl.SSLError, match="PROTOCOL"):
            context.wrap_socket(sock, server_hostname="127.0.0.1")
        child.terminate()
        assert child.stdout is not None
        assert child.stdout.read() == "stored 0 objects 0 bytes\n"
