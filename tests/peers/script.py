"""What the scripted SCP does: policies of negotiation, and actions in place of its normal conduct at a stage.

The stages: ``connect`` (the connection stands, nothing was read), ``associate`` (an A-ASSOCIATE-RQ was read), ``data``
(the command of a C-STORE-RQ was read, nothing of its data set), ``response`` (the data set was read) and ``release``
(an A-RELEASE-RQ was read). An action returns whether the normal conduct of the stage is still to follow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from peers import wire

if TYPE_CHECKING:
    from peers.scp import Link, Store

Policy: TypeAlias = "Callable[[wire.Request], list[wire.Result]]"
Action: TypeAlias = "Callable[[Link], bool]"
AcceptPdu: TypeAlias = "Callable[[wire.Request, Sequence[wire.Result], bytes], bytes]"


# policies


def first(request: wire.Request) -> list[wire.Result]:
    """Accept each context with the transfer syntax that it proposes first."""
    return [(context.id, wire.ACCEPTED, context.syntaxes[0]) for context in request.contexts]


def prefer(*syntaxes: str) -> Policy:
    """Accept each context with the earliest of ``syntaxes`` that it proposes; refuse the contexts without one."""

    def policy(request: wire.Request) -> list[wire.Result]:
        results = []
        for context in request.contexts:
            chosen = [syntax for syntax in syntaxes if syntax in context.syntaxes]
            if chosen:
                results.append((context.id, wire.ACCEPTED, chosen[0]))
            else:
                results.append((context.id, wire.TRANSFER_SYNTAXES_UNKNOWN, context.syntaxes[0]))
        return results

    return policy


def refuse_all(request: wire.Request) -> list[wire.Result]:
    return [(context.id, wire.USER_REJECTION, context.syntaxes[0]) for context in request.contexts]


def refuse(*abstracts: str, otherwise: Policy = first) -> Policy:
    """Refuse the contexts of these SOP classes as unknown abstract syntaxes."""

    def policy(request: wire.Request) -> list[wire.Result]:
        unknown = {context.id for context in request.contexts if context.abstract in abstracts}
        return [
            (number, wire.ABSTRACT_SYNTAX_UNKNOWN if number in unknown else result, syntax)
            for number, result, syntax in otherwise(request)
        ]

    return policy


# unusual A-ASSOCIATE-ACs


def with_results(change: Callable[[list[wire.Result]], list[wire.Result]], version: int = 1) -> AcceptPdu:
    """An A-ASSOCIATE-AC whose results were changed after the negotiation; the SCP itself goes by the unchanged ones."""

    def accept_pdu(request: wire.Request, results: Sequence[wire.Result], user: bytes) -> bytes:
        return wire.associate_ac(request, change(list(results)), user, version)

    return accept_pdu


# actions


def reject(result: int, source: int, reason: int) -> Action:
    """Answer A-ASSOCIATE-RJ (PS3.8 9.3.4)."""
    return send(wire.associate_rj(result, source, reason))


def abort(source: int = 0, reason: int = 0) -> Action:
    """Answer A-ABORT (PS3.8 9.3.8), say nothing more, and leave it to the other side to close."""

    def action(link: Link) -> bool:
        link.send(wire.abort(source, reason))
        link.mute = True
        return False

    return action


def send(data: bytes, close_after: bool = False) -> Action:
    """Send these bytes, whatever they are, instead of the normal answer."""

    def action(link: Link) -> bool:
        link.send(data)
        if close_after:
            link.close()
        return False

    return action


def close(link: Link) -> bool:
    """Close the connection in order."""
    link.close()
    return False


def reset(link: Link) -> bool:
    """Close the connection so that the other side gets a TCP reset."""
    link.close(reset=True)
    return False


def silent(link: Link) -> bool:
    """Answer nothing, but go on reading."""
    return False


def delay(seconds: float) -> Action:
    """Wait, then do what is normal."""

    def action(link: Link) -> bool:
        link.pause(seconds)
        return True

    return action


def stall(until: threading.Event) -> Action:
    """Stop reading until the event is set (or the SCP ends), then do what is normal."""

    def action(link: Link) -> bool:
        link.pause(link.script.patience, until)
        return True

    return action


def collide(link: Link) -> bool:
    """At the release stage: request release at the same time, and answer the other side's answer (PS3.8 9.2.3)."""
    link.colliding = True
    link.send(wire.RELEASE_RQ)
    return False


