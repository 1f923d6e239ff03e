"""One course of the what-if as the reader types it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from RNAssessLib.dosimetry.fractionation import Fractionation
from RNAssessLib.plausible import (
    Bounds,
    alpha_beta_bounds,
    fraction_count_bounds,
    prescription_bounds,
    read_number,
)

NEW = "new"
FIELDS = ("total_gy", "fractions", "alpha_beta_tumour_gy", "alpha_beta_brain_gy")


@dataclass(frozen=True)
class CourseInput:
    """One course as the reader enters it; a dose that is not known is None.

    Attributes
    ----------
    course : str
        Id; `NEW` for the planned one.
    title : str
    total_gy : float or None
    fractions : int
    alpha_beta_tumour_gy, alpha_beta_brain_gy : float
    at_target : bool
        Whether its prescription is added at the target.
    """

    course: str
    title: str
    total_gy: float | None
    fractions: int
    alpha_beta_tumour_gy: float
    alpha_beta_brain_gy: float
    at_target: bool = True

    def changed(self, name: str, text: str) -> CourseInput:
        """Return it with one field from text; raises ValueError in words for a reader.

        What is possible but unusual is taken: the shells ask before (`WhatIf.read`).
        """
        if name == "at_target":
            return replace(self, at_target=text == "yes")
        if name not in FIELDS:
            raise ValueError(f"no field {name!r}")
        entry = read_number(text, self.bounds(name))
        if entry.value is None:
            raise ValueError(entry.told)
        value: Any = int(entry.value) if name == "fractions" else entry.value
        return replace(self, **{name: value})

    def bounds(self, name: str, max_gy: float | None = None) -> Bounds:
        """Bounds of one of `FIELDS`, with the highest dose of the course's own plan."""
        if name == "total_gy":
            return prescription_bounds("dose of the course", self.fractions, max_gy)
        if name == "fractions":
            return fraction_count_bounds()
        return alpha_beta_bounds(name.removeprefix("alpha_beta_").removesuffix("_gy"))

    def fractionation(self) -> Fractionation | None:
        """Return the prescription, None when its dose is not known."""
        if self.total_gy is None:
            return None
        return Fractionation(
            self.course, self.total_gy, self.fractions, self.alpha_beta_tumour_gy,
            self.alpha_beta_brain_gy,
        )  # fmt: skip
