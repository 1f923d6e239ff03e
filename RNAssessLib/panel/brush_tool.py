"""What the reader holds while correcting an outline, and its settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from RNAssessLib.case import MaskKind

from .outline_draft import Limits

ANY = Limits()
SMALLEST_MM, LARGEST_MM, STEP_MM = 0.5, 30.0, 0.5


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
            As a form sends it; a number may be text. An empty limit is none.

        Raises
        ------
        ValueError
            In one line: what should be a positive number is none.

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
            return self._set_number(name, str(value))
        return self

    def _set_number(self, name: str, text: str) -> Tool:
        text = text.strip().replace(",", ".")
        if not text and name != "radius":
            return replace(self, limits=replace(self.limits, **{name: None}))
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not 0 < number < float("inf"):
            raise ValueError(f"{text or 'nothing'} is no positive number")
        if name == "radius":
            return replace(self, radius_mm=min(max(number, SMALLEST_MM), LARGEST_MM))
        return replace(self, limits=replace(self.limits, **{name: number}))
