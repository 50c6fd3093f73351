"""Objects that take different ways over one association: as stored, re-encoded, inflated, decoded."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from compat.encode import MR, data_set, file, identity, meta
from peers import script, wire
from peers.script import Script

from decode import rle
from decode.arriving import NATIVE, run

NATIVE_SIDE = 200


def native(path: Path, number: int, syntax: str) -> Path:
    """An object whose pixels all have the value ``number``."""
    order = ">" if syntax == wire.BIG_ENDIAN else "<"

    def us(value: int) -> bytes:
        return struct.pack(f"{order}H", value)

    elements = [
        *identity(MR, f"2.25.{number}"),
        (0x00280002, "US", us(1)),
        (0x00280004, "CS", b"MONOCHROME2 "),
        (0x00280010, "US", us(NATIVE_SIDE)),
        (0x00280011, "US", us(NATIVE_SIDE)),
        (0x00280100, "US", us(16)),
        (0x00280101, "US", us(16)),
        (0x00280102, "US", us(15)),
        (0x00280103, "US", us(0)),
        (0x7FE00010, "OW", us(number) * NATIVE_SIDE**2),
    ]
    path.write_bytes(file(meta(MR, f"2.25.{number}", syntax), data_set(elements, syntax)))
    return path


@pytest.mark.parametrize("name", NATIVE)
def test_each_object_arrives_with_its_own_pixels(name: str, dcmsend: Path, tmp_path: Path) -> None:
    """Files are looked at ahead; one that is sent from where it lies must still be open when its turn comes."""
    paths = []
    for number in range(1, 61):
        path = tmp_path / f"{number}.dcm"
        if number % 3 == 0:
            # the value of its pixels is the number of the frame
            paths.append(rle.write(path, 1 + number % 4, f"2.25.{number}", side=NATIVE_SIDE))
        else:
            syntax = (wire.EXPLICIT, wire.IMPLICIT, wire.BIG_ENDIAN)[number // 2 % 3]
            paths.append(native(path, number, syntax))
    result = run(dcmsend, paths, Script(script.prefer(NATIVE[name])))
    assert (result.code, result.err) == (0, "")
    assert result.endings == ("release",)
    order = ">" if name == "big" else "<"
    for number, thing in enumerate(result.things, 1):
        assert thing.sop_instance == f"2.25.{number}"
        values = range(1 + number % 4) if number % 3 == 0 else [number]
        expected = b"".join(struct.pack(f"{order}H", value) * NATIVE_SIDE**2 for value in values)
        assert thing.data.endswith(expected), number
    assert len(result.things) == len(paths)


def test_many_damaged_objects_take_no_room_from_the_others(dcmsend: Path, tmp_path: Path) -> None:
    """What is worked on ahead is limited, on any number of processors; what came to nothing counts no longer."""
    damaged = [rle.write(tmp_path / f"{number}.dcm", 2, f"2.25.{number}", damaged=1) for number in range(1, 101)]
    last = rle.write(tmp_path / "last.dcm", 2, "2.25.101")
    result = run(dcmsend, [*damaged, last], Script(script.prefer(wire.IMPLICIT)), "-nh")
    assert result.code == 0
    assert "Traceback" not in result.err
    assert result.err.count("frame 2 of 2: ") == len(damaged)
    assert [thing.sop_instance for thing in result.things] == ["2.25.101"]
    assert result.endings == ("release",)
