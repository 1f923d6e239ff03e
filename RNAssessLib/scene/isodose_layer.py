"""Isodoses of a scene: on and off, opacity, and the reader's own levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import slicer

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import PreparedCourse
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.panel.dose.shown_levels import level_key, own_doses
from RNAssessLib.panel.words.prescriptions import highest_prescription
from RNAssessLib.panel.words.style import (
    IsodoseLevel,
    build_isodoses,
    default_isodoses,
    preset_isodoses,
)

from .convert import hex_to_rgb
from .isodoses import add_isodoses
from .nodes import IsodoseNode, SceneNodes


class IsodoseLayer:
    """The isodoses of a case and what the reader does to them.

    Parameters
    ----------
    assessment : Assessment
    nodes : SceneNodes

    Attributes
    ----------
    nodes : list of IsodoseNode
        Those in the scene now.
    shown : list of bool
        One per node.
    fields : dict of course id to DoseField
        Kept so that another level takes a fraction of a second.
    on_change : callable
        Called after anything changed that is drawn.
    """

    def __init__(self, assessment: Assessment, nodes: SceneNodes) -> None:
        self._scene = nodes.document.GetScene()
        self._doses = nodes.doses
        self._assessment = assessment
        self.nodes = list(nodes.isodoses)
        self.shown = [bool(n.model.GetDisplayNode().GetVisibility()) for n in self.nodes]
        self.on = True
        self.opacity = 1.0
        self.fields: dict[str, DoseField] = {}
        self.on_change: Callable[[], None] = lambda: None

    # --- showing ----------------------------------------------------------------------------------

    def toggle(self) -> None:
        """All on or off."""
        self.on = not self.on
        self._apply()

    def keys(self) -> tuple[str, ...]:
        """What is on of the plans' levels, by what it means."""
        plans, prescription = self._plans(), highest_prescription(self._assessment)
        on = (n.level for n, s in zip(self.nodes, self.shown, strict=True)
              if s and n.course_id in plans)  # fmt: skip
        return tuple(dict.fromkeys(level_key(level, prescription) for level in on))

    def show_only(self, keys: Sequence[str]) -> None:
        """Turn on what is named and everything else of the plans off; own doses are added."""
        for dose in own_doses(keys):
            self.add(dose, "Gy")
        plans, prescription = self._plans(), highest_prescription(self._assessment)
        self.shown = [
            level_key(n.level, prescription) in keys if n.course_id in plans else on
            for n, on in zip(self.nodes, self.shown, strict=True)
        ]
        self._apply()

    def toggle_level(self, index: int) -> None:
        """One on or off."""
        self.shown[index] = not self.shown[index]
        self.on = True
        self._apply()

    def set_opacity(self, opacity: float) -> None:
        """Opacity 0..1 of the lines."""
        self.opacity = min(max(opacity, 0.1), 1.0)
        self._apply()

    def _apply(self) -> None:
        for node, on in zip(self.nodes, self.shown, strict=True):
            display = node.model.GetDisplayNode()
            display.SetVisibility(self.on and on)
            display.SetSliceIntersectionOpacity(self.opacity)
        self.on_change()

    def rows(self) -> list[dict[str, Any]]:
        """Legend: level, colour, whether it is drawn."""
        several = len({n.course_id for n in self.nodes}) > 1
        return [
            {
                "label": f"{n.course_id if several else ''} {n.level.label}".strip(),
                "colour": n.level.colour,
                "width": n.level.width_px,
                "dash": list(n.level.dash),
                "on": self.on and on,
                "course": n.course_id,
                "dose": n.level.dose_gy,
            }
            for n, on in zip(self.nodes, self.shown, strict=True)
        ]

    # --- the reader's own levels ------------------------------------------------------------------

    def add(self, value: float, unit: str) -> str:
        """Add a level in ``Gy`` or ``%`` of the prescription; returns what is wrong, or nothing."""
        prescription = highest_prescription(self._assessment)
        if unit == "%":
            if not prescription:
                return "no prescription: give the level in Gy"
            value = value * prescription / 100
        if not value > 0:
            return "a level above 0, please"
        plans = self._plans()
        if any(abs(n.level.dose_gy - value) < 1e-6 and n.course_id in plans for n in self.nodes):
            return f"{value:g} Gy is there already"
        doses = [value, *(n.level.dose_gy for n in self.nodes if n.course_id in plans)]
        level = next(
            one for one in build_isodoses(doses, prescription) if abs(one.dose_gy - value) < 1e-6
        )
        made = self._make([replace(level, colour=self._free_colour(level.colour))])
        if not made:
            return f"the dose does not reach {value:g} Gy"
        self._insert(made)
        return ""

    def remove(self, index: int) -> None:
        """Take one level away."""
        node = self.nodes.pop(index)
        del self.shown[index]
        self._delete([node])

    def recolour(self, index: int, colour: str) -> None:
        """Give a level another colour (``#rrggbb``)."""
        node = self.nodes[index]
        node.model.GetDisplayNode().SetColor(*hex_to_rgb(colour))
        self.nodes[index] = replace(node, level=replace(node.level, colour=colour))

    def preset(self, fractions: int) -> None:
        """Levels usual for a number of fractions, in place of those there are."""
        self._replace(preset_isodoses(self._assessment, fractions))

    def follow(self, assessment: Assessment) -> None:
        """Take over another prescription: default levels and percentages anew, the same ones on."""
        keys = self.keys()
        self._assessment = assessment
        self._replace(default_isodoses(assessment))
        self.show_only([key for key in keys if not key.endswith(" Gy")])

    def clear(self) -> None:
        """Take all isodoses out of the scene."""
        self._delete(self.nodes)
        self.nodes, self.shown = [], []

    def _replace(self, levels: Sequence[IsodoseLevel]) -> None:
        plans = self._plans()
        old = [n for n in self.nodes if n.course_id in plans]
        kept = [(n, s) for n, s in zip(self.nodes, self.shown, strict=True) if n not in old]
        made = self._make(levels)
        self._delete(old)
        self.nodes = [*made, *(n for n, _ in kept)]
        self.shown = [*(True for _ in made), *(s for _, s in kept)]
        self._apply()

    def _insert(self, made: list[IsodoseNode]) -> None:
        for node in made:
            at = sum(
                n.course_id == node.course_id and n.level.dose_gy > node.level.dose_gy
                for n in self.nodes
            )
            first = next((i for i, n in enumerate(self.nodes) if n.course_id == node.course_id), 0)
            self.nodes.insert(first + at, node)
            self.shown.insert(first + at, True)
        self.on = True
        self._apply()

    def _make(self, levels: Sequence[IsodoseLevel]) -> list[IsodoseNode]:
        made: list[IsodoseNode] = []
        for course_id, placed in self._plans().items():
            assert placed.course.dose is not None
            field = self.fields.setdefault(course_id, DoseField(placed.course.dose))
            space = self._doses[course_id].GetParentTransformNode()
            made += add_isodoses(self._scene, placed, levels, space, field)
        return made

    def _plans(self) -> dict[str, PreparedCourse]:
        return {p.course.id: p for p in self._assessment.prepared.courses
                if p.course.id in self._doses}  # fmt: skip

    def _free_colour(self, wanted: str) -> str:
        """Return `wanted`, or one that no level has when it is taken."""
        taken = {n.level.colour for n in self.nodes}
        if wanted not in taken:
            return wanted
        levels = build_isodoses(range(1, 9), None)
        return next((one.colour for one in levels if one.colour not in taken), wanted)

    def _delete(self, nodes: Sequence[IsodoseNode]) -> None:
        for node in nodes:
            display: slicer.vtkMRMLDisplayNode = node.model.GetDisplayNode()
            self._scene.RemoveNode(display)
            self._scene.RemoveNode(node.model)
        self.on_change()
