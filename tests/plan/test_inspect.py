"""What a file is: identity from meta information and data set, deflated ones included, against pydicom's reader."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest

from storejet._core import EXPECT_ANY, EXPECT_DATA_SET, EXPECT_FILE, Source
from storejet.errors import InputError
from storejet.plan.inspect import SPACED_INSTANCE, identified, opened, queued

DEFLATED = "1.2.840.10008.1.2.1.99"


def parts(path: Path) -> tuple[bytes, bytes]:
    source = Source()
    opened(source, str(path), EXPECT_ANY)
    data = path.read_bytes()
    return data[: source.data_set_offset], data[source.data_set_offset :]


def test_identity_is_that_of_the_data_set(sample: Callable[[str], Path]) -> None:
    path = sample("CT_small.dcm")
    truth = pydicom.dcmread(path)
    for look in (queued, identified, opened):
        found = look(Source(), str(path), EXPECT_FILE)
        assert (found.class_uid, found.instance_uid) == (truth.SOPClassUID, truth.SOPInstanceUID)
        assert found.syntax == truth.file_meta.TransferSyntaxUID


def test_a_bare_data_set_is_guessed(sample: Callable[[str], Path], tmp_path: Path) -> None:
    _, data = parts(sample("MR_small_bigendian.dcm"))
    (tmp_path / "bare").write_bytes(data)
    found = opened(Source(), str(tmp_path / "bare"), EXPECT_DATA_SET)
    assert found.syntax == "1.2.840.10008.1.2.2"
    with pytest.raises(InputError, match="File meta information header missing"):
        queued(Source(), str(tmp_path / "bare"), EXPECT_FILE)


def test_a_deflated_data_set_is_looked_into(sample: Callable[[str], Path]) -> None:
    path = sample("image_dfl.dcm")
    truth = pydicom.dcmread(path)
    found = opened(Source(), str(path), EXPECT_ANY)
    assert (found.class_uid, found.instance_uid, found.syntax) == (truth.SOPClassUID, truth.SOPInstanceUID, DEFLATED)
    assert identified(Source(), str(path), EXPECT_ANY).instance_uid == truth.SOPInstanceUID


def test_a_deflated_data_set_that_is_none(sample: Callable[[str], Path], tmp_path: Path) -> None:
    head, data = parts(sample("image_dfl.dcm"))
    (tmp_path / "bad").write_bytes(head + zlib.compress(b"x" * 1000) + data)
    with pytest.raises(InputError, match="cannot be inflated"):
        opened(Source(), str(tmp_path / "bad"), EXPECT_ANY)


def test_spaces_around_uids_are_noted(sample: Callable[[str], Path], tmp_path: Path) -> None:
    path = sample("CT_small.dcm")
    uid = pydicom.dcmread(path).SOPInstanceUID.encode()
    padded = uid + (b"\0" if len(uid) % 2 else b"")
    data = path.read_bytes().replace(padded, padded[:-2] + b"  ")
    (tmp_path / "spaced").write_bytes(data)
    found = opened(Source(), str(tmp_path / "spaced"), EXPECT_ANY)
    assert found.spaced == SPACED_INSTANCE
    assert found.instance_uid == padded[:-2].decode()
    assert not opened(Source(), str(path), EXPECT_ANY).spaced
