"""Colours of the reading room, and texts that a figure shows as they stand."""

from __future__ import annotations

from typing import Any

GROUND, INK, LINE, FRAME = "#14181d", "#d9dfe6", "#2b333c", "#56606b"
SOFT, MARK, RANGE = "#a7b1bc", "#ffe45c", "#56b4e9"
AXIS = {"gridcolor": LINE, "zerolinecolor": LINE, "linecolor": FRAME}


def layout(*, size: int = 12, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plotly's words
    """Return what every figure has, with more of its own."""
    return {
        "paper_bgcolor": GROUND,
        "plot_bgcolor": GROUND,
        "font": {"color": INK, "size": size},
        "autosize": True,
    } | more


def figure_text(text: str) -> str:
    """Return a text that Plotly shows as it stands: it takes tags for markup, ``%{`` for a value.

    Examples
    --------
    >>> figure_text("<b>GTV</b> %{x}")
    '&#60;b&#62;GTV&#60;/b&#62; &#37;{x}'
    """
    return "".join(f"&#{ord(c)};" if c in "&<>%" else c for c in text)


def light(colour: str) -> str:
    """Colour made light enough for a dark ground.

    Examples
    --------
    >>> light("#0072B2"), light("#F0E442"), light("#000000")
    ('#4c9cc9', '#F0E442', '#d9dfe6')
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    brightness = 0.299 * red + 0.587 * green + 0.114 * blue
    if brightness < 20:
        return "#d9dfe6"
    if brightness > 110:
        return colour
    mixed = [round(v + 0.3 * (255 - v)) for v in (red, green, blue)]
    return "#{:02x}{:02x}{:02x}".format(*mixed)
