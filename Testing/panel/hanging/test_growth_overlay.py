"""Which two studies are laid over each other, where they hang and what is said of them."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "scene"))

from assessments import make_assessment

from RNAssessLib.case.numbers import in_cm3, in_mm
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.two_outlines import compute_two_outlines
from RNAssessLib.panel.hanging.growth_overlay import (
    choose_pair,
    default_pair,
    next_pair,
    overlay_details,
    overlay_key,
    overlay_volumes,
    study_in_column,
)


@pytest.fixture(scope="module")
def prepared():
    return make_assessment(4).prepared


def test_the_last_two_studies_come_first(prepared):
    assert default_pair(prepared) == ("t2", "t3")
    assert default_pair(make_assessment(1).prepared) is None


def test_every_pair_comes_in_turn(prepared):
    seen, pair = [], default_pair(prepared)
    for _ in range(6):
        pair = next_pair(prepared, pair)
        seen.append(pair)
    assert seen == [("t0", "t1"), ("t0", "t2"), ("t1", "t2"), ("t0", "t3"), ("t1", "t3"),
                    ("t2", "t3")]  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "place", "study", "becomes"),
    [
        (("t2", "t3"), "earlier", "t0", ("t0", "t3")),
        (("t0", "t1"), "later", "t3", ("t0", "t3")),
        (("t0", "t2"), "earlier", "t2", ("t2", "t3")),  # the later one moves on
        (("t1", "t3"), "earlier", "t3", ("t2", "t3")),  # nothing after it: the one before
        (("t1", "t3"), "later", "t1", ("t1", "t2")),
        (("t1", "t2"), "earlier", "t3", ("t2", "t3")),  # in the order of time
        (("t1", "t2"), "later", "t0", ("t0", "t1")),
    ],
)
def test_a_choice_gives_two_studies_in_the_order_of_time(prepared, pair, place, study, becomes):
    assert choose_pair(prepared, pair, place, study) == becomes


def test_unknown_choices_are_refused(prepared):
    for place, study in (("earlier", "t9"), ("middle", "t0")):
        with pytest.raises(ValueError, match=f"no {place} study {study}"):
            choose_pair(prepared, ("t0", "t1"), place, study)


def test_studies_without_a_column_take_a_free_one():
    columns = ("t0", "t4", "t5", "t6", "t7")
    for pair, places in (
        (("t1", "t2"), {"t0": "t1", "t7": "t2"}),
        (("t0", "t3"), {"t0": "t0", "t7": "t3"}),
        (("t3", "t7"), {"t0": "t3", "t7": "t7"}),
        (("t4", "t5"), {"t4": "t4", "t5": "t5"}),
    ):
        found = {c: study_in_column(pair, columns, c) for c in columns}
        assert {c: s for c, s in found.items() if s is not None} == places


def test_words_name_pattern_volume_and_uncertainty(prepared):
    lesion, (start, _, after, last) = prepared.lesions[0], prepared.timepoints
    two = compute_two_outlines(prepared, lesion, start, last, Thresholds())
    grown, regressed = overlay_volumes(two).split("\n")
    assert grown.startswith("hatched: grown ")
    assert " ± " in grown
    assert grown.endswith(" cm³")
    assert regressed == "broken hatching: regressed none"
    assert overlay_key(("t0", "t3")) == "dashed: t0\nsolid: t3"
    details = overlay_details(two)
    assert f"({in_mm(two.tolerance_mm)} mm): {in_cm3(two.grown_beyond_cm3)} cm³ grown" in details
    assert "from alignment, " in details
    same = compute_two_outlines(prepared, lesion, after, last, Thresholds())
    assert (same.earlier, same.later) == ("t2", "t3")
