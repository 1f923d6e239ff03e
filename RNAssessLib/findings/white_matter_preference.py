"""Item 7: enhancement that keeps to white matter, the cut pepper (LA25 §2.1; LA22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
    Tissue,
    counted,
)
from RNAssessLib.case.numbers import in_mm, in_percent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)
from RNAssessLib.lesions.morphology import fill_holes, keep_touching, label_components
from RNAssessLib.lesions.parts import box_of

from .measure.pointing import point_at_mask
from .measure.timepoints import require_treated, usable_follow_ups
from .measure.workspace import Workspace, open_workspace

SPEC = FindingSpec(
    id="white_matter_preference",
    number=7,
    title="White-matter preference",
    question="Does the enhancement keep to white matter and spare the cortex beside it?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.1", "LA22"),
    needs=(SequenceRole.T1C,),
    why="Necrosis affects white matter and relatively spares grey matter, which gives the wavy "
    "margin of the cut pepper; small enhancing seeds in its centre are common. Needs a label map "
    "of the patient: the place of an atlas is known no better than the cortex is thick.",
    reads=ENHANCEMENT,
)


@dataclass(frozen=True)
class _Shares:
    white: float  # of the enhancement
    around: float  # of the tissue within reach
    cortex_around: float
    seeds: int


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """White-matter share of the enhancement against that of the tissue around it."""
    require_treated(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    timepoint = usable.latest
    reach = thresholds["white_matter_preference.reach_mm"]
    space = open_workspace(prepared, lesion, reach + 2.0)
    shares = _measure(space, timepoint, lesion, thresholds)
    error = space.anatomy.boundary_error_mm
    caveats = list(usable.remarks)
    status, favours = Status.INDETERMINATE, None
    if error > thresholds["white_matter_preference.anatomy_error_mm"]:
        caveats.insert(0, f"tissue is known to {in_mm(error)} mm only, no better than the cortex "
                          "is thick; a label map of this patient would settle it")  # fmt: skip
    elif shares.cortex_around < thresholds["white_matter_preference.cortex_share"]:
        caveats.insert(0, "there is hardly any cortex beside the lesion to be spared")
    elif shares.around + thresholds["white_matter_preference.excess"] > 1.0:
        caveats.insert(0, "so much of the tissue around is white matter that a preference for it "
                          "could not show")  # fmt: skip
    elif shares.white - shares.around >= thresholds["white_matter_preference.excess"]:
        status, favours = Status.PRESENT, Favours.RN
    else:
        status = Status.ABSENT
    mask = timepoint.lesions[lesion.id].enhancing
    where = f"at {timepoint.id}"
    return Finding(
        SPEC, status, favours, graded("white_matter_preference.present") if favours else None,
        f"{in_percent(100 * shares.white)} % of the enhancement at {timepoint.id} lies in white "
        f"matter, against {in_percent(100 * shares.around)} % of the tissue within {reach:g} mm."
        f"{_seeds(shares)}",
        measurements=(
            Quantity("white_matter_percent", 100 * shares.white, "percent",
                     f"of grey and white matter that enhances {where}"),
            Quantity("white_matter_around_percent", 100 * shares.around, "percent",
                     f"of grey and white matter within {reach:g} mm"),
            Quantity("seeds", float(shares.seeds), "count", f"enhancement inside the core {where}"),
            Quantity("wavy_margin", None, "1", "waviness of the juxtacortical margin",
                     undefined="not measured: LA25 §2.1 describes a wavy or gyriform border "
                     "without a figure; read it by eye: what matters is not the wave but that "
                     "white matter is preferred"),
        ),
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(timepoint, mask, "enhancement"),),
        caveats=tuple(caveats),
    )  # fmt: skip


def _seeds(shares: _Shares) -> str:
    """Seeds of the cut pepper are part of the sign."""
    if not shares.seeds:
        return ""
    return (
        f" {counted(shares.seeds, 'enhancing seed')} in the core, common in necrosis (LA25 §2.1)."
    )


def _measure(
    space: Workspace, timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> _Shares:
    tissue = space.anatomy.tissue
    masks = timepoint.lesions[lesion.id]
    enhancing = space.carry(masks.enhancing, timepoint)
    known = np.isin(tissue, (Tissue.GREY_MATTER, Tissue.WHITE_MATTER))
    if not (enhancing & known).any():
        raise NotAssessableError(f"the lesion does not enhance in brain tissue at {timepoint.id}")
    whole = fill_holes(space.whole(timepoint, lesion))
    distance = ndimage.distance_transform_edt(~whole, sampling=space.spacing_kji)
    near = known & (distance <= thresholds["white_matter_preference.reach_mm"])
    white = tissue == Tissue.WHITE_MATTER
    return _Shares(
        float(white[enhancing & known].mean()),
        float(white[near].mean()),
        float(1.0 - white[near & ~whole].mean()) if (near & ~whole).any() else 0.0,
        count_seeds(masks.enhancing, masks.necrotic_core.array, thresholds),
    )


def count_seeds(enhancing: Mask, core: npt.NDArray[np.bool_], thresholds: Thresholds) -> int:
    """Separate bits of enhancement that the core encloses on all sides."""
    box = box_of(core | enhancing.array, margin=1)
    if box is None:
        return 0
    filled, shown = fill_holes(core[box]), enhancing.array[box]
    # what touches the outside of the filled core is rim, not seed
    rim = keep_touching(shown, shown & ~filled)
    labels, count = label_components(shown & ~rim)
    sizes = np.bincount(labels.ravel(), minlength=count + 1)[1:] * enhancing.grid.voxel_volume_cm3
    return int((sizes >= thresholds["white_matter_preference.seed_cm3"]).sum())


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("excess", "cortex_share", "anatomy_error_mm", "seed_cm3", "reach_mm")
    return tuple(thresholds.criterion(f"white_matter_preference.{name}") for name in names)
