"""Real files through our commands to storage SCPs that others wrote: what arrives equals what the file holds."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from compat.dataset import canonical, trimmed
from peers import found, part10, wire
from peers.dcmtk import storescp
from peers.orthanc import orthanc
from peers.process import Result
from peers.pynetdicom_scp import PynetdicomScp, pynetdicom_scp
from pydicom import dcmread

Run = Callable[..., Result]

JPEG_LS_LOSSY = "1.2.840.10008.1.2.4.81"

#: transfer syntax → the option of storescu that proposes it, and files in it that come with pydicom
PROPOSED = {
    wire.EXPLICIT: (
        "-xe",
        "CT_small.dcm MR_small.dcm SC_rgb_small_odd.dcm test-SR.dcm waveform_ecg.dcm",
    ),
    wire.BIG_ENDIAN: ("-xb", "MR_small_bigendian.dcm ExplVR_BigEnd.dcm"),
    wire.IMPLICIT: ("-xi", "MR_small_implicit.dcm rtplan.dcm rtdose.dcm"),
    wire.DEFLATED: ("-xd", "image_dfl.dcm"),
    "1.2.840.10008.1.2.5": ("-xr", "MR_small_RLE.dcm SC_rgb_rle_2frame.dcm"),
    "1.2.840.10008.1.2.4.50": ("-xy", "SC_rgb_small_odd_jpeg.dcm SC_rgb_jpeg_dcmtk.dcm"),
    "1.2.840.10008.1.2.4.51": ("-xx", "JPEG-lossy.dcm"),
    "1.2.840.10008.1.2.4.70": ("-xs", "SC_rgb_jpeg_gdcm.dcm"),
    "1.2.840.10008.1.2.4.80": ("-xt", "MR_small_jpeg_ls_lossless.dcm"),
    JPEG_LS_LOSSY: ("-xu", "JPEGLSNearLossless_08.dcm SC_rgb_jls_lossy_sample.dcm"),
    "1.2.840.10008.1.2.4.90": ("-xv", "MR_small_jp2klossless.dcm GDCMJ2K_TextGBR.dcm"),
    "1.2.840.10008.1.2.4.91": ("-xw", "JPEG2000.dcm SC_rgb_gdcm_KY.dcm"),
}
#: dcmsend proposes one context for all native files, and its peers here choose explicit little endian from it
NATIVE_BUT_EXPLICIT = (wire.IMPLICIT, wire.BIG_ENDIAN)


def samples(syntaxes: Iterable[str] = PROPOSED) -> list[Path]:
    return [found.sample(name) for syntax in syntaxes for name in PROPOSED[syntax][1].split()]


def succeeded(result: Result) -> None:
    """All was sent; warnings are allowed, since ``-dn`` gives one with each compressed file."""
    assert result.code == 0, result.err
    assert not [line for line in result.lines if line.startswith(("E:", "F:"))]


@functools.cache
def instance_of(path: Path) -> str:
    """The SOP Instance UID in the data set: the command carries it, even where the meta information differs."""
    return str(dcmread(path, specific_tags=["SOPInstanceUID"], stop_before_pixels=True).SOPInstanceUID)


def even(data_set: bytes) -> bytes:
    """A deflated data set may end with an odd byte; on the wire one zero byte follows it (PS3.5 A.5)."""
    return data_set + bytes(len(data_set) % 2)


def arrived_unchanged(peer: PynetdicomScp, files: list[Path]) -> None:
    """Every file, in order, byte for byte."""
    assert len(peer.received) == len(files)
    for received, path in zip(peer.received, files, strict=True):
        whole = part10.read(path)
        assert received.sop_instance == instance_of(path), path
        assert received.transfer_syntax == whole.transfer_syntax, path
        assert received.data == even(whole.data_set), path


def same_content(stored: bytes, path: Path) -> None:
    """The file that a peer wrote holds the data set of ours, although the peer may have encoded it anew."""
    theirs, ours = part10.split(stored), part10.read(path)
    assert theirs.sop_instance == instance_of(path), path
    assert theirs.transfer_syntax == ours.transfer_syntax, path
    mine = trimmed(canonical(ours.data_set, ours.transfer_syntax))
    assert mine
    assert trimmed(canonical(theirs.data_set, theirs.transfer_syntax)) == mine, path


@pytest.fixture
def pynetdicom() -> Iterable[PynetdicomScp]:
    with pynetdicom_scp() as peer:
        yield peer


@pytest.mark.parametrize("syntax", PROPOSED)
def test_storescu_to_pynetdicom(syntax: str, storescu: Path, run: Run, pynetdicom: PynetdicomScp) -> None:
    files = samples([syntax])
    succeeded(run(storescu, [PROPOSED[syntax][0], "-R", "127.0.0.1", str(pynetdicom.port), *files]))
    arrived_unchanged(pynetdicom, files)
    assert pynetdicom.released.wait(5)
    assert not pynetdicom.aborted.is_set()


def test_dcmsend_to_pynetdicom(dcmsend: Path, run: Run, pynetdicom: PynetdicomScp) -> None:
    files = samples(syntax for syntax in PROPOSED if syntax not in NATIVE_BUT_EXPLICIT)
    succeeded(run(dcmsend, ["127.0.0.1", str(pynetdicom.port), *files]))
    arrived_unchanged(pynetdicom, files)
    assert pynetdicom.released.wait(5)


@pytest.mark.parametrize("max_length", [0, 1024, 131072])
def test_pdu_sizes_of_pynetdicom(max_length: int, storescu: Path, run: Run) -> None:
    files = samples([wire.EXPLICIT])
    with pynetdicom_scp(max_length) as peer:
        succeeded(run(storescu, ["-R", "127.0.0.1", str(peer.port), *files]))
        arrived_unchanged(peer, files)


def same_contents(stored: list[bytes], files: list[Path]) -> None:
    assert len(stored) == len(files)
    by_instance = {part10.split(content).sop_instance: content for content in stored}
    for path in files:
        same_content(by_instance[instance_of(path)], path)


@pytest.mark.parametrize("options", [(), ("--max-pdu", "4096"), ("--max-pdu", "131072"), ("+xe",)])
def test_storescu_to_storescp(options: tuple[str, ...], storescu: Path, run: Run, tmp_path: Path) -> None:
    files = samples([wire.EXPLICIT])
    with storescp(tmp_path, *options) as peer:
        succeeded(run(storescu, ["127.0.0.1", str(peer.port), *files]))
        same_contents(peer.take(), files)
        assert "E:" not in peer.log.read_text()


@pytest.mark.parametrize("options", [(), ("--max-pdu", "4096"), ("--max-pdu", "131072")])
def test_every_syntax_to_storescp(
    options: tuple[str, ...], storescu: Path, dcmsend: Path, run: Run, tmp_path: Path
) -> None:
    with storescp(tmp_path, "+xa", *options) as peer:
        for syntax in PROPOSED:
            files = samples([syntax])
            succeeded(run(storescu, [PROPOSED[syntax][0], "-R", "127.0.0.1", str(peer.port), *files]))
            same_contents(peer.take(), files)
            if syntax not in NATIVE_BUT_EXPLICIT:
                succeeded(run(dcmsend, ["-dn", "127.0.0.1", str(peer.port), *files]))
                same_contents(peer.take(), files)
        assert "E:" not in peer.log.read_text()


def test_storescp_that_writes_what_it_reads(storescu: Path, run: Run, tmp_path: Path) -> None:
    with storescp(tmp_path, "+xa", "+B") as peer:
        for syntax in PROPOSED:
            files = {instance_of(path): path for path in samples([syntax])}
            command = [PROPOSED[syntax][0], "-R", "127.0.0.1", str(peer.port), *files.values()]
            succeeded(run(storescu, command))
            written = {part10.split(content).sop_instance: part10.split(content) for content in peer.take()}
            assert set(written) == set(files)
            for instance, path in files.items():
                assert written[instance].data_set == even(part10.read(path).data_set), path


def in_a_series(path: Path) -> bool:
    """Whether it says to which study and series it belongs; Orthanc refuses what does not."""
    dataset = dcmread(path, specific_tags=["StudyInstanceUID", "SeriesInstanceUID"], stop_before_pixels=True)
    return bool(dataset.get("StudyInstanceUID") and dataset.get("SeriesInstanceUID"))


def test_every_syntax_to_orthanc(storescu: Path, dcmsend: Path, run: Run, tmp_path: Path) -> None:
    storable = {syntax: [path for path in samples([syntax]) if in_a_series(path)] for syntax in PROPOSED}
    assert [syntax for syntax in PROPOSED if not storable[syntax]] == [JPEG_LS_LOSSY]
    del storable[JPEG_LS_LOSSY]
    with orthanc(tmp_path) as peer:
        for syntax, files in storable.items():
            if syntax in NATIVE_BUT_EXPLICIT:
                succeeded(run(storescu, [PROPOSED[syntax][0], "-R", "127.0.0.1", str(peer.port), *files]))
            else:
                succeeded(run(dcmsend, ["-dn", "127.0.0.1", str(peer.port), *files]))
            for path in files:
                same_content(peer.file(instance_of(path)), path)


# the corpus of real files


def corpus_files(corpus: Path) -> dict[str, list[Path]]:
    """The consistent Part 10 files of the corpus, by transfer syntax; those of the storage service (PS3.4 annex B)."""
    grouped: dict[str, list[Path]] = {}
    with (corpus / "MANIFEST.tsv").open(newline="") as table:
        for line in csv.DictReader(table, delimiter="\t"):
            non_patient = line["sop_class_uid"].startswith("1.2.840.10008.5.1.4.39.")  # PS3.4 annex GG
            if line["path"].startswith("valid/") and not non_patient:
                grouped.setdefault(line["transfer_syntax_uid"], []).append(corpus / line["path"])
    assert sum(map(len, grouped.values())) > 100
    return grouped


def test_corpus_to_pynetdicom(corpus: Path, storescu: Path, dcmsend: Path, run: Run) -> None:
    for syntax, files in corpus_files(corpus).items():
        command = [dcmsend, "+f", "-dn"]
        if syntax in NATIVE_BUT_EXPLICIT:
            command = [storescu, PROPOSED[syntax][0], "-R"]
            files = [path for path in files if part10.read(path).sop_class.startswith("1.2.840.10008.")]  # noqa: PLW2901
        with pynetdicom_scp(131072) as peer:
            succeeded(run(command[0], [*command[1:], "127.0.0.1", str(peer.port), *files], timeout=60))
            arrived_unchanged(peer, files)


#: pixel data that is encapsulated although it is OW, and an unknown sequence: its parser gives up
REFUSED_BY_ORTHANC = {"pydicom__rtdose_rle.dcm", "pydicomdata__explicit_VR-UN.dcm"}


def test_corpus_to_orthanc(corpus: Path, dcmsend: Path, run: Run, tmp_path: Path) -> None:
    first_of: dict[str, Path] = {}
    for syntax, files in corpus_files(corpus).items():
        if syntax in PROPOSED and syntax not in NATIVE_BUT_EXPLICIT:
            for path in files:
                if in_a_series(path):
                    first_of.setdefault(instance_of(path), path)
    with orthanc(tmp_path) as peer:
        result = run(dcmsend, ["+f", "-dn", "127.0.0.1", str(peer.port), *first_of.values()], timeout=60)
        assert result.code == 0
        refused = {path.name for path in first_of.values() if f"{path}: peer answered status 0xc000" in result.err}
        assert refused <= REFUSED_BY_ORTHANC
        assert len(peer.instances()) == len(first_of) - len(refused)
        for instance, path in first_of.items():
            if path.name not in refused:
                same_content(peer.file(instance), path)
