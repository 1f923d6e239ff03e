"""Words of single items that once said the wrong thing or said it twice."""

from types import SimpleNamespace

import pytest

from RNAssessLib.findings import dual_pathology, swiss_cheese


@pytest.mark.parametrize(
    ("count", "larger", "said"),
    [(0, 0, "No small hole in the enhancement at t2."),
     (0, 1, "No small hole in the enhancement at t2, beside 1 larger one."),
     (2, 3, "2 small holes (0.040 cm³ in all) in the enhancement at t2, beside 3 larger ones.")],
)  # fmt: skip
def test_holes(count, larger, said):
    assert swiss_cheese._tell(count, 0.04, larger, "t2") == said


@pytest.mark.parametrize(
    ("nodule", "ring", "word"),
    [(True, False, "no thin ring beside it"), (False, True, "without a nodule"),
     (False, False, "Neither")],
)  # fmt: skip
def test_what_of_two_processes_is_missing(nodule, ring, word):
    rim = SimpleNamespace(solid_cm3=0.99, thin_share=0.1)
    assert word in dual_pathology._tell_neither(rim, nodule, ring, "t2")
