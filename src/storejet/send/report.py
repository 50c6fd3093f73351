"""dcmsend's report on a transfer (--create-report-file): its text, and the file that it becomes.

The labels, their order and the texts are those of DCMTK's dcmsend, for scripts that read them. A report takes its place
at once and whole: it is written under another name in the same folder, and renamed. What is no regular file (a pipe, a
terminal), or belongs to others too, is written as it stands.
"""

import errno
import posix
import sys
from contextlib import suppress
from posixpath import realpath, split
from stat import S_IMODE, S_ISDIR, S_ISFIFO, S_ISREG
from time import sleep, strftime

from storejet.log import printable
from storejet.plan.names import syntax_name
from storejet.plan.paths import encoded
from storejet.send.queue import Entry, summary
from storejet.tables.sopclasses import symbol
from storejet.tables.status import status_text
from storejet.tables.uids import UNKNOWN_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Text = Callable[[], Iterator[str]]

#: seconds between two looks for the reader of a pipe
READER = 0.05
#: bytes of text that are written in one go
_PIECE = 1 << 16

#: why a file may not be put beside the report, or in its place, although the report itself can be written
_IN_PLACE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV, errno.ENOTEMPTY)


def report_text(
    peer: str, titles: "tuple[str, str]", entries: list[Entry], associations: int, contexts: int, early: str
) -> "Iterator[str]":
    """The report in pieces of some lines. ``peer``: host and port as typed; ``titles``: calling and called.

    ``early``: why the transfer ended before its end, or "". The other words are those of ``summary``.
    """
    yield (
        "Detailed Report on the Transfer of Instances\n"
        "============================================\n\n"
        f"Communication Peer : {printable(peer)}\n"
        f"AE Titles used     : {titles[0]} -> {titles[1]}\n"
        f"Current Date/Time  : {strftime('%Y-%m-%d %H:%M:%S')}\n\n\n"
    )
    syntaxes: dict[str, str] = {"": ""}
    for number, entry in enumerate(entries, 1):
        yield _block(number, entry, syntaxes)
    yield "\n" + "".join([line + "\n" for line in summary(entries, associations, contexts)])
    if early:
        yield f"Transfer ended early     : {printable(early)}\n"


def _block(number: int, entry: Entry, syntaxes: dict[str, str]) -> str:
    """The ten lines of an instance; ``syntaxes`` keeps how each transfer syntax is shown."""
    instance = entry.instance
    for uid in (instance.syntax, entry.network):
        if uid not in syntaxes:
            syntaxes[uid] = _syntax(uid)
    if entry.status >= 0:
        status = f"0x{entry.status:04x} ({status_text(entry.status)})"
    else:
        status = "<no acceptable presentation context>" if entry.refused else "<not sent>"
    return (
        f"Number        : {number}\n"
        f"Filename      : {_line(entry.path)}\n"
        f"SOP Instance  : {_line(instance.instance_uid)}\n"
        f"SOP Class     : {_line(instance.class_uid)} = {symbol(instance.class_uid) or 'unknown'}\n"
        f"Original Xfer : {syntaxes[instance.syntax]}\n"
        f"Dataset Size  : {entry.size} bytes\n"
        f"Association   : {entry.association if entry.network else 0}\n"
        f"Pres. Context : {entry.context}\n"
        f"Network Xfer  : {syntaxes[entry.network]}\n"
        f"DIMSE Status  : {status}\n\n"
    )


def _line(text: str) -> str:
    return text if text.isprintable() else printable(text)


def _syntax(uid: str) -> str:
    name = syntax_name(uid)
    return f"{_line(uid)} = {UNKNOWN_NAME if name == uid else name}"


def obstacle(path: str) -> str:
    """Why a report can hardly be written to ``path``, as far as that can be told without writing; or ""."""
    name = encoded(path)
    try:
        status = posix.stat(name)
    except FileNotFoundError:
        folder = split(realpath(name))[0]
        try:
            if not S_ISDIR(posix.stat(folder).st_mode):
                return posix.strerror(errno.ENOTDIR)
        except OSError as error:
            return f"its folder: {error.strerror}"
        allowed = posix.access(folder, posix.W_OK | posix.X_OK, effective_ids=True)
        return "" if allowed else f"its folder: {posix.strerror(errno.EACCES)}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    if S_ISDIR(status.st_mode):
        return posix.strerror(errno.EISDIR)
    if S_ISREG(status.st_mode) and _holds_dicom(name):
        return IS_DICOM
    return "" if posix.access(name, posix.W_OK, effective_ids=True) else posix.strerror(errno.EACCES)


#: the report never takes the place of an object: a pattern of the shell may have put one behind the option
IS_DICOM = "it is a DICOM file, which a report does not overwrite"


