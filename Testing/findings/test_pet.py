"""Amino-acid and FDG PET against known truth."""

from dataclasses import replace
from datetime import date as Date
from datetime import timedelta

import numpy as np
import pytest
from answers import LIMITS, last_with, value
from hand_made_cases import CENTER, T2, Ball, R, Visit, build_case, treated

from RNAssessLib.case import AminoAcidPet, ClinicalEvent, EventKind, NotAssessableError
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import amino_acid_pet, fdg_pet
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.findings.measure.uptake_curve import classify_curve

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
        return last_with(
            amino_acid_pet, R.PET_AA, balls=(Ball(CENTER, 11.0),), rim={R.PET_AA: ratio}
        )

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

        found = last_with(amino_acid_pet, R.PET_AA, balls=(Ball(CENTER, 11.0),), paint=plateau)
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
        found = last_with(fdg_pet, R.PET_FDG, balls=(Ball(CENTER, 11.0),), rim={R.PET_FDG: ratio})
        assert (found.status, found.favours) == (status, favours)
