"""Perfusion, PET, delayed contrast, blood, course and history against known truth."""

from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

import numpy as np
import pytest
from hand_made_cases import CENTER, T2, T3, Ball, R, Visit, build_case, smaller, treated

from RNAssessLib.case import (
    AminoAcidPet,
    ClinicalEvent,
    Course,
    EventKind,
    NotAssessableError,
    PreparedCourse,
    Technique,
)
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import (
    amino_acid_pet,
    clinical_modifiers,
    course_pattern,
    delayed_contrast,
    fdg_pet,
    haemorrhage,
    perfusion,
    spectroscopy,
)
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.findings.measure.uptake_curve import classify_curve

LIMITS = Thresholds()
RING = (Ball(CENTER, 12.0, 4.0),)


def answer(item, visits, **more):
    prepared = build_case(visits, **more)
    return item.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def last(item, *roles, balls=RING, **more):
    seen = (R.T1C, *roles)
    return answer(item, [treated(roles=(R.T1C,)), Visit("t2", T2, balls, roles=seen, **more)])


def value(finding, name):
    return next(q for q in finding.measurements if q.name == name).value


class TestPerfusion:
    solid = (Ball(CENTER, 11.0),)

    def rcbv(self, ratio, *roles, **more):
        return last(perfusion, R.RCBV, *roles, balls=self.solid, rim={R.RCBV: ratio}, **more)

    def test_raised_blood_volume_favours_tumour_and_is_measured(self):
        found = self.rcbv(3.2)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.TTP
        assert value(found, "rcbv_median_ratio") == pytest.approx(3.2, abs=0.1)
        assert "contralateral white matter" in found.sentence

    def test_low_blood_volume_favours_necrosis_weakly(self):
        found = self.rcbv(0.7)
        assert found.status is Status.ABSENT
        assert (found.favours, found.strength.value) == (Favours.RN, "weak")

    @pytest.mark.parametrize(
        ("seen", "status", "favours"),
        [("raised", Status.PRESENT, Favours.TTP), ("not raised", Status.ABSENT, Favours.RN),
         ("not readable", Status.INDETERMINATE, None)],
    )  # fmt: skip
    def test_a_map_read_by_eye_stands_where_the_case_holds_none(self, seen, status, favours):
        prepared = build_case([
            treated(roles=(R.T1C,)), Visit("t2", T2, self.solid, roles=(R.T1C,)),
        ])  # fmt: skip
        entry = ClinicalEvent(EventKind.PERFUSION, T2, text=seen, target="L1")
        edited = replace(prepared, case=replace(prepared.case, events=(entry,)))
        found = perfusion.evaluate(edited, prepared.lesion("L1"), LIMITS)
        assert (found.status, found.favours) == (status, favours)
        assert "nothing was measured" in found.caveats[0]
        other = replace(entry, target="L9")
        edited = replace(prepared, case=replace(prepared.case, events=(other,)))
        with pytest.raises(NotAssessableError):
            perfusion.evaluate(edited, prepared.lesion("L1"), LIMITS)

    def test_between_is_indeterminate(self):
        assert self.rcbv(1.75).status is Status.INDETERMINATE

    def test_blood_products_take_the_weight_off_a_low_value(self):
        blood = {"rim": {R.RCBV: 0.7, R.SWI: 0.3}}
        found = last(perfusion, R.RCBV, R.SWI, balls=self.solid, **blood)
        assert found.status is Status.INDETERMINATE
        assert "blood products" in found.caveats[0]

    def test_ktrans_or_asl_alone_never_exclude_tumour(self):
        found = last(perfusion, R.CBF, balls=self.solid, rim={R.CBF: 0.8})
        assert found.status is Status.INDETERMINATE
        assert value(found, "cbf_median_ratio") == pytest.approx(0.8, abs=0.05)
        assert any("ASL is insensitive" in c for c in found.caveats)
        assert any(c.startswith("no RCBV") for c in found.caveats)

    def test_a_raised_one_may_be_false(self):
        assert "earlier (LA25 §2.4)" in self.rcbv(3.2).caveats[0]

    @pytest.mark.parametrize(
        ("rcbv", "ktrans", "status", "strength"),
        [(3.2, 8.0, Status.PRESENT, "moderate"), (1.65, 8.0, Status.PRESENT, "weak"),
         (0.7, 8.0, Status.PRESENT, "weak"), (1.65, 3.0, Status.INDETERMINATE, None),
         (0.7, 3.0, Status.ABSENT, "weak")],
    )  # fmt: skip
    def test_ktrans_counts_where_rcbv_is_normal(self, rcbv, ktrans, status, strength):
        found = last(perfusion, R.RCBV, R.KTRANS, balls=self.solid,
                     rim={R.RCBV: rcbv, R.KTRANS: ktrans})  # fmt: skip
        assert found.status is status
        assert (found.strength.value if found.strength else None) == strength
        assert value(found, "ktrans_median_ratio") == pytest.approx(ktrans, rel=0.05)
        word = "clearly raised" if ktrans > 5 else "not clearly raised"
        assert f"Ktrans at t2 is {as_ratio(ktrans)} times contralateral white matter: {word}." in (
            found.sentence.replace(as_ratio(value(found, "ktrans_median_ratio")), as_ratio(ktrans))
        )

    def test_ktrans_counts_where_blood_disturbs_rcbv(self):
        rim = {R.RCBV: 0.7, R.SWI: 0.3, R.KTRANS: 8.0}
        found = last(perfusion, R.RCBV, R.SWI, R.KTRANS, balls=self.solid, rim=rim)
        assert (found.status, found.favours) == (Status.PRESENT, Favours.TTP)
        assert "engineering default" in found.caveats[0]
        assert "blood products" in found.caveats[1]

    @pytest.mark.parametrize(
        ("ktrans", "status"), [(8.0, Status.PRESENT), (3.0, Status.INDETERMINATE)]
    )
    def test_ktrans_without_rcbv(self, ktrans, status):
        found = last(perfusion, R.KTRANS, balls=self.solid, rim={R.KTRANS: ktrans})
        assert found.status is status
        assert any(c.startswith("no RCBV") for c in found.caveats)

    def test_none(self):
        with pytest.raises(NotAssessableError, match="no RCBV at any follow-up"):
            last(perfusion)


