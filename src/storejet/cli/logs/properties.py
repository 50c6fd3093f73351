"""Property files: lines of ``key = value``, variables in them, and values that are checked when they are asked for.

Pure over text, but for ``predefined``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from storejet.errors import UsageError
from storejet.log import printable

#: characters that variables may make of one key or value: what is longer was not written by a person
LONGEST = 65536

#: and of all keys and values of a file together
MOST = 4 * 1024 * 1024

_BLANKS = " \t\r\f\v"


class BadSetting(UsageError):
    """A setting that cannot be followed; the text names file, key and reason."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"Specified --log-config file {printable(file)}: {printable(key)}: {printable(reason)}")


def split_lines(text: str) -> dict[str, str]:
    """The properties in ``text``: key → value, both without blanks around them. Of equal keys the last one counts.

    ``#`` as the first character makes a comment; the first ``=`` divides; a line without one says nothing.
    """
    found: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").split("\n"):
        key, equals, value = line.strip(_BLANKS).partition("=")
        if equals and not key.startswith("#"):
            key = key.rstrip(_BLANKS)
            found.pop(key, None)
            found[key] = value.lstrip(_BLANKS)
    return found


def expand(properties: Mapping[str, str], surroundings: Mapping[str, str], file: str) -> dict[str, str]:
    """The properties with each ``${name}`` in key or value replaced: by another property, else by ``surroundings``.

    What is put in is searched for variables in turn. A name that stands for nothing, or for an empty text, stays as it
    is typed. Raises BadSetting for a brace that is not closed, a variable that contains itself, and a monster.
    """
    variables = _Variables(properties, surroundings, file)
    expanded = {}
    total = 0
    for key, value in properties.items():
        expanded_key, expanded_value = variables.replace(key, key, ()), variables.replace(value, key, ())
        total += len(expanded_key) + len(expanded_value)
        if total > MOST:
            raise BadSetting(file, key, f"variables make more than {MOST} characters of the file")
        expanded[expanded_key] = expanded_value
    return expanded


class _Variables:
    def __init__(self, properties: Mapping[str, str], surroundings: Mapping[str, str], file: str) -> None:
        self._properties = properties
        self._surroundings = surroundings
        self._file = file
        self._known: dict[str, str] = {}

    def replace(self, text: str, key: str, within: tuple[str, ...]) -> str:
        """``text`` with its variables replaced; ``within`` are those that it stands in."""
        parts = []
        at = 0
        length = 0
        while (start := text.find("${", at)) >= 0:
            end = text.find("}", start)
            if end < 0:
                raise BadSetting(self._file, key, "a variable has no closing brace")
            name = text[start + 2 : end]
            parts += [text[at:start], self._value(name, key, within) or text[start : end + 1]]
            length += len(parts[-2]) + len(parts[-1])
            if length > LONGEST:
                raise BadSetting(self._file, key, f"its variables make more than {LONGEST} characters of it")
            at = end + 1
        return "".join([*parts, text[at:]])

    def _value(self, name: str, key: str, within: tuple[str, ...]) -> str:
        if name in self._known:
            return self._known[name]
        if name in within:
            raise BadSetting(self._file, key, f"the variable {name} contains itself")
        if len(within) >= 100:
            raise BadSetting(self._file, key, "its variables stand within each other too deep")
        value = self._properties.get(name) or self._surroundings.get(name, "")
        self._known[name] = self.replace(value, key, (*within, name))
        return self._known[name]


def predefined(tool: str) -> dict[str, str]:
    """The variables that every file may use, before those of the environment."""
    now = time.localtime()
    return {
        **os.environ,
        "appname": tool,
        "hostname": os.uname().nodename,
        "pid": str(os.getpid()),
        "date": time.strftime("%Y%m%d", now),
        "time": time.strftime("%H%M%S", now),
    }


class Section:
    """The settings whose keys begin with a prefix, by the rest of their keys; it notes which ones were asked for."""

    def __init__(self, file: str, properties: Mapping[str, str], prefix: str, used: set[str]) -> None:
        self.file = file
        self._properties = properties
        self._prefix = prefix
        self._used = used

    def key(self, name: str) -> str:
        """The full key of a setting."""
        return self._prefix + name

    def section(self, name: str) -> Section:
        """The settings below a name."""
        return Section(self.file, self._properties, f"{self._prefix}{name}.", self._used)

    def names(self) -> list[str]:
        """What follows the prefix, of each setting."""
        start = len(self._prefix)
        return [key[start:] for key in self._properties if key.startswith(self._prefix)]

    def bad(self, name: str, reason: str) -> BadSetting:
        """The exception for a setting that cannot be followed."""
        return BadSetting(self.file, self.key(name), reason)

    def text(self, name: str, default: str = "") -> str:
        """A setting as it is written."""
        self._used.add(self.key(name))
        return self._properties.get(self.key(name), default)

    def flag(self, name: str, default: bool) -> bool:
        """``true``, ``false`` (in any case) or an integer, of which 0 means false. Raises BadSetting."""
        value = self.text(name)
        if not value:
            return default
        known = {"true": True, "false": False}.get(value.lower())
        if known is not None:
            return known
        if (number := _integer(value)) is not None:
            return number != 0
        raise self.bad(name, f"{value} is neither true nor false")

    def number(self, name: str, default: int) -> int:
        """An integer. Raises BadSetting."""
        value = self.text(name)
        if not value:
            return default
        if (number := _integer(value)) is None:
            raise self.bad(name, f"{value} is not a number")
        return number

    def size(self, name: str, default: int) -> int:
        """A number of bytes; with ``KB`` or ``MB`` behind it, of 1024 or 1024 × 1024 bytes. Raises BadSetting."""
        value = self.text(name).upper()
        factor = {"KB": 1024, "MB": 1024 * 1024}.get(value[-2:], 1)
        digits = value[:-2].rstrip(_BLANKS) if factor > 1 else value
        if not value:
            return default
        if (number := _integer(digits)) is None or number < 0:
            raise self.bad(name, f"{self.text(name)} is not a size (a number, KB or MB may follow)")
        return number * factor


def _integer(text: str) -> int | None:
    body = text[1:] if text[:1] in ("+", "-") else text
    return int(text) if body.isascii() and body.isdigit() and len(body) <= 18 else None
