"""The door to the re-encoding: real data sets in every direction against a slow twin, dcmconv, pydicom; its errors."""

from __future__ import annotations

import itertools
import struct
import threading
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
import twin_recode
from ext_objects import element
from peers import found, process
from pydicom.filereader import read_dataset

from storejet._core import (
    EXPECT_ANY,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    OPAQUE,
    READ_WHOLE,
    Lexicon,
    Recoder,
    Source,
    vr_of,
)
from storejet.errors import InputError

ENCODINGS = (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG)
FILES = Path(pydicom.__file__).parent / "data" / "test_files"


def data_set(path: Path) -> tuple[bytes, int]:
    """The bytes of a file's data set, and their encoding."""
    source = Source()
    source.open(bytes(path))
    source.scan(EXPECT_ANY, READ_WHOLE)
    return path.read_bytes()[source.data_set_offset :], source.encoding


def samples() -> Iterable[tuple[Path, bool]]:
    """pydicom's sample files that are not damaged or deflated, and whether each holds fragments."""
    for path in sorted(FILES.glob("*.dcm")):
        try:
            data, encoding = data_set(path)
        except InputError:
            continue
        if encoding == OPAQUE:
            continue
        try:
            Recoder(encoding, IMPLICIT_LITTLE).count(data, True)
        except InputError:
            yield path, True
        else:
            yield path, False


SAMPLES = dict(samples())
NATIVE = [path for path, encapsulated in SAMPLES.items() if not encapsulated]


def pieces(data: bytes, size: int) -> Iterable[tuple[bytes, bool]]:
    for at in range(0, max(len(data), 1), size):
        yield data[at : at + size], at + size >= len(data)


def recoded(data: bytes, source: int, target: int, old: bool = False, size: int = 1 << 30) -> bytes:
    """Counted and written in pieces of that size."""
    recoder = Recoder(source, target, old)
    for piece, ends in pieces(data, size):
        assert recoder.count(piece, ends) == 0
    made = recoder.made
    recoder.rewind()
    written = b"".join(recoder.feed(piece, ends) for piece, ends in pieces(data, size))
    assert len(written) == made == recoder.made
    assert recoder.taken == len(data)
    return written


# ---- against the twin ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_are_recoded_as_the_twin_does(path: Path) -> None:
    data, source = data_set(path)
    for target, old in itertools.product(ENCODINGS, (False, True)):
        if SAMPLES[path] and not source == target == EXPLICIT_LITTLE:
            with pytest.raises(twin_recode.Encapsulated):
                twin_recode.recoded(data, source, target, old)
            with pytest.raises(InputError, match="compressed pixel data"):
                recoded(data, source, target, old)
            continue
        wanted = twin_recode.recoded(data, source, target, old)
        assert recoded(data, source, target, old) == wanted
        assert recoded(data, source, target, old, size=1000) == wanted
        if source == IMPLICIT_LITTLE and not old:
            assert recoded(wanted, target, source) == recoded(data, source, source)


def test_the_samples_are_of_every_encoding() -> None:
    assert {data_set(path)[1] for path in SAMPLES} == set(ENCODINGS)
    assert len(SAMPLES) > 60
    assert len(NATIVE) > 30


@pytest.mark.parametrize("size", [1, 7, 1024])
def test_pieces_of_any_size(size: int) -> None:
    data, source = data_set(FILES / "rtplan.dcm")
    for target in ENCODINGS:
        assert recoded(data, source, target, size=size) == recoded(data, source, target)


# ---- against DCMTK and pydicom ---------------------------------------------------------------------------------------

SYNTAXES = {IMPLICIT_LITTLE: "+ti", EXPLICIT_LITTLE: "+te", EXPLICIT_BIG: "+tb"}

#: what dcmconv does in another way
DCMTK_DIFFERS = {
    "UN_sequence.dcm": "a UN of undefined length becomes SQ",
    "meta_missing_tsyntax.dcm": "an unknown sequence in a sequence gets a defined length",
    "nested_priv_SQ.dcm": "an unknown sequence in a sequence gets a defined length",
}


@pytest.mark.parametrize("path", NATIVE, ids=lambda path: path.name)
def test_samples_are_recoded_as_dcmconv_does(path: Path, tmp_path: Path) -> None:
    """Once lengths are of one form: dcmconv's output, re-encoded by us into itself, is ours."""
    dcmconv = found.dcmtk("dcmconv")
    data, source = data_set(path)
    output = tmp_path / "converted.dcm"
    same = []
    for target, option in SYNTAXES.items():
        done = process.run(dcmconv, ["-q", option, str(path), str(output)])
        assert done.code == 0, done.err
        same.append(recoded(data_set(output)[0], target, target) == recoded(data, source, target))
    assert all(same) == (path.name not in DCMTK_DIFFERS), DCMTK_DIFFERS.get(path.name, "they differ")


