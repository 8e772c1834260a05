"""Units added one after the other where they help most, from a few units to a network within ε.

A long row cannot be shortened in little time: each step of all its units is dear. A few units are
moved fast, and so is a network that grows from them. Of many units that might join, those of several
slopes at places all over the interval and beside each unit there is, the one joins that lowers the
sum of squared errors most,

    (rᵀ(I − QQᵀ)φ)² / |(I − QQᵀ)φ|²,

with r the residuals, φ the new unit at the points, and Q an orthonormal basis of the others there.
Then all units are moved, to an error a few times smaller than before.

Source: S. Chen, S. A. Billings and W. Luo, Orthogonal least squares methods and their application to
non-linear system identification, 1989.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from uat.construct.free.refine import Aim, Found, least_squares, refine
from uat.construct.free.samples import Samples
from uat.expression.arrays import Array
from uat.numerics.chebyshev import chebyshev_points
from uat.train.gradient import features

__all__ = ["grown"]

_FIRST: Final = 4
"""Units at first, evenly spaced; more: faster, a worse start for the next."""

_STEPS: Final = 16
"""Steps of least squares before the next unit joins; more: slower, fewer units."""

_LAST_STEPS: Final = 60
"""Steps of the network that is nearly within ε; more: as above."""

_LOWER: Final = 0.02
"""The part of the error that is aimed at with one unit more; smaller: larger weights."""

_CLOSE: Final = 1.3
"""The largest error is lowered by minimax steps from so many goals on; larger: slower."""

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


def grown(samples: Samples, aim: Aim, most: int) -> Found | None:
    """Grow a network on a line, until it is below the goal; None if `most` units are not enough."""
    places = np.linspace(-1, 1, _FIRST)
    hidden = np.concatenate([np.full(_FIRST, 2.0 * _FIRST), -2.0 * _FIRST * places])
    now = Found(samples, hidden, hidden, float(np.abs(samples.y).max()))
    for units in range(_FIRST, most + 1):
        lower = replace(aim, goal=max(aim.goal, _LOWER * now.largest))
        now = least_squares(samples, hidden, lower, _STEPS)
        if now.largest < _CLOSE * aim.goal:
            found = refine(samples, now.hidden, aim, _LAST_STEPS)
            if found is not None:
                return found
        if aim.budget.remaining < 0 or units == most:
            break
        hidden = _with_one_more(now, aim)
    return None


def _with_one_more(now: Found, aim: Aim) -> Array:
    """Return slopes and biases with those of the unit that helps most."""
    samples = now.samples
    slopes, biases = _that_might_join(now.hidden)
    basis, _ = np.linalg.qr(features(samples.shape_of(now.hidden), now.hidden, samples.x))
    many = np.concatenate([slopes, biases])
    units = features(samples.shape_of(many), many, samples.x)[:, :-1]
    new = units - basis @ (basis.T @ units)
    sizes = np.einsum("ij,ij->j", new, new)
    gains = (samples.residual(now.weights, now.units) @ new) ** 2 / np.maximum(sizes, 1e-300)
    gains[~(sizes > _PARALLEL * np.einsum("ij,ij->j", units, units))] = 0.0
    aim.budget.remaining -= 2.0 * basis.size * len(slopes)
    best = int(np.argmax(np.nan_to_num(gains)))
    old_slopes, old_biases = np.split(now.hidden, 2)
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
