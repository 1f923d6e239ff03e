"""Everything `rnassess assess` leaves on disk, whole or not at all."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress, part, silent
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.document.dictation import write_dictation
from RNAssessLib.report.document.html import write_report
from RNAssessLib.report.document.json_report import build_document, write_json
from RNAssessLib.report.pages.paper import PAPER
from RNAssessLib.report.pages.pdf import write_pdf
from RNAssessLib.report.tables.csv_tables import write_tables
from RNAssessLib.report.text.catalogue import SOURCE
from RNAssessLib.storage import whole_folder
from RNAssessLib.study.case_file_writer import can_write, write_case_file


def write_outputs(
    assessment: Assessment,
    out: Path,
    progress: Progress = silent,
    session: ReaderSession | None = None,
    *,
    language: str = SOURCE,
    structured: bool = False,
    paper: str = PAPER,
) -> tuple[Path, ...]:
    """Write report (HTML, PDF, text), ``assessment.json``, tables, ``case.toml``, ``scene.mrb``.

    Files are made in a hidden folder and moved in place at the end, so that a cancelled, killed or
    failed run leaves what was there before.

    Parameters
    ----------
    assessment : Assessment
    out : Path
        Created when missing; files of an earlier run are replaced.
    progress : Progress
    session : ReaderSession, optional
        The reader's answers and measurements, which all of them then tell.
    language : str
        Of ``report.txt``.
    structured : bool
        ``report.txt`` under headings.
    paper : str
        Of ``report.pdf``: one of `RNAssessLib.report.pages.paper.PAPERS_MM`.

    Returns
    -------
    tuple of Path
        What was written, in reading order. ``report.pdf`` is missing without the extra `pdf`
        (reportlab), ``scene.mrb`` without the extra `web` (slicer-core).

    Raises
    ------
    InputError
        When `out` cannot be written.
    """
    with whole_folder(out) as stage:
        progress(0.0, "writing assessment.json")
        write_json(build_document(assessment, session), stage / "assessment.json")
        write_tables(assessment, stage, session)
        if can_write(assessment.prepared.case):
            write_case_file(assessment.prepared.case, stage / "case.toml", relative_to=out)
        progress(0.1, "drawing report.html")
        write_report(assessment, stage / "report.html", part(progress, 0.1, 0.4), session)
        text = write_dictation(assessment, session, language=language, structured=structured)
        (stage / "report.txt").write_text(text, encoding="utf-8")
        if importlib.util.find_spec("reportlab") is not None:
            pages = part(progress, 0.4, 0.7)
            write_pdf(assessment, stage / "report.pdf", pages, session, paper=paper)
        else:
            progress(0.7, "report.pdf left out: the extra 'pdf' (reportlab) is not installed")
        if importlib.util.find_spec("slicer") is not None:
            _write_scene(assessment, stage / "scene.mrb", part(progress, 0.7, 1.0), session)
        else:
            progress(1.0, "scene.mrb left out: the extra 'web' (slicer-core) is not installed")
        names = _in_reading_order(p.name for p in stage.iterdir())
    return tuple(out / name for name in names)


def _write_scene(
    assessment: Assessment, path: Path, progress: Progress, session: ReaderSession | None
) -> None:
    from RNAssessLib.scene import build_scene, new_scene, save_mrb

    scene = new_scene()
    build_scene(scene, assessment, progress=progress, session=session)
    save_mrb(scene, path)


def _in_reading_order(names: Iterable[str]) -> list[str]:
    order = ("report.html", "report.pdf", "report.txt", "assessment.json", "scene.mrb", "case.toml")
    return sorted(
        names, key=lambda name: (order.index(name) if name in order else len(order), name)
    )
