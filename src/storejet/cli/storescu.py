"""storescu: one association, files in the order of the command line, and DCMTK's rules for halting and exit codes."""

from storejet._core import Source
from storejet.cli.peer import NO_FILES, advice, peer_of, selection_of, sender_over, treatment_of
from storejet.errors import (
    STORESCU_FAILURE,
    STORESCU_PEER_GONE,
    Aborted,
    InputError,
    Rejected,
    StorejetError,
    UsageError,
)
from storejet.plan.contexts import Proposal, fixed
from storejet.plan.inspect import EXPECTED
from storejet.plan.paths import expand
from storejet.plan.route import Routes
from storejet.send.sender import FAILED, LOST, STORED, Outcome, Sender, connection_lost, failure_text
from storejet.send.session import Session, open_session
from storejet.tables.defaults import DEFAULT_STORAGE_CLASSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.cli.argv import Options
    from storejet.cli.console import Console
    from storejet.net.tls import Tls
    from storejet.plan.profile import Profiles
    from storejet.send.editing import Editor
    from storejet.send.sender import Attempt
    from storejet.ul.parameters import UserIdentity


class _Halt(Exception):
    """The run ends before anything is sent: the reason has been said."""


def run(options: "Options", console: "Console") -> int:
    """Send the files; the exit code (dcmtk-compatible: 1, 10, or the high byte of a failing status; or strict)."""
    tally = _Tally()
    try:
        code = _run(options, console, tally)
    except _Halt:
        return STORESCU_FAILURE
    if tally.begun and options.flag("strict-exit"):
        from storejet.cli.exit_codes import strict_code

        return strict_code(tally.stored, tally.wanted, tally.lost)
    return code


class _Tally:
    """What --strict-exit goes by. ``begun``: no mistake of the command line or the files stands in the way any more."""

    __slots__ = ("begun", "lost", "stored", "wanted")

    def __init__(self) -> None:
        self.wanted = 0
        self.stored = 0
        self.lost = False
        self.begun = False


def _run(options: "Options", console: "Console", tally: _Tally) -> int:
    profiles = _profiles(options, console)
    peer = peer_of(options)
    peer.tls = _tls(options, console)
    console.info("checking input files ...")
    if console.meter is not None:
        console.meter.step("checking input files")
    inputs = expand(options.files, selection_of(options), console)
    if not inputs:
        console.fatal(advice().with_hint("no input files to be sent", NO_FILES))
        return STORESCU_FAILURE
    tally.wanted = len(inputs)
    expected = EXPECTED[options.choice("file-format")]
    required = options.flag("required")
    treatment = treatment_of(options)
    treatment.editor = _editor(options)
    classes = DEFAULT_STORAGE_CLASSES
    paths = [path for path, complaint in inputs if not complaint or _dropped(path, complaint, options, console)]
    if required:
        paths, classes = _check_classes(paths, expected, options, console)
    identity = _identity(options, console)
    try:
        if profiles is not None:
            proposal = profiles.proposal(options.texts("config-file")[1])
        else:
            proposal = Proposal(fixed(options.choice("propose"), options.flag("combine"), classes))
        if not paths and not required:
            # DCMTK opens an association for nothing here; its exit code is kept
            console.warn("no input files are left: nothing was sent")
            tally.begun = True
            return 0
        if not proposal.contexts:
            raise UsageError("no presentation context to propose: no input file is left", code="0006:0103")
        tally.begun = True
        if console.meter is not None:
            console.meter.step(f"negotiating with {options.peer}:{options.port}")
        session = open_session(
            peer,
            proposal.contexts,
            console,
            options.flag("verbose-pc"),
            proposal.roles,
            proposal.extended,
            identity,
        )
    except Rejected as error:
        console.fatal(advice().on_association(f"Association Rejected: {error.text}", error, options))
        return STORESCU_FAILURE
    except StorejetError as error:
        tally.begun = tally.begun and not isinstance(error, UsageError)
        console.fatal(advice().on_association(f"Association Request Failed: {error.coded}", error, options))
        return STORESCU_FAILURE
    try:
        sender = sender_over(session, expected, console, "Store", treatment)
        if console.progress:
            sender.progress = lambda count: console.out(f"XMIT: {'.' * count}\n")
        return _send_all(options, console, session, sender, paths, tally)
    except BaseException:
        session.abort()
        raise


def _profiles(options: "Options", console: "Console") -> "Profiles | None":
    """The profiles of --config-file. Their file is checked before anything else is looked at."""
    if not options.given("config-file"):
        return None
    from storejet.cli.negotiation import profiles_of

    try:
        profiles = profiles_of(options)
    except UsageError as error:
        console.error(error.text)
        raise _Halt from None
    for note in profiles.notes:
        console.warn(note)
    return profiles


def _tls(options: "Options", console: "Console") -> "Tls | None":
    """How the connection is secured. Its files are read before anything else is looked at."""
    if options.choice("tls") == "disable-tls":
        return None
    from storejet.cli.security import tls_of

    try:
        return tls_of(options, console)
    except UsageError as error:
        console.fatal(advice().with_hint(error.coded, error.hint or advice().on_tls("storescu")))
        raise _Halt from None


def _identity(options: "Options", console: "Console") -> "UserIdentity | None":
    """Who the peer is told that we are; None: it is told nothing."""
    if not options.choice("identity"):
        return None
    from storejet.cli.negotiation import identity_of

    try:
        return identity_of(options)
    except UsageError as error:
        console.error(error.text)
        raise _Halt from None


