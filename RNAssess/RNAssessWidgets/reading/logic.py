"""What the module knows: one assessment, its nodes, and what the reader did with it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

from ..dose import dvh_chart
from ..hanging import slice_views
from ..hanging.hanging import Hanging
from ..hanging.viewing import Viewing
from ..report.writing import Writing
from ..session.keeping import KeepingFile
from . import scene_actions
from .parameter_node import RNAssessParameterNode


class RNAssessLogic(ScriptedLoadableModuleLogic, Viewing, Writing, KeepingFile):
    """Holds one assessment and its nodes; works without the panel.

    Long methods take ``progress(fraction, what)``, which cancels by raising CancelledError, and
    raise InputError for bad input; the scene is then as it was.
    """

    def __init__(self) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        self._ownNodeIDs = []
        self._phantomFolder = None
        self._settling = slice_views.Settling()
        self.hanging = None
        self.forget()

    def getParameterNode(self) -> RNAssessParameterNode:
        """Return the wrapped parameter node."""
        return RNAssessParameterNode(super().getParameterNode())

    def forget(self) -> None:
        """Let go of everything (the scene was closed)."""
        from RNAssessLib.panel.session.session import ReaderSession

        self.assessment = None
        self.nodes = None
        self.isodoses = None
        self.chart = None
        self.session = ReaderSession()
        self.reader = None
        self.keepWith(None)
        self.keepProblem = ""
        if getattr(self, "desk", None) is not None:
            self.desk.close()
        self.desk = None
        if self.hanging is not None:
            self.hanging.views.release()
        self._settling.stop()
        self.hanging = None
        self.dvhInLayout = False
        self.thirdRowVisible = True
        self._lit = ("", "")
        self._ownNodeIDs = []

    def view(self) -> object:
        """Return the PanelView of now, None while there is no case."""
        from RNAssessLib.panel.reading.view_model import build_panel

        return None if self.assessment is None else build_panel(self.assessment, self.session)

    # --- assessing --------------------------------------------------------------------------------

    def assessPath(self, path: str, progress: object, saved: str = "") -> None:
        """Read, assess and show a case file or DICOM folder; the console gets a folder's table."""
        from RNAssessLib.case import part
        from RNAssessLib.panel.opening.case_opening import tell_sorting
        from RNAssessLib.panel.session.file import beside
        from RNAssessLib.study import read_case

        tell_sorting(Path(path), print, part(progress, 0.0, 0.05))
        case = read_case(path, part(progress, 0.05, 0.15))
        self.assessCase(case, part(progress, 0.15, 1.0), saved, beside(Path(path)))

    def assessSaved(self, progress: object, saved: str = "") -> None:
        """Assess the case of a scene that was opened again, from the images in it."""
        from RNAssessLib.scene.saved_case import read_saved_case

        self.assessCase(read_saved_case(slicer.mrmlScene), progress, saved)

    def assessPhantom(self, name: str, progress: object) -> None:
        """Make a digital patient as a DICOM study and assess it like any other."""
        from RNAssessLib.case import part
        from RNAssessLib.phantom import build_phantom, write_study

        # kept as long as the case may be saved: its case file names these images
        self._phantomFolder = tempfile.TemporaryDirectory(prefix="RNAssess-")
        study = Path(self._phantomFolder.name) / name
        patient = build_phantom(name, progress=part(progress, 0.0, 0.15))
        write_study(patient, study, part(progress, 0.15, 0.25))
        self.assessPath(str(study), part(progress, 0.25, 1.0))

    def assessCase(
        self, case: object, progress: object, saved: str = "", keepIn: Path | None = None
    ) -> None:
        """Assess and show a case; decisions kept for the same case are taken up again.

        `saved` is what the scene holds of them, `keepIn` the file that they are saved to at once.
        """
        from RNAssessLib.assessment import assess
        from RNAssessLib.case import part
        from RNAssessLib.panel.reading.reader_case import ReaderCase
        from RNAssessLib.panel.session.file import newest_session

        keeping, kept = (None, None) if keepIn is None else self.openKept(keepIn, case.id)
        try:
            session = newest_session((saved, "" if kept is None else kept.to_json()), case.id)
            assessment = assess(case, session.thresholds(), part(progress, 0.0, 0.85))
            reader = ReaderCase(assessment)
            assessment = reader.follow(assessment, session)
            self.show(assessment, session, part(progress, 0.85, 1.0))
        except BaseException:
            if keeping is not None and keeping is not self.keeping:
                keeping.close()
            raise
        self.reader = reader
        self.keepWith(keeping)
        self.keepProblem = "" if kept is None else kept.notice

    def assessLesson(self, lesson: object, progress: object) -> None:
        """Open a lesson, its answers hidden; raises InputError for another case's answers."""
        from RNAssessLib.case import part
        from RNAssessLib.panel.reading.reader_case import ReaderCase
        from RNAssessLib.panel.session.session import ReaderSession
        from RNAssessLib.panel.teaching.desk import TeachingDesk

        assessment = lesson.load(part(progress, 0.0, 0.85))
        desk = TeachingDesk(assessment, lesson)
        session = ReaderSession().for_case(assessment.prepared.case.id)
        self.show(assessment, session, part(progress, 0.85, 1.0))
        self.reader = ReaderCase(assessment)
        self.keepWith(None)
        self.desk = desk

    def assessAgain(self, progress: object) -> None:
        """Evaluate the open case with the thresholds of now; nothing is aligned again.

        Thresholds of registration and segmentation take effect when the case is opened again.
        """
        from RNAssessLib.assessment import assess_prepared
        from RNAssessLib.case import part

        assessment = assess_prepared(
            self.assessment.prepared, self.session.thresholds(), part(progress, 0.0, 0.85)
        )
        self.show(assessment, self.session, part(progress, 0.85, 1.0))

    def show(self, assessment: object, session: object, progress: object) -> None:
        """Put an assessment into the scene in place of the one before."""
        from RNAssessLib.panel.hanging.third_row import build_third_rows
        from RNAssessLib.panel.reading.view_model import build_panel
        from RNAssessLib.scene import build_scene
        from RNAssessLib.scene.isodose_layer import IsodoseLayer
        from RNAssessLib.scene.saved_case import own_nodes
        from RNAssessLib.scene.subject_hierarchy import file_nodes

        scene = slicer.mrmlScene
        with scene_actions.added_nodes(scene) as added:
            rows = build_third_rows(assessment.prepared)
            below = max((len(row.contents) for row in rows), default=0)
            nodes = build_scene(scene, assessment, progress, session=session, extra_row=below)
            view = build_panel(assessment, session)
            chart = dvh_chart.build_chart(scene, view.courses)
        if self.isodoses is not None:  # the reader's own levels, too
            self.isodoses.clear()
        else:  # what a scene that was opened again holds of a case
            fresh = set(added)
            self._ownNodeIDs += [i for i in own_nodes(scene) if i not in fresh]
        scene_actions.remove_nodes(scene, self._ownNodeIDs)
        self._ownNodeIDs, self.chart = added, chart
        self.assessment, self.nodes, self.session = assessment, nodes, session
        self.isodoses = IsodoseLayer(assessment, nodes)
        self.desk = None
        when = {t.id: f"{t.date}, {t.months} months" for t in view.case.timepoints}
        if self.hanging is not None:
            self.hanging.views.release()
        self.hanging = Hanging(assessment, nodes, self._ownNodeIDs, when)
        self.hanging.hang()
        file_nodes(scene, nodes, assessment)
        self.arrangeViews()

    # --- dose -------------------------------------------------------------------------------------

    def prescribe(self, course: str, target: str, doseGy: float) -> None:
        """Use the reader's prescription: indices and isodoses anew; raises InputError."""
        from RNAssessLib.assessment import with_prescriptions

        self.assessment = with_prescriptions(
            self.assessment, course, {target: doseGy}, self.isodoses.fields
        )
        self.isodoses.follow(self.assessment)

    # --- the reader decides -----------------------------------------------------------------------

    def decide(self, lesion: str, finding: str, status: object, reason: str) -> None:
        """Record the reader's answer; raises ValueError when an override gives no reason."""
        computed = self.assessment.lesion(lesion).finding(finding)
        self.setSession(self.session.decide(lesion, computed, status, reason))

    def editEvents(self, events: tuple) -> None:
        """Take an edited list of clinical events; what depends on it is computed anew."""
        self.setSession(self.session.set_events(events, self.reader.given_events))

    def correctOutlines(self, timepoint: str, outlines: Mapping, progress: object = None) -> None:
        """Take corrected outlines of some lesions; raises InputError when they do not fit.

        Parameters
        ----------
        timepoint : str
        outlines : mapping of lesion id to mapping of MaskKind to Mask
        """
        from RNAssessLib.lesions.correction import correct_masks

        session, prepared = self.session, self.assessment.prepared
        for lesion, masks in outlines.items():
            prepared = correct_masks(prepared, timepoint, lesion, masks)  # before it is kept
            session = session.set_masks(timepoint, lesion, masks)
        self.setSession(session, progress)

    def place(self, timepoint: str, role: object, placed: object, progress: object) -> None:
        """Keep a Registration that the reader accepted; that study is prepared again."""
        from RNAssessLib.realign import images_of

        images = images_of(self.assessment.prepared, timepoint, role)
        self.setSession(self.session.set_place(timepoint, role, placed, images), progress)

    def setSession(self, session: object, progress: object = None) -> None:
        """Take and keep another state of the decisions (undo, redo), unless another process does.

        `keepProblem` then says so, and nothing has changed.
        """
        if self.mayRecord():
            self._take(session, progress)
            self._keep()

    def _take(self, session: object, progress: object = None) -> None:
        """Go on with another state of the decisions, in the scene's document, too."""
        from RNAssessLib.case import silent
        from RNAssessLib.scene import update_session

        before, after = self.assessment, None
        if before is not None:
            after = self.reader.follow(before, session, progress or silent)
        self.session, self.assessment = session, after
        if self.nodes is not None:
            if after is not before:
                self._followScene(before)
            update_session(self.nodes.document, session, after if after is not before else None)

    def _followScene(self, before: object) -> None:
        """Outlines, places and evidence as they are now."""
        from RNAssessLib.scene.follow import follow_assessment
        from RNAssessLib.scene.subject_hierarchy import file_nodes

        scene = slicer.mrmlScene
        with scene_actions.added_nodes(scene) as added:
            self.nodes = follow_assessment(scene, self.nodes, before, self.assessment)
        file_nodes(scene, self.nodes, self.assessment)
        self._ownNodeIDs += added
        self.hanging.renew(self.assessment)
        self.lightEvidence(*self._lit)
