"""What a page of the panel is given: protocols, so that no page knows the panel or another page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.reading.changes import Changes
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.scene.desktop_views import DesktopViews

Told = Callable[[], object]
Loads = Callable[[], bool]  # brings a case; False when it was not finished


class Keeper(Protocol):
    """What the module widget remembers for the panel."""

    def savedSession(self) -> str: ...  # noqa: D102

    def casePath(self) -> str: ...  # noqa: D102

    def onCaseOpened(self, path: str) -> None: ...  # noqa: D102

    def onPanelChanged(self, lesion: str, finding: str) -> None: ...  # noqa: D102


class OpenCase(Protocol):
    """The open case and its nodes in the scene; `RNAssessLogic` is one.

    Attributes
    ----------
    reader : Reading or None
        The reader at work on it: records, undoes, tells what changed; None without a case.
    assessment : Assessment or None
    session : ReaderSession
        Of the reader; an empty one without a case.
    desk : TeachingDesk or None
        The lesson that is being answered.
    changes : Changes
        Who is told of what its reader does.
    nodes : SceneNodes or None
    views : DesktopViews
        Nothing happens there without a case.
    hanging : DesktopHanging or None
    isodoses : IsodoseLayer or None
    chart : vtkMRMLPlotChartNode or None
    curves : CourseView or None
        What the chart shows.
    """

    reader: Reading | None
    assessment: Assessment | None
    session: ReaderSession
    desk: TeachingDesk | None
    changes: Changes
    nodes: object
    views: DesktopViews
    hanging: object
    isodoses: object
    chart: object
    curves: object
