"""The four headline items against hand-made cases of known truth."""

from dataclasses import replace
from datetime import date as Date

import numpy as np
import pytest
from hand_made_cases import (
    CENTER,
    HEAD,
    T0,
    T2,
    T3,
    Ball,
    R,
    Visit,
    build_case,
    smaller,
    sphere_dose,
    treated,
)
from scipy import ndimage

from RNAssessLib.case import (
    ClinicalEvent,
    Course,
    EventKind,
    NotAssessableError,
    PreparedCourse,
    RegistrationGrade,
    StructureRole,
    Target,
    Technique,
)
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import (
    central_diffusion_restriction,
    cross_boundary,
    shape_change,
    swi_foci,
)
from RNAssessLib.findings.finding import Favours, Plane, Status, Strength
from RNAssessLib.phantom.head import build_head
from RNAssessLib.phantom.paper_cases.build import ball, case, dates, egg, lesion, ring, solid
from RNAssessLib.phantom.placement import move_scenario
from RNAssessLib.phantom.prepared import build_prepared

LIMITS = Thresholds()
DARK_CORE = {R.DWI: 2.2, R.ADC: 0.6}
T1C_ONLY = {"roles": (R.T1C,)}


def answer(item, visits, **more):
    prepared = build_case(visits, **more)
    return item.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def value(finding, name):
    return next(q for q in finding.measurements if q.name == name).value


