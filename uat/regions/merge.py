"""Activation regions become linear regions: neighbours across a facet with one gradient are one.

The output is continuous, so two cells with a common facet have the same affine map if and only if
they have the same gradient. Cells that touch in less than a facet are not merged. Gradients are
compared along one direction, in floats with error bounds; in integers where that does not decide.
Source: G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, On the number of linear regions of deep neural
networks, NIPS 2014, section 2.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.regions.exact.signs import SAFE

if TYPE_CHECKING:
    from uat.regions.exact.affine_forms import Lineage

__all__ = ["linear_regions"]

Ids = NDArray[Any]

_BLOCK: Final = 1 << 14


def linear_regions(lineage: "Lineage", pairs: Ids) -> tuple[int, NDArray[np.int32]]:
    """Return the number of linear regions, and for each cell the one it belongs to.

    Parameters
    ----------
    lineage : Lineage
        After the last hidden layer.
    pairs : ndarray, shape (P, 2)
        Cells with a common facet.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = pairs[_same_gradient(lineage, pairs)]
    links = (np.ones(len(same), np.int8), (same[:, 0], same[:, 1]))
    count, label = connected_components(coo_array(links, shape=(lineage.cells(),) * 2), False)
    return int(count), np.asarray(label)


def _same_gradient(lineage: "Lineage", pairs: Ids) -> NDArray[np.bool_]:
    """Return which pairs of cells have the same gradient of every output."""
    # Gradients that differ do so along all directions but those of one hyperplane.
    direction = np.random.default_rng(0).normal(size=lineage.forms.dimension)
    rate, error = lineage.slopes(direction)
    a, b = pairs.T
    with np.errstate(all="ignore"):
        gap, bound = np.abs(rate[a] - rate[b]), (error[a] + error[b])[:, None] * SAFE
        same = np.asarray(~(gap > bound).any(axis=1))
        unsure = ~((gap == 0) & (bound == 0)).all(axis=1)
    left = np.flatnonzero(same & unsure)
    for start in range(0, len(left), _BLOCK):
        some = left[start : start + _BLOCK]
        same[some] = _exactly_same(lineage, pairs[some])
    return same


def _exactly_same(lineage: "Lineage", pairs: Ids) -> NDArray[np.bool_]:
    cells, place = np.unique(pairs, return_inverse=True)
    a, b = place.reshape(pairs.shape).T
    on = lineage.patterns(lineage.layer, cells)
    same = np.ones(len(pairs), np.bool_)
    for output in range(len(lineage.forms.biases[-1])):
        which = np.full(len(cells), output)
        rows = lineage.forms.exact_rows(lineage.layer, which, on, alike=True)
        same &= (rows[a, :-1] == rows[b, :-1]).all(axis=1)
    return same
