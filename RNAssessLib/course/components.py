"""Parts of one lesion followed from each timepoint to the next."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import Lesion, PreparedCase, PreparedTimepoint
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.component_events import ComponentEvent, follow_components
from RNAssessLib.lesions.tracking import whole_lesion


@dataclass(frozen=True)
class ComponentStep:
    """Events between two neighbouring timepoints.

    Attributes
    ----------
    before, after : str
        Ids of the timepoints.
    events : tuple of ComponentEvent
        Largest first; empty when the lesion enhances at neither.
    undefined : str
        Why there are none, empty otherwise.
    """

    before: str
    after: str
    events: tuple[ComponentEvent, ...]
    undefined: str = ""


def compute_component_steps(
    prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds | None = None
) -> tuple[ComponentStep, ...]:
    """Follow enhancing parts, each with its core, over all timepoints.

    A timepoint whose alignment failed is named and left out: nothing is matched by chance.
    """
    limits = thresholds or Thresholds()
    steps = []
    for before, after in zip(prepared.timepoints, prepared.timepoints[1:], strict=False):
        lost = [t.id for t in (before, after) if not t.to_reference.is_usable]
        if lost:
            why = f"{' and '.join(lost)} could not be aligned"
            steps.append(ComponentStep(before.id, after.id, (), why))
            continue
        steps.append(ComponentStep(before.id, after.id,
                                   _follow(prepared, lesion, before, after, limits)))  # fmt: skip
    return tuple(steps)


def _follow(
    prepared: PreparedCase,
    lesion: Lesion,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
    limits: Thresholds,
) -> tuple[ComponentEvent, ...]:
    placed = [
        0.0 if t.id == prepared.reference else t.to_reference.quality.expected_error_mm
        for t in (before, after)
    ]
    drawn = [t.lesions[lesion.id].boundary_error_mm for t in (before, after)]
    return follow_components(
        whole_lesion(prepared, before, lesion.id, None),
        whole_lesion(prepared, after, lesion.id, None),
        reach_mm=sum(placed) + max(drawn),
        border_mm=sum(drawn) / 2.0,
        smallest_cm3=limits["tracking.smallest_cm3"],
        least_change=limits["tracking.least_change"],
    )
