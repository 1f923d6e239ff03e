"""From tissue to images: contrast, position, sampling, gain, bias field and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, RigidTransform, SequenceRole

from .ghosting import move_during_scan
from .head import Head
from .lesion_script import LesionState
from .signals import HARD_SIGNAL, SIGNAL

Array = npt.NDArray[np.float32]

TEXTURE_SHARE = 0.03  # of the signal, one standard deviation of the tissue's unevenness
# a sequence's contrast differs from scanner to scanner; maps in a unit of their own do not
TUNED = {SequenceRole.T1C, SequenceRole.T1, SequenceRole.FLAIR, SequenceRole.T1C_DELAYED}
UNENHANCED = 0.8  # of the part that enhances, before contrast
TAKES_UP = {SequenceRole.T1C, SequenceRole.T1C_DELAYED}
SPACING = {
    SequenceRole.T1C: (1.0, 1.0, 1.2),
    SequenceRole.T1: (1.0, 1.0, 1.2),
    SequenceRole.FLAIR: (1.0, 1.0, 3.0),
    SequenceRole.DWI: (2.0, 2.0, 4.0),
    SequenceRole.ADC: (2.0, 2.0, 4.0),
    SequenceRole.SWI: (0.9, 0.9, 2.0),
}
# made only for scenarios that ask for them
EXTRA_SPACING = {
    SequenceRole.RCBV: (2.0, 2.0, 4.0),
    SequenceRole.KTRANS: (2.0, 2.0, 4.0),
    SequenceRole.CBF: (3.0, 3.0, 4.0),
    SequenceRole.PET_AA: (2.0, 2.0, 3.0),
    SequenceRole.PET_FDG: (2.0, 2.0, 3.0),
    SequenceRole.T1C_DELAYED: (1.0, 1.0, 1.2),
}
# maps in a unit of their own: no gain, no receive field
QUANTITATIVE = {
    SequenceRole.ADC, SequenceRole.RCBV, SequenceRole.KTRANS, SequenceRole.CBF,
    SequenceRole.PET_AA, SequenceRole.PET_FDG,
}  # fmt: skip
FIELD_OF_VIEW_MM = (186.0, 222.0, 178.0)


@dataclass(frozen=True)
class Scanner:
    """One visit to one scanner.

    Attributes
    ----------
    reference_to_patient : RigidTransform
        How the head lay: reference space to this visit's patient space.
    tilt : RigidTransform
        Orientation of the stacks (oblique).
    gain, bias : float
        Units per white matter; relative amplitude of the receive field.
    snr : float
        Signal of white matter over the noise's standard deviation.
    coarseness : float
        Multiplies every spacing; above 1 for quick tests.
    field_of_view_mm : tuple of float
    spacing_mm : mapping of SequenceRole to tuple of float
        Where it is not the usual one of `SPACING`.
    contrast : float
        Exponent on the signal of tissue over white matter: 1 is the table's, below 1 is flatter.
    motion_mm : float
        Amplitude of periodic motion during the acquisition; 0 for a head at rest.
    """

    reference_to_patient: RigidTransform
    tilt: RigidTransform
    gain: float
    bias: float
    snr: float
    coarseness: float = 1.0
    field_of_view_mm: tuple[float, float, float] = FIELD_OF_VIEW_MM
    spacing_mm: Mapping[SequenceRole, tuple[float, float, float]] = field(default_factory=dict)
    contrast: float = 1.0
    motion_mm: float = 0.0

    def grid(self, role: SequenceRole, center_mm: npt.NDArray[np.floating]) -> Grid:
        """Stack of one sequence, centred on the head."""
        usual = {**SPACING, **EXTRA_SPACING, **self.spacing_mm}
        spacing = np.asarray(usual[role]) * self.coarseness
        size = np.ceil(np.asarray(self.field_of_view_mm) / spacing).astype(int)
        axes = self.tilt.moving_to_fixed[:3, :3]
        middle = self.reference_to_patient.apply(center_mm)
        origin = middle - axes @ (spacing * (size - 1) / 2)
        i, j, k = (int(n) for n in size)
        return Grid((k, j, i), (float(origin[0]), float(origin[1]), float(origin[2])),
                    (float(spacing[0]), float(spacing[1]), float(spacing[2])),
                    tuple(axes.ravel()))  # fmt: skip


def draw_truth(
    head: Head, role: SequenceRole, lesions: tuple[LesionState, ...], contrast: float = 1.0
) -> Array:
    """Noise-free image of one sequence on the head's own lattice."""
    values = _tune({**SIGNAL[role], **HARD_SIGNAL[role]}, role, contrast)
    image = np.zeros(head.grid.shape, np.float32)
    for name, share in head.shares.items():
        image += share * np.float32(values[name])
    if head.texture is not None:
        image *= 1 + np.float32(TEXTURE_SHARE) * head.texture
    for lesion in lesions:
        if lesion.is_empty:
            continue
        own = _tune(_own(lesion, role), role, contrast)
        paint = _paint if lesion.rough is None else _paint_rough
        paint(image, head, lesion, {**values, **own}, role)
    return image


