"""Another course on top of earlier ones, against closed forms worked out by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from RNAssessLib.case import Mask, NotAssessableError, RigidTransform, Structure, StructureRole
from RNAssessLib.dosimetry.fractionation import BRAIN, Fractionation, PlanShape, TissueCells
from RNAssessLib.dosimetry.reirradiation import (
    compute_reirradiation,
    cumulative_eqd2,
    v12_equivalent_gy,
)
from RNAssessLib.dosimetry.tissue_cells import compute_tissue_cells, dose_at, usable_doses
from RNAssessLib.evidence import Thresholds, published_accuracy

from .test_accumulation import MOVED, PEAK, SIGMA, first, lattice, placed
from .test_course import CENTER, gaussian, sphere

# total, fractions: BED10, EQD2 (10), BED2, EQD2 (2), by hand
WORKED = [
    (20, 1, 60.0, 50.0, 220.0, 110.0),
    (30, 5, 48.0, 40.0, 120.0, 60.0),
    (27, 3, 51.3, 42.75, 148.5, 74.25),
    (18, 1, 50.4, 42.0, 180.0, 90.0),
    (30, 10, 39.0, 32.5, 75.0, 37.5),
]


def course(name, total, fractions, tumour=10.0, brain=2.0):
    return Fractionation(name, total, fractions, tumour, brain)


@pytest.mark.parametrize(("total", "fractions", "bed10", "eqd10", "bed2", "eqd2"), WORKED)
def test_one_course_by_hand(total, fractions, bed10, eqd10, bed2, eqd2):
    result = compute_reirradiation(course("new", total, fractions), [])
    values = {q.name: q.value for q in result.new}
    assert values == pytest.approx(
        {
            "new_bed_tumour_gy": bed10,
            "new_eqd2_tumour_gy": eqd10,
            "new_bed_brain_gy": bed2,
            "new_eqd2_brain_gy": eqd2,
        }
    )
    assert {q.unit for q in result.new} == {"Gy"}


def test_three_courses_at_the_target_by_hand():
    """WBRT 30/10, radiosurgery 20/1, then 30/5: 39 + 60 + 48 and 37.5 + 110 + 60."""
    earlier = [course("wbrt", 30, 10), course("srs", 20, 1)]
    result = compute_reirradiation(course("new", 30, 5), earlier)
    values = {q.name: q.value for q in result.cumulative}
    assert values["cumulative_bed_tumour_gy"] == pytest.approx(147.0)
    assert values["cumulative_eqd2_brain_gy"] == pytest.approx(207.5)
    assert values["cumulative_eqd2_tumour_gy"] == pytest.approx(32.5 + 50 + 40)
    assert values["cumulative_bed_brain_gy"] == pytest.approx(75 + 220 + 120)
    assert all(q.value is None and q.undefined for q in result.tissues)
    (limit,) = result.limits
    assert (limit.criterion.value, limit.met) == (100.0, False)
    assert "Sminia" in limit.criterion.source
    assert any("per fraction srs 20 Gy" in text for text in result.cautions)


def test_each_course_keeps_its_own_ratio_and_that_is_said():
    result = compute_reirradiation(course("new", 30, 5, 3.0), [course("srs", 20, 1, 10.0)])
    assert result.cumulative[0].value == pytest.approx(30 * (1 + 6 / 3) + 60)
    assert "courses with different tumour α/β were added" in result.cautions
    assert not any("brain α/β" in text for text in result.cautions)


def test_a_readers_limit_is_used():
    limits = Thresholds({"reirradiation.brain_eqd2_gy": 250.0})
    result = compute_reirradiation(course("new", 30, 5), [course("srs", 20, 1)], limits)
    assert result.limits[0].met
    assert result.limits[0].criterion.default == 100.0


@pytest.mark.parametrize(
    ("values", "says"),
    [((0, 1), "no dose"), ((-2, 1), "no dose"), ((float("nan"), 1), "no dose"),
     ((20, 0), "number of fractions"), ((20, 1, 0.0), "α/β"), ((20, 1, 10, -1), "α/β")],
)  # fmt: skip
def test_impossible_courses_are_refused(values, says):
    with pytest.raises(ValueError, match=says):
        course("new", *values)


def test_v12_equivalent_level():
    assert v12_equivalent_gy(2.0) == pytest.approx(42.0)  # 12 (1 + 12/2) / 2
    assert v12_equivalent_gy(3.0) == pytest.approx(36.0)  # 12 (1 + 12/3) / (1 + 2/3)


class TestCells:
    """A hundred cells of 0.1 cm³ with dose 0.2, 0.4 … 20 Gy."""

    dose = np.linspace(0.2, 20.0, 100)
    cells = TissueCells("brain", BRAIN, np.full(100, 0.1), {"srs": dose})

    def result(self, new, **more):
        return compute_reirradiation(
            new, [course("srs", 20, 1)], shape=PlanShape("srs", "GTV1", 20.0),
            tissues=[self.cells], **more,
        )  # fmt: skip

    def test_sum_cell_by_cell(self):
        new = course("new", 15, 5)
        found = cumulative_eqd2(self.cells, [course("srs", 20, 1)], new,
                                PlanShape("srs", "GTV1", 20.0))  # fmt: skip
        again = 0.75 * self.dose
        wanted = self.dose * (1 + self.dose / 2) / 2 + again * (1 + again / 5 / 2) / 2
        assert found == pytest.approx(wanted)

    def test_volume_and_mean_before_and_after(self):
        values = {q.name: q.value for q in self.result(course("new", 20, 1)).tissues}
        once = self.dose * (1 + self.dose / 2) / 2
        # 42 Gy is 12 Gy once; 9 Gy (a little less than 8.22) twice
        assert values["brain_v12_equivalent_cm3_before"] == pytest.approx(4.1, abs=0.06)
        twice = np.count_nonzero(2 * once >= 42) * 0.1
        assert values["brain_v12_equivalent_cm3"] == pytest.approx(twice, abs=0.06)
        assert values["brain_eqd2_dmean_gy"] == pytest.approx(2 * once.mean())
        assert values["brain_eqd2_dmean_gy_before"] == pytest.approx(once.mean())
        assert values["brain_over_cm3"] == pytest.approx(
            np.count_nonzero(2 * once >= 100) * 0.1, abs=0.06
        )
        assert values["brain_eqd2_d0_03cc_gy"] == pytest.approx(2 * once[-1], rel=0.02)
        assert values["brain_eqd2_d2_gy"] == pytest.approx(2 * once[-2], rel=0.02)

    def test_assumption_names_plan_and_scale(self):
        said = " ".join(self.result(course("new", 15, 5)).assumptions)
        assert "dose is that of srs scaled by 15 / 20 Gy (GTV1)" in said
        assert "without recovery" in said

    def test_organs_have_their_limits(self):
        stem = TissueCells("Brainstem", "brainstem", np.ones(2), {"srs": np.array([2.0, 10.0])})
        result = compute_reirradiation(
            course("new", 20, 1), [course("srs", 20, 1)], shape=PlanShape("srs", "GTV1", 20.0),
            tissues=[self.cells, stem],
        )  # fmt: skip
        check = result.limits[-1]
        assert check.quantity.value == pytest.approx(2 * 10 * (1 + 10 / 2) / 2)
        assert (check.criterion.key, check.met) == ("oar.brainstem_dmax_gy", False)


# --- cells of real plans with a formula for their dose ------------------------------------------


def srs(structures):
    dose = gaussian(lattice(30.0), CENTER)
    return placed("srs-2", date(2025, 1, 1), dose, RigidTransform(), 1, structures)


def ball(name, radius, role=StructureRole.OTHER):
    return Structure(name, role, sphere(radius))


def test_cells_of_the_brain_contour_leave_the_target_out():
    plan = srs((ball("Brain", 20), ball("GTV1", 6, StructureRole.GTV), ball("Brainstem", 4)))
    brain, stem = compute_tissue_cells([plan], plan)
    assert brain.volume_cm3.sum() == pytest.approx(4 / 3 * np.pi * (20**3 - 6**3) / 1e3, rel=0.01)
    assert (brain.organ, stem.organ) == (BRAIN, "brainstem")
    assert brain.dose_gy["srs-2"].max() <= PEAK * np.exp(-(5**2) / 2 / SIGMA**2)
    r = np.linspace(6, 20, 4000)
    d = PEAK * np.exp(-(r**2) / 2 / SIGMA**2)
    mean = np.trapezoid(d * r**2, r) / np.trapezoid(r**2, r)
    weights = brain.volume_cm3 / brain.volume_cm3.sum()
    assert weights @ brain.dose_gy["srs-2"] == pytest.approx(mean, rel=0.01)
    assert not brain.notes


def test_cumulative_volume_of_two_plans_has_its_closed_form():
    """The same dose again: 42 Gy EQD2 in sum where each gave 8.22 Gy."""
    plan = srs((ball("Brain", 24), ball("GTV1", 6, StructureRole.GTV)))
    cells = compute_tissue_cells([plan], plan)
    result = compute_reirradiation(
        course("new", 20, 1), [course("srs-2", 20, 1)], shape=PlanShape("srs-2", "GTV1", 20.0),
        tissues=cells,
    )  # fmt: skip
    values = {q.name: q.value for q in result.tissues}
    for name, dose in (
        ("brain_v12_equivalent_cm3_before", 12.0),
        ("brain_v12_equivalent_cm3", np.sqrt(85) - 1),  # d (1 + d / 2) / 2 = 21 Gy
    ):
        radius = SIGMA * np.sqrt(2 * np.log(PEAK / dose))
        wanted = 4 / 3 * np.pi * (radius**3 - 6**3) / 1e3
        assert values[name] == pytest.approx(wanted, rel=0.02)


def test_courses_in_other_frames_are_sampled_in_place():
    plan = srs((ball("Brain", 12),))
    (brain,) = compute_tissue_cells([first(), plan], plan)
    assert set(brain.dose_gy) == {"srs-1", "srs-2"}
    point = CENTER + np.array([8.0, 3.0, -5.0])  # APART: the first plan's peak, reference space
    assert dose_at(first(), point) == pytest.approx(PEAK, rel=0.01)
    assert dose_at(plan, CENTER) == pytest.approx(PEAK, rel=0.01)
    far = first(half=12.0)
    (brain,) = compute_tissue_cells([far, plan], plan)
    assert any("beyond the dose grid of srs-1" in note for note in brain.notes)
    assert MOVED is far.to_reference.transform


def test_brain_of_the_image_stands_in_and_its_absence_is_said():
    plan = srs((ball("GTV1", 6, StructureRole.GTV),))
    grid = lattice(28.0)
    points = grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    mask = Mask(np.linalg.norm(points - CENTER, axis=-1) < 20, grid)
    (brain,) = compute_tissue_cells([plan], plan, (mask, RigidTransform()))
    wanted = 4 / 3 * np.pi * (20**3 - 6**3) / 1e3
    assert brain.volume_cm3.sum() == pytest.approx(wanted, rel=0.02)
    assert brain.name == "brain on MR minus targets"
    with pytest.raises(NotAssessableError, match="no brain mask"):
        compute_tissue_cells([plan], plan)


def test_only_placed_doses_are_used():
    plan = srs((ball("Brain", 12),))
    without = replace(plan, course=replace(plan.course, dose=None))
    unplaced = replace(plan, to_reference=None)
    assert usable_doses([without, unplaced, plan]) == (plan,)


def test_published_context_is_there():
    assert [a.source for a in published_accuracy("reirradiation")] == [
        "Terakedis 2014, PMC5725326 abstract", "doi 10.1186/s13014-023-02385-3 abstract",
    ]  # fmt: skip
