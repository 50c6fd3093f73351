"""Real receivers that take no compression: what they store is what the references say, as they read it themselves."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from compat import encode
from peers import found, part10, wire
from peers.dcmtk import storescp
from peers.orthanc import orthanc
from peers.process import run
from peers.pynetdicom_scp import pynetdicom_scp

from decode import listed, native, rle
from decode.arriving import read

#: lossless objects of each kind, as their pixels are known: file → sha256
KINDS = (
    "valid/pydicom__MR_small_RLE.dcm",
    "valid/pydicom__SC_rgb_rle_16bit_2frame.dcm",
    "valid/pydicomdata__emri_small_RLE.dcm",
    "valid/pydicom__MR_small_jpeg_ls_lossless.dcm",
    "valid/pydicomdata__emri_small_jpeg_ls_lossless.dcm",
    "valid/highdicom__sm_image_jpegls.dcm",
    "valid/pydicom__SC_rgb_jpeg_gdcm.dcm",
    "valid/fodicom__GH610.dcm",
    "valid/orthanctests__Issue140.dcm",
    "valid/pylibjpegdata__JPEGLossless_1s_1f_u_16_12.dcm",
    "valid/pydicom__image_dfl.dcm",
)
REFERENCES = {one.path: one for one in listed.references() if one.path in KINDS}


def instance(path: str) -> str:
    return str(read(listed.file(path)).SOPInstanceUID)


def files(where: Path) -> list[Path]:
    """Those of the corpus, and one of many frames, whose SOP Instance UIDs differ."""
    chosen = {instance(path): listed.file(path) for path in REFERENCES}
    return [*chosen.values(), rle.write(where / "many.dcm", 30, "2.25.1")]


def check(path: Path, content: bytes, transfer_syntax: str) -> None:
    """A file as a receiver wrote it."""
    whole = part10.split(content)
    assert whole.transfer_syntax == transfer_syntax
    data_set = read(content)
    assert data_set.SOPInstanceUID == read(path).SOPInstanceUID
    pixels = native.pixel_bytes(data_set, transfer_syntax)
    if path.name == "many.dcm":
        assert pixels == b"".join(rle.native(number) for number in range(30))
    else:
        assert hashlib.sha256(pixels).hexdigest() == REFERENCES[f"valid/{path.name}"].sha256


def by_instance(paths: list[Path]) -> dict[str, Path]:
    return {str(read(path).SOPInstanceUID): path for path in paths}


@pytest.mark.parametrize(
    ("option", "syntax"), [("+xi", wire.IMPLICIT), ("+xe", wire.EXPLICIT), ("+xb", wire.BIG_ENDIAN)]
)
def test_storescp(option: str, syntax: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    """+xe and +xb: what it prefers, besides the other uncompressed ones."""
    paths = by_instance(files(tmp_path))
    with storescp(tmp_path, option) as peer:
        done = run(dcmsend, ["127.0.0.1", str(peer.port), *paths.values()], timeout=60)
        assert (done.code, done.err) == (0, "")
        received = {str(read(content).SOPInstanceUID): content for content in peer.take()}
    assert sorted(received) == sorted(paths)
    for uid, content in received.items():
        check(paths[uid], content, syntax)
        stored = tmp_path / "stored.dcm"
        stored.write_bytes(content)
        if read(content).BitsAllocated <= 16:  # DCMTK renders it: an image to its mind, too
            subprocess.run(
                [found.dcmtk("dcm2pnm"), "+Fa", stored, tmp_path / "rendered"], check=True, capture_output=True
            )


def test_storescp_as_it_is_shipped(corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    paths = by_instance(files(tmp_path))
    with storescp(tmp_path) as peer:
        done = run(dcmsend, ["127.0.0.1", str(peer.port), *paths.values()], timeout=60)
        assert (done.code, done.err) == (0, "")
        received = {str(read(content).SOPInstanceUID): content for content in peer.take()}
    assert sorted(received) == sorted(paths)
    for uid, content in received.items():
        check(paths[uid], content, wire.EXPLICIT)


def test_orthanc(corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    """It decodes them for a preview, too."""
    paths = by_instance(files(tmp_path))
    with orthanc(tmp_path / "orthanc", AcceptedTransferSyntaxes=[wire.IMPLICIT]) as peer:
        done = run(dcmsend, ["127.0.0.1", str(peer.port), *paths.values()], timeout=60)
        assert (done.code, done.err) == (0, "")
        for uid, path in paths.items():
            check(path, peer.file(uid), wire.IMPLICIT)
            if read(path).BitsAllocated * read(path).SamplesPerPixel <= 24:
                assert peer.get(f"/instances/{peer.find(uid)}/preview").startswith(b"\x89PNG")


@pytest.mark.parametrize("syntax", [wire.IMPLICIT, wire.EXPLICIT, wire.BIG_ENDIAN], ids=["implicit", "explicit", "big"])
def test_pynetdicom(syntax: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    paths = by_instance(files(tmp_path))
    with pynetdicom_scp(only=syntax) as peer:
        done = run(dcmsend, ["127.0.0.1", str(peer.port), *paths.values()], timeout=60)
        assert (done.code, done.err) == (0, "")
        assert peer.released.wait(10)
    assert sorted(one.sop_instance for one in peer.received) == sorted(paths)
    for one in peer.received:
        content = encode.file(encode.meta(one.sop_class, one.sop_instance, one.transfer_syntax), one.data)
        check(paths[one.sop_instance], content, syntax)
