"""Which pictures hang below T1c and FLAIR for which item."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "scene"))

from assessments import make_assessment

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.panel.hanging.plan import HangingPlan
from RNAssessLib.panel.hanging.third_row import (
    BY_ITEM,
    LEGENDS,
    Made,
    build_third_rows,
    first_row,
    item_row,
    prior_of,
    row_of_item,
)

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


def test_delayed_contrast_hangs_its_response_map():
    case = make_assessment(2, roles=(R.T1C, R.FLAIR, R.T1)).prepared
    held = [replace(t, timepoint=replace(t.timepoint, sequences={
                **t.timepoint.sequences, R.T1C_DELAYED: t.timepoint.sequences[R.T1]}))
            for t in case.timepoints]  # fmt: skip
    rows = build_third_rows(replace(case, timepoints=tuple(held)))
    assert [row.key for row in rows if Made.RESPONSE in row.contents] == ["response"]
    assert row_of_item(rows, "delayed_contrast", (R.T1C_DELAYED,)).contents == (Made.RESPONSE,)
    assert "blue: washed out" in LEGENDS[Made.RESPONSE]
    assert "more solid" in LEGENDS[Made.RESPONSE]
    assert row_of_item(build_third_rows(case), "delayed_contrast", ()) is None


def test_a_hidden_answer_is_not_given_away(prepared):
    rows = build_third_rows(prepared)
    assert row_of_item(rows, "shape_change", (R.T1C,), computed=False) is None
    assert row_of_item(rows, "dose_match", (R.T1C,), computed=False).contents == (Made.DOSE,)


@pytest.fixture(scope="module")
def assessment():
    from ..made_assessment import make_assessment as made

    return made()


def with_evidence_on(assessment, finding_id, role):
    """The item's finding as if its evidence were seen on another sequence."""
    finding = assessment.lesions[0].finding(finding_id)
    assert finding.evidence
    return replace(finding, evidence=tuple(replace(e, role=role) for e in finding.evidence))


def test_the_row_of_a_finding(assessment):
    rows = build_third_rows(assessment.prepared)
    finding = assessment.lesions[0].finding
    assert item_row(rows, finding("swi_foci")).key == "SWI"
    assert item_row(rows, finding("central_diffusion_restriction")).key == "ADC+DWI"
    assert item_row(rows, finding("cross_boundary")) is None
    assert first_row(rows).contents == (R.DWI,)


def test_evidence_comes_first_unless_it_is_hidden(assessment):
    rows = build_third_rows(assessment.prepared)
    finding = with_evidence_on(assessment, "cross_boundary", R.SWI)
    assert item_row(rows, finding).key == "SWI"
    assert item_row(rows, finding, hidden=True) is None
    shape = assessment.lesions[0].finding("shape_change")
    assert item_row(rows, shape).key == "growth"
    assert item_row(rows, shape, hidden=True) is None


def test_the_plan_of_the_views(assessment):
    @dataclass(frozen=True)
    class Cell:
        view: str
        timepoint: str
        role: object

    studies = ("t0", "t1", "t2")
    rows = [[Cell(f"{r}{t}", t, role) for t in studies]
            for r, role in enumerate((R.T1C, R.FLAIR, None, None))]  # fmt: skip
    plan = HangingPlan(assessment.prepared, rows)
    third, fourth = rows[2][1], rows[3][1]
    assert plan.content_of(third) is None and plan.content_of(rows[1][0]) is R.FLAIR
    held = {row.key: row for row in build_third_rows(assessment.prepared)}
    plan.row = held["growth"]
    assert plan.content_of(third) is Made.GROWTH and plan.role_of(third) is R.T1C
    assert plan.content_of(fourth) is None
    plan.row = held["ADC+DWI"]
    assert (plan.content_of(third), plan.content_of(fourth)) == (R.ADC, R.DWI)
    assert [plan.other(cell) for cell in rows[0]] == ["t1", "t0", "t1"]
    assert plan.flip(third) and plan.timepoint_of(third) == "t0"
    assert plan.timepoint_of(fourth) == "t1"
    assert plan.flip(third) and plan.timepoint_of(third) == "t1"


def test_items_of_the_table_exist():
    assert set(BY_ITEM) <= {item.SPEC.id for item in REGISTRY}


def test_prior_is_the_study_before(prepared):
    assert prior_of(prepared, "t0") is None
    assert prior_of(prepared, "t1").id == "t0"
