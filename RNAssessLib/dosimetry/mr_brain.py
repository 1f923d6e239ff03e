"""Normal brain of a plan that outlines none: the brain found on MR, less the targets.

The figures say so by their definition; a brain that the plan names is always taken before it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from RNAssessLib.case import Mask, PreparedCase, PreparedCourse, Quantity, RigidTransform

from .histogram import DoseSamples
from .normal_tissue import PLAN_LEVELS_GY
from .results import CourseDosimetry
from .tissue_cells import compute_tissue_cells, has_brain

NAMED = "brain found on MR minus targets (the plan outlines no brain)"
MEAN = "brain_dmean_gy"


def add_mr_brain(course: CourseDosimetry, prepared: PreparedCase) -> CourseDosimetry:
    """Return the figures of a course with those of normal brain measured on the MR's brain.

    As they were where the plan outlines a brain, where none was found on the reference study, or
    where the dose could not be placed.

    Parameters
    ----------
    course : CourseDosimetry
    prepared : PreparedCase
    """
    placed = next(p for p in prepared.courses if p.course.id == course.course_id)
    reference = prepared.timepoint(prepared.reference)
    undefined = any(q.name == MEAN and q.value is None for q in course.plan_quantities)
    usable = placed.to_reference is not None and placed.to_reference.is_usable
    brain = reference.brain
    if not (undefined and usable) or brain is None or brain.is_empty or has_brain(placed):
        return course
    found = {q.name: q for q in _figures(placed, brain, reference.to_reference.transform)}
    quantities = tuple(found.get(q.name, q) for q in course.plan_quantities)
    return replace(course, plan_quantities=quantities)


def _figures(placed: PreparedCourse, brain: Mask, way: RigidTransform) -> list[Quantity]:
    cells = compute_tissue_cells([placed], placed, (brain, way))[0]
    doses = cells.dose_gy[placed.course.id]
    count = len(doses)
    samples = DoseSamples(doses, cells.volume_cm3, np.zeros(count), np.ones(count, bool))
    mean = Quantity(MEAN, samples.mean_gy, "Gy", f"mean dose of {NAMED} (PP23)")
    return [mean, *(
        Quantity(
            f"brain_v{level:g}_gy_cm3", samples.volume_above(level), "cm3",
            f"{NAMED} receiving at least {level:g} Gy",
        )
        for level in PLAN_LEVELS_GY
    )]  # fmt: skip
