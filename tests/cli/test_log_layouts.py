"""Layouts and filters of a log configuration, on records made by hand."""

import logging
import os
import re
import socket
import time
from collections.abc import Iterator

import pytest

from storejet.cli.logs.filters import Chain
from storejet.cli.logs.layouts import LAYOUTS, parse_pattern
from storejet.cli.logs.properties import BadSetting, Section

LEVELS = {"TRACE": 5, "DEBUG": 10, "INFO": 20, "WARN": 30, "ERROR": 40, "FATAL": 50}

#: 2026-03-04 05:06:07.089012 UTC
MOMENT = 1772600767.089012


def record(message: str = "text", level: str = "INFO", name: str = "dcmtk.apps.storescu") -> logging.LogRecord:
    made = logging.LogRecord(name, LEVELS[level], "/src/file.py", 12, message, None, None, "function")
    made.created = MOMENT
    made.relativeCreated = 1234.9
    return made


def shown(kind: str, one: logging.LogRecord, **options: str) -> str:
    return LAYOUTS[f"log4cplus::{kind}Layout"](Section("f", options, "", set())).format(one)


def pattern(text: str, one: logging.LogRecord | None = None, **options: str) -> str:
    return shown("Pattern", one or record(), ConversionPattern=text, **options)


@pytest.fixture(autouse=True)
def far_from_greenwich() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "XXX-02:30")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%m%n", "text\n"),
        ("%p %P", "INFO I"),
        ("[%6p][%-6p]", "[  INFO][INFO  ]"),
        ("[%.2p][%6.2p][%-6.2p]", "[FO][FO][FO]"),
        ("[%.0m][%0m]", "[][text]"),
        (
            "%c|%c{1}|%c{2}|%c{3}|%c{9}",
            "dcmtk.apps.storescu|storescu|apps.storescu|dcmtk.apps.storescu|dcmtk.apps.storescu",
        ),
        ("%c{0}%c{x}%c{}", "dcmtk.apps.storescu" * 3),
        ("%d", "2026-03-04 05:06:07"),
        ("%D", "2026-03-04 07:36:07"),
        ("%d{%H:%M:%S.%q}", "05:06:07.089"),
        ("%d{%Q %s %%q}", "089.012 1772600767 %q"),
        ("%D{%H}h", "07h"),
        ("%%%m%%", "%text%"),
        ("100%", "100%"),
        ("%F %b %L %l %M", "/src/file.py file.py 12 /src/file.py:12 function"),
        ("%r", "1234"),
        ("[%x][%X{key}][%X]", "[][][]"),
        ("%m{x}", "text{x}"),
        ("plain", "plain"),
    ],
)
def test_pattern(text: str, expected: str) -> None:
    assert pattern(text) == expected


def test_pattern_of_the_process() -> None:
    found = pattern("%i %h %t %T %H")
    pid, host, thread, native, full = found.split()
    assert (pid, host) == (str(os.getpid()), os.uname().nodename)
    assert thread.isdigit() and native.isdigit()
    assert full


def test_each_line_anew() -> None:
    three = record("one\n\nthree")
    assert pattern("<%m>%n", three) == "<one>\n<>\n<three>\n"
    assert three.getMessage() == "one\n\nthree"
    assert pattern("<%m>%n", three, FormatEachLine="false") == "<one\n\nthree>\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("%y", "there is no conversion %y (character 1)"),
        ("ab%-5", "there is no conversion % (character 3)"),
        ("%.x", "a number is missing behind the point of the conversion at character 1"),
        ("%D{%H", "the brace at character 3 is not closed"),
        ("%9999m", "wider than 1000"),
        ("%.1000000000m", "wider than 1000"),
        ("%1" + "0" * 5000 + "m", "wider than 1000"),
    ],
)
def test_bad_patterns(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse_pattern(text)
    with pytest.raises(BadSetting, match=re.escape("f: ConversionPattern: ")):
        pattern(text)


def test_simple() -> None:
    assert shown("Simple", record("one\ntwo", "FATAL")) == "FATAL - one\ntwo\n"


def test_ttcc() -> None:
    one = record(level="WARN")
    assert shown("TTCC", one) == f"1234 [{one.thread}] WARN dcmtk.apps.storescu <> - text\n"
    gmt = shown("TTCC", one, DateFormat="%H:%M:%S,%q", Use_gmtime="true")
    assert gmt == f"05:06:07,089 [{one.thread}] WARN dcmtk.apps.storescu <> - text\n"
    assert shown("TTCC", one, DateFormat="%H").startswith("07 [")


@pytest.mark.parametrize(
    ("filters", "taken"),
    [
        ("", "TRACE DEBUG INFO WARN ERROR FATAL"),
        ("DenyAll", ""),
        ("LogLevelMatch LogLevelToMatch=WARN", "TRACE DEBUG INFO ERROR FATAL"),
        ("LogLevelMatch LogLevelToMatch=WARN AcceptOnMatch=true", "TRACE DEBUG INFO WARN ERROR FATAL"),
        ("LogLevelMatch LogLevelToMatch=warn AcceptOnMatch=true, DenyAll", "WARN"),
        ("LogLevelMatch", "TRACE DEBUG INFO WARN ERROR FATAL"),
        ("LogLevelRange LogLevelMin=INFO LogLevelMax=ERROR", "INFO WARN ERROR"),
        ("LogLevelRange LogLevelMin=INFO", "INFO WARN ERROR FATAL"),
        ("LogLevelRange LogLevelMax=INFO", "TRACE DEBUG INFO"),
        ("LogLevelRange LogLevelMin=INFO LogLevelMax=INFO AcceptOnMatch=1, DenyAll", "INFO"),
        ("LogLevelRange LogLevelMin=INFO LogLevelMax=INFO, DenyAll", ""),
        ("StringMatch StringToMatch=level", ""),
        ("StringMatch StringToMatch=WARN AcceptOnMatch=true, DenyAll", "WARN"),
        ("StringMatch StringToMatch=nowhere", "TRACE DEBUG INFO WARN ERROR FATAL"),
        ("StringMatch", "TRACE DEBUG INFO WARN ERROR FATAL"),
    ],
)
def test_filters(filters: str, taken: str) -> None:
    settings = {}
    for number, one in enumerate(filters.split(", ") if filters else [], 1):
        kind, *options = one.split()
        settings[f"{number}"] = f"log4cplus::spi::{kind}Filter"
        settings.update({f"{number}.{name}": value for name, value in (option.split("=") for option in options)})
    chain = Chain(Section("f", settings, "", set()))
    assert [name for name in LEVELS if chain.filter(record(f"level {name}", name))] == taken.split()


def test_filters_without_number_one_do_not_begin() -> None:
    chain = Chain(Section("f", {"2": "log4cplus::spi::DenyAllFilter"}, "", set()))
    assert chain.filter(record())


@pytest.mark.parametrize("key", ["LogLevelMin", "LogLevelMax"])
def test_filters_with_a_bad_level(key: str) -> None:
    settings = {"1": "log4cplus::spi::LogLevelRangeFilter", f"1.{key}": "HIGH"}
    with pytest.raises(BadSetting, match=re.escape(f"f: 1.{key}: there is no log level HIGH")):
        Chain(Section("f", settings, "", set()))


def test_a_machine_whose_name_no_name_service_could_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "h" * 64)
    (convert,) = parse_pattern("%H")
    assert convert(record("x")) == "h" * 64
