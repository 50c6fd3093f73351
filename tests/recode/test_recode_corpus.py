"""Every native file of the corpus in every direction and back: pydicom, DCMTK and the twin agree with the kernel."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from peers import found

from recode.kernel import kernel
from recode.model import BIG, ENCODINGS, EXPLICIT, IMPLICIT
from recode.readers import against_dcmtk, by_pydicom, dcmconv, differences
from recode.stored import data_set, listed
from recode.twin import recode
from storejet.cli.dictionary import load
from storejet.errors import InputError

FOLDER = found.corpus_folder()
FILES = listed(FOLDER, "valid", native=True)

#: DCMTK's dictionary with the private elements, which its tools do not load unless told
DICTIONARY = ":".join(
    str(path) for name in ("dicom", "private") for path in Path("/usr/share").glob(f"libdcmtk*/{name}.dic")
)


def test_the_native_files_are_all_there(corpus: Path) -> None:
    assert corpus == FOLDER
    assert len(FILES) == 83


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_pydicom_reads_the_same_data_set(path: Path) -> None:
    data, source = data_set(path)
    chance = random.Random(path.name)
    before = by_pydicom(data, source)
    for target in ENCODINGS:
        there = kernel(data, source, target, chance)
        assert there == recode(data, source, target)
        assert differences(before, by_pydicom(there, target), vrs=target != IMPLICIT) == []
        back = kernel(there, target, source, chance)
        assert differences(before, by_pydicom(back, source), vrs=target != IMPLICIT) == []
        assert kernel(back, source, target, chance) == there


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_dcmtk_makes_the_same_of_it(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, source = data_set(path)
    lexicon = []
    if source == IMPLICIT and DICTIONARY:
        monkeypatch.setenv("DCMDICTPATH", DICTIONARY)
        lexicon = load(DICTIONARY)
    for target in ENCODINGS:
        ours, theirs = kernel(data, source, target, lexicon=lexicon), dcmconv(data, source, target, tmp_path)
        assert against_dcmtk(ours, theirs, target, tmp_path) == []


def test_new_vrs_are_written_as_dcmtk_does(corpus: Path, tmp_path: Path) -> None:
    del corpus
    seen = 0
    for path in FILES:
        data, source = data_set(path)
        for target in (EXPLICIT, BIG):
            ours = kernel(data, source, target, old_vrs=True)
            if source == IMPLICIT or ours == kernel(data, source, target):
                continue
            seen += 1
            theirs = dcmconv(data, source, target, tmp_path, "-u")
            assert against_dcmtk(ours, theirs, target, tmp_path) == [], path
    assert seen > 10


def test_compressed_pixel_data_is_passed_on_or_refused(corpus: Path) -> None:
    paths = listed(corpus, "valid", native=False)
    assert len(paths) == 89
    for path in paths:
        data, encoding = data_set(path)
        assert encoding == ""
        there = kernel(data, EXPLICIT, EXPLICIT, random.Random(path.name))
        assert differences(by_pydicom(data, EXPLICIT), by_pydicom(there, EXPLICIT), vrs=True) == []
        for target in (IMPLICIT, BIG):
            with pytest.raises(InputError, match=r"\(7fe0,0010\)") as error:
                kernel(data, EXPLICIT, target)
            assert data[error.value.offset :].startswith(b"\xe0\x7f\x10\0")
