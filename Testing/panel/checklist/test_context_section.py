"""Literature beside a lesion: the figures of the model, worded as what they are."""

from dataclasses import replace

from RNAssessLib.course.components import ComponentStep
from RNAssessLib.lesions.component_events import ComponentEvent, ComponentFate
from RNAssessLib.panel.checklist.context_section import context_tables
from RNAssessLib.panel.reading.view_model import build_panel
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
    # odds 0.00634 over the typical 0.1181: 3.2 %; its interval 0.000290-0.1383 carried through
    assert estimate.text == "3 % (< 1 to 42 %)"
    assert table.note  # the paper's inconsistencies are shown


def test_a_lesion_without_dose_says_why_there_is_no_nomogram(assessment):
    first = replace(assessment.lesions[0], why_no_nomogram="no dose of its course")
    table = context_tables(assessment, first)[0]
    assert (table.rows, table.note) == ((), "no dose of its course")


def test_parts_of_which_no_change_is_sure_share_one_row(assessment):
    def event(fate, before, after, cm3):
        return ComponentEvent(fate, before, after, cm3 * before, cm3 * after, 0.01, (0.0, 0.0, 0.0))

    events = (event(ComponentFate.STABLE, 1, 1, 9.21), event(ComponentFate.NEW, 0, 1, 0.17),
              event(ComponentFate.UNSURE, 0, 1, 0.12), event(ComponentFate.UNSURE, 1, 0, 0.05))  # fmt: skip
    step = ComponentStep("t1", "t2", events)
    first = replace(assessment.lesions[0], components=(step,))
    (table,) = (t for t in context_tables(assessment, first) if "parts followed" in t.title)
    assert [row.text for row in table.rows] == [
        "stable: 9.21 to 9.21 cm³",
        "new: 0 to 0.170 cm³",
        "2 small parts outlined otherwise: the largest 0 to 0.120 cm³",
    ]
    assert "no change is told" in table.rows[-1].tip


def test_panel_carries_the_tables(assessment):
    case = with_nomogram(
        assessment, gtv_cm3=10.0, bed_gy=79.2, tc_percent=97.0, targeted_therapy=True
    )
    view = build_panel(case)
    assert view.lesions[0].context[0].title.startswith("Nomogram")
    for word in ("diagnosis", "diagnosed"):
        assert word not in " ".join(t.title + t.note for t in view.lesions[0].context)


def test_the_calibrated_estimate_never_stands_without_its_interval(assessment):
    # the review's worked case: 26.4 %, relative odds 0.069 (0.0039-1.20)
    case = with_nomogram(
        assessment, gtv_cm3=10.0, bed_gy=70.0, tc_percent=97.0, targeted_therapy=False
    )
    rows = context_tables(case, case.lesions[0])[0].rows
    odds = next(row for row in rows if row.name == "relative_odds")
    assert odds.text == "0.0686 (0.00394 to 1.20)"
    estimate = next(row for row in rows if "not from the paper" in row.label)
    assert estimate.text == "26 % (2 to 86 %)"


def test_where_the_patient_leaves_the_cohort_is_said_first(assessment):
    case = with_nomogram(
        assessment, gtv_cm3=10.0, bed_gy=70.0, tc_percent=97.0, targeted_therapy=None,
        outside=("the lesion has not enlarged; all of PP23's had",),
    )  # fmt: skip
    rows = context_tables(case, case.lesions[0])[0].rows
    assert rows[0].text == "outside it: the lesion has not enlarged; all of PP23's had"
    assert any(row.name == "relative_odds_without_targeted_therapy" for row in rows)


def test_response_says_what_it_leaves_to_the_reader(assessment):
    from RNAssessLib.course.case_response import TimepointResponse
    from RNAssessLib.course.response import assess_response

    result = assess_response([[20.0, 8.0], [10.0, 8.0], [13.0, 16.0]])
    case = replace(assessment, response=(TimepointResponse("t2", result),))
    table = next(t for t in context_tables(case, case.lesions[0]) if "RANO-BM" in t.title)
    assert table.rows[0].text == "partial response, summed diameters 13.0 mm, +30 % from the " \
        "nadir of 10.0 mm"  # fmt: skip
    assert "1 lesion not measurable at baseline" in table.note
    assert "new enhancement away from the targets is not counted" in table.note