def _complain(text: str, hint: str, options: "Options", console: "Console") -> None:
    """A file that cannot be sent: left out with --no-halt, else the end of the run."""
    error = InputError(text).advising(hint)
    if not options.flag("no-halt"):
        console.fatal(advice().on_file(text, error, options))
        raise _Halt
    console.warn(advice().on_file(f"{text}, ignoring file", error, options))


def _dropped(path: str, complaint: str, options: "Options", console: "Console") -> bool:
    """A file that cannot be there at all: False, so that it is left out, or the end of the run."""
    _complain(f"cannot access file: {path}: {complaint}", "check the name", options, console)
    return False


def _check_classes(
    paths: list[str], expected: int, options: "Options", console: "Console"
) -> "tuple[list[str], tuple[str, ...]]":
    """For --required: the files that hold a storage SOP class, and those classes in order."""
    source = Source()
    kept: list[str] = []
    classes: dict[str, None] = {}
    for path in paths:
        complaint, class_uid, hint = _required_class(path, source, expected)
        if complaint:
            _complain(f"{complaint}: {path}", hint, options, console)
        else:
            kept.append(path)
            classes[class_uid] = None
    return kept, tuple(classes)


def _required_class(path: str, source: Source, expected: int) -> tuple[str, str, str]:
    """(complaint or "", SOP class, hint) of a file for --required."""
    from storejet.plan.identity import valid_uid
    from storejet.plan.inspect import identified
    from storejet.tables.classify import classify

    try:
        instance = identified(source, path, expected)
    except StorejetError as error:
        return f"missing SOP class: file {error.text}", "", error.hint
    if not instance.class_uid or not instance.instance_uid:
        return "missing SOP class or instance UID in file", "", "have it written again by what made it"
    # a private class, or one that is younger than the table, is proposed as it is
    known = classify(instance.class_uid) in ("storage", "storage-prefix", "private")
    if not known or not valid_uid(instance.class_uid):
        return (
            f"unknown storage SOP class in file: {instance.class_uid}",
            "",
            "leave it out: it is nothing to store",
        )
    return "", instance.class_uid, ""


def _editor(options: "Options") -> "Editor | None":
    """What --uid-padding and the --invent options change in each data set, or None."""
    limits = ("invent-series", "invent-study", "invent-patient")
    inventing = options.flag("invent-instance") or any(options.given(name) for name in limits)
    mending = options.flag("uid-padding")
    if not inventing and not mending:
        return None
    from storejet.plan.invention import Invention
    from storejet.send.editing import Editor

    invention = Invention(*[options.number(name) or 1 for name in limits]) if inventing else None
    return Editor(invention, mending)


def _send_all(
    options: "Options", console: "Console", session: Session, sender: Sender, paths: list[str], tally: _Tally
) -> int:
    if not session.usable:
        console.fatal(advice().on_no_context("No Acceptable Presentation Contexts", session.answers, options))
        _end(session, False, options, console)
        return STORESCU_FAILURE
    go_on = options.flag("no-halt")
    verbose = console.verbose
    abort = options.flag("abort")
    repeat = options.number("repeat") or 1
    route = Routes(session.usable, options.choice("propose") == "propose-deflated").route
    choose = session.as_scu(route) if session.not_scu else route
    renaming = None
    if options.flag("rename"):
        from storejet.send.renaming import Renaming

        renaming = Renaming(paths, console)
    meter = console.meter
    if meter is not None:
        meter.starts(session.moved, paths, repeat)
    turn = -1

    def following(n: int) -> "Attempt | None":
        later = (turn + n) // repeat
        return (paths[later], choose) if later < len(paths) else None

    for position, path in enumerate(paths):
        stored = True
        turn = position * repeat - 1
        for left in range(repeat, 0, -1):
            turn += 1
            if verbose:
                console.info(f"Sending file: {path}")
            outcome = sender.send(path, choose, following)
            if outcome.kind == STORED:
                continue
            stored = False
            if meter is not None:
                if outcome.kind == FAILED:
                    meter.failed += 1
                else:
                    meter.unanswered(path, left if outcome.kind != LOST else 1)
            tally.lost = connection_lost(outcome)
            console.error(advice().on_outcome(failure_text(path, outcome), outcome, options))
            if outcome.kind == LOST or not go_on:
                rest = (len(paths) - position - 1) * repeat + left - 1
                if rest:
                    console.warn(f"{rest} further file{'s were' if rest > 1 else ' was'} not sent")
                if renaming is not None:
                    renaming.attempted(position, stored, over=True)
                return _halted(outcome, session, options, console)
            if outcome.kind != FAILED:
                break  # the next repetition would fail the same way
        tally.stored += stored
        if renaming is not None:
            renaming.attempted(position, stored, over=False)
    return 0 if _end(session, abort, options, console) else STORESCU_FAILURE


def _halted(outcome: Outcome, session: Session, options: "Options", console: "Console") -> int:
    """End the association after a failure that stops the run; the exit code."""
    abort, go_on = options.flag("abort"), options.flag("no-halt")
    if outcome.kind == FAILED:
        return outcome.status >> 8 if _end(session, abort, options, console) else STORESCU_FAILURE
    if outcome.kind == LOST:
        return STORESCU_PEER_GONE if isinstance(outcome.error, Aborted) and not go_on else STORESCU_FAILURE
    console.info("Aborting Association")
    session.abort()
    return STORESCU_FAILURE


def _end(session: Session, abort: bool, options: "Options", console: "Console") -> bool:
    """End the association in good order, or as --abort wants it; False if the peer did not take part."""
    if abort:
        console.info("Aborting Association")
        session.abort()
        return True
    console.info("Releasing Association")
    try:
        session.release()
    except StorejetError as error:
        console.error(advice().on_release(f"Association Release Failed: {error.coded}", error, options))
        return False
    return True
