"""`fit`: a network trained on data. `fit_function`: on values of a function, ready to be proved.

What comes back is what training found, with no promise: the residuals are those at the points.
`uat.certify` proves how far the network of `fit_function` is from f between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from uat.core.activations import Activation, as_activation, tanh
from uat.core.arguments import Rng, read_rng
from uat.core.domain import Domain
from uat.core.network import Network
from uat.core.target import Target, as_target
from uat.expression.arrays import Array
from uat.train.data import Scaling, read_points, read_values
from uat.train.history import Finished, Record
from uat.train.methods import PATIENCE, Problem, train
from uat.train.options import Options, Settings, read_hidden, read_method, read_settings
from uat.train.remez_exchange import Exchange
from uat.train.sampling import sample
from uat.train.slopes import check_differentiable
from uat.train.weights import Shape

__all__ = ["Fit", "fit", "fit_function"]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A trained network, and how the training went.

    Attributes
    ----------
    network : Network
        The best one that was met, in the units of the data.
    losses : ndarray, (iterations + 1,)
        Mean squared residual of each iterate, the start first.
    max_residuals : ndarray, (iterations + 1,)
        Largest absolute residual of each iterate.
    reason : str
        Why it stopped: "converged", "stalled", "eps", "iterations", "seconds", "diverged",
        "callback" or "interrupted".
    evaluations : int
        How often a network was evaluated, at all points or at a batch, but for steps not taken.
    seconds : float
    loss, max_residual : float
        Those of `network`: at the points, also at those that `fit_function` added; no bound
        between them.
    domain : tuple of (float, float)
        The box of the points, where `uat.plot` shows the network.
    """

    network: Network
    losses: Array = field(repr=False)
    max_residuals: Array = field(repr=False)
    reason: str
    evaluations: int
    seconds: float
    loss: float
    max_residual: float
    domain: Domain = field(repr=False)


def fit(
    x: ArrayLike,
    y: ArrayLike,
    hidden: int | Sequence[int] = (50,),
    activation: Activation | str = tanh,
    method: str = "projection",
    rng: Rng = 0,
    **options: Unpack[Options],
) -> Fit:
    """Train a network on data.

    Parameters
    ----------
    x : array_like, (k, d) or (k,)
        At least two points.
    y : array_like, (k, m) or (k,)
        One row of values a point. Where a point occurs twice, their mean is aimed at.
    hidden : int or sequence of int
        Widths of the hidden layers.
    activation : Activation or str
        Any with a formula.
    method : str
        "projection" (variable projection with Levenberg–Marquardt: few thousand weights, high
        accuracy), "lbfgs" (many weights), "adam" and "descent" (as in the lecture).
    rng : int, SeedSequence or Generator
        Where the start and the batches come from. The answer is the same for the same seed
        wherever no `seconds` are given.
    **options
        max_iter : int, iterations at most; with `batch`, passes over the points.
        seconds : float, time at most. eps : float, largest residual that is small enough.
        penalty : float, charged on the mean square of each weight (no bias), outputs standardised.
        rate (0.1), momentum (0), batch (all) : for "descent"; rate (0.01) and batch for "adam".
        starts : int, of how many spread starts "projection" takes a few steps; polish : bool, end
        with steps that lower the largest residual; stages : widths, units added at the end in
        every hidden layer to fit what is left.
        progress(iteration, max_iter, text); callback(Snapshot), which ends the training by
        returning True.

    Returns
    -------
    Fit

    Raises
    ------
    InputError, WrongType
        For data that are not finite, of different lengths or of one point, an unknown method or
        option, a budget of 0.

    Examples
    --------
    >>> import uat
    >>> x = np.linspace(0, 1, 200)
    >>> found = fit(x, np.sin(5 * x), hidden=10, max_iter=30)
    >>> found.network, found.max_residual < 1e-4
    (Network(1 → 10 → 1, uat.tanh), True)
    """
    chosen = read_method(method)
    settings = read_settings(chosen, options)
    points = read_points(x)
    values = read_values(y, len(points))
    sigma = _read_activation(activation)
    shape = Shape((points.shape[1], *read_hidden(hidden), values.shape[1]), sigma)
    return _fit(shape, points, values, chosen, settings, read_rng(rng))


def fit_function(
    f: Any,
    domain: Any = None,
    hidden: int | Sequence[int] = (50,),
    activation: Activation | str = tanh,
    method: str = "projection",
    rng: Rng = 0,
    **options: Unpack[Options],
) -> Fit:
    """Train a network on values of a function, so that `uat.certify` can prove its error.

    Parameters
    ----------
    f : callable, str, Expression or Target
        As in `uat.approximate`.
    domain : (a, b) or sequence of (a, b)
        Left out for a Target.
    hidden, activation, method, rng, **options
        As in `fit`. `polish` is on for "projection" in one hidden layer unless said otherwise.

    Returns
    -------
    Fit

    Examples
    --------
    >>> import uat
    >>> found = fit_function("exp(x)", (0, 1), hidden=4, max_iter=40)
    >>> uat.certify("exp(x)", found.network, (0, 1)).upper < 1e-5
    True
    """
    target, chosen = as_target(f, domain), read_method(method)
    widths = read_hidden(hidden)
    if chosen == "projection" and len(widths) == 1 and not options.get("stages"):
        options = {"polish": True, **options}
    settings, sigma = read_settings(chosen, options), _read_activation(activation)
    points = sample(target, widths)
    values = np.asarray(target(*points.T))[:, None]
    shape = Shape((target.dimension, *widths, 1), sigma)
    return _fit(shape, points, values, chosen, settings, read_rng(rng), target)


def _fit(
    shape: Shape,
    x: Array,
    y: Array,
    method: str,
    settings: Settings,
    rng: np.random.Generator,
    target: Target | None = None,
) -> Fit:
    scaling = Scaling.of(x, y)
    exchange = None if target is None else Exchange(target, scaling)
    record = Record(shape, scaling, settings, PATIENCE[method])
    problem = Problem(shape, scaling.points(x), scaling.values(y), rng, settings, exchange)
    reason = _reason(method, problem, record)
    assert record.best is not None
    network = scaling.fold(record.best_shape, record.best)
    if target is not None and exchange is not None and record.points is not None:
        x = exchange.back(record.points)
        y = np.asarray(target(*x.T))[:, None]
    gap = network(x) - y
    with np.errstate(over="ignore"):
        loss = float(np.mean(gap**2))
    return Fit(
        network,
        np.array(record.losses),
        np.array(record.max_residuals),
        reason,
        record.evaluations,
        record.seconds,
        loss,
        float(np.abs(gap).max()),
        _box_of(x) if target is None else target.domain,
    )


def _box_of(x: Array) -> Domain:
    """Return the smallest box of points, (k, d), a longer one where they share a coordinate."""
    low, high = x.min(axis=0), x.max(axis=0)
    high = np.where(high > low, high, low + 1.0 + np.abs(low))
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _reason(method: str, problem: Problem, record: Record) -> str:
    """Train until it ends, and say why it did."""
    try:
        # a step too far overflows; it is the loss that says so
        with np.errstate(all="ignore"):
            return train(method, problem, record)
    except Finished as end:
        return end.reason
    except KeyboardInterrupt:
        if record.best is None:
            raise
        return "interrupted"


def _read_activation(activation: Activation | str) -> Activation:
    sigma = as_activation(activation)
    check_differentiable(sigma)
    return sigma
