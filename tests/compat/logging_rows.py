"""The command lines about logging that are given to both tools."""

from __future__ import annotations

from compat.log_files import CONFIGURATIONS
from compat.observe import Row

#: name → the options before ``{to} {file:ct}``
_LINES = {
    **{f"log-{name}": f"-lc {{log:{name}}}" for name in CONFIGURATIONS},
    "log-missing": "-lc {log:missing}",
    "log-directory": "-lc /tmp",
    "log-no-value": "-lc",
    "log-twice": "-lc {log:missing} -lc {log:console}",
    "log-twice-last-missing": "-lc {log:console} -lc {log:missing}",
    "log-quiet": "-q -lc {log:console}",
    "log-verbose": "-lc {log:console} -v",
    "log-debug": "-d -lc {log:console}",
    "log-level-too": "-ll info -lc {log:console}",
    "log-level-too-bad": "-lc {log:console} -ll loud",
    "log-pc": "+v -lc {log:console}",
    "log-pc-warn": "+v -lc {log:warn}",
    "log-pc-tool-only": "+v -lc {log:tool-only}",
    "log-pc-off": "+v -lc {log:off}",
    "log-arguments": "--arguments -lc {log:off}",
    "log-later-mistake": "-lc {log:console} -pdu 1",
    "log-later-mistake-off": "-lc {log:off} -pdu 1",
    "level-quiet": "-q -ll info",
    "level-verbose": "-ll info -v",
    "level-debug": "-d -ll info",
    "level-off": "-ll OFF",
    "level-all": "-ll All",
    "level-trace": "-ll trace",
    "level-bad": "-ll loud",
    "level-twice": "-ll loud -ll info",
    "level-empty": "-ll ''",
    "level-pc-info": "-ll INFO +v",
    "level-pc-warn": "-ll warn +v",
    "group-quiet-wins": "-v -d -q",
    "group-verbose-wins": "-q -v +v",
    "group-quiet-wins-pc": "-v -q +v",
}

ROWS = [
    Row(f"{tool}-{name}", tool, f"{options} {{to}} {{file:ct}}")
    for tool in ("storescu", "dcmsend")
    for name, options in _LINES.items()
]
