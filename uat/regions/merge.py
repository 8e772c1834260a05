"""Merge activation regions into linear regions: neighbours with the same gradient are one.

The output is continuous, so two cells with a common facet have the same affine map if and only if
they have the same gradient. Cells that touch in less than a facet are not merged. Gradients are
compared along one direction in floats with error bounds, and in integers where that is not enough.
Source: G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, On the number of linear regions of deep neural
networks, NIPS 2014, section 2.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Bools
from uat.regions.exact.affine_forms import AffineForms
from uat.regions.exact.integers import Ids
from uat.regions.exact.signs import SAFE

__all__ = ["linear_regions"]

# Pairs compared in integers at a time. Smaller: less memory.
_BLOCK: Final = 1 << 14


def linear_regions(forms: AffineForms, pairs: Ids) -> tuple[int, NDArray[np.int32]]:
    """Return the number of linear regions, and for each cell the one it belongs to.

    The cells are those after the last hidden layer; `pairs`, (P, 2), are those with a common facet.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = pairs[_same_gradient(forms, pairs)]
    links = (np.ones(len(same), np.int8), (same[:, 0], same[:, 1]))
    count, label = connected_components(coo_array(links, shape=(forms.cells,) * 2), False)
    return int(count), np.asarray(label)


def _same_gradient(forms: AffineForms, pairs: Ids) -> Bools:
    """Return True for the pairs of cells on which every output has the same gradient."""
    # Gradients that differ have the same rate only along the directions of one hyperplane.
    direction = np.random.default_rng(0).normal(size=forms.layers.dimension)
    rate, error = forms.slopes(direction)
    a, b = pairs.T
    with np.errstate(all="ignore"):
        gap, bound = np.abs(rate[a] - rate[b]), (error[a] + error[b])[:, None] * SAFE
        same = np.asarray(~(gap > bound).any(axis=1))
        unsure = ~((gap == 0) & (bound == 0)).all(axis=1)
    left = np.flatnonzero(same & unsure)
    for start in range(0, len(left), _BLOCK):
        some = left[start : start + _BLOCK]
        same[some] = _exactly_same(forms, pairs[some])
    return same


def _exactly_same(forms: AffineForms, pairs: Ids) -> Bools:
    """Compare the gradients of pairs of cells in integers."""
    cells, place = np.unique(pairs, return_inverse=True)
    a, b = place.reshape(pairs.shape).T
    on = forms.patterns(cells)
    same = np.ones(len(pairs), np.bool_)
    for output in range(len(forms.layers.biases[-1])):
        which = np.full(len(cells), output)
        rows = forms.layers.exact_rows(forms.layer, which, on, alike=True)
        same &= (rows[a, :-1] == rows[b, :-1]).all(axis=1)
    return same
