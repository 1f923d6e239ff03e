"""Learner's answers beside the computed ones: item by item, and the score sheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import PreparedCase
from RNAssessLib.case.plain_text import safe_cell
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings.finding import Evidence, Finding, Status

from .round import EvidenceMark, TeachingRound

SCORE_SCHEMA = "rnassess/teaching-score/1"
MOST_VOXELS = 20_000


class Agreement(Enum):
    """How an answer compares; the value is the JSON word."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_ANSWERED = "not_answered"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True)
class ItemScore:
    """One item of one lesion.

    Attributes
    ----------
    lesion, finding : str
    number : int
    title : str
    given : Status or None
    note : str
    computed : Status
    expected : Status
        What is scored against: the script's answer where the case is a digital patient that
        states one, else the computed answer.
    from_script : bool
    agreement : Agreement
    point, points : int
        Points got and points that could be got; 0 of 0 where nothing is compared.
    distance_mm : float or None
        From the mark to the nearest of the item's places.
    to_region_mm : float or None
        From the mark to the nearest evidence voxel, 0 inside.
    sentence : str
        Of the computed finding.
    sources : tuple of str
    """

    lesion: str
    finding: str
    number: int
    title: str
    given: Status | None
    note: str
    computed: Status
    expected: Status
    from_script: bool
    agreement: Agreement
    point: int
    points: int
    distance_mm: float | None
    to_region_mm: float | None
    sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ScoreSheet:
    """Every revealed item of a case.

    Attributes
    ----------
    case_id : str
    items : tuple of ItemScore
    hidden : int
        Items that have not been revealed.
    version : str
    """

    case_id: str
    items: tuple[ItemScore, ...]
    hidden: int = 0
    version: str = ""

    @property
    def point(self) -> int:
        """Points got."""
        return sum(item.point for item in self.items)

    @property
    def points(self) -> int:
        """Points that could be got."""
        return sum(item.points for item in self.items)

    @property
    def percent(self) -> float | None:
        """Share of the points; None while nothing can be compared."""
        return 100.0 * self.point / self.points if self.points else None

    def to_csv(self) -> str:
        """Return the sheet as CSV: one row per item, the total, the statement of use."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("case", *CSV_HEADS))
        for item in self.items:
            writer.writerow([safe_cell(cell) for cell in (self.case_id, *_cells(item))])
        total = ("total", "", "", "", "", "", "", "", "", self.point, self.points, "", "", "", "")
        writer.writerow((safe_cell(self.case_id), *total))
        writer.writerow((DISCLAIMER,))
        return out.getvalue()

    def to_json(self) -> str:
        """Return the sheet as JSON text."""
        document = {
            "schema": SCORE_SCHEMA,
            "case": self.case_id,
            "disclaimer": DISCLAIMER,
            "version": self.version,
            "points": self.point,
            "points_possible": self.points,
            "items_hidden": self.hidden,
            "items": [dict(zip(CSV_HEADS, _values(item), strict=True)) for item in self.items],
        }
        return json.dumps(document, ensure_ascii=False, indent=1)


CSV_HEADS = (
    "lesion", "item", "number", "title", "answer", "note", "computed", "scored_against",
    "from_script", "points", "points_possible", "agreement", "mark_distance_mm",
    "mark_to_region_mm", "computed_sentence",
)  # fmt: skip


@dataclass(frozen=True)
class AnswerKey:
    """Answers that a digital patient's script states: (lesion, finding) to status."""

    answers: Mapping[tuple[str, str], Status] = field(default_factory=dict)

    def expected(self, lesion: str, finding: Finding) -> tuple[Status, bool]:
        """Status to score against, and whether it comes from the script."""
        stated = self.answers.get((lesion, finding.spec.id))
        return (finding.status, False) if stated is None else (stated, True)


