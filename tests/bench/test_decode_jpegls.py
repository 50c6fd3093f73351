"""The bench of JPEG-LS: one round, whose numbers mean nothing, but whose samples must be right."""

from __future__ import annotations

import importlib.util
import re
import sys

from peers import found
from peers.process import run


def test_one_round() -> None:
    if importlib.util.find_spec("jpeg_ls") is None:
        found.missing("CharLS is not installed (package pyjpegls)")
    done = run(sys.executable, [str(found.PROJECT / "bench" / "decode_jpegls.py"), "--rounds", "1"])
    assert done.code == 0, done.err
    rows = done.out.splitlines()[1:]
    assert [row.partition("  ")[0] for row in rows] == ["CT, 12 of 16 bits", "CT, 16 bits", "CT, upper 8 bits"]
    assert all(re.search(r"\d+ MB/s +\d+ MB/s +\d+\.\d\d$", row) for row in rows)
