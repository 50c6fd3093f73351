"""Command line parameters to file names: directories are expanded in place, in sorted order.

DCMTK takes the order that the file system gives, follows links in circles and waits at FIFOs; here the same command
line gives the same order, a directory is never entered from within itself, and what is not a file is left out.
"""

import posix
import sys

from storejet._core import kind_of, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storejet.log import Log


_ENCODING = sys.getfilesystemencoding()


def encoded(path: str) -> bytes:
    """The bytes of a file name as the system wants them (what could not be decoded comes back as it was)."""
    return path.encode(_ENCODING, "surrogateescape")


def decoded(name: bytes) -> str:
    """A file name as text; ``encoded`` gives the same bytes back."""
    return name.decode(_ENCODING, "surrogateescape")


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
            _scan(parameter, selection, log, found)
        else:
            log.warn(f"ignoring directory because option --scan-directories is not set: {parameter}")
    return found


def _scan(directory: str, selection: Selection, log: "Log", found: list[tuple[str, str]]) -> None:
    """Add the files in a directory. A stack of its own: a tree may be deeper than Python's is."""
    inside: list[tuple[int, int]] = []  # (device, inode) of the directories that the walk is in
    walk: list[Iterator[posix.DirEntry[str]]] = []

    def enter(path: str) -> None:
        try:
            status = posix.stat(encoded(path))
            if (status.st_dev, status.st_ino) in inside:
                log.warn(f"ignoring directory because it contains itself: {path}")
                return
            with posix.scandir(path) as entries:
                walk.append(iter(sorted(entries, key=lambda entry: entry.name)))
            inside.append((status.st_dev, status.st_ino))
        except OSError as error:
            hint = "let this user read it" if isinstance(error, PermissionError) else "check the name"
            log.error(f"cannot read directory: {path}: {error.strerror}; try: {hint}")

    enter(directory)
    while walk:
        entry = next(walk[-1], None)
        if entry is None:
            walk.pop()
            inside.pop()
            continue
        path = entry.path[2:] if directory == "." else entry.path
        try:
            # the kind mostly stands in the directory itself; only a link has to be followed
            is_directory, is_file = entry.is_dir(), entry.is_file()
        except OSError as error:
            found.append((path, error.strerror or str(error)))
            continue
        if is_directory:
            if selection.recurse:
                enter(entry.path)
        elif not selection.pattern or matches(selection.pattern, encoded(entry.name)):
            if is_file:
                found.append((path, ""))
            elif entry.is_symlink():
                found.append((path, "is a link to nothing that is a file"))
            else:
                log.warn(f"ignoring what is not a regular file: {path}")
