"""What the lower layers need of a console: records by level, and text that is safe to put into them.

The console itself belongs to ``cli``.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    class Log(Protocol):
        """Takes records; one below the level in force is dropped. ``verbose``: records of level INFO are not.

        ``debugging``: those of level DEBUG are not. ``net``: takes what the network layer says; ``data``: what is said
        of a file's content.
        """

        @property
        def verbose(self) -> bool: ...
        @property
        def debugging(self) -> bool: ...
        @property
        def net(self) -> "Log": ...
        @property
        def data(self) -> "Log": ...
        def fatal(self, text: str) -> None: ...
        def error(self, text: str) -> None: ...
        def warn(self, text: str) -> None: ...
        def info(self, text: str) -> None: ...
        def debug(self, text: str) -> None: ...
        def block(self, lines: Sequence[str]) -> None: ...
        def dump(self, lines: Sequence[str]) -> None: ...


def unnamed(text: str) -> str:
    """What a peer says, without names of persons as DICOM writes them (PS3.5 6.2: components joined by ``^``)."""
    return " ".join(["***" if "^" in word else word for word in text.split(" ")]) if "^" in text else text


def printable(text: str) -> str:
    """``text`` on one line: control characters as escapes, the bytes of a file name (as surrogates) as they are."""
    return "".join(
        [c if c.isprintable() or "\ud800" <= c <= "\udfff" else c.encode("unicode_escape").decode() for c in text]
    )
