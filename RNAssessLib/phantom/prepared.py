"""A digital patient as if it had been aligned and outlined: the truth, with stated imperfections.

Registration, brain extraction and segmentation take a minute a patient. Where they are not the
question (tests of the checklist, benchmarks over hundreds of patients, teaching cases) this builds
the prepared case from the script: every image is made and sampled as a scanner would, masks,
transforms and anatomy are the true ones moved by errors of a given size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial.transform import Rotation

from RNAssessLib.anatomy.dura import follow_own_dura, near_targets
from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import (
    Anatomy,
    Case,
    Compartment,
    Grid,
    Image,
    Lesion,
    Mask,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
    Timepoint,
    Tissue,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.head_template import MARGIN_MM
from RNAssessLib.spatial.resampling import resample_image

from .head import Head
from .imperfection import Imperfection
from .outlines import Outliner, grid_points, smooth_displacement
from .patient import ROLES, build_course, build_scanner
from .placement import place_scenario
from .realism import harden_scanner
from .scanner import Scanner, acquire, draw_truth
from .scenario import Scenario

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
REACH_MM = 34.0
AWAY_MM = 4.0
HALF = 0.5
LATERAL = [Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE]
BoxSlices = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class PreparedPhantom:
    """Prepared case with the script behind it.

    Attributes
    ----------
    prepared : PreparedCase
    scenario : Scenario
        In reference space.
    """

    prepared: PreparedCase
    scenario: Scenario


def build_prepared(
    name: str,
    seed: int = 0,
    *,
    placed: tuple[Head, Scenario] | None = None,
    roles: Sequence[Sequence[SequenceRole]] | None = None,
    snr: float = 25.0,
    coarseness: float = 1.0,
    imperfection: Imperfection | None = None,
    hard: bool = False,
) -> PreparedPhantom:
    """Make a digital patient and prepare it from its script.

    Parameters
    ----------
    name : str
        One of `list_phantoms`, or any name when a scenario is given.
    seed : int
    placed : (Head, Scenario), optional
        Head and a script already in its space; made by name otherwise.
    roles : sequence of sequences of SequenceRole, optional
        One per visit; by default those of `build_phantom` at every visit.
    snr, coarseness
        As for `build_phantom`. Only the slab of the head around the lesions is imaged.
    imperfection : Imperfection, optional
    hard : bool
        Scanners as in `harden_scanner`; head and script are hardened by whoever places them.
    """
    wrong = imperfection or Imperfection()
    whole, script = placed or place_scenario(name, seed)
    box = _box_around(whole, script)
    head = whole.crop(box)
    rng = np.random.default_rng([seed, 77, len(name)])
    every = (*ROLES, *script.extra_roles)
    visits = range(len(script.dates))
    chosen = [script.roles_at(n, every) for n in visits] if roles is None else roles
    course = build_course(name, seed, script)
    timepoints = []
    for number in visits:
        scanner = build_scanner(
            np.random.default_rng([seed, number, len(name)]), number, snr, coarseness
        )
        extent = np.asarray(head.grid.shape[::-1]) * head.grid.spacing_mm
        i, j, k = (float(v) for v in extent)
        if hard:
            scanner = harden_scanner(scanner, np.random.default_rng([seed, number, 313]))
        scanner = replace(scanner, field_of_view_mm=(i, j, k))
        timepoints.append(_visit(head, script, number, scanner, chosen[number], wrong, rng))
    exact = Registration("dose", "t0", RigidTransform(), _quality(0.0))
    common = head.grid.resized((1.0, 1.0, 1.0))
    anatomy = _anatomy(whole, box, common, wrong, rng)
    if wrong.follows_dura:
        anatomy = _on_own_dura(anatomy, timepoints[0], _lesions(script, course.targets))
    case = Case(
        f"{name}-{seed}",
        (*script.earlier, course),
        tuple(t.timepoint for t in timepoints),
        script.events,
        spectra=script.spectra,
        amino_acid_pets=script.amino_acid_pets,
    )
    history = [PreparedCourse(c, None, "known only from the history") for c in script.earlier]
    return PreparedPhantom(
        PreparedCase(
            case=case,
            reference="t0",
            common_grid=common,
            timepoints=tuple(timepoints),
            courses=(*history, PreparedCourse(course, exact)),
            lesions=_lesions(script, course.targets),
            anatomy=anatomy,
        ),
        script,
    )


def _quality(error_mm: float) -> RegistrationQuality:
    return RegistrationQuality(
        RegistrationGrade.GOOD, 0.2, 0.8, 0.97, 0.2, error_mm, "from the script"
    )


def _lesions(script: Scenario, targets: Sequence[Any]) -> tuple[Lesion, ...]:
    return tuple(
        Lesion(
            f"L{n}",
            f"GTV{item.name}",
            "course-1",
            tuple(t for t in targets if t.name in (f"GTV{item.name}", f"PTV{item.name}")),
            item.shot.center_mm,
            item.gtv_radius_mm,
        )
        for n, item in enumerate(script.lesions, start=1)
    )


def _box_around(head: Head, script: Scenario) -> BoxSlices:
    """Slab of the head: full width (the other side is the reference), lesions with margin."""
    states = (s for item in script.lesions for s in item.states if not s.is_empty)
    corners = [corner for state in states for corner in state.reach_mm()]
    low = head.grid.lps_to_index(np.min(corners, axis=0) - REACH_MM + 10.0)
    high = head.grid.lps_to_index(np.max(corners, axis=0) + REACH_MM - 10.0)
    k, j, _ = (
        slice(max(int(min(a, b)), 0), min(int(max(a, b)) + 2, n))
        for a, b, n in zip(low, high, head.grid.shape, strict=True)
    )
    edge = MARGIN_MM // 2
    return k, j, slice(edge, head.grid.shape[2] - edge)


def _visit(
    head: Head,
    script: Scenario,
    number: int,
    scanner: Scanner,
    roles: Sequence[SequenceRole],
    wrong: Imperfection,
    rng: np.random.Generator,
) -> PreparedTimepoint:
    states = tuple(item.states[number] for item in script.lesions)
    images: dict[SequenceRole, Image] = {}
    for role in dict.fromkeys((SequenceRole.T1C, *roles)):
        array, grid = acquire(
            draw_truth(head, role, states, scanner.contrast), head, scanner, role, rng
        )
        images[role] = Image(array, grid)
    t1c = images[SequenceRole.T1C].grid
    true = scanner.reference_to_patient.inverse()
    outlined = Outliner(
        head, t1c, true, wrong.outline_mm, wrong.stated_outline_mm, wrong.vessel_share, rng
    )
    lesions, new = outlined.draw(script, states)
    white, brain = outlined.tissue("white"), outlined.tissue("white", "grey", "csf") > HALF
    oedema = {n: m.oedema for n, m in lesions.items()}
    ill = np.logical_or.reduce([o.array for o in oedema.values() if o is not None] + [new])
    spacing = t1c.spacing_mm[::-1]
    away = ndimage.distance_transform_edt(~ill, sampling=spacing) > AWAY_MM
    nawm = (white > 0.9) & away
    on_t1c = {role: resample_image(image, t1c) for role, image in images.items()}
    error = wrong.stated_registration_mm if number else 0.0
    exact = Registration("", "", RigidTransform(), _quality(0.2))
    placed = _misplaced(true, script, wrong, rng) if number else true
    return PreparedTimepoint(
        timepoint=Timepoint(f"t{number}", script.dates[number], images),
        images=on_t1c,
        to_t1c={role: exact for role in images if role is not SequenceRole.T1C},
        to_reference=Registration(f"t{number}", "t0", placed, _quality(error)),
        brain=Mask(brain, t1c),
        nawm=Mask(nawm, t1c),
        white_matter_level={r: float(np.median(i.array[nawm])) for r, i in on_t1c.items()},
        lesions=lesions,
        new_enhancement=Mask(new, t1c),
    )


def _misplaced(
    true: RigidTransform, script: Scenario, wrong: Imperfection, rng: np.random.Generator
) -> RigidTransform:
    """True transform followed by a small turn about the first lesion and a shift."""
    turn = Rotation.from_rotvec(np.radians(rng.normal(0, 1, 3) * wrong.turn_degrees)).as_matrix()
    center = np.asarray(script.lesions[0].shot.center_mm)
    way = rng.normal(0, 1, 3)
    shift = center - turn @ center + way / np.linalg.norm(way) * wrong.shift_mm
    return true.then(RigidTransform.from_parts(turn, shift))


def _anatomy(
    head: Head,
    box: BoxSlices,
    common: Grid,
    wrong: Imperfection,
    rng: np.random.Generator,
) -> Anatomy:
    """Template compartments and tissue on the common grid, displaced by the anatomy's error."""
    own = head.compartments
    compartments = (np.pad(compute_template_labels(), MARGIN_MM) if own is None else own)[box]
    shares = np.stack([head.shares[n][box] for n in ("csf", "grey", "white")])
    # dura and choroid lie in CSF
    for name in {"dura", "sinus", "choroid", "vein"} & set(head.shares):
        shares[0] += head.shares[name][box]
    classes = np.array([Tissue.CSF, Tissue.GREY_MATTER, Tissue.WHITE_MATTER], np.uint8)
    tissue = classes[shares.argmax(axis=0)]
    tissue[compartments == 0] = Tissue.BACKGROUND
    grid = head.grid.crop(box)

    def carry(array: npt.NDArray[np.uint8], amplitude_mm: float) -> npt.NDArray[np.uint8]:
        shift = rng.normal(0.0, 0.5 * amplitude_mm, 3)
        points = grid_points(common) + smooth_displacement(common, amplitude_mm, rng) + shift
        index = np.moveaxis(grid.lps_to_index(points), -1, 0)
        if array.ndim == 3:
            found = ndimage.map_coordinates(array, index, order=0, mode="nearest")
            return np.asarray(found)
        return np.stack([ndimage.map_coordinates(a, index, order=0, mode="nearest") for a in array])

    filled = _without(compartments, LATERAL)
    drawn = carry(filled, wrong.anatomy_mm)
    inner = carry(np.stack([tissue, np.where(np.isin(compartments, LATERAL), compartments, 0)]),
                wrong.csf_mm)  # fmt: skip
    drawn = np.where(inner[1] > 0, inner[1], drawn)
    return Anatomy(
        common, drawn, inner[0], "template, moved by known errors", wrong.stated_anatomy_mm,
        csf_error_mm=wrong.stated_csf_mm,
    )  # fmt: skip


def _on_own_dura(anatomy: Anatomy, first: PreparedTimepoint, lesions: Sequence[Lesion]) -> Anatomy:
    """Falx and tentorium where the dura is seen on a timepoint's T1c, as `compute_anatomy` does."""
    grid = anatomy.grid
    t1c = resample_image(first.images[SequenceRole.T1C], grid, first.to_reference.transform)
    signal = t1c.array / np.float32(first.white_matter_level[SequenceRole.T1C])
    compartments = anatomy.compartments.copy()
    i, j, k = grid.spacing_mm
    dura = follow_own_dura(compartments, signal, (k, j, i), near_targets(lesions, grid))
    error = Thresholds()["anatomy.own_dura_error_mm"]
    return replace(anatomy, compartments=compartments, dura=dura, dura_error_mm=error)


def _without(compartments: npt.NDArray[np.uint8], left_out: Any) -> npt.NDArray[np.uint8]:  # noqa: ANN401
    """Compartments with some of them given to their nearest neighbour."""
    gone = np.isin(compartments, left_out)
    nearest = ndimage.distance_transform_edt(gone, return_distances=False, return_indices=True)
    return np.asarray(compartments[tuple(nearest)])
