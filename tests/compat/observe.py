"""Run one command line against a fresh recording SCP, and compare what two tools did."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import ssl
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from peers import process, wire
from peers.listening import free_port
from peers.scp import Association, ScriptedScp, Store
from peers.script import ACCEPT_ALL, Script
from tls.terminator import Terminator

from compat.dataset import canonical
from compat.inputs import Inputs


@dataclass(frozen=True)
class Row:
    """One command line. Its words may be ``{peer}``, ``{port}``, ``{file:…}``, ``{text:…}``, ``{dir:…}``, ``{many:…}``,
    ``{copy:…}``, ``{log:…}`` (a log configuration), ``{media:…}`` (a DICOMDIR), ``{report:…}`` or ``{closed}`` (a port
    on which nothing listens); ``{to}`` is ``{peer} {port}``.

    ``{copy:NAME}`` and ``{copy:NAME.TEXT}`` are copies of ``{file:NAME}`` in a folder that each run has of its own;
    ``{report:NAME}`` is a file in it that is yet to be written.

    ``unordered``: both tools read a folder, each in its own order, so the objects are compared as a bag.
    ``{keys:…}`` is a file of the tests' authority, ``tls``: the peer is behind TLS.

    ``sizes``: the sizes of the PDUs are compared too. ``invented``: the tool invents identifiers; of these it is
    compared which are equal to which, but not their values.
    """

    id: str
    tool: str
    line: str
    script: Script = ACCEPT_ALL
    unordered: bool = False
    sizes: bool = False
    invented: bool = False
    tls: bool = False


@dataclass(frozen=True)
class Observation:
    """What a tool did, in fields that are compared one by one."""

    exit: int
    proposals: Any
    stores: Any
    data: Any
    endings: Any
    sizes: Any
    #: the files that the run leaves of its copies
    names: Any = None
    #: what reports say, without their date and final newline
    reports: Any = None


FIELDS = tuple(field.name for field in fields(Observation))


def copy_of(name: str, inputs: Inputs, scratch: Path | None) -> str:
    original = inputs.file(name.split(".", maxsplit=1)[0])
    if scratch is None:
        return str(original)
    copied = scratch / f"{name}.dcm"
    if original.exists() and not copied.exists():
        shutil.copy(original, copied)
    return str(copied)


def arguments(row: Row, inputs: Inputs, port: int, scratch: Path | None = None) -> list[str]:
    """The words of the row with their placeholders filled in; ``scratch`` takes the copies."""
    line = row.line.replace("{to}", "{peer} {port}").replace("{peer}", "127.0.0.1").replace("{port}", str(port))
    if "{closed}" in line:
        line = line.replace("{closed}", str(free_port()))
    line = re.sub(r"\{file:([^}]+)\}", lambda match: shlex.quote(str(inputs.file(match[1]))), line)
    line = re.sub(r"\{copy:([^}]+)\}", lambda match: shlex.quote(copy_of(match[1], inputs, scratch)), line)
    line = re.sub(r"\{media:([^}]+)\}", lambda match: shlex.quote(str(inputs.media(match[1]))), line)
    line = re.sub(r"\{report:([^}]+)\}", lambda match: shlex.quote(str((scratch or Path()) / match[1])), line)
    line = re.sub(r"\{text:([^}]+)\}", lambda match: shlex.quote(str(inputs.text(match[1]))), line)
    line = re.sub(r"\{keys:([^}]+)\}", lambda match: shlex.quote(str(inputs.keys().folder / match[1])), line)
    line = re.sub(r"\{log:([^}]+)\}", lambda match: shlex.quote(str(inputs.log(match[1]))), line)
    line = re.sub(r"\{dir:([^}]+)\}", lambda match: shlex.quote(str(inputs.dir(match[1]))), line)
    line = re.sub(r"\{many:([^}]+)\}", lambda match: shlex.join(map(str, inputs.many(match[1]))), line)
    return shlex.split(line)


def proposal(association: Association) -> Any:
    """The A-ASSOCIATE-RQ without what names the implementation."""
    request = association.request
    if request is None:
        return None
    nameless = (wire.IMPLEMENTATION_CLASS_ITEM, wire.IMPLEMENTATION_VERSION_ITEM)
    items = tuple((kind, b"" if kind in nameless else value) for kind, value in request.user_items)
    return replace(request, user_items=items, raw=b"")


def content(store: Store, syntax: str) -> Any:
    if not store.complete:
        return "incomplete"
    return canonical(bytes(store.data), syntax)


def ending(association: Association) -> str:
    """How the tool ended it: whether a socket closes or is reset when all is over depends on chance."""
    how = association.ending
    return "closed" if how.startswith(("closed", "reset")) else how


class Labels:
    """Labels for the distinct values of an identifier: what they are is of no concern, but which are equal is."""

    def __init__(self) -> None:
        self.seen: dict[int, list[str]] = {}

    def label(self, tag: int, value: bytes | str) -> str:
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        values = self.seen.setdefault(tag, [])
        if text.strip() not in values:
            values.append(text.strip())
        return f"#{values.index(text.strip())}"

    def of_data(self, rows: Any) -> Any:
        """A canonical data set with labels at its top level; DCMTK never sets the accession number."""
        if rows == "incomplete":
            return rows
        return tuple(
            (tag, vr, self.label(tag, value) if tag in INVENTED else value)
            for tag, vr, value in rows
            if tag != 0x00080050
        )

    def of_command(self, command: wire.CommandSet) -> wire.CommandSet:
        """Without the group length, which goes by the length of the invented UID."""
        unlike = {**command, 0x1000: self.label(0x00080018, str(command[0x1000]))}
        del unlike[0x0000]
        return unlike


#: what +II changes, but for the accession number
INVENTED = (
    0x00080018, 0x00100010, 0x00100020, 0x0020000D, 0x0020000E, 0x00200010, 0x00200011, 0x00200013,
)  # fmt: skip


def reports(scratch: Path, port: int) -> dict[str, str]:
    """The text of each report in the folder; both tools call the peer at a port of its own."""
    texts = {}
    for path in sorted(scratch.glob("*.txt")):
        text = path.read_bytes().decode().removesuffix("\n")
        text = re.sub(r"(?m)^(Current Date/Time  : )\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", r"\1then", text)
        texts[path.name] = text.replace(f":{port}\n", ":port\n").replace(str(scratch), "scratch")
    return texts


def observed(associations: list[Association], code: int, row: Row, names: Any = None) -> Observation:
    labels = Labels()
    proposals: Any = [proposal(one) for one in associations]
    stores: Any = []
    data: Any = []
    for number, association in enumerate(associations):
        for store in association.stores:
            rows = content(store, association.accepted[store.context])
            command = labels.of_command(store.command) if row.invented else store.command
            stores.append((number, store.context, tuple(command.items()), store.complete, store.status))
            data.append(labels.of_data(rows) if row.invented else rows)
    sizes = [store.largest_pdu for one in associations for store in one.stores] if row.sizes else None
    if row.unordered:
        # Neither message ids nor context ids belong to an object when the order is free: which id is left out for a
        # file that cannot be sent depends on where it stands.
        proposals = [
            (one.called, one.calling, Counter((c.abstract, c.syntaxes) for c in one.contexts)) if one else None
            for one in proposals
        ]
        ids = len({dict(command)[0x0110] for _, _, command, _, _ in stores})
        objects = Counter((dict(command)[0x0002], dict(command)[0x1000]) for _, _, command, _, _ in stores)
        stores = (ids, objects)
        data = Counter(data)
    return Observation(code, proposals, stores, data, [ending(one) for one in associations], sizes, names)


def observe(program: Path, row: Row, inputs: Inputs, env: Mapping[str, str] | None = None) -> tuple[Observation, str]:
    """Run the row with this program: what it did, and what it said on stderr."""
    with contextlib.ExitStack() as stack:
        scp = stack.enter_context(ScriptedScp(row.script))
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        port = scp.port
        if row.tls:
            server = inputs.keys().server(ssl.CERT_OPTIONAL)
            server.set_ciphers("ALL:eNULL:@SECLEVEL=0")
            port = stack.enter_context(Terminator(server, scp.port)).port
        result = process.run(program, arguments(row, inputs, port, Path(scratch)), env=env, timeout=30)
        names = sorted(path.name for path in Path(scratch).iterdir())
        found = observed(scp.finish(), result.code, row, names)
        return replace(found, reports=reports(Path(scratch), port)), result.err


def differing(one: Observation, other: Observation) -> set[str]:
    """The names of the fields in which the two differ."""
    return {name for name in FIELDS if getattr(one, name) != getattr(other, name)}