class TestCrossBoundary:
    def crossing(self, *balls, radius=9.0, **more):
        last = Visit("t2", T2, (Ball(CENTER, radius, 3.0), *balls), **T1C_ONLY)
        return answer(cross_boundary, [treated(**T1C_ONLY), smaller(**T1C_ONLY), last], **more)

    def test_separate_new_enhancement_across_the_falx_is_present(self):
        found = self.crossing(Ball((-8.0, 2.0, 12.0), 3.5))
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        assert "the falx" in found.sentence
        assert value(found, "component_cm3") == pytest.approx(
            4 / 3 * 3.14159 * 3.5**3 / 1e3, rel=0.08
        )
        # 26.1 mm from the centre of the dose, 9 mm to the prescription isodose
        distance = (26.0**2 + 2.0**2 + 2.0**2) ** 0.5
        assert value(found, "dose_median_gy") == pytest.approx(
            20 / (1 + ((distance - 9) / 10) ** 2), rel=0.1
        )
        assert value(found, "gap_mm") == pytest.approx(distance - 9 - 3.5, abs=1.2)

    def test_evidence_points_at_it_in_both_spaces(self):
        prepared = build_case(
            [treated(**T1C_ONLY),
             Visit("t2", T2, (Ball(CENTER, 9.0, 3.0), Ball((-8.0, 2.0, 12.0), 3.5)), **T1C_ONLY)]
        )  # fmt: skip
        found = cross_boundary.evaluate(prepared, prepared.lesion("L1"), LIMITS)
        evidence = found.evidence[0]
        assert evidence.timepoint == "t2"
        assert evidence.point_reference_lps_mm == pytest.approx((4.0, -29.0, 59.0), abs=1.5)
        moved = prepared.timepoint("t2").to_reference.transform.apply(evidence.point_lps_mm)
        assert tuple(moved) == pytest.approx(evidence.point_reference_lps_mm, abs=1e-6)
        assert evidence.plane is Plane.AXIAL

    def test_across_the_tentorium_is_shown_coronal(self):
        low = (18.0, 0.0, -10.0)
        visits = [
            Visit("t0", treated().date, (Ball(low, 7.0),), **T1C_ONLY),
            Visit("t2", T2, (Ball(low, 6.0), Ball((18.0, 0.0, -28.0), 3.0)), **T1C_ONLY),
        ]
        found = answer(cross_boundary, visits, center=low)
        assert found.status is Status.PRESENT
        assert "the tentorium" in found.sentence
        assert found.evidence[0].plane is Plane.CORONAL

    def test_across_a_sulcus(self):
        near = (24.0, 16.0, 10.0)
        visits = [
            Visit("t0", treated().date, (Ball(near, 5.0),), **T1C_ONLY),
            Visit("t2", T2, (Ball(near, 4.0), Ball((24.0, 33.0, 10.0), 3.0)), **T1C_ONLY),
        ]
        found = answer(cross_boundary, visits, center=near, radius=5.0)
        assert found.status is Status.PRESENT
        assert "beyond a sulcus" in found.sentence
        assert "The sulcus between them does not enhance" in found.sentence

    def test_growth_up_to_the_falx_is_absent(self):
        found = self.crossing(radius=16.0)
        assert found.status is Status.ABSENT
        assert found.favours is None

    def test_new_enhancement_on_the_same_side_is_absent(self):
        found = self.crossing(Ball((30.0, -14.0, 20.0), 3.0))
        assert found.status is Status.ABSENT

    def test_what_was_there_before_treatment_is_not_new(self):
        old = Ball((-8.0, 2.0, 12.0), 3.5)
        before = Visit("t0", treated().date, (Ball(CENTER, 8.0),), apart=(old,), **T1C_ONLY)
        after = Visit("t2", T2, (Ball(CENTER, 9.0, 3.0), old), **T1C_ONLY)
        assert answer(cross_boundary, [before, after]).status is Status.ABSENT

    def test_within_the_uncertainty_of_the_falx_is_indeterminate(self):
        found = self.crossing(Ball((-4.5, 2.0, 12.0), 2.5), boundary_error_mm=6.0)
        assert found.status is Status.INDETERMINATE
        assert "whose place is known to 6.0 mm" in found.sentence

    def test_not_irradiated_is_indeterminate(self):
        found = self.crossing(Ball((-30.0, -30.0, 20.0), 3.0))
        assert found.status is Status.INDETERMINATE
        assert "less than 20 %" in found.sentence

    def test_a_second_course_that_irradiated_it_counts(self):
        far = (-30.0, -20.0, 20.0)
        target = Target("GTV9", StructureRole.GTV, 24.0)
        course = Course("srs-2", T2, Technique.LINAC, 3, (target,),
                        dose=sphere_dose(HEAD + np.asarray(far), 24.0, 8.0))  # fmt: skip
        placed = build_case([treated(**T1C_ONLY)]).courses[0].to_reference
        found = self.crossing(Ball(far, 3.0), extra_courses=(PreparedCourse(course, placed),))
        assert found.status is Status.PRESENT
        assert value(found, "dose_max_gy") == pytest.approx(24 * 1.3, rel=0.02)

    def test_without_dose_it_is_indeterminate_and_the_dose_undefined(self):
        found = self.crossing(Ball((-8.0, 2.0, 12.0), 3.5), dose=False)
        assert found.status is Status.INDETERMINATE
        assert value(found, "dose_median_gy") is None

    def test_in_the_callosum_is_no_falx_crossing(self):
        low = (14.0, 0.0, -2.0)
        visits = [
            Visit("t0", treated().date, (Ball(low, 6.0),), **T1C_ONLY),
            Visit("t2", T2, (Ball(low, 6.0), Ball((-3.0, 0.0, -9.0), 2.6)), **T1C_ONLY),
        ]
        found = answer(cross_boundary, visits, center=low, radius=6.0)
        assert found.status is not Status.PRESENT

    def test_one_piece_through_the_falx_is_indeterminate(self):
        found = self.crossing(radius=26.0)
        assert found.status is Status.INDETERMINATE
        assert "hangs together" in found.sentence

    def test_in_the_callosum_the_risk_of_necrosis_is_said_not_the_spread_of_tumour(self):
        low = (14.0, 0.0, -2.0)
        visits = [
            Visit("t0", treated().date, (Ball(low, 6.0),), **T1C_ONLY),
            Visit("t2", T2, (Ball(low, 6.0), Ball((-4.0, 0.0, -8.0), 2.6)), **T1C_ONLY),
        ]
        found = answer(cross_boundary, visits, center=low, radius=6.0)
        told = " ".join((found.sentence, *found.caveats))
        assert "risk of necrosis is particularly high there (LA22)" in told
        assert "tumour spreads" not in told

    @staticmethod
    def falx(thickness_mm, **more):
        """Painter of an enhancing falx, in head coordinates."""

        def paint(role, ratio, head):
            x, _, z = np.moveaxis(head, -1, 0)
            if role is R.T1C:
                ratio = np.where((np.abs(x) < thickness_mm / 2) & (z > -6), 2.0, ratio)
            return ratio

        return {"paint": paint, **more}

    def across_the_falx(self, before, after):
        last = Visit("t2", T2, (Ball(CENTER, 9.0, 3.0), Ball((-8.0, 2.0, 12.0), 3.5)),
                     **T1C_ONLY, **after)  # fmt: skip
        return answer(cross_boundary, [treated(**T1C_ONLY, **before), last])

    def test_the_falx_between_that_does_not_enhance_is_said(self):
        found = self.across_the_falx({}, {})
        assert found.status is Status.PRESENT
        assert "The falx between them does not enhance (0 % of it" in found.sentence

    def test_a_falx_between_that_enhances_raises_concern_for_tumour(self):
        found = self.across_the_falx({}, self.falx(2.5))
        assert found.status is Status.INDETERMINATE
        assert "the falx between them enhances" in found.sentence
        assert "contiguous involvement of the meninges raises concern for tumour (LA22)" in (
            found.sentence
        )

    def test_a_falx_that_enhanced_as_much_before_treatment_is_normal(self):
        found = self.across_the_falx(self.falx(2.5), self.falx(2.5))
        assert found.status is Status.PRESENT
        assert "does not enhance" not in found.sentence
        assert "enhances no more than before treatment" in found.sentence

    def test_absent_says_what_absence_means(self):
        found = self.crossing(radius=16.0)
        assert any("sensitivity" in c and "LA22 Discussion" in c for c in found.caveats)

    def test_melanoma_beside_a_sulcus_is_told(self):
        near = (24.0, 16.0, 10.0)
        visits = [
            Visit("t0", treated().date, (Ball(near, 5.0),), **T1C_ONLY),
            Visit("t2", T2, (Ball(near, 4.0), Ball((24.0, 33.0, 10.0), 3.0)), **T1C_ONLY),
        ]
        event = ClinicalEvent(EventKind.HISTOLOGY, Date(2023, 1, 1), text="malignant melanoma")
        found = answer(cross_boundary, visits, center=near, radius=5.0, events=[event])
        assert any("melanoma tends to extend along the pia" in c for c in found.caveats)

    def test_badly_registered_follow_up_cannot_be_judged(self):
        bad = Visit("t2", T2, (Ball(CENTER, 9.0), Ball((-8.0, 2.0, 12.0), 3.5)),
                    grade=RegistrationGrade.BAD, **T1C_ONLY)  # fmt: skip
        with pytest.raises(NotAssessableError, match="t2 could not be aligned"):
            answer(cross_boundary, [treated(**T1C_ONLY), bad])

    def test_without_anatomy_not_assessable(self):
        with pytest.raises(NotAssessableError, match="label map"):
            self.crossing(anatomy=False)

    def test_found_at_an_earlier_follow_up_only(self):
        first = Visit("t1", smaller().date, (Ball(CENTER, 8.0), Ball((-8.0, 2.0, 12.0), 3.5)),
                      **T1C_ONLY)  # fmt: skip
        last = Visit("t2", T2, (Ball(CENTER, 8.0),), **T1C_ONLY)
        found = answer(cross_boundary, [treated(**T1C_ONLY), first, last])
        assert found.status is Status.PRESENT
        assert found.evidence[0].timepoint == "t1"


