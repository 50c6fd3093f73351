"""Invented identifiers: when the next series, study and patient begin, and that every value is valid and new."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid

import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from storejet.plan.identity import valid_uid
from storejet.plan.invention import Invention, new_uid


def run_of(count: int, images: int, series: int, studies: int) -> list[Dataset]:
    invention = Invention(images, series, studies)
    found = []
    for _ in range(count):
        data = Dataset()
        for tag, (vr, value) in invention.next().items():
            data.add(DataElement(tag, vr, value.decode()))
        found.append(data)
    return found


def labels(values: list[str]) -> list[int]:
    return [list(dict.fromkeys(values)).index(value) for value in values]


@pytest.mark.parametrize(("images", "series", "studies"), [(1, 1, 1), (1, 2, 3), (3, 2, 2), (2, 1, 1), (100, 50, 25)])
def test_when_the_next_one_begins(images: int, series: int, studies: int) -> None:
    found = run_of(40, images, series, studies)
    order = range(len(found))
    assert labels([one.SOPInstanceUID for one in found]) == list(order)
    assert [int(one.InstanceNumber) for one in found] == [n % images + 1 for n in order]
    assert labels([one.SeriesInstanceUID for one in found]) == [n // images for n in order]
    assert [int(one.SeriesNumber) for one in found] == [n // images % series + 1 for n in order]
    of_study = [n // images // series for n in order]
    for name in ("StudyInstanceUID", "StudyID", "AccessionNumber"):
        assert labels([one[name].value for one in found]) == of_study
    of_patient = [n // images // series // studies for n in order]
    for name in ("PatientName", "PatientID"):
        assert labels([str(one[name].value) for one in found]) == of_patient


def test_every_value_is_valid_for_its_vr() -> None:
    for one in run_of(30, 1, 1, 1):
        assert len(one) == 9
        for each in one:
            text = str(each.value)
            assert text.isascii() and text
            assert len(text) <= {"UI": 64, "SH": 16, "LO": 64, "PN": 64, "IS": 12}[each.VR], each
            if each.VR == "UI":
                assert valid_uid(text) and text.startswith("2.25.")


def test_limits_beyond_what_a_number_can_say() -> None:
    largest = 2**31 - 1
    invention = Invention(2**63 - 1, 2**63 - 1, 2**63 - 1)
    invention.next()
    invention._image = largest - 2
    assert invention.next()[0x00200013] == ("IS", b"2147483647")
    again = invention.next()
    assert (again[0x00200013], again[0x00200011]) == (("IS", b"1"), ("IS", b"2"))


def test_a_uid_is_a_random_uuid() -> None:
    """PS3.5 B.2: the UUID as a decimal number, version and variant included."""
    for _ in range(200):
        made = uuid.UUID(int=int(new_uid().removeprefix("2.25.")))
        assert (made.version, made.variant) == (4, uuid.RFC_4122)
    assert len({new_uid() for _ in range(2000)}) == 2000


def test_no_two_processes_invent_the_same() -> None:
    code = (
        "from storejet.plan.invention import Invention;print(sorted(v for _, v in Invention(1, 1, 1).next().values()))"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    one, two = (set(re.findall(r"b'(\S{3,}?)'", text)) for text in said)
    assert len(one) == 7
    assert not one & two


def test_the_lines_of_the_log() -> None:
    invention = Invention(1, 2, 1)
    for _ in range(4):
        values = invention.next()
    lines = invention.described()
    assert lines[0] == "Inventing Identifying Information (pa1, st0, se1, im0):"
    said = dict(line.strip().split("=") for line in lines[1:])
    assert all(line.startswith("  ") for line in lines[1:])
    assert sorted(said.values()) == sorted(value.decode() for _, value in values.values())
    assert (said["SeriesNumber"], said["ImageNumber"]) == ("2", "1")
    assert said["SOPInstanceUID"] == values[0x00080018][1].decode()
