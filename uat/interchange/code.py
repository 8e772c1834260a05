r"""A network as the text of a function in Python, C or JavaScript that needs nothing else.

All weights stand in it with the digits that give back the same float. The sum of a unit starts
with its bias and goes on in the order of its inputs, in double precision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from uat.core.activations import is_named, slope_below
from uat.core.arguments import one_of
from uat.errors import InputError

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Affine, Network
    from uat.expression.arrays import Array

__all__ = ["FILES", "LANGUAGES", "code"]

_BODIES: Final[dict[str, tuple[str, str]]] = {
    "logistic": (
        "1 / (1 + exp(-u)) if u >= 0 else exp(u) / (1 + exp(u))",
        "u >= 0 ? 1 / (1 + exp(-u)) : exp(u) / (1 + exp(u))",
    ),
    "tanh": ("tanh(u)",) * 2,
    "relu": ("max(u, 0.0)", "u > 0 ? u : 0"),
    "absolute": ("abs(u)", "u > 0 ? u : -u"),
    "heaviside": ("1.0 if u > 0 else 0.0", "u > 0 ? 1 : 0"),
    "ramp": ("min(max(u + 0.5, 0.0), 1.0)", "u <= -0.5 ? 0 : u >= 0.5 ? 1 : u + 0.5"),
    "cauchy_cdf": ("atan(u) / pi + 0.5", "atan(u) / 3.141592653589793 + 0.5"),
    "gompertz": ("exp(-exp(-u)) if u > -700 else 0.0", "exp(-exp(-u))"),
    "algebraic": ("(1 + sin(atan(u))) / 2",) * 2,
    "softsign": ("u / (1 + abs(u))", "u > 0 ? u / (1 + u) : u / (1 - u)"),
    "sin": ("sin(u)",) * 2,
    "softplus": (
        "max(u, 0.0) + log1p(exp(-abs(u)))",
        "u > 0 ? u + log1p(exp(-u)) : log1p(exp(u))",
    ),
    "elu": ("u if u > 0 else expm1(u)", "u > 0 ? u : expm1(u)"),
    "silu": (
        "u / (1 + exp(-u)) if u >= 0 else u * exp(u) / (1 + exp(u))",
        "u >= 0 ? u / (1 + exp(-u)) : u * exp(u) / (1 + exp(u))",
    ),
    "gauss_cdf": ("erfc(-u / sqrt(2)) / 2",) * 2,
    "gelu": ("u * erfc(-u / sqrt(2)) / 2",) * 2,
}
"""σ(u) in Python, and in C and JavaScript."""

_ERFC: Final = """\
// 1 − erf(u): its power series near 0, a continued fraction farther out.
function erfc(u) {
  if (u < 0) return 2 - erfc(-u);
  if (u > 27) return 0;
  if (u < 2) {
    let term = u, sum = u;
    for (let k = 1; k < 60; k += 1) {
      term *= (-u * u) / k;
      sum += term / (2 * k + 1);
    }
    return 1 - (2 / sqrt(PI)) * sum;
  }
  let rest = 0;
  for (let k = 80; k > 0; k -= 1) rest = k / 2 / (u + rest);
  return exp(-u * u) / sqrt(PI) / (u + rest);
}
"""


def code(network: Network, language: str) -> str:
    """Write a network as a function in a language, one of `LANGUAGES`.

    >>> import uat
    >>> text = code(uat.Network.from_units([1.0], [2.0], [0.5], uat.tanh), "python")
    >>> scope = {}
    >>> exec(text, scope)
    >>> scope["network"]([0.25])
    [0.7615941559557649]
    """
    return LANGUAGES[one_of(language, LANGUAGES, "language")](network)


def _python(network: Network) -> str:
    sigmas = "".join(
        f"def {name}(u):  # {sigma.name}\n    return {_bodies(sigma)[0]}\n\n\n"
        for sigma, name in _named(network).items()
    )
    layers = "".join(
        f"    (\n        {layer.weight.tolist()!r},\n        {layer.bias.tolist()!r},\n"
        f"        {name},\n    ),\n"
        for layer, name in _layers(network, "None")
    )
    return f'''\
"""{network!r}"""

from math import atan, erfc, exp, expm1, log1p, pi, sin, sqrt, tanh


{sigmas}# Weights, biases and activation of each layer.
LAYERS = [
{layers}]


def network(x):
    """Return the values at a point: {network.input_dimension} in, {network.output_dimension} out."""
    for weights, biases, sigma in LAYERS:
        rows = zip(weights, biases)
        x = [sum((w * v for w, v in zip(row, x)), bias) for row, bias in rows]
        x = x if sigma is None else [sigma(u) for u in x]
    return x
'''


def _c(network: Network) -> str:
    sigmas = "".join(
        f"static double {name}(double u) {{ return {_bodies(sigma)[1]}; }}  /* {sigma.name} */\n"
        for sigma, name in _named(network).items()
    )
    arrays, steps, before = "", "", "x"
    for i, (layer, name) in enumerate(_layers(network, ""), 1):
        outputs, inputs = layer.weight.shape
        after = "y" if i == len(network.layers) else f"v_{i}"
        arrays += (
            f"static const double weight_{i}[{outputs}][{inputs}] = {_braces(layer.weight)};\n"
        )
        arrays += f"static const double bias_{i}[{outputs}] = {_braces(layer.bias)};\n"
        declared = "" if after == "y" else f"  double {after}[{outputs}];\n"
        steps += f"""\
{declared}  for (int i = 0; i < {outputs}; i++) {{
    double sum = bias_{i}[i];
    for (int j = 0; j < {inputs}; j++) sum += weight_{i}[i][j] * {before}[j];
    {after}[i] = {name}(sum);
  }}
