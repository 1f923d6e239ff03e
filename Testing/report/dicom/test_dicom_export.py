"""Exported objects are read back by other readers and hold what was measured."""

import dataclasses
import io
import re

import highdicom as hd
import numpy as np
import pydicom
import pypdf
import pytest
import SimpleITK as sitk

from RNAssessLib.case import Image, InputError, Mask, MaskKind, RigidTransform, Source
from RNAssessLib.cli import main
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.report.dicom.codes import MEASUREMENTS, SCHEME, STATUS, item_code
from RNAssessLib.report.dicom.export import ExportFormat, export_dicom, parse_formats
from RNAssessLib.report.dicom.seg import tracking_uid
from RNAssessLib.report.document.content import dated
from RNAssessLib.report.pages.pdf import render_pdf
from RNAssessLib.spatial.occupancy import compute_occupancy
from RNAssessLib.study.drawn_masks import read_drawn_mask
from RNAssessLib.study.rt_structure_set import read_structures

from ..dicom_checks import copy_series, verify

NAMES = {"seg-0-t0.dcm", "seg-1-t1.dcm", "seg-2-t2.dcm", "seg-3-t3.dcm", "sr.dcm",
         "rtstruct.dcm", "report.dcm"}  # fmt: skip


def timepoints(assessment):
    return list(enumerate(assessment.prepared.timepoints))


def groups_of(exported):
    """Groups in order: lesions, and timepoints within each."""
    report = hd.sr.srread(exported / "sr.dcm")
    return report.content.get_volumetric_roi_measurement_groups()


def test_everything_is_written_and_nothing_else(exported):
    assert {p.name for p in exported.iterdir()} == NAMES
    assert [p.name for p in exported.parent.iterdir()] == [exported.name]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_other_programs_find_no_fault(exported, name):
    dump = verify(exported / name)
    assert "Research use only. Not a medical device." in dump
    assert "PHANTOM^RNASSESS" in dump


def test_masks_come_back_byte_for_byte(necrosis, exported):
    for number, timepoint in timepoints(necrosis[1]):
        seg = hd.seg.segread(exported / f"seg-{number}-{timepoint.id}.dcm")
        uids = list(timepoint.timepoint.t1c.source.sop_instance_uids)
        pixels = seg.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
        labels = [seg.get_segment_description(n).segment_label for n in seg.segment_numbers]
        assert labels == ["L1 enhancing", "L1 necrotic core", "L1 FLAIR hyperintensity"]
        for column, kind in enumerate(MaskKind):
            mask = timepoint.lesions["L1"].masks[kind].array
            assert mask.any()
            assert pixels[..., column].astype(np.uint8).tobytes() == mask.astype(np.uint8).tobytes()


def test_an_exported_segmentation_is_a_drawn_mask_for_the_next_reader(necrosis, exported):
    for number, timepoint in timepoints(necrosis[1]):
        path = exported / f"seg-{number}-{timepoint.id}.dcm"
        for kind in MaskKind:
            read = read_drawn_mask(path, kind, timepoint.timepoint.t1c)
            assert np.array_equal(read.array, timepoint.lesions["L1"].masks[kind].array)
    other = dataclasses.replace(timepoint.timepoint.t1c, frame_of_reference_uid="1.2.3")
    with pytest.raises(InputError, match="another frame of reference"):
        read_drawn_mask(path, MaskKind.ENHANCING, other)
    shifted = dataclasses.replace(
        timepoint.timepoint.t1c,
        grid=timepoint.timepoint.t1c.grid.crop((slice(0, None), slice(1, None), slice(0, None))),
        array=timepoint.timepoint.t1c.array[:, 1:],
    )
    with pytest.raises(InputError, match="does not cover a slice"):
        read_drawn_mask(path, MaskKind.ENHANCING, shifted)


def test_masks_lie_where_they_were_measured(necrosis, exported):
    """The geometry in the file alone, without the source series, gives the same places."""
    timepoint = necrosis[1].prepared.timepoints[3]
    volume = hd.seg.segread(exported / "seg-3-t3.dcm").get_volume(
        segment_numbers=[1], combine_segments=True
    )
    found = volume.map_indices_to_reference(np.argwhere(volume.array > 0))
    mask = timepoint.lesions["L1"].enhancing
    expected = mask.grid.index_to_lps(np.argwhere(mask.array))
    assert len(found) == len(expected)
    order, wanted = (np.lexsort(np.round(a, 2).T) for a in (found, expected))
    assert np.abs(found[order] - expected[wanted]).max() < 1e-3


