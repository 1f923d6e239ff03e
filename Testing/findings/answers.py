"""What one item answers on a hand-made case."""

from hand_made_cases import R, build_case

from RNAssessLib.evidence import Thresholds

LIMITS = Thresholds()
T1C_ONLY = {"roles": (R.T1C,)}


def answer(item, visits, **more):
    """Finding of an item (a module of `RNAssessLib.findings`) on the lesion of these visits."""
    prepared = build_case(visits, **more)
    return item.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def value(finding, name):
    """Value of a measurement by its name."""
    return next(q for q in finding.measurements if q.name == name).value
