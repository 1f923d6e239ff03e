"""assess(case): everything RNAssess knows about one case, in one object."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import Lesion, PreparedCase, Quantity
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.evidence import Criterion
from RNAssessLib.findings.finding import Finding

DISCLAIMER = "Research use only. Not a medical device."


@dataclass(frozen=True)
class LesionAssessment:
    """One lesion: its course in numbers and its checklist, in clinical order."""

    lesion: Lesion
    serial: tuple[SerialEntry, ...]
    findings: tuple[Finding, ...]

    def finding(self, finding_id: str) -> Finding:
        """Return the finding with the contract id `finding_id`; raises KeyError."""
        for finding in self.findings:
            if finding.spec.id == finding_id:
                return finding
        raise KeyError(finding_id)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Result that all shells, reports and exports render.

    Attributes
    ----------
    prepared : PreparedCase
    courses : tuple of CourseDosimetry
    lesions : tuple of LesionAssessment
    changed_criteria : tuple of Criterion
        Thresholds the reader changed from their default.
    risk_context : tuple of Quantity
        Literature figures beside the patient's, as text in `method`.
    warnings : tuple of str
    version : str
    """

    prepared: PreparedCase
    courses: tuple[CourseDosimetry, ...]
    lesions: tuple[LesionAssessment, ...]
    changed_criteria: tuple[Criterion, ...] = ()
    risk_context: tuple[Quantity, ...] = ()
    warnings: tuple[str, ...] = ()
    version: str = ""

    def lesion(self, lesion_id: str) -> LesionAssessment:
        """Return the assessment of `lesion_id`; raises KeyError."""
        for assessed in self.lesions:
            if assessed.lesion.id == lesion_id:
                return assessed
        raise KeyError(lesion_id)
