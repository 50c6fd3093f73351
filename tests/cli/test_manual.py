"""The manual pages: sound, installed, and found by man; ``storejet man``."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from peers import found

from storejet.cli import argv, manual, manual_prose, umbrella

SECTIONS = [
    "NAME", "SYNOPSIS", "DESCRIPTION", "PARAMETERS", "OPTIONS", "NOTES", "COMMAND FILES", "EXIT CODES", "ENVIRONMENT",
    "FILES", "EXAMPLES", "SEE ALSO",
]  # fmt: skip


def program(name: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        found.missing(f"{name} is not installed (Debian package {package})")
    return path


def installed(page: str) -> Path:
    path = Path(sysconfig.get_path("data"), "share", "man", "man1", f"{page}.1")
    assert path.exists(), f"{path} does not exist: install the project first (pip install .)"
    return path


def said(arguments: list[str], text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, input=text, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "100", **environment},
    )  # fmt: skip


def complaints(page: str) -> str:
    """What both checkers of man(7) say of a page."""
    mandoc = said([program("mandoc", "mandoc"), "-T", "lint", "-W", "warning"], page)
    groff = said([program("groff", "groff"), "-man", "-Tutf8", "-ww", "-z"], page)
    return mandoc.stdout + mandoc.stderr + groff.stdout + groff.stderr


@pytest.mark.parametrize("page", manual.PAGES)
def test_nothing_to_complain_about(page: str) -> None:
    assert complaints(manual.roff(page)) == ""


def test_the_checkers_do_complain() -> None:
    assert "unknown macro" in complaints(manual.roff("storejet") + ".NOSUCH\n")


@pytest.mark.parametrize("page", manual.PAGES)
def test_what_is_installed_is_what_the_table_says(page: str) -> None:
    assert installed(page).read_text("ascii") == manual.roff(page)


@pytest.mark.parametrize("page", manual.PAGES)
def test_man_finds_it_beside_the_programs_of_the_path(page: str) -> None:
    tools = str(Path(sys.executable).parent)
    where = said([program("man", "man-db"), "-w", page], PATH=f"{tools}:{os.environ['PATH']}")
    assert Path(where.stdout.strip()).samefile(installed(page)), where.stderr
    share = str(installed(page).parents[1])
    assert Path(said(["man", "-w", page], MANPATH=share).stdout.strip()).samefile(installed(page))


def test_the_doctor_tells_where_it_is() -> None:
    report = said([str(found.ours("storejet")), "doctor"]).stdout
    told = re.search(r"^  manual +(.*) \(for MANPATH\)$", report, re.MULTILINE)
    assert told and Path(told[1]).samefile(installed("storescu").parents[1]), report


@pytest.mark.parametrize("page", manual.PAGES)
def test_man_shows_every_section(page: str) -> None:
    program("man", "man-db")
    shown = said([str(found.ours("storejet")), "man", page])
    assert (shown.returncode, shown.stderr) == (0, "")
    headings = [line for line in shown.stdout.splitlines() if line.isupper() and line[0] != " " and "(" not in line]
    if page == "storejet":
        assert headings == ["COMMANDS" if name == "PARAMETERS" else name for name in SECTIONS if name not in (
            "OPTIONS", "NOTES", "COMMAND FILES")]  # fmt: skip
    else:
        assert headings == SECTIONS


@pytest.mark.parametrize("page", manual.PAGES)
def test_without_man_the_page_is_plain_text(page: str, tmp_path: Path) -> None:
    shown = said([str(found.ours("storejet")), "man", page], PATH=str(tmp_path))
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == manual.plain(page)
    for mark in ("`", "\\"):
        assert mark not in shown.stdout
    # what is shown is what man shows, but for its layout
    pages = said(["man", "-l", "-"], manual.roff(page), MANWIDTH="10000").stdout
    assert set(shown.stdout.split()[4:]) <= {*pages.replace("\u2019", "'").split(), "-"}


def test_a_man_that_cannot_show_it(tmp_path: Path) -> None:
    program = tmp_path / "man"
    program.write_text("#!/bin/sh\necho usage >&2\nexit 1\n")
    program.chmod(0o755)
    shown = said([str(found.ours("storejet")), "man", "storescu"], PATH=str(tmp_path))
    assert (shown.returncode, shown.stdout) == (0, manual.plain("storescu"))


def command_lines() -> list[str]:
    """Command lines of the tools in the manual and the documentation."""
    lines = [
        line for _page, examples in manual_prose.EXAMPLES for _text, lines in examples for line in lines.split("\n")
    ]
    for page in [found.PROJECT / "README.md", *(found.PROJECT / "docs").glob("*.md")]:
        for block in re.findall(r"^```sh\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE):
            lines += block.splitlines()
    found_lines = [re.search(r"\b(?:storescu|dcmsend) .*", line.partition(" ||")[0]) for line in lines]
    return [line[0] for line in found_lines if line]


def test_there_are_command_lines() -> None:
    assert len(command_lines()) >= 13


@pytest.mark.parametrize("line", command_lines())
def test_command_lines_that_people_copy_are_right(line: str) -> None:
    tool, *arguments = shlex.split(line)
    parsed = argv.parse(tool, [argument for argument in arguments if argument[0] != "@"])
    assert parsed.port == 104 and parsed.files


def test_the_page_of_the_program_itself_is_shown_by_default(tmp_path: Path) -> None:
    assert said([str(found.ours("storejet")), "man"], PATH=str(tmp_path)).stdout == manual.plain("storejet")


@pytest.mark.parametrize("arguments", [["storescp"], ["storescu", "dcmsend"]])
def test_a_page_that_is_none(arguments: list[str]) -> None:
    done = said([str(found.ours("storejet")), "man", *arguments])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "storejet: usage: storejet man [storescu|dcmsend|storejet]\n"


def test_every_command_is_in_the_help_and_on_the_page() -> None:
    terms = [
        block[1].split()[0]
        for heading, blocks in manual.sections("storejet")
        if heading == "COMMANDS"
        for block in blocks
    ]
    assert terms == [name for name, _arguments, _text in umbrella.COMMANDS]
    lines = umbrella.help_text().splitlines()
    assert [line.split()[0] for line in lines[4:] if not line.startswith("   ")] == terms
    assert all(len(line) <= 110 for line in lines)


def test_text_means_itself() -> None:
    """Nothing in a text is taken for a request, an escape or a mark."""
    assert manual._line(".SH 'x' -y `--z`") == "\\&.SH \\(aqx\\(aq \\-y \\fB\\-\\-z\\fR"
    assert manual._line("a\\b ~ ^") == "a\\eb \\(ti \\(ha"
    assert complaints(manual.roff("storejet") + manual._line(".NOSUCH 'x' \\*z") + "\n") == ""
