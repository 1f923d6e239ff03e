"""White matter of one timepoint, the reference for its intensities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.case import Anatomy, Grid, Image, Mask, NotAssessableError, RigidTransform, Tissue
from RNAssessLib.spatial.resampling import resample_array

from .white_matter import estimate_white_matter

TYPICAL_SHARE = 0.35


def find_white_matter(
    t1c: Image,
    brain: Mask,
    anatomy: Anatomy | None,
    common: Grid,
    common_to_native: RigidTransform,
    lesion_area: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """White matter on the T1c's grid, outside `lesion_area`.

    Taken from the anatomy where there is one, one voxel inside its border, else from the T1c's
    own even, deep and frequent signal. Partial volume and vessels fall out.

    Parameters
    ----------
    t1c : Image
    brain : Mask
        Same grid.
    anatomy : Anatomy or None
        On `common`.
    common : Grid
    common_to_native : RigidTransform
    lesion_area : (K, J, I) bool array
    """
    if anatomy is None:
        try:
            return estimate_white_matter(t1c, brain, Mask(lesion_area, t1c.grid)).array
        except NotAssessableError:
            return np.zeros(t1c.grid.shape, bool)
    inner = ndimage.binary_erosion(anatomy.tissue == Tissue.WHITE_MATTER)
    share = resample_array(inner, common, t1c.grid, common_to_native, interpolator=sitk.sitkLinear)
    white = (share >= 0.5) & brain.array & ~lesion_area
    typical = float(np.median(t1c.array[white])) if white.any() else 1.0
    return np.asarray(white & (np.abs(t1c.array - typical) < TYPICAL_SHARE * typical))
