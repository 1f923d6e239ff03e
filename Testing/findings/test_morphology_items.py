"""Rim, ring, holes, clusters, tissue preference and dual pathology against analytic shapes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hand_made_cases import (
    CENTER,
    HEAD,
    T2,
    T3,
    Ball,
    R,
    Visit,
    build_case,
    points_of,
    smaller,
    treated,
)

from RNAssessLib.case import Grid, LesionMasks, Mask, MaskKind, MaskOrigin, NotAssessableError
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import (
    clustered_enhancement,
    dual_pathology,
    new_lesions,
    open_ring,
    rim_morphology,
    swiss_cheese,
    white_matter_preference,
)
from RNAssessLib.findings.finding import Favours, Status, Strength
from RNAssessLib.findings.measure.rays import look_outward, sphere_directions
from RNAssessLib.findings.naming import name_finding

LIMITS = Thresholds()
ONLY = {"roles": (R.T1C,)}


def answer(item, visits, **more):
    prepared = build_case(visits, **more)
    return item.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def last(item, *balls, **more):
    return answer(item, [treated(**ONLY), Visit("t2", T2, balls, **ONLY)], **more)


def value(finding, name):
    return next(q for q in finding.measurements if q.name == name).value


def with_masks(prepared, draw):
    """Replace the lesion's masks at the last timepoint by `draw(head coordinates)`."""
    timepoint = prepared.timepoints[-1]
    grid = timepoint.nawm.grid
    head = timepoint.to_reference.transform.apply(points_of(grid)) - HEAD
    enhancing, core = draw(head)
    masks = {
        MaskKind.ENHANCING: Mask(enhancing & ~core, grid),
        MaskKind.NECROTIC_CORE: Mask(core & ~enhancing, grid),
    }
    object.__setattr__(timepoint, "lesions", {"L1": LesionMasks(masks, MaskOrigin.IMPORTED, 0.6)})
    return prepared


def beside_a_cyst(cyst, bulge, wall_mm):
    """(case, lesion): cyst of 14 mm with a rim of 2 mm, and a ball of 8 mm with a hollow centre."""
    prepared = build_case([treated(**ONLY), Visit("t2", T2, (Ball(CENTER, 12.0, 2.0),), **ONLY)])

    def draw(head):
        to_cyst, to_bulge = (np.linalg.norm(head - c, axis=-1) for c in (cyst, bulge))
        core = (to_cyst <= 12.0) | ((to_bulge <= 8.0 - wall_mm) & (to_cyst > 14.0))
        return ((to_cyst <= 14.0) | (to_bulge <= 8.0)) & ~core, core

    prepared = with_masks(prepared, draw)
    return prepared, prepared.lesion("L1")


