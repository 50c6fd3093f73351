"""Real shells that complete what is typed into them, as a person sees it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

from peers import found

PATIENCE = 20.0

#: shell → how it is started so that no configuration of this machine counts
START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "zsh, autoloaded": ["zsh", "-f", "-i"],
}
#: what is typed before anything else; ``show`` prints its arguments
SET_UP = {
    "bash": "PS1=; HOSTFILE=~/hosts; bind 'set enable-bracketed-paste off'; source {script}",
    "zsh": "PROMPT=; unsetopt prompt_sp prompt_cr; autoload -Uz compinit; compinit -u -D; source {script}",
    "zsh, autoloaded": "PROMPT=; unsetopt prompt_sp prompt_cr; mkdir functions; cp {script} functions/_storejet;"
    " fpath=(functions $fpath); autoload -Uz compinit; compinit -u -D",
}
SHOW = "show() { printf '<%s>' \"$@\"; printf '%s\\n' 'E''ND'; }; printf '%s\\n' 'REA''DY'"


def shell(name: str) -> Path:
    """The shell; the test is skipped where it is not installed, and fails where all must be there."""
    path = shutil.which(name)
    if path is None:
        found.missing(f"{name} is not installed (Debian package {name})")
    return Path(path)


def script(name: str, folder: Path) -> Path:
    """The completion script that the installed command prints."""
    done = subprocess.run(
        [found.ours("storejet"), "completion", name], capture_output=True, text=True, timeout=30, check=True
    )
    path = folder / f"completion.{name}"
    path.write_text(done.stdout)
    return path


def environment(home: Path) -> dict[str, str]:
    """Nothing of the caller's but where programs are."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "dumb", "LC_ALL": "C.UTF-8", "COLUMNS": "1000"}


class Typist:
    """A shell on a terminal of its own, in ``folder``. A context manager."""

    def __init__(self, name: str, folder: Path) -> None:
        shell(START[name][0])
        self._name = name
        self._folder = folder

    def __enter__(self) -> Typist:
        here, there = pty.openpty()
        self._terminal = here
        self._process = subprocess.Popen(
            START[self._name], stdin=there, stdout=there, stderr=there, cwd=self._folder, start_new_session=True,
            env=environment(self._folder),
        )  # fmt: skip
        os.close(there)
        path = script(START[self._name][0], self._folder)
        self._type(SET_UP[self._name].format(script=path) + f"; {SHOW}\r")
        self._until("READY")
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def completed(self, line: str) -> list[str]:
        """The words that the line consists of once the tabulator was pressed at its end."""
        # what is typed ahead is read when the completion is done: to the beginning of the line, and have it shown
        self._type(f"{line}\t\x01show \r")
        text = self._until("END")
        return text[text.rindex("<" + line.split(maxsplit=1)[0] + ">") + 1 : text.rindex(">")].split("><")

    def _type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def _until(self, mark: str) -> str:
        text = b""
        end = time.monotonic() + PATIENCE
        while mark.encode() not in text:
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{self._name} said: {text.decode(errors='replace')}"
            text += os.read(self._terminal, 65536)
        return text.decode()


def bash_candidates(line: str, path: Path) -> list[str]:
    """What bash's completion offers at the end of a line that has no special characters."""
    words = line.split(" ")
    code = (
        f"source {path}; COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_LINE={line!r};"
        f"COMP_POINT=${{#COMP_LINE}}; COMP_CWORD={len(words) - 1};"
        f"{function_of(words[0], path)} {words[0]} {words[-1]!r};"
        "printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run([shell("bash"), "-c", code], capture_output=True, text=True, timeout=30, check=True)
    return done.stdout.split()


def function_of(command: str, path: Path) -> str:
    """The function that bash was told to call for the command."""
    done = subprocess.run(
        [shell("bash"), "-c", f"source {path}; complete -p {command}"],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    words = done.stdout.split()
    return words[words.index("-F") + 1]


def zsh_options(tool: str, path: Path) -> list[str]:
    """The options in zsh's script: the list that its completion function describes."""
    code = f"compdef() {{ : }}; source {path}; _storejet_options {tool}"
    done = subprocess.run([shell("zsh"), "-f", "-c", code], capture_output=True, text=True, timeout=30, check=True)
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


def fish_candidates(line: str, path: Path, folder: Path) -> list[str]:
    """What fish offers at the end of a line."""
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", f"source {path}; complete -C '{line}'"],
        capture_output=True, text=True, timeout=30, check=True, cwd=folder, env=environment(folder),
    )  # fmt: skip
    assert done.stderr == ""
    return [candidate.split("\t")[0] for candidate in done.stdout.splitlines()]
