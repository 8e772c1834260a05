"""One coordinate: the pieces are cut at the breakpoints of a whole layer at a time, in floats.

A unit that changes sign on a piece has one breakpoint there. `Unsure` is raised where a unit is 0
at the end of a piece, or floats leave too many signs or orders open; the lattice (`lattice.py`)
cuts such a layer.
"""

import numpy as np

from uat.regions.cut.bits import unpack_bits
from uat.regions.cut.crossings import find_crossings, split_lines
from uat.regions.cut.preactivations import preactivations
from uat.regions.subdivision import Monitor, Subdivision

__all__ = ["cut_by_layer"]


def cut_by_layer(cells: Subdivision, monitor: Monitor) -> Subdivision:
    """Cut the pieces by all units of the next layer, or raise `Unsure`."""
    h, old = preactivations(cells, sharp=True), len(cells.vertices)
    crossings = find_crossings(cells, h)
    new = old + np.arange(len(crossings.edge))
    monitor.check(cells.count + len(new))
    last = h.bits[cells.edges[:, 1]]
    ends, origin, bits = split_lines(cells.edges, crossings.edge, new, crossings.before, last)
    planes, numbers = cells.planes.with_cuts(crossings.edge, crossings.unit)
    defining = numbers[:, None]
    x, error = planes.vertices(defining)
    return Subdivision(
        planes.after_layer(origin, unpack_bits(bits, h.values.shape[1])),
        np.concatenate([cells.vertices, x]),
        np.concatenate([cells.errors, error]),
        (np.concatenate([cells.defining[0], defining]),),
        ends,
        (),
    )
