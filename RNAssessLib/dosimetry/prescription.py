"""Which prescription a figure was computed with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from RNAssessLib.case import Course, InputError, Target
from RNAssessLib.case.numbers import fixed

DISAGREEMENT_PERCENT = 3.0
NO_PRESCRIPTION = "no prescription for this target in plan, case file or command"


@dataclass(frozen=True)
class Prescription:
    """Dose prescribed to one target.

    Attributes
    ----------
    dose_gy : float or None
    source : str
        ``plan``, ``case file``, ``user`` or ``isodose line``.
    text : str
        For display: dose, source and the isodose line it is.
    warning : str or None
        The stated isodose line and the stated dose disagree.
    """

    dose_gy: float | None
    source: str
    text: str
    warning: str | None = None


def resolve_prescription(target: Target, max_gy: float) -> Prescription:
    """Prescription of a target, from its dose or, failing that, from its isodose line.

    Parameters
    ----------
    target : Target
    max_gy : float
        Highest dose in the target: isodose lines are percent of it.

    Examples
    --------
    >>> from RNAssessLib.case import StructureRole
    >>> target = Target("GTV", StructureRole.GTV, 20.0, "plan")
    >>> resolve_prescription(target, 40.0).text
    '20 Gy (plan), the 50.0 % isodose line'
    >>> resolve_prescription(Target("GTV", StructureRole.GTV, None, "", 50.0), 40.0).dose_gy
    20.0
    """
    dose, stated = target.prescription_gy, target.isodose_percent
    if dose is None and stated is None:
        return Prescription(None, target.prescription_source, NO_PRESCRIPTION)
    if dose is None:
        assert stated is not None
        dose = stated / 100 * max_gy
        text = f"{dose:.4g} Gy, the {stated:g} % isodose line of a maximum of {max_gy:.4g} Gy"
        return Prescription(dose, "isodose line", text)
    if max_gy <= 0:
        return Prescription(dose, target.prescription_source, f"{dose:g} Gy")
    line = 100 * dose / max_gy
    text = f"{dose:g} Gy ({target.prescription_source}), the {fixed(line, 1)} % isodose line"
    warning = None
    if stated is not None and abs(stated - line) > DISAGREEMENT_PERCENT:
        warning = (
            f"prescribed to the {stated:g} % isodose line, but {dose:g} Gy is {fixed(line, 1)} % "
            f"of the maximum of {max_gy:.4g} Gy in the target; {dose:g} Gy was used"
        )
    return Prescription(dose, target.prescription_source, text, warning)


def prescribe_to_line(course: Course, percent: float) -> Course:
    """Return the course with targets that state no dose prescribed to an isodose line.

    Raises
    ------
    InputError
        Not above 0 and up to 100 percent.
    """
    if not 0 < percent <= 100:
        raise InputError("--isodose-line", f"{percent:g} is no percentage of the maximum")
    targets = tuple(
        replace(t, isodose_percent=percent) if t.prescription_gy is None else t
        for t in course.targets
    )
    return replace(course, targets=targets)


def override_prescription(course: Course, doses_gy: Mapping[str, float]) -> Course:
    """Return the course with the user's prescriptions for the named targets.

    Raises
    ------
    InputError
        Unknown target, or a dose that is not positive.
    """
    known = {t.name for t in course.targets}
    for name, dose in doses_gy.items():
        if name not in known:
            raise InputError(course.id, f"has no target {name!r}, only: {', '.join(sorted(known))}")
        if not dose > 0:
            raise InputError(course.id, f"prescription of {name!r}: {dose:g} Gy is not positive")
    targets = tuple(
        replace(t, prescription_gy=float(doses_gy[t.name]), prescription_source="user")
        if t.name in doses_gy
        else t
        for t in course.targets
    )
    return replace(course, targets=targets)
