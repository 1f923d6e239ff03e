"""The papers' pictures as digital patients: LA22 Figs 1-8, LA25 Figs 1-7, LI21 Fig 1, ZH16 Fig 2.

Each states what a reader should see and, per lesion, what the checklist must answer. Places follow
the legends; shapes are simple, because what is re-created is the sign and not the picture.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from RNAssessLib.phantom.scenario import Scenario

from . import courses, la22, la25_shape, la25_signal

PAPER_CASES: dict[str, Callable[[np.random.Generator, float], Scenario]] = {
    **la22.CASES,
    **la25_shape.CASES,
    **la25_signal.CASES,
    **courses.CASES,
}
