"""A DICOMDIR to the files that it refers to (PS3.3 F, PS3.10 8): what its records say of them, and where they lie.

A Referenced File ID (0004,1500) names a file below the folder of the DICOMDIR, in components of capital letters. What a
medium is mounted or copied as may have them in small letters, or with what ISO 9660 puts behind them: a dot, a version
number. No record leads out of that folder, by its name or by a link.
"""

import posix
from posixpath import realpath, split
from stat import S_ISLNK

from storejet._core import EXPECT_FILE, READ_META, READ_WHOLE
from storejet.errors import InputError
from storejet.log import printable
from storejet.plan.inspect import Instance
from storejet.plan.paths import decoded, encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet._core import Source

#: Media Storage Directory Storage (PS3.4 I.4)
MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"

#: folders whose names are kept at a time: records that follow each other mostly lie in the same one
_FOLDERS = 16


class Reference:
    """What a record refers to. ``record`` says where it stands; ``complaint``: why no file is meant, or ""."""

    __slots__ = ("complaint", "instance", "path", "record")

    def __init__(self, record: str, instance: Instance) -> None:
        self.record = record
        self.instance = instance
        self.path = ""
        self.complaint = ""


def is_dicomdir(source: "Source", path: str) -> bool:
    """Whether the file's meta information names the SOP class of a DICOMDIR; False for what cannot be read."""
    try:
        source.open(encoded(path))
        source.scan(EXPECT_FILE, READ_META)
        return source.meta_class.strip(" ") == MEDIA_STORAGE_DIRECTORY
    except InputError:
        return False
    finally:
        source.close()


def references(source: "Source", path: str) -> "Iterator[Reference]":
    """What each record with a Referenced File ID refers to, in their order. No file but the DICOMDIR is opened.

    Raises InputError, after the records before it, where the DICOMDIR is damaged.
    """
    folder = split(encoded(path))[0]
    file_set = FileSet(b"" if folder == b"." else folder)
    source.open(encoded(path))
    try:
        source.scan(EXPECT_FILE, READ_WHOLE)
        for offset, file_id, class_uid, instance_uid, syntax in source.directory_records():
            shown = printable(decoded(file_id.rstrip(b" \0")))
            found = Reference(
                f"record '{shown}' at {offset}", Instance(class_uid or "", instance_uid or "", syntax or "")
            )
            try:
                found.path = decoded(file_set.path(components(file_id)))
            except InputError as error:
                found.complaint = error.text
            yield found
    finally:
        source.close()


def components(file_id: bytes) -> list[bytes]:
    """The components of a Referenced File ID, without the spaces around them (PS3.5 6.2, CS). Raises InputError."""
    names = [name.strip(b" ") for name in file_id.rstrip(b" \0").split(b"\\")]
    if names == [b""]:
        raise InputError("Invalid filename: the Referenced File ID is empty")
    for name in names:
        if name in (b"", b"..") or b"/" in name or b"\0" in name:
            shown = printable(decoded(name))
            raise InputError(f"Invalid filename: '{shown}' is no component of a Referenced File ID")
    return names


class FileSet:
    """The files below ``folder``, that of a DICOMDIR; b"" is the working directory."""

    __slots__ = ("_folder", "_inside", "_names", "_root")

    def __init__(self, folder: bytes) -> None:
        self._folder = folder
        self._root = realpath(folder or b".")
        #: folder → name without what does not count → names in the folder
        self._names: dict[bytes, dict[bytes, list[bytes]]] = {}
        self._inside: dict[bytes, bool] = {}

    def path(self, names: list[bytes]) -> bytes:
        """The file with these components; where there is none, the path that it should have.

        Raises InputError where several fit, none exactly, or where a link leads out of the folder.
        """
        exact = _joined(self._folder, names)
        found = exact if _is_there(exact) else self._variant(names)
        if not found:
            return exact
        if not self._lies_inside(found):
            raise InputError("Invalid filename: a link leads out of the folder of the DICOMDIR")
        return found

    def _variant(self, names: list[bytes]) -> bytes:
        """The one file whose name differs in what does not count; b"": there is none."""
        at = self._folder
        for name in names:
            step = _joined(at, [name])
            if not _is_there(step):
                fitting = self._names_in(at).get(_bare(name), [])
                # a name that differs in case alone fits better than one with a dot or version, too
                near = [one for one in fitting if one.upper() == name.upper()] or fitting
                if len(near) > 1:
                    shown = ", ".join(sorted([printable(decoded(one)) for one in near]))
                    raise InputError(f"Invalid filename: '{printable(decoded(name))}' may be any of {shown}")
                if not near:
                    return b""
                step = _joined(at, near)
            at = step
        return at

    def _names_in(self, folder: bytes) -> dict[bytes, list[bytes]]:
        known = self._names.get(folder)
        if known is None:
            if len(self._names) == _FOLDERS:
                self._names.clear()
            known = self._names[folder] = {}
            try:
                names = posix.listdir(folder or b".")
            except OSError:
                names = []
            for name in names:
                known.setdefault(_bare(name), []).append(name)
        return known

    def _lies_inside(self, path: bytes) -> bool:
        folder = split(path)[0]
        inside = self._inside.get(folder)
        if inside is None:
            if len(self._inside) > 1024:
                self._inside.clear()
            inside = self._inside[folder] = self._contains(realpath(folder or b"."))
        try:
            if not S_ISLNK(posix.lstat(path).st_mode):
                return inside
        except OSError:
            return inside
        return self._contains(realpath(path))

    def _contains(self, real: bytes) -> bool:
        return real == self._root or real.startswith(self._root.rstrip(b"/") + b"/")


def _joined(folder: bytes, names: list[bytes]) -> bytes:
    path = b"/".join(names)
    return path if not folder else folder + path if folder.endswith(b"/") else folder + b"/" + path


def _is_there(path: bytes) -> bool:
    try:
        posix.lstat(path)
    except OSError:
        return False
    return True


def _bare(name: bytes) -> bytes:
    """A name in capitals, without the dot and the version number of ISO 9660 (``NAME.;1``)."""
    head, separator, version = name.upper().rpartition(b";")
    if separator and head and version.isdigit():
        return head.rstrip(b".") or head
    return name.upper().rstrip(b".") or name
