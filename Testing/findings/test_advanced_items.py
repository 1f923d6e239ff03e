"""Delayed contrast, blood, course and history against known truth."""

from datetime import date as Date

import numpy as np
import pytest
from answers import LIMITS, answer, last_with, value
from hand_made_cases import CENTER, T2, T3, Ball, R, Visit, build_case, smaller, treated

from RNAssessLib.case import (
    ClinicalEvent,
    Course,
    EventKind,
    NotAssessableError,
    PreparedCourse,
    Technique,
)
from RNAssessLib.findings import (
    clinical_modifiers,
    course_pattern,
    delayed_contrast,
    haemorrhage,
    spectroscopy,
)
from RNAssessLib.findings.finding import Favours, Status


class TestDelayedContrast:
    def scan(self, rim, core):
        return last_with(
            delayed_contrast, R.T1C_DELAYED,
            rim={R.T1C_DELAYED: rim}, core={R.T1C_DELAYED: core},
        )  # fmt: skip

    def test_washout_of_the_rim(self):
        found = self.scan(1.5, 0.5)
        assert found.status is Status.PRESENT
        assert (found.favours, found.strength.value) == (Favours.TTP, "weak")
        rim_share = 100 * (1 - (8 / 12) ** 3)
        assert value(found, "washout_percent") == pytest.approx(rim_share, abs=3)
        assert value(found, "core_percent") == pytest.approx(100 - rim_share, abs=3)

    def test_accumulation(self):
        found = self.scan(2.4, 0.8)
        assert found.status is Status.ABSENT
        assert found.favours is Favours.RN
        assert value(found, "accumulation_percent") > 90

    def test_no_change(self):
        assert self.scan(2.0, 0.5).status is Status.INDETERMINATE


class TestHaemorrhage:
    def test_bright_and_dark_volume(self):
        found = last_with(haemorrhage, R.T1, R.SWI, core={R.T1: 1.6, R.SWI: 0.3})
        assert found.status is Status.PRESENT
        assert found.favours is None
        core = 4 / 3 * np.pi * 8**3 / 1e3
        assert value(found, "t1_bright_cm3") == pytest.approx(core, rel=0.06)
        assert value(found, "swi_dark_cm3") == pytest.approx(core, rel=0.1)

    def test_none(self):
        assert last_with(haemorrhage, R.T1, R.SWI).status is Status.ABSENT

    def test_with_half_the_evidence_it_is_not_excluded(self):
        found = last_with(haemorrhage, R.T1)
        assert found.status is Status.INDETERMINATE
        assert value(found, "swi_dark_cm3") is None

    def test_neither(self):
        with pytest.raises(NotAssessableError, match="no T1 and no SWI"):
            last_with(haemorrhage)


class TestCoursePattern:
    def test_on_a_case(self):
        visits = [treated(roles=(R.T1C,)), smaller(roles=(R.T1C,)),
                  Visit("t2", T2, (Ball(CENTER, 9.0),), roles=(R.T1C,))]  # fmt: skip
        found = answer(course_pattern, visits)
        assert found.status is Status.PRESENT
        assert found.sentence.startswith("Shrinkage followed by enlargement")
        assert "73.2 % of PP23's 123 patients" in found.sentence
        assert value(found, "t1c_cm3_t1") == pytest.approx(4 / 3 * np.pi * 6**3 / 1e3, rel=0.05)


