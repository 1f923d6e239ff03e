"""Pictures of the clinical course in the report: what is drawn, read back from the figure."""

import datetime
from dataclasses import replace

import pytest

from RNAssessLib.amend import with_events
from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.evidence import literature
from RNAssessLib.panel.course.timeline_chart import build_timeline
from RNAssessLib.report.document.html import render_report
from RNAssessLib.report.pages.course_plots import draw_context, draw_timeline


@pytest.fixture(scope="module")
def treated(necrosis):
    """The necrosis patient with drugs; its own assessment is left as it is."""
    _, assessment = necrosis
    last = assessment.prepared.timepoints[-1].date
    before = last - datetime.timedelta(days=60)
    return with_events(assessment, (
        ClinicalEvent(EventKind.TARGETED, before, drug="osimertinib"),
        ClinicalEvent(EventKind.STEROID, before, drug="dexamethasone", dose_mg_per_day=8.0),
        ClinicalEvent(EventKind.KPS, before, value=70.0),
        ClinicalEvent(EventKind.BEVACIZUMAB, last, dose_mg_per_kg=5.0),
    ))  # fmt: skip


def test_timeline_draws_curves_lanes_and_steps(treated):
    timeline = build_timeline(treated, treated.lesions[0])
    volumes, oedema, lanes, drugs, kps = draw_timeline(timeline).axes
    drawn = {c.get_label(): c.lines[0].get_xydata() for c in volumes.containers}
    t1c = drawn["Enhancing (T1c)"]
    entries = treated.lesions[0].serial
    assert t1c[:, 1] == pytest.approx([e.value("enhancing_cm3") for e in entries])
    assert [c.get_label() for c in oedema.containers] == ["FLAIR hyperintensity"]
    assert [t.get_text() for t in lanes.get_yticklabels()] == [
        "Radiotherapy", "Bevacizumab", "Targeted therapy",
    ]  # fmt: skip
    assert drugs.lines[0].get_drawstyle() == "steps-post"
    assert list(kps.lines[0].get_ydata()) == [70.0]


def test_report_carries_pictures_and_events(treated):
    found = draw_context(treated.lesions[0])
    assert set(found) == {"three_axes", "nomogram"}
    assert "Calibrated estimate, not from the paper" in found["nomogram"]["caption"]
    assert "relative odds" in found["nomogram"]["svg"].lower()
    text = render_report(replace(treated, lesions=treated.lesions[:1]))
    assert "Guidance and literature" in text
    assert all(work.reference in text for work in literature())
    for expected in ('class="plot nomogram"', 'class="plot three_axes"', "Clinical events",
                     "Targeted therapy osimertinib", "Bevacizumab 5 mg/kg"):  # fmt: skip
        assert expected in text
    assert "targeted_therapy" not in text
    assert "1 timepoints" not in text
