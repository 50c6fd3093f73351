"""``storejet doctor``: what is installed, and whether typing ``storescu`` reaches this program or a namesake."""

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from platform import machine, platform, python_implementation, python_version

from storejet import _core
from storejet._version import VERSION

#: (distribution, what it decodes)
CODECS = (
    ("pillow", "JPEG baseline and progressive of 8 bits, as libjpeg to the bit; pylibjpeg-libjpeg without it"),
    ("pylibjpeg-libjpeg", "JPEG of 12 bits, and lossless JPEG in several scans; ours takes the rest"),
    ("pylibjpeg-openjpeg", "JPEG 2000, HTJ2K"),
)

#: (distribution, what it is for)
LIBRARIES = (
    ("zlib-ng", "deflated data sets; Python's zlib is slower, and serves where it is not installed"),
    ("numpy", "pixels of decoders"),
    ("pydicom", "samples for 'storejet demo'"),
    ("pynetdicom", "the peer of 'storejet demo'"),
)

#: the log configuration that comes with the package
SAMPLE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "logging.cfg")

#: bytes of a program that are looked at to tell whose it is
_ENOUGH = 1 << 20


def owner(path: str) -> str:
    """Whose program a file is: ``storejet``, ``pynetdicom`` or ``another program``."""
    try:
        with open(path, "rb") as file:
            content = file.read(_ENOUGH)
    except OSError:
        return "another program"
    if b"storejet.cli.start" in content:
        return "storejet"
    return "pynetdicom" if b"pynetdicom" in content else "another program"


def reached(name: str) -> str:
    """The file that ``name`` runs, by the PATH; "" for none."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder or ".", name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return ""


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _table(rows: tuple[tuple[str, str], ...]) -> list[str]:
    """Distributions with the versions that are installed, and a word on each."""
    return [f"  {name:19} {_installed(name) or 'not installed':14} {text}" for name, text in rows]


def run() -> int:
    """Print the report; 0 if both commands reach storejet, else 1."""
    lines = [
        f"storejet {VERSION}",
        f"  python    {python_implementation()} {python_version()} at {sys.executable}",
        f"  system    {platform()} ({machine()})",
        f"  core      {_core.__file__}",
        f"  build     {_core.BUILD}",
        f"  sample    {SAMPLE} (a log configuration for --log-config)",
        "codecs (found, and of no use yet: compressed pixel data goes out as it is stored)",
    ]
    lines += _table(CODECS)
    lines.append("libraries")
    lines += _table(LIBRARIES)
    lines.append("commands by the PATH")
    shadowed = []
    for name in ("storescu", "dcmsend"):
        path = reached(name)
        whose = owner(path) if path else ""
        lines.append(f"  {name:19} {path or 'not found'}{f' ({whose})' if whose else ''}")
        if whose != "storejet":
            shadowed.append(name)
    for name in shadowed:
        lines.append(f"  note: '{name}' does not run storejet; 'storejet {name}' always does")
    print("\n".join(lines), flush=True)
    return 1 if shadowed else 0
