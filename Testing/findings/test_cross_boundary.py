"""Enhancement across a boundary and along surfaces, on hand-made cases of known truth."""

from datetime import date as Date

import numpy as np
import pytest
from answers import LIMITS, T1C_ONLY, answer, value
from hand_made_cases import (
    CENTER,
    HEAD,
    T0,
    T2,
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
from RNAssessLib.findings import cross_boundary
from RNAssessLib.findings.finding import Favours, Plane, Status, Strength
from RNAssessLib.phantom.head import build_head
from RNAssessLib.phantom.paper_cases.build import ball, case, dates, egg, lesion, ring, solid
from RNAssessLib.phantom.placement import move_scenario
from RNAssessLib.phantom.prepared import build_prepared


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
