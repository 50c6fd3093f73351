"""A file is checked to its end before its message begins."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from compat import encode

from storejet._core import EXPECT_ANY, Source
from storejet.errors import InputError
from storejet.plan.inspect import Instance, opened
from storejet.plan.invention import Invention
from storejet.plan.route import Route
from storejet.send.editing import Editor
from storejet.send.prepare import Treatment, prepare

IMPLICIT, EXPLICIT, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"


def going_out_as(syntax: str) -> Callable[[Instance], Route]:
    return lambda instance: Route(1, syntax)


@pytest.mark.parametrize("goes", [IMPLICIT, EXPLICIT, DEFLATED])
@pytest.mark.parametrize("kept", [0, 1, 100, 1000, -1])
def test_a_deflated_data_set_that_ends_early(
    sample: Callable[[str], Path], tmp_path: Path, kept: int, goes: str
) -> None:
    source = Source()
    opened(source, str(sample("image_dfl.dcm")), EXPECT_ANY)
    data = sample("image_dfl.dcm").read_bytes()
    # behind the stream stand some bytes that are none of it
    end = source.data_set_offset + kept if kept >= 0 else len(data) - 20
    (tmp_path / "cut").write_bytes(data[:end])
    with pytest.raises(InputError, match=r"truncated|damaged|No SOP Class"):
        prepare(Source(), str(tmp_path / "cut"), EXPECT_ANY, going_out_as(goes), Treatment())


def test_what_goes_out_deflated_is_made_by_jobs(sample: Callable[[str], Path]) -> None:
    import zlib

    path = sample("CT_small.dcm")
    prepared = prepare(Source(), str(path), EXPECT_ANY, going_out_as(DEFLATED), Treatment())
    assert prepared.work is not None
    made = b"".join(prepared.outward(prepared.work))
    assert zlib.decompressobj(-15).decompress(made) == path.read_bytes()[prepared.source.data_set_offset :]


def test_an_inflated_data_set_is_all_that_was_deflated(sample: Callable[[str], Path]) -> None:
    import zlib

    path = sample("image_dfl.dcm")
    prepared = prepare(Source(), str(path), EXPECT_ANY, going_out_as(EXPLICIT), Treatment())
    assert prepared.work is None
    assert prepared.pieces is not None
    stored = path.read_bytes()[prepared.source.data_set_offset :]
    assert b"".join(prepared.pieces) == zlib.decompressobj(-15).decompress(stored)


def test_what_cannot_be_read_as_elements_has_no_old_value_representations(tmp_path: Path) -> None:
    private = "1.2.840.113619.5.2"
    data = encode.data_set(encode.identity(encode.CT, "2.25.1")) + encode.element(0x7FE00011, "UT", b"abcd")
    path = tmp_path / "private.dcm"
    path.write_bytes(encode.file(encode.meta(encode.CT, "2.25.1", private), data))
    prepared = prepare(Source(), str(path), EXPECT_ANY, going_out_as(private), Treatment(old_vrs=True))
    assert prepared.pieces is None
    assert prepared.source.read(1 << 20) == data


@pytest.mark.parametrize("edited", [False, True])
def test_a_deflated_file_that_changes_behind_its_stream(
    sample: Callable[[str], Path], tmp_path: Path, edited: bool
) -> None:
    path = tmp_path / "long.dcm"
    path.write_bytes(sample("image_dfl.dcm").read_bytes() + bytes(3 << 20))
    treatment = Treatment(editor=Editor(Invention(1, 1, 1), False) if edited else None)
    prepared = prepare(Source(), str(path), EXPECT_ANY, going_out_as(EXPLICIT), treatment)
    os.utime(path, ns=(0, 0))
    assert prepared.pieces is not None
    with pytest.raises(InputError, match="changed"):
        list(prepared.pieces)
