"""No two lines share a colour; what a dichromat confuses differs in its pattern."""

from itertools import combinations

import numpy as np
import pytest

from RNAssessLib.panel.words.palette import DASH_WORDS, PALETTE, named
from RNAssessLib.panel.words.style import build_isodoses

from .colour_vision import VISIONS, apart, difference

# Seen at a glance, well above the 1 that is just noticeable; engineering default.
AT_A_GLANCE = 10.0
PAIRS = list(combinations(PALETTE, 2))


# Sharma, Wu and Dalal 2005, Table 1: pairs 1, 7, 17, 20 and 34.
@pytest.mark.parametrize(("one", "other", "expected"), [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, 2.49, -0.0010), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
])  # fmt: skip
def test_the_difference_is_the_published_one(one, other, expected):
    assert difference(np.array(one), np.array(other)) == pytest.approx(expected, abs=1e-4)


def confused(vision):
    """Pairs of one pattern that look alike with a vision; in normal vision, pairs of any."""
    found = []
    for one, other in PAIRS:
        a, b = PALETTE[one], PALETTE[other]
        alike = apart(a.colour, b.colour, vision) < AT_A_GLANCE
        if alike and (vision == "normal" or a.pattern == b.pattern):
            found.append((one, other))
    return found


@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_are_told_apart(vision):
    assert confused(vision) == []


def test_the_old_colours_would_be_found():
    """FLAIR and 25 % were both light blue, FLAIR and PTV one colour to a deuteranope."""
    assert apart("#6FA8FF", "#56B4E9") < AT_A_GLANCE
    assert apart("#6FA8FF", "#B79CFF", "deuteranopia") < AT_A_GLANCE < apart("#6FA8FF", "#B79CFF")


def test_levels_carry_the_pattern_of_their_colour():
    strokes = {(s.colour, s.dash) for s in PALETTE.values()}
    levels = build_isodoses([20, 16, 12, 10, 5, 7, 8, 9, 11], 20)
    assert {(level.colour, level.dash) for level in levels} <= strokes
    assert len({level.colour for level in levels}) == len(levels)


def test_every_pattern_has_words():
    assert all(stroke.dash in DASH_WORDS for stroke in PALETTE.values())
    assert named("20 Gy", ()) == "20 Gy"
