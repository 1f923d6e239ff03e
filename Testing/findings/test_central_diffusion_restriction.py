"""Central diffusion restriction on hand-made cases of known truth."""

from datetime import date as Date

import numpy as np
import pytest
from answers import answer, value
from hand_made_cases import CENTER, T2, Ball, R, Visit, smaller, treated

from RNAssessLib.case import ClinicalEvent, EventKind, NotAssessableError
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.findings import central_diffusion_restriction
from RNAssessLib.findings.finding import Favours, Status

DARK_CORE = {R.DWI: 2.2, R.ADC: 0.6}


class TestCentralRestriction:
    ring = (Ball(CENTER, 11.0, 3.0),)

    def last(self, **more):
        return answer(
            central_diffusion_restriction, [treated(), Visit("t2", T2, self.ring, **more)]
        )

    def test_restricted_core_with_free_rim(self):
        found = self.last(core=DARK_CORE)
        assert found.status is Status.PRESENT
        assert found.favours is Favours.RN
        assert value(found, "core_adc_ratio") == pytest.approx(0.6, abs=0.08)
        assert value(found, "core_dwi_ratio") == pytest.approx(2.2, abs=0.15)
        assert found.evidence[0].role is R.ADC
        assert found.evidence[0].mask is not None

    def test_free_core_is_absent(self):
        found = self.last()
        assert found.status is Status.ABSENT
        assert value(found, "core_adc_ratio") == pytest.approx(2.5, abs=0.2)

    def test_shine_through_is_not_restriction(self):
        assert self.last(core={R.DWI: 2.2, R.ADC: 1.8}).status is Status.ABSENT

    @pytest.mark.parametrize("t2", [1.2, 3.0])
    def test_t2_of_the_core_is_measured_and_told_where_the_rim_restricts(self, t2):
        more = {"roles": (R.T1C, R.DWI, R.ADC, R.T2), "core": {**DARK_CORE, R.T2: t2}}
        found = self.last(rim=DARK_CORE, **more)
        assert value(found, "core_t2_ratio") == pytest.approx(t2, abs=0.15)
        assert f"{as_ratio(value(found, 'core_t2_ratio'))} times as bright" in found.sentence
        confined = self.last(**more)
        assert "on T2" not in confined.sentence

    def test_restricted_rim_raises_concern_for_hypercellular_tumour(self):
        found = self.last(core=DARK_CORE, rim=DARK_CORE)
        assert found.status is Status.ABSENT
        assert found.favours is Favours.TTP
        assert "small cell" in found.caveats[0]

    def test_a_rim_restricted_in_part_leaves_open_whether_it_is_confined(self):
        """A quarter of the rim, on one side: more than spill-over (1 %), less than a rim."""

        def one_side(role, ratio, head):
            offset = head - np.asarray(CENTER)
            depth = 11.0 - np.linalg.norm(offset, axis=-1)
            cap = (depth >= 0) & (depth < 3.0) & (offset[..., 0] > 4.0)
            if role in DARK_CORE:
                ratio[cap] = DARK_CORE[role]
            return ratio

        found = self.last(core=DARK_CORE, paint=one_side)
        assert 15 < value(found, "rim_restricted_percent") < 29
        assert found.status is Status.INDETERMINATE
        assert "confined to the core cannot be told" in found.sentence

    def test_thin_restricted_rim_is_seen_on_coarse_dwi(self):
        thin = (Ball(CENTER, 10.0, 2.2),)
        visits = [treated(), Visit("t2", T2, thin, core=DARK_CORE, rim=DARK_CORE)]
        found = answer(central_diffusion_restriction, visits)
        assert found.favours is Favours.TTP
        assert value(found, "rim_restricted_percent") > 30
        visits = [treated(), Visit("t2", T2, thin, core=DARK_CORE)]
        found = answer(central_diffusion_restriction, visits)
        assert found.status is Status.PRESENT
        assert value(found, "rim_restricted_percent") < 5

    def test_core_thinner_than_the_dwi_voxels_is_not_called_absent(self):
        flat = (Ball(CENTER, 5.0, 1.9, radii=(11.0, 11.0, 3.2)),)
        visits = [treated(), Visit("t2", T2, flat, core=DARK_CORE)]
        found = answer(central_diffusion_restriction, visits)
        assert found.status is Status.INDETERMINATE
        assert "too thin" in found.sentence

    def test_rim_alone_is_absent_without_central_restriction(self):
        assert self.last(rim=DARK_CORE).status is Status.ABSENT

    @pytest.mark.parametrize("blood", [{R.T1: 1.6}, {R.SWI: 0.3}])
    def test_blood_in_the_core_makes_it_indeterminate(self, blood):
        found = self.last(core={**DARK_CORE, **blood})
        assert found.status is Status.INDETERMINATE
        assert "blood" in found.sentence.lower()

    def test_bevacizumab_before_makes_it_indeterminate_unless_it_was_there(self):
        drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1))
        item = central_diffusion_restriction
        late = Visit("t2", T2, self.ring, core=DARK_CORE)
        assert answer(item, [treated(), late], events=[drug]).status is Status.INDETERMINATE
        early = Visit("t1", smaller().date, self.ring, core=DARK_CORE)
        assert answer(item, [treated(), early, late], events=[drug]).status is Status.PRESENT

    def test_absent_says_what_absence_means(self):
        assert any("absence" in c and "LA25 §2.2" in c for c in self.last().caveats)

    def test_small_cell_lung_cancer_on_record_is_named_beside_a_restricted_rim(self):
        def told(text):
            events = [ClinicalEvent(EventKind.HISTOLOGY, Date(2023, 1, 1), text=text)]
            last = Visit("t2", T2, self.ring, core=DARK_CORE, rim=DARK_CORE)
            item = central_diffusion_restriction
            return answer(item, [treated(), last], events=events).caveats[0]

        assert "which is on record here" in told("small cell lung carcinoma")
        assert "which is on record here" not in told("non-small cell lung carcinoma")

    def test_coagulative_necrosis_is_not_expected_to_be_tumour(self):
        drug = ClinicalEvent(EventKind.BEVACIZUMAB, Date(2025, 6, 1))
        late = Visit("t2", T2, self.ring, core=DARK_CORE)
        found = answer(central_diffusion_restriction, [treated(), late], events=[drug])
        assert "not expected to reflect active tumour" in found.sentence

    def test_missing_swi_and_t1_is_told(self):
        found = self.last(core=DARK_CORE, roles=(R.T1C, R.DWI, R.ADC))
        assert found.status is Status.PRESENT
        assert any("no pre-contrast T1 and no SWI" in c for c in found.caveats)

    def test_missing_adc_is_named(self):
        with pytest.raises(NotAssessableError, match=r"no ADC at any follow-up; .*LA25"):
            self.last(roles=(R.T1C, R.DWI))

    def test_solid_lesion_has_no_core_to_judge(self):
        found = answer(
            central_diffusion_restriction, [treated(), Visit("t2", T2, (Ball(CENTER, 9.0),))]
        )
        assert found.status is Status.NOT_ASSESSABLE  # the sign does not apply, it is not negative
        assert "No non-enhancing core" in found.limitation
        assert value(found, "core_adc_ratio") is None
