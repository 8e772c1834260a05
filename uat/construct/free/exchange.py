"""Units exchanged one by one: the way out of a local minimum, from a network that is not within ε.

Steps that move all units a little lead to the nearest minimum, and a network of few units has many.
So one unit is dropped, of those that hurt least, and another joins where it helps most; then all are
moved. If the mean error is smaller than before, the exchange stays. Of many units that might join,
those of several slopes at places all over the interval and beside each unit there is, the one joins
that lowers the sum of squared errors most,

    (rᵀ(I − QQᵀ)φ)² / |(I − QQᵀ)φ|²,

with r the residuals (f itself gives the same), φ the new unit at the points, and Q an orthonormal basis
of the others there.

Source: S. Chen, S. A. Billings and W. Luo, Orthogonal least squares methods and their application to
non-linear system identification, 1989.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from uat.construct.free.prune import harms, without
from uat.construct.free.refine import Aim, Found, least_squares, refine
from uat.construct.free.samples import Samples
from uat.expression.arrays import Array
from uat.numerics.chebyshev import chebyshev_points
from uat.train.gradient import features

__all__ = ["exchanged"]

_STEPS: Final = 200
"""Steps of least squares after an exchange; more: slower, fewer good ones are missed."""

_SETTLING: Final = 25
"""Steps without the unit that is dropped, every other time round; more: as above."""

_LESS: Final = 0.98
"""An exchange stays if it leaves less than this part of the mean error; smaller: fewer stay."""

_LOWER: Final = 0.5
"""The part of the mean error that is aimed at with an exchange; smaller: slower, fewer are missed."""

_BEYOND: Final = 1.15
"""Half of the scaled interval of the places of units that might join; larger: slower."""

_PLACES: Final = 120
"""Places of units that might join; more: slower, seldom a better unit."""

_SLOPES: Final = np.geomspace(1.5, 200.0, 16)
"""Scaled slopes of units that might join; more: as above."""

_BESIDE: Final = np.array([-2.0, 0.0, 2.0])
"""Shifts, in widths, of the units there are, which might join again there; more: as above."""

_SHARPER: Final = np.array([0.33, 1.0, 3.0])
"""Changes of slope of the units there are, which might join again with it; more: as above."""

_PARALLEL: Final = 1e-10
"""A unit of which only this part is new, squared, cannot join; smaller: more rounding."""


def exchanged(samples: Samples, hidden: Array, aim: Aim, most: int, steps: int) -> Found | None:
    """Exchange units on a line until all errors are below the goal; None after `most` in vain."""
    now, vain = least_squares(samples, hidden, aim, _STEPS), 0
    while vain < most and aim.budget.remaining >= 0:
        new, vain = _with_another(now, aim, vain), vain + 1
        if new.mean < _LESS * now.mean:
            now, vain = new, 0
            found = refine(samples, now.hidden, aim, steps) if now.mean < aim.goal else None
            if found is not None:
                return found
    return None


def _with_another(now: Found, aim: Aim, time: int) -> Found:
    """Exchange a unit for another: first the one that hurts least, then the next one, and so on."""
    samples = now.samples
    lower = max(aim.goal, _LOWER * now.mean)
    near = replace(aim, goal=lower, penalty=aim.penalty * aim.goal / lower)  # the same μ
    order = np.argsort(harms(samples, now.hidden), kind="stable")
    turn, place = divmod(time, now.units)
    hidden = without(samples, now.hidden, int(order[place]))
    if turn % 2:
        hidden = least_squares(samples, hidden, near, _SETTLING).hidden
    return least_squares(samples, _with_one_more(samples, hidden, aim), near, _STEPS)


def _with_one_more(samples: Samples, hidden: Array, aim: Aim) -> Array:
    """Return slopes and biases with those of the unit that helps most."""
    slopes, biases = _that_might_join(hidden)
    basis, _ = np.linalg.qr(features(samples.shape_of(hidden), hidden, samples.x))
    many = np.concatenate([slopes, biases])
    units = features(samples.shape_of(many), many, samples.x)[:, :-1]
    new = units - basis @ (basis.T @ units)
    sizes = np.einsum("ij,ij->j", new, new)
    gains = (samples.y[:, 0] @ new) ** 2 / np.maximum(sizes, 1e-300)
    gains[~(sizes > _PARALLEL * np.einsum("ij,ij->j", units, units))] = 0.0
    aim.budget.remaining -= 2.0 * basis.size * len(slopes)
    best = int(np.argmax(np.nan_to_num(gains)))
    old_slopes, old_biases = np.split(hidden, 2)
    return np.concatenate([old_slopes, slopes[[best]], old_biases, biases[[best]]])


def _that_might_join(hidden: Array) -> tuple[Array, Array]:
    """List slopes and biases: a lattice on the interval, and units like those there are."""
    places = np.repeat(chebyshev_points(-_BEYOND, _BEYOND, _PLACES), len(_SLOPES))
    slopes = np.tile(_SLOPES, _PLACES)
    old, biases = np.split(hidden, 2)
    changes, shifts = (part.ravel() for part in np.meshgrid(_SHARPER, _BESIDE))
    # σ(w(s(x − c) − δ)), with c the place of the unit: (units, changes)
    near = old[:, None] * changes
    beside = biases[:, None] * changes - shifts
    return (
        np.concatenate([slopes, near.ravel()]),
        np.concatenate([-slopes * places, beside.ravel()]),
    )
