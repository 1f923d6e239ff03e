"""From scene: volumes, SlicerRT dose and structures that are already loaded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.panel.opening.scene_plan import odd_plan, read_plan

from ..common import asking
from ..common.trees import make_cell, make_combo

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
        from RNAssessLib.study import slicer_nodes

        self.proposals = slicer_nodes.propose_assignments(slicer.mrmlScene)
        roles = [UNUSED, *(role.value for role in SequenceRole)]
        table = self.ui.sceneTable
        table.setRowCount(len(self.proposals))
        for index, proposal in enumerate(self.proposals):
            table.setItem(index, NAME, make_cell(proposal.name, fixed=True))
            day = proposal.day.isoformat() if proposal.day else ""
            table.setItem(index, DAY, make_cell(day))
            role = proposal.role.value if proposal.role else UNUSED
            table.setCellWidget(index, ROLE, make_combo(roles, role))
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
        from RNAssessLib.study import slicer_nodes

        assignments = [self._row(index) for index in range(len(self.proposals))]
        treated = self._treated()
        if treated is None:
            raise InputError(_("Treated"), _("choose the day of the first fraction"))
        if not self.ui.prescriptionLineEdit.text.strip():
            raise InputError(_("Prescription"), _("give the dose of the whole course in Gy"))
        fractions, dose = read_plan(*self._typed())
        return slicer_nodes.read_scene_case(
            slicer.mrmlScene,
            assignments,
            treatment=treated,
            fractions=fractions,
            prescription_gy=dose,
            dose_id=self.dose.currentNodeID,
            structures_id=self.structures.currentNodeID,
        )

    def _typed(self) -> tuple[str, str]:
        return self.ui.fractionsLineEdit.text, self.ui.prescriptionLineEdit.text

    def _treated(self) -> date | None:
        day = self.ui.treatmentDateEdit
        if day.date == day.minimumDate:
            return None
        return date.fromisoformat(day.date.toString("yyyy-MM-dd"))

    def is_meant(self) -> bool:
        """Ask about what is unusual but possible; True when it is meant, or nothing is."""
        return asking.all_meant(odd_plan(*self._typed(), self._treated()))

    def _row(self, index: int) -> object:
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
