"""Frames for which the memory does not suffice, and frames of bits, which are decoded where the file is read."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from compat.encode import MR, element, file, meta
from peers import process, script, wire
from peers.scp import ScriptedScp
from peers.script import Script

from decode import rle
from decode.arriving import run

DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
ONLY_IMPLICIT = script.prefer(wire.IMPLICIT)
NOT_SENT, SOME = 62, 81
#: pixels a side of a frame of 16 bits that takes 288 MB, and of a small one
HUGE, SMALL = 12_000, 32


#: runs a command that may have 250 MB of address space
CONFINED = 'ulimit -v 250000; exec "$@"'


#: eight pixels
ONES = b"\xff"


def of_bits(path: Path, frames: int, side: int, damaged: int | None = None) -> Path:
    """An object of one-bit frames that fill no byte, each deflated; the stream of one of them (from 0) is cut."""
    deflater = zlib.compressobj(wbits=-15)
    coded = deflater.compress(ONES * ((side * side + 7) // 8)) + deflater.flush()
    coded += b"\0" * (len(coded) % 2)
    items = b""
    for number in range(frames):
        stream = coded[: len(coded) // 2 & ~1] if number == damaged else coded
        items += rle.ITEM + struct.pack("<I", len(stream)) + stream
    pixels = element(0x7FE00010, "OB", rle.ITEM + bytes(4) + items + rle.END, length=0xFFFFFFFF)
    path.write_bytes(file(meta(MR, "2.25.5", DEFLATED_FRAMES), rle.grey("2.25.5", frames, side, 1) + pixels))
    return path


@pytest.mark.parametrize("options", [(), ("-nh",), ("-nh", "--strict-exit")], ids=" ".join)
def test_a_frame_for_which_there_is_no_memory(options: tuple[str, ...], dcmsend: Path, tmp_path: Path) -> None:
    huge = rle.write(tmp_path / "huge.dcm", 1, "2.25.1", side=HUGE)
    small = rle.write(tmp_path / "small.dcm", 1, "2.25.2", side=SMALL)
    with ScriptedScp(Script(ONLY_IMPLICIT)) as scp:
        command = [dcmsend, *options, "127.0.0.1", str(scp.port), small, huge, small]
        result = process.run("/bin/sh", ["-c", CONFINED, "sh", *command], timeout=60)
        associations = scp.finish()
    assert result.code == (0 if options == ("-nh",) else SOME if options else NOT_SENT), result.err
    assert "Traceback" not in result.err
    said = [line for line in result.lines if str(huge) in line]
    assert said, result.err
    assert all("Cannot access file: " in line and "not enough memory" in line for line in said), said
    whole = [store.sop_instance for seen in associations for store in seen.stores if store.complete]
    assert whole == ["2.25.2"] * (2 if options else 1)
    assert associations[-1].ending == ("release" if options else "abort")


@pytest.mark.parametrize("damaged", [1, 70])
def test_a_damaged_frame_of_bits_is_not_called_a_changed_file(damaged: int, dcmsend: Path, tmp_path: Path) -> None:
    """Its pixels begin in the middle of a byte, so that it is decoded where the file is read."""
    path = of_bits(tmp_path / "bits.dcm", 80, 2047, damaged)
    result = run(dcmsend, [path], Script(ONLY_IMPLICIT, keep_data=False))
    assert result.code == NOT_SENT
    assert f"frame {damaged + 1} of 80: the deflate stream of a frame is cut short" in result.err, result.err
    assert "changed" not in result.err


def test_frames_of_bits_follow_each_other_within_a_byte(dcmsend: Path, tmp_path: Path) -> None:
    """What fills up the last byte of a frame is none of its pixels (PS3.5 8.1.1), nor are they of the next one."""
    path = of_bits(tmp_path / "bits.dcm", 5, 3)
    thing = run(dcmsend, [path], Script(ONLY_IMPLICIT)).only
    assert thing.data.endswith(((1 << 5 * 9) - 1).to_bytes(6, "little"))