def test_segmentation_refers_to_its_series(necrosis, exported):
    for number, timepoint in timepoints(necrosis[1]):
        seg = pydicom.dcmread(exported / f"seg-{number}-{timepoint.id}.dcm")
        source = timepoint.timepoint.t1c.source
        series = {s.SeriesInstanceUID: s for s in seg.ReferencedSeriesSequence}
        referred = {
            i.ReferencedSOPInstanceUID for i in series[source.series_uid].ReferencedInstanceSequence
        }
        assert referred == set(source.sop_instance_uids)
        assert seg.StudyInstanceUID == source.study_uid
        assert seg.FrameOfReferenceUID == timepoint.timepoint.t1c.frame_of_reference_uid


def test_one_group_per_lesion_and_timepoint_with_its_tracking_uid(necrosis, exported):
    _, assessment = necrosis
    groups = groups_of(exported)
    assert len(groups) == len(assessment.lesions) * len(assessment.prepared.timepoints)
    frame = assessment.prepared.timepoints[0].timepoint.t1c.frame_of_reference_uid
    tracked = tracking_uid(frame, "L1", MaskKind.ENHANCING)
    assert {str(g.tracking_uid) for g in groups} == {tracked}
    for (number, timepoint), group in zip(timepoints(assessment), groups, strict=True):
        seg = hd.seg.segread(exported / f"seg-{number}-{timepoint.id}.dcm")
        assert group.referenced_segment.referenced_sop_instance_uid == seg.SOPInstanceUID
        segment = group.referenced_segment.referenced_segment_numbers[0]
        assert seg.get_segment_description(segment).tracking_uid == tracked
        assert group.finding_type.meaning == "Lesion"


def test_measurements_come_back_with_their_units(necrosis, exported):
    lesion = necrosis[1].lesions[0]
    for entry, group in zip(lesion.serial, groups_of(exported), strict=True):
        read = {(m.name.value, m.name.scheme_designator): m for m in group.get_measurements()}
        order, offset = (read.pop((code, "DCM")) for code in ("126073", "128740"))
        assert float(offset.value) == pytest.approx(entry.months_after_treatment, abs=1e-3)
        assert int(order.value) == [e.timepoint for e in lesion.serial].index(entry.timepoint) + 1
        told = [q for q in entry.quantities if q.name in MEASUREMENTS and q.value is not None]
        assert len(told) == len(read) == len(MEASUREMENTS)
        for quantity in told:
            code = MEASUREMENTS[quantity.name]
            found = read[code.name.value, code.name.scheme_designator]
            assert float(found.value) == pytest.approx(quantity.value, rel=1e-9)
            assert found.unit.value == {"cm3": "cm3", "mm": "mm", "1": "1"}[quantity.unit]


def test_checklist_stands_in_the_last_group_coded_and_in_words(necrosis, exported):
    lesion = necrosis[1].lesions[0]
    *earlier, last = groups_of(exported)
    assert not any(g.get_qualitative_evaluations() for g in earlier)
    read = {e.name.value: e.value for e in last.get_qualitative_evaluations()}
    assert len(read) == len(lesion.findings) == 23
    texts = {
        i.ConceptNameCodeSequence[0].CodeValue: i.TextValue
        for i in last[0].ContentSequence if i.ValueType == "TEXT"
    }  # fmt: skip
    for finding in lesion.findings:
        code = item_code(finding.spec)
        assert code.scheme_designator == SCHEME
        assert read[code.value].value == STATUS[finding.status].value
        assert read[code.value].scheme_designator == STATUS[finding.status].scheme_designator
        assert finding.sentence in texts[code.value]
        for caveat in finding.caveats:
            assert caveat in texts[code.value]


def test_report_refers_to_every_source_slice_and_mask(necrosis, exported):
    report = pydicom.dcmread(exported / "sr.dcm")
    referred = {
        i.ReferencedSOPInstanceUID
        for study in (
            *report.CurrentRequestedProcedureEvidenceSequence,
            *report.get("PertinentOtherEvidenceSequence", ()),
        )
        for series in study.ReferencedSeriesSequence
        for i in series.ReferencedSOPSequence
    }
    for number, timepoint in timepoints(necrosis[1]):
        assert set(timepoint.timepoint.t1c.source.sop_instance_uids) <= referred
        seg = pydicom.dcmread(exported / f"seg-{number}-{timepoint.id}.dcm")
        assert seg.SOPInstanceUID in referred
    assert report.StudyInstanceUID == timepoint.timepoint.t1c.source.study_uid
    assert DISCLAIMER in report.ContentSequence[-1].TextValue


