"""dcmsend: a checked transfer list, as many associations as it takes, and DCMTK's rules for halting and exit codes."""

from storejet._core import Source
from storejet.cli.peer import NO_FILES, advice, peer_of, selection_of, sender_over, treatment_of
from storejet.errors import (
    DCMSEND_CANNOT_ADD_PRESENTATION_CONTEXT,
    DCMSEND_CANNOT_NEGOTIATE_ASSOCIATION,
    DCMSEND_CANNOT_SEND_REQUEST,
    DCMSEND_INVALID_INPUT_FILE,
    DCMSEND_NO_INPUT_FILES,
    DCMSEND_NO_VALID_INPUT_FILES,
    USAGE_ERROR,
    InputError,
    Rejected,
    RouteError,
    StorejetError,
    UsageError,
)
from storejet.plan.contexts import Arrangement, Policy, arrange
from storejet.plan.identity import check_identity
from storejet.plan.inspect import EXPECTED, Instance, queued
from storejet.plan.paths import expand
from storejet.plan.route import CONVERTIBLE, NO_CONTEXT, Route, Routes
from storejet.send.queue import Entry, summary
from storejet.send.sender import FAILED, LOST, STORED, connection_lost, failure_text
from storejet.send.session import Session, open_session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from storejet.cli.argv import Options
    from storejet.cli.console import Console
    from storejet.send.sender import Attempt

    #: (number in the transfer list, id of its context)
    Members = list[tuple[int, int]]


#: what may be tried where the only proposal is forbidden
ALLOW = "allow it (without -nip), or decompress the file (+dls, +dly)"


class _Halt(Exception):
    """The run ends here with an exit code; the reason has been said."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def run(options: "Options", console: "Console") -> int:
    """Send the files; the exit code of dcmsend's man page, or that of --strict-exit."""
    transfer = Transfer(options, console)
    report = options.text("create-report-file")
    if report:
        from storejet.cli.reporting import run_with_report

        code = run_with_report(transfer, report, options, console)
    else:
        code = transfer.run()
    if console.verbose and not transfer.halted:
        console.block(["", *summary(transfer.entries, transfer.associations, transfer.contexts)])
    if options.flag("strict-exit") and (transfer.associations or not transfer.halted):
        from storejet.cli.exit_codes import strict_code

        stored = sum([entry.stored for entry in transfer.entries])
        strict = strict_code(stored, len(transfer.entries) + transfer.ignored, transfer.lost)
        return strict if strict or transfer.halted else code
    return code


