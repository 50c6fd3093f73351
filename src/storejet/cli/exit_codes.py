"""--strict-exit: an exit code that goes by what became of the instances, the same for both tools. Pure."""

from storejet.errors import STRICT_ASSOCIATION_LOST, STRICT_NONE_STORED, STRICT_SOME_NOT_STORED


def strict_code(stored: int, wanted: int, lost: bool) -> int:
    """The exit code where ``stored`` of ``wanted`` instances were stored; ``lost``: an association broke off."""
    if stored == wanted:
        return 0
    if lost:
        return STRICT_ASSOCIATION_LOST
    return STRICT_SOME_NOT_STORED if stored else STRICT_NONE_STORED