"""
        before = after
    return f"""\
/* {network!r} */

#include <math.h>

{sigmas}{arrays}
/* Give the values y at a point x. */
void network(const double x[{network.input_dimension}], double y[{network.output_dimension}]) {{
{steps}}}
"""


def _javascript(network: Network) -> str:
    sigmas = "".join(
        f"const {name} = (u) => ({_bodies(sigma)[1]}); // {sigma.name}\n"
        for sigma, name in _named(network).items()
    )
    layers = "".join(
        f"  [\n    {layer.weight.tolist()!r},\n    {layer.bias.tolist()!r},\n    {name},\n  ],\n"
        for layer, name in _layers(network, "null")
    )
    return f"""\
// {network!r}

const {{ PI, atan, exp, expm1, log1p, sin, sqrt, tanh }} = Math;

{_ERFC * ("erfc" in sigmas)}{sigmas}
// Weights, biases and activation of each layer.
const layers = [
{layers}];

// The values at a point: {network.input_dimension} in, {network.output_dimension} out.
function network(x) {{
  for (const [weights, biases, sigma] of layers) {{
    x = weights.map((row, i) => row.reduce((sum, w, j) => sum + w * x[j], biases[i]));
    if (sigma) x = x.map(sigma);
  }}
  return x;
}}
"""


def _named(network: Network) -> dict[Activation, str]:
    """Name the function of each activation that occurs."""
    distinct = dict.fromkeys(network.activations)
    return {sigma: f"sigma_{i}" for i, sigma in enumerate(distinct, 1)}


def _layers(network: Network, none: str) -> Iterator[tuple[Affine, str]]:
    """List the layers with the names of their activations, the last with the word for none."""
    names = _named(network)
    used = [*(names[sigma] for sigma in network.activations), none]
    return zip(network.layers, used, strict=True)


def _bodies(sigma: Activation) -> tuple[str, str]:
    """Return the value of an activation in Python, and in C and JavaScript."""
    if sigma.name in _BODIES and is_named(sigma):
        return _BODIES[sigma.name]
    slope = slope_below(sigma)
    if slope is not None:
        return f"max(u, {slope!r} * u)", f"u > 0 ? u : {slope!r} * u"
    raise InputError(f"{sigma!r} given for code; written are {', '.join(_BODIES)} and leaky_relu")


def _braces(array: Array) -> str:
    """Write an array for C."""
    return repr(array.tolist()).replace("[", "{").replace("]", "}")


LANGUAGES: Final = {"python": _python, "c": _c, "javascript": _javascript}
"""Writers by language."""

FILES: Final = {".py": "python", ".c": "c", ".js": "javascript"}
"""Languages by the endings of files."""
