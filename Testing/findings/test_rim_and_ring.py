"""Rim and open ring against analytic shapes."""

from types import SimpleNamespace

import numpy as np
import pytest
from answers import LIMITS, T1C_ONLY, answer, last_of_balls, value, with_masks
from hand_made_cases import CENTER, HEAD, T2, Ball, Visit, build_case, smaller, treated

from RNAssessLib.case import Grid, LesionMasks, Mask, MaskKind, MaskOrigin
from RNAssessLib.findings import open_ring, rim_morphology
from RNAssessLib.findings.finding import Favours, Status, Strength
from RNAssessLib.findings.measure.rays import look_outward, sphere_directions
from RNAssessLib.findings.naming import name_finding


def beside_a_cyst(cyst, bulge, wall_mm):
    """(case, lesion): cyst of 14 mm with a rim of 2 mm, and a ball of 8 mm with a hollow centre."""
    prepared = build_case(
        [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 12.0, 2.0),), **T1C_ONLY)]
    )

    def draw(head):
        to_cyst, to_bulge = (np.linalg.norm(head - c, axis=-1) for c in (cyst, bulge))
        core = (to_cyst <= 12.0) | ((to_bulge <= 8.0 - wall_mm) & (to_cyst > 14.0))
        return ((to_cyst <= 14.0) | (to_bulge <= 8.0)) & ~core, core

    prepared = with_masks(prepared, draw)
    return prepared, prepared.lesion("L1")


class TestRimMorphology:
    @pytest.mark.parametrize("thickness", [2.0, 3.0])
    def test_thin_rim_is_measured_and_favours_necrosis(self, thickness):
        found = last_of_balls(rim_morphology, Ball(CENTER, 12.0, thickness))
        assert value(found, "rim_median_mm") == pytest.approx(thickness, abs=0.4)
        assert value(found, "solid_cm3") == 0.0
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN

    def test_thick_rim_favours_tumour(self):
        found = last_of_balls(rim_morphology, Ball(CENTER, 13.0, 8.0))
        assert value(found, "rim_median_mm") == pytest.approx(8.0, abs=0.5)
        assert found.status is Status.ABSENT
        assert found.favours is Favours.TTP

    def test_thick_rim_without_a_nodule_favours_tumour_weakly(self):
        # LA25 §2.1: thicker or more solid enhancement suggests progression
        found = last_of_balls(rim_morphology, Ball(CENTER, 13.0, 4.5))
        assert value(found, "rim_median_mm") == pytest.approx(4.5, abs=0.4)
        assert value(found, "solid_cm3") == 0.0
        assert (found.status, found.favours) == (Status.ABSENT, Favours.TTP)
        assert found.strength is Strength.WEAK
        assert name_finding(found) == "thick rim without a nodule"

    def test_solid_is_named_as_what_it_is(self):
        assert (
            name_finding(last_of_balls(rim_morphology, Ball(CENTER, 11.0))) == "solid, no thin rim"
        )

    def test_a_predominantly_cystic_lesion_is_told(self):
        cyst = last_of_balls(rim_morphology, Ball(CENTER, 20.0, 1.2))
        share = 100 * ((20.0 - 1.2) / 20.0) ** 3
        told = next(c for c in cyst.caveats if "cystic necrosis is known (LA25 §4)" in c)
        assert float(told.split(" %")[0]) == pytest.approx(share, abs=4.0)
        ring = last_of_balls(rim_morphology, Ball(CENTER, 12.0, 3.0))
        assert not any("cystic" in c for c in ring.caveats)

    def test_nodule_on_a_thin_rim(self):
        found = last_of_balls(
            rim_morphology, Ball(CENTER, 12.0, 2.5), Ball((18.0, 13.0, 10.0), 5.0)
        )
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
        found = last_of_balls(rim_morphology, Ball(CENTER, 4.5))
        assert found.status is Status.INDETERMINATE
        assert "small" in found.caveats[0]

    def test_regressing_solid_lesion_is_indeterminate(self):
        visits = [treated(**T1C_ONLY), Visit("t1", smaller().date, (Ball(CENTER, 11.0, 3.0),), **T1C_ONLY),
                  Visit("t2", T2, (Ball(CENTER, 8.0),), **T1C_ONLY)]  # fmt: skip
        found = answer(rim_morphology, visits)
        assert found.status is Status.INDETERMINATE
        assert "regressing" in found.caveats[0]

    def test_large_solid_growth_favours_tumour(self):
        found = last_of_balls(rim_morphology, Ball(CENTER, 11.0))
        assert found.favours is Favours.TTP
        assert value(found, "rim_median_mm") is None

    def test_satellite_is_not_taken_for_a_nodule(self):
        found = last_of_balls(rim_morphology, Ball(CENTER, 12.0, 2.5), Ball((-8.0, 2.0, 12.0), 4.0))
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
        found = last_of_balls(open_ring, Ball(at, 9.0, 2.5, gap=self.ventricle), center=at)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        assert "the ventricle" in found.sentence
        # a cap of cosine c covers (1 - c) / 2 of the sphere
        assert value(found, "open_percent") == pytest.approx(100 * (1 - 0.8) / 2, abs=2.0)
        assert value(found, "ring_radius_mm") == pytest.approx(6.5, abs=0.7)

    def test_open_into_white_matter_is_indeterminate(self):
        at = (28.0, -6.0, 10.0)
        gap = ((0.0, 0.0, 1.0), 0.75)
        found = last_of_balls(open_ring, Ball(at, 9.0, 2.5, gap=gap), center=at)
        assert found.status is Status.INDETERMINATE
        assert "white matter" in found.sentence

    @pytest.mark.parametrize("rim", [2.5, 1e9])
    def test_closed_ring_and_solid_lesion_are_absent(self, rim):
        assert last_of_balls(open_ring, Ball(CENTER, 10.0, rim)).status is Status.ABSENT

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
        found = last_of_balls(
            open_ring, Ball(at, 9.0, 2.5, gap=self.ventricle), center=at, anatomy=False
        )
        assert found.status is Status.INDETERMINATE
