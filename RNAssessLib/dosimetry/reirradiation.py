"""What another course would add to earlier ones: BED and EQD2, nominal and in normal tissue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from RNAssessLib.case import Quantity
from RNAssessLib.evidence import Criterion, Thresholds

from .bed import compute_eqd2, convert_to_eqd2
from .figures import Figures
from .fractionation import (
    BRAIN,
    FloatArray,
    Fractionation,
    LimitCheck,
    PlanShape,
    Reirradiation,
    TissueCells,
)
from .histogram import DoseSamples
from .oar import ORGANS
from .structures import HOT_SPOT_CM3

BRAIN_FIGURES = (
    ("brain_eqd2_d2_gy", "Gy"),
    ("brain_eqd2_dmean_gy", "Gy"),
    ("brain_eqd2_d0_03cc_gy", "Gy"),
    ("brain_over_cm3", "cm3"),
    ("brain_v12_equivalent_cm3", "cm3"),
)
PARTS = ("bed_tumour_gy", "eqd2_tumour_gy", "bed_brain_gy", "eqd2_brain_gy")


def compute_reirradiation(
    new: Fractionation,
    at_target: Sequence[Fractionation],
    thresholds: Thresholds | None = None,
    *,
    shape: PlanShape | None = None,
    tissues: Sequence[TissueCells] = (),
    elsewhere: Sequence[Fractionation] = (),
    why_no_cells: str = "no earlier dose grid with a prescription",
) -> Reirradiation:
    """Add a planned course to earlier ones.

    Parameters
    ----------
    new : Fractionation
    at_target : sequence of Fractionation
        Earlier courses that treated the same place: their prescriptions are added.
    thresholds : Thresholds, optional
    shape : PlanShape, optional
        Assumed shape of the new dose; needed for `tissues`.
    tissues : sequence of TissueCells
    elsewhere : sequence of Fractionation
        Further courses with doses in the cells that treated another place.
    why_no_cells : str
        Said in place of the tissue's figures when there are none.
    """
    thresholds = thresholds or Thresholds()
    every = (*at_target, *elsewhere)
    alone = tuple(
        Quantity(f"new_{part}", getattr(new, part), "Gy", _method(part, new)) for part in PARTS
    )
    names = " + ".join(f.course for f in (*at_target, new))
    total = tuple(
        Quantity(
            f"cumulative_{part}", sum(getattr(f, part) for f in (*at_target, new)), "Gy",
            f"prescriptions added: {names}",
        )
        for part in PARTS
    )  # fmt: skip
    figures, limits = Figures(), [_nominal_limit(total[-1], thresholds)]
    if shape is None or not tissues:
        for name, unit in BRAIN_FIGURES:
            figures.add(name, None, unit, BRAIN, why=why_no_cells)
    else:
        for cells in tissues:
            limits += _add_tissue(figures, cells, new, every, shape, thresholds)
    return Reirradiation(
        alone,
        total,
        tuple(figures.quantities),
        tuple(limits),
        _assumptions(new, shape if tissues else None, tissues),
        _cautions(new, every, thresholds["bed.lq_caution_gy"]),
    )


def cumulative_eqd2(
    cells: TissueCells,
    earlier: Sequence[Fractionation],
    new: Fractionation | None = None,
    shape: PlanShape | None = None,
) -> FloatArray:
    """EQD2 in Gy of each cell, brain α/β: courses are converted one by one, then added.

    Examples
    --------
    >>> first = Fractionation("a", 20.0, 1, 10.0, 2.0)
    >>> cells = TissueCells("brain", BRAIN, np.ones(2), {"a": np.array([20.0, 2.0])})
    >>> again = Fractionation("new", 10.0, 1, 10.0, 2.0)
    >>> cumulative_eqd2(cells, [first], again, PlanShape("a", "GTV", 20.0)).tolist()
    [140.0, 2.75]
    """
    total = np.zeros(len(cells.volume_cm3))
    for course in earlier:
        if course.course in cells.dose_gy:
            dose = cells.dose_gy[course.course]
            total += convert_to_eqd2(dose, course.fractions, course.alpha_beta_brain_gy)
    if new is not None and shape is not None:
        dose = cells.dose_gy[shape.course] * (new.total_gy / shape.prescription_gy)
        total += convert_to_eqd2(dose, new.fractions, new.alpha_beta_brain_gy)
    return total


def v12_equivalent_gy(alpha_beta_brain_gy: float, thresholds: Thresholds | None = None) -> float:
    """EQD2 of 12 Gy in one fraction.

    Examples
    --------
    >>> v12_equivalent_gy(2.0)
    42.0
    """
    limits = thresholds or Thresholds()
    return compute_eqd2(limits["reirradiation.v12_gy"], 1, alpha_beta_brain_gy)


def _add_tissue(
    figures: Figures,
    cells: TissueCells,
    new: Fractionation,
    earlier: Sequence[Fractionation],
    shape: PlanShape,
    thresholds: Thresholds,
) -> list[LimitCheck]:
    before = _samples(cells, cumulative_eqd2(cells, earlier))
    after = _samples(cells, cumulative_eqd2(cells, earlier, new, shape))
    if cells.organ == BRAIN:
        return _add_brain(figures, cells, before, after, new, thresholds)
    name = f"{cells.name}_eqd2_dmax_gy"
    figures.add(f"{name}_before", before.max_gy, "Gy", f"{cells.name}, earlier courses")
    figures.add(name, after.max_gy, "Gy", f"{cells.name}, highest EQD2 with the new course")
    # a sum of courses has no fractionation of its own: only what may be read as EQD2 is compared
    keys = [limit.key for organ, _, limits in ORGANS if organ == cells.organ
            for limit in limits if limit.fractions is None and limit.converts]  # fmt: skip
    criteria = [thresholds.criterion(key) for key in keys]
    return [_check(figures.quantities[-1], criterion) for criterion in criteria]


def _add_brain(
    figures: Figures,
    cells: TissueCells,
    before: DoseSamples,
    after: DoseSamples,
    new: Fractionation,
    thresholds: Thresholds,
) -> list[LimitCheck]:
    level = v12_equivalent_gy(new.alpha_beta_brain_gy, thresholds)
    single = thresholds["reirradiation.v12_gy"]
    v12 = f"EQD2 of at least {level:g} Gy, that of {single:g} Gy in one fraction"
    limit = thresholds["reirradiation.brain_eqd2_gy"]
    hot = f"EQD2 to the hottest {HOT_SPOT_CM3:g} cm³"
    for when, samples in (("earlier courses", before), ("with the new course", after)):
        end = "_before" if samples is before else ""
        for name, unit, value, text in (
            ("brain_eqd2_d2_gy", "Gy", samples.dose_to_percent(2), "EQD2 to the hottest 2 %"),
            ("brain_eqd2_dmean_gy", "Gy", samples.mean_gy, "mean EQD2"),
            ("brain_eqd2_d0_03cc_gy", "Gy", samples.dose_to_volume(HOT_SPOT_CM3), hot),
            ("brain_over_cm3", "cm3", samples.volume_above(limit), f"EQD2 of {limit:g} Gy or more"),
            ("brain_v12_equivalent_cm3", "cm3", samples.volume_above(level), v12),
        ):
            figures.add(f"{name}{end}", value, unit, f"{cells.name}: {text}, {when}")
    after_by_name = {q.name: q for q in figures.quantities}
    return [
        _check(after_by_name[name], thresholds.criterion(f"reirradiation.{key}"))
        for name, key in (
            ("brain_eqd2_d0_03cc_gy", "brain_eqd2_gy"),
            ("brain_v12_equivalent_cm3", "v12_equivalent_cm3"),
        )
    ]


def _samples(cells: TissueCells, eqd2_gy: FloatArray) -> DoseSamples:
    count = len(eqd2_gy)
    return DoseSamples(eqd2_gy, cells.volume_cm3, np.zeros(count), np.ones(count, bool))


def _nominal_limit(total: Quantity, thresholds: Thresholds) -> LimitCheck:
    return _check(total, thresholds.criterion("reirradiation.brain_eqd2_gy"))


def _check(quantity: Quantity, criterion: Criterion) -> LimitCheck:
    assert quantity.value is not None
    return LimitCheck(quantity, criterion, quantity.value <= criterion.value)


def _method(part: str, new: Fractionation) -> str:
    ratio = new.alpha_beta_tumour_gy if "tumour" in part else new.alpha_beta_brain_gy
    if part.startswith("bed"):
        return f"n d (1 + d / {ratio:g})"
    return f"in 2 Gy fractions, α/β {ratio:g} Gy"


def _assumptions(
    new: Fractionation, shape: PlanShape | None, tissues: Sequence[TissueCells]
) -> tuple[str, ...]:
    said = ["BED and EQD2 are added without recovery between the courses"]
    if shape is not None:
        said.append(
            f"the new dose is that of {shape.course} scaled by {new.total_gy:g} / "
            f"{shape.prescription_gy:g} Gy ({shape.target}), its whole plan at the same place; "
            "a real plan will differ"
        )
    return (*said, *dict.fromkeys(note for cells in tissues for note in cells.notes))


def _cautions(
    new: Fractionation, earlier: Sequence[Fractionation], caution_gy: float
) -> tuple[str, ...]:
    high = [f for f in (*earlier, new) if f.total_gy / f.fractions > caution_gy]
    said = []
    if high:
        sizes = ", ".join(f"{f.course} {f.total_gy / f.fractions:.3g} Gy" for f in high)
        said.append(
            f"per fraction {sizes}: the linear-quadratic model is uncertain above about "
            f"{caution_gy:g} Gy"
        )
    for what in ("tumour", "brain"):
        ratios = {getattr(f, f"alpha_beta_{what}_gy") for f in (*earlier, new)}
        if len(ratios) > 1:
            said.append(f"courses with different {what} α/β were added")
    return tuple(said)
