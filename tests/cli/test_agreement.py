"""One table, many texts: option table, help, manual, completion and documentation say the same of the same options."""

from __future__ import annotations

import functools
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
from peers import found

from cli import shells
from storejet import errors
from storejet.cli import options
from storejet.tables import exits

TOOLS = ("storescu", "dcmsend")
DOCS = found.PROJECT / "docs"

#: long name → (short name or "", what stands behind "default": a value, "" for the default of a group, None: nothing)
Told = dict[str, tuple[str, "str | None"]]


def default_in(text: str) -> str | None:
    told = re.search(r"\(default(?:: ([^)]*))?\)", " ".join(text.split()))
    return None if told is None else told[1] or ""


def in_table(tool: str) -> Told:
    entries: Told = {}
    for _rank, _section, _subsection, rows in options.BLOCKS:
        for tools, short, long, _arguments, group, default, _checks, text in rows:
            if tool[0] not in tools:
                continue
            told = default_in(" ".join(text))
            if default not in (None, ""):
                told = str(default)
            elif group and options.group_defaults(tool).get(group) == long:
                told = ""
            entries[long] = (short, told)
    return entries


@functools.cache
def help_of(tool: str) -> str:
    return subprocess.run([found.ours(tool), "-h"], capture_output=True, text=True, timeout=30, check=True).stdout


def in_help(tool: str) -> Told:
    entries: Told = {}
    parts = re.split(r"^ {2,4}((?:[-+]\S+)?) +--(\S+)", help_of(tool), flags=re.MULTILINE)
    for short, long, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        # what is not far to the right is the next heading
        own = [line for at, line in enumerate(text.splitlines()) if at == 0 or line.startswith(" " * 20)]
        entries[long] = (short, default_in("\n".join(own)))
    return entries


def page(tool: str) -> str:
    text = Path(sysconfig.get_path("data"), "share", "man", "man1", f"{tool}.1").read_text("ascii")
    return text.replace("\\-", "-").replace("\\(aq", "'")


def man_section(tool: str, name: str) -> str:
    heading = f'"{name}"' if " " in name else name
    return page(tool).split(f"\n.SH {heading}\n")[1].split("\n.SH ")[0]


def in_man(tool: str) -> Told:
    entries: Told = {}
    for term, text in re.findall(r"^\.TP\n\\fB(.*)\\fR\n(.*)$", man_section(tool, "OPTIONS"), re.MULTILINE):
        spelled = re.fullmatch(r"(?:([-+]\S+), )?--(\S+)( .*)?", term)
        assert spelled, term
        entries[spelled[2]] = (spelled[1] or "", default_in(text))
    return entries


def in_completion(tool: str, folder: Path) -> Told:
    path = shells.script("bash", folder)
    done = subprocess.run(
        [shells.shell("bash"), "-c", f"source {path}; _storejet_options {tool}"],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    entries: Told = {}
    short = ""
    for line in done.stdout.splitlines():
        name, text = line.split("\t")
        if name.startswith("--"):
            entries[name[2:]] = (short, default_in(text))
            short = ""
        else:
            short = name
    return entries


def rows_of(file: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading of a page."""
    section = (DOCS / file).read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def in_migrating(tool: str) -> Told:
    entries: Told = {}
    for option, default, _verdict in rows_of("migrating.md", f"Options of {tool}"):
        *short, long = re.findall(r"`([^`]+)`", option)
        entries[long.removeprefix("--")] = ("".join(short), {"": None, "yes": ""}.get(default, default))
    return entries


@pytest.mark.parametrize("tool", TOOLS)
def test_all_texts_tell_of_the_same_options(tool: str, tmp_path: Path) -> None:
    table = in_table(tool)
    assert len(table) > 30 and {told for _short, told in table.values()} > {None, ""}
    assert list(in_help(tool).items()) == list(table.items())
    assert list(in_man(tool).items()) == list(table.items())
    assert list(in_completion(tool, tmp_path).items()) == list(table.items())
    assert list(in_migrating(tool).items()) == list(table.items())


@pytest.mark.parametrize("tool", TOOLS)
def test_every_check_of_an_option_is_in_the_manual(tool: str) -> None:
    terms = dict(re.findall(r"^\.TP\n\\fB.*--(\S+?)(?: .*)?\\fR\n(.*)$", man_section(tool, "OPTIONS"), re.MULTILINE))
    for row in (row for _, row in options.index(tool).values()):
        for kind, *names in row[options.CHECKS]:
            if kind == "excludes" and not names[0].startswith("@"):
                assert "(not with " in terms[row[options.LONG]]
                assert all(f"--{name}" in terms[row[options.LONG]] for name in names)


def constants() -> dict[str, int]:
    """The exit codes in errors.py."""
    return {name: value for name, value in vars(errors).items() if name.isupper() and type(value) is int}


def tools_of(constant: str) -> list[str]:
    return [tool for tool in TOOLS if constant.startswith(tool.upper())] or list(TOOLS)


def test_every_exit_code_is_in_the_table() -> None:
    assert len(constants()) >= 14
    for name, value in constants().items():
        for tool in tools_of(name):
            assert str(value) in [row[exits.CODE] for row in exits.ROWS if row[exits.WHERE] in (tool[0], "x")], name


@pytest.mark.parametrize("tool", TOOLS)
def test_every_exit_code_is_in_manual_and_docs_and_no_other(tool: str) -> None:
    plain, strict = man_section(tool, "EXIT CODES").split('.SS "With --strict-exit"\n')
    codes = {
        part: re.findall(r"^\.TP\n\\fB(.*)\\fR$", text, re.MULTILINE) for part, text in ((tool, plain), ("x", strict))
    }
    assert codes[tool] == [row[0] for row in rows_of("exit-codes.md", tool)]
    assert codes["x"] == [row[0] for row in rows_of("exit-codes.md", "With `--strict-exit`")]
    known = {str(value) for name, value in constants().items() if tool in tools_of(name)} | {"0", "1 to 255"}
    assert {*codes[tool], *codes["x"]} <= known
    assert known - {"1 to 255"} <= {*codes[tool], *codes["x"]}
    beside = {row[1]: row[2] for row in rows_of("migrating.md", "Exit codes of both") if row[0] == tool}
    assert {code for code, verdict in beside.items() if verdict != "does not occur"} == {*codes[tool], *codes["x"]}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_is_new_is_what_dcmtk_has_not(tool: str) -> None:
    """DCMTK's own help is the judge, as far as the release at hand knows the options."""
    done = subprocess.run([found.dcmtk(tool), "-h"], capture_output=True, text=True, timeout=30, check=True)
    theirs = set(re.findall(r"^ +(?:[-+]\S+)? +--(\S+)", done.stdout, re.MULTILINE))
    verdicts = {
        row[0].split("`")[-2].removeprefix("--"): row[2] for row in rows_of("migrating.md", f"Options of {tool}")
    }
    assert len(theirs) > 30 and theirs <= verdicts.keys()
    assert {name for name in theirs if verdicts[name].startswith("new")} == set()
    assert verdicts["strict-exit"].startswith("new")
