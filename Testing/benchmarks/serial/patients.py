"""Random serial patients: bent heads with mass effect, lesions with fates, uneven scanners."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import Compartment, Grid, Image, RigidTransform, SequenceRole
from RNAssessLib.phantom.deformation import draw_build
from RNAssessLib.phantom.hard_head import build_hard_head
from RNAssessLib.phantom.head import Head, build_head
from RNAssessLib.phantom.lesion_script import Blob, LesionState
from RNAssessLib.phantom.patient import DigitalPatient, Visit, image_patient
from RNAssessLib.phantom.plan import Shot
from RNAssessLib.phantom.realism import CONTRAST, MOTION_MM, harden_scenario
from RNAssessLib.phantom.scanner import FIELD_OF_VIEW_MM, Scanner
from RNAssessLib.phantom.scenario import Scenario, ScriptedLesion
from RNAssessLib.spatial.head_template import MARGIN_MM

DATES = (date(2025, 1, 8), date(2025, 8, 27))
FATES = ("stable", "grown", "regressed", "resolved", "merged", "split", "stable+new")
SLICES_MM = (1.0, 1.0, 1.2, 2.0, 3.0, 5.0)
BEND_MM, BEND_SMOOTH_MM = 1.5, 22.0


@dataclass(frozen=True, eq=False)
class SerialPatient:
    """A patient with everything the benchmark compares with."""

    patient: DigitalPatient
    fates: tuple[str, ...]
    compartments: Image  # truth, reference space
    heads: tuple[Head, ...]
    slices_mm: tuple[float, float]
    notes: dict


def bend(head: Head, labels: np.ndarray, lesions, rng) -> tuple[Head, np.ndarray]:
    """Deform a head smoothly, and push tissue away from big lesions (mass effect)."""
    shape = head.grid.shape
    spacing = np.asarray(head.grid.spacing_mm[::-1])
    coarse = [max(n // 4, 2) for n in shape]
    field = np.empty((3, *shape), np.float32)
    for axis in range(3):
        noise = ndimage.gaussian_filter(rng.normal(size=coarse), BEND_SMOOTH_MM / 4.0)
        noise *= BEND_MM / noise.std()
        field[axis] = ndimage.zoom(noise, np.array(shape) / coarse, order=1)
    index = np.stack(np.meshgrid(*[np.arange(n, dtype=np.float32) for n in shape], indexing="ij"))
    points = np.moveaxis(index, 0, -1) * spacing
    for center_kji, radius in lesions:
        if radius < 9.0:
            continue
        away = points - np.asarray(center_kji) * spacing
        distance = np.linalg.norm(away, axis=-1)
        push = 0.25 * radius * np.exp(-((distance / (2.2 * radius)) ** 2))
        # backward map: what is seen here came from nearer the centre
        field -= np.moveaxis(away / np.maximum(distance, 1.0)[..., None] * push[..., None], -1, 0)
    there = index + field / spacing[:, None, None, None].astype(np.float32)
    shares = {
        name: ndimage.map_coordinates(share, there, order=1, mode="nearest")
        for name, share in head.shares.items()
    }
    bent = ndimage.map_coordinates(labels, there, order=0, mode="nearest")
    return replace(head, shares=shares, compartments=None), bent


def find_sites(head: Head, labels, count, radii, rng):
    """Centres (k, j, i) in brain, away from ventricles, the brain's border and one another."""
    brain = np.isin(labels, [Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM,
                             Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM])  # fmt: skip
    depth = ndimage.distance_transform_edt(
        ndimage.binary_closing(labels > 0, iterations=3), sampling=head.grid.spacing_mm[::-1]
    )
    white = head.shares["white"] > 0.5
    ventricles = np.isin(labels, [Compartment.LEFT_LATERAL_VENTRICLE,
                                  Compartment.RIGHT_LATERAL_VENTRICLE,
                                  Compartment.THIRD_VENTRICLE, Compartment.BRAINSTEM])  # fmt: skip
    clear = ndimage.distance_transform_edt(~ventricles, sampling=head.grid.spacing_mm[::-1])
    spacing = np.asarray(head.grid.spacing_mm[::-1])
    sites = []
    for radius in radii[:count]:
        fits = brain & white & (depth > radius + 3.0) & (clear > min(radius, 9.0) + 3.0)
        for other, size in zip(sites, radii, strict=False):
            away = np.linalg.norm(
                (np.stack(np.meshgrid(*[np.arange(n) for n in fits.shape], indexing="ij"), -1)
                 - other) * spacing, axis=-1)  # fmt: skip
            fits &= away > 1.6 * (radius + size) + 14.0
        where = np.argwhere(fits)
        if len(where) == 0:
            break
        sites.append(where[rng.integers(len(where))])
    return sites


