"""UIDs as a person reads them, in the words of DCMTK's tools. Loads the large tables: for messages only."""

from storejet.tables.sopclasses import modality, symbol
from storejet.tables.uids import NAME, TRANSFER_SYNTAXES, UID


def class_name(class_uid: str) -> str:
    """``(CT) 1.2.840.10008.5.1.4.1.1.2 CTImageStorage``, or ``(OT) 1.2.3`` for a class without a name."""
    return f"({modality(class_uid)}) {class_uid} {symbol(class_uid)}".rstrip(" ")


def syntax_name(uid: str) -> str:
    """The name of a transfer syntax, or the UID itself where it has none."""
    for row in TRANSFER_SYNTAXES:
        if row[UID] == uid:
            return row[NAME]
    return uid or "an unknown transfer syntax"
