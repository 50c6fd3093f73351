"""What is inside of a deflated data set (PS3.5 A.5): walked over once, and given in pieces as often as wanted."""

from storejet._core import EXPLICIT_LITTLE, walked
from storejet.codec.deflate import inflated
from storejet.plan.edit import spliced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet._core import Source
    from storejet.plan.edit import Span


class Deflated:
    """What is inside of a deflated data set, read twice or more rather than kept.

    Raises InputError where it cannot be inflated to its end, or what is in it does not hold together. ``marks``,
    ``size`` in bytes, ``spaced``: as those of a Source. ``rope``: what goes out in the place of it, [] for no change.
    """

    __slots__ = ("_source", "marks", "rope", "size", "spaced")

    def __init__(self, source: "Source") -> None:
        self._source = source
        self.rope: list[Span] = []
        self.size, self.spaced, self.marks = walked(self.pieces(), EXPLICIT_LITTLE)

    def pieces(self) -> "Iterator[bytes]":
        """All of it, from the beginning, edited."""
        self._source.rewind()
        pieces = inflated(self._source.read)
        return spliced(pieces, self.rope) if self.rope else pieces
