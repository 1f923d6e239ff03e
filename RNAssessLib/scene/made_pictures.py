"""Nodes of the pictures made from several images: differences, response map, growth, dose wash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import slicer

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Image, Lesion, NotAssessableError, PreparedTimepoint, SequenceRole
from RNAssessLib.case.numbers import fixed, in_cm3, in_percent
from RNAssessLib.course.change_images import (
    compute_difference,
    compute_response_map,
    compute_subtraction,
)
from RNAssessLib.findings.measure.growth_map import compute_growth_map
from RNAssessLib.findings.measure.two_outlines import TwoOutlines, compute_two_outlines
from RNAssessLib.panel.hanging.growth_overlay import (
    NOT_OF_THE_PAIR,
    Pair,
    overlay_details,
    overlay_key,
    overlay_title,
    overlay_volumes,
)
from RNAssessLib.panel.hanging.plan import HangingPlan
from RNAssessLib.panel.hanging.third_row import LEGENDS, Content, Made, describe_content, prior_of
from RNAssessLib.panel.measuring.measurements import UNITS
from RNAssessLib.panel.words.palette import GROWN, REGRESSED

from .convert import hex_to_rgb
from .nodes import SceneNodes
from .overlay_lines import add_overlay
from .segmentations import add_mask, add_segmentation
from .volumes import add_volume

# Display windows in units of white matter; nothing is measured with them.
DIFFERENCE_WINDOW, SUBTRACTION_WINDOW = (-1.0, 1.0), (-0.25, 1.25)
RESPONSE_WINDOW = (-0.6, 0.6)
WASH_OPACITY, WASH_FROM = 0.45, 0.1
# From dark to light as dose rises, so that it reads in grey, too.
WASH = ("#2A1A5E", "#3B528B", "#21918C", "#5EC962", "#FDE725")
WASH_STEPS = 64
# From wash-out through no change to accumulation: blue, black, red.
RESPONSE = ("#56B4E9", "#0072B2", "#000000", "#A01010", "#FF5A3C")
UNIT = "× white matter"
# Contents that are a volume of their own, made here and removed when they are made anew.
OF_THEIR_OWN = (Made.DIFFERENCE, Made.SUBTRACTION, Made.RESPONSE)
Lines = tuple[slicer.vtkMRMLModelNode, ...]


@dataclass(frozen=True, eq=False)
class Picture:
    """What one view shows.

    Attributes
    ----------
    title : str
    volume : vtkMRMLScalarVolumeNode or None
        None when there is nothing to show; `absent` says why.
    name, unit : str
        Of the value under the cursor.
    over : vtkMRMLScalarVolumeNode or None
        Drawn over it, half transparent.
    drawn : vtkMRMLSegmentationNode or None
        Outlines that belong to this picture alone.
    lines : tuple of vtkMRMLModelNode
        Surfaces whose cut lines belong to the pictures of two studies.
    legend : str
    details : str
        What more there is to know, where there is room for it.
    bar : tuple of str
        Lowest and highest dose of the colour bar; empty without one.
    """

    title: str
    volume: slicer.vtkMRMLScalarVolumeNode | None
    name: str = ""
    unit: str = ""
    absent: str = ""
    over: slicer.vtkMRMLScalarVolumeNode | None = None
    drawn: slicer.vtkMRMLSegmentationNode | None = None
    lines: tuple[slicer.vtkMRMLModelNode, ...] = ()
    legend: str = ""
    details: str = ""
    bar: tuple[str, ...] = ()


class MadePictures:
    """Pictures of a scene, each made when it is first asked for and then kept.

    Parameters
    ----------
    assessment : Assessment
    nodes : SceneNodes
    plan : HangingPlan
        Says which two studies' outlines are laid over each other.
    """

    def __init__(self, assessment: Assessment, nodes: SceneNodes, plan: HangingPlan) -> None:
        self._take(assessment)
        self._nodes = nodes
        self._scene = nodes.document.GetScene()
        self._kept: dict[tuple[Content, str, str], Picture] = {}
        self._lines: dict[tuple[Pair, str], tuple[Lines, TwoOutlines]] = {}
        self._washed = False
        self._plan = plan

    def _take(self, assessment: Assessment) -> None:
        self._prepared = assessment.prepared
        self._thresholds = assessment.thresholds

    def renew(self, assessment: Assessment) -> None:
        """Go on with another assessment of the case: pictures are made anew when asked for."""
        self._take(assessment)
        for (content, _timepoint, _lesion), picture in self._kept.items():
            if content in OF_THEIR_OWN and picture.volume is not None:
                self._scene.RemoveNode(picture.volume)
            if picture.drawn is not None:
                self._scene.RemoveNode(picture.drawn)
        for node in [n for lines, _ in self._lines.values() for n in lines]:
            self._scene.RemoveNode(node)
        self._kept.clear()
        self._lines.clear()

    def picture(self, content: Content, timepoint_id: str, lesion: Lesion | None) -> Picture:
        """Return what `content` looks like at a timepoint; made now when it is new."""
        drawn = lesion is not None and content in (Made.GROWTH, Made.OVERLAY)
        whose = lesion.id if lesion is not None and drawn else ""
        if content is Made.OVERLAY and self._plan.pair is not None:
            whose = " ".join((whose, *self._plan.pair))
        key = (content, timepoint_id, whose)
        if key not in self._kept:
            self._kept[key] = self._make(content, timepoint_id, lesion)
        return self._kept[key]

    def _make(self, content: Content, timepoint_id: str, lesion: Lesion | None) -> Picture:
        prior = prior_of(self._prepared, timepoint_id)
        title = describe_content(content, timepoint_id, prior.id if prior else None)
        if isinstance(content, SequenceRole):
            volume = self._nodes.volumes.get((timepoint_id, content))
            absent = "" if volume is not None else f"no {content.value}"
            return Picture(title, volume, content.value, UNITS.get(content, ""), absent=absent)
        now = self._prepared.timepoint(timepoint_id)
        try:
            if content is Made.DOSE:
                return self._wash(title, now)
            if content is Made.SUBTRACTION:
                return self._subtraction(title, now)
            if content is Made.RESPONSE:
                return self._response(title, now)
            if content is Made.OVERLAY:
                return self._overlay(now, lesion)
            if prior is None:
                raise NotAssessableError("no study before")
            if content is Made.DIFFERENCE:
                return self._difference(title, now, prior)
            return self._growth(title, now, prior, lesion)
        except NotAssessableError as error:
            return Picture(title, None, absent=f"no {title}: {error}")

    def _subtraction(self, title: str, now: PreparedTimepoint) -> Picture:
        node = self._add(f"{now.id} {title}", compute_subtraction(now), SUBTRACTION_WINDOW)
        node.SetAndObserveTransformNodeID(self._nodes.transforms[now.id].GetID())
        return Picture(title, node, title, UNIT, legend=LEGENDS[Made.SUBTRACTION])

    def _response(self, title: str, now: PreparedTimepoint) -> Picture:
        """Delayed T1c − T1c with how solid each lesion is, which the map may only reflect."""
        node = self._add(f"{now.id} {title}", compute_response_map(now), RESPONSE_WINDOW)
        node.SetAndObserveTransformNodeID(self._nodes.transforms[now.id].GetID())
        table = colour_table(self._scene, node, RESPONSE, "response map")
        node.GetDisplayNode().SetAndObserveColorNodeID(table.GetID())
        parts = []
        for lesion in self._prepared.lesions:
            masks = now.lesions[lesion.id]
            solid, core = masks.enhancing.volume_cm3, masks.necrotic_core.volume_cm3
            if solid + core > 0:
                parts.append(f"{lesion.name} {in_percent(100 * solid / (solid + core))} %")
        details = f"enhancing share of the lesion: {', '.join(parts)}" if parts else ""
        return Picture(title, node, title, UNIT, legend=LEGENDS[Made.RESPONSE], details=details)

    def _difference(self, title: str, now: PreparedTimepoint, prior: PreparedTimepoint) -> Picture:
        image = compute_difference(self._prepared, now, prior)
        node = self._add(title, image, DIFFERENCE_WINDOW)
        return Picture(title, node, title, UNIT, legend=LEGENDS[Made.DIFFERENCE])

    def _add(
        self, name: str, image: Image, window: tuple[float, float]
    ) -> slicer.vtkMRMLScalarVolumeNode:
        node = add_volume(self._scene, name, image, window)
        node.SetAttribute("RNAssess.made", name)
        return node

    def _growth(
        self, title: str, now: PreparedTimepoint, prior: PreparedTimepoint, lesion: Lesion | None
    ) -> Picture:
        if lesion is None:
            raise NotAssessableError("no lesion")
        change = compute_growth_map(self._prepared, lesion, prior, now, self._thresholds)
        node = add_segmentation(self._scene, f"{lesion.name} {title}")
        node.SetSourceRepresentationToBinaryLabelmap()
        display = node.GetDisplayNode()
        display.SetVisibility2DFill(True)
        display.SetOpacity2DFill(0.35)
        for name, mask, colour, fill in (
            ("grown", change.grown, GROWN.colour, 1.0),
            ("regressed", change.regressed, REGRESSED.colour, 0.0),
        ):
            if add_mask(node, name, name, mask, colour):
                display.SetSegmentOpacity2DFill(name, fill)
        display.SetVisibility(False)
        words = [
            f"{word} {in_cm3(mask.volume_cm3)} cm³ ({drawn})"
            for word, drawn, mask in (("grown", "filled, with new parts", change.grown),
                                      ("regressed", "outlined", change.regressed))
        ]  # fmt: skip
        volume = self._nodes.volumes[now.id, SequenceRole.T1C]
        return Picture(title, volume, "T1c", drawn=node, legend="\n".join(words))

    def _overlay(self, now: PreparedTimepoint, lesion: Lesion | None) -> Picture:
        """Both outlines on the T1c of one of the two studies; the other's picture shares them."""
        pair = self._plan.pair
        if lesion is None or pair is None:
            raise NotAssessableError("no lesion" if lesion is None else "only one study")
        title = overlay_title(pair)
        if now.id not in pair:
            return Picture(title, None, absent=NOT_OF_THE_PAIR)
        key = (pair, lesion.id)
        if key not in self._lines:
            earlier, later = (self._prepared.timepoint(name) for name in pair)
            two = compute_two_outlines(self._prepared, lesion, earlier, later, self._thresholds)
            lines = add_overlay(self._scene, two, f"{lesion.name} {title}")
            self._lines[key] = lines, two
        lines, two = self._lines[key]
        legend = overlay_volumes(two) if now.id == two.later else overlay_key(pair)
        volume = self._nodes.volumes[now.id, SequenceRole.T1C]
        details = overlay_details(two)
        return Picture(title, volume, "T1c", lines=lines, legend=legend, details=details)

    def _wash(self, title: str, now: PreparedTimepoint) -> Picture:
        doses = list(self._nodes.doses.values())
        if not doses:
            raise NotAssessableError("no dose")
        if not now.to_reference.is_usable:
            raise NotAssessableError(f"{now.id} not aligned")
        dose = doses[0]
        peak = float(dose.GetImageData().GetScalarRange()[1]) or 1.0
        if not self._washed:
            self._washed = True
            colour_wash(self._scene, dose, peak)
        course = next(iter(self._nodes.doses))
        title = f"dose {course}" if len(doses) > 1 else title
        bar = (f"{fixed(WASH_FROM * peak, 0)} Gy", f"{fixed(peak, 0)} Gy")
        return Picture(title, self._nodes.volumes[now.id, SequenceRole.T1C], "T1c", over=dose,
                       bar=bar)  # fmt: skip


