"""The bench's programs, built once, and its modules within reach."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.receiver import Receiver, started

BENCH = Path(__file__).resolve().parents[2] / "bench"
# the bench's modules are scripts beside each other, as `python bench/run.py` sees them
sys.path.append(str(BENCH))


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The C programs, compiled with all warnings as errors."""
    from senders import build

    return build(tmp_path_factory.mktemp("bench-programs"))


@pytest.fixture
def sink(programs: dict[str, Path]) -> Iterator[Callable[..., Receiver]]:
    """``sink("--max-pdu", "4096")`` → a running sink."""
    with ExitStack() as stack:
        yield lambda *options: stack.enter_context(started(programs["sink"], *options))


@pytest.fixture(scope="session")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory for the corpora of this test session."""
    return tmp_path_factory.mktemp("bench-corpora")
