"""storescu: one association, files in the order of the command line, and DCMTK's rules for halting and exit codes."""

from storejet._core import Source
from storejet.cli.peer import peer_of, selection_of
from storejet.errors import STORESCU_FAILURE, STORESCU_PEER_GONE, Aborted, Rejected, StorejetError, UsageError
from storejet.plan.contexts import fixed
from storejet.plan.inspect import EXPECTED
from storejet.plan.paths import expand, is_file
from storejet.send.sender import FAILED, LOST, STORED, Sender, failure_text
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
    paths = expand(options.files, selection_of(options), console)
    if not paths:
        console.fatal("no input files to be sent")
        return STORESCU_FAILURE
    expected = EXPECTED[options.choice("file-format")]
    source = Source()
    go_on = options.flag("no-halt")
    paths, classes = _check(paths, source, expected, options.flag("required"), go_on, console)
    if not paths and not options.flag("required"):
        # DCMTK opens an association for nothing here; its exit code is kept
        console.warn("no input files are left: nothing was sent")
        return 0
    try:
        contexts = fixed(options.choice("propose"), options.flag("combine"), classes)
        if not contexts:
            raise UsageError("0006:0103 no presentation context to propose: no input file is left")
        session = open_session(peer_of(options), contexts, console, options.flag("verbose-pc"))
    except Rejected as error:
        console.fatal(f"Association Rejected: {error.text}")
        return STORESCU_FAILURE
    except StorejetError as error:
        console.fatal(f"Association Request Failed: {error.code} {error.text}".replace(":  ", ": "))
        return STORESCU_FAILURE
    try:
        return _send_all(options, console, session, Sender(session, expected, console, "Store"), paths)
    except BaseException:
        session.abort()
        raise


def _check(
    paths: list[str], source: Source, expected: int, required: bool, go_on: bool, console: "Console"
) -> "tuple[list[str], tuple[str, ...]]":
    """The files that are there, and the SOP classes to propose: those of the files, or the fixed list."""
    kept: list[str] = []
    classes: dict[str, None] = {}
    for path in paths:
        complaint = is_file(path)
        text = f"cannot access file: {path}: {complaint}"
        if not complaint and required:
            complaint, class_uid = _required_class(path, source, expected)
            text = f"{complaint}: {path}"
            if not complaint:
                classes[class_uid] = None
        if not complaint:
            kept.append(path)
        elif go_on:
            console.warn(f"{text}, ignoring file")
        else:
            console.fatal(text)
            raise _Halt
    return kept, tuple(classes) if required else DEFAULT_STORAGE_CLASSES


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
        _release(session, console)
        return STORESCU_FAILURE
    go_on = options.flag("no-halt")
    repeat = options.number("repeat") or 1
    choose = session.routes.context
    for position, path in enumerate(paths):
        after = paths[position + 1] if position + 1 < len(paths) else None
        for left in range(repeat, 0, -1):
            if console.verbose:
                console.info(f"Sending file: {path}")
            outcome = sender.send(path, choose, path if left > 1 else after)
            if outcome.kind == STORED:
                continue
            console.error(failure_text(path, outcome))
            if outcome.kind == LOST or not go_on:
                rest = len(paths) - position - 1
                if rest:
                    console.warn(f"{rest} further file{'s were' if rest > 1 else ' was'} not sent")
                return _halted(outcome.kind, outcome.status, outcome.error, go_on, session, console)
            if outcome.kind != FAILED:
                break  # the next repetition would fail the same way
    if options.flag("abort"):
        console.info("Aborting Association")
        session.abort()
        return 0
    return 0 if _release(session, console) else STORESCU_FAILURE


def _halted(
    kind: str, status: int, error: StorejetError | None, go_on: bool, session: Session, console: "Console"
) -> int:
    """End the association after a failure that stops the run; the exit code."""
    if kind == FAILED:
        return status >> 8 if _release(session, console) else STORESCU_FAILURE
    if kind == LOST:
        return STORESCU_PEER_GONE if isinstance(error, Aborted) and not go_on else STORESCU_FAILURE
    console.info("Aborting Association")
    session.abort()
    return STORESCU_FAILURE


def _release(session: Session, console: "Console") -> bool:
    console.info("Releasing Association")
    try:
        session.release()
    except StorejetError as error:
        console.error(f"Association Release Failed: {error.code} {error.text}".replace(":  ", ": "))
        return False
    return True
