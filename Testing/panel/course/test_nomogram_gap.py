"""What stands in place of the nomogram names the input, and where it is given."""

from RNAssessLib.panel.course.nomogram_gap import DOSE, EVENT, find_gap
from RNAssessLib.prognosis.inputs import NomogramInputs
from RNAssessLib.prognosis.nomogram import compute_nomogram


def gap(gtv, bed, coverage, targeted, *why):
    return find_gap(compute_nomogram(NomogramInputs(gtv, bed, coverage, targeted, why_missing=why)))


def test_nothing_is_missing():
    assert gap(10.0, 79.2, 97.0, True) is None


def test_only_targeted_therapy_is_unknown_and_the_odds_are_known_either_way():
    found = gap(10.0, 79.2, 97.0, None, ("targeted_therapy", "none is recorded"))
    assert found.entry == EVENT
    # 1.65 * 0.04 * 0.32 without, * 0.30 with (PP23 Table 3)
    assert "targeted therapy not known (none is recorded)" in found.text
    assert "Relative odds 0.0211 if without targeted therapy" in found.text
    assert "Relative odds 0.00634 if with targeted therapy" in found.text


def test_a_dose_that_is_missing_is_given_with_the_plan():
    found = gap(10.0, None, 97.0, None, ("bed_gy", "no prescription"))
    assert found.entry == DOSE and "BED not known (no prescription)" in found.text
    assert "Relative odds" not in found.text


def test_no_course_at_all():
    found = find_gap(None, "no dose of the course that treated it")
    assert found.text == "The nomogram is not computed: no dose of the course that treated it."
    assert found.entry == ""
