"""A user's own σ: it is traced, and its tail, overshoot and slope are proved from enclosures.

The half lines u ≤ −s and u ≥ s are cells with an infinite end, so the distance of the enclosure of
σ on them from its limits bounds τ(s).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from uat.core.activations import Activation
from uat.core.trace_check import find_mismatch
from uat.enclosure.enclose import enclose
from uat.enclosure.outward_rounding import down, up
from uat.errors import CannotProve, InputError, WrongType
from uat.expression.graph import Expression, apply, constant, in_order
from uat.expression.trace import trace
from uat.expression.ufuncs import cannot

__all__ = ["sigmoidal"]

_CELLS: Final = 1 << 14
"""Cells between −_NEAR and _NEAR; more: sharper overshoot and slope, slower."""

_NEAR: Final = 40.0
"""Half width of the finely covered interval; beyond, cells grow and the tail bounds σ."""

_SAMPLES: Final = 401
"""Samples on which the traced formula is compared with σ."""

_ROUNDINGS: Final = 16.0
"""Error of σ in units of 2^−53 max|σ| that `numerics/network_rounding.py` assumes at most."""


def sigmoidal(
    f: Any,
    tail: Callable[[float], float] | None = None,
    *,
    limits: tuple[float, float] = (0.0, 1.0),
    name: str = "sigmoidal",
) -> Activation:
    """Make an activation of your own function.

    Parameters
    ----------
    f : callable or Expression
        σ, plain numpy code of one coordinate, with two different limits. It may be discontinuous
        and need not be monotone.
    tail : callable, optional
        s ↦ a bound, nonincreasing, of |σ(u) − H(u)| over |u| ≥ s, for σ rescaled to the limits 0
        and 1. Needed only where no bound can be proved; it is tested on samples and listed in the
        assumptions of each certificate.
    limits : (float, float)
        The limits at −∞ and +∞.
    name : str

    Returns
    -------
    Activation

    Raises
    ------
    InputError
        Where the limits are not two different numbers, or samples contradict the tail.
    CannotProve
        Where no tail is given and none can be proved.

    Examples
    --------
    >>> import numpy as np
    >>> swing = sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + np.sin(u) / (1 + u**2), name="swing")
    >>> round(swing.overshoot, 3), swing.monotone, swing.tail(100.0) < 2e-4
    (0.156, False, True)
    """
    ends = _limits(limits)
    if tail is not None and not callable(tail):
        raise WrongType(f"{tail!r:.60} given as a tail; a function s ↦ bound is needed")
    expression = _traced(f, tail)
    if expression is None:
        made = _on_trust(f, tail, ends, str(name))
    else:
        made = _proved(expression, tail, ends, str(name))
    _check(made, ends)
    return made


def _on_trust(f: Any, tail: Any, limits: tuple[float, float], name: str) -> Activation:
    """Return the activation of a function that cannot be traced, by its declared tail alone."""
    made = Activation(name, None, limits, tail, 0.0, False, np.inf, (_trust(name),), function=f)
    overshoot = made.tail(0.0)
    if not np.isfinite(overshoot):
        raise InputError(
            f"the tail declared for {name} is {overshoot} at s = 0; a finite number is needed, "
            "since it bounds how far σ leaves the limits"
        )
    return replace(made, overshoot=overshoot)


def _proved(
    expression: Expression, tail: Any, limits: tuple[float, float], name: str
) -> Activation:
    """Return the activation of a formula; its tail is proved unless it is declared."""
    if expression.dimension > 1:
        raise InputError(f"σ of {expression.dimension} coordinates given; one is needed")
    expression = _with_expit(expression)
    slope, rising = _slopes(expression)
    assumptions = () if tail is None else (_trust(name),)
    tail_bound = tail or _ProvedTail(expression, *limits)
    made = Activation(name, expression, limits, tail_bound, 0.0, rising, slope, assumptions)
    return replace(made, overshoot=_overshoot(expression, limits, made.tail))


def _trust(name: str) -> str:
    return f"the tail declared for {name}"


def _with_expit(expression: Expression) -> Expression:
    """Write 1/(1 + e^v) as expit(−v), whose slope has a finite enclosure also far from 0."""
    one = constant(1.0)
    values: dict[Expression, Expression] = {}
    for node in in_order(expression):
        inner = tuple(values[a] for a in node.arguments)
        values[node] = Expression(node.operation, inner, node.data)
        if node.operation != "divide" or inner[1].operation != "add":
            continue
        others = [a for a in inner[1].arguments if a is not one]
        if len(others) == 1 and others[0].operation == "exp":
            above, (exponent,) = inner[0], others[0].arguments
            if above is others[0]:
                values[node] = apply("expit", exponent)
            elif above.dimension == 0:
                expit = apply("expit", -exponent)
                values[node] = expit if above is one else above * expit
    return values[expression]


@dataclass(frozen=True, slots=True)
class _ProvedTail:
    """The tail of σ by enclosures: its distance from its limits as a share of their difference."""

    expression: Expression
    left: float
    right: float

    def __call__(self, s: float) -> float:
        left, right = self.left, self.right
        lo, hi = enclose(self.expression, [[-np.inf], [s]], [[-s], [np.inf]])
        worst = float(max(left - lo[0], hi[0] - left, right - lo[1], hi[1] - right))
        return worst and float(np.nextafter(worst / abs(right - left) * (1 + 1e-15), np.inf))


def _limits(limits: Any) -> tuple[float, float]:
    try:
        left, right = (float(v) for v in limits)
    except (TypeError, ValueError):
        raise WrongType(f"limits={limits!r:.60} given; a pair of numbers is needed") from None
    if not np.isfinite([left, right]).all() or left == right:
        raise InputError(f"limits={limits!r} given; two different finite numbers are needed")
    return left, right


def _traced(f: Any, tail: Any) -> Expression | None:
    if not callable(f):
        raise WrongType(f"{f!r:.60} given as σ; a function of one coordinate is needed")
    try:
        expression = trace(f, 1)
        differs = find_mismatch(expression, f, np.linspace(-_NEAR, _NEAR, _SAMPLES)[:, None])
        if differs is not None:
            raise cannot(
                f"called with numbers it differs from its formula, at u = {differs[0]:.6g}"
            )
        return expression
    except CannotProve as error:
        if tail is None:
            raise CannotProve(
                f"σ: {error.reason}",
                "write σ with numpy functions, operators and np.where, or give tail=…",
            ) from error
        return None


def _cells() -> tuple[Any, Any]:
    """Return cells that cover the line: equal ones near 0, growing outward, and two half lines."""
    far = np.geomspace(_NEAR, 1e6, 64)
    near = np.linspace(-_NEAR, _NEAR, _CELLS + 1)
    edges = np.concatenate([[-np.inf], -far[:0:-1], near, far[1:], [np.inf]])
    return edges[:-1, None], edges[1:, None]


def _overshoot(
    expression: Expression, limits: tuple[float, float], tail: Callable[[float], float]
) -> float:
    """Bound the distance of the rescaled σ from [0, 1], by cells near 0 and by the tail beyond."""
    cells = _cells()
    lo, hi = enclose(_rescaled(expression, limits), *cells)
    left, right = cells[0][:, 0], cells[1][:, 0]
    for far, limit in ((right <= -_NEAR, 0.0), (left >= _NEAR, 1.0)):
        inner = np.minimum(np.abs(left[far]), np.abs(right[far]))
        beyond = np.array([tail(s) for s in inner.tolist()])
        lo[far] = np.fmax(lo[far], down(limit - beyond))
        hi[far] = np.fmin(hi[far], up(limit + beyond))
    worst = max(float(hi.max()) - 1.0, -float(lo.min()), 0.0)
    if not np.isfinite(worst):
        at = int(np.argmax(~np.isfinite(hi - lo)))
        raise CannotProve(
            f"σ could not be bounded for u from {cells[0][at, 0]:.3g} to {cells[1][at, 0]:.3g}",
            "write it so that it does not overflow there, or give tail=…",
        )
    return worst * (1 + 1e-15)


def _rescaled(expression: Expression, limits: tuple[float, float]) -> Expression:
    """Return (σ − left)/(right − left); the difference is a node, so that no rounding is lost."""
    if limits == (0.0, 1.0):
        return expression
    left, right = map(constant, limits)
    return (expression - left) / (right - left)


def _slopes(expression: Expression) -> tuple[float, bool]:
    """Return a bound on |σ′| over the line, and True if σ′ ≥ 0 is proved everywhere."""
    lo, hi = enclose(expression.derivative(), *_cells())
    return float(max(np.abs(lo).max(), np.abs(hi).max())), bool((lo >= 0).all())


def _check(activation: Activation, limits: tuple[float, float]) -> None:
    """Refuse limits or a tail that samples contradict, and a tail that stays above 1/1000."""
    size = np.concatenate([[1e-300], np.geomspace(1e-6, 1e6, 1 + 12 * 64)])
    distances = [_distance(activation, side * size, limits) for side in (-1.0, 1.0)]
    for s in (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 1e3, 1e6):
        bound = activation.tail(s)
        for side, distance in zip((-1.0, 1.0), distances, strict=True):
            seen = np.where(size >= s, distance, 0.0)
            worst = int(np.argmax(seen))
            if not seen[worst] <= bound * (1 + 1e-9) + 1e-12:
                raise InputError(
                    f"the tail of {activation.name} is {bound:g} at s = {s:g}, but "
                    f"σ({side * size[worst]:.6g}) is {seen[worst]:g} from its limit"
                )
    _check_rounding(activation, np.concatenate([-size[::4], size[::4]]))
    try:
        activation.tail_inverse(1e-3)
    except CannotProve:
        raise CannotProve(
            f"σ was not proved to have the limits {limits[0]:g} and {limits[1]:g}",
            "give its limits=… and, where they cannot be proved, tail=…",
        ) from None


def _check_rounding(activation: Activation, u: Any) -> None:
    """Refuse a formula whose rounding error is larger than the bounds of evaluation assume."""
    from flint import arb, ctx

    from uat.enclosure.balls import ball

    if activation.expression is None:
        return
    values = np.asarray(activation(u))
    size = np.abs(values).max() * (1 + 2.0**-40)
    with ctx.workprec(128):
        for place, value in zip(u.tolist(), values.tolist(), strict=True):
            lost = float(abs(ball(activation.expression, arb(place)) - value).lower())
            if lost > _ROUNDINGS * 2.0**-53 * size:
                raise CannotProve(
                    f"σ({place:.6g}) in floats is {lost:.2g} from its value, more than "
                    f"{_ROUNDINGS:g} roundings",
                    "write σ so that it loses less to cancellation",
                )


def _distance(activation: Activation, u: Any, limits: tuple[float, float]) -> Any:
    """Return |σ(u) − H(u)| of the rescaled σ at samples on one side of 0."""
    values = np.asarray(activation(u))
    if values.shape != u.shape:
        raise InputError(
            f"σ gives shape {values.shape} for u of shape {u.shape}; the same is needed"
        )
    bad = ~np.isfinite(values)
    if bad.any():
        at = u[np.argmax(bad)]
        raise InputError(f"σ is {values[bad][0]} at u = {at:.6g}; a finite number is needed")
    return np.abs(values - limits[int(u[0] > 0)]) / abs(limits[1] - limits[0])
