"""What a test needs and a machine may lack: found here, or the test is skipped, or it fails where all must be there.

``STOREJET_REQUIRE_PEERS=1`` turns each such skip into a failure. ``STOREJET_CORPUS`` names the folder of the corpus
(default: ``../shared/corpus`` beside the project); ``STOREJET_BIN`` names the folder of the commands under test
(default: where the interpreter is).
"""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from peers.process import run

PROJECT = Path(__file__).resolve().parents[2]


def missing(reason: str, required: bool = False) -> NoReturn:
    """Skip with this reason; fail when it is required, or when everything is."""
    if required or os.environ.get("STOREJET_REQUIRE_PEERS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@functools.cache
def says(program: Path, word: str) -> bool:
    """Whether the program's ``--version`` mentions the word."""
    done = run(program, ["--version"])
    return word in (done.out + done.err).lower()


@functools.cache
def search(name: str, maker: str) -> Path | None:
    """The first program of that name on the PATH (and in the usual folders) whose ``--version`` mentions its maker."""
    folders = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/local/bin", "/usr/bin", "/usr/sbin"]
    for folder in folders:
        found = shutil.which(name, path=folder)
        if found and says(Path(found), maker):
            return Path(found)
    return None


def dcmtk(name: str) -> Path:
    """A tool of DCMTK, never one of the same name that another package installed."""
    found = search(name, "dcmtk")
    if found is None:
        missing(f"DCMTK's {name} is not installed (Debian package dcmtk)")
    return found


def orthanc() -> Path:
    found = search("Orthanc", "orthanc")
    if found is None:
        missing("Orthanc is not installed (Debian package orthanc)")
    return found


def ours(name: str) -> Path:
    """A command of this project as it is installed; that it is absent or owned by another package is a failure."""
    folder = os.environ.get("STOREJET_BIN")
    found = Path(folder or Path(sys.executable).parent) / name
    if not found.exists():
        pytest.fail(f"{found} does not exist: install the project first (pip install .)", pytrace=False)
    if not folder and not says(found, "storejet"):
        pytest.fail(f"{found} belongs to another package: install the project again, after it", pytrace=False)
    return found


def corpus_folder() -> Path | None:
    folder = Path(os.environ.get("STOREJET_CORPUS") or PROJECT.parent / "shared" / "corpus")
    return folder if (folder / "MANIFEST.tsv").is_file() else None


def corpus() -> Path:
    """The folder of the corpus of real files."""
    found = corpus_folder()
    if found is None:
        missing("the corpus of real files is not here (set STOREJET_CORPUS)", required="CI" in os.environ)
    return found


def sample(name: str) -> Path:
    """A test file that comes with pydicom itself; nothing is downloaded."""
    import pydicom
    from pydicom.data import get_testdata_file

    found = get_testdata_file(name, download=False)
    assert isinstance(found, str), f"pydicom brings no {name}"
    path = Path(found)
    assert path.is_relative_to(Path(pydicom.__file__).parent), f"{name} does not come with pydicom itself"
    return path
