"""Short words for writing scripts: positions are LPS mm from the anterior commissure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Date
from datetime import timedelta
from typing import Any

import numpy as np

from RNAssessLib.case import Vector
from RNAssessLib.phantom.lesion_script import Blob, LesionState
from RNAssessLib.phantom.plan import Shot
from RNAssessLib.phantom.scenario import Scenario, ScriptedLesion

Maker = Callable[[np.random.Generator, float], Scenario]
TREATED = Date(2024, 3, 12)
DAYS_PER_MONTH = 30.44


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
    truth: Mapping[str, str],
    *,
    dose_gy: float = 20.0,
    margin_mm: float = 1.0,
    boundary: str = "",
) -> ScriptedLesion:
    """One treated target and what happens to it; `truth` names the status of items."""
    shot = Shot(at, gtv_mm + margin_mm, dose_gy)
    return ScriptedLesion(name, gtv_mm, shot, states, dict(truth), boundary)


def case(
    name: str,
    title: str,
    sees: str,
    days: tuple[Date, ...],
    *lesions: ScriptedLesion,
    **more: Any,  # noqa: ANN401 - fields of Scenario
) -> Maker:
    """Scenario in the shape `build_phantom` asks for; the same for every seed."""
    scenario = Scenario(name, title, days, TREATED, lesions, sees=sees, **more)
    return lambda _rng, _side: scenario
