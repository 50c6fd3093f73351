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

    from storejet.cli.progress import Live
    from storejet.send.meter import Meter

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


#: the live line on the terminal, which makes room for whatever is written
live: "Live | None" = None


def encode(text: str) -> bytes:
    """``text`` as bytes; a file name from the command line comes out with the bytes that it came in with."""
    encoding = sys.getfilesystemencoding()
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")


def write(descriptor: int, data: bytes) -> None:
    """Write ``data`` in one piece if the system takes it so; what a broken or closed descriptor loses is lost."""
    if live is None:
        write_directly(descriptor, data)
    else:
        live.aside(descriptor, data)


def write_directly(descriptor: int, data: bytes) -> None:
    """As ``write``, whatever stands on the terminal."""
    try:
        while data:
            data = data[write_some(descriptor, data) :]
    except OSError:
        return


def write_some(descriptor: int, data: bytes) -> int:
    """How many bytes of ``data`` were written. Raises OSError, but not for what would block.

    Who shares a pipe or terminal with us may have made it non-blocking; what we say is not lost for that.
    """
    while True:
        try:
            return posix.write(descriptor, data)
        except BlockingIOError:
            import select

            poll = select.poll()
            poll.register(descriptor, select.POLLOUT)
            poll.poll()


class Console:
    """Writes records of at least ``level`` to stderr, each on one line whatever its text holds."""

    __slots__ = ("level", "meter")

    def __init__(self, level: int = WARN) -> None:
        self.level = level
        #: what the run tells how far it is, if that is shown
        self.meter: Meter | None = None

    @property
    def verbose(self) -> bool:
        """Whether INFO records are written."""
        return self.level <= INFO

    @property
    def debugging(self) -> bool:
        """Whether DEBUG records are written."""
        return self.level <= DEBUG

    @property
    def net(self) -> "Console":
        """The console of the network layer; a log configuration may send its records elsewhere."""
        return self

    @property
    def data(self) -> "Console":
        """The console for what files hold."""
        return self

    @property
    def progress(self) -> bool:
        """Whether a dot is shown for each PDU of a data set."""
        return self.level == INFO

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

    def block(self, lines: "Sequence[str]") -> None:
        """Several INFO lines in one piece."""
        if self.level <= INFO:
            write(2, encode(record(INFO, lines)))

    def dump(self, lines: "Sequence[str]") -> None:
        """Several DEBUG lines in one piece."""
        if self.level <= DEBUG:
            write(2, encode(record(DEBUG, lines)))

    def notice(self, lines: "Sequence[str]") -> None:
        """INFO lines whatever the level, for --arguments."""
        write(2, encode(record(INFO, lines)))

    def out(self, text: str) -> None:
        """``text`` as it is to stdout, unbuffered."""
        write(1, encode(text))

    def _log(self, level: int, text: str) -> None:
        if level >= self.level:
            write(2, encode(record(level, (text,))))


def record(level: int, lines: "Sequence[str]") -> str:
    """The lines of a record with their prefixes.

    File names, UIDs and a peer's words may hold anything: none of it may make a line, or move a terminal's cursor.
    """
    prefix = _LETTERS[level] + ": "
    return "".join([f"{prefix}{line if line.isprintable() else printable(line)}\n" for line in lines])


def identification(tool: str) -> str:
    """The line that names a tool and its version, first in help, version, usage errors and debug logs."""
    from storejet._version import VERSION

    return f"$storejet: {tool} v{VERSION} $"


#: options whose values nobody is to read in a log
_SECRETS: "tuple[str, ...]" = ("user", "password", "use-passwd")


def arguments_record(tool: str, argv: "Sequence[str]") -> tuple[str, str]:
    """The lines for --arguments: what ``tool`` was called with (command files expanded, long option names).

    A password, or who the user is, is shown as three asterisks. The second line is empty, as DCMTK's is.
    """
    known = options.index(tool)
    shown: list[str] = []
    values = 0
    secret = False
    for argument in argv:
        name = argument
        if values:
            values -= 1
            name = "***" if secret else argument
        elif argument in known:
            row = known[argument][1]
            values = len(row[options.ARGUMENTS])
            secret = row[options.LONG] in _SECRETS
            name = "--" + row[options.LONG]
        shown.append(f"'{name}' ")
    return f"calling '{tool}' with {len(shown)} arguments: {''.join(shown)}", ""
