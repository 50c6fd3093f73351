"""Options that both tools have in common, as what the lower layers want: whom to call, what to send, and how."""

import posix

from storejet.net.connection import FAMILIES
from storejet.plan.paths import Selection, decoded
from storejet.send.prepare import Treatment
from storejet.send.sender import Sender
from storejet.send.session import FOREVER, Peer, Session
from storejet.tables.native import DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from storejet.cli.argv import Options
    from storejet.log import Log


#: what may be tried where the command line names no file at all
NO_FILES = "check the names; +sd looks into directories, +r into those inside of them, too"


def advice() -> "ModuleType":
    """The module ``cli.advice``: what may be tried when something failed is loaded when something failed."""
    from storejet.cli import advice as found

    return found


def peer_of(options: "Options") -> Peer:
    """The peer and its time limits.

    Without ``-td`` a response is waited for without limit, as the manual says; a ``-ts`` that the user typed limits
    that wait too. The 60 seconds that hold without it are for a peer that takes no bytes or stops within a PDU.
    """
    peer = Peer(options.peer, options.port, options.text("aetitle"), options.text("call"))
    peer.family = FAMILIES[options.choice("ip")]
    peer.connect = _limit(options.number("timeout"))
    peer.acse = _limit(options.number("acse-timeout"))
    peer.dimse = _limit(options.number("dimse-timeout"))
    if options.tool == "storescu":
        peer.stall = _limit(options.number("socket-timeout"))
        if options.given("socket-timeout") and not options.given("dimse-timeout"):
            peer.dimse = peer.stall
    peer.max_receive = options.number("max-pdu") or 0
    peer.max_send = options.number("max-send-pdu") or 0
    return peer


def selection_of(options: "Options") -> Selection:
    """Which directories and files are taken."""
    return Selection(
        options.flag("scan-directories"), options.choice("recurse") == "recurse", options.text("scan-pattern")
    )


def treatment_of(options: "Options") -> Treatment:
    """What is done to every object. Raises UsageError where the user's data dictionary (DCMDICTPATH) cannot be read."""
    treatment = Treatment()
    treatment.level = options.number("compression-level") or 0
    names = posix.environ.get(b"DCMDICTPATH", b"")
    if names:
        from storejet._core import Lexicon
        from storejet.cli.dictionary import load

        treatment.lexicon = Lexicon(load(decoded(names)))
    if options.tool == "storescu":
        treatment.old_vrs = options.flag("disable-new-vr")
    return treatment


def sender_over(
    session: Session, expected: int, log: "Log", verb: str, treatment: Treatment, decoding: bool = False
) -> Sender:
    """What sends files over the session: one that works ahead where anything may have to go out deflated or decoded."""
    deflating = any(syntax == DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN for _abstract, syntax in session.usable.values())
    if deflating or decoding:
        from storejet.send.ahead import AheadSender

        return AheadSender(session, expected, log, verb, treatment)
    return Sender(session, expected, log, verb, treatment)


def _limit(seconds: int | None) -> float:
    return float(seconds) if seconds is not None and seconds > 0 else FOREVER
