"""What sort of UID stands where a storage SOP class is due."""

from storejet.tables.defaults import DEFAULT_STORAGE_CLASSES

#: the root of the UIDs that the DICOM standard itself assigns (PS3.5 9)
_DICOM_ROOT = "1.2.840.10008"
#: the branch in which new storage SOP classes are registered
_STORAGE_PREFIX = "1.2.840.10008.5.1.4.1.1."


def classify(uid: str) -> str:
    """``storage``, ``storage-prefix``, ``registered``, ``unknown-standard`` or ``private``.

    ``storage``: in the table. ``storage-prefix``: not in the table, but in the branch of storage SOP classes, so most
    likely one that is younger than the table. ``registered``: the standard gives it another meaning.
    ``unknown-standard``: under the root of the standard, and the table does not know it. ``private``: any other root.
    """
    # the common classes are found without loading the large tables
    if uid in DEFAULT_STORAGE_CLASSES:
        return "storage"
    from storejet.tables.sopclasses import STORAGE_CLASS_OF

    if uid in STORAGE_CLASS_OF:
        return "storage"
    if uid.startswith(_STORAGE_PREFIX):
        return "storage-prefix"
    if uid != _DICOM_ROOT and not uid.startswith(_DICOM_ROOT + "."):
        return "private"
    from storejet.tables.registered import REGISTERED

    return "registered" if uid[len(_DICOM_ROOT) :] in REGISTERED else "unknown-standard"
