"""dcmsend's transfer list: each instance with what became of it, and the summary of it all."""

from storejet.plan.inspect import Instance
from storejet.tables.status import ERROR, REFUSED, SUCCESS, WARNING, status_class


class Entry:
    """One file of the transfer list. ``association`` is 0 and ``status`` -1 until it is attempted.

    ``context`` is 0 until it is routed, which may be ahead of its turn.
    """

    __slots__ = ("association", "context", "instance", "path", "refused", "status")

    def __init__(self, path: str, instance: Instance) -> None:
        self.path = path
        self.instance = instance
        self.association = 0
        self.context = 0
        self.status = -1
        #: no presentation context that carries it was proposed or accepted
        self.refused = False


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
