"""Layouts: a record as text. They are formatters of ``logging``; a record's message may have several lines."""

from __future__ import annotations

import logging
import os
import time
from _thread import get_native_id
from collections.abc import Callable

from storejet.cli.logs.levels import NAMES
from storejet.cli.logs.properties import Section

DEFAULT_TIME = "%Y-%m-%d %H:%M:%S"

#: the widest field that a pattern may ask for
WIDEST = 1000

Converter = Callable[[logging.LogRecord], str]


class SimpleLayout(logging.Formatter):
    """``LEVEL - message``."""

    def __init__(self, settings: Section) -> None:
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """The record with a line end."""
        return f"{NAMES[record.levelno]} - {record.getMessage()}\n"


class TTCCLayout(logging.Formatter):
    """``ms [thread] LEVEL logger <> - message``; with a DateFormat, the time in place of milliseconds since start."""

    def __init__(self, settings: Section) -> None:
        super().__init__()
        pattern = settings.text("DateFormat")
        gmt = settings.flag("Use_gmtime", False)
        try:
            self._time: Converter = _moment(pattern, gmt) if pattern else _since_start
        except ValueError as error:
            raise settings.bad("DateFormat", str(error)) from None

    def format(self, record: logging.LogRecord) -> str:
        """The record with a line end."""
        level = NAMES[record.levelno]
        return f"{self._time(record)} [{record.thread}] {level} {record.name} <> - {record.getMessage()}\n"


class PatternLayout(logging.Formatter):
    """What ConversionPattern says, by default for each line of the message anew."""

    def __init__(self, settings: Section) -> None:
        """Raises BadSetting for a missing pattern and for what no pattern may hold."""
        super().__init__()
        self._each_line = settings.flag("FormatEachLine", True)
        pattern = settings.text("ConversionPattern")
        if not pattern:
            raise settings.bad("ConversionPattern", "a PatternLayout needs a conversion pattern")
        try:
            self._converters = parse_pattern(pattern)
        except ValueError as error:
            raise settings.bad("ConversionPattern", str(error)) from None

    def format(self, record: logging.LogRecord) -> str:
        """The record as the pattern has it; a line ends only where the pattern says so."""
        if not self._each_line:
            return "".join([convert(record) for convert in self._converters])
        message = record.msg
        lines = []
        try:
            for line in record.getMessage().split("\n"):
                record.msg = line
                lines += [convert(record) for convert in self._converters]
        finally:
            record.msg = message
        return "".join(lines)


def parse_pattern(pattern: str) -> list[Converter]:
    """The pieces of a conversion pattern: literal text, and ``%[-][least][.most]X`` with ``{option}`` where X has one.

    A percent sign at the very end stands for itself. Raises ValueError with the reason and the place.
    """
    converters: list[Converter] = []
    at = 0
    while at < len(pattern):
        start = pattern.find("%", at)
        if start < 0 or start == len(pattern) - 1:
            converters.append(_literal(pattern[at:]))
            break
        if start > at:
            converters.append(_literal(pattern[at:start]))
        converter, at = _conversion(pattern, start)
        converters.append(converter)
    return converters


def _conversion(pattern: str, start: int) -> tuple[Converter, int]:
    """The converter that begins at a percent sign, and where it ends."""
    at = start + 1
    if pattern[at] == "%":
        return _literal("%"), at + 1
    left = pattern[at] == "-"
    least, at = _count(pattern, at + left, start)
    most = WIDEST * WIDEST
    if pattern[at : at + 1] == ".":
        digits = at + 1
        most, at = _count(pattern, digits, start)
        if at == digits:
            raise ValueError(f"a number is missing behind the point of the conversion at character {start + 1}")
    letter = pattern[at : at + 1]
    if letter not in _PLAIN and letter not in _WITH_OPTION:
        known = "".join([*_PLAIN, *_WITH_OPTION])
        raise ValueError(f"there is no conversion %{letter} (character {start + 1}); the letters are {known}")
    at += 1
    if letter in _PLAIN:
        convert = _PLAIN[letter]()
    else:
        option = ""
        if pattern[at : at + 1] == "{":
            end = pattern.find("}", at)
            if end < 0:
                raise ValueError(f"the brace at character {at + 1} is not closed")
            option, at = pattern[at + 1 : end], end + 1
        convert = _WITH_OPTION[letter](option)
    return (convert if not least and most > WIDEST else _fitted(convert, left, least, most)), at