def ball(center, radius, wave=0.0, phase=0.0):
    x, y, z = (float(v) for v in center)
    return Blob((x, y, z), (radius, radius, radius), wave, phase)


def solid(*blobs, rim):
    return LesionState(tuple(blobs), rim_mm=rim, oedema_mm=5.0)


def script(center, radius, fate, rng):
    """Two states of one lesion."""
    phase = float(rng.uniform(0, 6))
    wave = 0.3 if radius > 6 else 0.0
    rim = 50.0 if radius < 5 or rng.uniform() < 0.4 else float(rng.uniform(2.5, 4.0))
    first = solid(ball(center, radius, wave, phase), rim=rim)
    way = rng.normal(size=3)
    way /= np.linalg.norm(way)
    if fate == "stable":
        return first, first
    if fate == "grown":
        return first, solid(ball(center, radius * rng.uniform(1.2, 1.35), wave, phase), rim=rim)
    if fate == "regressed":
        return first, solid(ball(center, radius * rng.uniform(0.65, 0.8), wave, phase), rim=rim)
    if fate == "resolved":
        return first, LesionState((), rim_mm=1.0)
    if fate == "stable+new":
        other = ball(np.asarray(center) + way * (radius + 9.0), 3.5)
        return first, LesionState(first.body, rim, satellites=(other,), oedema_mm=5.0)
    r = 0.62 * radius
    gap = 5.0
    a = np.asarray(center) - way * (r + gap / 2)
    b = np.asarray(center) + way * (r + gap / 2)
    two = solid(ball(a, r), ball(b, r), rim=50.0)
    one = solid(ball(a, r), ball(center, 0.8 * r), ball(b, r), rim=50.0)
    return (two, one) if fate == "merged" else (one, two)


def draw_scanner(rng, number, slice_mm):
    turn, shift = RigidTransform(), np.zeros(3)
    if number:
        axis = rng.normal(size=3)
        axis *= np.radians(rng.uniform(0, 30)) / np.linalg.norm(axis)
        way = rng.normal(size=3)
        shift = way / np.linalg.norm(way) * rng.uniform(0, 30)
        turn = RigidTransform.from_parts(Rotation.from_rotvec(axis).as_matrix(), shift)
    tilt = Rotation.from_rotvec(np.radians(rng.uniform(-10, 10, 3))).as_matrix()
    view = np.array(FIELD_OF_VIEW_MM) + 20.0
    cropped = bool(number and rng.uniform() < 0.3)
    if cropped:
        view[2] -= rng.uniform(30, 50)
    plane = 1.0 if slice_mm < 2 else 0.9
    spacing = {SequenceRole.T1C: (plane, plane, slice_mm),
               SequenceRole.FLAIR: (plane, plane, max(slice_mm, 2.0))}  # fmt: skip
    scanner = Scanner(
        turn, RigidTransform.from_parts(tilt, np.zeros(3)), float(rng.uniform(150, 900)),
        float(rng.uniform(0.05, 0.25)), float(rng.uniform(15, 30)),
        field_of_view_mm=tuple(float(v) for v in view), spacing_mm=spacing,
    )  # fmt: skip
    return scanner, cropped


