"""Make the tables of the documentation from the tables of the program, the bench and the README.

``python tools/make_docs.py`` rewrites what stands between the marks on the pages of ``docs``; ``--check`` only says, by
its exit code, whether that would change anything.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from dcmtk_facts import EXIT_CODES, OPTIONS
from pages import DOCS, PROJECT, rewrite

sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "bench")]

import rows as bench  # noqa: E402

from storejet.cli import options, wording  # noqa: E402
from storejet.tables import exits, uids  # noqa: E402

TOOLS = ("storescu", "dcmsend")

#: decoder (see uids.py) → where it comes from, if no package of its own is to be installed for it
OWN = {
    "rle": "a kernel of this package (PS3.5 annex G)",
    "jpegls": "a kernel of this package (ITU-T T.87)",
    "jpeg": "a kernel of this package where it is lossless; other packages, see below",
    "deflate": "zlib-ng, or Python's zlib where it is not installed",
    "deflate-frame": "zlib-ng, or Python's zlib where it is not installed",
    "uncompressed": "nothing is to be decoded",
}


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(line) + " |" for line in (heads, *rows)]
    lines.insert(1, "|---" * len(heads) + "|")
    return "\n".join(lines).replace("|  |", "| |") + "\n"


# -- what differs -----------------------------------------------------------------------------------------------------


class Difference(NamedTuple):
    """A row of docs/differences.md: its subject, where it stands, the options that its section is about."""

    subject: str
    section: str
    about: frozenset[str]


def in_backticks(text: str) -> frozenset[str]:
    """Options that a text names in backticks; ``--name-…`` stands for all that begin so."""
    words = [word for quoted in re.findall("`([^`]*)`", text) for word in quoted.split()]
    return frozenset(word for word in words if word[0] in "+-")


def differences() -> list[Difference]:
    """The rows of docs/differences.md, in its order."""
    found = []
    section = ""
    for line in (DOCS / "differences.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif line.startswith("| ") and not line.startswith("| |"):
            subject = re.split(r"(?<!\\) \| ", line[2:])[0]
            found.append(Difference(re.sub(r" ?\(?\[[^]]*\]\([^)]*\)\)?", "", subject), section, in_backticks(section)))
    return found


def anchor(heading: str) -> str:
    """What a heading is called in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def link(section: str) -> str:
    return f"[{section}](differences.md#{anchor(section)})"


def names(row: options.Row, words: frozenset[str]) -> bool:
    """Whether words name an option."""
    return any(
        spelling == word or (word.endswith("…") and spelling.startswith(word[:-1]))
        for spelling in wording.spellings(row)
        for word in words
    )


def beside_dcmtk(tool: str, row: options.Row, rows: list[Difference]) -> str:
    """``same``, ``new``, or ``mended`` and how; whether the option is refused."""
    here = options.index(tool).keys()
    subjects: dict[str, list[str]] = {}
    for difference in rows:
        if difference.about and not difference.about & here:
            continue  # the section is about an option that this tool has not
        if names(row, difference.about):
            subjects[difference.section] = []
        elif names(row, in_backticks(difference.subject)):
            found = subjects.setdefault(difference.section, [])
            # a subject that is nothing but options says no more than the link to its section
            if re.sub("`[^`]*`|, ", "", difference.subject):
                found.append(difference.subject)
    if row[options.LONG] not in OPTIONS[tool]:
        return "new"
    if subjects:
        mended = [
            f"{'; '.join(found)} ({link(section)})" if found else link(section) for section, found in subjects.items()
        ]
        return f"mended: {'; '.join(mended)}"
    return "same"


def default(tool: str, row: options.Row) -> str:
    """The default of an option as the help text tells it: a value, ``yes`` for the default of a group, or nothing."""
    for note in wording.notes(tool, "", row):
        if note.startswith("default"):
            return note.partition(": ")[2] or "yes"
    told = re.search(r"\(default: ([^)]*)\)", " ".join(row[options.HELP]))
    return told.group(1) if told else ""


def options_table(tool: str) -> str:
    rows = differences()
    lines = []
    for _section, _subsection, block in wording.blocks(tool):
        for row in block:
            spelled = " ".join(f"`{spelling}`" for spelling in wording.spellings(row))
            arguments = "".join(f" *{name}*" for name, _, _, _ in row[options.ARGUMENTS])
            lines.append((spelled + arguments, default(tool, row), beside_dcmtk(tool, row, rows)))
    return table(("option", "default", "beside DCMTK"), lines)


# -- exit codes -------------------------------------------------------------------------------------------------------


def meanings(where: str) -> str:
    return table(("code", "meaning"), [(row[exits.CODE], row[exits.MEANING]) for row in exits.ROWS if row[0] == where])


