"""Limits of organs at risk (PP23 Methods), matched by the usual structure names."""

from __future__ import annotations

import re

from RNAssessLib.evidence import Thresholds

from .results import OarCheck, StructureDosimetry

# organ: pattern of structure names, limits as (quantity, evidence key)
ORGANS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("brainstem", r"brain[ _-]?stem|hirnstamm", (("dmax_gy", "brainstem_dmax_gy"),
                                                ("dmean_gy", "brainstem_dmean_gy"))),
    ("spinal cord", r"(spinal)?[ _-]?cord|myelon", (("dmax_gy", "cord_dmax_gy"),)),
    ("optic pathway", r"optic|chiasm|^on[ _-]?[lr]$", (("dmax_gy", "optic_dmax_gy"),)),
    ("lens", r"(?<![a-z])lens|linse", (("dmax_gy", "lens_dmax_gy"),)),
    ("hippocampus", r"hippo", (("dmax_gy", "hippocampus_dmax_gy"),)),
)  # fmt: skip
PRV = re.compile(r"prv|margin|ring", re.I)  # limits are of the organ, not of its margin
BRAIN = re.compile(
    r"^(whole[ _-]?)?brain([ _-]?(normal|healthy|total))?$|^normal[ _-]?brain$", re.I
)


def check_limits(
    structures: tuple[StructureDosimetry, ...], thresholds: Thresholds
) -> tuple[OarCheck, ...]:
    """Compare every recognised organ with its limits; organs not found are not listed."""
    checks = []
    for structure in structures:
        for organ, pattern, limits in ORGANS:
            if not re.search(pattern, structure.name, re.I) or PRV.search(structure.name):
                continue
            for name, key in limits:
                criterion = thresholds.criterion(f"oar.{key}")
                quantity = structure.quantity(name)
                assert quantity.value is not None
                met = quantity.value <= criterion.value
                checks.append(
                    OarCheck(structure.name, organ, quantity, criterion.value, met,
                             criterion.source)
                )  # fmt: skip
            break
    return tuple(checks)
