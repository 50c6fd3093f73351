"""Files that a peer takes only in another transfer syntax: what arrives holds the same data set, and nothing else."""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from compat import encode
from compat.dataset import canonical, trimmed
from peers import found, part10, script, wire
from peers.dcmtk import storescp
from peers.process import Result
from peers.scp import ScriptedScp
from peers.script import Script

Run = Callable[..., Result]

#: transfer syntax → option of storescu
OPTION = {wire.IMPLICIT: "-xi", wire.EXPLICIT: "-xe", wire.BIG_ENDIAN: "-xb", wire.DEFLATED: "-xd"}
#: files of pydicom's that can become each of these
FILES = (  # noqa: SIM905
    "CT_small.dcm MR_small_implicit.dcm MR_small_bigendian.dcm ExplVR_BigEnd.dcm image_dfl.dcm rtplan.dcm rtdose.dcm "
    "test-SR.dcm waveform_ecg.dcm SC_rgb_small_odd.dcm reportsi.dcm liver_1frame.dcm"
).split()


def only(syntax: str) -> Script:
    """A peer that takes nothing but this."""
    return Script(script.prefer(syntax))


def received(scp: ScriptedScp) -> list[tuple[str, bytes]]:
    """(transfer syntax, data set) of each object that came."""
    return [
        (association.accepted[store.context], bytes(store.data))
        for association in scp.associations
        for store in association.stores
    ]


def as_file(data: bytes, syntax: str, where: Path) -> Path:
    """A data set from the wire as a Part 10 file."""
    where.write_bytes(encode.file(encode.meta(encode.CT, "2.25.1", syntax), data))
    return where


def reading(path: Path) -> pydicom.Dataset:
    """A data set as pydicom reads it, without what conversion may leave out."""
    data = pydicom.dcmread(path, force=True)
    for element in list(data):
        if element.tag.element == 0 or element.tag == 0xFFFCFFFC:
            del data[element.tag]
    return data


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("syntax", OPTION, ids=["implicit", "explicit", "big", "deflated"])
def test_every_native_file_becomes_every_native_syntax(
    syntax: str, name: str, storescu: Path, run: Run, tmp_path: Path
) -> None:
    path = found.sample(name)
    with ScriptedScp(only(syntax)) as scp:
        done = run(storescu, ["-R", OPTION[syntax], "127.0.0.1", str(scp.port), path])
    assert done.code == 0, done.err
    [(accepted, data)] = received(scp)
    assert accepted == syntax
    theirs, ours = reading(as_file(data, syntax, tmp_path / "received.dcm")), reading(path)
    assert [element.tag for element in theirs] == [element.tag for element in ours]
    for one, other in zip(theirs, ours, strict=True):
        if one.VR == other.VR and one.VR not in ("OW", "OB", "SQ", "UN"):
            assert one.value == other.value
    # 32-bit pixels in 16-bit words (PS3.5 8.1.1) are read in another order by pydicom where these are big endian
    if hasattr(ours, "PixelData") and (syntax, ours.BitsAllocated) != (wire.BIG_ENDIAN, 32):
        assert (theirs.pixel_array == ours.pixel_array).all()


def test_dcmsend_converts_native_files(dcmsend: Path, run: Run) -> None:
    files = [found.sample(name) for name in ("CT_small.dcm", "MR_small_bigendian.dcm", "image_dfl.dcm")]
    with ScriptedScp(only(wire.IMPLICIT)) as scp:
        done = run(dcmsend, ["-v", "127.0.0.1", str(scp.port), *files])
    assert done.code == 0, done.err
    assert [syntax for syntax, _ in received(scp)] == [wire.IMPLICIT] * 3
    assert "I: Converting transfer syntax: Big Endian Explicit -> Little Endian Implicit" in done.lines


def test_compressed_pixel_data_is_never_altered(storescu: Path, run: Run) -> None:
    with ScriptedScp(only(wire.IMPLICIT)) as scp:
        done = run(storescu, ["127.0.0.1", str(scp.port), found.sample("MR_small_RLE.dcm")])
    assert done.code == 1
    assert received(scp) == []
    assert "it is stored as RLE Lossless, the peer accepted Little Endian Implicit" in done.err


