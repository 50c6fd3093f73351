"""From a command line to Options: command files, grammar, values, exclusive groups, dependency checks.

Two passes. ``Scan`` knows the grammar only: which argument is an option, its value, a parameter. ``parse`` then looks
at values and at what options demand of each other, in the order in which DCMTK's tools do, so that of several mistakes
the same one is reported. What it finds after the log level is known is marked ``quietable`` (see storejet.errors).
"""

import sys

from storejet.cli import console, options
from storejet.errors import UsageError
from storejet.log import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from storejet.cli.logs.configuration import Configuration
    from storejet.cli.options import Row


#: after these stands what nobody is to read in a log
PASSWORDS = ("-pwd", "--password", "+pw", "--use-passwd")


class Options:
    """A command line that is free of mistakes. Options go by their long names without dashes; another name is KeyError.

    ``exclusive`` is "" or the option that asks for some text instead of work ("help", "version", "list-decoders"); then
    peer, port and files may be missing. ``level`` is the log level in force, ``configuration`` what --log-config asks
    for.
    """

    __slots__ = (
        "_given",
        "_index",
        "_numbers",
        "_winners",
        "configuration",
        "exclusive",
        "files",
        "level",
        "peer",
        "port",
        "tool",
    )

    if TYPE_CHECKING:
        tool: str
        exclusive: str
        peer: str
        port: int
        files: tuple[str, ...]
        level: int
        configuration: Configuration | None
        _index: dict[str, tuple[int, Row]]
        _given: dict[str, tuple[str, ...]]
        _winners: dict[str, str]
        _numbers: dict[str, int]

    def __init__(self, found: "Scan", exclusive: str, port: int, numbers: "dict[str, int]") -> None:
        fix = object.__setattr__
        fix(self, "tool", found.tool)
        fix(self, "exclusive", exclusive)
        fix(self, "peer", found.parameters[0] if found.parameters else "")
        fix(self, "port", port)
        fix(self, "files", tuple(found.parameters[2:]))
        fix(self, "level", found.level())
        fix(self, "configuration", found.configuration)
        fix(self, "_index", found.index)
        fix(self, "_given", found.given)
        fix(self, "_winners", found.winners)
        fix(self, "_numbers", numbers)

    def __setattr__(self, name: str, value: object) -> "NoReturn":
        raise AttributeError(f"Options are fixed: {name}")

    def __delattr__(self, name: str) -> "NoReturn":
        raise AttributeError(f"Options are fixed: {name}")

    def given(self, name: str) -> bool:
        """Whether the option stands on the command line, overruled by its group or not."""
        self._row(name)
        return name in self._given

    def flag(self, name: str) -> bool:
        """Whether the option is in force: given and, in an exclusive group, the winner (or the group's default)."""
        group = self._row(name)[options.GROUP]
        if group and group != "exit":
            return self.choice(group) == name
        return name in self._given

    def choice(self, group: str) -> str:
        """Long name of the winner of an exclusive group, else of its default member, else ""."""
        default = options.group_defaults(self.tool)[group]
        return self._winners.get(group, default)

    def text(self, name: str) -> str:
        """The argument of an option (of its rightmost occurrence), its default, or ""."""
        default = self._row(name)[options.DEFAULT]
        if self._given.get(name):
            return self._given[name][-1]
        return "" if default is None else str(default)

    def texts(self, name: str) -> tuple[str, ...]:
        """All arguments of an option: of its rightmost occurrence, or of every one if it may be repeated."""
        self._row(name)
        return self._given.get(name, ())

    def number(self, name: str) -> int | None:
        """The argument of an integer option, its default, or None; seconds or a count."""
        default = self._row(name)[options.DEFAULT]
        return self._numbers.get(name, default if isinstance(default, int) else None)

    def _row(self, name: str) -> "Row":
        return self._index["--" + name][1]


