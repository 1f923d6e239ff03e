"""What the views draw over the images: isodoses, contours, lit evidence, window and level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import slicer
from vtkmodules.vtkCommonCore import vtkCommand

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import MaskKind, SequenceRole
from RNAssessLib.panel.words.style import MASK_NAMES, MASK_STROKES

from .isodose_layer import IsodoseLayer
from .nodes import EvidenceNode, SceneNodes
from .segmentations import TARGET_STROKES

GLYPH_PERCENT = 3.0
FILL_OPACITY = 0.25


class Display:
    """Visibility of everything drawn over the images.

    Parameters
    ----------
    assessment : Assessment
    nodes : SceneNodes

    Attributes
    ----------
    isodoses : IsodoseLayer
    others, measured : list of vtkMRMLDisplayableNode
        Growth maps and measurements, hidden with the rest when the images are wanted alone.
    compared : list of vtkMRMLModelNode
        Those of the others whose cut lines are drawn: outlines of two studies.
    """

    def __init__(self, assessment: Assessment, nodes: SceneNodes) -> None:
        self._prepared = assessment.prepared
        self._nodes = nodes
        self._linking = False
        self._hidden: list[slicer.vtkMRMLDisplayNode] | None = None
        self.contours_on = True
        self.others: list[slicer.vtkMRMLDisplayableNode] = []
        self.measured: list[slicer.vtkMRMLDisplayableNode] = []
        self.compared: list[slicer.vtkMRMLModelNode] = []
        self.isodoses = IsodoseLayer(assessment, nodes)
        self._prepare_outlines(self._nodes.evidence)
        for node in self._nodes.segmentations.values():
            _cut_from_surface(node)
        self._prepare_points(self._nodes.evidence)
        self._first_windows = self._link_windows()

    # --- contours ---------------------------------------------------------------------------------

    def toggle_contours(self) -> None:
        """Lesion outlines and targets on or off."""
        self.contours_on = not self.contours_on
        for node in self.cut_segmentations():
            node.GetDisplayNode().SetVisibility(self.contours_on)

    def bare(self, bare: bool) -> None:
        """Hide everything drawn over the images, and bring back what was there."""
        if bare and self._hidden is None:
            shown = [d for d in self._drawn() if d.GetVisibility()]
            for display in shown:
                display.SetVisibility(False)
            self._hidden = shown
        elif not bare and self._hidden is not None:
            for display in self._hidden:
                display.SetVisibility(True)
            self._hidden = None

    def hang(self, drawn: Iterable[slicer.vtkMRMLDisplayableNode], lines: Sequence[Any]) -> None:
        """Take what is drawn over the rows below, and which of it is cut."""
        self.others = list(drawn)
        if list(lines) != self.compared:
            self.compared = list(lines)
            self.isodoses.on_change()

    def cut_models(self) -> list[slicer.vtkMRMLModelNode]:
        """Models whose cut lines are drawn."""
        return [*(node.model for node in self.isodoses.nodes), *self.compared]

    def cut_segmentations(self) -> list[slicer.vtkMRMLSegmentationNode]:
        """Segmentations whose cut lines are drawn."""
        return [*self._nodes.segmentations.values(), *self._nodes.targets.values()]

    def _drawn(self) -> list[slicer.vtkMRMLDisplayNode]:
        nodes = [node.model for node in self.isodoses.nodes]
        nodes += self.cut_segmentations()
        for item in self._nodes.evidence:
            nodes += [item.point] if item.mask is None else [item.point, item.mask]
        nodes += [*self.others, *self.measured]
        return [node.GetDisplayNode() for node in nodes]

    @staticmethod
    def _prepare_outlines(evidence: Iterable[EvidenceNode]) -> None:
        for item in evidence:
            if item.mask is not None:
                _cut_from_surface(item.mask)
                item.mask.GetDisplayNode().SetOpacity2DFill(FILL_OPACITY)

    def take(self, nodes: SceneNodes) -> None:
        """Go on with renewed evidence."""
        fresh = set(nodes.evidence) - set(self._nodes.evidence)
        self._nodes = nodes
        self._prepare_outlines(fresh)
        self._prepare_points(fresh)

    def contour_key(self) -> list[dict[str, Any]]:
        """Legend of the outlines: name, colour and pattern of each line."""
        strokes = {MASK_NAMES[kind]: MASK_STROKES[kind] for kind in MaskKind}
        roles = {t.role.value for p in self._prepared.courses for t in p.course.targets}
        strokes |= {role: stroke for role, stroke in TARGET_STROKES.items() if role in roles}
        return [
            {"name": name, "colour": stroke.colour, "dash": list(stroke.dash)}
            for name, stroke in strokes.items()
        ]

    # --- evidence ---------------------------------------------------------------------------------

    @staticmethod
    def _prepare_points(evidence: Iterable[EvidenceNode]) -> None:
        for item in evidence:
            display = item.point.GetDisplayNode()
            display.SetGlyphType(slicer.vtkMRMLMarkupsDisplayNode.Cross2D)  # hides nothing
            display.SetGlyphScale(GLYPH_PERCENT)
            display.SetPointLabelsVisibility(False)  # its words stand in the panel
            display.SetOpacity(0.9)
            display.SetVisibility(False)

    def light(self, lesion_id: str, finding_id: str) -> None:
        """Mark the evidence of one item and light its voxels; nothing for an empty id."""
        for item in self._nodes.evidence:
            on = (item.lesion_id, item.finding_id) == (lesion_id, finding_id)
            item.point.GetDisplayNode().SetVisibility(on)
            if item.mask is not None:
                item.mask.GetDisplayNode().SetVisibility(on)

    # --- window and level -------------------------------------------------------------------------

    def _link_windows(self) -> dict[tuple[str, SequenceRole], tuple[float, float]]:
        first = {}
        for (timepoint, role), volume in self._nodes.volumes.items():
            display = volume.GetDisplayNode()
            first[timepoint, role] = shown_window(display)
            display.AddObserver(
                vtkCommand.ModifiedEvent,
                lambda *_, t=timepoint, r=role: self._follow_window(t, r),
            )
        return first

    def _follow_window(self, timepoint: str, role: SequenceRole) -> None:
        """Give the same sequence of the other studies the same window in white-matter units."""
        if self._linking:
            return
        self._linking = True
        try:
            low, high = shown_window(self._nodes.volumes[timepoint, role].GetDisplayNode())
            level = self._white_matter(timepoint, role)
            for (other, other_role), volume in self._nodes.volumes.items():
                if other_role is role and other != timepoint:
                    scale = self._white_matter(other, role) / level
                    volume.GetDisplayNode().SetWindowLevelMinMax(low * scale, high * scale)
        finally:
            self._linking = False

    def _white_matter(self, timepoint: str, role: SequenceRole) -> float:
        return self._prepared.timepoint(timepoint).white_matter_level.get(role) or 1.0

    def reset_windows(self) -> None:
        """Every sequence back to its first window."""
        self._linking = True
        try:
            for key, window in self._first_windows.items():
                self._nodes.volumes[key].GetDisplayNode().SetWindowLevelMinMax(*window)
        finally:
            self._linking = False


def _cut_from_surface(node: slicer.vtkMRMLSegmentationNode) -> None:
    """Cut outlines from surfaces: smoother than voxel borders and much cheaper to draw."""
    surface = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
    node.GetSegmentation().SetConversionParameter("Smoothing factor", "0.2")
    node.CreateClosedSurfaceRepresentation()
    node.GetDisplayNode().SetPreferredDisplayRepresentationName2D(surface)


def shown_window(display: slicer.vtkMRMLScalarVolumeDisplayNode) -> tuple[float, float]:
    """Lowest and highest value shown."""
    return float(display.GetWindowLevelMin()), float(display.GetWindowLevelMax())
