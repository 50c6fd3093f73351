"""dcmsend with a DICOMDIR, as a user runs it: what is said, what is sent, and what a large one costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, Element, instance
from compat.media import build, dicomdir, good, image, record
from peers import found, process
from peers.scp import ScriptedScp
from test_report import MEASURE, labels

#: what dcmmkdir wants to know of an object
LISTED: list[Element] = [
    (0x00080020, "DA", b"20200101"),
    (0x00080030, "TM", b"120000"),
    (0x00200010, "SH", b"S1"),
    (0x00200011, "IS", b"1 "),
    (0x00200013, "IS", b"1 "),
]


def send(dcmsend: Path, *arguments: Path | str, cwd: Path | None = None) -> tuple[process.Result, list[str]]:
    """What came of ``dcmsend +rd``, and the SOP Instance UIDs that arrived."""
    with ScriptedScp() as scp:
        result = process.run(dcmsend, ["+rd", *arguments[:-1], "127.0.0.1", str(scp.port), arguments[-1]], cwd=cwd)
        scp.finish()
    return result, [str(store.command[0x1000]) for store in scp.stores]


def test_each_invalid_record_is_named(dcmsend: Path, tmp_path: Path) -> None:
    path = build(tmp_path, "climbing")
    result, sent = send(dcmsend, "-nh", path)
    assert (result.code, sent) == (0, ["2.25.91.1"])
    assert result.lines == [
        f"E: cannot add DICOM file to the transfer list: {path}: record '..\\IM2' at 456: "
        "Invalid filename: '..' is no component of a Referenced File ID, ignoring file; "
        "try: check the medium: it may be damaged"
    ]


def test_no_record_makes_a_line(dcmsend: Path, tmp_path: Path) -> None:
    path = tmp_path / "DICOMDIR"
    path.write_bytes(dicomdir([good(1, "A\nF: forged\r\x1b[1m\\B"), good(2, "C\nE: forged\\..")]))
    result, _ = send(dcmsend, "-nh", "+crf", tmp_path / "r.txt", path)
    assert len(result.lines) == 2
    assert all("forged" in line and line.startswith(("E: cannot ", "E: Cannot access ")) for line in result.lines)
    assert len(labels((tmp_path / "r.txt").read_text())["Filename"]) == 1


def test_paths_go_from_the_folder_of_the_dicomdir(dcmsend: Path, tmp_path: Path) -> None:
    build(tmp_path, "lower-case")
    for typed in ("DICOMDIR", "./DICOMDIR", str(tmp_path / "DICOMDIR")):
        result, sent = send(dcmsend, "+crf", "r.txt", typed, cwd=tmp_path)
        assert result.code == 0, result.err
        assert len(sent) == 3
        folder = typed[: -len("DICOMDIR")].removeprefix("./")
        names = labels((tmp_path / "r.txt").read_text())["Filename"]
        assert names == [folder + name for name in ("images/im1", "Images2/Im2.", "IMAGES3/im3.;1")]
        (tmp_path / "r.txt").unlink()


def test_a_dicomdir_among_scanned_files(dcmsend: Path, tmp_path: Path) -> None:
    build(tmp_path, "good")
    result, sent = send(dcmsend, "+sd", "+r", tmp_path)
    assert result.code == 0, result.err
    assert sorted(sent) == sorted(["2.25.91.1", "2.25.91.2", "2.25.91.3"] * 2)


def test_what_is_in_no_letters_but_bytes(dcmsend: Path, tmp_path: Path) -> None:
    (tmp_path / "IMÄGES").mkdir()
    (tmp_path / "IMÄGES" / "ÉIN").write_bytes(image(1))
    (tmp_path / "DICOMDIR").write_bytes(dicomdir([good(1, "IMÄGES\\ÉIN")]))
    result, sent = send(dcmsend, tmp_path / "DICOMDIR")
    assert (result.code, sent) == (0, ["2.25.91.1"]), result.err


def test_a_deflated_dicomdir_is_refused(dcmsend: Path, tmp_path: Path) -> None:
    data = bytearray(dicomdir([good(1)]))
    at = data.index(b"1.2.840.10008.1.2.1\0")
    data[at - 8 : at + 20] = data[at - 8 : at - 2] + b"\x16\0" + b"1.2.840.10008.1.2.1.99"
    path = tmp_path / "DICOMDIR"
    path.write_bytes(bytes(data))
    result, _ = send(dcmsend, path)
    assert result.code == 22
    assert len(result.lines) == 1
    assert result.lines[0].startswith("F: bad DICOM file: ")


@pytest.mark.parametrize("cut", range(0, 700, 7))
def test_a_truncated_dicomdir_ends_in_one_line(dcmsend: Path, tmp_path: Path, cut: int) -> None:
    build(tmp_path, "undefined")
    path = tmp_path / "DICOMDIR"
    whole = path.read_bytes()
    if cut >= len(whole):
        pytest.skip("the file is shorter")
    path.write_bytes(whole[:cut])
    result, sent = send(dcmsend, path)
    # cut off before the sequence of its records it is whole, but has none
    codes = {22: "F: bad DICOM file: ", 23: "F: no valid input files"}
    assert sent == []
    assert len(result.lines) == 1
    assert result.lines[0].startswith(codes[result.code])


def test_one_that_dcmtk_made(dcmsend: Path, tmp_path: Path) -> None:
    maker = found.dcmtk("dcmmkdir")
    folder = tmp_path / "SET" / "IMG"
    folder.mkdir(parents=True)
    for number in range(20):
        (folder / f"IM{number}").write_bytes(instance(SECONDARY_CAPTURE, f"2.25.92.{number}", more=LISTED))
    done = process.run(maker, ["-Pgp", "-W", "+id", ".", "+r", "-Nxc", "+D", "DICOMDIR", "IMG"], cwd=tmp_path / "SET")
    assert (tmp_path / "SET" / "DICOMDIR").exists(), done.err
    for path in sorted(folder.iterdir()):
        path.rename(path.with_name(path.name.lower()))
    folder.rename(folder.with_name("img"))
    result, sent = send(dcmsend, tmp_path / "SET" / "DICOMDIR")
    assert result.code == 0, result.err
    assert sorted(sent) == sorted(f"2.25.92.{number}" for number in range(20))


def test_a_large_one_costs_little(dcmsend: Path, tmp_path: Path) -> None:
    """20,000 records in small letters: seconds to collect, and a few hundred bytes a record."""
    (tmp_path / "data").mkdir()
    for number in range(20000):
        (tmp_path / "data" / f"im{number}").write_bytes(b"")
    records = [record(f"DATA\\IM{number}", f"2.25.93.{number}") for number in range(20000)]
    (tmp_path / "DICOMDIR").write_bytes(dicomdir(records))
    peaks = []
    for path, wanted in ((tmp_path / "DICOMDIR", 62), (tmp_path / "data" / "im1", 22)):
        with ScriptedScp() as scp:
            command = [sys.executable, "-c", MEASURE, dcmsend, "-q", "+rd", "127.0.0.1", str(scp.port), path]
            said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
        status, peak = map(int, said.split())
        assert status == wanted << 8
        peaks.append(peak)
    assert (peaks[0] - peaks[1]) * 1024 < 20000 * 1000, peaks