class Transfer:
    """One run: the transfer list, and where it stands.

    ``ignored``: how many files, and records of a DICOMDIR, were left out of ``entries`` as invalid. ``associations``,
    ``contexts``: how many were requested and proposed. ``lost``: the peer or the network ended an association in the
    middle. ``halted``: the run did not come to its end; ``early``: why it ended before everything was attempted, or "".
    """

    def __init__(self, options: "Options", console: "Console") -> None:
        self._options = options
        self._console = console
        self._expected = EXPECTED[options.choice("file-format")]
        self._go_on = options.flag("no-halt")
        self._treatment = treatment_of(options)
        self._policy = Policy(options.choice("decompress"), options.flag("no-illegal-proposal"), _missing)
        self._peer = peer_of(options)
        self._source = Source()
        self._none_accepted = False
        self.entries: list[Entry] = []
        self.ignored = 0
        self.associations = 0
        self.contexts = 0
        self.lost = False
        self.halted = False
        self.early = ""

    def run(self) -> int:
        """Send the files; the exit code of dcmsend's man page."""
        try:
            self._secure()
            self._collect()
            self._send()
        except _Halt as halt:
            self.halted, self.early = True, halt.reason
            return halt.code
        return 0

    def _secure(self) -> None:
        """Read what TLS needs, before anything else is looked at. Raises _Halt."""
        if self._options.choice("tls") == "disable-tls":
            return
        from storejet.cli.security import tls_of

        try:
            self._peer.tls = tls_of(self._options, self._console.net)
        except UsageError as error:
            self._halt(USAGE_ERROR, error.coded, error.hint or advice().on_tls("dcmsend"))

    def _collect(self) -> None:
        """Fill the transfer list. Raises _Halt."""
        options, console = self._options, self._console
        if options.flag("scan-directories"):
            console.info("determining input files ...")
        paths = expand(options.files, selection_of(options), console)
        if not paths:
            self._halt(DCMSEND_NO_INPUT_FILES, "no input files to be processed", NO_FILES)
        console.info("checking input files ...")
        if console.meter is not None:
            console.meter.step("checking input files", lambda: len(self.entries) + self.ignored)
        by_directory = options.flag("read-from-dicomdir")
        debugging = console.net.debugging
        for path, _complaint in paths:  # opening it tells what is wrong
            if debugging:
                console.net.debug(f"adding DICOM file '{path}'")
            try:
                if by_directory and self._collect_references(path):
                    continue
                instance = queued(self._source, path, self._expected)
            except InputError as error:
                self._ignore(path, error)
                continue
            self._queue(path, path, instance)
        if not self.entries:
            self._halt(DCMSEND_NO_VALID_INPUT_FILES, "no valid input files", "see what is wrong with each, above")
        console.debug(
            f"in total, there are {len(self.entries)} SOP instances to be sent, "
            f"{self.ignored} invalid files are ignored"
        )

    def _collect_references(self, path: str) -> bool:
        """Queue what a DICOMDIR refers to; False if the file is none. Raises InputError, _Halt."""
        from storejet.plan.dicomdir import is_dicomdir, references

        if not is_dicomdir(self._source, path):
            return False
        self._console.net.debug(f"adding DICOM files referenced from '{path}'")
        for found in references(self._source, path):
            record = f"{path}: {found.record}"
            if found.complaint:
                self._ignore(record, InputError(found.complaint).advising("check the medium: it may be damaged"))
            else:
                self._queue(record, found.path, found.instance)
        return True

    def _queue(self, name: str, path: str, instance: Instance) -> None:
        """Put an instance into the list if its UIDs may be there; ``name``: what it is called if not. Raises _Halt."""
        try:
            check_identity(instance, self._options.flag("no-uid-checks"))
        except InputError as error:
            self._ignore(name, error)
            return
        self.entries.append(Entry(path, instance))
        if self._console.net.debugging:
            self._console.net.debug(f"successfully added SOP instance {instance.instance_uid} to the transfer list")

    def _ignore(self, name: str, error: InputError) -> None:
        """Leave an invalid file out, or end the run there. Raises _Halt."""
        told = f"{name}: {error.text}"
        if not self._go_on:
            text = f"bad DICOM file: {told}"
            self._console.fatal(advice().on_file(text, error, self._options))
            raise _Halt(DCMSEND_INVALID_INPUT_FILE, text) from None
        text = f"cannot add DICOM file to the transfer list: {told}, ignoring file"
        self._console.net.error(advice().on_file(text, error, self._options))
        self.ignored += 1

    def _halt(self, code: int, text: str, hint: str) -> "NoReturn":
        self._console.fatal(advice().with_hint(text, hint))
        raise _Halt(code, text) from None

    def _send(self) -> None:
        """Go through the associations that the list needs. Raises _Halt."""
        options, console, entries = self._options, self._console, self.entries
        policy = self._policy
        arrangements, unsendable = arrange([entry.instance for entry in entries], policy, console.net.warn)
        for number in unsendable:
            entry = entries[number]
            entry.refused = True
            text = f"cannot add presentation contexts: {entry.path}: --no-illegal-proposal forbids the only proposal"
            if not self._go_on:
                self._halt(DCMSEND_CANNOT_ADD_PRESENTATION_CONTEXT, f"{text} ({entry.instance.syntax} alone)", ALLOW)
            console.error(advice().with_hint(text, ALLOW))
        wanted = arrangements if options.choice("associations") == "multi-associations" else arrangements[:1]
        several = options.choice("associations") == "multi-associations"
        for arrangement in wanted:
            members = arrangement.members
            while members:
                self.associations += 1
                if several:
                    self._say_starting(self.associations)
                members = self._associate(self.associations, arrangement, members)
                if not several:
                    break
        left = sum([len(arrangement.members) for arrangement in arrangements[len(wanted) :]])
        if left:
            text = f"{_files(left)} not sent: one association (--single-association) has no context for more"
            console.warn(advice().with_hint(text, "open as many as it takes (+ma)"))
        if self._none_accepted and options.choice("associations") == "single-association":
            # DCMTK keeps this code for the single association
            raise _Halt(DCMSEND_CANNOT_ADD_PRESENTATION_CONTEXT, "No Acceptable Presentation Contexts")

    def _choice(self, routes: Routes, session: Session, entry: Entry, context: int) -> "_Choice":
        return _Choice(routes, session, entry, context, self._policy, self._console)

    def _say_starting(self, number: int) -> None:
        """A step; among the details of --debug it is one of them, under a rule."""
        console, text = self._console, f"starting association #{number}"
        if console.debugging:
            console.debug("-" * 65)
            console.debug(text)
        else:
            console.info(text)

    def _associate(self, number: int, arrangement: Arrangement, members: "Members") -> "Members":
        """One association from request to release; the members that are left for another one. Raises _Halt."""
        console, options = self._console, self._options
        console.info("initializing network ...")
        console.info("negotiating network association ...")
        self.contexts += len(arrangement.contexts)
        for position, context in members:
            self.entries[position].context = context
        if console.meter is not None:
            console.meter.step(f"negotiating with {options.peer}:{options.port}")
        try:
            session = open_session(self._peer, arrangement.contexts, console.net, options.flag("verbose-pc"))
        except StorejetError as error:
            words = "Association Rejected: " if isinstance(error, Rejected) else ""
            text = f"cannot negotiate network association: {words}{error.coded}"
            console.fatal(advice().on_association(text, error, options))
            if number > 1:
                self._count_unattempted()
            raise _Halt(DCMSEND_CANNOT_NEGOTIATE_ASSOCIATION, text) from None
        try:
            left = self._send_members(number, arrangement, members, session)
        except BaseException:
            session.abort()
            raise
        if session.over:
            return left
        console.net.info("Releasing Association")
        try:
            session.release()
        except StorejetError as error:
            console.net.error(advice().on_release(f"Association Release Failed: {error.coded}", error, options))
        return left

    def _count_unattempted(self) -> None:
        """Say how many files the run ends before: what the exit code does not tell."""
        left = sum([entry.association == 0 and not entry.refused for entry in self.entries])
        if left:
            self._console.warn(f"{_files(left)} not sent: the run ends here")

    def _send_members(self, number: int, arrangement: Arrangement, members: "Members", session: Session) -> "Members":
        """Send the members; those that are left when one of them, by its own fault, ends the association."""
        console = self._console
        if not session.usable:
            for position, _context in members:
                self.entries[position].refused = True
            text = f"No Acceptable Presentation Contexts: {_files(len(members))} not sent"
            console.net.error(advice().on_no_context(text, session.answers, self._options))
            self._none_accepted = True
            return []
        console.info("sending SOP instances ...")
        decoding = any(
            syntaxes[0] not in CONVERTIBLE and session.usable.get(context, ("", syntaxes[0]))[1] in CONVERTIBLE
            for context, _abstract, syntaxes in arrangement.contexts
        )
        sender = sender_over(session, self._expected, console.net, "C-STORE", self._treatment, decoding)
        routes = Routes(session.usable, False, self._policy.decompresses)
        meter = console.meter
        if meter is not None:
            meter.starts(session.moved, [entry.path for entry in self.entries])
        debugging = console.net.debugging
        for done, (position, context) in enumerate(members, 1):
            entry = self.entries[position]

            def following(n: int, begin: int = done - 1) -> "Attempt | None":
                if begin + n >= len(members):
                    return None
                later, its_context = members[begin + n]
                choice = self._choice(routes, session, self.entries[later], its_context)
                return self.entries[later].path, choice.route

            entry.association = number
            if debugging:
                console.net.debug(f"sending SOP instance from file: {entry.path}")
            choice = self._choice(routes, session, entry, context)
            outcome = sender.send(entry.path, choice.route, following)
            entry.settle(outcome, session.usable)
            if outcome.kind == STORED:
                continue
            if meter is not None:
                if outcome.kind == FAILED:
                    meter.failed += 1
                else:
                    meter.unanswered(entry.path)
            self.lost = self.lost or connection_lost(outcome)
            if outcome.kind == FAILED or self._go_on:
                console.error(advice().on_outcome(failure_text(entry.path, outcome), outcome, self._options))
            else:
                text = f"cannot send SOP instance: {failure_text(entry.path, outcome)}"
                console.fatal(advice().on_outcome(text, outcome, self._options))
                self._count_unattempted()
                raise _Halt(DCMSEND_CANNOT_SEND_REQUEST, text)
            if outcome.kind == LOST:
                rest = members[done:]
                if not connection_lost(outcome) and self._options.choice("associations") != "single-association":
                    return rest
                if rest:
                    self.early = f"{_files(len(rest))} not sent: the association is lost"
                    console.warn(self.early)
                return []
        return []


