"""Digital patients: reproducible, true to their script, and valid DICOM."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from RNAssessLib.case import InputError, MaskKind, SequenceRole
from RNAssessLib.phantom import build_phantom, list_phantoms, write_study
from RNAssessLib.study import read_case

QUICK = {"coarseness": 2.5, "timepoints": (0, 3)}


@pytest.fixture(scope="module")
def patient():
    return build_phantom("rn_across_falx", seed=2, **QUICK)


def test_names():
    assert {"rn_across_falx", "ttp_nodule"} <= set(list_phantoms())


def test_same_seed_same_patient_other_seed_another(patient):
    again = build_phantom("rn_across_falx", seed=2, **QUICK)
    other = build_phantom("rn_across_falx", seed=4, **QUICK)
    a, b, c = (p.case.timepoints[1].t1c for p in (patient, again, other))
    assert np.array_equal(a.array, b.array)
    assert not a.grid.matches(c.grid)


def test_the_fixture_hides_no_axis_swap(patient):
    grid = patient.case.timepoints[1].t1c.grid
    assert len(set(grid.shape)) == 3
    assert grid.spacing_mm[0] != grid.spacing_mm[2]
    assert np.abs(np.reshape(grid.direction, (3, 3)) - np.eye(3)).max() > 0.02
    assert np.linalg.norm(grid.center_lps) > 5


def test_masks_have_the_volume_of_the_script():
    fine = build_phantom("ttp_nodule", 1, timepoints=(0,), roles=(SequenceRole.T1C,))
    state = fine.truth["t0"].states[0]
    grid = fine.case.timepoints[0].t1c.grid
    body = state.body[0]
    enhancing = fine.truth["t0"].mask(0, MaskKind.ENHANCING, grid)
    core = fine.truth["t0"].mask(0, MaskKind.NECROTIC_CORE, grid)
    whole = 4 / 3 * np.pi * np.prod(body.radii_mm) / 1000
    assert enhancing.volume_cm3 + core.volume_cm3 == pytest.approx(whole, rel=0.04)


def test_the_lesion_shines_where_the_truth_says(patient):
    for visit in patient.case.timepoints:
        truth = patient.truth[visit.id]
        mask = truth.mask(0, MaskKind.ENHANCING, visit.t1c.grid)
        image = visit.t1c.array
        inside = np.median(image[mask.array])
        assert inside > 1.5 * np.median(image[image > np.percentile(image, 60)])


def test_dose_has_its_closed_form(patient):
    course = patient.case.courses[0]
    shot = patient.scenario.lesions[0].shot
    index = np.array([[30, 40, 35], [50, 50, 50], [20, 60, 70]])
    points = course.dose.grid.index_to_lps(index)
    radius = np.linalg.norm(points - np.asarray(shot.center_mm), axis=1)
    expected = shot.dose_at_radius(radius)
    assert course.dose.dose_gy[tuple(index.T)] == pytest.approx(expected, rel=1e-5)


@pytest.fixture(scope="module")
def study(patient, tmp_path_factory):
    return write_study(patient, tmp_path_factory.mktemp("study") / "dicom")


def test_reading_back_gives_the_same_case(patient, study):
    case = read_case(study)
    assert [t.date for t in case.timepoints] == [t.date for t in patient.case.timepoints]
    for read, made in zip(case.timepoints, patient.case.timepoints, strict=True):
        assert read.sequences.keys() == made.sequences.keys()
        for role, image in made.sequences.items():
            again = read.sequences[role]
            assert again.grid.matches(image.grid, tolerance_mm=0.01)
            step = 0.0006 if role is SequenceRole.ADC else 0.51
            assert np.abs(again.array - image.array).max() <= step
    dose, made = case.courses[0].dose, patient.case.courses[0].dose
    assert np.abs(dose.dose_gy - made.dose_gy).max() < 1e-4
    assert dose.frame_of_reference_uid == case.timepoints[0].t1c.frame_of_reference_uid
    targets = {t.name: t.prescription_gy for t in case.courses[0].targets}
    assert targets == {"GTV1": 20.0, "PTV1": 20.0}


def test_truth_file(patient, study):
    truth = json.loads((study / "truth.json").read_text(encoding="utf-8"))
    assert truth["lesions"][0]["findings"]["cross_boundary"] == "present"
    last = truth["timepoints"][-1]
    carry = np.array(last["to_reference"])
    point = carry @ np.array([*last["lesions"][0]["satellites_lps_mm"][0], 1.0])
    satellite = patient.scenario.lesions[0].states[3].satellites[0]
    assert np.allclose(point[:3], satellite.center_mm, atol=1e-6)


def test_files_are_valid_dicom(study):
    validator = shutil.which("dciodvfy")
    assert validator, "dciodvfy is missing: install Debian's dicom3tools"
    one_of_each = [next(p.glob("*.dcm")) for p in sorted(study.rglob("*")) if p.is_dir()
                   and any(p.glob("*.dcm"))]  # fmt: skip
    one_of_each += list((study / "course-1").glob("*.dcm"))
    for path in dict.fromkeys(one_of_each):
        run = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
        errors = [line for line in run.stderr.splitlines() if line.startswith("Error")]
        assert not errors, f"{path.relative_to(study)}: {errors}"


def test_nothing_is_overwritten(patient, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="not empty"):
        write_study(patient, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_study_with_drugs_comes_with_its_case_file(tmp_path):
    patient = build_phantom("zh16_resistance", 1, timepoints=(0, 4), coarseness=3.0)
    write_study(patient, tmp_path / "study")
    case = read_case(tmp_path / "study")
    assert [t.id for t in case.timepoints] == ["t0", "t4"]
    assert case.events == patient.case.events
    assert case.spectra[0].cho_cr == pytest.approx(33671 / 29534)
    assert SequenceRole.RCBV in case.timepoints[1].sequences
    course = case.courses[0]
    assert (course.fractions, course.targets[0].prescription_gy) == (3, 36.0)
    truth = json.loads((tmp_path / "study" / "truth.json").read_text())
    assert "seven more" in truth["sees"]
    assert truth["lesions"][0]["findings"]["perfusion"] == "absent"