class TestRimMorphology:
    @pytest.mark.parametrize("thickness", [2.0, 3.0])
    def test_thin_rim_is_measured_and_favours_necrosis(self, thickness):
        found = last(rim_morphology, Ball(CENTER, 12.0, thickness))
        assert value(found, "rim_median_mm") == pytest.approx(thickness, abs=0.4)
        assert value(found, "solid_cm3") == 0.0
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN

    def test_thick_rim_favours_tumour(self):
        found = last(rim_morphology, Ball(CENTER, 13.0, 8.0))
        assert value(found, "rim_median_mm") == pytest.approx(8.0, abs=0.5)
        assert found.status is Status.ABSENT
        assert found.favours is Favours.TTP

    def test_thick_rim_without_a_nodule_favours_tumour_weakly(self):
        # LA25 §2.1: thicker or more solid enhancement suggests progression
        found = last(rim_morphology, Ball(CENTER, 13.0, 4.5))
        assert value(found, "rim_median_mm") == pytest.approx(4.5, abs=0.4)
        assert value(found, "solid_cm3") == 0.0
        assert (found.status, found.favours) == (Status.ABSENT, Favours.TTP)
        assert found.strength is Strength.WEAK
        assert name_finding(found) == "thick rim without a nodule"

    def test_solid_is_named_as_what_it_is(self):
        assert name_finding(last(rim_morphology, Ball(CENTER, 11.0))) == "solid, no thin rim"

    def test_a_predominantly_cystic_lesion_is_told(self):
        cyst = last(rim_morphology, Ball(CENTER, 20.0, 1.2))
        share = 100 * ((20.0 - 1.2) / 20.0) ** 3
        told = next(c for c in cyst.caveats if "cystic necrosis is known (LA25 §4)" in c)
        assert float(told.split(" %")[0]) == pytest.approx(share, abs=4.0)
        ring = last(rim_morphology, Ball(CENTER, 12.0, 3.0))
        assert not any("cystic" in c for c in ring.caveats)

    def test_nodule_on_a_thin_rim(self):
        found = last(rim_morphology, Ball(CENTER, 12.0, 2.5), Ball((18.0, 13.0, 10.0), 5.0))
        assert found.status is Status.ABSENT
        assert found.favours is Favours.TTP
        # the ball is cut by the core and joined to the rim
        assert value(found, "solid_cm3") == pytest.approx(4 / 3 * np.pi * 5**3 / 1e3 * 0.7, rel=0.2)
        assert found.evidence[0].label == "solid part"
        assert found.evidence[0].point_reference_lps_mm == pytest.approx(
            tuple(HEAD + np.array([18.0, 14.0, 10.0])), abs=2.5
        )

    def test_nodule_with_a_hollow_centre_on_a_thin_rim(self):
        # no ball of a nodule's size fits into its own wall, yet it is no thin rim
        cyst, nodule = CENTER, np.add(CENTER, (18.0, 0.0, 0.0))
        found = rim_morphology.evaluate(*beside_a_cyst(cyst, nodule, wall_mm=4.0), LIMITS)
        grid = np.stack(np.meshgrid(*[np.arange(-40.0, 40.0, 0.4)] * 3, indexing="ij"), -1)
        to_cyst, to_nodule = (np.linalg.norm(grid - c, axis=-1) for c in (cyst, nodule))
        hollow = (to_nodule <= 4.0) & (to_cyst > 14.0)
        bulge = (to_nodule <= 8.0) & ~hollow & (to_cyst > 12.0)  # the wall between them is of both
        assert value(found, "solid_cm3") == pytest.approx(bulge.sum() * 0.4**3 / 1e3, rel=0.1)
        assert (found.status, found.favours) == (Status.ABSENT, Favours.TTP)
        assert name_finding(found) == "nodule in the rim"
        assert found.evidence[0].label == "solid part"

    def test_thin_walled_chamber_beside_a_cavity_is_no_nodule(self):
        cyst, chamber = CENTER, np.add(CENTER, (18.0, 0.0, 0.0))
        found = rim_morphology.evaluate(*beside_a_cyst(cyst, chamber, wall_mm=2.0), LIMITS)
        assert value(found, "solid_cm3") == 0.0
        assert (found.status, found.favours) == (Status.PRESENT, Favours.RN)

    def test_small_solid_lesion_is_indeterminate(self):
        found = last(rim_morphology, Ball(CENTER, 4.5))
        assert found.status is Status.INDETERMINATE
        assert "small" in found.caveats[0]

    def test_regressing_solid_lesion_is_indeterminate(self):
        visits = [treated(**ONLY), Visit("t1", smaller().date, (Ball(CENTER, 11.0, 3.0),), **ONLY),
                  Visit("t2", T2, (Ball(CENTER, 8.0),), **ONLY)]  # fmt: skip
        found = answer(rim_morphology, visits)
        assert found.status is Status.INDETERMINATE
        assert "regressing" in found.caveats[0]

    def test_large_solid_growth_favours_tumour(self):
        found = last(rim_morphology, Ball(CENTER, 11.0))
        assert found.favours is Favours.TTP
        assert value(found, "rim_median_mm") is None

    def test_satellite_is_not_taken_for_a_nodule(self):
        found = last(rim_morphology, Ball(CENTER, 12.0, 2.5), Ball((-8.0, 2.0, 12.0), 4.0))
        assert found.status is Status.PRESENT
        assert "1 further separate part" in found.caveats[-1]


