"""The checklist: every item, in clinical order."""

from __future__ import annotations

from typing import Protocol

from RNAssessLib.case import Lesion, NotAssessableError, PreparedCase, Progress, silent
from RNAssessLib.evidence import Thresholds

from . import (
    central_diffusion_restriction,
    cross_boundary,
    dose_match,
    latency,
    oedema_ratio,
    pending,
    shape_change,
    swi_foci,
)
from .finding import Finding, FindingSpec, not_assessable


class Item(Protocol):
    """A module (or object) that answers one row of the checklist; stateless."""

    @property
    def SPEC(self) -> FindingSpec:  # noqa: N802 - a module's constant
        """Fixed part of the item."""
        ...

    def evaluate(self, prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
        """Answer the item for one lesion; may raise NotAssessableError."""
        ...


# the order of clinical.md section 5
REGISTRY: tuple[Item, ...] = (
    cross_boundary,
    shape_change,
    central_diffusion_restriction,
    swi_foci,
    pending.Pending(pending.RIM_MORPHOLOGY),
    pending.Pending(pending.CLUSTERED),
    pending.Pending(pending.WHITE_MATTER),
    pending.Pending(pending.OPEN_RING),
    dose_match,
    latency,
    pending.Pending(pending.COURSE_PATTERN),
    oedema_ratio,
    pending.Pending(pending.PERFUSION),
    pending.Pending(pending.SPECTROSCOPY),
    pending.Pending(pending.DELAYED),
    pending.Pending(pending.AMINO_ACID),
    pending.Pending(pending.FDG),
    pending.Pending(pending.SWISS_CHEESE),
    pending.Pending(pending.HAEMORRHAGE),
    pending.Pending(pending.DUAL),
    pending.Pending(pending.MODIFIERS),
    pending.Pending(pending.NEW_LESIONS),
)


def evaluate_all(
    prepared: PreparedCase,
    lesion: Lesion,
    thresholds: Thresholds | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Answer every item for one lesion, in clinical order.

    What an item cannot answer from the given images becomes *not assessable* with its reason; any
    other exception is a defect and is passed on.
    """
    thresholds = thresholds or Thresholds()
    found = []
    for index, item in enumerate(REGISTRY):
        progress(index / len(REGISTRY), f"{lesion.id}: {item.SPEC.title}")
        try:
            found.append(item.evaluate(prepared, lesion, thresholds))
        except NotAssessableError as error:
            found.append(not_assessable(item.SPEC, str(error)))
    progress(1.0, f"{lesion.id}: checklist done")
    return tuple(found)
