"""One figure of the benchmark, its table, and how busy the machine was."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured figure.

    Attributes
    ----------
    name, unit : str
    value : float
    goal : float or None
    at_least : bool
        Whether the goal is reached from below.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.goal is None or (
            self.value >= self.goal if self.at_least else self.value <= self.goal
        )

    def row(self) -> str:
        sign = "≥" if self.at_least else "≤"
        goal = "" if self.goal is None else f"{sign} {self.goal:g}"
        said = "" if self.goal is None else ("yes" if self.is_met else "**no**")
        return f"| {self.name} | {self.value:.1f} {self.unit} | {goal} | {said} |"


def table(figures: list[Figure]) -> str:
    head = "| what | measured | goal | met |\n|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])


def load() -> str:
    return "/".join(f"{value:.1f}" for value in os.getloadavg())
