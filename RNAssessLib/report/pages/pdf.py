"""Assessment to ``report.pdf``: two pages that tell the case, then the appendix."""

from __future__ import annotations

from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress, silent
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.style import default_isodoses

from .paper import PAPER


def render_pdf(
    assessment: Assessment,
    progress: Progress = silent,
    session: ReaderSession | None = None,
    *,
    paper: str = PAPER,
) -> bytes:
    """Return the report as PDF; equal input gives the same bytes.

    Parameters
    ----------
    assessment : Assessment
    progress : Progress
    session : ReaderSession, optional
        The reader's answers stand in place of computed ones, which are named beside them.
    paper : str
        ``a4`` or ``letter``.

    Raises
    ------
    ModuleNotFoundError
        When the extra `report` (reportlab, matplotlib) is not installed.
    """
    from .front import build_front
    from .layout import build_document, register_fonts
    from .pages import (
        build_dose_pages,
        build_lesion_pages,
        build_method_pages,
        build_reader_pages,
        open_appendix,
    )
    from .second import build_second

    register_fonts()
    isodoses = default_isodoses(assessment)
    session = session or ReaderSession()
    story = build_front(assessment, session, paper) + build_second(assessment)
    story += open_appendix()
    for index, assessed in enumerate(assessment.lesions):
        progress(index / len(assessment.lesions), f"pages of {assessed.lesion.id}")
        story += build_lesion_pages(assessment, assessed, isodoses, session)
    story += build_reader_pages(assessment, session)
    story += build_dose_pages(assessment)
    story += build_method_pages(assessment)
    made = build_document(
        story, case_id=assessment.prepared.case.id, version=assessment.version, paper=paper
    )
    progress(1.0, "PDF laid out")
    return made


def write_pdf(
    assessment: Assessment,
    path: Path,
    progress: Progress = silent,
    session: ReaderSession | None = None,
    *,
    paper: str = PAPER,
) -> None:
    """Write `render_pdf` to a file."""
    path.write_bytes(render_pdf(assessment, progress, session, paper=paper))
