"""The film folds the sheet as the network folds the square, and counts what it shows."""

import numpy as np

from uat.construct.deep.folding import folds
from uat.core.activations import relu
from uat.lecture.films.folding import PAPER_FOLDING, folded, panels_of, unfolded_counts

UP = np.array([0.0, 0.0, 1.0])


def test_paper_lands_where_two_layers_lay_the_points_of_the_square() -> None:
    points = np.random.default_rng(0).uniform(0, 1, (500, 2))
    placed, _ = folded(np.pad(points, ((0, 0), (0, 1))), panels_of(points), np.full(4, np.pi), UP)
    layers, places = folds(2, (4, 4))
    values = points
    for layer in layers:
        values = relu(values @ layer.weight.T + layer.bias)
    np.testing.assert_allclose(4 * placed[:, :2], values @ places.T, atol=1e-12)


def test_sixteen_sheets_lie_on_top_of_each_other() -> None:
    middles = (np.stack(np.meshgrid(*[np.arange(4)] * 2), axis=-1).reshape(-1, 2) + 0.5) / 4
    placed, order = folded(np.pad(middles, ((0, 0), (0, 1))), np.arange(16), np.full(4, np.pi), UP)
    assert len(np.unique(np.round(placed[:, 2], 9))) == 16
    assert np.array_equal(np.argsort(order), np.argsort(placed[:, 2]))


def test_a_folding_sheet_is_neither_stretched_nor_torn() -> None:
    corners = np.array([[0.6, 0.6, 0.0], [0.7, 0.6, 0.0], [0.6, 0.7, 0.0]])
    owner = panels_of(corners[:, :2])
    before = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    for angle in (0.5, 1.5, 3.0):
        placed, _ = folded(corners, owner, np.array([np.pi, np.pi, angle, 0.0]), UP)
        after = np.linalg.norm(placed - np.roll(placed, 1, axis=0), axis=1)
        np.testing.assert_allclose(after, before, atol=1e-12)


def test_cuts_and_unfolding_multiply_the_regions() -> None:
    assert unfolded_counts() == ((1, 2, 4, 7, 11), (11, 22, 44, 88, 176))


def test_the_sheet_is_folded_cut_and_unfolded_in_turn() -> None:
    moments = [PAPER_FOLDING.value(time) for time in np.linspace(0, 1, 200)]
    assert moments == sorted(moments)
    assert (moments[0], moments[-1]) == (0.0, 13.0)
