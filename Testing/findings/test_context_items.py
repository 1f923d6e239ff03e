"""Dose match, latency, oedema ratio, summary and registry against known truth."""

import re
from dataclasses import replace
from datetime import date as Date

import numpy as np
import pytest
from hand_made_cases import (
    CENTER,
    T2,
    T3,
    Ball,
    R,
    Visit,
    build_case,
    smaller,
    treated,
    with_contours,
)

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    MaskKind,
    NotAssessableError,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import dose_match, latency, oedema_ratio, rim_morphology
from RNAssessLib.findings.finding import Favours, Finding, Status, Strength
from RNAssessLib.findings.naming import NAMES
from RNAssessLib.findings.registry import REGISTRY, evaluate_all
from RNAssessLib.findings.summary import summarize

LIMITS = Thresholds()
T1C_ONLY = {"roles": (R.T1C,)}
CONTRACT = (
    "cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci",
    "rim_morphology", "clustered_enhancement", "white_matter_preference", "open_ring",
    "dose_match", "latency", "course_pattern", "spontaneous_regression", "oedema_ratio",
    "perfusion", "spectroscopy", "delayed_contrast", "amino_acid_pet", "fdg_pet", "swiss_cheese", "haemorrhage",
    "dual_pathology", "clinical_modifiers", "new_lesions",
)  # fmt: skip


def answer(item, visits, **more):
    prepared = build_case(visits, **more)
    return item.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def value(finding, name):
    return next(q for q in finding.measurements if q.name == name).value


def without(prepared, role):
    """The same case with one sequence taken out of every timepoint."""
    timepoints = []
    for t in prepared.timepoints:
        masks = {
            lesion: replace(m, masks={k: v for k, v in m.masks.items()
                                      if role is not R.FLAIR or k is not MaskKind.OEDEMA})
            for lesion, m in t.lesions.items()
        }  # fmt: skip
        sequences = {r: i for r, i in t.timepoint.sequences.items() if r is not role}
        timepoints.append(
            replace(
                t,
                timepoint=replace(t.timepoint, sequences=sequences),
                images={r: i for r, i in t.images.items() if r is not role},
                lesions=masks,
            )
        )
    return replace(prepared, timepoints=tuple(timepoints))


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


class TestLatency:
    def test_months_to_the_first_enlargement_and_the_interval_it_began_in(self):
        visits = [treated(**T1C_ONLY), smaller(**T1C_ONLY),
                  Visit("t2", T2, (Ball(CENTER, 9.0),), **T1C_ONLY)]  # fmt: skip
        found = answer(latency, visits)
        assert found.status is Status.PRESENT
        assert found.favours is None
        month = 365.25 / 12
        assert value(found, "latency_months") == pytest.approx(
            (T2 - Date(2025, 1, 10)).days / month
        )
        assert value(found, "latency_from_months") == pytest.approx(89 / month)

    def test_two_years_later_is_outside(self):
        visits = [
            treated(**T1C_ONLY),
            Visit("t2", Date(2027, 6, 1), (Ball(CENTER, 10.0),), **T1C_ONLY),
        ]
        found = answer(latency, visits)
        assert found.status is Status.ABSENT
        assert "outside the 3-18 months usual for necrosis, which is known years later" in (
            found.sentence
        )
        assert any("no evidence against necrosis" in c for c in found.caveats)

    def test_within_the_range_nothing_is_said_about_later(self):
        found = answer(latency, [treated(**T1C_ONLY),
                                 Visit("t2", T2, (Ball(CENTER, 9.0),), **T1C_ONLY)])  # fmt: skip
        assert not any("no evidence against" in c for c in found.caveats)

    def test_the_first_scan_that_shows_enlargement_is_too_early_for_confidence(self):
        visits = [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 10.0),), **T1C_ONLY)]
        assert any("hesitant" in c for c in answer(latency, visits).caveats)
        visits.append(Visit("t3", T3, (Ball(CENTER, 10.0),), **T1C_ONLY))
        assert not any("hesitant" in c for c in answer(latency, visits).caveats)

    def test_growth_of_the_latest_interval_is_compounded_by_the_month(self):
        visits = [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 9.0),), **T1C_ONLY),
                  Visit("t3", T3, (Ball(CENTER, 11.0),), **T1C_ONLY)]  # fmt: skip
        months = (T3 - T2).days / (365.25 / 12)
        expected = 100 * ((11 / 9) ** (3 / months) - 1)
        found = answer(latency, visits)
        assert value(found, "growth_percent_per_month") == pytest.approx(expected, rel=0.03)

    def test_shrinkage_has_no_latency(self):
        found = answer(latency, [treated(**T1C_ONLY), smaller(**T1C_ONLY)])
        assert found.status is Status.ABSENT
        assert value(found, "latency_months") is None


