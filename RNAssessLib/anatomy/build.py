"""Anatomy of one patient on the common grid: user's label map, else the atlas."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Anatomy,
    Compartment,
    Grid,
    Image,
    Mask,
    Progress,
    RigidTransform,
    Tissue,
    silent,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.atlas import AtlasAlignment, load_template, register_template
from RNAssessLib.spatial.head import carry_template
from RNAssessLib.spatial.resampling import resample_array

from .freesurfer import COMPARTMENT_OF, TISSUE_OF
from .template_labels import compute_template_labels


def compute_anatomy(
    t1c: Image,
    brain: Mask,
    exclude: Mask | None,
    common_grid: Grid,
    to_common: RigidTransform,
    progress: Progress = silent,
    alignment: AtlasAlignment | None = None,
    thresholds: Thresholds | None = None,
) -> Anatomy:
    """Anatomy by affine alignment of the ICBM152 template.

    The affine alignment places the midline from the whole head, so a lesion's mass effect cannot
    pull the falx along; where CSF is seen in the patient's own image it is taken from there.

    Parameters
    ----------
    t1c : Image
        Reference timepoint.
    brain : Mask
        On the T1c's grid.
    exclude : Mask or None
        Lesion region, ignored by the matching.
    common_grid : Grid
    to_common : RigidTransform
        T1c space to the common grid's space.

    Raises
    ------
    NotAssessableError
        When the atlas is not installed.
    """
    thresholds = thresholds or Thresholds()
    progress(0.0, "aligning the atlas")
    alignment = alignment or register_template(t1c, brain, exclude)
    placed = AtlasAlignment(
        to_common.moving_to_fixed @ alignment.template_to_image, alignment.correlation
    )
    progress(0.5, "carrying compartments")
    labels = compute_template_labels()
    best = np.full(common_grid.shape, 0.5, np.float32)
    compartments = np.zeros(common_grid.shape, np.uint8)
    for compartment in Compartment:
        if compartment is Compartment.OUTSIDE:
            continue
        share = carry_template((labels == compartment).astype(np.float32), placed, common_grid)
        wins = share >= best
        compartments[wins] = compartment
        best[wins] = share[wins]
    template = load_template()
    white = carry_template(template.wm.array, placed, common_grid)
    grey = carry_template(template.gm.array, placed, common_grid)
    inside = resample_array(brain.array, brain.grid, common_grid, to_common) >= 0.5
    tissue = np.full(common_grid.shape, Tissue.BACKGROUND, np.uint8)
    tissue[inside] = Tissue.CSF
    tissue[inside & (grey >= 0.4) & (grey >= white)] = Tissue.GREY_MATTER
    tissue[inside & (white >= 0.4) & (white > grey)] = Tissue.WHITE_MATTER
    _follow_own_csf(tissue, t1c, common_grid, to_common, white)
    progress(1.0, "anatomy")
    return Anatomy(
        common_grid, compartments, tissue, "ICBM152 2009a atlas, affine alignment",
        thresholds["anatomy.atlas_boundary_error_mm"],
    )  # fmt: skip


def _follow_own_csf(
    tissue: npt.NDArray[np.uint8],
    t1c: Image,
    common_grid: Grid,
    to_common: RigidTransform,
    white: npt.NDArray[np.float32],
) -> None:
    """Near the atlas's CSF, dark voxels of the patient's T1c are CSF too (sulci differ)."""
    own = resample_array(t1c.array, t1c.grid, common_grid, to_common)
    level = float(np.median(own[white > 0.9])) if (white > 0.9).any() else 0.0
    near = ndimage.binary_dilation(tissue == Tissue.CSF, iterations=2)
    dark = (own < 0.5 * level) & near & (tissue != Tissue.BACKGROUND)
    tissue[dark] = Tissue.CSF


def anatomy_from_labels(
    labels: Image,
    common_grid: Grid,
    to_common: RigidTransform,
    thresholds: Thresholds | None = None,
) -> Anatomy:
    """Anatomy from a FreeSurfer/SynthSeg label map given by the user."""
    import SimpleITK as sitk

    thresholds = thresholds or Thresholds()
    numbers = resample_array(
        labels.array, labels.grid, common_grid, to_common, interpolator=sitk.sitkNearestNeighbor
    )
    numbers = np.rint(numbers).astype(int)
    compartments = np.zeros(common_grid.shape, np.uint8)
    tissue = np.zeros(common_grid.shape, np.uint8)
    for number, compartment in COMPARTMENT_OF.items():
        compartments[numbers == number] = compartment
    for number, kind in TISSUE_OF.items():
        tissue[numbers == number] = kind
    cortex = (numbers >= 1000) & (numbers < 3000)
    compartments[cortex & (numbers < 2000)] = Compartment.LEFT_CEREBRUM
    compartments[cortex & (numbers >= 2000)] = Compartment.RIGHT_CEREBRUM
    tissue[cortex] = Tissue.GREY_MATTER
    return Anatomy(common_grid, compartments, tissue, "user label map",
                   thresholds["anatomy.label_boundary_error_mm"])  # fmt: skip