def test_a_peer_of_dcmtk_reads_what_was_converted(storescu: Path, run: Run, tmp_path: Path) -> None:
    path = found.sample("CT_small.dcm")
    with storescp(tmp_path, "+xi") as peer:
        done = run(storescu, ["127.0.0.1", str(peer.port), path])
        assert done.code == 0, done.err
        [stored] = peer.take()
    whole = part10.split(stored)
    assert whole.transfer_syntax == wire.IMPLICIT
    expected = tmp_path / "expected.dcm"
    subprocess.run([found.dcmtk("dcmconv"), "+ti", path, expected], check=True)
    assert trimmed(canonical(whole.data_set, wire.IMPLICIT)) == trimmed(
        canonical(part10.read(expected).data_set, wire.IMPLICIT)
    )


def test_several_objects_deflated_ahead_keep_their_order(storescu: Path, run: Run) -> None:
    names = ["CT_small.dcm", "MR_small_RLE.dcm", "MR_small_implicit.dcm", "image_dfl.dcm", "rtplan.dcm"]
    files = [found.sample(name) for name in names]
    with ScriptedScp() as scp:
        done = run(storescu, ["-R", "-nh", "-xd", "--repeat", "3", "127.0.0.1", str(scp.port), *files])
    assert done.code == 0, done.err
    sent = [
        str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID) for path in files if "RLE" not in path.name
    ]
    assert [store.sop_instance for store in scp.stores] == [uid for uid in sent for _ in range(3)]
    assert [store.message_id for store in scp.stores] == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert "MR_small_RLE.dcm: 0006:020e unable to convert dataset" in done.err
    stored_deflated = part10.read(files[3]).data_set
    for syntax, data in received(scp):
        assert syntax == wire.DEFLATED
        if data[: len(stored_deflated)] != stored_deflated:  # which goes out as it is
            inflater = zlib.decompressobj(-15)
            inflater.decompress(data)
            assert inflater.eof
            assert inflater.unused_data in (b"", b"\0")


@pytest.mark.parametrize("level", range(10))
def test_each_level_makes_one_valid_stream(level: int, storescu: Path, run: Run, tmp_path: Path) -> None:
    """An object of many blocks, so that some are compressed beside others."""
    big = pydicom.dcmread(found.sample("CT_small.dcm"))
    big.Rows, big.Columns = 1024, 768
    big.PixelData = (big.PixelData + os.urandom(1000))[:32000] * 50
    big.PixelData = big.PixelData[: 1024 * 768 * 2].ljust(1024 * 768 * 2, b"\1")
    path = tmp_path / "big.dcm"
    big.save_as(path)
    with ScriptedScp() as scp:
        done = run(storescu, ["-xd", "+cl", str(level), "127.0.0.1", str(scp.port), path])
    assert done.code == 0, done.err
    [(syntax, data)] = received(scp)
    assert syntax == wire.DEFLATED
    inflater = zlib.decompressobj(-15)
    assert inflater.decompress(data) == part10.read(path).data_set
    assert inflater.eof
    assert (len(data) < 1_000_000) == (level > 0)


