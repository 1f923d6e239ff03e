"""Published risk figures beside the plan's own: literature, not the patient's probability."""

from __future__ import annotations

from RNAssessLib.case import Quantity
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry
from RNAssessLib.evidence import Thresholds, published_accuracy


def compute_risk_context(
    course: CourseDosimetry, thresholds: Thresholds | None = None
) -> tuple[Quantity, ...]:
    """V12, V20 or V24 of every target beside what was published for its fractionation.

    A figure whose fractionation the literature does not cover is left out, never extrapolated.
    """
    quantities = []
    for target in course.targets:
        name = {1: "v12_gy_cm3", 3: "v20_gy_cm3", 5: "v24_gy_cm3"}.get(target.fractions)
        if name is None:
            continue
        texts = published_accuracy(f"{name.split('_')[0]}_context")
        text = " ".join(f"{entry.text} [{entry.source}]" for entry in texts)
        quantities.append(_beside(target, name, text))
    return tuple(quantities)


def _beside(target: TargetDosimetry, name: str, text: str) -> Quantity:
    label = f"{target.name} {name.split('_')[0].upper()} Gy, target included"
    known = {q.name: q for q in target.quantities}
    value = known[name].value if name in known else 0.0
    if value is None:
        return Quantity(label, None, "cm3", text, undefined=known[name].undefined)
    return Quantity(label, value, "cm3", text)
