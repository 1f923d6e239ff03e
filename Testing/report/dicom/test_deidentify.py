"""After de-identification nothing tells who the patient is, and everything else still holds."""

import dataclasses
import io
import itertools
import re
import sys
from datetime import date, timedelta
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pypdf
import pytest

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import (
    AminoAcidPet,
    ClinicalEvent,
    EventKind,
    InputError,
    MappingEntry,
    Spectrum,
    Structure,
)
from RNAssessLib.report.dicom.export import ExportFormat, export_dicom
from RNAssessLib.report.dicom.pseudonym import Pseudonym, plain_words

from ..dicom_checks import copy_series, verify

SECRETS = ("Quillfeather", "Benedetta", "MRN-77001234", "Klinik Sankt Vitus", "Dr. Ostrander",
           "ACC-5511", "SCANNER-SN-31337", "19450312", "1945-03-12", "private-note",
           "Quillfeather_B_followup")  # fmt: skip


def name_patient(header):
    header.PatientName = "Quillfeather^Benedetta"
    header.PatientID = "MRN-77001234"
    header.PatientBirthDate = "19450312"
    header.PatientSex = "F"
    header.PatientAddress = "Quillfeather"
    header.InstitutionName = "Klinik Sankt Vitus"
    header.ReferringPhysicianName = "Dr. Ostrander"
    header.OperatorsName = "Dr. Ostrander"
    header.AccessionNumber = "ACC-5511"
    header.StudyID = "ACC-5511"
    header.DeviceSerialNumber = "SCANNER-SN-31337"
    header.StudyDescription = "Follow-up of Quillfeather"
    header.SeriesDescription = "t1 Quillfeather"
    header.ImageComments = "private-note"
    header.private_block(0x0011, "SITE", create=True).add_new(1, "LO", "private-note")


def rename(case_or_prepared, old, new):
    """The structure `old` called `new`, wherever it stands."""

    def course(c):
        shapes = tuple(dataclasses.replace(s, name=new) if s.name == old else s
                       for s in c.structures)  # fmt: skip
        targets = tuple(dataclasses.replace(t, name=new) if t.name == old else t
                        for t in c.targets)  # fmt: skip
        return dataclasses.replace(c, structures=shapes, targets=targets)

    prepared = case_or_prepared
    courses = tuple(dataclasses.replace(p, course=course(p.course)) for p in prepared.courses)
    lesions = tuple(
        dataclasses.replace(
            lesion,
            name=new if lesion.name == old else lesion.name,
            targets=tuple(dataclasses.replace(t, name=new) if t.name == old else t
                          for t in lesion.targets),
        )
        for lesion in prepared.lesions
    )  # fmt: skip
    case = dataclasses.replace(prepared.case, courses=tuple(p.course for p in courses))
    return dataclasses.replace(prepared, case=case, courses=courses, lesions=lesions)


@pytest.fixture(scope="module")
def named(necrosis):
    """The assessment of a patient whose name stands everywhere a user can write it."""
    prepared = rename(necrosis[1].prepared, "GTV1", "GTV1 Quillfeather 19450312")
    first = necrosis[1].prepared.timepoints[0].date
    events = (
        ClinicalEvent(EventKind.STEROID, first + timedelta(days=30), drug="dexamethasone",
                      dose_mg_per_day=8.0, text="by Dr. Ostrander"),
        ClinicalEvent(EventKind.SYMPTOM, first + timedelta(days=60),
                      text="Benedetta has headaches"),
    )  # fmt: skip
    case = dataclasses.replace(
        prepared.case,
        id="Quillfeather_B_followup",
        events=events,
        mapping=(*prepared.case.mapping,
                 MappingEntry("Quillfeather/t1", "T1c", "Quillfeather says", "t1")),
        warnings=("/data/Quillfeather/rtdose.dcm: odd",),
    )  # fmt: skip
    return assess_prepared(dataclasses.replace(prepared, case=case))


