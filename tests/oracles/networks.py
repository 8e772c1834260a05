"""The value of any network with many digits: fractions in the first layer, mpmath behind it."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from tests.oracles.exact import SIGMA, mp, to_mp

__all__ = ["exact_network"]

Function = Callable[[Any], Any]


def exact_network(
    network: Any, point: Sequence[Fraction | float], sigmas: Sequence[Function] = ()
) -> Any:
    """g at a point, of a network of any depth with one output; σ of each hidden layer.

    A slope of 1e100 in a later layer costs a hundred digits, so there are 450.
    """
    sigmas = sigmas or [SIGMA[sigma.name] for sigma in network.activations]
    first, *others = network.layers
    with mp.workdps(450 if len(others) > 1 else 80):
        point = [Fraction(x) for x in point]
        values = [
            to_mp(sum((Fraction(w) * x for w, x in zip(row, point, strict=True)), Fraction(bias)))
            for row, bias in zip(first.weight.tolist(), first.bias.tolist(), strict=True)
        ]
        for layer, sigma in zip(others, sigmas, strict=True):
            values = [sigma(u) for u in values]
            values = [
                mp.fsum(mp.mpf(w) * v for w, v in zip(row, values, strict=True)) + mp.mpf(bias)
                for row, bias in zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
            ]
        return values[0]
