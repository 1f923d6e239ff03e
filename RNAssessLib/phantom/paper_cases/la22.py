"""Lasocki 2022, Figs 1-8: boundaries crossed and shapes that change."""

from __future__ import annotations

from RNAssessLib.case import Technique

from .build import Maker, ball, case, dates, egg, lesion, ring, solid

FIG1 = case(
    "la22_fig1",
    "LA22 Fig 1: left cingulate metastasis, new focus in the right cingulate gyrus",
    "A left cingulate lesion that enlarged as a ring; at 12 months a separate small focus in the "
    "right cingulate gyrus, with no enhancement of the falx between them; later the left part "
    "regresses while the right one grows a little. A right frontal metastasis progresses as a "
    "solid mass.",
    dates(12, 18),
    lesion(
        "1", (12.0, -4.0, 38.0), 8.0,
        (
            solid(ball(12, -4, 38, 8.0)),
            ring(ball(12.5, -4, 38, 9.5), satellites=(ball(-8, -2, 38, 2.9, 0.0),)),
            ring(ball(14, -4, 39, 6.2), satellites=(ball(-9.5, -2, 38, 4.8, 0.0),)),
        ),
        {"cross_boundary": "present", "shape_change": "present"},
        boundary="falx",
    ),
    lesion(
        "2", (-34.0, -40.0, 24.0), 6.0,
        (solid(ball(-34, -40, 24, 6.0)), solid(ball(-34, -40, 24, 7.0)),
         solid(ball(-34, -40, 24, 9.0))),
        {"rim_morphology": "absent", "shape_change": "absent", "cross_boundary": "absent"},
    ),
)  # fmt: skip

FIG2 = case(
    "la22_fig2",
    "LA22 Fig 2: left cingulate metastasis, then splenium and right cingulate",
    "At 18 months the metastasis is smaller, a ring has appeared in the splenium and a subtle "
    "focus in the right cingulate gyrus; 19 months later the splenial part is gone and the right "
    "cingulate one slightly larger.",
    dates(18, 37),
    lesion(
        "1", (11.0, 36.0, 33.0), 8.0,
        (
            solid(ball(11, 36, 33, 8.0)),
            ring(ball(11, 36, 33, 5.0), ball(2.0, 36, 14, 4.5, 0.0),
                 satellites=(ball(-7.5, 33, 34, 2.8, 0.0),)),
            ring(ball(11, 36, 33, 5.0), satellites=(ball(-8.5, 33, 34, 4.9, 0.0),)),
        ),
        {"cross_boundary": "present", "shape_change": "present"},
        boundary="falx",
    ),
)  # fmt: skip

FIG3 = case(
    "la22_fig3",
    "LA22 Fig 3: right occipital metastasis, linear enhancement in the right cerebellum",
    "Four years after the metastasis responded, a linear focus in the cerebellar parenchyma below "
    "the tentorium, inside the 10 Gy line.",
    dates(6, 48),
    lesion(
        "1", (-20.0, 72.0, 4.0), 9.0,
        (
            solid(ball(-20, 72, 4, 9.0)),
            solid(ball(-20, 72, 4, 5.0)),
            solid(ball(-20, 72, 4, 4.5), satellites=(egg((-20, 66, -19), (7.0, 3.0, 2.4)),)),
        ),
        {"cross_boundary": "present"},
        boundary="tentorium",
    ),
)  # fmt: skip

FIG4 = case(
    "la22_fig4",
    "LA22 Fig 4: precentral metastasis, new ring in the postcentral gyrus",
    "Ten months after treatment the precentral metastasis is gone and a ring lies behind the "
    "central sulcus, best seen on sagittal images.",
    dates(10),
    lesion(
        "1", (53.4, 17.3, 54.3), 6.0,
        (solid(ball(53.4, 17.3, 54.3, 6.0)), ring(ball(56.5, 35.5, 53.5, 4.1, 0.0), rim_mm=1.8)),
        {"cross_boundary": "present"},
        boundary="sulcus",
    ),
)  # fmt: skip

