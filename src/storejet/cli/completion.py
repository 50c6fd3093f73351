"""``storejet completion``: scripts that complete the commands' options and arguments in bash, zsh and fish.

A script has two halves. The tables are made from the option table: the options of each command with what they do, and
for each option, parameter and subcommand what may stand there, one word an argument: ``file``, ``directory``, ``host``,
``=a,b`` (one of these) or ``-`` (anything). The other half walks over the words before the cursor, as argv.Scan does,
and finds out which argument is being typed.
"""

from storejet.cli import options, umbrella, wording
from storejet.cli.completion_walkers import BASH, FISH, ZSH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: what is asked for → what answers it, as (case words, lines)
Table = list[tuple[list[str], list[str]]]

_TOOLS = ("storescu", "dcmsend")

#: what the tables say of subcommands stands under this name, which is no tool's
_COMMANDS = "commands"


def script(shell: str) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``."""
    if shell == "fish":
        return FISH.replace("@TABLES@", _fish_tables())
    return {"bash": BASH, "zsh": ZSH}[shell].replace("@TABLES@", _tables())


def described(tool: str) -> "Iterable[tuple[str, str]]":
    """Every spelling of every option with what it does; those of "commands": the subcommands of storejet."""
    if tool == _COMMANDS:
        yield from ((name, text) for name, _arguments, text in umbrella.COMMANDS)
        return
    for _section, subsection, rows in wording.blocks(tool):
        for row in rows:
            text = " ".join([*row[options.HELP], *(f"({note})" for note in wording.notes(tool, subsection, row))])
            yield from ((name, text) for name in wording.spellings(row))


def argument_kinds() -> Table:
    """Options with arguments, as ``tool option``, and subcommands: what each of their arguments is."""
    table: Table = []
    for tool in _TOOLS:
        for _section, _subsection, rows in wording.blocks(tool):
            for row in rows:
                if row[options.ARGUMENTS]:
                    words = [f"{tool} {name}" for name in wording.spellings(row)]
                    table.append((words, [wording.completes(argument) for argument in row[options.ARGUMENTS]]))
    for name, arguments, _text in umbrella.COMMANDS:
        if arguments:
            table.append(([f"{_COMMANDS} {name}"], ["=" + ",".join(arguments)]))
    return table


def parameter_kinds() -> list[str]:
    """What each parameter is; the last one may be repeated."""
    return [wording.completes_parameter(name) for name, _help in options.PARAMETERS]


def _tables() -> str:
    """The tables for bash and zsh, which read the same."""
    lines = ["_storejet_options() {", "    case $1 in"]
    for tool in (*_TOOLS, _COMMANDS):
        lines.append(f"    {tool}) printf '%s\\t%s\\n' \\")
        lines += [f"        {_single(name)} {_single(text)} \\" for name, text in described(tool)]
        lines.append("        ;;")
    lines += ["    esac", "}", "_storejet_arguments() {", '    case "$1 $2" in']
    for words, kinds in argument_kinds():
        lines.append(f"    {'|'.join(map(_single, words))}) printf '%s\\n' {' '.join(map(_single, kinds))} ;;")
    lines += ["    esac", "}", f"_storejet_parameters=({' '.join(map(_single, parameter_kinds()))})"]
    return "\n".join(lines)


def _fish_tables() -> str:
    lines = ["function __storejet_options --argument-names tool", "    switch $tool"]
    for tool in (*_TOOLS, _COMMANDS):
        lines += [f"        case {tool}", "            printf '%s\\t%s\\n' \\"]
        pairs = [f"                {_fish(name)} {_fish(text)}" for name, text in described(tool)]
        lines.append(" \\\n".join(pairs))
    lines += ["    end", "end", "function __storejet_arguments --argument-names tool option"]
    lines.append('    switch "$tool $option"')
    for words, kinds in argument_kinds():
        lines += [
            f"        case {' '.join(map(_fish, words))}",
            f"            printf '%s\\n' {' '.join(map(_fish, kinds))}",
        ]
    lines += ["    end", "end", f"set -g __storejet_parameters {' '.join(map(_fish, parameter_kinds()))}"]
    return "\n".join(lines)


def _single(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