def test_isodoses_enclose_the_volume_of_their_closed_form(necrosis, exported):
    patient, assessment = necrosis
    shot = patient.scenario.lesions[0].shot
    read = {s.name: s for s in read_structures(exported / "rtstruct.dcm").structures}
    course = assessment.prepared.courses[0].course.id
    for dose in (20.0, 16.0, 12.0, 10.0, 5.0):
        ball = 4 / 3 * np.pi * shot.radius_of_dose(dose) ** 3 / 1000
        _, weight = compute_occupancy(read[f"{dose:g} Gy {course}"].shape, cells=200_000).samples()
        assert float(weight.sum()) == pytest.approx(ball, rel=0.03)


def test_isodose_contours_lie_on_their_dose(necrosis, exported):
    placed = necrosis[1].prepared.courses[0]
    field = DoseField(placed.course.dose)
    to_dose = placed.to_reference.transform.inverse()
    structures = read_structures(exported / "rtstruct.dcm").structures
    isodoses = [s for s in structures if s.name.endswith(f"Gy {placed.course.id}")]
    assert len(isodoses) == 5
    for structure in isodoses:
        level = float(structure.name.split()[0])
        points = np.concatenate([c.points_mm for c in structure.shape.contours])
        assert np.abs(field.at(to_dose.apply(points)) - level).max() < 0.1


def test_outlines_hold_the_volume_of_their_mask_rim_and_hole(necrosis, exported):
    prepared = necrosis[1].prepared
    read = {s.name: s for s in read_structures(exported / "rtstruct.dcm").structures}
    words = {MaskKind.ENHANCING: "enhancing", MaskKind.NECROTIC_CORE: "necrotic core",
             MaskKind.OEDEMA: "FLAIR hyperintensity"}  # fmt: skip
    for timepoint in prepared.timepoints:
        for kind, mask in timepoint.lesions["L1"].masks.items():
            shape = read[f"L1 {words[kind]} {timepoint.id}"].shape
            occupancy = compute_occupancy(shape, cells=200_000)
            points, weight = occupancy.samples()
            same_grid = timepoint.id == prepared.reference
            assert float(weight.sum()) == pytest.approx(
                mask.volume_cm3, rel=0.03 if same_grid else 0.08
            ), (timepoint.id, kind)
            expected = timepoint.to_reference.transform.apply(mask.centroid_lps())
            centre = np.average(points, axis=0, weights=weight)
            assert np.linalg.norm(centre - expected) < 0.5


def test_contours_lie_on_the_slices_they_name(necrosis, exported):
    prepared = necrosis[1].prepared
    image = prepared.timepoint(prepared.reference).timepoint.t1c
    slice_of = {uid: k for k, uid in enumerate(image.source.sop_instance_uids)}
    made = pydicom.dcmread(exported / "rtstruct.dcm")
    assert made.FrameOfReferenceUID == image.frame_of_reference_uid
    for roi in made.ROIContourSequence:
        for contour in roi.ContourSequence:
            uid = contour.ContourImageSequence[0].ReferencedSOPInstanceUID
            points = np.array(contour.ContourData, float).reshape(-1, 3)
            assert np.abs(image.grid.lps_to_index(points)[:, 0] - slice_of[uid]).max() < 1e-2


def test_encapsulated_pdf_is_the_report(necrosis, exported):
    made = pydicom.dcmread(exported / "report.dcm")
    pdf = bytes(made.EncapsulatedDocument)[: made.EncapsulatedDocumentLength]
    assert pdf == render_pdf(necrosis[1])
    pages = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    flat = re.sub(r"\s+", "", re.sub(r"RNAssess · case.*|RNAssess \d.*", "", pages))
    for finding in necrosis[1].lesions[0].findings:
        assert re.sub(r"\s+", "", dated(necrosis[1])(finding.sentence)) in flat
    referred = {i.ReferencedSOPInstanceUID for i in made.SourceInstanceSequence}
    for timepoint in necrosis[1].prepared.timepoints:
        assert set(timepoint.timepoint.t1c.source.sop_instance_uids) <= referred