class TestOedemaRatio:
    def test_is_the_ratio_of_the_two_volumes(self):
        # away from CSF and cortex the oedema is a ball of 6 mm around the lesion
        visits = [treated(), Visit("t2", T2, (Ball((24.0, 2.0, 8.0), 6.0),), oedema=5.0)]
        found = answer(oedema_ratio, visits)
        assert value(found, "t2_t1c_ratio") == pytest.approx((11 / 6) ** 3, rel=0.06)
        assert value(found, "oedema_lesion_ratio") == pytest.approx((11 / 6) ** 3 - 1, rel=0.08)
        assert found.status is Status.PRESENT
        assert found.favours is None
        assert any("Leeman 2013" in c and "5.34" in c for c in found.caveats)

    def test_steroid_is_told(self):
        event = ClinicalEvent(EventKind.STEROID, Date(2025, 6, 1), dose_mg_per_day=8.0)
        found = answer(
            oedema_ratio, [treated(), Visit("t2", T2, (Ball(CENTER, 9.0),))], events=[event]
        )
        assert "corticosteroid since 2025-06-01 shrinks oedema" in found.caveats

    def test_no_flair(self):
        with pytest.raises(NotAssessableError, match="no FLAIR at any follow-up"):
            answer(oedema_ratio, [treated(), Visit("t2", T2, (Ball(CENTER, 9.0),), **T1C_ONLY)])


class TestRegistry:
    def test_holds_every_contract_id_in_clinical_order(self):
        assert tuple(item.SPEC.id for item in REGISTRY) == CONTRACT
        numbers = [item.SPEC.number for item in REGISTRY]
        assert numbers == list(range(1, len(REGISTRY) + 1))

    def test_progress_ends_at_one_and_every_item_is_answered(self):
        prepared = build_case([treated(), Visit("t2", T2, (Ball(CENTER, 10.0, 3.0),))])
        steps = []
        found = evaluate_all(
            prepared, prepared.lesion("L1"), progress=lambda done, what: steps.append(done)
        )
        assert [f.spec.id for f in found] == list(CONTRACT)
        assert steps == sorted(steps)
        assert steps[-1] == 1.0

    def test_a_missing_sequence_never_reads_as_absent(self):
        everything = build_case([
            treated(roles=tuple(R)), Visit("t2", T2, (Ball(CENTER, 11.0, 3.0),), roles=tuple(R))
        ])  # fmt: skip
        complete = evaluate_all(everything, everything.lesion("L1"))
        for missing in (r for r in R if r is not R.T1C):
            stripped = without(everything, missing)
            for before, after in zip(
                complete, evaluate_all(stripped, stripped.lesion("L1")), strict=True
            ):
                if missing in after.spec.needs:
                    assert after.status in (Status.NOT_ASSESSABLE, Status.INDETERMINATE), after
                    told = (after.limitation, after.sentence, *after.caveats)
                    names = {R.T1: "T1"}.get(missing, missing.value)
                    assert any(f"no {names}" in t or f"no pre-contrast {names}" in t for t in told)
                elif before.status is Status.NOT_ASSESSABLE:
                    assert after.status is Status.NOT_ASSESSABLE

    def test_any_other_exception_is_a_defect_and_passes_on(self):
        prepared = build_case([treated(**T1C_ONLY), smaller(**T1C_ONLY)])
        object.__setattr__(prepared.timepoints[1], "lesions", {})
        with pytest.raises(KeyError):
            evaluate_all(prepared, prepared.lesion("L1"))