EARLY = (1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0)
RISING = (1.0, 2.0, 2.8, 3.4, 3.8, 4.1, 4.3)
PLATEAU = (2.0, 3.6, 4.0, 3.9, 3.9, 3.8, 3.8)
DESCENT = (2.0, 3.6, 4.0, 3.5, 3.1, 2.8, 2.5)
LATE_FALL = (1.0, 2.0, 3.0, 3.6, 4.0, 3.6, 3.2)


class TestUptakeCurve:
    """Galldiks 2012: I rises, II peaks by 20 min and stays, III peaks by 20 min and falls."""

    def classify(self, uptake, minutes=EARLY):
        return classify_curve(minutes, uptake, peak_minutes=20.0, plateau_percent=10.0)

    @pytest.mark.parametrize(
        ("uptake", "pattern", "peak", "fall"),
        [(RISING, "I", 50.0, 0.0), (PLATEAU, "II", 10.0, 5.0), (DESCENT, "III", 10.0, 37.5),
         (LATE_FALL, "", 30.0, 20.0)],
    )  # fmt: skip
    def test_patterns(self, uptake, pattern, peak, fall):
        found = self.classify(uptake)
        assert (found.pattern, found.minutes_to_peak) == (pattern, peak)
        assert found.fall_percent == pytest.approx(fall)

    def test_at_the_limits(self):
        at_20 = (1.0, 2.0, 3.0, 4.0, 3.8, 3.7, 3.6)
        assert self.classify(at_20).pattern == "II"  # falls by 10 % exactly
        assert self.classify((*at_20[:-1], 3.59)).pattern == "III"

    def test_too_short_for_a_pattern(self):
        found = self.classify(DESCENT[:4], EARLY[:4])
        assert found.pattern == ""
        assert "too early" in found.told

    def test_unit_does_not_matter(self):
        assert self.classify([7.3 * u for u in DESCENT]) == self.classify(DESCENT)


