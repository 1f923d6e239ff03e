"""The papers' figures as cases: what the legend says a reader sees is what the checklist answers."""

import numpy as np
import pytest

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.phantom import list_phantoms
from RNAssessLib.phantom.paper_cases import PAPER_CASES
from RNAssessLib.phantom.prepared import build_prepared

R = SequenceRole
ITEMS = {item.SPEC.id: item for item in REGISTRY}
BEYOND_T1C = {
    "central_diffusion_restriction": (R.DWI, R.ADC, R.T1, R.SWI),
    "haemorrhage": (R.T1, R.SWI),
    "perfusion": (R.RCBV, R.KTRANS, R.SWI),
    "dual_pathology": (),
}
# (case, lesion, item): which side the legend's answer is on
SIDES = {
    ("la22_fig1", "L1", "cross_boundary"): "RN",
    ("la22_fig1", "L1", "shape_change"): "RN",
    ("la22_fig1", "L2", "rim_morphology"): "TTP",
    ("la22_fig2", "L1", "cross_boundary"): "RN",
    ("la22_fig2", "L1", "shape_change"): "RN",
    ("la22_fig3", "L1", "cross_boundary"): "RN",
    ("la22_fig4", "L1", "cross_boundary"): "RN",
    ("la22_fig5", "L1", "cross_boundary"): "RN",
    ("la22_fig5", "L1", "clustered_enhancement"): "RN",
    ("la22_fig6", "L1", "open_ring"): "RN",
    ("la22_fig7", "L1", "shape_change"): "RN",
    ("la22_fig8", "L1", "shape_change"): "RN",
    ("la25_fig1_rn", "L1", "rim_morphology"): "RN",
    ("la25_fig1_ttp", "L1", "rim_morphology"): "TTP",
    ("la25_fig3_cortex", "L1", "white_matter_preference"): "RN",
    ("la25_fig3_callosal", "L1", "rim_morphology"): "RN",
    ("la25_fig4_cluster", "L1", "clustered_enhancement"): "RN",
    ("la25_fig4_cluster", "L1", "cross_boundary"): "RN",
    ("la25_fig4_callosum", "L1", "shape_change"): "RN",
    ("la25_fig7", "L1", "rim_morphology"): "TTP",
    ("la25_fig5_sclc", "L2", "central_diffusion_restriction"): "TTP",
    ("zh16_resistance", "L1", "spectroscopy"): "RN",
    ("zh16_resistance", "L1", "perfusion"): "RN",
    ("la25_fig5_core", "L1", "central_diffusion_restriction"): "RN",
    ("la25_fig5_sclc", "L1", "central_diffusion_restriction"): "TTP",
    ("la25_fig6_pair", "L1", "perfusion"): "TTP",
    ("la25_fig6_pair", "L2", "perfusion"): "RN",
}


# what the answer must warn of
CAVEATS = {
    ("la22_fig1", "cross_boundary"): "its dose is low",
    ("la25_fig2_small", "rim_morphology"): "small",
    ("la25_fig2_regressing", "rim_morphology"): "regressing",
    ("la25_fig5_bevacizumab", "central_diffusion_restriction"): "coagulative",
    ("la25_fig5_haemorrhage", "central_diffusion_restriction"): "blood in the core",
    ("la25_fig5_sclc", "central_diffusion_restriction"): "hypercellular",
}


# figures whose legends show a lesion: LA22 1-8, LA25 1-7, LI21 1, ZH16 2
FIGURES = [f"la22_fig{n}" for n in range(1, 9)] + [f"la25_fig{n}" for n in range(1, 8)]


def test_every_figure_has_its_case_and_every_side_is_asked():
    for figure in (*FIGURES, "li21", "zh16"):
        assert [n for n in PAPER_CASES if n == figure or n.startswith(f"{figure}_")], figure
    assert {name for name, _, _ in SIDES} <= set(PAPER_CASES)
    for name, lesion, item in SIDES:
        scenario = PAPER_CASES[name](np.random.default_rng(0), 1.0)
        assert item in scenario.lesions[int(lesion[1:]) - 1].truth, (name, item)
    # the four rows of LA25 Fig 5 and both of Fig 6
    rows = {n for n in PAPER_CASES if n.startswith(("la25_fig5", "la25_fig6"))}
    assert len(rows) == 6


