"""Slicer's self-test of the module, on a digital patient."""

from __future__ import annotations

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleTest

HEADLINES = ("cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci")


class RNAssessTest(ScriptedLoadableModuleTest):
    """The reading flow on one patient, as the panel's logic does it."""

    def setUp(self) -> None:
        """Start from an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        """Make and assess a patient, then run every flow on it."""
        from .logic import RNAssessLogic

        self.setUp()
        self.delayDisplay("Making and assessing a digital patient")
        self.logic = RNAssessLogic()
        self.assertTrue(self.logic.assessPhantom("rn_across_falx"))
        self.lesion = self.logic.view().lesions[0]
        self.check_Findings()
        self.check_Views()
        self.check_Decisions()
        self.check_WhatIf()
        self.check_TeachingRound()
        self.check_Report()
        self.delayDisplay("Test passed")

    def check_Findings(self) -> None:
        """The headline findings of the necrosis patient are found, and isodoses are drawn."""
        for finding in HEADLINES:
            self.assertEqual(self.lesion.row(finding).status, "present", finding)
        self.assertTrue(self.logic.nodes.isodoses)

    def check_Views(self) -> None:
        """Every view is laid out, goes to the evidence, and the third row follows the item."""
        from RNAssessLib.scene import reading_layout

        self.delayDisplay("Going to the evidence")
        node = reading_layout.layout_node(slicer.mrmlScene)
        self.assertEqual(node.GetViewArrangement(), reading_layout.WITH_THIRD_ROW)
        shown = self.logic.nodes.layout.cells[: 2 + self.logic.hanging.depth]
        for cell in (cell for row in shown for cell in row):
            self.assertIn(f'singletontag="{cell.view}"', node.GetCurrentLayoutDescription())
        target = self.lesion.row("cross_boundary").jumps[0]
        self.logic.views.jump(target)
        red = slicer.mrmlScene.GetSingletonNode("Red", "vtkMRMLSliceNode")
        self.assertAlmostEqual(red.GetSliceOffset(), target.point_reference_lps_mm[2], delta=1e-3)
        self.logic.reader.select("swi_foci")
        self.assertEqual(self.logic.hanging.plan.row.key, "SWI")
        self.logic.views.show_third_row(False)
        self.assertEqual(node.GetViewArrangement(), reading_layout.WITHOUT_THIRD_ROW)
        self.logic.views.show_third_row(True)

    def check_Decisions(self) -> None:
        """An override stands beside the computed answer and is undone."""
        from RNAssessLib.findings.finding import Status

        self.delayDisplay("Overriding and undoing")
        self.logic.decide(self.lesion.id, "swi_foci", Status.ABSENT, "self-test")
        self.assertTrue(self.logic.view().lesions[0].row("swi_foci").overridden)
        self.logic.reader.undo()
        self.assertFalse(self.logic.view().lesions[0].row("swi_foci").overridden)

    def check_WhatIf(self) -> None:
        """A second course of 10 Gy in one fraction adds 10 (1 + 10 / 10) = 20 Gy of tumour BED."""
        from RNAssessLib.panel.dose.reirradiation_section import NEW, start_what_if

        self.delayDisplay("What if another course")
        what_if = start_what_if(self.logic.assessment, self.lesion.id)
        what_if.change(NEW, "total_gy", "10")
        what_if.change(NEW, "fractions", "1")
        what_if.change(NEW, "alpha_beta_tumour_gy", "10")
        self.assertEqual(what_if.view().nominal[0].cells[-2], "20.00")

    def check_TeachingRound(self) -> None:
        """An answer is given, revealed and compared."""
        from RNAssessLib.findings.finding import Status
        from RNAssessLib.panel.teaching.desk import TeachingDesk
        from RNAssessLib.panel.teaching.file import Lesson

        self.delayDisplay("A teaching round")
        assessment = self.logic.assessment
        lesson = Lesson("self-test", "self-test", lambda progress: assessment)
        desk = TeachingDesk(assessment, lesson)
        desk.select("cross_boundary")
        self.assertIsNone(desk.view().item.comparison)
        desk.answer(Status.PRESENT)
        desk.reveal()
        self.assertEqual(desk.view().item.comparison.agreement, "agrees")

    def check_Report(self) -> None:
        """The text for dictation names the findings; files need packages that may be missing."""
        from RNAssessLib.report.document.dictation import write_dictation

        self.delayDisplay("Report")
        self.assertIn("T1 after contrast: ", write_dictation(self.logic.assessment))
