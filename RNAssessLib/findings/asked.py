"""What figures outside the checklist take from its answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Quantity

from .finding import Finding


def measured_latency(findings: Sequence[Finding]) -> Quantity:
    """Latency as the checklist measured it, or why it did not."""
    finding = _find(findings, "latency")
    found = [q for q in finding.measurements if q.name == "latency_months"] if finding else []
    why = finding.limitation if finding else "the item was not evaluated"
    missing = Quantity("latency_months", None, "months", "item latency", undefined=why)
    return found[0] if found else missing


def grown_voxels(findings: Sequence[Finding]) -> npt.NDArray[np.floating] | None:
    """Voxels (N, 3) that the checklist compared with the dose, reference space; None without."""
    finding = _find(findings, "dose_match")
    for evidence in finding.evidence if finding else ():
        if evidence.mask is not None and evidence.on_common_grid:
            return evidence.mask.grid.index_to_lps(np.argwhere(evidence.mask.array))
    return None


def _find(findings: Sequence[Finding], finding_id: str) -> Finding | None:
    return next((f for f in findings if f.spec.id == finding_id), None)
