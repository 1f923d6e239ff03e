"""What a page of the panel is given: protocols, so that no page knows the panel or another page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView, PanelView
    from RNAssessLib.panel.teaching.desk import TeachingDesk

Told = Callable[[], None]
Progress = Callable[[float, str], None]


class Keeper(Protocol):
    """What the module widget remembers for the panel."""

    def savedSession(self) -> str: ...  # noqa: D102

    def casePath(self) -> str: ...  # noqa: D102

    def onCaseOpened(self, path: str) -> None: ...  # noqa: D102

    def onPanelChanged(self, lesion: str, finding: str) -> None: ...  # noqa: D102


class Shown(Protocol):
    """What the panel shows now: the view-model, and what is chosen in it."""

    view: PanelView | None

    def lesion(self) -> LesionView | None: ...  # noqa: D102

    def row(self) -> ChecklistRow | None: ...  # noqa: D102


class Reading(Protocol):
    """The open case and what the reader did with it; `RNAssessLogic` is one.

    Attributes
    ----------
    assessment : Assessment or None
    session : ReaderSession
    desk : TeachingDesk or None
        The lesson that is being answered.
    """

    assessment: object
    session: object
    desk: TeachingDesk | None

    def setSession(self, session: object, progress: Progress | None = None) -> None: ...  # noqa: D102


class InScene(Reading, Protocol):
    """A reading whose case is in the scene.

    Attributes
    ----------
    nodes : SceneNodes or None
    hanging : Hanging or None
    isodoses : IsodoseLayer or None
    chart : vtkMRMLPlotChartNode or None
    """

    nodes: object
    hanging: object
    isodoses: object
    chart: object
