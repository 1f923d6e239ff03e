"""Geographic match of new enhancement with dose (LA22 Figs 3 and 6; PP23; LI21 criterion II)."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from RNAssessLib.case import Lesion, Mask, NotAssessableError, PreparedCase, Quantity, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.tracking import whole_lesion

from .common import dose_on_common, follow_ups, prescription_of, show
from .finding import Favours, Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="dose_match",
    number=9,
    title="Geographic match with dose",
    question="Does the new enhancement lie where the dose was high?",
    favours_when_present=Favours.RN,
    references=("LA22 Figs 3, 6", "PP23", "LI21 criterion II"),
    needs=(SequenceRole.T1C,),
    why="Necrosis follows dose; new enhancement outside it is not explained by treatment.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Dose received by what enhances now and did not at baseline."""
    last = follow_ups(prepared, lesion)[-1]
    dose = dose_on_common(prepared, lesion)
    baseline = prepared.baseline(lesion)
    before = whole_lesion(prepared, baseline, lesion.id, None)
    after = whole_lesion(prepared, last, lesion.id, None)
    spacing = after.grid.spacing_mm[::-1]
    error = last.to_reference.quality.expected_error_mm
    rind = ndimage.distance_transform_edt(~before.array, sampling=spacing) > max(error, 0.5)
    fresh = Mask(after.array & rind, after.grid)
    if fresh.volume_cm3 < thresholds["dose_match.smallest_cm3"]:
        raise NotAssessableError(f"nothing enhances at {last.id} that did not at {baseline.id}")
    prescription = prescription_of(lesion)
    if prescription is None:
        raise NotAssessableError("no prescription for this lesion")
    share = thresholds["dose_match.dose_percent"] / 100
    inside = float((dose[fresh.array] >= share * prescription).mean())
    margin = thresholds["dose_match.tumour_margin_mm"]
    distance = ndimage.distance_transform_edt(~before.array, sampling=spacing)
    measurements = _measure(dose, fresh, distance, margin, inside, share)
    matched = inside >= thresholds["dose_match.share_percent"] / 100
    median = float(np.median(dose[fresh.array]))
    return Finding(
        SPEC,
        Status.PRESENT if matched else Status.ABSENT,
        Favours.RN if matched else None,
        Strength.WEAK if matched else None,
        f"{fresh.volume_cm3:.2f} cm³ newly enhancing at {last.id} received a median of "
        f"{median:.1f} Gy; {inside:.0%} of it lies within the "
        f"{100 * share:g} % isodose ({share * prescription:g} Gy).",
        measurements,
        (
            thresholds.criterion("dose_match.dose_percent"),
            thresholds.criterion("dose_match.share_percent"),
            thresholds.criterion("dose_match.tumour_margin_mm"),
        ),
        (show(last, SequenceRole.T1C, fresh, "new enhancement", on_common_grid=True),),
        ("a recurrence inside the field received the dose too",) if matched else (),
    )


def _measure(
    dose: np.ndarray,
    fresh: Mask,
    distance_mm: np.ndarray,
    margin_mm: float,
    inside: float,
    share: float,
) -> tuple[Quantity, ...]:
    values = dose[fresh.array]
    infield = float((distance_mm[fresh.array] <= margin_mm).mean())
    return (
        Quantity("new_enhancement_cm3", fresh.volume_cm3, "cm3", "beyond the baseline outline"),
        Quantity("dmedian_gy", float(np.median(values)), "Gy", "median dose it received"),
        Quantity("dmean_gy", float(values.mean()), "Gy", "mean dose"),
        Quantity("dmin_gy", float(values.min()), "Gy", "lowest dose"),
        Quantity("within_isodose_percent", 100 * inside, "percent",
                 f"share within {100 * share:g} % of the prescription"),
        Quantity("infield_percent", 100 * infield, "percent",
                 f"share within the baseline lesion plus {margin_mm:g} mm (PP23)"),
    )  # fmt: skip
