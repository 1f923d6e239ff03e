"""Outlines in Slicer's Segment Editor: handed over, read back, put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.panel.outlines.takeover import Takeover, read_takeover
from RNAssessLib.scene.outlines import add_editable
from RNAssessLib.scene.segmentations import OUTSIDE

if TYPE_CHECKING:
    import numpy as np

EDITOR = "SegmentEditor"  # module, and singleton tag of its parameter node


class OutlineEditing:
    """A copy of one timepoint's outlines that the reader edits; nothing else knows of it.

    Parameters
    ----------
    logic : RNAssessLogic

    Attributes
    ----------
    timepoint : str
        Id of the study whose outlines are edited; empty when none are.
    """

    def __init__(self, logic: object) -> None:
        self._logic = logic
        self.timepoint = ""
        self.node = None
        self._shows_source: bool | None = None  # as the reader had it

    @property
    def is_open(self) -> bool:
        """Whether outlines are being edited."""
        return self.node is not None and self.node.GetScene() is not None

    def names(self) -> dict[str, str]:
        """Name of every lesion."""
        return {one.id: one.name for one in self._logic.assessment.prepared.lesions}

    def start(self, timepoint: str) -> None:
        """Copy the outlines of a study; those being edited already are kept."""
        if self.is_open:
            return
        nodes = self._logic.nodes
        held = self._logic.assessment.prepared.timepoint(timepoint)
        self.node = add_editable(nodes, held, self.names())
        self.timepoint = timepoint
        self._show_given(False)

    def edit(self, lesion: str) -> None:
        """Switch to Slicer's Segment Editor with the outlines and their T1c.

        Segments may overlap there: oedema includes the lesion, and which part a voxel becomes is
        settled when the outlines are taken over.
        """
        editor = slicer.util.getModuleWidget(EDITOR).editor
        # Before the module is entered, which else takes the first segmentation of the scene, and
        # shows its source volume in every view.
        if self._shows_source is None:
            self._shows_source = bool(editor.autoShowSourceVolumeNode)
        editor.autoShowSourceVolumeNode = False
        volume = self._logic.nodes.volumes[self.timepoint, SequenceRole.T1C]
        editor.setSegmentationNode(self.node)
        editor.setSourceVolumeNode(volume)
        slicer.util.selectModule(EDITOR)
        parameters = editor.mrmlSegmentEditorNode()
        parameters.SetOverwriteMode(parameters.OverwriteNone)
        editor.setCurrentSegmentID(f"{lesion}_enhancing")

    def read(self) -> Takeover:
        """Return what was drawn; raises InputError for a segment that is missing or foreign."""
        if not self.is_open:
            raise InputError(
                self.timepoint or _("outlines"), _("the segmentation is no longer there")
            )
        held = self._logic.assessment.prepared.timepoint(self.timepoint)
        return read_takeover(held, self.names(), self._drawn())

    def _drawn(self) -> dict[str, np.ndarray]:
        volume = self._logic.nodes.volumes[self.timepoint, SequenceRole.T1C]
        segmentation = self.node.GetSegmentation()
        ids = [segmentation.GetNthSegmentID(n) for n in range(segmentation.GetNumberOfSegments())]
        return {i: self._voxels(i, volume) for i in ids}

    def _voxels(self, segment: str, volume: slicer.vtkMRMLScalarVolumeNode) -> np.ndarray:
        array = slicer.util.arrayFromSegmentBinaryLabelmap(self.node, segment, volume)
        return array > 0

    def stop(self) -> None:
        """Put the copy away; the outlines that hold show again."""
        if self.is_open:
            self.node.GetScene().RemoveNode(self.node)
            self._show_given(True)
        self.node, self.timepoint = None, ""
        if self._shows_source is not None:
            editor = slicer.util.getModuleWidget(EDITOR).editor
            editor.autoShowSourceVolumeNode, self._shows_source = self._shows_source, None

    def _show_given(self, on: bool) -> None:
        """Show or hide the lesions that hold, so that one outline is seen and not two.

        Enhancement that belongs to no lesion shows while the lesions do not: some of it may.
        """
        node = self._logic.nodes.segmentations.get(self.timepoint) if self._logic.nodes else None
        if node is None or node.GetScene() is None:
            return
        segmentation, display = node.GetSegmentation(), node.GetDisplayNode()
        for index in range(segmentation.GetNumberOfSegments()):
            segment = segmentation.GetNthSegmentID(index)
            display.SetSegmentVisibility(segment, on != (segment == OUTSIDE))
