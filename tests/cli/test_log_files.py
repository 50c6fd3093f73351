"""Log files that are emptied, continued, put aside by size and by date, shared; and the system log."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from peers.scp import ScriptedScp

from cli.logging_config import file_appender, run_with

RECORDS = ["INFO - checking input files ...", "FATAL - bad DICOM file: missing.dcm: "]


def starts(path: Path, *texts: str) -> bool:
    lines = path.read_text().splitlines()
    return len(lines) == len(texts) and all(line.startswith(text) for line, text in zip(lines, texts, strict=True))


@pytest.mark.parametrize(
    ("kind", "options", "kept"),
    [
        ("File", {}, False),
        ("File", {"Append": "TRUE"}, True),
        ("File", {"Append": "0"}, False),
        ("RollingFile", {}, True),
        ("RollingFile", {"Append": "false"}, False),
        ("DailyRollingFile", {}, True),
        ("DailyRollingFile", {"Append": "false"}, False),
    ],
)
def test_append(dcmsend: Path, tmp_path: Path, kind: str, options: dict[str, str], kept: bool) -> None:
    log = tmp_path / "f.log"
    log.write_text("of yesterday\n")
    assert run_with(dcmsend, file_appender(log, kind, **options), tmp_path).err == ""
    assert starts(log, *(["of yesterday"] if kept else []), *RECORDS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.log", "log.cfg"]


def test_options_that_need_no_work(dcmsend: Path, tmp_path: Path) -> None:
    options = {"ImmediateFlush": "false", "BufferSize": "65536", "ReopenDelay": "3", "Locale": "C"}
    log = tmp_path / "f.log"
    assert run_with(dcmsend, file_appender(log, **options), tmp_path).err == ""
    assert starts(log, *RECORDS)


@pytest.mark.parametrize(
    ("size", "limit", "rolled"),
    [
        (200 * 1024 - 10, "", False),
        (200 * 1024 - 10, "1KB", True),
        (200 * 1024 + 10, "1KB", True),
        (300 * 1024, "0", True),
        (300 * 1024, "1MB", False),
        (1024 * 1024 + 10, "1mb", True),
        (400_000, "399999", True),
        (400_000, "500000", False),
    ],
)
def test_rolling_by_size(dcmsend: Path, tmp_path: Path, size: int, limit: str, rolled: bool) -> None:
    log = tmp_path / "f.log"
    log.write_bytes(b"x" * (size - 1) + b"\n")
    options = {"MaxFileSize": limit} if limit else {}
    assert run_with(dcmsend, file_appender(log, "RollingFile", **options), tmp_path).err == ""
    assert (tmp_path / "f.log.1").exists() is rolled
    total = log.read_text() + (tmp_path / "f.log.1").read_text() if rolled else log.read_text()
    assert total.count("\n") == 3


@pytest.mark.parametrize(("index", "kept"), [("", 1), ("0", 1), ("1", 1), ("3", 3)])
def test_older_files_move_up(dcmsend: Path, tmp_path: Path, index: str, kept: int) -> None:
    log = tmp_path / "f.log"
    options = {"MaxFileSize": "200KB", **({"MaxBackupIndex": index} if index else {})}
    for run in range(5):
        log.write_bytes(b"%d" % run * 300_000)
        run_with(dcmsend, file_appender(log, "RollingFile", **options), tmp_path)
        assert starts(log, *RECORDS)
    names = sorted(path.name for path in tmp_path.glob("f.log.*"))
    assert names == [f"f.log.{number}" for number in range(1, kept + 1)]
    for number in range(1, kept + 1):
        assert (tmp_path / f"f.log.{number}").read_bytes()[:1] == b"%d" % (5 - number)


#: schedule → what a file is called that was last written to on 2001-09-09, 01:46:40, a Sunday
PERIODS = {
    "MONTHLY": "2001-09",
    "WEEKLY": "2001-36",
    "DAILY": "2001-09-09",
    "TWICE_DAILY": "2001-09-09-AM",
    "HOURLY": "2001-09-09-01",
    "MINUTELY": "2001-09-09-01-46",
    "": "2001-09-09",
    "monthly": "2001-09",
}


@pytest.mark.parametrize(("schedule", "period"), PERIODS.items())
def test_rolling_by_date(dcmsend: Path, tmp_path: Path, schedule: str, period: str) -> None:
    log = tmp_path / "f.log"
    log.write_text("old\n")
    os.utime(log, (1_000_000_000, 1_000_000_000))
    options = {"Schedule": schedule} if schedule else {}
    done = run_with(dcmsend, file_appender(log, "DailyRollingFile", **options), tmp_path, env={"TZ": "UTC"})
    assert done.err == ""
    assert (tmp_path / f"f.log.{period}").read_text() == "old\n"
    assert starts(log, *RECORDS)
    # the end of a run is the end of no period
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.log", f"f.log.{period}", "log.cfg"]


@pytest.mark.parametrize("kind", ["RollingFile", "DailyRollingFile"])
def test_a_file_that_cannot_be_put_aside_is_written_on(dcmsend: Path, tmp_path: Path, kind: str) -> None:
    log = tmp_path / "f.log"
    log.write_text("x" * 300 * 1024 + "\n")
    month = ""
    if kind == "DailyRollingFile":
        os.utime(log, (time.time() - 86400 * 40,) * 2)
        month = time.strftime(".%Y-%m-%d", time.localtime(log.stat().st_mtime))
    for name in {f"f.log{month}", "f.log.1", f"f.log{month}.1"} - {"f.log"}:
        (tmp_path / name / "full").mkdir(parents=True)
    options = {"MaxFileSize": "200KB", "MaxBackupIndex": "1"}
    if month:
        del options["MaxFileSize"]
    done = run_with(dcmsend, file_appender(log, kind, **options), tmp_path)
    assert done.code == 22
    assert re.fullmatch(rf"W: log appender f cannot put {log} aside and goes on with it: [^\n]+\n", done.err)
    assert starts(log, "xxx", *RECORDS)


def test_a_period_that_was_put_aside_before(dcmsend: Path, tmp_path: Path) -> None:
    log = tmp_path / "f.log"
    for number in range(4):
        log.write_text(f"{number}\n")
        os.utime(log, (1_000_000_000, 1_000_000_000))
        options = {"MaxBackupIndex": "2"}
        run_with(dcmsend, file_appender(log, "DailyRollingFile", **options), tmp_path, env={"TZ": "UTC"})
    aside = {path.name: path.read_text() for path in tmp_path.glob("f.log.*")}
    assert aside == {"f.log.2001-09-09": "3\n", "f.log.2001-09-09.1": "2\n", "f.log.2001-09-09.2": "1\n"}


def test_a_file_of_this_period_is_continued(dcmsend: Path, tmp_path: Path) -> None:
    log = tmp_path / "f.log"
    for _ in range(2):
        run_with(dcmsend, file_appender(log, "DailyRollingFile", Schedule="MONTHLY"), tmp_path)
    assert starts(log, *RECORDS, *RECORDS)


def test_an_empty_old_file_is_not_put_aside(dcmsend: Path, tmp_path: Path) -> None:
    log = tmp_path / "f.log"
    log.touch()
    os.utime(log, (1_000_000_000, 1_000_000_000))
    run_with(dcmsend, file_appender(log, "DailyRollingFile"), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.log", "log.cfg"]


@pytest.mark.parametrize("locked", [True, False])
def test_processes_that_share_a_file(
    storescu: Path, tmp_path: Path, locked: bool, sample: Callable[[str], Path]
) -> None:
    """Each record stays whole; with a lock file none is lost where the file is put aside meanwhile."""
    log = tmp_path / "f.log"
    options = {"UseLockFile": "true"} if locked else {}
    kind = "RollingFile" if locked else "File"
    more = {"MaxFileSize": "200KB", "MaxBackupIndex": "50"} if locked else {"Append": "true"}
    config = tmp_path / "log.cfg"
    config.write_text(file_appender(log, kind, level="DEBUG", **options, **more))
    each = 60
    with ScriptedScp() as scp:
        line = [storescu, "-lc", config, "--repeat", str(each), "localhost", str(scp.port), sample("CT_small.dcm")]
        running = [subprocess.Popen(line, stderr=subprocess.PIPE) for _ in range(3)]
        assert [process.communicate(timeout=60)[1] for process in running] == [b""] * 3
    written = "".join(path.read_text() for path in tmp_path.glob("f.log*"))
    assert written.count("INFO - Received Store Response\n") == 3 * each
    assert written.count("INFO - Sending file: ") == 3 * each
    assert bool(list(tmp_path.glob("f.log.[0-9]*"))) is locked
    assert (tmp_path / "f.log.lock").exists() is locked


def syslog_config(host: str, port: int = 0, **options: str) -> str:
    lines = ["log4cplus.rootLogger = TRACE, s", "log4cplus.appender.s = log4cplus::SysLogAppender"]
    settings = {"host": host, **({"port": str(port)} if port else {}), **options}
    return "\n".join([*lines, *(f"log4cplus.appender.s.{name} = {value}" for name, value in settings.items())]) + "\n"


def received(sock: socket.socket) -> list[str]:
    sock.settimeout(5)
    texts = [sock.recv(65536).decode()]
    sock.settimeout(0.2)
    try:
        while True:
            texts.append(sock.recv(65536).decode())
    except TimeoutError:
        return texts


def test_syslog_by_udp(dcmsend: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        text = syslog_config("127.0.0.1", sock.getsockname()[1], ident="sender", facility="LOCAL3")
        assert run_with(dcmsend, text, tmp_path).err == ""
        texts = received(sock)
    header = r"1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ sender \d+ dcmtk\.(apps\.dcmsend|dcmnet) - "
    for one in texts:
        assert re.match(rf"<\d+>{header}", one), one
    local3 = 19 * 8
    fatal = [one for one in texts if "FATAL - bad DICOM file: missing.dcm" in one]
    assert [one.split(">")[0] for one in fatal] == [f"<{local3 + 2}"]
    assert any(one.startswith(f"<{local3 + 6}>") and one.endswith("INFO - checking input files ...") for one in texts)
    assert any(one.startswith(f"<{local3 + 7}>") and "DEBUG - " in one for one in texts)


def test_syslog_asks_for_the_address_of_a_host_once() -> None:
    from storejet.cli.logs.configuration import configure

    (appender,) = configure(syslog_config("localhost", 514), "f", "storescu", {}).appenders.values()
    appender.open()
    handler = appender._handler  # type: ignore[attr-defined]
    assert ipaddress.ip_address(handler.address[0]).is_loopback
    handler.socket.close()


def test_syslog_by_the_socket_of_this_machine(dcmsend: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "log"))
        assert run_with(dcmsend, syslog_config(str(tmp_path / "log"), ident="me"), tmp_path).err == ""
        texts = received(sock)
    fatal = [one for one in texts if "FATAL" in one]
    assert len(fatal) == 1
    assert re.fullmatch(
        r"<10>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d me: FATAL - bad DICOM file: missing\.dcm: .*", fatal[0]
    )


def test_a_system_log_that_is_not_there_is_said_once(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, syslog_config(str(tmp_path / "nothing")), tmp_path)
    assert done.code == 22
    assert done.err == "W: log appender s loses records: No such file or directory\n"


def test_a_system_log_without_an_address_is_an_error(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, syslog_config("nowhere.invalid"), tmp_path)
    assert done.code == 1
    assert "log4cplus.appender.s.host: appender s cannot use nowhere.invalid: " in done.err


def test_a_period_that_ends_during_the_run(tmp_path: Path) -> None:
    """The clock is not waited for: the file's last change is set back between two records."""
    from storejet.cli.logs.configuration import configure
    from storejet.cli.logs.console import open_console

    log = tmp_path / "f.log"
    console = open_console(configure(file_appender(log, "DailyRollingFile"), "f", "storescu", {}), "storescu")
    console.info("yesterday")
    os.utime(log, (time.time() - 86400 * 40,) * 2)
    console.info("today")
    console.info("today")
    assert log.read_text() == "INFO - today\n" * 2
    (aside,) = tmp_path.glob("f.log.*")
    assert aside.read_text() == "INFO - yesterday\n"
