"""Activation regions become linear regions: neighbours across a facet with one gradient are one.

The output is continuous, so two cells with a common facet have the same affine map if and only if
they have the same gradient. Cells that touch in less than a facet are not merged. Gradients are
compared in floats with error bounds, in integers where those do not decide.
Source: G. Montúfar, R. Pascanu, K. Cho, Y. Bengio, On the number of linear regions of deep neural
networks, NIPS 2014, section 2.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from uat.regions.hyperplanes import Hyperplanes

__all__ = ["linear_regions"]

Array = NDArray[np.float64]
Ids = NDArray[Any]

_BLOCK: Final = 1 << 14


def linear_regions(
    planes: "Hyperplanes", pairs: Ids, outputs: tuple[Array, Array]
) -> tuple[int, NDArray[np.int32]]:
    """Give the number of linear regions, and for each cell the one it belongs to.

    Parameters
    ----------
    planes : Hyperplanes
        After the last hidden layer.
    pairs : ndarray, shape (P, 2)
        Cells with a common facet.
    outputs : (ndarray, ndarray)
        As `Hyperplanes.outputs` gives them.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = pairs[_same_gradient(planes, pairs, outputs)]
    links = (np.ones(len(same), np.int8), (same[:, 0], same[:, 1]))
    graph = coo_array(links, shape=(planes.cells, planes.cells))
    count, label = connected_components(graph, directed=False)
    return int(count), np.asarray(label)


def _same_gradient(
    planes: "Hyperplanes", pairs: Ids, outputs: tuple[Array, Array]
) -> NDArray[np.bool_]:
    """Tell which pairs of cells have the same gradient of every output."""
    form, error = outputs
    gradient = form[:, :-1]
    same = np.ones(len(pairs), np.bool_)
    unsure = np.zeros(len(pairs), np.bool_)
    with np.errstate(all="ignore"):
        for start in range(0, len(pairs), _BLOCK):
            block = slice(start, start + _BLOCK)
            a, b = pairs[block].T
            gap, bound = np.abs(gradient[a] - gradient[b]), (error[a] + error[b])[:, None]
            same[block] = ~(gap > bound).any(axis=(1, 2))
            unsure[block] = ~((gap == 0) & (bound == 0)).all(axis=(1, 2))
    left = np.flatnonzero(same & unsure)
    for start in range(0, len(left), _BLOCK):
        some = left[start : start + _BLOCK]
        same[some] = _exactly_same(planes, pairs[some])
    return same


def _exactly_same(planes: "Hyperplanes", pairs: Ids) -> NDArray[np.bool_]:
    cells, place = np.unique(pairs, return_inverse=True)
    a, b = place.reshape(pairs.shape).T
    on = planes.patterns(planes.layer, cells)
    same = np.ones(len(pairs), np.bool_)
    for output in range(len(planes.forms.biases[-1])):
        which = np.full(len(cells), output)
        rows = planes.forms.exact_rows(planes.layer, which, on, alike=True)
        same &= (rows[a, :-1] == rows[b, :-1]).all(axis=1)
    return same
