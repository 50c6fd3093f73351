"""Property files: lines, variables, values."""

import subprocess
import sys
from pathlib import Path

import pytest

from storejet.cli import console
from storejet.cli.logs.configuration import REFUSED, Configuration, configure
from storejet.cli.logs.properties import Section, expand, split_lines
from storejet.errors import UsageError

ROOT = "log4cplus.rootLogger = INFO, a\nlog4cplus.appender.a = log4cplus::NullAppender\n"


def configured(text: str, tool: str = "storescu") -> Configuration:
    return configure(text, "log.cfg", tool, {"HOME": "/home/me"})


def complaint(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        configured(text)
    assert not caught.value.quietable
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("no setting\n", {}),
        ("a=b", {"a": "b"}),
        ("  a \t=\t b  \r\n", {"a": "b"}),
        ("a = b = c", {"a": "b = c"}),
        ("# a = b\n  # c = d\ne=#f", {"e": "#f"}),
        ("a = 1\nb = 2\na = 3", {"b": "2", "a": "3"}),
        ("a =", {"a": ""}),
        ("= a", {"": "a"}),
        ("\ufeffa = b", {"a": "b"}),
        ("a = one \\\n two", {"a": "one \\"}),
    ],
)
def test_lines(text: str, expected: dict[str, str]) -> None:
    assert split_lines(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${x}", "value"),
        ("-${x}-${x}-", "-value-value-"),
        ("${HOME}", "/home/me"),
        ("${both}", "of the file"),
        ("${nothing} ${} ${empty}", "${nothing} ${} ${empty}"),
        ("${y}", "value, value"),
        ("$x {x} $${x}", "$x {x} $value"),
        ("${a${x}", "${a${x}"),
    ],
)
def test_variables(value: str, expected: str) -> None:
    properties = {"x": "value", "y": "${x}, ${x}", "both": "of the file", "empty": "", "it": value}
    surroundings = {"HOME": "/home/me", "both": "of the environment"}
    assert expand(properties, surroundings, "f")["it"] == expected


def test_variables_in_keys() -> None:
    assert expand({"x": "a", "log.${x}": "1"}, {}, "f") == {"x": "a", "log.a": "1"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = ${x}", "the variable x contains itself"),
        ("x = ${y}\ny = -${z}\nz = ${x}", "contains itself"),
        ("x = ${HOME", "no closing brace"),
        ("\n".join(["v0 = x", *(f"v{n} = ${{v{n - 1}}}${{v{n - 1}}}" for n in range(1, 40))]), "more than 65536"),
        ("\n".join(f"v{n} = ${{v{n + 1}}}" for n in range(2000)), "too deep"),
        ("\n".join(["v = " + "x" * 60000, *(f"v{n} = ${{v}}" for n in range(100))]), "more than 4194304"),
    ],
)
def test_variables_that_go_nowhere(text: str, reason: str) -> None:
    assert reason in complaint(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("TRUE", True), ("False", False), ("1", True), ("0", False), ("-3", True), ("", True)],
)
def test_booleans(value: str, expected: bool) -> None:
    assert Section("f", {"p.x": value}, "p.", set()).flag("x", True) is expected