class Scan:
    """A command line split into options and parameters; nothing but its grammar is checked.

    ``given``: long name of each option, in the order of first appearance, to its arguments. ``winners``: exclusive
    group to the long name of its rightmost member. ``configuration``: what --log-config asks for, once it is read.
    """

    __slots__ = ("configuration", "given", "index", "parameters", "tool", "winners")

    def __init__(self, tool: str, argv: "Sequence[str]") -> None:
        """Raises UsageError for an unknown option or too few arguments after an option."""
        self.tool = tool
        self.configuration: Configuration | None = None
        self.index = options.index(tool)
        self.given: dict[str, tuple[str, ...]] = {}
        self.winners: dict[str, str] = {}
        self.parameters: list[str] = []
        at = 0
        while at < len(argv):
            argument = argv[at]
            at += 1
            # "-" and "-5" are parameters
            if len(argument) < 2 or argument[0] not in "+-" or "0" <= argument[1] <= "9":
                self.parameters.append(argument)
                continue
            if argument not in self.index:
                shown = argument
                for name in PASSWORDS:
                    if argument.startswith(name) and argument != name:  # what was meant as a password must not show up
                        shown = f"{name}=***" if argument[len(name)] == "=" else f"{name}***"
                raise UsageError(f"Unknown option {printable(shown)}")
            row = self.index[argument][1]
            name = row[options.LONG]
            end = at + len(row[options.ARGUMENTS])
            if end > len(argv):
                raise UsageError(f"Missing value for option --{name}")
            self._add(row, name, tuple(argv[at:end]))
            at = end

    def _add(self, row: "Row", name: str, values: tuple[str, ...]) -> None:
        if values and row[options.ARGUMENTS][0][1] == "strings":
            values = self.given.get(name, ()) + values
        self.given[name] = values
        if row[options.GROUP]:
            self.winners[row[options.GROUP]] = name

    def in_force(self, name: str) -> bool:
        """Whether an option is given and not overruled by a later member of its group."""
        if name not in self.given:
            return False
        group = self.index["--" + name][1][options.GROUP]
        return not group or self.winners[group] == name

    def level(self) -> int:
        """The log level of the tool's own records; an unknown name in --log-level counts as absent."""
        if self.configuration is not None:
            return self.configuration.level(f"dcmtk.apps.{self.tool}")
        if winner := self.winners.get("log"):
            return {"quiet": console.FATAL, "verbose": console.INFO, "debug": console.DEBUG}[winner]
        named = self.given["log-level"][0].lower() if "log-level" in self.given else ""
        return dict(console.LEVEL_NAMES).get(named, console.WARN)

    def level_of_errors(self) -> int:
        """The log level that decides whether a mistake on the command line is reported."""
        if "log-config" in self.given:
            from storejet.cli.logs import configuration

            # a pipe cannot be read a second time
            self.configuration = configuration.latest(self.given["log-config"][0], self.tool)
        return self.level() if self.configuration is None else self.configuration.level("")

    def configure(self) -> None:
        """Read the file of --log-config. Raises UsageError."""
        if self.configuration is None:
            from storejet.cli.logs.configuration import load

            self.configuration = load(self.given["log-config"][0], self.tool)

    def exclusive(self) -> str:
        """The option that asks for some text instead of work, the first one in the order of the table, or ""."""
        if "exit" in self.winners:
            for _place, row in self.index.values():
                if row[options.GROUP] == "exit" and row[options.LONG] in self.given:
                    return row[options.LONG]
        return ""


def parse(tool: str, argv: "Sequence[str]") -> Options:
    """The options of ``tool`` ("storescu" or "dcmsend") from ``argv``, expanded and without the program's name.

    Raises UsageError with the text that DCMTK's tools print after ``error: `` (where their rules are the same).
    """
    found = Scan(tool, argv)
    exclusive = found.exclusive() if argv else "help"
    if exclusive:
        return Options(found, exclusive, 0, {})
    for name, _help in options.PARAMETERS[len(found.parameters) :]:
        raise UsageError(f"Missing parameter {name}")
    # storescu looks at the port before it sets up its log, dcmsend after everything else
    port = _port(found, quietable=False) if tool == "storescu" else 0
    numbers: dict[str, int] = {}
    for _place, row in sorted([found.index["--" + name] for name in found.given]):
        name = row[options.LONG]
        if found.in_force(name):
            complaint = _broken_check(found, row) or _convert(row, found.given[name], numbers)
            if complaint:
                # a mistake in what sets up the log is reported before --quiet takes effect
                raise UsageError(complaint, quietable=name not in ("log-level", "log-config"))
            if name == "log-config":
                found.configure()
    port = port or _port(found, quietable=True)
    return Options(found, "", port, numbers)


def _broken_check(found: Scan, row: "Row") -> str:
    """What the first unfulfilled check of an option says, or ""."""
    for check in row[options.CHECKS]:
        kind, *names = check
        if kind == "verbose":
            if found.level() > console.INFO:
                return f"--{row[options.LONG]} only allowed with verbose mode"
            continue
        if names[0].startswith("@"):
            winner = found.winners.get(names[0][1:])
            names = [winner] if winner else []
        met = any(found.in_force(name) for name in names)
        if kind == "requires" and not met:
            return f"--{row[options.LONG]} only allowed with {one_of(names)}"
        if kind == "excludes" and met:
            return f"--{row[options.LONG]} not allowed with {one_of(names)}"
    return ""


