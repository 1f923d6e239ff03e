"""Correct outlines: to the Segment Editor and back, every number follows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.case import InputError
from RNAssessLib.case.numbers import in_cm3, signed
from RNAssessLib.panel.outlines.takeover import Takeover, parts_of
from RNAssessLib.panel.reading.write_back import write_outlines_back
from RNAssessLib.scene.segmentations import mask_colour
from RNAssessLib.study.case_file_writer import case_file_of

from ..common import asking
from ..common.page import Page
from ..common.trees import fill_combo, fold, make_item, mark_colour, share_width
from .outline_editing import OutlineEditing

if TYPE_CHECKING:
    from ..common.given import Keeper, OpenCase

PART, HELD, DRAWN, CHANGE = range(4)
LINE = 18  # characters of a part's name beside three numbers at 400 pixels


class OutlinesPage(Page):
    """Study, buttons, and the volumes of every part: held, drawn, and the difference."""

    def __init__(self, ui: object, case: OpenCase, keeper: Keeper) -> None:
        super().__init__(ui, case, keeper)
        self.editing = OutlineEditing(case)
        self._said = ""
        ui.outlineStudyComboBox.connect("currentIndexChanged(int)", lambda _index: self.show())
        self._press(
            editOutlinesButton=self.edit,
            applyOutlinesButton=self.apply,
            discardOutlinesButton=self.discard,
            writeOutlinesButton=self.write,
        )
        self._press_history("undoOutlinesButton", "redoOutlinesButton")
        self._here = False  # whether this page is looked at
        self._on_turn(self.on_page, "caseTabs")

    def reset(self) -> None:
        """Offer the studies of the open case, the latest first in hand."""
        self.editing.stop()
        self._said = ""
        assessment = self._case.assessment
        studies = assessment.prepared.timepoints if assessment else ()
        texts = [f"{timepoint.id}  {timepoint.date.isoformat()}" for timepoint in studies]
        fill_combo(self.ui.outlineStudyComboBox, texts, len(studies) - 1)
        self.show()

    def on_page(self) -> None:
        """Show the page; ask when it is left with an outline that is not applied."""
        here = self._is_at(self.ui.caseTab, "caseTabs", self.ui.outlinesPage)
        was, self._here = self._here, here
        if was and not self._here and self.editing.is_open:
            text = _("{0}\n\nApply it now? It is kept otherwise.").format(self._notice())
            if asking.confirm(text):
                self.apply()
        self.show()

    def _notice(self) -> str:
        if not self.editing.is_open:
            return ""
        return _(
            "The outlines being edited at {0} are not applied: all numbers are without them."
        ).format(self.editing.timepoint)

    def _study(self) -> str:
        index = self.ui.outlineStudyComboBox.currentIndex
        assessment = self._case.assessment
        if assessment is None or not 0 <= index < len(assessment.prepared.timepoints):
            return ""
        return assessment.prepared.timepoints[index].id

    # --- showing ----------------------------------------------------------------------------------

    def show(self) -> None:
        """Volumes of now, and what can be done; read from the copy when the page is looked at."""
        ui, study = self.ui, self._study()
        is_open, problem = self.editing.is_open, ""
        ui.draftLabel.text = self._notice()
        ui.draftLabel.visible = is_open
        taken = None
        if is_open and ui.outlinesPage.visible:
            try:
                taken = self.editing.read()
            except InputError as error:
                problem = str(error)
        ui.outlineStudyComboBox.enabled = bool(study) and not is_open
        ui.editOutlinesButton.enabled = bool(study)
        ui.editOutlinesButton.text = (
            _("Go on in the Segment Editor") if is_open else _("&Edit in the Segment Editor")
        )
        for button in (ui.applyOutlinesButton, ui.discardOutlinesButton):
            button.enabled = is_open
        self._offer_history()
        ui.writeOutlinesButton.enabled = bool(study and self._keeper.casePath())
        self._fill(study, taken)
        ui.outlineSaidLabel.text = problem or self._said

    def _fill(self, study: str, taken: Takeover | None) -> None:
        tree = self.ui.outlineTree
        tree.clear()
        if study:
            held = self._case.assessment.prepared.timepoint(study)
            for part in parts_of(held, self.editing.names()):
                before = held.lesions[part.lesion].masks[part.kind].volume_cm3
                texts = [fold(part.name, LINE), in_cm3(before), "", ""]
                if taken is not None:
                    drawn = taken.outlines.get(part.lesion, {}).get(part.kind)
                    now = before if drawn is None else drawn.volume_cm3
                    texts[DRAWN] = in_cm3(now)
                    texts[CHANGE] = signed(now - before, "cm3") if part in taken.changed else "="
                item = make_item(*texts, tip=_("{0}, volumes in cm³").format(part.name))
                mark_colour(item, PART, mask_colour(part.kind))
                tree.addTopLevelItem(item)
        share_width(tree, (PART,), (HELD, DRAWN, CHANGE))

    # --- the reader acts --------------------------------------------------------------------------

    def edit(self) -> None:
        """Hand the outlines of the chosen study over to the Segment Editor."""
        lesion = self.lesion()
        if not self._study() or lesion is None:
            return
        self.editing.start(self._study())
        self._said = _("Come back here and apply, or discard.")
        self.show()
        self.editing.edit(lesion.id)

    def apply(self) -> None:
        """Take over what was drawn; on any error the drawn outlines stay as they are."""
        try:
            taken = self.editing.read()
        except InputError as error:
            self._say_problem(str(error))
            return
        if taken.emptied and not self._confirm(taken):
            return
        if not taken.changed:
            self._taken_over(taken)
            return
        try:  # cancelled or refused, it is said: what was drawn stays
            self._case.correctOutlines(
                self.editing.timepoint, taken.outlines, lambda: self._taken_over(taken)
            )
        except InputError as error:
            self._say_problem(str(error))

    def _taken_over(self, taken: Takeover) -> None:
        study = self.editing.timepoint
        self.editing.stop()
        names = ", ".join(part.name for part in taken.changed)
        self._said = (
            _("Taken over at {0}: {1}. All numbers follow; undo takes it back.").format(
                study, names
            )
            if names
            else _("Nothing was changed.")
        )
        self.show()

    def _say_problem(self, text: str) -> None:
        self.ui.outlineSaidLabel.text = text
        asking.say(text)

    def _confirm(self, taken: Takeover) -> bool:
        names = ", ".join(part.name for part in taken.emptied)
        text = _("{0}: the segment is empty. Is nothing of it left at {1}?")
        return asking.confirm(text.format(names, self.editing.timepoint))

    def discard(self) -> None:
        """Put the drawn outlines away; those that hold stay."""
        self.editing.stop()
        self._said = _("Discarded.")
        self.show()

    def write(self) -> None:
        """Write the corrected outlines into the case file, label maps beside it."""
        path = case_file_of(Path(self._keeper.casePath()))
        said, done = write_outlines_back(self._case.reader, path)
        if done:
            self._said = said
            self.show()
        else:
            self._say_problem(said)
