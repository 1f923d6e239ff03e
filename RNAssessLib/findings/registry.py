"""The checklist: every item, in clinical order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from RNAssessLib.case import EventKind, Lesion, NotAssessableError, PreparedCase, Progress, silent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.quality import explain_refusal

from . import (
    amino_acid_pet,
    central_diffusion_restriction,
    clinical_modifiers,
    clustered_enhancement,
    course_pattern,
    cross_boundary,
    delayed_contrast,
    dose_match,
    dual_pathology,
    fdg_pet,
    haemorrhage,
    latency,
    new_lesions,
    oedema_ratio,
    open_ring,
    perfusion,
    rim_morphology,
    shape_change,
    spectroscopy,
    spontaneous_regression,
    swi_foci,
    swiss_cheese,
    white_matter_preference,
)
from .finding import Drawn, Finding, FindingSpec, not_assessable


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
    rim_morphology,
    clustered_enhancement,
    white_matter_preference,
    open_ring,
    dose_match,
    latency,
    course_pattern,
    spontaneous_regression,
    oedema_ratio,
    perfusion,
    spectroscopy,
    delayed_contrast,
    amino_acid_pet,
    fdg_pet,
    swiss_cheese,
    haemorrhage,
    dual_pathology,
    clinical_modifiers,
    new_lesions,
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
        found.append(_answer(item, prepared, lesion, thresholds))
    progress(1.0, f"{lesion.id}: checklist done")
    return tuple(found)


def evaluate_again(
    prepared: PreparedCase,
    lesion: Lesion,
    findings: Sequence[Finding],
    changed: Collection[EventKind],
    thresholds: Thresholds | None = None,
) -> tuple[Finding, ...]:
    """Answer only the items that take the changed kinds of event into account.

    Parameters
    ----------
    prepared : PreparedCase
        With the events of now.
    lesion : Lesion
    findings : sequence of Finding
        Answers so far; those of the other items are kept.
    changed : collection of EventKind
    """
    items = [item for item in REGISTRY if set(item.SPEC.events) & set(changed)]
    return _renew(items, prepared, lesion, findings, thresholds or Thresholds())


def evaluate_redrawn(
    prepared: PreparedCase,
    lesion: Lesion,
    findings: Sequence[Finding],
    changed: Collection[Drawn],
    thresholds: Thresholds | None = None,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Answer only the items that read the outlines that changed.

    Parameters
    ----------
    prepared : PreparedCase
        With the outlines of now.
    lesion : Lesion
    findings : sequence of Finding
        Answers so far; those of the other items are kept.
    changed : collection of Drawn
        As seen from this lesion.
    thresholds : Thresholds, optional
    progress : Progress
        Told before each of them.
    """
    items = [item for item in REGISTRY if set(item.SPEC.reads) & set(changed)]
    return _renew(items, prepared, lesion, findings, thresholds or Thresholds(), progress)


def _renew(
    items: Sequence[Item],
    prepared: PreparedCase,
    lesion: Lesion,
    findings: Sequence[Finding],
    limits: Thresholds,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    stale = {item.SPEC.id: item for item in items}
    found = []
    for number, old in enumerate(findings):
        progress(number / len(findings), f"{lesion.id}: {old.spec.title}")
        again = old.spec.id in stale
        found.append(_answer(stale[old.spec.id], prepared, lesion, limits) if again else old)
    return tuple(found)


# answers that weigh most, and fall first when the images do not carry them
HEADLINE = frozenset(
    {"cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci"}
)


def _answer(item: Item, prepared: PreparedCase, lesion: Lesion, limits: Thresholds) -> Finding:
    try:
        if item.SPEC.id in HEADLINE and (why := explain_refusal(prepared, lesion, limits)):
            raise NotAssessableError(why)
        return item.evaluate(prepared, lesion, limits)
    except NotAssessableError as error:
        return not_assessable(item.SPEC, str(error))
