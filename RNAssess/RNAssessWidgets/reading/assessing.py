"""How a case comes to be assessed: from files, from what is kept of it, from the scene, made."""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import slicer

import RNAssessLib.assessment
import RNAssessLib.study
from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Case, Progress, part
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.opening.case_opening import tell_sorting
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.session.file import beside, newest_session
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.session.store import Store
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.scene.saved_case import read_saved_case

from ..common import settings

Make = Callable[[Thresholds, Progress], Assessment]
PROGRAM = "3D Slicer"


class Assessing:
    """Part of the logic that opens cases; `show`, `store` and `keepWith` are the logic's."""

    _phantomFolder = None
    notice = ""  # what was odd about the file of decisions when it was opened

    def assessPath(self, path: str, progress: Progress, saved: str = "") -> None:
        """Assess and show a case file or DICOM folder, or open what is kept of it."""
        from RNAssessLib.commands.kept_case import open_kept

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
        self.assessCase(read_saved_case(slicer.mrmlScene), progress, saved)

    def assessPhantom(self, name: str, progress: Progress) -> None:
        """Make a digital patient as a DICOM study and assess it like any other."""
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
            return RNAssessLib.assessment.assess(case, thresholds, part_of)

        self._begin(case.id, make, progress, saved, keepIn)

    def _begin(
        self, caseId: str, make: Make, progress: Progress, saved: str, keepIn: Path | None
    ) -> None:
        """Take up the decisions kept for a case, assess with their thresholds, and show it."""
        store, kept = Store(), ReaderSession(case_id=caseId)
        if keepIn is not None:
            store, kept = Store.open(keepIn, PROGRAM, caseId, self.store)
        try:
            session = newest_session((saved, kept.to_json()), caseId)
            assessment = make(session.thresholds(), part(progress, 0.0, 0.85))
            reader = Reading(assessment, session, self.runner, store, self.changes)
            self.show(reader.assessment, session, part(progress, 0.85, 1.0))
        except BaseException:
            if store is not self.store:
                store.close()
            raise
        self.reader = reader
        self.keepWith(store)
        self.notice = kept.notice

    def assessLesson(self, lesson: object, progress: Progress) -> None:
        """Open a lesson, its answers hidden; raises InputError for another case's answers."""
        assessment = lesson.load(part(progress, 0.0, 0.85))
        desk = TeachingDesk(assessment, lesson)
        session = ReaderSession().for_case(assessment.prepared.case.id)
        self.show(assessment, session, part(progress, 0.85, 1.0))
        self.reader = Reading(assessment, session, self.runner, changes=self.changes)
        self.keepWith(Store())
        self.teach(desk)

    def assessAgain(self, progress: Progress) -> None:
        """Evaluate the open case with the thresholds of now; nothing is aligned again.

        Thresholds of registration and segmentation take effect when the case is opened again.
        """
        assessment = RNAssessLib.assessment.assess_prepared(
            self.assessment.prepared, self.session.thresholds(), part(progress, 0.0, 0.85)
        )
        self.show(assessment, self.session, part(progress, 0.85, 1.0))
        self.reader.replace(assessment)


def read_and_tell(path: str, progress: Progress) -> Case:
    """Read a case file or DICOM folder; the console gets a folder's table."""
    tell_sorting(Path(path), print, part(progress, 0.0, 0.33))
    return RNAssessLib.study.read_case(path, part(progress, 0.33, 1.0))
