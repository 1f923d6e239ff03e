"""Digital patients: a scripted course in a real anatomy, imaged by imperfect scanners."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from RNAssessLib.case import (
    Case,
    Course,
    Grid,
    Image,
    MappingEntry,
    Mask,
    MaskKind,
    Progress,
    RigidTransform,
    SequenceRole,
    Source,
    StructureRole,
    Target,
    Timepoint,
    silent,
)
from RNAssessLib.spatial.resampling import resample_array

from .head import Head
from .lesion_script import LesionState
from .placement import ALL_SCENARIOS, place_scenario
from .plan import build_dose, sphere_structure
from .scanner import SPACING, Scanner, acquire, draw_truth, spared_share
from .scenario import Scenario

ROLES = tuple(SPACING)
DOSE_SPACING_MM = 1.0
UID_ROOT = "2.25."


@dataclass(frozen=True, eq=False)
class TimepointTruth:
    """What is really there at one timepoint.

    Attributes
    ----------
    to_reference : RigidTransform
        Patient space of the visit to reference space.
    states : tuple of LesionState
        In reference space.
    spared : tuple of (Image or None)
        Share of tissue that each lesion leaves alone, in reference space.
    """

    to_reference: RigidTransform
    states: tuple[LesionState, ...]
    spared: tuple[Image | None, ...] = ()

    def mask(self, lesion: int, kind: MaskKind, grid: Grid) -> Mask:
        """True mask of a part on a grid of the visit's patient space."""
        index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1)
        points = self.to_reference.apply(grid.index_to_lps(index))
        left_alone = self.spared[lesion] if self.spared else None
        share = None
        if left_alone is not None:
            back = self.to_reference.inverse()
            share = resample_array(left_alone.array, left_alone.grid, grid, back)
        parts = self.states[lesion].parts(points, share)
        if kind is MaskKind.ENHANCING:
            return Mask(parts["enhancing"] >= 0.5, grid)
        if kind is MaskKind.NECROTIC_CORE:
            return Mask(parts["core"] >= 0.5, grid)
        raise ValueError("oedema follows the anatomy; its truth is the painted image")


@dataclass(frozen=True, eq=False)
class DigitalPatient:
    """A case in memory together with the truth behind it.

    Attributes
    ----------
    case : Case
    scenario : Scenario
        In reference space (already moved to this patient's head).
    truth : mapping of timepoint id to TimepointTruth
    seed : int
    """

    case: Case
    scenario: Scenario
    truth: Mapping[str, TimepointTruth]
    seed: int


def uid_for(*parts: object) -> str:
    """Reproducible DICOM UID from what it identifies.

    Examples
    --------
    >>> uid_for("a", 1) == uid_for("a", 1), uid_for("a", 1) == uid_for("a", 2)
    (True, False)
    """
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return UID_ROOT + str(int.from_bytes(digest[:15], "big"))


def list_phantoms() -> tuple[str, ...]:
    """Names of all digital patients."""
    return tuple(ALL_SCENARIOS)


def build_phantom(
    name: str,
    seed: int = 0,
    *,
    timepoints: Sequence[int] | None = None,
    roles: Sequence[SequenceRole] | None = None,
    coarseness: float = 1.0,
    snr: float = 25.0,
    progress: Progress = silent,
) -> DigitalPatient:
    """Make one digital patient.

    Parameters
    ----------
    name : str
        One of `list_phantoms`.
    seed : int
        Same name and seed, same patient; another seed, another head, position and noise.
    timepoints : sequence of int, optional
        Which visits to image (0 is the planning scan); all by default.
    roles : sequence of SequenceRole, optional
        T1C always among them; by default the routine ones and those the scenario asks for.
    coarseness : float
        Multiplies the voxel size, for quick tests.
    snr : float
        Of white matter.

    Raises
    ------
    KeyError
        Unknown name.
    """
    head, scenario = place_scenario(name, seed)
    wanted = (*ROLES, *scenario.extra_roles) if roles is None else roles
    chosen = range(len(scenario.dates)) if timepoints is None else timepoints
    visits = []
    for number in chosen:
        rng = np.random.default_rng([seed, number, len(name)])
        visits.append(Visit(number, head, build_scanner(rng, number, snr, coarseness), rng))
    return image_patient(name, seed, scenario, visits, wanted, progress)


@dataclass(frozen=True, eq=False)
class Visit:
    """What one visit is imaged with.

    Attributes
    ----------
    number : int
        Index into the scenario's dates and states.
    head : Head
        As it is on that day (a resection changes it).
    scanner : Scanner
    rng : numpy Generator
        Draws noise and receive field.
    """

    number: int
    head: Head
    scanner: Scanner
    rng: np.random.Generator


