"""What the option table says of an option, in the words that help text, manual, completion and docs share. Pure."""

from storejet.cli import argv, console, options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from storejet.cli.options import Argument, Row

_KINDS = {
    "string": "string",
    "strings": "string",
    "title": "string",
    "level": "string constant",
    "unsigned": "integer",
    "seconds": "integer",
}

#: an upper limit above this is there for the machine's sake and not worth a word
_WORTH_SHOWING = 1_000_000

#: numbers that are so few are completed one by one
_FEW = 10

#: the two last names of levels are taken, but DCMTK's help does not show them
LEVELS = ", ".join(name for name, _level in console.LEVEL_NAMES[:-2])


def blocks(tool: str) -> "Iterator[tuple[str, str, list[Row]]]":
    """Section, subsection and options of a tool, in the order of the help text; blocks that are empty left out."""
    for _rank, section, subsection, rows in options.BLOCKS:
        own = [row for row in rows if tool[0] in row[options.TOOLS]]
        if own:
            yield section, subsection, own


def spellings(row: "Row") -> list[str]:
    """The option as it may be typed: short, long."""
    return [*([row[options.SHORT]] if row[options.SHORT] else []), "--" + row[options.LONG]]


def argument_names(row: "Row") -> list[str]:
    """``[f]ilename``, ``[p]rofile``: the letter in brackets stands for it in the text."""
    return [f"[{name[0]}]{name[1:]}" for name, _, _, _ in row[options.ARGUMENTS]]


def kind(row: "Row") -> str:
    """``string``, ``string constant``, ``integer (0..9)``: what the first argument is."""
    _name, key, low, high = row[options.ARGUMENTS][0]
    limits = f" ({low}..{high})" if high and high < _WORTH_SHOWING and key == "unsigned" else ""
    return f"{_KINDS[key]}{limits}"


def takes_level(row: "Row") -> bool:
    """Whether the argument is one of LEVELS."""
    return bool(row[options.ARGUMENTS]) and row[options.ARGUMENTS][0][1] == "level"


def notes(tool: str, subsection: str, row: "Row") -> list[str]:
    """Default and checks: ``default: 6``, ``only with --user``, each for brackets of its own."""
    _tools, _short, long, _arguments, group, default, checks, _text = row
    found = []
    if group and options.group_defaults(tool).get(group) == long:
        found.append("default")
    elif default not in (None, ""):
        found.append(f"default: {default}")
    for check, *names in checks:
        # headings say it for a whole block, and that TLS options need TLS goes without saying
        if check == "requires" and "only with" not in subsection and names[0] != "enable-tls":
            found.append(f"only with {argv.one_of(names)}")
        elif check == "excludes":
            found.append(f"not with {argv.one_of(names).replace('@propose', 'propose-...')}")
    return found


def completes(argument: "Argument") -> str:
    """What a shell may offer for an argument: ``file``, ``directory``, ``=a,b`` (one of these), or ``-`` (nothing).

    The name tells what names a file (see options.py).
    """
    name, key, low, high = argument
    if key == "level":
        return "=" + ",".join(name for name, _level in console.LEVEL_NAMES)
    if key == "unsigned" and high - low < _FEW:
        return "=" + ",".join(str(number) for number in range(low, high + 1))
    if name.endswith(("filename", " file")):
        return "file"
    return "directory" if name == "directory" else "-"


def completes_parameter(name: str) -> str:
    """Likewise for a parameter; ``host`` besides."""
    return {"peer": "host", "dcmfile-in": "file"}.get(name, "-")
