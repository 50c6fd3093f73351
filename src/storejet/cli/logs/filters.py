"""Filters of an appender: each accepts a record, denies it, or leaves it to the next one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from storejet.cli.logs.levels import NUMBERS, level_of
from storejet.cli.logs.properties import Section

#: what a filter answers: True accepts, False denies, None leaves it to the next
Decision = Callable[[logging.LogRecord], "bool | None"]


def _level(settings: Section, name: str) -> int | None:
    """A level of ``logging`` from a setting, or None where it is absent. Raises BadSetting."""
    value = settings.text(name)
    if not value:
        return None
    level = level_of(value)
    if level is None:
        raise settings.bad(name, f"there is no log level {value}")
    return NUMBERS[level]


def _deny_all(settings: Section) -> Decision:
    return lambda record: False


def _level_match(settings: Section) -> Decision:
    wanted = _level(settings, "LogLevelToMatch")
    accept = settings.flag("AcceptOnMatch", False)
    return lambda record: accept if record.levelno == wanted else None


def _level_range(settings: Section) -> Decision:
    lowest = _level(settings, "LogLevelMin")
    highest = _level(settings, "LogLevelMax")
    accept = settings.flag("AcceptOnMatch", False)

    def decide(record: logging.LogRecord) -> bool | None:
        if (lowest is not None and record.levelno < lowest) or (highest is not None and record.levelno > highest):
            return False
        return True if accept else None

    return decide


def _string_match(settings: Section) -> Decision:
    wanted = settings.text("StringToMatch")
    accept = settings.flag("AcceptOnMatch", False)
    return lambda record: accept if wanted and wanted in record.getMessage() else None


_FILTERS: dict[str, Callable[[Section], Decision]] = {
    "log4cplus::spi::DenyAllFilter": _deny_all,
    "log4cplus::spi::LogLevelMatchFilter": _level_match,
    "log4cplus::spi::LogLevelRangeFilter": _level_range,
    "log4cplus::spi::StringMatchFilter": _string_match,
}


class Chain(logging.Filter):
    """The filters ``1``, ``2`` … of an appender; the first answer counts, and no answer accepts."""

    def __init__(self, settings: Section) -> None:
        """Raises BadSetting."""
        super().__init__()
        self.decisions: list[Decision] = []
        while name := settings.text(number := str(len(self.decisions) + 1)):
            if name not in _FILTERS:
                raise settings.bad(number, f"there is no filter {name}; there are {', '.join(_FILTERS)}")
            self.decisions.append(_FILTERS[name](settings.section(number)))

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is taken."""
        for decide in self.decisions:
            if (answer := decide(record)) is not None:
                return answer
        return True
