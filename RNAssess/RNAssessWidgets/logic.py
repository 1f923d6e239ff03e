"""What the module knows: one assessment, its nodes, and what the reader did with it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

from . import dvh_chart, evidence_marks, reading_views, scene_actions, slice_views
from .hanging import Hanging
from .keeping import KeepingFile
from .parameter_node import RNAssessParameterNode
from .writing import Writing


class RNAssessLogic(ScriptedLoadableModuleLogic, Writing, KeepingFile):
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
        from RNAssessLib.panel.session import ReaderSession

        self.assessment = None
        self.nodes = None
        self.isodoses = None
        self.chart = None
        self.session = ReaderSession()
        self.reader = None
        self.keepWith(None)
        self.keepProblem = ""
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
        from RNAssessLib.panel.view_model import build_panel

        return None if self.assessment is None else build_panel(self.assessment, self.session)

    # --- assessing --------------------------------------------------------------------------------

    def assessPath(self, path: str, progress: object, saved: str = "") -> None:
        """Read, assess and show a case file or DICOM folder; the console gets a folder's table."""
        from RNAssessLib.case import part
        from RNAssessLib.panel.case_opening import tell_sorting
        from RNAssessLib.panel.session_file import beside
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
        from RNAssessLib.panel.reader_case import ReaderCase
        from RNAssessLib.panel.session_file import newest_session

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
        from RNAssessLib.panel.reader_case import ReaderCase
        from RNAssessLib.panel.session import ReaderSession
        from RNAssessLib.panel.teaching_desk import TeachingDesk

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
        from RNAssessLib.panel.third_row import build_third_rows
        from RNAssessLib.panel.view_model import build_panel
        from RNAssessLib.scene import build_scene
        from RNAssessLib.scene.isodose_layer import IsodoseLayer
        from RNAssessLib.scene.saved_case import own_nodes

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
        self.arrangeViews()

    # --- showing ----------------------------------------------------------------------------------

    def jump(self, target: object) -> None:
        """Take every slice view of the layout to a point."""
        if self.nodes is not None:
            scene, nodes = slicer.mrmlScene, self.nodes
            self._settling.instead(lambda: scene_actions.jump(scene, nodes, target))
            self.lightEvidence(*self._lit)

    def goHome(self, lesion: str, target: object) -> None:
        """Take every view to a lesion, near enough to see it in its dose, all at one size."""
        from RNAssessLib.scene.views import near_field_mm

        if self.nodes is None:
            return
        scene, nodes = slicer.mrmlScene, self.nodes
        radii = {one.id: one.radius_mm for one in self.assessment.prepared.lesions}
        field = near_field_mm(radii.get(lesion, 0.0))

        def look() -> None:
            slice_views.fit(scene, nodes, field)
            scene_actions.jump(scene, nodes, target)

        self._settling.instead(look)
        self.lightEvidence(lesion, "")

    def go(self, pointLpsMm: tuple[float, float, float]) -> None:
        """Take every slice view to a point; planes stay."""
        if self.nodes is not None:
            scene, nodes = slicer.mrmlScene, self.nodes
            self._settling.instead(lambda: scene_actions.go(scene, nodes, pointLpsMm))

    def turn(self, plane: object) -> None:
        """Turn every view to a plane; evidence shows in its own."""
        if self.nodes is not None:
            self._settling.stop()
            reading_views.turn(slicer.mrmlScene, self.nodes, plane)
            self.lightEvidence(*self._lit)

    def restoreViews(self) -> None:
        """Hang what belongs into the views: another module may have put its images there."""
        if self.hanging is not None:
            self.hanging.views.restore()
            self.arrangeViews()

    def lightEvidence(self, lesion: str, finding: str) -> None:
        """Show the evidence of one item only."""
        self._lit = (lesion, finding)
        if self.nodes is not None:
            plan = self.hanging.plan
            evidence_marks.light(slicer.mrmlScene, self.nodes, plan, lesion, finding)

    def hover(self, ras: tuple | None, node: object) -> None:
        """Show the words of the evidence under the mouse."""
        if self.nodes is not None:
            evidence_marks.hover(slicer.mrmlScene, self.nodes, ras, node)

    def hangAgain(self) -> None:
        """Fill the rows that follow the item anew."""
        if self.hanging is not None:
            self.hanging.hang()

    def itemRow(self, lesion: str, finding: str) -> object:
        """Return what an item is read on beyond T1c and FLAIR (ThirdRow), or None."""
        from RNAssessLib.panel.third_row import item_row

        if not finding:
            return None
        return item_row(self.hanging.rows, self.assessment.lesion(lesion).finding(finding))

    def showRow(self, row: object, lesion: str = "") -> None:
        """Hang what an item is read on; without one the views stay as they are."""
        if self.hanging is not None:
            self.hanging.unflip()
            self.hanging.set_lesion(lesion)
            self.hanging.follow(row)
            self.arrangeViews()

    def callRow(self, key: str) -> None:
        """Hang one content until it is called again; an empty key follows the item."""
        if self.hanging is not None:
            self.hanging.call(key)
            self.arrangeViews()

    def nextPair(self) -> None:
        """Lay the outlines of the next two studies over each other."""
        if self.hanging is not None:
            self.hanging.next_pair()

    def flicker(self, cell: object) -> None:
        """Show the study before in a view, the same plane, and back."""
        if self.hanging is not None:
            self.hanging.flip(cell)

    def setThirdRowVisible(self, visible: bool) -> None:
        """Show or hide the row of views that follows the item."""
        if self.thirdRowVisible != visible:
            self.thirdRowVisible = visible
            self.arrangeViews()

    def setDvhInLayout(self, shown: bool) -> None:
        """Show the DVH among the views, or take it out again."""
        self.dvhInLayout = shown
        self.arrangeViews()

    def arrangeViews(self) -> None:
        """Lay out exactly the views of the case; where they look stays."""
        if self.nodes is None:
            return
        scene, nodes = slicer.mrmlScene, self.nodes
        depth = self.hanging.depth if self.thirdRowVisible else 0
        plot = dvh_chart.VIEW_TAG if self.dvhInLayout else ""
        before = slice_views.where(scene, nodes)
        if reading_views.arrange(scene, nodes, extra_rows=depth, plot=plot):

            def look() -> None:
                if before is not None:
                    slice_views.fit(scene, nodes, before[1])
                    scene_actions.go(scene, nodes, before[0])
                if self.hanging is not None:
                    self.hanging.views.name_all()  # of views made just now

            self._settling.do(look)

    def useSlicersOwnLayout(self) -> bool:
        """Put a layout of Slicer's own in place of ours; False when ours was not shown."""
        return self.nodes is not None and reading_views.use_slicers_own(
            slicer.mrmlScene, self.nodes
        )

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

        scene = slicer.mrmlScene
        with scene_actions.added_nodes(scene) as added:
            self.nodes = follow_assessment(scene, self.nodes, before, self.assessment)
        self._ownNodeIDs += added
        self.hanging.renew(self.assessment)
        self.lightEvidence(*self._lit)
