"""The same head again: another position, grid, slice thickness, receive field, contrast and noise.

Nothing in the head changes; everything a second examination changes by itself does. Order of what
happens to the values: contrast curve, slices that average over their thickness, receive field,
gain, magnitude noise, skull stripping.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid, Image, Mask, RigidTransform, SequenceRole

ROTATION_DEG, SHIFT_MM = 15.0, 20.0
SNR = (15.0, 60.0)
THICKNESS_MM = (1.0, 1.0, 1.0, 1.5, 2.0, 3.0, 5.0)  # thin slices are what most sites plan on
THICK_MM = 3.0  # slices of a source above this cannot be made thinner
AXES = {  # columns: i, j, k in LPS
    "axial": np.eye(3),
    "sagittal": np.array([[0, 0, 1.0], [1.0, 0, 0], [0, -1.0, 0]]),
    "coronal": np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]]),
}
MARGIN_MM = 5.0


@dataclass(frozen=True, eq=False)
class Head:
    """One real or digital head, in its own space.

    Attributes
    ----------
    name : str
    images : mapping of SequenceRole to Image
        Magnitude images that share one patient space, but for `apart`.
    lesion_mm : (3,) array
        Centre of the treated ball, LPS mm.
    radius_mm : float
    brain : Mask or None
        What stripping leaves; None where it is not known.
    bare : bool
        Whether the images are skull-stripped already.
    noise_free : bool
        A painted head, which is never used as it is.
    apart : tuple of SequenceRole
        Sequences of a space of their own: the head lay elsewhere, as between two examinations.
    """

    name: str
    images: dict
    lesion_mm: np.ndarray
    radius_mm: float
    brain: Mask | None = None
    bare: bool = False
    noise_free: bool = False
    apart: tuple = ()


@dataclass(frozen=True, eq=False)
class Visit:
    """What one examination does to a head; everything that is not given stays as it is.

    Attributes
    ----------
    motion : RigidTransform
        Head space to patient space of the visit.
    shift_mm : float
        How far the middle of the head went.
    spacing_mm : mapping of SequenceRole to (i, j, k) in mm
        A stack of its own; a role that is not named keeps its lattice, which moves with the head.
    axes : str
        Orientation of own stacks, of `AXES`.
    gamma : float
        Contrast curve of the T1-weighted images, see `bend`.
    gamma_flair : float
    gain, bias : float
        Factor, and amplitude of the receive field (0.2: 20 % up or down).
    snr : float or None
        Of `level_of` the image; None adds no noise.
    strip : bool
    seed : int
        Of receive field and noise.
    """

    motion: RigidTransform = field(default_factory=RigidTransform)
    shift_mm: float = 0.0
    spacing_mm: dict = field(default_factory=dict)
    axes: str = "axial"
    gamma: float = 1.0
    gamma_flair: float = 1.0
    gain: float = 1.0
    bias: float = 0.0
    snr: float | None = None
    strip: bool = False
    seed: int = 0

    def describe(self):
        """Everything about it that fits into JSON."""
        return {
            "rotation_deg": round(self.motion.angle_degrees, 3),
            "motion": np.round(self.motion.moving_to_fixed, 6).tolist(),
            "shift_mm": round(self.shift_mm, 3),
            "spacing_mm": {r.value: list(s) for r, s in self.spacing_mm.items()},
            "axes": self.axes, "gamma": self.gamma, "gamma_flair": self.gamma_flair,
            "gain": self.gain, "bias": self.bias, "snr": self.snr, "strip": self.strip,
            "seed": self.seed,
        }  # fmt: skip


def draw_motion(rng, center_mm):
    """Turn about a random axis through `center_mm` and shift, both within the limits."""
    axis = rng.normal(size=3)
    turn = rng.uniform(0.3, 1.0) * ROTATION_DEG * axis / np.linalg.norm(axis)
    way = rng.normal(size=3)
    shift = rng.uniform(0.2, 1.0) * SHIFT_MM * way / np.linalg.norm(way)
    rotation = Rotation.from_rotvec(np.radians(turn)).as_matrix()
    return RigidTransform.from_parts(rotation, center_mm - rotation @ center_mm + shift)


def draw_visit(rng, head, *, moved):
    """Random examination of a head; the one before treatment is not moved."""
    t1c = head.images[SequenceRole.T1C]
    native = t1c.grid.spacing_mm[2]
    spacing, axes = {}, "axial"
    if head.noise_free or rng.uniform() < 0.6:  # else the header moves and the lattice with it
        thick = float(rng.choice(THICKNESS_MM)) if native <= THICK_MM else round(native, 1)
        plane = float(rng.choice([0.9, 1.0, 1.1]))
        if thick <= 1.5 and rng.uniform() < 0.3:
            axes = str(rng.choice(["sagittal", "coronal"]))
        for role in head.images:
            own = thick if role is not SequenceRole.FLAIR else max(thick, float(rng.choice([1, 3])))
            spacing[role] = (plane, plane, own)
    middle = t1c.grid.center_lps
    motion = draw_motion(rng, middle) if moved else RigidTransform()
    return Visit(
        motion=motion,
        shift_mm=float(np.linalg.norm(motion.apply(middle) - middle)),
        spacing_mm=spacing,
        axes=axes,
        gamma=float(rng.uniform(0.85, 1.18)),
        gamma_flair=float(rng.uniform(0.85, 1.18)),
        gain=float(np.exp(rng.uniform(-1.2, 1.2))),
        bias=float(rng.uniform(0.0, 0.2)),
        snr=SNR[0] if rng.uniform() < 0.25 else float(np.exp(rng.uniform(*np.log(SNR)))),
        strip=bool(head.brain is not None and not head.bare and rng.uniform() < 0.4),
        seed=int(rng.integers(2**31)),
    )


def draw_visits(before, after, seed):
    """Visits before treatment and at two follow-ups of one seed; half of the real heads start as
    they are.

    `before` and `after` are one head, or one that was scanned once and is held in two spaces.
    """
    rng = np.random.default_rng(seed)
    first = Visit()
    if before.noise_free or rng.uniform() < 0.5:
        first = draw_visit(rng, before, moved=False)
    return (first, *(draw_visit(rng, after, moved=True) for _ in range(2)))


def level_of(array):
    """Typical tissue signal: median of what is brighter than a tenth of the 99th percentile."""
    top = float(np.percentile(array, 99.5))
    tissue = array[array > 0.1 * top]
    return float(np.median(tissue)) if tissue.size else 1.0


def bend(array, gamma, level):
    """Monotone contrast curve through 0 and `level`: above 1 bright tissue gets brighter."""
    return level * np.power(np.maximum(array, 0.0) / level, gamma)


def moved_grid(grid, motion):
    """The same lattice carried along: what a header says when the head lies elsewhere."""
    x, y, z = (float(v) for v in motion.apply(grid.origin_mm))
    axes = motion.moving_to_fixed[:3, :3] @ np.reshape(grid.direction, (3, 3))
    return Grid(grid.shape, (x, y, z), grid.spacing_mm, tuple(axes.ravel()))


def own_grid(image, motion, spacing_mm, axes, rng):
    """Stack that covers the whole moved image, off its lattice by a random part of a voxel."""
    shape = np.asarray(image.grid.shape)
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in shape])).reshape(3, -1).T
    seen = np.argwhere(image.array > 0.02 * image.array.max())
    if len(seen):
        low, high = seen.min(0), seen.max(0)
        corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, -1).T
    points = motion.apply(image.grid.index_to_lps(corners)) @ AXES[axes]
    low, high = points.min(0) - MARGIN_MM, points.max(0) + MARGIN_MM
    spacing = np.asarray(spacing_mm)
    size = np.ceil((high - low) / spacing).astype(int) + 1
    first = AXES[axes] @ (low - rng.uniform(0, 1, 3) * spacing)
    i, j, k = (int(n) for n in size)
    return Grid((k, j, i), tuple(map(float, first)), tuple(map(float, spacing)),
                tuple(AXES[axes].ravel()))  # fmt: skip


def sample(image, grid, motion, *, order=3):
    """Values of an image at a grid of the visit; slices average over their thickness.

    The source's slices have averaged already: what is added makes the variance of both profiles
    that of the new thickness.
    """
    own = image.grid.spacing_mm
    thickness = grid.spacing_mm[2]
    width = np.sqrt(max(thickness**2 - own[2] ** 2, 0.0))
    parts = max(int(np.ceil(width / min(own) - 1e-6)), 1)
    flip = np.eye(4)[[2, 1, 0, 3]]
    back = np.linalg.inv(motion.moving_to_fixed)
    matrix = flip @ image.grid.lps_to_ijk @ back @ grid.ijk_to_lps @ flip
    source = np.asarray(image.array, np.float32)
    if order > 1:
        source = ndimage.spline_filter(source, order, output=np.float32, mode="mirror")
    out = np.zeros(grid.shape, np.float32)
    for n in range(parts):
        shift = np.eye(4)
        shift[0, 3] = ((n + 0.5) / parts - 0.5) * width / thickness
        step = matrix @ shift
        out += ndimage.affine_transform(
            source, step[:3, :3], step[:3, 3], output_shape=grid.shape, order=order,
            prefilter=False, mode="constant",
        )  # fmt: skip
    return out / np.float32(parts)


def receive_field(shape, amplitude, rng):
    """Smooth factor between 1 / (1 + amplitude) and 1 + amplitude, quadratic in its logarithm."""
    k, j, i = np.meshgrid(*[np.linspace(-1, 1, n, dtype=np.float32) for n in shape],
                          indexing="ij", sparse=True)  # fmt: skip
    a = rng.uniform(-1, 1, 9)
    p = (a[0] * k + a[1] * j + a[2] * i + a[3] * k * j + a[4] * j * i + a[5] * i * k
         + a[6] * k * k + a[7] * j * j + a[8] * i * i)  # fmt: skip
    p = p / np.abs(p).max()
    return np.exp(np.log1p(amplitude) * p).astype(np.float32)


def add_noise(array, sigma, rng):
    """Magnitude of a complex signal with `sigma` in each channel (Rician)."""
    real = array + rng.normal(0, sigma, array.shape)
    return np.hypot(real, rng.normal(0, sigma, array.shape)).astype(np.float32)


def acquire(head, role, visit, frame):
    """One sequence of one visit; `frame` of reference is the T1c's."""
    image = head.images[role]
    rng = np.random.default_rng([visit.seed, list(SequenceRole).index(role)])
    level = level_of(image.array)
    gamma = visit.gamma_flair if role is SequenceRole.FLAIR else visit.gamma
    array = np.maximum(image.array, 0.0)
    if gamma != 1.0:
        array = bend(array, gamma, level)
    grid = moved_grid(image.grid, visit.motion)
    if role in visit.spacing_mm:
        # one head position, one corner for all sequences of one stack
        corner = np.random.default_rng([visit.seed, 99])
        grid = own_grid(image, visit.motion, visit.spacing_mm[role], visit.axes, corner)
        array = sample(replace(image, array=array.astype(np.float32)), grid, visit.motion)
        array = np.maximum(array, 0.0)
    array = array * receive_field(grid.shape, visit.bias, rng) * np.float32(visit.gain)
    if visit.snr is not None:
        array = add_noise(array, level * visit.gain / visit.snr, rng)
    if head.brain is not None and (head.bare or visit.strip):
        array = np.where(carried_brain(head.brain, grid, visit.motion), array, 0.0)
    own = f"{frame}.{list(SequenceRole).index(role)}" if role in head.apart else frame
    return Image(array.astype(np.float32), grid, own, image.source)


def carried_brain(brain, grid, motion):
    """Brain mask on a grid of the visit."""
    if grid.matches(moved_grid(brain.grid, motion), 0.01):
        return brain.array
    share = sample(Image(brain.array.astype(np.float32), brain.grid), grid, motion, order=1)
    return share >= 0.5