class TestAminoAcidPet:
    def pet(self, ratio):
        return last(amino_acid_pet, R.PET_AA, balls=(Ball(CENTER, 11.0),), rim={R.PET_AA: ratio})

    def test_high_uptake(self):
        found = self.pet(3.5)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.TTP
        # highest of many noisy voxels (3 % of white matter)
        assert value(found, "tbr_max") == pytest.approx(3.5, abs=0.2)

    def test_mean_of_the_outlined_uptake(self):
        def plateau(role, ratio, head):
            near = np.linalg.norm(head - CENTER, axis=-1) <= 20.0
            return np.where(near, 3.5, ratio) if role is R.PET_AA else ratio

        found = last(amino_acid_pet, R.PET_AA, balls=(Ball(CENTER, 11.0),), paint=plateau)
        assert value(found, "tbr_mean") == pytest.approx(3.5, abs=0.02)

    def test_low_uptake(self):
        found = self.pet(1.3)
        assert found.status is Status.ABSENT
        assert found.favours is Favours.RN
        assert value(found, "tbr_mean") == pytest.approx(1.27, abs=0.06)

    def test_one_of_the_two_is_indeterminate(self):
        assert self.pet(2.3).status is Status.INDETERMINATE

    def with_curve(self, ratio, *scans, image=True):
        roles = (R.T1C, R.PET_AA) if image else (R.T1C,)
        prepared = build_case([
            treated(roles=(R.T1C,)),
            Visit("t2", T2, (Ball(CENTER, 11.0),), roles=roles, rim={R.PET_AA: ratio}),
        ])  # fmt: skip
        prepared = replace(prepared, case=replace(prepared.case, amino_acid_pets=scans))
        return amino_acid_pet.evaluate(prepared, prepared.lesion("L1"), LIMITS)

    @pytest.mark.parametrize(
        ("ratio", "curve", "favours"),
        [(3.5, "II", Favours.TTP), (3.5, "III", Favours.TTP), (3.5, "I", None),
         (1.3, "I", Favours.RN), (1.3, "III", None), (2.3, "III", None), (2.3, "I", None)],
    )  # fmt: skip
    def test_ratio_and_curve_are_both_read(self, ratio, curve, favours):
        found = self.with_curve(ratio, AminoAcidPet(T2, "FET", curve))
        assert found.favours is favours
        status = {
            Favours.TTP: Status.PRESENT,
            Favours.RN: Status.ABSENT,
            None: Status.INDETERMINATE,
        }
        assert found.status is status[favours]
        assert f"pattern {curve} (as given by the reader)" in found.sentence
        assert ("disagree" in found.sentence) == (favours is None and ratio != 2.3)
        assert value(found, "curve") == len(curve)
        assert not any("curve is not given" in c for c in found.caveats)

    def test_a_curve_that_the_reader_enters_is_read_like_the_case_files(self):
        prepared = build_case([
            treated(roles=(R.T1C,)), Visit("t2", T2, (Ball(CENTER, 11.0),), roles=(R.T1C,)),
        ])  # fmt: skip
        entry = ClinicalEvent(EventKind.AMINO_ACID_PET, T2, drug="FET", curve="II")
        edited = replace(prepared, case=replace(prepared.case, events=(entry,)))
        found = amino_acid_pet.evaluate(edited, prepared.lesion("L1"), LIMITS)
        same = self.with_curve(3.5, AminoAcidPet(T2, "FET", "II"), image=False)
        assert found.status is Status.INDETERMINATE
        assert found.sentence == same.sentence
        assert EventKind.AMINO_ACID_PET in amino_acid_pet.SPEC.events

    def test_dynamic_data_give_the_curve(self):
        found = self.with_curve(3.5, AminoAcidPet(T2, "FET", "", EARLY, RISING))
        assert found.status is Status.INDETERMINATE
        assert "pattern I (rising to 50 min), described in RN: ratio and curve disagree" in (
            found.sentence
        )
        assert (value(found, "minutes_to_peak"), value(found, "curve_fall_percent")) == (50.0, 0.0)

    def test_the_readers_pattern_stands_before_the_data(self):
        found = self.with_curve(3.5, AminoAcidPet(T2, "FET", "III", EARLY, RISING))
        assert found.status is Status.PRESENT
        assert "the dynamic data: I" in found.sentence

    def test_other_tracers_are_not_held_against_fets_cut_offs(self):
        found = self.with_curve(3.5, AminoAcidPet(T2, "MET"))
        assert found.status is Status.INDETERMINATE
        assert found.caveats[0].startswith("the tracer is MET")

    def test_without_a_curve_it_says_so_and_stays_with_the_ratio(self):
        found = self.with_curve(3.5)
        assert found.status is Status.PRESENT
        assert any("curve is not given" in c for c in found.caveats)
        assert any("tracer is not stated" in c for c in found.caveats)

    def test_a_curve_of_another_day_is_not_taken(self):
        found = self.with_curve(3.5, AminoAcidPet(T2 - timedelta(days=15), "FET", "I"))
        assert found.status is Status.PRESENT
        near = self.with_curve(3.5, AminoAcidPet(T2 - timedelta(days=14), "FET", "I"))
        assert near.status is Status.INDETERMINATE

    def test_a_curve_without_image_cannot_settle_it(self):
        found = self.with_curve(3.5, AminoAcidPet(T2, "FET", "III"), image=False)
        assert found.status is Status.INDETERMINATE
        assert "pattern III" in found.sentence
        assert "no image" in found.sentence

    def test_a_curve_from_before_the_treatment_says_nothing(self):
        with pytest.raises(NotAssessableError, match="no PET_AA"):
            self.with_curve(3.5, AminoAcidPet(Date(2024, 1, 1), "FET", "III"), image=False)

    def test_la22_fig8_is_told_where_uptake_is_raised(self):
        assert any("LA22 Fig 8" in c for c in self.pet(3.5).caveats)
        assert not any("LA22 Fig 8" in c for c in self.pet(1.3).caveats)

    def test_the_other_published_cut_off_can_be_selected(self):
        prepared = build_case([
            treated(roles=(R.T1C,)),
            Visit("t2", T2, (Ball(CENTER, 11.0),), roles=(R.T1C, R.PET_AA), rim={R.PET_AA: 2.3}),
        ])  # fmt: skip
        changed = Thresholds({"amino_acid_pet.tbr_max": 2.15})
        found = amino_acid_pet.evaluate(prepared, prepared.lesion("L1"), changed)
        assert found.status is Status.PRESENT
        assert found.criteria[0].is_changed


