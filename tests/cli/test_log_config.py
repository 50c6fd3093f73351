"""``--log-config`` as a user gives it: a command and a file, and what comes out of which stream."""

from __future__ import annotations

import fcntl
import os
import re
import select
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from peers import script
from peers.scp import ScriptedScp
from peers.script import Script

from cli.logging_config import CONSOLE, PATTERN, file_appender, run_with

MISSING = "bad DICOM file: missing.dcm: cannot be read: No such file or directory; try: check the name"


def usage(said: str) -> str:
    """The text of a usage error."""
    found = re.search(r"^error: (.*)\n\Z", said, re.MULTILINE)
    assert found, said
    return found[1]


def test_the_console(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, CONSOLE, tmp_path)
    assert (done.code, done.out) == (22, "")
    assert done.err == f"INFO - checking input files ...\nFATAL - {MISSING}\n"


def test_the_console_is_stdout_unless_told_otherwise(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, CONSOLE.replace("= true", "= false"), tmp_path)
    assert (done.err, done.out.splitlines()[1]) == ("", f"FATAL - {MISSING}")


def test_variables(dcmsend: Path, tmp_path: Path) -> None:
    text = f"greeting = hello, ${{WHO}}\n{PATTERN}${{appname}} ${{pid}} ${{greeting}} ${{date}} ${{time}} %i %P%n\n"
    done = run_with(dcmsend, text, tmp_path, env={"WHO": "world"})
    assert re.fullmatch(r"(dcmsend (\d+) hello, world \d{8} \d{6} \2 [IF]\n){2}", done.err), done.err


