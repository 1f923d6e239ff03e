"""The word for how good the images of a lesion are, for who names it and measures nothing."""

from __future__ import annotations

from enum import Enum


class QualityGrade(Enum):
    """Traffic light of the images of one lesion."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
