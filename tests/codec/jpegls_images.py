"""Small images for JPEG-LS, drawn from a seed: flat ones, noise, slopes, edges, and what lies between."""

from __future__ import annotations

import random

from hypothesis import strategies as st
from twin_jpegls import LINE, NONE, SAMPLE, Kind, Planes


def plane(source: random.Random, columns: int, rows: int, maxval: int) -> list[list[int]]:
    amplitude = source.choice((0, 1, 3, maxval // 16, maxval))
    noisy = source.choice((0, 1, 4, 8))
    across, down = source.randint(-3, 3), source.randint(-3, 3)
    level, edge = source.randint(0, maxval), source.randint(0, columns)
    step = source.choice((0, 0, maxval // 3))

    def value(x: int, y: int) -> int:
        noise = source.randint(-amplitude, amplitude) if source.randrange(8) < noisy else 0
        return min(max(level + across * x + down * y + step * (x >= edge) + noise, 0), maxval)

    return [[value(x, y) for x in range(columns)] for y in range(rows)]


@st.composite
def images(draw: st.DrawFn) -> tuple[Planes, Kind]:
    precision = draw(st.integers(2, 16))
    top = (1 << precision) - 1
    maxval = draw(st.sampled_from((top, top, top, max(2, top * 3 // 4), min(top, 3))))
    near = draw(st.sampled_from((0, 0, 0, 1, 2, 3, 10, 255)))
    near = min(near, 255, maxval // 2)
    components = draw(st.integers(1, 4))
    interleave = draw(st.sampled_from((NONE, LINE, SAMPLE))) if components > 1 else NONE
    preset = None
    if maxval != top or draw(st.booleans()):
        t1, t2, t3 = sorted(draw(st.lists(st.integers(near + 1, maxval), min_size=3, max_size=3)))
        reset = draw(st.sampled_from((0, 3, 4, 7, 64, 255)))
        preset = (maxval, t1, t2, t3, reset) if draw(st.booleans()) else (maxval, 0, 0, 0, reset)
    restart = draw(st.sampled_from((0, 0, 1, 2, 9)))
    source = random.Random(draw(st.integers(0, 1 << 32)))
    columns, rows = draw(st.integers(1, 24)), draw(st.integers(1, 12))
    planes = [plane(source, columns, rows, maxval) for _ in range(components)]
    return planes, Kind(precision, near, interleave, restart, preset)