def image_patient(
    name: str,
    seed: int,
    scenario: Scenario,
    visits: Sequence[Visit],
    roles: Sequence[SequenceRole],
    progress: Progress = silent,
) -> DigitalPatient:
    """Image a placed scenario at the given visits.

    Parameters
    ----------
    name, seed : str, int
        Make the UIDs.
    scenario : Scenario
        In the head's space (see `place_scenario`).
    visits : sequence of Visit
        The first one defines the dose's frame of reference.
    roles : sequence of SequenceRole
        T1C always among them.
    """
    imaged, truths = [], {}
    for index, visit in enumerate(visits):
        progress(index / len(visits), f"imaging visit {visit.number}")
        acquired = scenario.roles_at(visit.number, roles)
        timepoint, truth = _image(name, seed, scenario, visit, acquired)
        imaged.append(timepoint)
        truths[timepoint.id] = truth
    case = Case(
        id=f"{name}-{seed}",
        courses=(*scenario.earlier, build_course(name, seed, scenario)),
        timepoints=tuple(imaged),
        events=scenario.events,
        spectra=scenario.spectra,
        amino_acid_pets=scenario.amino_acid_pets,
        mapping=tuple(
            MappingEntry(image.source.description, role.value, "phantom", timepoint.id)
            for timepoint in imaged
            for role, image in timepoint.sequences.items()
        ),
    )
    progress(1.0, "patient made")
    return DigitalPatient(case, scenario, truths, seed)


def build_scanner(rng: np.random.Generator, number: int, snr: float, coarseness: float) -> Scanner:
    """The planning scan defines the reference space; later visits lie differently."""
    tilt = Rotation.from_rotvec(np.radians(rng.uniform(-8, 8, 3))).as_matrix()
    move = RigidTransform()
    if number > 0:
        turn = Rotation.from_rotvec(np.radians(rng.uniform(-7, 7, 3))).as_matrix()
        move = RigidTransform.from_parts(turn, rng.uniform(-15, 15, 3))
    return Scanner(
        reference_to_patient=move,
        tilt=RigidTransform.from_parts(tilt, np.zeros(3)),
        gain=float(rng.uniform(150, 900)),
        bias=float(rng.uniform(0.03, 0.12)),
        snr=snr,
        coarseness=coarseness,
    )


def _image(
    name: str, seed: int, scenario: Scenario, visit: Visit, roles: Sequence[SequenceRole]
) -> tuple[Timepoint, TimepointTruth]:
    number, head, scanner, rng = visit.number, visit.head, visit.scanner, visit.rng
    states = tuple(lesion.states[number] for lesion in scenario.lesions)
    frame = uid_for(name, seed, "frame", number)
    study = uid_for(name, seed, "study", number)
    sequences = {}
    for role in dict.fromkeys((SequenceRole.T1C, *roles)):
        truth = draw_truth(head, role, states, scanner.contrast)
        array, grid = acquire(truth, head, scanner, role, rng)
        series = uid_for(name, seed, "series", number, role.value)
        sops = tuple(uid_for(series, k) for k in range(grid.shape[0]))
        source = Source("", series, study, sops, f"{role.value} visit {number}", "phantom")
        sequences[role] = Image(array, grid, frame, source)
    ordered = {role: sequences[role] for role in SequenceRole if role in sequences}
    timepoint = Timepoint(f"t{number}", scenario.dates[number], ordered)
    spared = tuple(
        None if (share := spared_share(head, state)) is None else Image(share, head.grid)
        for state in states
    )
    return timepoint, TimepointTruth(scanner.reference_to_patient.inverse(), states, spared)


def build_course(name: str, seed: int, scenario: Scenario) -> Course:
    """Plan of a scenario: a shot per lesion, its GTV and PTV."""
    frame = uid_for(name, seed, "frame", 0)
    shots = tuple(lesion.shot for lesion in scenario.lesions)
    # wide fields (not radiosurgery) on a coarser grid
    spacing = DOSE_SPACING_MM * max(1.0, max(s.radius_mm for s in shots) / 16.0)
    structures, targets = [], []
    for index, lesion in enumerate(scenario.lesions):
        for offset, (role, radius) in enumerate(
            ((StructureRole.GTV, lesion.gtv_radius_mm), (StructureRole.PTV, lesion.shot.radius_mm))
        ):
            label = f"{role.value}{lesion.name}"
            number = 2 * index + offset + 1
            structures.append(sphere_structure(label, role, lesion.shot, radius, frame, number))
            targets.append(Target(label, role, lesion.shot.prescription_gy, "plan"))
    return Course(
        id="course-1",
        date=scenario.treatment,
        technique=scenario.technique,
        fractions=scenario.fractions,
        targets=tuple(targets),
        dose=build_dose(shots, frame, spacing),
        structures=tuple(structures),
    )
