"""What the module knows: one assessment, its nodes, and what the reader did with it."""

from __future__ import annotations

from collections.abc import Mapping

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

from ..common import scene_actions
from ..dose import dvh_chart
from ..hanging import slice_views
from ..hanging.hanging import Hanging
from ..hanging.viewing import Viewing
from ..report.writing import Writing
from ..session.keeping import KeepingFile
from .assessing import Assessing
from .parameter_node import RNAssessParameterNode


class RNAssessLogic(ScriptedLoadableModuleLogic, Assessing, Viewing, Writing, KeepingFile):
    """Holds one assessment and its nodes; works without the panel.

    Long methods take ``progress(fraction, what)``, which cancels by raising CancelledError, and
    raise InputError for bad input; the scene is then as it was.
    """

    def __init__(self) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        self._ownNodeIDs = []
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
