"""--strict-exit: the exit code tells what became of the instances, the same way with both tools."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from compat.encode import CT
from compat.inputs import Inputs
from compat.observe import Row, arguments
from peers import script, wire
from peers.process import run
from peers.scp import ScriptedScp
from peers.script import ACCEPT_ALL, Script

from storejet.cli.exit_codes import strict_code

ALL, SOME, NONE, LOST = 0, 81, 82, 83
TOOLS = ("storescu", "dcmsend")


@dataclass(frozen=True)
class Case:
    """``codes``: without and with --strict-exit, of storescu and of dcmsend; None: the tool does not come to that."""

    line: str
    storescu: tuple[int, int] | None
    dcmsend: tuple[int, int] | None
    conduct: Script = ACCEPT_ALL


CASES = {
    "all stored": Case("{to} {file:ct} {file:mr}", (0, ALL), (0, ALL)),
    "all stored with warnings": Case(
        "{to} {file:ct} {file:mr}", (0, ALL), (0, ALL), Script(status=script.statuses(0xB000, 0x0107))
    ),
    "the second one refused": Case(
        "{to} {file:ct} {file:mr}", (167, SOME), (0, SOME), Script(status=script.statuses(0, 0xA700))
    ),
    "the first one refused, no further one sent by storescu": Case(
        "{to} {file:ct} {file:mr}", (167, NONE), (0, SOME), Script(status=script.statuses(0xA700, 0))
    ),
    "the first one refused, without halt": Case(
        "-nh {to} {file:ct} {file:mr}", (0, SOME), (0, SOME), Script(status=script.statuses(0xA700, 0))
    ),
    "all refused": Case("-nh {to} {file:ct} {file:mr}", (0, NONE), (0, NONE), Script(status=script.statuses(0xC000))),
    "a status whose high byte is nothing": Case("{to} {file:ct}", (0, NONE), (0, NONE), Script(status=lambda _: 2)),
    "one class refused": Case("-nh -R {to} {file:ct} {file:mr}", (0, SOME), None, Script(script.refuse(CT))),
    "one class refused by the peer of dcmsend": Case(
        "-nh {to} {file:ct} {file:mr}", None, (0, SOME), Script(script.refuse(CT))
    ),
    "one class refused, with halt": Case("{to} {file:mr} {file:ct}", None, (62, SOME), Script(script.refuse(CT))),
    "every class refused": Case("{to} {file:ct}", (1, NONE), (0, NONE), Script(script.refuse_all)),
    "rejected": Case("{to} {file:ct}", (1, NONE), (61, NONE), Script(on_associate=script.reject(1, 1, 1))),
    "nobody there": Case("{peer} {closed} {file:ct}", (1, NONE), (61, NONE)),
    "closed at the second": Case(
        "{to} {file:ct} {file:mr} {file:sc}",
        (10, LOST),
        (62, LOST),
        Script(on_response=script.only(2, script.close)),
    ),
    "closed at the first, without halt": Case(
        "-nh {to} {file:ct} {file:mr}", (1, LOST), (0, LOST), Script(on_response=script.close)
    ),
    "aborted at the first": Case("{to} {file:ct}", (10, LOST), (62, LOST), Script(on_response=script.abort())),
    "no answer in time": Case("-td 1 {to} {file:sc}", (1, LOST), (62, LOST), Script(on_response=script.silent)),
    "an answer to another message": Case("{to} {file:ct}", (1, LOST), (62, LOST), Script(edit=script.message_id_off)),
    "the release fails": Case("{to} {file:ct}", (1, ALL), (0, ALL), Script(on_release=script.close)),
    "a file that is none, left out": Case("-nh {to} {file:missing} {file:ct}", (0, SOME), (0, SOME)),
    "a file that is damaged, left out": Case("-nh {to} {file:truncated-pixels} {file:ct}", (0, SOME), (0, SOME)),
    "one that has to be decompressed, never": Case(
        "-nh -dn {to} {file:rle} {file:ct}", None, (0, SOME), Script(script.prefer(wire.EXPLICIT))
    ),
    "nothing may be proposed": Case("-nh -nip -dn {to} {file:rle}", None, (0, NONE)),
    "more contexts than one association has": Case("-ma {to} {many:private-130}", None, (0, SOME)),
    "several associations": Case("{to} {many:private-130}", None, (0, ALL)),
    "only missing files": Case("-nh {to} {file:missing}", (0, NONE), None),
    "repeated": Case("--repeat 2 {to} {file:ct} {file:mr}", (0, ALL), None),
    "the last repetition refused": Case(
        "-nh --repeat 2 {to} {file:ct} {file:mr}", (0, SOME), None, Script(status=script.statuses(0, 0xA700, 0))
    ),
    "ended by an abort of ours": Case("--abort {to} {file:ct}", (0, ALL), None),
    "no association for the report, which cannot be written": Case(
        "+crf /nowhere/r.txt {to} {file:ct}", None, (61, NONE), Script(on_associate=script.reject(1, 1, 1))
    ),
    "all stored, but the report cannot be written": Case("+crf /nowhere/r.txt {to} {file:ct}", None, (43, 43)),
    # what is found before anything is connected keeps its code
    "wrong option": Case("--no-such-option {to} {file:ct}", (1, 1), (1, 1)),
    "no input": Case("+sd {to} {dir:nothing}", (1, 1), (21, 21)),
    "missing file": Case("{to} {file:missing}", (1, 1), (22, 22)),
    "no valid file": Case("-nh {to} {file:text}", None, (23, 23)),
    "nothing may be proposed, with halt": Case("-nip -dn {to} {file:rle}", None, (65, 65)),
    "nothing to propose": Case("-R -nh {to} {file:text}", (1, 1), None),
    "an identity that is too long": Case(f"-usr {'u' * 65530} {{to}} {{file:ct}}", (1, 1), None),
}


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("strict"))


@pytest.mark.parametrize(
    ("name", "tool"), [(name, tool) for name, case in CASES.items() for tool in TOOLS if getattr(case, tool)]
)
def test_exit_codes(name: str, tool: str, inputs: Inputs, request: pytest.FixtureRequest) -> None:
    case = CASES[name]
    program: Path = request.getfixturevalue(tool)
    for options, code in zip(("", "--strict-exit "), getattr(case, tool), strict=True):
        with ScriptedScp(case.conduct) as scp:
            result = run(program, arguments(Row(name, tool, options + case.line), inputs, scp.port))
        assert result.code == code, f"{options}{result.err}"


def test_a_dicomdir_counts_by_its_records(dcmsend: Path, inputs: Inputs) -> None:
    for media, code in (("good", ALL), ("missing-last", SOME), ("missing-all", NONE), ("no-class", SOME)):
        with ScriptedScp() as scp:
            row = Row(media, "dcmsend", f"--strict-exit +rd -nh {{to}} {{media:{media}}}")
            result = run(dcmsend, arguments(row, inputs, scp.port))
        assert result.code == code, f"{media}: {result.err}"


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("wanted", range(1, 5))
def test_the_code_of_a_count(wanted: int, lost: bool) -> None:
    codes = [strict_code(stored, wanted, lost) for stored in range(wanted + 1)]
    assert codes == [LOST if lost else NONE, *[LOST if lost else SOME] * (wanted - 1), ALL]
