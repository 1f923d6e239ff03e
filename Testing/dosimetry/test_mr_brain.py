"""Normal brain of a plan without a brain contour: a head of known volume in a known dose."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scene"))

from RNAssessLib.case import Mask, Structure, StructureRole
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.mr_brain import NAMED, add_mr_brain


@pytest.fixture(scope="module")
def assessment():
    from assessments import FINE, make_assessment

    return make_assessment(1, FINE)


def radius_of(level_gy):
    """Radius in mm at which the fixture's dose, 28 / (1 + (r / 12)^5), falls to a level."""
    return 12.0 * (28.0 / level_gy - 1.0) ** 0.2


def shell_cm3(level_gy):
    """Between the isodose sphere and the PTV of 10 mm that is left out."""
    return 4 / 3 * np.pi * (radius_of(level_gy) ** 3 - 10.0**3) / 1e3


@pytest.mark.parametrize("level", [10, 12])
def test_volumes_are_those_of_the_isodose_without_the_target(assessment, level):
    (course,) = assessment.courses
    found = {q.name: q for q in add_mr_brain(course, assessment.prepared).plan_quantities}
    figure = found[f"brain_v{level}_gy_cm3"]
    assert figure.value == pytest.approx(shell_cm3(level), rel=0.04)
    assert figure.method.startswith(NAMED)
    assert found["brain_dmean_gy"].value > 0


def test_nothing_else_changes(assessment):
    (course,) = assessment.courses
    changed = add_mr_brain(course, assessment.prepared)
    pairs = zip(course.plan_quantities, changed.plan_quantities, strict=True)
    differing = {b.name for a, b in pairs if a != b}
    assert all(name.startswith("brain_") for name in differing)
    assert changed.targets == course.targets


def test_a_plans_own_brain_is_taken_before_it(assessment):
    placed = assessment.prepared.courses[0]
    grid = placed.course.dose.grid
    own = Structure("Brain", StructureRole.OTHER, Mask(np.ones(grid.shape, bool), grid))
    course = replace(placed.course, structures=(*placed.course.structures, own))
    prepared = replace(assessment.prepared, courses=(replace(placed, course=course),))
    figures = compute_course(course)
    assert add_mr_brain(figures, prepared) is figures


def test_without_a_brain_or_a_place_they_stay_undefined(assessment):
    (course,) = assessment.courses
    (timepoint,) = assessment.prepared.timepoints
    bare = replace(assessment.prepared, timepoints=(replace(timepoint, brain=None),))
    assert add_mr_brain(course, bare) is course
    (placed,) = assessment.prepared.courses
    lost = replace(placed, to_reference=None, why_unplaced="no image")
    assert add_mr_brain(course, replace(assessment.prepared, courses=(lost,))) is course
