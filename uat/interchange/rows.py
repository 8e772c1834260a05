"""Formats of plain numbers: POLAR's .polar and Sherlock's .nt.

Both have, each on a line of its own, the numbers of inputs, of outputs and of hidden layers, and
the widths of these; .polar then has the activation of each layer, the last included, and .nt has
none, since every layer is one of ReLU units, the last included. The weights and the bias of each
unit follow, unit by unit. In a .polar file the last lines may be 0 and 1: an offset and a scale of
the outputs that change nothing.

Sources: the parser of POLAR_Tool, C. Huang et al., POLAR: a polynomial arithmetic framework for
verifying neural-network controlled systems, 2022; S. Dutta et al., Sherlock, 2019.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from uat.core.activations import relu
from uat.errors import InputError, counted
from uat.interchange.chain import Chain, floats, sigma_called

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network

__all__ = ["read_polar", "read_sherlock"]


def read_polar(_place: Path, content: bytes) -> Network:
    """Read the bytes of a .polar file.

    >>> read_polar(Path(), b"1 1 1  2  relu affine  1 0  -1 0.5  3 4 5  0.0 1.0")
    Network(1 → 2 → 1, uat.relu)
    """
    words = _words(content)
    sizes = _sizes(words)
    sigmas = [sigma_called(_next(words, "an activation")) for _ in sizes[1:]]
    network, rest = _layers(sizes, sigmas, words)
    if rest not in ([], [0.0, 1.0]):
        raise InputError(
            f"{counted(len(rest), 'number')} {rest[:3]} follow the last layer; none are needed, or "
            "the offset 0 and the scale 1 of the outputs"
        )
    return network


def read_sherlock(_place: Path, content: bytes) -> Network:
    """Read the bytes of a .nt file; its outputs are ReLU units too.

    >>> read_sherlock(Path(), b"1 1 1  2  1 0  -1 0.5  3 4 5")
    Network(1 → 2 → 1 → 1, uat.relu)
    """
    words = _words(content)
    sizes = _sizes(words)
    network, rest = _layers(sizes, [relu] * (len(sizes) - 1), words)
    if rest:
        raise InputError(f"{counted(len(rest), 'number')} too many: {rest[:3]}")
    return network


def _words(content: bytes) -> Iterator[str]:
    try:
        return iter(content.decode("ascii").split())
    except UnicodeDecodeError:
        raise InputError("it is no text of numbers") from None


def _next(words: Iterator[str], what: str) -> str:
    for word in words:
        return word
    raise InputError(f"it ends where {what} is needed")


def _sizes(words: Iterator[str]) -> list[int]:
    """Read the sizes of all layers, inputs and outputs included."""
    inputs, outputs, hidden = (_count(words) for _ in range(3))
    return [inputs, *(_count(words) for _ in range(hidden)), outputs]


def _count(words: Iterator[str]) -> int:
    word = _next(words, "a number of units")
    if not word.isdigit() or not 0 < len(word) < 10 or int(word) == 0:
        raise InputError(f"{word!r:.40} is no number of units or layers")
    return int(word)


def _layers(
    sizes: list[int], sigmas: list[Activation | None], words: Iterator[str]
) -> tuple[Network, list[float]]:
    """Make the network of the numbers that follow; return also the numbers left over."""
    numbers = np.array(floats(words, "a weight"))
    needed = sum((inner + 1) * outer for inner, outer in pairwise(sizes))
    if len(numbers) < needed:
        shape = "–".join(map(str, sizes))
        raise InputError(f"layers of {shape} have {needed:,} numbers; it has {len(numbers):,}")
    chain, start = Chain(sizes[0]), 0
    for (inner, outer), sigma in zip(pairwise(sizes), sigmas, strict=True):
        end = start + (inner + 1) * outer
        rows = numbers[start:end].reshape(outer, inner + 1)
        chain.affine(rows[:, :-1], rows[:, -1])
        if sigma is not None:
            chain.activate(sigma)
        start = end
    return chain.network(), numbers[start:].tolist()
