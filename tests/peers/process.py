"""Run a command to its end within a time limit, and keep all that it said."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """``code`` is the exit code (negative: the signal that ended it); ``seconds`` is wall time."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def lines(self) -> list[str]:
        """The lines of stderr that are not empty."""
        return [line for line in self.err.splitlines() if line.strip()]


def surroundings(env: Mapping[str, str] | None) -> dict[str, str]:
    return {**os.environ, **(env or {})}


def run(
    command: str | Path,
    args: Sequence[str | Path] = (),
    env: Mapping[str, str] | None = None,
    timeout: float = 30,
    cwd: Path | None = None,
) -> Result:
    """Run the command; ``env`` adds to the environment. Past ``timeout`` (seconds) it is killed and the test fails."""
    started = time.monotonic()
    done = subprocess.run(
        [command, *args],
        check=False,
        env=surroundings(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
    )
    seconds = time.monotonic() - started
    return Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), seconds)
