"""The lessons that can be chosen: the open case, and the cases of papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from ..common import settings

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.panel.teaching.file import Lesson

SET = "paper"


def list_titles() -> list[str]:
    """Return what the chooser offers; the first is the open case."""
    from RNAssessLib.phantom.teaching_set import SETS

    count = len(SETS[SET]())
    papers = [_("Papers, case {n}").format(n=number) for number in range(1, count + 1)]
    return [_("The case that is open"), *papers]


def paper_lesson(number: int) -> Lesson:
    """Return the lesson of a paper's case, counted from 1."""
    from RNAssessLib.phantom.teaching_set import list_lessons

    return list_lessons(SET, settings.lesson_folder())[number - 1]


def lesson_of(assessment: Assessment, path: str) -> Lesson:
    """Return a lesson made of the open case; answers are kept beside its file if it has one."""
    from RNAssessLib.panel.session.file import beside
    from RNAssessLib.panel.teaching.file import Lesson

    title = _("Case {0}").format(assessment.prepared.case.id)
    keep_in = beside(Path(path), "teaching") if path else None
    return Lesson(_("Teaching case"), title, lambda _progress: assessment, keep_in)
