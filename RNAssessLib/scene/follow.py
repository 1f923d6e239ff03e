"""The scene brought up to an assessment that the reader changed: places, outlines, evidence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import slicer

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.reading.changes import (
    FiguresChanged,
    PrescriptionChanged,
    RecordsChanged,
)
from RNAssessLib.panel.reading.reading import Reading

from .document import update_session
from .evidence import renew_evidence
from .nodes import SceneNodes
from .outlines import place_timepoint, redraw_lesions


def follow_assessment(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, before: Assessment, after: Assessment
) -> SceneNodes:
    """Bring transforms, outlines and evidence up to another assessment of the same case.

    Parameters
    ----------
    scene : vtkMRMLScene
    nodes : SceneNodes
    before, after : Assessment
        Timepoints that are the same object in both are left alone.

    Returns
    -------
    SceneNodes
        With the evidence of `after`; everything else is the same nodes.
    """
    lesions = {lesion.id: lesion for lesion in after.prepared.lesions}
    pairs = zip(before.prepared.timepoints, after.prepared.timepoints, strict=True)
    for old, new in pairs:
        if old is not new:
            place_timepoint(nodes, new)
            redraw_lesions(nodes.segmentations[new.id], new, lesions)
    return renew_evidence(scene, nodes, after)


class SceneFollower:
    """Keeps the scene of a case at what the reader did; the browser's, Slicer's logic has its own.

    Made before anything that shows the scene: it is told first.

    Parameters
    ----------
    scene : vtkMRMLScene
    nodes : SceneNodes
        Built for the reading's assessment.
    reading : Reading
    around : callable, optional
        Returns a context manager that the scene is changed in.

    Attributes
    ----------
    nodes : SceneNodes
        With the evidence of now.
    """

    def __init__(
        self,
        scene: slicer.vtkMRMLScene,
        nodes: SceneNodes,
        reading: Reading,
        around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self.nodes = nodes
        self._scene, self._reading, self._around = scene, reading, around
        self._written = reading.assessment
        reading.changes.on(FiguresChanged, self._follow)
        reading.changes.on(RecordsChanged, self._write)
        reading.changes.on(PrescriptionChanged, self._prescribed)

    def _follow(self, change: FiguresChanged) -> None:
        with self._around():
            self.nodes = follow_assessment(self._scene, self.nodes, change.before, change.after)

    def _write(self, change: RecordsChanged) -> None:
        now = self._reading.assessment
        changed = None if now is self._written else now
        update_session(self.nodes.document, change.after, changed)
        self._written = now

    def _prescribed(self, change: PrescriptionChanged) -> None:
        if self._written is change.before:
            self._written = change.after  # written with the next record that changes figures
