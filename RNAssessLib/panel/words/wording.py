"""Words of every panel and report: one place, so that two shells never say different things."""

from __future__ import annotations

import re

from RNAssessLib.case import EventKind, MaskKind, RegistrationGrade, SequenceRole, Technique
from RNAssessLib.findings.finding import Favours, FindingSpec, Status, Strength
from RNAssessLib.lesions.quality_grade import QualityGrade

STATUS_WORDS = {
    Status.PRESENT: "present",
    Status.ABSENT: "absent",
    Status.INDETERMINATE: "indeterminate",
    Status.NOT_ASSESSABLE: "not assessable",
}
# Shapes as well as words: nothing is told by colour alone.
STATUS_ICONS = {
    Status.PRESENT: "●",
    Status.ABSENT: "○",
    Status.INDETERMINATE: "◐",
    Status.NOT_ASSESSABLE: "–",
}
# An item that speaks for neither side has no present or absent; its sentence is the answer.
CONTEXT_WORD, CONTEXT_ICON = "context", "◇"
GRADE_WORDS = {
    RegistrationGrade.GOOD: "good",
    RegistrationGrade.ACCEPTABLE: "acceptable",
    RegistrationGrade.BAD: "bad",
}
GRADE_ICONS = {
    RegistrationGrade.GOOD: "✓",
    RegistrationGrade.ACCEPTABLE: "~",
    RegistrationGrade.BAD: "✗",
}
QUALITY_ICONS = {
    QualityGrade.GREEN: "✓",
    QualityGrade.YELLOW: "~",
    QualityGrade.RED: "✗",
    None: "–",
}
FAVOURS_WORDS = {Favours.RN: "favours RN", Favours.TTP: "favours TTP"}
FAVOURS_TIPS = {
    Favours.RN: "this sign is described in radiation necrosis",
    Favours.TTP: "this sign is described in true tumour progression",
}
STRENGTH_WORDS = {
    Strength.STRONG: "strong",
    Strength.MODERATE: "moderate",
    Strength.WEAK: "weak",
    Strength.CONTEXT: "context",
}
MASK_NAMES = {
    MaskKind.ENHANCING: "enhancing",
    MaskKind.NECROTIC_CORE: "necrotic core",
    MaskKind.OEDEMA: "FLAIR hyperintensity",
}
ROLE_NAMES = {
    SequenceRole.T1C: "T1 with contrast",
    SequenceRole.T1: "T1 before contrast",
    SequenceRole.FLAIR: "FLAIR",
    SequenceRole.T2: "T2",
    SequenceRole.DWI: "diffusion, b ≈ 1000",
    SequenceRole.ADC: "apparent diffusion coefficient",
    SequenceRole.SWI: "susceptibility",
    SequenceRole.RCBV: "relative blood volume (DSC)",
    SequenceRole.KTRANS: "Ktrans (DCE)",
    SequenceRole.CBF: "blood flow (ASL)",
    SequenceRole.T1C_DELAYED: "delayed T1 with contrast",
    SequenceRole.PET_AA: "amino-acid PET",
    SequenceRole.PET_FDG: "FDG PET",
}
TECHNIQUE_NAMES = {
    Technique.GAMMA_KNIFE: "Gamma Knife",
    Technique.LINAC: "linac",
    Technique.CYBERKNIFE: "CyberKnife",
    Technique.TOMOTHERAPY: "tomotherapy",
    Technique.WBRT: "whole-brain radiotherapy",
    Technique.OTHER: "other technique",
}
EVENT_NAMES = {
    EventKind.BEVACIZUMAB: "Bevacizumab",
    EventKind.STEROID: "Corticosteroid",
    EventKind.CHEMOTHERAPY: "Chemotherapy",
    EventKind.TARGETED: "Targeted therapy",
    EventKind.IMMUNOTHERAPY: "Immunotherapy",
    EventKind.SURGERY: "Surgery",
    EventKind.WBRT: "Whole-brain radiotherapy",
    EventKind.KPS: "KPS",
    EventKind.SYMPTOM: "Symptom",
    EventKind.HISTOLOGY: "Histology of the primary",
    EventKind.PATHOLOGY: "Pathology result",
    EventKind.AMINO_ACID_PET: "Amino-acid PET, as read",
    EventKind.SPECTROSCOPY: "Spectroscopy, as read",
    EventKind.PERFUSION: "Perfusion, as read",
}
UNIT_NAMES = {
    "1": "",
    "count": "",
    "class": "",
    "percent": "%",
    "cm3": "cm³",
    "mm3": "mm³",
    "um2/ms": "µm²/ms",
    "Gy cm3": "Gy·cm³",
    "Gy/cm3": "Gy/cm³",
}

