"""The data dictionary: every column that a cohort table may have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from RNAssessLib.course.treatment import LI21_MONTHS
from RNAssessLib.findings.registry import REGISTRY

NUMBER, WORD = "number", "word"
ANSWERS = ("present", "absent", "indeterminate", "not_assessable")
YES_NO = ("yes", "no")
READER = re.compile(r"reader(\d*)_(\w+)")


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
    kind : str
        ``number`` or ``word``.
    unit : str
    what : str
        Definition, for the data dictionary.
    words : tuple of str
        Allowed words; any when empty.
    given : bool
        Whether the department's own table may bring it.
    """

    name: str
    kind: str
    unit: str
    what: str
    words: tuple[str, ...] = ()
    given: bool = False


def _numbers() -> Iterator[Column]:
    for name, unit, what in (
        ("tc_percent", "percent", "target coverage TV_PIV / TV (PP23)"),
        ("pitv", "1", "PIV / TV (RTOG; PP23)"),
        ("ci_paddick", "1", "TV_PIV² / (TV x PIV) (Paddick; PP23)"),
        ("gi", "1", "PIV at half the prescription / PIV (PP23)"),
        ("hi", "1", "(D2 - D98) / D50 (ICRU 83; PP23)"),
        ("v12_gy_cm3", "cm3", "tissue volume of 12 Gy or more around the target, target included"),
        ("bed_gy", "Gy", "biologically effective dose of the prescription"),
        ("bed_times_gtv", "Gy cm3", "BED x GTV (LI21)"),
        ("bed_per_gtv", "Gy/cm3", "BED / GTV (LI21)"),
    ):
        yield Column(name, NUMBER, unit, what)
    for when in ("first", "last"):
        yield Column(f"{when}_months", NUMBER, "months", f"treatment to {when} scan")
        yield Column(f"{when}_enhancing_cm3", NUMBER, "cm3", f"enhancing volume, {when} scan")
        yield Column(f"{when}_flair_cm3", NUMBER, "cm3", f"FLAIR hyperintensity, {when} scan")
        yield Column(f"{when}_longest_diameter_mm", NUMBER, "mm", f"longest, {when} scan")
        yield Column(f"{when}_t2_t1c_ratio", NUMBER, "1", f"V_T2 / V_T1c, {when} scan (LI21)")
    yield Column("nomogram_gtv_cm3", NUMBER, "cm3", "GTV as PP23's model takes it")
    yield Column("nomogram_bed_gy", NUMBER, "Gy", "BED as PP23's model takes it (with WBRT)")
    yield Column("nomogram_tc_percent", NUMBER, "percent", "TC as PP23's model takes it")
    yield Column("dropping_zone_bed_gy", NUMBER, "Gy", "mean BED of PTV minus GTV (PP23)")
    yield Column("nomogram_relative_odds", NUMBER, "1", "odds over PP23's reference patient")
    yield Column("nomogram_calibrated_percent", NUMBER, "percent",
                 "labelled estimate, calibrated to PP23's rate of recurrence")  # fmt: skip
    yield Column("fractions", NUMBER, "count", "fractions of the course in force")
    yield Column("prescription_gy", NUMBER, "Gy", "total prescription dose")
    yield Column("courses", NUMBER, "count", "radiotherapy courses of the patient")
    yield from _li21()


def _li21() -> Iterator[Column]:
    yield Column("latency_months", NUMBER, "months", "treatment to enlargement")
    yield Column("v0_t1c_with_core_cm3", NUMBER, "cm3", "V0 on T1c, core included (LI21)")
    yield Column("v0_flair_cm3", NUMBER, "cm3", "V0 on FLAIR: oedema (LI21)")
    yield Column("v0_t2_t1c_ratio", NUMBER, "1", "V_T2 / V_T1c at V0 (LI21)")
    yield Column("half_steroid_days", NUMBER, "days", "time to half the steroid dose (LI21)")
    yield Column("bevacizumab_cycles", NUMBER, "count", "cycles of bevacizumab")
    yield Column("bevacizumab_mg_per_kg", NUMBER, "mg/kg", "first recorded dose of bevacizumab")
    yield Column("kps_change", NUMBER, "1", "KPS after bevacizumab minus before it (LI21)")
    for month in LI21_MONTHS:
        for short, words in (("t1c", "V_T1c"), ("flair", "V_T2")):
            yield Column(f"{short}_reduction_{month}_percent", NUMBER, "percent",
                         f"(V0 - Vt) / V0 of {words} about {month} months after bevacizumab; "
                         "positive when smaller (LI21 Table 3)")  # fmt: skip


def _given() -> Iterator[Column]:
    """Columns that no image holds: the department's own table brings them."""
    for name, unit, what in (
        ("age_years", "years", "age at radiotherapy; above 89 it is written 90"),
        ("kps_before", "1", "Karnofsky performance status before"),
        ("kps_after", "1", "Karnofsky performance status after bevacizumab"),
        ("metastases", "count", "number of brain metastases"),
        ("survival_months", "months", "radiotherapy to death or last follow-up"),
        ("local_months", "months", "radiotherapy to local progression or last scan"),
    ):
        yield Column(name, NUMBER, unit, what, given=True)
    for name, what, words in (
        ("sex", "sex", ("female", "male", "other")),
        ("primary", "primary tumour", ("NSCLC", "SCLC", "breast", "melanoma", "other")),
        ("died", "whether the patient died (else survival is censored)", YES_NO),
        ("local_failure", "whether the lesion progressed locally (else censored)", YES_NO),
        ("symptomatic_necrosis", "symptomatic radiation necrosis of this lesion", YES_NO),
        ("wbrt", "whole-brain radiotherapy", YES_NO),
        ("chemotherapy", "chemotherapy", YES_NO),
        ("immunotherapy", "immunotherapy", YES_NO),
        ("targeted_therapy", "targeted therapy as PP23 counts it", YES_NO),
    ):
        yield Column(name, WORD, "", what, words, given=True)


def _reference() -> Iterator[Column]:
    yield Column("reference", WORD, "", "reference standard: what the lesion turned out to be",
                 ("necrosis", "progression", "both"), given=True)  # fmt: skip
    yield Column("reference_basis", WORD, "", "what the reference rests on",
                 ("pathology", "follow-up", "consensus"), given=True)  # fmt: skip
    yield Column("reference_items", WORD, "",
                 "checklist items that the reference rests on; they are not judged by it",
                 given=True)  # fmt: skip


def all_columns() -> tuple[Column, ...]:
    """Return the dictionary in the order of the table; readers' columns stand for every reader."""
    items = [item.SPEC for item in REGISTRY]
    return (
        Column("patient", WORD, "", "patient; lesions of one patient are not independent"),
        Column("case", WORD, "", "case"),
        Column("lesion", WORD, "", "lesion"),
        Column("target", WORD, "", "name of the target volume"),
        Column("technique", WORD, "", "delivery technique"),
        *_numbers(),
        *(Column(s.id, WORD, "", f"computed: {s.question}", ANSWERS) for s in items),
        *(Column(f"reader_{s.id}", WORD, "", f"reader: {s.question}", ANSWERS) for s in items),
        *_given(),
        *_reference(),
    )


def find_column(name: str) -> Column | None:
    """Return a column by name, ``reader2_<item>`` as ``reader_<item>``; None for an unknown one."""
    match = READER.fullmatch(name)
    return _by_name().get(f"reader_{match[2]}" if match else name)


@cache
def _by_name() -> dict[str, Column]:
    return {column.name: column for column in all_columns()}
