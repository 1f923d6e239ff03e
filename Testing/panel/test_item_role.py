"""The third row follows what an item reads, and tells no answer while it is hidden."""

import dataclasses

import pytest
from made_assessment import make_assessment

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.item_role import extra_roles, item_role


@pytest.fixture(scope="module")
def assessment():
    return make_assessment()


def with_evidence_on(assessment, finding_id, role):
    """The same case with the item's evidence seen on another sequence."""
    lesion = assessment.lesions[0]
    finding = lesion.finding(finding_id)
    evidence = tuple(dataclasses.replace(e, role=role) for e in finding.evidence)
    assert evidence
    changed = dataclasses.replace(finding, evidence=evidence)
    findings = tuple(changed if f.spec.id == finding_id else f for f in lesion.findings)
    lesions = (dataclasses.replace(lesion, findings=findings), *assessment.lesions[1:])
    return dataclasses.replace(assessment, lesions=lesions)


def test_sequences_beyond_the_two_main_rows(assessment):
    assert set(extra_roles(assessment)) == {
        SequenceRole.SWI, SequenceRole.DWI, SequenceRole.ADC,
    }  # fmt: skip


def test_the_sequence_an_item_needs(assessment):
    assert item_role(assessment, "L1", "swi_foci") is SequenceRole.SWI
    assert item_role(assessment, "L1", "latency") is None
    assert item_role(assessment, "L1", "") is None


def test_evidence_comes_first_unless_it_is_hidden(assessment):
    changed = with_evidence_on(assessment, "cross_boundary", SequenceRole.ADC)
    assert item_role(changed, "L1", "cross_boundary") is SequenceRole.ADC
    assert item_role(changed, "L1", "cross_boundary", hidden=True) is None
