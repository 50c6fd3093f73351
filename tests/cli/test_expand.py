"""Command files: @file on the command line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storejet.cli import argv
from storejet.errors import UsageError


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", []),
        (" \t\r\n", []),
        ("a b\tc\rd\ne\r\n", ["a", "b", "c", "d", "e"]),
        ("a\x0bb\x0cc\u00a0d", ["a\x0bb\x0cc\u00a0d"]),
        ('ab"c d"ef', ["abc d", "ef"]),
        ("ab'c\td'ef", ["abc\td", "ef"]),
        ('""', [""]),
        ("'' \"\"", ["", ""]),
        ('"a""b"', ["a", "b"]),
        ('ab""cd', ["ab", "cd"]),
        ("a'b\"c'd", ['ab"c', "d"]),
        ('"it\'s"', ["it's"]),
        ('x "open 1\n2 ', ["x", "open 1\n2 "]),
        ('x"', ["x"]),
        ('x "', ["x"]),
        ('"a" "', ["a"]),
        ("\"a'b", ["a'b"]),
        ("a\\ b", ["a\\", "b"]),
        ("# no comment", ["#", "no", "comment"]),
        ("@other", ["@other"]),
        ("\ufeffx", ["\ufeffx"]),
    ],
)
def test_grammar(text: str, arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "arguments"
    file.write_bytes(text.encode())
    assert argv.expand(["before", f"@{file}", "after"]) == ["before", *arguments, "after"]


def test_a_lone_at_sign_is_a_parameter() -> None:
    assert argv.expand(["@", "a@b"]) == ["@", "a@b"]


def test_even_the_value_of_an_option_is_expanded(tmp_path: Path) -> None:
    file = tmp_path / "title"
    file.write_text("ME localhost 104")
    found = argv.parse("storescu", argv.expand(["-aet", f"@{file}", "f"]))
    assert (found.text("aetitle"), found.peer, found.port, found.files) == ("ME", "localhost", 104, ("f",))


def test_an_empty_command_file_alone_asks_for_help(tmp_path: Path) -> None:
    file = tmp_path / "empty"
    file.write_text("\n")
    assert argv.parse("dcmsend", argv.expand([f"@{file}"])).exclusive == "help"


def test_bytes_survive(tmp_path: Path) -> None:
    file = tmp_path / "names"
    file.write_bytes(b'caf\xe9 "a \xff"')
    names = [name.encode("utf-8", "surrogateescape") for name in argv.expand([f"@{file}"])]
    assert names == [b"caf\xe9", b"a \xff"]


def test_unreadable(tmp_path: Path) -> None:
    for name in (tmp_path / "missing", tmp_path):
        with pytest.raises(UsageError, match=f"Cannot open command file '{name}'$") as caught:
            argv.expand([f"@{name}"])
        assert not caught.value.quietable
    with pytest.raises(UsageError, match="Cannot open command file"):
        argv.expand(["@a\0b"])


def test_null_characters_are_refused(tmp_path: Path) -> None:
    """No file name and no title holds one; the system would cut the argument there without a word."""
    file = tmp_path / "binary"
    file.write_bytes(b"a\0b")
    with pytest.raises(UsageError, match="null character"):
        argv.expand([f"@{file}"])


def by_characters(text: str) -> list[str]:
    """The same grammar, one character at a time."""
    found: list[str] = []
    word = ""
    mark = ""
    for char in text:
        if mark:
            if char == mark:
                found.append(word)
                word = mark = ""
            else:
                word += char
        elif char in "\"'":
            mark = char
        elif char in " \t\r\n":
            if word:
                found.append(word)
            word = ""
        else:
            word += char
    return [*found, word] if word else found


@settings(max_examples=1000)
@given(st.text(alphabet="ab \t\r\n\"'\\#@"))
def test_same_as_one_character_at_a_time(text: str) -> None:
    assert argv.split(text) == by_characters(text)


def test_many_quoted_names_take_no_time() -> None:
    names = [f"directory/file {number}.dcm" for number in range(50_000)]
    assert argv.split("\n".join(f'"{name}"' for name in names)) == names
