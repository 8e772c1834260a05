"""The format .nnet of aircraft collision avoidance: ReLU networks as lines of numbers.

After comments that begin with // there are: the number of layers, of inputs, of outputs and the
largest width; the sizes of all layers; a line without a meaning; the least and the greatest inputs;
the means and the ranges of the inputs and one of each for the outputs; and for each layer a line for
each row of weights and one for each bias. The outputs have no activation.

The raw network takes inputs (x − mean)/range and gives outputs (y − mean)/range.

Source: K. D. Julian, github.com/sisl/NNet.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from uat.core.activations import relu
from uat.errors import FileProblem, InputError, counted
from uat.interchange.chain import Chain, floats

if TYPE_CHECKING:
    from uat.core.network import Network

__all__ = ["read_nnet", "write_nnet"]

_HEAD: Final = 7
"""Lines before the weights."""

_FAR: Final = repr(float(np.finfo(np.float64).max))


def read_nnet(place: Path, content: bytes, *, normalised: bool = False) -> Network:
    r"""Read the bytes of a .nnet file: the raw network, or with its normalisation folded in.

    >>> read_nnet(
    ...     Path(),
    ...     b"2, 1, 1, 1,\n 1, 1, 1,\n 0\n -1\n 1\n 5, 3\n 2, 4\n 1\n 0\n 1\n 0\n",
    ... )
    Network(1 → 1 → 1, uat.relu)
    """
    lines = _lines(content)
    sizes = _sizes(lines)
    rows = lines[_HEAD:]
    needed = 2 * sum(sizes[1:])
    if len(rows) != needed:
        raise InputError(
            f"layers of {'–'.join(map(str, sizes))} have {needed:,} lines of weights and biases; "
            f"it has {len(rows):,}"
        )
    chain = Chain(sizes[0])
    means, ranges = _normalisation(place, lines, sizes[0]) if normalised else ([], [])
    if normalised:
        chain.apart(1 / np.array(ranges[:-1]), -np.array(means[:-1]) / np.array(ranges[:-1]))
    start = 0
    for i, (inner, outer) in enumerate(pairwise(sizes), 1):
        end = start + outer
        weight = [_numbers(row, inner, f"a row of weights of layer {i}") for row in rows[start:end]]
        start, end = end, end + outer
        bias = [_numbers(row, 1, f"a bias of layer {i}")[0] for row in rows[start:end]]
        start = end
        chain.affine(np.array(weight), np.array(bias))
        if i < len(sizes) - 1:
            chain.activate(relu)
    if normalised:
        chain.apart(np.array(ranges[-1]), np.array(means[-1]))
    return chain.network()


def write_nnet(network: Network) -> bytes:
    """Write a ReLU network in this format, with a normalisation that changes nothing."""
    if any(sigma != relu for sigma in network.activations):
        raise InputError(f"{network!r} given for a .nnet file; it holds ReLU units alone")
    sizes = [network.input_dimension, *network.widths, network.output_dimension]
    inputs = sizes[0]
    head: list[list[object]] = [
        [len(network.layers), inputs, sizes[-1], max(sizes)],
        [*sizes],
        [0],
        [f"-{_FAR}"] * inputs,
        [_FAR] * inputs,
        [0.0] * (inputs + 1),
        [1.0] * (inputs + 1),
    ]
    lines = ["// Written by uat: ReLU units, no normalisation"]
    lines += [",".join(map(str, row)) + "," for row in head]
    for layer in network.layers:
        lines += [",".join(map(repr, row)) + "," for row in layer.weight.tolist()]
        lines += [f"{bias!r}," for bias in layer.bias.tolist()]
    return "\n".join([*lines, ""]).encode()


def _lines(content: bytes) -> list[str]:
    """Return the lines without comments and empty ones."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InputError("it is no text of numbers") from None
    lines = (line.partition("//")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _sizes(lines: list[str]) -> list[int]:
    """Read the sizes of all layers, and check them by the numbers before."""
    if len(lines) < _HEAD:
        raise InputError(f"it has {counted(len(lines), 'line')}; the sizes and weights are missing")
    first, sizes = (_counts(line) for line in lines[:2])
    told = [len(sizes) - 1, sizes[0], sizes[-1]][: len(first)]
    if len(sizes) < 2 or first[:3] != told:
        raise InputError(
            f"its first line says {first} and its second {sizes}: the number of layers, of inputs "
            "and of outputs, and then the sizes of all these, are needed"
        )
    return sizes


def _counts(line: str) -> list[int]:
    words = line.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise InputError(f"{line!r:.60} has no numbers of units or layers")
    if not all(len(word) < 10 and int(word) > 0 for word in words):
        raise InputError(f"{line!r:.60} has sizes that no network has")
    return [*map(int, words)]


def _numbers(line: str, count: int, what: str) -> list[float]:
    words = line.replace(",", " ").split()
    if len(words) != count:
        raise InputError(f"{what} has {counted(len(words), 'number')}; {count} are needed")
    return floats(words, what)


def _normalisation(place: Path, lines: list[str], inputs: int) -> tuple[list[float], list[float]]:
    """Read the means and the ranges, of each input and of the outputs."""
    try:
        means = _numbers(lines[5], inputs + 1, "the line of means")
        ranges = _numbers(lines[6], inputs + 1, "the line of ranges")
        if not (np.isfinite(means).all() and all(0 < size < np.inf for size in ranges)):
            raise InputError("its means and ranges are not finite, or a range is not above 0")
    except InputError as problem:
        raise FileProblem(
            f"{place} has no normalisation that could be folded in: {problem}",
            "read the raw network, without normalised",
        ) from None
    return means, ranges
