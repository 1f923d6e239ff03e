"""A corrected outline renews what rests on it, and nothing else; the outlines never contradict."""

import pickle
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.amend import with_masks, with_outlines
from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import (
    InputError,
    Lesion,
    LesionMasks,
    Mask,
    MaskKind,
    MaskOrigin,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Drawn, Status
from RNAssessLib.findings.registry import REGISTRY

from .findings.hand_made_cases import (
    CENTER,
    HEAD,
    T1,
    T2,
    T3,
    Ball,
    R,
    Visit,
    build_case,
    points_of,
    treated,
    with_contours,
)

E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
SECOND = (18.0, -34.0, 10.0)
APART = Ball((-16.0, 0.0, 12.0), 4.0)  # across the falx
ALL = (R.T1C, R.T1, R.FLAIR, R.DWI, R.ADC, R.SWI, R.RCBV, R.PET_AA, R.PET_FDG)


def ball(timepoint, at, radius_mm):
    """Voxels of a timepoint's T1c within a radius of a place in head coordinates."""
    grid = timepoint.nawm.grid
    head = timepoint.to_reference.transform.apply(points_of(grid)) - HEAD
    return np.linalg.norm(head - np.asarray(at), axis=-1) < radius_mm


def with_second_lesion(prepared):
    """A small second lesion, whose oedema meets the first one's."""
    first = prepared.lesions[0]
    center = tuple(float(v) for v in HEAD + np.asarray(SECOND))
    lesion = Lesion("L2", "GTV1", first.course_id, first.targets, center, 5.0)
    timepoints = []
    for t in prepared.timepoints:
        grid = t.nawm.grid
        parts = {
            E: Mask(ball(t, SECOND, 6.0) & ~ball(t, SECOND, 3.0), grid),
            C: Mask(ball(t, SECOND, 3.0), grid),
            O: Mask(ball(t, SECOND, 10.0), grid),
        }
        masks = LesionMasks(parts, MaskOrigin.AUTOMATIC, 0.6)
        normal = Mask(t.nawm.array & ~ball(t, SECOND, 10.0), grid)
        timepoints.append(replace(t, lesions={**t.lesions, "L2": masks}, nawm=normal))
    return replace(prepared, timepoints=tuple(timepoints), lesions=(first, lesion))


@pytest.fixture(scope="module")
def assessed():
    """A ring that grows; new enhancement across the falx; a second lesion; every sequence."""
    visits = (
        treated(roles=ALL),
        Visit("t1", T1, (Ball(CENTER, 7.0),), roles=ALL),
        Visit("t2", T2, (Ball(CENTER, 9.0, rim=3.0),), (APART,), roles=ALL),
        Visit("t3", T3, (Ball(CENTER, 11.0, rim=3.0),), (APART,), roles=ALL),
    )
    return assess_prepared(with_second_lesion(with_contours(build_case(visits))))


def everything(assessment):
    """Every field of every lesion and the response, to compare."""
    names = [f.name for f in fields(assessment.lesions[0])]
    return [{n: getattr(a, n) for n in names} for a in assessment.lesions], assessment.response


def assess_afresh(prepared):
    """Assessed with nothing remembered of what was measured before."""
    return assess_prepared(pickle.loads(pickle.dumps(prepared)))


def assert_consistent(prepared):
    """No voxel is two things at once; oedema holds its lesion."""
    for t in prepared.timepoints:
        wholes = [m.enhancing.array | m.necrotic_core.array for m in t.lesions.values()]
        oedemas = [m.oedema.array for m in t.lesions.values()]
        for masks, whole, oedema in zip(t.lesions.values(), wholes, oedemas, strict=True):
            assert not (masks.enhancing.array & masks.necrotic_core.array).any()
            assert not (whole & ~oedema).any()
            assert not (whole & t.new_enhancement.array).any()
            assert not (whole & t.nawm.array).any()
        assert not (wholes[0] & wholes[1]).any()
        assert not (oedemas[0] & oedemas[1]).any()


def painted(assessment, timepoint, kind, at, radius_mm):
    t = assessment.prepared.timepoint(timepoint)
    old = t.lesions["L1"].masks[kind]
    return {kind: Mask(old.array | ball(t, at, radius_mm), old.grid)}


EDITS = {
    "nodule on the ring": ("t3", E, (30.0, 0.0, 10.0), 4.0),
    "before treatment": ("t0", E, (18.0, 9.0, 10.0), 4.0),
    "larger core": ("t2", C, CENTER, 7.5),
    "wider oedema": ("t3", O, (18.0, 10.0, 10.0), 14.0),
    "takes from the second lesion": ("t3", E, SECOND, 4.0),
    "takes what belonged to none": ("t2", E, APART.at, 5.0),
}


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_it_is_the_same_as_assessing_again(assessed, edit):
    timepoint, kind, at, radius = EDITS[edit]
    edited = with_masks(assessed, timepoint, "L1", painted(assessed, timepoint, kind, at, radius))
    assert_consistent(edited.prepared)
    assert everything(edited) != everything(assessed)
    assert everything(edited) == everything(assess_afresh(edited.prepared))
    assert edited.courses is assessed.courses
    assert edited.prepared.timepoint(timepoint).lesions["L1"].origin is MaskOrigin.EDITED
    back = with_outlines(edited, assessed.prepared)
    assert everything(back) == everything(assessed)


def test_the_volume_is_that_of_what_was_painted(assessed):
    edited = with_masks(assessed, "t3", "L1", painted(assessed, "t3", E, (-18.0, 25.0, -8.0), 6.0))
    before, after = (a.lesions[0].serial[3] for a in (assessed, edited))
    gained = after.value("enhancing_cm3") - before.value("enhancing_cm3")
    assert gained == pytest.approx(4 / 3 * np.pi * 0.6**3, rel=0.01)
    assert "(edited)" in after.quantities[0].method
    assert [a is b for a, b in zip(assessed.lesions[0].serial, edited.lesions[0].serial,
                                   strict=True)] == [True, True, True, False]  # fmt: skip
    steps = zip(assessed.lesions[0].components, edited.lesions[0].components, strict=True)
    assert [a is b for a, b in steps] == [True, True, False]


def test_only_items_that_read_it_are_answered_again(assessed):
    edited = with_masks(assessed, "t3", "L1", painted(assessed, "t3", O, (18.0, 8.0, 10.0), 12.5))
    pairs = list(zip(assessed.lesions, edited.lesions, strict=True))
    renewed = [
        {a.spec.id for a, b in zip(x.findings, y.findings, strict=True) if a is not b}
        for x, y in pairs
    ]
    normal = {i.SPEC.id for i in REGISTRY if Drawn.NORMAL in i.SPEC.reads}
    assert "oedema_ratio" in renewed[0]
    assert renewed[0] <= normal | {"oedema_ratio", "new_lesions"}
    assert "shape_change" not in renewed[0] | renewed[1]


def scrambled(prepared, part):
    """The case with one kind of outline changed everywhere."""
    timepoints = []
    for t in prepared.timepoints:
        grid = t.nawm.grid
        away = Mask(ball(t, (-30.0, 20.0, -10.0), 7.0), grid)
        wide = Mask(ndimage.binary_dilation(t.lesions["L1"].oedema.array, iterations=2), grid)
        own, other = t.lesions["L1"], t.lesions["L2"]
        change = {
            Drawn.ENHANCING: {"lesions": {**t.lesions, "L1": with_part(own, E, away)}},
            Drawn.NECROTIC_CORE: {"lesions": {**t.lesions, "L1": with_part(own, C, away)}},
            Drawn.OEDEMA: {"lesions": {**t.lesions, "L1": with_part(own, O, wide)}},
            Drawn.OTHERS: {"lesions": {**t.lesions, "L2": with_part(other, E, away)}},
            Drawn.UNASSIGNED: {"new_enhancement": away},
            Drawn.NORMAL: {"nawm": away},
        }[part]
        timepoints.append(replace(t, **change))
    return replace(prepared, timepoints=tuple(timepoints))


def with_part(masks, kind, mask):
    return replace(masks, masks={**masks.masks, kind: mask})


@pytest.mark.parametrize("part", Drawn)
def test_items_declare_the_outlines_they_read(assessed, part):
    """An item that read an undeclared outline would not be renewed."""
    changed = scrambled(assessed.prepared, part)
    lesion = changed.lesions[0]
    for item in REGISTRY:
        before = assessed.lesions[0].finding(item.SPEC.id)
        if part not in item.SPEC.reads and before.status is not Status.NOT_ASSESSABLE:
            assert item.evaluate(changed, lesion, Thresholds()) == before, item.SPEC.id


def test_nothing_changed_is_nothing_done(assessed):
    same = assessed.prepared.timepoint("t2").lesions["L1"].masks
    assert with_masks(assessed, "t2", "L1", dict(same)) is assessed


def test_what_cannot_be_corrected_is_said(assessed):
    t = assessed.prepared.timepoint("t1")
    mask = t.lesions["L1"].enhancing
    small = Mask(mask.array[:-1], mask.grid.crop((slice(0, -1), slice(None), slice(None))))
    with pytest.raises(InputError, match="no lesion"):
        with_masks(assessed, "t1", "L9", {E: mask})
    with pytest.raises(InputError, match="no timepoint"):
        with_masks(assessed, "t9", "L1", {E: mask})
    with pytest.raises(InputError, match="not on the T1c's grid"):
        with_masks(assessed, "t1", "L1", {E: small})
    bare = Visit("t1", date(2025, 4, 9), (Ball(CENTER, 7.0),), roles=(R.T1C,))
    lone = assess_prepared(build_case((treated(roles=(R.T1C,)), bare), dose=False, anatomy=False))
    with pytest.raises(InputError, match="no FLAIR"):
        with_masks(lone, "t1", "L1", {O: lone.prepared.timepoint("t1").lesions["L1"].enhancing})
