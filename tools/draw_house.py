"""Draw the house from its code: which part imports which, and which way a data set goes out.

``python tools/draw_house.py`` rewrites the drawings in docs/architecture.md, ``--check`` only says whether that would
change them. Nothing is drawn that the code does not say: imports of ``src/storejet``, calls of ``sj_`` functions in the
door (``ext/door``) and in the kernels (``ext/core``), and the calls of the system there.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from pages import PROJECT, rewrite

PACKAGE = PROJECT / "src" / "storejet"
CORE = PROJECT / "ext" / "core"
DOOR = PROJECT / "ext" / "door"

#: single files that everything may import; they are left out of the first drawing
GROUND = ("errors", "log", "_version")
#: parts in the order of the layers
PARTS = ("cli", "send", "plan", "net", "codec", "ul", "_core", "tables")
#: parts whose files a data set's way leads through
ON_THE_WAY = ("send", "net", "codec")

#: what the system is asked for → where that leads
SYSTEM_CALLS = {
    **dict.fromkeys(("open", "openat", "fstat", "pread", "mmap", "madvise", "stat"), "files"),
    **dict.fromkeys(("sendmsg", "recv", "recvmsg", "send", "poll", "sendfile", "connect"), "peer"),
}

Edges = dict[tuple[str, str], set[str]]


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of all that a file imports from this package, for type checkers alone left out."""
    tree = ast.parse(path.read_text("utf-8"))
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing and (node.module or "").startswith("storejet"):
            for alias in node.names:
                yield node.module or "", alias.name


def named(path: Path) -> Iterator[str]:
    """Modules of the same part that a file imports by a name in a string: one in a table, or in what a process runs."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Dict) and "import_module(" in path.read_text("utf-8"):
            words = [str(ast.literal_eval(value)) for value in node.values if isinstance(value, ast.Constant)]
            yield from (word for word in words if (path.parent / f"{word}.py").exists())
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(rf"from storejet\.{path.parent.name}\.(\w+) import", node.value)


def part_of(path: Path) -> str:
    relative = path.relative_to(PACKAGE)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def parts() -> Edges:
    """(part, part that it imports) → the modules that do."""
    edges: Edges = defaultdict(set)
    for path in sorted(PACKAGE.rglob("*.py")):
        here = part_of(path)
        for module, name in imports(path):
            words = module.split(".")
            there = words[1] if len(words) > 1 else name
            if there != here and there in PARTS and here in PARTS:
                edges[here, there].add(path.stem)
    return edges


def names_of_door() -> dict[str, str]:
    """What Python may import from the door → the file of the door that it is in."""
    found = {}
    for path in sorted(DOOR.glob("*.pxi")):
        for name in re.findall(
            r"^(?:cdef class|def|cpdef \w+) (\w+)|^([A-Z_]+) = ", path.read_text("utf-8"), re.MULTILINE
        ):
            found[name[0] or name[1]] = path.stem
    return found


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", " ", text, flags=re.DOTALL)


def kernels() -> dict[str, str]:
    """Function → the kernel that it is defined in."""
    found = {}
    for path in sorted(CORE.glob("*.c")):
        text = without_comments(path.read_text("utf-8"))
        for name in re.findall(r"^(?!static)[\w *]*?\b(sj_\w+)\([^;{]*\)\s*\{", text, re.MULTILINE):
            found[name] = path.stem
    return found


def called(text: str) -> set[str]:
    return set(re.findall(r"\b(sj_\w+)\(", text))


def way() -> Edges:
    """(node, node) → labels: Python files, files of the door, kernels, the system."""
    edges: Edges = defaultdict(set)
    door = names_of_door()
    for path in sorted(PACKAGE.rglob("*.py")):
        if part_of(path) not in ON_THE_WAY:
            continue
        here = f"{part_of(path)}/{path.stem}"
        for module in named(path):
            edges[here, f"{part_of(path)}/{module}"].add("")
        for module, name in imports(path):
            if module == "storejet._core" and name in door:
                edges[here, f"door/{door[name]}"].add(name)
                continue
            words = [*module.split("."), name][1:3]
            if words[0] in ON_THE_WAY and (PACKAGE / words[0] / f"{words[1]}.py").exists() and "/".join(words) != here:
                edges[here, "/".join(words)].add("")
    homes = kernels()
    for path in sorted(DOOR.glob("*.pxi")):
        for function in called(path.read_text("utf-8")) & homes.keys():
            edges[f"door/{path.stem}", f"core/{homes[function]}"].add("")
    for path in sorted(CORE.glob("*.c")):
        text = without_comments(path.read_text("utf-8"))
        for function in called(text) & homes.keys():
            if homes[function] != path.stem:
                edges[f"core/{path.stem}", f"core/{homes[function]}"].add("")
        if "#include <unistd.h>" in text or "#include <sys/socket.h>" in text:
            for function in re.findall(r"(?<![\w.>])(\w+)\(", text):
                if function in SYSTEM_CALLS:
                    edges[f"core/{path.stem}", SYSTEM_CALLS[function]].add(function)
    return edges


def drawing(edges: Edges, groups: Iterable[tuple[str, str]], direction: str, labels: bool) -> str:
    """Mermaid: nodes in their groups (prefix, title), then the edges."""
    nodes = sorted({node for edge in edges for node in edge})
    lines = ["```mermaid", f"flowchart {direction}"]
    grouped = set()
    for prefix, title in groups:
        own = [node for node in nodes if node.startswith(prefix)]
        if own:
            lines.append(f'  subgraph {prefix.strip("/")}_["{title}"]')
            lines += [f'    {identifier(node)}["{node.split("/")[-1]}"]' for node in own]
            lines.append("  end")
            grouped.update(own)
    lines += [f"  {identifier(node)}([{node}])" for node in nodes if node not in grouped]
    for (here, there), names in sorted(edges.items()):
        text = ", ".join(sorted(names - {""}))
        lines.append(f"  {identifier(here)} -->{f'|{text}|' if labels and text else ''} {identifier(there)}")
    return "\n".join([*lines, "```", ""])


def identifier(node: str) -> str:
    return re.sub(r"\W", "_", node).strip("_") + ("_" if node in ("end", "graph") else "")


def house() -> str:
    """The parts, and how many files of the one import the other."""
    edges = {edge: {str(len(files))} for edge, files in parts().items()}
    return drawing(edges, (), "TD", labels=True)


def data() -> str:
    groups = [(f"{part}/", f"src/storejet/{part}") for part in ON_THE_WAY]
    groups += [("door/", "ext/door (the door of _core)"), ("core/", "ext/core (kernels)")]
    return drawing(way(), groups, "LR", labels=True)


if __name__ == "__main__":
    raise SystemExit(rewrite({"architecture.md": {"parts": house(), "way": data()}}, "draw_house.py", sys.argv[1:]))
