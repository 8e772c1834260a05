"""Values of formulas, networks and models in balls of 160 bits: flint alone, no code of the package.

A model holds if at each drawn point of a cell the value is within the remainder of the polynomial.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import arb, ctx

from uat import Network
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.proof.joint.model import Model

__all__ = ["check", "formula", "network_value", "polynomial"]

BITS = 160

Value = Callable[[Sequence[Any]], Any]


def check(
    model: Model, value: Value, centre: Array, radius: Array, seed: int, points: int = 3
) -> float:
    """Assert that models hold at corners and drawn points; return the largest share of a remainder."""
    rng, share = np.random.default_rng(seed), 0.0
    known = np.flatnonzero(np.isfinite(model.remainder))
    with ctx.workprec(BITS):
        for i in known.tolist():
            for k in range(points):
                drawn = rng.uniform(-1, 1, (1, centre.shape[1]))
                s = (np.sign(drawn) if k == 0 else drawn)[0].tolist()
                place = [
                    arb(m) + arb(r) * arb(v)
                    for m, r, v in zip(centre[i].tolist(), radius[i].tolist(), s, strict=True)
                ]
                exact = value(place)
                if not exact.is_finite():
                    continue
                # less what these balls round: a cell far out has more digits than they do
                off = abs(exact - polynomial(model, i, s)).lower()
                assert off <= arb(float(model.remainder[i])), (i, s, place)
                share = max(share, float(off) / max(float(model.remainder[i]), 1e-300))
    return share


def polynomial(model: Model, cell: int, s: Sequence[float]) -> Any:
    """Evaluate the polynomial of one cell."""
    places = [arb(s[j]) for j in model.variables]
    exponents = model.basis.exponents.tolist()
    total = arb(0)
    for row, coefficient in zip(exponents, model.coefficients[:, cell].tolist(), strict=True):
        if coefficient:
            term = arb(coefficient)
            for place, exponent in zip(places, row, strict=True):
                term *= place**exponent
            total += term
    return total


def formula(f: Expression) -> Value:
    """Read the table of a formula."""
    table = f.to_table()

    def value(place: Sequence[Any]) -> Any:
        values: list[Any] = []
        for name, arguments, numbers in table:
            inner = [values[i] for i in arguments]
            values.append(_applied(name, inner, numbers, place))
        return values[-1]

    return value


def _applied(name: str, inner: list[Any], numbers: Sequence[float], place: Sequence[Any]) -> Any:
    if name == "coordinate":
        return place[int(numbers[0])]
    if name == "constant":
        return arb(numbers[0])
    if name == "power":
        exponent = numbers[0]
        return inner[0] ** (int(exponent) if exponent == int(exponent) else arb(exponent))
    return RULES[name](*inner)


def network_value(network: Network) -> Value:
    """Evaluate a network of a named σ, layer by layer."""
    known: dict[str, Callable[[Any], Any]] = {
        "logistic": RULES["expit"],
        "gauss_cdf": lambda z: (1 + (z / arb(2).sqrt()).erf()) / 2,
        "relu": lambda z: z.max(arb(0)),
        **{name: RULES[name] for name in ("tanh", "sin", "softplus", "silu", "gelu")},
    }
    sigmas = [known[sigma.name] for sigma in network.activations]
    layers = [(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers]

    def value(place: Sequence[Any]) -> Any:
        values = list(place)
        for i, (weight, bias) in enumerate(layers):
            values = [
                sum((arb(w) * v for w, v in zip(row, values, strict=True)), arb(c))
                for row, c in zip(weight, bias, strict=True)
            ]
            if i < len(layers) - 1:
                values = list(map(sigmas[i], values))
        return values[0]

    return value


RULES: dict[str, Callable[..., Any]] = {
    "pi": arb.pi,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negative": lambda u: -u,
    "sqrt": lambda u: u.sqrt(),
    "cbrt": lambda u: u.root(3) if u > 0 else -(-u).root(3),
    "exp": lambda u: u.exp(),
    "expm1": lambda u: u.expm1(),
    "log": lambda u: u.log(),
    "log1p": lambda u: u.log1p(),
    "xlogy": lambda v, u: v * u.log(),
    "sin": lambda u: u.sin(),
    "cos": lambda u: u.cos(),
    "tan": lambda u: u.tan(),
    "arctan": lambda u: u.atan(),
    "sinh": lambda u: u.sinh(),
    "cosh": lambda u: u.cosh(),
    "tanh": lambda u: u.tanh(),
    "arcsinh": lambda u: u.asinh(),
    "sinc": lambda u: u.sin() / u,
    "expit": lambda u: 1 / (1 + (-u).exp()),
    "erf": lambda u: u.erf(),
    "gelu": lambda u: u * (1 + (u / arb(2).sqrt()).erf()) / 2,
    "silu": lambda u: u / (1 + (-u).exp()),
    "softplus": lambda u: (1 + u.exp()).log(),
    "absolute": abs,
    "sign": lambda u: arb(1) if u > 0 else arb(-1) if u < 0 else arb("nan"),
    "minimum": lambda a, b: a.min(b),
    "maximum": lambda a, b: a.max(b),
}
