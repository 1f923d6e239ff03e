"""RANO-BM categories at and around their limits."""

import pytest

from RNAssessLib.course.response import (
    ClinicalStatus,
    Response,
    SteroidUse,
    assess_response,
    is_measurable,
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([[20.0], [14.0]], Response.PARTIAL),  # exactly 30 % less
        ([[20.0], [14.1]], Response.STABLE),
        ([[20.0], [0.0]], Response.COMPLETE),
        ([[25.0], [30.0]], Response.PROGRESSION),  # exactly 20 % and 5 mm
        ([[20.0], [24.5]], Response.STABLE),  # 22.5 % but only 4.5 mm
        ([[40.0], [46.0]], Response.STABLE),  # 6 mm but only 15 %
        ([[20.0], [10.0], [15.0]], Response.PROGRESSION),  # against the nadir, not baseline
        ([[20.0, 10.0], [13.0, 13.0]], Response.STABLE),
    ],
)
def test_limits(rows, expected):
    assert assess_response(rows).response is expected


def test_reappearance_after_complete_response_is_progression():
    assert assess_response([[20.0], [0.0], [6.0]]).response is Response.PROGRESSION
    assert assess_response([[20.0], [0.0], [6.0]]).change_from_nadir_percent is None


def test_steroid_and_clinical_status_count():
    rows = [[20.0], [10.0]]
    raised = assess_response(rows, steroid=SteroidUse.MORE)
    assert raised.response is None  # stable disease, too, asks for a stable or lower dose
    assert "a raised dose alone is no progression" in raised.notes[0]
    worse = assess_response(rows, clinical=ClinicalStatus.WORSE)
    assert worse.response is Response.PROGRESSION
    gone = assess_response([[20.0], [0.0]], steroid=SteroidUse.STABLE_OR_LESS)
    assert gone.response is Response.PARTIAL  # complete response needs no corticosteroid


def test_new_lesion_is_progression_and_unknowns_are_said():
    result = assess_response([[20.0], [10.0]], new_lesion=True)
    assert result.response is Response.PROGRESSION
    assert any("corticosteroid not given" in note for note in result.notes)


def test_at_most_five_lesions_the_largest_at_baseline():
    result = assess_response([[10, 20, 30, 40, 50, 60], [10, 20, 30, 40, 50, 0]])
    assert result.baseline_mm == 200
    assert result.sum_mm == 140


def test_a_lesion_below_10_mm_is_no_target():
    # 4 to 9 mm is +125 % and 5 mm, yet neither was measurable
    with pytest.raises(ValueError, match="no lesion was measurable at baseline"):
        assess_response([[4.0], [9.0]])
    mixed = assess_response([[20.0, 8.0], [20.0, 16.0]])
    assert (mixed.response, mixed.sum_mm) == (Response.STABLE, 20.0)
    assert any("1 lesion not measurable at baseline" in note for note in mixed.notes)
    thin = assess_response([[20.0, 12.0], [20.0, 24.0]], measurable=(True, False))
    assert thin.response is Response.STABLE


def test_nothing_is_said_of_shrinkage_when_nothing_shrank():
    grown = assess_response([[20.0], [21.0]], steroid=SteroidUse.MORE)
    assert grown.response is None
    assert not any("shrinkage" in note for note in grown.notes)


def test_a_new_lesion_under_immunotherapy_is_said_not_to_define_progression():
    notes = assess_response([[20.0], [20.0]], new_lesion=True).notes
    assert any("except under immunotherapy" in note for note in notes)


def test_measurable():
    assert is_measurable(10.0, 5.0, 2)
    assert not is_measurable(9.9, 9.0, 5)
    assert not is_measurable(12.0, 4.9, 5)
    assert not is_measurable(12.0, 6.0, 1)


def test_bad_tables_are_refused():
    for rows in ([[20.0]], [[], []], [[20.0], [1.0, 2.0]], [[0.0], [5.0]]):
        with pytest.raises(ValueError):
            assess_response(rows)


def test_a_change_within_the_spread_of_the_diameters_is_no_response_and_no_progression():
    """20 to 26 mm is progression unless each is known to 5 mm only: then the ± is 7.1 mm."""
    rows = [[20.0], [26.0]]
    assert assess_response(rows, errors_mm=[[1.0], [1.0]]).response is Response.PROGRESSION
    doubted = assess_response(rows, errors_mm=[[5.0], [5.0]])
    assert doubted.response is Response.STABLE
    assert doubted.notes[0] == "the change of the diameters lies within its ± of 10.0 mm"
    shrunk = assess_response([[20.0], [13.0]], errors_mm=[[5.0], [5.1]])
    assert shrunk.response is Response.STABLE
    assert shrunk.change_from_baseline_percent == pytest.approx(-35.0)
    gone = assess_response([[5.0 * 2], [0.0]], errors_mm=[[12.0], [0.0]])
    assert gone.response is Response.COMPLETE
