"""Every item answers, in clinical order, and says so when it cannot."""

from dataclasses import replace

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind, SequenceRole
from RNAssessLib.evidence import Thresholds, all_criteria
from RNAssessLib.findings.finding import Status
from RNAssessLib.findings.registry import REGISTRY, evaluate_all
from RNAssessLib.findings.summary import summarize

IDS = [
    "cross_boundary",
    "shape_change",
    "central_diffusion_restriction",
    "swi_foci",
    "rim_morphology",
    "clustered_enhancement",
    "white_matter_preference",
    "open_ring",
    "dose_match",
    "latency",
    "course_pattern",
    "spontaneous_regression",
    "oedema_ratio",
    "perfusion",
    "spectroscopy",
    "delayed_contrast",
    "amino_acid_pet",
    "fdg_pet",
    "swiss_cheese",
    "haemorrhage",
    "dual_pathology",
    "clinical_modifiers",
    "new_lesions",
]


def test_order_is_the_contract():
    assert [item.SPEC.id for item in REGISTRY] == IDS
    numbers = [item.SPEC.number for item in REGISTRY]
    assert numbers == list(range(1, len(REGISTRY) + 1))


def without(prepared, role):
    """The same case as if one sequence had never been made."""
    timepoints = []
    for item in prepared.timepoints:
        images = {r: i for r, i in item.images.items() if r is not role}
        sequences = {r: i for r, i in item.timepoint.sequences.items() if r is not role}
        timepoints.append(
            replace(item, images=images, timepoint=replace(item.timepoint, sequences=sequences))
        )
    return replace(prepared, timepoints=tuple(timepoints))


@pytest.mark.parametrize(
    "role",
    [SequenceRole.FLAIR, SequenceRole.DWI, SequenceRole.ADC, SequenceRole.SWI, SequenceRole.T1],
)
def test_a_missing_sequence_is_never_a_negative(necrosis, role):
    _, assessment = necrosis
    prepared = without(assessment.prepared, role)
    findings = evaluate_all(prepared, prepared.lesions[0])
    for finding in findings:
        if role in finding.spec.needs and finding.spec.id != "haemorrhage":
            assert finding.status is Status.NOT_ASSESSABLE, finding.spec.id
            assert finding.limitation
    if role in (SequenceRole.DWI, SequenceRole.SWI):
        assert any(role.value in step for step in summarize(findings).next_steps)


def test_bevacizumab_makes_restriction_indeterminate(necrosis):
    _, assessment = necrosis
    prepared = assessment.prepared
    day = prepared.timepoints[1].date
    event = ClinicalEvent(EventKind.BEVACIZUMAB, day, dose_mg_per_kg=5.0)
    treated = replace(prepared, case=replace(prepared.case, events=(event,)))
    findings = {f.spec.id: f for f in evaluate_all(treated, treated.lesions[0])}
    restriction = findings["central_diffusion_restriction"]
    assert restriction.status is Status.INDETERMINATE
    assert any("bevacizumab" in c for c in restriction.caveats)


def test_no_follow_up_is_not_assessable(necrosis):
    _, assessment = necrosis
    first = replace(assessment.prepared, timepoints=assessment.prepared.timepoints[:1])
    for finding in evaluate_all(first, first.lesions[0]):
        if finding.spec.id == "clinical_modifiers":  # needs no scan
            continue
        assert finding.status is Status.NOT_ASSESSABLE, finding.spec.id


def test_a_changed_threshold_is_used_and_shown(necrosis):
    _, assessment = necrosis
    prepared = assessment.prepared
    strict = Thresholds({"swi_foci.multiple_count": 50})
    findings = {f.spec.id: f for f in evaluate_all(prepared, prepared.lesions[0], strict)}
    assert findings["swi_foci"].status is Status.INDETERMINATE
    used = {c.key: c for c in findings["swi_foci"].criteria}
    assert used["swi_foci.multiple_count"].is_changed


def test_every_threshold_names_its_source():
    papers = (
        "LI21",
        "ZH16",
        "LA25",
        "PP23",
        "LA22",
        "RANO-BM",
        "PMC",
        "doi ",
        "engineering default",
        "assumed",
        # outside the five papers; Testing/test_evidence.py asks them for their place, too
        "AAPM TG-101",
        "QUANTEC",
        "HyTEC",
        "Inoue",
        "Bergen criteria",
        "Hoefnagels",
        "Galldiks",
    )
    for criterion in all_criteria():
        assert criterion.source.startswith(papers), criterion.key
        assert criterion.unit
