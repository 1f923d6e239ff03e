"""Colours, line styles and isodose levels: one place for every shell and report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from RNAssessLib.case import MaskKind, RegistrationGrade
from RNAssessLib.dosimetry.accumulation import DoseKind
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Favours
from RNAssessLib.lesions.quality_grade import QualityGrade

from .numbers import DECIMALS, format_number, format_setting
from .palette import ISODOSE_STROKES, OUTLINE_STROKES
from .prescriptions import highest_prescription, list_prescriptions
from .wording import MASK_NAMES, STATUS_ICONS, STATUS_WORDS, unit_text

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.dosimetry.accumulation import AccumulatedDose

__all__ = [
    "DECIMALS", "FAVOURS_COLOURS", "GRADE_COLOURS", "ISODOSE_COLOURS", "MASK_COLOURS",
    "MASK_NAMES", "QUALITY_COLOURS", "SERIES_COLOURS", "STATUS_ICONS", "STATUS_WORDS",
    "IsodoseLevel", "build_isodoses", "default_isodoses", "describe_threshold_change",
    "format_number", "highest_prescription", "unit_text",
]  # fmt: skip

# Okabe-Ito colours, told apart by readers with any common colour deficiency.
VERMILION, ORANGE, YELLOW = "#D55E00", "#E69F00", "#F0E442"
GREEN, SKY, BLUE, PURPLE = "#009E73", "#56B4E9", "#0072B2", "#CC79A7"

# One colour per meaning, so that it says the same in every case; the table is `palette`'s.
PERCENT_STROKES = {p: ISODOSE_STROKES[f"{p:g} %"] for p in (100.0, 80.0, 50.0, 25.0)}
PERCENT_COLOURS = {percent: stroke.colour for percent, stroke in PERCENT_STROKES.items()}
BRAIN_STROKE = ISODOSE_STROKES["brain dose"]
BRAIN_COLOUR = BRAIN_STROKE.colour
OTHER_STROKES = tuple(s for name, s in ISODOSE_STROKES.items() if name.startswith("other"))
ISODOSE_COLOURS = tuple(stroke.colour for stroke in ISODOSE_STROKES.values())
SERIES_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, "#000000")
MASK_STROKES = {kind: OUTLINE_STROKES[MASK_NAMES[kind]] for kind in MaskKind}
# Parts that pictures of a report outline.
MASK_COLOURS = {
    kind: MASK_STROKES[kind].colour for kind in (MaskKind.ENHANCING, MaskKind.NECROTIC_CORE)
}
FAVOURS_COLOURS = {Favours.RN: SKY, Favours.TTP: ORANGE, None: "#9AA4B0"}
GRADE_COLOURS = {
    RegistrationGrade.GOOD: SKY,
    RegistrationGrade.ACCEPTABLE: ORANGE,
    RegistrationGrade.BAD: VERMILION,
}

QUALITY_COLOURS = {
    QualityGrade.GREEN: SKY,
    QualityGrade.YELLOW: ORANGE,
    QualityGrade.RED: VERMILION,
    None: "#9AA4B0",
}

ISODOSE_PERCENT = (100.0, 80.0, 50.0, 25.0)
# Volumes at these doses go with necrosis in the literature, by number of fractions (PP23).
BRAIN_DOSE_GY = {1: 12.0, 3: 20.0, 5: 24.0}
PRESCRIPTION_WIDTH_PX, LEVEL_WIDTH_PX = 3, 2


@dataclass(frozen=True)
class IsodoseLevel:
    """One isodose on screen.

    Attributes
    ----------
    dose_gy : float
    colour : str
        ``#rrggbb``.
    label : str
        Gy and percent of the prescription.
    width_px : int
        The prescription isodose is drawn wider.
    dash : tuple of int
        Pixels on and off; empty is a whole line.
    """

    dose_gy: float
    colour: str
    label: str
    width_px: int = LEVEL_WIDTH_PX
    dash: tuple[int, ...] = ()


def default_isodoses(assessment: Assessment) -> tuple[IsodoseLevel, ...]:
    """Levels shown at first: shares of the prescription and the brain dose of its fractionation.

    Without a prescription, shares of the maximum dose. With several prescriptions the highest one
    is 100 %, and each label says of what.
    """
    prescriptions = list_prescriptions(assessment)
    return preset_isodoses(assessment, max(prescriptions)[1] if prescriptions else 1)


def leading_isodoses(assessment: Assessment) -> tuple[IsodoseLevel, ...]:
    """Two of the default levels: the prescription, and 12 Gy of one fraction, else its half.

    For a picture whose lines must not hide the lesion. Without a prescription 100 and 50 % of the
    maximum.
    """
    levels = default_isodoses(assessment)
    if not levels:
        return ()
    prescriptions = list_prescriptions(assessment)
    top, fractions = max(prescriptions) if prescriptions else (levels[0].dose_gy, 0)
    second = BRAIN_DOSE_GY[1] if fractions == 1 and top > BRAIN_DOSE_GY[1] else 0.5 * top
    chosen = [min(levels, key=lambda v: abs(v.dose_gy - gy)) for gy in (top, second)]
    return tuple(dict.fromkeys(chosen))


def preset_isodoses(assessment: Assessment, fractions: int) -> tuple[IsodoseLevel, ...]:
    """Levels usual for a number of fractions (1, 3, 5; others as 1).

    100, 80, 50 and 25 % of the highest prescription, and the brain dose whose volume goes with
    necrosis at that fractionation (PP23).
    """
    prescriptions = list_prescriptions(assessment)
    peak = max(
        (float(p.course.dose.dose_gy.max()) for p in assessment.prepared.courses
         if p.course.dose is not None),
        default=0.0,
    )  # fmt: skip
    if not prescriptions:
        doses = [peak * percent / 100 for percent in ISODOSE_PERCENT] if peak > 0 else []
        return build_isodoses(doses, peak, of="of maximum")
    prescription = max(prescriptions)[0]
    several = len({dose for dose, _ in prescriptions}) > 1
    doses = [prescription * percent / 100 for percent in ISODOSE_PERCENT]
    brain = BRAIN_DOSE_GY.get(fractions, BRAIN_DOSE_GY[1])
    if brain < peak or peak == 0:
        doses.append(brain)
    of = f"of {prescription:g} Gy" if several else ""
    return build_isodoses(doses, prescription, of=of, brain_gy=brain)


# Levels of summed doses: steps a reader of re-irradiation asks for; engineering default.
SUMMED_LEVELS_GY = {
    DoseKind.PHYSICAL: (50.0, 40.0, 30.0, 20.0, 12.0),
    DoseKind.BED: (120.0, 100.0, 80.0, 60.0),
    DoseKind.EQD2: (150.0, 120.0, 100.0, 60.0),
}


def accumulated_isodoses(total: AccumulatedDose) -> tuple[IsodoseLevel, ...]:
    """Levels of a sum of courses, without percent: no prescription belongs to it."""
    assert total.placed.course.dose is not None
    peak = float(total.placed.course.dose.dose_gy.max())
    doses = [level for level in SUMMED_LEVELS_GY[total.kind] if level < peak]
    return build_isodoses(doses, None)


def build_isodoses(
    doses_gy: Sequence[float],
    prescription_gy: float | None,
    of: str = "",
    brain_gy: float = BRAIN_DOSE_GY[1],
) -> tuple[IsodoseLevel, ...]:
    """Levels for any doses, highest first, each dose once.

    Parameters
    ----------
    doses_gy : sequence of float
        Above 0; others are left out.
    prescription_gy : float or None
        What 100 % means; None leaves percent out of the labels.
    of : str
        Words after the percent sign, ``of 20 Gy``.
    brain_gy : float
        Dose drawn in the colour of the normal-brain level.

    Examples
    --------
    >>> [(level.label, level.colour) for level in build_isodoses([10, 12, 20, 10], 20)]
    [('20 Gy (100 %)', '#D55E00'), ('12 Gy (60 %)', '#CC79A7'), ('10 Gy (50 %)', '#F0E442')]
    """
    levels: list[IsodoseLevel] = []
    spare = 0
    for dose in sorted({round(float(d), 6) for d in doses_gy if d > 0}, reverse=True):
        percent = None if not prescription_gy else 100 * dose / prescription_gy
        label = format_setting(dose, "Gy")
        if percent is not None:
            label += f" ({percent:.4g} %{' ' + of if of else ''})"
        stroke = PERCENT_STROKES.get(round(percent, 3)) if percent is not None else None
        if stroke is None and abs(dose - brain_gy) < 1e-6:
            stroke = BRAIN_STROKE
        if stroke is None:
            stroke = OTHER_STROKES[spare % len(OTHER_STROKES)]
            spare += 1
        full = percent is not None and abs(percent - 100) < 1e-6
        width = PRESCRIPTION_WIDTH_PX if full else LEVEL_WIDTH_PX
        levels.append(IsodoseLevel(dose, stroke.colour, label, width, stroke.dash))
    return tuple(levels)


def describe_threshold_change(thresholds: Thresholds) -> tuple[str, ...]:
    """One line per threshold the reader changed."""
    return tuple(
        f"{c.key}: {format_setting(c.value, c.unit)} (default {c.default:g})"
        for c in thresholds.changed_criteria()
    )
