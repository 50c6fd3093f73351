"""A sink under test."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Receiver:
    """A running sink; ``end()`` stops it and says what it counted."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child
        first = self._line()
        match = re.fullmatch(r"port (\d+)\n", first)
        assert match, f"first line of the sink: {first!r}"
        self.port = int(match[1])

    def _line(self) -> str:
        assert self.child.stdout is not None
        return self.child.stdout.readline()

    def counted(self) -> tuple[int, int]:
        """Objects and bytes, from the last line of a sink that ends by itself."""
        last = self._line()
        match = re.fullmatch(r"stored (\d+) objects (\d+) bytes\n", last)
        assert match, f"last line of the sink: {last!r}"
        assert self.child.wait(10) == 0
        return int(match[1]), int(match[2])

    def end(self) -> tuple[int, int]:
        """Stops the sink with SIGTERM: objects and bytes."""
        assert self.child.poll() is None, "the sink has died"
        self.child.terminate()
        return self.counted()


@contextmanager
def started(program: Path, *options: str) -> Iterator[Receiver]:
    """A sink that is gone when the block ends."""
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as child:
        try:
            yield Receiver(child)
        finally:
            child.kill()
