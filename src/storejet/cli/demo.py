"""``storejet demo``: the real engine against a real storage SCP, in one process, with nothing to set up.

The SCP is pynetdicom's on a free loopback port; the files are those that pydicom ships. What it receives is compared
with the files byte by byte. Files that no sender could send (no data set, no UIDs, damaged on purpose) are shown with
the reason.
"""

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storejet._core import EXPECT_ANY, Source
from storejet.cli.console import Console
from storejet.errors import StorejetError
from storejet.plan.contexts import MOST_CONTEXTS
from storejet.plan.identity import check_identity
from storejet.plan.inspect import Instance, opened
from storejet.plan.names import syntax_name
from storejet.plan.route import Routes
from storejet.send.prepare import Treatment
from storejet.send.sender import STORED, Outcome, Sender
from storejet.send.session import Peer, open_session

if TYPE_CHECKING:
    from storejet.plan.contexts import Context
    from storejet.send.sender import Attempt, Choose

#: what else lies beside the samples
_NOT_DICOM = (".py", ".pyc", ".json", ".txt", ".zip", ".gz", ".md", ".png", ".xml", ".icc", ".dump")

#: seconds after which a peer in the same process has failed
_PATIENCE = 30.0


class Receiver:
    """An embedded storage SCP that keeps a digest of each data set as it came. A context manager.

    It accepts the SOP classes and transfer syntaxes of ``instances``, each in the encoding that it is stored in.
    """

    def __init__(self, instances: list[Instance]) -> None:
        from pynetdicom import AE, _config, evt

        _config.UNRESTRICTED_STORAGE_SERVICE = True  # private and retired classes are among the samples
        self.digests: dict[str, list[str]] = {}
        entity = AE(ae_title="DEMO")
        for instance in instances:
            entity.add_supported_context(instance.class_uid, instance.syntax)
        handlers: list[Any] = [(evt.EVT_C_STORE, self._keep)]
        server: Any = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
        self._server = server
        self.port: int = server.server_address[1]

    def _keep(self, event: Any) -> int:
        data = event.request.DataSet.getvalue()
        uid = str(event.request.AffectedSOPInstanceUID)
        self.digests.setdefault(uid, []).append(hashlib.sha256(data).hexdigest())
        return 0x0000

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()


def samples() -> list[Path]:
    """The files in pydicom's package that are meant to be DICOM, in a fixed order."""
    import pydicom.data

    folder = Path(pydicom.data.__file__).parent
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in _NOT_DICOM)


def stored_digest(path: Path, offset: int) -> str:
    """SHA-256 of a file's data set, with the NUL that makes an odd one even."""
    data = path.read_bytes()[offset:]
    return hashlib.sha256(data + b"\0" * (len(data) & 1)).hexdigest()


def look_at(path: Path, source: Source) -> tuple[Instance, int]:
    """What a file holds, and where its data set begins. Raises InputError where it cannot be sent."""
    try:
        instance = opened(source, str(path), EXPECT_ANY)
        check_identity(instance, unchecked=True)
        return instance, source.data_set_offset
    finally:
        source.close()


def proposals(instances: list[Instance]) -> "list[list[Context]]":
    """Presentation contexts for all instances: one for each SOP class and transfer syntax, 128 an association."""
    pairs = list(dict.fromkeys([(instance.class_uid, instance.syntax) for instance in instances]))
    return [
        [(2 * i + 1, abstract, (syntax,)) for i, (abstract, syntax) in enumerate(pairs[begin : begin + MOST_CONTEXTS])]
        for begin in range(0, len(pairs), MOST_CONTEXTS)
    ]


def send_all(port: int, paths: list[Path], instances: list[Instance]) -> list[tuple[int, Outcome, float]]:
    """Send the files in order: (number of the file, outcome, seconds) of each attempt.

    After an association that broke off, the rest goes on over a new one. Raises StorejetError where none comes about.
    """
    console = Console()
    outcomes: list[tuple[int, Outcome, float]] = []
    peer = Peer("127.0.0.1", port, "STOREJET", "DEMO")
    peer.dimse = _PATIENCE
    for contexts in proposals(instances):
        covered = {(abstract, syntaxes[0]) for _id, abstract, syntaxes in contexts}
        numbers = [i for i, instance in enumerate(instances) if (instance.class_uid, instance.syntax) in covered]
        while numbers:
            session = open_session(peer, contexts, console, False)
            sender = Sender(session, EXPECT_ANY, console, "C-STORE", Treatment())
            routes = Routes(session.usable)

            def following(n: int, numbers: list[int] = numbers, choose: "Choose" = routes.route) -> "Attempt | None":
                return (str(paths[numbers[n - 1]]), choose) if n <= len(numbers) else None

            while numbers and not session.over:
                number = numbers.pop(0)
                begin = time.perf_counter()
                outcome = sender.send(str(paths[number]), routes.route, following)
                outcomes.append((number, outcome, time.perf_counter() - begin))
            if not session.over:
                session.release()
    return outcomes


def run() -> int:
    """Run the demonstration; 0 only when all that can be sent arrived identical."""
    source = Source()
    paths: list[Path] = []
    found: list[tuple[Instance, int]] = []
    skipped: list[tuple[Path, str]] = []
    for path in samples():
        try:
            found.append(look_at(path, source))
            paths.append(path)
        except StorejetError as error:
            skipped.append((path, error.text))
    bad = len(paths)
    instances = [instance for instance, _ in found]
    with Receiver(instances) as receiver:
        print(f"storage SCP (pynetdicom) on 127.0.0.1:{receiver.port}; {len(paths)} files to send")
        outcomes = send_all(receiver.port, paths, instances)
        for number, outcome, seconds in outcomes:
            path, (instance, offset) = paths[number], found[number]
            verdict = outcome.reason if outcome.kind != STORED else "stored, DIFFERENT"
            received = receiver.digests.get(instance.instance_uid, ())
            if outcome.kind == STORED and stored_digest(path, offset) in received:
                verdict = "stored, identical"
                bad -= 1
            print(_line(path, outcome.size, syntax_name(instance.syntax), f"{verdict}  {seconds * 1e3:.1f} ms"))
    for path, reason in skipped:
        print(_line(path, path.stat().st_size, "cannot be sent", reason))
    total = sum(outcome.size for _number, outcome, _seconds in outcomes)
    spent = sum(seconds for _number, _outcome, seconds in outcomes)
    print(
        f"{len(paths) - bad} of {len(paths)} files stored and identical, {len(skipped)} cannot be sent; "
        f"{total / 1e6:.1f} MB in {spent:.2f} s ({total / 1e6 / max(spent, 1e-9):.0f} MB/s with this SCP)",
        flush=True,
    )
    return 1 if bad or not paths else 0


def _line(path: Path, size: int, what: str, verdict: str) -> str:
    return f"  {path.name:44.44} {size:>9} bytes  {what:34.34} {verdict}"