def colour_wash(
    scene: slicer.vtkMRMLScene, dose: slicer.vtkMRMLScalarVolumeNode, peak_gy: float
) -> None:
    """Give a dose volume a ramp that grows lighter, nothing below a tenth of its maximum."""
    table = colour_table(scene, dose, WASH, "wash")
    display = dose.GetDisplayNode()
    display.SetAndObserveColorNodeID(table.GetID())
    display.SetWindowLevelMinMax(WASH_FROM * peak_gy, peak_gy)
    display.SetThreshold(WASH_FROM * peak_gy, 10 * peak_gy)
    display.ApplyThresholdOn()


def colour_table(
    scene: slicer.vtkMRMLScene,
    volume: slicer.vtkMRMLScalarVolumeNode,
    colours: Sequence[str],
    purpose: str,
) -> slicer.vtkMRMLColorTableNode:
    """Add a table that runs evenly through `colours` from the lowest to the highest value."""
    table = scene.AddNewNodeByClass("vtkMRMLColorTableNode", f"{volume.GetName()} {purpose}")
    table.SetTypeToUser()
    table.SetNumberOfColors(WASH_STEPS)
    ramp = [hex_to_rgb(colour) for colour in colours]
    for index in range(WASH_STEPS):
        place = index / (WASH_STEPS - 1) * (len(ramp) - 1)
        at = min(int(place), len(ramp) - 2)
        share = place - at
        mixed = [a + share * (b - a) for a, b in zip(ramp[at], ramp[at + 1], strict=True)]
        table.SetColor(index, f"{index}", *mixed, 1.0)
    return table