@pytest.fixture(scope="module")
def exports(named, study, tmp_path_factory):
    """(copy of the study with a named patient, de-identified export, plain export)."""
    base = tmp_path_factory.mktemp("named")
    copy_series(study, base / "study")
    for path in (base / "study").rglob("*.dcm"):
        header = pydicom.dcmread(path)
        name_patient(header)
        header.save_as(path)
    export_dicom(named, base / "clean", deidentify=True, study_folder=base / "study")
    plain = (ExportFormat.SR, ExportFormat.SEG)
    export_dicom(named, base / "plain", formats=plain, study_folder=base / "study")
    return base / "study", base / "clean", base / "plain"


def everything_in(path):
    """Bytes of the file and, of a PDF in it, all words and metadata."""
    made = pydicom.dcmread(path)
    told = path.read_bytes()
    if "EncapsulatedDocument" in made:
        reader = pypdf.PdfReader(io.BytesIO(made.EncapsulatedDocument))
        words = "".join(p.extract_text() for p in reader.pages) + str(reader.metadata)
        told += words.encode()
        told += re.sub(r"\s+", "", words).encode()
    return told


def without_uids(told):
    """The bytes less the UIDs of this kind: a fresh one is 39 random digits, among which any day is.

    60 days sought in the 500 UIDs of a study: one is "found" in one run of some hundred.
    """
    return re.sub(rb"2\.25\.\d{20,40}", b"2.25.x", told)


def old_marks(assessment, study):
    """UIDs and dates of the source, which must be gone."""
    uids, days = set(), set()
    for path in study.rglob("*.dcm"):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        uids |= {str(e.value) for e in header.iterall()
                 if e.VR == "UI" and str(e.value).startswith("2.25.")}  # fmt: skip
    prepared = assessment.prepared
    dates = [t.date for t in prepared.timepoints] + [p.course.date for p in prepared.courses]
    dates += [e.date for e in prepared.case.events]
    for day in dates:
        days |= {day.isoformat(), day.strftime("%Y%m%d")}
    return uids, days


def test_nothing_tells_who_it_is(named, exports):
    study, clean, plain = exports
    uids, days = old_marks(named, study)
    assert len(uids) > 500
    seen_in_plain = set()
    for path in plain.iterdir():
        told = everything_in(path)
        seen_in_plain |= {s for s in SECRETS if s.encode() in told}
    assert {"Quillfeather", "MRN-77001234", "ACC-5511", "19450312"} <= seen_in_plain
    for path in clean.iterdir():
        told = everything_in(path)
        words = without_uids(told).lower()
        for secret in (*SECRETS, *days):
            assert secret.lower().encode() not in words, (path.name, secret)
        found = set(re.findall(rb"2\.25\.\d{20,40}", told))
        assert not {u.encode() for u in uids} & found, path.name


def test_no_attribute_of_the_basic_profile_is_left(exports):
    gone = ("InstitutionName", "OperatorsName", "PatientAddress", "StudyDescription",
            "ImageComments", "PatientAge", "PatientWeight", "OtherPatientIDs", "StationName",
            "PerformingPhysicianName", "RequestingPhysician")  # fmt: skip
    empty = ("PatientBirthDate", "PatientSex", "AccessionNumber", "ReferringPhysicianName")
    for path in exports[1].iterdir():
        made = pydicom.dcmread(path)
        assert not [n for n in gone if made.get(n)], path.name
        assert not [n for n in empty if made.get(n)], path.name
        assert not [e for e in made.iterall() if e.tag.is_private], path.name
        assert made.PatientIdentityRemoved == "YES"
        assert made.get("BurnedInAnnotation", "NO") == "NO"
        assert made.LongitudinalTemporalInformationModified == "MODIFIED"
        methods = [c.CodeValue for c in made.DeidentificationMethodCodeSequence]
        assert methods == ["113100", "113107"]
        assert str(made.PatientName) == f"{made.PatientID}^"


