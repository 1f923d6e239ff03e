"""Every threshold with its value, unit and source, read from ``evidence.toml``.

Nothing clinical is a bare number in code: code asks `Thresholds` for a key, and what it used goes
into the finding as a `Criterion`, so that a report can show default and used value side by side.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Criterion:
    """A threshold as it was used.

    Attributes
    ----------
    key : str
        Key in ``evidence.toml``, ``swi_foci.multiple_count``.
    value, default : float
        Used and default value; they differ when the reader changed it.
    unit : str
    source : str
        Paper and place; ``engineering default`` where no paper gives a number, ``assumed`` where
        papers use one without printing it.
    note : str
    """

    key: str
    value: float
    default: float
    unit: str
    source: str
    note: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether the reader changed it."""
        return self.value != self.default


@dataclass(frozen=True)
class PublishedAccuracy:
    """A literature figure shown beside an item as context, never as the patient's probability."""

    item: str
    text: str
    source: str


@dataclass(frozen=True)
class Grade:
    """How much one answer of an item weighs.

    Attributes
    ----------
    key : str
        Item and answer, ``swi_foci.none``.
    word : str
        ``strong``, ``moderate`` or ``weak``.
    source, note : str
        The paper's place whose words carry the grade, or ``our grading`` with what it leans on.
    """

    key: str
    word: str
    source: str
    note: str


@dataclass(frozen=True)
class PublishedTable:
    """A published 2 x 2 table of an item.

    Attributes
    ----------
    item : str
    target : str
        ``RN`` or ``TTP``: what a positive answer speaks for.
    tp, fp, fn, tn : int
    printed : str
        What the paper prints of it.
    source, note : str
    """

    item: str
    target: str
    tp: int
    fp: int
    fn: int
    tn: int
    printed: str
    source: str
    note: str


@dataclass(frozen=True)
class Literature:
    """A guideline or paper that a tumour board expects: context, nothing is computed from it.

    Attributes
    ----------
    short : str
        First author and year, or name of the criteria.
    topic, text : str
        What it is about and what it says.
    reference, doi : str
        Where it was published; `doi` is empty when it is not known.
    items : tuple of str
        Checklist items it is shown beside; empty when it belongs to the whole report.
    """

    short: str
    topic: str
    text: str
    reference: str
    doi: str
    items: tuple[str, ...] = ()

    def told(self) -> str:
        """One line: topic, what it says, reference."""
        doi = f", doi {self.doi}" if self.doi else ""
        return f"{self.topic}: {self.text} [{self.reference}{doi}]"


@cache
def _document() -> dict[str, Any]:
    text = resources.files("RNAssessLib").joinpath("evidence.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Thresholds:
    """Defaults of ``evidence.toml`` with the reader's changes on top.

    Attributes
    ----------
    changed : mapping of str to float
        Key to value; unknown keys raise KeyError.

    Examples
    --------
    >>> Thresholds().criterion("bed.alpha_beta_tumour").value
    10.0
    >>> Thresholds({"bed.alpha_beta_tumour": 12.0}).criterion("bed.alpha_beta_tumour").is_changed
    True
    """

    changed: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in self.changed:
            self.criterion(key)

    def criterion(self, key: str) -> Criterion:
        """Return the threshold as used; raises KeyError for an unknown key."""
        group, _, name = key.partition(".")
        try:
            entry = _document()["threshold"][group][name]
        except KeyError:
            raise KeyError(f"evidence.toml has no threshold {key!r}") from None
        default = float(entry["value"])
        value = float(self.changed.get(key, default))
        return Criterion(key, value, default, entry["unit"], entry["source"], entry.get("note", ""))

    def __getitem__(self, key: str) -> float:
        """Value of a threshold as used."""
        return self.criterion(key).value

    def changed_criteria(self) -> tuple[Criterion, ...]:
        """Return every threshold that differs from its default."""
        used = (self.criterion(key) for key in self.changed)
        return tuple(criterion for criterion in used if criterion.is_changed)


def all_criteria() -> tuple[Criterion, ...]:
    """Return every threshold at its default, in file order."""
    defaults = Thresholds()
    return tuple(
        defaults.criterion(f"{group}.{name}")
        for group, entries in _document()["threshold"].items()
        for name in entries
    )


def published_accuracy(item: str) -> tuple[PublishedAccuracy, ...]:
    """Return the literature figures that belong to the checklist item `item`."""
    entries = _document().get("accuracy", {}).get(item, [])
    return tuple(PublishedAccuracy(item, e["text"], e["source"]) for e in entries)


def grade(key: str) -> Grade:
    """Return how much an answer weighs; raises KeyError for an unknown key."""
    item, _, answer = key.partition(".")
    try:
        entry = _document()["strength"][item][answer]
    except KeyError:
        raise KeyError(f"evidence.toml has no strength {key!r}") from None
    return Grade(key, entry["grade"], entry["source"], entry["note"])


def grades(item: str = "") -> tuple[Grade, ...]:
    """Return how much the answers of `item` weigh; without one those of all, in file order."""
    return tuple(
        grade(f"{group}.{answer}")
        for group, answers in _document()["strength"].items()
        if group == item or not item
        for answer in answers
    )


def published_tables(item: str = "") -> tuple[PublishedTable, ...]:
    """Return the published 2 x 2 tables of the checklist item `item`; without one all of them."""
    groups = _document().get("two_by_two", {})
    return tuple(
        PublishedTable(item=name, **entry)
        for name, entries in groups.items()
        for entry in entries
        if not item or name == item
    )


def literature(item: str = "") -> tuple[Literature, ...]:
    """Return the guidance beside the checklist item `item`; without one all of it, in order."""
    entries = _document().get("literature", [])
    works = (Literature(**{**entry, "items": tuple(entry["items"])}) for entry in entries)
    return tuple(work for work in works if not item or item in work.items)
