"""The ICBM152 2009a template.

The template travels inside the `nilearn` wheel (extra ``atlas``); its files are read directly, so
that nilearn itself, with everything it imports, is never loaded.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from RNAssessLib.case import Image, Mask, NotAssessableError, Source

from .itk import grid_of

FILES = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"


@dataclass(frozen=True, eq=False)
class AtlasTemplate:
    """Symmetric T1 template (skull-stripped) and tissue maps, LPS mm, 1 mm.

    Attributes
    ----------
    t1 : Image
        0 outside the brain.
    gm, wm : Image
        Tissue probability 0..1.
    """

    t1: Image
    gm: Image
    wm: Image

    @property
    def brain(self) -> Mask:
        """Voxels that belong to the template's brain, sulcal CSF included."""
        return Mask(self.t1.array > 0, self.t1.grid)


def find_template_folder() -> Path:
    """Return the folder of the template files; raises NotAssessableError without the extra."""
    spec = importlib.util.find_spec("nilearn")
    if spec is None or spec.origin is None:
        raise NotAssessableError(
            "the atlas is not installed: pip install 'rnassess[atlas]', or give a label map"
        )
    return Path(spec.origin).parent / "datasets" / "data"


@cache
def load_template() -> AtlasTemplate:
    """Read the template once; raises NotAssessableError when the extra is missing."""
    folder = find_template_folder()
    images = []
    for part, scale in (("t1", 1.0), ("gm", 1 / 255.0), ("wm", 1 / 255.0)):
        path = folder / FILES.format(part)
        if not path.exists():
            raise NotAssessableError(f"{path.name} is missing in the installed nilearn")
        image = sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS")
        array = sitk.GetArrayFromImage(image).astype(np.float32) * np.float32(scale)
        source = Source(path.name, description="ICBM152 2009a symmetric")
        images.append(Image(array, grid_of(image), None, source))
    return AtlasTemplate(*images)
