"""A network as an object: affine layers with an activation after each but the last.

With one hidden layer it is the sum of the theorem, g(x) = Σ a_i σ(b_i·x + c_i)
(Cybenko, "Approximation by superpositions of a sigmoidal function", 1989). A network does not
change: arrays are copied and read-only, so that a proof about a network stays true.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from uat.core.activations import Activation, Activations, as_activations
from uat.core.arguments import brief, called_as, real_array
from uat.core.domain import check_count, read_coordinates
from uat.core.evaluate import evaluate
from uat.errors import InputError, WrongType, counted
from uat.expression.arrays import Array
from uat.expression.notebook import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Affine", "Network", "NetworkFunction", "as_network"]

_SHOWN: Final = 9
"""Most sizes of layers that the repr of a network lists; more: a longer line."""


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Affine:
    """An affine map x ↦ weight x + bias, the linear part of a layer.

    Parameters
    ----------
    weight : array_like, shape (out, in)
        One row for each unit.
    bias : array_like, shape (out,)

    Raises
    ------
    InputError
        Shapes that do not fit, an empty layer, NaN or infinity.
    WrongType
        Complex numbers, text.

    Examples
    --------
    >>> layer = Affine([[1, 2], [3, 4], [5, 6]], [0, 0, 1])
    >>> layer
    Affine(2 → 3)
    >>> layer.weight.flags.writeable
    False
    """

    weight: Array
    bias: Array

    @called_as("Affine(weight, bias)")
    def __init__(self, weight: ArrayLike, bias: ArrayLike) -> None:
        weight, bias = _frozen(weight, "weight"), _frozen(bias, "bias")
        if weight.ndim != 2 or 0 in weight.shape:
            raise InputError(
                f"weight of shape {weight.shape} given; (out, in) is needed, at least 1 each"
            )
        if bias.shape != weight.shape[:1]:
            if bias.shape == weight.shape[1:]:
                raise InputError(
                    f"weight has shape {weight.shape} and bias {bias.shape}; weight is (out, in): "
                    "give weight.T?"
                )
            raise InputError(
                f"bias of shape {bias.shape} given for {counted(weight.shape[0], 'unit')}; "
                f"({weight.shape[0]},) is needed"
            )
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "bias", bias)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Affine):
            return NotImplemented
        return self is other or (
            np.array_equal(self.weight, other.weight) and np.array_equal(self.bias, other.bias)
        )

    def __hash__(self) -> int:
        # some numbers are enough, at the same cost for any width; no bytes, since 0.0 == -0.0
        step = max(1, self.weight.size // 16)
        return hash((self.weight.shape, *self.weight.ravel()[::step].tolist()))

    def __reduce__(self) -> tuple[Any, ...]:
        return Affine, (self.weight, self.bias)

    def __repr__(self) -> str:
        return f"Affine({self.weight.shape[1]} → {self.weight.shape[0]})"


@dataclass(frozen=True, repr=False, init=False)
class Network:
    """A feed-forward network: the activation after every layer but the last, which is affine.

    Parameters
    ----------
    layers : sequence of Affine
        In the order of evaluation; each takes as many values as the one before it gives.
    activation : Activation or str, or a tuple with one for each hidden layer
        Each is one of the package, its name, or your own from `uat.sigmoidal`. With one more, for
        the outputs, these are units too: a hidden layer of their own, before a last one with the
        weights 1 and the biases 0, which changes no digit.

    Attributes
    ----------
    layers : tuple of Affine
    activations : tuple of Activation
        One for each hidden layer.

    Raises
    ------
    InputError
        No layer, layers that do not fit each other, an unknown name, a tuple of another length.
    WrongType
        A layer that is no `Affine`, an activation of another kind.

    Examples
    --------
    >>> import uat
    >>> g = Network((Affine([[1.0], [-1.0]], [0.0, 0.0]), Affine([[1.0, 1.0]], [0.0])), uat.relu)
    >>> g
    Network(1 → 2 → 1, uat.relu)
    >>> g([[-3.0], [2.0]])
    array([[3.],
           [2.]])
    >>> h = Network((*g.layers[:1], Affine([[1.0, -1.0]], [0.0])), ("relu", "tanh"))
    >>> h, h.depth, h.activation is None
    (Network(1 → 2 → 1 → 1, uat.relu, uat.tanh), 2, True)
    """

    layers: tuple[Affine, ...]
    activations: tuple[Activation, ...]

    @called_as('Network((uat.Affine(weight, bias), …), "relu")')
    def __init__(self, layers: Sequence[Affine], activation: Activations) -> None:
        try:
            layers = tuple(layers)
        except TypeError:
            raise WrongType(
                f"layers {brief(layers)} given; a sequence of uat.Affine is needed"
            ) from None
        for number, layer in enumerate(layers, 1):
            if not isinstance(layer, Affine):
                raise WrongType(f"layer {number} is {brief(layer)}; a uat.Affine is needed")
        if not layers:
            raise InputError("no layers given; at least one uat.Affine is needed")
        for number, (below, above) in enumerate(pairwise(layers), 1):
            if above.weight.shape[1] != below.weight.shape[0]:
                raise InputError(
                    f"layer {number} gives {counted(below.weight.shape[0], 'value')} and layer {number + 1} "
                    f"takes {above.weight.shape[1]}; they have to be equal"
                )
        activations = as_activations(activation, len(layers) - 1)
        if len(activations) == len(layers):
            outputs = len(layers[-1].bias)
            layers = (*layers, Affine(np.eye(outputs), np.zeros(outputs)))
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "activations", activations)

    @classmethod
    @called_as('Network.from_units(a, b, c, "relu")')
    def from_units(
        cls, a: ArrayLike, b: ArrayLike, c: ArrayLike, activation: Activation | str
    ) -> Self:
        """Make the network of the theorem, g(x) = Σ a_i σ(b_i·x + c_i), with no output bias.

        Parameters
        ----------
        a, c : array_like, shape (n,)
            Output weights and biases of the units.
        b : array_like, shape (n,) or (n, d)
            Slopes; (n,) in one dimension.
        activation : Activation or str

        Examples
        --------
        >>> import uat
        >>> g = Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic)
        >>> g
        Network(1 → 2 → 1, uat.logistic)
        >>> g.slopes
        array([50., 50.])
        """
        outer, slopes, biases = real_array(a, "a"), real_array(b, "b"), real_array(c, "c")
        if outer.ndim != 1 or biases.shape != outer.shape or outer.size == 0:
            raise InputError(
                f"a of shape {outer.shape} and c of shape {biases.shape} given; "
                "one number a unit is needed in each, (n,) with n at least 1"
            )
        if slopes.ndim not in (1, 2) or len(slopes) != len(outer):
            raise InputError(
                f"b of shape {slopes.shape} given for {counted(len(outer), 'unit')}; "
                f"({len(outer)},) or ({len(outer)}, d) is needed"
            )
        hidden = Affine(slopes[:, None] if slopes.ndim == 1 else slopes, biases)
        return cls((hidden, Affine(outer[None, :], [0.0])), activation)

    @property
    def activation(self) -> Activation | Any:
        """The activation of all hidden layers; None where they have several, or there are none."""
        first = self.activations[0] if self.activations else None
        return first if all(sigma == first for sigma in self.activations) else None

    @property
    def widths(self) -> tuple[int, ...]:
        """The number of units of each hidden layer."""
        return tuple(len(layer.bias) for layer in self.layers[:-1])

    @property
    def depth(self) -> int:
        """The number of hidden layers."""
        return len(self.layers) - 1

    @property
    def units(self) -> int:
        """The number of units of all hidden layers: the n of the theorem."""
        return sum(self.widths)

    @property
    def input_dimension(self) -> int:
        """The number d of coordinates."""
        return int(self.layers[0].weight.shape[1])

    @property
    def output_dimension(self) -> int:
        """The number m of values."""
        return len(self.layers[-1].bias)

    @property
    def output_weights(self) -> Array:
        """The a of Σ a_i σ(b_i·x + c_i): shape (n,), or (m, n) for m > 1 values."""
        weight = self._one_hidden_layer("output_weights")[1].weight
        return weight[0] if len(weight) == 1 else weight

    @property
    def slopes(self) -> Array:
        """The b of Σ a_i σ(b_i·x + c_i): shape (n,), or (n, d) in d > 1 dimensions."""
        weight = self._one_hidden_layer("slopes")[0].weight
        return weight[:, 0] if weight.shape[1] == 1 else weight

    @property
    def biases(self) -> Array:
        """The c of Σ a_i σ(b_i·x + c_i): shape (n,)."""
        return self._one_hidden_layer("biases")[0].bias

    def _one_hidden_layer(self, name: str) -> tuple[Affine, ...]:
        if self.depth != 1:
            raise InputError(f"{name} needs one hidden layer; this network has {self.depth}")
        return self.layers

    @called_as("network(x), with points x of shape (…, n), or network.as_function()(x, y)")
    def __call__(self, x: ArrayLike) -> Array:
        """Evaluate at points.

        Parameters
        ----------
        x : array_like, shape (..., d)
            Points, coordinates on the last axis. A point with NaN gives NaN.

        Returns
        -------
        ndarray, shape (..., m)

        Raises
        ------
        InputError
            The last axis is not d long.
        """
        points = real_array(x, "x")
        if points.shape[-1:] != (self.input_dimension,):
            raise InputError(
                f"x of shape {points.shape} given; (..., {self.input_dimension}) is needed, with "
                "the coordinates on the last axis; network.as_function() is called like f, with the "
                "coordinates one by one"
            )
        return evaluate(self, points)

    def as_function(self) -> NetworkFunction:
        """Return the network as a function of coordinates: plain numbers or arrays, one each.

        Examples
        --------
        >>> import uat
        >>> step = Network.from_units([1], [50], [0], uat.logistic).as_function()
        >>> step(0.0)
        0.5
        """
        return NetworkFunction(self)

    def along(self, origin: ArrayLike, directions: ArrayLike) -> Network:
        """Return the network on a line, plane or space in its inputs: t ↦ g(origin + t·directions).

        It has the regions and the values of g there, in k coordinates. Its first layer is that of
        g behind the affine way in, each number rounded once from the exact one: exact where the
        products are short, as of whole numbers.

        Parameters
        ----------
        origin : array_like, shape (d,)
        directions : array_like, shape (k, d)
            A row for each coordinate of the slice. `uat.plane_through` gives both for three points.

        Raises
        ------
        InputError
            Other shapes, NaN or infinity, or a product past the range of float64.

        Examples
        --------
        >>> import numpy as np, uat
        >>> g = uat.Network(
        ...     (uat.Affine(np.eye(3), np.zeros(3)), uat.Affine([[1, 1, 1]], [0])), "relu"
        ... )
        >>> plane = g.along(*uat.plane_through([0, 0, 1], [2, 0, 1], [0, -3, 1]))
        >>> plane, float(plane([1.0, 1.0])[0]) == float(g([2.0, -3.0, 1.0])[0])
        (Network(2 → 3 → 1, uat.relu), True)
        """
        from uat.core.slices import read_slice, way_in

        start, rows = read_slice(origin, directions, self.input_dimension)
        weight, bias = way_in(self.layers[0].weight, self.layers[0].bias, start, rows)
        if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
            raise InputError("a slice given whose first layer is past the range of float64")
        return Network((Affine(weight, bias), *self.layers[1:]), self.activations)

    def latex(self, digits: int = 4) -> str:
        r"""Return the network with one hidden layer in LaTeX: g(x) = Σ a_i σ(b_i·x + c_i).

        Numbers are rounded to `digits` digits, with ≈ for = where that changes one, and a unit of
        slope 0 is its value. Of more than five units the first three and the last are written, with
        the number n of all. matplotlib and MathJax set it, between dollar signs.

        Examples
        --------
        >>> import uat
        >>> Network.from_units([1, -0.5], [[50, 1], [0, 2]], [-10, 0], uat.logistic).latex()
        'g(x, y) = \\sigma(50 x + y - 10) - 0.5 \\, \\sigma(2 y)'
        """
        from uat.core.network_latex import network_latex

        self._one_hidden_layer("latex")
        return network_latex(self, digits)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to a file that `uat.load` reads, in the format of its ending.

        That is .npz, .json to look into, .onnx (which needs the package onnx) or, for ReLU units,
        .nnet. No digit of a weight is lost.

        Parameters
        ----------
        path : str or path-like
            The name of the file, with its ending; an older file is replaced.

        Raises
        ------
        InputError
            Another ending, or an activation that the format does not have.
        FileProblem
            If the file cannot be written; then no part of it is left behind.

        Examples
        --------
        >>> import tempfile, uat
        >>> g = Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     g.save(f"{folder}/rectangle.json")
        ...     uat.load(f"{folder}/rectangle.json") == g
        True
        """
        from uat.interchange.formats import save

        save(self, path)

    def to_torch(self) -> Any:
        """Return the network as a ``torch.nn.Sequential`` in double precision.

        Raises
        ------
        InputError
            An activation that PyTorch does not have.
        FileProblem
            If PyTorch is not installed.
        """
        from uat.interchange.torch import to_torch

        return to_torch(self)

    def code(self, language: str) -> str:
        """Return the text of a function ``network`` that needs nothing of `uat`.

        Parameters
        ----------
        language : "python", "c" or "javascript"
            In Python and JavaScript it takes and returns a list, in C it is
            ``void network(const double x[d], double y[m])``.

        Raises
        ------
        InputError
            Another language, or an activation of your own.

        Examples
        --------
        >>> import uat
        >>> text = Network.from_units([1, -1], [50, 50], [-10, -40], uat.logistic).code("c")
        >>> "void network(const double x[1], double y[1])" in text
        True
        """
        from uat.interchange.code import code

        return code(self, language)

    def __reduce__(self) -> tuple[Any, ...]:
        return Network, (self.layers, self.activations)

    _repr_mimebundle_ = shown

    def __repr__(self) -> str:
        sizes = [str(self.input_dimension), *(str(len(layer.bias)) for layer in self.layers)]
        if len(sizes) > _SHOWN:
            sizes[3:-2] = [f"({len(sizes) - 5} more)"]
        runs = [(sigma, len([*same])) for sigma, same in groupby(self.activations)]
        names = [f"{sigma!r} × {n}" * (len(runs) > 1 < n) or f"{sigma!r}" for sigma, n in runs]
        if len(names) > _SHOWN // 2:
            names[3:-1] = ["…"]
        return f"Network({', '.join([' → '.join(sizes), *names])})"


