"""--rename: a processed file's name tells what became of it, ``.done`` or ``.bad``."""

import errno
import posix

from storejet.plan.paths import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from storejet.log import Log

#: file systems that have no hard links, or not for everybody, say so with one of these
_NO_LINKS = (errno.EPERM, errno.EACCES, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP)


class Renaming:
    """Renames the files of a run, each once no further attempt of it follows: a path may be on the list twice."""

    __slots__ = ("_failed", "_last", "_log", "_paths")

    def __init__(self, paths: "Sequence[str]", log: "Log") -> None:
        self._paths = paths
        self._last = {path: position for position, path in enumerate(paths)}
        self._failed: set[str] = set()
        self._log = log

    def attempted(self, position: int, stored: bool, over: bool) -> None:
        """The file at ``position`` was attempted with all its repetitions.

        ``stored``: each of them succeeded; ``over``: the run ends. Never raises: what cannot be renamed gets a warning.
        """
        path = self._paths[position]
        if not stored:
            self._failed.add(path)
        if not over and self._last[path] != position:
            return
        target = path + (".bad" if path in self._failed else ".done")
        try:
            rename(encoded(path), encoded(target))
        except OSError as error:
            self._log.warn(f"cannot rename file '{path}' to '{target}': {error.strerror}")
        else:
            self._log.debug(f"renamed file '{path}' to '{target}'")


def rename(path: bytes, target: bytes) -> None:
    """Rename a file (or a link to one). Raises OSError; FileExistsError where ``target`` exists: it stays."""
    try:
        # unlike rename(2) this never takes the place of what is there
        posix.link(path, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        try:
            posix.unlink(path)
        except OSError:
            posix.unlink(target)  # a file must not be left under both names
            raise
        return
    try:
        posix.lstat(target)
    except FileNotFoundError:
        posix.rename(path, target)
        return
    raise FileExistsError(errno.EEXIST, posix.strerror(errno.EEXIST), target)
