"""Accepted contexts + instance → the context that carries it and the transfer syntax that it goes out in. Pure.

Data sets that are not compressed, or deflated as a whole, can be turned into one another (PS3.5 10); those with
compressed pixel data into native ones where the user lets them.
"""

from storejet.errors import RouteError
from storejet.tables.native import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storejet.plan.inspect import Instance

#: ``module:code`` of DCMTK's tools: no presentation context for the SOP class; none that the object can be converted to
NO_CONTEXT = "0006:0208"
NO_CONVERSION = "0006:020e"

#: the transfer syntaxes that can be turned into one another without touching what a pixel is
CONVERTIBLE = (
    IMPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
)
#: which of them is taken, where several are accepted and none is the stored one: the first group that has any counts
_PREFERENCE = (
    (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN),
    (IMPLICIT_VR_LITTLE_ENDIAN,),
    (DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,),
)


class Route:
    """The id of a presentation context, and the transfer syntax that was accepted for it."""

    __slots__ = ("context", "syntax")

    def __init__(self, context: int, syntax: str) -> None:
        self.context = context
        self.syntax = syntax


def _never(_syntax: str) -> bool:
    return False


class Routes:
    """The usable contexts of an association. ``accepted``: id → (abstract syntax, accepted transfer syntax).

    ``deflating``: what is not compressed goes out deflated where that is accepted (--propose-deflated).
    ``decompresses``: whether what is stored in a compressed transfer syntax may go out in a native one.
    """

    __slots__ = ("_by_class", "_decompresses", "_deflating", "_exact")

    def __init__(
        self,
        accepted: "Mapping[int, tuple[str, str]]",
        deflating: bool = False,
        decompresses: "Callable[[str], bool]" = _never,
    ) -> None:
        self._deflating = deflating
        self._decompresses = decompresses
        self._exact: dict[tuple[str, str], Route] = {}
        self._by_class: dict[str, list[Route]] = {}
        for number in sorted(accepted):
            abstract, syntax = accepted[number]
            route = Route(number, syntax)
            self._exact.setdefault((abstract, syntax), route)
            self._by_class.setdefault(abstract, []).append(route)

    def route(self, instance: "Instance") -> Route:
        """The first context that takes the instance as it is stored, else one that it can be converted for.

        Raises RouteError, which names the syntax that it has and those that were accepted.
        """
        syntax = instance.syntax
        if self._deflating and syntax in CONVERTIBLE:
            syntax = DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN
        found = self._exact.get((instance.class_uid, syntax))
        if found is not None:
            return found
        offered = self._by_class.get(instance.class_uid)
        if not offered:
            from storejet.plan.names import class_name

            raise RouteError(f"No presentation context for: {class_name(instance.class_uid)}", NO_CONTEXT)
        groups = _PREFERENCE if syntax in CONVERTIBLE else _PREFERENCE[:2] if self._decompresses(syntax) else ()
        for group in groups:
            for route in offered:
                if route.syntax in group:
                    return route
        raise unconvertible(instance.syntax, [route.syntax for route in offered])


def unconvertible(stored: str, accepted: "list[str]") -> RouteError:
    """The error of an instance whose transfer syntax none of the accepted ones can stand for."""
    from storejet.plan.names import syntax_name

    names = ", ".join([syntax_name(uid) for uid in dict.fromkeys(accepted)])
    error = RouteError(
        f"unable to convert dataset: it is stored as {syntax_name(stored)}, the peer accepted {names}", NO_CONVERSION
    )
    error.stored = stored
    return error
