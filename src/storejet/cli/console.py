"""The log lines of the tools on stderr, and their plain output on stdout.

Levels are those of DCMTK's tools. Every line of a record starts with the letter of its level, a colon and a blank, so
that scripts which look for ``E: `` or ``F: `` go on working. A record is one write, and no failure to write raises: a
tool that sends files does not stop because nobody reads what it says.
"""

import posix
import sys

from storejet.cli import options
from storejet.log import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

TRACE: "Final" = 0
DEBUG: "Final" = 1
INFO: "Final" = 2
WARN: "Final" = 3
ERROR: "Final" = 4
FATAL: "Final" = 5
OFF: "Final" = 6

_LETTERS: "Final" = "TDIWEF"

#: (name, level) as --log-level takes them; the last two are not in the help text of DCMTK's tools, but they take them
LEVEL_NAMES: "tuple[tuple[str, int], ...]" = (
    ("fatal", FATAL),
    ("error", ERROR),
    ("warn", WARN),
    ("info", INFO),
    ("debug", DEBUG),
    ("trace", TRACE),
    ("off", OFF),
    ("all", TRACE),
)


def encode(text: str) -> bytes:
    """``text`` as bytes; a file name from the command line comes out with the bytes that it came in with."""
    encoding = sys.getfilesystemencoding()
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")


def write(descriptor: int, data: bytes) -> None:
    """Write ``data`` in one piece if the system takes it so; what a broken or closed descriptor loses is lost."""
    try:
        while data:
            data = data[posix.write(descriptor, data) :]
    except OSError:
        return


class Console:
    """Writes records of at least ``level`` to stderr. ``text`` may have several lines; each gets the prefix."""

    __slots__ = ("level",)

    def __init__(self, level: int = WARN) -> None:
        self.level = level

    def enabled(self, level: int) -> bool:
        """Whether records of ``level`` are written: ask before composing a costly one."""
        return level >= self.level

    @property
    def verbose(self) -> bool:
        """Whether INFO records are written."""
        return self.level <= INFO

    def fatal(self, text: str) -> None:
        """The program gives up."""
        self._log(FATAL, text)

    def error(self, text: str) -> None:
        """Something was not done."""
        self._log(ERROR, text)

    def warn(self, text: str) -> None:
        """Something was done otherwise than asked."""
        self._log(WARN, text)

    def info(self, text: str) -> None:
        """A step (--verbose)."""
        self._log(INFO, text)

    def debug(self, text: str) -> None:
        """Details of a step (--debug)."""
        self._log(DEBUG, text)

    def trace(self, text: str) -> None:
        """Details that only help to look into this program."""
        self._log(TRACE, text)

    def notice(self, text: str) -> None:
        """An INFO record whatever the level, for --arguments."""
        write(2, encode(record(INFO, text)))

    def out(self, text: str) -> None:
        """``text`` as it is to stdout, unbuffered."""
        write(1, encode(text))

    def err(self, text: str) -> None:
        """``text`` as it is to stderr whatever the level, for the report of a mistake on the command line."""
        write(2, encode(text))

    def _log(self, level: int, text: str) -> None:
        if level >= self.level:
            write(2, encode(record(level, text)))


def record(level: int, text: str) -> str:
    """The lines of a record with their prefixes."""
    prefix = _LETTERS[level] + ": "
    if not text.isprintable():
        # file names, UIDs and a peer's words may hold anything; a terminal must not obey them
        text = "\n".join([printable(line) for line in text.split("\n")])
    return prefix + text.replace("\n", "\n" + prefix) + "\n"


def identification(tool: str) -> str:
    """The line that names a tool and its version, first in help, version, usage errors and debug logs."""
    from storejet._version import VERSION

    return f"$storejet: {tool} v{VERSION} $"


def arguments_record(tool: str, argv: "Sequence[str]") -> str:
    """The record for --arguments: what ``tool`` was called with (command files expanded, long option names).

    It ends in an empty line, as DCMTK's does.
    """
    known = options.index(tool)
    shown: list[str] = []
    values = 0
    for argument in argv:
        name = argument
        if values:
            values -= 1
        elif argument in known:
            row = known[argument][1]
            values = len(row[options.ARGUMENTS])
            name = "--" + row[options.LONG]
        shown.append(f"'{name}' ")
    return f"calling '{tool}' with {len(shown)} arguments: {''.join(shown)}\n"