def test_a_lesion_that_has_vanished_keeps_its_group(necrosis, study, tmp_path):
    """No voxel, no segment: the group stays, with its volume of 0 and a reference to the image."""
    _, assessment = necrosis
    prepared = assessment.prepared
    gone = prepared.timepoints[1]
    empty = {k: Mask(np.zeros_like(m.array), m.grid) for k, m in gone.lesions["L1"].masks.items()}
    masks = dataclasses.replace(gone.lesions["L1"], masks=empty)
    changed = dataclasses.replace(gone, lesions={"L1": masks})
    times = (prepared.timepoints[0], changed, *prepared.timepoints[2:])
    odd = dataclasses.replace(assessment, prepared=dataclasses.replace(prepared, timepoints=times))
    formats = (ExportFormat.SR, ExportFormat.RTSTRUCT)
    written = export_dicom(odd, tmp_path / "o", formats=formats, study_folder=study)
    assert {p.name for p in written} == NAMES - {"seg-1-t1.dcm", "report.dcm"}
    for path in written:
        verify(path)
    report = hd.sr.srread(tmp_path / "o" / "sr.dcm")
    assert len(report.content.get_volumetric_roi_measurement_groups()) == 3
    (group,) = report.content.get_image_measurement_groups()
    uid = group.source_images[0].referenced_sop_instance_uid
    assert uid in gone.timepoint.t1c.source.sop_instance_uids


def test_names_in_any_alphabet_stay_whole(necrosis, study, tmp_path):
    copy = tmp_path / "copy"
    copy_series(study, copy)
    for path in copy.rglob("*.dcm"):
        header = pydicom.dcmread(path)
        header.SpecificCharacterSet = "ISO_IR 100"
        header.PatientName = "Müller^Jürgen"
        header.save_as(path)
    formats = (ExportFormat.SR, ExportFormat.RTSTRUCT)
    export_dicom(necrosis[1], tmp_path / "o", formats=formats, study_folder=copy)
    for path in (tmp_path / "o").iterdir():
        verify(path)
        assert str(pydicom.dcmread(path).PatientName) == "Müller^Jürgen"


def refuse(assessment, out, reason, **options):
    with pytest.raises(InputError, match=reason):
        export_dicom(assessment, out, **options)
    assert not out.exists()
    assert not list(out.parent.glob(".rnassess-export-*"))


def test_what_is_not_dicom_is_refused_with_the_reason(necrosis, study, tmp_path):
    _, assessment = necrosis
    prepared = assessment.prepared

    def with_source(source):
        first = prepared.case.timepoints[0]
        role, image = next(iter(first.sequences.items()))
        nifti = Image(image.array, image.grid, None, source)
        point = dataclasses.replace(first, sequences={**first.sequences, role: nifti})
        case = dataclasses.replace(prepared.case, timepoints=(point, *prepared.case.timepoints[1:]))
        return dataclasses.replace(assessment, prepared=dataclasses.replace(prepared, case=case))

    refuse(with_source(Source("t0/t1c.nii.gz")), tmp_path / "o", "t1c.nii.gz: t0 T1c is not DICOM",
           study_folder=study)  # fmt: skip
    refuse(assessment, tmp_path / "o", "115 of 115 slices are not there", study_folder=tmp_path)


def test_files_that_do_not_belong_are_refused(necrosis, study, tmp_path):
    copy = tmp_path / "copy"
    copy_series(study, copy)
    first = copy / "t0" / "T1c" / "0001.dcm"
    header = pydicom.dcmread(first)
    header.PatientID = "SOMEONE-ELSE"
    header.save_as(first)
    refuse(necrosis[1], tmp_path / "o", "2 different ones", study_folder=copy)
    header.PatientID = pydicom.dcmread(copy / "t0" / "T1c" / "0002.dcm").PatientID
    header.ImagePositionPatient = [0, 0, 0]
    header.save_as(first)
    refuse(necrosis[1], tmp_path / "o", "lie elsewhere", study_folder=copy)


