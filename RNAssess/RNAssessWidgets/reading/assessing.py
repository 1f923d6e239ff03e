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
from RNAssessLib.panel.opening.case_opening import tell_sorting
from RNAssessLib.panel.opening.loading import Loaded, Opened, Source, load_case
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.session.file import beside
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.scene.saved_case import read_saved_case

from ..common import settings

PROGRAM = "3D Slicer"
PHANTOM_SHARE = 0.35  # of the progress: made, written, read


class Assessing:
    """Part of the logic that opens cases, by its runner; False when one was not finished.

    `show`, `store` and `keepWith` are the logic's. Every long method raises nothing: the runner
    says what went wrong, and what was open stays.
    """

    _phantomFolder = None
    notice = ""  # what was odd about the file of decisions when it was opened

    def assessPath(self, path: str, saved: str = "") -> bool:
        """Assess and show a case file or DICOM folder, or open what is kept of it.

        `saved` is what the scene holds of the decisions.
        """
        read = _read_kept if settings.keeps_prepared() else _read
        keepIn = beside(Path(path))
        return self._load(Source(lambda tell: read(path, tell), keep_in=keepIn, saved=saved))

    def assessScene(self, read: Callable[[], Case], saved: str = "") -> bool:
        """Assess what `read` makes of the scene; it raises InputError naming what is at fault."""
        return self._load(Source(lambda _tell: _opened(read()), saved=saved))

    def assessSaved(self, saved: str = "") -> bool:
        """Assess the case of a scene that was opened again, from the images in it."""
        return self.assessScene(lambda: read_saved_case(slicer.mrmlScene), saved)

    def assessPhantom(self, name: str) -> bool:
        """Make a digital patient as a DICOM study and assess it like any other."""
        from RNAssessLib.phantom import build_phantom, write_study

        # kept as long as the case may be saved: its case file names these images
        self._phantomFolder = tempfile.TemporaryDirectory(prefix="RNAssess-")
        study = Path(self._phantomFolder.name) / name

        def read(progress: Progress) -> Opened:
            patient = build_phantom(name, progress=part(progress, 0.0, 0.4))
            write_study(patient, study, part(progress, 0.4, 0.7))
            return _read(str(study), part(progress, 0.7, 1.0))

        return self._load(Source(read, PHANTOM_SHARE, beside(study)))

    def assessLesson(self, lesson: object) -> bool:
        """Open a lesson, its answers hidden; refused when the answers are to another case."""
        desks = []

        def read(progress: Progress) -> Opened:
            assessment = lesson.load(progress)
            desks.append(TeachingDesk(assessment, lesson))
            return _assessed(assessment)

        done = self._load(Source(read, share=1.0))
        if done:
            self.teach(desks[0])
        return done

    def assessAgain(self) -> bool:
        """Evaluate the open case with the thresholds of now; nothing is aligned again.

        Thresholds of registration and segmentation take effect when the case is opened again.
        """
        thresholds, prepared = self.session.thresholds(), self.assessment.prepared

        def compute(progress: Progress) -> Assessment:
            return RNAssessLib.assessment.assess_prepared(prepared, thresholds, progress)

        def show(assessment: Assessment, progress: Progress) -> None:
            self.show(assessment, self.session, progress)
            self.reader.replace(assessment)

        before = self.assessment
        self.runner.load("Assessing again", compute, show, logging.error)
        return self.assessment is not before

    def _load(self, source: Source) -> bool:
        before = self.reader

        def show(loaded: Loaded, progress: Progress) -> None:
            store, session = loaded.store, loaded.session
            reader = Reading(loaded.assessment, session, self.runner, store, self.changes)
            self.show(reader.assessment, session, progress)
            self.reader = reader
            self.keepWith(store)
            self.notice = loaded.notice

        load_case(
            self.runner, "Opening", source, show, logging.error, program=PROGRAM, held=self.store
        )
        return self.reader is not before


def _read(path: str, progress: Progress) -> Opened:
    return _opened(_read_and_tell(path, progress))


def _read_kept(path: str, progress: Progress) -> Opened:
    """Open what is kept of a case, or read it."""
    from RNAssessLib.commands.kept_case import open_kept

    given = argparse.Namespace(case=path, set=None)
    opened = open_kept(given, lambda: _read_and_tell(path, progress), tell=logging.info)
    return Opened(opened.id, opened.assess)


def _read_and_tell(path: str, progress: Progress) -> Case:
    """Read a case file or DICOM folder; the console gets a folder's table."""
    tell_sorting(Path(path), print, part(progress, 0.0, 0.33))
    return RNAssessLib.study.read_case(path, part(progress, 0.33, 1.0))


def _opened(case: Case) -> Opened:
    def assess(thresholds: object, progress: Progress) -> Assessment:
        return RNAssessLib.assessment.assess(case, thresholds, progress)

    return Opened(case.id, assess)


def _assessed(assessment: Assessment) -> Opened:
    return Opened(assessment.prepared.case.id, lambda _thresholds, _progress: assessment)
