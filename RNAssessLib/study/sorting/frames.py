"""Frames of enhanced MR to slice headers (PS3.3 C.7.6.16, C.8.13.5)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pydicom.dataset import Dataset

from .header import SliceHeader
from .parse import after, parse_single, real_world, six, text, three, whole, words
from .vendor_facts import PrivateFacts, first, numbers, read_component, read_diffusion_item


def parse_dataset(dataset: Dataset, path: Path) -> tuple[SliceHeader, ...]:
    """Headers of all slices of a file, none of them decoded further than needed."""
    base = parse_single(dataset, path)
    frames = dataset.get("PerFrameFunctionalGroupsSequence")
    if not frames:
        return (base,)
    shared_items = dataset.get("SharedFunctionalGroupsSequence")
    shared = shared_items[0] if shared_items else Dataset()
    return tuple(
        _parse_frame(base, number, _Groups(shared, own)) for number, own in enumerate(frames)
    )


class _Groups:
    """Functional groups of one frame: its own, else what all frames share."""

    def __init__(self, shared: Dataset, own: Dataset) -> None:
        self._datasets = (own, shared)

    def item(self, name: str) -> Dataset:
        """First item of a group, an empty data set when there is none."""
        for dataset in self._datasets:
            items = dataset.get(name)
            if items:
                found: Dataset = items[0]
                return found
        return Dataset()


def _parse_frame(base: SliceHeader, number: int, groups: _Groups) -> SliceHeader:
    content = groups.item("FrameContentSequence")
    kind = groups.item("MRImageFrameTypeSequence")
    timing = groups.item("MRTimingAndRelatedParametersSequence")
    echo = groups.item("MREchoSequence")
    modifier = groups.item("MRModifierSequence")
    measures = groups.item("PixelMeasuresSequence")
    scaling = groups.item("PixelValueTransformationSequence")
    diffusion = read_diffusion_item(groups.item("MRDiffusionSequence"))
    frame_type = words(kind, "FrameType") or base.image_type
    acquired = text(content, "FrameAcquisitionDateTime")
    ti = numbers(modifier.get("InversionTimes"))
    # a mixed file says MIXED above its frames, so a frame's own word goes first
    component = read_component(kind, frame_type[2:], PrivateFacts(Dataset())) or base.component
    scanning = base.scanning | (
        {"IR"} if text(modifier, "InversionRecovery") == "YES" else frozenset()
    )
    return replace(
        base,
        frame=number,
        image_type=frame_type,
        component=component,
        position=three(groups.item("PlanePositionSequence").get("ImagePositionPatient")),
        orientation=six(groups.item("PlaneOrientationSequence").get("ImageOrientationPatient")),
        pixel_spacing=numbers(measures.get("PixelSpacing")) or base.pixel_spacing,
        thickness=first(measures.get("SliceThickness")) or base.thickness,
        spacing_between=first(measures.get("SpacingBetweenSlices")) or base.spacing_between,
        tr=first(timing.get("RepetitionTime")) or base.tr,
        te=first(echo.get("EffectiveEchoTime")) or base.te,
        ti=(ti[0] if ti else base.ti) or None,
        scanning=frozenset(scanning),
        temporal_position=whole(content.get("TemporalPositionIndex")),
        acquisition_number=whole(content.get("FrameAcquisitionNumber")),
        instance_number=base.instance_number * 100000 + number,
        seconds=after(acquired, base.date) if acquired else base.seconds,
        b_value=base.b_value if diffusion.b is None else diffusion.b,
        direction=diffusion.direction or base.direction,
        isotropic=diffusion.isotropic or base.isotropic,
        rescale_slope=first(scaling.get("RescaleSlope")) or base.rescale_slope,
        rescale_intercept=first(scaling.get("RescaleIntercept")) or base.rescale_intercept,
        rescale_type=text(scaling, "RescaleType") or base.rescale_type,
        real_world=real_world([groups.item("RealWorldValueMappingSequence")]) or base.real_world,
    )
