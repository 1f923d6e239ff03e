"""Where the views look and what they show."""

from __future__ import annotations

import slicer

from ..common import scene_actions
from . import evidence_marks, reading_views, slice_views


class Viewing:
    """Part of the logic that moves and fills the views; nothing happens without a case."""

    nodes = None
    hanging = None
    isodoses = None

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
        from RNAssessLib.panel.hanging.third_row import item_row

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
        plot = reading_views.PLOT_TAG if self.dvhInLayout else ""
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
