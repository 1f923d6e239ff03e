"""Change in shape on hand-made cases of known truth."""

from dataclasses import replace
from datetime import date as Date

import numpy as np
import pytest
from answers import T1C_ONLY, answer, value
from hand_made_cases import CENTER, HEAD, T2, Ball, Visit, smaller, treated

from RNAssessLib.case import ClinicalEvent, EventKind, NotAssessableError
from RNAssessLib.findings import cross_boundary, shape_change
from RNAssessLib.findings.finding import Favours, Plane, Status


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
        assert "New and separate at t2, not counted here: 0.168 cm³ (items" in found.sentence
        # the very volume that the item on crossings tells of the same part, in whatever grid
        visits = [treated(**T1C_ONLY), replace(self.first, shift=(0.4, 0.3, 0.2)),
                  Visit("t2", T2, moved, shift=(-0.3, 0.4, 0.45), **T1C_ONLY)]  # fmt: skip
        assert value(answer(shape_change, visits), "separate_new_cm3") == pytest.approx(
            value(answer(cross_boundary, visits), "component_cm3"), rel=1e-9
        )
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
