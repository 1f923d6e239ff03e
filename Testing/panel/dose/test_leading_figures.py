"""The dose page opens with six figures of a target and folds the rest; classes have words."""

import pytest

from RNAssessLib.case import Quantity
from RNAssessLib.panel.dose.dose_section import leading_names
from RNAssessLib.panel.reading.view_model import build_panel
from RNAssessLib.panel.words.figures import figure_row


def test_a_target_opens_with_what_leads(assessment):
    table = build_panel(assessment).courses[0].tables[0]
    names = {row.name for row in table.rows}
    assert [row.name for row in table.leading] == [
        row.name for row in table.rows if row.name in leading_names(1)
    ]
    assert {row.name for row in table.leading} | {row.name for row in table.folded} == names
    assert 0 < len(table.leading) <= 6


def test_a_table_in_which_nothing_leads_is_open(assessment):
    plan = build_panel(assessment).courses[0].tables[2]
    assert plan.leading == plan.rows
    assert plan.folded == ()


@pytest.mark.parametrize("fractions", [1, 3, 5, 10, 30])
def test_six_lead_at_every_fractionation(fractions):
    assert len(set(leading_names(fractions))) == 6


def test_they_are_figures_of_a_target(assessment):
    from RNAssessLib.dosimetry.course import compute_course
    from Testing.scene.assessments import Detail, make_course

    (_, target) = compute_course(make_course(Detail())).targets
    assert set(leading_names(1)) <= {q.name for q in target.quantities}


def test_classes_have_words():
    row = figure_row(
        Quantity("bed_class", 2.0, "class", "0: < 60, 1: 60 to 73, 2: >= 73 Gy (PP23)")
    )
    assert row.text == "≥ 73 Gy"
