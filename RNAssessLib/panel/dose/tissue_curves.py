"""DVH of what is outlined on the images: the enhancing part, what of it is new, the brain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Grid, Mask, PreparedCourse, RigidTransform
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.oar import BRAIN as BRAIN_NAMES

from ..words.dose_rows import CourseView, DvhCurve
from ..words.style import SERIES_COLOURS
from .dose_section import overlay

CELL_MM = 0.5  # voxels are split until no edge is longer, as far as `MOST_CELLS` allows
MOST_CELLS = 400_000
CURVE_STEPS = 2000
DASH = "dashdot"
GROWN = "dose_match"  # the item that outlines what grew since the lesion was smallest
NEW, ENHANCING, BRAIN = "new enhancement", "enhancing part", "brain on MR"
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tissue:
    """Something outlined on an image.

    Attributes
    ----------
    name : str
    mask : Mask
    to_reference : RigidTransform
        From the space of the mask's grid.
    note : str
        Where the outline comes from.
    """

    name: str
    mask: Mask
    to_reference: RigidTransform
    note: str


class TissueCurves:
    """Curves of tissues in the doses of an assessment; each is measured once.

    Parameters
    ----------
    assessment : Assessment
        May be exchanged; what rests on the same outline and dose is not measured again.
    """

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        # the mask is kept beside its curve, so that its identity stays its own
        self._known: dict[tuple[int, int], tuple[object, object, DvhCurve]] = {}

    def add_to(self, views: Sequence[CourseView], lesion_id: str) -> tuple[CourseView, ...]:
        """Views of the courses, then of their sums, with the curves of a lesion and the brain.

        Parameters
        ----------
        views : sequence of CourseView
            As `build_panel` lists them, along physical dose (sums along their own).
        lesion_id : str
            Empty for the brain alone.
        """
        tissues = list_tissues(self.assessment, lesion_id)
        return tuple(
            self._with_curves(view, placed, tissues)
            for view, placed in zip(views, _placed(self.assessment), strict=True)
        )

    def _with_curves(
        self, view: CourseView, placed: PreparedCourse, tissues: Sequence[Tissue]
    ) -> CourseView:
        if placed.course.dose is None or placed.to_reference is None:
            return view
        if not placed.to_reference.is_usable:
            return view
        curves = list(view.curves)
        drawn = any(BRAIN_NAMES.match(curve.name.strip()) for curve in curves)
        for tissue in tissues:
            if tissue.name == BRAIN and drawn:
                continue  # the plan's own outline holds
            curve = self._measure(placed, tissue)
            colour = SERIES_COLOURS[len(curves) % len(SERIES_COLOURS)]
            curves.append(replace(curve, colour=colour))
        return replace(view, curves=tuple(curves))

    def _measure(self, placed: PreparedCourse, tissue: Tissue) -> DvhCurve:
        key = (id(placed.course.dose), id(tissue.mask))
        if key not in self._known:
            curve = measure_tissue(placed, tissue)
            self._known[key] = (placed.course.dose, tissue.mask, curve)
        return replace(self._known[key][2], name=tissue.name)


def all_curves(assessment: Assessment, views: Sequence[CourseView]) -> CourseView | None:
    """Curves of all courses along physical dose in one view, the images' tissues among them.

    With a single lesion its enhancement stands beside the targets; with more of them, and for the
    many curves these would make, the brain alone. None without a curve.
    """
    single = assessment.lesions[0].lesion.id if len(assessment.lesions) == 1 else ""
    shown = [view for view in TissueCurves(assessment).add_to(views, single) if view.curves]
    return overlay(shown) or (shown[0] if shown else None)


def list_tissues(assessment: Assessment, lesion_id: str) -> tuple[Tissue, ...]:
    """New enhancement and enhancing part of a lesion at the latest scan, and the brain."""
    prepared = assessment.prepared
    found = []
    for assessed in assessment.lesions:
        if assessed.lesion.id != lesion_id:
            continue
        for evidence in (e for f in assessed.findings if f.spec.id == GROWN for e in f.evidence):
            if evidence.on_common_grid and evidence.mask is not None and evidence.label == "grown":
                found.append(Tissue(
                    f"{lesion_id} {NEW}", evidence.mask, RigidTransform(),
                    "what enhances at the latest scan and did not when the lesion was smallest",
                ))  # fmt: skip
        outlined = [
            t for t in prepared.timepoints if lesion_id in t.lesions and t.to_reference.is_usable
        ]
        if outlined and not outlined[-1].lesions[lesion_id].enhancing.is_empty:
            latest = outlined[-1]
            found.append(Tissue(
                f"{lesion_id} {ENHANCING}", latest.lesions[lesion_id].enhancing,
                latest.to_reference.transform, f"T1c of {latest.date.isoformat()}",
            ))  # fmt: skip
    reference = prepared.timepoint(prepared.reference)
    if reference.brain is not None and not reference.brain.is_empty:
        way = reference.to_reference.transform
        found.append(Tissue(BRAIN, reference.brain, way, "found on T1c, targets included"))
    return tuple(found)


def measure_tissue(placed: PreparedCourse, tissue: Tissue) -> DvhCurve:
    """Cumulative DVH of a mask in the dose of a course; what lies beyond the grid counts as 0 Gy.

    Every voxel is split into equal cells, each with the dose (clamped cubic) at its centre.

    Raises
    ------
    ValueError
        The mask is empty, or the dose could not be placed.
    """
    if placed.course.dose is None or placed.to_reference is None or tissue.mask.is_empty:
        raise ValueError(f"{tissue.name}: no dose, or no voxel")
    way = tissue.to_reference.then(placed.to_reference.transform.inverse())
    points = way.apply(_cells(tissue.mask))
    doses = np.sort(np.asarray(DoseField(placed.course.dose).at(points), float))
    # half a step beyond the hottest cell: there nothing is left
    at = np.linspace(0.0, max(doses[-1], 1e-6) * (1 + 0.5 / CURVE_STEPS), CURVE_STEPS + 1)
    above = 100.0 * (1.0 - np.searchsorted(doses, at, side="left") / len(doses))
    above[0] = 100.0
    return DvhCurve(
        tissue.name, tuple(at.tolist()), tuple(above.tolist()), SERIES_COLOURS[0], DASH,
        tissue.mask.volume_cm3, tissue.note,
    )  # fmt: skip


def _cells(mask: Mask) -> FloatArray:
    """Centres of equal cells of a mask in its own space, LPS mm (N, 3)."""
    grid: Grid = mask.grid
    index = np.argwhere(mask.array).astype(float)
    # spacing is along (i, j, k), the index along (k, j, i)
    edges = np.asarray(grid.spacing_mm, float)[::-1]
    parts = np.ceil(edges / CELL_MM - 1e-9).astype(int)
    while len(index) * parts.prod() > MOST_CELLS and parts.max() > 1:
        parts[np.argmax(parts)] -= 1
    if len(index) * parts.prod() > MOST_CELLS:
        index = index[:: -(-len(index) // MOST_CELLS)]
    shifts = np.stack(
        np.meshgrid(*[(np.arange(n) + 0.5) / n - 0.5 for n in parts], indexing="ij"), axis=-1
    ).reshape(-1, 3)
    cells = (index[:, None, :] + shifts[None]).reshape(-1, 3)
    return np.asarray(grid.index_to_lps(cells), float)


def _placed(assessment: Assessment) -> tuple[PreparedCourse, ...]:
    """Prepared course of every view: courses with a dose, then sums."""
    by_id = {p.course.id: p for p in assessment.prepared.courses}
    return (
        *(by_id[c.course_id] for c in assessment.courses),
        *(total.placed for total in assessment.accumulated),
    )
