"""Which prescription a figure was computed with, and that it says so."""

import numpy as np
import pytest

from RNAssessLib.case import InputError, Structure, StructureRole, Target
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.prescription import (
    override_prescription,
    prescribe_to_line,
    resolve_prescription,
)

from .test_course import CENTER, course, gaussian, grid, radius_of, sphere


def plan(dose=None, percent=None, source="plan"):
    structures = (Structure("PTV", StructureRole.PTV, sphere(8)),)
    target = Target("PTV", StructureRole.PTV, dose, source, percent)
    return course(gaussian(grid(1.5, 30.0), CENTER), structures, (target,))


def ball(radius):
    return 4 / 3 * np.pi * radius**3 / 1000


def test_isodose_line_becomes_a_dose():
    target = compute_course(plan(percent=50.0)).targets[0]
    assert target.prescription_gy == pytest.approx(20.0, rel=0.002)  # half of the peak of 40 Gy
    assert target.prescription_source == "isodose line"
    piv = target.quantity("piv_cm3")
    assert piv.value == pytest.approx(ball(radius_of(20.0)), rel=0.006)
    assert "the 50 % isodose line of a maximum of" in piv.method


def test_every_index_names_the_dose_it_used():
    target = compute_course(override_prescription(plan(20.0), {"PTV": 16.0})).targets[0]
    assert (target.prescription_gy, target.prescription_source) == (16.0, "user")
    for name in ("tc_percent", "piv_cm3", "pitv", "ci_paddick", "gi", "v50_cm3"):
        assert "16 Gy (user), the 40.0 % isodose line" in target.quantity(name).method
    assert target.quantity("piv_cm3").value == pytest.approx(ball(radius_of(16.0)), rel=0.003)
    assert target.quantity("bed_gy").value == pytest.approx(16 * 2.6)


def test_stated_line_and_stated_dose_that_disagree_are_warned_of():
    found = compute_course(plan(20.0, percent=80.0)).targets[0]
    assert any("80 % isodose line, but 20 Gy is 50.0 %" in w for w in found.warnings)
    assert found.prescription_gy == 20.0


def test_without_any_prescription_each_index_says_why():
    found = compute_course(plan()).targets[0]
    assert found.quantity("piv_cm3").value is None
    assert "no prescription" in found.quantity("ci_paddick").undefined
    assert found.quantity("d98_gy").value is not None
    assert prescribe_to_line(plan(), 80.0).targets[0].isodose_percent == 80.0
    assert prescribe_to_line(plan(20.0), 80.0).targets[0].isodose_percent is None


@pytest.mark.parametrize("percent", [0.0, -5.0, 120.0])
def test_absurd_lines_are_refused(percent):
    with pytest.raises(InputError, match="no percentage"):
        prescribe_to_line(plan(), percent)


def test_unknown_target_and_dose_that_is_not_positive_are_refused():
    with pytest.raises(InputError, match="no target 'GTV'"):
        override_prescription(plan(20.0), {"GTV": 18.0})
    with pytest.raises(InputError, match="not positive"):
        override_prescription(plan(20.0), {"PTV": 0.0})


def test_lq_caution_above_10_gy_per_fraction():
    assert any("linear-quadratic" in w for w in compute_course(plan(20.0)).targets[0].warnings)
    assert resolve_prescription(Target("P", StructureRole.PTV, 9.0, "plan"), 10.0).warning is None
