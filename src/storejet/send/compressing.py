"""A data set that goes out deflated: its blocks as jobs for other threads."""

from storejet.codec.deflate import BLOCK, REACH, deflated
from storejet.codec.pool import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet.codec.pool import Pool


def compressing(pieces: "Iterator[bytes]", level: int, pool: "Pool") -> "Iterator[Job]":
    """The deflated blocks of what ``pieces`` make up, in order; each step reads one and begins with the one before it:
    only then is it known not to be the last. Raises what ``pieces`` raise."""
    held: bytes | None = None
    tail = b""
    while True:
        piece = next(pieces, None)
        if held is not None:
            yield pool.start(_job(level, held, tail, piece is None))
            tail = (tail + held)[-REACH:] if len(held) < REACH else held[-REACH:]
        held = piece
        if piece is None:
            return


def _job(level: int, plain: bytes, dictionary: bytes, last: bool) -> Job:
    return Job(lambda: deflated(level, plain, dictionary, last), BLOCK)
