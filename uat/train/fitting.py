"""Training on data, `fit`, and on the values of a function, `fit_function`.

The residuals of a `Fit` are those at the points it was trained on; they bound nothing in between.
`uat.certify` proves a bound of the error for the network that `fit_function` found.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Unpack

import numpy as np

from uat.core.activations import Activation, Activations, as_activations, tanh
from uat.core.arguments import Rng, called_as, read_rng
from uat.core.target import Target, as_target
from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.expression.notebook import shown
from uat.numerics.one_thread import single_threaded
from uat.train.data import Problem, Scaling, read_outputs, read_points
from uat.train.history import Finished, Training
from uat.train.methods import Trainer, read_trainer
from uat.train.options import Options, Settings, read_hidden
from uat.train.parameters import Shape
from uat.train.sampling import sample, unscaled

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from uat.core.domain import Domain
    from uat.core.network import Network
    from uat.expression.graph import Expression

__all__ = ["Fit", "fit", "fit_function"]

_KEPT: Final = 1000
"""Points that a Fit keeps for its picture: more show more, and take memory."""


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """A trained network, called like its function, and the history of its training.

    Attributes
    ----------
    network : Network
        Best network of the training, in the units of the data.
    losses : ndarray, (iterations + 1,)
        Mean squared residual of each iterate, the start first.
    max_residuals : ndarray, (iterations + 1,)
        Largest absolute residual of each iterate.
    reason : str
        Reason for the end: "converged", "stalled", "eps", "iterations", "seconds", "diverged",
        "callback" or "interrupted".
    evaluations : int
        Number of evaluations of a network at all points or at a batch, rejected steps left out.
    seconds : float
        Time of the training.
    loss, max_residual : float
        Mean squared and largest absolute residual of `network` at the points, also at those that
        `fit_function` added; no bound between them.
    domain : tuple of (float, float)
        Box of the points, in which `uat.plot` shows the network.
    data : (ndarray, ndarray), (k, d) and (k, m)
        Some of the points and their values, which `uat.plot` draws: all of them up to 1000.
    function : Expression or None
        Formula of the function behind the data, if `fit_function` was given one.
    """

    network: Network
    losses: Array
    max_residuals: Array
    reason: str
    evaluations: int
    seconds: float
    loss: float
    max_residual: float
    domain: Domain
    data: tuple[Array, Array] | None = None
    function: Expression | None = None

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate the network: coordinates in, the same shape out.

        With several outputs, the last axis runs over them.
        """
        return self.network.as_function()(*coordinates)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to an .npz or a .json file, as `Network.save` does."""
        self.network.save(path)

    _repr_mimebundle_ = shown

    def __repr__(self) -> str:
        how = f"{counted(len(self.losses) - 1, 'iteration')}, reason {self.reason!r}"
        return f"<Fit {self.network!r}, largest residual {self.max_residual:.3g}, {how}>"


@single_threaded()
@called_as("fit(x, y, hidden=50)")
def fit(
    x: ArrayLike,
    y: ArrayLike,
    hidden: int | Sequence[int] = (50,),
    activation: Activations = tanh,
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
        One row of values a point. For a point that occurs twice the mean is fitted.
    hidden : int or sequence of int
        Widths of the hidden layers.
    activation : Activation or str, or a tuple with one for each hidden layer
        Any activations with a formula.
    method : str
        "projection" (variable projection with Levenberg–Marquardt: most accurate, for up to a few
        thousand weights), "lbfgs" (for many weights), "adam", or "descent" (as in the lecture).
    rng : int, SeedSequence or Generator
        Source of the start and of the batches. The same seed gives the same network, unless
        `seconds` ends the training.
    **options
        max_iter : int, maximum number of iterations; with `batch`, of passes over the points.
        seconds : float, time limit. eps : float, largest residual that is small enough.
        penalty : float, price of the square of each weight (not bias) beside the mean squared
        residual of the standardised outputs.
        rate (0.1), momentum (0), batch (all points) : for "descent"; rate (0.01) and batch for
        "adam".
        For "projection": starts : int, number of spread starts that are followed for a few steps;
        executor : concurrent.futures.Executor that follows them, with the same answer;
        polish : bool, True to end with steps that lower the largest residual; stages : widths,
        units added to every hidden layer at the end to fit the residual.
        progress(iteration, max_iter, text); callback(Snapshot), which ends the training by
        returning True.

    Returns
    -------
    Fit

    Raises
    ------
    InputError, WrongType
        For data that are not finite, of different lengths or of one point, for an unknown method
        or option, and for a budget of 0.

    Examples
    --------
    >>> import uat
    >>> x = np.linspace(0, 1, 200)
    >>> found = fit(x, np.sin(5 * x), hidden=10, max_iter=30)
    >>> found.network, found.max_residual < 1e-4
    (Network(1 → 10 → 1, uat.tanh), True)
    >>> bool(abs(found(0.5) - np.sin(2.5)) < 1e-4)
    True
    """
    trainer = read_trainer(method)
    settings = trainer.read_options(options)
    points = read_points(x)
    values = read_outputs(y, len(points))
    widths = read_hidden(hidden)
    shape = Shape(
        (points.shape[1], *widths, values.shape[1]), _read_activations(activation, len(widths))
    )
    return _fit(shape, points, values, trainer, settings, read_rng(rng))


