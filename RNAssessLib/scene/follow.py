"""The scene brought up to an assessment that the reader changed: places, outlines, evidence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import slicer

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.reading.changes import (
    Changes,
    FiguresChanged,
    PrescriptionChanged,
    RecordsChanged,
)

from .document import update_session
from .evidence import Item, add_evidence_of, missing_evidence, renew_evidence
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
    """Keeps the scene of a case at what the reader did; both shells'.

    Made before anything that shows the scene: it is told first.

    Parameters
    ----------
    changes : Changes
        Of the reading, or of all readings one after the other.
    around : callable, optional
        Returns a context manager that the scene is changed in.

    Attributes
    ----------
    held : SceneNodes or None
        Nodes with the evidence of now; None while no case is shown.
    """

    def __init__(
        self,
        changes: Changes,
        around: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self.held: SceneNodes | None = None
        self._around = around
        changes.on(FiguresChanged, self._follow)
        changes.on(RecordsChanged, self._write)
        changes.on(PrescriptionChanged, self._prescribed)

    @property
    def nodes(self) -> SceneNodes:
        """Nodes of the case that is shown."""
        assert self.held is not None
        return self.held

    def take(self, nodes: SceneNodes | None, assessment: Assessment | None) -> None:
        """Keep other nodes, built for an assessment, or none any more."""
        self.held, self._now, self._written = nodes, assessment, assessment

    def missing(self) -> tuple[Item, ...]:
        """Items whose evidence is not in the scene yet; none but in a lean scene."""
        if self.held is None or self._now is None:
            return ()
        return missing_evidence(self.held, self._now)

    def add_evidence(self, item: Item) -> None:
        """Put the evidence of an item (lesion, finding) into the scene, unless it is there."""
        if self.held is not None and self._now is not None:
            scene = self.held.document.GetScene()
            self.held = add_evidence_of(scene, self.held, self._now, item)

    def _follow(self, change: FiguresChanged) -> None:
        self._now = change.after
        if self.held is None:
            return
        scene = self.held.document.GetScene()
        with self._around():
            self.held = follow_assessment(scene, self.held, change.before, change.after)

    def _write(self, change: RecordsChanged) -> None:
        if self.held is not None:
            changed = None if self._now is self._written else self._now
            update_session(self.held.document, change.after, changed)
            self._written = self._now

    def _prescribed(self, change: PrescriptionChanged) -> None:
        if self._written is change.before:
            self._written = change.after  # written with the next record that changes figures
        self._now = change.after