FIG5 = case(
    "la22_fig5",
    "LA22 Fig 5: separate areas of enhancement around the left Sylvian fissure",
    "After resection and two courses of radiotherapy, several separate enhancing areas lie on both "
    "banks of the Sylvian fissure and in the insula, within the field; they regress later.",
    dates(15),
    lesion(
        "1", (46.0, 4.0, -6.0), 10.0,
        (
            ring(ball(50, 8, -14, 7.0), rim_mm=1.6),
            ring(ball(50, 8, -14, 7.0), rim_mm=1.6,
                 satellites=(ball(46, -10, 14, 3.6, 0.0), ball(38, 2, 4, 3.2, 0.0),
                             ball(55, 20, 8, 3.4, 0.0))),
        ),
        {"cross_boundary": "present", "clustered_enhancement": "present"},
        margin_mm=14.0, boundary="sulcus",
    ),
    fractions=5,
)  # fmt: skip

FIG6 = case(
    "la22_fig6",
    "LA22 Fig 6: left caudate metastasis that wraps the lateral ventricle",
    "At five months the lesion is much larger, in one piece from the caudate around the ventricle "
    "into the corpus callosum, off centre to its start; its wall toward the ventricle does not "
    "enhance (open ring).",
    dates(5),
    lesion(
        "1", (19.0, -8.0, 14.0), 7.0,
        (
            solid(ball(19, -8, 14, 7.0), spares=("csf",)),
            ring(ball(18.5, -6, 20, 10.5), spares=("csf",),
                 opening=(egg((9.5, -5.0, 16.0), (6.5, 9.0, 8.5)),)),
        ),
        {"open_ring": "present", "dose_match": "present", "new_lesions": "absent"},
        dose_gy=24.0, margin_mm=3.0, boundary="ventricle",
    ),
    fractions=3,
)  # fmt: skip

FIG7 = case(
    "la22_fig7",
    "LA22 Fig 7: left caudate metastasis, callosal regression with lateral growth",
    "Fifteen months after treatment extensive enhancement in the corpus callosum; at two years it "
    "has receded while new enhancement has appeared lateral to the treated lesion.",
    dates(15, 24),
    lesion(
        "1", (18.0, -14.0, 14.0), 7.0,
        (
            solid(ball(18, -14, 14, 7.0)),
            ring(ball(18, -14, 15, 7.0), ball(12, -14, 26, 6.5), spares=("csf",)),
            ring(ball(18, -14, 15, 7.0), ball(30, -14, 15, 6.5), spares=("csf",)),
        ),
        {"shape_change": "present"},
        dose_gy=27.0,
    ),
    fractions=3,
)  # fmt: skip

FIG8 = case(
    "la22_fig8",
    "LA22 Fig 8: right temporal necrosis, medial part grows while the lateral recedes",
    "Three years after radiotherapy of the right orbit a right temporal lesion of two contiguous "
    "components; on the next scan it is of similar size, its medial part larger and its lateral "
    "part smaller.",
    dates(36, 38.5),
    lesion(
        "1", (-34.0, -42.0, -18.0), 14.0,
        (
            ring(ball(-34, -52, -20, 6.0), rim_mm=1.5),
            ring(ball(-34, 6, -24, 7.0), ball(-46, 8, -22, 7.0)),
            ring(ball(-32.5, 5, -24, 9.5), ball(-44, 8, -22, 4.5)),
        ),
        {"shape_change": "present"},
        dose_gy=60.0, margin_mm=24.0,
    ),
    fractions=30, technique=Technique.LINAC,
)  # fmt: skip

CASES: dict[str, Maker] = {
    f"la22_fig{n}": maker
    for n, maker in enumerate((FIG1, FIG2, FIG3, FIG4, FIG5, FIG6, FIG7, FIG8), start=1)
}
