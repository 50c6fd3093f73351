"""Storage SOP classes, the default proposal, and what else a UID may be."""

from __future__ import annotations

import pynetdicom.sop_class
import pytest
from pydicom._uid_dict import UID_dictionary

from storejet.tables.classify import classify
from storejet.tables.defaults import DEFAULT_STORAGE_CLASSES
from storejet.tables.registered import REGISTERED
from storejet.tables.sopclasses import RANK, RETIRED, STORAGE_CLASSES, SYMBOL, UID, modality, symbol

PREFIX = "1.2.840.10008.5.1.4.1.1."

#: the 64 classes in the order in which storescu proposes them, as written down from its proposals
PROPOSED = """
9.1.3 88.11 9.4.1 11.4 9.3.1 88.65 88.69 11.2 88.33 1 2 1.3 1.3.1 1.2 1.2.1 1.1 1.1.1 104.1 2.1 4.1 88.22
12.1.1 12.2.1 9.1.2 11.1 9.2.1 88.59 88.50 4 4.2 7.2 7.3 7.1 7.4 20 77.1.5.2 77.1.5.1 77.1.5.4 128 88.40 11.3
66 67 481.4 481.6 481.2 481.1 481.5 481.3 481.7 7 66.2 66.1 77.1.5.3 9.1.1 6.1 3.1 77.1.1 77.1.2 77.1.4 77.1.3
12.1 88.67 12.2
"""


def test_default_proposal() -> None:
    assert list(DEFAULT_STORAGE_CLASSES) == [PREFIX + tail for tail in PROPOSED.split()]
    assert len(set(DEFAULT_STORAGE_CLASSES)) == 64


def test_default_proposal_is_in_the_order_of_names() -> None:
    names = [symbol(uid) for uid in DEFAULT_STORAGE_CLASSES]
    assert names == sorted(names, key=str.lower)


def test_ranks_are_the_default_proposal() -> None:
    ranked = sorted((row[RANK], row[UID]) for row in STORAGE_CLASSES if row[RANK])
    assert [uid for _, uid in ranked] == list(DEFAULT_STORAGE_CLASSES)
    assert [rank for rank, _ in ranked] == list(range(1, 65))


def test_rows_are_unlike() -> None:
    assert len({row[UID] for row in STORAGE_CLASSES}) == len({row[SYMBOL] for row in STORAGE_CLASSES})
    assert len(STORAGE_CLASSES) == len({row[UID] for row in STORAGE_CLASSES}) > 200


def test_pynetdicom_knows_no_other() -> None:
    """Independent judge: all that pynetdicom's storage service takes is storage here."""
    missing = set(pynetdicom.sop_class._STORAGE_CLASSES.values()) - {row[UID] for row in STORAGE_CLASSES}
    assert not missing


def test_all_of_pydicom_is_either_storage_or_registered() -> None:
    for uid, row in UID_dictionary.items():
        if row[1] == "SOP Class" and row[0].endswith("Storage") and uid != "1.2.840.10008.1.3.10":
            assert classify(uid) == "storage", uid
        elif uid.startswith("1.2.840.10008."):
            assert classify(uid) in ("storage", "storage-prefix", "registered"), uid


@pytest.mark.parametrize(
    ("tail", "code", "name"),
    [
        ("2", "CT", "CTImageStorage"),
        ("4", "MR", "MRImageStorage"),
        ("1", "CR", "ComputedRadiographyImageStorage"),
        ("7", "SC", "SecondaryCaptureImageStorage"),
        ("6.1", "US", "UltrasoundImageStorage"),
        ("3.1", "USm", "UltrasoundMultiframeImageStorage"),
        ("7.2", "SCb", "MultiframeGrayscaleByteSecondaryCaptureImageStorage"),
        ("481.2", "RD", "RTDoseStorage"),
        ("481.5", "RP", "RTPlanStorage"),
        ("66.4", "SG", "SegmentationStorage"),
        ("88.67", "SRd", "XRayRadiationDoseSRStorage"),
        ("104.1", "PDF", "EncapsulatedPDFStorage"),
        ("5", "NMr", "RETIRED_NuclearMedicineImageStorage"),
        ("9.1", "WV_d", "DRAFT_WaveformStorage"),
        ("501.1", "CTs", "DICOS_CTImageStorage"),
        ("601.1", "EC", "DICONDE_EddyCurrentImageStorage"),
        ("66.7", "OT", "LabelMapSegmentationStorage"),
    ],
)
def test_modality_and_symbol(tail: str, code: str, name: str) -> None:
    assert modality(PREFIX + tail) == code
    assert symbol(PREFIX + tail) == name


