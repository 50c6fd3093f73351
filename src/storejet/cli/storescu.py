"""storescu: one association, files in the order of the command line, and DCMTK's rules for halting and exit codes."""

from storejet._core import Source
from storejet.cli.peer import peer_of, selection_of
from storejet.errors import STORESCU_FAILURE, STORESCU_PEER_GONE, Aborted, Rejected, StorejetError, UsageError
from storejet.plan.contexts import fixed
from storejet.plan.inspect import EXPECTED
from storejet.plan.paths import expand
from storejet.send.sender import FAILED, LOST, STORED, Outcome, Sender, failure_text
from storejet.send.session import Session, open_session
from storejet.tables.defaults import DEFAULT_STORAGE_CLASSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.cli.argv import Options
    from storejet.cli.console import Console


class _Halt(Exception):
    """The run ends before anything is sent: the reason has been said."""


def run(options: "Options", console: "Console") -> int:
    """Send the files; the exit code (dcmtk-compatible: 1, 10, or the high byte of a failing status)."""
    try:
        return _run(options, console)
    except _Halt:
        return STORESCU_FAILURE


def _run(options: "Options", console: "Console") -> int:
    console.info("checking input files ...")
    inputs = expand(options.files, selection_of(options), console)
    if not inputs:
        console.fatal("no input files to be sent")
        return STORESCU_FAILURE
    expected = EXPECTED[options.choice("file-format")]
    go_on = options.flag("no-halt")
    required = options.flag("required")
    classes = DEFAULT_STORAGE_CLASSES
    paths = [path for path, complaint in inputs if not complaint or _dropped(path, complaint, go_on, console)]
    if required:
        paths, classes = _check_classes(paths, expected, go_on, console)
    if not paths and not required:
        # DCMTK opens an association for nothing here; its exit code is kept
        console.warn("no input files are left: nothing was sent")
        return 0
    try:
        contexts = fixed(options.choice("propose"), options.flag("combine"), classes)
        if not contexts:
            raise UsageError("no presentation context to propose: no input file is left", code="0006:0103")
        session = open_session(peer_of(options), contexts, console, options.flag("verbose-pc"))
    except Rejected as error:
        console.fatal(f"Association Rejected: {error.text}")
        return STORESCU_FAILURE
    except StorejetError as error:
        console.fatal(f"Association Request Failed: {error.coded}")
        return STORESCU_FAILURE
    try:
        sender = Sender(session, expected, console, "Store")
        if console.progress:
            sender.progress = lambda count: console.out(f"XMIT: {'.' * count}\n")
        return _send_all(options, console, session, sender, paths)
    except BaseException:
        session.abort()
        raise


def _complain(text: str, go_on: bool, console: "Console") -> None:
    """A file that cannot be sent: left out with --no-halt, else the end of the run."""
    if not go_on:
        console.fatal(text)
        raise _Halt
    console.warn(f"{text}, ignoring file")


def _dropped(path: str, complaint: str, go_on: bool, console: "Console") -> bool:
    """A file that cannot be there at all: False, so that it is left out, or the end of the run."""
    _complain(f"cannot access file: {path}: {complaint}", go_on, console)
    return False


def _check_classes(
    paths: list[str], expected: int, go_on: bool, console: "Console"
) -> "tuple[list[str], tuple[str, ...]]":
    """For --required: the files that hold a storage SOP class, and those classes in order."""
    source = Source()
    kept: list[str] = []
    classes: dict[str, None] = {}
    for path in paths:
        complaint, class_uid = _required_class(path, source, expected)
        if complaint:
            _complain(f"{complaint}: {path}", go_on, console)
        else:
            kept.append(path)
            classes[class_uid] = None
    return kept, tuple(classes)


def _required_class(path: str, source: Source, expected: int) -> tuple[str, str]:
    """(complaint or "", SOP class) of a file for --required."""
    from storejet.plan.inspect import identified
    from storejet.tables.sopclasses import STORAGE_CLASS_OF

    try:
        instance = identified(source, path, expected)
    except StorejetError as error:
        return f"missing SOP class: file {error.text}", ""
    if not instance.class_uid or not instance.instance_uid:
        return "missing SOP class or instance UID in file", ""
    if instance.class_uid not in STORAGE_CLASS_OF:
        return f"unknown storage SOP class in file: {instance.class_uid}", ""
    return "", instance.class_uid


def _send_all(options: "Options", console: "Console", session: Session, sender: Sender, paths: list[str]) -> int:
    if not session.usable:
        console.fatal("No Acceptable Presentation Contexts")
        _end(session, False, console)
        return STORESCU_FAILURE
    go_on = options.flag("no-halt")
    verbose = console.verbose
    abort = options.flag("abort")
    repeat = options.number("repeat") or 1
    choose = session.routes.context
    for position, path in enumerate(paths):
        after = paths[position + 1] if position + 1 < len(paths) else None
        for left in range(repeat, 0, -1):
            if verbose:
                console.info(f"Sending file: {path}")
            outcome = sender.send(path, choose, path if left > 1 else after)
            if outcome.kind == STORED:
                continue
            console.error(failure_text(path, outcome))
            if outcome.kind == LOST or not go_on:
                rest = (len(paths) - position - 1) * repeat + left - 1
                if rest:
                    console.warn(f"{rest} further file{'s were' if rest > 1 else ' was'} not sent")
                return _halted(outcome, go_on, abort, session, console)
            if outcome.kind != FAILED:
                break  # the next repetition would fail the same way
    return 0 if _end(session, abort, console) else STORESCU_FAILURE


def _halted(outcome: Outcome, go_on: bool, abort: bool, session: Session, console: "Console") -> int:
    """End the association after a failure that stops the run; the exit code."""
    if outcome.kind == FAILED:
        return outcome.status >> 8 if _end(session, abort, console) else STORESCU_FAILURE
    if outcome.kind == LOST:
        return STORESCU_PEER_GONE if isinstance(outcome.error, Aborted) and not go_on else STORESCU_FAILURE
    console.info("Aborting Association")
    session.abort()
    return STORESCU_FAILURE


def _end(session: Session, abort: bool, console: "Console") -> bool:
    """End the association in good order, or as --abort wants it; False if the peer did not take part."""
    if abort:
        console.info("Aborting Association")
        session.abort()
        return True
    console.info("Releasing Association")
    try:
        session.release()
    except StorejetError as error:
        console.error(f"Association Release Failed: {error.coded}")
        return False
    return True
