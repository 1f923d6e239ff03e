"""Weak uptake of one lesion is outlined alike on scans of another noise or contrast curve."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import MaskOrigin, UptakeMap
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.settle_uptake import settle_uptake
from RNAssessLib.lesions.spread import measure_spread

from .scans import BAD, LESION, SPACING, scan
from .shapes import CENTER, GRID, at, ball, points, share_of_ball

LIMITS = Thresholds()
HEIGHT, WIDTH_MM = 0.45, 8.0  # of the uptake, a Gaussian
LEAST = 0.12


def weak_uptake(name, seed, curve=1.0, least=LEAST, width_mm=WIDTH_MM, **more):
    """Uptake that fades into the brain: its outline ends where it is no longer told from noise."""
    away = np.linalg.norm(points()[..., 0, :] - CENTER, axis=-1)
    share = np.exp(-0.5 * (away / width_mm) ** 2)
    noise = np.random.default_rng(seed).normal(0.0, 0.01, share.shape)
    rise = ((1.0 + HEIGHT * share) ** curve - 1.0 + noise).astype(np.float32)
    # grey matter and CSF around it tell the scale
    around = [(share_of_ball(at(x, y, 0.0), 9.0), value)
              for x, y, value in ((26, 0, 0.78), (-22, 18, 0.78), (-8, -26, 0.5))]  # fmt: skip
    outline = (rise > least) & ball(CENTER, 25.0)
    signal = [*around, (share, 1.0 + HEIGHT)]
    visit = scan(name, signal, outline, seed=seed, curve=curve, **more)
    return replace(visit, uptake=UptakeMap(rise, rise - np.float32(least)))


def volume_at(least, width_mm=WIDTH_MM):
    """cm³ within which a Gaussian uptake exceeds `least`."""
    return 4 / 3 * np.pi * (width_mm * np.sqrt(2 * np.log(HEIGHT / least))) ** 3 / 1000.0


def volumes(visits):
    return [t.lesions["L1"].enhancing.volume_cm3 for t in visits]


def settle(*visits):
    return settle_uptake(visits, (LESION,), LIMITS)


UNLIKE = [  # contrast curves, least uptake that either scan believes
    ((0.95, 1.15), (LEAST, LEAST)),
    ((1.12, 0.9), (LEAST, LEAST)),
    ((1.0, 1.0), (0.12, 0.19)),
    ((1.0, 1.1), (0.19, 0.13)),
]


@pytest.mark.parametrize(("curves", "least"), UNLIKE)
def test_weak_uptake_is_as_large_on_a_noisier_scan_or_another_curve(curves, least):
    pair = [weak_uptake(name, seed, *how) for name, seed, *how in zip("ab", (1, 2), curves, least,
                                                                     strict=True)]  # fmt: skip
    alone, settled = volumes(pair), volumes(settle(*pair))
    # a tenth of the least uptake is some 8 % of this volume
    assert abs(np.log(settled[1] / settled[0])) < 0.08
    assert abs(np.log(settled[1] / settled[0])) < 0.4 * abs(np.log(alone[1] / alone[0]))
    assert min(alone) < min(settled) < max(settled) < max(alone)


def test_the_middle_of_what_both_ask_for_decides():
    """Equal curves: the shared least is the geometric mean, whose volume is known."""
    settled = volumes(settle(weak_uptake("a", 1, least=0.12), weak_uptake("b", 2, least=0.19)))
    assert settled == pytest.approx([volume_at(np.sqrt(0.12 * 0.19))] * 2, rel=0.05)


def test_alike_scans_stay_as_they_are():
    pair = [weak_uptake("a", 1), weak_uptake("b", 2)]
    assert volumes(settle(*pair)) == volumes(pair)
    assert max(t.lesions["L1"].uptake_border.doubt for t in settle(*pair)) < 0.03


@pytest.mark.parametrize("least", [(0.12, 0.12), (0.12, 0.17)])
def test_growth_stays_growth(least):
    before = weak_uptake("a", 1, least=least[0])
    after = weak_uptake("b", 2, least=least[1], width_mm=1.2 * WIDTH_MM)
    first, second = volumes(settle(before, after))
    assert second / first == pytest.approx(1.2**3, rel=0.08)


@pytest.mark.parametrize(("curves", "least"), [((1.0, 1.0), (LEAST, LEAST)), *UNLIKE])
def test_the_spread_holds_and_is_no_blanket(curves, least):
    pair = [weak_uptake(name, seed, *how) for name, seed, *how in zip("ab", (1, 2), curves, least,
                                                                     strict=True)]  # fmt: skip
    apart = abs(np.subtract(*volumes(pair)))
    settled = settle(*pair)
    sizes = volumes(settled)
    errors = [measure_spread(t, LESION, LIMITS).with_core_cm3 for t in settled]
    assert abs(sizes[1] - sizes[0]) <= np.hypot(*errors)
    alone = [measure_spread(t, LESION, LIMITS).with_core_cm3 for t in pair]
    assert np.hypot(*errors) < 2.0 * apart + 1.2 * np.hypot(*alone)


def test_settling_again_moves_nothing_also_where_one_scan_is_outlined_anew():
    """As when the reader moves a scan: it is outlined by itself again, the others are settled."""
    made = [weak_uptake("a", 1, least=0.12), weak_uptake("b", 2, least=0.16),
            weak_uptake("c", 3, least=0.19)]  # fmt: skip
    once = settle(*made)
    assert volumes(settle(*once)) == volumes(once)
    anew = settle(once[0], made[1], once[2])
    assert anew[0].lesions["L1"].enhancing is once[0].lesions["L1"].enhancing
    assert volumes(anew) == pytest.approx(volumes(once), rel=0.02)


@pytest.mark.parametrize(
    "change", [{"quality": BAD}, {"origin": MaskOrigin.EDITED}, {"origin": MaskOrigin.IMPORTED}]
)
def test_drawn_outlines_and_unaligned_scans_take_no_part(change):
    pair = (weak_uptake("a", 1, least=0.12, **change), weak_uptake("b", 2, least=0.19))
    settled = settle(*pair)
    assert settled[0] is pair[0]
    assert settled[1] is pair[1]


def test_no_speck_comes_with_another_least_uptake():
    """Voxels two apart from the outline whose uptake is just let in are no part of the lesion."""
    first, second = weak_uptake("a", 1, least=0.12), weak_uptake("b", 2, least=0.19)
    shown = second.lesions["L1"].enhancing.array
    away = ndimage.distance_transform_edt(~shown, sampling=SPACING)
    rise = np.where(shown, second.uptake.rise, np.float32(0.05))
    specks = np.argwhere((away > 1.995) & (away <= 2.0))  # a diagonal neighbour is at 1.99
    rise[tuple(specks[::7].T)] = 0.18
    second = replace(second, uptake=UptakeMap(rise, rise - np.float32(0.19)))
    settled = settle(first, second)[1].lesions["L1"]
    assert settled.uptake_border.shift > 0.2  # it asks for less than before
    assert np.array_equal(settled.enhancing.array, shown)


def test_the_map_says_what_the_outline_was_drawn_at():
    """The ± moves the border from there: it has to lie where excess is zero."""
    pair = settle(weak_uptake("a", 1, least=0.12), weak_uptake("b", 2, least=0.19))
    for visit in pair:
        inside = visit.lesions["L1"].enhancing.array
        near = ball(CENTER, 16.0)
        agree = (visit.uptake.excess[near] > 0) == inside[near]
        assert agree.mean() > 0.99
        assert visit.uptake.excess.shape == GRID.shape
