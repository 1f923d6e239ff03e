"""Lengths, diameters and means against known geometry; kept and undone with the session."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "scene"))

from assessments import HEAD, LESION, LEVEL, make_assessment

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.measuring.measurements import (
    MeasureKind,
    Measurement,
    across,
    describe_measurement,
    length_mm,
    mean_in_disc,
    parse_measurement,
)
from RNAssessLib.panel.session.session import ReaderSession

R = SequenceRole
RULER = Measurement(MeasureKind.RULER, "t1", R.T1C, Plane.AXIAL,
                    (((1.0, 2.0, 3.0), (1.0, 5.0, 7.0)),))  # fmt: skip


@pytest.fixture(scope="module")
def prepared():
    return make_assessment(3, roles=(R.T1C, R.FLAIR, R.ADC)).prepared


def test_a_ruler_measures_in_three_dimensions():
    assert RULER.lengths_mm == (5.0,)
    assert RULER.value == "5.0 mm"
    assert RULER.middle_lps_mm == (1.0, 3.5, 5.0)


@pytest.mark.parametrize("tilt_deg", [0.0, 20.0, -35.0])
def test_the_second_diameter_is_square_to_the_first_and_in_its_plane(tilt_deg):
    longest = ((0.0, 0.0, 9.0), (6.0, 8.0, 9.0))
    turn = np.deg2rad(tilt_deg)
    square = np.array([-0.8, 0.6, 0.0])
    drawn = np.cos(turn) * square + np.sin(turn) * np.array([0.6, 0.8, 0.0])
    middle = np.array([3.5, 4.2, 9.0])
    made = across(longest, (tuple(middle - 4 * drawn), tuple(middle + 4 * drawn)), (0, 0, 1))
    along = np.subtract(made[1], made[0])
    assert along @ np.subtract(longest[1], longest[0]) == pytest.approx(0.0, abs=1e-9)
    assert along[2] == pytest.approx(0.0, abs=1e-12)
    assert length_mm(made) == pytest.approx(8 * np.cos(turn))
    assert np.mean(made, axis=0) == pytest.approx(middle)


@pytest.mark.parametrize("timepoint", ["t0", "t1", "t2"])
@pytest.mark.parametrize("role", [R.T1C, R.ADC])
@pytest.mark.parametrize("normal", [(0, 0, 1), (0, 1, 0), (1, 0, 0)])
def test_mean_of_even_tissue_is_its_level(prepared, timepoint, role, normal):
    """White matter of the fixture has one level with 2 % noise, wherever its grid is turned to."""
    center = HEAD + np.array([-30.0, -20.0, -22.0])
    edge = center + 12.0 * np.roll(np.asarray(normal, float), 1)
    mean, deviation, count = mean_in_disc(
        prepared, timepoint, role, (tuple(center), tuple(edge)), normal
    )
    assert count >= 20
    assert mean == pytest.approx(LEVEL[role], rel=4 * 0.02 / np.sqrt(count))
    assert deviation == pytest.approx(0.02 * LEVEL[role], rel=0.5)


def test_the_disc_takes_the_voxels_of_its_area_in_one_layer(prepared):
    """Axial disc of 15 mm on the unturned-as-possible T1c: area over the voxel's own area."""
    center = HEAD + np.array([-30.0, -20.0, -22.0])
    line = (tuple(center), tuple(center + np.array([15.0, 0.0, 0.0])))
    _, _, count = mean_in_disc(prepared, "t0", R.T1C, line, (0, 0, 1))
    assert count == pytest.approx(np.pi * 15.0**2 / (3.0 * 3.0), rel=0.12)


def test_a_disc_in_the_lesion_reads_its_core(prepared):
    line = (tuple(LESION), tuple(LESION + np.array([4.5, 0.0, 0.0])))
    mean, _, _ = mean_in_disc(prepared, "t2", R.T1C, line, (0, 0, 1))
    assert mean == pytest.approx(0.5 * LEVEL[R.T1C], rel=0.05)


def test_beyond_the_image_there_is_no_mean(prepared):
    line = ((900.0, 0.0, 0.0), (910.0, 0.0, 0.0))
    assert mean_in_disc(prepared, "t0", R.T1C, line, (0, 0, 1)) is None


def test_a_measurement_survives_json():
    assert parse_measurement(describe_measurement(RULER)) == RULER


@pytest.mark.parametrize("change", [
    {"mean": -1.0}, {"mean": -1.0, "deviation": 0.5, "voxels": 3}, {"voxels": 7}])  # fmt: skip
def test_a_length_with_a_mean_is_damage(change):
    with pytest.raises(ValueError, match="belongs to a disc"):
        parse_measurement(describe_measurement(RULER) | change)


def test_a_disc_has_all_of_its_figures_or_none():
    disc = describe_measurement(Measurement(MeasureKind.MEAN, "t2", R.ADC, Plane.CORONAL,
                                            RULER.lines, -3.0, 0.0, 1))  # fmt: skip
    assert describe_measurement(parse_measurement(disc)) == disc
    for change in ({"deviation": -0.1}, {"mean": None}, {"voxels": 0}):
        with pytest.raises(ValueError, match="belongs to a disc"):
            parse_measurement(disc | change)


def test_measurements_are_kept_undone_and_redone_in_the_session():
    other = Measurement(MeasureKind.MEAN, "t2", R.ADC, Plane.CORONAL, RULER.lines, 0.9, 0.1, 12)
    session = ReaderSession(case_id="a").set_measurements((RULER,)).set_measurements((RULER, other))
    assert session.measurements == (RULER, other)
    assert session.undo().measurements == (RULER,)
    assert session.undo().redo().measurements == (RULER, other)
    assert session.undo().undo().measurements == ()
    assert ReaderSession.from_json(session.to_json()) == session
    assert session.set_measurements((RULER, other)) is session


def test_a_broken_measurement_is_refused():
    text = ReaderSession(case_id="a").set_measurements((RULER,)).to_json()
    with pytest.raises(ValueError, match="lines of two points"):
        ReaderSession.from_json(text.replace("[[[1.0, 2.0, 3.0], [1.0, 5.0, 7.0]]]", "[]"))
