"""Slicer's self-test of the module passes here, too, on slicer-core."""

import RNAssessLib.assessment
import RNAssessLib.phantom
import RNAssessLib.study


def test_self_test(module, necrosis, monkeypatch, tmp_path):
    patient, assessment = necrosis
    monkeypatch.setattr(RNAssessLib.phantom, "build_phantom", lambda name, progress: patient)
    monkeypatch.setattr(RNAssessLib.phantom, "write_study", lambda patient, study, progress: study)
    case = assessment.prepared.case
    monkeypatch.setattr(RNAssessLib.study, "read_case", lambda path, progress: case)
    monkeypatch.setattr(RNAssessLib.assessment, "assess", lambda *_: assessment)
    test = module.RNAssessTest()  # as ScriptedLoadableModule.runTest makes it
    test.runTest()
    assert test.logic.assessment.lesions[0].lesion.id == test.lesion.id
