"""Leaving out each sequence in turn raises nothing and never turns silence into a negative."""

from dataclasses import replace
from datetime import date

import pytest

from RNAssessLib.case import (
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
    Spectrum,
)
from RNAssessLib.findings.finding import Status
from RNAssessLib.findings.registry import REGISTRY, evaluate_all
from RNAssessLib.phantom.lesion_script import LesionState
from RNAssessLib.phantom.paper_cases.build import ball, case, dates, lesion, ring, solid
from RNAssessLib.phantom.placement import move_scenario
from RNAssessLib.phantom.prepared import build_prepared

R = SequenceRole
# T1c first; every other one is left out in turn. No item reads T2, and phantoms have none.
IMAGED = tuple(role for role in R if role is not R.T2)
AT = (26.0, -24.0, 34.0)
NEEDS = {item.SPEC.id: item.SPEC.needs for item in REGISTRY}


def make(last: LesionState):
    states = (solid(ball(*AT, 7.0)), ring(ball(*AT, 8.0)), last)
    scenario = case("silence", "", "", dates(5, 10), lesion("1", AT, 7.0, states))(None, 1.0)
    head = build_head_at_origin()
    placed = head, move_scenario(scenario, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    roles = [(R.T1C,), (R.T1C,), IMAGED]
    prepared = build_prepared("silence", 3, placed=placed, roles=roles).prepared
    spectrum = Spectrum(date(2025, 1, 20), cho_cr=1.0, lipid_lactate_peak=True)
    return replace(prepared, case=replace(prepared.case, spectra=(spectrum,)))


def build_head_at_origin():
    from RNAssessLib.phantom.head import build_head

    return build_head((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


FULL = ring(
    ball(*AT, 10.0), core_restricted=True,
    swi_foci=tuple(ball(AT[0] + dx, AT[1] + dy, AT[2], 1.6, 0.0)
                   for dx, dy in ((9, 0), (-9, 0), (0, 9), (0, -9))),
    signal={R.RCBV: 4.0, R.T1C_DELAYED: 1.5, R.PET_AA: 4.5, R.PET_FDG: 0.7},
)  # fmt: skip
PLAIN = solid(
    ball(*AT, 10.0), signal={R.RCBV: 0.7, R.T1C_DELAYED: 2.3, R.PET_AA: 1.2, R.PET_FDG: 5.0}
)


@pytest.fixture(scope="module", params=["signs of everything", "signs of nothing"])
def complete(request):
    prepared = make(FULL if request.param == "signs of everything" else PLAIN)
    return prepared, evaluate_all(prepared, prepared.lesions[0])


def test_every_sequence_an_item_reads_is_left_out_in_turn():
    assert {role for needed in NEEDS.values() for role in needed} <= set(IMAGED)


def without(prepared, role):
    timepoints = []
    for item in prepared.timepoints:
        images = {r: i for r, i in item.images.items() if r is not role}
        sequences = {r: i for r, i in item.timepoint.sequences.items() if r is not role}
        lesions = item.lesions
        if role is R.FLAIR:  # no FLAIR, no oedema mask
            lesions = {
                name: replace(masks, masks={k: m for k, m in masks.masks.items()
                                            if k.value != "oedema"})
                for name, masks in lesions.items()
            }  # fmt: skip
        timepoints.append(
            replace(item, images=images, lesions=lesions,
                    timepoint=replace(item.timepoint, sequences=sequences))
        )  # fmt: skip
    return replace(prepared, timepoints=tuple(timepoints))


@pytest.mark.parametrize("role", [r for r in IMAGED if r is not R.T1C])
def test_silence_is_no_negative(complete, role):
    prepared, full = complete
    less = without(prepared, role)
    found = evaluate_all(less, less.lesions[0])
    for before, after in zip(full, found, strict=True):
        item = after.spec.id
        if role in NEEDS[item]:
            assert after.status is not Status.ABSENT, (item, after.sentence)
            if after.status is Status.NOT_ASSESSABLE:
                assert role.value in after.limitation, item
        if before.status is not Status.ABSENT:
            assert after.status is not Status.ABSENT, (item, after.sentence)
        else:  # nothing becomes positive for want of a sequence either
            assert after.status is not Status.PRESENT, (item, after.sentence)


@pytest.mark.parametrize("role", [r for r in IMAGED if r is not R.T1C])
def test_what_is_not_aligned_is_as_good_as_missing(complete, role):
    prepared, full = complete
    shifted = replace(prepared, timepoints=tuple(misalign(t, role) for t in prepared.timepoints))
    found = evaluate_all(shifted, shifted.lesions[0])
    for before, after in zip(full, found, strict=True):
        if role in NEEDS[after.spec.id]:
            assert after.status is not Status.ABSENT, (after.spec.id, after.sentence)
        if before.status is not Status.ABSENT:
            assert after.status is not Status.ABSENT, (after.spec.id, after.sentence)


def misalign(timepoint, role):
    if role not in timepoint.images:
        return timepoint
    quality = RegistrationQuality(RegistrationGrade.BAD, 0.2, 0.2, 0.3, 9.0, 9.0, "by hand")
    bad = Registration(role.value, "T1c", RigidTransform(), quality)
    return replace(timepoint, to_t1c={**timepoint.to_t1c, role: bad})


# what an item cannot do without, beyond sequences
RESTS_ON = {
    "dose": {"dose_match"},
    "anatomy": {"cross_boundary", "white_matter_preference"},  # a closed ring needs none
    "spectrum": {"spectroscopy"},
    "events": {"clinical_modifiers"},
    "scan before treatment": {
        "cross_boundary",
        "dose_match",
        "latency",
        "course_pattern",
        "spontaneous_regression",
    },
    "scan after treatment": {item.SPEC.id for item in REGISTRY} - {"clinical_modifiers"},
}


def lacking(prepared, what):
    case, scans = prepared.case, prepared.timepoints
    if what == "dose":
        return replace(prepared, courses=tuple(
            replace(p, course=replace(p.course, dose=None), to_reference=None,
                    why_unplaced="no dose") for p in prepared.courses))  # fmt: skip
    if what == "anatomy":
        return replace(prepared, anatomy=None, why_no_anatomy="no atlas")
    if what == "spectrum":
        return replace(prepared, case=replace(case, spectra=()))
    if what == "events":
        return replace(prepared, case=replace(case, events=()))
    kept = scans[1:] if what == "scan before treatment" else scans[:1]
    return replace(prepared, timepoints=kept, case=replace(case, spectra=()))


@pytest.mark.parametrize("what", list(RESTS_ON))
def test_other_inputs_missing_are_no_negative_either(complete, what):
    prepared, full = complete
    less = lacking(prepared, what)
    found = evaluate_all(less, less.lesions[0])
    for before, after in zip(full, found, strict=True):
        item = after.spec.id
        if item in RESTS_ON[what]:
            assert after.status in (Status.NOT_ASSESSABLE, Status.INDETERMINATE), (
                item, after.sentence,
            )  # fmt: skip
        if after.status is Status.NOT_ASSESSABLE:
            assert after.limitation, item
        if before.status is Status.PRESENT and before.favours is not None:
            assert after.status is not Status.ABSENT or what.startswith("scan"), item


def test_nothing_but_t1c(complete):
    prepared, _ = complete
    for role in IMAGED[1:]:
        prepared = without(prepared, role)
    prepared = replace(prepared, case=replace(prepared.case, spectra=(), events=()))
    for finding in evaluate_all(prepared, prepared.lesions[0]):
        if set(NEEDS[finding.spec.id]) - {R.T1C}:
            assert finding.status is Status.NOT_ASSESSABLE, finding.spec.id
            assert finding.limitation


def test_signs_of_everything_are_seen_when_nothing_is_missing():
    prepared = make(FULL)
    status = {f.spec.id: f.status for f in evaluate_all(prepared, prepared.lesions[0])}
    for item in ("central_diffusion_restriction", "swi_foci", "perfusion", "delayed_contrast",
                 "amino_acid_pet", "fdg_pet", "spectroscopy", "oedema_ratio"):  # fmt: skip
        assert status[item] is Status.PRESENT, item
