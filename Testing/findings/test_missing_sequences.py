"""Leaving out each sequence in turn raises nothing and never turns silence into a negative."""

from dataclasses import replace
from datetime import date

import pytest

from RNAssessLib.case import SequenceRole, Spectrum
from RNAssessLib.findings.finding import Status
from RNAssessLib.findings.registry import REGISTRY, evaluate_all
from RNAssessLib.phantom.lesion_script import LesionState
from RNAssessLib.phantom.paper_cases.build import ball, case, dates, lesion, ring, solid
from RNAssessLib.phantom.patient import move_scenario
from RNAssessLib.phantom.prepared import build_prepared

R = SequenceRole
IMAGED = (R.T1C, R.T1, R.FLAIR, R.DWI, R.ADC, R.SWI, R.RCBV, R.KTRANS, R.CBF, R.T1C_DELAYED,
          R.PET_AA, R.PET_FDG)  # fmt: skip
AT = (26.0, -24.0, 34.0)
NEEDS = {item.SPEC.id: item.SPEC.needs for item in REGISTRY}


def make(last: LesionState):
    states = (solid(ball(*AT, 7.0)), ring(ball(*AT, 8.0)), last)
    scenario = case("silence", "", "", dates(5, 10), lesion("1", AT, 7.0, states, {}))(None, 1.0)
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
