"""dcmsend's transfer list: each instance with what became of it, and the summary of it all."""

from storejet.errors import RouteError
from storejet.plan.inspect import Instance
from storejet.plan.route import NO_CONTEXT
from storejet.tables.status import ERROR, REFUSED, SUCCESS, WARNING, status_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from storejet.send.sender import Outcome


class Entry:
    """One file of the transfer list. ``association`` is 0 and ``status`` -1 until it is attempted.

    ``context`` is 0 until one is proposed for it; the data set may need another one. ``size``: bytes of the data set as
    stored, 0 until it is read. ``network``: the transfer syntax that it went out in, or should have; "" until then.
    """

    __slots__ = ("association", "context", "instance", "network", "path", "refused", "size", "status")

    def __init__(self, path: str, instance: Instance) -> None:
        self.path = path
        self.instance = instance
        self.association = 0
        self.context = 0
        self.status = -1
        self.size = 0
        self.network = ""
        #: no presentation context that carries it was proposed or accepted
        self.refused = False

    @property
    def stored(self) -> bool:
        """Whether the peer answered with success or a warning."""
        return self.status >= 0 and status_class(self.status) in (SUCCESS, WARNING)

    def settle(self, outcome: "Outcome", accepted: "Mapping[int, tuple[str, str]]") -> None:
        """Keep what became of it; ``accepted``: context id → (abstract syntax, transfer syntax)."""
        self.status = outcome.status
        self.size = outcome.size
        if outcome.size:
            known = self.context in accepted and not isinstance(outcome.error, RouteError)
            self.network = accepted[self.context][1] if known else self.instance.syntax
        self.refused = isinstance(outcome.error, RouteError) and outcome.error.code == NO_CONTEXT


#: (class of the status, its line in the summary)
_LINES = (
    (SUCCESS, "  * with status SUCCESS  : "),
    (WARNING, "  * with status WARNING  : "),
    (ERROR, "  * with status ERROR    : "),
    (REFUSED, "  * with status REFUSED  : "),
)


def summary(entries: "list[Entry]", associations: int, contexts: int) -> list[str]:
    """The lines of ``Status Summary``; lines that would count nothing are left out, the totals are always there."""
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.status >= 0:
            kind = status_class(entry.status)
            counts[kind] = counts.get(kind, 0) + 1
    sent = sum(counts.values())
    refused = sum([entry.refused for entry in entries if entry.status < 0])
    lines = [
        "Status Summary",
        "--------------",
        f"Number of associations   : {associations}",
        f"Number of pres. contexts : {contexts}",
        f"Number of SOP instances  : {len(entries)}",
    ]
    if sent:
        lines.append(f"- sent to the peer       : {sent}")
    lines += [label + str(counts.pop(kind)) for kind, label in _LINES if kind in counts]
    if counts:
        lines.append(f"  * with unknown status  : {sum(counts.values())}")
    if len(entries) > sent:
        lines.append(f"- NOT sent to the peer   : {len(entries) - sent}")
    if refused:
        lines.append(f"  * no acceptable pres.  : {refused}")
    return lines
