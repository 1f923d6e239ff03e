"""Parts of a lesion from scan to scan (course page): when a change of a small one is told."""

from dataclasses import replace

import pytest
from hand_made_cases import CENTER, T2, Ball, Visit, build_case, treated

from RNAssessLib.case import MaskOrigin
from RNAssessLib.course.components import compute_component_steps
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.seen_before import absent_on

SATELLITE = (CENTER[0], CENTER[1] + 14.0, CENTER[2])


def visits():
    return [treated(), Visit("t2", T2, (Ball(CENTER, 8.0), Ball(SATELLITE, 3.0)))]


def outlined_by(origin, prepared):
    """The case with all outlines of that origin."""
    timepoints = tuple(
        replace(t, lesions={n: replace(m, origin=origin) for n, m in t.lesions.items()})
        for t in prepared.timepoints
    )
    return replace(prepared, timepoints=timepoints)


def fates(prepared, is_absent):
    (step,) = compute_component_steps(prepared, prepared.lesions[0], is_absent)
    return [event.fate.value for event in step.events]


def test_a_satellite_that_the_image_before_does_not_show_is_new():
    prepared = outlined_by(MaskOrigin.AUTOMATIC, build_case(visits()))
    assert fates(prepared, absent_on(Thresholds())) == ["stable", "new"]


def test_one_that_only_the_outline_lacked_before_is_unsure():
    """The first scan shows it as well, its outline does not hold it."""
    both = build_case([replace(visits()[1], id="t0", date=treated().date), visits()[1]])
    lacking = build_case(visits())
    first = replace(both.timepoints[0], lesions=lacking.timepoints[0].lesions)
    prepared = replace(both, timepoints=(first, both.timepoints[1]))
    prepared = outlined_by(MaskOrigin.AUTOMATIC, prepared)
    assert fates(prepared, absent_on(Thresholds())) == ["stable", "unsure"]


@pytest.mark.parametrize("origin", [MaskOrigin.IMPORTED, MaskOrigin.EDITED])
def test_an_outline_that_someone_drew_is_taken_at_its_word(origin):
    prepared = outlined_by(origin, build_case(visits()))
    assert fates(prepared, lambda before, after, part: False) == ["stable", "new"]
