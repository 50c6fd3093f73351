"""What a peer may do wrong, stage by stage, and how each of our tools must end then.

The exit codes are those of DCMTK's tools, apart from the ones that are defects there: after a peer that is gone
storescu ends with 10, and a response to another message is an error for dcmsend too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peers import script, wire
from peers.script import Action, Script

if TYPE_CHECKING:
    from peers.scp import Link

FAILURE, PEER_GONE = 1, 10
NO_ASSOCIATION, NOT_SENT = 61, 62

REFUSED = (FAILURE, NO_ASSOCIATION)
LOST = (PEER_GONE, NOT_SENT)


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and how it must end.

    ``codes`` are the exit codes of storescu and dcmsend; ``says`` is searched in the one line of stderr; ``events`` is
    what the SCP must see after ``connect``; both are patterns. ``limit`` is in seconds.
    """

    id: str
    conduct: Script
    codes: tuple[int, int]
    says: str
    events: str
    options: str = ""
    file: str = "sc"
    limit: float = 2.0


def at_associate(name: str, answer: bytes, says: str = "peer", events: str = "associate abort .*") -> Fault:
    """The peer answers the A-ASSOCIATE-RQ with these bytes, and then nothing more."""
    conduct = Script(on_associate=script.send(answer))
    return Fault(f"associate-{name}", conduct, REFUSED, says, events, "-ta 1")


def at_response(name: str, action: Action, code: int = FAILURE, says: str = "peer", events: str = "abort .*") -> Fault:
    """The peer does this instead of answering the C-STORE-RQ."""
    conduct = Script(on_response=action)
    return Fault(
        f"response-{name}", conduct, (code, NOT_SENT), says, f"associate command store {events}", "-td 1 -ta 1"
    )


def answering(name: str, edit: Callable[[wire.CommandSet], wire.CommandSet]) -> Fault:
    """The peer answers the C-STORE-RQ, but wrongly."""
    events = "associate command store abort .*"
    return Fault(f"response-{name}", Script(edit=edit), (FAILURE, NOT_SENT), "peer", events, "-td 1 -ta 1")


def at_release(name: str, action: Action, says: str = "peer", events: str = "closed|reset|hung up") -> Fault:
    """The peer does this instead of answering the A-RELEASE-RQ; all was sent, so dcmsend ends with 0 (as DCMTK's)."""
    conduct = Script(on_release=action)
    events = f"associate command store release ({events})"
    return Fault(f"release-{name}", conduct, (FAILURE, 0), says, events, "-ta 1")


def rejected(result: int, source: int, reason: int, says: str) -> Fault:
    conduct = Script(on_associate=script.reject(result, source, reason))
    name = f"rejected-{result}-{source}-{reason}"
    return Fault(name, conduct, REFUSED, f"(?i)reject.*{says}", "associate (closed|reset)")


def accepting(change: Callable[[bytes], bytes]) -> bytes:
    """An A-ASSOCIATE-AC that accepts contexts 1 to 255, changed."""
    raw = bytes(4) + b"ANY-SCP".ljust(16) + b"STORESCU".ljust(16) + bytes(32)
    request = wire.Request(1, "", "", "", (), (), raw)
    results = [(number, wire.ACCEPTED, wire.EXPLICIT) for number in range(1, 256, 2)]
    return change(wire.associate_ac(request, results, wire.user_information(16384)))


def response(context: int = 1, status: int | None = 0, command: bytes | None = None, control: int = 3) -> bytes:
    """A C-STORE-RSP for message 1, whole or not."""
    elements: wire.CommandSet = {0x0100: wire.C_STORE_RSP, 0x0120: 1, 0x0800: wire.NO_DATA_SET}
    if status is not None:
        elements[0x0900] = status
    return wire.pdu(wire.P_DATA_TF, wire.pdv(context, control, command or wire.command_set(elements)))


def respond(change: Callable[[bytes], bytes]) -> Action:
    """Send a correct response after a change to its bytes."""

    def action(link: Link) -> bool:
        link.send(change(response(link.stores[-1].context)))
        return False

    return action


def cut(count: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:count]


