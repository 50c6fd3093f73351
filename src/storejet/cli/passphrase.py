"""A password that is typed: asked for on the terminal, whatever stdin and stdout are, and not shown."""

import os
import termios

from storejet.errors import UsageError
from storejet.log import printable


def ask(prompt: str) -> bytes:
    """What is typed up to the end of the line. The terminal is left as it was, after Ctrl-C, too.

    Raises UsageError where there is no terminal, and where its input ends.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        text = (
            "the private key needs a password, and there is no terminal to ask for it: see --use-passwd, --null-passwd"
        )
        raise UsageError(text) from None
    try:
        before = termios.tcgetattr(terminal)
        silent = [*before]
        silent[3] &= ~termios.ECHO
        try:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
            os.write(terminal, os.fsencode(printable(prompt)))
            return _line(terminal)
        finally:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
            os.write(terminal, b"\n")
    except (OSError, termios.error) as error:
        raise UsageError(f"the password cannot be read from the terminal: {error}") from None
    finally:
        os.close(terminal)


def _line(terminal: int) -> bytes:
    typed = b""
    while not typed.endswith(b"\n"):
        part = os.read(terminal, 1024)
        if not part:
            break
        typed += part
    if not typed:
        raise UsageError("the private key needs a password, and none was typed")
    return typed.removesuffix(b"\n")
