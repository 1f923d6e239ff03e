"""The pictures of a report: a lesion at every timepoint, and the evidence of one item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Finding, Plane
from RNAssessLib.panel.hanging.window import WINDOW
from RNAssessLib.panel.words import palette
from RNAssessLib.panel.words.style import IsodoseLevel

from .key_images import Hatching, Tile, draw_grid
from .planes import CutPlane

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHAPE = "shape_change"
# the colours of the growth map and of outlines over each other
GROWN, GROWN_PATTERN = palette.GROWN.colour, "//////"
REGRESSED, REGRESSED_PATTERN = palette.REGRESSED.colour, "....."
OVERVIEW_MM, DETAIL_MM, PIXEL_MM = 110.0, 90.0, 0.5
TILE_INCH = 2.6


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn figure with its words.

    Attributes
    ----------
    figure : Figure
    columns, rows : int
        Tiles across and down.
    alt, caption : str
    """

    figure: Figure
    columns: int
    rows: int
    alt: str
    caption: str


def draw_lesion(
    assessment: Assessment,
    assessed: LesionAssessment,
    isodoses: Sequence[IsodoseLevel],
    *,
    timepoints: Sequence[str] | None = None,
    tile_inch: float = TILE_INCH,
) -> Picture:
    """T1c over FLAIR, one column per timepoint, axial through the target.

    Parameters
    ----------
    timepoints : sequence of str, optional
        Ids of those to draw; all by default.
    tile_inch : float
        Side of one tile as printed, so that its lettering has its real size.
    """
    prepared = assessment.prepared
    lesion = assessed.lesion
    cut = CutPlane(Plane.AXIAL, lesion.center_lps_mm, OVERVIEW_MM, PIXEL_MM)
    shown = [t for t in prepared.timepoints if timepoints is None or t.id in timepoints]
    rows = [
        [Tile(t.id, role, f"{t.id} {role.value}\n{t.date.isoformat()}") for t in shown]
        for role in (SequenceRole.T1C, SequenceRole.FLAIR)
    ]
    figure = draw_grid(prepared, rows, cut, isodoses, lesion.id, tile_inch=tile_inch)
    return Picture(
        figure,
        len(shown),
        len(rows),
        f"T1c and FLAIR at every timepoint with isodoses, axial through {lesion.name}",
        "Axial through the centre of the target, all timepoints aligned to "
        f"{prepared.reference}; patient's right on the reader's left.",
    )


def draw_evidence(
    assessment: Assessment,
    assessed: LesionAssessment,
    finding: Finding,
    isodoses: Sequence[IsodoseLevel],
    *,
    tile_inch: float = TILE_INCH,
) -> Picture:
    """Draw the evidence beside the same cut at baseline, so that change can be seen.

    Change in shape is drawn on the two scans it was measured between.
    """
    if finding.spec.id == SHAPE and len(finding.evidence) == 2:
        return _draw_change(assessment, assessed, finding, isodoses, tile_inch)
    prepared = assessment.prepared
    seen = finding.evidence[0]
    baseline = prepared.baseline(assessed.lesion)
    cut = CutPlane(seen.plane, seen.point_reference_lps_mm, DETAIL_MM, PIXEL_MM)
    roles = dict.fromkeys((SequenceRole.T1C, seen.role))
    tiles = [Tile(baseline.id, SequenceRole.T1C, f"{baseline.id} T1c (baseline)")]
    tiles += [
        Tile(seen.timepoint, role, f"{seen.timepoint} {role.value}", seen.point_reference_lps_mm)
        for role in roles
    ]
    figure = draw_grid(prepared, [tiles], cut, isodoses, assessed.lesion.id, tile_inch=tile_inch)
    return Picture(
        figure,
        len(tiles),
        1,
        f"{finding.spec.title}: evidence on {seen.timepoint} {seen.role.value}",
        f"{seen.label or finding.spec.title}: {seen.plane.value} at the arrow, "
        f"{seen.timepoint} beside the baseline.",
    )


