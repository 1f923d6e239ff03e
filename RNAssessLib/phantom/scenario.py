"""A case as a script: who is treated where, and what happens at every visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Date

import numpy as np

from RNAssessLib.case import (
    AminoAcidPet,
    ClinicalEvent,
    Course,
    SequenceRole,
    Spectrum,
    Technique,
)

from .lesion_script import Blob, LesionState
from .plan import Shot


@dataclass(frozen=True)
class ScriptedLesion:
    """One treated metastasis and its states, one per timepoint.

    Attributes
    ----------
    name : str
        Target names become ``GTV<name>`` and ``PTV<name>``.
    gtv_radius_mm : float
    shot : Shot
        At the PTV's radius.
    states : tuple of LesionState
    truth : mapping of str to str
        Status of checklist items that this script is made to answer.
    boundary : str
        Boundary crossed, empty when none.
    """

    name: str
    gtv_radius_mm: float
    shot: Shot
    states: tuple[LesionState, ...]
    truth: dict[str, str] = field(default_factory=dict)
    boundary: str = ""


@dataclass(frozen=True)
class Scenario:
    """Everything a digital patient is made from; positions are relative to the commissure.

    Attributes
    ----------
    name, title : str
    dates : tuple of date
        Of the visits; the first one is the planning scan.
    treatment : date
    lesions : tuple of ScriptedLesion
    events : tuple of ClinicalEvent
    fractions : int
    technique : Technique
    extra_roles : tuple of SequenceRole
        Imaged beside the routine sequences.
    sees : str
        What a reader should see, for cases made after a published figure.
    spectra : tuple of Spectrum
    amino_acid_pets : tuple of AminoAcidPet
    shown : mapping of SequenceRole to tuple of int
        Visits at which a sequence was acquired, where that is not every visit; none for ``()``.
    earlier : tuple of Course
        Courses before this one that are known only from the history.
    """

    name: str
    title: str
    dates: tuple[Date, ...]
    treatment: Date
    lesions: tuple[ScriptedLesion, ...]
    events: tuple[ClinicalEvent, ...] = ()
    fractions: int = 1
    technique: Technique = Technique.LINAC
    extra_roles: tuple[SequenceRole, ...] = ()
    sees: str = ""
    spectra: tuple[Spectrum, ...] = ()
    amino_acid_pets: tuple[AminoAcidPet, ...] = ()
    shown: Mapping[SequenceRole, tuple[int, ...]] = field(default_factory=dict)
    earlier: tuple[Course, ...] = ()

    def roles_at(self, visit: int, roles: Sequence[SequenceRole]) -> tuple[SequenceRole, ...]:
        """Those of `roles` that were acquired at a visit."""
        return tuple(role for role in roles if visit in self.shown.get(role, (visit,)))


TREATED = Date(2025, 1, 10)
VISITS = (Date(2025, 1, 8), Date(2025, 4, 9), Date(2025, 8, 27), Date(2025, 12, 10))
PRESCRIPTION_GY = 20.0


def _foci(
    rng: np.random.Generator, center: np.ndarray, reach_mm: float, count: int
) -> tuple[Blob, ...]:
    """Small separate susceptibility foci in rim, core and adjacent brain."""
    placed: list[np.ndarray] = []
    while len(placed) < count:
        direction = rng.normal(size=3)
        direction /= np.linalg.norm(direction)
        point = center + direction * rng.uniform(0.3, 1.1) * reach_mm
        if all(np.linalg.norm(point - p) > 5.0 for p in placed):
            placed.append(point)
    return tuple(
        Blob((float(p[0]), float(p[1]), float(p[2])), (r, r, r))
        for p, r in zip(placed, rng.uniform(1.3, 1.7, count), strict=True)
    )


def _sphere(center: np.ndarray, radius: float, wave: float = 0.0, phase: float = 0.0) -> Blob:
    x, y, z = (float(v) for v in center)
    return Blob((x, y, z), (radius, radius, radius), wave, phase)


def rn_across_falx(rng: np.random.Generator, side: float) -> Scenario:
    """Left (or right) frontal metastasis by the falx that turns into radiation necrosis.

    Shrinks, then enlarges as a thin wavy ring; its posterior part regresses while the anterior
    part grows; a new focus appears across the falx; the core restricts diffusion; SWI foci
    multiply.
    """
    center = np.array([side * rng.uniform(14.5, 15.5), rng.uniform(-24, -16), rng.uniform(38, 42)])
    gtv = rng.uniform(9.5, 10.5)
    front, back = np.array([0.0, -7.0, 0.0]), np.array([0.0, 7.0, 0.0])
    lateral = np.array([side * 1.5, 0, 0])
    across = np.array([-side * rng.uniform(7.0, 8.0), center[1] + rng.uniform(-2, 2), center[2]])
    phase = float(rng.uniform(0, 6))
    many = _foci(rng, center + lateral, 11.0, 9)
    states = (
        LesionState((_sphere(center, gtv),), rim_mm=4.0, oedema_mm=5.0),
        LesionState((_sphere(center, 0.75 * gtv, 0.4, phase),), rim_mm=2.4, oedema_mm=5.0),
        LesionState(
            (_sphere(center + front, 9.0, 0.5, phase), _sphere(center + back, 9.5, 0.5, phase)),
            rim_mm=2.3,
            oedema_mm=10.0,
            core_restricted=True,
            swi_foci=many[:4],
        ),
        LesionState(
            (
                _sphere(center + 1.15 * front + lateral, 12.5, 0.5, phase),
                _sphere(center + 0.2 * back, 6.5, 0.5, phase),
            ),
            rim_mm=2.3,
            satellites=(_sphere(across, rng.uniform(3.0, 3.6)),),
            oedema_mm=11.0,
            core_restricted=True,
            swi_foci=many,
        ),
    )
    x, y, z = (float(v) for v in center)
    shot = Shot((x, y, z), gtv + 1.0, PRESCRIPTION_GY)
    truth = dict.fromkeys(
        ("cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci"), "present"
    )
    lesion = ScriptedLesion("1", gtv, shot, states, truth, "falx")
    title = "Radiation necrosis across the falx with change in shape"
    return Scenario("rn_across_falx", title, VISITS, TREATED, (lesion,))


def ttp_nodule(rng: np.random.Generator, side: float) -> Scenario:
    """Frontal metastasis that responds and then regrows as one solid mass."""
    center = np.array([side * rng.uniform(26, 29), rng.uniform(-26, -18), rng.uniform(36, 42)])
    return _progression("ttp_nodule", "True progression as a growing nodule", center, rng)


def ttp_near_falx(rng: np.random.Generator, side: float) -> Scenario:
    """Solid regrowth right beside the falx that stays on its own side: a near miss."""
    center = np.array([side * rng.uniform(18.0, 19.0), rng.uniform(-26, -18), rng.uniform(38, 42)])
    return _progression("ttp_near_falx", "True progression beside the falx", center, rng)


def _progression(name: str, title: str, center: np.ndarray, rng: np.random.Generator) -> Scenario:
    gtv = rng.uniform(8.5, 9.5)
    phase = float(rng.uniform(0, 6))

    def solid(radius: float, rim: float) -> LesionState:
        return LesionState((_sphere(center, radius, 0.3, phase),), rim_mm=rim, oedema_mm=6.0)

    states = (
        solid(gtv, 5.0),
        solid(0.75 * gtv, 5.0),
        solid(gtv, 6.0),
        solid(1.45 * gtv, 8.0),
    )
    x, y, z = (float(v) for v in center)
    shot = Shot((x, y, z), gtv + 1.0, PRESCRIPTION_GY)
    truth = dict.fromkeys(
        ("cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci"), "absent"
    )
    lesion = ScriptedLesion("1", gtv, shot, states, truth)
    return Scenario(name, title, VISITS, TREATED, (lesion,))


SCENARIOS = {
    "rn_across_falx": rn_across_falx,
    "ttp_nodule": ttp_nodule,
    "ttp_near_falx": ttp_near_falx,
}
