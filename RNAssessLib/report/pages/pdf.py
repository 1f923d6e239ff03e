"""Assessment to ``report.pdf``: one page of summary, then the evidence, then the method."""

from __future__ import annotations

from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress, silent
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.style import default_isodoses


def render_pdf(
    assessment: Assessment, progress: Progress = silent, session: ReaderSession | None = None
) -> bytes:
    """Return the report as PDF (A4); equal input gives the same bytes.

    Parameters
    ----------
    assessment : Assessment
    progress : Progress
    session : ReaderSession, optional
        The reader's answers stand in place of computed ones, which are named beside them.

    Raises
    ------
    ModuleNotFoundError
        When the extra `report` (reportlab, matplotlib) is not installed.
    """
    from .layout import build_document, register_fonts
    from .pages import build_dose_pages, build_lesion_pages, build_method_pages, build_reader_pages
    from .summary import build_summary

    register_fonts()
    isodoses = default_isodoses(assessment)
    session = session or ReaderSession()
    story = build_summary(assessment, session)
    for index, assessed in enumerate(assessment.lesions):
        progress(index / len(assessment.lesions), f"pages of {assessed.lesion.id}")
        story += build_lesion_pages(assessment, assessed, isodoses, session)
    story += build_reader_pages(assessment, session)
    story += build_dose_pages(assessment)
    story += build_method_pages(assessment)
    made = build_document(story, case_id=assessment.prepared.case.id, version=assessment.version)
    progress(1.0, "PDF laid out")
    return made


def write_pdf(
    assessment: Assessment,
    path: Path,
    progress: Progress = silent,
    session: ReaderSession | None = None,
) -> None:
    """Write `render_pdf` to a file."""
    path.write_bytes(render_pdf(assessment, progress, session))
