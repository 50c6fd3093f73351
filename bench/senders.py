"""The programs: building the C ones, finding the others, and the command line with which each sends a corpus."""

import importlib.metadata
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rows import CERTIFICATE, KERNELS, Sender

BENCH = Path(__file__).resolve().parent
PROGRAMS = ("sink", "rawwrite", "stopwatch")
#: the one that needs OpenSSL's headers (Debian: libssl-dev), which a machine may lack; it is made of sink.c, too
SECURE_PROGRAM = "tlssink"
WARNINGS = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror")


class BenchError(Exception):
    """The bench cannot run, or a run cannot be believed; the text is for the user."""


def build(directory: Path) -> dict[str, Path]:
    """Compiles the bench's C programs (``$CC`` or cc) into ``directory`` where they are older than their source.

    Without OpenSSL's headers, the one that needs them is left out.
    """
    directory.mkdir(parents=True, exist_ok=True)
    compiler = shlex.split(os.environ.get("CC", "cc"))
    built = {}
    for name in (*PROGRAMS, SECURE_PROGRAM):
        source, program = BENCH / f"{name}.c", directory / name
        secure = name == SECURE_PROGRAM
        newest = max(file.stat().st_mtime_ns for file in (source, *([BENCH / "sink.c"] if secure else [])))
        if secure and not _has_openssl(compiler):
            continue
        built[name] = program
        if program.is_file() and program.stat().st_mtime_ns > newest:
            continue
        libraries = ["-lssl", "-lcrypto"] if secure else []
        try:
            subprocess.run([*compiler, "-O2", *WARNINGS, "-o", str(program), str(source), *libraries], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BenchError(f"cannot compile {source.name}: {error}") from error
    return built


def _has_openssl(compiler: Sequence[str]) -> bool:
    source = "#include <openssl/ssl.h>\n"
    try:
        asked = subprocess.run(
            [*compiler, "-E", "-x", "c", "-"], input=source, text=True, capture_output=True, check=False
        )
    except OSError:
        return False
    return asked.returncode == 0


def exchange_size(objects: int, wire_bytes: int) -> int:
    """Bytes of one exchange of the raw writer: those of the mean object."""
    return max(1, wire_bytes // max(1, objects))


def find_ours(name: str, given: str | None) -> str:
    """Path of our tool ``name``: as given, else beside this Python, else on the PATH.

    BenchError when there is none; or when the one that was found is another package's tool of that name.
    """
    beside = Path(sys.executable).parent / name
    path = shutil.which(given or (str(beside) if beside.is_file() else name))
    if path is None:
        raise BenchError(f"no {given or name}: give --{name}, or install storejet into this Python")
    path = os.path.abspath(path)
    if given is None and "storejet" not in version([path]).lower():
        raise BenchError(f"{path} is not storejet's: give --{name}, or install storejet into this Python again")
    return path


def version(command: Sequence[str]) -> str:
    """First line of what a tool says to ``--version``; "" when it says nothing within ten seconds."""
    asked = [*command, "--version"]
    try:
        done = subprocess.run(asked, check=False, capture_output=True, text=True, env=environment(), timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def environment() -> dict[str, str]:
    """What every process of the bench gets: the bare minimum, so that no setting of the caller helps or slows one."""
    kept = ("PATH", "HOME", "TMPDIR", "DCMDICTPATH")
    return {"LANG": "C.UTF-8", **{name: os.environ[name] for name in kept if name in os.environ}}


def has_pynetdicom() -> bool:
    """Whether this Python has pynetdicom."""
    return importlib.util.find_spec("pynetdicom") is not None


def has_decoder(kernel: str, package: str) -> bool:
    """Whether this Python has what decodes ``kernel``: ours ("storejet"), or the one of ``package``."""
    module = f"storejet.codec.{kernel}" if package == "storejet" else KERNELS[kernel][1]
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@dataclass(frozen=True)
class Tools:
    """Where the programs are; ``dcmtk`` and ``pynetdicom`` may be missing."""

    built: dict[str, Path]
    storescu: str
    dcmsend: str
    dcmtk: Path
    pynetdicom: bool
    python: str = sys.executable
    #: what senders are to trust (secure.py), where there is something
    certificate: str = ""

    def dcmtk_tool(self, name: str) -> str | None:
        """Path of DCMTK's tool ``name``, or None."""
        return shutil.which(str(self.dcmtk / name))

    def command(self, sender: Sender, port: int, files: Sequence[str], wire_bytes: int) -> list[str] | None:
        """The command line that sends ``files`` to ``port``; None: the program is not installed."""
        options = [self.certificate if word == CERTIFICATE else word for word in sender.options]
        address = [*options, "127.0.0.1", str(port), *files]
        match sender.tool:
            case "storescu":
                return [self.storescu, *address]
            case "dcmsend":
                return [self.dcmsend, *address]
            case "dcmtk-storescu" | "dcmtk-dcmsend":
                path = self.dcmtk_tool(sender.tool.removeprefix("dcmtk-"))
                return None if path is None else [path, *address]
            case "pynetdicom":
                return [self.python, "-m", "pynetdicom", "storescu", *address] if self.pynetdicom else None
            case "raw":
                return [str(self.built["rawwrite"]), str(port), "--bytes", str(wire_bytes)]
            case "raw-files":
                return [str(self.built["rawwrite"]), str(port), *files]
            case "raw-exchange":
                size = exchange_size(len(files), wire_bytes)
                writer = [str(self.built["rawwrite"]), str(port), "--bytes", str(size * len(files))]
                return [*writer, "--exchange", str(size)]
            case "raw-tls":
                return [self.python, "-I", str(BENCH / "tlswrite.py"), str(port), str(wire_bytes), *options]
            case "decode":
                known = has_decoder(sender.options[0], sender.options[1])
                return [self.python, str(BENCH / "decode.py"), *sender.options, *files] if known else None
            case "python":
                return [self.python, "-I", "-S", "-c", "pass"]
        raise BenchError(f"no such tool: {sender.tool}")

    def versions(self) -> dict[str, str]:
        """What each installed tool says of itself: whose tool was measured."""
        commands = {"storescu": [self.storescu], "dcmsend": [self.dcmsend]}
        for name in ("storescu", "dcmsend", "storescp"):
            path = self.dcmtk_tool(name)
            if path is not None:
                commands[f"dcmtk-{name}"] = [path]
        if self.pynetdicom:
            commands["pynetdicom"] = [self.python, "-m", "pynetdicom"]
        said = {tool: version(command) for tool, command in commands.items()}
        for package, module in KERNELS.values():
            if importlib.util.find_spec(module) is not None:
                said[package] = importlib.metadata.version(package)
        return said
