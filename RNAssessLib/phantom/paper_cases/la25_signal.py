"""Lasocki 2025, Figs 5 and 6: diffusion with its mimics, perfusion."""

from __future__ import annotations

from RNAssessLib.case import ClinicalEvent, EventKind, SequenceRole

from .build import DWI_FIGURE, Maker, ball, case, dates, lesion, ring, solid

R = SequenceRole
AT = (26.0, -24.0, 34.0)
X, Y, Z = AT
BEFORE = solid(ball(X, Y, Z, 7.0))
DAYS = dates(5, 10)

CASES: dict[str, Maker] = {
    "la25_fig5_core": case(
        "la25_fig5_core",
        "LA25 Fig 5a-c: central restriction of radiation necrosis",
        "The non-enhancing centre is bright on DWI and dark on ADC, the rim is not.",
        DAYS,
        lesion("1", AT, 7.0,
               (BEFORE, ring(ball(X, Y, Z, 8.5)), ring(ball(X, Y, Z, 10.5), core_restricted=True))),
        shown=DWI_FIGURE,
    ),
    "la25_fig5_sclc": case(
        "la25_fig5_sclc",
        "LA25 Fig 5d-f: small cell lung cancer, the rim restricts as well",
        "Two cerebellar lesions; the enhancing periphery restricts together with the centre. "
        "Tumour was proven.",
        DAYS,
        lesion("1", (24.0, 62.0, -30.0), 7.0,
               (solid(ball(24, 62, -30, 7.0)), ring(ball(24, 62, -30, 8.0), rim_mm=3.5),
                ring(ball(24, 62, -30, 9.5), rim_mm=3.8, core_restricted=True,
                     rim_restricted=True))),
        lesion("2", (-24.0, 60.0, -32.0), 6.0,
               (solid(ball(-24, 60, -32, 6.0)), ring(ball(-24, 60, -32, 7.0), rim_mm=3.5),
                ring(ball(-24, 60, -32, 8.5), rim_mm=3.6, core_restricted=True,
                     rim_restricted=True))),
        shown=DWI_FIGURE,
    ),
    "la25_fig5_bevacizumab": case(
        "la25_fig5_bevacizumab",
        "LA25 Fig 5g-i: coagulative necrosis after bevacizumab",
        "After bevacizumab the enhancement is fainter and a new area of restriction has appeared; "
        "the lesion is of the same size.",
        DAYS,
        lesion("1", AT, 7.0,
               (BEFORE, ring(ball(X, Y, Z, 10.0)),
                ring(ball(X, Y, Z, 10.0), core_restricted=True, signal={R.T1C: 1.5}))),
        events=(ClinicalEvent(EventKind.BEVACIZUMAB, dates(6)[1], dose_mg_per_kg=5.0),),
        shown=DWI_FIGURE,
    ),
    "la25_fig5_haemorrhage": case(
        "la25_fig5_haemorrhage",
        "LA25 Fig 5j-l: haemorrhage that imitates restriction",
        "The lesion is bright before contrast and on DWI: blood, not restriction.",
        DAYS,
        lesion("1", AT, 7.0,
               (BEFORE, ring(ball(X, Y, Z, 8.0)),
                ring(ball(X, Y, Z, 10.0), blood=(ball(X, Y, Z, 7.6, 0.0),)))),
        shown={},
    ),
    "la25_fig6_pair": case(
        "la25_fig6_pair",
        "LA25 Fig 6, top row: one lesion with high rCBV, one without",
        "Both lesions are enlarging rings. The right frontal opercular one has a high rCBV (tumour "
        "at resection), the left posterior cingulate one has not (regressed later).",
        DAYS,
        lesion("1", (-42.0, -14.0, 12.0), 7.0,
               (solid(ball(-42, -14, 12, 7.0)), ring(ball(-42, -14, 12, 8.0), rim_mm=3.5),
                ring(ball(-42, -14, 12, 10.5), rim_mm=4.0, signal={R.RCBV: 4.5}))),
        lesion("2", (13.0, 40.0, 34.0), 6.0,
               (solid(ball(13, 40, 34, 6.0)), ring(ball(13, 40, 34, 7.0), rim_mm=3.5),
                ring(ball(13, 40, 34, 9.0), rim_mm=3.5, signal={R.RCBV: 0.7}))),
        extra_roles=(R.RCBV,),
    ),
    "la25_fig6_ktrans": case(
        "la25_fig6_ktrans",
        "LA25 Fig 6, bottom row: Ktrans raised, rCBV less marked",
        "Ktrans of the enhancing part is clearly raised while rCBV is only slightly so; tumour at "
        "resection. One perfusion map alone would have missed it.",
        DAYS,
        lesion("1", AT, 7.0,
               (BEFORE, ring(ball(X, Y, Z, 8.0), rim_mm=3.5),
                ring(ball(X, Y, Z, 10.5), rim_mm=4.5, signal={R.RCBV: 1.65, R.KTRANS: 8.0}))),
        extra_roles=(R.RCBV, R.KTRANS),
    ),
}  # fmt: skip
