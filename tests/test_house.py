"""The house keeps its layers: imports go down only, and what is to be pure stays pure (DESIGN, law 5)."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "storejet"
EXT = PACKAGE.parent.parent / "ext"

#: part of the package → the parts that it may import; every part may import itself and BASE
MAY_IMPORT = {
    "cli": {"send", "plan", "ul", "net", "codec", "_core", "tables"},
    "send": {"plan", "ul", "net", "codec", "_core", "tables"},
    "plan": {"_core", "tables"},
    "net": {"_core", "tables"},
    "codec": {"_core", "tables"},
    "ul": {"tables"},
    "tables": set(),
}
#: the ground floor: single files of the package itself
BASE = {"errors", "log", "_version"}

#: what does input or output, or knows the time; ``ul`` and the pure files of ``plan`` stay away from it
EFFECTS = {"posix", "os", "io", "socket", "_socket", "select", "ssl", "time", "subprocess", "threading", "_thread"}
PURE = [
    "ul", "tables", "plan/contexts.py", "plan/dictionary.py", "plan/edit.py", "plan/identity.py", "plan/names.py",
    "plan/profile.py", "plan/route.py", "plan/sections.py",
]  # fmt: skip

FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Full names of all modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def part_of(module: str) -> str:
    """``storejet.ul.pdu`` → ``ul``."""
    return ([*module.split("."), ""])[1]


def home(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    here = home(path)
    for module in imports(path):
        if not module.startswith("storejet."):
            continue
        part = part_of(module)
        if part in BASE:
            continue
        if here in MAY_IMPORT:
            assert part == here or part in MAY_IMPORT[here], f"{here} must not import {module}"
        else:
            assert part in ("VERSION", "_version"), f"{path.name} of the ground floor imports {module}"


@pytest.mark.parametrize(
    "path", [path for path in FILES if str(path.relative_to(PACKAGE)).startswith(tuple(PURE))], ids=str
)
def test_pure_files_have_no_effects(path: Path) -> None:
    assert not imports(path) & EFFECTS
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not calls & {"open", "print", "input"}


def test_every_part_is_known() -> None:
    assert {home(path) for path in FILES} <= set(MAY_IMPORT) | BASE | {"__init__"}


def test_only_net_opens_sockets() -> None:
    openers = {home(path) for path in FILES if imports(path) & {"socket", "_socket"}}
    assert openers == {"net"}


def test_only_source_and_pump_call_the_system() -> None:
    headers = {"<unistd.h>", "<sys/socket.h>", "<fcntl.h>", "<poll.h>", "<sys/mman.h>", "<stdlib.h>"}
    for path in sorted((EXT / "core").glob("*.c")):
        included = {line.split()[1] for line in path.read_text().splitlines() if line.startswith("#include <")}
        assert path.name in ("source.c", "pump.c") or not included & headers, path.name


def test_c_knows_nothing_of_python() -> None:
    for path in sorted((EXT / "core").glob("*.[ch]")):
        assert "Python.h" not in path.read_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_stay_small(path: Path) -> None:
    assert home(path) == "tables" or path.name == "options.py" or len(path.read_text().splitlines()) <= 400


def test_kernels_stay_small() -> None:
    for path in (EXT / "core").glob("*.c"):
        assert len(path.read_text().splitlines()) <= 800, path.name
