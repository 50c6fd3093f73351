"""Installations that lack a package: folders of links into our own environment, and nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from peers import found

import storejet

#: distributions that our own commands may want, by the names of their files
ALL = ("numpy", "zlib_ng", "PIL", "pillow", "_libjpeg", "_openjpeg")


def environment(where: Path, *names: str) -> Path:
    """A folder to import from, with storejet and the packages of these names."""
    packages = Path(storejet.__file__).parents[1]
    folder = where / "packages"
    folder.mkdir()
    for name in ("storejet", *names):
        for path in packages.glob(f"{name}*"):
            if path.suffix != ".dist-info":
                (folder / path.name).symlink_to(path)
    return folder


def installed(where: Path, tool: str, without: str) -> Path:
    """One of our commands as it is installed in an environment without a package."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in ("bin", f"lib/{version}"):
        (where / folder).mkdir(parents=True)
    packages = environment(where, *(name for name in ALL if name != without))
    (where / "lib" / version / "site-packages").symlink_to(packages)
    (where / "bin" / version).symlink_to(os.path.realpath(sys.executable))
    # a copy: the launcher looks beside itself, behind links
    return Path(shutil.copy(found.ours(tool), where / "bin" / tool))
