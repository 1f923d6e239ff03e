"""Words of ``report.txt`` that once said the wrong thing or said it twice."""

from types import SimpleNamespace

import pytest

from RNAssessLib.case import Quantity
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.findings import dual_pathology, swiss_cheese
from RNAssessLib.report.document.dictation import _describe_change, name_items

DATES = {"t1": "2025-04-09", "t2": "2025-08-27"}


def entry(timepoint, enhancing, core, error):
    return SerialEntry(
        timepoint, 3.0,
        (Quantity("enhancing_cm3", enhancing, "cm3", "", error),
         Quantity("necrotic_core_cm3", core, "cm3", "", 0.1),
         Quantity("t1c_with_core_cm3", enhancing + core, "cm3", "", error),
         Quantity("flair_cm3", None, "cm3", undefined="no FLAIR"),
         Quantity("longest_diameter_mm", 20.0, "mm", "", 1.0)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "said"),
    [(1.9, "3.75 to 4.17 cm³ (+11 %, no more than its uncertainty)"),
     (0.2, "3.75 to 4.17 cm³ (+11 %)")],
)  # fmt: skip
def test_a_change_inside_its_error_says_so(error, said):
    told = _describe_change(entry("t1", 3.75, 0.0, error), entry("t2", 4.17, 0.0, error), DATES)
    assert f"enhancing part {said}" in told
    assert "necrotic core" not in told  # there was none and there is none
    assert "FLAIR" not in told


def test_a_part_that_appears_has_no_percentage():
    told = _describe_change(entry("t1", 3.0, 0.0, 0.1), entry("t2", 3.0, 1.0, 0.1), DATES)
    assert "necrotic core 0 to 1.0" in told.replace("1.00", "1.0")
    assert "inf" not in told and "nan" not in told


def test_items_are_called_by_their_titles():
    assert (
        name_items("regressed meanwhile (item 2).") == "regressed meanwhile (see Change in shape)."
    )
    assert name_items("0.15 cm³ (item 7 mm)") == "0.15 cm³ (item 7 mm)"


@pytest.mark.parametrize(
    ("count", "larger", "said"),
    [(0, 0, "No small hole in the enhancement at t2."),
     (0, 1, "No small hole in the enhancement at t2, beside 1 larger one."),
     (2, 3, "2 small holes (0.04 cm³ in all) in the enhancement at t2, beside 3 larger ones.")],
)  # fmt: skip
def test_holes(count, larger, said):
    assert swiss_cheese._tell(count, 0.04, larger, "t2") == said


@pytest.mark.parametrize(
    ("nodule", "ring", "word"),
    [(True, False, "no thin ring beside it"), (False, True, "without a nodule"),
     (False, False, "Neither")],
)  # fmt: skip
def test_what_of_two_processes_is_missing(nodule, ring, word):
    rim = SimpleNamespace(solid_cm3=0.99, thin_share=0.1)
    assert word in dual_pathology._tell_neither(rim, nodule, ring, "t2")
