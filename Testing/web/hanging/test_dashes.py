"""Dashes along lines: their lengths, their order, and that nothing is drawn beside the line."""

import numpy as np
import pytest

from RNAssessLib.scene.dashes import dash_lines, in_order


def ring(count=720, radius=40.0):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle], axis=1)
    return points, np.stack([np.arange(count), (np.arange(count) + 1) % count], axis=1)


def lengths_of(lines):
    points, segments = lines
    return np.linalg.norm(points[segments[:, 1]] - points[segments[:, 0]], axis=1)


@pytest.mark.parametrize("dash", [(5, 3), (2, 3), (14, 4), (9, 3, 2, 3)])
def test_the_share_that_is_drawn_is_the_patterns(dash):
    whole = ring()
    share = lengths_of(dash_lines(whole, dash)).sum() / lengths_of(whole).sum()
    assert share == pytest.approx(sum(dash[::2]) / sum(dash), abs=sum(dash) / 250)


def test_dashes_lie_on_the_line():
    points, _ = dash_lines(ring(), (5, 3))
    assert np.linalg.norm(points, axis=1) == pytest.approx(40.0, abs=0.01)


def test_shuffled_pieces_give_the_same_dashes():
    points, segments = ring()
    rng = np.random.default_rng(4)
    mixed = rng.permutation(segments)
    turned = rng.random(len(mixed)) < 0.5
    mixed[turned] = mixed[turned][:, ::-1]
    ordered = in_order((points, mixed))[1]
    assert len(ordered) == len(segments)
    assert (ordered[1:, 0] == ordered[:-1, 1]).all()
    drawn = dash_lines((points, ordered), (5, 3))
    assert lengths_of(drawn).sum() == pytest.approx(lengths_of(dash_lines(ring(), (5, 3))).sum())


def test_two_lines_begin_anew():
    points = np.array([[0.0, 0, 0], [4, 0, 0], [0, 9, 0], [4, 9, 0]])
    drawn, pieces = dash_lines((points, np.array([[0, 1], [2, 3]])), (3, 5))
    ends = np.hstack([drawn[pieces[:, 0], :2], drawn[pieces[:, 1], :2]])
    assert sorted(ends.tolist()) == [[0, 0, 3, 0], [0, 9, 3, 9]]


def test_nothing_is_dashed_to_nothing():
    empty = (np.zeros((0, 3)), np.zeros((0, 2), np.int64))
    assert len(dash_lines(in_order(empty), (5, 3))[1]) == 0