class TestSummary:
    def case_of_t1c(self):
        visits = [treated(**T1C_ONLY), smaller(**T1C_ONLY),
                  Visit("t3", T3, (Ball(CENTER, 9.0, 3.0),), **T1C_ONLY)]  # fmt: skip
        prepared = build_case(visits)
        return evaluate_all(prepared, prepared.lesion("L1"))

    def test_context_is_not_counted_and_what_is_missing_is_named(self):
        found = self.case_of_t1c()
        summary = summarize(found)
        total = (summary.present, summary.absent, summary.indeterminate, summary.not_assessable)
        assert sum(total) + summary.context == len(CONTRACT)
        context = [f for f in found if f.spec.is_context]
        assert {f.spec.id for f in context} == {
            "dose_match", "latency", "course_pattern", "oedema_ratio", "haemorrhage",
            "dual_pathology", "clinical_modifiers", "new_lesions",
        }  # fmt: skip
        assert summary.context == sum(f.status is not Status.NOT_ASSESSABLE for f in context)
        assert {SequenceRole.DWI, SequenceRole.ADC, SequenceRole.SWI} <= set(summary.missing)
        assert summary.next_steps[0].startswith("Acquire DWI, ADC, SWI, FLAIR")
        assert summary.next_steps[-1].startswith("Follow-up MRI in 6-12 weeks")

    def test_both_sides_say_how_much_could_be_asked_and_name_findings(self):
        solid = Visit("t2", T2, (Ball(CENTER, 11.0),), **T1C_ONLY)
        prepared = build_case([treated(**T1C_ONLY), solid])
        summary = summarize(evaluate_all(prepared, prepared.lesion("L1")))
        for_rn, for_ttp = summary.sentence.split(" Signs described in TTP")
        assert for_rn.startswith("Signs described in RN, ")
        assert for_rn.endswith(" of 15 could be assessed: none.")
        # of nine items that could speak for tumour T1c alone answers the rim
        assert for_ttp == ", 1 of 9 could be assessed: solid, no thin rim."
        for word in ("Rim morphology", "present", "absent", "items"):
            assert word not in summary.sentence

    def test_nothing_reads_like_a_verdict(self):
        summary = summarize(self.case_of_t1c())
        text = " ".join((summary.sentence, *summary.next_steps)).lower()
        for word in ("necrosis", "progression", "diagnos", "likely", "score", "points to"):
            assert word not in text

    def test_every_side_an_item_can_take_has_a_name(self):
        for item in REGISTRY:
            if item.SPEC.is_context:
                assert item.SPEC.id not in NAMES
            else:
                assert (Status.PRESENT, item.SPEC.favours_when_present) in NAMES[item.SPEC.id]

    def test_perfusion_is_advised_only_when_the_signs_disagree_and_pet_where_waiting_is_risky(self):
        from RNAssessLib.findings import amino_acid_pet, perfusion, swi_foci
        from RNAssessLib.findings.finding import not_assessable

        missing = [not_assessable(perfusion.SPEC, "no RCBV at any follow-up; it would help"),
                   not_assessable(amino_acid_pet.SPEC, "no PET_AA at any follow-up; help")]  # fmt: skip
        for_rn = Finding(swi_foci.SPEC, Status.PRESENT, Favours.RN, None, "")
        for_ttp = Finding(swi_foci.SPEC, Status.ABSENT, Favours.TTP, None, "")
        steps = summarize([for_rn, for_ttp, *missing]).next_steps
        assert any("perfusion" in s for s in steps)
        assert any("PET where waiting is risky" in s for s in steps)
        assert not any("perfusion" in s for s in summarize([for_rn, *missing]).next_steps)

    def test_an_enlarged_lesion_asks_for_rate_of_growth_and_a_neurosurgical_opinion(self):
        steps = summarize(self.case_of_t1c()).next_steps
        rate = 100 * ((9 / 6) ** (3 / ((T3 - Date(2025, 4, 9)).days / (365.25 / 12))) - 1)
        told = re.search(r"now \+(\d+) % a month", steps[-1])
        assert float(told.group(1)) == pytest.approx(rate, abs=1.0)
        assert any("neurosurgical opinion" in s and "wash-out" in s for s in steps)
        calm = build_case([treated(**T1C_ONLY), smaller(**T1C_ONLY)])
        steps = summarize(evaluate_all(calm, calm.lesion("L1"))).next_steps
        assert not any("neurosurgical" in s for s in steps)


def test_a_context_item_is_dictated_without_present_or_absent():
    from RNAssessLib.panel.checklist.answers import Answer
    from RNAssessLib.report.text.catalogue import Say
    from RNAssessLib.report.text.lesion import tell_answer

    late = [treated(**T1C_ONLY), Visit("t2", Date(2027, 6, 1), (Ball(CENTER, 10.0),), **T1C_ONLY)]
    days = {"t2": Date(2027, 6, 1)}
    told = tell_answer(Say(), Answer(answer(latency, late)), days)
    assert told.startswith("After radiotherapy it was first larger on 2027-06-01, at ")
    assert "absent" not in told
    solid = [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 11.0),), **T1C_ONLY)]
    told = tell_answer(Say(), Answer(answer(rim_morphology, solid)), days)
    assert told == "The lesion enhances solidly, without a thin rim."


def test_json_keeps_its_status_words_and_adds_context_and_name():
    from RNAssessLib.report.document.json_report import describe_finding

    late = [treated(**T1C_ONLY), Visit("t2", Date(2027, 6, 1), (Ball(CENTER, 10.0),), **T1C_ONLY)]
    told = describe_finding(answer(latency, late))
    assert (told["status"], told["context"], told["strength"]) == ("absent", True, "context")
    solid = [treated(**T1C_ONLY), Visit("t2", T2, (Ball(CENTER, 11.0),), **T1C_ONLY)]
    told = describe_finding(answer(rim_morphology, solid))
    assert (told["status"], told["context"]) == ("absent", False)
    assert told["name"] == "solid, no thin rim"
