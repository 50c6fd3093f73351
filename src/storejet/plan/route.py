"""Accepted contexts + instance → the context that carries it. Pure.

This release sends objects as they are stored: the context's accepted transfer syntax must be the stored one.
"""

from storejet.errors import RouteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from storejet.plan.inspect import Instance

#: ``module:code`` of DCMTK's tools: no presentation context for the SOP class; none that the object can be converted to
NO_CONTEXT = "0006:0208"
NO_CONVERSION = "0006:020e"


class Routes:
    """The usable contexts of an association. ``accepted``: id → (abstract syntax, accepted transfer syntax)."""

    __slots__ = ("_by_class", "_exact")

    def __init__(self, accepted: "Mapping[int, tuple[str, str]]") -> None:
        self._exact: dict[tuple[str, str], int] = {}
        self._by_class: dict[str, list[str]] = {}
        for number in sorted(accepted):
            self._exact.setdefault(accepted[number], number)
            abstract, syntax = accepted[number]
            self._by_class.setdefault(abstract, []).append(syntax)

    def context(self, instance: "Instance") -> int:
        """The first context that takes the instance as it is stored. Raises RouteError."""
        number = self._exact.get((instance.class_uid, instance.syntax))
        if number is not None:
            return number
        from storejet.plan.names import class_name, syntax_name

        offered = self._by_class.get(instance.class_uid)
        if not offered:
            raise RouteError(f"No presentation context for: {class_name(instance.class_uid)}", NO_CONTEXT)
        names = ", ".join([syntax_name(uid) for uid in dict.fromkeys(offered)])
        raise RouteError(
            f"unable to convert dataset: it is stored as {syntax_name(instance.syntax)}, the peer accepted {names}",
            NO_CONVERSION,
        )