def _count(pattern: str, at: int, start: int) -> tuple[int, int]:
    """(the number that begins there, or 0; where it ends)."""
    end = at
    while pattern[end : end + 1] in "0123456789" and end < len(pattern):
        end += 1
    number = int(pattern[at:end][:6] or "0")
    if number > WIDEST or end - at > 6:
        raise ValueError(f"the conversion at character {start + 1} is wider than {WIDEST}")
    return number, end


def _fitted(convert: Converter, left: bool, least: int, most: int) -> Converter:
    def fit(record: logging.LogRecord) -> str:
        text = convert(record)
        if len(text) > most:
            return text[len(text) - most :]
        return text.ljust(least) if left else text.rjust(least)

    return fit


def _literal(text: str) -> Converter:
    return lambda record: text


def _moment(pattern: str, gmt: bool) -> Converter:
    """The time of the record by strftime; ``%q`` is milliseconds, ``%Q`` milliseconds with a fraction."""
    parts = pattern.split("%%")
    for part in parts:
        time.strftime(part)  # raises ValueError for what no time can be written as

    def convert(record: logging.LogRecord) -> str:
        fields = time.gmtime(record.created) if gmt else time.localtime(record.created)
        microseconds = int(record.created * 1_000_000) % 1_000_000
        milliseconds = f"{microseconds // 1000:03}"
        fraction = f"{milliseconds}.{microseconds % 1000:03}"
        seconds = str(int(record.created))
        filled = [part.replace("%q", milliseconds).replace("%Q", fraction).replace("%s", seconds) for part in parts]
        return "%".join([time.strftime(part, fields) if part else "" for part in filled])

    return convert


def _date(gmt: bool) -> Callable[[str], Converter]:
    return lambda option: _moment(option or DEFAULT_TIME, gmt)


def _logger(option: str) -> Converter:
    """The logger's name, or its last parts."""
    digits = option.strip(" ")
    count = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    return lambda record: ".".join(record.name.split(".")[-count:]) if count else record.name


def _since_start(record: logging.LogRecord) -> str:
    return str(int(record.relativeCreated))


def _host() -> Converter:
    return _literal(os.uname().nodename)


def _full_host() -> Converter:
    from storejet.net.hostname import full_host_name

    return _literal(full_host_name())


#: letter → what makes its converter
_PLAIN: dict[str, Callable[[], Converter]] = {
    "m": lambda: logging.LogRecord.getMessage,
    "n": lambda: _literal("\n"),
    "p": lambda: lambda record: NAMES[record.levelno],
    "P": lambda: lambda record: NAMES[record.levelno][0],
    "i": lambda: _literal(str(os.getpid())),
    "t": lambda: lambda record: str(record.thread),
    "T": lambda: lambda record: str(get_native_id()),
    "h": _host,
    "H": _full_host,
    "F": lambda: lambda record: record.pathname,
    "b": lambda: lambda record: record.filename,
    "L": lambda: lambda record: str(record.lineno),
    "l": lambda: lambda record: f"{record.pathname}:{record.lineno}",
    "M": lambda: lambda record: record.funcName or "",
    "r": lambda: _since_start,
    "x": lambda: _literal(""),
}

#: letter → what makes its converter from the text in braces
_WITH_OPTION: dict[str, Callable[[str], Converter]] = {
    "c": _logger,
    "D": _date(gmt=False),
    "d": _date(gmt=True),
    "X": lambda option: _literal(""),
}

#: class in a log configuration → layout
LAYOUTS: dict[str, Callable[[Section], logging.Formatter]] = {
    "log4cplus::SimpleLayout": SimpleLayout,
    "log4cplus::TTCCLayout": TTCCLayout,
    "log4cplus::PatternLayout": PatternLayout,
}