@pytest.fixture(scope="module")
def around_the_ventricle():
    """LA22 Fig 6: in one piece round the lateral ventricle; its ring open toward it, or closed."""
    head = build_head((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    body, at = ball(18.5, -6, 20, 10.5), (19.0, -8.0, 14.0)
    opening = (egg((9.5, -5.0, 16.0), (6.5, 9.0, 8.5)),)

    def make(**more):
        states = (solid(ball(*at, 7.0), spares=("csf",)), ring(body, spares=("csf",), **more))
        script = case("wrap", "", "", dates(5),
                      lesion("1", at, 7.0, states, dose_gy=24.0, margin_mm=3.0))(None, 1.0)  # fmt: skip
        placed = head, move_scenario(script, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
        return build_prepared("wrap", 0, placed=placed, roles=[(R.T1C,), (R.T1C,)]).prepared

    return make(opening=opening), make()


def test_wrapping_a_ventricle_that_it_leaves_free_is_an_answer_of_its_own(around_the_ventricle):
    free, lined = around_the_ventricle
    found = cross_boundary.evaluate(free, free.lesions[0], LIMITS)
    assert (found.status, found.favours) == (Status.PRESENT, Favours.RN)
    assert found.strength is Strength.MODERATE
    assert "wraps the ventricle in one piece" in found.sentence
    closed = cross_boundary.evaluate(lined, lined.lesions[0], LIMITS)
    assert closed.status is Status.INDETERMINATE


def wall_by_formula(ball_at, radius):
    """Share of the ventricle's wall near a ball that lies in it, from the ellipsoid itself."""
    steps = np.arange(-16.0, 16.0, 0.5)
    middle, radii = np.array([10.0, -25.0, 2.0]), np.array([4.0, 10.0, 10.0])
    points = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1) + middle
    fluid = np.linalg.norm((points - middle) / radii, axis=-1) < 1
    wall = ~fluid & (ndimage.distance_transform_edt(~fluid, sampling=0.5) <= 2.5)
    depth = radius - np.linalg.norm(points - np.asarray(ball_at), axis=-1)
    return float((depth[wall & (depth > -3.0)] >= 0).mean())


class TestLining:
    """Ependymal enhancement beside the lesion (LA22 Anatomical boundaries; LA25 §3)."""

    def look(self, *balls):
        first = Visit("t0", T0, (Ball((28.0, -25.0, 2.0), 5.0),), **T1C_ONLY)
        prepared = build_case([first, Visit("t2", T2, balls, **T1C_ONLY)])
        return cross_boundary.evaluate(prepared, prepared.lesion("L1"), LIMITS)

    def test_the_lined_share_is_that_of_the_geometry(self):
        at, radius = (21.0, -25.0, 2.0), 9.0
        found = self.look(Ball(at, radius))
        truth = wall_by_formula(at, radius)
        assert 0.3 < truth < 0.95
        assert value(found, "ependymal_percent") == pytest.approx(100 * truth, abs=12.0)
        assert any("line of ependymal enhancement" in c for c in found.caveats)

    def test_a_lesion_away_from_it_has_no_share(self):
        found = self.look(Ball((30.0, -25.0, 2.0), 6.0))
        figure = next(q for q in found.measurements if q.name == "ependymal_percent")
        assert figure.value is None
        assert figure.undefined == "none lies beside the lesion"
        assert not any("ependymal" in c for c in found.caveats)


class TestShapeChange:
    first = Visit("t1", smaller().date, (Ball((18.0, 6.0, 10.0), 8.0),), **T1C_ONLY)

    def steps(self, *visits, **more):
        return answer(shape_change, [treated(**T1C_ONLY), *visits], **more)

    def test_growing_in_front_while_regressing_behind(self):
        moved = Visit("t2", T2, (Ball((18.0, -4.0, 10.0), 8.0),), **T1C_ONLY)
        found = self.steps(self.first, moved)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        # each side moved by 10 mm along y
        assert value(found, "grown_depth_mm") == pytest.approx(10.0, abs=1.0)
        assert value(found, "regressed_depth_mm") == pytest.approx(10.0, abs=1.0)
        front, back = (e.point_reference_lps_mm[1] for e in found.evidence)
        assert front < back

    def test_tolerance_adds_both_registrations_and_both_outlines(self):
        moved = Visit("t2", T2, (Ball((18.0, -4.0, 10.0), 8.0),), error_mm=1.5, **T1C_ONLY)
        found = self.steps(self.first, moved)
        expected = 1.5 * (0.5**2 + 1.5**2 + 0.6**2 + 0.6**2) ** 0.5 + 0.5
        assert value(found, "tolerance_mm") == pytest.approx(expected)

    @pytest.mark.parametrize("radius", [5.0, 12.0])
    def test_whole_growth_or_whole_shrinkage_is_absent(self, radius):
        after = Visit("t2", T2, (Ball((18.0, 6.0, 10.0), radius),), **T1C_ONLY)
        assert self.steps(self.first, after).status is Status.ABSENT

    def test_misregistration_within_tolerance_is_absent(self):
        after = replace(self.first, id="t2", date=T2, shift=(0.7, 0.7, 0.3), error_mm=1.0)
        assert self.steps(self.first, after).status is Status.ABSENT

    def test_response_between_treatment_and_first_follow_up_does_not_count(self):
        with pytest.raises(NotAssessableError, match="only one usable follow-up"):
            self.steps(self.first)
        same = replace(self.first, id="t2", date=T2)
        assert self.steps(self.first, same).status is Status.ABSENT

    def test_a_satellite_that_goes_while_the_rest_grows(self):
        with_satellite = Visit("t1", smaller().date,
                               (Ball(CENTER, 6.0), Ball((30.0, 12.0, 18.0), 3.5)),
                               **T1C_ONLY)  # fmt: skip
        grown = Visit("t2", T2, (Ball(CENTER, 11.0),), **T1C_ONLY)
        found = self.steps(with_satellite, grown)
        assert found.status is Status.PRESENT
        assert value(found, "regressed_cm3") == pytest.approx(0.18, abs=0.03)

    def test_bevacizumab_in_between_makes_it_indeterminate(self):
        moved = Visit("t2", T2, (Ball((18.0, -4.0, 10.0), 8.0),), **T1C_ONLY)
        drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1), dose_mg_per_kg=5.0)
        found = self.steps(self.first, moved, events=[drug])
        assert found.status is Status.INDETERMINATE
        assert any("LA25 §6" in c for c in found.caveats)
        earlier = replace(drug, date=Date(2024, 12, 1))
        assert self.steps(self.first, moved, events=[earlier]).status is Status.PRESENT

    @pytest.mark.parametrize("end", [None, Date(2025, 4, 2)])
    def test_bevacizumab_shortly_before_the_earlier_scan_counts_too(self, end):
        moved = Visit("t2", T2, (Ball((18.0, -4.0, 10.0), 8.0),), **T1C_ONLY)
        drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 4, 2), end=end)  # t1: 2025-04-09
        found = self.steps(self.first, moved, events=[drug])
        assert found.status is Status.INDETERMINATE
        assert "bevacizumab on 2025-04-02 acts on the interval between t1 and t2" in found.sentence

    def test_a_steroid_changed_shortly_before_is_told(self):
        moved = Visit("t2", T2, (Ball((18.0, -4.0, 10.0), 8.0),), **T1C_ONLY)
        steroid = ClinicalEvent(EventKind.STEROID, Date(2025, 2, 1), dose_mg_per_day=8.0)
        found = self.steps(self.first, moved, events=[steroid])
        assert found.status is Status.PRESENT
        assert any("corticosteroid changed" in c for c in found.caveats)

    def test_a_metastasis_still_responding_with_regrowth_at_its_margin_is_no_change_in_shape(self):
        # the review's A2: 8 mm, 7 mm (it shrinks), 4.3 mm with a nodule of 4.8 mm at the margin
        first = smaller(7.0, **T1C_ONLY)
        margin = Ball((18.0 - 7.5, 0.0, 10.0), 4.8)
        after = Visit("t2", T2, (Ball((21.0, 0.0, 10.0), 4.3), margin), **T1C_ONLY)
        found = self.steps(first, after)
        assert found.status is Status.INDETERMINATE
        assert found.favours is None
        assert "it was still shrinking before (2.15 cm³ at t0" in found.sentence
        # the same change after an interval without shrinkage is the sign
        stable = self.steps(smaller(8.0, **T1C_ONLY), after)
        assert stable.status is Status.PRESENT

    def test_a_part_that_arose_after_treatment_may_regress_while_the_metastasis_responds(self):
        # LA22 Fig 2: metastasis smaller, new part; later the new part is gone, another grows
        first = Visit("t1", smaller().date,
                      (Ball(CENTER, 6.0), Ball((18.0, 16.0, 10.0), 4.5)), **T1C_ONLY)  # fmt: skip
        after = Visit("t2", T2, (Ball((18.0, -3.0, 10.0), 8.0),), **T1C_ONLY)
        assert self.steps(first, after).status is Status.PRESENT

    def test_a_new_separate_part_is_told_apart_and_not_counted(self):
        moved = (Ball((18.0, -4.0, 10.0), 8.0), Ball((-8.0, -4.0, 12.0), 3.5))
        found = self.steps(self.first, Visit("t2", T2, moved, **T1C_ONLY))
        assert found.status is Status.PRESENT
        assert value(found, "grown_depth_mm") == pytest.approx(10.0, abs=1.0)
        assert value(found, "separate_new_cm3") == pytest.approx(
            4 / 3 * np.pi * 3.5**3 / 1e3, rel=0.08
        )
        assert "New and separate at t2, not counted here: 0.166 cm³ (items" in found.sentence
        grown = found.evidence[0]
        assert grown.point_reference_lps_mm[1] < HEAD[1]  # on the lesion, not on the satellite
        assert not grown.mask.array[tuple(
            np.rint(grown.mask.grid.lps_to_index(HEAD + np.array([-8.0, -4.0, 12.0]))).astype(int)
        )]  # fmt: skip

    def test_a_new_separate_part_beside_a_shrinking_lesion_is_no_change_in_shape(self):
        after = Visit("t2", T2, (Ball((18.0, 6.0, 10.0), 5.0), Ball((-8.0, -4.0, 12.0), 4.5)),
                      **T1C_ONLY)  # fmt: skip
        found = self.steps(self.first, after)
        assert found.status is Status.ABSENT
        assert "not counted here" in found.sentence

    def test_both_parts_are_shown_in_one_cut(self):
        moved = Visit("t2", T2, (Ball((18.0, -4.0, 10.0), 8.0),), **T1C_ONLY)
        grown, regressed = self.steps(self.first, moved).evidence
        assert (grown.timepoint, regressed.timepoint) == ("t2", "t1")
        assert grown.plane is regressed.plane
        axis = {Plane.SAGITTAL: 0, Plane.CORONAL: 1, Plane.AXIAL: 2}[grown.plane]
        assert grown.point_reference_lps_mm[axis] == regressed.point_reference_lps_mm[axis]

    def test_absent_says_what_absence_means(self):
        found = self.steps(self.first, replace(self.first, id="t2", date=T2))
        assert found.status is Status.ABSENT
        assert any("sensitivity" in c and "LA22 Discussion" in c for c in found.caveats)