@pytest.mark.parametrize("name", ["seg-2-t2.dcm", "sr.dcm", "rtstruct.dcm", "report.dcm"])
def test_deidentified_objects_are_without_fault(exports, name):
    verify(exports[1] / name)


def test_intervals_stay_and_days_do_not(named, exports):
    old = [t.date for t in named.prepared.timepoints]
    new = []
    for number in range(len(old)):
        text = pydicom.dcmread(exports[1] / f"seg-{number}-t{number}.dcm").StudyDate
        new.append(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    gaps = {(a - b).days for a, b in zip(old, new, strict=True)}
    assert len(gaps) == 1
    assert 400 <= gaps.pop() < 3650
    for path in exports[1].iterdir():  # no day of the export itself either
        made = pydicom.dcmread(path)
        days = {str(e.value)[:8] for e in made.iterall() if e.VR in {"DA", "DT"} and e.value}
        assert days <= {d.strftime("%Y%m%d") for d in new}, path.name


def test_references_between_the_objects_still_hold(named, exports):
    clean = exports[1]
    report = pydicom.dcmread(clean / "sr.dcm")
    referred = {
        i.ReferencedSOPInstanceUID
        for study in (*report.CurrentRequestedProcedureEvidenceSequence,
                      *report.get("PertinentOtherEvidenceSequence", ()))
        for series in study.ReferencedSeriesSequence
        for i in series.ReferencedSOPSequence
    }  # fmt: skip
    patients = set()
    for number, timepoint in enumerate(named.prepared.timepoints):
        seg = pydicom.dcmread(clean / f"seg-{number}-t{number}.dcm")
        patients.add(seg.PatientID)
        count = len(timepoint.timepoint.t1c.source.sop_instance_uids)
        series = next(s for s in seg.ReferencedSeriesSequence
                      if len(s.ReferencedInstanceSequence) == count)  # fmt: skip
        assert {i.ReferencedSOPInstanceUID for i in series.ReferencedInstanceSequence} <= referred
        assert seg.SOPInstanceUID in referred
    frame = pydicom.dcmread(clean / "seg-0-t0.dcm").FrameOfReferenceUID
    assert pydicom.dcmread(clean / "rtstruct.dcm").FrameOfReferenceUID == frame
    patients |= {pydicom.dcmread(p).PatientID for p in clean.iterdir()}
    assert len(patients) == 1


def test_masks_and_answers_are_the_same(named, exports):
    clean = exports[1]
    timepoint = named.prepared.timepoints[3]
    seg = hd.seg.segread(clean / "seg-3-t3.dcm")
    frames = seg.get_volume(segment_numbers=[1], combine_segments=True).array
    assert np.count_nonzero(frames) == np.count_nonzero(timepoint.lesions["L1"].enhancing.array)
    read = hd.sr.srread(clean / "sr.dcm").content.get_volumetric_roi_measurement_groups()[-1]
    answers = [e.value.meaning for e in read.get_qualitative_evaluations()]
    plain = hd.sr.srread(exports[2] / "sr.dcm").content.get_volumetric_roi_measurement_groups()[-1]
    assert answers == [e.value.meaning for e in plain.get_qualitative_evaluations()]


def test_the_report_says_that_its_dates_are_moved(exports):
    made = pydicom.dcmread(exports[1] / "report.dcm")
    first = pypdf.PdfReader(io.BytesIO(made.EncapsulatedDocument)).pages[0].extract_text()
    assert "calendar days are not" in re.sub(r"\s+", " ", first)
    assert (
        "calendar days are not"
        in pydicom.dcmread(exports[1] / "sr.dcm").ContentSequence[-1].TextValue
    )


def test_two_exports_cannot_be_joined(named, exports, tmp_path):
    study, clean, _ = exports
    again = tmp_path / "again"
    formats = (ExportFormat.RTSTRUCT,)
    export_dicom(named, again, formats=formats, deidentify=True, study_folder=study)
    one, two = (pydicom.dcmread(d / "rtstruct.dcm") for d in (clean, again))
    for name in ("PatientID", "StudyInstanceUID", "FrameOfReferenceUID", "StudyDate"):
        assert one.get(name) != two.get(name), name


def test_an_answer_that_rests_on_removed_text_stops_the_export(named, exports, tmp_path):
    """History told in words that cannot be kept would change the checklist silently."""
    prepared = named.prepared
    day = prepared.timepoints[0].date + timedelta(days=90)
    told = ClinicalEvent(EventKind.PATHOLOGY, day, text="recurrences in Benedetta")
    case = dataclasses.replace(prepared.case, events=(*prepared.case.events, told))
    changed = assess_prepared(dataclasses.replace(prepared, case=case))
    before = named.lesions[0].finding("clinical_modifiers")
    after = changed.lesions[0].finding("clinical_modifiers")
    if after.status is before.status:
        pytest.fail("this text no longer decides the item; take another for this test")
    with pytest.raises(InputError, match="once free text is removed"):
        export_dicom(changed, tmp_path / "o", deidentify=True, study_folder=exports[0])
    assert not (tmp_path / "o").exists()


def test_words_that_may_be_names_are_left_out():
    assert plain_words("PTV left frontal") == "PTV left frontal"
    assert plain_words("Miller GTV 2") == "GTV 2"
    assert plain_words("19450312") == ""
    assert plain_words("brainstem_PRV") == "brainstem PRV"
    assert plain_words("Miller: no fever. Radiation necrosis; Dr. Y") == "no. Radiation necrosis;"


def test_one_key_gives_one_answer_and_another_key_another():
    a, b = Pseudonym(b"k" * 32, 500, "RN-1"), Pseudonym(b"q" * 32, 500, "RN-2")
    assert a.uid("1.2.3") == a.uid("1.2.3") != b.uid("1.2.3")
    assert a.uid("") == "" and a.uid(None) is None
    assert len(a.uid("1.2.3")) <= 64
    assert a.day(date(2025, 1, 10)) == date(2023, 8, 29)
    drawn = {Pseudonym.draw().patient_id for _ in range(20)}
    assert len(drawn) == 20
    assert all(x != y for x, y in itertools.combinations(drawn, 2))


def test_structures_carry_the_new_frame(necrosis):
    from RNAssessLib.report.dicom.deidentify import deidentify_prepared

    key = Pseudonym(b"k" * 32, 500, "RN-1")
    clean = deidentify_prepared(necrosis[1].prepared, key)
    course = clean.courses[0].course
    assert course.plan is None
    for structure in course.structures:
        assert isinstance(structure, Structure)
        assert structure.shape.frame_of_reference_uid == course.dose.frame_of_reference_uid


def test_spectroscopy_and_pet_curves_keep_their_figures_and_move_their_days():
    sys.path.append(str(Path(__file__).parents[2] / "scene"))
    from assessments import make_assessment

    from RNAssessLib.report.dicom.deidentify import deidentify_prepared

    prepared = make_assessment(2).prepared
    scan = AminoAcidPet(date(2025, 1, 10), "FET", "II", (1, 5, 10, 20, 40), (1, 2, 3, 3, 3), "GTV1")
    spectrum = Spectrum(date(2025, 1, 10), 1.1, target="GTV1")
    case = dataclasses.replace(prepared.case, amino_acid_pets=(scan,), spectra=(spectrum,))
    key = Pseudonym(b"k" * 32, 500, "RN-1")
    clean = deidentify_prepared(dataclasses.replace(prepared, case=case), key).case
    moved = date(2023, 8, 29)
    assert clean.amino_acid_pets == (dataclasses.replace(scan, date=moved),)
    assert clean.spectra == (dataclasses.replace(spectrum, date=moved),)