@single_threaded()
@called_as("fit_function(f, (0, 1), hidden=50)")
def fit_function(
    f: Any,
    domain: Any = None,
    hidden: int | Sequence[int] = (50,),
    activation: Activations = tanh,
    method: str = "projection",
    rng: Rng = 0,
    **options: Unpack[Options],
) -> Fit:
    """Train a network on values of a function; `uat.certify` can then bound its error.

    Parameters
    ----------
    f : callable, str, Expression or Target
        As in `uat.approximate`.
    domain : (a, b) or sequence of (a, b)
        Box of the function; left out for a Target.
    hidden, activation, method, rng, **options
        As in `fit`. `polish` is True for "projection" in one hidden layer without `stages`, unless
        given.

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
    target, trainer = as_target(f, domain), read_trainer(method)
    widths = read_hidden(hidden)
    settings, sigmas = trainer.read_options(options), _read_activations(activation, len(widths))
    if "polish" in trainer.options and options.get("polish") is None:
        settings = replace(settings, polish=len(widths) == 1 and not settings.stages)
    points = sample(target, widths)
    values = np.asarray(target(*points.T))[:, None]
    shape = Shape((target.dimension, *widths, 1), sigmas)
    return _fit(shape, points, values, trainer, settings, read_rng(rng), target)


def _fit(
    shape: Shape,
    x: Array,
    y: Array,
    trainer: Trainer,
    settings: Settings,
    rng: np.random.Generator,
    target: Target | None = None,
) -> Fit:
    """Train on scaled data, and measure the network at all points that it was trained on."""
    scaling = Scaling.of(x, y)
    scaled = (scaling.points(x), scaling.values(y))
    problem = Problem(shape, *scaled, scaling, rng, settings, target)
    training = Training(shape, scaling, settings, trainer.patience)
    reason = _train(trainer, problem, training)
    network = scaling.fold(*training.best.network)
    if target is not None and training.points is not None:
        x = unscaled(target, scaling, training.points)
        y = np.asarray(target(*x.T))[:, None]
    residual = network(x) - y
    with np.errstate(over="ignore"):
        loss = float(np.mean(residual**2))
    history = training.history
    return Fit(
        network=network,
        losses=np.array(history.losses),
        max_residuals=np.array(history.max_residuals),
        reason=reason,
        evaluations=history.evaluations,
        seconds=history.seconds,
        loss=loss,
        max_residual=float(np.abs(residual).max()),
        domain=_bounding_box(x) if target is None else target.domain,
        data=_some(x, y),
        function=None if target is None else target.expression,
    )


def _some(x: Array, y: Array) -> tuple[Array, Array]:
    """Copy points and values, evenly spread over a long list."""
    kept = np.linspace(0, len(x) - 1, min(len(x), _KEPT)).astype(int)
    return x[kept], y[kept]


def _bounding_box(x: Array) -> Domain:
    """Return the smallest box around points, (k, d), longer where they share a coordinate."""
    low, high = x.min(axis=0), x.max(axis=0)
    high = np.where(high > low, high, low + 1.0 + np.abs(low))
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _train(trainer: Trainer, problem: Problem, training: Training) -> str:
    """Train to the end and return its reason."""
    try:
        # a step that is too long overflows; the loss shows it and ends the training
        with np.errstate(all="ignore"):
            return trainer.run(problem, training)
    except Finished as end:
        return end.reason
    except KeyboardInterrupt:
        if not training.best.found:
            raise
        return "interrupted"


def _read_activations(activation: Activations, hidden: int) -> tuple[Activation, ...]:
    """Read the activation of each hidden layer; their slopes are derived from their formulas."""
    sigmas = as_activations(activation, hidden)
    if len(sigmas) > hidden:
        raise InputError(
            f"{counted(len(sigmas), 'activation')} given for {counted(hidden, 'hidden layer')}; one "
            "for each is needed, since the outputs are trained without one"
        )
    for sigma in sigmas:
        if sigma.expression is None:
            raise InputError(
                f"{sigma!r} given for training; it has no formula, so no slope: "
                "give uat.sigmoidal plain numpy code"
            )
    return sigmas
