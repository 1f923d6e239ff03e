"""Indices that belong to one target among several: closed forms of two Gaussian peaks."""

import numpy as np
import pytest
from scipy.integrate import quad

from RNAssessLib.case import Structure, StructureRole, Target
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.oar import check_limits
from RNAssessLib.dosimetry.results import StructureDosimetry
from RNAssessLib.evidence import Thresholds

from .test_course import CENTER, PEAK, SIGMA, ball, course, gaussian, grid, radius_of, sphere


def gtv_and_ptv(radius=8.0, margin=2.0):
    structures = (
        Structure("GTV1", StructureRole.GTV, sphere(radius)),
        Structure("PTV1", StructureRole.PTV, sphere(radius + margin)),
    )
    targets = tuple(Target(s.name, s.role, 16.0, lesion="L1") for s in structures)
    return compute_course(course(gaussian(grid(1.0, 34.0), CENTER), structures, targets))


def test_dose_dropping_zone_has_its_closed_form():
    zone = gtv_and_ptv().targets[1]

    def weight(r):
        return 4 * np.pi * r**2

    volume = quad(weight, 8, 10)[0]
    mean = quad(lambda r: weight(r) * PEAK * np.exp(-(r**2) / 2 / SIGMA**2), 8, 10)[0] / volume
    assert zone.quantity("dropping_zone_cm3").value == pytest.approx(volume / 1000, rel=0.01)
    assert zone.quantity("dropping_zone_dmean_gy").value == pytest.approx(mean, rel=0.003)
    bed = mean * (1 + mean / 10)
    assert zone.quantity("dropping_zone_dmean_bed_gy").value == pytest.approx(bed, rel=0.005)
    inside = min(radius_of(0.95 * 16.0), 10.0)
    share = (inside**3 - 8**3) / (10**3 - 8**3) * 100
    assert zone.quantity("dropping_zone_v95_percent").value == pytest.approx(share, abs=1.0)


def test_v12_with_and_without_the_target():
    found = gtv_and_ptv().targets[1]
    whole = ball(radius_of(12.0))
    assert found.quantity("v12_gy_cm3").value == pytest.approx(whole, rel=0.003)
    outside = found.quantity("v12_gy_without_target_cm3").value
    assert outside == pytest.approx(whole - ball(min(10.0, radius_of(12.0))), rel=0.01)


@pytest.mark.parametrize(("radius", "name"), [(7.0, "d0_035cc_gy"), (9.0, "d2_gy")])
def test_near_maximum_by_icru_91(radius, name):
    """Below 2 cm³ the dose to the hottest 35 mm³, else D2."""
    structures = (Structure("PTV1", StructureRole.PTV, sphere(radius)),)
    targets = (Target("PTV1", StructureRole.PTV, 16.0),)
    plan = course(gaussian(grid(1.0, 34.0), CENTER), structures, targets)
    found = compute_course(plan).targets[0]
    volume = 35.0 if name == "d0_035cc_gy" else 0.02 * 4 / 3 * np.pi * radius**3
    hottest = (3 * volume / 4 / np.pi) ** (1 / 3)
    dose = PEAK * np.exp(-(hottest**2) / 2 / SIGMA**2)
    assert found.quantity(name).value == pytest.approx(dose, rel=0.002)
    assert found.quantity("near_max_gy").value == found.quantity(name).value


def two_targets(apart):
    side = np.array([apart / 2, 0.0, 0.0])
    structures = (
        Structure("PTV1", StructureRole.PTV, sphere(6, CENTER - side)),
        Structure("PTV2", StructureRole.PTV, sphere(6, CENTER + side)),
    )
    targets = tuple(Target(s.name, s.role, 20.0, lesion=f"L{n}") for n, s in enumerate(structures))
    dose = gaussian(grid(1.5, 60.0), CENTER - side, CENTER + side)
    return compute_course(course(dose, structures, targets))


def test_bridging_isodose_is_reported_and_halved_between_equals():
    found = two_targets(30.0)
    low = [t.quantity("v10_gy_cm3").value for t in found.targets]
    assert low[0] == pytest.approx(low[1], rel=0.01)
    total = {q.name: q.value for q in found.plan_quantities}["total_v10_gy_cm3"]
    assert sum(low) == pytest.approx(total, rel=0.01)
    assert all(any("joins another target" in w for w in t.warnings) for t in found.targets)


def test_separate_isodoses_are_not_called_bridged():
    found = two_targets(60.0)
    assert not any("joins another target" in w for t in found.targets for w in t.warnings)
    for target in found.targets:
        assert target.quantity("v20_gy_cm3").value == pytest.approx(ball(radius_of(20)), rel=0.01)


@pytest.mark.parametrize(
    ("name", "organ"),
    [
        ("Brainstem", "brainstem"), ("BRAIN STEM", "brainstem"), ("brain_stem", "brainstem"),
        ("SpinalCord", "spinal cord"), ("cord", "spinal cord"), ("OpticNrv_L", "optic pathway"),
        ("Chiasm", "optic pathway"), ("ON_R", "optic pathway"), ("Lens_L", "lens"),
        ("L_Lens", "lens"), ("Hippocampus_R", "hippocampus"), ("Brainstem_PRV", None),
        ("Cochlea_L", None), ("Brain", None), ("Silence", None),
    ],
)  # fmt: skip
def test_organs_are_known_by_their_usual_names(name, organ):
    from RNAssessLib.case import Quantity

    figures = tuple(Quantity(n, 11.0, "Gy", "") for n in ("dmax_gy", "dmean_gy"))
    structure = StructureDosimetry(name, StructureRole.OAR, figures, None)
    checks = check_limits((structure,), Thresholds(), 15)
    assert {c.organ for c in checks} == ({organ} if organ else set())
    for check in checks:
        assert check.met == (check.limit_gy >= 11.0)
