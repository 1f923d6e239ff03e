"""The checklist in its clinical order."""

from __future__ import annotations

from typing import Protocol

from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    Progress,
    silent,
)
from RNAssessLib.evidence import Thresholds

from . import (
    central_diffusion_restriction,
    cross_boundary,
    dose_match,
    latency,
    new_lesions,
    oedema_ratio,
    shape_change,
    swi_foci,
    unimplemented,
)
from .finding import Finding, FindingSpec, not_assessable


class Item(Protocol):
    """A checklist item: a module (or object) with a spec and an evaluator."""

    @property
    def SPEC(self) -> FindingSpec:  # noqa: N802 - a constant of the item's module
        """Fixed part of the item."""
        ...

    def evaluate(self, prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
        """Answer the item; may raise NotAssessableError with the reason."""
        ...


# The order is the clinical order of clinical.md section 5.
REGISTRY: tuple[Item, ...] = (
    cross_boundary,
    shape_change,
    central_diffusion_restriction,
    swi_foci,
    unimplemented.rim_morphology,
    unimplemented.clustered_enhancement,
    unimplemented.white_matter_preference,
    unimplemented.open_ring,
    dose_match,
    latency,
    unimplemented.course_pattern,
    oedema_ratio,
    unimplemented.perfusion,
    unimplemented.spectroscopy,
    unimplemented.delayed_contrast,
    unimplemented.amino_acid_pet,
    unimplemented.fdg_pet,
    unimplemented.swiss_cheese,
    unimplemented.haemorrhage,
    unimplemented.dual_pathology,
    unimplemented.clinical_modifiers,
    new_lesions,
)


def evaluate_all(
    prepared: PreparedCase,
    lesion: Lesion,
    thresholds: Thresholds | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Answer every item for one lesion.

    A reason raised as NotAssessableError becomes the finding's limitation; anything else is a
    fault and is raised.
    """
    thresholds = thresholds or Thresholds()
    findings = []
    for index, item in enumerate(REGISTRY):
        progress(index / len(REGISTRY), f"{lesion.id}: {item.SPEC.title}")
        try:
            findings.append(item.evaluate(prepared, lesion, thresholds))
        except NotAssessableError as error:
            findings.append(not_assessable(item.SPEC, str(error)))
    progress(1.0, f"{lesion.id}: checklist")
    return tuple(findings)
