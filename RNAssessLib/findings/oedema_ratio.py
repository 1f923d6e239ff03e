"""Oedema ratio V_T2 / V_T1c (LI21)."""

from __future__ import annotations

from RNAssessLib.case import Lesion, NotAssessableError, PreparedCase, Quantity, SequenceRole
from RNAssessLib.evidence import Thresholds

from .common import follow_ups, image_of, show, whole
from .finding import Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="oedema_ratio",
    number=11,
    title="Oedema ratio",
    question="How large is the FLAIR hyperintensity compared with the enhancement?",
    favours_when_present=None,
    references=("LI21",),
    needs=(SequenceRole.T1C, SequenceRole.FLAIR),
    why="Context: 1.4-24, median 5.34, when necrosis was diagnosed in LI21.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Ratio at the latest follow-up that shows the lesion and has a FLAIR."""
    reasons = []
    for timepoint in reversed(prepared.follow_ups(lesion) or follow_ups(prepared, lesion)):
        masks = timepoint.lesions[lesion.id]
        try:
            image_of(timepoint, SequenceRole.FLAIR)
        except NotAssessableError as error:
            reasons.append(str(error))
            continue
        body = whole(masks)
        if body.is_empty or masks.oedema is None:
            reasons.append(f"no enhancement at {timepoint.id}")
            continue
        ratio = masks.oedema.volume_cm3 / body.volume_cm3
        low, high = thresholds["oedema.li21_low"], thresholds["oedema.li21_high"]
        inside = low <= ratio <= high
        return Finding(
            SPEC,
            Status.PRESENT if inside else Status.ABSENT,
            None,
            Strength.CONTEXT,
            f"V_T2 / V_T1c is {ratio:.1f} at {timepoint.id} ({masks.oedema.volume_cm3:.1f} / "
            f"{body.volume_cm3:.1f} cm³), {'within' if inside else 'outside'} LI21's range "
            f"{low:g}-{high:g} for diagnosed necrosis.",
            (
                Quantity("t2_t1c_ratio", ratio, "1", "FLAIR volume over enhancing with core"),
                Quantity("flair_cm3", masks.oedema.volume_cm3, "cm3", "lesion included"),
                Quantity("t1c_cm3", body.volume_cm3, "cm3", "enhancing with core"),
            ),
            (thresholds.criterion("oedema.li21_low"), thresholds.criterion("oedema.li21_high")),
            (show(timepoint, SequenceRole.FLAIR, masks.oedema, "FLAIR hyperintensity"),),
            ("corticosteroid and bevacizumab shrink oedema",),
        )
    raise NotAssessableError(reasons[0])
