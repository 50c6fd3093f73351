"""What the live line says: objects and bytes done and in all, rate, time left, failures. ``tqdm`` draws its bar.

Loaded when a run has lasted a while.
"""

from time import monotonic

from tqdm import tqdm

from storejet.log import printable
from storejet.send.sizes import Sizes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.send.meter import Meter

#: seconds over which the rate is taken
SPAN = 10.0


class Line:
    """Words for a Meter's numbers; each call looks anew."""

    def __init__(self, meter: "Meter") -> None:
        self._meter = meter
        self._begun = monotonic()
        self._sizes = Sizes((), 1)
        #: (time, bytes) of the looks in the last SPAN seconds
        self._looks: list[tuple[float, int]] = []

    def drawn(self, columns: int) -> str:
        """The line, of at most so many characters, all of them ASCII and none a control character."""
        if self._meter.paths is None:
            return self._step()[: max(columns, 0)]
        if columns < 1:
            return ""
        done, moved, total = self._counted()
        text = self._transfer(done, moved, total)
        line: str = tqdm.format_meter(
            moved, max(total, 1), 0, ncols=columns, ascii=True, bar_format="{percentage:3.0f}%|{bar}| {text}", text=text
        )
        return line[:columns]

    def plain(self) -> str:
        """The same without a bar, for where lines stay."""
        if self._meter.paths is None:
            return f"progress: {self._step()}"
        done, moved, total = self._counted()
        return f"progress: {100 * moved // max(total, 1)}%, {self._transfer(done, moved, total)}"

    def _step(self) -> str:
        count = self._meter.count()
        seconds = tqdm.format_interval(monotonic() - self._begun)
        doing = printable(self._meter.doing).encode("ascii", "replace").decode()
        return f"{doing}{f': {count}' if count else ''} [{seconds}]"

    def _counted(self) -> tuple[int, int, int]:
        """Objects done, bytes done, and bytes of all files as far as that is known."""
        meter = self._meter
        if meter.paths and not self._sizes.objects:
            self._sizes = Sizes(meter.paths, meter.repeat)
        self._sizes.look()
        done, moved = meter.moved()
        return done, moved, max(moved, self._sizes.total)

    def _transfer(self, done: int, moved: int, total: int) -> str:
        meter, sizes = self._meter, self._sizes
        failed = f" ({meter.failed} failed)" if meter.failed else ""
        about = "" if sizes.exact else "~"
        parts = [
            f"{done}/{sizes.objects} objects{failed}",
            f"{tqdm.format_sizeof(moved, 'B')}/{about}{tqdm.format_sizeof(total, 'B')}",
        ]
        rate = self._rate(moved)
        if rate > 0:
            parts.append(f"{tqdm.format_sizeof(rate, 'B')}/s")
            parts.append(f"{tqdm.format_interval((total - moved) / rate)} left")
        return ", ".join(parts)

    def _rate(self, moved: int) -> float:
        """Bytes a second of late."""
        now = monotonic()
        self._looks.append((now, moved))
        while len(self._looks) > 2 and self._looks[1][0] < now - SPAN:
            del self._looks[0]
        since, before = self._looks[0]
        return (moved - before) / (now - since) if now > since else 0.0
