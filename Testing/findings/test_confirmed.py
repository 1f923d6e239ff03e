"""A grown or regressed part counts when the other scan's image lacks it, not its outline alone."""

from types import SimpleNamespace

import numpy as np
import pytest

from RNAssessLib.case import Mask, MaskOrigin
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.confirmed import confirm_part
from RNAssessLib.findings.measure.workspace import Workspace

from ..lesions.scans import LESION, MAIN, NODULE, WHOLE, lesion_with_nodule, scan
from ..lesions.shapes import GRID, ball

SPACE = Workspace(SimpleNamespace(common_grid=GRID), tuple(slice(0, n) for n in GRID.shape))
PART = Mask(WHOLE & ~MAIN, GRID)


def confirmed(before_signal, **more):
    before = scan("a", lesion_with_nodule(before_signal), MAIN, seed=1, gain=800.0, **more)
    after = scan("b", lesion_with_nodule(1.7), WHOLE, seed=2)
    return confirm_part(SPACE, LESION, PART, after, before, Thresholds())


def test_a_part_that_is_not_there_on_the_earlier_scan_stands():
    found = confirmed(None)
    assert found.sure_cm3 == pytest.approx(PART.volume_cm3)
    assert np.array_equal(found.part.array, PART.array)
    assert found.doubt == ""


def test_a_part_that_the_earlier_scan_shows_as_well_is_none():
    found = confirmed(1.65)
    assert found.sure_cm3 == 0.0
    assert found.part.is_empty


def test_a_part_of_which_the_earlier_scan_cannot_tell_is_doubted_with_the_reason():
    """The earlier scan does not cover the place."""
    before = scan("a", lesion_with_nodule(None), MAIN, seed=1)
    before.timepoint.t1c.array[ball(NODULE, 8.0)] = 0.0
    after = scan("b", lesion_with_nodule(1.7), WHOLE, seed=2)
    found = confirm_part(SPACE, LESION, PART, after, before, Thresholds())
    assert found.sure_cm3 == 0.0
    assert not found.part.is_empty
    assert "a does not cover its place" in found.doubt


def test_a_drawn_outline_is_taken_as_it_is():
    found = confirmed(1.65, origin=MaskOrigin.EDITED)
    assert found.sure_cm3 == pytest.approx(PART.volume_cm3)
