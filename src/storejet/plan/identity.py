"""dcmsend's questions to a file before it is queued: are its UIDs there, valid, and those of a stored object? Pure."""

from storejet.errors import InputError
from storejet.tables.classify import classify
from storejet.tables.native import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.plan.inspect import Instance

_NOT_STORAGE = {"registered": "Invalid SOP Class UID", "unknown-standard": "Unknown Storage SOP Class"}

_UNCHECKED = "send it as it is (-nuc), or leave it out"


def valid_uid(uid: str) -> bool:
    """PS3.5 9.1: at most 64 characters; components of digits without a leading zero, joined by dots."""
    return len(uid) <= 64 and all(
        part.isdigit() and part.isascii() and (part == "0" or part[0] != "0") for part in uid.split(".")
    )


def check_identity(instance: "Instance", unchecked: bool) -> None:
    """Raises InputError. ``unchecked`` (--no-uid-checks) leaves only: each of the three UIDs must be there."""
    if not instance.class_uid:
        raise InputError("has no SOP Class UID")
    if not unchecked:
        if not valid_uid(instance.class_uid):
            raise InputError(f"Invalid SOP Class UID: {instance.class_uid}").advising(_UNCHECKED)
        complaint = _NOT_STORAGE.get(classify(instance.class_uid))
        if complaint:
            raise InputError(f"{complaint}: {instance.class_uid}").advising(_UNCHECKED)
    if not instance.instance_uid:
        raise InputError("has no SOP Instance UID")
    if not unchecked and not valid_uid(instance.instance_uid):
        raise InputError(f"Invalid SOP Instance UID: {instance.instance_uid}").advising(_UNCHECKED)
    if not instance.syntax:
        raise InputError("has no Transfer Syntax UID")
    if not unchecked:
        if not valid_uid(instance.syntax):
            raise InputError(f"Invalid Transfer Syntax UID: {instance.syntax}").advising(_UNCHECKED)
        if not known_syntax(instance.syntax):
            raise InputError(f"Unknown Transfer Syntax: {instance.syntax}").advising(_UNCHECKED)


def known_syntax(uid: str) -> bool:
    """Whether the standard has such a transfer syntax; the three native ones are found without the table."""
    if uid in (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN):
        return True
    from storejet.tables.uids import TRANSFER_SYNTAXES, UID

    return any(row[UID] == uid for row in TRANSFER_SYNTAXES)
