"""A case that is answered by a learner: the reading room with its answers hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trame_server import Server

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.reading.changes import RoundChanged
from RNAssessLib.panel.reading.running import KeepsNothing
from RNAssessLib.panel.teaching.classroom import Classroom
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.panel.teaching.file import Lesson
from RNAssessLib.panel.teaching.learner import Learner
from RNAssessLib.scene.looking import center_of
from RNAssessLib.scene.mark_node import MarkNode

from ..reading.desk import Act, Desk
from ..reading.room import ReadingRoom
from ..reading.stage import Stage
from .lesson_desk import LessonDesk


class TeachingRoom(ReadingRoom):
    """A lesson on the page.

    Parameters
    ----------
    server : trame Server
    assessment : Assessment
    lesson : Lesson
    classroom : Classroom, optional
        Sheets that follow what is revealed here.
    """

    checklist_template = "teach"
    edits_events = False

    def __init__(
        self,
        server: Server,
        assessment: Assessment,
        lesson: Lesson,
        classroom: Classroom | None = None,
    ) -> None:
        self._desk = TeachingDesk(assessment, lesson)
        self._class = classroom
        super().__init__(server, assessment)
        if classroom is not None:
            classroom.open(lesson, assessment, self._desk.teaching)
            self.reading.changes.on(RoundChanged, self._tell_class)
        self.store.saver = self._desk.saver
        self.reading.keeper = KeepsNothing()  # the file holds the learner's answers only
        self.display.toggle_contours()  # outlines are computed: off until wanted

    def close(self) -> None:
        """Release the views and the file of answers."""
        self._learner.end()
        if self._class is not None:
            self._class.close()
        super().close()

    def _tell_class(self, _: RoundChanged) -> None:
        if self._class is not None:
            self._class.follow(self._desk.teaching)

    def _is_hidden(self) -> bool:
        return not self._learner.is_over

    def _build_checklist(self, stage: Stage) -> Sequence[Desk]:
        self._point = MarkNode(self.app.scene)
        self._learner = Learner(self.reading, self._desk)
        return (LessonDesk(stage, self._learner, self._point, self.grid.look_at),)

    def _leave(self, act: Act) -> None:
        self.correction.leave(act)

    def probe(self) -> dict[str, Any]:
        """Return what tests ask."""
        own = {"answers": len(self._desk.teaching.records), "mark": self._point.count}
        return super().probe() | own | {"center": center_of(self.views.shown[0].node)}
