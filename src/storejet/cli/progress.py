"""The live line of a long run on a terminal: when there is one, and how it keeps out of the way of what is logged.

A timer begins it when the run has lasted a while; only then its thread is there, and what draws it is loaded. It stands
on the terminal's last line with the cursor at its beginning, so that whatever comes (a record, a prompt, an echo of
what is typed) can take its place, and a terminal that was made narrower, and has folded the line, is wiped clean from
there.
"""

import posix
import sys
from _signal import SIG_DFL, SIGTERM, SIGTSTP, getsignal, signal
from _thread import allocate_lock, start_new_thread

from storejet.cli import console as consoles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.cli.argv import Options
    from storejet.cli.console import Console
    from storejet.send.meter import Meter

#: seconds between two looks, between two plain lines
TICK = 0.2
PLAIN_TICK = 10.0
#: seconds that the drawing thread may hold back what sends: it would be 0.005 else, for each object
SWITCH = 0.0002
#: seconds that the end waits for a terminal that takes nothing (Ctrl-S)
GIVING_UP = 0.2

#: to the first column, then wipe from there to the end of the screen (ECMA-48 8.3.39)
WIPE = b"\r\x1b[J"


def begin(options: "Options", console: "Console", meter: "Meter") -> None:
    """Begin to show how far a run is, until ``finish``; in the main thread, for the sake of the signals.

    Without options it is shown on a terminal that can wipe a line. With --progress, where that is not to be had, a
    plain line is written now and then.
    """
    asked = options.choice("progress") == "progress"
    plain = not posix.isatty(2) or posix.environ.get(b"TERM", b"dumb") in (b"dumb", b"")
    if plain and not asked:
        return
    live = Live(meter, plain, console if asked else None)
    consoles.live = live
    if not plain:
        # where a report is written, the signals that end the process have an end of their own, which calls finish()
        if options.tool != "dcmsend" or not options.text("create-report-file"):
            live.mind(SIGTERM)
        live.mind(SIGTSTP)
    start_new_thread(live.watch, ())


class Live:
    """The line, between what draws it and what is logged. ``plain``: lines that stay, PLAIN_TICK apart."""

    __slots__ = ("_console", "_ended", "_lock", "_meter", "_over", "_plain", "_text")

    def __init__(self, meter: "Meter", plain: bool, console: "Console | None") -> None:
        self._meter = meter
        self._plain = plain
        self._console = console
        self._lock = allocate_lock()
        self._over = allocate_lock()
        self._over.acquire()
        self._ended = False
        #: what stands on the terminal, empty: nothing of ours
        self._text = b""

    def watch(self) -> None:
        """Show the progress until the end; this is the thread."""
        sys.setswitchinterval(SWITCH)
        try:
            from storejet.cli.progress_line import Line
        except ImportError as error:
            if self._console is not None:
                self._console.warn(f"progress cannot be shown: {error}; try: pip install tqdm")
            return
        line = Line(self._meter)
        tick = PLAIN_TICK if self._plain else TICK
        while True:
            if self._plain:
                consoles.write_directly(2, f"{line.plain()}\n".encode("ascii", "backslashreplace"))
            elif in_foreground():
                self._show(line.drawn(_columns() - 1).encode("ascii", "replace"))
            if self._over.acquire(True, tick):
                return

    def aside(self, descriptor: int, data: bytes) -> None:
        """Write ``data`` in the place of the line, which comes back behind it."""
        with self._lock:
            text = self._text
            self._wipe()
            consoles.write_directly(descriptor, data)
            if text and in_foreground():
                self._text = text
                consoles.write_directly(2, text + b"\r")

    def finish(self) -> None:
        """The run is over: nothing is left of the line. May be called again."""
        if self._ended:
            return
        self._ended = True
        self._over.release()
        if self._lock.acquire(True, GIVING_UP):
            self._wipe()
            self._lock.release()
        consoles.live = None

    def mind(self, number: int) -> None:
        """See to it that a signal that ends or stops the process finds no line on the terminal."""
        if getsignal(number) == SIG_DFL:
            signal(number, self._leave)

    def _leave(self, number: int, _frame: object) -> None:
        if self._lock.acquire(True, GIVING_UP):
            self._wipe()
            self._lock.release()
        signal(number, SIG_DFL)
        posix.kill(posix.getpid(), number)
        # stopped, and now continued
        signal(number, self._leave)

    def _show(self, text: bytes) -> None:
        with self._lock:
            if not self._ended:
                self._text = text
                consoles.write_directly(2, WIPE + text + b"\r")

    def _wipe(self) -> None:
        if self._text:
            self._text = b""
            if in_foreground():
                consoles.write_directly(2, WIPE)


def in_foreground() -> bool:
    """Whether the terminal on stderr is ours to draw on: it is another's while this is a job in the background."""
    try:
        return posix.tcgetpgrp(2) == posix.getpgrp()
    except OSError:  # a terminal without jobs
        return True


def _columns() -> int:
    try:
        return posix.get_terminal_size(2).columns or 80
    except OSError:
        return 80
