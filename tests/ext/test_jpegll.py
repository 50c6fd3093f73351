"""The door to the kernel for lossless JPEG: what it is told must be possible, and what it makes is all there."""

from __future__ import annotations

import pytest

from storejet import _core
from storejet.errors import InputError

#: two codes of one bit: 0 is no difference, 1 is one more or less
CODE = bytes((2, *[0] * 15, 0, 1))


def test_a_scan_in_the_middle_of_a_stream() -> None:
    """Two lines of two pixels: +1, and the same; one less than above it, and the same."""
    decoded = _core.jpegll_decoded(b"??\xd1\xff?", 2, 3, (2, 2, 1, 8), 1, 0, 0, (CODE,))
    assert decoded == bytes((129, 129, 128, 128))
    wide = _core.jpegll_decoded(b"??\xd1\xff?", 2, 3, (2, 2, 1, 12), 1, 1, 0, (CODE,))
    assert wide == b"".join((2 * value).to_bytes(2, "little") for value in (1025, 1025, 1024, 1024))


def test_a_scan_that_ends_early() -> None:
    with pytest.raises(InputError, match=r"ends before all its pixels are there \(at byte 3 of the frame\)"):
        _core.jpegll_decoded(b"??\xd1?", 2, 3, (3, 3, 1, 8), 1, 0, 0, (CODE,))


@pytest.mark.parametrize(
    ("begin", "end", "sizes", "predictor", "codes"),
    [
        (3, 2, (2, 2, 1, 8), 1, (CODE,)),
        (0, 9, (2, 2, 1, 8), 1, (CODE,)),
        (0, 4, (0, 2, 1, 8), 1, (CODE,)),
        (0, 4, (2, 65536, 1, 8), 1, (CODE,)),
        (0, 4, (2, 2, 5, 8), 1, (CODE,) * 5),
        (0, 4, (2, 2, 2, 8), 1, (CODE,)),
        (0, 4, (2, 2, 1, 17), 1, (CODE,)),
        (0, 4, (2, 2, 1, 8), 8, (CODE,)),
        (0, 4, (2, 2, 1, 8), 1, (CODE[:15],)),
        (0, 4, (2, 2, 1, 8), 1, (CODE + bytes(16),)),
    ],
)
def test_what_cannot_be(
    begin: int, end: int, sizes: tuple[int, int, int, int], predictor: int, codes: tuple[bytes, ...]
) -> None:
    with pytest.raises(ValueError, match=r"no lossless scan|no code for differences"):
        _core.jpegll_decoded(b"????", begin, end, sizes, predictor, 0, 0, codes)
