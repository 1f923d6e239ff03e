"""Masks of one timepoint as a DICOM Segmentation on its T1c series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highdicom as hd
import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from RNAssessLib import __version__
from RNAssessLib.case import MaskKind, MaskOrigin, PreparedTimepoint, SequenceRole
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.words.wording import MASK_NAMES

from .codes import BRAIN, PROCESSING, SEGMENT_CATEGORY, SEGMENT_RGB, SEGMENT_TYPE
from .objects import MANUFACTURER, made_here, series_description
from .sources import SourceImages, derived_uid

ALGORITHM_TYPE = {
    MaskOrigin.AUTOMATIC: "AUTOMATIC",
    MaskOrigin.EDITED: "SEMIAUTOMATIC",
    MaskOrigin.IMPORTED: "MANUAL",
}


@dataclass(frozen=True)
class SegmentKey:
    """Which mask a segment holds."""

    lesion: str
    kind: MaskKind


@dataclass(frozen=True, eq=False)
class TimepointSegmentation:
    """A segmentation object and what its segments are.

    Attributes
    ----------
    dataset : highdicom.seg.Segmentation
    numbers : mapping of SegmentKey to int
        Segment numbers from 1; empty masks have none.
    """

    dataset: Dataset
    numbers: dict[SegmentKey, int]


def tracking_uid(frame_of_reference_uid: str | None, lesion_id: str, kind: MaskKind) -> str:
    """UID under which one part of one lesion is followed over all timepoints and exports.

    Parameters
    ----------
    frame_of_reference_uid : str or None
        Of the reference timepoint.
    """
    return derived_uid("rnassess lesion", frame_of_reference_uid, lesion_id, kind.value)


def build_segmentation(
    prepared: PreparedTimepoint, sources: SourceImages, reference_frame_uid: str | None
) -> TimepointSegmentation | None:
    """Return the segments of a timepoint: per lesion enhancing part, necrotic core and oedema.

    Segments may overlap (the oedema holds the lesion). A mask without voxels gives no segment.

    Parameters
    ----------
    prepared : PreparedTimepoint
    sources : SourceImages
    reference_frame_uid : str or None
        Frame of reference of the reference timepoint, which tracking UIDs derive from.

    Returns
    -------
    TimepointSegmentation or None
        None when every mask is empty.

    Raises
    ------
    InputError
        The T1c is not DICOM, or its files are gone.
    """
    slices = sources.slices(prepared.timepoint)
    keys = [
        SegmentKey(lesion_id, kind)
        for lesion_id, masks in prepared.lesions.items()
        for kind in MaskKind
        if kind in masks.masks and not masks.masks[kind].is_empty
    ]
    if not keys:
        return None
    arrays = [prepared.lesions[k.lesion].masks[k.kind].array for k in keys]
    described = [
        _describe(number, key, prepared.lesions[key.lesion].origin, reference_frame_uid)
        for number, key in enumerate(keys, start=1)
    ]
    further: list[Dataset] = []
    if _flair_is_referenced(prepared, slices, sources):
        further = sources.slices(prepared.timepoint, SequenceRole.FLAIR)
    made = hd.seg.Segmentation(
        source_images=slices,
        pixel_array=np.stack(arrays, axis=-1).astype(np.uint8),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=described,
        **made_here("SEG"),
        content_label="RNASSESS_MASKS",
        content_description=DISCLAIMER,
        content_creator_name=f"{MANUFACTURER}^",
        series_description=series_description("RNAssess masks"),
        transfer_syntax_uid=ExplicitVRLittleEndian,
        further_source_images=further or None,
    )
    return TimepointSegmentation(made, {key: n for n, key in enumerate(keys, start=1)})


def _flair_is_referenced(
    prepared: PreparedTimepoint, slices: Sequence[Dataset], sources: SourceImages
) -> bool:
    """Whether the FLAIR, from which the oedema was drawn, is DICOM of the same study."""
    image = prepared.timepoint.sequences.get(SequenceRole.FLAIR)
    if image is None or not image.source.sop_instance_uids:
        return False
    first = sources.headers.get(image.source.sop_instance_uids[0])
    return first is not None and first.StudyInstanceUID == slices[0].StudyInstanceUID


def _describe(
    number: int, key: SegmentKey, origin: MaskOrigin, reference_frame_uid: str | None
) -> hd.seg.SegmentDescription:
    kind = ALGORITHM_TYPE[origin]
    identification = None
    if kind != "MANUAL":
        identification = hd.AlgorithmIdentificationSequence(
            name=MANUFACTURER, family=PROCESSING, version=__version__
        )
    label = f"{key.lesion} {MASK_NAMES[key.kind]}"
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=SEGMENT_CATEGORY,
        segmented_property_type=SEGMENT_TYPE[key.kind],
        algorithm_type=kind,
        algorithm_identification=identification,
        tracking_uid=tracking_uid(reference_frame_uid, key.lesion, key.kind),
        tracking_id=label,
        anatomic_regions=[BRAIN],
        display_color=hd.color.CIELabColor.from_rgb(*SEGMENT_RGB[key.kind]),
    )
