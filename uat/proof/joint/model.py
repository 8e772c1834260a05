"""Polynomials of high degree on many cells, with all that they leave out: their arithmetic.

A cell is the box m + r∘s, s ∈ [−1, 1]^d. A model says of a function that on the cell

    value ∈ Σ_α c_α s^α ± remainder,    |α| ≤ p.

What a product has past degree p is bounded degree by degree and goes to the remainder, and so does
every rounding. Where nothing is known the remainder is inf and the coefficients are 0: they are
finite always, since a NaN among them would be lost in a comparison.

Source: K. Makino and M. Berz, Taylor models and other validated functional inclusion methods, 2003.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from uat.enclosure.outward_rounding import TINY, UP
from uat.expression.arrays import Array, Bools
from uat.numerics.network_rounding import ROUNDOFF, gamma
from uat.proof.joint.monomials import Monomials, embedding, monomials

__all__ = ["Model", "constant", "whole_power"]

_SUMS: Final = 16
"""Roundings beside those of a sum of products: more than the few operations around it have."""

_FEW: Final = 0.1
"""Polynomials with so few of the monomials are multiplied term by term; larger: slower."""


@dataclass(frozen=True, eq=False)
class Model:
    """Polynomials in some of the variables of the cells, and remainders."""

    variables: tuple[int, ...]  # in increasing order
    order: int
    coefficients: Array  # (monomials, cells)
    remainder: Array  # (cells,), at least 0

    @classmethod
    def sound(
        cls, variables: tuple[int, ...], order: int, coefficients: Array, remainder: Array
    ) -> "Model":
        """Make models; on a cell with a number that is not finite nothing is known."""
        remainder = remainder * UP + TINY
        lost = ~np.isfinite(coefficients.sum(axis=0) + remainder)
        if lost.any():
            coefficients = np.where(lost, 0.0, coefficients)
            remainder = np.where(lost, np.inf, remainder)
        return cls(variables, order, coefficients, remainder)

    @property
    def basis(self) -> Monomials:
        """The monomials that the coefficients stand at."""
        return monomials(len(self.variables), self.order)

    @cached_property
    def by_degree(self) -> Array:
        """Bound Σ|c_α| over |α| = k, (order + 1, cells)."""
        sizes = np.zeros((self.order + 1, self.coefficients.shape[1]))
        live, starts = self._live, self.basis.starts
        for degree, (first, end) in enumerate(pairwise(starts.tolist())):
            rows = self.coefficients[first:end]
            some = live[first:end]
            if some.any():
                np.abs(rows if some.all() else rows[some]).sum(axis=0, out=sizes[degree])
        return sizes * UP

    @cached_property
    def size(self) -> Array:
        """Bound Σ|c_α|, (cells,)."""
        return np.asarray(self.by_degree.sum(axis=0) * UP)

    @cached_property
    def _live(self) -> Bools:
        """The monomials that occur on some cell."""
        return np.asarray(self.coefficients.any(axis=1))

    def on(self, variables: tuple[int, ...]) -> "Model":
        """Return the same models in more variables."""
        if variables == self.variables:
            return self
        wide = np.zeros((len(monomials(len(variables), self.order)), len(self.remainder)))
        wide[embedding(self.variables, variables, self.order)] = self.coefficients
        return Model(variables, self.order, wide, self.remainder)

    def at(self, cells: Bools) -> "Model":
        """Return the models of some of the cells."""
        parts = self.coefficients[:, cells], self.remainder[cells]
        return Model(self.variables, self.order, *parts)

    def __neg__(self) -> "Model":
        return Model(self.variables, self.order, -self.coefficients, self.remainder)

    def __add__(self, other: "Model") -> "Model":
        a, b = _together(self, other)
        total = a.coefficients + b.coefficients
        with np.errstate(all="ignore"):
            rounded = ROUNDOFF * (a.size + b.size) * UP
            return Model.sound(a.variables, a.order, total, a.remainder + b.remainder + rounded)

    def __sub__(self, other: "Model") -> "Model":
        return self + -other

    def __mul__(self, other: "Model") -> "Model":
        return self.times(other, self.order)

    def times(self, other: "Model", order: int) -> "Model":
        """Multiply, up to an order; what is past it goes to the remainder."""
        a, b = _together(self, other)
        if np.count_nonzero(b._live) < np.count_nonzero(a._live):
            a, b = b, a
        basis = monomials(len(a.variables), order)
        with np.errstate(all="ignore"):
            remainder = a.size * b.remainder + b.size * a.remainder + a.remainder * b.remainder
            remainder += _past_the_order(a, b, order)
            remainder += gamma(basis.terms + _SUMS) * a.size * b.size
            return Model.sound(a.variables, order, _product(a, b, basis), remainder)

    def shifted(self, by: Array) -> "Model":
        """Add a number on each cell, (cells,)."""
        coefficients = self.coefficients.copy()
        with np.errstate(all="ignore"):
            coefficients[0] += by
            rounded = ROUNDOFF * np.abs(coefficients[0])
            return Model.sound(
                self.variables, self.order, coefficients, self.remainder + rounded * UP
            )

    def without_constant(self) -> "Model":
        """Leave the term of degree 0 out."""
        coefficients = self.coefficients.copy()
        coefficients[0] = 0.0
        return Model(self.variables, self.order, coefficients, self.remainder)

    def divided(self, by: Array) -> "Model":
        """Divide by a number above 0 on each cell, (cells,)."""
        with np.errstate(all="ignore"):
            remainder = self.remainder / by + ROUNDOFF * self.size / by
            return Model.sound(self.variables, self.order, self.coefficients / by, remainder * UP)

    def widened(self, by: Array) -> "Model":
        """Add a bound, (cells,), to the remainders."""
        with np.errstate(all="ignore"):
            return Model.sound(self.variables, self.order, self.coefficients, self.remainder + by)

    @cached_property
    def in_chebyshev(self) -> Array:
        """The coefficients in Chebyshev's basis, (monomials, cells)."""
        return np.asarray(self.basis.to_chebyshev @ self.coefficients)

    @cached_property
    def rounding(self) -> Array:
        """Bound the sum of the errors of `in_chebyshev`, (cells,)."""
        return np.asarray(gamma(self.basis.rows + _SUMS) * self.size * UP + TINY)

    @cached_property
    def middle(self) -> Array:
        """A number near the middle of the values, (cells,)."""
        return np.array(self.in_chebyshev[0])

    @cached_property
    def spread(self) -> Array:
        """Bound how far the values are from the middle, (cells,)."""
        rest = np.abs(self.in_chebyshev[1:]).sum(axis=0)
        return np.asarray((rest + self.rounding + self.remainder) * UP)


