"""Command line parameters to file names: directories are expanded in place, in sorted order.

DCMTK takes the order that the file system gives, follows links in circles and waits at FIFOs; here the same command
line gives the same order, a directory is never entered from within itself, and what is not a file is left out.
"""

import posix
import sys

from storejet._core import kind_of, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from storejet.log import Log


_ENCODING = sys.getfilesystemencoding()


def encoded(path: str) -> bytes:
    """The bytes of a file name as the system wants them (what could not be decoded comes back as it was)."""
    return path.encode(_ENCODING, "surrogateescape")


class Selection:
    """Which names count: ``scan`` directories, ``recurse`` into their subdirectories, files that match ``pattern``."""

    __slots__ = ("pattern", "recurse", "scan")

    def __init__(self, scan: bool = False, recurse: bool = False, pattern: str = "") -> None:
        self.scan = scan
        self.recurse = recurse
        self.pattern = encoded(pattern)


def expand(parameters: "Sequence[str]", selection: Selection, log: "Log") -> list[tuple[str, str]]:
    """The files that ``parameters`` stand for: (name, why it cannot be sent, or ""). No file is opened."""
    found: list[tuple[str, str]] = []
    for parameter in parameters:
        kind = kind_of(encoded(parameter))
        if kind != "directory":
            found.append((parameter, "" if kind == "file" else kind))
        elif selection.scan:
            status = posix.stat(parameter)
            _below(parameter, ((status.st_dev, status.st_ino),), selection, log, found)
        else:
            log.warn(f"ignoring directory because option --scan-directories is not set: {parameter}")
    return found


def _below(
    directory: str,
    inside: tuple[tuple[int, int], ...],
    selection: Selection,
    log: "Log",
    found: list[tuple[str, str]],
) -> None:
    """Add the files in a directory; ``inside``: (device, inode) of it and of those that it was reached through."""
    prefix = "" if directory == "." else directory if directory.endswith("/") else directory + "/"
    pattern = selection.pattern
    try:
        with posix.scandir(directory) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        log.error(f"cannot read directory: {directory}: {error.strerror}")
        return
    for entry in entries:
        path = prefix + entry.name
        # the kind mostly stands in the directory itself; only a link has to be followed
        if entry.is_dir():
            if selection.recurse:
                status = entry.stat()
                identity = (status.st_dev, status.st_ino)
                if identity in inside:
                    log.warn(f"ignoring directory because it contains itself: {path}")
                else:
                    _below(path, (*inside, identity), selection, log, found)
        elif not pattern or matches(pattern, encoded(entry.name)):
            if entry.is_file():
                found.append((path, ""))
            elif entry.is_symlink():
                found.append((path, "is a link to nothing that is a file"))
            else:
                log.warn(f"ignoring what is not a regular file: {path}")
