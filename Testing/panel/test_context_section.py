"""Literature beside a lesion: the figures of the model, worded as what they are."""

from dataclasses import replace

from RNAssessLib.panel.context_section import context_tables
from RNAssessLib.panel.view_model import build_panel
from RNAssessLib.prognosis.nomogram import NomogramInputs, compute_nomogram


def with_nomogram(assessment, **inputs):
    first = assessment.lesions[0]
    nomogram = compute_nomogram(NomogramInputs(**inputs))
    lesions = (replace(first, nomogram=nomogram), *assessment.lesions[1:])
    return replace(assessment, lesions=lesions)


def test_nomogram_is_relative_odds_that_can_be_checked_by_hand(assessment):
    case = with_nomogram(
        assessment, gtv_cm3=10.0, bed_gy=79.2, tc_percent=97.0, targeted_therapy=True
    )
    table = context_tables(case, case.lesions[0])[0]
    assert "relative odds" in table.title
    texts = [row.text for row in table.rows]
    for ratio in ("1.65", "0.04", "0.32", "0.3 "):  # PP23's factors of this patient
        assert any(t.startswith(f"OR {ratio}") for t in texts), ratio
    odds = next(row for row in table.rows if row.name == "relative_odds")
    assert odds.text.startswith("0.00634")
    estimate = next(row for row in table.rows if "not from the paper" in row.label)
    assert estimate.text.endswith("%")
    assert table.note  # the paper's inconsistencies are shown


def test_a_lesion_without_dose_says_why_there_is_no_nomogram(assessment):
    first = replace(assessment.lesions[0], why_no_nomogram="no dose of its course")
    table = context_tables(assessment, first)[0]
    assert (table.rows, table.note) == ((), "no dose of its course")


def test_panel_carries_the_tables(assessment):
    case = with_nomogram(
        assessment, gtv_cm3=10.0, bed_gy=79.2, tc_percent=97.0, targeted_therapy=True
    )
    view = build_panel(case)
    assert view.lesions[0].context[0].title.startswith("Nomogram")
    for word in ("diagnosis", "diagnosed"):
        assert word not in " ".join(t.title + t.note for t in view.lesions[0].context)
