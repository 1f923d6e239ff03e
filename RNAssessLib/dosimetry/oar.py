"""Limits of organs at risk for a course's own fractionation, matched by usual structure names.

A limit in Gy means nothing without its fractions. One, three and five fractions have limits of
their own (AAPM TG-101, QUANTEC, HyTEC). PP23's are of its long courses and are compared as they
stand only there; otherwise the highest dose is converted to 2 Gy fractions first, and what cannot
be converted (a mean; organs whose α/β is not that of brain) is said not to apply.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from RNAssessLib.case import Quantity, counted
from RNAssessLib.evidence import Criterion, Thresholds

from .bed import compute_eqd2
from .results import OarCheck, StructureDosimetry


@dataclass(frozen=True)
class Limit:
    """One published limit of an organ.

    Attributes
    ----------
    figure : str
        Quantity of the structure it is about.
    key : str
        Threshold.
    fractions : int or None
        The number of fractions it was published for; None for PP23's.
    strict : bool
        The dose must stay below it, not only at it.
    converts : bool
        Whether the figure may be compared as EQD2 with the brain's α/β (PP23's only).
    """

    figure: str
    key: str
    fractions: int | None = None
    strict: bool = False
    converts: bool = True


def _stereotactic(organ: str, *also: tuple[int, str]) -> tuple[Limit, ...]:
    tg101 = [Limit("dmax_gy", f"oar.{organ}_{n}f_tg101_gy", n) for n in (1, 3, 5)]
    more = [Limit("dmax_gy", f"oar.{organ}_{n}f_{source}_gy", n) for n, source in also]
    return (*tg101, *more)


# organ: pattern of structure names, limits
ORGANS: tuple[tuple[str, str, tuple[Limit, ...]], ...] = (
    ("brainstem", r"brain[ _-]?stem|hirnstamm",
     (Limit("dmax_gy", "oar.brainstem_dmax_gy"),
      Limit("dmean_gy", "oar.brainstem_dmean_gy", converts=False),
      *_stereotactic("brainstem", (1, "quantec")))),
    ("spinal cord", r"(spinal)?[ _-]?cord|myelon",
     (Limit("dmax_gy", "oar.cord_dmax_gy"),
      *_stereotactic("cord", (1, "quantec"), (3, "quantec")))),
    ("optic pathway", r"optic|chiasm|^on[ _-]?[lr]$",
     (Limit("dmax_gy", "oar.optic_dmax_gy"),
      *_stereotactic("optic", (1, "quantec"), (1, "hytec"), (3, "hytec"), (5, "hytec")))),
    ("lens", r"(?<![a-z])lens|linse",
     (Limit("dmax_gy", "oar.lens_dmax_gy", strict=True, converts=False),)),
    ("hippocampus", r"hippo",
     (Limit("dmax_gy", "oar.hippocampus_dmax_gy", strict=True, converts=False),)),
)  # fmt: skip
PRV = re.compile(r"prv|margin|ring", re.I)  # limits are of the organ, not of its margin
BRAIN = re.compile(
    r"^(whole[ _-]?)?brain([ _-]?(normal|healthy|total))?$|^normal[ _-]?brain$", re.I
)


def check_limits(
    structures: tuple[StructureDosimetry, ...], thresholds: Thresholds, fractions: int
) -> tuple[OarCheck, ...]:
    """Compare every recognised organ with the limits that fit the course's fractionation.

    Parameters
    ----------
    structures : tuple of StructureDosimetry
    thresholds : Thresholds
    fractions : int
        Of the course.

    Returns
    -------
    tuple of OarCheck
        Organs not found are not listed; a limit that does not apply is listed with the reason.
    """
    checks = []
    for structure in structures:
        for organ, pattern, limits in ORGANS:
            if not re.search(pattern, structure.name, re.I) or PRV.search(structure.name):
                continue
            for limit in _choose(limits, fractions):
                checks.append(_check(structure, organ, limit, fractions, thresholds))
            break
    return tuple(checks)


def _choose(limits: tuple[Limit, ...], fractions: int) -> list[Limit]:
    """Those published for this number of fractions; PP23's for figures that have none."""
    own = [limit for limit in limits if limit.fractions == fractions]
    figures = {limit.figure for limit in own}
    rest = [lim for lim in limits if lim.fractions is None and lim.figure not in figures]
    return [*own, *rest]


def _check(
    structure: StructureDosimetry,
    organ: str,
    limit: Limit,
    fractions: int,
    thresholds: Thresholds,
) -> OarCheck:
    criterion = thresholds.criterion(limit.key)
    quantity = structure.quantity(limit.figure)
    given = counted(fractions, "fraction")
    low, high = thresholds["oar.pp23_fractions_from"], thresholds["oar.pp23_fractions_to"]
    if limit.fractions is not None or low <= fractions <= high:
        return _compare(structure, organ, quantity, criterion, limit, f"physical dose, {given}")
    if not limit.converts or quantity.value is None:
        why = f"given for {low:g} to {high:g} fractions, does not apply to {given}"
        return OarCheck(
            structure.name, organ, quantity, criterion.value, None, criterion.source, why
        )
    ratio = thresholds["bed.alpha_beta_brain"]
    converted = Quantity(
        f"{quantity.name.removesuffix('_gy')}_eqd2_gy",
        compute_eqd2(quantity.value, fractions, ratio), "Gy",
        f"{quantity.value:.4g} Gy in {given} as EQD2, α/β {ratio:g} Gy",
    )  # fmt: skip
    basis = f"EQD2, α/β {ratio:g} Gy, the limit taken as given in 2 Gy fractions"
    caution = thresholds["bed.lq_caution_gy"]
    if quantity.value / fractions > caution:
        basis += f"; the model is uncertain above about {caution:g} Gy per fraction"
    return _compare(structure, organ, converted, criterion, limit, basis)


def _compare(
    structure: StructureDosimetry,
    organ: str,
    quantity: Quantity,
    criterion: Criterion,
    limit: Limit,
    basis: str,
) -> OarCheck:
    assert quantity.value is not None
    met = quantity.value < criterion.value if limit.strict else quantity.value <= criterion.value
    return OarCheck(
        structure.name, organ, quantity, criterion.value, met, criterion.source, basis,
        "<" if limit.strict else "≤",
    )  # fmt: skip
