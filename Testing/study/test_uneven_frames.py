"""Unevenly spaced dose frames are read; doses that were moved say so; gaps stand by the figure."""

import json

import numpy as np
import pytest

from RNAssessLib.case import Grid, InputError
from RNAssessLib.cli import main
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.study.plan_files import read_course_files
from RNAssessLib.study.rt_dose import read_dose

from .dicom_makers import make_dose, make_structures, save

SCALING = 1e-6
CENTER = np.array([3.3, 11.7, 41.2])
POSITION = (-20.0, -10.0, 20.0)
SIGMA, PEAK = 9.0, 30.0
UNEVEN = {
    "finer in the middle": [*np.arange(0, 12, 3), *np.arange(12, 32, 1.0), *np.arange(32, 45, 3)],
    "two distances": np.cumsum([0, *([2.0, 3.0] * 9)]),
    "no common step": np.cumsum([0, *([1.7, 2.3, 2.0, 1.31] * 6)]),
    "one frame missing": np.delete(np.arange(0, 43, 2.0), 5),
}


def gaussian(points):
    return PEAK * np.exp(-((points - CENTER) ** 2).sum(-1) / 2 / SIGMA**2)


def make(offsets, stored_order=None):
    """RTDOSE of a Gaussian, frames where `offsets` says."""
    offsets = np.asarray(offsets, float)
    k, j, i = np.meshgrid(offsets, 2.0 * np.arange(23), 2.0 * np.arange(24), indexing="ij")
    values = gaussian(np.stack([i, j, k], -1) + np.array(POSITION))
    stored = np.rint(values / SCALING).astype(np.uint32)
    order = np.arange(len(offsets)) if stored_order is None else stored_order
    return make_dose(stored[order], position=POSITION, spacing=(2.0, 2.0),
                     offsets=np.round(offsets[order], 4), scaling=f"{SCALING}")  # fmt: skip


@pytest.mark.parametrize("name", UNEVEN)
def test_uneven_frames_give_the_dose_that_was_computed(tmp_path, name):
    dose = read_dose(save(make(UNEVEN[name]), tmp_path / "d.dcm"))
    rng = np.random.default_rng(3)
    points = CENTER + rng.uniform(-11, 11, (4000, 3))
    error = DoseField(dose).at(points) - gaussian(points)
    assert np.abs(error).max() < 0.005 * PEAK
    assert np.sqrt(np.mean(error**2)) < 0.0005 * PEAK
    assert any("mm apart: resampled to" in note for note in dose.notes)


@pytest.mark.parametrize("name", UNEVEN)
def test_the_printed_half_width_holds_what_uneven_frames_leave_open(tmp_path, name):
    dose = read_dose(save(make(UNEVEN[name]), tmp_path / "d.dcm"))
    field = DoseField(dose)
    box = Grid((17, 17, 17), tuple(CENTER - 8), (1.0, 1.0, 1.0))
    error = field.on(box) - gaussian(box.index_to_lps(np.moveaxis(np.indices(box.shape), 0, -1)))
    assert np.sqrt(np.mean(error**2)) <= field.doubt_on(box)


def test_coarser_frames_leave_more_open(tmp_path):
    fine = read_dose(save(make(np.arange(0, 45, 1.0)), tmp_path / "fine.dcm"))
    mixed = [*np.arange(0, 15, 1.0), *np.arange(15, 31, 4.0), *np.arange(31, 45, 1.0)]
    coarse = read_dose(save(make(mixed), tmp_path / "coarse.dcm"))
    assert coarse.grid.spacing_mm[2] == pytest.approx(1.0)
    box = Grid((9, 9, 9), tuple(CENTER - 4), (1.0, 1.0, 1.0))
    assert DoseField(coarse).doubt_on(box) > 5 * DoseField(fine).doubt_on(box)


def test_stored_frames_keep_their_values(tmp_path):
    offsets = np.array([0.0, 3.0, 4.5, 6.0, 9.0, 15.0])
    dose = read_dose(save(make(offsets), tmp_path / "d.dcm"))
    assert dose.grid.spacing_mm[2] == pytest.approx(1.5)
    assert dose.stored_frames_k == pytest.approx((0, 2, 3, 4, 6, 10))
    index = np.array([[2, 8, 9], [4, 3, 5], [10, 20, 20]])
    expected = gaussian(dose.grid.index_to_lps(index))
    assert dose.dose_gy[tuple(index.T)] == pytest.approx(expected, abs=1e-5)