@pytest.mark.parametrize(
    ("value", "expected"), [("", 7), ("10", 10), ("3KB", 3072), ("2mb", 2 * 1024 * 1024), ("5 KB", 5120), ("0", 0)]
)
def test_sizes(value: str, expected: int) -> None:
    assert Section("f", {"p.x": value}, "p.", set()).size("x", 7) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not contain any settings: log.cfg"),
        ("a = \0", "contains a null character: log.cfg"),
        ("x = y", "does not contain any valid settings: log.cfg"),
        ("log4cplus.logger.x = INFO", "does not set up log4cplus.rootLogger: log.cfg"),
        ("log4cplus.rootLogger = LOUD", "log.cfg: log4cplus.rootLogger: there is no log level LOUD"),
        ("log4cplus.rootLogger = ", "log4cplus.rootLogger: needs a log level"),
        ("log4cplus.rootLogger = INHERITED, a", "log4cplus.rootLogger: there is no appender a"),
        ("log4cplus.rootLogger = INHERITED", "log4cplus.rootLogger: needs a log level"),
        (ROOT + "log4cplus.logger.x = NOISY", "log4cplus.logger.x: there is no log level NOISY"),
        (ROOT + "log4cplus.logger.x = INFO, b", "log4cplus.logger.x: there is no appender b"),
        (ROOT + "log4cplus.logger." + "a." * 100_000 + "b = INFO", "has at most 1000 characters and 30 dots"),
        (ROOT + "log4cplus.additivity." + "a" * 1001 + " = true", "has at most 1000 characters and 30 dots"),
        (ROOT + "log4cplus.additivity.x = maybe", "log4cplus.additivity.x: maybe is neither true nor false"),
        (ROOT + "log4cplus.quietMode = hush", "log4cplus.quietMode: hush is neither"),
        (ROOT + "log4cplus.appender.b = log4cplus::consoleAppender", "there is no appender class log4cplus::console"),
        (ROOT + "log4cplus.appender.b = ", "there is no appender class"),
        (ROOT + "log4cplus.appender.a.layout = log4cplus::XMLLayout", "there is no layout log4cplus::XMLLayout"),
        (ROOT + "log4cplus.appender.a.layout = log4cplus::PatternLayout", "layout.ConversionPattern: a PatternLayout"),
        (ROOT + "log4cplus.appender.a.Threshold = x", "log4cplus.appender.a.Threshold: there is no log level x"),
        (ROOT + "log4cplus.appender.a.filters.1 = x", "log4cplus.appender.a.filters.1: there is no filter x"),
        (ROOT + "log4cplus.appender.a.UseLockFile = x", "log4cplus.appender.a.UseLockFile: x is neither"),
        (
            ROOT + "log4cplus.appender.b = log4cplus::FileAppender",
            "appender.b.File: appender b needs the name of a file",
        ),
        (
            ROOT + "log4cplus.appender.b = log4cplus::SysLogAppender\nlog4cplus.appender.b.facility = x",
            "no syslog facil",
        ),
        (ROOT + "log4cplus.appender.b = log4cplus::SysLogAppender\nlog4cplus.appender.b.port = 70000", "not a port"),
        (ROOT + "log4cplus.appender.b = log4cplus::SysLogAppender\nlog4cplus.appender.b.port = x", "not a number"),
    ],
)
def test_what_cannot_be_followed(text: str, words: str) -> None:
    said = complaint(text)
    assert said.startswith("Specified --log-config file ")
    assert words in said
    assert said.isprintable()


@pytest.mark.parametrize("kind", REFUSED)
def test_appenders_that_are_refused_by_name(kind: str) -> None:
    said = complaint(f"log4cplus.rootLogger = INFO, b\nlog4cplus.appender.b = {kind}\n")
    assert f"log4cplus.appender.b: there is no {kind} here: {REFUSED[kind]}" in said


def test_names_from_the_file_forge_no_lines() -> None:
    said = complaint(ROOT + "log4cplus.appender.b\x1b[2J = log4cplus::\x07")
    assert "b\\x1b[2J" in said
    assert said.isprintable()


def test_levels_are_inherited() -> None:
    text = (
        ROOT
        + """
        log4cplus.logger.dcmtk = error
        log4cplus.logger.dcmtk.apps = INHERITED, a
        log4cplus.logger.dcmtk.apps.storescu = , a
        log4cplus.logger.dcmtk.dcmnet = a l l
        log4cplus.logger.dcmtk.dcmdata = Off
        log4cplus.logger.dcmtk.dcmtls = INHERIT
    """
    )
    found = configured(text)
    assert found.level("") == console.INFO
    assert found.level("elsewhere") == console.INFO
    assert found.level("dcmtk.apps.storescu.progress") == console.ERROR
    assert found.level("dcmtk.dcmtls") == console.ERROR
    assert found.level("dcmtk.dcmnet") == console.TRACE
    assert found.level("dcmtk.dcmdata") == console.OFF
    assert found.level("dcmtkish") == console.INFO


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("", []),
        ("log4cplus.appender.a.threshold = FATAL", ["log4cplus.appender.a.threshold has no effect"]),
        ("log4cplus.appender.b.File = x", ["log4cplus.appender.b.File has no effect"]),
        ("log4cplus.Logger.x = INFO", ["log4cplus.Logger.x has no effect"]),
        ("log4cplus.logger. = INFO", ["log4cplus.logger. has no effect"]),
        (
            "log4cplus.appender.a.filters.2 = log4cplus::spi::DenyAllFilter",
            ["log4cplus.appender.a.filters.2 has no effect"],
        ),
        ("log4cplus.threshold = x\nlog4cplus.quietMode = true", []),
        ("log4cplus.configDebug = true\nlog4cplus.disableOverride = 1\nother = x", []),
        ("log4cplus.additivity.dcmtk = false", ["no appender takes the records of dcmtk.apps.storescu"]),
        ("log4cplus.additivity.dcmtk = false\nlog4cplus.logger.dcmtk.apps = OFF", []),
        ("log4cplus.additivity.dcmtk = false\nlog4cplus.logger.dcmtk.apps = INFO, a", []),
    ],
)
def test_keys_that_mean_nothing_are_noted(text: str, notes: list[str]) -> None:
    assert configured(ROOT + text).notes == notes


def test_the_fuzzer_runs_and_finds_nothing() -> None:
    target = Path(__file__).resolve().parents[1] / "fuzz" / "fuzz_log_config.py"
    done = subprocess.run([sys.executable, target, "--seconds", "2", "--seed", "1"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
