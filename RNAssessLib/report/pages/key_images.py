"""Key images: isodoses and lesion outlines over T1c and FLAIR, one tile per timepoint."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from RNAssessLib.case import (
    Mask,
    MaskKind,
    PreparedCase,
    PreparedTimepoint,
    RigidTransform,
    SequenceRole,
)
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.panel.hanging.window import window_of
from RNAssessLib.panel.words.palette import line_style
from RNAssessLib.panel.words.style import MASK_COLOURS, MASK_STROKES, IsodoseLevel

from .planes import CutPlane, sample_plane
from .plots import literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PIXEL_MM = 0.5


@dataclass(frozen=True, eq=False)
class Hatching:
    """A part that is hatched: told by its pattern, not by its colour alone.

    Attributes
    ----------
    mask : Mask
        In reference space.
    pattern : str
        Of matplotlib, ``////``.
    colour : str
    """

    mask: Mask
    pattern: str
    colour: str


@dataclass(frozen=True)
class Tile:
    """One picture: which sequence of which timepoint, and what is marked on it."""

    timepoint: str
    role: SequenceRole
    caption: str = ""
    mark_reference_lps_mm: tuple[float, float, float] | None = None
    hatched: tuple[Hatching, ...] = ()


def draw_tile(
    axes: Axes,
    prepared: PreparedCase,
    tile: Tile,
    cut: CutPlane,
    isodoses: Sequence[IsodoseLevel],
    lesion_id: str | None,
) -> None:
    """Draw one tile into matplotlib axes: image, isodose lines, outlines, letters, scale bar."""
    timepoint = prepared.timepoint(tile.timepoint)
    axes.set_axis_off()
    axes.set_facecolor("black")
    image = timepoint.images.get(tile.role)
    if image is None:
        axes.text(0.5, 0.5, f"no {tile.role.value}", color="0.6", ha="center", va="center",
                  transform=axes.transAxes)  # fmt: skip
        return
    space = timepoint.to_reference.transform
    values = sample_plane(image.array, image.grid, space, cut)
    low, high = window_of(timepoint, tile.role, image.array)
    axes.imshow(np.nan_to_num(values, nan=low), cmap="gray", vmin=low, vmax=high,
                interpolation="bicubic")  # fmt: skip
    _draw_isodoses(axes, prepared, cut, isodoses)
    if lesion_id is not None:
        _draw_outlines(axes, timepoint, lesion_id, space, cut)
    _draw_hatching(axes, tile, cut)
    _draw_marks(axes, tile, cut)
    axes.set_xlim(-0.5, cut.size - 0.5)
    axes.set_ylim(cut.size - 0.5, -0.5)


def _draw_isodoses(
    axes: Axes, prepared: PreparedCase, cut: CutPlane, isodoses: Sequence[IsodoseLevel]
) -> None:
    """Lines come from the same refined field as the numbers, not from the raw grid."""
    for placed in prepared.courses:
        if placed.course.dose is None or placed.to_reference is None:
            continue
        native = placed.to_reference.transform.inverse().apply(cut.points_lps())
        dose = DoseField(placed.course.dose).at(native.reshape(-1, 3)).reshape(cut.size, cut.size)
        for level in isodoses:
            if dose.min() < level.dose_gy < dose.max():
                axes.contour(dose, levels=[level.dose_gy], colors=[level.colour],
                             linewidths=0.8, linestyles=[line_style(level.dash)])  # fmt: skip


def _draw_outlines(
    axes: Axes, timepoint: PreparedTimepoint, lesion_id: str, space: RigidTransform, cut: CutPlane
) -> None:
    masks = timepoint.lesions.get(lesion_id)
    if masks is None:
        return
    for kind in (MaskKind.ENHANCING, MaskKind.NECROTIC_CORE):
        mask = masks.masks.get(kind)
        if mask is None or mask.is_empty:
            continue
        share = sample_plane(mask.array.astype(np.float32), mask.grid, space, cut)
        share = np.nan_to_num(share)
        if share.max() > 0.5:
            axes.contour(share, levels=[0.5], colors=[MASK_COLOURS[kind]], linewidths=0.8,
                         linestyles=[line_style(MASK_STROKES[kind].dash)])  # fmt: skip


def _draw_hatching(axes: Axes, tile: Tile, cut: CutPlane) -> None:
    from matplotlib import rc_context

    with rc_context({"hatch.linewidth": 0.7}):
        for part in tile.hatched:
            share = sample_plane(
                part.mask.array.astype(np.float32), part.mask.grid, RigidTransform(), cut
            )
            share = np.nan_to_num(share)
            if share.max() > 0.5:
                drawn = axes.contourf(share, levels=[0.5, 2.0], colors="none",
                                      hatches=[part.pattern])  # fmt: skip
                drawn.set_edgecolor(part.colour)
                axes.contour(share, levels=[0.5], colors=[part.colour], linewidths=0.7)


def _draw_marks(axes: Axes, tile: Tile, cut: CutPlane) -> None:
    from matplotlib.patheffects import withStroke

    # a dark edge keeps letters readable over bright bone and fat
    edge = [withStroke(linewidth=1.6, foreground="black")]
    outline: dict[str, Any] = {
        "color": "white", "fontsize": 7, "transform": axes.transAxes, "path_effects": edge,
    }  # fmt: skip
    left, right, top, bottom = cut.letters
    # thin strokes of upright letters can vanish between pixels: an L without its foot reads as I
    letter = {**outline, "fontweight": "bold"}
    axes.text(0.01, 0.5, left, va="center", ha="left", **letter)
    axes.text(0.99, 0.5, right, va="center", ha="right", **letter)
    axes.text(0.5, 0.99, top, va="top", ha="center", **letter)
    axes.text(0.5, 0.01, bottom, va="bottom", ha="center", **letter)
    axes.text(0.02, 0.98, literal(tile.caption), va="top", ha="left", **outline)
    bar = 20.0 / cut.pixel_mm
    axes.plot([cut.size * 0.97 - bar, cut.size * 0.97], [cut.size * 0.96] * 2, color="white", lw=2)
    axes.text(0.97, 0.055, "20 mm", va="bottom", ha="right", **outline)
    if tile.mark_reference_lps_mm is not None:
        column, row = cut.pixel_of(tile.mark_reference_lps_mm)
        reach = 9.0 / cut.pixel_mm
        axes.annotate("", xy=(column + 2, row - 2), xytext=(column + reach, row - reach),
                      arrowprops={"arrowstyle": "-|>", "color": "white", "lw": 1.2})  # fmt: skip


def draw_grid(
    prepared: PreparedCase,
    rows: Sequence[Sequence[Tile]],
    cut: CutPlane,
    isodoses: Sequence[IsodoseLevel],
    lesion_id: str | None,
    *,
    tile_inch: float = 2.6,
) -> Figure:
    """Compose tiles into one figure; rows of equal length, read like the serial layout."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = max(len(row) for row in rows)
    figure = Figure(figsize=(columns * tile_inch, len(rows) * tile_inch), facecolor="black")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(
        len(rows), columns, left=0, right=1, top=1, bottom=0, wspace=0.02, hspace=0.02
    )
    for r, row in enumerate(rows):
        for c, tile in enumerate(row):
            axes = figure.add_subplot(grid[r, c])
            draw_tile(axes, prepared, tile, cut, isodoses, lesion_id)
    return figure


def encode_png(figure: Figure, dpi: int = 110) -> str:
    """Return the figure as a base64 PNG for an ``<img src="data:image/png;base64,…">``."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor=figure.get_facecolor())
    return base64.b64encode(buffer.getvalue()).decode("ascii")
