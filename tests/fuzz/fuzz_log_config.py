"""Fuzz log configurations: ``python tests/fuzz/fuzz_log_config.py [--seconds N] [--seed S]``; exit code 0 if nothing
was found.

Configurations are mutated by character, by line and by setting, then checked as ``--log-config`` does. Only a
configuration or a UsageError with printable text in one line may come of it; a configuration's layouts and filters then
take records. Any other exception, or a second spent on one text, is printed with that text, and the exit code is 1. The
same seed makes the same texts. Nothing is opened or written.
"""

from __future__ import annotations

import logging
import random
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "tests")]

from campaign import campaign  # noqa: E402
from compat.log_files import CONFIGURATIONS  # noqa: E402

from storejet.cli.logs.configuration import APPENDERS, REFUSED, configure  # noqa: E402
from storejet.cli.logs.layouts import LAYOUTS  # noqa: E402
from storejet.cli.logs.levels import NUMBERS  # noqa: E402
from storejet.errors import UsageError  # noqa: E402
from storejet.log import printable  # noqa: E402

SEEDS = [*CONFIGURATIONS.values(), (PROJECT / "src/storejet/logging.cfg").read_text()]
SEEDS.append(SEEDS[-1].replace("#log4cplus", "log4cplus"))
VALUES = [
    *APPENDERS, *REFUSED, *LAYOUTS, "", "INFO, a", "OFF", "inherited", "true", "-1", "99999999999999999999", "5MB",
    "KB",
    "${x}", "${y}${y}", "${", "}", "${}", "%m%n", "%-5.3p%c{2}", "%D{%H:%M:%S.%q %Q %s}", "%", "%%", "%.", "%{", "%D{",
    "%99999999999m", "log4cplus::spi::DenyAllFilter", "log4cplus::spi::StringMatchFilter", "/", "nowhere.invalid",
]  # fmt: skip
KEYS = [
    "x", "y", "log4cplus.", "log4cplus.rootLogger", "log4cplus.logger.", "log4cplus.logger.dcmtk",
    "log4cplus.appender.",
    "log4cplus.appender.a", "log4cplus.appender.a.File", "log4cplus.appender.a.layout",
    "log4cplus.appender.a.filters.1",
    "log4cplus.appender.a.layout.ConversionPattern", "log4cplus.appender.a.MaxFileSize", "log4cplus.appender.a.port",
    "log4cplus.appender.a.Threshold", "log4cplus.appender.a.facility", "log4cplus.additivity.dcmtk", "log4cplus.${x}",
]  # fmt: skip
CHARACTERS = "=#${}%.,: \t\r\n\0\x1b\x85\u2028\ud8ffAa0-\\"


def mutate(text: str, chance: random.Random) -> str:
    """One to six changes: a character, a cut, a line, a setting, a part of another seed."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        kind = chance.randrange(6)
        lines = text.split("\n")
        if kind == 0:
            text = text[:at] + chance.choice(CHARACTERS) + text[at + chance.randint(0, 1) :]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 30) :]
        elif kind == 2:
            lines.insert(chance.randrange(len(lines) + 1), f"{chance.choice(KEYS)} = {chance.choice(VALUES)}")
            text = "\n".join(lines)
        elif kind == 3:
            one = chance.randrange(len(lines))
            lines[one] = f"{lines[one].partition('=')[0]}= {chance.choice(VALUES)}"
            text = "\n".join(lines)
        elif kind == 4:
            other = chance.choice(SEEDS).split("\n")
            start = chance.randrange(len(other))
            lines[at % len(lines) : at % len(lines)] = other[start : start + chance.randint(1, 6)]
            text = "\n".join(lines)
        else:
            text = text[:at] + text[at : at + chance.randint(1, 20)] * chance.randint(2, 50) + text[at:]
    return text


def play(text: str) -> None:
    """Check one text, and give records to what it configures."""
    try:
        configuration = configure(text, "log.cfg", "storescu", {"HOME": "/home/me"})
    except UsageError as error:
        assert printable(str(error)) == str(error), "a message that is not printable"
        return
    assert configuration.level("dcmtk.apps.storescu") in range(7)
    for appender in configuration.appenders.values():
        for number in NUMBERS[:-1]:
            record = logging.LogRecord("dcmtk.dcmnet", number, "file.py", 1, "one\ntwo", None, None, "function")
            if appender.filter(record):
                assert isinstance(appender.format(record), str)


if __name__ == "__main__":
    raise SystemExit(
        campaign(
            "Fuzz log configurations.", "configurations", lambda chance: mutate(chance.choice(SEEDS), chance), play
        )
    )
