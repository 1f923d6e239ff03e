"""What the module knows: a reader at work on one case, and the case's nodes in the scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import slicer
from slicer.i18n import tr as _
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.dose.tissue_curves import all_curves
from RNAssessLib.panel.hanging.third_row import build_third_rows
from RNAssessLib.panel.reading import changes
from RNAssessLib.panel.reading.running import AtOnce, Runner
from RNAssessLib.panel.reading.view_model import PanelView, build_panel
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.session.store import Store
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.panel.teaching.learner import Learner
from RNAssessLib.scene import SceneNodes, build_scene
from RNAssessLib.scene.desktop_hanging import DesktopHanging
from RNAssessLib.scene.desktop_views import DesktopViews
from RNAssessLib.scene.dvh_chart import build_chart
from RNAssessLib.scene.follow import SceneFollower
from RNAssessLib.scene.isodose_layer import IsodoseLayer
from RNAssessLib.scene.own_nodes import added_nodes, remove_nodes
from RNAssessLib.scene.saved_case import own_nodes
from RNAssessLib.scene.subject_hierarchy import file_nodes

from ..common import settings
from ..hanging import slice_views
from ..report.writing import Writing
from .assessing import Assessing
from .parameter_node import RNAssessParameterNode


class RNAssessLogic(ScriptedLoadableModuleLogic, Assessing, Writing):
    """Holds a `Reading` and the nodes of its case; works without the panel.

    `changes` tells whoever subscribes what the reader changed, in every case that is opened.

    Long methods take ``progress(fraction, what)``, which cancels by raising CancelledError, and
    raise InputError for bad input; the scene is then as it was.
    """

    def __init__(self, runner: Runner | None = None, failed: changes.Failed | None = None) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        self._ownNodeIDs = []
        self.store, self.learner = Store(), None
        self.runner = runner or AtOnce()
        self.changes = changes.Changes(failed or changes.log_failure)
        self.scene = SceneFollower(self.changes, self._adding)
        self._settling = slice_views.Settling()
        self.views = DesktopViews(self.scene, lambda: self.reader, self._settling)
        for kind, listen in (
            (changes.FiguresChanged, self._onFigures),
            (changes.PrescriptionChanged, self._onPrescription),
            (changes.SelectionChanged, self._onSelection),
        ):
            self.changes.on(kind, listen)
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
        return ReaderSession() if self.reader is None else self.reader.session

    @property
    def nodes(self) -> SceneNodes | None:
        """Nodes of the case in the scene."""
        return self.scene.held

    @property
    def hanging(self) -> DesktopHanging | None:
        """What hangs in which view."""
        return self.views.hanging

    @property
    def keeping(self) -> object:
        """Keeping of the file that decisions are saved to, or None."""
        return self.store.keeping

    @property
    def keepIn(self) -> object:
        """File that decisions are saved to at once, or None."""
        return self.store.path

    @property
    def unsaved(self) -> str:
        """A sentence as long as the file lacks something; empty once it holds all."""
        return self.store.unsaved

    @property
    def desk(self) -> TeachingDesk | None:
        """The lesson that is being answered, at the item that is selected; None without one."""
        return None if self.learner is None else self.learner.desk

    def teach(self, desk: TeachingDesk | None) -> None:
        """Hide the answers of the open case until a learner has given theirs; None: no more."""
        if self.learner is not None:
            self.learner.end()
        self.learner = None if desk is None else Learner(self.reader, desk)

    def getParameterNode(self) -> RNAssessParameterNode:
        """Return the wrapped parameter node."""
        return RNAssessParameterNode(super().getParameterNode())

    def forget(self) -> None:
        """Let go of everything (the scene was closed)."""
        self.reader = None
        self.scene.take(None, None)
        self.isodoses = None
        self.chart = self.curves = None
        self.keepWith(Store())
        self.notice = ""
        self.teach(None)
        self.views.forget()
        self._ownNodeIDs = []

    def keepWith(self, store: Store) -> None:
        """Save to another file from now on, and let the one before go."""
        if self.store is not store:
            self.store.close()
        self.store = store

    def view(self) -> PanelView | None:
        """Return the PanelView of now, None while there is no case."""
        return None if self.reader is None else self.reader.panel

    @contextmanager
    def _adding(self) -> Iterator[None]:
        """Nodes that are added inside are the case's own."""
        with added_nodes(slicer.mrmlScene) as added:
            yield
        self._ownNodeIDs += added

    def show(self, assessment: Assessment, session: ReaderSession, progress: Progress) -> None:
        """Put an assessment into the scene in place of the one before."""
        scene = slicer.mrmlScene
        with added_nodes(scene) as added:
            rows = build_third_rows(assessment.prepared)
            below = max((len(row.contents) for row in rows), default=0)
            nodes = build_scene(scene, assessment, progress, session=session, extra_row=below)
            view = build_panel(assessment, session)
            curves = all_curves(assessment, view.courses)
            chart = build_chart(scene, curves)
        if self.isodoses is not None:  # the reader's own levels, too
            self.isodoses.clear()
        else:  # what a scene that was opened again holds of a case
            fresh = set(added)
            self._ownNodeIDs += [i for i in own_nodes(scene) if i not in fresh]
        remove_nodes(scene, self._ownNodeIDs)
        self._ownNodeIDs, self.chart, self.curves = added, chart, curves
        self.scene.take(nodes, assessment)
        self.isodoses = IsodoseLayer(assessment, nodes)
        kept = settings.shown_isodoses()
        if kept:
            self.isodoses.show_only(kept)
        self.notice = ""
        self.teach(None)
        when = {t.id: _("{0}, {1} months").format(t.date, t.months) for t in view.case.timepoints}
        self.views.take(
            DesktopHanging(
                assessment, nodes, self._ownNodeIDs, when, lambda: self.reader,
                slice_views.write_corner,
            )
        )  # fmt: skip
        self.hanging.hang()
        file_nodes(scene, nodes, assessment)
        self.views.arrange()

    # --- the reader decides -----------------------------------------------------------------------

    def decide(self, lesion: str, finding: str, status: Status, reason: str) -> None:
        """Record an answer for any item; raises ValueError when an override gives no reason."""
        computed = self.assessment.lesion(lesion).finding(finding)
        session = self.session.decide(lesion, computed, status, reason)
        self.reader.follow("Following the decisions", session)

    def correctOutlines(
        self, timepoint: str, outlines: Mapping, done: Callable[[], None] = lambda: None
    ) -> None:
        """Take corrected outlines of some lesions; as `Reading.correct`."""
        self.reader.correct(timepoint, outlines, done)

    # --- what follows in the scene, once its nodes did -------------------------------------------

    def _onFigures(self, change: changes.FiguresChanged) -> None:
        """Pictures and evidence as they are now."""
        if self.nodes is not None:
            file_nodes(slicer.mrmlScene, self.nodes, change.after)
            self.hanging.renew(change.after)
            self.views.light()

    def _onPrescription(self, change: changes.PrescriptionChanged) -> None:
        self.isodoses.follow(change.after)

    def _onSelection(self, change: changes.SelectionChanged) -> None:
        self.views.follow(change.jump, home=not change.finding_id)

    # --- what is drawn over the images ------------------------------------------------------------

    def setIsodosesVisible(self, visible: bool) -> None:
        """Show or hide isodoses."""
        if self.isodoses is not None and self.isodoses.on != visible:
            self.isodoses.toggle()

    def setIsodoseOpacity(self, opacity: float) -> None:
        """Make the isodoses fainter or stronger (0.1 to 1)."""
        if self.isodoses is not None:
            self.isodoses.set_opacity(opacity)

    def setOutlinesVisible(self, visible: bool) -> None:
        """Show or hide lesion outlines."""
        for node in self.nodes.segmentations.values() if self.nodes else ():
            node.GetDisplayNode().SetVisibility(visible)
