"""DCMTK's storescp as a peer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from peers import found
from peers.listening import associates, free_port, server


@dataclass(frozen=True)
class Storescp:
    """A running storescp: its port, and the folder where it puts what it receives."""

    port: int
    folder: Path
    log: Path

    def take(self) -> list[bytes]:
        """What it wrote since the last time."""
        paths = sorted(path for path in self.folder.iterdir() if path.is_file())
        contents = [path.read_bytes() for path in paths]
        for path in paths:
            path.unlink()
        return contents


@contextlib.contextmanager
def storescp(where: Path, *options: str) -> Iterator[Storescp]:
    """Run storescp with these options as it is shipped; it writes below ``where`` and ends with the block."""
    program = found.dcmtk("storescp")
    peer = Storescp(free_port(), where / "received", where / "storescp.log")
    peer.folder.mkdir(parents=True)
    command: list[str | Path] = [program, *options, "-od", peer.folder, str(peer.port)]
    with server(command, lambda: associates(peer.port), peer.log):
        yield peer
