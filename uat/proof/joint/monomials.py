"""The monomials s^α of total degree p at most in d variables, |s_j| ≤ 1: their order and products.

They stand in the order of their degrees, 1 first and then s_1 … s_d. An exponent α is known by the
number Σ α_j (p + 1)^j; that of a product is the sum of the numbers of its factors.

s^a = Σ_b C_ab T_b(s) has C_ab ≥ 0 with Σ_b C_ab = 1, so that in Chebyshev's basis the coefficients
of a polynomial add up to no more than in this one, and mostly to less.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from uat.expression.arrays import Array, Bools, Integers

__all__ = ["Monomials", "embedding", "monomials"]


@dataclass(frozen=True, slots=True, eq=False)
class Monomials:
    """The exponents of total degree `order` at most, and what products of monomials make."""

    variables: int
    order: int
    exponents: Integers  # (monomials, variables)
    degrees: Integers  # (monomials,): |α|, increasing
    starts: Integers  # (order + 2,): where each degree begins
    ways: Array  # (monomials,): k!/α!, how often s^α occurs in (s_1 + … + s_d)^k
    products: tuple[Integers, ...]  # [i][j]: which one s^α_i s^α_j is, for all j that fit
    terms: int  # products that make one monomial, at most
    to_chebyshev: Any  # sparse (monomials, monomials), of entries in [0, 1]
    rows: int  # entries in one of its rows, at most
    pairs: tuple[
        Integers, Integers, Integers
    ]  # i, j and where s^α_i s^α_j is, in the order of that

    def __len__(self) -> int:
        """Return the number of monomials."""
        return len(self.exponents)

    def factors(self, left: Bools, right: Bools) -> tuple[Integers, Integers, Integers]:
        """List the pairs of monomials, of two sets, whose product is here.

        Return i, j and where the pairs of each product begin. The sets may be of another order.
        """
        size = len(self)
        in_left, in_right = (np.append(some, np.zeros(size, dtype=bool)) for some in (left, right))
        i, j, place = self.pairs
        some = in_left[i] & in_right[j]
        return i[some], j[some], np.searchsorted(place[some], np.arange(size + 1))


@lru_cache(maxsize=64)
def monomials(variables: int, order: int) -> Monomials:
    """List the monomials of total degree `order` at most.

    >>> monomials(2, 2).exponents.tolist()
    [[0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2]]
    """
    exponents = _exponents(variables, order)
    degrees = exponents.sum(axis=1)
    starts = np.searchsorted(degrees, np.arange(order + 2))
    ways = [
        math.factorial(sum(row)) / math.prod(map(math.factorial, row)) for row in exponents.tolist()
    ]
    number = _numbers(exponents, order)
    find = _Finder(number)
    products = tuple(
        find(number[i] + number[: starts[order - degree + 1]]) for i, degree in enumerate(degrees)
    )
    change = _to_chebyshev(exponents, order, find)
    counts = list(map(len, products))
    place = np.concatenate(products)
    first = np.repeat(np.arange(len(counts)), counts)
    second = np.concatenate([np.arange(count) for count in counts])
    by_place = np.argsort(place, kind="stable")
    return Monomials(
        variables=variables,
        order=order,
        exponents=exponents,
        degrees=degrees,
        starts=starts,
        ways=np.array(ways),
        products=products,
        terms=int(np.bincount(place).max()),
        to_chebyshev=change,
        rows=int(np.diff(change.indptr).max()),
        pairs=(first[by_place], second[by_place], place[by_place]),
    )


@lru_cache(maxsize=1024)
def embedding(some: tuple[int, ...], every: tuple[int, ...], order: int) -> Integers:
    """Find the monomials of some variables among those of more, both in increasing order."""
    small = monomials(len(some), order).exponents
    padded = np.zeros((len(small), len(every)), dtype=np.int64)
    padded[:, [every.index(v) for v in some]] = small
    of_every = monomials(len(every), order).exponents
    return _Finder(_numbers(of_every, order))(_numbers(padded, order))


def _exponents(variables: int, order: int) -> Integers:
    rows = [
        [chosen.count(j) for j in range(variables)]
        for degree in range(order + 1 if variables else 1)
        for chosen in combinations_with_replacement(range(variables), degree)
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), variables)


def _numbers(exponents: Integers, order: int) -> Integers:
    """Return the number of each exponent; below 2^63 for all orders and variables in use."""
    return np.asarray(exponents @ (order + 1) ** np.arange(exponents.shape[1]), dtype=np.int64)


class _Finder:
    """Where a number stands in a list of different ones."""

    def __init__(self, numbers: Integers) -> None:
        self._order = np.argsort(numbers)
        self._sorted = numbers[self._order]

    def __call__(self, numbers: Integers) -> Integers:
        return self._order[np.searchsorted(self._sorted, numbers)]


def _to_chebyshev(exponents: Integers, order: int, find: _Finder) -> Any:
    """Multiply the changes of basis along each axis; all entries are exact in floats."""
    from scipy.sparse import csr_array, identity

    size, powers = len(exponents), _powers_by_chebyshev(order)
    change = csr_array(identity(size, format="csr"))
    for axis in range(exponents.shape[1]):
        own, unit = exponents[:, axis], (order + 1) ** axis
        numbers = _numbers(exponents, order)
        rows, columns, entries = [], [], []
        for fall in range(0, order + 1, 2):
            some = np.flatnonzero(own >= fall)
            rows.append(find(numbers[some] - fall * unit))
            columns.append(some)
            entries.append(powers[own[some], own[some] - fall])
        places = (np.concatenate(rows), np.concatenate(columns))
        step = csr_array((np.concatenate(entries), places), shape=(size, size))
        change = csr_array(step @ change)
    change.sort_indices()
    return change


def _powers_by_chebyshev(order: int) -> Array:
    """Return C with s^a = Σ_b C_ab T_b(s), from s T_b = (T_(b+1) + T_|b−1|)/2."""
    table = np.zeros((order + 1, order + 2))
    table[0, 0] = 1.0
    for a in range(order):
        table[a + 1, 1:] += table[a, :-1] / 2
        table[a + 1, :-1] += table[a, 1:] / 2
        table[a + 1, 1] += table[a, 0] / 2
    return table[:, :-1]