@pytest.mark.parametrize("name", ["CT_small", "MR_small_bigendian", "rtplan", "test-SR", "waveform_ecg", "reportsi"])
@pytest.mark.parametrize("target", ENCODINGS)
def test_pydicom_reads_the_same_values(name: str, target: int) -> None:
    path = FILES / f"{name}.dcm"
    data, source = data_set(path)
    whole = pydicom.dcmread(path)
    text = recoded(data, source, target)
    read = read_dataset(BytesIO(text), target == IMPLICIT_LITTLE, target != EXPLICIT_BIG)
    read.set_original_encoding(target == IMPLICIT_LITTLE, target != EXPLICIT_BIG, whole.get("SpecificCharacterSet"))
    assert [each.tag for each in read] == [each.tag for each in whole if each.tag.element and each.tag != 0xFFFCFFFC]
    for each in read:
        if each.VR in ("OW", "OB", "UN", "OB or OW") or whole[each.tag].VR == "UN":
            continue  # bytes in the order of their encoding: the twin's tests
        assert str(each.value) == str(whole[each.tag].value), each


# ---- how it is called ------------------------------------------------------------------------------------------------


def test_a_count_of_known_size_leaves_out_values() -> None:
    head = element(0x7FE0, 0x10, b"OW", b"")[:-4] + struct.pack("<I", 1 << 30)
    tail = element(0x7FE1, 0x1001, b"LO", b"abc ")
    recoder = Recoder(EXPLICIT_LITTLE, IMPLICIT_LITTLE, size=len(head) + (1 << 30) + len(tail))
    assert recoder.count(head, False) == 1 << 30
    assert recoder.count(tail, True) == 0
    assert recoder.made == 8 + (1 << 30) + 12


def test_errors_tell_the_place() -> None:
    data = element(8, 0x60, b"CS", b"OT") + element(0x7FE0, 0x10, b"OW", bytes(5000))[:-1]
    for size in (None, len(data)):
        with pytest.raises(InputError, match=r"is truncated.*\(7fe0,0010\) at byte 10") as caught:
            Recoder(EXPLICIT_LITTLE, EXPLICIT_BIG, size=size).count(data, True)
        assert (caught.value.offset, caught.value.tag) == (10, 0x7FE00010)
        with pytest.raises(InputError, match=r"is truncated.*\(7fe0,0010\) at byte 10"):
            Recoder(EXPLICIT_LITTLE, EXPLICIT_BIG, size=size).feed(data, True)


def test_what_came_late_is_known_in_the_second_run() -> None:
    late = struct.pack("<HHIH", 0x18, 0x9810, 2, 7) + struct.pack("<HHIH", 0x28, 0x103, 2, 1)
    recoder = Recoder(IMPLICIT_LITTLE, EXPLICIT_LITTLE)
    assert recoder.feed(late, True)[4:6] == b"US"
    recoder.rewind()
    assert recoder.feed(late, True)[4:6] == b"SS"


