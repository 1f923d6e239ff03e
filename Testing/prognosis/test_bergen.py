"""The Bergen criteria: five characteristics, one point for each that is absent (PMID 32642686)."""

from dataclasses import replace
from datetime import date as Date
from types import SimpleNamespace

import pytest

from RNAssessLib.case import ClinicalEvent, Course, EventKind, PreparedCourse, Technique
from RNAssessLib.prognosis.bergen import BergenCharacteristic, compute_bergen, score
from RNAssessLib.prognosis.cohort import Setting, WholeBrain
from RNAssessLib.prognosis.inputs import NomogramInputs

TREATED = Date(2025, 1, 10)
SETTING = Setting(TREATED, Date(2025, 12, 1))
INPUTS = NomogramInputs(1.9, 60.0, 98.5, None)


def case(*events, courses=()):
    placed = tuple(PreparedCourse(c, None, "no dose") for c in courses)
    return SimpleNamespace(case=SimpleNamespace(events=events), courses=placed)


def lung(text="adenocarcinoma of the lung"):
    return ClinicalEvent(EventKind.HISTOLOGY, Date(2023, 1, 1), text=text)


@pytest.mark.parametrize(
    ("points", "share"), [(0, 100), (1, 100), (2, 57), (3, 43), (4, 16), (5, 16)]
)
def test_each_number_of_points_has_its_published_share(points, share):
    found = score([BergenCharacteristic(str(n), n >= points, "") for n in range(5)])
    assert (found.least, found.most) == (points, points)
    assert f"pseudo-progression in {share} % of its lesions" in found.published


def test_characteristics_are_read_from_plan_and_history():
    found = compute_bergen(case(lung()), INPUTS, SETTING)
    present = {c.name: c.present for c in found.characteristics}
    assert present == {
        "earlier whole-brain radiotherapy": False,
        "earlier radiosurgery": False,
        "target coverage of at least 98 %": True,
        "volume of at most 2 cm³": True,
        "lung primary": True,
    }
    assert (found.least, found.most) == (2, 2)
    assert "57 %" in found.published


def test_earlier_radiotherapy_takes_its_point_away():
    first = Course("srs-0", Date(2023, 5, 1), Technique.GAMMA_KNIFE, 1)
    after = Course("srs-2", Date(2025, 6, 1), Technique.GAMMA_KNIFE, 1)  # not yet given then
    setting = replace(SETTING, whole_brain=(WholeBrain(Date(2022, 1, 1)),))
    found = compute_bergen(case(lung(), courses=(first, after)), INPUTS, setting)
    assert found.least == 0
    later = compute_bergen(case(lung(), courses=(after,)), INPUTS, SETTING)
    assert later.least == 2


def test_limits_are_those_of_the_paper():
    for inputs, points in (
        (NomogramInputs(2.0, 60.0, 98.0, None), 2),
        (NomogramInputs(2.1, 60.0, 98.0, None), 3),
        (NomogramInputs(2.1, 60.0, 97.9, None), 4),
    ):
        assert compute_bergen(case(lung()), inputs, SETTING).least == points


def test_what_is_not_known_makes_a_range_of_points():
    found = compute_bergen(case(), NomogramInputs(1.0, 60.0, None, None), SETTING)
    assert (found.least, found.most) == (2, 4)
    assert found.published.count("pseudo-progression") == 3
    other = compute_bergen(case(lung("breast cancer, HER2 positive")), INPUTS, SETTING)
    assert other.characteristics[-1].present is False