def constant(order: int, value: Array, error: Array | float = 0.0) -> Model:
    """Model numbers, (cells,), known up to an error."""
    return Model.sound((), order, value[None, :].copy(), np.zeros(len(value)) + error)


def whole_power(base: Model, exponent: int) -> Model:
    """Multiply a model with itself, exponent ≥ 1, by squaring."""
    result: Model | None = None
    while True:
        if exponent & 1:
            result = base if result is None else result * base
        exponent >>= 1
        if not exponent:
            assert result is not None
            return result
        base = base * base


def _together(a: Model, b: Model) -> tuple[Model, Model]:
    """Return two models in the variables of both."""
    if a.variables == b.variables:
        return a, b
    both = tuple(sorted({*a.variables, *b.variables}))
    return a.on(both), b.on(both)


def _product(a: Model, b: Model, basis: Monomials) -> Array:
    """Multiply two polynomials; what is past the order of the basis is left out."""
    result = np.zeros((len(basis), a.coefficients.shape[1]))
    some = np.flatnonzero(a._live[: len(basis)])
    if len(some) <= _FEW * len(basis):
        for i in some.tolist():
            land = basis.products[i][: len(b.coefficients)]
            result[land] += a.coefficients[i] * b.coefficients[: len(land)]
        return result
    left, right, starts = basis.factors(a._live, b._live)
    for k in np.flatnonzero(np.diff(starts)).tolist():
        pairs = slice(starts[k], starts[k + 1])
        factors = a.coefficients[left[pairs]], b.coefficients[right[pairs]]
        np.einsum("pc,pc->c", *factors, out=result[k])
    return result


def _past_the_order(a: Model, b: Model, order: int) -> Array:
    """Bound Σ|c_α||c_β| over |α| + |β| > order."""
    none = np.zeros_like(b.by_degree[:1])
    above = np.cumsum(np.concatenate([none, b.by_degree[::-1]]), axis=0)[::-1]  # degrees from k on
    first = np.clip(order + 1 - np.arange(a.order + 1), 0, b.order + 1)
    return np.asarray(np.sum(a.by_degree * above[first], axis=0) * UP)
