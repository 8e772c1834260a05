"""The models of g: which of them a network gets.

A new model is one file with a class that has the methods of `NetworkModel`, and one line in
`MODELS`.
"""

from typing import Any, Final, Protocol

from uat.core.network import Network
from uat.expression.arrays import Array
from uat.proof.cells.expanded_sum import ExpandedSum
from uat.proof.cells.layers import Layers
from uat.proof.cells.quadratic import Quadratic
from uat.proof.cells.relu_row import ReluRow
from uat.proof.cells.steep_row import SteepRow

__all__ = ["MODELS", "NetworkModel", "model_of"]


class NetworkModel(Protocol):
    """A network with one output as quadratic models on cells.

    Parameters
    ----------
    network : Network
    domain : (a, b) or one pair per coordinate
        The box that holds the cells.
    tolerated : float
        An error of the models that does no harm.

    Attributes
    ----------
    rounding : float
        What float g(x) may be off beside the error of the models, at any float x of the box.
    """

    rounding: float

    def __init__(self, network: Network, domain: Any, tolerated: float) -> None: ...

    @staticmethod
    def fits(network: Network) -> bool:
        """Return True for a network that can be modelled so."""
        ...

    def edges(self, lower: float, upper: float) -> Array:
        """Return where first cells should end in (lower, upper); none in more dimensions than one."""
        ...

    def __call__(self, lower: Array, upper: Array) -> Quadratic:
        """Model g on cells that do not overlap, (cells, d) ends."""
        ...


MODELS: Final[tuple[type[NetworkModel], ...]] = (ReluRow, SteepRow, ExpandedSum, Layers)
"""From the most special to that of every network."""


def model_of(network: Network, domain: Any, tolerated: float) -> NetworkModel:
    """Make the first model that fits.

    Examples
    --------
    >>> import uat
    >>> type(model_of(uat.Network.from_units([1], [1], [0], uat.relu), (0, 1), 0.0)).__name__
    'ReluRow'
    """
    fitting = next(model for model in MODELS if model.fits(network))
    return fitting(network, domain, tolerated)
