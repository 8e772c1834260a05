"""The range of a network on a box: the least and the largest value of each output, proved.

How far g is from the constant at one end of its range is how far the range goes to the other one:
if |c − g| ≤ r on the box, then c − r ≤ g ≤ c + r. With c about the least value the upper bound is
sharp, with c about the largest one the lower bound. So a range is two certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.core.arguments import called_as
from uat.core.certificate import rounded_down, rounded_up
from uat.core.domain import check_domain
from uat.core.network import Network, as_network
from uat.core.outputs import one_output
from uat.core.target import Target
from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.expression.graph import constant
from uat.numerics.one_thread import single_threaded
from uat.numerics.sampled_error import largest_error
from uat.proof.certify import GAP, certify

if TYPE_CHECKING:
    from uat.core.arguments import Progress

__all__ = ["Range", "enclose"]


@dataclass(frozen=True, eq=False)
class Range:
    """What the outputs of a network are on a box: low ≤ network(x) ≤ high.

    Attributes
    ----------
    low, high : ndarray, shape (outputs,)
        Proved bounds of the network in real numbers, whose weights are the stored floats.
    low_at, high_at : ndarray, shape (outputs, d)
        The points with the least and the largest values that were found.
    rounding : ndarray, shape (outputs,)
        low − rounding ≤ network(x) ≤ high + rounding as evaluated in float64, or in float32.
    evaluation : str
        Which of the two.
    """

    low: Array
    high: Array
    low_at: Array
    high_at: Array
    rounding: Array
    evaluation: str = "float64"

    def __str__(self) -> str:
        kind = "rounding" if self.evaluation == "float64" else f"rounding in {self.evaluation}"
        lines = []
        for low, high, rounding in zip(self.low, self.high, self.rounding, strict=True):
            ends = f"{rounded_down(low)} ≤ g ≤ {rounded_up(high)}"
            lines.append(f"{ends}, ± {rounded_up(rounding, 2)} ({kind})")
        return "\n".join(lines)


@single_threaded()
@called_as("enclose(network, (0, 1))")
def enclose(
    network: Any,
    box: Any,
    *,
    gap: float = GAP,
    cells: int = 50_000,
    evaluation: str = "float64",
    progress: Progress | None = None,
) -> Range:
    """Prove the range of each output of a network on a box.

    Parameters
    ----------
    network : Network, Approximation, Fit or trained regressor
        Any network: of any depth and σ, with any number of outputs.
    box : (a, b) or sequence of (a, b)
        One pair for all coordinates, or one for each.
    gap : float
        How near to the values found the bounds have to be, as a share of the width of the range.
    cells : int
        The budget for each bound: the number of cells to look at beyond the first ones.
    evaluation : str
        Whose rounding is bounded, as for `certify`: "float64" or "float32".
    progress : callable, optional
        progress(cells looked at, budget, text), called after each round of cells.

    Returns
    -------
    Range
        With one entry for each output.

    Raises
    ------
    InputError, WrongType
        A box with another number of coordinates than the network takes, a budget below 1, a gap
        that is not above 0.
    CannotProve
        Where an output could not be bounded with so many cells.

    Examples
    --------
    >>> import uat
    >>> tent = uat.Network.from_units([1.0, -2.0], [1.0, 1.0], [0.0, -1.0], uat.relu)
    >>> found = enclose(tent, (-1, 2))
    >>> print(found)
    -7.10543e-15 ≤ g ≤ 1.00001, ± 2.5e-14 (rounding)
    >>> found.high_at
    array([[1.]])
    """
    g, pairs = as_network(network), check_domain(box, "box")
    if len(pairs) not in (1, g.input_dimension):
        raise InputError(
            f"box of {counted(len(pairs), 'coordinate')} given for {g!r}; one pair (a, b) for all "
            f"of its {g.input_dimension} is needed, or one for each"
        )
    pairs = pairs * g.input_dimension if len(pairs) == 1 else pairs
    outputs = [one_output(g, i) for i in range(g.output_dimension)]
    names = [f" of output {i}" if len(outputs) > 1 else "" for i in range(len(outputs))]
    found = [
        _range_of(output, pairs, gap, cells, evaluation, _named(progress, name))
        for output, name in zip(outputs, names, strict=True)
    ]
    low, high, low_at, high_at, rounding = (np.array(part) for part in zip(*found, strict=True))
    return Range(low, high, low_at, high_at, rounding, evaluation)


def _range_of(
    network: Network,
    box: Any,
    gap: float,
    cells: int,
    evaluation: str,
    progress: Progress | None,
) -> tuple[float, float, Array, Array, float]:
    """Bound one output; the parts are those of a Range."""
    far = largest_error(Target(constant(0.0), box), network)[1][0]
    one = _value(network, far)
    ends, proofs = [], []
    for _ in range(2):
        f = Target(constant(one), box)
        proof = certify(f, network, gap=gap, cells=cells, evaluation=evaluation, progress=progress)
        ends.append(one)
        proofs.append(proof)
        one = _value(network, np.array(proof.witness))
    # the first proof is about the end on the other side of its constant
    rising = [0, 1] if ends[1] <= ends[0] else [1, 0]
    below, above = (proofs[i] for i in rising)
    low = np.nextafter(ends[rising[0]] - below.upper, -np.inf)
    high = np.nextafter(ends[rising[1]] + above.upper, np.inf)
    places = np.array(below.witness), np.array(above.witness)
    return float(low), float(high), *places, max(below.rounding, above.rounding)


def _named(progress: Progress | None, output: str) -> Progress | None:
    """Return a progress that says what the numbers are: the width of the range, of which output."""
    if progress is None:
        return None
    return lambda done, total, words: progress(done, total, f"width of the range{output} {words}")


def _value(network: Network, point: Array) -> float:
    return float(network(point)[0])
