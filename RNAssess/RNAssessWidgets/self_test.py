"""Slicer's self-test of the module, on a digital patient."""

from __future__ import annotations

import slicer
from slicer.ScriptedLoadableModule import ScriptedLoadableModuleTest


class RNAssessTest(ScriptedLoadableModuleTest):
    """Self-test inside Slicer, on a digital patient."""

    def setUp(self) -> None:
        """Start from an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        """Run every test."""
        self.setUp()
        self.test_DigitalPatient()

    def test_DigitalPatient(self) -> None:
        """The headline findings of the necrosis patient are found, shown and can be overridden."""
        from RNAssessLib.findings.finding import Status

        from .logic import RNAssessLogic

        self.delayDisplay("Making and assessing a digital patient")
        logic = RNAssessLogic()
        logic.assessPhantom("rn_across_falx", lambda fraction, what: None)
        lesion = logic.view().lesions[0]
        for finding in (
            "cross_boundary",
            "shape_change",
            "central_diffusion_restriction",
            "swi_foci",
        ):
            self.assertEqual(lesion.row(finding).status, "present", finding)
        self.assertTrue(logic.nodes.isodoses)

        self.delayDisplay("Going to the evidence")
        target = lesion.row("cross_boundary").jumps[0]
        logic.jump(target)
        node = slicer.mrmlScene.GetSingletonNode("Red", "vtkMRMLSliceNode")
        self.assertAlmostEqual(node.GetSliceOffset(), target.point_reference_lps_mm[2], delta=1e-3)

        self.delayDisplay("Overriding and undoing")
        logic.decide(lesion.id, "swi_foci", Status.ABSENT, "self-test")
        self.assertTrue(logic.view().lesions[0].row("swi_foci").overridden)
        logic.setSession(logic.session.undo())
        self.assertFalse(logic.view().lesions[0].row("swi_foci").overridden)
        self.delayDisplay("Test passed")
