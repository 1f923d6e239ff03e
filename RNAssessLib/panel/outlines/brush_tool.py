"""What the reader holds while correcting an outline, and its settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from RNAssessLib.case import MaskKind
from RNAssessLib.plausible import read_number

from ..words.plausible import bounds_of_tool
from .draft import Limits

ANY = Limits()
STEP_MM = 0.5


@dataclass(frozen=True)
class Tool:
    """What the reader holds.

    Attributes
    ----------
    kind : MaskKind
    erase : bool
    ball : bool
        A ball through the slices instead of a disc on the slice.
    radius_mm : float
    limits : Limits
        Brightness over white matter that is painted.
    """

    kind: MaskKind = MaskKind.ENHANCING
    erase: bool = False
    ball: bool = False
    radius_mm: float = 4.0
    limits: Limits = ANY

    def set(self, name: str, value: object) -> Tool:
        """Return the tool with another setting.

        Parameters
        ----------
        name : str
            ``kind``, ``erase``, ``ball``, ``radius``, ``low`` or ``high``; others change nothing.
        value : object
            As a form sends it; a number may be text. An empty limit is none. A radius beyond what
            the tool can is refused where it was typed, and held at the end where it was stepped.

        Raises
        ------
        ValueError
            In one line: what cannot be, also a lowest brightness above the highest.

        Examples
        --------
        >>> Tool().set("radius", "2,5").radius_mm, Tool().set("radius", 99).radius_mm
        (2.5, 30.0)
        """
        if name == "kind":
            return replace(self, kind=MaskKind(value))
        if name == "erase":
            return replace(self, erase=bool(value))
        if name == "ball":
            return replace(self, ball=bool(value))
        if name in ("radius", "low", "high"):
            return self._set_number(name, value)
        return self

    def _set_number(self, name: str, value: object) -> Tool:
        bounds = bounds_of_tool(name)
        if name == "radius" and isinstance(value, int | float):
            value = min(max(float(value), bounds.least), bounds.most)
        entry = read_number(value, bounds)
        if not entry.is_taken:
            raise ValueError(entry.told)
        if name == "radius":
            return replace(self, radius_mm=entry.value or self.radius_mm)
        limits = replace(self.limits, **{name: entry.value})
        if limits.low is not None and limits.high is not None and limits.low >= limits.high:
            raise ValueError(f"nothing is painted from {limits.low:g} to {limits.high:g}")
        return replace(self, limits=limits)
