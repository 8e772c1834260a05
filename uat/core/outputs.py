"""Several outputs: f as one target for each, and networks side by side as one network.

The units of networks with one hidden layer and the same σ are put into one layer. A unit that two
networks have in common, with the same b and c, is kept once.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from uat.core.activations import relu
from uat.core.arguments import is_data
from uat.core.network import Affine, Network
from uat.core.target import Target, as_target
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.graph import Expression, constant, coordinate

__all__ = ["as_targets", "difference", "one_output", "side_by_side", "written_out"]


def as_targets(f: Any, domain: Any) -> tuple[Target, ...]:
    """Make a target of each output of f: of each entry of a list, or of what code returns.

    >>> as_targets(["cos(x)", "sin(x)"], (0, 6))
    (<Target cos(x) on [0, 6]>, <Target sin(x) on [0, 6]>)
    >>> as_targets(lambda x: (x, x**2), (0, 1))
    (<Target x on [0, 1]>, <Target x**2 on [0, 1]>)
    """
    if not isinstance(f, tuple | list):
        count = _count_outputs(f, domain)
        if count is None:
            return (as_target(f, domain),)
        f = [partial(_output, f, i) for i in range(count)]
    if not f:
        raise InputError("no function given as f; one for each output is needed")
    if any(map(is_data, f)):
        f = [f]  # numbers, not functions: refused as one thing
    targets = tuple(as_target(output, domain) for output in f)
    for i, target in enumerate(targets):
        if target.domain != targets[0].domain:
            raise InputError(
                f"output {i + 1} is {target!r}, output 1 is {targets[0]!r}; "
                "all outputs need the same box"
            )
    return targets


def _output(f: Callable[..., Any], index: int, *coordinates: Any) -> Any:
    return f(*coordinates)[index]


def _count_outputs(f: Any, domain: Any) -> int | None:
    """Count the outputs of code that returns a tuple or a list; None for anything else."""
    if isinstance(f, str | Expression | Target) or not callable(f) or domain is None:
        return None
    try:
        centre = [float(a) / 2 + float(b) / 2 for a, b in np.atleast_2d(domain).tolist()]
        with np.errstate(all="ignore"):
            values = f(*centre)
    except Exception:  # noqa: BLE001 - a Target checks the box and f again and reports the error
        return None
    return len(values) if isinstance(values, tuple | list) else None


def side_by_side(networks: Sequence[Network]) -> Network:
    """Make one network of several with one hidden layer, one output, the same σ and dimension.

    >>> import uat
    >>> up = Network.from_units([1.0], [50.0], [-10.0], uat.logistic)
    >>> two = Network.from_units([2.0, 1.0], [50.0, 50.0], [-10.0, -30.0], uat.logistic)
    >>> both = side_by_side([up, two])
    >>> both.units, both.output_weights.tolist()
    (2, [[1.0, 0.0], [2.0, 1.0]])
    """
    hidden = [network.layers[0] for network in networks]
    units = np.concatenate([np.column_stack([h.weight, h.bias]) for h in hidden])  # (units, d + 1)
    # + 0.0: the units with b = 0 and b = −0 are the same
    _, first, place = np.unique(units + 0.0, axis=0, return_index=True, return_inverse=True)
    distinct, rank = units[np.sort(first)], np.argsort(np.argsort(first))
    weights = np.zeros((len(networks), len(distinct)))
    starts = np.cumsum([0, *(network.units for network in networks)])
    for i, network in enumerate(networks):
        own = rank[np.ravel(place)[starts[i] : starts[i + 1]]]
        np.add.at(weights[i], own, network.layers[-1].weight[0])
    bias = np.concatenate([network.layers[-1].bias for network in networks])
    return Network(
        (Affine(distinct[:, :-1], distinct[:, -1]), Affine(weights, bias)), networks[0].activation
    )


def difference(g: Network, h: Network) -> tuple[float, Network] | None:
    """Return a number c and a network d, exactly g − h + c: the units of both, layer beside layer.

    A network of ReLUs may have fewer layers: it gets more, in which relu(u) − relu(−u) = u. None for
    other networks that differ in depth or activations.

    >>> import uat
    >>> g = Network.from_units([1.0], [1.0], [0.0], uat.relu)
    >>> h = Network((Affine([[2.0], [1.0]], [0.0, 1.0]), Affine([[1.0, 1.0]], [3.0])), uat.relu)
    >>> c, d = difference(g, h)
    >>> c, d.widths, (d([[1.0]]) - c).ravel(), g([[1.0]]) - h([[1.0]])
    (3.0, (3,), array([-6.]), array([[-6.]]))
    """
    for network in (g, h):
        if network.output_dimension != 1:
            raise InputError(
                f"{network!r} has {network.output_dimension} outputs; two networks are compared by "
                "one output each, with the layers of it alone"
            )
    if g.input_dimension != h.input_dimension:
        raise InputError(f"{g!r} and {h!r} given; both have to take as many coordinates")
    if g.depth != h.depth and {*g.activations, *h.activations} == {relu}:
        g, h = _deeper(g, h.depth), _deeper(h, g.depth)
    if g.activations != h.activations or g.depth == 0:
        return None
    first = Affine(
        *(
            np.concatenate([getattr(net.layers[0], part) for net in (g, h)])
            for part in ("weight", "bias")
        )
    )
    inner = [
        Affine(_block_diagonal(own.weight, other.weight), np.concatenate([own.bias, other.bias]))
        for own, other in zip(g.layers[1:-1], h.layers[1:-1], strict=True)
    ]
    last = Affine(np.hstack([g.layers[-1].weight, -h.layers[-1].weight]), g.layers[-1].bias)
    return float(h.layers[-1].bias[0]), Network((first, *inner, last), g.activations)


def _deeper(network: Network, depth: int) -> Network:
    """Return the same function with so many layers of ReLUs, if it has fewer."""
    layers = list(network.layers)
    while len(layers) <= depth:
        last = layers.pop()
        weight, bias = np.vstack([last.weight, -last.weight]), np.append(last.bias, -last.bias)
        layers += [Affine(weight, bias), Affine([[1.0, -1.0]], [0.0])]
    return Network(layers, relu)


def written_out(network: Network) -> Expression:
    """Return a network with one output as a formula, one operation after the other.

    >>> import uat
    >>> written_out(Network.from_units([2.0], [3.0], [-1.0], uat.tanh))
    <Expression 2*tanh(3*x - 1)>
    """
    values = [coordinate(i) for i in range(network.input_dimension)]
    for layer, sigma in zip(network.layers, (*network.activations, None), strict=True):
        rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
        values = [_summed(row, values, bias) for row, bias in rows]
        if sigma is not None:
            if sigma.expression is None:
                raise InputError(f"{sigma!r} has no formula, so {network!r} cannot be written out")
            values = [sigma.expression.compose(u) for u in values]
    return values[0]


def _summed(weights: list[float], values: Sequence[Expression], bias: float) -> Expression:
    terms = [w * value for w, value in zip(weights, values, strict=True) if w]
    if bias or not terms:
        terms.append(constant(bias))
    return sum(terms[1:], start=terms[0])


def _block_diagonal(u: Array, v: Array) -> Array:
    beside = np.zeros((len(u), v.shape[1])), np.zeros((len(v), u.shape[1]))
    return np.block([[u, beside[0]], [beside[1], v]])


def one_output(network: Network, index: int) -> Network:
    """Return the network of one output alone, with all its layers."""
    if not 0 <= index < network.output_dimension:
        raise InputError(
            f"output {index} given; {network!r} has {network.output_dimension}, counted from 0"
        )
    *hidden, last = network.layers
    rows = slice(index, index + 1)
    return Network((*hidden, Affine(last.weight[rows], last.bias[rows])), network.activations)
