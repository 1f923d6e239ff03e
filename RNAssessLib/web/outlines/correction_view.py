"""Brush and draft as plain values for the page *Correct*."""

from __future__ import annotations

from typing import Any

from RNAssessLib.case import MaskKind
from RNAssessLib.case.numbers import in_cm3, signed
from RNAssessLib.panel.outlines.brush_tool import Tool
from RNAssessLib.panel.outlines.draft import OutlineDraft
from RNAssessLib.panel.words.style import MASK_NAMES
from RNAssessLib.scene.segmentations import mask_colour


def describe_correction(tool: Tool, draft: OutlineDraft | None) -> dict[str, Any]:
    """Return the settings of the brush and what a draft adds up to."""
    return {
        "kind": tool.kind.value,
        "erase": tool.erase,
        "ball": tool.ball,
        "radius": f"{tool.radius_mm:g}",
        "low": "" if tool.limits.low is None else f"{tool.limits.low:g}",
        "high": "" if tool.limits.high is None else f"{tool.limits.high:g}",
        "drawing": draft is not None,
        "where": "" if draft is None else f"{draft.lesion_id} at {draft.timepoint.id}",
        "strokes": 0 if draft is None else draft.strokes,
        "volumes": [] if draft is None else [
            {"name": MASK_NAMES[k], "before": in_cm3(a), "now": in_cm3(b),
             "change": signed(b - a, "cm3")}
            for k, (a, b) in draft.volumes_cm3().items()
        ],
    }  # fmt: skip


def describe_kinds() -> list[dict[str, str]]:
    """Return the parts that can be drawn."""
    return [{"value": k.value, "name": MASK_NAMES[k], "colour": mask_colour(k)} for k in MaskKind]
