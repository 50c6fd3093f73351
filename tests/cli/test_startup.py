"""What the command line layer costs before the first byte goes out."""

import subprocess
import sys
import timeit
from pathlib import Path

from storejet.cli import argv

SOURCE = Path(argv.__file__).resolve().parents[2]

#: what the normal path of the tools must not load
FORBIDDEN = """
    pydicom pynetdicom numpy argparse asyncio socket ssl logging multiprocessing re enum dataclasses typing pathlib
    collections functools contextlib __future__ os
"""

IMPORT = f"""
import sys
sys.path.insert(0, {str(SOURCE)!r})
from time import perf_counter
before = set(sys.modules)
start = perf_counter()
import storejet.cli.argv
seconds = perf_counter() - start
print(seconds, *sorted(set(sys.modules) - before))
"""


def bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_nothing_but_our_own_modules_is_loaded() -> None:
    loaded = set(bare("-c", IMPORT).stdout.split()[1:])
    own = {"argv", "console", "options"}
    assert {f"storejet.cli.{name}" for name in own} <= loaded
    assert [name for name in loaded if name.split(".")[0] != "storejet"] == []
    assert "storejet.cli.render" not in loaded


def test_no_forbidden_module_is_loaded() -> None:
    lines = bare("-X", "importtime", "-c", IMPORT).stderr.splitlines()
    loaded = {line.split("|")[-1].strip() for line in lines if "|" in line}
    assert "storejet.cli.argv" in loaded
    assert loaded & set(FORBIDDEN.split()) == set()


def test_import_takes_less_than_two_milliseconds() -> None:
    bare("-c", IMPORT)
    assert min(float(bare("-c", IMPORT).stdout.split()[0]) for _ in range(10)) < 0.002


def test_a_usual_command_line_is_parsed_in_less_than_200_microseconds() -> None:
    line = ["-v", "-aet", "ME", "-aec", "PACS", "-xs", "-pdu", "131072", "+sd", "+r", "localhost", "104", "a", "b", "c"]
    seconds = min(timeit.repeat(lambda: argv.parse("storescu", line), number=20, repeat=20)) / 20
    assert seconds < 200e-6
