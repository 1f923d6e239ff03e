"""Anatomy of one patient on the common grid: user's label map, else the atlas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.case import (
    Anatomy,
    Compartment,
    Grid,
    Image,
    Lesion,
    Mask,
    NotAssessableError,
    Progress,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    Tissue,
    silent,
)
from RNAssessLib.case.numbers import fixed
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.atlas import AtlasAlignment, load_template, register_template
from RNAssessLib.spatial.head import carry_template
from RNAssessLib.spatial.resampling import resample_array

from .agreement import measure_tissue_agreement
from .dura import follow_own_dura, near_targets
from .freesurfer import COMPARTMENT_OF, TISSUE_OF
from .template_labels import compute_template_labels
from .ventricles import follow_own_ventricles

LATERAL = (Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE)


def compute_anatomy(
    t1c: Image,
    brain: Mask,
    exclude: Mask | None,
    common_grid: Grid,
    to_common: RigidTransform,
    progress: Progress = silent,
    alignment: AtlasAlignment | None = None,
    thresholds: Thresholds | None = None,
    lesions: Sequence[Lesion] = (),
) -> Anatomy:
    """Anatomy by affine alignment of the ICBM152 template.

    The affine alignment places the midline from the whole head, so a lesion's mass effect cannot
    pull the falx along; sulcal CSF, the lateral ventricles, and falx and tentorium where their
    enhancing dura is seen are taken from the patient's image.

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
    lesions : sequence of Lesion
        In the common grid's space; dura is not looked for at them.

    Raises
    ------
    NotAssessableError
        When the atlas is not installed, or does not fit this head: a falx in the wrong place is
        worse than none.
    """
    thresholds = thresholds or Thresholds()
    progress(0.0, "aligning the atlas")
    alignment = alignment or register_template(t1c, brain, exclude)
    placed = AtlasAlignment(
        to_common.moving_to_fixed @ alignment.template_to_image, alignment.correlation
    )
    agreement = measure_tissue_agreement(t1c, alignment)
    least = thresholds["anatomy.least_agreement"]
    if agreement < least:
        raise NotAssessableError(
            f"the atlas does not fit this head (tissue agreement {fixed(agreement, 3)}, "
            f"needs {least:g}): give a label map"
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
    own = _own_signal(t1c, common_grid, to_common, white)
    _follow_own_csf(tissue, own)
    lesion = None
    if exclude is not None:
        lesion = resample_array(exclude.array, exclude.grid, common_grid, to_common) >= 0.5
    _follow_own_ventricles(compartments, tissue, own, inside, common_grid, lesion)
    i, j, k = common_grid.spacing_mm
    dura = follow_own_dura(compartments, own, (k, j, i), near_targets(lesions, common_grid))
    progress(1.0, "anatomy")
    error = thresholds["anatomy.atlas_boundary_error_mm"]
    return Anatomy(
        common_grid, compartments, tissue, "ICBM152 2009a atlas, affine alignment", error,
        _quality(agreement, least, error), thresholds["anatomy.own_csf_error_mm"], dura,
        thresholds["anatomy.own_dura_error_mm"],
    )  # fmt: skip


def _quality(agreement: float, least: float, error_mm: float) -> RegistrationQuality:
    good = agreement >= 2.0 * least
    return RegistrationQuality(
        grade=RegistrationGrade.GOOD if good else RegistrationGrade.ACCEPTABLE,
        similarity_before=0.0,
        similarity_after=agreement,
        overlap_dice=None,
        inverse_consistency_mm=None,
        expected_error_mm=error_mm,
        method="share of the T1c's variance explained by the atlas's tissue maps",
        reasons=() if good else ("the tissue agrees only moderately with the atlas",),
    )


def _own_signal(
    t1c: Image, common_grid: Grid, to_common: RigidTransform, white: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """T1c on the common grid, in units of white matter."""
    own = resample_array(t1c.array, t1c.grid, common_grid, to_common)
    level = float(np.median(own[white > 0.9])) if (white > 0.9).any() else 1.0
    return np.asarray(own / np.float32(level or 1.0))


def _follow_own_csf(tissue: npt.NDArray[np.uint8], own: npt.NDArray[np.float32]) -> None:
    """Near the atlas's CSF, dark voxels of the patient's T1c are CSF too (sulci differ)."""
    near = ndimage.binary_dilation(tissue == Tissue.CSF, iterations=2)
    dark = (own < 0.5) & near & (tissue != Tissue.BACKGROUND)
    tissue[dark] = Tissue.CSF


def _follow_own_ventricles(
    compartments: npt.NDArray[np.uint8],
    tissue: npt.NDArray[np.uint8],
    own: npt.NDArray[np.float32],
    inside: npt.NDArray[np.bool_],
    grid: Grid,
    lesion: npt.NDArray[np.bool_] | None,
) -> None:
    """Redraw the lateral ventricles where the patient has them; the tissue follows."""
    before = np.isin(compartments, LATERAL)
    i, j, k = grid.spacing_mm
    follow_own_ventricles(compartments, own, inside, (k, j, i), lesion)
    after = np.isin(compartments, LATERAL)
    tissue[after & inside] = Tissue.CSF
    # what the atlas took for ventricle and is not dark is brain
    tissue[before & ~after & inside & (own > 0.7)] = Tissue.WHITE_MATTER


def anatomy_from_labels(
    labels: Image,
    common_grid: Grid,
    to_common: RigidTransform,
    thresholds: Thresholds | None = None,
) -> Anatomy:
    """Anatomy from a FreeSurfer/SynthSeg label map given by the user."""
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


def carry_anatomy(anatomy: Anatomy, grid: Grid, to_grid: RigidTransform) -> Anatomy:
    """Anatomy on a timepoint's own grid, nearest label.

    Parameters
    ----------
    anatomy : Anatomy
        On the common grid.
    grid : Grid
    to_grid : RigidTransform
        Reference space to the grid's space.
    """

    def carry(labels: npt.NDArray[np.uint8] | npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
        values = resample_array(
            labels, anatomy.grid, grid, to_grid, interpolator=sitk.sitkNearestNeighbor
        )
        return np.rint(values).astype(np.uint8)

    dura = None if anatomy.dura is None else carry(anatomy.dura) > 0
    return replace(
        anatomy, grid=grid, compartments=carry(anatomy.compartments), tissue=carry(anatomy.tissue),
        dura=dura,
    )  # fmt: skip
