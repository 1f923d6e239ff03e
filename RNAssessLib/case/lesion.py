"""A treated metastasis, and its outlines at one timepoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from .course import Target
from .image import Mask, MaskKind
from .spread import FlairBorder, MeasuredSpread, UptakeBorder


class MaskOrigin(Enum):
    """Who drew a mask."""

    AUTOMATIC = "automatic"
    IMPORTED = "imported"
    EDITED = "edited"


@dataclass(frozen=True, eq=False)
class LesionMasks:
    """Parts of one lesion at one timepoint, on the timepoint's native T1c grid.

    Attributes
    ----------
    masks : mapping of MaskKind to Mask
        ENHANCING and NECROTIC_CORE always; OEDEMA (FLAIR hyperintensity including the lesion)
        when a FLAIR exists.
    origin : MaskOrigin
    boundary_error_mm : float
        How far the true border may lie from the drawn one (half a voxel diagonal at least).
    spread : MeasuredSpread or None
        ± of the sizes, measured on the image; None for outlines that were drawn.
    flair_border : FlairBorder or None
        Of the oedema; None where it was drawn, or nothing enhances that it could hang on.
    uptake_border : UptakeBorder or None
        Of the enhancing part; None where no other examination had a say in it.
    """

    masks: Mapping[MaskKind, Mask]
    origin: MaskOrigin
    boundary_error_mm: float
    spread: MeasuredSpread | None = None
    flair_border: FlairBorder | None = None
    uptake_border: UptakeBorder | None = None

    @property
    def enhancing(self) -> Mask:
        """Enhancing part."""
        return self.masks[MaskKind.ENHANCING]

    @property
    def necrotic_core(self) -> Mask:
        """Non-enhancing part enclosed by enhancement."""
        return self.masks[MaskKind.NECROTIC_CORE]

    @property
    def oedema(self) -> Mask | None:
        """FLAIR hyperintensity around and including the lesion, None without FLAIR."""
        return self.masks.get(MaskKind.OEDEMA)


@dataclass(frozen=True)
class Treatment:
    """One course's targets of one lesion."""

    course_id: str
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Lesion:
    """A treated metastasis (or a new one).

    Attributes
    ----------
    id : str
        ``L1``, ``L2`` … in order of targets.
    name : str
        Name of its target, or ``new lesion``.
    course_id : str or None
        The course in force at the latest scan: the last one that treated it before that scan.
    targets : tuple of Target
        Of that course; GTV first, PTV after it when there is one.
    center_lps_mm : tuple of float
        Centre of the target in reference space.
    radius_mm : float
        Radius of the sphere of the target's volume.
    treatments : tuple of Treatment
        Every course that treated it, in order of date; empty when only the one above did.
    """

    id: str
    name: str
    course_id: str | None
    targets: tuple[Target, ...]
    center_lps_mm: tuple[float, float, float]
    radius_mm: float
    treatments: tuple[Treatment, ...] = ()

    @property
    def every_treatment(self) -> tuple[Treatment, ...]:
        """All of them, also where only the course in force is given."""
        if self.treatments or self.course_id is None:
            return self.treatments
        return (Treatment(self.course_id, self.targets),)

    def targets_in(self, course_id: str) -> tuple[Target, ...]:
        """Return its targets in one course; empty when that course did not treat it."""
        found = (t.targets for t in self.every_treatment if t.course_id == course_id)
        return next(found, ())
