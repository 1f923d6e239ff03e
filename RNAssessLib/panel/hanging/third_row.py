"""What the rows below T1c and FLAIR can show, and which of it belongs to a checklist item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from RNAssessLib.case import PreparedCase, PreparedTimepoint, SequenceRole
from RNAssessLib.findings.finding import Finding

MAIN_ROWS = (SequenceRole.T1C, SequenceRole.FLAIR)


class Made(Enum):
    """Pictures made from several images; the value is their key."""

    GROWTH = "growth"
    OVERLAY = "overlay"
    DIFFERENCE = "difference"
    SUBTRACTION = "subtraction"
    RESPONSE = "response"
    DOSE = "dose"


Content = SequenceRole | Made
TITLES = {
    Made.GROWTH: "growth map", Made.OVERLAY: "outlines of two studies",
    Made.DIFFERENCE: "T1c now − prior",
    Made.SUBTRACTION: "T1c − T1", Made.RESPONSE: "response map, delayed T1c − T1c",
    Made.DOSE: "dose",
}  # fmt: skip
LEGENDS = {
    Made.DIFFERENCE: "bright: more\ndark: less",
    Made.SUBTRACTION: "bright: took up contrast",
    # colours as published: Admojo 2023 (LA25 ref. 38)
    Made.RESPONSE: "blue: washed out, linked to tumour\nred: accumulated\n"
    "the more solid, the more wash-out (LA25 §2.6)",
}
# Pictures that an item is read on before its own sequences.
OWN_PICTURE = {"delayed_contrast": Made.RESPONSE}
# What an item is read on beyond its own evidence and the sequences that it needs.
BY_ITEM = {
    "shape_change": Made.GROWTH,
    "course_pattern": Made.GROWTH,
    "spontaneous_regression": Made.GROWTH,
    "dual_pathology": Made.GROWTH,
    "clustered_enhancement": Made.SUBTRACTION,
    "new_lesions": Made.DIFFERENCE,
    "dose_match": Made.DOSE,
    "latency": Made.DOSE,
}


@dataclass(frozen=True)
class ThirdRow:
    """One thing to hang below the main rows.

    Attributes
    ----------
    key : str
        Machine name.
    title : str
    contents : tuple of SequenceRole or Made
        One per row: diffusion takes two, ADC above DWI.
    """

    key: str
    title: str
    contents: tuple[Content, ...]


def build_third_rows(prepared: PreparedCase) -> tuple[ThirdRow, ...]:
    """Everything that this case can hang there, sequences first."""
    held = {r for t in prepared.timepoints for r in t.timepoint.sequences}
    rows = []
    if {SequenceRole.ADC, SequenceRole.DWI} <= held:
        pair = (SequenceRole.ADC, SequenceRole.DWI)
        rows.append(ThirdRow("ADC+DWI", "ADC and DWI", pair))
    rows += [ThirdRow(r.value, r.value, (r,)) for r in SequenceRole
             if r in held and r not in MAIN_ROWS]  # fmt: skip
    several = len(prepared.timepoints) > 1
    wanted = (
        (Made.GROWTH, several and bool(prepared.lesions)),
        (Made.OVERLAY, several and bool(prepared.lesions)),
        (Made.DIFFERENCE, several),
        (Made.SUBTRACTION, SequenceRole.T1 in held),
        (Made.RESPONSE, SequenceRole.T1C_DELAYED in held),
        (Made.DOSE, any(c.course.dose and c.to_reference for c in prepared.courses)),
    )
    rows += [ThirdRow(made.value, TITLES[made], (made,)) for made, there in wanted if there]
    return tuple(rows)


def row_of_item(
    rows: Sequence[ThirdRow],
    finding_id: str,
    shown_on: Sequence[SequenceRole],
    *,
    computed: bool = True,
) -> ThirdRow | None:
    """Return the row that an item is read on, None when T1c and FLAIR are enough.

    Parameters
    ----------
    rows : sequence of ThirdRow
        Of the case.
    finding_id : str
    shown_on : sequence of SequenceRole
        Sequences of its evidence, then those it needs.
    computed : bool
        False leaves out what would give a computed answer away (teaching).
    """
    own = next((row for row in rows if row.contents == (OWN_PICTURE.get(finding_id),)), None)
    if own is not None:
        return own
    for role in shown_on:
        found = [row for row in rows if role in row.contents and role not in MAIN_ROWS]
        if found:
            return found[0]
    wanted = BY_ITEM.get(finding_id)
    if wanted is None or (wanted is Made.GROWTH and not computed):
        return None
    return next((row for row in rows if row.contents == (wanted,)), None)


def item_row(
    rows: Sequence[ThirdRow], finding: Finding, *, hidden: bool = False
) -> ThirdRow | None:
    """Return the row that a finding is read on, None when T1c and FLAIR are enough.

    Parameters
    ----------
    rows : sequence of ThirdRow
        Of the case.
    finding : Finding
    hidden : bool
        The computed answer is hidden: where its evidence lies must not show.
    """
    evidence = () if hidden else tuple(e.role for e in finding.evidence)
    shown_on = (*evidence, *finding.spec.needs)
    return row_of_item(rows, finding.spec.id, shown_on, computed=not hidden)


def first_row(rows: Sequence[ThirdRow]) -> ThirdRow | None:
    """Return what hangs before an item is chosen: the first that takes one row of views."""
    return next((row for row in rows if len(row.contents) == 1), next(iter(rows), None))


def prior_of(prepared: PreparedCase, timepoint_id: str) -> PreparedTimepoint | None:
    """Return the study before, None for the first one."""
    ids = [t.id for t in prepared.timepoints]
    at = ids.index(timepoint_id)
    return prepared.timepoints[at - 1] if at > 0 else None


def describe_content(content: Content, timepoint_id: str, prior_id: str | None) -> str:
    """Title of a picture, ``t2 − t1 T1c``.

    Examples
    --------
    >>> describe_content(Made.DIFFERENCE, "t2", "t1"), describe_content(Made.GROWTH, "t2", "t1")
    ('T1c t2 − t1', 'growth t1 → t2')
    >>> describe_content(SequenceRole.ADC, "t2", "t1")
    'ADC'
    """
    if isinstance(content, SequenceRole):
        return content.value
    if content is Made.DIFFERENCE and prior_id:
        return f"T1c {timepoint_id} − {prior_id}"
    if content is Made.GROWTH and prior_id:
        return f"growth {prior_id} → {timepoint_id}"
    return TITLES[content]
