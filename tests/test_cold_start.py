"""Cold start is a feature (DESIGN, law 3): what a pass-through send imports, and how a tool is started."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from peers.scp import ScriptedScp

import storejet

FORBIDDEN = (
    "pydicom", "pynetdicom", "numpy", "pylibjpeg", "argparse", "asyncio", "socket", "ssl", "logging", "multiprocessing",
    "re", "enum", "dataclasses", "typing", "pathlib", "collections", "functools", "contextlib", "selectors",
    "threading", "encodings.idna", "zlib", "traceback",
)  # fmt: skip


@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_a_send_imports_nothing_heavy(tool: str, sample: Callable[[str], Path]) -> None:
    packages = str(Path(storejet.__file__).parent.parent)
    code = f"import sys;sys.path.append({packages!r});from storejet.cli.start import main;main({tool!r})"
    file = str(sample("CT_small.dcm"))
    with ScriptedScp() as scp:
        done = subprocess.run(
            [sys.executable, "-IS", "-X", "importtime", "-c", code, "localhost", str(scp.port), file],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(scp.stores) == 1
    imported = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "storejet._core" in imported
    assert not imported & set(FORBIDDEN)
    assert not {name for name in imported if name.startswith(("storejet.cli.logs", "storejet.send.narrate"))}
    assert not {f"storejet.cli.{name}" for name in ("manual", "completion", "wording", "render")} & imported
    assert not {name for name in imported if name.startswith(("pydicom.", "numpy.", "re.", "collections."))}


@pytest.mark.parametrize("tool", ["storescu", "dcmsend", "storejet"])
def test_the_start_script_is_a_program_that_starts_python_lean(tool: str) -> None:
    path = Path(sys.executable).parent / tool
    assert path.read_bytes()[:4] == b"\x7fELF"
    done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0
    assert storejet.__version__ in done.stdout


def test_the_start_script_runs_from_a_link(tmp_path: Path) -> None:
    link = tmp_path / "storescu"
    link.symlink_to(Path(sys.executable).parent / "storescu")
    done = subprocess.run([link, "--version"], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout[:20]) == (0, "$storejet: storescu ")


def test_the_start_script_falls_back_to_the_python_of_the_path(tmp_path: Path) -> None:
    """Elsewhere than in an environment, the interpreter is looked up and finds the package as it can."""
    copy = tmp_path / "dcmsend"
    copy.write_bytes((Path(sys.executable).parent / "dcmsend").read_bytes())
    copy.chmod(0o755)
    packages = str(Path(storejet.__file__).parent.parent)
    environment = {"PATH": str(Path(sys.executable).parent), "PYTHONPATH": packages}
    done = subprocess.run([copy, "--version"], capture_output=True, text=True, timeout=30, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "$storejet: dcmsend " in done.stdout
