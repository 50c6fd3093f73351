"""The levels of log records by their three names: in a log configuration, in the tools, in Python's ``logging``."""

from __future__ import annotations

from storejet.cli import console

#: level of ``storejet.cli.console`` → level of ``logging``
NUMBERS = (5, 10, 20, 30, 40, 50, 60)

#: level of ``logging`` → the name that layouts print
NAMES = {5: "TRACE", 10: "DEBUG", 20: "INFO", 30: "WARN", 40: "ERROR", 50: "FATAL"}

#: names that mean: as the logger above has it
INHERITED = ("", "INHERITED", "INHERIT")

_LEVELS = {name.upper(): level for name, level in console.LEVEL_NAMES}


def level_of(name: str) -> int | None:
    """The level of ``storejet.cli.console`` that a name in any case stands for, or None."""
    return _LEVELS.get(name.upper())
