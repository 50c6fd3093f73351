"""The corpora: the same bytes always, real DICOM, and made again only when something is missing."""

from __future__ import annotations

import array
import json
import os
import zlib
from pathlib import Path

import corpora
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian

#: raise LAYOUT in bench/corpora.py when one of these changes: numbers of different corpora must not be compared
DIGESTS = {
    "one": "941afd8948e70eb8407b01f46fc0f61cea327dd18ade74d93a2733e244e29876",
    "quick-small": "ea93f0073a0e6dd4b525f51acae081bb0ed6b74e8dd36f0870de89f217d6e805",
    "quick-ct": "21f2af697668250acea0367370f10caff0d94f9d4d854145714abd1faec279ac",
    "quick-phantom": "ed2da6ac197937177ccaf4fa81d6f5f9bc69c12480e42c48053e4253b18ef60e",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_bytes_never_change(tmp_path: Path, name: str) -> None:
    made = corpora.make(name, tmp_path)
    manifest = json.loads((tmp_path / name / "corpus.json").read_text())
    assert manifest["sha256"] == DIGESTS[name]
    assert corpora.make(name, tmp_path / "again").dataset_bytes == made.dataset_bytes
    assert [path.read_bytes() for path in made.files] == [
        (tmp_path / "again" / name / path.name).read_bytes() for path in made.files
    ]


def test_the_issue_s_sizes() -> None:
    sizes = {name: (c.count, c.pixel_bytes) for name, c in corpora.CORPORA.items()}
    assert sizes["small"] == (2000, 4608)
    assert sizes["ct"] == (500, 524_288)
    assert sizes["big"] == (1, 419_430_400)
    assert sizes["huge"] == (1, 2**31)
    assert sizes["one"] == (1, 4608)
    assert sizes["phantom"] == (100, 524_288)


@pytest.mark.parametrize("name", ["quick-small", "quick-ct", "quick-big", "quick-phantom"])
def test_pydicom_reads_them(tmp_path: Path, name: str) -> None:
    made = corpora.make(name, tmp_path)
    instances = set()
    for path in made.files:
        read = pydicom.dcmread(path)
        assert read.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert read.file_meta.MediaStorageSOPClassUID == read.SOPClassUID
        assert read.file_meta.MediaStorageSOPInstanceUID == read.SOPInstanceUID
        assert read.SOPInstanceUID.startswith("2.25.")
        assert read.SOPInstanceUID.is_valid
        assert len(read.PixelData) == made.corpus.pixel_bytes
        assert read.Rows * read.Columns * 2 * int(read.get("NumberOfFrames", 1)) == made.corpus.pixel_bytes
        instances.add(read.SOPInstanceUID)
    assert len(instances) == len(made.files) == made.corpus.count


def test_dataset_bytes_are_what_follows_the_meta_information(tmp_path: Path) -> None:
    made = corpora.make("quick-small", tmp_path)
    starts = [144 + pydicom.filereader.read_file_meta_info(path).FileMetaInformationGroupLength for path in made.files]
    assert made.dataset_bytes == sum(path.stat().st_size for path in made.files) - sum(starts)


def test_blocks_of_a_large_object_differ(tmp_path: Path) -> None:
    made = corpora.make("quick-big", tmp_path)
    pixels = pydicom.dcmread(made.files[0]).PixelData
    block = corpora.NOISE_BYTES
    assert pixels[:block] != pixels[block : 2 * block]
    assert sorted(pixels[:block]) == sorted(pixels[block : 2 * block])
    assert len(set(pixels[:4096])) > 200


def test_a_phantom_deflates_as_a_ct_does(tmp_path: Path) -> None:
    """No scan is the same, none can be stored away in a few bytes, and none has to be stored as it is."""
    made = corpora.make("quick-phantom", tmp_path)
    slices = [pydicom.dcmread(path).PixelData for path in made.files]
    assert len(set(slices)) == made.corpus.count
    for pixels in slices:
        values = array.array("H", pixels)
        assert (min(values), 1500 < max(values) < 4096) == (0, True)
        assert 0.4 < len(zlib.compress(pixels, 6)) / len(pixels) < 0.5
        assert set(pixels[:200]) == {0}, "outside the circle"


def test_a_complete_corpus_is_used_again_and_a_damaged_one_made_anew(tmp_path: Path) -> None:
    made = corpora.make("one", tmp_path)
    good = made.files[0].read_bytes()
    os.utime(made.files[0], (1, 1))
    assert corpora.make("one", tmp_path) == made
    assert made.files[0].stat().st_mtime == 1
    made.files[0].write_bytes(good[:-1])
    assert corpora.make("one", tmp_path) == made
    assert made.files[0].read_bytes() == good
    (tmp_path / "one" / "corpus.json").unlink()
    made.files[0].unlink()
    assert corpora.make("one", tmp_path) == made
    assert made.files[0].read_bytes() == good


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert corpora.main([str(tmp_path), "one"]) == 0
    assert capsys.readouterr().out == "one: 1 files, 5108 bytes of data sets\n"
    with pytest.raises(SystemExit):
        corpora.main([str(tmp_path), "none"])
