"""What the module knows: a reader at work on one case, and the case's nodes in the scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

from ..common import scene_actions, settings
from ..dose import dvh_chart
from ..hanging import slice_views
from ..hanging.hanging import Hanging
from ..hanging.viewing import Viewing
from ..report.writing import Writing
from ..session.keeping import KeepingFile
from .assessing import Assessing
from .parameter_node import RNAssessParameterNode

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.findings.finding import Status
    from RNAssessLib.panel.reading.changes import (
        Failed,
        FiguresChanged,
        PrescriptionChanged,
        RecordsChanged,
    )
    from RNAssessLib.panel.reading.running import Runner
    from RNAssessLib.panel.reading.view_model import PanelView
    from RNAssessLib.panel.session.session import ReaderSession


class RNAssessLogic(ScriptedLoadableModuleLogic, Assessing, Viewing, Writing, KeepingFile):
    """Holds a `Reading` and the nodes of its case; works without the panel.

    `changes` tells whoever subscribes what the reader changed, in every case that is opened.

    Long methods take ``progress(fraction, what)``, which cancels by raising CancelledError, and
    raise InputError for bad input; the scene is then as it was.
    """

    def __init__(self, runner: Runner | None = None, failed: Failed | None = None) -> None:
        from RNAssessLib.panel.reading import changes
        from RNAssessLib.panel.reading.running import AtOnce

        ScriptedLoadableModuleLogic.__init__(self)
        self._ownNodeIDs = []
        self._settling = slice_views.Settling()
        self.hanging = None
        self.runner = runner or AtOnce()
        self.changes = changes.Changes(failed or changes.log_failure)
        self.changes.on(changes.FiguresChanged, self._onFigures)
        self.changes.on(changes.RecordsChanged, self._onRecords)
        self.changes.on(changes.PrescriptionChanged, self._onPrescription)
        self.forget()

    @property
    def assessment(self) -> Assessment | None:
        """The case with everything the reader did; None without one."""
        return None if self.reader is None else self.reader.assessment

    @assessment.setter
    def assessment(self, assessment: Assessment) -> None:
        if self.reader is not None:
            self.reader.assessment = assessment

    @property
    def session(self) -> ReaderSession:
        """What the reader recorded; an empty session without a case."""
        from RNAssessLib.panel.session.session import ReaderSession

        return ReaderSession() if self.reader is None else self.reader.session

    def getParameterNode(self) -> RNAssessParameterNode:
        """Return the wrapped parameter node."""
        return RNAssessParameterNode(super().getParameterNode())

    def forget(self) -> None:
        """Let go of everything (the scene was closed)."""
        self.reader = None
        self.nodes = None
        self.isodoses = None
        self.chart = self.curves = None
        self.keepWith(None)
        self.notice = ""
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

    def view(self) -> PanelView | None:
        """Return the PanelView of now, None while there is no case."""
        return None if self.reader is None else self.reader.panel

    def show(self, assessment: object, session: object, progress: object) -> None:
        """Put an assessment into the scene in place of the one before."""
        from RNAssessLib.panel.dose.tissue_curves import all_curves
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
            curves = all_curves(assessment, view.courses)
            chart = dvh_chart.build_chart(scene, curves)
        if self.isodoses is not None:  # the reader's own levels, too
            self.isodoses.clear()
        else:  # what a scene that was opened again holds of a case
            fresh = set(added)
            self._ownNodeIDs += [i for i in own_nodes(scene) if i not in fresh]
        scene_actions.remove_nodes(scene, self._ownNodeIDs)
        self._ownNodeIDs, self.chart, self.curves = added, chart, curves
        self.nodes = nodes
        self.isodoses = IsodoseLayer(assessment, nodes)
        kept = settings.shown_isodoses()
        if kept:
            self.isodoses.show_only(kept)
        self.desk = None
        when = {t.id: _("{0}, {1} months").format(t.date, t.months) for t in view.case.timepoints}
        if self.hanging is not None:
            self.hanging.views.release()
        self.hanging = Hanging(assessment, nodes, self._ownNodeIDs, when)
        self.hanging.hang()
        file_nodes(scene, nodes, assessment)
        self.arrangeViews()

    # --- the reader decides -----------------------------------------------------------------------

    def prescribe(self, course: str, target: str, doseGy: float) -> None:
        """Use the reader's prescription: indices and isodoses anew; raises InputError."""
        from RNAssessLib.case import InputError
        from RNAssessLib.panel.reading.running import AtOnce

        reader, problems = self.reader, []
        held, reader.runner = reader.runner, AtOnce()  # a second: too short for a dialog
        try:
            fields = self.isodoses.fields
            reader.prescribe(course, target, doseGy, fields, said=problems.append)
        finally:
            reader.runner = held
        if problems:
            raise InputError(target, problems[0].removeprefix(f"{target}: "))

    def decide(self, lesion: str, finding: str, status: Status, reason: str) -> None:
        """Record an answer for any item; raises ValueError when an override gives no reason."""
        computed = self.assessment.lesion(lesion).finding(finding)
        self.setSession(self.session.decide(lesion, computed, status, reason))

    def setSession(self, session: ReaderSession) -> None:
        """Record another state of the decisions, unless another process keeps them."""
        self.reader.follow("Following the decisions", session)

    def correctOutlines(
        self, timepoint: str, outlines: Mapping, done: Callable[[], None] = lambda: None
    ) -> None:
        """Take corrected outlines of some lesions; raises InputError when they do not fit.

        Parameters
        ----------
        timepoint : str
        outlines : mapping of lesion id to mapping of MaskKind to Mask
        done : callable
            Called once they are taken.
        """
        self.reader.correct(timepoint, outlines, done)

    # --- what follows in the scene ----------------------------------------------------------------

    def _onFigures(self, change: FiguresChanged) -> None:
        """Outlines, places and evidence as they are now."""
        from RNAssessLib.scene import update_session
        from RNAssessLib.scene.follow import follow_assessment
        from RNAssessLib.scene.subject_hierarchy import file_nodes

        if self.nodes is None:
            return
        scene = slicer.mrmlScene
        with scene_actions.added_nodes(scene) as added:
            self.nodes = follow_assessment(scene, self.nodes, change.before, change.after)
        file_nodes(scene, self.nodes, change.after)
        self._ownNodeIDs += added
        self.hanging.renew(change.after)
        self.lightEvidence(*self._lit)
        update_session(self.nodes.document, self.session, change.after)

    def _onRecords(self, change: RecordsChanged) -> None:
        """The scene's document holds them, too."""
        from RNAssessLib.scene import update_session

        if self.nodes is not None:
            update_session(self.nodes.document, change.after)

    def _onPrescription(self, change: PrescriptionChanged) -> None:
        self.isodoses.follow(change.after)