def score_round(
    assessment: Assessment, teaching: TeachingRound, key: AnswerKey | None = None
) -> ScoreSheet:
    """Score every revealed item.

    An item counts one point. What was not answered counts as missed. Where nothing could be
    computed and no script states the answer there is nothing to compare with, unless the learner
    says *not assessable* as well: then the two agree.
    """
    items, hidden = [], 0
    for assessed in assessment.lesions:
        for finding in assessed.findings:
            if teaching.is_revealed(assessed.lesion.id, finding.spec.id):
                items.append(
                    score_item(assessment.prepared, assessed.lesion.id, finding, teaching, key)
                )
            else:
                hidden += 1
    return ScoreSheet(assessment.prepared.case.id, tuple(items), hidden, assessment.version)


def score_item(
    prepared: PreparedCase,
    lesion: str,
    finding: Finding,
    teaching: TeachingRound,
    key: AnswerKey | None = None,
) -> ItemScore:
    """Compare one answer with the computed one."""
    held = teaching.given(lesion, finding.spec.id)
    status = held.status if held else None
    expected, from_script = (key or AnswerKey()).expected(lesion, finding)
    agreement = _agree(status, expected)
    point, region = (None, None)
    if held is not None and held.mark is not None:
        point, region = mark_distances(prepared, held.mark, finding.evidence)
    return ItemScore(
        lesion=lesion,
        finding=finding.spec.id,
        number=finding.spec.number,
        title=finding.spec.title,
        given=status,
        note=held.note if held else "",
        computed=finding.status,
        expected=expected,
        from_script=from_script,
        agreement=agreement,
        point=int(agreement is Agreement.AGREES),
        points=int(agreement is not Agreement.NOT_COMPARED),
        distance_mm=point,
        to_region_mm=region,
        sentence=finding.sentence,
        sources=finding.spec.references,
    )


def _agree(given: Status | None, expected: Status) -> Agreement:
    if given is expected:
        return Agreement.AGREES
    if expected is Status.NOT_ASSESSABLE:
        return Agreement.NOT_COMPARED
    return Agreement.NOT_ANSWERED if given is None else Agreement.DIFFERS


def mark_distances(
    prepared: PreparedCase, mark: EvidenceMark, evidence: tuple[Evidence, ...]
) -> tuple[float | None, float | None]:
    """Distance in mm of a mark to the nearest place and to the nearest evidence voxel.

    Returns
    -------
    tuple of float or None
        None where the item has no place, or no place with voxels.
    """
    at = np.asarray(mark.point_reference_lps_mm)
    if not evidence:
        return None, None
    to_point = min(
        float(np.linalg.norm(at - np.asarray(e.point_reference_lps_mm))) for e in evidence
    )
    regions = [_to_region(prepared, at, e) for e in evidence]
    near = [d for d in regions if d is not None]
    return to_point, min(near) if near else None


def _to_region(prepared: PreparedCase, at: np.ndarray, evidence: Evidence) -> float | None:
    mask = evidence.mask
    if mask is None or mask.is_empty:
        return None
    if not evidence.on_common_grid:
        way = prepared.timepoint(evidence.timepoint).to_reference.transform
        at = way.inverse().apply(at)
    place = tuple(np.rint(mask.grid.lps_to_index(at)).astype(int))
    within = all(0 <= p < n for p, n in zip(place, mask.grid.shape, strict=True))
    if within and mask.array[place]:
        return 0.0
    index = np.argwhere(mask.array)
    points = mask.grid.index_to_lps(index[:: -(-len(index) // MOST_VOXELS)])
    return float(np.linalg.norm(points - at, axis=-1).min())


def _values(item: ItemScore) -> tuple[object, ...]:
    return (
        item.lesion, item.finding, item.number, item.title,
        item.given.value if item.given else None, item.note, item.computed.value,
        item.expected.value, item.from_script, item.point, item.points, item.agreement.value,
        _rounded(item.distance_mm), _rounded(item.to_region_mm), item.sentence,
    )  # fmt: skip


def _cells(item: ItemScore) -> tuple[object, ...]:
    """Cells of a spreadsheet: a note is never taken for a formula."""
    if item.note.startswith(("=", "+", "-", "@")):
        item = replace(item, note="'" + item.note)
    return tuple("" if v is None else str(v).lower() if isinstance(v, bool) else v
                 for v in _values(item))  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
