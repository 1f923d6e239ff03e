"""Latency, oedema ratio, summary and registry against known truth."""

import re
from dataclasses import replace
from datetime import date as Date

import pytest
from answers import T1C_ONLY, answer, value
from hand_made_cases import CENTER, T2, T3, Ball, R, Visit, build_case, smaller, treated

from RNAssessLib.case import ClinicalEvent, EventKind, MaskKind, NotAssessableError, SequenceRole
from RNAssessLib.findings import latency, oedema_ratio, rim_morphology
from RNAssessLib.findings.finding import Favours, Finding, Status
from RNAssessLib.findings.naming import NAMES
from RNAssessLib.findings.registry import REGISTRY, evaluate_all
from RNAssessLib.findings.summary import summarize

CONTRACT = (
    "cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci",
    "rim_morphology", "clustered_enhancement", "white_matter_preference", "open_ring",
    "dose_match", "latency", "course_pattern", "spontaneous_regression", "oedema_ratio",
    "perfusion", "spectroscopy", "delayed_contrast", "amino_acid_pet", "fdg_pet", "swiss_cheese", "haemorrhage",
    "dual_pathology", "clinical_modifiers", "new_lesions",
)  # fmt: skip


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
