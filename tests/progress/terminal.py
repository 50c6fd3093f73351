"""A terminal for a command under test: a pseudo-terminal that is its controlling one, whose other end we read."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

#: what takes the line away (see cli/progress.py)
WIPE = "\r\x1b[J"


class Terminal:
    """``said``: all that the command has written to the terminal, stderr and stdout alike."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self._master = master
        self.said = ""

    def read(self, until: float) -> bool:
        """Take in what comes before ``until`` (monotonic); False when the command has ended and all was read."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other end any more
            return False
        self.said += data.decode(errors="replace")
        return bool(data)

    def wait_for(self, text: str, seconds: float = 20) -> None:
        """Until the command has said this."""
        until = time.monotonic() + seconds
        while text not in self.said:
            assert time.monotonic() < until, self.said
            assert self.read(until), self.said

    def end(self, seconds: float = 30) -> int:
        """Until the command ends; its exit code, negative for a signal."""
        until = time.monotonic() + seconds
        while self.read(until):
            assert time.monotonic() < until, self.said
        return self.process.wait(5)

    def resize(self, columns: int) -> None:
        """As the user's hand on the corner of the window: the system tells the command by SIGWINCH."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    @property
    def lines(self) -> list[str]:
        """What stood in the place of the live line, one after the other."""
        return [piece.split("\r")[0] for piece in self.said.split(WIPE)[1:] if piece.split("\r")[0].strip()]

    @property
    def screen(self) -> str:
        """What is left to be read when nothing more comes: a terminal's work on ``said``, as far as we use it."""
        rows: list[str] = [""]
        at = 0
        for character in self.said.replace(WIPE, "\r\0"):
            if character == "\n":
                rows.append("")
                at = 0
            elif character == "\r":
                at = 0
            elif character == "\0":
                rows[-1] = rows[-1][:at]
            else:
                rows[-1] = rows[-1][:at] + character + rows[-1][at + 1 :]
                at += 1
        return "\n".join(rows)


@contextlib.contextmanager
def terminal(
    command: Sequence[str | Path], env: Mapping[str, str] | None = None, columns: int = 100, pipe: str = ""
) -> Iterator[Terminal]:
    """Run the command on a terminal; ``pipe``: "stdout" or "stderr" goes to nobody instead."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [str(word) for word in command],
        stdin=slave,
        stdout=subprocess.DEVNULL if pipe == "stdout" else slave,
        stderr=subprocess.DEVNULL if pipe == "stderr" else slave,
        env={**os.environ, "TERM": "xterm", **(env or {})},
        preexec_fn=take_terminal,  # noqa: PLW1509 - the only thread that forks
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        process.wait(5)
        os.close(master)