def _tune(values: dict[str, float], role: SequenceRole, contrast: float) -> dict[str, float]:
    if contrast == 1.0 or role not in TUNED:
        return values
    return {name: value**contrast for name, value in values.items()}


def _own(lesion: LesionState, role: SequenceRole) -> dict[str, float]:
    """Signals of this lesion that are not the usual ones."""
    own = {}
    if lesion.rim_restricted and "restricted" in SIGNAL[role]:
        own["enhancing"] = SIGNAL[role]["restricted"]
    if role in lesion.signal:
        own["enhancing"] = lesion.signal[role] * SIGNAL[role]["white"]
    return own


def spared_share(head: Head, lesion: LesionState) -> Array | None:
    """Share of tissue that a lesion leaves alone, on the head's lattice; None when nothing."""
    if not lesion.spares:
        return None
    share = np.sum([head.shares[name] for name in lesion.spares], axis=0)
    return np.asarray(np.clip(share, 0.0, 1.0), np.float32)


def _paint(
    image: Array, head: Head, lesion: LesionState, values: dict[str, float], role: SequenceRole
) -> None:
    box, _, parts = _parts_in_box(head, lesion)
    core = _core_name(lesion, values)
    for part, name in (("oedema", "oedema"), ("core", core), ("enhancing", "enhancing")):
        share = parts[part].astype(np.float32)
        image[box] = image[box] * (1 - share) + share * np.float32(values[name])
    _paint_dark(image, box, parts, values)


def _paint_rough(
    image: Array, head: Head, lesion: LesionState, values: dict[str, float], role: SequenceRole
) -> None:
    """As `_paint`, with uptake, core and oedema that vary with place."""
    box, points, parts = _parts_in_box(head, lesion)
    if lesion.rough is None:
        raise ValueError("a smooth lesion has no uneven uptake")
    debris = np.ones(points.shape[:-1], np.float32)
    uptake = debris.copy()
    there = (parts["oedema"] + parts["core"] + parts["enhancing"]) > 0
    debris[there] = lesion.rough.debris(points[there])
    uptake[there] = lesion.rough.uptake(points[there])
    signal = {
        "oedema": values["oedema"] * (0.6 + 0.4 * debris),
        "core": values[_core_name(lesion, values)] * debris,
        "enhancing": values["enhancing"] * (0.5 + 0.5 * debris),
    }
    if role in TAKES_UP:
        signal["enhancing"] = UNENHANCED + (values["enhancing"] - UNENHANCED) * uptake
    for part in ("oedema", "core", "enhancing"):
        share = parts[part].astype(np.float32)
        image[box] = image[box] * (1 - share) + share * signal[part].astype(np.float32)
    _paint_dark(image, box, parts, values)


