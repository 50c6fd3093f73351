"""The same log configuration and the same command line to DCMTK's tools and to ours: the same text comes out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from peers import found
from peers.scp import ScriptedScp

from cli.logging_config import CONSOLE, PATTERN, run_with

FILES = """\
log4cplus.rootLogger = INFO, a, f
log4cplus.appender.a = log4cplus::ConsoleAppender
log4cplus.appender.f = log4cplus::FileAppender
log4cplus.appender.f.File = out.log
"""


def filtered(*filters: str) -> str:
    lines = []
    for number, one in enumerate(filters, 1):
        kind, *options = one.split()
        lines.append(f"log4cplus.appender.a.filters.{number} = log4cplus::spi::{kind}Filter")
        lines += [f"log4cplus.appender.a.filters.{number}.{option.replace('=', ' = ')}" for option in options]
    return CONSOLE + "\n".join(lines) + "\n"


CONFIGURATIONS = {
    "simple": CONSOLE,
    "stdout": CONSOLE.replace("= true", "= 0"),
    "pattern": PATTERN + "[%5p][%-7p][%.2p][%-6.3p][%9.2p][%P][%c][%c{1}][%c{2}][%c{9}][%p{x}][%%][%x][%X{k}][%m]%n",
    "percent at the end": PATTERN + "%P %m%n%",
    "no line end": PATTERN + "%m|",
    "dates": PATTERN + "%D{%Y%m}|%d{%Y %%q}|%m%n",
    "each line": PATTERN + "<%m>%n\nlog4cplus.appender.a.layout.FormatEachLine = FALSE",
    "variables": PATTERN + "${x} ${y} ${nothing} ${} ${log4cplus.rootLogger} ${e} %m%n\nx = 1\ny = ${x}2\ne =",
    "variables in keys": f"{CONSOLE}who = dcmnet\nlog4cplus.logger.dcmtk.${{who}} = OFF\n",
    "environment": PATTERN + "${WORD} %m%n",
    "tool": PATTERN + "${appname} %m%n",
    "root off": CONSOLE.replace("INFO", "OFF"),
    "levels": CONSOLE + "log4cplus.logger.dcmtk = FATAL\nlog4cplus.logger.dcmtk.apps = info\n",
    "inherited": CONSOLE + "log4cplus.logger.dcmtk = INHERITED, a\n",
    "not additive": CONSOLE + "log4cplus.logger.dcmtk = , a\nlog4cplus.additivity.dcmtk = false\n",
    "twice": CONSOLE.replace("INFO, a", " I N F O ,, a , a "),
    "duplicates": CONSOLE.replace("INFO", "OFF") + CONSOLE,
    "progress": CONSOLE + "log4cplus.logger.dcmtk.apps.storescu.progress = DEBUG\n",
    "progress alone": CONSOLE.replace("INFO", "OFF") + "log4cplus.logger.dcmtk.apps.storescu.progress = INFO\n",
    "threshold": CONSOLE + "log4cplus.appender.a.Threshold = WARN\n",
    "keys that mean nothing": CONSOLE + "log4cplus.appender.a.threshold = WARN\nlog4cplus.quietMode = true\n",
    "file": FILES,
    "file and threshold": FILES + "log4cplus.appender.f.Threshold = ERROR\n",
    "deny": filtered("DenyAll"),
    "match denies": filtered("LogLevelMatch LogLevelToMatch=INFO"),
    "match accepts": filtered("LogLevelMatch LogLevelToMatch=INFO AcceptOnMatch=true", "DenyAll"),
    "range": filtered("LogLevelRange LogLevelMin=WARN LogLevelMax=FATAL"),
    "range accepts": filtered("LogLevelRange LogLevelMin=INFO LogLevelMax=INFO AcceptOnMatch=true", "DenyAll"),
    "string denies": filtered("StringMatch StringToMatch=ing"),
    "string accepts": filtered("StringMatch StringToMatch=ing AcceptOnMatch=1", "DenyAll"),
    "gap": CONSOLE + "log4cplus.appender.a.filters.2 = log4cplus::spi::DenyAllFilter\nlog4cplus.quietMode = true\n",
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_the_same_text(tool: str, name: str, tmp_path: Path, sample: Callable[[str], Path]) -> None:
    outcomes = []
    for program in (found.dcmtk(tool), found.ours(tool)):
        folder = tmp_path / str(len(outcomes))
        folder.mkdir()
        env = {"TCP_NODELAY": "1", "WORD": "hello"}
        with ScriptedScp() as scp:
            line = ["+v", "localhost", str(scp.port), sample("CT_small.dcm")]
            done = run_with(program, CONFIGURATIONS[name], folder, *line[name in NOT_VERBOSE :], env=env)
        log = folder / "out.log"
        texts = [done.out, done.err, log.read_text() if log.exists() else ""]
        texts = [re.sub(r"Max Send PDV: \d+", "Max Send PDV: N", text) for text in texts]
        texts = [re.sub(r"((Our|Their) Implementation (Class UID|Version Name):).*", r"\1", text) for text in texts]
        outcomes.append((done.code, *texts))
    assert outcomes[1] == outcomes[0]
    assert outcomes[1][0] == 0


NOT_VERBOSE = ("root off", "progress alone")
