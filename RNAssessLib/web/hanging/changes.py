"""What changes in the views of the page, told with everything else."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.panel.reading.changes import Change


@dataclass(frozen=True)
class ViewsChanged(Change):
    """Other pictures hang, other views are there, or their corners say something else."""


@dataclass(frozen=True)
class ViewsSettled(Change):
    """The views came to rest at another place."""