def resect(head: Head, center_kji, radius_mm) -> Head:
    """Head with a cavity full of CSF."""
    spacing = np.asarray(head.grid.spacing_mm[::-1])
    index = np.stack(np.meshgrid(*[np.arange(n) for n in head.grid.shape], indexing="ij"), -1)
    away = np.linalg.norm((index - center_kji) * spacing, axis=-1)
    hole = np.clip(0.5 + (radius_mm - away), 0, 1).astype(np.float32)
    shares = {name: share * (1 - hole) for name, share in head.shares.items()}
    shares["csf"] = shares["csf"] + hole
    return replace(head, shares=shares)


def harden(scanner, rng):
    """Another contrast and motion; the benchmark draws its slices itself."""
    return replace(scanner, contrast=float(rng.uniform(*CONTRAST)),
                   motion_mm=float(rng.uniform(*MOTION_MM)))  # fmt: skip


def make_patient(seed: int, hard: bool = True) -> SerialPatient:
    rng = np.random.default_rng([seed, 41])
    scale = tuple(float(v) for v in rng.uniform(0.92, 1.06, 3))
    center = (float(rng.uniform(-8, 8)), float(rng.uniform(-8, 8)), float(rng.uniform(20, 60)))
    if hard:
        plain = build_hard_head(draw_build(seed), scale, center)
        labels = plain.compartments
    else:
        plain = build_head(scale, center)
        labels = np.pad(compute_template_labels(), MARGIN_MM)
    # log-uniform volumes, the first cycling through the range so that all sizes occur
    wanted = int(rng.integers(1, 4))
    volumes = 10 ** rng.uniform(-1, np.log10(30), wanted)
    radii = (volumes * 1000 * 0.75 / np.pi) ** (1 / 3)
    sites = find_sites(plain, labels, wanted, radii, rng)
    head, bent = bend(plain, labels, list(zip(sites, radii, strict=False)), rng)
    lesions, fates = [], []
    for number, (site, radius) in enumerate(zip(sites, radii, strict=False)):
        options = FATES if radius > 5.5 else FATES[:4]
        fate = str(options[rng.integers(len(options))])
        at = head.grid.index_to_lps(site)
        states = script(at, radius, fate, rng)
        place = tuple(float(v) for v in at)
        reach = radius * (1.6 if fate in ("merged", "split") else 1.0)
        shot = Shot(place, reach + 1.5, 20.0)
        lesions.append(ScriptedLesion(str(number + 1), reach + 0.5, shot, states, {"fate": fate}))
        fates.append(fate)
    slices = tuple(float(SLICES_MM[rng.integers(len(SLICES_MM))]) for _ in range(2))
    scanners = [draw_scanner(rng, n, slices[n]) for n in range(2)]
    heads = [head, head]
    resected = bool(rng.uniform() < 0.2)
    if resected:
        spot = find_sites(plain, labels, 1, [9.0], rng)[0]
        if all(np.linalg.norm(spot - s) > r + 35 for s, r in zip(sites, radii, strict=False)):
            heads[1] = resect(head, spot, 10.0)
    scenario = Scenario(f"serial-{seed}", "random serial patient", DATES, date(2025, 1, 10),
                        tuple(lesions))  # fmt: skip
    used = [s for s, _ in scanners]
    if hard:
        scenario = harden_scenario(scenario, seed)
        own = np.random.default_rng([seed, 43])
        used = [harden(s, own) for s in used]
    visits = [Visit(n, heads[n], used[n], rng) for n in range(2)]
    patient = image_patient(scenario.name, seed, scenario, visits, (SequenceRole.T1C,
                                                                    SequenceRole.FLAIR))  # fmt: skip
    notes = {"cropped": scanners[1][1], "resected": heads[1] is not head,
             "angle": scanners[1][0].reference_to_patient.angle_degrees,
             "snr": [s.snr for s, _ in scanners]}  # fmt: skip
    truth = Image(bent.astype(np.float32), Grid(bent.shape, head.grid.origin_mm,
                                                head.grid.spacing_mm, head.grid.direction))  # fmt: skip
    return SerialPatient(patient, tuple(fates), truth, tuple(heads), slices, notes)
