"""How a case comes to be assessed: from files, from what is kept of it, from the scene, made."""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import slicer

from ..common import settings

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.case import Case, Progress
    from RNAssessLib.evidence import Thresholds
    from RNAssessLib.panel.reading.reading import Reading
    from RNAssessLib.panel.session.session import ReaderSession

    Make = Callable[[Thresholds, Progress], Assessment]


class Assessing:
    """Part of the logic that opens cases; `show`, `keepWith` and `openKept` are the logic's."""

    _phantomFolder = None

    def assessPath(self, path: str, progress: Progress, saved: str = "") -> None:
        """Assess and show a case file or DICOM folder, or open what is kept of it."""
        from RNAssessLib.case import part
        from RNAssessLib.commands.kept_case import open_kept
        from RNAssessLib.panel.session.file import beside

        keepIn = beside(Path(path))
        if not settings.keeps_prepared():
            case = read_and_tell(path, part(progress, 0.0, 0.15))
            self.assessCase(case, part(progress, 0.15, 1.0), saved, keepIn)
            return
        opened = open_kept(
            argparse.Namespace(case=path, set=None),
            lambda: read_and_tell(path, part(progress, 0.0, 0.15)),
            tell=logging.info,
        )
        self._begin(opened.id, opened.assess, part(progress, 0.15, 1.0), saved, keepIn)

    def assessSaved(self, progress: Progress, saved: str = "") -> None:
        """Assess the case of a scene that was opened again, from the images in it."""
        from RNAssessLib.scene.saved_case import read_saved_case

        self.assessCase(read_saved_case(slicer.mrmlScene), progress, saved)

    def assessPhantom(self, name: str, progress: Progress) -> None:
        """Make a digital patient as a DICOM study and assess it like any other."""
        from RNAssessLib.case import part
        from RNAssessLib.panel.session.file import beside
        from RNAssessLib.phantom import build_phantom, write_study

        # kept as long as the case may be saved: its case file names these images
        self._phantomFolder = tempfile.TemporaryDirectory(prefix="RNAssess-")
        study = Path(self._phantomFolder.name) / name
        patient = build_phantom(name, progress=part(progress, 0.0, 0.15))
        write_study(patient, study, part(progress, 0.15, 0.25))
        case = read_and_tell(str(study), part(progress, 0.25, 0.35))
        self.assessCase(case, part(progress, 0.35, 1.0), "", beside(study))

    def assessCase(
        self, case: Case, progress: Progress, saved: str = "", keepIn: Path | None = None
    ) -> None:
        """Assess and show a case; decisions kept for the same case are taken up again.

        `saved` is what the scene holds of them, `keepIn` the file that they are saved to at once.
        """

        def make(thresholds: Thresholds, part_of: Progress) -> Assessment:
            from RNAssessLib.assessment import assess

            return assess(case, thresholds, part_of)

        self._begin(case.id, make, progress, saved, keepIn)

    def _begin(
        self, caseId: str, make: Make, progress: Progress, saved: str, keepIn: Path | None
    ) -> None:
        """Take up the decisions kept for a case, assess with their thresholds, and show it."""
        from RNAssessLib.case import part
        from RNAssessLib.panel.session.file import newest_session

        keeping, kept = (None, None) if keepIn is None else self.openKept(keepIn, caseId)
        try:
            session = newest_session((saved, "" if kept is None else kept.to_json()), caseId)
            assessment = make(session.thresholds(), part(progress, 0.0, 0.85))
            reader = self._readerOf(assessment, session)
            self.show(reader.assessment, session, part(progress, 0.85, 1.0))
        except BaseException:
            if keeping is not None and keeping is not self.keeping:
                keeping.close()
            raise
        self.reader = reader
        self.keepWith(keeping)
        self.notice = "" if kept is None else kept.notice

    def _readerOf(self, assessment: Assessment, session: ReaderSession) -> Reading:
        from RNAssessLib.panel.reading.reading import Reading

        return Reading(assessment, session, self.runner, self, self.changes)

    def assessLesson(self, lesson: object, progress: Progress) -> None:
        """Open a lesson, its answers hidden; raises InputError for another case's answers."""
        from RNAssessLib.case import part
        from RNAssessLib.panel.session.session import ReaderSession
        from RNAssessLib.panel.teaching.desk import TeachingDesk

        assessment = lesson.load(part(progress, 0.0, 0.85))
        desk = TeachingDesk(assessment, lesson)
        session = ReaderSession().for_case(assessment.prepared.case.id)
        self.show(assessment, session, part(progress, 0.85, 1.0))
        self.reader = self._readerOf(assessment, session)
        self.keepWith(None)
        self.desk = desk

    def assessAgain(self, progress: Progress) -> None:
        """Evaluate the open case with the thresholds of now; nothing is aligned again.

        Thresholds of registration and segmentation take effect when the case is opened again.
        """
        from RNAssessLib.assessment import assess_prepared
        from RNAssessLib.case import part

        assessment = assess_prepared(
            self.assessment.prepared, self.session.thresholds(), part(progress, 0.0, 0.85)
        )
        self.show(assessment, self.session, part(progress, 0.85, 1.0))
        self.reader.replace(assessment)


def read_and_tell(path: str, progress: Progress) -> Case:
    """Read a case file or DICOM folder; the console gets a folder's table."""
    from RNAssessLib.case import part
    from RNAssessLib.panel.opening.case_opening import tell_sorting
    from RNAssessLib.study import read_case

    tell_sorting(Path(path), print, part(progress, 0.0, 0.33))
    return read_case(path, part(progress, 0.33, 1.0))
