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

from ..hanging.linked_view import center_of
from ..reading.desk import Act, Desk
from ..reading.room import ReadingRoom
from .lesson_desk import LessonDesk
from .mark_node import MarkNode


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
        self._learner = TeachingDesk(assessment, lesson)
        self._class = classroom
        super().__init__(server, assessment)
        if classroom is not None:
            classroom.open(lesson, assessment, self._learner.teaching)
            self.reading.changes.on(RoundChanged, self._tell_class)
        self.store.saver = self._learner.saver
        self.reading.keeper = KeepsNothing()  # the file holds the learner's answers only
        self.display.toggle_contours()  # outlines are computed: off until wanted

    def close(self) -> None:
        """Release the views and the file of answers."""
        self._learner.close()
        if self._class is not None:
            self._class.close()
        super().close()

    def _tell_class(self, _: RoundChanged) -> None:
        if self._class is not None:
            self._class.follow(self._learner.teaching)

    def _is_hidden(self) -> bool:
        return not self.lesson.is_over

    def _build_checklist(self) -> Sequence[Desk]:
        self._point = MarkNode(self.app.scene)
        self.lesson = LessonDesk(
            self.server, self.reading, self._learner, self.views, self.hanging, self._point,
            self.grid.look_at,
        )  # fmt: skip
        self.reading.hides = lambda: not self.lesson.learner.is_revealed
        return (self.lesson,)

    def _leave(self, act: Act) -> None:
        self.correction.leave(act)

    def probe(self) -> dict[str, Any]:
        """Return what tests ask."""
        own = {"answers": len(self._learner.teaching.records), "mark": self._point.count}
        return super().probe() | own | {"center": center_of(self.views.shown[0].node)}