_LABELS = {
    "tc_percent": "Target coverage TC",
    "v95_percent": "V95 % of Dp",
    "v90_percent": "V90 % of Dp",
    "piv_cm3": "Prescription isodose volume PIV",
    "v50_cm3": "Volume at 50 % of Dp",
    "pitv": "PITV",
    "ci_paddick": "Conformity index (Paddick)",
    "gi": "Gradient index GI",
    "ci_inverse": "Inverse conformity index",
    "hi": "Homogeneity index HI",
    "hi_rtog": "Homogeneity, Dmax / Dp (RTOG)",
    "prescription_isodose_percent": "Prescription isodose line",
    "near_max_gy": "Near-maximum (ICRU 91)",
    "tc_class": "Class of TC (PP23)",
    "gtv_class": "Class of GTV (PP23)",
    "bed_class": "Class of BED (PP23)",
    "dropping_zone_cm3": "Dose-dropping zone",
    "d0_035cc_gy": "D35 mm³",
    "bed_gy": "BED",
    "eqd2_gy": "EQD2",
    "gtv_cm3": "GTV before treatment",
    "bed_times_gtv": "BED × GTV",
    "bed_per_gtv": "BED / GTV",
    "dropping_zone_dmean_gy": "Dose-dropping zone, mean dose",
    "dropping_zone_dmean_bed_gy": "Dose-dropping zone, mean BED",
    "dropping_zone_v95_percent": "Dose-dropping zone, V95 % of Dp",
    "v14_equivalent_surrounding_cm3": "V14 Gy single-dose equivalent, target excluded",
    "volume_cm3": "Volume",
    "dmin_gy": "Minimum dose",
    "dmax_gy": "Maximum dose",
    "dmean_gy": "Mean dose",
    "d0_03cc_gy": "D0.03 cm³",
    "brain_dmean_gy": "Normal brain, mean dose",
    "enhancing_cm3": "Enhancing (T1c), without core",
    "necrotic_core_cm3": "Necrotic core",
    "t1c_with_core_cm3": "Enhancing with core",
    "flair_cm3": "FLAIR hyperintensity",
    "t2_t1c_ratio": "FLAIR / T1c with core",
    "longest_diameter_mm": "Longest diameter",
    "perpendicular_diameter_mm": "Perpendicular diameter",
    "half_steroid_days": "Days to half the steroid",
    "kps_change": "Change of KPS",
    "kps": "KPS",
    "dexamethasone_mg_per_day": "Dexamethasone equivalent",
    "sum_prescription_gy": "Prescriptions added, physical",
    "sum_bed_gy": "Prescriptions added, BED",
    "sum_eqd2_brain_gy": "Prescriptions added, EQD2 of brain",
    "new_enhancement_sum_gy": "New enhancement, physical sum",
    "new_enhancement_sum_bed_gy": "New enhancement, sum as BED",
    "new_enhancement_sum_eqd2_brain_gy": "New enhancement, sum as EQD2 of brain",
}
_PATTERNS = (
    (re.compile(r"^d(\d+)_gy$"), "D{0} %"),
    (re.compile(r"^v(\d+)_gy_cm3$"), "V{0} Gy, target included"),
    (re.compile(r"^v(\d+)_gy_without_target_cm3$"), "V{0} Gy, target excluded"),
    (re.compile(r"^total_v(\d+)_gy_cm3$"), "V{0} Gy, whole plan"),
    (re.compile(r"^brain_v(\d+)_gy_cm3$"), "Normal brain V{0} Gy"),
)
_UNIT_SUFFIX = re.compile(r"_(gy|cm3|mm3|mm|percent|months|um2_per_ms)$")


def finding_word(spec: FindingSpec, status: Status) -> str:
    """Word for a computed answer.

    Examples
    --------
    >>> from RNAssessLib.findings import latency, swi_foci
    >>> finding_word(swi_foci.SPEC, Status.ABSENT), finding_word(latency.SPEC, Status.ABSENT)
    ('absent', 'context')
    """
    if spec.is_context and status is not Status.NOT_ASSESSABLE:
        return CONTEXT_WORD
    return STATUS_WORDS[status]


def finding_icon(spec: FindingSpec, status: Status) -> str:
    """Sign for a computed answer."""
    if spec.is_context and status is not Status.NOT_ASSESSABLE:
        return CONTEXT_ICON
    return STATUS_ICONS[status]


def quantity_label(name: str) -> str:
    """Return the name of a figure for people; the unit stands in its own column.

    Examples
    --------
    >>> quantity_label("ci_paddick"), quantity_label("d98_gy")
    ('Conformity index (Paddick)', 'D98 %')
    >>> quantity_label("v12_gy_without_target_cm3"), quantity_label("core_adc_ratio")
    ('V12 Gy, target excluded', 'Core ADC ratio')
    """
    if name in _LABELS:
        return _LABELS[name]
    for pattern, text in _PATTERNS:
        match = pattern.match(name)
        if match:
            return text.format(*match.groups())
    words = _UNIT_SUFFIX.sub("", name).replace("_", " ")
    for shouted in ("adc", "dwi", "nawm", "swi", "gtv", "ptv", "flair", "rcbv", "rn", "ttp"):
        words = re.sub(rf"\b{shouted}\b", shouted.upper(), words)
    return words[:1].upper() + words[1:]


def unit_text(unit: str) -> str:
    """Return the unit for people.

    Examples
    --------
    >>> unit_text("Gy cm3"), unit_text("percent"), unit_text("1")
    ('Gy·cm³', '%', '')
    """
    return UNIT_NAMES.get(unit, unit)
