"""One measured run: a fresh receiver, one sender under the stopwatch, and the proof that everything arrived."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from converted import Judge
from corpora import EXPLICIT_VR_LITTLE_ENDIAN, Made
from rows import Row, Sender
from secure import CIPHER, Credentials
from senders import BenchError, Tools, environment, exchange_size

#: the least that one C-STORE adds to its data set: PDU and PDV header twice, and a command set whose two UIDs are empty
LEAST_OVERHEAD = 2 * 12 + 12 + 8 + 4 * 10 + 8
START_TIMEOUT = 10.0
#: a receiver that answered everything may still be at its last line
STOP_TIMEOUT = 10.0


@dataclass(frozen=True)
class Sample:
    """What one process cost: wall clock and processor time in seconds, largest resident size in bytes; and how many
    bytes arrived from it: of data sets, or all of them where there is no DICOM.

    Where the corpus is compressed, the resident size is that of the process and its children together. A decoder's
    seconds are those of decoding all frames once, as it says itself, and its bytes those of the decoded frames.
    ``cipher``: version and suite of TLS, where the receiver said what was used."""

    wall: float
    cpu: float
    max_rss: int
    sent: int
    cipher: str = ""


@contextmanager
def process(
    command: Sequence[str],
    *,
    stdout: IO[bytes] | int = subprocess.DEVNULL,
    stderr: IO[bytes] | int = subprocess.DEVNULL,
    cwd: Path | None = None,
    extra: tuple[tuple[str, str], ...] = (),
    pass_fds: tuple[int, ...] = (),
) -> Iterator["subprocess.Popen[bytes]"]:
    """``command`` in a process group of its own, none of which is left when the block ends, whatever ends it."""
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            cwd=cwd,
            env={**environment(), **dict(extra)},
            pass_fds=pass_fds,
        )
    except OSError as error:
        raise BenchError(f"cannot run {command[0]}: {error}") from error
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


class Receiver(Protocol):
    """The other side of a run."""

    port: int
    cipher: str

    def verify(self, objects: int, wire_bytes: int | None) -> int:
        """Ends it; the bytes of data sets that it got. BenchError when it did not get ``objects`` objects with
        ``wire_bytes`` bytes, or (None) with the content that was compared."""


class Sink:
    """The null SCP, and in a run that is not measured the ``judge`` of what it got; ``cipher``: what it must say that
    TLS was, "": it has none."""

    def __init__(self, child: "subprocess.Popen[bytes]", judge: Judge | None, cipher: str = "") -> None:
        assert child.stdout is not None
        self._child, self._output, self._judge, self.cipher = child, child.stdout, judge, cipher
        first = self._output.readline().decode()
        if not first.startswith("port "):
            raise BenchError("the sink did not start")
        self.port = int(first.split()[1])

    def verify(self, objects: int, wire_bytes: int | None) -> int:
        self._child.terminate()
        handshake, newline, last = self._output.read().decode().strip().rpartition("\n")
        if handshake + newline != (f"tls {self.cipher}\n" if self.cipher else ""):
            raise BenchError(f"not one connection in {self.cipher or 'plain text'}: the sink says {handshake!r}")
        counted = re.fullmatch(r"stored (\d+) objects (\d+) bytes", last)
        got = int(counted[2]) if counted else 0
        expected = f"stored {objects} objects {got if wire_bytes is None else wire_bytes} bytes"
        if last != expected:
            raise BenchError(f"lost data: the sink says {last!r} instead of {expected!r}")
        if self._judge is not None:
            self._judge.verdict()
        elif wire_bytes is None:
            raise BenchError("nobody knows how many bytes were to come")
        return got


class Storescp:
    """DCMTK's storescp, unmodified and without extra environment. It counts nothing itself, so it is judged by what it
    read from its descriptors, or in a run that is not measured (``log``) by its log; there it also says whether it was
    the ``cipher`` ("": no TLS), the only one that it has."""

    def __init__(self, child: "subprocess.Popen[bytes]", port: int, log: IO[bytes] | None, cipher: str = "") -> None:
        self._child, self.port, self._log, self.cipher = child, port, log, cipher
        wait_for_listener(child, port)
        self._read_before = self._read()

    def _read(self) -> int:
        text = Path(f"/proc/{self._child.pid}/io").read_text(encoding="ascii")
        return int(text.partition("rchar:")[2].split()[0])

    def verify(self, objects: int, wire_bytes: int | None) -> int:
        assert wire_bytes is not None
        least = wire_bytes + objects * LEAST_OVERHEAD
        count = self._read() - self._read_before
        if count < least:
            raise BenchError(f"lost data: storescp read {count} bytes, the objects alone are {least}")
        if self._log is not None:
            self._child.terminate()
            self._child.wait(STOP_TIMEOUT)
            self._log.seek(0)
            said = self._log.read()
            stored = len(re.findall(rb"^I: Received Store Request", said, re.MULTILINE))
            found = re.findall(rb"^D: +(?:Protocol|Ciphersuite) +: ([\w.]+)", said, re.MULTILINE)
            if self.cipher != b" ".join(found).decode():
                raise BenchError(f"not one connection in {self.cipher}: storescp logged {found}")
            if stored != objects:
                raise BenchError(f"lost data: storescp logged {stored} objects instead of {objects}")
        return wire_bytes


class Nobody:
    """The receiver of a process that sends nothing."""

    port = 0
    cipher = ""

    def verify(self, objects: int, wire_bytes: int | None) -> int:
        return 0


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_listener(child: "subprocess.Popen[bytes]", port: int) -> None:
    """Waits until somebody listens on ``port``, without connecting to it: storescp would take that for a client."""
    wanted = re.compile(rf"^ *\d+: [0-9A-F]+:{port:04X} [0-9A-F]+:0000 0A ", re.MULTILINE)
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and child.poll() is None:
        if any(wanted.search(Path(f"/proc/net/{table}").read_text(encoding="ascii")) for table in ("tcp", "tcp6")):
            return
        time.sleep(0.01)
    raise BenchError("storescp did not start")


@contextmanager
def receiver(
    tools: Tools, row: Row, sender: Sender, made: Made, scratch: Path, *, warm_up: bool, keys: Credentials | None
) -> Iterator[Receiver]:
    """A fresh receiver for one run of ``sender`` in ``row``; ``keys``: for one behind TLS."""
    assert (keys is not None) == row.secure
    cipher = CIPHER if row.secure else ""
    if sender.tool in ("python", "decode"):
        yield Nobody()
    elif row.receiver == "sink":
        with ExitStack() as stack:
            judge = None
            if sender.tool.startswith("raw"):
                mode = ["--raw"]
            else:
                mode = ["--only", row.only] if row.only else ["--prefer", EXPLICIT_VR_LITTLE_ENDIAN]
            if sender.tool == "raw-tls":
                mode += ["--exchange", str(made.dataset_bytes)]
            elif sender.tool == "raw-exchange":
                mode += ["--exchange", str(exchange_size(len(made.files), made.dataset_bytes))]
            if warm_up and not sender.tool.startswith("raw"):
                judge = stack.enter_context(Judge(made.files, row.only or EXPLICIT_VR_LITTLE_ENDIAN, made.decoded))
                mode += ["--copy", f"/dev/fd/{judge.write_end}"]
            program = [str(tools.built["sink"])] if keys is None else [str(tools.built["tlssink"]), keys.both]
            command = [*program, *mode]
            copied = () if judge is None else (judge.write_end,)
            child = stack.enter_context(process(command, stdout=subprocess.PIPE, pass_fds=copied))
            peer = Sink(child, judge, cipher)
            if judge is not None:
                judge.close_write_end()
            yield peer
    else:
        path = tools.dcmtk_tool("storescp")
        if path is None:
            raise BenchError("storescp is not installed")
        port = free_port()
        with tempfile.TemporaryFile() as log:
            words = [path, *(["-d" if row.secure else "-v"] if warm_up else []), "--ignore"]
            extra = row.peer_environment
            if keys is not None:
                words += ["+tls", keys.key, keys.certificate, "-ic"]
                extra += (("OPENSSL_CONF", keys.settings),)
            with process([*words, str(port)], stderr=log, cwd=scratch, extra=extra) as child:
                yield Storescp(child, port, log if warm_up else None, cipher)


def run(
    tools: Tools,
    row: Row,
    sender: Sender,
    made: Made,
    scratch: Path,
    *,
    sent: int | None,
    timeout: float,
    warm_up: bool,
    keys: Credentials | None = None,
) -> Sample:
    """Sends the corpus once; BenchError when the sender failed, took longer than ``timeout`` s, or lost something.

    ``sent``: bytes of data sets that must arrive; None, only in a warm-up: what the content has, which is compared.
    ``keys``: of a receiver behind TLS.
    """
    directory = made.files[0].parent
    with ExitStack() as stack:
        peer = stack.enter_context(receiver(tools, row, sender, made, scratch, warm_up=warm_up, keys=keys))
        errors, said = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(2))
        command = tools.command(sender, peer.port, [file.name for file in made.files], made.dataset_bytes)
        if command is None:
            raise BenchError("not installed")
        report = scratch / "stopwatch.txt"
        report.unlink(missing_ok=True)
        tree = [] if made.decoded is None else ["--tree"]
        watched = [str(tools.built["stopwatch"]), *tree, str(report), *command]
        with process(watched, stdout=said, stderr=errors, cwd=directory, extra=sender.environment) as child:
            try:
                child.wait(timeout)
            except subprocess.TimeoutExpired:
                raise BenchError(f"no end within {timeout:.0f} s") from None
        if child.returncode != 0 or not report.is_file():
            raise BenchError(f"the stopwatch ended with {child.returncode}")
        wall, user, system, max_rss, code = report.read_text(encoding="ascii").split()
        if code != "0":
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise BenchError(f"exit code {code}: {last}")
        if sender.tool == "decode":
            said.seek(0)
            decoding, used, length = said.read().decode().split()
            return Sample(float(decoding), float(used), int(max_rss) * 1024, int(length))
        if sender.tool in ("raw", "raw-tls"):
            got = peer.verify(1, made.dataset_bytes)
        elif sender.tool == "raw-files":
            got = peer.verify(1, sum(file.stat().st_size for file in made.files))
        elif sender.tool == "raw-exchange":
            got = peer.verify(1, len(made.files) * exchange_size(len(made.files), made.dataset_bytes))
        else:
            got = peer.verify(len(made.files), sent)
    return Sample(float(wall), float(user) + float(system), int(max_rss) * 1024, got, peer.cipher)


def warm(made: Made) -> None:
    """Reads a corpus once, so that every run finds it in the page cache."""
    block = bytearray(1 << 20)
    for path in made.files:
        with path.open("rb", buffering=0) as file:
            while file.readinto(block):
                pass