def _parts_in_box(
    head: Head, lesion: LesionState
) -> tuple[tuple[slice, ...], npt.NDArray[np.floating], dict[str, npt.NDArray[np.floating]]]:
    """Box of the head's lattice around a lesion, its points, and the shares of every part."""
    low, high = lesion.reach_mm()
    corner = np.floor(head.grid.lps_to_index(low)).astype(int).clip(0)
    far = np.minimum(np.ceil(head.grid.lps_to_index(high)).astype(int) + 1, head.grid.shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(corner, far, strict=True))
    index = np.stack(
        np.meshgrid(*[np.arange(s.start, s.stop) for s in box], indexing="ij"), axis=-1
    )
    points = head.grid.index_to_lps(index)
    spared = spared_share(head, lesion)
    parts = lesion.parts(points, None if spared is None else spared[box])
    # oedema runs through white matter and stops at cortex and CSF
    parts["oedema"] = parts["oedema"] * head.shares["white"][box]
    return box, points, parts


def _core_name(lesion: LesionState, values: dict[str, float]) -> str:
    return "restricted" if lesion.core_restricted and "restricted" in values else "core"


def _paint_dark(
    image: Array, box: tuple[slice, ...], parts: Mapping[str, npt.NDArray[np.floating]],
    values: dict[str, float],
) -> None:  # fmt: skip
    """What lies over everything else: blood, vessels, susceptibility foci."""
    for part in ("blood", "vessel", "swi"):
        if part in values:
            share = parts[part].astype(np.float32)
            image[box] = image[box] * (1 - share) + share * np.float32(values[part])


def acquire(
    truth: Array,
    head: Head,
    scanner: Scanner,
    role: SequenceRole,
    rng: np.random.Generator,
) -> tuple[Array, Grid]:
    """Sample the truth on the scanner's stack: thick slices average, then bias, gain, noise."""
    grid = scanner.grid(role, head.grid.center_lps)
    thickness = grid.spacing_mm[2]
    sub = max(round(thickness / 1.2), 1)
    to_head = scanner.reference_to_patient.inverse()
    image = np.zeros(grid.shape, np.float32)
    # 4 x 4 from array index of the stack to array index of the head
    flip = np.eye(4)[[2, 1, 0, 3]]
    matrix = flip @ head.grid.lps_to_ijk @ to_head.moving_to_fixed @ grid.ijk_to_lps @ flip
    for n in range(sub):
        shift = np.eye(4)
        shift[0, 3] = (n + 0.5) / sub - 0.5
        step = matrix @ shift
        image += ndimage.affine_transform(
            truth, step[:3, :3], step[:3, 3], output_shape=grid.shape, order=1, prefilter=False
        )
    image /= sub
    if role in QUANTITATIVE:
        unit = SIGNAL[role]["white"]
        noisy = image + rng.normal(0, unit / scanner.snr, image.shape).astype(np.float32)
        air = 0.02 if role is SequenceRole.ADC else 0.01 * unit
        return np.where(image > air, np.maximum(noisy, 0), 0).astype(np.float32), grid
    k, j, i = (np.linspace(-1, 1, n, dtype=np.float32) for n in grid.shape)
    a, b, c = rng.uniform(-1, 1, 3)
    field = 1 + scanner.bias * (
        a * k[:, None, None] + b * j[None, :, None] ** 2 + c * i[None, None, :] * k[:, None, None]
    )
    sigma = 1.0 / scanner.snr
    lit = image * field.astype(np.float32)
    if scanner.motion_mm:
        lit = move_during_scan(lit, scanner.motion_mm, grid.spacing_mm[1], rng)
    real = lit + rng.normal(0, sigma, image.shape)
    imaginary = rng.normal(0, sigma, image.shape)
    return (np.hypot(real, imaginary) * scanner.gain).astype(np.float32), grid
