"""From tissue to images: contrast, position, sampling, gain, bias field and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Grid, RigidTransform, SequenceRole

from .head import Head
from .lesion_script import LesionState

Array = npt.NDArray[np.float32]

# Signal in units of white matter; ADC in µm²/ms. Plausible 3 T values, chosen for the phantom.
SIGNAL: dict[SequenceRole, dict[str, float]] = {
    SequenceRole.T1C: dict(white=1.0, grey=0.78, csf=0.30, skull=0.12, scalp=1.5, dura=1.7,
                           sinus=2.1, choroid=1.7, enhancing=1.95, core=0.50, oedema=0.82,
                           blood=1.55, vessel=2.0),
    SequenceRole.T1: dict(white=1.0, grey=0.78, csf=0.30, skull=0.12, scalp=1.5, dura=0.7,
                          sinus=0.5, choroid=0.6, enhancing=0.80, core=0.50, oedema=0.80,
                          blood=1.55),
    SequenceRole.FLAIR: dict(white=1.0, grey=1.22, csf=0.25, skull=0.12, scalp=1.3, dura=0.8,
                             sinus=0.4, choroid=0.9, enhancing=1.75, core=1.6, oedema=2.0),
    SequenceRole.DWI: dict(white=1.0, grey=1.15, csf=0.28, skull=0.08, scalp=0.3, dura=0.6,
                           sinus=0.3, choroid=0.8, enhancing=1.1, core=0.6, oedema=1.05,
                           restricted=2.4, blood=2.2),
    SequenceRole.ADC: dict(white=0.75, grey=0.85, csf=3.0, skull=0.0, scalp=0.9, dura=0.9,
                           sinus=1.5, choroid=1.8, enhancing=1.05, core=1.9, oedema=1.35,
                           restricted=0.42, blood=0.45),
    SequenceRole.SWI: dict(white=1.0, grey=0.95, csf=0.85, skull=0.10, scalp=0.9, dura=0.8,
                           sinus=0.35, choroid=0.7, enhancing=0.95, core=0.95, oedema=1.02,
                           swi=0.22, blood=0.25, vessel=0.35),
    SequenceRole.RCBV: dict(white=2.0, grey=4.4, csf=0.2, skull=0.0, scalp=1.0, dura=3.0,
                            sinus=14.0, choroid=8.0, enhancing=2.2, core=0.5, oedema=1.6,
                            blood=0.3),
    SequenceRole.KTRANS: dict(white=0.02, grey=0.02, csf=0.01, skull=0.0, scalp=0.05, dura=0.1,
                              sinus=0.1, choroid=0.15, enhancing=0.06, core=0.01, oedema=0.03),
    SequenceRole.CBF: dict(white=25.0, grey=60.0, csf=2.0, skull=0.0, scalp=10.0, dura=20.0,
                           sinus=30.0, choroid=60.0, enhancing=25.0, core=4.0, oedema=20.0),
    SequenceRole.PET_AA: dict(white=1.0, grey=1.3, csf=0.7, skull=0.6, scalp=1.0, dura=1.2,
                              sinus=1.6, choroid=1.4, enhancing=1.4, core=0.8, oedema=1.0),
    SequenceRole.PET_FDG: dict(white=3.0, grey=8.0, csf=0.8, skull=0.5, scalp=1.0, dura=1.5,
                               sinus=2.0, choroid=2.0, enhancing=3.0, core=1.0, oedema=2.4),
    SequenceRole.T1C_DELAYED: dict(white=1.0, grey=0.78, csf=0.32, skull=0.12, scalp=1.4, dura=1.6,
                                   sinus=1.6, choroid=1.7, enhancing=1.95, core=0.52, oedema=0.85,
                                   blood=1.55, vessel=1.5),
}  # fmt: skip
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
    """

    reference_to_patient: RigidTransform
    tilt: RigidTransform
    gain: float
    bias: float
    snr: float
    coarseness: float = 1.0
    field_of_view_mm: tuple[float, float, float] = FIELD_OF_VIEW_MM
    spacing_mm: Mapping[SequenceRole, tuple[float, float, float]] = field(default_factory=dict)

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


def draw_truth(head: Head, role: SequenceRole, lesions: tuple[LesionState, ...]) -> Array:
    """Noise-free image of one sequence on the head's own lattice."""
    values = SIGNAL[role]
    image = np.zeros(head.grid.shape, np.float32)
    for name, share in head.shares.items():
        image += share * np.float32(values[name])
    for lesion in lesions:
        if lesion.is_empty:
            continue
        _paint(image, head, lesion, {**values, **_own(lesion, role)})
    return image


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


def _paint(image: Array, head: Head, lesion: LesionState, values: dict[str, float]) -> None:
    low, high = lesion.reach_mm()
    corner = np.floor(head.grid.lps_to_index(low)).astype(int).clip(0)
    far = np.minimum(np.ceil(head.grid.lps_to_index(high)).astype(int) + 1, head.grid.shape)
    box = tuple(slice(int(a), int(b)) for a, b in zip(corner, far, strict=True))
    index = np.stack(
        np.meshgrid(*[np.arange(s.start, s.stop) for s in box], indexing="ij"), axis=-1
    )
    spared = spared_share(head, lesion)
    parts = lesion.parts(head.grid.index_to_lps(index), None if spared is None else spared[box])
    # oedema runs through white matter and stops at cortex and CSF
    parts["oedema"] = parts["oedema"] * head.shares["white"][box]
    core = "restricted" if lesion.core_restricted and "restricted" in values else "core"
    for part, name in (("oedema", "oedema"), ("core", core), ("enhancing", "enhancing")):
        share = parts[part].astype(np.float32)
        image[box] = image[box] * (1 - share) + share * np.float32(values[name])
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
    real = image * field.astype(np.float32) + rng.normal(0, sigma, image.shape)
    imaginary = rng.normal(0, sigma, image.shape)
    return (np.hypot(real, imaginary) * scanner.gain).astype(np.float32), grid
