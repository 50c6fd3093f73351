"""What the command line wants changed in every instance: UIDs without spaces, invented identifiers. As rope edits."""

from storejet._core import OPAQUE, READ_WHOLE, SPACED_SERIES, SPACED_STUDY
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
    from storejet._core import Source
    from storejet.log import Log
    from storejet.plan.inspect import Instance
    from storejet.plan.invention import Invention


class Editor:
    """Edits one opened source after the other. ``mend``: take the spaces out of UIDs (--uid-padding)."""

    __slots__ = ("_invention", "_log", "_mend")

    def __init__(self, invention: "Invention | None", mend: bool, log: "Log") -> None:
        self._invention = invention
        self._mend = mend
        self._log = log

    @property
    def marking(self) -> bool:
        """Whether every data set is edited, so that each scan is to mark where (see ``Source.marking``)."""
        return self._invention is not None

    def edit(self, source: "Source", instance: "Instance", expected: int) -> None:
        """Edit an opened source, and make ``instance`` say what its data set then says.

        Raises InputError. UIDs with spaces in a data set that is not read as elements stay as they are, and ``spaced``.
        """
        mend = self._mend and instance.spaced
        if not mend and self._invention is None:
            return
        if source.encoding == OPAQUE:
            if self._invention is not None:
                raise InputError("cannot be given invented identifiers: its data set is deflated or not to be read")
            return
        if not source.marking:
            source.marking = True
            try:
                source.scan(expected, READ_WHOLE)  # what was not asked for in the first place
            finally:
                source.marking = False
        marks = source.marks()
        replacements = mended_uids(marks) if mend else {}
        if self._invention is not None:
            replacements.update(self._invention.next())
            if self._log.verbose:
                self._log.block(self._invention.described())
        if not replacements:
            return
        source.edit(spans(marks, source.encoding, source.size, source.data_set_offset, replacements))
        for tag, bit in _SPACED.items():
            if tag in replacements:
                instance.spaced &= ~bit
        if SOP_CLASS_UID in replacements:
            instance.class_uid = replacements[SOP_CLASS_UID][1].decode("latin-1")
        if SOP_INSTANCE_UID in replacements:
            instance.instance_uid = replacements[SOP_INSTANCE_UID][1].decode("latin-1")


_SPACED = {
    SOP_CLASS_UID: SPACED_CLASS,
    SOP_INSTANCE_UID: SPACED_INSTANCE,
    STUDY_INSTANCE_UID: SPACED_STUDY,
    SERIES_INSTANCE_UID: SPACED_SERIES,
}
