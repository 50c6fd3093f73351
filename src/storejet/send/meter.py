"""How far a run is: what is counted while it sends, looked at by whoever shows it, perhaps from another thread.

What is sent and answered is counted at the door; a run tells only what never came to an answer.
Whoever looks sees each number whole, though not all of one moment. Loaded only where progress may be shown, and small:
most runs are over before it is.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _nothing() -> tuple[int, int]:
    return 0, 0


def _none() -> int:
    return 0


class Meter:
    """``doing``: the step before the first object, in words; ``count()``: how many it has done, 0: nobody says.

    ``paths``: the files, from the first object on, each sent ``repeat`` times. ``failed``: objects that were attempted
    and not stored.
    """

    __slots__ = ("_before", "_look", "_missed", "count", "doing", "failed", "paths", "repeat")

    def __init__(self) -> None:
        self.doing = ""
        self.count: Callable[[], int] = _none
        self.paths: Sequence[str] | None = None
        self.repeat = 1
        self.failed = 0
        #: of earlier associations, and of what had no answer: (objects, bytes of their files)
        self._before = self._missed = (0, 0)
        self._look: Callable[[], tuple[int, int]] = _nothing

    def step(self, doing: str, count: "Callable[[], int]" = _none) -> None:
        """Something begins that comes before the sending."""
        self.count = count
        self.doing = doing

    def starts(self, look: "Callable[[], tuple[int, int]]", paths: "Sequence[str]", repeat: int = 1) -> None:
        """The sending of each of ``paths``, ``repeat`` times, begins, or goes on over another association.

        ``look()`` gives (objects answered, bytes of files sent) of the association.
        """
        self._before = _sum(self._before, self._look())
        self._look = look
        if self.paths is None:
            self.repeat = repeat
            self.paths = paths

    def unanswered(self, path: str, times: int = 1) -> None:
        """Attempts, ``times`` of them, that came to no answer."""
        from storejet._core import size_of
        from storejet.plan.paths import encoded

        self.failed += times
        self._missed = _sum(self._missed, (times, times * size_of([encoded(path)])))

    def moved(self) -> tuple[int, int]:
        """(objects that were attempted, bytes of their files), the present one in proportion to what was sent of it."""
        return _sum(_sum(self._before, self._missed), self._look())


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
