"""A number with everything needed to read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """One measured or derived figure.

    Attributes
    ----------
    name : str
        Machine name, the JSON key without its unit suffix rules (``ci_paddick``, ``v12_gy_cm3``).
    value : float or None
        None when undefined; then `undefined` says why. Never 0 or NaN in its place.
    unit : str
        ``Gy``, ``cm3``, ``mm``, ``percent``, ``1`` for a ratio, ``um2/ms``, ``months``, ``count``.
    method : str
        Definition or method, short enough for a tool tip.
    uncertainty : float or None
        Half-width of the interval meant to hold the true value in 95 % of cases, same unit;
        None when not estimated.
    undefined : str or None
        Reason when `value` is None.
    """

    name: str
    value: float | None
    unit: str
    method: str = ""
    uncertainty: float | None = None
    undefined: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.undefined is None):
            raise ValueError(f"{self.name}: give a value or the reason why there is none")
        if self.value is not None and self.value != self.value:
            raise ValueError(f"{self.name}: NaN is not a value, say why it is undefined")


def counted(count: float, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> counted(1, "timepoint"), counted(3, "timepoint"), counted(0, "focus", "foci")
    ('1 timepoint', '3 timepoints', '0 foci')
    """
    return f"{count:g} {noun if count == 1 else plural or noun + 's'}"
