"""Vector pictures of the analyses, drawn from the numbers that stand beside them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from RNAssessLib.disclaimer import DISCLAIMER

from .extras import need
from .result import ResultFigure, ResultTable

SIZE = (5.6, 4.2)
# a date or random ids in the picture would make two runs differ
METADATA = {"Date": None, "Creator": "RNAssess"}


def anchor(case: str, lesion: str) -> str:
    """Name of a lesion's line on the page.

    Examples
    --------
    >>> anchor("P0001", "L1")
    'lesion-P0001-L1'
    """
    return re.sub(r"[^A-Za-z0-9_-]", "_", f"lesion-{case}-{lesion}")


def draw(data: ResultTable, paint: Callable[[Any], None], note: str = "") -> ResultFigure:
    """Draw one figure.

    Parameters
    ----------
    data : ResultTable
        Numbers that are drawn; its title is the figure's.
    paint : callable
        Draws on matplotlib axes.
    note : str
        Caption.
    """
    matplotlib = need("matplotlib")
    figures = need("matplotlib.figure")
    with matplotlib.rc_context({"svg.hashsalt": data.id, "svg.fonttype": "none", "font.size": 9}):
        figure = figures.Figure(figsize=SIZE)  # laid out by hand: it is drawn once only
        axes = figure.add_axes((0.13, 0.13, 0.84, 0.78))
        paint(axes)
        axes.set_title(data.title, fontsize=10)
        axes.spines[["top", "right"]].set_visible(False)
        figure.text(0.995, 0.004, DISCLAIMER, ha="right", va="bottom", fontsize=6, color="#555555")
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata=METADATA)
    svg = text.getvalue()
    return ResultFigure(data.id, data.title, svg[svg.index("<svg") :], data, note)


def draw_lines(
    data: ResultTable, labels: tuple[str, str], note: str = "", *, steps: bool = False,
    diagonal: bool = False, limits: tuple[float, float] | None = None,
) -> ResultFigure:  # fmt: skip
    """Draw one line per name in the first column against the second and third."""

    def paint(axes: Any) -> None:
        for name in dict.fromkeys(row[0] for row in data.rows):
            own = [row for row in data.rows if row[0] == name]
            style = {"drawstyle": "steps-post"} if steps else {}
            axes.plot([r[1] for r in own], [r[2] for r in own], label=str(name), **style)
        if diagonal:
            axes.plot([0, 1], [0, 1], color="#999999", lw=0.8, ls="--")
        if limits:
            axes.set_ylim(*limits)
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        axes.legend(frameon=False)

    return draw(data, paint, note)


def draw_points(
    data: ResultTable, labels: tuple[str, str], note: str = "", *, logs: bool = False,
    diagonal: bool = False,
) -> ResultFigure:  # fmt: skip
    """Draw the last two columns against each other."""

    def paint(axes: Any) -> None:
        x, y = [row[-2] for row in data.rows], [row[-1] for row in data.rows]
        dots = axes.scatter(x, y, s=16, alpha=0.6)
        if data.columns[:2] == ("case", "lesion"):  # on the page a click goes to the lesion's line
            dots.set_urls([f"#{anchor(str(row[0]), str(row[1]))}" for row in data.rows])
        if logs:
            axes.set_xscale("log")
            axes.set_yscale("log")
        if diagonal:
            axes.plot([0, 1], [0, 1], color="#999999", lw=0.8, ls="--")
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])

    return draw(data, paint, note)


def draw_boxes(
    data: ResultTable, groups: dict[str, Sequence[float]], label: str, note: str = ""
) -> ResultFigure:
    """Draw one box per group."""

    def paint(axes: Any) -> None:
        axes.boxplot(list(groups.values()))
        axes.set_xticks(range(1, len(groups) + 1), list(groups))
        axes.set_ylabel(label)

    return draw(data, paint, note)
