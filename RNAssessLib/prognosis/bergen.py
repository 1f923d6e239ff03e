"""The Bergen criteria (PMID 32642686, cited by PP23): five characteristics at radiosurgery.

One point for each that is absent: earlier whole-brain radiotherapy, earlier radiosurgery, target
coverage of 98 % or more, a volume of 2 cm³ or less, a lung primary. Few points went with
pseudo-progression. Context of one cohort of 100 lesions, never this patient's probability.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from RNAssessLib.case import ClinicalEvent, EventKind, PreparedCase, Technique
from RNAssessLib.evidence import Thresholds

from .cohort import Setting
from .inputs import NomogramInputs

LUNG = re.compile(r"\b(lung|pulmonary|nsclc|sclc|bronch\w*)", re.I)
OTHER_PRIMARY = re.compile(
    r"\b(breast|melanoma|renal|kidney|colo\w*|rect\w*|ovar\w*|thyroid|prostat\w*|gastr\w*|bladder"
    r"|oesophag\w*|esophag\w*|endometri\w*|cervi\w*|sarcoma|testic\w*|pancrea\w*)", re.I
)  # fmt: skip


@dataclass(frozen=True)
class BergenCharacteristic:
    """One of the five; `present` is None where the case does not tell, and `why` says so."""

    name: str
    present: bool | None
    why: str


@dataclass(frozen=True)
class BergenScore:
    """Points of one lesion.

    Attributes
    ----------
    characteristics : tuple of BergenCharacteristic
    least, most : int
        Points with every unknown present, and absent; equal when all are known.
    published : str
        What the paper found at these points, in words.
    """

    characteristics: tuple[BergenCharacteristic, ...]
    least: int
    most: int
    published: str


def compute_bergen(
    prepared: PreparedCase,
    inputs: NomogramInputs,
    setting: Setting,
    thresholds: Thresholds | None = None,
) -> BergenScore:
    """Score one lesion at its course in force.

    Parameters
    ----------
    prepared : PreparedCase
    inputs : NomogramInputs
        GTV and coverage of that course.
    setting : Setting
    thresholds : Thresholds, optional
    """
    limits = thresholds or Thresholds()
    coverage, volume = limits["bergen.tc_percent"], limits["bergen.volume_cm3"]
    earlier = [
        p.course.date
        for p in prepared.courses
        if p.course.technique is not Technique.WBRT and p.course.date < setting.treated
    ]
    brain = setting.whole_brain
    found = (
        BergenCharacteristic("earlier whole-brain radiotherapy", bool(brain),
              brain[0].date.isoformat() if brain else "none in courses and events"),
        BergenCharacteristic("earlier radiosurgery", bool(earlier),
              min(earlier).isoformat() if earlier else "none among the courses"),
        _measured(f"target coverage of at least {coverage:g} %", inputs.tc_percent, "%",
                  lambda value: value >= coverage),
        _measured(f"volume of at most {volume:g} cm³", inputs.gtv_cm3, "cm³",
                  lambda value: value <= volume),
        _primary(prepared.case.events),
    )  # fmt: skip
    return score(found, limits)


def score(
    characteristics: Sequence[BergenCharacteristic], thresholds: Thresholds | None = None
) -> BergenScore:
    """Count the absent ones, and say what was published for that many points.

    Examples
    --------
    >>> known = [BergenCharacteristic(str(n), n < 3, "") for n in range(5)]
    >>> found = score(known)
    >>> found.least, found.most, found.published
    (2, 2, 'pseudo-progression in 57 % of its lesions with 2 points')
    """
    limits = thresholds or Thresholds()
    least = sum(c.present is False for c in characteristics)
    most = least + sum(c.present is None for c in characteristics)
    told = [_published(points, limits) for points in range(least, most + 1)]
    return BergenScore(tuple(characteristics), least, most, "; ".join(dict.fromkeys(told)))


def _published(points: int, limits: Thresholds) -> str:
    if points < 2:
        key, words = "below_2", "fewer than 2 points"
    elif points > 3:
        key, words = "above_3", "more than 3 points"
    else:
        key, words = f"at_{points}", f"{points} points"
    share = limits[f"bergen.pseudoprogression_{key}_percent"]
    return f"pseudo-progression in {share:g} % of its lesions with {words}"


def _measured(
    name: str, value: float | None, unit: str, holds: Callable[[float], bool]
) -> BergenCharacteristic:
    if value is None:
        return BergenCharacteristic(name, None, "not known for this plan")
    return BergenCharacteristic(name, holds(value), f"{value:.3g} {unit}")


def _primary(events: Sequence[ClinicalEvent]) -> BergenCharacteristic:
    """Lung primary, from the words of histology; pathology of the brain lesion names it as well."""
    name = "lung primary"
    kinds = (EventKind.HISTOLOGY, EventKind.PATHOLOGY)
    texts = [e.text for e in sorted(events, key=lambda e: e.date) if e.kind in kinds]
    for text in texts:
        if LUNG.search(text):
            return BergenCharacteristic(name, True, text)
    for text in texts:
        if OTHER_PRIMARY.search(text):
            return BergenCharacteristic(name, False, text)
    return BergenCharacteristic(name, None, "no histology names the primary")
