"""Dose to everything but the targets: normal brain and whole-plan volumes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from RNAssessLib.case import StructureRole

from .field import DoseField
from .figures import Figures, combine
from .histogram import DoseSamples
from .isodose_volume import IsodoseVolume, compute_local_isodose, compute_rest
from .measured_target import MeasuredTarget, is_same_lesion
from .oar import BRAIN
from .structures import MeasuredStructure
from .targets import samples_without

PLAN_LEVELS_GY = (10.0, 12.0, 20.0, 24.0, 25.0, 30.0)
FULL = 0.999


def group_by_lesion(targets: Sequence[MeasuredTarget]) -> list[list[MeasuredTarget]]:
    """Targets of one lesion together, the largest first."""
    groups: list[list[MeasuredTarget]] = []
    for target in sorted(targets, key=lambda t: -t.samples.total_cm3):
        home = next((g for g in groups if is_same_lesion(g[0], target)), None)
        if home is None:
            groups.append([target])
        else:
            home.append(target)
    return groups


def add_plan_figures(
    figures: Figures,
    field: DoseField,
    structures: Sequence[MeasuredStructure],
    targets: Sequence[MeasuredTarget],
) -> None:
    """V10 … V30 of everything, and mean dose and V10 … V30 of normal brain (PP23)."""
    groups = group_by_lesion(targets)
    places = [g[0].place for g in groups]
    locals_: dict[float, list[IsodoseVolume]] = {}
    rest: dict[float, float] = {}
    for level in PLAN_LEVELS_GY:
        locals_[level] = [
            compute_local_isodose(field, level, p, [o for o in places if o is not p])
            for p in places
        ]
        rest[level] = compute_rest(field, level, places)
        total = sum(v.volume_cm3 for v in locals_[level]) + rest[level]
        doubt = sum(v.uncertainty_cm3 for v in locals_[level])
        text = f"everything receiving at least {level:g} Gy in the dose grid, targets included"
        figures.add(f"total_v{level:g}_gy_cm3", total, "cm3", text, uncertainty=doubt)
    host, named = find_brain(structures)
    names = [f"brain_v{level:g}_gy_cm3" for level in PLAN_LEVELS_GY]
    if host is None:
        why = "no structure named brain and no external contour in the plan"
        figures.add("brain_dmean_gy", None, "Gy", "brain minus targets", why=why)
        for name in names:
            figures.add(name, None, "cm3", "brain minus targets", why=why)
        return
    outside = [t.measured for t in targets if t.measured is not host]
    samples = samples_without(field, host, outside)
    if samples is None:
        figures.add("brain_dmean_gy", None, "Gy", named, why="the targets fill it")
        return
    figures.add("brain_dmean_gy", samples.mean_gy, "Gy", f"mean dose of {named} (PP23)",
                uncertainty=host.dose_doubt_gy)  # fmt: skip
    for name, level in zip(names, PLAN_LEVELS_GY, strict=True):
        value, doubt = _volume_without_targets(
            field, host, samples, groups, level, locals_[level], rest[level]
        )
        figures.add(name, value, "cm3", f"{named} receiving at least {level:g} Gy",
                    uncertainty=doubt)  # fmt: skip


def find_brain(
    structures: Sequence[MeasuredStructure],
) -> tuple[MeasuredStructure | None, str]:
    """Structure that stands for the brain, and how to name it."""
    for measured in structures:
        if BRAIN.match(measured.structure.name.strip()):
            return measured, f"{measured.structure.name} minus targets"
    for measured in structures:
        if measured.structure.role is StructureRole.EXTERNAL:
            name = measured.structure.name
            return measured, f"external contour {name} minus targets (no brain contour)"
    return None, ""


def _volume_without_targets(
    field: DoseField,
    host: MeasuredStructure,
    samples: DoseSamples,
    groups: Sequence[Sequence[MeasuredTarget]],
    level: float,
    isodoses: Sequence[IsodoseVolume],
    rest: float,
) -> tuple[float, float]:
    """Isodose components that lie wholly in the host less their targets, else its own cells."""
    if rest > 0 or not isodoses or not all(_lies_inside(host, v) for v in isodoses):
        return samples.volume_above(level), host.volume_doubt_cm3 * level / max(
            samples.max_gy, level
        )
    total, doubts = 0.0, [0.0]
    for group, isodose in zip(groups, isodoses, strict=True):
        largest = group[0].measured
        inside = largest.samples.volume_above(level)
        for other in group[1:]:
            beyond = samples_without(field, other.measured, [largest])
            inside += beyond.volume_above(level) if beyond is not None else 0.0
        total += max(isodose.volume_cm3 - inside, 0.0)
        doubts += [isodose.uncertainty_cm3, largest.volume_doubt_cm3]
    return total, combine(*doubts)


def _lies_inside(host: MeasuredStructure, isodose: IsodoseVolume) -> bool:
    if isodose.volume_cm3 <= 0:
        return True
    grid = isodose.grid
    cells = np.argwhere(isodose.share > 0)
    # the hull's extremes and a sparse sample decide
    low, high = cells.argmin(0), cells.argmax(0)
    chosen = np.concatenate([cells[low], cells[high], cells[:: max(len(cells) // 500, 1)]])
    return bool(host.occupancy.share_at(grid.index_to_lps(chosen)).min() > FULL)
