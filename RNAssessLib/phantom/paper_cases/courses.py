"""Courses under bevacizumab: LI21 Fig 1 and ZH16 Fig 2."""

from __future__ import annotations

from datetime import date as Date
from datetime import timedelta

from RNAssessLib.case import ClinicalEvent, EventKind, SequenceRole, Spectrum, Technique
from RNAssessLib.phantom.scenario import Scenario

from .build import T1C_FIGURE, Maker, always, ball, dates, lesion, ring, solid, with_truth

K = EventKind
FAINT = {SequenceRole.T1C: 1.6}  # bevacizumab lets less contrast medium through
AT = (30.0, 26.0, 36.0)
X, Y, Z = AT
LI21_DAYS = dates(3, 11, 12.5, 14.5, 17.5)
FIRST = LI21_DAYS[2] + timedelta(days=15)  # the scans that follow are 1, 3 and 6 months later


def cycles(*days: Date) -> tuple[ClinicalEvent, ...]:
    """Bevacizumab, 5 mg/kg each."""
    return tuple(ClinicalEvent(K.BEVACIZUMAB, d, dose_mg_per_kg=5.0) for d in days)


LI21 = Scenario(
    "li21_bevacizumab",
    "LI21 Fig 1: radiation necrosis under two cycles of bevacizumab",
    LI21_DAYS,
    dates()[0] + timedelta(days=2),
    (
        lesion(
            "1", AT, 9.0,
            (
                solid(ball(X, Y, Z, 9.0), oedema_mm=6.0),
                solid(ball(X, Y, Z, 7.0), oedema_mm=5.0),
                ring(ball(X, Y, Z, 14.0), rim_mm=3.0, oedema_mm=14.0),
                ring(ball(X, Y, Z, 11.0), rim_mm=2.4, oedema_mm=7.0, signal=FAINT),
                ring(ball(X, Y, Z, 8.8), rim_mm=2.2, oedema_mm=4.0, signal=FAINT),
                ring(ball(X, Y, Z, 8.6), rim_mm=2.2, oedema_mm=4.5, signal=FAINT),
            ),
        ),
    ),
    (
        ClinicalEvent(K.STEROID, LI21_DAYS[2], drug="dexamethasone", dose_mg_per_day=16.0),
        ClinicalEvent(K.KPS, LI21_DAYS[2], value=50.0),
        *cycles(FIRST, FIRST + timedelta(days=14)),
        ClinicalEvent(K.STEROID, FIRST + timedelta(days=7), drug="dexamethasone",
                      dose_mg_per_day=8.0),
        ClinicalEvent(K.KPS, FIRST + timedelta(days=60), value=70.0),
    ),
    sees="Enhancement and oedema shrink within a month of bevacizumab and stay small; the steroid "
    "is halved in a week. Less enhancement under bevacizumab is no evidence of necrosis.",
    shown=T1C_FIGURE,
)  # fmt: skip

ZH16_TREATED = Date(2012, 2, 20)
TEN = tuple(Date(2012 + m // 12, m % 12 + 1, 24) for m in range(8, 18))
SEVEN = tuple(Date(2014 + m // 12, m % 12 + 1, 5) for m in range(7, 14))

ZH16 = Scenario(
    "zh16_resistance",
    "ZH16 Fig 2: response to bevacizumab, recurrence, acquired resistance",
    # after 3, 6 and 10 cycles in December 2012, March and July 2013
    (Date(2012, 2, 18), Date(2012, 4, 16), Date(2012, 9, 17), Date(2012, 12, 17),
     Date(2013, 3, 18), Date(2013, 7, 15), Date(2014, 6, 16), Date(2015, 3, 16)),
    ZH16_TREATED,
    (
        lesion(
            "1", AT, 9.0,
            (
                solid(ball(X, Y, Z, 9.0)),
                solid(ball(X, Y, Z, 6.5)),
                ring(ball(X, Y, Z, 13.0), rim_mm=3.0, oedema_mm=14.0,
                     signal={SequenceRole.RCBV: 0.6}),
                ring(ball(X, Y, Z, 9.5), oedema_mm=7.0, signal={SequenceRole.RCBV: 0.6}),
                ring(ball(X, Y, Z, 8.7), oedema_mm=5.0, signal={SequenceRole.RCBV: 0.6}),
                ring(ball(X, Y, Z, 8.5), oedema_mm=5.0, signal={SequenceRole.RCBV: 0.6}),
                ring(ball(X, Y, Z, 12.5), rim_mm=3.0, oedema_mm=12.0,
                     signal={SequenceRole.RCBV: 0.6}),
                ring(ball(X, Y, Z, 12.4), rim_mm=3.0, oedema_mm=12.0,
                     signal={SequenceRole.RCBV: 0.6}),
            ),
            dose_gy=36.0, margin_mm=1.5,
        ),
    ),
    (
        ClinicalEvent(K.TARGETED, Date(2012, 1, 5), drug="erlotinib"),
        ClinicalEvent(K.SYMPTOM, Date(2012, 9, 10), text="headache and dizziness"),
        *cycles(*TEN, *SEVEN),
    ),
    fractions=3,
    technique=Technique.CYBERKNIFE,
    extra_roles=(SequenceRole.RCBV,),
    sees="Necrosis is much smaller after three cycles and stays so up to the tenth, progresses a "
    "year after the last one and does not answer to seven more; perfusion stays low and "
    "spectroscopy shows lipid.",
    # of later spectroscopies ZH16 says "necrosis" and prints no figure: none is made up
    spectra=(Spectrum(Date(2012, 9, 17), 33671 / 29534, 33671 / 31278, 108964 / 29534),),
    shown=T1C_FIGURE,
)  # fmt: skip

CASES: dict[str, Maker] = {script.name: always(with_truth(script)) for script in (LI21, ZH16)}
