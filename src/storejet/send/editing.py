"""What the command line wants changed in every instance: UIDs without spaces, invented identifiers. As rope edits."""

from storejet._core import EXPLICIT_LITTLE, OPAQUE, READ_WHOLE, SPACED_SERIES, SPACED_STUDY
from storejet.errors import InputError
from storejet.plan.edit import (
    SERIES_INSTANCE_UID,
    SOP_CLASS_UID,
    SOP_INSTANCE_UID,
    STUDY_INSTANCE_UID,
    mended_uids,
    spans,
)
from storejet.plan.inspect import SPACED_CLASS, SPACED_INSTANCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet._core import Mark, Source
    from storejet.plan.inspect import Instance
    from storejet.plan.invention import Invention
    from storejet.send.deflated import Deflated


class Editor:
    """Edits one opened source after the other. ``mend``: take the spaces out of UIDs (--uid-padding)."""

    __slots__ = ("_invention", "_mend")

    def __init__(self, invention: "Invention | None", mend: bool) -> None:
        self._invention = invention
        self._mend = mend

    @property
    def marking(self) -> bool:
        """Whether every data set is edited, so that each scan is to mark where (see ``Source.marking``)."""
        return self._invention is not None

    def edit(self, source: "Source", deflated: "Deflated | None", instance: "Instance", expected: int) -> "list[str]":
        """Edit an opened source, and make ``instance`` say what its data set then says; lines for the log.

        ``deflated``: what is inside of the source, if that is deflated; it is edited then. Raises InputError. UIDs with
        spaces in a data set that is not read as elements stay as they are, and ``spaced``.
        """
        mend = self._mend and instance.spaced
        if not mend and self._invention is None:
            return []
        if source.encoding == OPAQUE and deflated is None:
            if self._invention is not None:
                raise InputError("cannot be given invented identifiers: its transfer syntax is private")
            return []
        marks = _marks(source, expected) if deflated is None else deflated.marks
        replacements = mended_uids(marks) if mend else {}
        described: list[str] = []
        if self._invention is not None:
            replacements.update(self._invention.next())
            described = self._invention.described()
        if not replacements:
            return []
        if deflated is None:
            source.edit(spans(marks, source.encoding, source.size, source.data_set_offset, replacements))
        else:
            deflated.rope = spans(marks, EXPLICIT_LITTLE, deflated.size, 0, replacements)
        for tag, bit in _SPACED.items():
            if tag in replacements:
                instance.spaced &= ~bit
        if SOP_CLASS_UID in replacements:
            instance.class_uid = replacements[SOP_CLASS_UID][1].decode("latin-1")
        if SOP_INSTANCE_UID in replacements:
            instance.instance_uid = replacements[SOP_INSTANCE_UID][1].decode("latin-1")
        return described


def _marks(source: "Source", expected: int) -> "tuple[Mark, ...]":
    if not source.marking:
        source.marking = True
        try:
            source.scan(expected, READ_WHOLE)  # what was not asked for in the first place
        finally:
            source.marking = False
    return source.marks()


_SPACED = {
    SOP_CLASS_UID: SPACED_CLASS,
    SOP_INSTANCE_UID: SPACED_INSTANCE,
    STUDY_INSTANCE_UID: SPACED_STUDY,
    SERIES_INSTANCE_UID: SPACED_SERIES,
}
