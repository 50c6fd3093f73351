"""Files that are hostile, damaged or rare: each ends in an outcome that can be told, whatever it is to become."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import pytest
from peers import found
from peers.process import Result, run
from peers.scp import ScriptedScp
from peers.script import Script, prefer

from recode.kernel import kernel
from recode.model import ENCODINGS, IMPLICIT
from recode.stored import data_set
from storejet._core import EXPECT_ANY, Source
from storejet.errors import InputError
from storejet.log import printable
from storejet.plan.inspect import opened

FOLDER = found.corpus_folder()
FILES = [path for name in ("fuzz", "odd") for path in sorted((FOLDER / name).iterdir())] if FOLDER else []

#: the files, what the command said, the data sets that arrived
Sent = tuple[list[Path], Result, list[bytes]]

IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2"


def with_group_length(file: bytes) -> bytes:
    """(0002,0000), which the files in ``fuzz`` all lack, put before the rest of the meta information."""
    if file[128:132] != b"DICM" or file[132:136] == b"\2\0\0\0":
        return file
    at = 132
    while file[at : at + 2] == b"\2\0" and at + 8 <= len(file):
        short = file[at + 4 : at + 6] not in (b"OB", b"UN", b"UT", b"SQ", b"OW")
        (length,) = struct.unpack_from("<H", file, at + 6) if short else struct.unpack("<L", file[at + 8 : at + 12])
        at += (8 if short else 12) + length
    return file[:132] + struct.pack("<HH2sHL", 2, 0, b"UL", 4, at - 132) + file[132:]


def both(path: Path, folder: Path) -> list[Path]:
    """The file as it is, and with the group length of its meta information."""
    content = path.read_bytes()
    whole = with_group_length(content)
    if path.parent.name != "fuzz" or whole == content:
        return [path]
    completed = folder / f"completed-{path.name}"
    completed.write_bytes(whole)
    return [path, completed]


def told(error: InputError, size: int) -> None:
    assert str(error).isprintable() and str(error)
    assert -1 <= error.offset <= size
    assert error.tag >= -1


def recoded(path: Path) -> bool:
    """Whether the file can be sent in every native encoding; a failure says why, and says the same in any pieces."""
    source = Source()
    try:
        opened(source, str(path), EXPECT_ANY)
    except InputError as error:
        told(error, path.stat().st_size)
        return False
    finally:
        source.close()
    try:
        data, encoding = data_set(path)
    except zlib.error:
        return False
    if not encoding:
        return False
    failures = set()
    for target in ENCODINGS:
        try:
            out = kernel(data, encoding, target, random.Random(path.name))
            again = kernel(out, target, encoding)
            assert kernel(again, encoding, target) == out
        except InputError as error:
            told(error, len(data))
            with pytest.raises(InputError) as same:
                kernel(data, encoding, target)
            assert (str(same.value), same.value.offset) == (str(error), error.offset)
            failures.add(str(error))
    assert len(failures) <= 1, "what is wrong with a data set does not depend on what it is to become"
    return not failures


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_clear_outcome(path: Path, corpus: Path, tmp_path: Path) -> None:
    assert path.is_relative_to(corpus)
    for one in both(path, tmp_path):
        recoded(one)


def test_most_of_them_reach_the_kernel(corpus: Path, tmp_path: Path) -> None:
    """So that the test above is one."""
    assert len(FILES) == 153
    assert corpus.is_dir()
    assert sum(recoded(one) for path in FILES for one in both(path, tmp_path)) > 100


@pytest.fixture(scope="module")
def sent(
    storescu: Path, corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Path], Result, list[bytes]]:
    """One run of storescu over all of them, to a peer of implicit VR only: the files, what it said, what arrived."""
    assert corpus == FOLDER
    folder = tmp_path_factory.mktemp("sent")
    paths = [one for path in FILES for one in both(path, folder)]
    with ScriptedScp(Script(policy=prefer(IMPLICIT_VR_LITTLE_ENDIAN))) as scp:
        arguments = ["-v", "--no-halt", "-R", "127.0.0.1", str(scp.port), *paths]
        result = run(storescu, arguments, timeout=60)
        scp.finish()
    return paths, result, [bytes(store.data) for store in scp.stores if store.complete]


def complaint(path: Path, result: Result) -> str:
    """The line that says why a file was not sent, or ""."""
    for line in result.lines:
        if printable(str(path)) in line and (line[:2] in ("E:", "F:") or "ignoring file" in line):
            return line
    return ""


def test_the_command_says_what_became_of_each(sent: Sent) -> None:
    paths, result, arrived = sent
    assert "Traceback" not in result.err and "storejet itself" not in result.err
    assert result.code >= 0, "a signal ended it"
    complaints = [complaint(path, result) for path in paths]
    assert all(line.isprintable() for line in result.lines)
    assert len(arrived) == complaints.count("") > 0
    assert result.err.count("Received Store Response (Success)") == len(arrived)


def test_what_can_be_converted_arrives_converted(sent: Sent) -> None:
    paths, result, arrived = sent
    expected = set()
    for path in paths:
        if not recoded(path):
            continue
        data, encoding = data_set(path)
        assert "unable to convert" not in complaint(path, result)
        expected.add(data if encoding == IMPLICIT else kernel(data, encoding, IMPLICIT))
    assert set(arrived) <= expected
    assert len(arrived) > 170
