"""Literature figures stand beside the plan's own only where the fractionation matches."""

import pytest

from RNAssessLib.case import Quantity, StructureRole
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry
from RNAssessLib.evidence import Thresholds
from RNAssessLib.prognosis.risk_context import compute_risk_context


def course(fractions, **figures):
    quantities = tuple(Quantity(k, v, "cm3") for k, v in figures.items())
    target = TargetDosimetry(
        "PTV1", StructureRole.PTV, quantities, None, (), 20.0, "plan", fractions
    )
    plan = (
        Quantity("brain_v25_gy_cm3", 17.5, "cm3"),
        Quantity("brain_v30_gy_cm3", None, "cm3", undefined="no structure named brain"),
    )
    return CourseDosimetry("srs", (), (target,), plan)


def entry(found, text):
    return next(q for q in found if text in q.name)


def test_single_fraction_shows_v12_with_the_published_risks():
    found = compute_risk_context(course(1, v12_gy_cm3=6.3, v10_gy_cm3=8.0, volume_cm3=1.1))
    v12 = entry(found, "V12 Gy")
    assert v12.value == 6.3
    assert "10, 15 and 20 %" in v12.method and "PP23" in v12.method and "HyTEC" in v12.method
    assert entry(found, "target volume").value == 1.1


@pytest.mark.parametrize(("fractions", "name", "other"), [(3, "V20", "V24"), (5, "V24", "V20")])
def test_figures_of_other_fractionations_are_not_shown(fractions, name, other):
    found = compute_risk_context(
        course(fractions, v12_gy_cm3=30.0, v20_gy_cm3=14.0, v24_gy_cm3=9.0)
    )
    assert not any("V12 Gy" in q.name or other in q.name for q in found)
    assert entry(found, name).value == {"V20": 14.0, "V24": 9.0}[name]


def test_plan_figures_and_their_reasons_pass_through():
    found = compute_risk_context(course(5))
    assert entry(found, "brain V25").value == 17.5
    assert entry(found, "brain V30").undefined == "no structure named brain"
    assert not any("brain V" in q.name for q in compute_risk_context(course(1)))


def test_figure_that_the_plan_lacks_is_undefined():
    assert (
        entry(compute_risk_context(course(1)), "V12 Gy").undefined == "not computed for this plan"
    )


def test_every_entry_names_its_source():
    assert all("[" in q.method for q in compute_risk_context(course(1)))


@pytest.mark.parametrize(("fractions", "shown"), [(1, True), (2, False), (3, True), (5, True)])
def test_v14_stands_where_its_single_dose_equivalent_is_published(fractions, shown):
    found = compute_risk_context(course(fractions, v14_equivalent_surrounding_cm3=4.6))
    rows = [q for q in found if "V14" in q.name]
    assert [q.value for q in rows] == ([4.6] if shown else [])


def test_volumes_without_a_published_figure_for_the_fractionation_are_not_read_out():
    from RNAssessLib.prognosis.risk_context import fits_fractionation

    levels = (10, 12, 14, 20, 24, 25, 30)
    shown = {n: [v for v in levels if fits_fractionation(f"v{v}_gy_cm3", n)] for n in (1, 3, 5, 10)}
    assert shown == {1: [10, 12, 14], 3: [20, 25, 30], 5: [24, 25, 30], 10: [25, 30]}
    assert fits_fractionation("v14_equivalent_surrounding_cm3", 3)


def test_the_single_dose_equivalents_of_14_gy_follow_from_the_model():
    """The paper that gives 28.8 Gy in five was not at hand: EQD2 at α/β 2 Gy, by hand 55.9."""
    limits = Thresholds()
    single, three, five = (
        d * (d / n + 2.0) / 4.0 for n, d in ((n, limits[f"risk.v14_{n}f_gy"]) for n in (1, 3, 5))
    )
    assert single == pytest.approx(56.0)
    assert (three, five) == pytest.approx((single, single), abs=0.2)
