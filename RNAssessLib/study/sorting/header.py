"""What one slice says about itself: the facts that sorting needs, out of any vendor's header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RealWorldMapping:
    """Linear map of *stored* values to a unit (PS3.3 C.7.6.16.2.11)."""

    slope: float
    intercept: float
    unit: str


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """One slice: a single-frame file or one frame of a multi-frame file.

    Attributes
    ----------
    path : Path
    frame : int or None
        Number of the frame, from 0; None for a single-frame file.
    sop_uid, series_uid, study_uid, frame_of_reference : str
        Empty when absent.
    seconds : float or None
        Time of acquisition since midnight of `date`.
    position, orientation, pixel_spacing : tuple of float
        LPS mm; empty when absent.
    scanning : frozenset of str
        Defined terms of ScanningSequence (GR, SE, IR, EP), or what enhanced MR says instead.
    component : str
        M, P, R, I or empty.
    contrast_agent : str or None
        None: the element is absent or empty.
    injection_seconds : float or None
    b_value : float or None
        s/mm²; None when no element holds one.
    direction : tuple of float
        Gradient direction; empty when unknown or without direction.
    isotropic : bool
        A trace image or another combination of directions.
    """

    path: Path
    frame: int | None
    sop_uid: str
    sop_class: str
    series_uid: str
    study_uid: str
    frame_of_reference: str
    modality: str
    manufacturer: str
    description: str
    protocol: str
    sequence_name: str
    image_type: tuple[str, ...]
    date: Date | None
    date_source: str
    study_time: float | None
    seconds: float | None
    identity_removed: bool
    series_number: int
    instance_number: int
    acquisition_number: int | None
    temporal_position: int | None
    trigger_time: float | None
    position: Numbers
    orientation: Numbers
    rows: int
    columns: int
    pixel_spacing: Numbers
    thickness: float | None
    spacing_between: float | None
    tr: float | None
    te: float | None
    ti: float | None
    echo_number: int | None
    scanning: frozenset[str]
    variant: frozenset[str]
    acquisition_type: str
    angiography: bool
    component: str
    contrast_agent: str | None
    injection_seconds: float | None
    b_value: float | None
    direction: Numbers
    isotropic: bool
    comments: str
    tracer: str
    body_part: str
    colour: bool
    has_pixels: bool
    mosaic: bool
    rescale_slope: float
    rescale_intercept: float
    rescale_type: str
    scale_slope: float | None
    real_world: RealWorldMapping | None

    @property
    def is_derived(self) -> bool:
        """Whether ImageType says it was computed from other images."""
        return bool(self.image_type) and self.image_type[0] == "DERIVED"

    @property
    def kinds(self) -> frozenset[str]:
        """Words of ImageType from the third on (the first two are ORIGINAL, PRIMARY and so on)."""
        return frozenset(self.image_type[2:])


@dataclass(frozen=True)
class OtherObject:
    """A DICOM object that is no slice of MR or PET, with the reason it is of no use here."""

    path: Path
    series_uid: str
    description: str
    why: str


@dataclass(frozen=True)
class FolderHeaders:
    """Everything DICOM in a folder.

    Attributes
    ----------
    slices : tuple of SliceHeader
    plans : mapping of modality to tuple of Path
        RTDOSE, RTSTRUCT and RTPLAN.
    others : tuple of OtherObject
        All that is not used, damaged files included.
    not_dicom : tuple of Path
        Files that are named like DICOM and are none.
    """

    slices: tuple[SliceHeader, ...]
    plans: Mapping[str, tuple[Path, ...]]
    others: tuple[OtherObject, ...]
    not_dicom: tuple[Path, ...] = ()
