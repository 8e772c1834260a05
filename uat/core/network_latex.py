"""A network with one hidden layer in LaTeX: the sum of the theorem with its numbers."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from uat.core.arguments import whole_number
from uat.expression.latex import coordinate_names, listed, rounded

if TYPE_CHECKING:
    from uat.core.network import Network

__all__ = ["network_latex"]

_FIRST: Final = 3
"""Terms before the dots; more: a longer line."""


def network_latex(network: "Network", digits: int) -> str:
    r"""Write g(x) = Σ a_i σ(b_i·x + c_i) with its numbers; of many terms the first and the last.

    Where a number is rounded, ≈ stands for =. A unit of slope 0 is written as its value.

    >>> import uat
    >>> network_latex(uat.Network.from_units([1, -2], [50, 3.14159], [-10, 0], "tanh"), 3)
    'g(x) \\approx \\sigma(50 x - 10) - 2 \\, \\sigma(3.14 x)'
    """
    few = whole_number(digits, "digits")
    names = coordinate_names(network.input_dimension)
    inner, outputs = listed(names), network.output_dimension
    sums = []
    for i in range(1, outputs + 1):
        text, exact = _output(network, i - 1, names, few)
        equals = "=" if exact else r"\approx"
        sums.append(f"g{f'_{{{i}}}' * (outputs > 1)}({inner}) {equals} {text}")
    if any(r"\cdots" in text for text in sums):
        sums.append(f"n = {network.units}")
    return r", \quad ".join(sums)


def _output(network: "Network", index: int, names: Sequence[str], digits: int) -> tuple[str, bool]:
    """Write the sum of one output, and say if all its numbers are exact.

    With several outputs, units that this one has no weight for are left out.
    """
    hidden, last = network.layers
    weights, bias = last.weight[index], float(last.bias[index])
    units = np.flatnonzero(weights) if len(last.bias) > 1 else np.arange(len(weights))
    many = len(units) > _FIRST + 2
    shown = [*units[:_FIRST], units[-1]] if many else [*units]
    terms, numbers, exact = [], [bias], True
    for i in shown:
        a, slopes, c = float(weights[i]), hidden.weight[i].tolist(), float(hidden.bias[i])
        value = math.inf if any(slopes) else a * float(network.activation(c))
        if not math.isfinite(value):
            terms.append(_times(a, _unit(slopes, c, names, digits), digits))
            numbers += [a, *slopes, c]
        else:
            terms.append(rounded(value + 0.0, digits))  # no -0
            exact = False  # σ(c) itself was rounded
    if many:
        terms.insert(_FIRST, r"\cdots")
    if bias or not terms:
        terms.append(rounded(bias, digits))
    exact = exact and all(number == float(f"{number:.{digits}g}") for number in numbers)
    return _sum(terms), exact


def _unit(slopes: Sequence[float], bias: float, names: Sequence[str], digits: int) -> str:
    terms = [_times(b, name, digits) for b, name in zip(slopes, names, strict=True) if b]
    if bias or not terms:
        terms.append(rounded(bias, digits))
    return rf"\sigma({_sum(terms)})"


def _times(factor: float, thing: str, digits: int) -> str:
    number = rounded(factor, digits)
    if number in ("1", "-1"):
        return number[:-1] + thing
    return f"{number} {thing}" if len(thing) <= 6 else rf"{number} \, {thing}"


def _sum(terms: Sequence[str]) -> str:
    text = terms[0]
    for term in terms[1:]:
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text
