"""What storescu changes on the way, as a user runs it: invented identifiers, mended UIDs, renamed files.

The scripted SCP records what arrives, and pydicom reads it.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from compat.dataset import Walk
from compat.encode import CT, data_set, element, file, identity, meta
from compat.inputs import complete, group_lengths, spaced
from peers import part10, process, script, wire
from peers.scp import ScriptedScp, Store
from peers.script import Script
from pydicom.dataset import Dataset

RLE = "1.2.840.10008.1.2.5"
IDENTIFIERS = (
    "SOPInstanceUID", "AccessionNumber", "PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "StudyID",
    "SeriesNumber", "InstanceNumber",
)  # fmt: skip

#: option that proposes a sample's transfer syntax, and what the peer then prefers
SYNTAXES = {
    "CT_small.dcm": ("-xe", wire.EXPLICIT),
    "MR_small_implicit.dcm": ("-xi", wire.IMPLICIT),
    "MR_small_bigendian.dcm": ("-xb", wire.BIG_ENDIAN),
    "MR_small_RLE.dcm": ("-xr", RLE),
    "MR_small_padded.dcm": ("-xe", wire.EXPLICIT),
    "rtplan.dcm": ("-xi", wire.IMPLICIT),
    "test-SR.dcm": ("-xe", wire.EXPLICIT),
    "JPEG2000.dcm": ("-xw", "1.2.840.10008.1.2.4.91"),
    "liver_1frame.dcm": ("-R -xe", wire.EXPLICIT),
}


def read(data: bytes, syntax: str) -> Dataset:
    found = pydicom.filereader.read_dataset(
        io.BytesIO(data), syntax == wire.IMPLICIT, syntax != wire.BIG_ENDIAN, len(data)
    )
    assert isinstance(found, Dataset)
    return found


def sent(
    storescu: Path, options: str, *files: Path, conduct: Script | None = None, code: int = 0
) -> tuple[list[tuple[Store, Dataset]], process.Result]:
    """Run the command: what arrived, each with its data set, and what it said."""
    with ScriptedScp(conduct or Script()) as scp:
        done = process.run(storescu, [*options.split(), "127.0.0.1", str(scp.port), *files])
        (association,) = scp.finish()
    assert done.code == code, done.err
    stores = [store for store in association.stores if store.complete]
    return [(store, read(bytes(store.data), association.accepted[store.context])) for store in stores], done


def made(folder: Path, content: bytes, name: str = "made.dcm") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# ---- invented identifiers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SYNTAXES)
def test_only_the_identifiers_are_replaced(name: str, storescu: Path, sample: Callable[[str], Path]) -> None:
    option, syntax = SYNTAXES[name]
    path = sample(name)
    ((store, arrived),), done = sent(storescu, f"+II {option}", path, conduct=Script(script.prefer(syntax)))
    stored = read(part10.read(path).data_set, syntax)
    assert done.err == ""
    assert store.sop_instance == arrived.SOPInstanceUID != stored.SOPInstanceUID
    assert store.sop_class == arrived.SOPClassUID == stored.SOPClassUID
    assert all(arrived[keyword].value for keyword in IDENTIFIERS)
    assert (arrived.SeriesNumber, arrived.InstanceNumber) == (1, 1)
    assert arrived.SOPInstanceUID.startswith("2.25.") and arrived.SOPInstanceUID.is_valid
    tags = {pydicom.datadict.tag_for_keyword(keyword) for keyword in IDENTIFIERS}
    assert arrived.keys() == stored.keys() | tags
    assert list(arrived.keys()) == sorted(arrived.keys())
    for tag in arrived.keys() - tags:
        assert arrived.get_item(tag).value == stored.get_item(tag).value or arrived[tag] == stored[tag]
    # not one other byte: what is left without the new elements is what is left without the old ones
    assert without(bytes(store.data), syntax, tags) == without(part10.read(path).data_set, syntax, tags)


def without(data: bytes, syntax: str, tags: set[int | None]) -> bytes:
    """The data set without these elements of its top level, and without the pad of an odd length."""
    walk = Walk(data, ">" if syntax == wire.BIG_ENDIAN else "<", syntax == wire.IMPLICIT)
    kept = b""
    while walk.at < len(data):
        start = walk.at
        tag, vr, length = walk.head()
        _ = walk.fragments() if (tag, length) == (0x7FE00010, 0xFFFFFFFF) else walk.value(vr, length)
        kept += b"" if tag in tags else data[start : walk.at]
    return kept


def test_limits_and_repetitions(storescu: Path, tmp_path: Path) -> None:
    path = made(tmp_path, complete())
    arrived = [data for _, data in sent(storescu, "+IR 2 +IS 2 +IP 2 --repeat 20", path)[0]]
    assert [int(one.InstanceNumber) for one in arrived] == [1, 2] * 10
    assert [int(one.SeriesNumber) for one in arrived] == [1, 1, 2, 2] * 5
    for keyword, each in (
        ("SOPInstanceUID", 1), ("SeriesInstanceUID", 2), ("StudyInstanceUID", 4), ("StudyID", 4),
        ("AccessionNumber", 4), ("PatientID", 8), ("PatientName", 8),
    ):  # fmt: skip
        values = [str(one[keyword].value) for one in arrived]
        assert [list(dict.fromkeys(values)).index(value) for value in values] == [n // each for n in range(20)]


@pytest.mark.parametrize("option", ["+II", "+IR 100", "+IS 50", "+IP 25"])
def test_each_option_invents_everything(option: str, storescu: Path, sample: Callable[[str], Path]) -> None:
    path = sample("CT_small.dcm")
    arrived = [data for _, data in sent(storescu, f"{option} --repeat 101", path)[0]]
    assert len({one.SOPInstanceUID for one in arrived}) == 101
    assert [int(one.InstanceNumber) for one in arrived] == [*range(1, 101), 1]
    assert [int(one.SeriesNumber) for one in arrived] == [1] * 100 + [2]
    assert len({one.StudyInstanceUID for one in arrived}) == 1
    assert arrived[0].PatientID != pydicom.dcmread(path).PatientID


def test_missing_attributes_are_added_in_their_places(storescu: Path, tmp_path: Path) -> None:
    """Among them the SOP instance UID of a file that has none."""
    content = file(meta(CT, "2.25.1", wire.EXPLICIT), data_set([(0x00080016, "UI", CT.encode() + b"\0")]))
    ((store, arrived),), done = sent(storescu, "+II", made(tmp_path, content))
    assert done.err == ""
    assert list(arrived.keys()) == sorted(arrived.keys())
    assert all(arrived[keyword].value for keyword in IDENTIFIERS)
    assert store.sop_instance == arrived.SOPInstanceUID


def test_nested_copies_and_meta_information_stay(storescu: Path, tmp_path: Path) -> None:
    nested = element(0x00080018, "UI", b"2.25.8") + element(0x00100020, "LO", b"NEST")
    item = b"\xfe\xff\x00\xe0" + struct.pack("<I", len(nested)) + nested
    path = made(tmp_path, complete(more=[(0x00081115, "SQ", item), (0x00200052, "UI", b"2.25.7")]))
    before = path.read_bytes()
    ((store, arrived),), _ = sent(storescu, "+II", path)
    assert arrived.ReferencedSeriesSequence[0].SOPInstanceUID == "2.25.8"
    assert arrived.ReferencedSeriesSequence[0].PatientID == "NEST"
    assert arrived.FrameOfReferenceUID == "2.25.7"
    assert nested in store.data
    assert path.read_bytes() == before


def test_group_lengths_are_true(storescu: Path, tmp_path: Path) -> None:
    ((store, arrived),), _ = sent(storescu, "+II", made(tmp_path, group_lengths()))
    for group in (0x0008, 0x0010, 0x0020):
        ends = [
            arrived.get_item(tag).value_tell + arrived.get_item(tag).length
            for tag in list(arrived.keys())
            if tag >> 16 == group
        ]
        begin = arrived.get_item(group << 16).value_tell + 4
        assert struct.unpack_from("<I", store.data, begin - 4)[0] == max(ends) - begin


def test_what_is_invented_is_logged(storescu: Path, sample: Callable[[str], Path]) -> None:
    arrived, done = sent(storescu, "-v +II --repeat 2", sample("CT_small.dcm"))
    lines = done.lines
    for number, (_, data) in enumerate(arrived):
        at = lines.index(f"I: Inventing Identifying Information (pa0, st0, se0, im{number}):")
        assert lines[at - 1].startswith("I: Sending file: ")
        said = dict(line.removeprefix("I:   ").split("=") for line in lines[at + 1 : at + 10])
        number_said = said.pop("ImageNumber")
        assert int(number_said) == data.InstanceNumber == number + 1
        assert said == {keyword: str(data[keyword].value) for keyword in said}
        assert len(said) == 8
    assert sent(storescu, "+II", sample("CT_small.dcm"))[1].err == ""


def test_two_runs_invent_nothing_alike(storescu: Path, sample: Callable[[str], Path]) -> None:
    runs = [sent(storescu, "+II", sample("CT_small.dcm"))[0][0][1] for _ in range(2)]
    for keyword in IDENTIFIERS[:7]:
        assert runs[0][keyword].value != runs[1][keyword].value


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([(0x00100020, "LO", b"AGAIN ")], "(0010,0020) twice"),
        ([(0x00200010, "SQ", b"")], "(0020,0010) is a sequence"),
    ],
)
def test_a_damaged_data_set_is_refused_and_the_next_one_sent(
    more: list[tuple[int, str, bytes | None]], words: str, storescu: Path, tmp_path: Path, sample: Callable[[str], Path]
) -> None:
    """Half an invention would leave the old patient in it."""
    bad = made(tmp_path, file(meta(CT, "2.25.1", wire.EXPLICIT), data_set([*identity(CT, "2.25.1"), *more])))
    arrived, done = sent(storescu, "-nh +II", bad, sample("CT_small.dcm"))
    (line,) = done.lines
    assert line.startswith(f"E: Bad DICOM file: {bad}: ") and words in line
    assert len(arrived) == 1
    assert sent(storescu, "", bad)[0], "as it is stored, it goes out"


def test_the_largest_values_and_odd_sizes(storescu: Path, tmp_path: Path) -> None:
    """A data set of odd length, and one larger than any window, arrive whole behind their new identifiers."""
    for size in (1, 4 << 20):
        pixels = bytes(number % 251 for number in range(size))
        content = complete(more=[(0x7FE00010, "OB", pixels)])
        ((store, arrived),), _ = sent(storescu, "+II", made(tmp_path, content))
        assert arrived.PixelData == pixels
        assert len(store.data) % 2 == 0
        assert store.sop_instance == arrived.SOPInstanceUID


def test_a_file_that_changes_while_it_is_sent(storescu: Path, tmp_path: Path) -> None:
    path = made(tmp_path, complete(more=[(0x7FE00010, "OB", bytes(64 << 20))]))

    def cut(_: object) -> bool:
        os.truncate(path, 32 << 20)
        return True

    with ScriptedScp(Script(on_data=cut, keep_data=False)) as scp:
        done = process.run(storescu, ["+II", "127.0.0.1", str(scp.port), path])
        (association,) = scp.finish()
    assert done.code == 1
    assert "changed while it was being sent" in done.err
    assert [store.complete for store in association.stores] == [False]
    assert association.ending == "abort"


# ---- UIDs with spaces -----------------------------------------------------------------------------------------------

SPACED = {
    "SOP Instance UID": {"instance_uid": b"2.25.123 "},
    "Study Instance UID": {"study": b"2.25.3 "},
    "Series Instance UID": {"series": b" 2.25. 4"},
    "SOP Instance UID, Study Instance UID, Series Instance UID": {
        "instance_uid": b"2.25.123  ", "study": b" 2.25.3 ", "series": b"2.25.4 "
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("option", "syntax"), [("-xe", wire.EXPLICIT), ("-xi", wire.IMPLICIT), ("-xb", wire.BIG_ENDIAN)]
)
@pytest.mark.parametrize("names", SPACED)
def test_uids_with_spaces_are_mended_when_asked(
    names: str, option: str, syntax: str, storescu: Path, tmp_path: Path
) -> None:
    content = spaced(**SPACED[names], syntax=syntax)
    path = made(tmp_path, content)
    conduct = Script(script.prefer(syntax))
    ((store, arrived),), done = sent(storescu, f"-up {option}", path, conduct=conduct)
    assert done.err == ""
    found = [
        element.value.decode() for tag in (0x00080018, 0x0020000D, 0x0020000E) if (element := arrived.get_item(tag))
    ]
    assert [value.rstrip("\0") for value in found] == ["2.25.123", "2.25.3", "2.25.4"]
    assert store.sop_instance == "2.25.123"
    assert not any(" " in value for value in found)

    ((store, _),), done = sent(storescu, option, path, conduct=conduct)
    assert done.lines == [f"W: {names} with space characters, sent as stored in the data set: {path}"]
    stored = part10.split(content).data_set
    assert bytes(store.data) == stored + b"\0" * (len(stored) % 2)
    assert store.sop_instance == "2.25.123"


def test_a_class_uid_with_spaces(storescu: Path, tmp_path: Path) -> None:
    path = made(tmp_path, file(meta(CT, "2.25.1", wire.EXPLICIT), data_set(identity(CT + " ", "2.25.1"))))
    ((store, arrived),), done = sent(storescu, "-up", path)
    assert (done.err, store.sop_class, arrived.get_item(0x00080016).value) == ("", CT, CT.encode() + b"\0")
    ((store, _),), done = sent(storescu, "", path)
    assert done.lines == [f"W: SOP Class UID with space characters, sent as stored in the data set: {path}"]
    assert store.sop_class == CT


def test_mending_what_needs_none_changes_nothing(storescu: Path, sample: Callable[[str], Path]) -> None:
    path = sample("CT_small.dcm")
    ((store, _),), done = sent(storescu, "-up", path)
    assert done.err == ""
    assert bytes(store.data) == part10.read(path).data_set


def test_mending_and_sending_as_stored_alternate(storescu: Path, tmp_path: Path, sample: Callable[[str], Path]) -> None:
    """The next file is looked at before it is known whether it needs mending."""
    bad = made(tmp_path, spaced(b"2.25.123 ", study=b"2.25.3 "))
    good = sample("CT_small.dcm")
    arrived, done = sent(storescu, "-up --repeat 2", bad, good, bad)
    assert done.err == ""
    assert [store.sop_instance for store, _ in arrived[:2]] == ["2.25.123"] * 2
    assert bytes(arrived[2][0].data) == bytes(arrived[3][0].data) == part10.read(good).data_set
    assert {data.StudyInstanceUID for _, data in (*arrived[:2], *arrived[4:])} == {"2.25.3"}


def test_mended_and_invented(storescu: Path, tmp_path: Path) -> None:
    path = made(tmp_path, spaced(b"2.25.123 ", study=b"2.25.3 "))
    for option in ("+II", "+II -up"):
        ((_, arrived),), done = sent(storescu, option, path)
        assert done.err == ""
        assert all(b" " not in arrived.get_item(tag).value for tag in (0x00080018, 0x0020000D, 0x0020000E))


def test_dcmsend_warns_as_well(dcmsend: Path, tmp_path: Path) -> None:
    path = made(tmp_path, spaced(study=b"2.25.3 "))
    ((store, _),), done = sent(dcmsend, "", path)
    assert done.lines == [f"W: Study Instance UID with space characters, sent as stored in the data set: {path}"]
    assert b"2.25.3 " in store.data


# ---- names ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(tmp_path: Path, sample: Callable[[str], Path]) -> list[Path]:
    files = [tmp_path / name for name in ("a.dcm", "b.dcm", "c.dcm")]
    for path in files:
        shutil.copy(sample("CT_small.dcm"), path)
    return files


def left(files: list[Path]) -> list[str]:
    return sorted(os.listdir(files[0].parent))


def test_files_are_renamed_by_what_became_of_them(storescu: Path, three: list[Path]) -> None:
    three[1].write_bytes(b"no DICOM file")
    before = three[0].read_bytes()
    arrived, done = sent(storescu, "+rn -nh", *three, conduct=Script(status=script.statuses(0xB000)))
    assert len(arrived) == 2
    assert left(three) == ["a.dcm.done", "b.dcm.bad", "c.dcm.done"]
    assert Path(f"{three[0]}.done").read_bytes() == before
    assert len(done.lines) == 1


def test_files_that_were_not_attempted_keep_their_names(storescu: Path, three: list[Path]) -> None:
    sent(storescu, "+rn", *three, conduct=Script(status=script.statuses(0, 0xA700)), code=0xA7)
    assert left(three) == ["a.dcm.done", "b.dcm.bad", "c.dcm"]


def test_a_lost_association_makes_a_bad_file(storescu: Path, three: list[Path]) -> None:
    sent(storescu, "+rn -nh", *three, conduct=Script(on_response=script.only(2, script.close)), code=1)
    assert left(three) == ["a.dcm.done", "b.dcm.bad", "c.dcm"]


def test_nothing_is_renamed_without_being_asked(storescu: Path, three: list[Path]) -> None:
    sent(storescu, "", *three)
    sent(storescu, "+rn -rn", *three)
    assert left(three) == ["a.dcm", "b.dcm", "c.dcm"]


def test_a_file_is_renamed_after_its_last_repetition(storescu: Path, three: list[Path]) -> None:
    arrived, done = sent(storescu, "+rn --repeat 3", *three)
    assert (len(arrived), done.err) == (9, "")
    assert left(three) == ["a.dcm.done", "b.dcm.done", "c.dcm.done"]


def test_one_failed_repetition_makes_a_bad_file(storescu: Path, three: list[Path]) -> None:
    statuses = script.statuses(0, 0xA700, 0, 0xA700, 0, 0, 0)
    arrived, _ = sent(storescu, "+rn -nh --repeat 2", *three, conduct=Script(status=statuses))
    assert len(arrived) == 6
    assert left(three) == ["a.dcm.bad", "b.dcm.bad", "c.dcm.done"]


def test_a_path_that_is_on_the_list_twice_is_sent_twice(storescu: Path, three: list[Path]) -> None:
    a, b, c = three
    arrived, done = sent(storescu, "+rn", a, a, b, c, a)
    assert (len(arrived), done.err) == (5, "")
    assert left(three) == ["a.dcm.done", "b.dcm.done", "c.dcm.done"]


@pytest.mark.parametrize("first", ["good", "bad"])
def test_a_file_under_two_names_is_not_lost_silently(first: str, storescu: Path, three: list[Path]) -> None:
    """Two spellings of one file: it is sent twice, or there is a line that says that it was not."""
    if first == "bad":
        three[0].write_bytes(b"no DICOM file")
    other = f"{three[0].parent}/./a.dcm"
    with ScriptedScp() as scp:
        done = process.run(storescu, ["+rn", "-nh", "127.0.0.1", str(scp.port), three[0], other])
        scp.finish()
    assert len(scp.stores) + len([line for line in done.lines if line.startswith("E: ")]) == 2
    assert f"W: cannot rename file '{other}'" in done.err
    assert left(three)[0] == f"a.dcm.{'done' if first == 'good' else 'bad'}"


def test_a_file_that_has_the_new_name_already_stays(storescu: Path, three: list[Path]) -> None:
    precious = Path(f"{three[0]}.done")
    precious.write_text("precious")
    arrived, done = sent(storescu, "+rn", *three)
    assert len(arrived) == 3
    assert precious.read_text() == "precious"
    assert left(three) == ["a.dcm", "a.dcm.done", "b.dcm.done", "c.dcm.done"]
    assert done.lines == [f"W: cannot rename file '{three[0]}' to '{precious}': File exists"]


def test_a_file_that_cannot_get_the_new_name(storescu: Path, three: list[Path]) -> None:
    long = three[0].with_name("a" * 252)
    three[0].rename(long)
    _, done = sent(storescu, "+rn", long)
    assert done.lines == [f"W: cannot rename file '{long}' to '{long}.done': File name too long"]
    assert left(three) == ["a" * 252, "b.dcm", "c.dcm"]


def test_names_of_any_bytes(storescu: Path, three: list[Path]) -> None:
    odd = os.fsencode(three[0].parent) + b"/\xff\n\xe4.dcm"
    os.rename(three[0], odd)
    with ScriptedScp() as scp:
        done = process.run(storescu, ["+rn", "127.0.0.1", str(scp.port), os.fsdecode(odd)])
        scp.finish()
    assert (done.code, done.err) == (0, "")
    assert os.path.exists(odd + b".done")


def test_a_folder_is_renamed_file_by_file(storescu: Path, three: list[Path]) -> None:
    sent(storescu, "+rn +sd", three[0].parent)
    assert left(three) == ["a.dcm.done", "b.dcm.done", "c.dcm.done"]


def test_renaming_with_invention(storescu: Path, three: list[Path]) -> None:
    arrived, _ = sent(storescu, "+rn +II --repeat 2", *three)
    assert len({store.sop_instance for store, _ in arrived}) == 6
    assert left(three) == ["a.dcm.done", "b.dcm.done", "c.dcm.done"]


def test_a_deflated_data_set_is_not_sent_with_half_an_invention(
    storescu: Path, sample: Callable[[str], Path], tmp_path: Path
) -> None:
    """It is either sent with new identifiers, or there is a line that says that it was not."""
    path = sample("image_dfl.dcm")
    with ScriptedScp() as scp:
        done = process.run(storescu, ["-nh", "+II", "-xd", "127.0.0.1", str(scp.port), path, sample("CT_small.dcm")])
        scp.finish()
    assert len(scp.stores) + len(done.lines) == 2
    assert pydicom.dcmread(path).SOPInstanceUID not in {store.sop_instance for store in scp.stores}
