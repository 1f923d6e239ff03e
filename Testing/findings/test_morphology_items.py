"""Holes, clusters, tissue preference, dual pathology and new lesions against analytic shapes."""

from dataclasses import replace

import numpy as np
import pytest
from answers import LIMITS, T1C_ONLY, answer, last_of_balls, value, with_masks
from hand_made_cases import (
    CENTER,
    HEAD,
    T2,
    T3,
    Ball,
    Visit,
    build_case,
    points_of,
    smaller,
    treated,
)

from RNAssessLib.case import Mask, NotAssessableError
from RNAssessLib.findings import (
    clustered_enhancement,
    dual_pathology,
    new_lesions,
    open_ring,
    rim_morphology,
    swiss_cheese,
    white_matter_preference,
)
from RNAssessLib.findings.finding import Favours, Status


class TestSwissCheese:
    def holes(self, *centers):
        prepared = build_case(
            [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 12.0),), **T1C_ONLY)]
        )

        def draw(head):
            solid = np.linalg.norm(head - CENTER, axis=-1) <= 12.0
            core = np.zeros(solid.shape, bool)
            for center in centers:
                core |= np.linalg.norm(head - CENTER - np.asarray(center), axis=-1) <= 2.5
            return solid & ~core, core

        with_masks(prepared, draw)
        return swiss_cheese.evaluate(prepared, prepared.lesion("L1"), LIMITS)

    def test_four_holes(self):
        found = self.holes((6, 0, 0), (-6, 0, 0), (0, 6, 0), (0, -6, 0))
        assert found.status is Status.PRESENT
        assert value(found, "small_holes") == 4
        volume = 4 * 4 / 3 * np.pi * 2.5**3 / 1e3
        assert value(found, "small_holes_cm3") == pytest.approx(volume, rel=0.1)

    def test_two_holes_are_indeterminate_and_one_is_absent(self):
        assert self.holes((6, 0, 0), (-6, 0, 0)).status is Status.INDETERMINATE
        assert self.holes((6, 0, 0)).status is Status.ABSENT

    def test_one_large_core_is_no_cheese(self):
        found = last_of_balls(swiss_cheese, Ball(CENTER, 12.0, 3.0))
        assert found.status is Status.ABSENT
        assert value(found, "larger_holes") == 1


class TestClustered:
    def test_three_separate_parts_in_the_high_dose_region(self):
        parts = (
            Ball((14.0, 0.0, 6.0), 3.0),
            Ball((24.0, 4.0, 12.0), 3.0),
            Ball((16.0, -4.0, 17.0), 3.0),
        )
        found = last_of_balls(clustered_enhancement, *parts)
        assert found.status is Status.PRESENT
        assert value(found, "parts_in_high_dose") == 3

    def test_parts_outside_the_high_dose_region_do_not_count(self):
        far = (Ball((18.0, 34.0, 10.0), 3.0), Ball((-20.0, 0.0, 10.0), 3.0))
        found = last_of_balls(clustered_enhancement, Ball(CENTER, 6.0), *far)
        assert value(found, "parts_in_high_dose") == 1
        assert found.status is Status.ABSENT

    def test_coalescence_is_counted(self):
        apart = (
            Ball((13.0, 0.0, 10.0), 3.0),
            Ball((23.0, 0.0, 10.0), 3.0),
            Ball((18.0, 0.0, 20.0), 3.0),
        )
        joined = (Ball((18.0, 0.0, 10.0), 6.0), Ball((18.0, 0.0, 20.0), 3.0))
        visits = [
            treated(**T1C_ONLY),
            Visit("t2", T2, apart, **T1C_ONLY),
            Visit("t3", T3, joined, **T1C_ONLY),
        ]
        found = answer(clustered_enhancement, visits)
        assert found.status is Status.PRESENT
        assert value(found, "coalesced") == 1


class TestWhiteMatterPreference:
    def beside_the_sulcus(self, spares_cortex, **more):
        """Half ball in the white matter in front of the sulcus at y = 26, or into its cortex."""
        at = np.array([26.0, 18.0, 10.0])
        prepared = build_case(
            [treated(**T1C_ONLY), Visit("t2", T2, (Ball(tuple(at), 8.0),), **T1C_ONLY)],
            center=tuple(at), **more,
        )  # fmt: skip

        def draw(head):
            ball = np.linalg.norm(head - at, axis=-1) <= 8.0
            limit = 22.0 if spares_cortex else 26.0
            return ball & (head[..., 1] < limit), np.zeros(ball.shape, bool)

        with_masks(prepared, draw)
        return white_matter_preference.evaluate(prepared, prepared.lesion("L1"), LIMITS)

    def test_sparing_the_cortex(self):
        found = self.beside_the_sulcus(True)
        assert value(found, "white_matter_percent") == pytest.approx(100.0, abs=3.0)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN

    def test_into_the_cortex(self):
        found = self.beside_the_sulcus(False)
        assert found.status is Status.ABSENT

    def test_atlas_precision_is_not_enough(self):
        found = self.beside_the_sulcus(True, boundary_error_mm=3.0)
        assert found.status is Status.INDETERMINATE
        assert "label map" in found.caveats[0]

    def test_far_from_cortex_nothing_is_spared(self):
        at = (26.0, -4.0, 6.0)
        found = last_of_balls(white_matter_preference, Ball(at, 7.0), center=at)
        assert found.status is Status.INDETERMINATE

    def test_seeds_in_the_core_are_counted(self):
        prepared = build_case(
            [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 12.0, 3.0),), **T1C_ONLY)]
        )

        def draw(head):
            r = np.linalg.norm(head - CENTER, axis=-1)
            seeds = np.zeros(r.shape, bool)
            for center in ((4, 0, 0), (-4, 0, 0), (0, 4, 0)):
                seeds |= np.linalg.norm(head - CENTER - np.asarray(center), axis=-1) <= 1.5
            return ((r <= 12) & (r > 9)) | seeds, (r <= 9) & ~seeds

        with_masks(prepared, draw)
        found = white_matter_preference.evaluate(prepared, prepared.lesion("L1"), LIMITS)
        assert value(found, "seeds") == 3
        assert found.sentence.endswith(
            "3 enhancing seeds in the core, common in necrosis (LA25 §2.1)."
        )
        assert not any("seed" in c for c in found.caveats)  # a sign, not a caveat


