"""The checklist: every item, in clinical order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from RNAssessLib.case import Lesion, NotAssessableError, PreparedCase, Progress, silent
from RNAssessLib.evidence import Thresholds

from . import central_diffusion_restriction, cross_boundary, pending, shape_change, swi_foci
from .finding import Finding, FindingSpec, not_assessable


class Evaluator(Protocol):
    """What an item computes; stateless."""

    def __call__(self, prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
        """Answer the item for one lesion; may raise NotAssessableError."""
        ...


@dataclass(frozen=True)
class Item:
    """One row of the checklist."""

    spec: FindingSpec
    evaluate: Evaluator


REGISTRY: tuple[Item, ...] = (
    Item(cross_boundary.SPEC, cross_boundary.evaluate),
    Item(shape_change.SPEC, shape_change.evaluate),
    Item(central_diffusion_restriction.SPEC, central_diffusion_restriction.evaluate),
    Item(swi_foci.SPEC, swi_foci.evaluate),
    Item(pending.RIM_MORPHOLOGY, pending.not_implemented),
    Item(pending.CLUSTERED, pending.not_implemented),
    Item(pending.WHITE_MATTER, pending.not_implemented),
    Item(pending.OPEN_RING, pending.not_implemented),
    Item(pending.DOSE_MATCH, pending.not_implemented),
    Item(pending.LATENCY, pending.not_implemented),
    Item(pending.COURSE_PATTERN, pending.not_implemented),
    Item(pending.OEDEMA_RATIO, pending.not_implemented),
    Item(pending.PERFUSION, pending.not_implemented),
    Item(pending.SPECTROSCOPY, pending.not_implemented),
    Item(pending.DELAYED, pending.not_implemented),
    Item(pending.AMINO_ACID, pending.not_implemented),
    Item(pending.FDG, pending.not_implemented),
    Item(pending.SWISS_CHEESE, pending.not_implemented),
    Item(pending.HAEMORRHAGE, pending.not_implemented),
    Item(pending.DUAL, pending.not_implemented),
    Item(pending.MODIFIERS, pending.not_implemented),
    Item(pending.NEW_LESIONS, pending.not_implemented),
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
        progress(index / len(REGISTRY), f"{lesion.id}: {item.spec.title}")
        try:
            found.append(item.evaluate(prepared, lesion, thresholds))
        except NotAssessableError as error:
            found.append(not_assessable(item.spec, str(error)))
    progress(1.0, f"{lesion.id}: checklist done")
    return tuple(found)