def patched(offset: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[:offset] + value + data[offset + len(value) :]


HUGE = b"\xff\xff\xff\xff"
GONE = "closed|reset|hung up"

FAULTS = [
    # the association
    Fault("connect-closed", Script(on_connect=script.close), REFUSED, "peer", "hung up"),
    Fault("connect-reset", Script(on_connect=script.reset), REFUSED, "peer|network", "hung up"),
    Fault(
        "connect-garbage",
        Script(on_connect=script.send(b"220 mail.example.org ESMTP\r\n")),
        REFUSED,
        "peer",
        "(associate )?(abort .*|closed|reset)",
        "-ta 1",
    ),
    Fault("associate-closed", Script(on_associate=script.close), REFUSED, "peer", "associate hung up"),
    Fault("associate-reset", Script(on_associate=script.reset), REFUSED, "peer", "associate hung up"),
    Fault(
        "associate-aborted", Script(on_associate=script.abort(2, 1)), REFUSED, "(?i)abort", "associate (closed|reset)"
    ),
    at_associate("silent", b"", "peer did not answer"),
    at_associate("garbage", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    at_associate("half-a-header", b"\x02\x00\x00", "peer stopped"),
    at_associate("length-huge", accepting(patched(2, HUGE))),
    at_associate("length-too-long", accepting(lambda data: wire.pdu(2, data[6:], len(data) + 100)), "peer"),
    at_associate("length-too-short", accepting(lambda data: wire.pdu(2, data[6:], 40))),
    at_associate("length-zero", wire.pdu(wire.A_ASSOCIATE_AC, b"")),
    at_associate("item-length-too-long", accepting(patched(6 + 68 + 2, b"\xff\xff"))),
    at_associate("context-length-too-long", accepting(patched(6 + 68 + 4 + 21 + 2, b"\xff\xf0"))),
    at_associate("cut-item", accepting(lambda data: wire.pdu(2, data[6:-3]))),
    at_associate("another-type", wire.RELEASE_RP),
    at_associate("data", response()),
    Fault(
        "associate-no-context-at-all",
        Script(accept_pdu=lambda request, results, user: wire.pdu(2, request.raw[:68])),
        (FAILURE, 0),
        "No Acceptable Presentation Contexts",
        "associate release closed",
    ),
    rejected(1, 1, 1, "no reason"),
    rejected(1, 1, 2, "app context"),
    rejected(1, 1, 3, "calling AE"),
    rejected(1, 1, 7, "called AE"),
    rejected(2, 1, 1, "transient"),
    rejected(1, 2, 1, "no reason"),
    rejected(1, 2, 2, "protocol version"),
    rejected(2, 3, 1, "temporary congestion"),
    rejected(2, 3, 2, "local limit"),
    rejected(1, 1, 99, ""),
    rejected(7, 9, 200, ""),
    # the data set on its way
    Fault("data-closed", Script(on_data=script.close), LOST, "peer|network", ".* hung up", file="large"),
    Fault("data-reset", Script(on_data=script.reset), LOST, "peer|network", ".* hung up", file="large"),
    Fault("data-aborted", Script(on_data=script.abort()), LOST, "(?i)abort", ".*", file="large"),
    # the response
    at_response("closed", script.close, PEER_GONE, events="hung up"),
    at_response("reset", script.reset, PEER_GONE, events="hung up"),
    at_response("aborted", script.abort(), PEER_GONE, "(?i)abort", GONE),
    at_response("aborted-by-provider", script.abort(2, 6), PEER_GONE, "(?i)abort", GONE),
    at_response("release-requested", script.send(wire.RELEASE_RQ), PEER_GONE, "peer requested release"),
    at_response("silent", script.silent, says="peer did not answer"),
    at_response("half-a-header", script.send(b"\x04\x00\x00"), says="peer stopped"),
    at_response("garbage", script.send(b"ERROR 500 out of disk space\r\n")),
    at_response("another-type", script.send(wire.pdu(wire.A_ASSOCIATE_AC, bytes(68)))),
    at_response("length-huge", respond(patched(2, HUGE))),
    at_response("length-too-short", respond(patched(2, b"\0\0\0\x09"))),
    at_response("length-zero", script.send(wire.pdu(wire.P_DATA_TF, b""))),
    at_response("fragment-length-huge", respond(patched(6, HUGE))),
    at_response("fragment-length-zero", respond(patched(6, bytes(4)))),
    at_response("fragment-length-too-short", respond(patched(6, b"\0\0\0\x09"))),
    at_response("another-context", respond(patched(10, b"\xfd"))),
    at_response("element-length-huge", respond(patched(12 + 12 + 4, HUGE))),
    at_response("element-length-odd", respond(patched(12 + 12 + 4, b"\1\0\0\0"))),
    at_response("only-a-data-set", script.send(response(control=2))),
    at_response("no-status", script.send(response(status=None))),
    at_response("cut-and-closed", script.send(response()[:40], close_after=True), PEER_GONE, events="hung up"),
    Fault(
        "response-to-another-message", Script(edit=script.message_id_off), (FAILURE, NOT_SENT), "peer", ".* abort .*"
    ),
    Fault(
        "response-of-another-command",
        Script(edit=script.changed(e0100=0x8030)),
        (FAILURE, NOT_SENT),
        "peer",
        "associate command store abort .*",
    ),
    # the release
    at_release("closed", script.close),
    at_release("reset", script.reset, "peer|network"),
    at_release("aborted", script.abort(), "(?i)abort"),
    at_release("silent", script.silent, "peer did not answer", "abort .*"),
    at_release("garbage", script.send(b"ERROR 500 out of disk space\r\n"), events="abort .*"),
    at_release("length-huge", script.send(wire.pdu(wire.A_RELEASE_RP, bytes(4), 0xFFFFFFFF)), events="abort .*"),
    at_release("another-type", script.send(wire.pdu(wire.A_ASSOCIATE_AC, bytes(68))), events="abort .*"),
]
