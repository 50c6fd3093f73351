"""What a person may try when something failed: behind each error line, after ``; try: ``, on the same line.

Loaded when there is something to say. What an error knows itself (``hint``) is made more precise by what the command
line says: AE titles, time limits, what was proposed.
"""

from storejet.cli import options as table
from storejet.codec.decoders import CANNOT_DECODE
from storejet.errors import (
    Aborted,
    InputError,
    ProtocolError,
    Rejected,
    RouteError,
    StorejetError,
    TimedOut,
    TlsError,
    UsageError,
)
from storejet.plan.contexts import PREFERRED
from storejet.plan.route import CONVERTIBLE
from storejet.tables import hints
from storejet.tables.reject import context_words
from storejet.tables.uids import LOSS, transfer_syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from storejet.cli.argv import Options
    from storejet.send.sender import Outcome


def with_hint(text: str, hint: str) -> str:
    """The line with the hint behind it, if there is one."""
    return f"{text}; try: {hint}" if hint else text


def on_association(text: str, error: StorejetError, options: "Options") -> str:
    """The line for an association that did not come about, or did not end in order: names the peer."""
    if isinstance(error, UsageError):
        return with_hint(text, error.hint)
    return with_hint(_at_peer(text, options), _association_hint(error, options))


def on_release(text: str, error: StorejetError, options: "Options") -> str:
    """The line for a release that failed: all that was answered before is stored."""
    longer = ", or wait longer for it (-ta)" if isinstance(error, TimedOut) else ""
    return with_hint(_at_peer(text, options), f"nothing: what the peer answered before is stored{longer}")


def on_outcome(text: str, outcome: "Outcome", options: "Options") -> str:
    """The line for an instance that was not stored."""
    if outcome.error is None:
        return with_hint(text, _filled(_status_hint(outcome.status), options))
    error = outcome.error
    if isinstance(error, RouteError):
        return with_hint(text, _route_hint(error, options))
    if isinstance(error, InputError):
        return on_file(text, error, options)
    if isinstance(error, TimedOut) and outcome.kind == "lost":
        limit = _time_limit(options)
        return with_hint(text, f"wait longer for the peer ({limit}), or {error.hint}" if error.hint else _longer(limit))
    return with_hint(text, error.hint)


def on_file(text: str, error: InputError, options: "Options") -> str:
    """The line for a file that cannot be sent."""
    hint = error.hint or "look at it (dcmdump), or leave it out"
    if not error.hint and CANNOT_DECODE in error.text:
        hint = "send it to a peer that takes it compressed, or fetch it again from where it came"
    several = len(options.files) > 1 or options.flag("scan-directories")
    if several and not options.flag("no-halt"):
        hint += "; -nh goes on without it"
    return with_hint(text, hint)


def on_no_context(text: str, results: "Sequence[int]", options: "Options") -> str:
    """The line for a peer that accepted none of the contexts; ``results``: its answers (PS3.8 table 9-18)."""
    counts: dict[int, int] = {}
    for result in results:
        counts[result] = counts.get(result, 0) + 1
    told = ", ".join([f"{count} {context_words(result)}" for result, count in sorted(counts.items())])
    abstract, syntaxes = counts.get(3, 0), counts.get(4, 0)
    hint = "have these SOP classes enabled on the peer"
    if syntaxes > abstract:
        hint = "propose other transfer syntaxes"
        hint += " (-xi, for one)" if options.tool == "storescu" else " (+dls and +dly decompress)"
    elif options.tool == "storescu" and not options.flag("required"):
        hint += ", or propose no others than the files have (-R)"
    text = _at_peer(text, options)
    return with_hint(f"{text}: {told}" if told else text, f"{hint}; -v +v shows each")


def _at_peer(text: str, options: "Options") -> str:
    address = f"{options.peer}:{options.port}"
    return text if address in text else f"{text} (peer {address})"


def _association_hint(error: StorejetError, options: "Options") -> str:
    if isinstance(error, Rejected):
        for codes, hint in hints.REJECTIONS:
            if codes == (error.source, error.reason):
                return _filled(hint, options)
        return hints.REJECTED_FOR_NOW if error.result == 2 else hints.REJECTED
    kind = "without TLS" if options.choice("tls") == "disable-tls" else "with TLS"
    if isinstance(error, TlsError):
        return error.hint or on_tls(options.tool)
    if isinstance(error, TimedOut):
        return f"check that port {options.port} is a DICOM port {kind}, or wait longer (-ta)"
    if isinstance(error, Aborted) and kind == "without TLS":
        hint = "check AE titles (-aet {calling}, -aec {called}) and whether the peer wants TLS; its log tells more"
        return _filled(hint, options)
    if isinstance(error, Aborted):
        return _filled(
            "check AE titles (-aet {calling}, -aec {called}) and certificates; the peer's log tells more", options
        )
    if isinstance(error, ProtocolError):
        return f"check that port {options.port} is a DICOM port {kind}"
    return error.hint


def on_tls(tool: str) -> str:
    """What may be tried where something is wrong with keys, certificates, profiles or ciphersuites."""
    return f"the TLS options of {tool} (storejet man {tool}; docs/security.md)"


def _status_hint(status: int) -> str:
    for first, last, hint in hints.STATUSES:
        if first <= status <= last:
            return hint
    return hints.UNKNOWN_STATUS


def _route_hint(error: RouteError, options: "Options") -> str:
    """What may carry an instance that no accepted context does."""
    stored = error.stored
    if options.tool == "dcmsend":
        row = transfer_syntax(stored)
        if row is not None and row[LOSS] in ("lossless", "lossy") and stored not in CONVERTIBLE:
            choice = options.choice("decompress")
            if row[LOSS] == "lossless" and choice == "decompress-never":
                return "decompress it (+dls)"
            if row[LOSS] == "lossy" and choice != "decompress-lossy":
                return "decompress it (+dly)"
        return error.hint or "have this SOP class and transfer syntax enabled on the peer"
    if stored and not options.given("config-file"):
        for name, syntax in PREFERRED.items():
            if syntax == stored and name != options.choice("propose"):
                return f"propose its transfer syntax ({_short(name)}){_or_dcmsend(stored)}"
    if stored:
        return f"have its transfer syntax enabled on the peer{_or_dcmsend(stored)}"
    return error.hint or "have this SOP class enabled on the peer; -v +v shows what was proposed"


def _or_dcmsend(stored: str) -> str:
    return "" if stored in CONVERTIBLE else ", or dcmsend, which decompresses"


def _short(name: str) -> str:
    return table.index("storescu")["--" + name][1][table.SHORT] or "--" + name


def _time_limit(options: "Options") -> str:
    return "-td" if options.given("dimse-timeout") or options.tool == "dcmsend" else "-ts"


def _longer(limit: str) -> str:
    return f"wait longer for the peer ({limit})"


def _filled(hint: str, options: "Options") -> str:
    return hint.format(calling=options.text("aetitle"), called=options.text("call"), port=options.port)