def early(link: Link) -> bool:
    """At the data stage: answer before the data set was read; at the response stage there is then nothing to send."""
    link.answer(link.stores[-1])
    return True


def only(number: int, action: Action) -> Action:
    """Let the action take place at the ``number``-th object of the association alone (1 is the first)."""

    def chosen(link: Link) -> bool:
        return action(link) if len(link.stores) == number else True

    return chosen


# statuses and responses


def statuses(*codes: int) -> Callable[[Store], int]:
    """The statuses of the objects of one association in turn; the last one goes for all that follow."""
    return lambda store: codes[min(store.number, len(codes)) - 1]


def success(store: Store) -> int:
    return 0x0000


def as_one(context: int, command: bytes) -> bytes:
    """The response as most send it: one PDV in one PDU."""
    return wire.pdu(wire.P_DATA_TF, wire.pdv(context, 3, command))


def as_two_pdvs(context: int, command: bytes) -> bytes:
    """The command in two fragments within one PDU (PS3.8 annex E)."""
    return wire.pdu(wire.P_DATA_TF, wire.pdv(context, 1, command[:20]) + wire.pdv(context, 3, command[20:]))


def as_two_pdus(context: int, command: bytes) -> bytes:
    """The command in two PDUs, which leave in one segment."""
    parts = wire.pdv(context, 1, command[:20]), wire.pdv(context, 3, command[20:])
    return b"".join(wire.pdu(wire.P_DATA_TF, part) for part in parts)


def unchanged(command: wire.CommandSet) -> wire.CommandSet:
    return command


def changed(**elements: int | None) -> Callable[[wire.CommandSet], wire.CommandSet]:
    """Replace elements of the response, named ``e0120=…`` after their numbers; None takes one away."""

    def edit(command: wire.CommandSet) -> wire.CommandSet:
        edited = dict(command)
        for name, value in elements.items():
            number = int(name[1:], 16)
            edited.pop(number, None)
            if value is not None:
                edited[number] = value
        return edited

    return edit


def message_id_off(command: wire.CommandSet) -> wire.CommandSet:
    """Answer to a message that was not sent."""
    being_responded_to = command[0x0120]
    assert isinstance(being_responded_to, int)
    return {**command, 0x0120: being_responded_to + 1}


@dataclass(frozen=True)
class Script:
    """Everything that can be told to the SCP; as it stands it accepts and stores all that comes.

    ``accept_pdu`` makes the A-ASSOCIATE-AC from request, results and user information; ``edit`` changes the command set
    of a response and ``layout`` lays it out as PDUs; ``pieces`` writes every answer in pieces of so many bytes.
    ``patience`` (seconds) is how long the SCP waits for bytes before it gives up the connection.
    """

    policy: Policy = first
    max_length: int | None = 16384
    user_items: Sequence[tuple[int, bytes]] = ()
    accept_pdu: AcceptPdu = wire.associate_ac
    on_connect: Action | None = None
    on_associate: Action | None = None
    on_data: Action | None = None
    on_response: Action | None = None
    on_release: Action | None = None
    status: Callable[[Store], int] = success
    edit: Callable[[wire.CommandSet], wire.CommandSet] = unchanged
    layout: Callable[[int, bytes], bytes] = as_one
    pieces: int | None = None
    patience: float = 20.0
    receive_buffer: int | None = None
    keep_data: bool = True


ACCEPT_ALL = Script()
