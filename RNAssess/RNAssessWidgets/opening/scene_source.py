"""From scene: volumes, SlicerRT dose and structures that are already loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import qt
import slicer
from slicer.i18n import tr as _

from ..common import asking

NAME, DAY, ROLE = range(3)
UNUSED = "–"
DOSE = "DicomRtImport.DoseVolume"  # attribute that SlicerRT gives a dose volume
BELOW_TABLE = 2
NO_RX_GY = 1.0  # what a plan node of SlicerRT holds before anything is set


class SceneSource:
    """Table of the proposed use of each volume, which the user can correct."""

    def __init__(self, ui: object) -> None:
        self.ui = ui
        self.proposals = ()
        ui.sceneTable.setColumnCount(3)
        ui.sceneTable.setHorizontalHeaderLabels([_("Volume"), _("Date"), _("Role")])
        self.dose = self._chooser(
            "vtkMRMLScalarVolumeNode",
            _("Dose"),
            _("Dose volume as SlicerRT loads it; None: the only one"),
        )
        self.dose.addAttribute("vtkMRMLScalarVolumeNode", DOSE)
        self.structures = self._chooser(
            "vtkMRMLSegmentationNode",
            _("Targets"),
            _("Segmentation with the targets; None: all of them"),
        )

    def _chooser(self, kind: str, title: str, tip: str) -> object:
        """A node chooser of Slicer's own, with its label, below the table of volumes."""
        row, label, chooser = qt.QHBoxLayout(), qt.QLabel(title), slicer.qMRMLNodeComboBox()
        chooser.nodeTypes = [kind]
        chooser.noneEnabled = True
        chooser.addEnabled = False
        chooser.removeEnabled = False
        chooser.toolTip = tip
        chooser.accessibleName = title
        chooser.setMRMLScene(slicer.mrmlScene)
        label.setBuddy(chooser)
        row.addWidget(label)
        row.addWidget(chooser)
        self.ui.sceneGroup.layout().insertLayout(BELOW_TABLE, row)
        return chooser

    def propose(self) -> None:
        """List the volumes of the scene with a proposed date and role."""
        from RNAssessLib.case import SequenceRole
        from RNAssessLib.study import slicer_nodes

        self.proposals = slicer_nodes.propose_assignments(slicer.mrmlScene)
        roles = [UNUSED, *(role.value for role in SequenceRole)]
        table = self.ui.sceneTable
        table.setRowCount(len(self.proposals))
        for index, proposal in enumerate(self.proposals):
            name = qt.QTableWidgetItem(proposal.name)
            name.setFlags(qt.Qt.ItemIsEnabled)
            table.setItem(index, NAME, name)
            day = proposal.day.isoformat() if proposal.day else ""
            table.setItem(index, DAY, qt.QTableWidgetItem(day))
            combo = qt.QComboBox()
            for role in roles:
                combo.addItem(role)
            role = proposal.role.value if proposal.role else UNUSED
            combo.setCurrentIndex(roles.index(role))
            table.setCellWidget(index, ROLE, combo)
        table.resizeColumnsToContents()
        self.ui.assessSceneButton.enabled = bool(self.proposals)
        self._take_plan()

    def _take_plan(self) -> None:
        """Take the prescription of an RT plan that SlicerRT loaded, unless one was typed."""
        plan = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLRTPlanNode")
        if plan is None or self.ui.prescriptionLineEdit.text.strip():
            return
        if plan.GetRxDose() != NO_RX_GY:
            self.ui.prescriptionLineEdit.text = f"{plan.GetRxDose():g}"

    def read(self) -> object:
        """Return the Case as corrected; raises InputError naming the volume or field at fault."""
        from RNAssessLib.case import InputError
        from RNAssessLib.study import slicer_nodes

        assignments = [self._row(index) for index in range(len(self.proposals))]
        day = self.ui.treatmentDateEdit
        if day.date == day.minimumDate:
            raise InputError(_("Treated"), _("choose the day of the first fraction"))
        if not self.ui.prescriptionLineEdit.text.strip():
            raise InputError(_("Prescription"), _("give the dose of the whole course in Gy"))
        fractions, dose = self._numbers()
        return slicer_nodes.read_scene_case(
            slicer.mrmlScene,
            assignments,
            treatment=date.fromisoformat(day.date.toString("yyyy-MM-dd")),
            fractions=fractions,
            prescription_gy=dose,
            dose_id=self.dose.currentNodeID,
            structures_id=self.structures.currentNodeID,
        )

    def _numbers(self) -> tuple[int, float]:
        """Fractions and dose; what is unusual was asked about in `is_meant`."""
        from RNAssessLib.case import InputError
        from RNAssessLib.plausible import read_number

        found = []
        for name, text, bounds in self._plan_fields():
            entry = read_number(text, bounds)
            if entry.value is None:
                raise InputError(name, entry.told)
            found.append(entry.value)
        return int(found[0]), found[1]

    def _plan_fields(self) -> list[tuple[str, str, object]]:
        from RNAssessLib.plausible import (
            fraction_count_bounds,
            prescription_bounds,
            read_number,
        )

        text = self.ui.fractionsLineEdit.text
        count = read_number(text, fraction_count_bounds()).value
        return [
            (_("Fractions"), text, fraction_count_bounds()),
            (_("Prescription"), self.ui.prescriptionLineEdit.text,
             prescription_bounds("prescription", int(count or 1))),
        ]  # fmt: skip

    def is_meant(self) -> bool:
        """Ask about what is unusual but possible; True when it is meant, or nothing is."""
        from RNAssessLib.plausible import Verdict, judge_day, read_number
        from RNAssessLib.plausible.check_case import day_bounds

        entries = [read_number(text, bounds) for _name, text, bounds in self._plan_fields()]
        day = self.ui.treatmentDateEdit
        if day.date != day.minimumDate:
            treated = date.fromisoformat(day.date.toString("yyyy-MM-dd"))
            entries.append(judge_day(treated, day_bounds("first day of the course", date.today())))
        return asking.all_meant(tuple(e.told for e in entries if e.verdict is Verdict.ASKED))

    def _row(self, index: int) -> object:
        from RNAssessLib.case import InputError, SequenceRole

        proposal = self.proposals[index]
        role = self.ui.sceneTable.cellWidget(index, ROLE).currentText
        text = self.ui.sceneTable.item(index, DAY).text().strip()
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            raise InputError(
                proposal.name, _("{0!r} is not a date (2025-01-31)").format(text)
            ) from None
        return replace(proposal, day=day, role=None if role == UNUSED else SequenceRole(role))
