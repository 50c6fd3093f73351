"""The manual pages of the commands, made from the option table, the exit codes and the words of manual_prose.

``sections`` is a page as data; ``roff`` writes it for ``man`` (man(7)), ``plain`` for a terminal without it. Pure: the
build calls this before there is a compiled core.
"""

from storejet._version import DATE, VERSION
from storejet.cli import manual_prose as prose
from storejet.cli import options, umbrella, wording
from storejet.tables import exits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from storejet.cli.manual_prose import Block
    from storejet.cli.options import Row

    Section = tuple[str, tuple[Block, ...]]

PAGES = ("storescu", "dcmsend", "storejet")


def sections(page: str) -> "list[Section]":
    """The page: headings with their blocks."""
    if page == "storejet":
        return _umbrella_sections()
    about = dict(options.DESCRIPTIONS)[page]
    names = " ".join(name for name, _help in options.PARAMETERS)
    strict = ("sub", "With --strict-exit")
    return [
        ("NAME", (("name", page, about),)),
        ("SYNOPSIS", (("text", f"`{page}` [options] {names}..."),)),
        ("DESCRIPTION", prose.STORESCU if page == "storescu" else prose.DCMSEND),
        ("PARAMETERS", tuple(("term", name, text) for name, text in options.PARAMETERS)),
        ("OPTIONS", tuple(_option_blocks(page))),
        ("NOTES", prose.NOTES),
        ("COMMAND FILES", prose.COMMAND_FILES),
        ("EXIT CODES", (*_exit_blocks(page[0]), strict, *_exit_blocks("x"))),
        ("ENVIRONMENT", prose.ENVIRONMENT),
        ("FILES", prose.FILES),
        ("EXAMPLES", _example_blocks(page)),
        ("SEE ALSO", (("text", _see_also(page)),)),
    ]


def _umbrella_sections() -> "list[Section]":
    return [
        ("NAME", (("name", "storejet", "sends DICOM objects to a storage SCP"),)),
        ("SYNOPSIS", (("text", "`storejet` COMMAND [arguments]"), ("text", "`storejet` `--help` | `--version`"))),
        ("DESCRIPTION", prose.STOREJET),
        (
            "COMMANDS",
            tuple(("term", umbrella.usage(name, arguments), f"{text}.") for name, arguments, text in umbrella.COMMANDS),
        ),
        (
            "EXIT CODES",
            (
                (
                    "text",
                    "Those of the tool that is run. Otherwise 0, or 1 for a mistake or a finding that needs attention.",
                ),
            ),
        ),
        ("ENVIRONMENT", prose.ENVIRONMENT),
        ("FILES", prose.FILES),
        ("EXAMPLES", _example_blocks("storejet")),
        ("SEE ALSO", (("text", _see_also("storejet")),)),
    ]


def _option_blocks(tool: str) -> "Iterable[Block]":
    heading = ""
    for section, subsection, rows in wording.blocks(tool):
        title = section if not subsection else f"{section}: {subsection}"
        if title != heading:
            heading = title
            yield "sub", title[0].upper() + title[1:]
        for row in rows:
            yield "term", option_term(row), option_text(tool, subsection, row)


def option_term(row: "Row") -> str:
    """``-ll, --log-level [l]evel``."""
    return " ".join([", ".join(wording.spellings(row)), *wording.argument_names(row)])


def option_text(tool: str, subsection: str, row: "Row") -> str:
    """What an option does, the values that it takes, its default and its conditions."""
    text = " ".join(row[options.HELP])
    if wording.takes_level(row):
        text += f"; one of {wording.LEVELS}"
    elif row[options.ARGUMENTS] and " (" in wording.kind(row):
        text += f"; {wording.kind(row)}"
    return " ".join([text, *(f"({note})" for note in wording.notes(tool, subsection, row))])


def _exit_blocks(where: str) -> "tuple[Block, ...]":
    return tuple(("term", row[exits.CODE], row[exits.MEANING]) for row in exits.ROWS if row[exits.WHERE] == where)


def _example_blocks(page: str) -> "tuple[Block, ...]":
    return tuple(("example", text, command) for text, command in dict(prose.EXAMPLES)[page])


def _see_also(page: str) -> str:
    return ", ".join(f"`{name}`(1)" for name in sorted(PAGES) if name != page)


# -- man(7) -----------------------------------------------------------------------------------------------------------


def roff(page: str) -> str:
    """The page as source for ``man``."""
    lines = [f'.TH {page.upper()} 1 "{DATE}" "storejet {VERSION}" "User Commands"']
    for heading, content in sections(page):
        lines.append(f".SH {heading if ' ' not in heading else _quoted(heading)}")
        first = True  # the heading makes the space above a paragraph
        for kind, *words in content:
            if kind == "name":
                lines.append(f"{words[0]} \\- {_escaped(words[1])}")
            elif kind == "sub":
                lines.append(f".SS {_quoted(words[0])}")
            elif kind == "term":
                lines += [".TP", f"\\fB{_escaped(words[0])}\\fR", _line(words[1])]
            else:
                lines += ([] if first else [".PP"]) + [_line(words[0])]
                if kind == "example":
                    lines += [".PP", ".RS 4", ".nf", *map(_escaped, words[1].split("\n")), ".fi", ".RE"]
            first = kind == "sub"
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """A paragraph as one line, what stands between ``\\``` bold."""
    parts = _escaped(text).split("`")
    line = "".join(f"\\fB{part}\\fR" if at % 2 else part for at, part in enumerate(parts))
    return line


def _escaped(text: str) -> str:
    """Text that means itself: no requests, no escapes, hyphens and quotes that can be copied and typed."""
    text = (
        text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("~", "\\(ti").replace("^", "\\(ha")
    )
    return f"\\&{text}" if text.startswith(".") else text


def _quoted(text: str) -> str:
    return '"' + _escaped(text).replace('"', "\\(dq") + '"'


# -- a terminal without man -------------------------------------------------------------------------------------------


def plain(page: str, columns: int = 80) -> str:
    """The page as text."""
    from textwrap import TextWrapper

    def wrap(text: str, indent: int) -> list[str]:
        space = " " * indent
        return TextWrapper(columns, initial_indent=space, subsequent_indent=space, break_on_hyphens=False).wrap(
            text.replace("`", "")
        )

    lines = [f"{page.upper()}(1), storejet {VERSION}"]
    for heading, content in sections(page):
        lines += ["", heading]
        for kind, *words in content:
            if kind == "name":
                lines.append(f"    {words[0]} - {words[1]}")
            elif kind == "sub":
                lines += ["", f"  {words[0]}"]
            elif kind == "term":
                lines.append(f"    {words[0]}")
                lines += wrap(words[1], 8)
            else:
                lines += wrap(words[0], 4)
                if kind == "example":
                    lines += [f"        {line}" for line in words[1].split("\n")]
    return "\n".join(lines) + "\n"


# -- storejet man -----------------------------------------------------------------------------------------------------


def show(page: str) -> int:
    """Show a page by ``man``, wherever its folders are, or as plain text where that does not do it; an exit code."""
    import shutil
    import subprocess
    import sys

    program = shutil.which("man")
    # there are programs of this name that cannot show what they are given
    if not program or subprocess.run([program, "-l", "-"], input=roff(page).encode(), check=False).returncode:
        sys.stdout.write(plain(page))
        sys.stdout.flush()
    return 0
