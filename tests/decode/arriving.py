"""Send files with a tool to a peer that accepts one transfer syntax only, and read what arrives."""

from __future__ import annotations

import functools
import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import pydicom
from compat import encode
from peers import process, script, wire
from peers.scp import ScriptedScp
from peers.script import Script
from pydicom.dataset import Dataset

#: DCMTK as shipped loses 40 ms with each object; this setting of its own makes it fast
ENVIRONMENT = {"TCP_NODELAY": "1"}

#: how a peer is called here → the only transfer syntax that it accepts
NATIVE = {"implicit": wire.IMPLICIT, "explicit": wire.EXPLICIT, "big": wire.BIG_ENDIAN}


@dataclass(frozen=True)
class Thing:
    """One object that arrived whole, and was answered with success."""

    syntax: str
    sop_class: str
    sop_instance: str
    data: bytes

    def read(self) -> Dataset:
        """The data set as pydicom reads it."""
        return read(encode.file(encode.meta(self.sop_class, self.sop_instance, self.syntax), self.data))


@dataclass(frozen=True)
class Sent:
    """What became of one run of a tool: its exit code, what it said, what arrived and how each association ended."""

    code: int
    err: str
    things: tuple[Thing, ...]
    cut: int
    endings: tuple[str, ...]

    @property
    def only(self) -> Thing:
        """The one object; fails where there is none, or another one."""
        assert self.code == 0, self.err
        assert self.cut == 0
        (thing,) = self.things
        return thing


def read(source: Path | bytes) -> Dataset:
    """A Part 10 file, its values as they are, however odd."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(io.BytesIO(source) if isinstance(source, bytes) else source, force=True)


def run(tool: Path, files: list[Path], peer: Script, *options: str, timeout: float = 60) -> Sent:
    """Run the tool with these options and files against a peer that does what the script says."""
    with ScriptedScp(peer) as scp:
        arguments = [*options, "127.0.0.1", str(scp.port), *map(str, files)]
        done = process.run(tool, arguments, env=ENVIRONMENT, timeout=timeout)
        associations = scp.finish(timeout)
    things = []
    cut = 0
    for association in associations:
        for store in association.stores:
            if store.complete:
                syntax = association.accepted[store.context]
                things.append(Thing(syntax, store.sop_class, store.sop_instance, bytes(store.data)))
            else:
                cut += 1
    return Sent(done.code, done.err, tuple(things), cut, tuple(one.ending for one in associations))


@functools.lru_cache(maxsize=1024)
def sent(tool: Path, path: Path, syntax: str, *options: str) -> Sent:
    """One file to a peer that accepts nothing but ``syntax``; asked again, it is not sent again."""
    return run(tool, [path], Script(script.prefer(syntax)), *options)


def jpeg2000_is_here() -> bool:
    """Whether the package that decodes JPEG 2000 is installed beside the commands."""
    from importlib.util import find_spec

    return "STOREJET_BIN" in os.environ or find_spec("openjpeg") is not None
