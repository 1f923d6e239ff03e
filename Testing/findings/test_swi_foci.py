"""SWI foci on hand-made cases of known truth."""

from datetime import date as Date

import numpy as np
import pytest
from answers import answer, value
from hand_made_cases import CENTER, T2, T3, Ball, R, Visit, treated

from RNAssessLib.case import ClinicalEvent, EventKind, NotAssessableError
from RNAssessLib.findings import swi_foci
from RNAssessLib.findings.finding import Favours, Status


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
