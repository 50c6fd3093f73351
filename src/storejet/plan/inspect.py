"""One file to an Instance: what it is, which SOP class and instance it holds, how it is encoded (PS3.10 7).

The kernels read; this decides which of the meta information (0002,eeee) and the data set (0008,eeee) is believed.
"""

from storejet._core import (
    EXPECT_ANY,
    EXPECT_DATA_SET,
    EXPECT_FILE,
    OPAQUE,
    READ_IDENTITY,
    READ_META,
    READ_WHOLE,
    SPACED_SERIES,
    SPACED_STUDY,
    Source,
)
from storejet.errors import InputError
from storejet.plan.paths import encoded
from storejet.tables.native import (
    DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT_VR_LITTLE_ENDIAN,
)

#: --read-file, --read-file-only, --read-dataset
EXPECTED = {"read-file": EXPECT_ANY, "read-file-only": EXPECT_FILE, "read-dataset": EXPECT_DATA_SET}

#: transfer syntax of a data set whose encoding was guessed, by the kernel's number of the encoding
_GUESSED = (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)


#: bits of Instance.spaced, beside the kernel's SPACED_STUDY and SPACED_SERIES
SPACED_CLASS = 4
SPACED_INSTANCE = 8


class Instance:
    """SOP class, SOP instance and transfer syntax of a stored object: UIDs without spaces, "" where it has none.

    ``spaced``: bits of the UIDs that hold spaces, where PS3.5 9.1 allows none.
    """

    __slots__ = ("class_uid", "instance_uid", "spaced", "syntax")

    def __init__(self, class_uid: str, instance_uid: str, syntax: str, spaced: int = 0) -> None:
        self.class_uid = class_uid
        self.instance_uid = instance_uid
        self.syntax = syntax.strip(" ")
        self.spaced = spaced
        if " " in class_uid:
            self.class_uid = class_uid.replace(" ", "")
            self.spaced |= SPACED_CLASS
        if " " in instance_uid:
            self.instance_uid = instance_uid.replace(" ", "")
            self.spaced |= SPACED_INSTANCE


def syntax_of(source: Source) -> str:
    """Transfer Syntax UID of a scanned file: of its meta information, or guessed."""
    return _GUESSED[source.encoding] if source.guessed else source.meta_syntax


def queued(source: Source, path: str, expected: int) -> Instance:
    """What dcmsend puts into its queue: the meta information, filled up from the data set unless it must be complete.

    Reads no further than that needs. Raises InputError.
    """
    source.open(encoded(path))
    try:
        source.scan(expected, READ_IDENTITY if expected == EXPECT_DATA_SET else READ_META)
        if expected == EXPECT_FILE and not source.has_preamble:
            raise InputError("has no file meta information (File meta information header missing)")
        if expected == EXPECT_DATA_SET:
            return Instance(source.class_uid, source.instance_uid, syntax_of(source))
        if expected == EXPECT_ANY and source.encoding == OPAQUE and not (source.meta_class and source.meta_instance):
            _look_into_deflated(source)
        return Instance(
            source.meta_class or source.class_uid, source.meta_instance or source.instance_uid, syntax_of(source)
        )
    finally:
        source.close()


def identified(source: Source, path: str, expected: int) -> Instance:
    """SOP class and instance as the data set has them, read no further than that needs. Raises InputError."""
    source.open(encoded(path))
    try:
        source.scan(expected, READ_IDENTITY)
        return _of_data_set(source)
    finally:
        source.close()


def opened(source: Source, path: str, expected: int) -> Instance:
    """Open a file for sending: its structure is checked to the end, and the data set says what it is.

    The source stays open for ``Wire.store``. A data set that cannot be read as elements (a private transfer syntax) is
    what its meta information says; of a deflated one, only the beginning was looked at. Raises InputError.
    """
    source.open(encoded(path))
    source.scan(expected, READ_WHOLE)
    return _of_data_set(source)


def _of_data_set(source: Source) -> Instance:
    class_uid, instance_uid, syntax, encoding, guessed, spaced = source.facts()
    if encoding == OPAQUE:
        if syntax.strip(" ") != DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN:
            return Instance(source.meta_class, source.meta_instance, syntax)
        _look_into_deflated(source)
        return Instance(source.class_uid, source.instance_uid, syntax, source.spaced)
    return Instance(class_uid, instance_uid, _GUESSED[encoding] if guessed else syntax, spaced)


def _look_into_deflated(source: Source) -> None:
    """Inflate the beginning of the data set for its identity: of the file that is open, whatever its name leads to."""
    import zlib

    block = 1 << 20
    source.rewind()
    try:
        source.identify(zlib.decompressobj(-zlib.MAX_WBITS).decompress(source.read(block), block))
    except zlib.error as error:
        raise InputError(f"is damaged: its deflated data set cannot be inflated ({error})") from None
    source.rewind()


def spaced_uids(instance: Instance) -> str:
    """The names of the UIDs that hold spaces."""
    names = (
        (SPACED_CLASS, "SOP Class UID"),
        (SPACED_INSTANCE, "SOP Instance UID"),
        (SPACED_STUDY, "Study Instance UID"),
        (SPACED_SERIES, "Series Instance UID"),
    )
    return ", ".join([name for bit, name in names if instance.spaced & bit])
