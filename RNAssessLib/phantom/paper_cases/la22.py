"""Lasocki 2022, Figs 1-8: boundaries crossed and shapes that change.

The paper says that in all of them the enhancement lies in the high-dose region: margins are wide
enough that most of every new part lies inside half the prescription.
"""

from __future__ import annotations

from datetime import timedelta

from RNAssessLib.case import (
    AminoAcidPet,
    ClinicalEvent,
    Course,
    EventKind,
    SequenceRole,
    Technique,
)

from .build import (
    NOTHING,
    T1C_FIGURE,
    TREATED,
    Maker,
    ball,
    case,
    dates,
    egg,
    lesion,
    ring,
    solid,
)

R = SequenceRole

FIG1 = case(
    "la22_fig1",
    "LA22 Fig 1: left cingulate metastasis, new focus in the right cingulate gyrus",
    "A left cingulate lesion that enlarged into the corpus callosum as a ring open toward the "
    "falx; at 12 months a separate small focus in the right cingulate gyrus, with no enhancement "
    "of the falx between them; later the left part regresses while the right one grows a little. "
    "A right frontal metastasis progresses as a solid mass.",
    dates(12, 18),
    lesion(
        "1", (12.0, -4.0, 38.0), 9.5,
        (
            solid(ball(12, -4, 38, 9.5)),
            ring(ball(12.5, -4, 38, 11.0), ball(10.0, -4, 29, 5.5),
                 opening=(egg((1.5, -4, 39), (4.5, 9.0, 9.0)),),
                 satellites=(ball(-5.8, -3, 38, 2.6, 0.0),)),
            ring(ball(14.5, -4, 39, 7.5), opening=(egg((5.5, -4, 39), (5.5, 8.0, 8.0)),),
                 satellites=(egg((-6.2, -6, 38), (3.0, 6.5, 3.0)),)),
        ),
        margin_mm=4.0, boundary="falx",
    ),
    lesion(
        "2", (-34.0, -40.0, 24.0), 6.0,
        (solid(ball(-34, -40, 24, 6.0)), solid(ball(-34, -40, 24, 7.0)),
         solid(ball(-34, -40, 24, 9.0))),
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
        "1", (11.0, 36.0, 31.0), 9.0,
        (
            solid(ball(11, 36, 31, 9.0)),
            ring(ball(11, 36, 31, 5.0), ball(2.5, 36, 15, 4.5, 0.0),
                 satellites=(ball(-7.0, 33, 32, 2.8, 0.0),)),
            ring(ball(11, 36, 31, 5.0), satellites=(egg((-8.0, 30, 34), (3.2, 6.5, 3.0)),)),
        ),
        margin_mm=4.0,
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
        "1", (-20.0, 72.0, -3.0), 9.0,
        (
            solid(ball(-20, 72, -3, 9.0)),
            solid(ball(-20, 72, -3, 5.0)),
            solid(ball(-20, 72, -3, 4.5), satellites=(egg((-20, 66, -19), (7.0, 3.0, 2.4)),)),
        ),
        margin_mm=4.0,
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
        "1", (53.4, 17.3, 54.3), 8.5,
        (solid(ball(53.4, 17.3, 54.3, 8.5)), ring(ball(56.5, 35.5, 53.5, 4.1, 0.0), rim_mm=1.8)),
        margin_mm=4.0,
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
        margin_mm=14.0, boundary="sulcus",
    ),
    events=(ClinicalEvent(EventKind.SURGERY, TREATED - timedelta(days=760),
                          text="resection of a left temporal metastasis"),),
    fractions=5,
    technique=Technique.LINAC,
    # cavity radiosurgery elsewhere, two years before; the paper does not know its fractionation
    earlier=(Course("cavity-radiosurgery", TREATED - timedelta(days=730), Technique.OTHER, 1),),
)  # fmt: skip

FIG6 = case(
    "la22_fig6",
    "LA22 Fig 6: left caudate metastasis that wraps the lateral ventricle",
    "At five months the lesion is much larger, in one piece from the caudate around the ventricle "
    "into the corpus callosum, off centre to its start; its wall toward the ventricle does not "
    "enhance (open ring).",
    dates(5),
    lesion(
        "1", (19.0, -8.0, 14.0), 8.0,
        (
            solid(ball(19, -8, 14, 8.0), spares=("csf",)),
            ring(ball(18.5, -6, 20, 10.5), ball(11.0, -7, 27.0, 6.0), spares=("csf",),
                 opening=(egg((9.5, -5.0, 16.0), (6.5, 9.0, 8.5)),)),
        ),
        dose_gy=24.0, margin_mm=3.0, boundary="ventricle",
    ),
    fractions=3,
)  # fmt: skip

WALL = egg((10.5, -13.0, 16.5), (6.0, 8.0, 9.0))  # toward the ventricle nothing enhances
FIG7 = case(
    "la22_fig7",
    "LA22 Fig 7: left caudate metastasis, callosal regression with lateral growth",
    "Fifteen months after treatment extensive enhancement in the corpus callosum; at two years it "
    "has receded while new enhancement has appeared lateral to the treated lesion. The wall toward "
    "the ventricle does not enhance (open ring).",
    dates(15, 24),
    lesion(
        "1", (18.0, -14.0, 14.0), 7.0,
        (
            solid(ball(18, -14, 14, 7.0)),
            ring(ball(18, -14, 15, 7.0), ball(12, -14, 26, 6.5), spares=("csf",),
                 opening=(WALL,)),
            ring(ball(18, -14, 15, 7.0), ball(30, -14, 15, 6.5), spares=("csf",),
                 opening=(WALL,)),
        ),
        dose_gy=27.0, margin_mm=3.0,
    ),
    fractions=3,
)  # fmt: skip

ORBIT = (-22.0, -56.0, -32.0)  # resected before: nothing enhances there
FIG8 = case(
    "la22_fig8",
    "LA22 Fig 8: right temporal necrosis, medial part grows while the lateral recedes",
    "Three years after radiotherapy of the right orbit a right temporal lesion of two contiguous "
    "components, with raised FET uptake that suggests tumour; on the next scan it is of similar "
    "size, its medial part larger and its lateral part smaller: necrosis, the FET was false.",
    dates(36, 38.5),
    lesion(
        "1", ORBIT, 14.0,
        (
            NOTHING,
            ring(ball(-34, 6, -24, 7.0), ball(-46, 8, -22, 7.0), signal={R.PET_AA: 3.6}),
            ring(ball(-32.5, 5, -24, 9.5), ball(-44, 8, -22, 4.5)),
        ),
        dose_gy=60.0, margin_mm=30.0,
    ),
    fractions=30, technique=Technique.LINAC,
    extra_roles=(R.PET_AA,),
    shown={**T1C_FIGURE, R.PET_AA: (1,)},
    amino_acid_pets=(AminoAcidPet(dates(36, 38.5)[1], "FET"),),
)  # fmt: skip

CASES: dict[str, Maker] = {
    f"la22_fig{n}": maker
    for n, maker in enumerate((FIG1, FIG2, FIG3, FIG4, FIG5, FIG6, FIG7, FIG8), start=1)
}