def codes_beside_dcmtk() -> str:
    """Every exit code of either tool, DCMTK's or ours."""
    told = (DOCS / "differences.md").read_text("utf-8")
    lines = []
    for tool in TOOLS:
        ours = {row[exits.CODE]: row[exits.MEANING] for row in exits.ROWS if row[exits.WHERE] == tool[0]}
        ours |= {
            row[exits.CODE]: row[exits.MEANING]
            for row in exits.ROWS
            if row[exits.WHERE] == "x" and row[exits.CODE] not in ours
        }
        for code in sorted({*ours, *EXIT_CODES[tool]}, key=lambda code: [int(word) for word in code.split(" to ")]):
            mended = re.search(rf"{tool}(?:'s)? [^.;|]*\bcode {code}\b", told)
            if code not in EXIT_CODES[tool]:
                verdict = "new, with `--strict-exit`"
            elif code not in ours:
                verdict = "does not occur"
            else:
                verdict = f"mended ({link('Messages and exit codes')})" if mended else "same"
            lines.append((tool, code, verdict, ours.get(code, "")))
    return table(("", "code", "beside DCMTK", "meaning"), lines)


# -- codecs and the bench ---------------------------------------------------------------------------------------------


def transfer_syntaxes() -> str:
    """Every transfer syntax of stored objects: what dcmsend can make of it."""
    lines = []
    for row in uids.TRANSFER_SYNTAXES:
        kind, loss, decoder = row[uids.KIND], row[uids.LOSS], row[uids.DECODER]
        if kind not in ("native", "deflated", "encapsulated") or (
            row[uids.RETIRED] and kind == "encapsulated" and not decoder
        ):
            continue
        if kind == "native":
            how, source = "converted", "a kernel of this package"
        elif kind == "deflated":
            how, source = "inflated", OWN["deflate"]
        elif decoder:
            how = "`+dly`" if loss == "lossy" else "`+dls`, `+dly`"
            source = OWN.get(decoder, "other packages, see below")
        else:
            how, source = "as stored only", ""
        lines.append((row[uids.NAME], f"`{row[uids.UID]}`", how, source))
    return table(("transfer syntax", "UID", "for a peer that does not take it", "by"), lines)


def packages() -> str:
    """The packages that ``storejet doctor`` names, and what they decode."""
    for node in ast.parse((PROJECT / "src" / "storejet" / "cli" / "doctor.py").read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CODECS":
            return table(("package", "decodes"), list(ast.literal_eval(node.value)))
    raise SystemExit("doctor.py has no CODECS")


MEASURES = {
    "speed": "times as fast, at least",
    "work": "times as fast in processor time, at least",
    "time": "part of its time, at most",
    "cpu": "part of its processor time, at most",
    "bytes": "part of its bytes, at most",
}


def bars() -> str:
    """What the bench demands."""
    lines = []
    for bar in bench.BARS:
        ours, reference = bench.SENDERS[bar.ours].label, bench.SENDERS[bar.reference].label
        ambition = "" if bar.ambition is None else f"{bar.ambition:g}"
        title = bench.ROWS[bar.row].title
        lines.append((f"`{bar.name}`", title, ours, reference, MEASURES[bar.measure], f"{bar.bar:g}", ambition))
    for memory in bench.MEMORY_BARS:
        senders = ", ".join(bench.SENDERS[key].label for key in memory.senders)
        limit = f"{memory.bar // 10**6} MB"
        ambition = "" if memory.reference is None else "no more than the reference"
        reference = "" if memory.reference is None else bench.SENDERS[memory.reference].label
        lines.append(
            (f"`{memory.name}`", "all of its rows", senders, reference, "resident size, at most", limit, ambition)
        )
    return table(("bar", "row", "ours", "measured against", "measure", "must", "hoped for"), lines)


def figures() -> str:
    """The table of the README, which is the only place where figures are written down."""
    text = (PROJECT / "README.md").read_text("utf-8")
    section = text[text.index("## How fast\n") :].split("\n## ")[0]
    rows = re.findall(r"^\|.*\|$", section, re.MULTILINE)
    if len(rows) < 3:
        raise SystemExit("README.md has no table of figures under 'How fast'")
    return "\n".join(rows) + "\n"


#: pages that are read first
FIRST = ("quick-start.md", "migrating.md")


def pages() -> str:
    """All pages with the first sentence of each."""
    lines = []
    paths = sorted(path.name for path in DOCS.glob("*.md") if path.name != "README.md")
    for name in (*FIRST, *(name for name in paths if name not in FIRST)):
        title, text = (DOCS / name).read_text("utf-8").split("\n\n")[:2]
        sentence = re.split(r"(?<=[.:]) ", " ".join(text.split()))[0]
        lines.append((f"[{title.removeprefix('# ')}]({name})", sentence.rstrip(":.") + "."))
    return table(("page", "what is on it"), lines)


def parts() -> dict[str, dict[str, str]]:
    """Page → part → text."""
    return {
        "README.md": {"pages": pages()},
        "exit-codes.md": {"strict": meanings("x"), "storescu": meanings("s"), "dcmsend": meanings("d")},
        "migrating.md": {
            **{f"options of {tool}": options_table(tool) for tool in TOOLS},
            "exit codes": codes_beside_dcmtk(),
        },
        "codecs.md": {"transfer syntaxes": transfer_syntaxes(), "packages": packages()},
        "performance.md": {"figures": figures(), "bars": bars()},
    }


if __name__ == "__main__":
    raise SystemExit(rewrite(parts(), "make_docs.py", sys.argv[1:]))
