"""``storejet completion``: real shells complete options, constants, files, directories and hosts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from peers import found

from cli import shells
from storejet.cli import completion, console, options, wording

TOOLS = ("storescu", "dcmsend")

#: what is typed → the last word once it is completed; None: nothing is completed
LINES = (
    ("storescu --log-l", "--log-level"),
    ("dcmsend --list-d", "--list-decoders"),
    ("storescu +fo -rn +zz", None),
    ("storescu --log-level fat", "fatal"),
    ("storescu -v -ll fat", "fatal"),
    ("dcmsend +cl 7", "7"),
    ("storescu +cf ca", "ca.pem"),
    ("storescu +cd cer", "certificates/"),
    ("storescu +tls ca.pem cli", "client.pem"),
    ("storescu -x= -xf arch", "archive.cfg"),
    ("storescu -xf archive.cfg arch", None),
    ("storescu --password arch", None),
    ("storescu -aet -ll fat", None),
    ("storescu paul", "paulus.example.org"),
    ("dcmsend -v +crf rep paul", "paulus.example.org"),
    ("dcmsend -v paulus.example.org 104 ima", "image.dcm"),
    ("dcmsend paulus.example.org 104 image.dcm cli", "client.pem"),
    ("dcmsend paulus.example.org 104 image.dcm --scan-p", "--scan-pattern"),
    ("dcmsend paulus.example.org arch", None),
    ("storescu -q @arch", "@archive.cfg"),
    ("storejet comp", "completion"),
    ("storejet completion fi", "fish"),
    ("storejet man dcm", "dcmsend"),
    ("storejet man dcmsend arch", None),
    ("storejet demo arch", None),
    ("storejet storescu --rep", "--repeat"),
    ("storejet dcmsend paulus.example.org 104 ima", "image.dcm"),
    ("./tools/storescu --log-l", "--log-level"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files to complete; also the home of the shells."""
    path = tmp_path_factory.mktemp("completion")
    for name in ("ca.pem", "client.pem", "archive.cfg", "image.dcm", "certificate.txt", "two words.dcm"):
        (path / name).write_text("")
    (path / "certificates").mkdir()
    (path / "tools").mkdir()
    (path / "hosts").write_text("127.0.0.1 paulus.example.org\n")
    (path / ".ssh").mkdir()
    (path / ".ssh" / "known_hosts").write_text("paulus.example.org ssh-ed25519 AAAA\n")
    return path


@pytest.fixture(scope="module", params=list(shells.START))
def typist(request: pytest.FixtureRequest, folder: Path) -> Iterator[shells.Typist]:
    with shells.Typist(request.param, folder) as typist:
        yield typist


@pytest.mark.parametrize(("line", "completed"), LINES, ids=[line for line, _ in LINES])
def test_typed_and_completed(typist: shells.Typist, line: str, completed: str | None) -> None:
    words = line.split()
    found = typist.completed(line)
    # zsh takes the slash behind a directory away when the line is sent
    assert [word.rstrip("/") for word in found] == [*words[:-1], (completed or words[-1]).rstrip("/")]


def test_file_names_are_quoted(typist: shells.Typist) -> None:
    assert typist.completed("dcmsend peer 104 two") == ["dcmsend", "peer", "104", "two words.dcm"]


#: fish is asked for the command itself where it is given by its path
FISH_LINES = [(line, completed) for line, completed in LINES if not line.startswith("./")]


@pytest.mark.parametrize(("line", "completed"), FISH_LINES, ids=[line for line, _ in FISH_LINES])
def test_fish(folder: Path, line: str, completed: str | None) -> None:
    path = shells.script("fish", folder)
    assert shells.fish_candidates(line, path, folder) == ([completed] if completed else [])


def spellings(tool: str) -> list[str]:
    return sorted(options.index(tool))


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_is_offered_and_no_other(tool: str, folder: Path) -> None:
    bash = shells.script("bash", folder)
    offered = shells.bash_candidates(f"{tool} -", bash) + shells.bash_candidates(f"{tool} +", bash)
    assert sorted(offered) == spellings(tool)
    assert sorted(shells.bash_candidates(f"storejet {tool} -v --", bash)) == [
        name for name in spellings(tool) if name.startswith("--")
    ]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_is_offered_by_zsh(tool: str, folder: Path) -> None:
    assert sorted(shells.zsh_options(tool, shells.script("zsh", folder))) == spellings(tool)


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_is_offered_by_fish(tool: str, folder: Path) -> None:
    path = shells.script("fish", folder)
    offered = shells.fish_candidates(f"{tool} -", path, folder) + shells.fish_candidates(f"{tool} +", path, folder)
    assert sorted({name for name in offered if name[0] in "+-"}) == spellings(tool)


def test_levels_are_those_of_the_parser(folder: Path) -> None:
    offered = shells.bash_candidates("dcmsend -ll ", shells.script("bash", folder))
    assert sorted(offered) == sorted(name for name, _level in console.LEVEL_NAMES)


def test_what_names_a_file_is_completed_as_one() -> None:
    for tool in TOOLS:
        for _section, _subsection, rows in wording.blocks(tool):
            for row in rows:
                kinds = [wording.completes(argument) for argument in row[options.ARGUMENTS]]
                text = " ".join(row[options.HELP])
                if "file" in text and kinds and not row[options.LONG].startswith(("request", "repeat", "scan")):
                    assert "file" in kinds, row
                if "directory" in text and kinds:
                    assert kinds == ["directory"], row
    assert completion.parameter_kinds() == ["host", "-", "file"]


@pytest.mark.parametrize("arguments", [[], ["tcsh"], ["bash", "zsh"]])
def test_a_shell_that_is_none(arguments: list[str]) -> None:
    done = subprocess.run(
        [found.ours("storejet"), "completion", *arguments], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "storejet: usage: storejet completion bash|zsh|fish\n"
