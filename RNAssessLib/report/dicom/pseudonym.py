"""A patient's new identity: one for all objects of an export, forgotten after it.

DICOM PS3.15 Annex E, basic application level confidentiality profile, with dates moved by one
secret number of days (option "retain longitudinal temporal information, modified dates"): intervals
stay, calendar days do not. UIDs are replaced by keyed hashes, so that references between the
objects still hold and nobody can go back without the key, which is kept nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta

from pydicom.dataset import Dataset

FEWEST_DAYS, MOST_DAYS = 400, 3650
SENTINEL = Date(1900, 1, 1)  # of a course whose date is not known
# What is left of a source header: where the pixels lie, and nothing about whose they are.
KEPT = (
    "SOPClassUID", "Modality", "Rows", "Columns", "ImagePositionPatient",
    "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "SpacingBetweenSlices",
    "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit",
    "PixelRepresentation", "InstanceNumber", "SeriesNumber", "PatientPosition",
)  # fmt: skip
UIDS = ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID")
EMPTY = ("PatientBirthDate", "PatientSex", "AccessionNumber", "ReferringPhysicianName")
# Words that structure names, drugs and results are made of; whatever else stands there may be a
# name and is left out.
VOCABULARY = """
gtv ctv ptv itv prv target lesion met mets metastasis tumor tumour cavity boost srs sbrt brain whole
normal healthy total stem brainstem spinal cord optic chiasm nerve tract left right l r lt rt on
lens eye eyes cochlea hippocampus hippo pituitary external body skin scalp skull margin ring frontal
parietal temporal occipital insula cerebellum cerebellar thalamus pons medulla midbrain basal
ganglia lobe anterior posterior superior inferior medial lateral
radiation radionecrosis necrosis progression recurrence recurrent viable pseudoprogression true rn
ttp treatment effect gliosis no not without negative for excluded and with of metastatic confirmed
biopsy resection
dexamethasone prednisone prednisolone methylprednisolone hydrocortisone cortisone betamethasone
bevacizumab pembrolizumab nivolumab ipilimumab atezolizumab durvalumab osimertinib erlotinib
gefitinib afatinib alectinib crizotinib lorlatinib brigatinib dabrafenib trametinib vemurafenib
encorafenib binimetinib trastuzumab deruxtecan lapatinib tucatinib pertuzumab capecitabine
temozolomide carboplatin cisplatin pemetrexed etoposide paclitaxel docetaxel gemcitabine vinorelbine
sotorasib cabozantinib sunitinib pazopanib
"""
WORDS = frozenset(VOCABULARY.split())


def plain_words(text: str) -> str:
    """Keep the words that can identify nobody, full stops, and numbers of one or two digits.

    Examples
    --------
    >>> plain_words("GTV1 left frontal (Smith)"), plain_words("Doe 19450312")
    ('GTV1 left frontal', '')
    """
    kept: list[str] = []
    for token in re.findall(r"[A-Za-z]+\d{0,2}|\d+|[.;]", text):
        if token in ".;":  # what is denied ends with its sentence
            if kept and kept[-1][-1] not in ".;":
                kept[-1] += token
            continue
        letters, digits = re.fullmatch(r"([A-Za-z]*)(\d*)", token).groups()  # type: ignore[union-attr]
        if len(digits) <= 2 and (letters.lower() in WORDS if letters else bool(kept)):
            kept.append(token)
    return " ".join(kept)


@dataclass(frozen=True)
class Pseudonym:
    """The key of one export.

    Attributes
    ----------
    key : bytes
        Secret; never written.
    days : int
        By how many days all dates go back.
    patient_id : str
    """

    key: bytes
    days: int
    patient_id: str

    @classmethod
    def draw(cls) -> Pseudonym:
        """Draw a new identity at random."""
        days = FEWEST_DAYS + secrets.randbelow(MOST_DAYS - FEWEST_DAYS)
        return cls(secrets.token_bytes(32), days, f"RN-{secrets.token_hex(4).upper()}")

    shifted_dates = ("StudyDate", "StructureSetDate")

    def uid(self, uid: str | None) -> str | None:
        """Return the new UID of an old one; None and empty stay."""
        if not uid:
            return uid
        digest = hmac.new(self.key, str(uid).encode(), hashlib.sha256).digest()
        return f"2.25.{int.from_bytes(digest[:15], 'big')}"

    def day(self, day: Date) -> Date:
        """Return the moved day."""
        return day if day == SENTINEL else day - timedelta(days=self.days)

    def header(self, source: Dataset) -> Dataset:
        """Return what is left of a source header: `KEPT`, new UIDs, the moved day of the study."""
        clean = Dataset()
        for name in KEPT:
            if name in source:
                setattr(clean, name, source.get(name))
        for name in UIDS:
            if source.get(name):
                setattr(clean, name, self.uid(str(source.get(name))))
        for name in EMPTY:
            setattr(clean, name, "")
        clean.SpecificCharacterSet = "ISO_IR 192"
        clean.PatientName, clean.PatientID = f"{self.patient_id}^", self.patient_id
        clean.StudyID, clean.StudyTime = "1", "000000"
        clean.StudyDate = self.text_day(str(source.get("StudyDate") or ""))
        return clean

    def text_day(self, text: str) -> str:
        """Return the moved day of a DICOM date; empty when it is none."""
        try:
            day = Date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            return ""
        return self.day(day).strftime("%Y%m%d")