class TestClinicalModifiers:
    visits = (treated(roles=(R.T1C,)), smaller(roles=(R.T1C,)))

    def history(self, *events, **more):
        return answer(clinical_modifiers, self.visits, events=events, **more)

    def test_no_history_given_is_not_a_clean_history(self):
        found = self.history()
        assert found.status is Status.INDETERMINATE
        assert "no clinical events are given" in found.caveats[0]

    def test_nothing_relevant_in_a_given_history(self):
        steroid = ClinicalEvent(EventKind.STEROID, Date(2025, 3, 1), dose_mg_per_day=8.0)
        assert self.history(steroid).status is Status.ABSENT

    def test_everything(self):
        earlier = Course("srs-0", Date(2023, 5, 1), Technique.GAMMA_KNIFE, 1)
        found = self.history(
            ClinicalEvent(EventKind.WBRT, Date(2022, 1, 1)),
            ClinicalEvent(EventKind.TARGETED, Date(2024, 1, 1), drug="osimertinib"),
            ClinicalEvent(EventKind.IMMUNOTHERAPY, Date(2024, 2, 1)),
            ClinicalEvent(
                EventKind.PATHOLOGY, Date(2024, 3, 1), text="radiation necrosis, no viable tumour"
            ),
            extra_courses=(PreparedCourse(earlier, None, "no dose"),),
        )
        assert found.status is Status.PRESENT
        assert found.favours is None
        assert value(found, "modifiers_toward_rn") == 3
        assert value(found, "modifiers_against_recurrence") == 1  # PP23's OR is of recurrence
        assert value(found, "modifiers_toward_ttp") == 0
        assert "osimertinib" in found.sentence

    def test_targeted_therapy_makes_recurrence_less_likely_not_necrosis_more(self):
        found = self.history(ClinicalEvent(EventKind.TARGETED, Date(2024, 1, 1)))
        assert value(found, "modifiers_toward_rn") == 0
        assert value(found, "modifiers_against_recurrence") == 1
        assert "raises the risk of necrosis is not said" in found.sentence

    def test_a_drug_started_after_the_last_scan_is_not_listed(self):
        found = self.history(
            ClinicalEvent(EventKind.TARGETED, Date(2026, 3, 1), drug="osimertinib"),
            ClinicalEvent(EventKind.IMMUNOTHERAPY, Date(2026, 3, 1), drug="nivolumab"),
        )
        assert found.status is Status.ABSENT
        assert "osimertinib" not in found.sentence

    def test_la25_on_steroids_with_immunotherapy_wash_out_and_the_prior(self):
        found = self.history(
            ClinicalEvent(EventKind.IMMUNOTHERAPY, Date(2024, 2, 1)),
            ClinicalEvent(EventKind.STEROID, Date(2025, 2, 1), dose_mg_per_day=8.0),
            ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 3, 1)),
        )
        told = " ".join(found.caveats)
        assert "efficacy of immunotherapy (LA25 §6)" in told
        assert "wash-out delays surgery" in told
        assert "local control exceeds 80 %" in told

    @pytest.mark.parametrize(
        ("text", "told"),
        [("WHO grade 1 meningioma", True), ("vestibular schwannoma", True),
         ("adenocarcinoma of the lung", False), ("no meningioma; metastasis", False)],
    )  # fmt: skip
    def test_after_radiosurgery_of_a_benign_lesion_it_says_whose_signs_these_are(self, text, told):
        found = self.history(ClinicalEvent(EventKind.HISTOLOGY, Date(2024, 3, 1), text=text))
        assert any("benign lesion" in c and "LA25 §4" in c for c in found.caveats) is told

    def test_only_what_la25_says_of_a_machine_is_ascribed_to_it(self):
        found = self.history(technique=Technique.CYBERKNIFE)
        assert not any("less steep" in c for c in found.caveats)

    @pytest.mark.parametrize(
        ("text", "rn", "ttp"),
        [("tumour progression", 0, 1), ("recurrent adenocarcinoma", 0, 1),
         ("no evidence of recurrence; treatment effect", 0, 0), ("radionecrosis", 1, 0)],
    )  # fmt: skip
    def test_pathology_is_read_with_its_negations(self, text, rn, ttp):
        found = self.history(ClinicalEvent(EventKind.PATHOLOGY, Date(2024, 3, 1), text=text))
        assert value(found, "modifiers_toward_rn") == rn
        assert value(found, "modifiers_toward_ttp") == ttp


def test_spectroscopy_says_what_to_do():
    with pytest.raises(NotAssessableError, match="set this item by hand"):
        answer(spectroscopy, TestClinicalModifiers.visits)


def test_bevacizumab_is_told_with_the_course():
    drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 9, 1))
    visits = [treated(roles=(R.T1C,)), Visit("t3", T3, (Ball(CENTER, 9.0),), roles=(R.T1C,))]
    found = answer(course_pattern, visits, events=[drug])
    assert found.caveats[0].startswith("bevacizumab since 2025-09-01")


class TestBevacizumab:
    """ZH16's timeline: response, recurrence after stopping, no response to the second series."""

    scans = ((Date(2012, 9, 20), 11.0), (Date(2013, 7, 20), 6.0), (Date(2014, 6, 10), 11.0),
             (Date(2015, 3, 20), 11.0))  # fmt: skip
    # ten cycles September 2012 to June 2013, seven August 2014 to February 2015
    first = tuple(Date(2012 + m // 12, m % 12 + 1, 22) for m in range(8, 18))
    second = tuple(Date(2014 + m // 12, m % 12 + 1, 5) for m in range(7, 14))

    def warnings(self, cycles):
        only = (R.T1C,)
        visits = [Visit("t0", Date(2012, 2, 1), (Ball(CENTER, 8.0),), roles=only)]
        visits += [
            Visit(f"t{n}", day, (Ball(CENTER, radius),), roles=only)
            for n, (day, radius) in enumerate(self.scans, start=1)
        ]
        events = [ClinicalEvent(EventKind.BEVACIZUMAB, d, dose_mg_per_kg=5.0) for d in cycles]
        prepared = build_case(visits, events=events)
        # the course of the hand-made case, moved to ZH16's February 2012
        object.__setattr__(prepared.courses[0].course, "date", Date(2012, 2, 15))
        return course_pattern.evaluate(prepared, prepared.lesion("L1"), LIMITS).caveats

    def test_cycles_are_as_published(self):
        assert (len(self.first), len(self.second)) == (10, 7)
        assert (self.first[0], self.first[-1]) == (Date(2012, 9, 22), Date(2013, 6, 22))
        assert (self.second[0], self.second[-1]) == (Date(2014, 8, 5), Date(2015, 2, 5))

    def test_the_whole_timeline_raises_its_three_warnings(self):
        told = self.warnings(self.first + self.second)
        assert len(told) == 3
        assert "from t1 to t2 under bevacizumab (10 cycles)" in told[0]
        assert "from t2 to t3 after bevacizumab had ended" in told[1]
        assert "from t3 to t4 under 7 further cycles of bevacizumab after 10" in told[2]

    def test_without_the_drug_there_is_nothing_to_say(self):
        assert self.warnings(()) == ()
