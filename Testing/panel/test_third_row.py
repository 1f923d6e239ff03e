"""Which pictures hang below T1c and FLAIR for which item."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "scene"))

from assessments import make_assessment

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.panel.third_row import BY_ITEM, Made, build_third_rows, prior_of, row_of_item

R = SequenceRole


@pytest.fixture(scope="module")
def prepared():
    return make_assessment(2, roles=(R.T1C, R.FLAIR, R.ADC, R.DWI, R.SWI, R.T1)).prepared


def test_a_case_offers_what_it_holds(prepared):
    keys = [row.key for row in build_third_rows(prepared)]
    assert keys == ["ADC+DWI", "T1", "DWI", "ADC", "SWI", "growth", "overlay", "difference",
                    "subtraction", "dose"]  # fmt: skip


def test_one_study_without_t1_offers_no_change():
    keys = [row.key for row in build_third_rows(make_assessment(1).prepared)]
    assert keys == ["dose"]


@pytest.mark.parametrize(
    ("item", "shown_on", "key"),
    [
        ("central_diffusion_restriction", (R.ADC, R.T1C), "ADC+DWI"),
        ("swi_foci", (R.SWI,), "SWI"),
        ("shape_change", (R.T1C, R.T1C), "growth"),
        ("course_pattern", (R.T1C,), "growth"),
        ("dose_match", (R.T1C,), "dose"),
        ("new_lesions", (R.T1C,), "difference"),
    ],
)
def test_an_item_hangs_what_it_is_read_on(prepared, item, shown_on, key):
    assert row_of_item(build_third_rows(prepared), item, shown_on).key == key


@pytest.mark.parametrize(
    ("item", "shown_on"), [("cross_boundary", (R.T1C,)), ("perfusion", (R.RCBV,))]
)
def test_nothing_hangs_where_t1c_and_flair_are_all(prepared, item, shown_on):
    assert row_of_item(build_third_rows(prepared), item, shown_on) is None


def test_a_hidden_answer_is_not_given_away(prepared):
    rows = build_third_rows(prepared)
    assert row_of_item(rows, "shape_change", (R.T1C,), computed=False) is None
    assert row_of_item(rows, "dose_match", (R.T1C,), computed=False).contents == (Made.DOSE,)


def test_items_of_the_table_exist():
    assert set(BY_ITEM) <= {item.SPEC.id for item in REGISTRY}


def test_prior_is_the_study_before(prepared):
    assert prior_of(prepared, "t0") is None
    assert prior_of(prepared, "t1").id == "t0"
