"""Proved bounds on the largest number of regions of ReLU networks of given widths.

With n inputs and hidden widths n_1, …, n_L, let max be the largest number of activation regions of
any such network on the whole space. A bound "at most" holds for every network, on any box, and also
for linear regions, of which there are no more. A bound "at least" is reached by some network.

| bound on max       | formula                                          | holds for      |
| ------------------ | ------------------------------------------------ | -------------- |
| at most, patterns  | 2^(n_1 + … + n_L)                                | all            |
| at most, Montúfar  | ∏ Σ_{j≤d_l} C(n_l, j), d_l = min(n, n_1, …, n_l) | all            |
| at most, Serra     | f_1(n), see below                                | all            |
| at most, on        | B_1(n), see `regions/histograms.py`              | all            |
| exactly, Zaslavsky | Σ_{j≤n} C(n_1, j)                                | L = 1          |
| exactly, Serra     | ∏ (n_l + 1)                                      | n = 1, n_l ≥ 3 |
| at least, Pascanu  | ∏_{l<L} ⌊n_l/n⌋ · Σ_{j≤n} C(n_L, j)              | n_l ≥ n        |
| at least, Montúfar | ∏_{l<L} ⌊n_l/n⌋^n · Σ_{j≤n} C(n_L, j)            | n_l ≥ n        |
| at least, Serra    | ∏_{l<L} (⌊n_l/n⌋ + 1)^n · Σ_{j≤n} C(n_L, j)      | n_l ≥ 3n       |

f_l(d) = Σ_{j≤min(d, n_l)} C(n_l, j) f_{l+1}(min(d, n_l − j)), f_{L+1} = 1: where j units of a layer
are off, at most n_l − j dimensions are left.

Sources: Serra, Tjandraatmadja and Ramalingam, "Bounding and counting linear regions of deep neural
networks", 2018, theorems 1, 5 and 6, whose section 3 restates those of Zaslavsky, "Facing up to
arrangements", 1975; Pascanu, Montúfar and Bengio, "On the number of response regions of deep feed
forward networks with piece-wise linear activations", 2013; Montúfar, Pascanu, Cho and Bengio, "On
the number of linear regions of deep neural networks", 2014, theorem 5; Montúfar, "Notes on the
number of linear regions of deep neural networks", 2017. `deep/folding.py` builds the networks
that prove the lower bounds of 2013 and 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from math import prod
from typing import Final, Literal

from uat.core.arguments import called_as, read_widths, whole_number
from uat.errors import InputError
from uat.regions.histograms import histogram_bound

__all__ = ["Bound", "partial_sum", "region_bounds", "written"]

Kind = Literal["max_at_least", "max_at_most"]

_MOST_UNITS: Final = 100_000


@dataclass(frozen=True, slots=True, repr=False)
class Bound:
    """A bound of one theorem on the largest number of regions.

    Attributes
    ----------
    name : str
        Short name, such as "Montúfar 2014".
    value : int
        The exact number, however large.
    kind : "max_at_least" or "max_at_most"
        Some network has at least that many regions, or no network has more.
    source : str
        The theorem and the paper.

    Examples
    --------
    >>> print(Bound("Zaslavsky 1975", 29, "max_at_most", "Facing up to arrangements"))
    at most 29: Zaslavsky 1975
    """

    name: str
    value: int
    kind: Kind
    source: str

    @property
    def words(self) -> str:
        """The kind in words: "at least" or "at most"."""
        return "at least" if self.kind == "max_at_least" else "at most"

    def __str__(self) -> str:
        """Return the bound as words, a very long value by its first digits and a power of ten."""
        return f"{self.words} {written(self.value)}: {self.name}"

    def __repr__(self) -> str:
        return f"<Bound: {self}>"


@called_as("region_bounds(2, (8, 8, 8))")
def region_bounds(n0: int, widths: Sequence[int]) -> tuple[Bound, ...]:
    """Bound the largest number of activation regions of ReLU networks of one shape.

    Parameters
    ----------
    n0 : int
        The number of inputs.
    widths : sequence of int
        The units of each hidden layer, at least 1 each; with n0 at most 100 000 together.

    Returns
    -------
    tuple of Bound
        Largest value first, without the theorems whose assumptions do not hold; that of activation
        histograms up to about a million steps.

    Raises
    ------
    InputError
        A number below 1, no layer, or too many units.
    WrongType
        A number that is not whole.

    Examples
    --------
    >>> for bound in region_bounds(2, (4, 3, 4)):
    ...     print(bound)
    at most 2,048: activation patterns
    at most 847: Montúfar 2017
    at most 649: Serra 2018
    at most 571: activation histograms
    at least 44: Montúfar 2014
    at least 22: Pascanu 2013
    """
    n, layers = whole_number(n0, "n0"), read_widths(widths)
    if n + sum(layers) > _MOST_UNITS:
        raise InputError(
            f"{n} inputs and {sum(layers)} units given; at most {_MOST_UNITS:,} together are needed"
        )
    found = [
        Bound("activation patterns", 2 ** sum(layers), "max_at_most", "one bit a unit"),
        Bound("Montúfar 2017", _montufar_upper(n, layers), "max_at_most", _NOTES),
        Bound("Serra 2018", _serra_upper(n, layers), "max_at_most", f"theorem 1, {_SERRA}"),
    ]
    on = histogram_bound(n, layers)
    if on is not None:
        found.append(Bound("activation histograms", on, "max_at_most", _HINZ))
    last = partial_sum(layers[-1], n)
    if len(layers) == 1:
        found += [Bound("Zaslavsky 1975", last, kind, _ZASLAVSKY) for kind in _EXACT]
    if n == 1 and min(layers) >= 3:
        pieces = prod(width + 1 for width in layers)
        found += [
            Bound("Serra 2018, one input", pieces, kind, f"theorem 5, {_SERRA}") for kind in _EXACT
        ]
    elif min(layers) >= 3 * n:
        copies = prod((width // n + 1) ** n for width in layers[:-1])
        source = f"theorem 6, {_SERRA}"
        found.append(Bound("Serra 2018, folds", copies * last, "max_at_least", source))
    if min(layers) >= n:
        copies = prod(width // n for width in layers[:-1])
        found += [
            Bound("Montúfar 2014", copies**n * last, "max_at_least", _MONTUFAR),
            Bound("Pascanu 2013", copies * last, "max_at_least", _PASCANU),
        ]
    return tuple(sorted(found, key=lambda bound: (-bound.value, bound.kind == "max_at_least")))


def partial_sum(units: int, dimension: int) -> int:
    """Return Σ C(units, j) over j ≤ dimension, the number of cells of a general arrangement.

    >>> partial_sum(4, 2)
    11
    """
    if dimension >= units:
        return 1 << units
    return sum(_binomials(units, dimension))


def written(value: int, longest: int = 60) -> str:
    """Return a whole number as text, rounded down past `longest` digits.

    >>> written(60466176), written(101**100)
    ('60,466,176', '2.704 × 10^200')
    """
    if value < 10**longest:
        return f"{value:,}"
    # Python refuses str(value) for more than 4300 digits.
    exponent = int((value.bit_length() - 1) * 0.30102999566398)
    while 10 ** (exponent + 1) <= value:
        exponent += 1
    leading = value // 10 ** (exponent - 3)
    return f"{leading // 1000}.{leading % 1000:03} × 10^{exponent}"


_EXACT: Final[tuple[Kind, ...]] = ("max_at_most", "max_at_least")
_ZASLAVSKY: Final = "Zaslavsky, Facing up to arrangements, 1975"
_PASCANU: Final = "Pascanu, Montúfar and Bengio, 2013"
_MONTUFAR: Final = "theorem 5, Montúfar, Pascanu, Cho and Bengio, 2014"
_NOTES: Final = "Montúfar, Notes on the number of linear regions, 2017"
_HINZ: Final = "activation histograms, after Hinz, 2021"
_SERRA: Final = "Serra, Tjandraatmadja and Ramalingam, 2018"


def _binomials(units: int, most: int) -> list[int]:
    """Return C(units, j) for j = 0, …, most."""
    steps = range(1, min(most, units) + 1)
    return list(accumulate(steps, lambda c, j: c * (units - j + 1) // j, initial=1))


def _montufar_upper(n: int, widths: tuple[int, ...]) -> int:
    least = list(accumulate(widths, min, initial=n))[1:]
    bound: int = prod(partial_sum(width, d) for width, d in zip(widths, least, strict=True))
    return bound


def _serra_upper(n: int, widths: tuple[int, ...]) -> int:
    """Return f_1(n), computed from the last layer to the first for all dimensions d at once."""
    return reduce(_serra_layer, reversed(widths), [1] * (n + 1))[n]


def _serra_layer(above: list[int], width: int) -> list[int]:
    """Return f_l(d) for d = 0, …, n from f_{l+1}.

    For j ≤ n_l − d the factor is f_{l+1}(d), and the binomials add up; each larger j leaves
    i = n_l − j < d dimensions, a sum of C(n_l, i) f_{l+1}(i) over i from n_l − d to d − 1.
    """
    most = len(above) - 1
    binomials = _binomials(width, most)
    kept = list(accumulate(binomials))
    left = list(accumulate((c * f for c, f in zip(binomials, above, strict=False)), initial=0))
    values = []
    for d in (min(d, width) for d in range(most + 1)):
        fewer = left[d] - left[width - d] if width < 2 * d else 0
        values.append(kept[min(d, width - d)] * above[d] + fewer)
    return values
