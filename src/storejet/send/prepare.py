"""One file made ready for its message: opened, identified, routed, and checked for what its conversion will meet.

All that can be wrong with a file is found here, before its message begins.
"""

from storejet._core import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, Recoder, Source
from storejet.errors import InputError
from storejet.plan.inspect import opened
from storejet.tables.native import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storejet._core import Lexicon
    from storejet.plan.inspect import Instance
    from storejet.plan.route import Route

#: transfer syntax → the kernels' number of its encoding; all others are explicit little endian outside their fragments
_ENCODINGS = {IMPLICIT_VR_LITTLE_ENDIAN: IMPLICIT_LITTLE, EXPLICIT_VR_BIG_ENDIAN: EXPLICIT_BIG}
_NATIVE = (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)
_DEFLATED = DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN


class Treatment:
    """What is done to every object on its way.

    ``old_vrs``: value representations younger than 1993 are written as OB (--disable-new-vr). ``lexicon``: the user's
    data dictionary, or None. ``level``: 0 … 9, how hard to compress what goes out deflated.
    """

    __slots__ = ("level", "lexicon", "old_vrs")

    def __init__(self, old_vrs: bool = False, lexicon: "Lexicon | None" = None, level: int = 6) -> None:
        self.old_vrs = old_vrs
        self.lexicon = lexicon
        self.level = level


class Prepared:
    """A file that is ready to be sent.

    ``pieces``: what goes out as an iterator over bytes; None: ``source`` has it all. ``deflate``: the pieces are yet to
    be compressed. ``size``: bytes of the data set as stored. ``warnings``: to be given when its turn comes.
    """

    __slots__ = ("deflate", "instance", "path", "pieces", "route", "size", "source", "warnings")

    def __init__(self, path: str, source: Source, instance: "Instance", route: "Route") -> None:
        self.path = path
        self.source = source
        self.instance = instance
        self.route = route
        self.size = 0
        self.pieces: Iterator[bytes] | None = None
        self.deflate = False
        self.warnings: list[str] = []


def prepare(
    source: Source, path: str, expected: int, choose: "Callable[[Instance], Route]", treatment: Treatment
) -> Prepared:
    """Open ``path`` as ``source`` and get it ready. Raises InputError, and what ``choose`` raises."""
    instance = opened(source, path, expected)
    if not instance.class_uid or not instance.instance_uid:
        raise InputError("No SOP Class or Instance UID in file", "0006:0202")
    if len(instance.class_uid) > 64 or len(instance.instance_uid) > 64:
        raise InputError("has a UID of more than 64 characters", "0006:0202")
    prepared = Prepared(path, source, instance, choose(instance))
    prepared.size = source.size - source.data_set_offset
    if instance.padded:
        prepared.warnings.append(
            f"SOP Class or Instance UID contains space characters, sent without them in the command: {path}"
        )
    stored, goes = instance.syntax, prepared.route.syntax
    if stored != goes or treatment.old_vrs:
        _convert(prepared, stored, goes, treatment)
    elif stored == _DEFLATED:
        _check_deflated(source)
    return prepared


def _check_deflated(source: Source) -> None:
    """A deflated data set that goes out as it is must at least be complete."""
    from storejet.codec.deflate import inflated

    for _piece in inflated(source.read):
        pass
    source.rewind()


def _convert(prepared: Prepared, stored: str, goes: str, treatment: Treatment) -> None:
    """Set up the way from one transfer syntax to the other, and check the data set to its end."""
    source = prepared.source
    begin = _ENCODINGS.get(stored, EXPLICIT_LITTLE)
    end = _ENCODINGS.get(goes, EXPLICIT_LITTLE)
    recode = begin != end or (treatment.old_vrs and end != IMPLICIT_LITTLE)
    prepared.deflate = goes == _DEFLATED
    if stored == _DEFLATED:
        prepared.pieces = _inflated(source, Recoder(begin, end, treatment.old_vrs, treatment.lexicon), recode)
        return
    if recode:
        source.recode(end, treatment.old_vrs, treatment.lexicon)
    if prepared.deflate:
        from storejet.codec.deflate import BLOCK

        prepared.pieces = _pieces(source, BLOCK)


def _pieces(source: Source, most: int) -> "Iterator[bytes]":
    """What goes out of ``source``, in pieces."""
    while piece := source.read(most):
        yield piece


def _inflated(source: Source, recoder: Recoder, recode: bool) -> "Iterator[bytes]":
    """The pieces of a deflated data set, re-encoded if ``recode``; its structure is checked before this returns."""
    from storejet.codec.deflate import inflated

    for piece in inflated(source.read):
        recoder.count(piece, False)
    recoder.count(b"", True)
    source.rewind()
    return _recoded(inflated(source.read), recoder) if recode else inflated(source.read)


def _recoded(pieces: "Iterator[bytes]", recoder: Recoder) -> "Iterator[bytes]":
    recoder.rewind()
    for piece in pieces:
        yield recoder.feed(piece, False)
    yield recoder.feed(b"", True)
