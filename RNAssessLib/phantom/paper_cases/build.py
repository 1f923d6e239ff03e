"""Short words for writing scripts: positions are LPS mm from the anterior commissure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date as Date
from datetime import timedelta
from typing import Any

import numpy as np

from RNAssessLib.case import SequenceRole, Vector
from RNAssessLib.phantom.lesion_script import Blob, LesionState
from RNAssessLib.phantom.plan import Shot
from RNAssessLib.phantom.scenario import Scenario, ScriptedLesion

from .expectations import truth_of

Maker = Callable[[np.random.Generator, float], Scenario]
TREATED = Date(2024, 3, 12)
DAYS_PER_MONTH = 30.44
R = SequenceRole
# The papers' figures on T1c show neither diffusion nor susceptibility: what these would have shown
# is not known, so the cases hold none (else every necrosis would teach "no foci, no restriction").
T1C_FIGURE: dict[SequenceRole, tuple[int, ...]] = {R.DWI: (), R.ADC: (), R.SWI: ()}
DWI_FIGURE: dict[SequenceRole, tuple[int, ...]] = {R.SWI: ()}
NOTHING = LesionState((), rim_mm=1.0)  # not there yet


def ball(x: float, y: float, z: float, radius: float, wave: float = 0.3) -> Blob:
    """Slightly wavy ball."""
    return Blob((x, y, z), (radius, radius, radius), wave, 0.7 * x + 0.3 * y)


def egg(center: Vector, radii: Vector) -> Blob:
    """Smooth ellipsoid."""
    return Blob(center, radii)


def solid(*body: Blob, **more: Any) -> LesionState:  # noqa: ANN401 - fields of LesionState
    """Solid enhancement."""
    return LesionState(body, rim_mm=99.0, **more)


def ring(*body: Blob, rim_mm: float = 2.2, **more: Any) -> LesionState:  # noqa: ANN401
    """Thin rim around a core."""
    return LesionState(body, rim_mm=rim_mm, **more)


def dates(*months: float) -> tuple[Date, ...]:
    """Planning scan two days before treatment, then follow-ups by months after it."""
    before = TREATED - timedelta(days=2)
    return before, *(TREATED + timedelta(days=round(m * DAYS_PER_MONTH)) for m in months)


def lesion(
    name: str,
    at: Vector,
    gtv_mm: float,
    states: tuple[LesionState, ...],
    *,
    dose_gy: float = 20.0,
    margin_mm: float = 1.0,
    boundary: str = "",
) -> ScriptedLesion:
    """One treated target and what happens to it."""
    return ScriptedLesion(
        name, gtv_mm, Shot(at, gtv_mm + margin_mm, dose_gy), states, boundary=boundary
    )


def with_truth(scenario: Scenario) -> Scenario:
    """Scenario with the answers of its figure's legend."""
    lesions = tuple(
        replace(item, truth=truth_of(scenario.name, item.name)) for item in scenario.lesions
    )
    return replace(scenario, lesions=lesions)


def case(
    name: str,
    title: str,
    sees: str,
    days: tuple[Date, ...],
    *lesions: ScriptedLesion,
    **more: Any,  # noqa: ANN401 - fields of Scenario
) -> Maker:
    """Scenario in the shape `build_phantom` asks for; the same for every seed."""
    scenario = with_truth(
        Scenario(name, title, days, TREATED, lesions, sees=sees, **{"shown": T1C_FIGURE, **more})
    )
    return always(scenario)


def always(scenario: Scenario) -> Maker:
    """Maker of the same script for every seed."""
    return lambda _rng, _side: scenario
