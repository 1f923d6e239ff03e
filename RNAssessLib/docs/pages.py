"""The pages: one per checklist item, an index of them, and every threshold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import Criterion, all_criteria, grades, literature, published_accuracy
from RNAssessLib.findings.finding import FindingSpec
from RNAssessLib.findings.registry import HEADLINE
from RNAssessLib.panel.words.numbers import format_setting
from RNAssessLib.panel.words.wording import FAVOURS_WORDS, ROLE_NAMES, quantity_label, unit_text

from .source import ItemSource, read_items

EXAMPLES = Path(__file__).with_name("examples.json")
MADE = (
    "<!-- Made by `python -m RNAssessLib.docs` from finding specs, code and evidence.toml. "
    "Do not edit. -->"
)
DEFAULT = "engineering default"


@dataclass(frozen=True)
class Example:
    """What an item answered on a digital patient."""

    case: str
    title: str
    lesion: str
    status: str
    sentence: str
    figures: tuple[tuple[str, str, str], ...]
    picture: str
    caption: str


def read_examples() -> Mapping[str, Example]:
    """Examples by finding id, as ``--pictures`` wrote them."""
    document: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return {
        item: Example(**{**e, "figures": tuple((a, b, c) for a, b, c in e["figures"])})
        for item, e in document.items()
    }


def build_pages() -> dict[str, str]:
    """Every generated page: path below the documentation's folder to text."""
    items, examples = read_items(), read_examples()
    pages = {f"items/{i.spec.id}.md": build_item(i, examples.get(i.spec.id)) for i in items}
    pages["items/README.md"] = build_index(items)
    pages["thresholds.md"] = build_thresholds()
    pages["literature.md"] = build_literature()
    return pages


def build_index(items: tuple[ItemSource, ...]) -> str:
    """List of the items in clinical order."""
    rows = [
        (str(i.spec.number), f"[{i.spec.title}]({i.spec.id}.md)", i.spec.question, _side(i.spec))
        for i in items
    ]
    return _page(
        "The checklist",
        "Every item states its answer, the numbers behind it, where to look, its criterion and its "
        "caveats. Nothing is added up: the reader decides. *Weak*, *moderate* and *strong* are, "
        "where the page does not name a paper alone, RNAssess's own grading: no source grades the "
        "signs.",
        _table(("#", "item", "question", "when present"), rows),
    )


def build_item(item: ItemSource, example: Example | None) -> str:
    """Page of one item."""
    spec = item.spec
    parts = [
        f"`{spec.id}` · [all items](README.md)",
        f"**{spec.question}**",
        _facts(spec),
        f"## Why it matters\n\n{spec.why}",
        f"## How it is measured\n\n{item.summary} {item.evaluation}",
    ]
    if item.steps:
        parts.append("Built on:\n\n" + "\n".join(f"- {step}" for step in item.steps))
    figures = _figures(item, example)
    if figures:
        parts.append(f"## Figures\n\n{figures}")
    parts.append(f"## Thresholds\n\n{_thresholds(item.criteria)}")
    parts.append(f"## How much it weighs\n\n{_weights(spec.id)}")
    parts.append(f"## Caveats it can raise\n\n{_bullets(item.caveats)}")
    parts.append(f"## Published accuracy\n\n{_accuracy(spec.id)}")
    beside = literature(spec.id)
    if beside:
        parts.append("## Guidance and literature\n\n" + _bullets(tuple(w.told() for w in beside)))
    if example is not None:
        parts.append(_example(example))
    if spec.id in HEADLINE:
        parts.append(REAL)
    return _page(f"{spec.number} {spec.title}", *parts)


REAL = (
    "What RNAssess says of public scans of real heads in which nothing changed: "
    "[Real heads](../real-heads.md)."
)


def build_thresholds() -> str:
    """Every threshold of ``evidence.toml``."""
    groups: dict[str, list[Criterion]] = {}
    for criterion in all_criteria():
        groups.setdefault(criterion.key.split(".")[0], []).append(criterion)
    parts = [f"## {group}\n\n{_thresholds(tuple(rows))}" for group, rows in groups.items()]
    return _page(
        "Thresholds",
        "Every number that decides something, with its source. Where no paper gives one it says "
        f"*{DEFAULT}*. A reader can change each (`--set KEY=VALUE`, or the panel in Slicer); the "
        "report then shows default and used value.",
        *parts,
    )


def build_literature() -> str:
    """Guidance and literature of ``evidence.toml``, which items each is shown beside."""
    rows = [
        (w.topic, w.text, f"{w.reference}{f', doi {w.doi}' if w.doi else ''}",
         ", ".join(f"[{item}](items/{item}.md)" for item in w.items) or "the whole report")
        for w in literature()
    ]  # fmt: skip
    return _page(
        "Guidance and literature",
        "What a tumour board expects beside the five papers that RNAssess is built on: context "
        "with its primary reference. Nothing is computed from it.",
        _table(("about", "what it says", "reference", "shown beside"), rows),
    )


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((MADE, f"# {title}", *parts, f"*{DISCLAIMER}*")) + "\n"


def _facts(spec: FindingSpec) -> str:
    needs = ", ".join(f"{role.value} ({ROLE_NAMES[role]})" for role in spec.needs)
    rows = (
        ("when present", _side(spec)),
        ("read on", needs or "the clinical data"),
        ("sources", ", ".join(spec.references)),
    )
    return _table(("", ""), rows)


def _side(spec: FindingSpec) -> str:
    return FAVOURS_WORDS[spec.favours_when_present] if spec.favours_when_present else "context"


def _figures(item: ItemSource, example: Example | None) -> str:
    seen = {label: value for label, value, _ in example.figures} if example else {}
    rows = []
    for figure in item.figures:
        label = quantity_label(figure.name)
        rows.append((label, unit_text(figure.unit), figure.definition, seen.pop(label, "")))
    if example:
        rows += [(a, "", c, b) for a, b, c in example.figures if a in seen]
    return _table(("figure", "unit", "definition", "in the example"), rows) if rows else ""


def _thresholds(criteria: tuple[Criterion, ...]) -> str:
    if not criteria:
        return "None: it only counts what the case states."
    rows = [(f"`{c.key}`", format_setting(c.default, c.unit), c.source, c.note) for c in criteria]
    return _table(("key", "value", "source", "note"), rows)


def _weights(item: str) -> str:
    """Grade of each answer, with what it leans on."""
    rows = [(g.key.split(".")[1].replace("_", " "), g.word, g.source, g.note) for g in grades(item)]
    if not rows:
        return "Context: it speaks for neither side and is not graded."
    return _table(("answer", "strength", "source", "why"), rows)


def _accuracy(item: str) -> str:
    found = [f"{a.text} [{a.source}]" for a in published_accuracy(item)]
    if not found:
        return "None is stated in the sources."
    return "Context, never this patient's probability.\n\n" + _bullets(tuple(found))


def _bullets(texts: tuple[str, ...]) -> str:
    return "\n".join(f"- {text}" for text in texts) or "None of its own."


def _example(example: Example) -> str:
    return (
        f"## Example\n\n{example.title} (`rnassess phantom {example.case} --out DIR`, lesion "
        f"{example.lesion}). RNAssess answers *{example.status}*: {example.sentence}\n\n"
        f"![{example.caption}]({example.picture})\n\n{example.caption}"
    )


def _table(heads: tuple[str, ...], rows: object) -> str:
    lines = [" | ".join(heads), " | ".join("---" for _ in heads)]
    assert isinstance(rows, list | tuple)
    lines += [" | ".join(cell.replace("|", "/") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)
