"""Dose match against known truth."""

import re

import numpy as np
import pytest
from answers import LIMITS, T1C_ONLY, answer, value
from hand_made_cases import CENTER, T2, Ball, Visit, build_case, smaller, treated, with_contours

from RNAssessLib.case import NotAssessableError
from RNAssessLib.findings import dose_match
from RNAssessLib.findings.finding import Status, Strength


class TestDoseMatch:
    def visits(self, *balls):
        return [treated(**T1C_ONLY), Visit("t2", T2, balls, **T1C_ONLY)]

    def test_growth_inside_the_dose_is_context_and_its_dose_the_closed_form(self):
        found = answer(dose_match, self.visits(Ball(CENTER, 13.0)))
        assert found.status is Status.PRESENT
        assert found.favours is None  # PP23: 81 % of recurrences are infield or marginal
        assert found.strength is Strength.CONTEXT
        assert found.spec.favours_when_present is None
        # new shell from 8 mm + half the tolerance to 13 mm
        tolerance = 1.5 * (0.5**2 * 2 + 0.6**2 * 2) ** 0.5 + 0.5
        inner, outer = 8.0 + tolerance / 2, 13.0
        expected = 4 / 3 * np.pi * (outer**3 - inner**3) / 1e3
        assert value(found, "new_enhancement_cm3") == pytest.approx(expected, rel=0.1)
        low = 20 / (1 + ((outer - 9) / 10) ** 2)
        assert value(found, "dose_min_gy") == pytest.approx(low, abs=0.6)
        assert value(found, "high_dose_percent") == 100.0

    def test_growth_far_from_the_dose_does_not_match(self):
        found = answer(dose_match, self.visits(Ball(CENTER, 8.0), Ball((18.0, 14.0, -18.0), 5.0)),
                       center=CENTER, radius=2.0)  # fmt: skip
        assert found.status is Status.ABSENT
        assert found.favours is None
        distance_gy = 20 / (1 + (((14.0**2 + 28.0**2) ** 0.5 - 3) / 10) ** 2)
        assert value(found, "dose_median_gy") == pytest.approx(distance_gy, rel=0.08)
        assert any("consider a new metastasis" in c for c in found.caveats)

    def recurrence(self, *last):
        """Nadir of 4 mm after 8 mm, then a larger lesion; the GTV is the 8 mm ball."""
        visits = [treated(**T1C_ONLY), smaller(4.0, **T1C_ONLY), Visit("t2", T2, last, **T1C_ONLY)]
        prepared = with_contours(build_case(visits), 0.3)
        return dose_match.evaluate(prepared, prepared.lesion("L1"), LIMITS)

    def test_a_recurrence_inside_the_gtv_is_infield_growth_since_the_nadir(self):
        # the review's A4: it regrows inside the GTV and was called "no new enhancement"
        found = self.recurrence(Ball(CENTER, 7.5))
        assert found.status is Status.PRESENT
        assert value(found, "infield_percent") == pytest.approx(100.0, abs=0.5)
        assert "since t1, when the lesion was smallest" in found.sentence
        tolerance = 1.5 * (0.5**2 * 2 + 0.6**2 * 2) ** 0.5 + 0.5
        expected = 4 / 3 * np.pi * (7.5**3 - (4.0 + tolerance / 2) ** 3) / 1e3
        assert value(found, "new_enhancement_cm3") == pytest.approx(expected, rel=0.1)

    def test_all_three_classes_of_pp23_can_be_said(self):
        # the review's A3: a ball of 13 mm over a nadir of 4 mm holds infield, margin and outfield
        found = self.recurrence(Ball(CENTER, 13.0))
        tolerance = 1.5 * (0.5**2 * 2 + 0.6**2 * 2) ** 0.5 + 0.5
        whole = 13.0**3 - (4.0 + tolerance / 2) ** 3
        infield = 100 * (8.0**3 - (4.0 + tolerance / 2) ** 3) / whole
        margin = 100 * (10.0**3 - 8.0**3) / whole
        assert value(found, "infield_percent") == pytest.approx(infield, abs=2.5)
        assert value(found, "margin_percent") == pytest.approx(margin, abs=2.5)
        assert value(found, "outfield_percent") == pytest.approx(100 - infield - margin, abs=2.5)

    def test_without_structure_the_field_is_undefined(self):
        found = answer(dose_match, self.visits(Ball(CENTER, 13.0)))
        assert value(found, "infield_percent") is None

    def test_no_growth(self):
        found = answer(dose_match, self.visits(Ball(CENTER, 8.0)))
        assert found.status is Status.ABSENT
        assert "has not grown since t0" in found.sentence

    def test_it_refers_to_item_1_instead_of_contradicting_it(self):
        # the review's A8, LA22 Fig 3: the lesion shrank, a separate part lies beyond the falx
        apart = Visit("t2", T2, (Ball(CENTER, 7.0),), apart=(Ball((-8.0, 2.0, 12.0), 3.5),),
                      **T1C_ONLY)  # fmt: skip
        found = answer(dose_match, [treated(**T1C_ONLY), apart])
        assert found.status is Status.ABSENT
        assert "No new enhancement" not in found.sentence
        told = re.search(
            r"beyond the falx \(item 1\) received a median of ([\d.]+) Gy", found.sentence
        )
        distance = (26.0**2 + 2.0**2 + 2.0**2) ** 0.5
        assert float(told.group(1)) == pytest.approx(
            20 / (1 + ((distance - 9) / 10) ** 2), rel=0.06
        )
        assert len(found.evidence) == 1

    def test_what_item_1_attributes_to_treatment_is_not_called_a_metastasis(self):
        # LA22 Fig 1: outside the 50 % line, beyond the falx, grown since the nadir
        grown = self.visits(Ball(CENTER, 8.0), Ball((-12.0, 2.0, 12.0), 4.5))
        found = answer(dose_match, grown)
        assert found.status is Status.ABSENT
        assert not any("metastasis" in c for c in found.caveats)
        assert any("item 1 describes" in c for c in found.caveats)

    def test_no_dose(self):
        with pytest.raises(NotAssessableError, match="RTDOSE"):
            answer(dose_match, self.visits(Ball(CENTER, 13.0)), dose=False)
