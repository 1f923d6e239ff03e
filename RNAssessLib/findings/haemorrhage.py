"""Item 18: blood in the lesion, a caveat for diffusion, SWI foci and perfusion (LA25 §2.2-2.3)."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import in_cm3
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Evidence,
    Finding,
    FindingSpec,
    Status,
    Strength,
)
from RNAssessLib.lesions.morphology import fill_holes

from .measure.blood import Blood, find_blood
from .measure.pointing import point_at_mask
from .measure.timepoints import usable_follow_ups
from .measure.workspace import whole_mask

R = SequenceRole
SPEC = FindingSpec(
    id="haemorrhage",
    number=20,
    title="Haemorrhage",
    question="Is there blood in the lesion?",
    favours_when_present=None,
    references=("LA25 §2.2", "LA25 §2.3"),
    needs=(R.T1, R.SWI),
    why="Blood imitates restricted diffusion, hides small foci and lowers DSC perfusion; by itself "
    "it says little.",
    reads=(*ENHANCEMENT, Drawn.NORMAL),
)

HEADS = {
    Status.PRESENT: "Blood-like signal",
    Status.ABSENT: "No haemorrhage",
    Status.INDETERMINATE: "No haemorrhage seen",
}


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """T1-bright and SWI-dark volume of the lesion at the latest follow-up with either."""
    timepoint = None
    for roles in ((R.T1, R.SWI), (R.SWI,), (R.T1,)):
        try:
            timepoint = usable_follow_ups(prepared, lesion, roles).latest
            break
        except NotAssessableError:
            continue
    if timepoint is None:
        usable_follow_ups(prepared, lesion)
        raise NotAssessableError(
            "no T1 and no SWI at any follow-up; they tell blood from enhancement and restriction"
        )
    whole = whole_mask(timepoint, lesion)
    if whole.is_empty:
        raise NotAssessableError(f"the lesion is not seen at {timepoint.id}")
    region = fill_holes(whole.array)
    blood = find_blood(prepared, timepoint, lesion, region, thresholds)
    if blood.bright is None and blood.dark is None:
        raise NotAssessableError(f"no normal white matter to compare with at {timepoint.id}")
    cell = whole.grid.voxel_volume_cm3
    volumes = [
        None if found is None else float(np.count_nonzero(found)) * cell
        for found in (blood.bright, blood.dark)
    ]
    largest = max(v for v in volumes if v is not None)
    present = largest >= thresholds["haemorrhage.smallest_cm3"]
    status = Status.PRESENT if present else Status.ABSENT
    if not present and blood.unchecked:
        status = Status.INDETERMINATE  # half of the evidence is missing
    names = ("bright on T1 before contrast", "dark on SWI")
    parts = [
        f"{in_cm3(volume)} cm³ {name}" for name, volume in zip(names, volumes, strict=True)
        if volume is not None
    ]  # fmt: skip
    return Finding(
        SPEC, status, None, Strength.CONTEXT,
        f"{HEADS[status]} in the lesion at {timepoint.id}: {', '.join(parts)}.",
        measurements=_measurements(volumes, timepoint.id),
        criteria=_criteria(thresholds),
        evidence=_evidence(timepoint, blood) if present else (),
        caveats=tuple(f"no {name} at {timepoint.id}" for name in blood.unchecked),
    )  # fmt: skip


def _measurements(volumes: list[float | None], at: str) -> tuple[Quantity, ...]:
    found = []
    for name, role, volume in zip(("t1_bright_cm3", "swi_dark_cm3"), ("T1", "SWI"), volumes,
                                  strict=True):  # fmt: skip
        why = f"no {role} at {at}" if volume is None else None
        found.append(Quantity(name, volume, "cm3", f"inside the lesion at {at}", undefined=why))
    return tuple(found)


def _evidence(timepoint: PreparedTimepoint, blood: Blood) -> tuple[Evidence, ...]:
    shown = []
    for found, role, label in ((blood.bright, R.T1, "bright before contrast"),
                               (blood.dark, R.SWI, "dark on SWI")):  # fmt: skip
        if found is not None and found.any():
            mask = Mask(found, timepoint.nawm.grid)
            shown.append(point_at_mask(timepoint, mask, label, role=role))
    return tuple(shown)


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("t1_ratio", "swi_ratio", "smallest_cm3")
    return tuple(thresholds.criterion(f"haemorrhage.{name}") for name in names)
