"""Which sequence stands below T1c and FLAIR: that of the checklist item."""

from __future__ import annotations

from collections.abc import Iterable

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import SequenceRole

MAIN_ROWS = (SequenceRole.T1C, SequenceRole.FLAIR)


def extra_roles(assessment: Assessment) -> tuple[SequenceRole, ...]:
    """Sequences of the case beyond T1c and FLAIR, in the order of the roles."""
    held = {r for t in assessment.prepared.timepoints for r in t.timepoint.sequences}
    return tuple(role for role in SequenceRole if role in held and role not in MAIN_ROWS)


def item_role(
    assessment: Assessment, lesion_id: str, finding_id: str, *, hidden: bool = False
) -> SequenceRole | None:
    """Sequence beyond T1c and FLAIR that an item is read on.

    Parameters
    ----------
    assessment : Assessment
    lesion_id, finding_id : str
        An empty item has none.
    hidden : bool
        The computed answer is hidden: where its evidence lies must not show.

    Returns
    -------
    SequenceRole or None
        The sequence of its evidence, else the first that it needs and the case has.
    """
    if not finding_id:
        return None
    finding = assessment.lesion(lesion_id).finding(finding_id)
    evidence: Iterable[SequenceRole] = () if hidden else (e.role for e in finding.evidence)
    have = extra_roles(assessment)
    return next((role for role in (*evidence, *finding.spec.needs) if role in have), None)
