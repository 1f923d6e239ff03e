"""Where the views look and what they show."""

from __future__ import annotations

import slicer

from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.words.rows import JumpTo
from RNAssessLib.scene import evidence_marks, looking, reading_layout
from RNAssessLib.scene.views import near_field_mm


class Viewing:
    """Part of the logic that moves and fills the views; nothing happens without a case."""

    nodes = None
    hanging = None
    isodoses = None
    reader: Reading | None = None

    def jump(self, target: JumpTo) -> None:
        """Take every slice view of the layout to a point."""
        self.go(target.point_reference_lps_mm, target.plane)
        self.lightEvidence()

    def goHome(self) -> None:
        """Take every view to the lesion, near enough to see it in its dose, all at one size."""
        if self.nodes is None or self.reader.lesion is None:
            return
        home, field = self.reader.lesion.home, near_field_mm(self.reader.radius_mm)

        def look() -> None:
            for node in looking.slice_nodes(self.nodes):
                looking.set_field(node, field)
                looking.look(node, home.point_reference_lps_mm, home.plane)

        self._settling.instead(look)
        self.lightEvidence()

    def go(self, pointLpsMm: tuple[float, float, float], plane: object = None) -> None:
        """Take every slice view to a point; planes stay unless one is given."""
        if self.nodes is not None:

            def look() -> None:
                for node in looking.slice_nodes(self.nodes):
                    looking.look(node, pointLpsMm, plane)

            self._settling.instead(look)

    def turn(self, plane: object) -> None:
        """Turn every view to a plane; evidence shows in its own."""
        if self.nodes is not None:
            self._settling.stop()
            for node in looking.slice_nodes(self.nodes):
                looking.turn(node, plane)
            self.lightEvidence()

    def restoreViews(self) -> None:
        """Hang what belongs into the views: another module may have put its images there."""
        if self.hanging is not None:
            self.hanging.views.restore()
            self.arrangeViews()

    def lightEvidence(self) -> None:
        """Show the evidence of the selected item only, unless it is hidden."""
        if self.nodes is not None and self.reader is not None:
            reader = self.reader
            finding = "" if reader.finding_id and reader.hides() else reader.finding_id
            evidence_marks.light(
                slicer.mrmlScene, self.nodes, self.hanging.plan, reader.lesion_id, finding
            )

    def hover(self, ras: tuple | None, node: object) -> None:
        """Show the words of the evidence under the mouse."""
        if self.nodes is not None:
            evidence_marks.hover(slicer.mrmlScene, self.nodes, ras, node)

    def hangRows(self) -> None:
        """Hang what the reader turned to or called."""
        if self.hanging is not None and self.reader is not None:
            self.hanging.follow()
            self.arrangeViews()

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
        plot = reading_layout.PLOT_TAG if self.dvhInLayout else ""
        first = looking.slice_nodes(nodes)[0]
        middle, field = looking.middle_lps(nodes), looking.field_of(first)
        if reading_layout.arrange_reading(scene, nodes, extra_rows=depth, plot=plot):

            def look() -> None:
                for node in looking.slice_nodes(nodes):
                    looking.set_field(node, field)
                    looking.look(node, middle)
                if self.hanging is not None:
                    self.hanging.views.name_all()  # of views made just now

            self._settling.do(look)

    def useSlicersOwnLayout(self) -> bool:
        """Put a layout of Slicer's own in place of ours; False when ours was not shown."""
        return self.nodes is not None and reading_layout.use_slicers_own(
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
