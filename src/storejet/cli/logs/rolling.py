"""Files that are put aside when they are too large, or when their month, day, hour … is over.

A file that cannot be put aside is said once, and written on: a log that is too large is better than none.
"""

from __future__ import annotations

import contextlib
import os
import time

from storejet.cli.logs.appenders import FileAppender
from storejet.cli.logs.properties import Section

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: bytes; DCMTK takes no smaller limit either
SMALLEST_LIMIT = 200 * 1024

DEFAULT_LIMIT = 10 * 1024 * 1024

#: schedule → the name of a period, by strftime; a file is put aside under the period in which it was last written to
SCHEDULES = {
    "MONTHLY": "%Y-%m",
    "WEEKLY": "%Y-%W",
    "DAILY": "%Y-%m-%d",
    "TWICE_DAILY": "%Y-%m-%d-%p",
    "HOURLY": "%Y-%m-%d-%H",
    "MINUTELY": "%Y-%m-%d-%H-%M",
}


class _PutAside(FileAppender):
    """What both have: they put the file aside, and go on with a new one."""

    appends = True
    _stuck = False

    def put_aside(self, move: Callable[[], None]) -> None:
        """Put the file aside by ``move``, if its name still leads to it, and open a new one."""
        if self._stuck:
            return
        try:
            if self.still_ours():
                move()
            self.again()
        except OSError as error:
            self._stuck = True
            self.warn(f"cannot put {self.path} aside and goes on with it: {error.strerror}")


class RollingFileAppender(_PutAside):
    """``file`` is put aside as ``file.1`` when it has grown past MaxFileSize, ``file.1`` as ``file.2``, and so on."""

    def __init__(self, settings: Section, name: str) -> None:
        """Raises BadSetting."""
        super().__init__(settings, name)
        self._limit = max(settings.size("MaxFileSize", DEFAULT_LIMIT), SMALLEST_LIMIT)
        self._kept = max(settings.number("MaxBackupIndex", 1), 1)

    def append(self, data: bytes) -> None:
        """Put the file aside if it is too large already, write, put it aside if it is now. Raises OSError."""
        self._roll_if_large()
        super().append(data)
        self._roll_if_large()

    def _roll_if_large(self) -> None:
        if os.fstat(self.file).st_size > self._limit:
            self.put_aside(self._move)

    def _move(self) -> None:
        """``file`` to ``file.1``. Raises OSError."""
        push_aside(self.path, self._kept)


class DailyRollingFileAppender(_PutAside):
    """``file`` is put aside as ``file.PERIOD`` when its period is over, by the time of its last change."""

    def __init__(self, settings: Section, name: str) -> None:
        """Raises BadSetting."""
        super().__init__(settings, name)
        schedule = settings.text("Schedule") or "DAILY"
        if schedule.upper() not in SCHEDULES:
            raise settings.bad("Schedule", f"there is no schedule {schedule}; there are {', '.join(SCHEDULES)}")
        self._period_of_file = ""
        self._schedule = SCHEDULES[schedule.upper()]
        self._kept = max(settings.number("MaxBackupIndex", 10), 1)

    def append(self, data: bytes) -> None:
        """Put the file aside if its period is over, then write. Raises OSError."""
        status = os.fstat(self.file)
        self._period_of_file = self._period(status.st_mtime)
        if status.st_size and self._period_of_file != self._period(time.time()):
            self.put_aside(self._move)
        super().append(data)

    def _move(self) -> None:
        """``file`` to ``file.PERIOD``. Raises OSError."""
        aside = f"{self.path}.{self._period_of_file}"
        if os.path.lexists(aside):
            push_aside(aside, self._kept)
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            os.rename(self.path, aside)

    def _period(self, moment: float) -> str:
        return time.strftime(self._schedule, time.localtime(moment))


def push_aside(path: str, kept: int) -> None:
    """Rename ``path`` to ``path.1``, that to ``path.2`` and so on; ``path.KEPT`` is lost. Raises OSError."""
    for number in range(kept, 0, -1):
        older = path if number == 1 else f"{path}.{number - 1}"
        with contextlib.suppress(FileNotFoundError):
            os.replace(older, f"{path}.{number}")