class TestDualPathology:
    def test_nodule_beside_a_ring(self):
        found = last_of_balls(
            dual_pathology, Ball(CENTER, 12.0, 2.5), Ball((18.0, 13.0, 10.0), 5.0)
        )
        assert found.status is Status.PRESENT
        assert found.favours is None
        assert value(found, "thin_ring_percent") > 60

    @pytest.mark.parametrize("rim", [2.5, 8.0, 1e9])
    def test_ring_alone_or_mass_alone_is_absent(self, rim):
        assert last_of_balls(dual_pathology, Ball(CENTER, 12.0, rim)).status is Status.ABSENT

    def test_nodule_after_necrosis_regressed(self):
        from datetime import date as Date

        visits = [
            treated(**T1C_ONLY),
            Visit("t1", smaller().date, (Ball(CENTER, 5.0),), **T1C_ONLY),
            Visit("t2", T2, (Ball(CENTER, 11.0, 2.5),), **T1C_ONLY),
            Visit("t3", T3, (Ball(CENTER, 5.0),), **T1C_ONLY),
            Visit("t4", Date(2026, 4, 1), (Ball(CENTER, 8.0),), **T1C_ONLY),
        ]
        found = answer(dual_pathology, visits)
        assert found.status is Status.PRESENT
        assert "tumour after necrosis" in found.sentence


class TestNewLesions:
    def scan(self, before=(), after=()):
        visits = [Visit("t0", treated().date, (Ball(CENTER, 8.0),), apart=before, **T1C_ONLY),
                  Visit("t2", T2, (Ball(CENTER, 7.0),), apart=after, **T1C_ONLY)]  # fmt: skip
        return answer(new_lesions, visits)

    def test_new_enhancement_far_away(self):
        found = self.scan(after=(Ball((-24.0, -20.0, -10.0), 3.5),))
        assert found.status is Status.PRESENT
        assert found.favours is None
        volume = 4 / 3 * np.pi * 3.5**3 / 1e3
        assert value(found, "largest_cm3") == pytest.approx(volume, rel=0.08)
        distance = np.linalg.norm([42.0, 20.0, 20.0]) - 8.0
        assert value(found, "distance_mm") == pytest.approx(distance, abs=0.7)
        assert found.evidence[0].point_reference_lps_mm == pytest.approx(
            tuple(HEAD + np.array([-24.0, -20.0, -10.0])), abs=1.5
        )

    def test_in_an_irradiated_field_it_is_not_called_a_metastasis_outright(self):
        # beside the target: sphere_dose gives 20 / (1 + ((18 - 9) / 10) ** 2) = 11 Gy at 18 mm
        found = self.scan(after=(Ball((36.0, 0.0, 10.0), 3.0),))
        assert "new enhancement in an irradiated field (srs-1, 1" in found.sentence
        assert "necrosis or a new metastasis" in found.sentence
        assert "exclude a new metastasis" not in found.sentence
        assert "neighbouring structure" not in found.sentence
        far = self.scan(after=(Ball((-24.0, -20.0, -10.0), 3.5),))
        assert far.sentence.endswith("exclude a new metastasis.")

    def test_after_radiotherapy_of_a_neighbouring_structure_la25_section_4_is_told(self):
        visits = [Visit("t0", treated().date, (Ball(CENTER, 8.0),), **T1C_ONLY),
                  Visit("t2", T2, (Ball(CENTER, 7.0),), apart=(Ball((36.0, 0.0, 10.0), 3.0),),
                        **T1C_ONLY)]  # fmt: skip
        prepared = build_case(visits)
        scan = prepared.timepoints[0]  # a brain that ends where the target begins
        points = points_of(scan.brain.grid)
        outside = np.linalg.norm(points - HEAD - CENTER, axis=-1) > 9.0
        scans = (replace(scan, brain=Mask(outside, scan.brain.grid)), *prepared.timepoints[1:])
        found = new_lesions.evaluate(
            replace(prepared, timepoints=scans), prepared.lesion("L1"), LIMITS
        )
        assert "after radiotherapy of a neighbouring structure" in found.sentence
        assert "(LA25 §4, LA22 Fig 8)" in found.sentence

    def test_what_was_there_before_is_not_new(self):
        old = (Ball((-24.0, -20.0, -10.0), 3.5),)
        assert self.scan(before=old, after=old).status is Status.ABSENT

    def test_none(self):
        assert self.scan().status is Status.ABSENT


def test_no_enhancement_is_not_assessable():
    for item in (rim_morphology, open_ring, swiss_cheese, dual_pathology):
        with pytest.raises(NotAssessableError, match="t2"):
            last_of_balls(item)
