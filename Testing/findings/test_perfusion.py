"""Perfusion against known truth."""

from dataclasses import replace

import pytest
from answers import LIMITS, last_with, value
from hand_made_cases import CENTER, T2, Ball, R, Visit, build_case, treated

from RNAssessLib.case import ClinicalEvent, EventKind, NotAssessableError
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.findings import perfusion
from RNAssessLib.findings.finding import Favours, Status


class TestPerfusion:
    solid = (Ball(CENTER, 11.0),)

    def rcbv(self, ratio, *roles, **more):
        return last_with(perfusion, R.RCBV, *roles, balls=self.solid, rim={R.RCBV: ratio}, **more)

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
        found = last_with(perfusion, R.RCBV, R.SWI, balls=self.solid, **blood)
        assert found.status is Status.INDETERMINATE
        assert "blood products" in found.caveats[0]

    def test_ktrans_or_asl_alone_never_exclude_tumour(self):
        found = last_with(perfusion, R.CBF, balls=self.solid, rim={R.CBF: 0.8})
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
        found = last_with(perfusion, R.RCBV, R.KTRANS, balls=self.solid,
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
        found = last_with(perfusion, R.RCBV, R.SWI, R.KTRANS, balls=self.solid, rim=rim)
        assert (found.status, found.favours) == (Status.PRESENT, Favours.TTP)
        assert "engineering default" in found.caveats[0]
        assert "blood products" in found.caveats[1]

    @pytest.mark.parametrize(
        ("ktrans", "status"), [(8.0, Status.PRESENT), (3.0, Status.INDETERMINATE)]
    )
    def test_ktrans_without_rcbv(self, ktrans, status):
        found = last_with(perfusion, R.KTRANS, balls=self.solid, rim={R.KTRANS: ktrans})
        assert found.status is status
        assert any(c.startswith("no RCBV") for c in found.caveats)

    def test_none(self):
        with pytest.raises(NotAssessableError, match="no RCBV at any follow-up"):
            last_with(perfusion)
