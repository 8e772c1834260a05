"""What was saved, read again: a network, or a certificate with the cells of its proof.

Nothing in a file is executed, and nothing of it is trusted: what it states is checked for its form,
and whether a bound holds is for `uat verify` to find.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import numpy as np

from uat.core.activations import NAMED, Activation, as_activation
from uat.core.arguments import one_of
from uat.core.certificate import EVALUATIONS, FORMAT, Certificate, Evidence
from uat.core.domain import check_domain
from uat.core.files import activation_of, file_problems, network_of, read_content, read_json
from uat.core.network import Affine, Network
from uat.core.target import Target
from uat.errors import InputError, UatError, counted
from uat.expression.arrays import Array
from uat.expression.graph import Expression, from_table

__all__ = ["load_saved"]


def load_saved(path: str | os.PathLike[str]) -> Network | Certificate:
    """Read what `save` wrote: the network of an .npz or .json file, or the certificate of a .json.

    The content of the file decides which, not its name; `uat.load` tells more.
    """
    place, content = read_content(path, "a network or a certificate")
    if not content.startswith(b"PK"):
        with file_problems(place, "network or certificate"):
            words = read_json(content)
            if words["format"] == FORMAT:
                return _certificate(words)
    with file_problems(place, "network"):
        return network_of(place, content)


def _certificate(words: dict[str, Any]) -> Certificate:
    numbers = {name: _floats(words[name]) for name in ("upper", "lower", "witness", "rounding")}
    method, assumptions = words["method"], words["assumptions"]
    if not isinstance(assumptions, list):
        raise InputError("its assumptions are no list")
    if not all(isinstance(text, str) for text in [method, *assumptions]):
        raise InputError("its method or its assumptions are no texts")
    if len(numbers["witness"]) != len(words["domain"]):
        raise InputError("its witness does not fit its box")
    evaluation = one_of(words.get("evaluation", "float64"), EVALUATIONS, "evaluation")
    return Certificate(
        **numbers,
        method=method,
        assumptions=tuple(assumptions),
        evidence=_evidence(words),
        evaluation=evaluation,
    )


def _evidence(words: dict[str, Any]) -> Evidence | None:
    """Read the cells of the proof, and f and g, which they are about."""
    domain, f = check_domain(_floats(words["domain"])), _formula(words["target"]["expression"])
    ends = [_floats(row) for row in words["cells"]]
    lower, upper = (np.array([row[i] for row in ends], dtype=np.float64) for i in (0, 1))
    bounds = np.array([row[2] for row in ends], dtype=np.float64)
    _check_cells(lower, upper, bounds, len(domain))
    layers = [
        Affine(_floats(layer["weight"]), _floats(layer["bias"]))
        for layer in words["network"]["layers"]
    ]
    sigma = words["network"]["activation"]
    if isinstance(sigma, list) and len(sigma) != len(layers) - 1:
        raise InputError(f"its {counted(len(sigma), 'activation')} do not fit its layers")
    read = [*map(_read_activation, sigma if isinstance(sigma, list) else [sigma])]
    known = [found for found in read if found is not None]
    if f is None or len(known) < len(read):
        return None
    network = Network(layers, known if isinstance(sigma, list) else known[0])
    if (network.input_dimension, network.output_dimension) != (len(domain), 1):
        raise InputError(f"its {network!r} does not fit its box of {counted(len(domain), 'pair')}")
    target, doubt = Target(f, domain, name=words["target"]["name"]), words.get("doubt", "")
    if not isinstance(doubt, str):
        raise InputError("its doubt is no text")
    return Evidence(lower, upper, bounds, target, network, doubt, _along(words, len(domain)))


def _along(words: dict[str, Any], dimension: int) -> Array | None:
    """Read the bounds along forms, if there are some."""
    if "along" not in words:
        return None
    rows = np.array(_floats(words["along"]), dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != dimension + 3 or not np.isfinite(rows).all():
        raise InputError("its forms do not fit its box")
    rows.setflags(write=False)
    return rows


def _check_cells(lower: Array, upper: Array, bounds: Array, dimension: int) -> None:
    shape = (len(bounds), dimension)
    if lower.shape != shape or upper.shape != shape or bounds.ndim != 1 or not len(bounds):
        raise InputError("its cells do not fit its box")
    if not (np.isfinite(lower) & np.isfinite(upper) & (lower <= upper)).all():
        raise InputError("a cell has no finite ends in order")
    if not (bounds >= 0).all():
        raise InputError("a cell has no bound of at least 0")
    for array in (lower, upper, bounds):
        array.setflags(write=False)


def _read_activation(words: dict[str, Any]) -> Activation | None:
    """Read σ; None if the formula, limits and tail in the file do not make it again."""
    formula, name = _formula(words["expression"]), words["name"]
    known = NAMED.get(name)
    if known is None and isinstance(name, str):
        with suppress(UatError):  # leaky_relu(0.2)
            known = as_activation(name)
    if known is not None and known.expression is formula:
        return known
    if formula is None or words["limits"] is None:
        return None
    given = {"expression": _read_table(words["expression"]), "limits": _floats(words["limits"])}
    if words.get("tail") is not None:
        given["tail"] = _read_table(words["tail"])
    try:
        return activation_of({"name": str(name), **given})
    except UatError:
        return None


def _formula(table: Any) -> Expression | None:
    return None if table is None else from_table(_read_table(table))


def _read_table(table: Any) -> Any:
    return [(name, places, _floats(own)) for name, places, own in table]


def _floats(texts: Any) -> Any:
    """Read the texts of exact values, alone or in lists; None stays None."""
    if isinstance(texts, list):
        return [_floats(text) for text in texts]
    return None if texts is None else float.fromhex(texts)