@dataclass(frozen=True, slots=True, repr=False)
class NetworkFunction:
    """A network as a function of coordinates, like the f that it approximates.

    Examples
    --------
    >>> import uat
    >>> corner = Network.from_units([1], [[50, 50]], [-75], uat.logistic).as_function()
    >>> corner
    Network(2 → 1 → 1, uat.logistic).as_function()
    >>> corner([0, 1], 1).round(3)
    array([0., 1.])
    """

    network: Network

    def __call__(self, *coordinates: ArrayLike) -> Any:
        """Evaluate at coordinates that broadcast: a float for numbers, else an array.

        The values of a network with m > 1 outputs are on an axis of their own, the last.
        """
        needed = self.network.input_dimension
        check_count(coordinates, needed, "this network takes")
        points = np.stack(read_coordinates(coordinates), axis=-1)
        values = evaluate(self.network, points)
        if self.network.output_dimension > 1:
            return values
        return float(values[0]) if values.ndim == 1 else values[..., 0]

    def __repr__(self) -> str:
        return f"{self.network!r}.as_function()"


def as_network(thing: Any) -> Network:
    """Return the network that a thing is, has or was trained to.

    Taken are a Network, what has one as `network` (an Approximation, a Fit, `as_function()`) or
    `network_` (a NetworkRegressor), and a trained MLPRegressor of scikit-learn.

    >>> import uat
    >>> as_network(uat.fit([0.0, 1.0, 2.0], [1.0, 2.0, 5.0], hidden=3, max_iter=1))
    Network(1 → 3 → 1, uat.tanh)
    """
    for inner in (thing, getattr(thing, "network", None), getattr(thing, "network_", None)):
        if isinstance(inner, Network):
            return inner
    name = type(thing).__name__
    if hasattr(thing, "coefs_") and hasattr(thing, "intercepts_"):
        return _from_scikit_learn(thing, name)
    if hasattr(thing, "steps") or hasattr(thing, "regressor"):
        raise WrongType(
            f"{name} given as a network; it scales its data outside of the network: scale them "
            "beforehand, and give the regressor alone"
        )
    if name in ("MLPRegressor", "NetworkRegressor"):
        raise InputError(f"{name} given as a network before its training; call its fit first")
    if isinstance(thing, str | os.PathLike):
        raise WrongType(f"{brief(thing)} given as a network; read a file by uat.load")
    raise WrongType(
        f"{brief(thing)} given as a network; a uat.Network is needed, or what holds one: an Approximation, "
        "a Fit, a trained MLPRegressor or NetworkRegressor"
    )


def _from_scikit_learn(model: Any, name: str) -> Network:
    """Return the network of a trained model with layers x ↦ x @ coefs_[i] + intercepts_[i]."""
    after = getattr(model, "out_activation_", "identity")
    if after != "identity":
        raise InputError(
            f"{name} given as a network, with {after!r} after its last layer; none is needed"
        )
    layers = zip(model.coefs_, model.intercepts_, strict=True)
    return Network([Affine(np.transpose(w), bias) for w, bias in layers], model.activation)


def _frozen(value: ArrayLike, name: str) -> Array:
    """Return a finite, C-contiguous, read-only copy."""
    array = np.array(real_array(value, name), order="C")
    bad = ~np.isfinite(array)
    if bad.any():
        place = tuple(int(i) for i in np.argwhere(bad)[0])
        raise InputError(f"{name} has {array[place]} at {place}; finite numbers are needed")
    array.setflags(write=False)
    return array
