"""Two lines for a picture: the prescription, and 12 Gy of one fraction or half the prescription."""

from dataclasses import replace

from RNAssessLib.panel.words.style import default_isodoses, leading_isodoses


def with_fractions(assessment, fractions):
    prepared = assessment.prepared
    courses = tuple(
        replace(p, course=replace(p.course, fractions=fractions)) for p in prepared.courses
    )
    return replace(assessment, prepared=replace(prepared, courses=courses))


def test_one_fraction_is_drawn_with_12_gy(assessment):
    doses = [level.dose_gy for level in leading_isodoses(with_fractions(assessment, 1))]
    assert doses == [20.0, 12.0]


def test_several_fractions_are_drawn_with_half_the_prescription(assessment):
    doses = [level.dose_gy for level in leading_isodoses(with_fractions(assessment, 5))]
    assert doses == [20.0, 10.0]


def test_they_are_lines_of_the_default_set(assessment):
    levels = default_isodoses(assessment)
    assert all(level in levels for level in leading_isodoses(assessment))
