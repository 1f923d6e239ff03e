"""Images and masks on a grid, with where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

from .geometry import Grid
from .plain_text import make_plain


class SequenceRole(Enum):
    """What an image is for; the value is the key used in ``case.toml`` and in JSON."""

    T1C = "T1c"
    T1 = "T1"
    FLAIR = "FLAIR"
    T2 = "T2"
    DWI = "DWI"
    ADC = "ADC"
    SWI = "SWI"
    RCBV = "RCBV"
    KTRANS = "KTRANS"
    CBF = "CBF"
    T1C_DELAYED = "T1C_DELAYED"
    PET_AA = "PET_AA"
    PET_FDG = "PET_FDG"


class MaskKind(Enum):
    """Parts of a lesion; the value is the key used in ``case.toml`` and in JSON."""

    ENHANCING = "enhancing"
    NECROTIC_CORE = "necrotic_core"
    OEDEMA = "oedema"


@dataclass(frozen=True)
class Source:
    """Where data came from; carried to every report.

    Attributes
    ----------
    path : str
        File or folder as the user named it.
    series_uid, study_uid : str or None
        DICOM identifiers, None outside DICOM.
    sop_instance_uids : tuple of str
        One per slice, in slice order, so that DICOM exports can reference them.
    description : str
        Series description or file name, for people.
    why : str
        Why the data was given its role (tag values that decided), for the mapping table.
    files : tuple of str
        DICOM files the image was read from, each once; empty outside DICOM.
    stack : str
        What tells the image from the others of its series (an echo, a plane); empty when it is the
        only one.
    """

    path: str
    series_uid: str | None = None
    study_uid: str | None = None
    sop_instance_uids: tuple[str, ...] = ()
    description: str = ""
    why: str = ""
    files: tuple[str, ...] = ()
    stack: str = ""

    def __post_init__(self) -> None:
        make_plain(self, "description", "why", "stack")


@dataclass(frozen=True, eq=False)
class Image:
    """Scalar volume.

    Attributes
    ----------
    array : (K, J, I) float32 array
        Values in the unit of the role (ADC: µm²/ms, equal to 10⁻³ mm²/s; others as stored).
    grid : Grid
    frame_of_reference_uid : str or None
        DICOM frame of reference; images that share one are aligned by the scanner's claim.
    source : Source
    """

    array: npt.NDArray[np.float32]
    grid: Grid
    frame_of_reference_uid: str | None = None
    source: Source = field(default_factory=lambda: Source(""))

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape:
            raise ValueError(f"array {self.array.shape} does not fit grid {self.grid.shape}")

    def with_array(self, array: npt.NDArray[np.float32]) -> Image:
        """Return the same place and source with other values."""
        return replace(self, array=array)


@dataclass(frozen=True, eq=False)
class Mask:
    """Set of voxels.

    Attributes
    ----------
    array : (K, J, I) bool array
    grid : Grid
    """

    array: npt.NDArray[np.bool_]
    grid: Grid

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape:
            raise ValueError(f"mask {self.array.shape} does not fit grid {self.grid.shape}")
        if self.array.dtype != np.bool_:
            raise ValueError(f"a mask is boolean, not {self.array.dtype}")

    @property
    def volume_cm3(self) -> float:
        """Volume of the set voxels in cm³."""
        return int(np.count_nonzero(self.array)) * self.grid.voxel_volume_cm3

    @property
    def is_empty(self) -> bool:
        """Whether no voxel is set."""
        return not bool(self.array.any())

    def centroid_lps(self) -> tuple[float, float, float]:
        """Mean LPS position of the set voxels; raises ValueError when empty."""
        if self.is_empty:
            raise ValueError("an empty mask has no centroid")
        x, y, z = self.grid.index_to_lps(np.argwhere(self.array).mean(axis=0))
        return float(x), float(y), float(z)
