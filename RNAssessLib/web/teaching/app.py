"""Teaching in the browser: a list of cases, one of them open at a time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trame_server import Server

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.session.store import Store
from RNAssessLib.panel.teaching.classroom import Classroom
from RNAssessLib.panel.teaching.file import Lesson, standing_of

from ..reading.pages import build_page
from ..reading.room import ReadingRoom
from ..serving.app import RNAssessApp
from .room import TeachingRoom


class TeachingApp(RNAssessApp):
    """Lessons in the browser; with one lesson it is opened at once.

    Parameters
    ----------
    lessons : sequence of Lesson
    server : trame Server, optional
    classroom : Classroom, optional
        Learners with sheets of their own.
    """

    def __init__(
        self,
        lessons: Sequence[Lesson],
        server: Server | None = None,
        classroom: Classroom | None = None,
    ) -> None:
        self.lessons = tuple(lessons)
        self.classroom = classroom
        self.current = self.lessons[0]
        super().__init__(self.current.load, server)
        self._make_room = self._open_room
        self.state.trame__title = "RNAssess teaching"

    def _open_room(
        self,
        server: Server,
        assessment: Assessment,
        session: ReaderSession | None,
        store: Store | None,
        case_file: Path | None = None,
    ) -> ReadingRoom:
        return TeachingRoom(server, assessment, self.current, self.classroom)

    def _set_up_page(self) -> None:
        super()._set_up_page()
        self.state.class_on = self.classroom is not None
        self.state.in_set = len(self.lessons) > 1
        self.state.lessons = []
        if self.state.in_set:
            self._show_list()
        self.server.trigger("open_lesson")(self.open_lesson)
        self.server.trigger("close_lesson")(self.close_lesson)

    def _begin(self) -> None:
        if len(self.lessons) == 1:
            super()._begin()

    def open_lesson(self, index: int) -> None:
        """Load a lesson of the list; nothing happens while another one is open."""
        if self.room is not None or not 0 <= index < len(self.lessons):
            return
        self.current = self.lessons[index]
        self._source = self.current.load
        self._load_anew(self.current.label)

    def close_lesson(self) -> None:
        """Back to the list; what was answered is saved already."""
        if len(self.lessons) == 1:
            return
        self._leave_case()
        self._show_list()

    def _show_list(self) -> None:
        self.state.lessons = [
            {"label": lesson.label} | standing_of(lesson) for lesson in self.lessons
        ]
        build_page(self.server, "lessons")
