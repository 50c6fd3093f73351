"""Every file whose native pixels are known for certain arrives with these, and with all else as it was stored."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from compat.dataset import Canonical, canonical, trimmed
from peers import found, part10, wire
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from decode import listed, native
from decode.arriving import NATIVE, Thing, jpeg2000_is_here, read, sent
from decode.listed import Reference
from decode.unchanged import changes

#: what pydicom thinks of odd values, as it comes across them, is of no concern
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

REFERENCES = listed.references()
JPEG_LOSSY = tuple(f"1.2.840.10008.1.2.4.{last}" for last in ("50", "51", "53", "55"))

#: YCbCr streams of JPEG arrive as RGB, as DCMTK sends them
CONVERTED = tuple(
    reference.path
    for reference in REFERENCES
    if reference.syntax in JPEG_LOSSY and reference.photometric.startswith("YBR")
)
#: lossy JPEG is specified up to the rounding of its inverse transform (T.81 annex A.3.3, T.83): file → how far apart
ROUNDED = {
    "valid/pydicom__SC_rgb_dcmtk_+eb+cr.dcm": 1,
    **dict.fromkeys(CONVERTED, 2),
}

#: what of group 0028 is another one afterwards, and nothing else may be
RGB_FULL = {"PhotometricInterpretation": ("YBR_FULL", "RGB")}
RGB_422 = {"PhotometricInterpretation": ("YBR_FULL_422", "RGB")}
RGB_RCT = {"PhotometricInterpretation": ("YBR_RCT", "RGB")}
LOSSY = {"LossyImageCompression": (None, "01")}
CHANGES: dict[str, dict[str, Any]] = {
    "valid/chafeyhtj2k__US1_JPH.dcm": RGB_RCT,
    "valid/msdicomserver__Microsoft.Health.Dicom.Core.UnitTests_TestFiles_Input1.dcm": RGB_RCT,
    "valid/pydicom__GDCMJ2K_TextGBR.dcm": RGB_RCT,
    "valid/pydicom__pydicom_examples_jpeg2k.dcm": RGB_RCT,
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+n2.dcm": RGB_FULL,
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+s2.dcm": RGB_422,
    "valid/pydicom__SC_rgb_dcmtk_+eb+cy+s4.dcm": RGB_FULL,
    "valid/pydicom__SC_rgb_jpeg_dcmtk.dcm": RGB_FULL,
    "valid/pydicom__SC_rgb_small_odd_jpeg.dcm": RGB_FULL,
    "valid/pydicom__JPEGLSNearLossless_08.dcm": LOSSY,
    "valid/pydicom__JPEGLSNearLossless_16.dcm": LOSSY,
    "valid/pydicom__SC_rgb_jls_lossy_line.dcm": LOSSY,
    "valid/pydicom__SC_rgb_jls_lossy_sample.dcm": LOSSY,
}


def options(reference: Reference) -> list[str]:
    return ["+dly"] if reference.syntax in listed.LOSSY else []


def arrived(reference: Reference, tool: Path, syntax: str, more: list[str]) -> Thing:
    if reference.syntax in listed.JPEG2000 and not jpeg2000_is_here():
        found.missing("pylibjpeg-openjpeg is not installed")
    thing = sent(tool, listed.file(reference.path), syntax, *more).only
    assert thing.syntax == syntax
    return thing


def without_transformation(path: Path, where: Path) -> bytes:
    """The samples of a JPEG stream as DCMTK decodes them, without its conversion of colours."""
    plain = where / "plain.dcm"
    subprocess.run([found.dcmtk("dcmdjpeg"), "+cn", path, plain], check=True, capture_output=True)
    return native.pixel_bytes(read(plain), wire.EXPLICIT)


def compare(reference: Reference, pixels: bytes, bits: int, where: Path) -> None:
    """Bit for bit; or, where decoders may round, within the distance that is listed of what the hash stands for."""
    assert len(pixels) == reference.length
    if reference.path not in ROUNDED:
        assert hashlib.sha256(pixels).hexdigest() == reference.sha256
        return
    exact = without_transformation(listed.file(reference.path), where)
    assert hashlib.sha256(exact).hexdigest() == reference.sha256
    if reference.path in CONVERTED:
        exact = native.rgb(exact)
    assert native.distance(pixels, exact, bits) <= ROUNDED[reference.path]


by_path = pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.path)


@pytest.mark.parametrize("name", NATIVE)
@by_path
def test_the_pixels_are_those_of_the_reference(reference: Reference, name: str, dcmsend: Path, tmp_path: Path) -> None:
    thing = arrived(reference, dcmsend, NATIVE[name], options(reference))
    data_set = thing.read()
    compare(reference, native.pixel_bytes(data_set, thing.syntax), data_set.BitsAllocated, tmp_path)


@by_path
def test_lossless_files_arrive_the_same_where_lossy_ones_are_decompressed_too(
    reference: Reference, dcmsend: Path
) -> None:
    if reference.syntax in listed.LOSSY:
        assert not sent(dcmsend, listed.file(reference.path), wire.IMPLICIT).things
        assert not sent(dcmsend, listed.file(reference.path), wire.IMPLICIT, "+dls").things
        return
    plain = arrived(reference, dcmsend, wire.IMPLICIT, [])
    for option in ("+dls", "+dly"):
        assert arrived(reference, dcmsend, wire.IMPLICIT, [option]) == plain


@by_path
def test_the_pixels_are_those_that_dcmtk_sends(reference: Reference, dcmsend: Path) -> None:
    theirs = sent(found.dcmtk("dcmsend"), listed.file(reference.path), wire.IMPLICIT, "+dly")
    if not theirs.things:  # which is looked at in test_beside_dcmtk
        pytest.skip("DCMTK does not send it")
    ours = arrived(reference, dcmsend, wire.IMPLICIT, ["+dly"]).read()
    expected = theirs.only.read()
    one, other = (native.pixel_bytes(each, wire.IMPLICIT) for each in (ours, expected))
    assert native.distance(one, other, ours.BitsAllocated) <= ROUNDED.get(reference.path, 0)
    assert ours.PhotometricInterpretation == expected.PhotometricInterpretation


@pytest.mark.parametrize("name", NATIVE)
@by_path
def test_nothing_else_is_changed(reference: Reference, name: str, dcmsend: Path) -> None:
    stored = read(listed.file(reference.path))
    identity = stored.SOPInstanceUID, stored.SOPClassUID
    thing = arrived(reference, dcmsend, NATIVE[name], options(reference))
    assert changes(stored, reference.syntax, thing.read(), thing.syntax) == CHANGES.get(reference.path, {})
    assert (thing.sop_instance, thing.sop_class) == identity


def without_pixels(rows: Canonical) -> Canonical:
    """Without what decompression replaces, at every level: icons have pixel data, too."""
    return tuple(
        (tag, vr, tuple(map(without_pixels, value)) if vr == "SQ" else value)
        for tag, vr, value in rows
        if tag not in (0x7FE00010, 0x7FE00001, 0x7FE00002)
    )


def items(data_set: Dataset) -> Iterator[Dataset]:
    """All items of all sequences."""
    for element in data_set:
        if element.VR == "SQ":
            for item in element.value:
                yield item
                yield from items(item)


@by_path
def test_every_byte_of_the_other_elements_is_kept(reference: Reference, dcmsend: Path) -> None:
    """Explicit VR keeps VRs and private elements too, so they can be compared as they are."""
    if reference.syntax == wire.BIG_ENDIAN:
        pytest.skip("converted, not decompressed: see tests/test_conversion.py")
    thing = arrived(reference, dcmsend, wire.EXPLICIT, options(reference))
    whole = part10.read(listed.file(reference.path))
    before, after = (
        {tag: (vr, value) for tag, vr, value in without_pixels(trimmed(canonical(data, syntax)))}
        for data, syntax in ((whole.data_set, whole.transfer_syntax), (thing.data, wire.EXPLICIT))
    )
    data_set = thing.read()
    for keyword in CHANGES.get(reference.path, {}):
        for rows in (before, after):
            rows.pop(tag_for_keyword(keyword) or 0, None)
    assert after == before
    vr = data_set.get_item("PixelData").VR
    assert vr == "OW" or (vr == "OB" and data_set.BitsAllocated <= 8)  # PS3.5 A.2
    for item in items(data_set):
        if "PixelData" in item:
            native.pixel_bytes(item, wire.EXPLICIT)