class TestOpenRing:
    ventricle = ((-1.0, 0.0, 0.0), 0.8)  # unit vector, cosine of the half-angle

    def test_directions_cover_the_sphere_evenly(self):
        directions = sphere_directions()
        assert np.allclose(np.linalg.norm(directions, axis=1), 1.0)
        assert np.allclose(directions.mean(axis=0), 0.0, atol=2e-3)
        cap = (directions[:, 0] > 0.5).mean()
        # some 48 of 1000 points lie on the cap's border, each in or out
        assert cap == pytest.approx(0.25, abs=2 * 48**0.5 / 2 / 1000)

    def test_open_toward_the_ventricle(self):
        at = (21.0, -25.0, 2.0)
        found = last(open_ring, Ball(at, 9.0, 2.5, gap=self.ventricle), center=at)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        assert "the ventricle" in found.sentence
        # a cap of cosine c covers (1 - c) / 2 of the sphere
        assert value(found, "open_percent") == pytest.approx(100 * (1 - 0.8) / 2, abs=2.0)
        assert value(found, "ring_radius_mm") == pytest.approx(6.5, abs=0.7)

    def test_open_into_white_matter_is_indeterminate(self):
        at = (28.0, -6.0, 10.0)
        gap = ((0.0, 0.0, 1.0), 0.75)
        found = last(open_ring, Ball(at, 9.0, 2.5, gap=gap), center=at)
        assert found.status is Status.INDETERMINATE
        assert "white matter" in found.sentence

    @pytest.mark.parametrize("rim", [2.5, 1e9])
    def test_closed_ring_and_solid_lesion_are_absent(self, rim):
        assert last(open_ring, Ball(CENTER, 10.0, rim)).status is Status.ABSENT

    @staticmethod
    def ring_on_thick_slices(gap=None):
        """Shell of 10 mm, rim 2 mm, on slices of 5 mm: a voxel enhances when half of it does."""
        fine = Grid((75, 40, 40), (-20.0, -20.0, -36.0), (1.0, 1.0, 1.0))
        points = fine.index_to_lps(np.moveaxis(np.indices(fine.shape), 0, -1))
        radius = np.linalg.norm(points, axis=-1)
        shell, core = (radius <= 10.0) & (radius > 8.0), radius <= 8.0
        if gap is not None:
            shell &= points @ np.asarray(gap) < 0.6 * radius
        grid = Grid((15, 40, 40), (-20.0, -20.0, -34.0), (1.0, 1.0, 5.0))
        share = [m.reshape(15, 5, 40, 40).mean(axis=1) for m in (shell, core)]
        enhancing = share[0] >= 0.5
        held = {MaskKind.ENHANCING: Mask(enhancing, grid),
                MaskKind.NECROTIC_CORE: Mask((share[1] >= 0.4) & ~enhancing, grid)}  # fmt: skip
        masks = LesionMasks(held, MaskOrigin.IMPORTED, 0.6)
        visit = SimpleNamespace(lesions={"L1": masks}, id="t2")
        return look_outward(visit, SimpleNamespace(id="L1"))

    def test_a_closed_ring_looks_open_in_the_last_of_thick_slices(self):
        ring = self.ring_on_thick_slices()
        assert ring.open_share > 0.08
        assert ring.shown_share == 0.0

    def test_a_gap_to_the_side_shows_on_thick_slices(self):
        ring = self.ring_on_thick_slices(gap=(1.0, 0.0, 0.0))
        assert ring.shown_share > 0.08

    def test_without_anatomy_what_it_faces_is_not_known(self):
        at = (21.0, -25.0, 2.0)
        found = last(open_ring, Ball(at, 9.0, 2.5, gap=self.ventricle), center=at, anatomy=False)
        assert found.status is Status.INDETERMINATE


class TestSwissCheese:
    def holes(self, *centers):
        prepared = build_case([treated(**ONLY), Visit("t2", T2, (Ball(CENTER, 12.0),), **ONLY)])

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
        found = last(swiss_cheese, Ball(CENTER, 12.0, 3.0))
        assert found.status is Status.ABSENT
        assert value(found, "larger_holes") == 1


