"""What all tests share: the commands under test, a way to run them, and files to send."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from peers import found, process

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell that runs the tests in the background makes them, and the commands under test, deaf to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)


#: what CI finds it finds again; elsewhere each run looks at other examples
settings.register_profile("ci", derandomize=True)
if "CI" in os.environ:
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def storescu() -> Path:
    """Our storescu as it is installed beside the interpreter."""
    return found.ours("storescu")


@pytest.fixture(scope="session")
def dcmsend() -> Path:
    """Our dcmsend as it is installed beside the interpreter."""
    return found.ours("dcmsend")


@pytest.fixture(scope="session")
def storejet() -> Path:
    """The umbrella command as it is installed beside the interpreter."""
    return found.ours("storejet")


@pytest.fixture(scope="session")
def run() -> Callable[..., process.Result]:
    """``run(command, args, env=…, timeout=…)`` → ``Result(code, out, err, seconds)``."""
    return process.run


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the corpus of real files; skips where it is absent."""
    return found.corpus()


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Path]:
    """``sample(name)`` → a test file that comes with pydicom itself."""
    return found.sample
