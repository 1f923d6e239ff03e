"""Screen and report show a sequence in one window; both say which."""

from types import SimpleNamespace

import numpy as np
import pytest

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.hanging.window import WINDOW, window_of
from RNAssessLib.report.pages import key_images
from RNAssessLib.report.pages.pictures import window_text
from RNAssessLib.scene import volumes

R = SequenceRole


def study(**levels):
    return SimpleNamespace(white_matter_level={R[role]: level for role, level in levels.items()})


@pytest.mark.parametrize("role", list(WINDOW))
def test_white_matter_gives_the_window_of_screen_and_report(role):
    held = study(**{role.name: 250.0})
    low, high = WINDOW[role]
    assert window_of(held, role, np.zeros(3)) == (250 * low, 250 * high)
    assert window_text(role) == f"window {low:g}-{high:g} × white matter"


def test_there_is_one_table():
    assert key_images.window_of is volumes.window_of is window_of
    assert not hasattr(key_images, "WINDOW") and not hasattr(volumes, "WINDOW")


def test_without_white_matter_the_image_gives_it():
    values = np.concatenate([np.zeros(500), [np.nan], np.arange(1.0, 1002.0)])
    low, high = window_of(study(), R.T1C, values)
    assert (low, high) == (pytest.approx(11.0), pytest.approx(996.0))  # 1st, 99.5th of 1 ... 1001
    assert window_of(study(), R.T1C, np.zeros(4)) == (0.0, 1.0)
