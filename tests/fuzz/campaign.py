"""The loop of the fuzzers in Python: one input after the other until time is up, each made from seed and number."""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable
from typing import TypeVar

Case = TypeVar("Case")

#: seconds of processor time that one input may take
LIMIT = 5.0


def campaign(title: str, what: str, make: Callable[[random.Random], Case], check: Callable[[Case], object]) -> int:
    """Give inputs that ``make`` makes to ``check``, for ``--seconds`` and from ``--seed``; the exit code.

    An exception of ``check`` is a find: it is shown with the input. ``what``: the plural of the inputs. Those for which
    ``check`` gives True are counted as good.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    runs = good = 0
    while time.monotonic() < end:
        case = make(random.Random(f"{options.seed}/{runs}"))
        began = time.process_time()
        try:
            good += check(case) is True
            assert time.process_time() - began < LIMIT, "it takes too long"
        except Exception:
            traceback.print_exc()
            print(f"found in run {runs} of seed {options.seed}: {case!r}", file=sys.stderr)
            return 1
        runs += 1
    print(f"{runs} {what}, {f'{good} of them good, ' if good else ''}nothing found")
    return 0
