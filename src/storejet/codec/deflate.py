"""Deflated data sets (PS3.5 A.5, RFC 1951): compressing in blocks, inflating in pieces of bounded size.

A data set is compressed in blocks of BLOCK bytes that know nothing of each other but the last 32 KB before them, which
serve as dictionary. Each block but the last ends on a byte boundary (a sync flush), so that their outputs make one
valid stream, a hair longer than one that was made in one go.

zlib-ng does the work where it is installed, else Python's zlib; both let other threads run meanwhile (see pool.py).
"""

from storejet.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import zlib
    from collections.abc import Callable, Iterator
else:
    try:
        from zlib_ng import zlib_ng as zlib
    except ImportError:
        import zlib

#: bytes of a block: large enough for its 32 KB of dictionary and its flush not to count, small enough to share out
BLOCK = 256 << 10
#: bytes that a deflate stream can refer back to
REACH = 32 << 10
#: no zlib header, no checksum
RAW = -15
#: most bytes of a piece of an inflated data set
PIECE = 256 << 10


def deflated(level: int, plain: bytes, dictionary: bytes, last: bool) -> bytes:
    """One block of a stream, compressed at ``level`` (0 … 9) with the bytes before it as ``dictionary``."""
    if dictionary:
        compressor = zlib.compressobj(level, zlib.DEFLATED, RAW, zdict=dictionary)
    else:
        compressor = zlib.compressobj(level, zlib.DEFLATED, RAW)
    return compressor.compress(plain) + compressor.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


def inflated(read: "Callable[[int], bytes]") -> "Iterator[bytes]":
    """The pieces of the data set whose deflated bytes ``read(most)`` gives, until it gives none.

    What follows the end of the stream (a pad) is ignored, but read: who reads the last byte of a file looks whether it
    changed meanwhile. Raises InputError where the stream is damaged or ends early, and what ``read`` raises.
    """
    inflater = zlib.decompressobj(RAW)
    made = 0
    try:
        while not inflater.eof:
            data = inflater.unconsumed_tail or read(PIECE)
            # without data: what did not fit into the last piece may still be waiting inside
            piece = inflater.decompress(data, PIECE)
            if piece:
                made += len(piece)
                yield piece
            elif not data and not inflater.eof:
                text = f"its deflated data set ends early, {made} bytes came out of it (premature end of stream)"
                raise InputError(f"is truncated: {text}")
    except zlib.error as error:
        text = f"its deflated data set cannot be inflated beyond byte {made} of what is in it ({error})"
        raise InputError(f"is damaged: {text}") from None
    while read(PIECE):
        pass
