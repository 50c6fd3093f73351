"""Options that both tools have in common, as what the lower layers want: whom to call, what to send, and how."""

from storejet.net.connection import FAMILIES
from storejet.plan.paths import Selection
from storejet.send.prepare import Treatment
from storejet.send.session import FOREVER, Peer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.cli.argv import Options


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
    if options.tool == "storescu":
        treatment.old_vrs = options.flag("disable-new-vr")
    return treatment


def _limit(seconds: int | None) -> float:
    return float(seconds) if seconds is not None and seconds > 0 else FOREVER
