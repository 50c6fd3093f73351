"""DCMDICTPATH as a user sets it: what the peer gets, and what is said of a dictionary that is none."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE
from peers.process import run
from peers.scp import ScriptedScp
from peers.script import Script, prefer

EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"


@pytest.fixture(params=["storescu", "dcmsend"])
def tool(request: pytest.FixtureRequest) -> Path:
    program: Path = request.getfixturevalue(request.param)
    return program


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A data set of implicit VR with a private block that only its owner knows."""
    elements = [
        (0x00080016, SECONDARY_CAPTURE.encode().ljust(26, b"\0")),
        (0x00080018, b"1.2.3.40"),
        (0x00290010, b"ACME\xc9 1.0 "),
        (0x00291001, struct.pack("<f", 1.5)),
        (0x00291002, struct.pack("<HHLHHL", 0xFFFE, 0xE000, 10, 8, 0x60, 2) + b"CT"),
    ]
    data = b"".join(struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value)) + value for tag, value in elements)
    path = tmp_path / "own.dcm"
    path.write_bytes(data)
    return path


def options(tool: Path) -> list[str]:
    return ["-f"] if tool.name == "storescu" else ["-f", "--decompress-never"]


@pytest.mark.parametrize("known", [False, True])
def test_the_peer_gets_the_vrs_of_the_dictionary(tool: Path, stored: Path, tmp_path: Path, known: bool) -> None:
    dictionary = tmp_path / "own.dic"
    dictionary.write_bytes(
        b'(0029,"ACME\xc9 1.0",01)\tFL\tGain\t1\tACME\n(0029,"ACME\xc9 1.0",02)\tSQ\tParts\t1\tACME\n'
    )
    environment = {"DCMDICTPATH": f"/dev/null:{dictionary}"} if known else {}
    with ScriptedScp(Script(policy=prefer(EXPLICIT_VR_LITTLE_ENDIAN))) as scp:
        result = run(tool, [*options(tool), "127.0.0.1", str(scp.port), stored], env=environment)
        scp.finish()
    assert (result.code, result.err) == (0, "")
    (store,) = scp.stores
    data = bytes(store.data)
    private = data[data.index(b"\x29\0\1\x10") :]
    if known:
        assert private[:12] == b"\x29\0\1\x10FL\4\0" + struct.pack("<f", 1.5)
        assert private[12:24] == b"\x29\0\2\x10SQ\0\0" + b"\xff" * 4
    else:
        assert private[:12] == b"\x29\0\1\x10UN\0\0\4\0\0\0"
        assert private[16:28] == b"\x29\0\2\x10UN\0\0\x12\0\0\0"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b" " * (2**25 + 1), "data dictionary {} of DCMDICTPATH has more than 33554432 bytes"),
        (None, "data dictionary {} of DCMDICTPATH cannot be read: No such file or directory"),
        (b"\n(0029,1001)\tXX\tGain\n", "data dictionary {}, line 2: XX is not a VR"),
    ],
)
def test_a_bad_dictionary_is_an_error_before_connecting(
    tool: Path, stored: Path, tmp_path: Path, content: bytes | None, says: str
) -> None:
    dictionary = tmp_path / "own.dic"
    if content is not None:
        dictionary.write_bytes(content)
    with ScriptedScp(Script()) as scp:
        result = run(
            tool, [*options(tool), "127.0.0.1", str(scp.port), stored], env={"DCMDICTPATH": f"/dev/null:{dictionary}"}
        )
        scp.finish()
    assert scp.associations == []
    assert result.code == 1
    # behind the two lines that DCMTK's tools, too, put before each complaint of this kind
    assert len(result.lines) == 3
    assert result.lines[2] == f"error: {says.format(dictionary)}"
