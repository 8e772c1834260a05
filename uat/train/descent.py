"""Descent: a step that lowers the loss L, repeated.

    gradient descent   w ← w − η ∇L(w)
    with momentum      v ← μ v − η ∇L(w),  w ← w + v
    Adam               m ← β₁ m + (1 − β₁) ∇L,  s ← β₂ s + (1 − β₂) (∇L)²,
                       w ← w − η m̂ / (√ŝ + ε),  m̂ = m/(1 − β₁ᵗ),  ŝ = s/(1 − β₂ᵗ)
    L-BFGS             w ← w − η H ∇L(w), H the inverse Hessian estimated from the last steps

Gradient descent and Adam are generators of iterates, the start first and without an end; L-BFGS is
scipy's and calls a function with each iterate.

Sources: H. Robbins and S. Monro, A stochastic approximation method, 1951; B. T. Polyak, Some
methods of speeding up the convergence of iteration methods, 1964; D. P. Kingma and J. Ba, Adam,
2015; D. C. Liu and J. Nocedal, On the limited memory BFGS method, 1989 (scipy's).
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from uat.expression.arrays import Array
from uat.train.parameters import Residuals

__all__ = ["Iterate", "Loss", "adam", "gradient_descent", "lbfgs"]

Loss = Callable[[Array], tuple[Residuals, Array]]
Iterate = tuple[Array, Residuals]

_MEMORY: Final = 30
"""Steps from which L-BFGS estimates the curvature: more is slower and needs fewer iterations."""

# β₁, β₂ and ε of Adam, as in its paper
_BETA: Final = 0.9
_BETA_SQUARE: Final = 0.999
_EPSILON: Final = 1e-8


def gradient_descent(
    loss: Loss, weights: Array, rate: float = 0.1, momentum: float = 0.0
) -> Iterator[Iterate]:
    """Move against the gradient, in proportion to it.

    The loss maps weights, (count,), to residuals and gradient, over all points or over another
    batch at each call. η is the learning rate; the part μ, `momentum`, of the last step is
    repeated.

    >>> def square(w):
    ...     return Residuals.of(w[:, None]), 2 * w
    >>> iterates = gradient_descent(square, np.array([-9.0]), rate=0.25)
    >>> [float(next(iterates)[0][0]) for _ in range(4)]
    [-9.0, -4.5, -2.25, -1.125]
    """
    velocity = np.zeros_like(weights)
    while True:
        residuals, gradient = loss(weights)
        yield weights, residuals
        velocity = momentum * velocity - rate * gradient
        weights = weights + velocity


def adam(loss: Loss, weights: Array, rate: float = 1e-3) -> Iterator[Iterate]:
    """Move against the mean of the last gradients, each weight at a rate of its own."""
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    step = 0
    while True:
        residuals, gradient = loss(weights)
        yield weights, residuals
        step += 1
        mean = _BETA * mean + (1 - _BETA) * gradient
        square = _BETA_SQUARE * square + (1 - _BETA_SQUARE) * gradient**2
        unbiased = mean / (1 - _BETA**step)
        spread = np.sqrt(square / (1 - _BETA_SQUARE**step))
        weights = weights - rate * unbiased / (spread + _EPSILON)


def lbfgs(loss: Loss, weights: Array, watch: Callable[[Array, Residuals], None]) -> str:
    """Minimise by a quasi-Newton method with a line search (scipy's L-BFGS-B).

    `watch` is called with each iterate; an exception that it raises ends the descent. The result is
    "converged", or "stalled" if no step lowers the loss any more.
    """
    from scipy.optimize import minimize

    tried: dict[bytes, Residuals] = {}

    def value(w: Array) -> tuple[float, Array]:
        residuals, gradient = loss(w)
        tried[w.tobytes()] = residuals
        return residuals.loss, gradient

    def accepted(xk: Array) -> None:
        residuals = tried[xk.tobytes()]
        tried.clear()
        watch(xk.copy(), residuals)

    value(weights)
    accepted(weights)
    found = minimize(
        value,
        weights,
        jac=True,
        method="L-BFGS-B",
        callback=accepted,
        options={"maxcor": _MEMORY, "maxiter": 10**9, "maxfun": 10**9, "ftol": 0.0, "gtol": 0.0},
    )
    return "converged" if found.success else "stalled"