def draw_telling(
    assessment: Assessment,
    assessed: LesionAssessment,
    finding: Finding,
    isodoses: Sequence[IsodoseLevel],
    *,
    tile_inch: float = TILE_INCH,
) -> Picture:
    """Draw the study before and the one that shows the finding: same plane, place and window.

    Parameters
    ----------
    tile_inch : float
        Side of one tile as printed.
    """
    prepared = assessment.prepared
    seen = finding.evidence[0]
    ids = [t.id for t in prepared.timepoints]
    before = prepared.timepoint(ids[max(ids.index(seen.timepoint) - 1, 0)])
    now = prepared.timepoint(seen.timepoint)
    cut = CutPlane(seen.plane, seen.point_reference_lps_mm, DETAIL_MM, PIXEL_MM)
    hatched: dict[str, tuple[Hatching, ...]] = {}
    if finding.spec.id == SHAPE and len(finding.evidence) == 2:
        grown, regressed = hatch_change(finding)
        before = prepared.timepoint(finding.evidence[1].timepoint)
        hatched = {before.id: (regressed,), now.id: (grown, regressed)}
    tiles = [
        Tile(
            t.id, role, f"{t.date.isoformat()} {role.value}\n{window_text(role)}",
            seen.point_reference_lps_mm if t is now and not hatched else None,
            hatched.get(t.id, ()),
        )
        for role in (seen.role,) for t in dict.fromkeys((before, now))
    ]  # fmt: skip
    figure = draw_grid(prepared, [tiles], cut, isodoses, assessed.lesion.id, tile_inch=tile_inch)
    lines = ", ".join(level.label for level in isodoses)
    parts = " Lines hatch what grew, dots what regressed." if hatched else ""
    return Picture(
        figure,
        len(tiles),
        1,
        f"{finding.spec.title}: {before.date} beside {now.date}",
        f"{seen.plane.value.capitalize()}, {before.date} beside {now.date}, same plane, place and "
        f"window. Thin lines: isodoses ({lines}).{parts}",
    )


def window_text(role: SequenceRole) -> str:
    """Display window in words; empty where it follows each image."""
    if role not in WINDOW:
        return ""
    low, high = WINDOW[role]
    return f"window {low:g}-{high:g} × white matter"


def hatch_change(finding: Finding) -> tuple[Hatching, Hatching]:
    """Grown and regressed part of a change in shape, as they are drawn on every picture of it."""
    grown, regressed = (e.mask for e in finding.evidence)
    assert grown is not None and regressed is not None
    return Hatching(grown, GROWN_PATTERN, GROWN), Hatching(regressed, REGRESSED_PATTERN, REGRESSED)


def _draw_change(
    assessment: Assessment,
    assessed: LesionAssessment,
    finding: Finding,
    isodoses: Sequence[IsodoseLevel],
    tile_inch: float,
) -> Picture:
    """Prior and current scan in the one cut that shows both parts, hatched."""
    now, prior = finding.evidence
    grown, regressed = hatch_change(finding)
    cut = CutPlane(now.plane, now.point_reference_lps_mm, DETAIL_MM, PIXEL_MM)
    tiles = [
        Tile(prior.timepoint, SequenceRole.T1C, f"{prior.timepoint} T1c (prior)",
             hatched=(regressed,)),
        Tile(now.timepoint, SequenceRole.T1C, f"{now.timepoint} T1c", hatched=(grown, regressed)),
    ]  # fmt: skip
    figure = draw_grid(
        assessment.prepared, [tiles], cut, isodoses, assessed.lesion.id, tile_inch=tile_inch
    )
    return Picture(
        figure,
        len(tiles),
        1,
        f"{finding.spec.title}: {prior.timepoint} beside {now.timepoint}, parts that grew and "
        "regressed hatched",
        f"{now.plane.value.capitalize()} through the lesion, {prior.timepoint} beside "
        f"{now.timepoint}. Hatched with lines: {now.label}; dotted: {prior.label}.",
    )
