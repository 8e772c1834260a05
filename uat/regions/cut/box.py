"""Cut a box by all layers: each by the fast method of the dimension if it is sure, else by units."""

from uat.expression.arrays import Array
from uat.regions.cut import lattice, line, plane
from uat.regions.cut.preactivations import Unsure
from uat.regions.exact.signs import PiecewiseLayers
from uat.regions.subdivision import Monitor, Subdivision, uncut

__all__ = ["cut_box"]


def cut_box(layers: PiecewiseLayers, box: Array, monitor: Monitor) -> Subdivision:
    """Cut a box by all hidden layers."""
    cells = uncut(layers, box)
    if layers.dimension == 1:
        in_int64 = line.cut_in_int64(cells, monitor)
        if in_int64 is not None:
            return in_int64
    for _ in layers.widths:
        cells = _cut_by_layer(cells, monitor)
    return cells


def _cut_by_layer(cells: Subdivision, monitor: Monitor) -> Subdivision:
    fast = {1: line.cut_by_layer, 2: plane.cut_by_layer}.get(cells.layers.dimension)
    if fast is None:
        return lattice.cut_by_layer(cells, monitor)
    try:
        cut = fast(cells, monitor)
    except Unsure:
        return lattice.cut_by_layer(cells, monitor)
    widths = cells.layers.widths
    monitor.tell(sum(widths[: cut.layer]), sum(widths), cut.count)
    return cut