def test_an_object_of_more_blocks_than_are_made_ahead(storescu: Path, run: Run, tmp_path: Path) -> None:
    """What is left of it is read while it is on the wire."""
    from storejet.send.ahead import AHEAD_A_WORKER

    large = pydicom.dcmread(found.sample("CT_small.dcm"))
    frame = large.PixelData
    large.NumberOfFrames = (AHEAD_A_WORKER * len(os.sched_getaffinity(0)) * 5 // 4) // len(frame)
    large.PixelData = frame * large.NumberOfFrames
    path = tmp_path / "large.dcm"
    large.save_as(path)
    with ScriptedScp() as scp:
        done = run(storescu, ["-xd", "127.0.0.1", str(scp.port), path, path])
    assert done.code == 0, done.err
    assert len(scp.stores) == 2
    for syntax, data in received(scp):
        assert syntax == wire.DEFLATED
        inflater = zlib.decompressobj(-15)
        assert inflater.decompress(data) == part10.read(path).data_set
        assert inflater.eof


@pytest.mark.parametrize("stored", [wire.EXPLICIT, wire.DEFLATED], ids=["explicit", "deflated"])
def test_a_defect_is_told_before_anything_is_sent(stored: str, storescu: Path, run: Run, tmp_path: Path) -> None:
    """A sequence of defined length whose item does not fit: no walk of the top level sees it."""
    whole = part10.read(found.sample("CT_small.dcm"))
    inner = b"\xfe\xff\x00\xe0" + (100).to_bytes(4, "little") + b"\x08\x00\x50\x11UI\x02\x001\0"
    broken = b"\x08\x00\x40\x11SQ\0\0" + len(inner).to_bytes(4, "little") + inner
    at = whole.data_set.index(b"\x08\x00\x50\x00SH")
    data = whole.data_set[:at] + broken + whole.data_set[at:]
    if stored == wire.DEFLATED:
        deflater = zlib.compressobj(wbits=-15)
        data = deflater.compress(data) + deflater.flush()
    path = as_file(data, stored, tmp_path / "broken.dcm")
    with ScriptedScp(only(wire.IMPLICIT)) as scp:
        done = run(storescu, ["127.0.0.1", str(scp.port), path])
    assert done.code == 1
    assert scp.stores == []
    assert f"Bad DICOM file: {path}" in done.err
    assert "(fffe,e000)" in done.err or "(0008,1140)" in done.err
    assert "at byte" in done.err


@pytest.mark.parametrize("option", ["-xi", "-xe"], ids=["recoded", "inflated"])
def test_a_truncated_deflated_file_is_told_before_anything_is_sent(
    option: str, storescu: Path, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "cut.dcm"
    path.write_bytes(found.sample("image_dfl.dcm").read_bytes()[:-2000])
    with ScriptedScp(only(wire.IMPLICIT if option == "-xi" else wire.EXPLICIT)) as scp:
        done = run(storescu, [option, "127.0.0.1", str(scp.port), path])
    assert done.code == 1
    assert scp.stores == []
    assert "ends early" in done.err


@pytest.mark.parametrize("option", ["-xi", "-xe", "-xd"], ids=["recoded", "inflated", "as-stored"])
def test_a_defect_inside_of_a_deflated_file_is_told_with_its_place(
    option: str, storescu: Path, run: Run, tmp_path: Path
) -> None:
    data = part10.read(found.sample("CT_small.dcm")).data_set
    at = data.index(b"\xe0\x7f\x10\x00OW")
    deflater = zlib.compressobj(wbits=-15)
    deflated = deflater.compress(data[: at + 5000]) + deflater.flush()
    path = as_file(deflated, wire.DEFLATED, tmp_path / "cut.dcm")
    with ScriptedScp() as scp:
        done = run(storescu, [option, "127.0.0.1", str(scp.port), path])
    assert done.code == 1
    assert scp.stores == []
    assert f"Bad DICOM file: {path}: is truncated" in done.err
    assert f"(element (7fe0,0010) at byte {at} of the inflated data set)" in done.err


def test_old_value_representations(storescu: Path, run: Run, tmp_path: Path) -> None:
    data = pydicom.dcmread(found.sample("CT_small.dcm"))
    data.add_new(0x00080119, "UC", "long code")
    data.add_new(0x00080120, "UR", "urn:x")
    nested = pydicom.Dataset()
    nested.add_new(0x00080119, "UC", "inner")
    data.ReferencedImageSequence = [nested]
    path = tmp_path / "new.dcm"
    data.save_as(path)
    for option, expected in (("-u", "OB"), ("+u", "UC")):
        with ScriptedScp() as scp:
            done = run(storescu, [option, "127.0.0.1", str(scp.port), path])
        assert done.code == 0, done.err
        [(syntax, sent)] = received(scp)
        rows = {tag: (vr, value) for tag, vr, value in canonical(sent, syntax)}
        assert rows[0x00080119] == (expected, b"long code ")
        assert rows[0x00081140][1][0] == ((0x00080119, expected, b"inner "),)


def test_old_value_representations_leave_a_private_transfer_syntax_alone(
    storescu: Path, run: Run, tmp_path: Path
) -> None:
    """Nothing is known of what is inside: it must not be read as if it were elements."""
    private = "2.25.88"
    data = bytes(range(256)) * 4
    path = as_file(data, private, tmp_path / "private.dcm")
    profile = tmp_path / "profile.cfg"
    profile.write_text(
        f"[[TransferSyntaxes]]\n[T]\nTransferSyntax1={private}\n"
        "[[PresentationContexts]]\n[C]\nPresentationContext1=CTImageStorage\\T\n"
        "[[Profiles]]\n[P]\nPresentationContexts=C\n"
    )
    with ScriptedScp() as scp:
        done = run(storescu, ["-u", "-xf", profile, "P", "127.0.0.1", str(scp.port), path])
    assert done.code == 0, done.err
    assert received(scp) == [(private, data)]
    assert done.lines == [f"W: value representations sent as stored, the transfer syntax is private: {path}"]


def test_old_value_representations_leave_fragments_alone(storescu: Path, run: Run, tmp_path: Path) -> None:
    data = pydicom.dcmread(found.sample("MR_small_RLE.dcm"))
    data.add_new(0x00080119, "UC", "long code")
    path = tmp_path / "new.dcm"
    data.save_as(path)
    with ScriptedScp() as scp:
        done = run(storescu, ["-u", "-xr", "127.0.0.1", str(scp.port), path])
    assert done.code == 0, done.err
    [(syntax, sent)] = received(scp)
    assert syntax == str(data.file_meta.TransferSyntaxUID)
    rows = {tag: (vr, value) for tag, vr, value in canonical(sent, syntax)}
    stored = {tag: (vr, value) for tag, vr, value in canonical(part10.read(path).data_set, syntax)}
    assert rows[0x00080119][0] == "OB"
    assert rows[0x7FE00010] == stored[0x7FE00010]


def test_dcmsend_goes_on_with_deflated_files_behind_a_damaged_one(dcmsend: Path, run: Run, tmp_path: Path) -> None:
    """The files behind it are looked at ahead of their turn; their contexts are theirs all the same."""
    files = []
    for number in range(3):
        deflater = zlib.compressobj(wbits=-15)
        uid = f"2.25.{number}"
        data = encode.data_set([*encode.identity(encode.CT, uid), *encode.pixels(False)])
        information = encode.meta(encode.CT, uid, wire.DEFLATED)
        files.append(tmp_path / f"{number}.dcm")
        files[-1].write_bytes(encode.file(information, deflater.compress(data) + deflater.flush()))
    files[0].write_bytes(files[0].read_bytes()[:-20])
    with ScriptedScp(only(wire.DEFLATED)) as scp:
        done = run(dcmsend, ["-nh", "-v", "127.0.0.1", str(scp.port), *files])
        (association,) = scp.finish()
    assert "0.dcm: is truncated" in done.err
    assert "refused" not in done.err
    assert [store.sop_instance for store in association.stores] == ["2.25.1", "2.25.2"]
    assert [store.message_id for store in association.stores] == [2, 3]


@pytest.mark.parametrize("syntax", OPTION, ids=["implicit", "explicit", "big", "deflated"])
def test_identifiers_are_invented_in_deflated_data_sets_too(
    syntax: str, storescu: Path, run: Run, tmp_path: Path
) -> None:
    path = found.sample("image_dfl.dcm")
    with ScriptedScp(only(syntax)) as scp:
        done = run(storescu, ["-R", "+II", OPTION[syntax], "127.0.0.1", str(scp.port), path])
    assert (done.code, done.err) == (0, "")
    [store] = scp.stores
    sent, stored = reading(as_file(bytes(store.data), syntax, tmp_path / "received.dcm")), reading(path)
    assert store.sop_instance == sent.SOPInstanceUID
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        assert sent[keyword].value.startswith("2.25.")
        assert sent[keyword].value != stored[keyword].value
    assert (sent.SeriesNumber, sent.InstanceNumber) == (1, 1)
    assert sent.Rows == stored.Rows
    assert len(sent.PixelData) == len(stored.PixelData)