def prepare(name):
    """The case with the sequences its items need, on one head."""
    scenario = PAPER_CASES[name](np.random.default_rng(0), 1.0)
    asked = {i for lesion in scenario.lesions for i in lesion.truth}
    extra = {role for item in asked for role in BEYOND_T1C.get(item, ())}
    known = {R.T1, R.DWI, R.ADC, R.SWI, *scenario.extra_roles}
    last = (R.T1C, *(role for role in R if role in extra & known))
    visits = len(scenario.dates)
    return build_prepared(name, 1, roles=[(R.T1C,)] * (visits - 1) + [last])


@pytest.mark.parametrize("name", list(PAPER_CASES))
def test_figure(name):
    phantom = prepare(name)
    assert name in list_phantoms()
    assert len(phantom.scenario.sees) > 40
    for lesion, script in zip(phantom.prepared.lesions, phantom.scenario.lesions, strict=True):
        assert script.truth
        for item, status in script.truth.items():
            found = ITEMS[item].evaluate(phantom.prepared, lesion, Thresholds())
            assert found.status.value == status, (lesion.id, item, found.sentence)
            side = SIDES.get((name, lesion.id, item))
            if side is not None:
                assert found.favours.value == side
            if lesion.id == "L1":
                assert CAVEATS.get((name, item), "") in " ".join(found.caveats)
            if item == "cross_boundary" and status == "present":
                assert script.boundary in found.sentence


@pytest.fixture(scope="module")
def li21():
    visits = [(R.T1C, R.FLAIR)] * 6
    return assess_prepared(build_prepared("li21_bevacizumab", 1, roles=visits).prepared)


@pytest.fixture(scope="module")
def zh16():
    visits = [(R.T1C,)] * 6
    return assess_prepared(build_prepared("zh16_resistance", 1, roles=visits).prepared)


class TestBevacizumabCourses:
    def test_li21_reductions_follow_from_the_volumes_at_1_3_and_6_months(self, li21):
        assessed = li21.lesions[0]
        entries = assessed.clinical.entries
        assert [e.li21_month for e in entries] == [None, None, None, 1, 3, 6]
        before = assessed.serial[2].value("enhancing_cm3")
        for row, entry in zip(assessed.serial[3:], entries[3:], strict=True):
            reduction = entry.quantity("enhancing_reduction_percent").value
            wanted = 100 * (before - row.value("enhancing_cm3")) / before
            assert reduction == pytest.approx(wanted)
        # shells by script: outer radius and rim in mm
        shells = [(14.0, 3.0), (11.0, 2.4), (8.8, 2.2), (8.6, 2.2)]
        volumes = [4 / 3 * np.pi * (r**3 - (r - w) ** 3) / 1000 for r, w in shells]
        wanted = [100 * (volumes[0] - v) / volumes[0] for v in volumes[1:]]
        found = [e.quantity("enhancing_reduction_percent").value for e in entries[3:]]
        assert found == pytest.approx(wanted, abs=6)

    def test_li21_steroid_kps_and_warning(self, li21):
        clinical = li21.lesions[0].clinical
        assert clinical.quantity("half_steroid_days").value == 7.0
        assert clinical.quantity("kps_change").value == 20.0
        assert any("no evidence of necrosis" in n for n in clinical.entries[3].notes)
        ratio = li21.lesions[0].li21.index("t2_t1c_ratio")
        assert li21.lesions[0].li21.timepoint == "t2"
        assert ratio.low < ratio.quantity.value < ratio.high

    def test_zh16_raises_its_three_warnings(self, zh16):
        told = " ".join(zh16.lesions[0].finding("course_pattern").caveats)
        assert "shrinkage from t2 to t3 under bevacizumab (10 cycles) is not evidence" in told
        assert "enlargement from t3 to t4 after bevacizumab had ended may be necrosis" in told
        assert "no shrinkage from t4 to t5 under 7 further cycles" in told
        assert "acquired resistance" in told
        notes = " ".join(zh16.lesions[0].clinical.entries[5].notes)
        assert "17 cycles" in notes

    def test_zh16_plan_and_odds(self, zh16):
        nomogram = zh16.lesions[0].nomogram
        assert nomogram.inputs.bed_gy == pytest.approx(79.2)  # 36 Gy in 3 fractions
        assert nomogram.inputs.targeted_therapy is True
        odds = {f.name: f.odds_ratio for f in nomogram.factors}
        assert (odds["BED"], odds["Targeted therapy"]) == (0.04, 0.30)
