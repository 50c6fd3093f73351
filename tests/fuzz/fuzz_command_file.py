"""Fuzz command files and command lines: ``python tests/fuzz/fuzz_command_file.py [--seconds N] [--seed S]``; exit code
0 if nothing was found.

A command file is split as a second splitter here does it, character by character. Whatever stands in it either makes
Options or raises UsageError with one printable line, in which no password shows up. The same seed makes the same files.
The package must be installed: the messages tell of its compiled core.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from campaign import campaign

from storejet.cli import argv, console, options, render
from storejet.errors import UsageError

SECRET = "Tr0ub4dor"
WORDS = [row[options.SHORT] for _, _, _, rows in options.BLOCKS for row in rows if row[options.SHORT]]
WORDS += ["--" + row[options.LONG] for _, _, _, rows in options.BLOCKS for row in rows]
PIECES = [
    *WORDS, *"\"\"''  \t\n\r@+-\\#", "localhost", "104", "file.dcm", "0", "-1", "65536", "", "@other", "@@", "--", "+5",
    "\udcff", "\u2028", "\x1b[2J", "\u00e4", "9" * 25, "info", f" -pwd {SECRET} ", f' -usr u --password "{SECRET}" ',
]  # fmt: skip


def twin(text: str) -> list[str]:
    """The arguments in a command file, slowly."""
    found: list[str] = []
    word, quote = "", ""
    for c in text:
        if quote:
            if c == quote:
                found.append(word)
                word, quote = "", ""
            else:
                word += c
        elif c in "\"'":
            quote = c
        elif c in " \t\n\r":
            if word:
                found.append(word)
            word = ""
        else:
            word += c
    return [*found, word] if word else found


def check(text: str, file: Path) -> None:
    """Split, expand and parse what the file holds, for both tools."""
    words = argv.split(text)
    assert words == twin(text), "the two splitters differ"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    try:
        expanded = argv.expand(["-v", f"@{file}", "end"])
    except UsageError as error:
        assert "\0" in text, "a command file that cannot be read"
        assert safe(str(error)), "a message that is not printable"
        return
    assert expanded == ["-v", *words, "end"], "expanded otherwise than split"
    for tool in ("storescu", "dcmsend"):
        for line in console.arguments_record(tool, expanded):
            assert not shown(line, tool, expanded), "a password in --arguments"
        try:
            parsed = argv.parse(tool, expanded)
        except UsageError as error:
            report = render.usage_error(tool, expanded, error)
            assert safe(error.text), "a message that is not printable"
            assert not shown(report, tool, expanded), "a password in a message"
        else:
            assert parsed.exclusive or 1 <= parsed.port <= 65535, "no port"


def shown(text: str, tool: str, words: list[str]) -> bool:
    """Whether the text has the password, though it stands nowhere but as the value of an option that takes one."""
    elsewhere = False
    values, secret = 0, False
    known = options.index(tool)
    for word in words:
        if values:
            values -= 1
            elsewhere |= SECRET in word and not secret
        elif word in known:
            row = known[word][1]
            values, secret = len(row[options.ARGUMENTS]), word in argv.PASSWORDS
        else:
            elsewhere |= SECRET in word
    return SECRET in text and not elsewhere


def safe(text: str) -> bool:
    return all(c.isprintable() or "\ud800" <= c <= "\udfff" for c in text)


def text_of(chance: random.Random) -> str:
    separator = chance.choice(["", " ", " ", "\n"])
    text = separator.join(chance.choice(PIECES) for _ in range(chance.randint(0, 25)))
    return text + "\0" if chance.random() < 0.02 else text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        raise SystemExit(
            campaign(
                "Fuzz command files and command lines.",
                "command files",
                text_of,
                lambda text: check(text, Path(folder) / "command"),
            )
        )
