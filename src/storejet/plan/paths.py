"""Command line parameters to file names: directories are expanded in place, in sorted order.

DCMTK takes the order that the file system gives, follows links in circles and waits at FIFOs; here the same command
line gives the same order, a directory is never entered from within itself, and what is not a file is left out.
"""

import posix
import sys
from stat import S_ISDIR, S_ISREG

from storejet._core import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storejet.log import Log


def encoded(path: str) -> bytes:
    """The bytes of a file name as the system wants them (what could not be decoded comes back as it was)."""
    return path.encode(sys.getfilesystemencoding(), "surrogateescape")


class Selection:
    """Which names count: ``scan`` directories, ``recurse`` into their subdirectories, files that match ``pattern``."""

    __slots__ = ("pattern", "recurse", "scan")

    def __init__(self, scan: bool = False, recurse: bool = False, pattern: str = "") -> None:
        self.scan = scan
        self.recurse = recurse
        self.pattern = encoded(pattern)


def expand(parameters: "Sequence[str]", selection: Selection, log: "Log") -> list[str]:
    """The file names that ``parameters`` stand for. A name that does not exist stays: its reader says so."""
    found: list[str] = []
    for parameter in parameters:
        identity = _directory(parameter)
        if identity is None:
            found.append(parameter)
        elif selection.scan:
            found.extend(_below(parameter, (identity,), selection, log))
        else:
            log.warn(f"ignoring directory because option --scan-directories is not set: {parameter}")
    return found


def _directory(path: str) -> tuple[int, int] | None:
    """(device, inode) of a directory, None for anything else."""
    try:
        status = posix.stat(encoded(path))
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if S_ISDIR(status.st_mode) else None


def _below(directory: str, inside: tuple[tuple[int, int], ...], selection: Selection, log: "Log") -> "Iterator[str]":
    prefix = "" if directory == "." else directory if directory.endswith("/") else directory + "/"
    try:
        names = sorted(posix.listdir(directory))
    except OSError as error:
        log.error(f"cannot read directory: {directory}: {error.strerror}")
        return
    for name in names:
        path = prefix + name
        identity = None
        try:
            status = posix.stat(encoded(path))
        except OSError:
            status = None  # a dangling link counts as a missing file
        if status is not None and S_ISDIR(status.st_mode):
            identity = (status.st_dev, status.st_ino)
            if selection.recurse and identity in inside:
                log.warn(f"ignoring directory because it contains itself: {path}")
            elif selection.recurse:
                yield from _below(path, (*inside, identity), selection, log)
        elif not selection.pattern or matches(selection.pattern, encoded(name)):
            if status is None or S_ISREG(status.st_mode):
                yield path
            else:
                log.warn(f"ignoring what is not a regular file: {path}")


def is_file(path: str) -> str:
    """Why ``path`` cannot be a file to send, or "". It is not opened."""
    try:
        mode = posix.stat(encoded(path)).st_mode
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    if S_ISDIR(mode):
        return "is a directory"
    return "" if S_ISREG(mode) else "is not a regular file"