class TestCentralRestriction:
    ring = (Ball(CENTER, 11.0, 3.0),)

    def last(self, **more):
        return answer(
            central_diffusion_restriction, [treated(), Visit("t2", T2, self.ring, **more)]
        )

    def test_restricted_core_with_free_rim(self):
        found = self.last(core=DARK_CORE)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        assert value(found, "core_adc_ratio") == pytest.approx(0.6, abs=0.08)
        assert value(found, "core_dwi_ratio") == pytest.approx(2.2, abs=0.15)
        assert found.evidence[0].role is R.ADC
        assert found.evidence[0].mask is not None

    def test_free_core_is_absent(self):
        found = self.last()
        assert found.status is Status.ABSENT
        assert value(found, "core_adc_ratio") == pytest.approx(2.5, abs=0.2)

    def test_shine_through_is_not_restriction(self):
        assert self.last(core={R.DWI: 2.2, R.ADC: 1.8}).status is Status.ABSENT

    @pytest.mark.parametrize("t2", [1.2, 3.0])
    def test_t2_of_the_core_is_measured_and_told_where_the_rim_restricts(self, t2):
        more = {"roles": (R.T1C, R.DWI, R.ADC, R.T2), "core": {**DARK_CORE, R.T2: t2}}
        found = self.last(rim=DARK_CORE, **more)
        assert value(found, "core_t2_ratio") == pytest.approx(t2, abs=0.15)
        assert f"{as_ratio(value(found, 'core_t2_ratio'))} times as bright" in found.sentence
        confined = self.last(**more)
        assert "on T2" not in confined.sentence

    def test_restricted_rim_raises_concern_for_hypercellular_tumour(self):
        found = self.last(core=DARK_CORE, rim=DARK_CORE)
        assert found.status is Status.ABSENT
        assert found.favours is Favours.TTP
        assert "small cell" in found.caveats[0]

    def test_a_rim_restricted_in_part_leaves_open_whether_it_is_confined(self):
        """A quarter of the rim, on one side: more than spill-over (1 %), less than a rim."""

        def one_side(role, ratio, head):
            offset = head - np.asarray(CENTER)
            depth = 11.0 - np.linalg.norm(offset, axis=-1)
            cap = (depth >= 0) & (depth < 3.0) & (offset[..., 0] > 4.0)
            if role in DARK_CORE:
                ratio[cap] = DARK_CORE[role]
            return ratio

        found = self.last(core=DARK_CORE, paint=one_side)
        assert 15 < value(found, "rim_restricted_percent") < 29
        assert found.status is Status.INDETERMINATE
        assert "confined to the core cannot be told" in found.sentence

    def test_thin_restricted_rim_is_seen_on_coarse_dwi(self):
        thin = (Ball(CENTER, 10.0, 2.2),)
        visits = [treated(), Visit("t2", T2, thin, core=DARK_CORE, rim=DARK_CORE)]
        found = answer(central_diffusion_restriction, visits)
        assert found.favours is Favours.TTP
        assert value(found, "rim_restricted_percent") > 30
        visits = [treated(), Visit("t2", T2, thin, core=DARK_CORE)]
        found = answer(central_diffusion_restriction, visits)
        assert found.status is Status.PRESENT
        assert value(found, "rim_restricted_percent") < 5

    def test_core_thinner_than_the_dwi_voxels_is_not_called_absent(self):
        flat = (Ball(CENTER, 5.0, 1.9, radii=(11.0, 11.0, 3.2)),)
        visits = [treated(), Visit("t2", T2, flat, core=DARK_CORE)]
        found = answer(central_diffusion_restriction, visits)
        assert found.status is Status.INDETERMINATE
        assert "too thin" in found.sentence

    def test_rim_alone_is_absent_without_central_restriction(self):
        assert self.last(rim=DARK_CORE).status is Status.ABSENT

    @pytest.mark.parametrize("blood", [{R.T1: 1.6}, {R.SWI: 0.3}])
    def test_blood_in_the_core_makes_it_indeterminate(self, blood):
        found = self.last(core={**DARK_CORE, **blood})
        assert found.status is Status.INDETERMINATE
        assert "blood" in found.sentence.lower()

    def test_bevacizumab_before_makes_it_indeterminate_unless_it_was_there(self):
        drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1))
        item = central_diffusion_restriction
        late = Visit("t2", T2, self.ring, core=DARK_CORE)
        assert answer(item, [treated(), late], events=[drug]).status is Status.INDETERMINATE
        early = Visit("t1", smaller().date, self.ring, core=DARK_CORE)
        assert answer(item, [treated(), early, late], events=[drug]).status is Status.PRESENT

    def test_absent_says_what_absence_means(self):
        assert any("absence" in c and "LA25 §2.2" in c for c in self.last().caveats)

    def test_small_cell_lung_cancer_on_record_is_named_beside_a_restricted_rim(self):
        def told(text):
            events = [ClinicalEvent(EventKind.HISTOLOGY, Date(2023, 1, 1), text=text)]
            last = Visit("t2", T2, self.ring, core=DARK_CORE, rim=DARK_CORE)
            item = central_diffusion_restriction
            return answer(item, [treated(), last], events=events).caveats[0]

        assert "which is on record here" in told("small cell lung carcinoma")
        assert "which is on record here" not in told("non-small cell lung carcinoma")

    def test_coagulative_necrosis_is_not_expected_to_be_tumour(self):
        drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1))
        late = Visit("t2", T2, self.ring, core=DARK_CORE)
        found = answer(central_diffusion_restriction, [treated(), late], events=[drug])
        assert "not expected to reflect active tumour" in found.sentence

    def test_missing_swi_and_t1_is_told(self):
        found = self.last(core=DARK_CORE, roles=(R.T1C, R.DWI, R.ADC))
        assert found.status is Status.PRESENT
        assert any("no pre-contrast T1 and no SWI" in c for c in found.caveats)

    def test_missing_adc_is_named(self):
        with pytest.raises(NotAssessableError, match=r"no ADC at any follow-up; .*LA25"):
            self.last(roles=(R.T1C, R.DWI))

    def test_solid_lesion_has_no_core_to_judge(self):
        found = answer(
            central_diffusion_restriction, [treated(), Visit("t2", T2, (Ball(CENTER, 9.0),))]
        )
        assert found.status is Status.NOT_ASSESSABLE  # the sign does not apply, it is not negative
        assert "No non-enhancing core" in found.limitation
        assert value(found, "core_adc_ratio") is None


