"""Scripts of digital patients by name, and their place in one head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .head import Head, build_head
from .lesion_script import move_state
from .paper_cases import PAPER_CASES
from .plan import Shot
from .scenario import SCENARIOS, Scenario

ALL_SCENARIOS = {**SCENARIOS, **PAPER_CASES}


def place_scenario(name: str, seed: int, scenario: Scenario | None = None) -> tuple[Head, Scenario]:
    """Head of a patient and its script moved into it.

    Parameters
    ----------
    name : str
        One of `list_phantoms`, or any name when a scenario is given.
    seed : int
    scenario : Scenario, optional
        Positions relative to the commissure, unscaled head; made by name otherwise.
    """
    rng = np.random.default_rng([seed, int.from_bytes(name.encode()[:8].ljust(8), "little")])
    side = 1.0 if rng.uniform() < 0.5 else -1.0  # +x is the patient's left
    scale = tuple(float(v) for v in rng.uniform(0.97, 1.04, 3))
    center = np.array([*rng.uniform(-8, 8, 2), rng.uniform(20, 60)])
    head = build_head((scale[0], scale[1], scale[2]), (center[0], center[1], center[2]))
    script = scenario or ALL_SCENARIOS[name](rng, side)
    return head, move_scenario(script, np.asarray(scale), center)


def move_scenario(scenario: Scenario, scale: np.ndarray, center: np.ndarray) -> Scenario:
    """Script positions (relative to the commissure, unscaled head) in this patient's space."""

    def place(point: tuple[float, float, float]) -> tuple[float, float, float]:
        x, y, z = np.asarray(point) * scale + center
        return float(x), float(y), float(z)

    lesions = tuple(
        replace(
            lesion,
            shot=Shot(place(lesion.shot.center_mm), lesion.shot.radius_mm,
                      lesion.shot.prescription_gy),
            states=tuple(move_state(state, place) for state in lesion.states),
        )
        for lesion in scenario.lesions
    )  # fmt: skip
    return replace(scenario, lesions=lesions)
