"""Which presentation contexts to propose (PS3.8 7.1.1.13): storescu's fixed scheme, dcmsend's one per need. Pure.

A Context is (id, abstract syntax, transfer syntaxes in order of preference); ids are odd, from 1 (PS3.8 9.3.2.2).
"""

import sys

from storejet.errors import UsageError
from storejet.tables.native import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from storejet.plan.inspect import Instance

    Context = tuple[int, str, tuple[str, ...]]
    #: (SOP class, SCU, SCP): roles that are proposed for it (PS3.7 D.3.3.4)
    Role = tuple[str, bool, bool]
    #: (SOP class, what it defines): its extended negotiation (PS3.7 D.3.3.5)
    Extended = tuple[str, bytes]

MOST_CONTEXTS = 128

NATIVE = (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
_COMPRESSED = "1.2.840.10008.1.2.4."

#: storescu's --propose-… → preferred transfer syntax
PREFERRED = {
    "propose-uncompr": EXPLICIT_VR_LITTLE_ENDIAN if sys.byteorder == "little" else EXPLICIT_VR_BIG_ENDIAN,
    "propose-little": EXPLICIT_VR_LITTLE_ENDIAN,
    "propose-big": EXPLICIT_VR_BIG_ENDIAN,
    "propose-implicit": IMPLICIT_VR_LITTLE_ENDIAN,
    "propose-lossless": _COMPRESSED + "70",
    "propose-jpeg8": _COMPRESSED + "50",
    "propose-jpeg12": _COMPRESSED + "51",
    "propose-j2k-lossless": _COMPRESSED + "90",
    "propose-j2k-lossy": _COMPRESSED + "91",
    "propose-jls-lossless": _COMPRESSED + "80",
    "propose-jls-lossy": _COMPRESSED + "81",
    "propose-mpeg2": _COMPRESSED + "100",
    "propose-mpeg2-high": _COMPRESSED + "101",
    "propose-mpeg4": _COMPRESSED + "102",
    "propose-mpeg4-bd": _COMPRESSED + "103",
    "propose-mpeg4-2-2d": _COMPRESSED + "104",
    "propose-mpeg4-2-3d": _COMPRESSED + "105",
    "propose-mpeg4-2-st": _COMPRESSED + "106",
    "propose-hevc": _COMPRESSED + "107",
    "propose-hevc10": _COMPRESSED + "108",
    "propose-htj2k-lossless": _COMPRESSED + "201",
    "propose-htj2k-rpcl": _COMPRESSED + "202",
    "propose-htj2k": _COMPRESSED + "203",
    "propose-jpegxl-lossless": _COMPRESSED + "110",
    "propose-jpegxl-recompression": _COMPRESSED + "111",
    "propose-jpegxl": _COMPRESSED + "112",
    "propose-rle": "1.2.840.10008.1.2.5",
    "propose-deflated": DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
}


class Proposal:
    """What an association is to negotiate: ``roles`` and ``extended`` have a SOP class once at most."""

    __slots__ = ("contexts", "extended", "roles")

    def __init__(
        self, contexts: "tuple[Context, ...]", roles: "tuple[Role, ...]" = (), extended: "tuple[Extended, ...]" = ()
    ) -> None:
        self.contexts = contexts
        self.roles = roles
        self.extended = extended


def stands_alone(propose: str) -> bool:
    """Whether an option proposes its transfer syntax without the uncompressed ones: implicit, and the video formats."""
    return propose == "propose-implicit" or "mpeg" in propose or "hevc" in propose


def fixed(propose: str, combine: bool, classes: "Iterable[str]") -> "tuple[Context, ...]":
    """storescu's contexts: for each SOP class one with the preferred syntax and one with the other uncompressed ones.

    ``combine`` puts all into one. Raises UsageError when they are more than 128.
    """
    preferred = PREFERRED[propose]
    others = () if stands_alone(propose) else tuple([uid for uid in NATIVE if uid != preferred])
    lists = ((preferred, *others),) if combine or not others else ((preferred,), others)
    contexts = [(abstract, syntaxes) for abstract in classes for syntaxes in lists]
    if len(contexts) > MOST_CONTEXTS:
        raise UsageError(
            f"Too many presentation contexts: {len(contexts)} needed, an association has {MOST_CONTEXTS} at most "
            "(dcmsend uses several associations)",
            code="0006:0101",
        )
    return tuple([(2 * i + 1, abstract, syntaxes) for i, (abstract, syntaxes) in enumerate(contexts)])


class Policy:
    """How dcmsend proposes: ``decompress`` is the winner of its group, ``legal`` is --no-illegal-proposal.

    ``missing``: the package that a decoder (see tables/uids.py) wants and that is not installed, or "".
    """

    __slots__ = ("_missing", "decompress", "legal")

    def __init__(self, decompress: str, legal: bool, missing: "Callable[[str], str]") -> None:
        self.decompress = decompress
        self.legal = legal
        self._missing = missing

    def decompresses(self, syntax: str) -> bool:
        """Whether an object that is stored in ``syntax``, not a native one, may go out in another."""
        return len(self.syntaxes(syntax)[0]) > 1

    def syntaxes(self, syntax: str) -> tuple[tuple[str, ...], str]:
        """(transfer syntaxes to propose for an object stored in ``syntax``, warning or ""); () if none may be."""
        if syntax in NATIVE:
            return NATIVE, ""
        from storejet.tables import uids

        for row in uids.TRANSFER_SYNTAXES:
            if row[uids.UID] == syntax:
                break
        else:
            return (syntax,), f"unknown transfer syntax {syntax}: proposing nothing else"
        name, loss, decoder = row[uids.NAME], row[uids.LOSS], row[uids.DECODER]
        if loss == "none":  # encapsulated, yet not compressed
            return ((syntax, IMPLICIT_VR_LITTLE_ENDIAN) if self.legal else (syntax,)), ""
        lossless = loss == "lossless"
        wanted = self.decompress == "decompress-lossy" or (lossless and self.decompress == "decompress-lossless")
        package = self._missing(decoder) if wanted and decoder else ""
        if wanted and decoder and not package:
            return (syntax, *NATIVE), ""
        install = f" (its decoder, the package {package}, is not installed)" if package else ""
        if not lossless:
            return (syntax,), (f"cannot decompress {name}{install}: proposing nothing else" if wanted else "")
        if self.legal:
            return (), ""
        return (syntax,), f"proposing {name} without the default transfer syntax{install}"


class Arrangement:
    """The contexts of one association, and which instance (by its number in the queue) goes on which context id."""

    __slots__ = ("_known", "contexts", "members")

    def __init__(self) -> None:
        self.contexts: list[Context] = []
        self.members: list[tuple[int, int]] = []
        self._known: dict[tuple[str, str], int] = {}

    def place(self, instance: "Instance", syntaxes_of: "Callable[[str], tuple[str, ...]]") -> int:
        """The id of the context for ``instance``, made if there is room; 0: none is left; -1: none may be proposed."""
        # uncompressed objects of a class share one context
        key = (instance.class_uid, "" if instance.syntax in NATIVE else instance.syntax)
        if key in self._known:
            return self._known[key]
        if len(self.contexts) == MOST_CONTEXTS:
            return 0
        proposed = syntaxes_of(instance.syntax)
        if not proposed:
            return -1
        number = 2 * len(self.contexts) + 1
        self.contexts.append((number, instance.class_uid, proposed))
        self._known[key] = number
        return number


def arrange(
    instances: "Sequence[Instance]", policy: Policy, warn: "Callable[[str], None]"
) -> tuple[list[Arrangement], list[int]]:
    """dcmsend's associations, and the numbers of the instances that no context may be proposed for.

    An instance joins the first association that has a context for it or room for one, so that later files are not held
    up by a full table. Warnings are given once a transfer syntax.
    """
    arrangements: list[Arrangement] = []
    unsendable: list[int] = []
    settled: dict[str, tuple[str, ...]] = {}

    def syntaxes_of(syntax: str) -> tuple[str, ...]:
        if syntax not in settled:
            settled[syntax], warning = policy.syntaxes(syntax)
            if warning:
                warn(warning)
        return settled[syntax]

    for number, instance in enumerate(instances):
        context = 0
        for arrangement in arrangements:
            context = arrangement.place(instance, syntaxes_of)
            if context:
                break
        if context == 0:
            arrangement = Arrangement()
            context = arrangement.place(instance, syntaxes_of)
            if context > 0:
                arrangements.append(arrangement)
        if context > 0:
            arrangement.members.append((number, context))
        else:
            unsendable.append(number)
    return arrangements, unsendable
