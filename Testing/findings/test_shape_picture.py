"""The picture of a change in shape: prior and current scan in one cut, both parts hatched."""

import numpy as np
import pytest
from hand_made_cases import HEAD, T2, Ball, R, Visit, build_case, smaller, treated, with_contours

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.report.pages.key_images import encode_png
from RNAssessLib.report.pages.pictures import draw_evidence, hatch_change

T1C_ONLY = {"roles": (R.T1C,)}


@pytest.fixture(scope="module")
def changed():
    """Behind it regresses, in front it grows, and a satellite appears on the other side."""
    first = Visit("t1", smaller().date, (Ball((18.0, 6.0, 10.0), 8.0),), **T1C_ONLY)
    moved = (Ball((18.0, -4.0, 10.0), 8.0), Ball((-8.0, -4.0, 22.0), 3.5))
    last = Visit("t2", T2, moved, **T1C_ONLY)
    return assess_prepared(with_contours(build_case([treated(**T1C_ONLY), first, last])))


def test_prior_and_current_stand_side_by_side_with_both_parts_hatched(changed):
    lesion = changed.lesions[0]
    picture = draw_evidence(changed, lesion, lesion.finding("shape_change"), ())
    assert picture.columns == 2
    first, prior, now = (t.date.isoformat() for t in changed.prepared.timepoints)
    assert f"{prior} beside {now}" in picture.alt
    assert first not in picture.alt + picture.caption
    assert "grew" in picture.caption and "regressed" in picture.caption
    prior, now = (
        {c.hatches[0] for c in axes.collections if getattr(c, "hatches", [None])[0]}
        for axes in picture.figure.axes
    )
    assert len(prior) == 1
    assert len(now) == 2 and prior < now
    assert len(encode_png(picture.figure)) > 1000


def test_the_cut_goes_through_both_parts_and_leaves_the_satellite_out(changed):
    finding = changed.lesions[0].finding("shape_change")
    grown, regressed = (part.mask for part in hatch_change(finding))
    now, prior = finding.evidence
    assert now.plane is prior.plane
    # along y the ball moved from 6 to -4 mm: grown in front of regressed
    for mask, inside, outside in ((grown, -11.0, 13.0), (regressed, 13.0, -11.0)):
        for y, wanted in ((inside, True), (outside, False)):
            index = np.rint(mask.grid.lps_to_index(HEAD + np.array([18.0, y, 10.0]))).astype(int)
            assert mask.array[tuple(index)] == wanted
    satellite = np.rint(grown.grid.lps_to_index(HEAD + np.array([-8.0, -4.0, 22.0]))).astype(int)
    assert not grown.array[tuple(satellite)]
