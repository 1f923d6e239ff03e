"""Lasocki 2025, Figs 1-4 and 7: morphology and its change."""

from __future__ import annotations

from .build import Maker, ball, case, dates, lesion, ring, solid

DEEP = (28.0, -22.0, 34.0)
X, Y, Z = DEEP
START = solid(ball(X, Y, Z, 7.0))

CASES: dict[str, Maker] = {
    "la25_fig1_rn": case(
        "la25_fig1_rn",
        "LA25 Fig 1a: thin rim of radiation necrosis",
        "A thin, slightly irregular rim around a necrotic centre, without a solid part.",
        dates(4, 9),
        lesion("1", DEEP, 7.0,
               (START, ring(ball(X, Y, Z, 7.5)), ring(ball(X, Y, Z, 11.0, 0.8)))),
    ),
    "la25_fig1_ttp": case(
        "la25_fig1_ttp",
        "LA25 Fig 1b: nodular enhancement of true progression",
        "A thick rim with a discrete nodule in it, unlike the thin rim of Fig 1a.",
        dates(4, 9),
        lesion("1", DEEP, 7.0,
               (START, ring(ball(X, Y, Z, 7.5), rim_mm=3.0),
                ring(ball(X, Y, Z, 10.0), rim_mm=4.2, nodules=(ball(X + 4, Y, Z, 5.5),)))),
    ),
    "la25_fig2_small": case(
        "la25_fig2_small",
        "LA25 Fig 2, top row: small necrosis that looks solid",
        "A small solid focus that enlarged and regressed by itself; too small for a core.",
        dates(6, 9, 14),
        lesion("1", DEEP, 4.0,
               (solid(ball(X, Y, Z, 4.0)), solid(ball(X, Y, Z, 3.0)), solid(ball(X, Y, Z, 4.8)),
                solid(ball(X, Y, Z, 3.4)))),
    ),
    "la25_fig2_regressing": case(
        "la25_fig2_regressing",
        "LA25 Fig 2, bottom row: regressing necrosis becomes solid",
        "A ring that contracted into a solid focus.",
        dates(8, 14),
        lesion("1", DEEP, 7.0,
               (START, ring(ball(X, Y, Z, 10.0)), solid(ball(X, Y, Z, 6.5)))),
    ),
    "la25_fig3_cortex": case(
        "la25_fig3_cortex",
        "LA25 Fig 3a-b: cut pepper beside the cortex, with seeds",
        "The margin beside the cortex is wavy because the cortex is spared; small enhancing seeds "
        "lie in the centre.",
        dates(4, 9),
        lesion("1", (38.0, 18.0, 40.0), 7.0,
               (solid(ball(38, 18, 40, 7.0)), ring(ball(38, 18, 40, 8.0), spares=("grey", "csf")),
                ring(ball(38, 18, 40, 13.0), rim_mm=2.6, spares=("grey", "csf"),
                     nodules=(ball(36.0, 16.0, 38.5, 1.5, 0.0),
                              ball(34.0, 22.0, 37.0, 1.5, 0.0))))),
    ),
    "la25_fig3_callosal": case(
        "la25_fig3_callosal",
        "LA25 Fig 3c: round callosal necrosis with seeds",
        "Away from the cortex the lesion is round; enhancing seeds lie in its centre.",
        dates(4, 9),
        lesion("1", (14.0, -20.0, 24.0), 7.0,
               (solid(ball(14, -20, 24, 7.0)), ring(ball(14, -20, 24, 8.0)),
                ring(ball(13, -20, 24, 10.0),
                     nodules=(ball(13, -20, 24, 1.6, 0.0), ball(14, -24, 26, 1.6, 0.0))))),
    ),
    "la25_fig4_cluster": case(
        "la25_fig4_cluster",
        "LA25 Fig 4a-b: cluster in the field that coalesces, one part across a sulcus",
        "Several small lesions appear in the field, one of them across a sulcus; later the cluster "
        "coalesces while that one stays as it is.",
        dates(6, 10),
        lesion("1", (32.3, 34.6, 58.9), 6.6,
               (solid(ball(32.3, 34.6, 58.9, 6.6)),
                solid(ball(28, 30, 57, 3.2, 0.0), ball(36, 31, 55, 3.2, 0.0),
                      ball(31, 38, 54, 3.0, 0.0), satellites=(ball(37.4, 48.1, 65.5, 3.4, 0.0),)),
                solid(ball(28, 30, 57, 4.8, 0.0), ball(36, 31, 55, 4.8, 0.0),
                      ball(31, 38, 54, 4.8, 0.0), satellites=(ball(37.4, 48.1, 65.5, 3.4, 0.0),))),
               margin_mm=4.0, boundary="sulcus"),
    ),
    "la25_fig4_callosum": case(
        "la25_fig4_callosum",
        "LA25 Fig 4c-d: callosal part regresses while the caudate part enlarges",
        "One contiguous lesion whose callosal component shrinks as its caudate component grows.",
        dates(9, 12),
        lesion("1", (18.0, -14.0, 16.0), 7.0,
               (solid(ball(18, -14, 16, 7.0)),
                ring(ball(18, -14, 14, 6.0), ball(12, -14, 25, 7.0), spares=("csf",)),
                ring(ball(19, -14, 12, 9.5), ball(13, -14, 23, 4.0), spares=("csf",)))),
    ),
    "la25_fig7": case(
        "la25_fig7",
        "LA25 Fig 7: tumour after necrosis had regressed",
        "Enhancement at the treated site that improved without treatment; later a nodule at the "
        "same place, proven tumour.",
        dates(3, 8, 14, 24),
        lesion("1", DEEP, 7.0,
               (START, solid(ball(X, Y, Z, 4.5)), ring(ball(X, Y, Z, 10.0)),
                ring(ball(X, Y, Z, 6.5), rim_mm=2.0), solid(ball(X, Y, Z, 9.0)))),
    ),
}  # fmt: skip
