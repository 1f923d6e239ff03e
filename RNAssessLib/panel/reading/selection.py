"""Which lesion and which item the reader looks at, and what hangs for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from RNAssessLib.assessment import Assessment
from RNAssessLib.findings.finding import Finding, Status

from ..hanging.third_row import ThirdRow, build_third_rows, item_row
from .changes import AnswerChanged, Changes, RowChanged, SelectionChanged
from .view_model import ChecklistRow, JumpTo, LesionView, PanelView

FOLLOW, OFF = "item", ""


class Selection:
    """What is selected in an assessment; part of a `Reading`.

    Attributes
    ----------
    assessment : Assessment
    panel : PanelView
    changes : Changes
    lesion_id, finding_id : str
        Empty when there is none.
    pending : Status or None
        Answer that waits for its reason.
    problem : str
        What is wrong, in one sentence.
    third_rows : tuple of ThirdRow
        Contents the case can hang below T1c and FLAIR.
    row_choice : str
        Which one hangs: its key, `FOLLOW` (what the item is read on) or `OFF`.
    hides : callable
        Whether the computed answer of the selected item is hidden (a lesson).
    """

    changes: Changes
    assessment: Assessment
    panel: PanelView

    def _begin(self) -> None:
        """Turn to the first lesion; nothing is told."""
        self.lesion_id = self.panel.lesions[0].id if self.panel.lesions else ""
        self.third_rows = build_third_rows(self.assessment.prepared)
        self.finding_id, self.problem = "", ""
        self.pending: Status | None = None
        self.row_choice, self._is_brief = FOLLOW, False
        self._evidence = 0  # which of the item's places is looked at
        self.hides: Callable[[], bool] = lambda: False

    # --- lesion and item --------------------------------------------------------------------------

    @property
    def lesion(self) -> LesionView | None:
        """Selected lesion, None in a case without one."""
        return self.panel.lesion(self.lesion_id) if self.lesion_id else None

    @property
    def row(self) -> ChecklistRow | None:
        """Selected item, None when none is."""
        lesion = self.lesion
        return lesion.row(self.finding_id) if lesion and self.finding_id else None

    @property
    def finding(self) -> Finding:
        """What was computed for the selected item; raises KeyError when none is."""
        return self.assessment.lesion(self.lesion_id).finding(self.finding_id)

    @property
    def radius_mm(self) -> float:
        """Radius of the selected lesion; 0 without one."""
        lesions = {lesion.id: lesion for lesion in self.assessment.prepared.lesions}
        lesion = lesions.get(self.lesion_id)
        return lesion.radius_mm if lesion else 0.0

    def select_lesion(self, lesion_id: str) -> JumpTo:
        """Turn to another lesion; returns where it is."""
        home = self.panel.lesion(lesion_id).home
        self._turn_to(lesion_id, "", home)
        return home

    def step_lesion(self, by: int) -> JumpTo | None:
        """Turn to the lesion `by` places on, round the end; None where there is one only."""
        ids = [lesion.id for lesion in self.panel.lesions]
        if len(ids) < 2:
            return None
        return self.select_lesion(ids[(ids.index(self.lesion_id) + by) % len(ids)])

    def select(self, finding_id: str) -> JumpTo | None:
        """Turn to an item; returns its best evidence, None when it has none."""
        if self.lesion is None:
            return None
        row = self.lesion.row(finding_id)
        self._evidence = 0
        jump = row.jumps[0] if row.jumps and not self._would_hide(finding_id) else None
        self._turn_to(self.lesion_id, finding_id, jump)
        return jump

    def step(self, by: int) -> JumpTo | None:
        """Turn to the item `by` rows on."""
        if self.lesion is None:
            return None
        return self.select(self.lesion.step(self.finding_id, by))

    def look(self, index: int) -> JumpTo | None:
        """Turn to one of the selected item's places again; None where there is none or hidden."""
        row = self.row
        if row is None or not 0 <= index < len(row.jumps) or self.hides():
            return None
        self._evidence = index
        self._turn_to(self.lesion_id, self.finding_id, row.jumps[index])
        return row.jumps[index]

    def look_on(self) -> JumpTo | None:
        """Turn to the next place of the selected item, round the end."""
        row = self.row
        return self.look((self._evidence + 1) % len(row.jumps)) if row and row.jumps else None

    def _would_hide(self, finding_id: str) -> bool:
        held, self.finding_id = self.finding_id, finding_id
        try:
            return self.hides()
        finally:
            self.finding_id = held

    def _turn_to(self, lesion_id: str, finding_id: str, jump: JumpTo | None) -> None:
        other_lesion = lesion_id != self.lesion_id
        other_item = other_lesion or finding_id != self.finding_id
        if other_item or not finding_id:
            self.pending, self.problem = None, ""
        if other_item and self._is_brief:
            self.row_choice, self._is_brief = FOLLOW, False
        self.lesion_id, self.finding_id = lesion_id, finding_id
        self.changes.tell(SelectionChanged(lesion_id, finding_id, jump, other_lesion, other_item))

    # --- what hangs -------------------------------------------------------------------------------

    @property
    def row_choices(self) -> tuple[str, ...]:
        """What the rows below can be told to show: to follow the item, or one content."""
        return (FOLLOW, *(row.key for row in self.third_rows))

    @property
    def hung(self) -> ThirdRow | None:
        """What hangs below T1c and FLAIR by the reader's choice, None for nothing."""
        if self.row_choice == FOLLOW:
            return self.item_row()
        return next((row for row in self.third_rows if row.key == self.row_choice), None)

    def item_row(self) -> ThirdRow | None:
        """Return what the selected item is read on beyond T1c and FLAIR, None when that is all."""
        if self.row is None:
            return None
        return item_row(self.third_rows, self.finding, hidden=self.hides())

    def choose_row(self, key: str, *, briefly: bool = False) -> None:
        """Hang a content by its key, `FOLLOW` or `OFF`; an unknown one changes nothing.

        Parameters
        ----------
        key : str
        briefly : bool
            Until the reader turns to another item.
        """
        if key in (OFF, *self.row_choices):
            self.row_choice, self._is_brief = key, briefly
            self.changes.tell(RowChanged(key))

    def toggle_row(self, key: str) -> None:
        """Hang a content until another item is chosen, or follow the item when it hangs."""
        self.choose_row(FOLLOW if self.row_choice == key else key, briefly=True)

    def next_row(self) -> None:
        """Hang the next content, round the end."""
        keys: Sequence[str] = self.row_choices
        at = keys.index(self.row_choice) + 1 if self.row_choice in keys else 0
        self.choose_row(keys[at % len(keys)])

    # --- what is wrong ----------------------------------------------------------------------------

    def tell(self, problem: str) -> None:
        """Say what is wrong, or nothing any more."""
        self.problem = problem
        self._tell_answer()

    def _tell_answer(self) -> None:
        self.changes.tell(AnswerChanged(self.pending, self.problem))
