"""Item 14: contrast on a delayed T1c (LA25 §2.6)."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import Lesion, Mask, NotAssessableError, PreparedCase, Quantity, SequenceRole
from RNAssessLib.case.numbers import in_percent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)

from .measure.pointing import point_at_mask
from .measure.reference_tissue import contralateral_level
from .measure.timepoints import usable_follow_ups
from .measure.workspace import whole_mask

R = SequenceRole
SPEC = FindingSpec(
    id="delayed_contrast",
    number=16,
    title="Delayed contrast",
    question="Does contrast wash out of more of the lesion than it accumulates in?",
    favours_when_present=Favours.TTP,
    references=("LA25 §2.6",),
    needs=(R.T1C_DELAYED,),
    why="Wash-out has been linked to active tumour, but may only reflect how much of the lesion "
    "enhances at all.",
    reads=(*ENHANCEMENT, Drawn.NORMAL),
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Early and delayed T1c, each over normal white matter, voxel by voxel."""
    usable = usable_follow_ups(prepared, lesion, (R.T1C_DELAYED,))
    timepoint = usable.latest
    whole = whole_mask(timepoint, lesion)
    if whole.is_empty:
        raise NotAssessableError(f"the lesion does not enhance at {timepoint.id}")
    early = contralateral_level(prepared, timepoint, lesion, R.T1C)
    late = contralateral_level(prepared, timepoint, lesion, R.T1C_DELAYED)
    change = (
        timepoint.images[R.T1C_DELAYED].array / late.value
        - timepoint.images[R.T1C].array / early.value
    )
    step = thresholds["delayed_contrast.step"]
    washed = whole.array & (change <= -step)
    gained = whole.array & (change >= step)
    size = int(np.count_nonzero(whole.array))
    out, kept = np.count_nonzero(washed) / size, np.count_nonzero(gained) / size
    core = timepoint.lesions[lesion.id].necrotic_core
    core_share = float(np.count_nonzero(core.array)) / size
    lead = thresholds["delayed_contrast.lead_percent"] / 100.0
    if out - kept >= lead:
        status, favours, strength = Status.PRESENT, Favours.TTP, graded("delayed_contrast.either")
    elif kept - out >= lead:
        status, favours, strength = Status.ABSENT, Favours.RN, graded("delayed_contrast.either")
    else:
        status, favours, strength = Status.INDETERMINATE, None, None
    shown = Mask(washed if out >= kept else gained, whole.grid)
    label = "wash-out" if out >= kept else "accumulation"
    where = f"share of the lesion at {timepoint.id}"
    return Finding(
        SPEC, status, favours, strength,
        f"Contrast washed out of {in_percent(100 * out)} % and accumulated in "
        f"{in_percent(100 * kept)} % of the "
        f"lesion at {timepoint.id}; its core is {in_percent(100 * core_share)} %.",
        measurements=(
            Quantity("washout_percent", 100 * out, "percent", where),
            Quantity("accumulation_percent", 100 * kept, "percent", where),
            Quantity("core_percent", 100 * core_share, "percent", where),
        ),
        criteria=(thresholds.criterion("delayed_contrast.step"),
                  thresholds.criterion("delayed_contrast.lead_percent")),
        evidence=() if shown.is_empty else (
            point_at_mask(timepoint, shown, label, role=R.T1C_DELAYED),),
        caveats=("it may only reflect the ratio of enhancement to core (LA25 §2.6)",
                 *usable.remarks),
    )  # fmt: skip
