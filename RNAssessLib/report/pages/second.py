"""Second page: volumes with treatment over time, the dose in the figures that count, the DVH."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.course.timeline_chart import build_timeline

from ..document.content import describe_accumulated
from ..document.dose_rows import dose_rows
from .course_plots import draw_timeline
from .layout import WIDTH_MM, heading, picture, table, text
from .plots import draw_dvh, draw_volumes

TIMELINES_UP_TO = 2  # lesions; with more, their volumes share one chart
ACCUMULATED_ROWS = 4


def build_second(assessment: Assessment) -> list[Flowable]:
    """Flowables of the second page."""
    story: list[Flowable] = [PageBreak()]
    lesions = assessment.lesions
    if 0 < len(lesions) <= TIMELINES_UP_TO:
        wide = WIDTH_MM * (0.95 if len(lesions) == 1 else 0.62)
        for assessed in lesions:
            title = f"{assessed.lesion.id} {assessed.lesion.name}: volume and treatment"
            timeline = picture(draw_timeline(build_timeline(assessment, assessed)), wide)
            story += [*heading(title, room_mm=60), timeline]
    elif lesions:
        story += [*heading("Volume of every lesion, with core", "h2", room_mm=60),
                  picture(draw_volumes(assessment), WIDTH_MM * 0.8)]  # fmt: skip
    story += [*heading("Dose", "h1"), *_dose_table(assessment)]
    for total in assessment.accumulated[:1]:
        told = describe_accumulated(total)
        rows = [
            [one["title"], r["label"], r["value"]]
            for one in told["tables"] for r in one["rows"][:ACCUMULATED_ROWS]
        ]  # fmt: skip
        story += [*heading(told["title"]),
                  table(("Structure", "Cumulative", "Value"), rows[:8], (50, 80, 48))]  # fmt: skip
    wide = WIDTH_MM * (0.6 if len(lesions) == TIMELINES_UP_TO else 0.8)
    for dosimetry in assessment.courses:
        story.append(picture(draw_dvh(dosimetry), wide))
    return story


def _dose_table(assessment: Assessment) -> list[Flowable]:
    heads, rows = dose_rows(assessment)
    if not rows:
        return [text("No dose with targets in this case: nothing to compute.", "body")]
    count = len(heads) - 2
    made = table(heads, rows, (17, 18, *([27] * count)), numbers=range(2, 2 + count))
    note = "Normal brain and every other figure with its definition: see the appendix, Dose."
    return [made, text(note, "small")]
