"""Fractions and prescription of a case from a scene, as they are typed."""

from datetime import date, timedelta

import pytest

from RNAssessLib.case import InputError
from RNAssessLib.panel.opening.scene_plan import odd_plan, read_plan


def test_usual_numbers_are_taken_as_they_stand():
    assert read_plan("3", "27") == (3, 27.0)
    assert odd_plan("1", "20", date(2025, 3, 1)) == ()


@pytest.mark.parametrize(("fractions", "dose", "field"), [
    ("many", "20", "Fractions"), ("1", "-3", "Prescription"), ("1", "twenty", "Prescription"),
])  # fmt: skip
def test_what_cannot_be_names_its_field(fractions, dose, field):
    with pytest.raises(InputError, match=field):
        read_plan(fractions, dose)


def test_what_is_unusual_is_told_for_dose_and_day():
    told = odd_plan("1", "60", date.today() - timedelta(days=1))
    assert len(told) == 1 and "60" in told[0]
    assert len(odd_plan("1", "20", date(1901, 1, 1))) == 1
