"""Transfer syntaxes."""

from __future__ import annotations

import pydicom.uid
import pytest
from pydicom._uid_dict import UID_dictionary

from storejet.tables import native
from storejet.tables.uids import (
    DECODER,
    KEYWORD,
    KIND,
    LOSS,
    NAME,
    RETIRED,
    SYMBOL,
    TRANSFER_SYNTAXES,
    UID,
    transfer_syntax,
    transfer_syntax_name,
)


def of(column: int, value: object) -> set[str]:
    """The last one or two components of the UIDs of the rows with this value."""
    return {row[UID].removeprefix("1.2.840.10008.1.2") or "0" for row in TRANSFER_SYNTAXES if row[column] == value}


def test_names_of_list_decoders() -> None:
    """The names that the man page of dcmsend gives, each for its UID, in its order."""
    native_names = [row[NAME] for row in TRANSFER_SYNTAXES if row[KIND] == "native"]
    assert native_names == ["Little Endian Implicit", "Little Endian Explicit", "Big Endian Explicit"]
    theirs = ("deflate", "jpeg", "jpegls", "rle")
    decodable = [(row[UID], row[NAME]) for row in TRANSFER_SYNTAXES if row[DECODER] in theirs]
    assert decodable == [
        ("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian"),
        ("1.2.840.10008.1.2.4.50", "JPEG Baseline"),
        ("1.2.840.10008.1.2.4.51", "JPEG Extended, Process 2+4"),
        ("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection, Non-hierarchical, Process 6+8"),
        ("1.2.840.10008.1.2.4.55", "JPEG Full Progression, Non-hierarchical, Process 10+12"),
        ("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-hierarchical, Process 14"),
        ("1.2.840.10008.1.2.4.70", "JPEG Lossless, Non-hierarchical, 1st Order Prediction"),
        ("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"),
        ("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-lossless)"),
        ("1.2.840.10008.1.2.5", "RLE Lossless"),
    ]


def test_symbols_of_negotiation_profiles() -> None:
    symbols = {row[SYMBOL]: row[UID] for row in TRANSFER_SYNTAXES}
    assert len(symbols) == len(TRANSFER_SYNTAXES)
    assert symbols["LittleEndianImplicit"] == "1.2.840.10008.1.2"
    assert symbols["DeflatedLittleEndianExplicit"] == "1.2.840.10008.1.2.1.99"
    assert symbols["JPEGBaseline"] == "1.2.840.10008.1.2.4.50"
    assert symbols["JPEGLossless:Non-hierarchical-1stOrderPrediction"] == "1.2.840.10008.1.2.4.70"
    assert symbols["JPEGLSLossy"] == "1.2.840.10008.1.2.4.81"
    assert symbols["MPEG4HighProfile/Level4.2For2DVideo"] == "1.2.840.10008.1.2.4.104"
    assert symbols["RLELossless"] == "1.2.840.10008.1.2.5"


def test_loss() -> None:
    assert of(LOSS, "none") == {"0", ".1", ".2", ".1.98"}
    lossless = {"57", "58", "65", "66", "70", "80", "90", "92", "110", "201", "202"}
    assert of(LOSS, "lossless") == {f".4.{one}" for one in lossless} | {".1.99", ".5", ".8.1"}
    assert {".4.50", ".4.51", ".4.81", ".4.91", ".4.93", ".4.100", ".4.108", ".4.111", ".4.203"} <= of(LOSS, "lossy")


def test_kind() -> None:
    assert of(KIND, "deflated") == {".1.99"}
    assert of(KIND, "referenced") == {".4.94", ".4.95", ".4.204", ".4.205"}
    encapsulated = of(KIND, "encapsulated")
    assert {".1.98", ".4.50", ".4.90", ".4.100.1", ".4.107", ".4.112", ".4.203", ".5", ".8.1"} <= encapsulated
    assert {row[KIND] for row in TRANSFER_SYNTAXES} == {"native", "deflated", "encapsulated", "referenced", "other"}


def test_pydicom_agrees() -> None:
    """Independent judge: pydicom's own notion of encapsulated and deflated, its keywords and its retired ones."""
    for row in TRANSFER_SYNTAXES:
        uid = pydicom.uid.UID(row[UID])
        if row[UID] in UID_dictionary:
            assert (uid.keyword, uid.is_retired) == (row[KEYWORD], row[RETIRED])
        if row[KIND] in ("native", "encapsulated", "deflated") and uid.is_transfer_syntax:
            assert uid.is_encapsulated == (row[KIND] == "encapsulated")
            assert uid.is_deflated == (row[KIND] == "deflated")


def test_every_transfer_syntax_of_pydicom_is_there() -> None:
    assert {uid for uid, row in UID_dictionary.items() if row[1] == "Transfer Syntax"} <= {
        row[UID] for row in TRANSFER_SYNTAXES
    }


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("IMPLICIT_VR_LITTLE_ENDIAN", "ImplicitVRLittleEndian"),
        ("EXPLICIT_VR_LITTLE_ENDIAN", "ExplicitVRLittleEndian"),
        ("EXPLICIT_VR_BIG_ENDIAN", "ExplicitVRBigEndian"),
        ("DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN", "DeflatedExplicitVRLittleEndian"),
    ],
)
def test_native(name: str, keyword: str) -> None:
    row = transfer_syntax(getattr(native, name))
    assert row is not None
    assert row[KEYWORD] == keyword == pydicom.uid.UID(getattr(native, name)).keyword


def test_lookup() -> None:
    assert transfer_syntax_name("1.2.840.10008.1.2.4.70") == "JPEG Lossless, Non-hierarchical, 1st Order Prediction"
    assert (
        transfer_syntax_name("1.2.840.10008.1.2.4.201") == "High-Throughput JPEG 2000 Image Compression (Lossless Only)"
    )
    assert transfer_syntax_name("1.2.3") == "Unknown Transfer Syntax"
    assert transfer_syntax("1.2.840.10008.1.2.4") is None