def uneven_core(share):
    """Debris: the core's signal varies smoothly by a share (standard deviation), foci excepted."""
    rng = np.random.default_rng(2)
    phase, way = rng.uniform(0, 2 * np.pi, 24), rng.normal(size=(24, 3))
    way *= 2 * np.pi / 8.0 / np.linalg.norm(way, axis=1, keepdims=True)  # waves of 8 mm

    def paint(role, ratio, head):
        core = np.linalg.norm(head - np.asarray(CENTER), axis=-1) < 10.0
        core &= (ratio > 0.5) & (role is R.SWI)
        waves = np.sin(head[core] @ way.T + phase).sum(axis=-1) / np.sqrt(12.0)
        ratio[core] *= 1.0 + share * waves
        return ratio

    return paint


class TestSwiFoci:
    ring = (Ball(CENTER, 11.0, 3.0),)
    foci = tuple(
        Ball((CENTER[0] + dx, CENTER[1] + dy, CENTER[2] + dz), 1.6)
        for dx, dy, dz in ((9.5, 0, 0), (-9.5, 0, 0), (0, 9.5, 0), (0, 0, 3), (0, -15, 0))
    )

    def last(self, **more):
        return answer(swi_foci, [treated(), Visit("t2", T2, self.ring, **more)])

    def test_counts_and_places_five_foci(self):
        found = self.last(dark=self.foci)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        assert value(found, "foci_count") == 5
        assert value(found, "foci_rim_count") == 3
        assert value(found, "foci_core_count") == 1
        assert value(found, "foci_adjacent_count") == 1
        assert value(found, "foci_gained") == 5
        truth = 5 * 4 / 3 * 3.14159 * 1.6**3 / 1e3
        assert value(found, "foci_cm3") == pytest.approx(truth, rel=0.35)

    def test_none_raises_concern_for_tumour_as_much_as_several_speak_for_necrosis(self):
        found = self.last()
        assert found.status is Status.ABSENT
        assert found.favours is Favours.TTP
        assert found.strength.value == "moderate"  # LA25 §2.3: perhaps the more important half
        assert value(found, "foci_count") == 0

    def test_two_are_indeterminate(self):
        found = self.last(dark=self.foci[:2])
        assert found.status is Status.INDETERMINATE
        assert found.favours is None

    def in_core(self, **more):
        visits = [treated(), Visit("t2", T2, (Ball(CENTER, 13.0, 3.0),), **more)]
        return answer(swi_foci, visits)

    def test_patches_of_an_uneven_core_are_no_foci(self):
        """Seven of them pass the contrast of 0.25, and none stands out from the others."""
        found = self.in_core(paint=uneven_core(0.12))
        assert value(found, "foci_count") == 0
        assert found.status is Status.ABSENT

    def test_foci_of_an_uneven_core_are_counted(self):
        places = ((4.5, 0, 0), (-4.5, 0, 0), (0, 4.5, 1), (0, -4.5, 3), (0, -1, -5))
        inner = tuple(Ball(tuple(np.add(CENTER, at)), 1.6) for at in places)
        found = self.in_core(dark=inner, paint=uneven_core(0.08))
        assert found.status is Status.PRESENT
        assert value(found, "foci_core_count") == 5

    def test_a_vein_is_no_focus(self):
        along = (((34.0, -12.0, 2.0), (30.0, 16.0, 14.0)),)
        through = (((18.0, 13.0, -20.0), (20.0, 14.0, 35.0)),)
        found = self.last(vein=along + through)
        assert value(found, "foci_count") == 0

    def test_one_large_bleed_says_little(self):
        found = self.last(dark=(Ball(CENTER, 7.0),))
        assert found.status is Status.INDETERMINATE
        assert value(found, "large_bleeds") == 1
        assert any("says little" in c for c in found.caveats)

    def test_whole_brain_radiotherapy_is_told(self):
        event = ClinicalEvent(EventKind.WBRT, Date(2024, 6, 1))
        found = answer(
            swi_foci, [treated(), Visit("t2", T2, self.ring, dark=self.foci)], events=[event]
        )
        assert any("whole-brain" in c for c in found.caveats)

    def test_change_over_time_is_told(self):
        visits = [
            treated(),
            Visit("t2", T2, self.ring, dark=self.foci[:3]),
            Visit("t3", T3, self.ring, dark=self.foci),
        ]
        found = answer(swi_foci, visits)
        assert "(before: t0 0, t2 3)" in found.sentence

    def test_missing_swi_is_named(self):
        with pytest.raises(NotAssessableError, match="no SWI at any follow-up"):
            self.last(roles=(R.T1C,))

    def test_older_scan_is_used_and_said_when_the_latest_lacks_swi(self):
        visits = [
            treated(),
            Visit("t2", T2, self.ring, dark=self.foci),
            Visit("t3", T3, self.ring, roles=(R.T1C,)),
        ]
        found = answer(swi_foci, visits)
        assert found.status is Status.PRESENT
        assert "no SWI at t3" in found.caveats
