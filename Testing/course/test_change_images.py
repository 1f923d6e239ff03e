"""Subtraction and difference of images whose values are known."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[1] / "scene"))

from assessments import HEAD, LESION, SATELLITE, make_assessment

from RNAssessLib.case import Image, NotAssessableError, RegistrationGrade, SequenceRole
from RNAssessLib.course.change_images import (
    compute_difference,
    compute_response_map,
    compute_subtraction,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.growth_map import compute_growth_map

R = SequenceRole
TISSUE = HEAD + np.array([-30.0, -20.0, -20.0])


@pytest.fixture(scope="module")
def prepared():
    return make_assessment(3, roles=(R.T1C, R.FLAIR, R.T1)).prepared


def around(image, point_lps, radius_mm=3.0):
    points = image.grid.index_to_lps(np.moveaxis(np.indices(image.grid.shape), 0, -1))
    near = np.linalg.norm(points - point_lps, axis=-1) < radius_mm
    return image.array[near]


def test_difference_is_zero_in_tissue_and_shows_what_is_new(prepared):
    t0, t1, _ = prepared.timepoints
    image = compute_difference(prepared, t1, t0)
    assert image.grid == prepared.common_grid
    assert np.abs(around(image, TISSUE, 8.0)).max() < 0.15  # 2 % noise, 4 mm lattice
    # the satellite rises from 1 to 2 times white matter
    assert around(image, SATELLITE, 3.0).mean() == pytest.approx(1.0, abs=0.15)


def test_difference_turned_round_has_the_other_sign(prepared):
    t0, t1, _ = prepared.timepoints
    there, back = (compute_difference(prepared, *pair).array for pair in ((t1, t0), (t0, t1)))
    np.testing.assert_allclose(there, -back, atol=1e-5)


def test_difference_does_not_depend_on_the_scanners_gain(prepared):
    t0, t1, _ = prepared.timepoints
    louder = t1.timepoint.t1c.with_array(3.0 * t1.timepoint.t1c.array)
    moved = replace(
        t1, timepoint=replace(t1.timepoint, sequences={**t1.timepoint.sequences, R.T1C: louder}),
        white_matter_level={**t1.white_matter_level, R.T1C: 3.0 * t1.white_matter_level[R.T1C]},
    )  # fmt: skip
    np.testing.assert_allclose(
        compute_difference(prepared, moved, t0).array,
        compute_difference(prepared, t1, t0).array, atol=1e-4,
    )  # fmt: skip


def test_beyond_one_of_the_images_there_is_no_difference(prepared):
    t0, t1, _ = prepared.timepoints
    image = compute_difference(prepared, t1, t0)
    assert np.isfinite(image.array).all()
    points = image.grid.index_to_lps(np.moveaxis(np.indices(image.grid.shape), 0, -1))
    for timepoint in (t0, t1):
        grid = timepoint.timepoint.t1c.grid
        index = grid.lps_to_index(timepoint.to_reference.transform.inverse().apply(points))
        outside = ((index < -0.5) | (index > np.array(grid.shape) - 0.5)).any(axis=-1)
        assert outside.any()
        assert (image.array[outside] == 0).all()


def test_subtraction_shows_uptake_alone(prepared):
    """Tissue 1 − 1; the lesion's rim 2.1 − 0.8, its core 0.5 − 0.8, in units of white matter."""
    timepoint = prepared.timepoints[2]
    image = compute_subtraction(timepoint)
    assert image.grid == timepoint.timepoint.t1c.grid
    native = timepoint.to_reference.transform.inverse()
    assert around(image, native.apply(TISSUE), 6.0).mean() == pytest.approx(0.0, abs=0.02)
    assert around(image, native.apply(LESION), 3.5).mean() == pytest.approx(-0.3, abs=0.05)
    points = image.grid.index_to_lps(np.moveaxis(np.indices(image.grid.shape), 0, -1))
    depth = np.linalg.norm(points - native.apply(LESION), axis=-1)
    rim = image.array[(depth > 8.5) & (depth < 9.5)]
    assert np.median(rim) == pytest.approx(1.3, abs=0.1)


def with_delayed(timepoint, rim, core):
    """The study with a delayed T1c of another gain: rim and core at given multiples of tissue."""
    level, early = 450.0, timepoint.images[R.T1C]
    masks = timepoint.lesions["L1"]
    late = early.array / 400.0 * level
    late[masks.enhancing.array] = rim * level
    late[masks.necrotic_core.array] = core * level
    images = {**timepoint.images, R.T1C_DELAYED: Image(late, early.grid)}
    levels = {**timepoint.white_matter_level, R.T1C_DELAYED: level}
    return replace(timepoint, images=images, white_matter_level=levels)


def test_response_map_is_delayed_less_early_in_units_of_tissue(prepared):
    """Rim 1.6 − 2.1 washed out, core 0.9 − 0.5 accumulated, tissue 1 − 1; the gain is no change."""
    timepoint = with_delayed(prepared.timepoints[2], 1.6, 0.9)
    image = compute_response_map(timepoint)
    assert image.grid == timepoint.timepoint.t1c.grid
    native = timepoint.to_reference.transform.inverse()
    assert around(image, native.apply(TISSUE), 6.0) == pytest.approx(0.0, abs=1e-5)
    masks = timepoint.lesions["L1"]
    assert np.median(image.array[masks.enhancing.array]) == pytest.approx(-0.5, abs=0.02)
    assert np.median(image.array[masks.necrotic_core.array]) == pytest.approx(0.4, abs=0.02)


def test_response_map_without_a_delayed_t1c_or_its_alignment(prepared):
    with pytest.raises(NotAssessableError, match="no T1C_DELAYED"):
        compute_response_map(prepared.timepoints[2])
    timepoint = with_delayed(prepared.timepoints[2], 1.6, 0.9)
    held = timepoint.to_t1c[R.T1]
    bad = replace(held, quality=replace(held.quality, grade=RegistrationGrade.BAD))
    unaligned = replace(timepoint, to_t1c={**timepoint.to_t1c, R.T1C_DELAYED: bad})
    with pytest.raises(NotAssessableError, match="T1C_DELAYED not aligned"):
        compute_response_map(unaligned)


def test_without_t1_or_alignment_it_says_why():
    bare = make_assessment(2).prepared
    t0, t1 = bare.timepoints
    with pytest.raises(NotAssessableError, match="no T1"):
        compute_subtraction(t0)
    bad = replace(
        t1.to_reference, quality=replace(t1.to_reference.quality, grade=RegistrationGrade.BAD)
    )
    with pytest.raises(NotAssessableError, match="t1 not aligned"):
        compute_difference(bare, replace(t1, to_reference=bad), t0)
    level = {R.FLAIR: 300.0}
    with pytest.raises(NotAssessableError, match="white matter not found"):
        compute_difference(bare, replace(t1, white_matter_level=level), t0)


def test_growth_map_of_balls(prepared):
    """Radius 8, 6, 11 mm about one centre: 2 mm less, then 5 mm more all round."""
    lesion = prepared.lesions[0]
    _, t1, t2 = prepared.timepoints
    grown = compute_growth_map(prepared, lesion, t1, t2, Thresholds())
    assert grown.regressed.is_empty
    shell = 4 / 3 * np.pi * (11**3 - 6**3) / 1000
    assert 0.5 * shell < grown.grown.volume_cm3 < 1.3 * shell  # 4 mm lattice
    back = compute_growth_map(prepared, lesion, t2, t1, Thresholds())
    assert back.grown.is_empty
    assert back.regressed.volume_cm3 == pytest.approx(grown.grown.volume_cm3)
