"""Appenders that write: to the console, to a file, nowhere. They are handlers of ``logging``.

An appender is made from its settings without any effect, then opened. What goes wrong with a record later is said once
on stderr and stops nothing. A record is one write, so that an interrupted program leaves whole lines.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sys

from storejet.cli import console
from storejet.cli.logs.filters import Chain
from storejet.cli.logs.layouts import LAYOUTS
from storejet.cli.logs.levels import NUMBERS, level_of
from storejet.cli.logs.properties import Section
from storejet.log import printable


class Appender(logging.Handler):
    """What all appenders have: a name, a threshold, filters, a layout."""

    def __init__(self, settings: Section, name: str) -> None:
        """``settings`` are those below the appender's name. Raises BadSetting."""
        super().__init__()
        self.title = name
        self._settings = settings
        self._complained = False
        threshold = settings.text("Threshold")
        level = level_of(threshold)
        if threshold and level is None:
            raise settings.bad("Threshold", f"there is no log level {threshold}")
        self.setLevel(NUMBERS[level or 0])
        self.addFilter(Chain(settings.section("filters")))
        layout = settings.text("layout") or "log4cplus::SimpleLayout"
        if layout not in LAYOUTS:
            raise settings.bad("layout", f"there is no layout {layout}; there are {', '.join(LAYOUTS)}")
        self.setFormatter(LAYOUTS[layout](settings.section("layout")))
        # known to every appender, of use to those that write files
        self.locked = settings.flag("UseLockFile", False)
        self.lock_file = settings.text("LockFile")

    def open(self) -> None:
        """Get what the appender writes to. Raises BadSetting when it cannot be had."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            self.put(console.encode(self.format(record)))
        except Exception:
            self.handleError(record)

    def put(self, data: bytes) -> None:
        """Write the bytes of a record. Raises OSError."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say once that records are lost."""
        if not self._complained:
            self._complained = True
            error = sys.exc_info()[1]
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            self.warn(f"loses records: {reason}")

    def warn(self, text: str) -> None:
        """Say on stderr what is the matter with the appender."""
        line = f"log appender {self.title} {printable(text)}"
        console.write(2, console.encode(console.record(console.WARN, (line,))))


class NullAppender(Appender):
    """Takes records and does nothing with them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Nothing."""


class ConsoleAppender(Appender):
    """Writes to stdout, or to stderr."""

    def __init__(self, settings: Section, name: str) -> None:
        """Raises BadSetting."""
        super().__init__(settings, name)
        self._descriptor = 2 if settings.flag("logToStdErr", False) else 1
        settings.flag("ImmediateFlush", False)  # every record is written at once in any case

    def put(self, data: bytes) -> None:
        """Write the bytes of a record. Raises OSError."""
        write_all(self._descriptor, data)


class FileAppender(Appender):
    """Writes to the end of a file, which is emptied first unless it is to be appended to."""

    appends = False

    def __init__(self, settings: Section, name: str) -> None:
        """Raises BadSetting."""
        super().__init__(settings, name)
        self.path = settings.text("File")
        if not self.path:
            raise settings.bad("File", f"appender {name} needs the name of a file")
        self._appends = settings.flag("Append", self.appends)
        # DCMTK buffers and opens again after a failure; here every record is written at once and the file stays open
        settings.flag("ImmediateFlush", True)
        settings.number("BufferSize", 0)
        settings.number("ReopenDelay", 1)
        settings.text("Locale")
        self.file = -1
        self._lock = -1

    def open(self) -> None:
        """Open the file. Raises BadSetting."""
        if self.locked:
            lock_file = self.lock_file or self.path + ".lock"
            key = "LockFile" if self.lock_file else "File"
            self._lock = self._opened(lock_file, key, os.O_CREAT | os.O_RDWR)
        self.begin(os.O_CREAT | (0 if self._appends else os.O_TRUNC))

    def begin(self, flags: int) -> None:
        """Open the file for the first time. Raises BadSetting."""
        self.file = self._opened(self.path, "File", os.O_WRONLY | os.O_APPEND | flags)

    def _opened(self, path: str, key: str, flags: int) -> int:
        try:
            # without O_NONBLOCK a FIFO that nobody reads would be waited for
            descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, 0o666)
            os.set_blocking(descriptor, True)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._settings.bad(key, f"appender {self.title} cannot open {path}: {reason}") from None
        return descriptor

    def put(self, data: bytes) -> None:
        """Write the bytes of a record; with a lock file, while no other process does. Raises OSError."""
        if self._lock < 0:
            self.append(data)
            return
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            if not self.still_ours():
                self.again()
            self.append(data)
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    def append(self, data: bytes) -> None:
        """Write the bytes at the end of the file. Raises OSError."""
        write_all(self.file, data)

    def again(self) -> None:
        """Open the file that now has the name. Raises OSError."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        os.close(self.file)
        self.file = descriptor

    def still_ours(self) -> bool:
        """Whether the name leads to the file that is open: another process may have put that aside."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self.file))
        except FileNotFoundError:
            return False


def write_all(descriptor: int, data: bytes) -> None:
    """Write ``data``, in one piece if the system takes it so. Raises OSError."""
    while data:
        data = data[console.write_some(descriptor, data) :]
