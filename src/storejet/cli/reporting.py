"""A run of dcmsend that leaves a report (--create-report-file), however it ends.

Once the command line was found to be right, a report is written: what was done, what was not, and in a line at its end
why the run ended early, if it did. A signal that ends the program (SIGINT, SIGTERM, SIGHUP) still does, after that.
"""

import posix
import signal

from storejet.cli import console as consoles
from storejet.errors import DCMSEND_CANNOT_WRITE_REPORT_FILE
from storejet.log import printable
from storejet.send.report import exists, obstacle, report_text, write_report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

    from storejet.cli.argv import Options
    from storejet.cli.console import Console
    from storejet.cli.dcmsend import Transfer


class _Ended(BaseException):
    """A signal ends the run; ``str()`` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by signal {number}")
        self.number = number


def _end(number: int, _frame: object) -> None:
    raise _Ended(number)


class _Held:
    """From ``begin`` on, one signal waits until ``end``; another one ends the run at once: the writing may be stuck."""

    def __init__(self) -> None:
        self._came = 0

    def begin(self) -> None:
        self._set(self._hold)

    def _set(self, handler: "Callable[[int, object], None] | None") -> None:
        """Put a handler, or None for what is usual, where signals are not ignored (as nohup does)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:
                usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
                signal.signal(number, handler or usual)

    def _hold(self, number: int, _frame: object) -> None:
        if self._came:
            _end_by(number)
        self._came = number

    def end(self) -> None:
        """Signals do again what is usual. Raises KeyboardInterrupt or _Ended where one waits."""
        self._set(None)
        if self._came:
            _end_by(self._came)


def _end_by(number: int) -> "NoReturn":
    raise KeyboardInterrupt if number == signal.SIGINT else _Ended(number)


def run_with_report(transfer: "Transfer", path: str, options: "Options", console: "Console") -> int:
    """Send the files and write the report to ``path``; the exit code: 43 where only the report failed."""
    complaint = obstacle(path)
    if complaint:
        console.warn(
            f"the detailed report will hardly be written to file '{path}': {complaint}; try: write it elsewhere (+crf)"
        )
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # nohup has made the other one deaf
            signal.signal(number, _end)
    held = _Held()
    try:
        try:
            code = transfer.run()
            held.begin()
        except BaseException as error:
            held.begin()
            transfer.early = _reason(error)
            _report(transfer, path, options, console)
            raise
        written = _report(transfer, path, options, console)
        held.end()
    except _Ended as end:
        if consoles.live is not None:
            consoles.live.finish()
        console.fatal(f"{end}; what was not yet answered counts as not sent")
        signal.signal(end.number, signal.SIG_DFL)
        posix.kill(posix.getpid(), end.number)
        return 128 + end.number
    return code if written or code else DCMSEND_CANNOT_WRITE_REPORT_FILE


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted by the user"
    return str(error) if isinstance(error, _Ended) else f"storejet itself is at fault: {type(error).__name__}: {error}"


def _report(transfer: "Transfer", path: str, options: "Options", console: "Console") -> bool:
    """Write the report; whether it was written. What it finds in its place is said."""

    def text() -> "Iterator[str]":
        return report_text(
            f"{options.peer}:{options.port}",
            (options.text("aetitle"), options.text("call")),
            transfer.entries,
            transfer.associations,
            transfer.contexts,
            transfer.early,
        )

    console.info("creating detailed report on the transfer ...")
    if exists(path):
        console.warn(f"file '{path}' already exists, overwriting")
    try:
        write_report(path, text)
    except (OSError, ValueError) as error:
        why = printable(str(getattr(error, "strerror", None) or error))
        console.error(f"cannot write detailed report to file '{path}': {why}; try: write it elsewhere (+crf)")
        return False
    return True
