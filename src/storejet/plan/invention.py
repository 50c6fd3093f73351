"""Invented identifiers of patients, studies, series and instances (--invent-instance and its kin).

Counters decide when the next series, study and patient begins; what they are called is random, so that no two runs, on
whatever machines, invent the same. Clauses: PS3.5 B.2 (UUID-derived UIDs), 6.2 (lengths: SH 16, LO and PN 64, IS 12).
"""

from posix import urandom

from storejet.plan.edit import SERIES_INSTANCE_UID, SOP_INSTANCE_UID, STUDY_INSTANCE_UID

ACCESSION_NUMBER = 0x00080050
PATIENT_NAME = 0x00100010
PATIENT_ID = 0x00100020
STUDY_ID = 0x00200010
SERIES_NUMBER = 0x00200011
INSTANCE_NUMBER = 0x00200013

#: the largest IS (PS3.5 6.2)
_LARGEST_NUMBER = 2**31 - 1

#: digits and capitals that are not mistaken for one another
_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_uid() -> str:
    """A UID under ``2.25`` from a random UUID (PS3.5 B.2, RFC 9562 5.4): at most 44 characters."""
    bits = int.from_bytes(urandom(16), "big")
    bits = bits & ~(0xF << 76) | 4 << 76  # version 4
    bits = bits & ~(3 << 62) | 2 << 62  # variant
    return f"2.25.{bits}"


def new_name(prefix: str) -> str:
    """The prefix and 12 random characters (60 bits)."""
    return prefix + "".join([_CHARACTERS[byte & 31] for byte in urandom(12)])


class Invention:
    """The present patient, study, series and instance; ``next`` goes on to the next instance.

    ``images`` instances make a series, ``series`` series a study, ``studies`` studies a patient (each at least 1).
    """

    __slots__ = (
        "_accession", "_image", "_images", "_instance_uid", "_patient", "_patient_id", "_patient_name", "_serial",
        "_serials", "_series_uid", "_studies", "_study", "_study_id", "_study_uid",
    )  # fmt: skip

    def __init__(self, images: int, series: int, studies: int) -> None:
        self._images = min(images, _LARGEST_NUMBER)
        self._serials = min(series, _LARGEST_NUMBER)
        self._studies = studies
        # counters of the present ones, from 0: image in its series, series in its study, study of its patient
        self._image = self._serial = self._study = self._patient = 0
        self._instance_uid = ""  # nothing was invented yet
        self._begin_patient()

    def next(self) -> "dict[int, tuple[str, bytes]]":
        """The identifiers of the next instance: tag → (VR, value not padded)."""
        if self._instance_uid:
            self._image += 1
            if self._image == self._images:
                self._image = 0
                self._next_series()
        self._instance_uid = new_uid()
        values = (
            (SOP_INSTANCE_UID, "UI", self._instance_uid),
            (ACCESSION_NUMBER, "SH", self._accession),
            (PATIENT_NAME, "PN", self._patient_name),
            (PATIENT_ID, "LO", self._patient_id),
            (STUDY_INSTANCE_UID, "UI", self._study_uid),
            (SERIES_INSTANCE_UID, "UI", self._series_uid),
            (STUDY_ID, "SH", self._study_id),
            (SERIES_NUMBER, "IS", str(self._serial + 1)),
            (INSTANCE_NUMBER, "IS", str(self._image + 1)),
        )
        return {tag: (vr, value.encode("ascii")) for tag, vr, value in values}

    def described(self) -> list[str]:
        """The present identifiers as lines of the log, in the words of DCMTK's storescu (counters from 0)."""
        return [
            f"Inventing Identifying Information (pa{self._patient}, st{self._study}, se{self._serial}, "
            f"im{self._image}):",
            f"  PatientName={self._patient_name}",
            f"  PatientID={self._patient_id}",
            f"  StudyInstanceUID={self._study_uid}",
            f"  StudyID={self._study_id}",
            f"  AccessionNumber={self._accession}",
            f"  SeriesInstanceUID={self._series_uid}",
            f"  SeriesNumber={self._serial + 1}",
            f"  SOPInstanceUID={self._instance_uid}",
            f"  ImageNumber={self._image + 1}",
        ]

    def _next_series(self) -> None:
        self._serial += 1
        if self._serial < self._serials:
            self._begin_series()
            return
        self._serial = 0
        self._study += 1
        if self._study < self._studies:
            self._begin_study()
            return
        self._study = 0
        self._patient += 1
        self._begin_patient()

    def _begin_patient(self) -> None:
        self._patient_name = new_name("STOREJET^TEST_PN_")
        self._patient_id = new_name("PID_")
        self._begin_study()

    def _begin_study(self) -> None:
        self._study_uid = new_uid()
        self._study_id = new_name("SID_")
        self._accession = new_name("ACC_")
        self._begin_series()

    def _begin_series(self) -> None:
        self._series_uid = new_uid()
