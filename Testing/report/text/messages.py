"""Every message that the report can ask a catalogue for."""

import ast
from importlib import resources

from RNAssessLib.course.response import Response
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings import rim_morphology, spontaneous_regression
from RNAssessLib.findings.naming import NAMES
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.panel.measuring.measurements import TITLES
from RNAssessLib.panel.words.wording import (
    EVENT_NAMES,
    MASK_NAMES,
    STATUS_WORDS,
    TECHNIQUE_NAMES,
)
from RNAssessLib.report.text import free_text, lesion, limits, study

ASKERS = {"say", "many", "_tell_percent"}


def sources():
    root = resources.files("RNAssessLib.report")
    return [p for p in (root / "text").iterdir() if p.name.endswith(".py")] + [
        root / "document" / "dictation.py"
    ]


def texts(node):
    """Literals of an argument, of both branches where it is a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*texts(node.body), *texts(node.orelse)]
    return []


def chosen(tree):
    """Words that are chosen first and asked for by the name they were given."""
    named = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).extend(texts(node.value))
    return named


def tabled(tree):
    """Messages in a table, known by the values that they have room for."""
    tuples = (node for node in ast.walk(tree) if isinstance(node, ast.Tuple))
    return {w for node in tuples for item in node.elts for w in texts(item) if "{" in w}


def asked_in(call, named):
    called = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if called == "many":
        return {"\0".join(texts(a)[0] for a in call.args[:2])}
    if called not in ASKERS:
        return set()
    direct = {w for argument in call.args for w in texts(argument)}
    by_name = [a.id for a in call.args if isinstance(a, ast.Name)]
    return direct | {w for name in by_name for w in named.get(name, [])}


def asked():
    """Messages written where they are asked for; plural pairs joined by NUL as gettext does."""
    found = set()
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = chosen(tree)
        found |= tabled(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found |= asked_in(node, named)
    return {text for text in found if text}


def listed():
    """Messages that come from a table or from another module."""
    found = set(lesion.NEGATIVES.values()) | set(lesion.SIDES.values())
    found |= {label for label, _ in lesion.GROUPS}
    found |= set(limits.MISSING.values()) | set(study.ACQUIRED.values())
    found |= set(free_text.PATTERNS)
    found |= {name for names in NAMES.values() for name in names.values()}
    found |= {item.SPEC.title for item in REGISTRY}
    found |= {"solid, no thin rim", "nodule in the rim", "thick rim without a nodule"}
    found |= {spontaneous_regression.REGRESSED, spontaneous_regression.STABLE}
    found |= {word for s, word in STATUS_WORDS.items()}
    found |= set(EVENT_NAMES.values()) | set(TECHNIQUE_NAMES.values())
    found |= {r.value for r in Response} | {t.lower() for t in TITLES.values()}
    found |= {*MASK_NAMES.values(), "enhancing part", "axial", "coronal", "sagittal", DISCLAIMER}
    assert rim_morphology._name
    return found


def every_message():
    return (asked() | listed()) - set(free_text.BACKGROUND)
