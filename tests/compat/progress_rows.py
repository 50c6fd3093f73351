"""--progress and --no-progress, which are options of ours alone; the rightmost counts."""

from __future__ import annotations

from compat.observe import Row

ROWS = [
    Row(f"{tool}-{name}", tool, f"{options} {{to}} {{file:ct}}")
    for tool in ("storescu", "dcmsend")
    for name, options in (("progress", "--no-progress --progress"), ("no-progress", "--progress --no-progress"))
]
