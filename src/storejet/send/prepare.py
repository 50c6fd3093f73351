"""One file made ready for its message: opened, identified, routed, and checked for what its conversion will meet.

All that can be wrong with a file is found here, before its message begins.
"""

from storejet._core import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, OPAQUE, Recoder, Source
from storejet.errors import InputError, Unreadable
from storejet.plan.inspect import opened
from storejet.plan.route import CONVERTIBLE
from storejet.tables.native import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Protocol

    from storejet._core import Lexicon
    from storejet.codec.pool import Pool
    from storejet.plan.inspect import Instance
    from storejet.plan.route import Route
    from storejet.send.deflated import Deflated
    from storejet.send.editing import Editor

    class Waitable(Protocol):
        """Bytes that are waited for; ``pixels``: native ones, nothing else."""

        @property
        def pixels(self) -> bool: ...
        def wait(self) -> bytes: ...

    class Made(Waitable, Protocol):
        """``cost``: the bytes that it holds on to, about."""

        @property
        def cost(self) -> int: ...


#: transfer syntax → the kernels' number of its encoding; all others are explicit little endian outside their fragments
_ENCODINGS = {IMPLICIT_VR_LITTLE_ENDIAN: IMPLICIT_LITTLE, EXPLICIT_VR_BIG_ENDIAN: EXPLICIT_BIG}
_DEFLATED = DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN


class Treatment:
    """What is done to every object on its way.

    ``old_vrs``: value representations younger than 1993 are written as OB (--disable-new-vr). ``lexicon``: the user's
    data dictionary, or None. ``level``: 0 … 9, how hard to compress what goes out deflated. ``editor``: what is changed
    in each data set, None: nothing.
    """

    __slots__ = ("_pool", "editor", "level", "lexicon", "old_vrs")

    def __init__(
        self,
        old_vrs: bool = False,
        lexicon: "Lexicon | None" = None,
        level: int = 6,
        editor: "Editor | None" = None,
    ) -> None:
        self.old_vrs = old_vrs
        self.lexicon = lexicon
        self.level = level
        self.editor = editor
        self._pool: Pool | None = None

    def pool(self) -> "Pool":
        """The threads that compress and decode, started when they are first wanted."""
        if self._pool is None:
            from storejet.codec.pool import Pool

            self._pool = Pool()
        return self._pool


class Prepared:
    """A file that is ready to be sent.

    ``work``: what goes out has to be made first, by jobs that an iterator begins one by one, and ``outward`` makes of
    their results, in order, what goes out; None: ``pieces`` has it, or else ``source``. ``size``: bytes of the data set
    as stored, ``file_size``: of its file, ``outgoing``: about those that go out, 0 where nobody knows. ``warnings``,
    ``invented``: lines for the log when its turn comes.
    """

    __slots__ = (
        "file_size",
        "instance",
        "invented",
        "outgoing",
        "outward",
        "path",
        "pieces",
        "route",
        "size",
        "source",
        "warnings",
        "work",
    )

    def __init__(self, path: str, source: Source, instance: "Instance", route: "Route") -> None:
        self.path = path
        self.source = source
        self.instance = instance
        self.route = route
        self.size = self.file_size = self.outgoing = 0
        self.pieces: Iterator[bytes] | None = None
        self.work: Iterator[Made] | None = None
        self.outward: Callable[[Iterator[Waitable]], Iterator[bytes]] = _as_made
        self.warnings: Sequence[str] = ()
        self.invented: Sequence[str] = ()


def no_memory() -> Unreadable:
    """The error for a file that needs more memory than this process can have."""
    return Unreadable("there is not enough memory for it").advising("allow more of it (ulimit -v)")


def _as_made(made: "Iterator[Waitable]") -> "Iterator[bytes]":
    for job in made:
        yield job.wait()