class TestClustered:
    def test_three_separate_parts_in_the_high_dose_region(self):
        parts = (
            Ball((14.0, 0.0, 6.0), 3.0),
            Ball((24.0, 4.0, 12.0), 3.0),
            Ball((16.0, -4.0, 17.0), 3.0),
        )
        found = last(clustered_enhancement, *parts)
        assert found.status is Status.PRESENT
        assert value(found, "parts_in_high_dose") == 3

    def test_parts_outside_the_high_dose_region_do_not_count(self):
        far = (Ball((18.0, 34.0, 10.0), 3.0), Ball((-20.0, 0.0, 10.0), 3.0))
        found = last(clustered_enhancement, Ball(CENTER, 6.0), *far)
        assert value(found, "parts_in_high_dose") == 1
        assert found.status is Status.ABSENT

    def test_coalescence_is_counted(self):
        apart = (
            Ball((13.0, 0.0, 10.0), 3.0),
            Ball((23.0, 0.0, 10.0), 3.0),
            Ball((18.0, 0.0, 20.0), 3.0),
        )
        joined = (Ball((18.0, 0.0, 10.0), 6.0), Ball((18.0, 0.0, 20.0), 3.0))
        visits = [treated(**ONLY), Visit("t2", T2, apart, **ONLY), Visit("t3", T3, joined, **ONLY)]
        found = answer(clustered_enhancement, visits)
        assert found.status is Status.PRESENT
        assert value(found, "coalesced") == 1


class TestWhiteMatterPreference:
    def beside_the_sulcus(self, spares_cortex, **more):
        """Half ball in the white matter in front of the sulcus at y = 26, or into its cortex."""
        at = np.array([26.0, 18.0, 10.0])
        prepared = build_case(
            [treated(**ONLY), Visit("t2", T2, (Ball(tuple(at), 8.0),), **ONLY)],
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
        found = last(white_matter_preference, Ball(at, 7.0), center=at)
        assert found.status is Status.INDETERMINATE

    def test_seeds_in_the_core_are_counted(self):
        prepared = build_case(
            [treated(**ONLY), Visit("t2", T2, (Ball(CENTER, 12.0, 3.0),), **ONLY)]
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
        found = last(dual_pathology, Ball(CENTER, 12.0, 2.5), Ball((18.0, 13.0, 10.0), 5.0))
        assert found.status is Status.PRESENT
        assert found.favours is None
        assert value(found, "thin_ring_percent") > 60

    @pytest.mark.parametrize("rim", [2.5, 8.0, 1e9])
    def test_ring_alone_or_mass_alone_is_absent(self, rim):
        assert last(dual_pathology, Ball(CENTER, 12.0, rim)).status is Status.ABSENT

    def test_nodule_after_necrosis_regressed(self):
        from datetime import date as Date

        visits = [
            treated(**ONLY),
            Visit("t1", smaller().date, (Ball(CENTER, 5.0),), **ONLY),
            Visit("t2", T2, (Ball(CENTER, 11.0, 2.5),), **ONLY),
            Visit("t3", T3, (Ball(CENTER, 5.0),), **ONLY),
            Visit("t4", Date(2026, 4, 1), (Ball(CENTER, 8.0),), **ONLY),
        ]
        found = answer(dual_pathology, visits)
        assert found.status is Status.PRESENT
        assert "tumour after necrosis" in found.sentence


class TestNewLesions:
    def scan(self, before=(), after=()):
        visits = [Visit("t0", treated().date, (Ball(CENTER, 8.0),), apart=before, **ONLY),
                  Visit("t2", T2, (Ball(CENTER, 7.0),), apart=after, **ONLY)]  # fmt: skip
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
        visits = [Visit("t0", treated().date, (Ball(CENTER, 8.0),), **ONLY),
                  Visit("t2", T2, (Ball(CENTER, 7.0),), apart=(Ball((36.0, 0.0, 10.0), 3.0),),
                        **ONLY)]  # fmt: skip
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
            last(item)