class TestFdg:
    @pytest.mark.parametrize(
        ("ratio", "status", "favours"),
        [(0.5, Status.PRESENT, Favours.RN), (2.5, Status.ABSENT, Favours.TTP),
         (1.2, Status.INDETERMINATE, None)],
    )  # fmt: skip
    def test_against_the_other_side(self, ratio, status, favours):
        found = last(fdg_pet, R.PET_FDG, balls=(Ball(CENTER, 11.0),), rim={R.PET_FDG: ratio})
        assert (found.status, found.favours) == (status, favours)


class TestDelayedContrast:
    def scan(self, rim, core):
        return last(
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
        found = last(haemorrhage, R.T1, R.SWI, core={R.T1: 1.6, R.SWI: 0.3})
        assert found.status is Status.PRESENT
        assert found.favours is None
        core = 4 / 3 * np.pi * 8**3 / 1e3
        assert value(found, "t1_bright_cm3") == pytest.approx(core, rel=0.06)
        assert value(found, "swi_dark_cm3") == pytest.approx(core, rel=0.1)

    def test_none(self):
        assert last(haemorrhage, R.T1, R.SWI).status is Status.ABSENT

    def test_with_half_the_evidence_it_is_not_excluded(self):
        found = last(haemorrhage, R.T1)
        assert found.status is Status.INDETERMINATE
        assert value(found, "swi_dark_cm3") is None

    def test_neither(self):
        with pytest.raises(NotAssessableError, match="no T1 and no SWI"):
            last(haemorrhage)


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