def _convert(row: "Row", values: tuple[str, ...], numbers: "dict[str, int]") -> str:
    """Check the arguments of an option and put an integer into ``numbers``; what is wrong with them, or ""."""
    name = row[options.LONG]
    if len(values) > len(row[options.ARGUMENTS]):
        return ""  # of all occurrences; strings have nothing to check
    for (_name, kind, low, high), value in zip(row[options.ARGUMENTS], values, strict=True):
        invalid = f"Invalid value for option --{name}"
        if kind == "level":
            if value.lower() not in dict(console.LEVEL_NAMES):
                return f"Invalid log level for --{name} option"
        elif kind == "title":
            if rule := _title_rule(value):
                return f"{invalid} ({printable(value)}): {rule}"
        elif kind in ("unsigned", "seconds"):
            number = integer(value)
            if number is None or (kind == "unsigned" and "-" in value):
                return f"{invalid} ({printable(value)})" if value else invalid
            if kind == "seconds":
                number = min(number, high)
            if not low <= number <= high:
                return f"{invalid} ({'underflow' if number < low else 'overflow'}: {printable(value)})"
            numbers[name] = number
    return ""


def _port(found: Scan, quietable: bool) -> int:
    value = found.parameters[1]
    number = integer(value)
    if number is not None and 1 <= number <= 65535:
        return number
    side = "" if number is None else " (underflow)" if number < 1 else " (overflow)"
    raise UsageError(f"Invalid parameter value {printable(value)}{side}", quietable)


def _title_rule(title: str) -> str:
    """The rule of PS3.5 6.2 that an application entity title breaks, or "".

    A title that is too long is not cut: the peer would see another title than the one that was typed.
    """
    if len(title) > 16:
        return "an AE title has at most 16 characters (PS3.5 6.2)"
    if not title.strip(" "):
        return "an AE title must not be empty or all spaces (PS3.5 6.2)"
    if not title.isascii() or not title.isprintable() or "\\" in title:
        return "an AE title has no backslash, control or non-ASCII characters (PS3.5 6.2)"
    return ""


def integer(text: str) -> int | None:
    """A decimal integer, with blanks around it and a sign allowed, or None. Anything after the digits makes it None.

    More than 19 digits are all the same: too many.
    """
    body = text.strip(" \t\r\n\v\f")
    digits = body[1:] if body[:1] in ("+", "-") else body
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0") or "0"
    number = int(digits) if len(digits) <= 19 else 10**19
    return -number if body[0] == "-" else number


def one_of(names: "Sequence[str]") -> str:
    """The options as ``--a, --b or --c``."""
    shown = ["--" + name for name in names]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def expand(argv: "Sequence[str]") -> list[str]:
    """``argv`` with each ``@file`` replaced by the arguments in that file, wherever it stands. Not recursive.

    Raises UsageError if a command file cannot be read.
    """
    expanded: list[str] = []
    before = ""
    for argument in argv:
        if argument[:1] == "@" and len(argument) > 1:
            # a password that begins with @ names no file, but it must not show up in the message either
            shown = "***" if before in PASSWORDS else printable(argument[1:])
            expanded.extend(split(_command_file(argument[1:], shown)))
        else:
            expanded.append(argument)
        before = argument
    return expanded


def _command_file(name: str, shown: str) -> str:
    try:
        with open(name, "rb") as file:
            text = file.read().decode(sys.getfilesystemencoding(), "surrogateescape")
    except (OSError, ValueError) as error:
        raise UsageError(f"Cannot open command file '{shown}'") from (None if shown == "***" else error)
    if "\0" in text:
        raise UsageError(f"Command file '{shown}' contains a null character")
    return text


def split(text: str) -> list[str]:
    """The arguments in a command file.

    Space, tab, LF and CR separate. Either quote opens a block that only the same quote closes, and closing it ends the
    argument. A block that is not closed goes on to the end of the file. There is no escape and no comment.
    """
    found: list[str] = []
    end = len(text)
    at = 0
    double = single = -1
    while at < end:
        # each kind is looked for once per place, not once per word
        if double < at:
            double = _place(text, '"', at)
        if single < at:
            single = _place(text, "'", at)
        start = min(double, single)
        words = text[at:start].translate({9: " ", 10: " ", 13: " "}).split(" ")
        found.extend([word for word in words[:-1] if word])
        close = text.find(text[start], start + 1) if start < end else -1
        last = words[-1] + text[start + 1 : close if close >= 0 else end]
        if last or close >= 0:
            found.append(last)
        at = close + 1 if close >= 0 else end
    return found


def _place(text: str, mark: str, at: int) -> int:
    place = text.find(mark, at)
    return place if place >= 0 else len(text)
