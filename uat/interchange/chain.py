"""A network of another program, step by step: affine maps and activations in any order.

Consecutive affine maps are folded into one, in float64: each weight of the result is one sum of
products. A map that changes each coordinate by itself, such as a normalisation, is kept as two
vectors until it meets a matrix, so that adding 0 or multiplying by 1 changes no digit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import NAMED
from uat.core.network import Affine, Network
from uat.errors import InputError, WrongType, counted, near_match

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.expression.arrays import Array

__all__ = ["Chain", "exactly", "floats", "refuse_layer", "sigma_called"]

_MOST_APART: Final = 4096**2
"""Entries of all matrices together that map values each by itself: a file does not pay for them with
numbers of its own."""

_MOST_INPUTS: Final = 1_000_000
"""More inputs than these would take memory that a small file could ask for."""

_ALSO: Final = {"sigmoid": "logistic", "swish": "silu"}
"""Names of activations in other programs, without capitals, by those here."""

_SPELT: Final = ("relu", "tanh", "softplus", "softsign", "elu", "silu", "gelu", "logistic")
"""The activations that other programs have by the same name."""

_LINEAR: Final = ("linear", "affine", "identity", "none", "")
"""What other programs call a layer without an activation."""


class Chain:
    """What was read so far of a network, from its inputs on."""

    def __init__(self, inputs: int) -> None:
        if not 0 < inputs <= _MOST_INPUTS:
            raise InputError(f"it has {inputs:,} inputs; at most {_MOST_INPUTS:,} are possible")
        self.size = inputs  # values that come out of the last step
        self._apart = 0  # entries of matrices that map values each by itself
        self._layers: list[Affine] = []
        self._sigmas: list[Activation] = []
        # x ↦ weight x + bias since the last activation; a vector stands for its diagonal matrix
        self._pending: tuple[Array, Array] | None = None

    def affine(self, weight: Array, bias: Array) -> None:
        """Map x ↦ weight x + bias, (out, in) and (out,)."""
        if weight.ndim != 2 or weight.shape[1] != self.size or bias.shape != weight.shape[:1]:
            raise InputError(
                f"a layer with weights of shape {weight.shape} and biases of shape {bias.shape} "
                f"takes {counted(self.size, 'value')}; they have to fit"
            )
        if self._pending is not None:
            before, shift = self._pending
            with np.errstate(over="ignore", invalid="ignore"):
                bias = weight @ shift + bias if shift.any() else bias
                weight = weight * before if before.ndim == 1 else weight @ before
        self._pending, self.size = (weight, bias), len(bias)

    def apart(self, factor: Array, shift: Array) -> None:
        """Map each value by itself, x ↦ factor x + shift, (in,) each or of one number."""
        for part in (factor, shift):
            if part.shape not in ((), (1,), (self.size,)):
                raise InputError(
                    f"constants of shape {part.shape} meet {counted(self.size, 'value')}"
                )
        factor, shift = (np.broadcast_to(part, (self.size,)) for part in (factor, shift))
        if self._pending is not None:
            before, bias = self._pending
            with np.errstate(over="ignore", invalid="ignore"):
                shift = factor * bias + shift
                factor = factor * before if before.ndim == 1 else factor[:, None] * before
        self._pending = factor, shift

    def activate(self, sigma: Activation) -> None:
        """Apply an activation to each value."""
        self._layers.append(self._end())
        self._sigmas.append(sigma)

    def network(self) -> Network:
        """Return the network, the outputs of which may have an activation."""
        if self._pending is not None:
            self._layers.append(self._end())
        if not self._layers:
            raise InputError("it has no layer with weights")
        return Network(self._layers, self._sigmas)

    def _end(self) -> Affine:
        """Return the affine map since the last activation."""
        weight, bias = self._pending or (np.ones(self.size), np.zeros(self.size))
        if weight.ndim == 1:
            self._apart += self.size**2
            if self._apart > _MOST_APART:
                raise InputError(
                    f"it maps {counted(self.size, 'value')} each by itself, which would take matrices "
                    f"of {self._apart:,} entries in all, where {_MOST_APART:,} are possible"
                )
        self._pending = None
        return Affine(np.diag(weight) if weight.ndim == 1 else weight, bias)


def sigma_called(name: str) -> Activation | None:
    """Return the activation of a name in another program; None for a layer without one.

    >>> sigma_called("Sigmoid"), sigma_called("ReLU"), sigma_called("linear")
    (uat.logistic, uat.relu, None)
    """
    small = name.strip().lower()
    if small in _LINEAR:
        return None
    known = _ALSO.get(small, small)
    if known in _SPELT:
        return NAMED[known]
    near = near_match(small, _SPELT)
    raise InputError(
        f"its activation {name!r:.40} is not known{near}; there are {', '.join(_SPELT)}"
    )


def floats(words: Iterable[str], what: str) -> list[float]:
    """Read numbers as other programs write them; Python's own 1_0 is none.

    >>> floats(["0.5", "-1e3"], "a row")
    [0.5, -1000.0]
    """
    found = []
    for word in words:
        try:
            if not word.isascii() or "_" in word:
                raise ValueError
            found.append(float(word))
        except ValueError:
            raise InputError(f"{word!r:.40} stands where {what} is needed") from None
    return found


def exactly(values: Any, what: str) -> Array:
    """Return the numbers of an array of another program as the float64 that they are exactly."""
    detach = getattr(values, "detach", None)
    if (
        callable(detach) and not values.is_complex()
    ):  # a tensor of PyTorch, perhaps of bfloat16, which numpy does not have
        values = detach().cpu().double().numpy()
    array = np.asarray(values)
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise WrongType(f"{what} are {array.dtype}; real numbers of at most 64 bits are needed")
    return np.array(array, dtype=np.float64)


def refuse_layer(kind: str, where: str, known: tuple[str, ...]) -> InputError:
    """Return the error for a layer that is not known, with what can be done."""
    return InputError(
        f"{where} is {kind}, which is not read; read are {', '.join(known)}: leave it out, or write "
        "it as layers of these"
    )