def test_records_reach_the_loggers_of_their_layers(
    dcmsend: Path, tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    with ScriptedScp() as scp:
        done = run_with(
            dcmsend, f"{PATTERN}%c{{2}} %m%n", tmp_path, "localhost", str(scp.port), sample("CT_small.dcm"), "+v"
        )
    assert done.code == 0
    lines = done.err.splitlines()
    for words in ("checking input", "starting association", "initializing", "negotiating", "sending SOP", "Status Sum"):
        assert [line for line in lines if line.startswith(f"apps.dcmsend {words}")], words
    for words in ("Requesting", "Association Accepted", "Sending C-STORE", "Received", "Releasing", "Request Param"):
        assert [line for line in lines if line.startswith(f"dcmtk.dcmnet {words}")], words


def test_storescu_speaks_with_one_voice(storescu: Path, tmp_path: Path, sample: Callable[[str], Path]) -> None:
    with ScriptedScp() as scp:
        done = run_with(storescu, f"{PATTERN}%c %m%n", tmp_path, "localhost", str(scp.port), sample("CT_small.dcm"))
    assert len(done.lines) == 8
    assert {line.split()[0] for line in done.lines} == {"dcmtk.apps.storescu"}
    assert re.fullmatch(r"XMIT: \.+\n", done.out)


def test_levels_by_logger(dcmsend: Path, tmp_path: Path, sample: Callable[[str], Path]) -> None:
    text = f"{PATTERN}%p %c{{1}} %m%n\nlog4cplus.logger.dcmtk.apps = OFF\nlog4cplus.logger.dcmtk.dcmnet = DEBUG\n"
    with ScriptedScp() as scp:
        done = run_with(dcmsend, text, tmp_path, "localhost", str(scp.port), sample("CT_small.dcm"))
    assert {line.split()[1] for line in done.lines} == {"dcmnet"}
    assert {line.split()[0] for line in done.lines} == {"INFO", "DEBUG"}
    assert "DEBUG dcmnet DIMSE Status                  : 0x0000: Success" in done.lines
    assert "DEBUG dcmnet Request Parameters:" in done.lines


@pytest.mark.parametrize(("additive", "times"), [("true", 2), ("false", 1)])
def test_additivity(dcmsend: Path, tmp_path: Path, additive: str, times: int) -> None:
    text = f"{CONSOLE}log4cplus.logger.dcmtk.apps = INHERITED, a\nlog4cplus.additivity.dcmtk.apps = {additive}\n"
    assert run_with(dcmsend, text, tmp_path).err.count(MISSING) == times


def test_thresholds_and_filters(dcmsend: Path, tmp_path: Path) -> None:
    log = tmp_path / "f.log"
    text = f"""{CONSOLE.replace("INFO, a", "INFO, a, f")}
        log4cplus.appender.a.Threshold = FATAL
        log4cplus.appender.f = log4cplus::FileAppender
        log4cplus.appender.f.File = {log}
        log4cplus.appender.f.filters.1 = log4cplus::spi::StringMatchFilter
        log4cplus.appender.f.filters.1.StringToMatch = checking
        log4cplus.appender.f.filters.1.AcceptOnMatch = true
        log4cplus.appender.f.filters.2 = log4cplus::spi::DenyAllFilter
    """
    assert run_with(dcmsend, text, tmp_path).err == f"FATAL - {MISSING}\n"
    assert log.read_text() == "INFO - checking input files ...\n"


def test_nothing_at_all(dcmsend: Path, tmp_path: Path) -> None:
    text = "log4cplus.rootLogger = ALL, n\nlog4cplus.appender.n = log4cplus::NullAppender\n"
    done = run_with(dcmsend, text, tmp_path)
    assert (done.code, done.out, done.err) == (22, "", "")


def test_no_appender_is_said_once(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, "log4cplus.rootLogger = INFO\n", tmp_path)
    assert done.code == 22
    assert done.err == f"W: log configuration {tmp_path}/log.cfg: no appender takes the records of dcmtk.apps.dcmsend\n"


def test_keys_without_effect_are_said(dcmsend: Path, tmp_path: Path) -> None:
    text = CONSOLE.replace("logToStdErr", "logToStderr")
    words = f"W: log configuration {tmp_path}/log.cfg: log4cplus.appender.a.logToStderr has no effect\n"
    assert run_with(dcmsend, text, tmp_path).err == words
    assert run_with(dcmsend, f"{text}log4cplus.quietMode = true\n", tmp_path).err == ""


def test_the_arguments_record_goes_to_the_root(dcmsend: Path, tmp_path: Path) -> None:
    text = PATTERN.replace("INFO", "OFF") + "<%P %c %m>%n\nlog4cplus.logger.dcmtk = FATAL\n"
    done = run_with(dcmsend, text, tmp_path, "--arguments", "localhost", "1", "missing.dcm")
    first, second, third = done.err.splitlines()
    assert first.startswith("<I root calling 'dcmsend' with 6 arguments: '--log-config' '")
    assert (second, third) == ("<I root >", f"<F dcmtk.apps.dcmsend {MISSING}>")


@pytest.mark.parametrize("line", [["-q"], ["-v"], ["-d"], ["-ll", "info"]])
def test_not_with_levels_on_the_command_line(dcmsend: Path, tmp_path: Path, line: list[str]) -> None:
    done = run_with(dcmsend, CONSOLE, tmp_path, *line, "localhost", "1", "missing.dcm")
    assert done.code == 1
    assert usage(done.err).startswith("--log-config not allowed with --")


@pytest.mark.parametrize(
    ("level", "more", "allowed"),
    [
        ("INFO", "", True),
        ("DEBUG", "", True),
        ("WARN", "", False),
        ("WARN", "log4cplus.logger.dcmtk.apps.dcmsend = INFO", True),
        ("INFO", "log4cplus.logger.dcmtk.apps = ERROR", False),
    ],
)
def test_verbose_pc_needs_the_tool_to_be_verbose(
    dcmsend: Path, tmp_path: Path, level: str, more: str, allowed: bool
) -> None:
    text = CONSOLE.replace("INFO", level) + more
    done = run_with(dcmsend, text, tmp_path, "+v", "localhost", "1", "missing.dcm")
    assert done.code == (22 if allowed else 1)
    if not allowed:
        assert usage(done.err) == "--verbose-pc only allowed with verbose mode"


@pytest.mark.parametrize(("level", "said"), [("OFF", False), ("FATAL", False), ("ERROR", True)])
def test_later_mistakes_follow_the_level_of_the_root(dcmsend: Path, tmp_path: Path, level: str, said: bool) -> None:
    text = CONSOLE.replace("INFO", level) + "log4cplus.logger.dcmtk = INFO\n"
    done = run_with(dcmsend, text, tmp_path, "-pdu", "1", "localhost", "1", "x")
    assert done.code == 1
    assert bool(done.err) is said
    if said:
        assert usage(done.err) == "Invalid value for option --max-pdu (underflow: 1)"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (file_appender("/nowhere/x.log"), "log4cplus.appender.f.File: appender f cannot open /nowhere/x.log: No such"),
        (file_appender("/"), "log4cplus.appender.f.File: appender f cannot open /: Is a directory"),
        (file_appender("/dev/null", UseLockFile="true", LockFile="/nowhere/l"), "log4cplus.appender.f.LockFile: "),
        (file_appender("x", kind="Socket"), "log4cplus.appender.f: there is no log4cplus::SocketAppender here: "),
        (CONSOLE.replace("INFO, a", "INFO, b"), "log4cplus.rootLogger: there is no appender b"),
        (CONSOLE.replace("INFO", "LOUD"), "log4cplus.rootLogger: there is no log level LOUD"),
        (PATTERN + "%y", "log4cplus.appender.a.layout.ConversionPattern: there is no conversion %y (character 1)"),
    ],
)
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_mistakes_are_found_before_a_connection_is_made(
    tool: str, text: str, key: str, tmp_path: Path, request: pytest.FixtureRequest, sample: Callable[[str], Path]
) -> None:
    program: Path = request.getfixturevalue(tool)
    with ScriptedScp() as scp:
        done = run_with(program, text, tmp_path, "localhost", str(scp.port), sample("CT_small.dcm"))
        assert scp.finish() == []
    assert done.code == 1
    assert usage(done.err).startswith(f"Specified --log-config file {tmp_path}/log.cfg: {key}")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.cfg", "does not exist: "),
        ("", "does not exist: "),
        (".", "cannot be read (Is a directory): "),
        ("/dev/zero", "has more than 1048576 bytes: /dev/zero"),
        ("/dev/null", "does not contain any settings: /dev/null"),
    ],
)
def test_files_that_are_none(dcmsend: Path, run: Callable[..., object], name: str, words: str) -> None:
    done = subprocess.run([dcmsend, "-lc", name, "h", "1", "f"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert usage(done.stderr).startswith(f"Specified --log-config file {words}")


def test_help_does_not_read_it(dcmsend: Path) -> None:
    done = subprocess.run([dcmsend, "-lc", "/nowhere", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_mistake_on_the_command_line_leaves_log_files_alone(dcmsend: Path, tmp_path: Path) -> None:
    log = tmp_path / "f.log"
    log.write_text("of yesterday\n")
    assert run_with(dcmsend, file_appender(log), tmp_path, "-nope", "localhost", "1", "x").code == 1
    assert log.read_text() == "of yesterday\n"


def test_names_forge_no_records(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, f"{PATTERN}%P: %m%n", tmp_path, "localhost", "1", "a\nF: b\x1b[2J")
    assert done.err.splitlines()[1].startswith("F: bad DICOM file: a\\nF: b\\x1b[2J: ")


def test_file_names_keep_their_bytes(dcmsend: Path, tmp_path: Path) -> None:
    config = tmp_path / "log.cfg"
    config.write_bytes(file_appender("caf\udce9.log").encode("utf-8", "surrogateescape"))
    subprocess.run([dcmsend, "-lc", config, "h", "1", b"\xe9.dcm"], cwd=tmp_path, check=False)
    assert b"bad DICOM file: \xe9.dcm" in (tmp_path / os.fsdecode(b"caf\xe9.log")).read_bytes()


def test_the_source_place_is_that_of_the_caller(dcmsend: Path, tmp_path: Path) -> None:
    done = run_with(dcmsend, f"{PATTERN}%b %M %L%n", tmp_path)
    assert [line.split()[:2] for line in done.lines] == [["dcmsend.py", "_collect"], ["dcmsend.py", "_ignore"]]
    assert all(line.split()[2].isdigit() for line in done.lines)


def test_a_full_disk_stops_nothing(dcmsend: Path, tmp_path: Path, sample: Callable[[str], Path]) -> None:
    text = file_appender("/dev/full", Append="true")
    with ScriptedScp() as scp:
        done = run_with(dcmsend, text, tmp_path, "localhost", str(scp.port), *[sample("CT_small.dcm")] * 3)
    assert (done.code, len(scp.stores)) == (0, 3)
    assert done.err == "W: log appender f loses records: No space left on device\n"


def test_a_reader_that_goes_away_stops_nothing(dcmsend: Path, tmp_path: Path, sample: Callable[[str], Path]) -> None:
    os.mkfifo(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    config = tmp_path / "log.cfg"
    config.write_text(file_appender(tmp_path / "fifo"))
    with ScriptedScp(Script(on_associate=script.delay(1))) as scp:
        line = [dcmsend, "-lc", config, "localhost", str(scp.port), sample("CT_small.dcm")]
        with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as running:
            assert select.select([reader], [], [], 10)[0]
            os.close(reader)
            said = running.communicate(timeout=20)[1]
    assert (running.returncode, len(scp.stores)) == (0, 1)
    assert said == "W: log appender f loses records: Broken pipe\n"


def test_a_fifo_that_nobody_reads_is_not_waited_for(dcmsend: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    done = run_with(dcmsend, file_appender("fifo"), tmp_path)
    assert done.code == 1
    assert "log4cplus.appender.f.File: appender f cannot open fifo: No such device" in done.err


def test_closed_streams(dcmsend: Path, tmp_path: Path) -> None:
    config = tmp_path / "log.cfg"
    config.write_text(CONSOLE)
    line = ["sh", "-c", 'exec "$@" >&- 2>&-', "sh", dcmsend, "-lc", config, "localhost", "1", "missing.dcm"]
    assert subprocess.run(line, check=False, cwd=tmp_path).returncode == 22


def test_the_sample_does_what_its_comments_say(
    storescu: Path, storejet: Path, tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    doctor = subprocess.run([storejet, "doctor"], capture_output=True, text=True, check=False)
    found = re.search(r"^  sample +(\S+) ", doctor.stdout, re.MULTILINE)
    assert found
    text = Path(found[1]).read_text()
    with ScriptedScp() as scp:
        done = run_with(storescu, text, tmp_path, "localhost", str(scp.port), sample("CT_small.dcm"))
        lost = run_with(storescu, text, tmp_path, "-nh", "localhost", str(scp.port), "missing.dcm")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert [line[:2] for line in lost.lines] == ["W:", "W:"]
    lines = (tmp_path / "storescu.log").read_text().splitlines()
    assert len(lines) == 8 + 3
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+"
    for line in lines:
        assert re.match(rf"{stamp} ( INFO| WARN) dcmtk\.apps\.storescu: ", line), line
    os.utime(tmp_path / "storescu.log", (1e9, 1e9))
    run_with(storescu, text, tmp_path, "localhost", "1", "missing.dcm")
    assert len((tmp_path / "storescu.log.2001-09-09").read_text().splitlines()) == len(lines)


def test_what_the_sample_leaves_to_be_uncommented(
    storescu: Path, tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    """With every ``#log4cplus`` taken in, it is a right configuration still, and its filters do what they say."""
    from storejet.cli.doctor import SAMPLE

    text = re.sub(r"^#log4cplus", "log4cplus", Path(SAMPLE).read_text(), flags=re.MULTILINE)
    text = text.replace("INFO, console, logfile", "INFO, console, logfile, sized, syslog, results")
    text = text.replace("loghost.example.org", "localhost")
    with ScriptedScp() as scp:
        done = run_with(storescu, text, tmp_path, "localhost", str(scp.port), sample("CT_small.dcm"))
    assert (done.code, done.out, done.err) == (0, "", "")
    assert (tmp_path / "results.log").read_text() == "INFO - Received Store Response (Success)\n"
    assert len((tmp_path / "storescu-sized.log").read_text().splitlines()) == 8


@pytest.mark.parametrize(("level", "said"), [("FATAL", False), ("INFO", True)])
@pytest.mark.parametrize(
    ("tool", "line", "text"),
    [
        ("storescu", ["+sp", "x", "h", "104", "f"], "--scan-pattern only allowed with --scan-directories"),
        ("dcmsend", ["h", "99999", "f"], "Invalid parameter value 99999 (overflow)"),
    ],
)
def test_a_mistake_beside_a_configuration_from_a_pipe_is_told(
    tool: str, line: list[str], text: str, level: str, said: bool, request: pytest.FixtureRequest
) -> None:
    program: Path = request.getfixturevalue(tool)
    config = CONSOLE.replace("INFO", level)
    done = subprocess.run(
        [program, "-lc", "/dev/stdin", *line], input=config, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    if said:
        assert usage(done.stderr) == text
    else:
        assert done.stderr == ""


@pytest.mark.parametrize("configured", [False, True])
def test_a_stream_that_must_not_block_loses_nothing(
    configured: bool, storescu: Path, tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    """Who shares the pipe may have made it so; what does not fit in it waits for the reader."""
    config = tmp_path / "log.cfg"
    config.write_text(CONSOLE.replace("INFO", "DEBUG"))
    with ScriptedScp() as scp:
        line = [storescu, *(["-lc", config] if configured else ["-d"]), "localhost", str(scp.port)]
        reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
        os.set_blocking(writing, False)
        with subprocess.Popen([*line, sample("CT_small.dcm")], stdout=subprocess.DEVNULL, stderr=writing) as program:
            os.close(writing)
            with open(reading, "rb") as stream:
                select.select([stream], [], [], 10)
                time.sleep(0.3)  # the pipe runs full
                said = stream.read()
        scp.finish()
    assert program.returncode == 0
    assert len(said) > 2 * 4096
    assert b"END A-ASSOCIATE-RQ" in said and b"END A-ASSOCIATE-AC" in said and b"Releasing Association" in said