def test_frames_in_any_order(tmp_path):
    offsets = np.asarray(UNEVEN["finer in the middle"])
    straight = read_dose(save(make(offsets), tmp_path / "a.dcm"))
    order = np.concatenate([[0], 1 + np.random.default_rng(1).permutation(len(offsets) - 1)])
    mixed = read_dose(save(make(offsets, order), tmp_path / "b.dcm"))
    assert mixed.grid.matches(straight.grid)
    assert np.array_equal(mixed.dose_gy, straight.dose_gy)


@pytest.mark.parametrize(
    ("offsets", "reason"),
    [((0, 4, 4, 8), "two frames lie at one place"), ((0, 0.02, 400, 800), "too different")],
)
def test_frames_that_tell_no_place_are_refused(tmp_path, offsets, reason):
    dataset = make_dose(np.ones((4, 5, 6), np.uint32), offsets=offsets)
    with pytest.raises(InputError, match=rf"bad\.dcm: .*{reason}"):
        read_dose(save(dataset, tmp_path / "bad.dcm"))


def square(half, z):
    x, y = CENTER[:2]
    return [(x - half, y - half, z), (x + half, y - half, z), (x + half, y + half, z),
            (x - half, y + half, z)]  # fmt: skip


def write_plan(folder, heights, **tags):
    dataset = make(np.arange(0, 45, 2.0))
    for name, value in tags.items():
        setattr(dataset, name, value)
    rois = {
        "GTV": [("CLOSED_PLANAR", square(5, CENTER[2] + z)) for z in heights],
        "Skin": [("CLOSED_PLANAR", square(15, CENTER[2] + z)) for z in np.arange(-10, 11, 2.0)],
    }
    return save(dataset, folder / "d.dcm"), save(make_structures(rois), folder / "s.dcm")


def run(dose, structures, capsys):
    assert main(["dose", "--dose", str(dose), "--structures", str(structures), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("kind", ["RIGID", "NON_RIGID"])
def test_a_dose_that_was_moved_is_said(tmp_path, capsys, kind):
    files = write_plan(tmp_path, (-4, -2, 0, 2, 4), SpatialTransformOfDose=kind)
    warnings = run(*files, capsys)["warnings"]
    assert any(f"SpatialTransformOfDose {kind}" in w for w in warnings)


@pytest.mark.parametrize("tags", [{}, {"SpatialTransformOfDose": "NONE"}])
def test_a_dose_that_was_not_moved_says_nothing(tmp_path, capsys, tags):
    assert run(*write_plan(tmp_path, (-4, -2, 0, 2, 4), **tags), capsys)["warnings"] == []


def test_contour_gaps_stand_beside_the_figure(tmp_path, capsys):
    document = run(*write_plan(tmp_path, (-6, -4, -2, 2, 4)), capsys)
    expected = "interpolated over 1 gap(s) of slices without contour (up to 4 mm, usually 2 mm)"
    gtv = next(s for s in document["structures"] if s["name"] == "GTV")
    assert expected in gtv["warnings"]
    assert expected in document["targets"][0]["warnings"]
    skin = next(s for s in document["structures"] if s["name"] == "Skin")
    assert not any("gap(s)" in w for w in skin.get("warnings", []))


def test_a_contour_twice_stands_beside_the_figure(tmp_path, capsys):
    plain = run(*write_plan(tmp_path, (-4, -2, 0, 2, 4)), capsys)["targets"][0]
    twice = run(*write_plan(tmp_path, (-4, -2, 0, 0, 2, 4)), capsys)["targets"][0]
    assert twice["volume_cm3"] == pytest.approx(plain["volume_cm3"], rel=1e-6)
    assert "1 contour(s) drawn twice on a slice, counted once" in twice["warnings"]


def test_an_roi_listed_in_two_items_keeps_all_its_contours(tmp_path):
    from copy import deepcopy

    from RNAssessLib.study.rt_structure_set import read_structures

    heights = np.arange(-6, 7, 2.0)
    dataset = make_structures({"GTV": [("CLOSED_PLANAR", square(5, z)) for z in heights]})
    first = dataset.ROIContourSequence[0]
    second = deepcopy(first)
    first.ContourSequence = first.ContourSequence[:3]
    second.ContourSequence = second.ContourSequence[3:]
    dataset.ROIContourSequence.append(second)
    found = read_structures(save(dataset, tmp_path / "s.dcm")).structures[0]
    assert len(found.shape.contours) == len(heights)


def test_uneven_frames_reach_the_course(tmp_path):
    dose, structures = write_plan(tmp_path, (-4, -2, 0, 2, 4))
    save(make(UNEVEN["two distances"]), dose)
    course = read_course_files(dose, structures)
    assert course.dose.stored_frames_k is not None
