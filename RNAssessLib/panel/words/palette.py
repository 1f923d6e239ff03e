"""Every line drawn over the images: colour and dash pattern, one table for screens and reports.

No two share a colour, and two that a dichromat would confuse differ in their pattern
(`Testing/panel/words/test_palette.py` computes it). Slicer's own slice views draw every line whole;
there the colour alone tells.
"""

from __future__ import annotations

from dataclasses import dataclass

SOLID: tuple[int, ...] = ()
SHORT, DASH, LONG, DOT = (5, 3), (9, 4), (14, 4), (2, 3)
DASH_DOT, LONG_DOT = (9, 3, 2, 3), (14, 3, 2, 3, 2, 3)
FILLED, HATCHED, BROKEN, RULED = "filled", "hatched", "broken", "with its figure"


@dataclass(frozen=True)
class Stroke:
    """How one thing is drawn.

    Attributes
    ----------
    colour : str
        ``#rrggbb``.
    dash : tuple of int
        Pixels on, off, on, off and so on; empty is a whole line.
    manner : str
        What else tells it apart: filled, hatched, broken up in space, with its figure beside it.
    """

    colour: str
    dash: tuple[int, ...] = SOLID
    manner: str = ""

    @property
    def pattern(self) -> tuple[object, ...]:
        """What is left of it without its colour."""
        return (self.dash, self.manner)


# Isodoses: Okabe and Ito's colours where the literature's shares of the prescription are meant.
ISODOSE_STROKES = {
    "100 %": Stroke("#D55E00"),
    "80 %": Stroke("#E69F00"),
    "50 %": Stroke("#F0E442"),
    "25 %": Stroke("#56B4E9"),
    "brain dose": Stroke("#CC79A7", DASH),
    "other 1": Stroke("#2CA02C", DASH),
    "other 2": Stroke("#17929E", LONG_DOT),
    "other 3": Stroke("#AFC08A", DASH),
    "other 4": Stroke("#B5553A", DOT),
}
OUTLINE_STROKES = {
    "enhancing": Stroke("#00E5A0", SHORT),
    "necrotic core": Stroke("#B44DFF", DOT),
    "FLAIR hyperintensity": Stroke("#6F86FF", LONG),
    "enhancement outside the lesions": Stroke("#D2A679", DASH_DOT),
    "GTV": Stroke("#FFFFFF"),
    "CTV": Stroke("#FFD0EE", LONG_DOT),
    "PTV": Stroke("#C7A6FF", DASH_DOT),
}
MARK_STROKES = {
    "evidence": Stroke("#FFE9A8", manner=FILLED),
    "measurement": Stroke("#A6FF4D", manner=RULED),
    "grown, later outline": Stroke("#FF6677", manner=HATCHED),
    "regressed, earlier outline": Stroke("#2FE0FF", manner=BROKEN),
}
DASH_WORDS = {
    SOLID: "", SHORT: "short dashes", DASH: "dashed", LONG: "long dashes", DOT: "dotted",
    DASH_DOT: "dash and dot", LONG_DOT: "dash and two dots",
}  # fmt: skip
PALETTE = {**ISODOSE_STROKES, **OUTLINE_STROKES, **MARK_STROKES}

EVIDENCE, MEASUREMENT = MARK_STROKES["evidence"], MARK_STROKES["measurement"]
GROWN = MARK_STROKES["grown, later outline"]
REGRESSED = MARK_STROKES["regressed, earlier outline"]


def named(label: str, dash: tuple[int, ...]) -> str:
    """Label of a line with its pattern in words, for legends without a drawn sample.

    Examples
    --------
    >>> named("necrotic core", DOT), named("20 Gy", SOLID)
    ('necrotic core (dotted)', '20 Gy')
    """
    word = DASH_WORDS.get(dash, "")
    return f"{label} ({word})" if word else label


def line_style(dash: tuple[int, ...]) -> str | tuple[float, tuple[float, ...]]:
    """Return the pattern as matplotlib takes it, in points of a thin line.

    Examples
    --------
    >>> line_style(()), line_style((5, 3))
    ('solid', (0.0, (2.5, 1.5)))
    """
    return "solid" if not dash else (0.0, tuple(0.5 * n for n in dash))
