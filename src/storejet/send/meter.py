"""How far a run is: kept by what sends, looked at by whoever shows it, perhaps from another thread.

What is kept are plain numbers, each written by the run alone; whoever looks sees each of them whole, though not all of
one moment. Loaded only where progress is shown.
"""

import posix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: files that are asked for their size in one go
A_FEW = 64


def _nothing() -> tuple[int, int]:
    return 0, 0


def _none() -> int:
    return 0


class Meter:
    """``doing``: the step before the first object, in words; ``count()``: how many it has done, 0: nobody says.

    ``sizes``: of the files to come, from the first object on. ``done``, ``failed``: objects that were attempted, those
    of them that were not stored. ``settled``: bytes of the files that were attempted.
    """

    __slots__ = ("_going", "_look", "_size", "count", "doing", "done", "failed", "settled", "sizes")

    def __init__(self) -> None:
        self.doing = ""
        self.count: Callable[[], int] = _none
        self.sizes: Sizes | None = None
        self.done = self.failed = self.settled = 0
        self._look: Callable[[], tuple[int, int]] = _nothing
        self._size = self._going = 0

    def step(self, doing: str, count: "Callable[[], int]" = _none) -> None:
        """Something begins that comes before the sending."""
        self.count = count
        self.doing = doing

    def starts(self, paths: "Sequence[str]", repeat: int = 1) -> None:
        """The sending of each of these files, ``repeat`` times, begins, or goes on over another association."""
        if self.sizes is None:
            self.sizes = Sizes(paths, repeat)

    def begins(self, look: "Callable[[], tuple[int, int]]", size: int, outgoing: int) -> None:
        """A message begins, of a file of ``size`` bytes: ``look()`` gives (bytes sent, bytes in all, or 0).

        ``outgoing``: bytes that go out, about, where ``look`` does not know; 0: as many as the file has.
        """
        self._going = outgoing
        self._size = size
        self._look = look

    def ended(self, path: str, stored: bool, times: int = 1) -> None:
        """An attempt is over, and with it as many further ones as make ``times`` of it."""
        size = self._size
        if not size:  # it came to no message
            size = _size(path)
        self._size = 0
        self.settled += size * times
        self.done += times
        self.failed += 0 if stored else times

    def moved(self) -> int:
        """Bytes of files that are done with, those of the present one in proportion to what was sent of it."""
        settled, size = self.settled, self._size
        if not size:
            return settled
        sent, length = self._look()
        length = length or self._going or size
        return settled + min(size, size * sent // length)


class Sizes:
    """What the files of a run hold in all: asked for a few files at a time, spread over all of them, guessed till then.

    ``objects``: how many are to be sent.
    """

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
        """Ask for the sizes of a few more files."""
        count = len(self._paths)
        for number in range(self._known, min(self._known + A_FEW, count)):
            self._bytes += _size(self._paths[number * self._stride % count])
            self._known += 1


def _size(path: str) -> int:
    try:
        return posix.stat(path).st_size
    except (OSError, ValueError):  # gone, or no name at all: it is said when its turn comes
        return 0


def _divisor(one: int, other: int) -> int:
    while other:
        one, other = other, one % other
    return one
