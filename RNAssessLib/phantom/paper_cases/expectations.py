"""What each figure's legend says a reader finds, item by item: the answers the cases are made for.

One table for the teaching set's answer key and for the test that compares. `legend` is what the
paper says, in short words of our own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """One answer.

    Attributes
    ----------
    case, lesion : str
        Name of the case, number of the lesion in it.
    legend : str
        What the figure's legend (or the section it illustrates) says.
    item, answer : str
        Finding id and its status.
    side : str
        ``RN`` or ``TTP`` where the legend's answer lies on one.
    caveat : str
        What the answer must warn of.
    """

    case: str
    lesion: str
    legend: str
    item: str
    answer: str
    side: str = ""
    caveat: str = ""


E = Expected
ROWS: tuple[Expected, ...] = (
    # --- LA22: anatomical boundaries, change in shape ------------------------------------------
    E("la22_fig1", "1", "new small focus in the right cingulate gyrus, not continuous with the "
      "left part; no enhancement of the falx", "cross_boundary", "present", "RN"),
    E("la22_fig1", "1", "open ring to the left of the falx", "open_ring", "present", "RN"),
    E("la22_fig1", "1", "later the left part regresses while the right one grows a little",
      "shape_change", "present", "RN"),
    E("la22_fig1", "2", "right frontal metastasis progresses, proven at resection",
      "rim_morphology", "absent", "TTP"),
    E("la22_fig1", "2", "right frontal metastasis progresses", "shape_change", "absent"),
    E("la22_fig1", "2", "right frontal metastasis progresses", "cross_boundary", "absent"),
    E("la22_fig2", "1", "new focus in the right cingulate gyrus after a left metastasis",
      "cross_boundary", "present", "RN"),
    E("la22_fig2", "1", "the splenial part resolves while the right cingulate one grows",
      "shape_change", "present", "RN"),
    E("la22_fig3", "1", "new linear enhancement of the cerebellum below an occipital metastasis",
      "cross_boundary", "present", "RN"),
    E("la22_fig4", "1", "precentral metastasis resolved, new ring behind the central sulcus",
      "cross_boundary", "present", "RN"),
    E("la22_fig5", "1", "separate areas around the Sylvian fissure", "cross_boundary", "present",
      "RN"),
    E("la22_fig5", "1", "several separate areas that follow the field", "clustered_enhancement",
      "present", "RN"),
    E("la22_fig6", "1", "wraps the ventricle into the callosum in one piece, no enhancement along "
      "the ventricle", "cross_boundary", "present", "RN"),
    E("la22_fig6", "1", "no enhancement along the ventricle: open ring", "open_ring", "present",
      "RN"),
    E("la22_fig6", "1", "one lesion, much larger; no other one appeared", "new_lesions", "absent"),
    E("la22_fig7", "1", "callosal part recedes while a lateral part appears", "shape_change",
      "present", "RN"),
    E("la22_fig7", "1", "no enhancement along the ventricle's surface, as in Fig 6: open ring",
      "open_ring", "present", "RN"),
    E("la22_fig8", "1", "medial part larger, lateral part smaller, similar overall",
      "shape_change", "present", "RN"),
    E("la22_fig8", "1", "FET suggested progression; regression proved necrosis", "amino_acid_pet",
      "present", "TTP", "raised uptake can be false: in LA22 Fig 8"),
    # --- LA25 -----------------------------------------------------------------------------------
    E("la25_fig1_rn", "1", "thin rim of necrosis", "rim_morphology", "present", "RN"),
    E("la25_fig1_rn", "1", "thin rim without a nodule", "dual_pathology", "absent"),
    E("la25_fig1_ttp", "1", "nodular enhancement of tumour", "rim_morphology", "absent", "TTP"),
    E("la25_fig2_small", "1", "small necrosis without a core", "rim_morphology", "indeterminate",
      caveat="small"),
    E("la25_fig2_regressing", "1", "regressing necrosis becomes solid", "rim_morphology",
      "indeterminate", caveat="regressing"),
    E("la25_fig2_small", "1", "enlarged at first, then regressed by itself: necrosis",
      "spontaneous_regression", "present", "RN"),
    E("la25_fig2_regressing", "1", "an area of necrosis that regresses", "spontaneous_regression",
      "present", "RN"),
    E("la25_fig3_cortex", "1", "wavy border that spares the cortex", "white_matter_preference",
      "present", "RN"),
    E("la25_fig3_callosal", "1", "round callosal necrosis", "rim_morphology", "present", "RN"),
    E("la25_fig4_cluster", "1", "several small lesions in the field", "clustered_enhancement",
      "present", "RN"),
    E("la25_fig4_cluster", "1", "one of them on the other side of a sulcus", "cross_boundary",
      "present", "RN"),
    E("la25_fig4_callosum", "1", "callosal part regresses while the caudate part enlarges",
      "shape_change", "present", "RN"),
    E("la25_fig5_core", "1", "restriction of the centre, not of the rim",
      "central_diffusion_restriction", "present", "RN"),
    *(E("la25_fig5_sclc", lesion, "the enhancing rim restricts with the centre; tumour",
        "central_diffusion_restriction", "absent", "TTP", "hypercellular") for lesion in "12"),
    E("la25_fig5_bevacizumab", "1", "restriction after bevacizumab: coagulative necrosis",
      "central_diffusion_restriction", "indeterminate", caveat="coagulative"),
    E("la25_fig5_bevacizumab", "1", "the lesion stayed as it was", "shape_change", "absent"),
    E("la25_fig5_haemorrhage", "1", "blood imitates restriction",
      "central_diffusion_restriction", "indeterminate", caveat="blood in the core"),
    E("la25_fig5_haemorrhage", "1", "bright before contrast: haemorrhage", "haemorrhage",
      "present"),
    E("la25_fig6_pair", "1", "high rCBV; tumour at resection", "perfusion", "present", "TTP"),
    E("la25_fig6_pair", "2", "rCBV not raised; regressed later", "perfusion", "absent", "RN"),
    E("la25_fig6_ktrans", "1", "Ktrans raised, rCBV less so; tumour at resection", "perfusion",
      "present", "TTP", "Ktrans alone"),
    E("la25_fig7", "1", "a nodule at the place of a necrosis that had improved",
      "dual_pathology", "present"),
    E("la25_fig7", "1", "improved without treatment, then grew again: tumour",
      "spontaneous_regression", "indeterminate"),
    E("la25_fig7", "1", "later a nodular lesion, proven tumour", "rim_morphology", "absent", "TTP"),
    # --- courses under bevacizumab --------------------------------------------------------------
    E("li21_bevacizumab", "1", "necrosis 11 months after treatment", "latency", "present"),
    E("li21_bevacizumab", "1", "enlarged, then smaller under the drug", "course_pattern",
      "present"),
    E("li21_bevacizumab", "1", "it shrinks under bevacizumab, not by itself",
      "spontaneous_regression", "indeterminate"),
    E("li21_bevacizumab", "1", "everything shrinks, no part grows", "shape_change", "absent"),
    E("zh16_resistance", "1", "lipid peak with low choline", "spectroscopy", "present", "RN"),
    E("zh16_resistance", "1", "low perfusion", "perfusion", "absent", "RN"),
    E("zh16_resistance", "1", "came back after bevacizumab had ended and was level under more",
      "spontaneous_regression", "indeterminate"),
    E("zh16_resistance", "1", "necrosis seven months after treatment", "latency", "present"),
)  # fmt: skip


def expected_rows() -> tuple[Expected, ...]:
    """Every row that holds."""
    return ROWS


def truth_of(case: str, lesion: str) -> dict[str, str]:
    """Item to status for one lesion of a case."""
    return {r.item: r.answer for r in expected_rows() if (r.case, r.lesion) == (case, lesion)}