def prepare(
    source: Source, path: str, expected: int, choose: "Callable[[Instance], Route]", treatment: Treatment
) -> Prepared:
    """Open ``path`` as ``source`` and get it ready. Raises InputError, and what ``choose`` raises."""
    instance = opened(source, path, expected)
    deflated = _looked_into(source, instance) if instance.syntax == _DEFLATED else None
    invented: Sequence[str] = ()
    if treatment.editor is not None:
        invented = treatment.editor.edit(source, deflated, instance, expected)
    if not instance.class_uid or not instance.instance_uid:
        raise InputError("No SOP Class or Instance UID in file", "0006:0202")
    if len(instance.class_uid) > 64 or len(instance.instance_uid) > 64:
        raise InputError("has a UID of more than 64 characters", "0006:0202")
    prepared = Prepared(path, source, instance, choose(instance))
    prepared.size = source.data_set_size
    prepared.file_size = source.size
    prepared.invented = invented
    if instance.spaced:
        from storejet.plan.inspect import spaced_uids

        prepared.warnings = (f"{spaced_uids(instance)} with space characters, sent as stored in the data set: {path}",)
    stored, goes = instance.syntax, prepared.route.syntax
    if deflated is None and source.encoding == OPAQUE:
        # a private transfer syntax, of which nothing is known, fits only itself
        if treatment.old_vrs:
            said = f"value representations sent as stored, the transfer syntax is private: {path}"
            prepared.warnings = (*prepared.warnings, said)
    elif stored != goes or treatment.old_vrs or (deflated is not None and deflated.rope):
        _convert(prepared, deflated, stored, goes, treatment)
    return prepared


def _looked_into(source: Source, instance: "Instance") -> "Deflated":
    from storejet.send.deflated import Deflated

    deflated = Deflated(source)
    instance.spaced |= deflated.spaced
    return deflated


def _convert(prepared: Prepared, deflated: "Deflated | None", stored: str, goes: str, treatment: Treatment) -> None:
    """Set up the way from one transfer syntax to the other, and check the data set to its end."""
    source = prepared.source
    begin = _ENCODINGS.get(stored, EXPLICIT_LITTLE)
    end = _ENCODINGS.get(goes, EXPLICIT_LITTLE)
    if stored != goes and stored not in CONVERTIBLE:
        _decode(prepared, stored, end, treatment)
        return
    recode = begin != end or (treatment.old_vrs and end != IMPLICIT_LITTLE)
    if deflated is not None:
        prepared.pieces = deflated.pieces()
        if recode:
            recoder = Recoder(begin, end, treatment.old_vrs, treatment.lexicon)
            for piece in deflated.pieces():
                recoder.count(piece, False)
            recoder.count(b"", True)
            prepared.pieces = _recoded(deflated.pieces(), recoder)
    elif recode:
        source.recode(end, treatment.old_vrs, treatment.lexicon)
    if goes == _DEFLATED:
        from storejet.codec.deflate import BLOCK
        from storejet.send.compressing import compressing

        pieces = prepared.pieces or _read(source, BLOCK)
        prepared.work = compressing(pieces, treatment.level, treatment.pool())


def _decode(prepared: Prepared, stored: str, encoding: int, treatment: Treatment) -> None:
    from storejet.send.decoding import Decoding

    decoding = Decoding(prepared.source, stored, encoding, treatment.lexicon)
    prepared.warnings = (*prepared.warnings, *[f"{note}: {prepared.path}" for note in decoding.notes])
    prepared.work = decoding.work(treatment.pool())
    prepared.outgoing = decoding.size
    prepared.outward = decoding.outward


def _read(source: Source, most: int) -> "Iterator[bytes]":
    """What goes out of ``source``, in pieces."""
    while piece := source.read(most):
        yield piece


def _recoded(pieces: "Iterator[bytes]", recoder: Recoder) -> "Iterator[bytes]":
    recoder.rewind()
    for piece in pieces:
        yield recoder.feed(piece, False)
    yield recoder.feed(b"", True)