def test_more_output_than_was_expected() -> None:
    """Many short elements grow by half; each has its place, however little was given."""
    item = struct.pack("<HHI", 0xFFFE, 0xE000, 8) + struct.pack("<HHI", 8, 0x81, 0)
    data = struct.pack("<HHI", 8, 0x1115, 5000 * len(item)) + 5000 * item
    assert recoded(data, IMPLICIT_LITTLE, EXPLICIT_LITTLE) == twin_recode.recoded(
        data, IMPLICIT_LITTLE, EXPLICIT_LITTLE
    )


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (Recoder, TypeError),
        (lambda: Recoder(0), TypeError),
        (lambda: Recoder(None, 1), TypeError),
        (lambda: Recoder(0, 1, False, "no lexicon"), TypeError),
        (lambda: Recoder(OPAQUE, 1), ValueError),
        (lambda: Recoder(1, OPAQUE), ValueError),
        (lambda: Recoder(-1, 1), ValueError),
        (lambda: Recoder(0, 1, size=-1), OverflowError),
        (lambda: Recoder(0, 1, size=1 << 63), ValueError),
        (lambda: Recoder(0, 1).count("text", True), TypeError),
        (lambda: Recoder(0, 1).count(None, True), TypeError),
        (lambda: Recoder(0, 1).feed(bytearray(8), True), TypeError),
        (lambda: Recoder(0, 1).feed(b""), TypeError),
        (lambda: Lexicon(None), TypeError),
        (lambda: Lexicon([(8, 8, 2, 1)]), ValueError),
        (lambda: Lexicon([(8, 8, 2, 0x10000, 0x10000, 2, "CS", "")]), ValueError),
        (lambda: Lexicon([(8, 7, 2, 1, 1, 2, "CS", "")]), ValueError),
        (lambda: Lexicon([(9, 9, 2, 0x1001, 0x1001, 2, "CS", "ACME")]), ValueError),
        (lambda: Lexicon([(8, 8, 3, 1, 1, 2, "CS", "")]), ValueError),
        (lambda: Lexicon([(8, 8, 2, 1, 1, 2, "ZZ", "")]), ValueError),
        (lambda: Lexicon([(8, 8, 2, 1, 1, 2, 7, "")]), ValueError),
        (lambda: Lexicon([(8, 8, 2, 1, 1, 2, "CS", 7.5)]), TypeError),
        (lambda: vr_of("tag"), TypeError),
        (lambda: vr_of(1 << 32), OverflowError),
    ],
)
def test_calls_that_make_no_sense(call: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()  # type: ignore[operator]


def test_two_recoders_in_two_threads() -> None:
    data, source = data_set(FILES / "CT_small.dcm")
    wanted = recoded(data, source, EXPLICIT_BIG)
    results: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: results.extend(recoded(data, source, EXPLICIT_BIG) for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [wanted] * 80


# ---- Lexicon ---------------------------------------------------------------------------------------------------------


def test_a_lexicon_answers_before_the_dictionary() -> None:
    lexicon = Lexicon(
        [
            (0x10, 0x10, 2, 0x10, 0x10, 2, "LT", ""),
            (0x10, 0x10, 2, 0x20, 0x20, 2, "LT", ""),
            (0x10, 0x10, 2, 0x20, 0x20, 2, "SH", ""),  # the later one counts
            (0x10, 0x10, 2, 0x30, 0x30, 2, "na", ""),  # passed over
            (0x6000, 0x60FF, 0, 0, 0xFFFF, 2, "UT", ""),
            (0x6000, 0x60FF, 0, 0x10, 0x10, 2, "xs", ""),
            (0x6002, 0x6002, 2, 0x10, 0x10, 2, "px", ""),
            (0x29, 0x29, 2, 8, 8, 2, "up", "SIEMENS CSA HEADER"),
            (0x9, 0xFFFF, 1, 0, 0x10, 2, "lt", b"ACME "),
        ]
    )
    rows = [
        (0x00100010, "", "LT"), (0x00100020, "", "SH"), (0x00100030, "", "DA"), (0x00100040, "", "CS"),
        (0x60000010, "", "xs"), (0x60000011, "", "UT"), (0x60010011, "", ""), (0x60020010, "", "ox"),
        (0x00291008, "SIEMENS CSA HEADER", "UL"), (0x00291010, "SIEMENS CSA HEADER", "OB"),
        (0x00111110, "ACME", "lt"), (0x00111111, "ACME", ""), (0x00111110, "ACM", ""), (0x00111110, "", ""),
    ]  # fmt: skip
    for tag, creator, vr in rows:
        assert vr_of(tag, creator, lexicon) == vr, f"{tag:08x} {creator}"
    assert vr_of(0x00100010) == "PN"


def test_an_empty_lexicon_changes_nothing() -> None:
    data, source = data_set(FILES / "rtplan.dcm")
    assert source == IMPLICIT_LITTLE
    assert Recoder(source, EXPLICIT_LITTLE, lexicon=Lexicon([])).feed(data, True) == recoded(
        data, source, EXPLICIT_LITTLE
    )


def test_a_recoder_uses_its_lexicon_and_keeps_it() -> None:
    data = struct.pack("<HHI", 0x10, 0x10, 2) + b"AB"
    recoder = Recoder(IMPLICIT_LITTLE, EXPLICIT_LITTLE, False, Lexicon([(0x10, 0x10, 2, 0x10, 0x10, 2, "US", "")]))
    assert recoder.feed(data, True) == struct.pack("<HH", 0x10, 0x10) + b"US\2\0AB"


# ---- the dictionary --------------------------------------------------------------------------------------------------


def test_the_dictionary_is_pydicoms() -> None:
    """Of whatever edition: a row that differs or vanished is a mistake, one that is new is news."""
    from pydicom._dicom_dict import DicomDictionary

    codes = {"US or SS": "xs", "OB or OW": "ox", "US or OW": "lt", "US or SS or OW": "lt"}
    missing = 0
    for tag, row in DicomDictionary.items():
        wanted = codes.get(row[0], row[0])
        if tag >> 16 in (0, 0xFFFE) or tag & 0xFFFF == 0 or wanted == "NONE":
            assert vr_of(tag) == ""
            continue
        missing += vr_of(tag) == ""
        assert vr_of(tag) in (wanted, ""), f"{tag:08x}"
    assert missing < 200


def test_private_dictionaries_are_pydicoms() -> None:
    from pydicom._private_dict import private_dictionaries

    seen = 0
    for creator, rows in private_dictionaries.items():
        for pattern, row in rows.items():
            if pattern[4:6] != "xx" or "x" in pattern[:4] + pattern[6:] or int(pattern[:4], 16) % 2 == 0:
                continue
            vr = {"US or SS": "xs", "OB_OW": "ox"}.get(row[0], row[0])
            for block in ("10", "e7"):
                got = vr_of(int(pattern.replace("xx", block), 16), creator)
                seen += got != ""
                assert got in (vr, ""), f"{creator} {pattern}"
    assert seen > 15000