def test_unknown_class() -> None:
    assert modality("1.2.3") == "OT"
    assert symbol("1.2.3") == ""


def test_retired() -> None:
    retired = {row[UID] for row in STORAGE_CLASSES if row[RETIRED]}
    assert {PREFIX + "5", PREFIX + "9", "1.2.840.10008.5.1.1.29"} <= retired
    assert not retired & set(DEFAULT_STORAGE_CLASSES)


@pytest.mark.parametrize(
    ("uid", "sort"),
    [
        (PREFIX + "2", "storage"),
        (PREFIX + "481.23", "storage"),
        ("1.2.840.10008.5.1.4.38.1", "storage"),
        ("1.2.840.10008.5.1.4.34.7", "storage"),
        ("1.2.840.10008.5.1.1.30", "storage"),
        (PREFIX + "999.1", "storage-prefix"),
        # a query model that was registered in the branch of storage SOP classes; DCMTK's dcmsend lets it pass, too
        (PREFIX + "200.4", "storage-prefix"),
        ("1.2.840.10008.1.3.10", "registered"),
        ("1.2.840.10008.1.1", "registered"),
        ("1.2.840.10008.1.20.1", "registered"),
        ("1.2.840.10008.5.1.4.1.2.1.1", "registered"),
        ("1.2.840.10008.5.1.4.1.2.2.2", "registered"),
        ("1.2.840.10008.1.2.1", "registered"),
        ("1.2.840.10008.1.2.8.1", "registered"),
        ("1.2.840.10008.3.1.1.1", "registered"),
        ("1.2.840.10008", "unknown-standard"),
        ("1.2.840.10008.7", "unknown-standard"),
        ("1.2.840.10008.5.1.4.1.1", "unknown-standard"),
        ("1.2.840.10008.5.1.4.1.10", "unknown-standard"),
        ("1.2.840.100081.5", "private"),
        ("1.2.840.113619.4.2", "private"),
        ("", "private"),
        ("not a UID", "private"),
    ],
)
def test_classify(uid: str, sort: str) -> None:
    assert classify(uid) == sort


def test_registered_has_no_storage_class() -> None:
    assert not {f"1.2.840.10008{tail}" for tail in REGISTERED} & {row[UID] for row in STORAGE_CLASSES}
    assert len(set(REGISTERED)) == len(REGISTERED)


def test_classes_of_other_services() -> None:
    from storejet.tables.registered import REGISTERED
    from storejet.tables.services import SERVICE_CLASSES
    from storejet.tables.sopclasses import STORAGE_CLASS_OF

    symbols = [symbol for _, symbol in SERVICE_CLASSES]
    assert len(set(symbols)) == len(symbols)
    assert not set(symbols) & {row[1] for row in STORAGE_CLASS_OF.values()}
    second_names = {uid for uid, _ in SERVICE_CLASSES if uid in STORAGE_CLASS_OF}
    assert second_names == {"1.2.840.10008.5.1.4.1.1.88.70"}
    assert {uid.removeprefix("1.2.840.10008") for uid, _ in SERVICE_CLASSES if uid not in second_names} <= set(
        REGISTERED
    )
    assert dict(SERVICE_CLASSES)["1.2.840.10008.1.1"] == "VerificationSOPClass"
