"""Log lines on stderr, output on stdout."""

import os
import subprocess
import sys

import pytest

from storejet.cli import console


@pytest.mark.parametrize(
    ("level", "letters"),
    [
        (console.TRACE, "FEWID"),
        (console.DEBUG, "FEWID"),
        (console.INFO, "FEWI"),
        (console.WARN, "FEW"),
        (console.ERROR, "FE"),
        (console.FATAL, "F"),
        (console.OFF, ""),
    ],
)
def test_levels(level: int, letters: str, capfd: pytest.CaptureFixture[str]) -> None:
    log = console.Console(level)
    for method in (log.fatal, log.error, log.warn, log.info, log.debug):
        method("text")
    out, err = capfd.readouterr()
    assert err == "".join(f"{letter}: text\n" for letter in letters)
    assert out == ""
    assert (log.verbose, log.debugging) == ("I" in letters, "D" in letters)


def test_warnings_are_shown_by_default() -> None:
    assert console.Console().level == console.WARN


def test_every_line_has_the_prefix(capfd: pytest.CaptureFixture[str]) -> None:
    console.Console(console.INFO).block(["one", "", "two", ""])
    assert capfd.readouterr().err == "I: one\nI: \nI: two\nI: \n"


@pytest.mark.parametrize(("level", "told"), [(console.TRACE, True), (console.DEBUG, True), (console.INFO, False)])
def test_a_dump_is_for_debugging(level: int, told: bool, capfd: pytest.CaptureFixture[str]) -> None:
    console.Console(level).dump(["one", "two\n"])
    assert capfd.readouterr().err == ("D: one\nD: two\\n\n" if told else "")


def test_all_layers_speak_with_one_voice() -> None:
    log = console.Console()
    assert log.net is log
    assert log.data is log


@pytest.mark.parametrize("level", range(7))
def test_dots_are_shown_at_exactly_one_level(level: int) -> None:
    assert console.Console(level).progress is (level == console.INFO)


def test_a_notice_is_written_whatever_the_level(capfd: pytest.CaptureFixture[str]) -> None:
    console.Console(console.OFF).notice(["text"])
    assert capfd.readouterr().err == "I: text\n"


def test_out_writes_what_it_gets(capfd: pytest.CaptureFixture[str]) -> None:
    log = console.Console(console.OFF)
    log.out("XMIT: ")
    log.out("..\n")
    assert capfd.readouterr() == ("XMIT: ..\n", "")


def test_err_writes_what_it_gets(capfd: pytest.CaptureFixture[str]) -> None:
    console.Console(console.WARN).block(["text"])
    assert capfd.readouterr() == ("", "")


def test_file_names_come_out_with_their_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    name = b"caf\xe9 \xc3\xa9".decode("utf-8", "surrogateescape")
    console.Console().error(name)
    console.Console().out(name)
    assert capfdbinary.readouterr() == (b"caf\xe9 \xc3\xa9", b"E: caf\xe9 \xc3\xa9\n")


def test_no_text_is_too_odd(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    console.Console().error("lone \ud800 surrogate")
    assert capfdbinary.readouterr().err == b"E: lone \\ud800 surrogate\n"


CHILD = """
import sys
sys.path[:] = {path!r}
from storejet.cli.console import Console
Console().error("e" * 100_000)
Console().out("o" * 100_000)
sys.exit(7)
"""


@pytest.mark.parametrize("broken", ["closed", "full", "pipe"])
def test_a_broken_stderr_or_stdout_does_not_matter(broken: str) -> None:
    command = [sys.executable, "-I", "-S", "-c", CHILD.format(path=sys.path)]
    if broken == "closed":
        code = subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&-', "sh", *command], check=False).returncode
    elif broken == "full":
        with open("/dev/full", "wb") as full:
            code = subprocess.run(command, stdout=full, stderr=full, check=False).returncode
    else:
        reader, writer = os.pipe()
        os.close(reader)
        code = subprocess.run(command, stdout=writer, stderr=writer, check=False).returncode
        os.close(writer)
    assert code == 7


def test_a_long_record_arrives_whole() -> None:
    command = [sys.executable, "-I", "-S", "-c", CHILD.format(path=sys.path)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.stderr == b"E: " + b"e" * 100_000 + b"\n"
    assert done.stdout == b"o" * 100_000


def test_a_record_that_is_taken_in_pieces_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def a_few_bytes(descriptor: int, data: bytes) -> int:
        taken.append((descriptor, data[:3]))
        return len(data[:3])

    monkeypatch.setattr(console.posix, "write", a_few_bytes)
    console.Console().error("long text")
    assert b"".join(data for _, data in taken) == b"E: long text\n"
    assert {descriptor for descriptor, _ in taken} == {2}


def test_arguments_record() -> None:
    line = ["--arguments", "-q", "-aet", "-v", "-v", "peer", "104", "", "a b"]
    assert console.arguments_record("storescu", line) == (
        "calling 'storescu' with 9 arguments: "
        "'--arguments' '--quiet' '--aetitle' '-v' '--verbose' 'peer' '104' '' 'a b' ",
        "",
    )
    assert console.arguments_record("dcmsend", []) == ("calling 'dcmsend' with 0 arguments: ", "")


def test_identification() -> None:
    from storejet import __version__

    assert console.identification("dcmsend") == f"$storejet: dcmsend v{__version__} $"


def test_a_record_holds_no_control_characters(capfd: pytest.CaptureFixture[str]) -> None:
    """What a file or a peer is called must not move the cursor or forge a line."""
    console.Console(console.WARN).error("Bad DICOM file: a\x1b[2Jb\rc\x9b: two\nlines")
    assert capfd.readouterr().err == "E: Bad DICOM file: a\\x1b[2Jb\\rc\\x9b: two\\nlines\n"