class _Choice:
    """The route of an entry, once its data set is known; ``context`` is the one that was proposed for it."""

    def __init__(
        self, routes: Routes, session: Session, entry: Entry, context: int, policy: Policy, console: "Console"
    ) -> None:
        self._policy = policy
        self._routes = routes
        self._session = session
        self._entry = entry
        self._context = context
        self._console = console

    def route(self, instance: Instance) -> Route:
        """The context that was proposed for the entry; RouteError if it was refused or cannot carry the instance.

        Where the data set is of another SOP class than the meta information says, the command must name the class of
        the data set (PS3.4 B.2.1), and so must its context.
        """
        entry, usable = self._entry, self._session.usable
        known = entry.instance
        entry.context = self._context
        if instance.instance_uid != known.instance_uid:
            self._console.warn(f"SOP Instance UID differs between meta information and data set: {entry.path}")
        if instance.class_uid != known.class_uid:
            self._console.warn(f"SOP Class UID differs between meta information and data set: {entry.path}")
            return self._other(instance)
        if self._context not in usable:
            from storejet.plan.names import class_name, syntax_name

            name = f"{class_name(instance.class_uid)} as {syntax_name(instance.syntax)}"
            error = RouteError(f"No presentation context found: the peer refused {name}", NO_CONTEXT)
            error.stored = instance.syntax
            raise error
        accepted = usable[self._context][1]
        syntax = instance.syntax
        if accepted == syntax:
            return Route(self._context, accepted)
        if accepted in CONVERTIBLE and (syntax in CONVERTIBLE or self._policy.decompresses(syntax)):
            return Route(self._context, accepted)
        return self._other(instance)

    def _other(self, instance: Instance) -> Route:
        route = self._routes.route(instance)
        self._entry.context = route.context
        return route


def _missing(decoder: str) -> str:
    from storejet.codec.decoders import missing

    return missing(decoder)


def _files(count: int) -> str:
    return f"{count} file{'s' if count != 1 else ''}"