def test_a_folder_in_use_is_left_alone(necrosis, study, tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(InputError, match="not empty"):
        export_dicom(necrosis[1], tmp_path, study_folder=study)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failed_export_leaves_nothing(necrosis, study, tmp_path, monkeypatch):
    from RNAssessLib.report.dicom import export as dicom_export

    real = dicom_export.save_object

    def fail(made, path):
        if path.name == "rtstruct.dcm":
            raise OSError(28, "No space left on device")
        real(made, path)

    monkeypatch.setattr(dicom_export, "save_object", fail)
    refuse(necrosis[1], tmp_path / "o", "the disk is full", study_folder=study)


def test_formats_are_words(tmp_path):
    assert parse_formats("pdf,sr,pdf") == (ExportFormat.PDF, ExportFormat.SR)
    with pytest.raises(InputError, match="'jpg' is none of sr, seg, rtstruct, pdf"):
        parse_formats("sr,jpg")


def test_command_line_ends_with_one_line_and_code_3(study, tmp_path, capsys):
    used = tmp_path / "used"
    used.mkdir()
    (used / "x").write_text("x")
    for args, reason in (
        ([str(study), "--out", str(tmp_path / "o"), "--formats", "jpg"], "none of sr"),
        ([str(tmp_path / "none"), "--out", str(tmp_path / "o")], "no such folder"),
        ([str(study), "--out", str(used)], "is not empty"),
    ):
        assert main(["export", *args]) == 3, args
        error = [line for line in capsys.readouterr().err.splitlines() if "rnassess:" in line]
        assert len(error) == 1
        assert reason in error[0]
    assert not (tmp_path / "o").exists()


def test_command_line_exports(necrosis, study, tmp_path, capsys, monkeypatch):
    """From the files on disk to the objects; the preparation itself is tested elsewhere."""
    _, assessment = necrosis
    prepared = assessment.prepared

    def take_prepared(case, *_):
        read = tuple(
            dataclasses.replace(p, timepoint=case.timepoint(p.id)) for p in prepared.timepoints
        )
        return dataclasses.replace(prepared, case=case, timepoints=read)

    def take_findings(again, *_):
        return dataclasses.replace(assessment, prepared=again)

    monkeypatch.setattr("RNAssessLib.kept.store.prepare", take_prepared)
    monkeypatch.setattr("RNAssessLib.kept.store.assess_prepared", take_findings)
    out = tmp_path / "o"
    assert main(["export", str(study), "--out", str(out), "--formats", "seg,rtstruct"]) == 0
    told = {line.rpartition("/")[2] for line in capsys.readouterr().out.split()}
    assert told == NAMES - {"sr.dcm", "report.dcm"} == {p.name for p in out.iterdir()}


def test_identity_registration_is_what_the_reference_has(necrosis):
    """Guards the volume test above: the reference timepoint's outlines are not moved."""
    prepared = necrosis[1].prepared
    transform = prepared.timepoint(prepared.reference).to_reference.transform
    assert np.allclose(transform.moving_to_fixed, RigidTransform().moving_to_fixed)


def test_names_never_reach_the_log(necrosis, study, tmp_path, capfd, recwarn, caplog):
    """Libraries quote odd values in their warnings; a name of one part is odd to them."""
    copy = tmp_path / "copy"
    copy_series(study, copy)
    for path in copy.rglob("*.dcm"):
        header = pydicom.dcmread(path)
        header.PatientName = "Quillfeather"
        header.save_as(path)
    recwarn.clear()
    formats = (ExportFormat.SR, ExportFormat.RTSTRUCT)
    export_dicom(necrosis[1], tmp_path / "o", formats=formats, study_folder=copy)
    assert str(pydicom.dcmread(tmp_path / "o" / "sr.dcm").PatientName) == "Quillfeather"
    told = "".join(capfd.readouterr()) + "".join(str(w.message) for w in recwarn) + caplog.text
    assert "Quillfeather" not in told


def test_a_case_without_lesions_says_so(necrosis, study, tmp_path):
    _, assessment = necrosis
    prepared = assessment.prepared
    points = tuple(dataclasses.replace(t, lesions={}) for t in prepared.timepoints)
    none = dataclasses.replace(
        assessment,
        lesions=(),
        prepared=dataclasses.replace(prepared, lesions=(), timepoints=points),
    )
    refuse(none, tmp_path / "o", "has no lesion", study_folder=study)
    isodoses = export_dicom(
        none, tmp_path / "o", formats=(ExportFormat.RTSTRUCT,), study_folder=study
    )
    verify(isodoses[0])
    bare = dataclasses.replace(none, prepared=dataclasses.replace(none.prepared, courses=()))
    formats = (ExportFormat.RTSTRUCT,)
    refuse(bare, tmp_path / "p", "neither a placed dose nor a lesion", formats=formats,
           study_folder=study)  # fmt: skip


def test_a_nifti_case_is_refused_before_any_work(tmp_path, capsys, monkeypatch):
    volume = sitk.GetImageFromArray(np.ones((6, 8, 8), np.float32))
    sitk.WriteImage(volume, str(tmp_path / "t1c.nii.gz"))
    (tmp_path / "case.toml").write_text(
        'id = "n"\n[[timepoint]]\nid = "t0"\ndate = 2025-01-08\n'
        '[timepoint.sequences]\nT1c = "t1c.nii.gz"\n'
    )
    monkeypatch.setattr("RNAssessLib.kept.store.prepare", lambda *_: pytest.fail("prepared"))
    assert main(["export", str(tmp_path / "case.toml"), "--out", str(tmp_path / "o")]) == 3
    error = [line for line in capsys.readouterr().err.splitlines() if "rnassess:" in line]
    assert len(error) == 1
    assert "t0 T1c is not DICOM" in error[0]
    assert "report.pdf" in error[0]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["case.toml", "t1c.nii.gz"]
