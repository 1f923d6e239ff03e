"""The papers' figures as cases: what the legend says a reader sees is what the checklist answers."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import EventKind, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.phantom import list_phantoms
from RNAssessLib.phantom.lesion_script import union_depth
from RNAssessLib.phantom.paper_cases import PAPER_CASES
from RNAssessLib.phantom.paper_cases.expectations import expected_rows
from RNAssessLib.phantom.placement import place_scenario
from RNAssessLib.phantom.prepared import build_prepared

R = SequenceRole
ITEMS = {item.SPEC.id: item for item in REGISTRY}
BEYOND_T1C = {
    "central_diffusion_restriction": (R.DWI, R.ADC, R.T1, R.SWI),
    "haemorrhage": (R.T1, R.SWI),
    "perfusion": (R.RCBV, R.KTRANS, R.SWI),
    "amino_acid_pet": (R.PET_AA,),
    "dual_pathology": (),
}
# figures whose legends show a lesion: LA22 1-8, LA25 1-7, LI21 1, ZH16 2
FIGURES = [f"la22_fig{n}" for n in range(1, 9)] + [f"la25_fig{n}" for n in range(1, 8)]


def test_every_figure_has_its_case_and_every_side_is_asked():
    for figure in (*FIGURES, "li21", "zh16"):
        assert [n for n in PAPER_CASES if n == figure or n.startswith(f"{figure}_")], figure
    rows = expected_rows()
    assert {row.case for row in rows} == set(PAPER_CASES)
    assert all(row.item in ITEMS and len(row.legend) > 10 for row in rows)
    assert len({(row.case, row.lesion, row.item) for row in rows}) == len(rows)
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
    visits = range(len(scenario.dates))
    roles = [scenario.roles_at(n, last if n in (visits[-1], *late(scenario)) else (R.T1C,))
             for n in visits]  # fmt: skip
    return build_prepared(name, 1, roles=roles)


def late(scenario):
    """Visits at which a sequence was acquired and later no more."""
    return {visit for visits in scenario.shown.values() for visit in visits}


@pytest.mark.parametrize("name", list(PAPER_CASES))
def test_figure(name):
    phantom = prepare(name)
    assert name in list_phantoms()
    assert len(phantom.scenario.sees) > 40
    scripts = {s.name: s for s in phantom.scenario.lesions}
    assert all(script.truth for script in scripts.values())
    for row in (row for row in expected_rows() if row.case == name):
        lesion = phantom.prepared.lesion(f"L{row.lesion}")
        found = ITEMS[row.item].evaluate(phantom.prepared, lesion, Thresholds())
        assert found.status.value == row.answer, (row, found.sentence)
        if row.side:
            assert found.favours.value == row.side, row
        assert row.caveat in " ".join(found.caveats), row
        if row.item == "cross_boundary" and row.answer == "present":
            assert scripts[row.lesion].boundary in found.sentence


# what the legends add about the time after the last picture; "regressed" is their confirmation
@pytest.mark.parametrize("name", ["la22_fig6", "la22_fig7", "la22_fig8"])
def test_what_a_legend_says_came_later_confirms_necrosis(name):
    head, scenario = place_scenario(name, 1)
    (script,) = scenario.lesions
    last = script.states[-1]
    smaller = replace(last, opening=(), body=tuple(
        replace(b, radii_mm=tuple(0.6 * r for r in b.radii_mm)) for b in last.body
    ))  # fmt: skip
    later = replace(
        scenario,
        dates=(*scenario.dates, scenario.dates[-1] + timedelta(days=150)),
        lesions=(replace(script, states=(*script.states, smaller)),),
    )
    roles = [(R.T1C,)] * len(later.dates)
    prepared = build_prepared(name, 1, placed=(head, later), roles=roles).prepared
    item = ITEMS["spontaneous_regression"]
    found = item.evaluate(prepared, prepared.lesion("L1"), Thresholds())
    assert (found.status.value, found.favours.value) == ("present", "RN"), found.sentence


@pytest.fixture(scope="module")
def li21():
    visits = [(R.T1C, R.FLAIR)] * 6
    return assess_prepared(build_prepared("li21_bevacizumab", 1, roles=visits).prepared)


@pytest.fixture(scope="module")
def zh16():
    visits = [(R.T1C,)] * 8
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
        assert "shrinkage from t2 to t3 under bevacizumab (3 cycles) is not evidence" in told
        assert "enlargement from t5 to t6 after bevacizumab had ended may be necrosis" in told
        assert "no shrinkage from t6 to t7 under 7 further cycles" in told
        assert "acquired resistance" in told
        notes = " ".join(zh16.lesions[0].clinical.entries[7].notes)
        assert "17 cycles" in notes

    def test_zh16_has_the_scans_of_its_figure(self, zh16):
        """Fig 2 C to F and the two scans of the second course; smaller at the first, then level."""
        cycles = [e for e in zh16.prepared.case.events if e.kind is EventKind.BEVACIZUMAB]
        scans = [t.date for t in zh16.prepared.timepoints]
        assert [sum(c.date <= day for c in cycles) for day in scans] == [0, 0, 0, 3, 6, 10, 10, 17]
        sizes = [row.value("t1c_with_core_cm3") for row in zh16.lesions[0].serial]
        assert sizes[3] < 0.5 * sizes[2]
        assert max(sizes[3:6]) < 1.5 * min(sizes[3:6])

    def test_zh16_plan_and_odds(self, zh16):
        nomogram = zh16.lesions[0].nomogram
        assert nomogram.inputs.bed_gy == pytest.approx(79.2)  # 36 Gy in 3 fractions
        assert nomogram.inputs.targeted_therapy is True
        odds = {f.name: f.odds_ratio for f in nomogram.factors}
        assert (odds["BED"], odds["Targeted therapy"]) == (0.04, 0.30)


def new_enhancement_dose(lesion):
    """Dose at what enhances at any follow-up and is farther than 2 mm from the start, by formula."""
    doses = []
    for state in lesion.states[1:]:
        low, high = state.reach_mm()
        axes = [np.arange(a, b, 0.5) for a, b in zip(low, high, strict=True)]
        points = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
        new = state.parts(points)["enhancing"] >= 0.5
        new &= union_depth(lesion.states[0].body, points) < -2.0
        radius = np.linalg.norm(points[new] - np.asarray(lesion.shot.center_mm), axis=-1)
        doses.append(lesion.shot.dose_at_radius(radius))
    return np.concatenate(doses) / lesion.shot.prescription_gy


# LA22: "in all our illustrated cases" the enhancement lies in the high-dose region
@pytest.mark.parametrize("number", range(1, 9))
def test_la22_new_enhancement_lies_in_the_high_dose(number):
    scenario = PAPER_CASES[f"la22_fig{number}"](np.random.default_rng(0), 1.0)
    share = new_enhancement_dose(scenario.lesions[0])
    assert np.median(share) >= 0.5


@pytest.mark.parametrize(("name", "visit"), [("la22_fig1", 1), ("la22_fig1", 2), ("la22_fig3", 2)])
def test_the_separate_focus_lies_inside_the_10_gy_line(name, visit):
    lesion = PAPER_CASES[name](np.random.default_rng(0), 1.0).lesions[0]
    (focus,) = lesion.states[visit].satellites
    axes = [np.linspace(m - r, m + r, 41) for m, r in zip(focus.center_mm, focus.radii_mm,
                                                          strict=True)]  # fmt: skip
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    inside = points[focus.depth(points) >= 0]
    radius = np.linalg.norm(inside - np.asarray(lesion.shot.center_mm), axis=-1)
    assert np.mean(lesion.shot.dose_at_radius(radius) >= 10.0) > 0.9
    assert 4 / 3 * np.pi * np.prod(focus.radii_mm) / 1000 < 0.3  # cm3: small


def test_la22_fig1_starts_with_a_focus_of_a_few_millimetres():
    first = PAPER_CASES["la22_fig1"](np.random.default_rng(0), 1.0).lesions[0].states[1]
    assert 2 * max(first.satellites[0].radii_mm) < 6.0


def test_la22_fig6_reaches_the_callosum_and_stays_off_the_ventricle():
    lesion = PAPER_CASES["la22_fig6"](np.random.default_rng(0), 1.0).lesions[0]
    callosal = lesion.states[1].body[1]
    assert 8.0 <= callosal.center_mm[0] <= 14.0  # beside the midline
    assert callosal.center_mm[2] > lesion.states[0].body[0].center_mm[2] + 10.0  # superomedial
    assert "csf" in lesion.states[1].spares


def test_la22_fig5_had_two_courses():
    phantom = prepare("la22_fig5")
    courses = [c.course for c in phantom.prepared.courses]
    assert [c.id for c in courses] == ["cavity-radiosurgery", "course-1"]
    assert courses[0].date < courses[1].date
    assert courses[0].dose is None
    assert [lesion.course_id for lesion in phantom.prepared.lesions] == ["course-1"]


def test_la22_fig8_was_irradiated_outside_the_brain():
    phantom = build_prepared("la22_fig8", 1, roles=[(R.T1C,)] * 3)
    timepoint = phantom.prepared.timepoints[0]
    assert timepoint.lesions["L1"].enhancing.is_empty
    grid = timepoint.brain.grid
    center = phantom.scenario.lesions[0].shot.center_mm
    i, j, k = np.round(grid.lps_to_index(np.asarray(center))).astype(int)[::-1]
    inside = all(0 <= n < size for n, size in zip((k, j, i), grid.shape, strict=True))
    assert not (inside and timepoint.brain.array[k, j, i])


@pytest.mark.parametrize("name", list(PAPER_CASES))
def test_no_sequence_is_made_up_that_the_figure_does_not_show(name):
    """A necrosis without foci or restriction would teach that these speak against it."""
    scenario = PAPER_CASES[name](np.random.default_rng(0), 1.0)
    shown = scenario.roles_at(len(scenario.dates) - 1, (R.DWI, R.ADC, R.SWI))
    asked = {item for lesion in scenario.lesions for item in lesion.truth}
    if "central_diffusion_restriction" in asked:
        assert {R.DWI, R.ADC} <= set(shown)
    else:
        assert shown == ()
    assert R.SWI not in shown or "haemorrhage" in asked


def test_zh16_gives_the_one_spectrum_the_paper_prints():
    scenario = PAPER_CASES["zh16_resistance"](np.random.default_rng(0), 1.0)
    assert [s.cho_cr for s in scenario.spectra] == [pytest.approx(33671 / 29534)]
