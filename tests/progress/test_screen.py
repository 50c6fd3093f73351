"""The live line in a real terminal, tmux: what is on the screen, resized, interrupted, stopped, in the background."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from compat.inputs import Inputs
from peers import found, script
from peers.scp import ScriptedScp
from peers.script import Script

#: a bar with all that follows, on one row
ROW = re.compile(r"^ *\d+%\|.*\| \d+/40 objects", re.MULTILINE)


class Screen:
    """A shell in a window of tmux; ``prompt`` is what it says when it waits for a command."""

    def __init__(self, folder: Path) -> None:
        self._tmux = ["tmux", "-f", "/dev/null", "-S", str(folder / "tmux")]
        shell = "env -i TERM=screen PATH=/usr/bin:/bin HOME=/ PS1='ready> ' HISTFILE= bash --norc --noprofile -i"
        self.tmux("new-session", "-d", "-x", "100", "-y", "20", shell)
        self.wait(lambda text: text.rstrip().endswith("ready>"))

    def tmux(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, timeout=20, check=True)
        return done.stdout

    def type(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    @property
    def text(self) -> str:
        return self.tmux("capture-pane", "-p").rstrip("\n")

    def wait(self, told: Callable[[str], object], seconds: float = 20) -> str:
        until = time.monotonic() + seconds
        while not told(text := self.text):
            assert time.monotonic() < until, text
            time.sleep(0.02)
        return text

    def wait_for(self, pattern: str) -> str:
        return self.wait(lambda text: re.search(pattern, text, re.MULTILINE))


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    if shutil.which("tmux") is None:
        found.missing("tmux is not installed (Debian package tmux)")
    window = Screen(tmp_path)
    try:
        yield window
    finally:
        subprocess.run([*window._tmux, "kill-server"], check=False)


@pytest.fixture
def scp() -> Iterator[ScriptedScp]:
    with ScriptedScp(Script(on_response=script.delay(0.1))) as peer:
        yield peer


@pytest.fixture
def files(tmp_path: Path) -> str:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    one = Inputs(inputs).file("sc")
    folder = tmp_path / "f"
    folder.mkdir()
    for number in range(40):
        shutil.copy(one, folder / f"{number:02}.dcm")
    return f"{folder}/*.dcm"


@pytest.fixture(params=["storescu", "dcmsend"])
def command(request: pytest.FixtureRequest, scp: ScriptedScp, files: str) -> str:
    """Takes four seconds."""
    return f"clear; {request.getfixturevalue(request.param)} 127.0.0.1 {scp.port} {files}"


def run(screen: Screen, command: str) -> None:
    screen.type(command, "Enter")


def test_one_row_that_is_gone_in_the_end(screen: Screen, command: str) -> None:
    run(screen, command + "; echo ended $?")
    text = screen.wait(ROW.search)
    assert len(text.splitlines()) == 1, text
    time.sleep(0.5)
    text = screen.text
    assert len(text.splitlines()) == 1 and ROW.search(text), text
    text = screen.wait_for(r"^ended 0\nready>")
    assert text.splitlines() == ["ended 0", "ready>"]


@pytest.mark.parametrize("widths", [(50, 100, 30), (150, 60), (20, 21, 120)])
def test_a_window_that_changes_its_width_shows_one_row(screen: Screen, command: str, widths: tuple[int, ...]) -> None:
    """What is left of a line that was folded would stay for good."""
    run(screen, command + "; echo ended $?")
    screen.wait(ROW.search)
    for width in widths:
        screen.tmux("resize-window", "-x", str(width), "-y", "20")
        time.sleep(0.35)
        text = screen.text
        assert len(text.splitlines()) == 1, text
        assert re.match(r" *\d+%\|", text), text
    text = screen.wait_for(r"^ended 0\nready>")
    assert text.splitlines() == ["ended 0", "ready>"]


def test_ctrl_c(screen: Screen, command: str) -> None:
    run(screen, command)
    screen.wait(ROW.search)
    screen.type("C-c")
    text = screen.wait_for("^ready>")
    assert re.fullmatch(r"F: interrupted by the user[^\n]*(\n[^\n]*)?\nready>", text), text
    screen.type("echo $?", "Enter")
    screen.wait_for("^130")


def test_ctrl_z_and_back_in_the_background_and_in_front(screen: Screen, command: str) -> None:
    run(screen, "clear; sleep 0; " + command.removeprefix("clear; "))
    screen.wait(ROW.search)
    screen.type("C-z")
    text = screen.wait_for("^ready>")
    assert "%|" not in text, text
    assert "Stopped" in text
    screen.type("clear; bg", "Enter")
    time.sleep(0.6)
    assert "%|" not in screen.text, screen.text
    screen.type("clear; fg", "Enter")
    screen.wait(ROW.search)
    text = screen.wait_for("^ready>")
    assert "%|" not in text, text


def test_nothing_is_drawn_in_the_background(screen: Screen, command: str) -> None:
    run(screen, command + " & sleep 1.5; echo slept")
    text = screen.wait_for("^slept")
    assert "%|" not in text, text
    screen.type("fg", "Enter")
    screen.wait(ROW.search)


def test_warnings_stand_above_it(screen: Screen, files: str, storescu: Path) -> None:
    statuses = script.statuses(*[0] * 10, *[0xC000] * 3, *[0] * 27)
    with ScriptedScp(Script(on_response=script.delay(0.1), status=statuses)) as scp:
        run(screen, f"clear; {storescu} -nh 127.0.0.1 {scp.port} {files}; echo ended $?")
        text = screen.wait(lambda text: text.count("Store Failed") == 3 and ROW.search(text))
        assert ROW.match(text.splitlines()[-1]), text
        text = screen.wait_for(r"^ended 0\nready>")
    assert "%|" not in text
    assert text.count("Store Failed, file:") == 3
