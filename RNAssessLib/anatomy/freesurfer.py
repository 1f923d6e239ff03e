"""FreeSurfer / SynthSeg label numbers in RNAssess's terms."""

from __future__ import annotations

from RNAssessLib.case import Compartment, Tissue

_LEFT, _RIGHT = Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM

COMPARTMENT_OF: dict[int, Compartment] = {
    **dict.fromkeys((2, 3, 10, 11, 12, 13, 17, 18, 19, 20, 26, 28), _LEFT),
    **dict.fromkeys((41, 42, 49, 50, 51, 52, 53, 54, 55, 56, 58, 60), _RIGHT),
    **dict.fromkeys((7, 8), Compartment.LEFT_CEREBELLUM),
    **dict.fromkeys((46, 47), Compartment.RIGHT_CEREBELLUM),
    16: Compartment.BRAINSTEM,
    **dict.fromkeys((251, 252, 253, 254, 255), Compartment.CORPUS_CALLOSUM),
    **dict.fromkeys((4, 5, 31), Compartment.LEFT_LATERAL_VENTRICLE),
    **dict.fromkeys((43, 44, 63), Compartment.RIGHT_LATERAL_VENTRICLE),
    14: Compartment.THIRD_VENTRICLE,
    15: Compartment.FOURTH_VENTRICLE,
}
TISSUE_OF: dict[int, Tissue] = {
    **dict.fromkeys((2, 41, 7, 46, 16, 28, 60, 251, 252, 253, 254, 255), Tissue.WHITE_MATTER),
    **dict.fromkeys((3, 42, 8, 47, 10, 11, 12, 13, 17, 18, 26, 49, 50, 51, 52, 53, 54, 58),
                    Tissue.GREY_MATTER),
    **dict.fromkeys((4, 5, 14, 15, 24, 31, 43, 44, 63), Tissue.CSF),
}  # fmt: skip