def exists(path: str) -> bool:
    """Whether a regular file of this name is there, which a report takes the place of."""
    try:
        return S_ISREG(posix.stat(encoded(path)).st_mode)
    except (OSError, ValueError):
        return False


def write_report(path: str, text: "Text") -> None:
    """Write the pieces of ``text()`` to ``path``. Raises OSError, ValueError (no name of a file); nothing is left then.

    Links are followed. A new file has the permissions that any new file gets, one that is replaced keeps its own.
    """
    name = encoded(path)
    try:
        status: posix.stat_result | None = posix.stat(name)
    except FileNotFoundError:
        status = None
    if status is not None:
        if not S_ISREG(status.st_mode) or _stands_open(status):
            _write_in_place(name, status, text)
            return
        if _holds_dicom(name):
            raise FileExistsError(errno.EEXIST, IS_DICOM, path)
        if status.st_nlink > 1 or status.st_uid != posix.geteuid():
            _write_in_place(name, status, text)
            return
    target = realpath(name)
    try:
        _write_beside(target, text, -1 if status is None else S_IMODE(status.st_mode))
    except OSError as error:
        if status is None or error.errno not in _IN_PLACE:
            raise
        _write_in_place(name, status, text)


def _write_beside(target: bytes, text: "Text", mode: int) -> None:
    """Write a new file and give it the name ``target``; ``mode``: its permissions, -1 for those of any new file."""
    descriptor, beside = _create_beside(target)
    try:
        try:
            _write(descriptor, text)
            if mode >= 0:
                posix.fchmod(descriptor, mode)
            posix.fsync(descriptor)
        finally:
            posix.close(descriptor)
        posix.rename(beside, target)
    except BaseException:
        with suppress(FileNotFoundError):  # interrupted when it was renamed already
            posix.unlink(beside)
        raise


def _create_beside(target: bytes) -> tuple[int, bytes]:
    """A new file in the folder of ``target``: (descriptor, name). Raises OSError."""
    number = 0
    while True:
        beside = b"%s/.storejet-report-%d-%d" % (split(target)[0], posix.getpid(), number)
        try:
            return posix.open(beside, posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL | posix.O_CLOEXEC, 0o666), beside
        except FileExistsError:
            number += 1


def _stands_open(status: "posix.stat_result") -> int:
    """The descriptor of ours, 1 or 2, at which the file already stands open (``/dev/stdout``); 0: neither."""
    for descriptor in (1, 2):
        try:
            ours = posix.fstat(descriptor)
        except OSError:
            continue
        if (ours.st_dev, ours.st_ino) == (status.st_dev, status.st_ino):
            return descriptor
    return 0


def _write_in_place(name: bytes, status: "posix.stat_result", text: "Text") -> None:
    descriptor = _stands_open(status)
    if descriptor:
        # opened anew it would be emptied, and what was said there lost
        _write(descriptor, text)
        return
    descriptor = _opened(name)
    try:
        _write(descriptor, text)
    finally:
        posix.close(descriptor)


def _opened(name: bytes) -> int:
    """Open what is there. A pipe that nobody reads yet is asked for now and then: a signal that comes just ahead of an
    open() that waits would not end the wait."""
    while True:
        try:
            descriptor = posix.open(name, posix.O_WRONLY | posix.O_TRUNC | posix.O_CLOEXEC | posix.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO or not S_ISFIFO(posix.stat(name).st_mode):
                raise
            sleep(READER)
            continue
        posix.set_blocking(descriptor, True)
        return descriptor


def _write(descriptor: int, text: "Text") -> None:
    held: list[bytes] = []
    size = 0
    for piece in text():
        held.append(_bytes(piece))
        size += len(held[-1])
        if size >= _PIECE:
            _write_all(descriptor, b"".join(held))
            held.clear()
            size = 0
    _write_all(descriptor, b"".join(held))


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        try:
            left = left[posix.write(descriptor, left) :]
        except BlockingIOError:  # who shares a pipe with us may have made it so
            import select

            poll = select.poll()
            poll.register(descriptor, select.POLLOUT)
            poll.poll()


def _bytes(text: str) -> bytes:
    """File names come out with the bytes that they have."""
    encoding = sys.getfilesystemencoding()
    try:
        return text.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace")


def _holds_dicom(name: bytes) -> bool:
    """Whether a regular file begins like PS3.10 7.1 says."""
    try:
        descriptor = posix.open(name, posix.O_RDONLY | posix.O_CLOEXEC | posix.O_NONBLOCK)
    except OSError:
        return False
    try:
        return posix.pread(descriptor, 4, 128) == b"DICM"
    finally:
        posix.close(descriptor)
