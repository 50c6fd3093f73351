"""What the tests of the door share: files to send, and a peer at the other end of a wire."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ext_objects import data_set, head
from ext_peer import Peer


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., bytes]:
    """``made(pixels, name=…)`` → the path of a storable file."""

    def make(pixels: int = 100, name: str = "made.dcm") -> bytes:
        path = tmp_path / name
        path.write_bytes(head() + data_set(pixels))
        return os.fsencode(path)

    return make


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    with contextlib.closing(peer.near):
        yield peer
        peer.end()
