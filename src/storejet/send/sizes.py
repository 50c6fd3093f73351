"""What the files of a run hold in all: asked for a few files at a time, spread over all of them, guessed till then.

Loaded when progress is shown.
"""

from storejet._core import size_of
from storejet.plan.paths import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: files that are asked for their size in one go: as many as ``size_of`` takes
A_FEW = 64


class Sizes:
    """``objects``: how many are to be sent: each of ``paths``, ``repeat`` times."""

    __slots__ = ("_bytes", "_known", "_paths", "_repeat", "_stride", "objects")

    def __init__(self, paths: "Sequence[str]", repeat: int) -> None:
        self._paths = paths
        self._repeat = repeat
        self._known = self._bytes = 0
        self.objects = len(paths) * repeat
        #: every file comes up once, if it has no divisor in common with their number: neighbours are much alike
        self._stride = max(1, int(len(paths) * 0.618))
        while _divisor(self._stride, len(paths)) > 1:
            self._stride += 1

    @property
    def exact(self) -> bool:
        """Whether all files were asked for their size."""
        return self._known == len(self._paths)

    @property
    def total(self) -> int:
        """Bytes of all files, as many times as they are sent."""
        return self._bytes * len(self._paths) * self._repeat // self._known if self._known else 0

    def look(self) -> None:
        """Ask for the sizes of a few more files. What is gone counts nothing: that is said when its turn comes."""
        if self.exact:
            return
        count = len(self._paths)
        numbers = range(self._known, min(self._known + A_FEW, count))
        self._bytes += size_of([encoded(self._paths[number * self._stride % count]) for number in numbers])
        self._known = numbers.stop


def _divisor(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one
