"""Networks in files: an npz archive of arrays and short texts, without pickled objects, or JSON.

A file is written whole or not at all: first under another name, then renamed. An activation of the
package is stored by its name, a user's own by the table of its formula; its limits, tail and slope
are proved again on reading.
"""

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np

from uat.core.activations import Activation, as_activation, is_named
from uat.core.network import Affine, Network
from uat.core.sigmoidal import sigmoidal
from uat.errors import FileProblem, InputError, UatError, WrongType, counted
from uat.expression.graph import Expression, from_table

__all__ = [
    "activation_of",
    "as_json",
    "as_npz",
    "check_ending",
    "file_problems",
    "network_of",
    "read_content",
    "read_json",
    "read_path",
    "whole_file",
]

FORMAT: Final = "uat network 1"
"""Format tag; its number increases when the layout changes."""

LONGEST: Final = 1000
"""Most operations of a stored formula; more: longer formulas, but reading them takes longer."""

DAMAGE: Final = (
    OSError, BadZipFile, EOFError, LookupError, TypeError, ValueError, OverflowError, MemoryError,
    RecursionError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""Errors that zipfile, numpy and json raise on damaged bytes."""


def as_npz(network: Network) -> bytes:
    """Return the bytes of an npz archive that holds a network."""
    arrays: dict[str, Any] = {
        "format": np.array(FORMAT),
        "activation": np.array(json.dumps(_described(network))),
        "layers": np.array(len(network.layers)),
    }
    for number, layer in enumerate(network.layers, 1):
        arrays[f"weight_{number}"], arrays[f"bias_{number}"] = layer.weight, layer.bias
    # in memory first: on a full disk closing a zip archive raises a second error without the reason
    content = BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def as_json(network: Network) -> bytes:
    """Return the bytes of the JSON that holds a network."""
    words = {
        "format": FORMAT,
        "activation": _described(network),
        "layers": [
            {"weight": layer.weight.tolist(), "bias": layer.bias.tolist()}
            for layer in network.layers
        ],
    }
    # a float is written with as many digits as give back the same float
    return json.dumps(words, allow_nan=False, indent=1).encode()


def network_of(_place: Path, content: bytes) -> Network:
    """Read the network that the bytes of a file hold, of an npz archive or of JSON."""
    return _from_npz(content) if content.startswith(b"PK") else _from_words(read_json(content))


def check_ending(path: str | os.PathLike[str], known: Mapping[str, str]) -> str:
    """Return the ending of the name of a file, one of those known with what each is for."""
    ending = read_path(path).suffix.lower()
    if ending not in known:
        needed = " or ".join(f"{word} ({what})" for word, what in known.items())
        raise InputError(f"{str(path)!r} given as a path; a name that ends in {needed} is needed")
    return ending


def read_content(path: str | os.PathLike[str], needed: str) -> tuple[Path, bytes]:
    """Return the path and the bytes of a file, which is to hold what is needed."""
    place = read_path(path)
    try:
        if place.exists() and not place.is_file():
            raise FileProblem(f"{place} is not a file; the file of {needed} is needed")
        content = place.read_bytes()
    except FileNotFoundError:
        raise FileProblem(f"{place} does not exist; the file of {needed} is needed") from None
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(f"{place} cannot be read: {error.strerror}") from error
    if not content:
        raise FileProblem(f"{place} is empty; the file of {needed} is needed")
    return place, content


def read_json(content: bytes) -> dict[str, Any]:
    """Read the JSON of a file of uat, which says its format."""
    try:
        words = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError("it is neither an npz archive nor text") from None
    except json.JSONDecodeError as error:
        raise InputError(f"it is no JSON: {error}") from None
    if not isinstance(words, dict) or not isinstance(words.get("format"), str):
        raise InputError("it is JSON, but does not say its format")
    return words


@contextmanager
def file_problems(place: Path, what: str) -> Iterator[None]:
    """Turn every error about the bytes of a file into a FileProblem of one line."""
    try:
        yield
    except FileProblem:
        raise
    except UatError as error:
        raise FileProblem(f"{place} holds no {what} that uat can read: {error}") from error
    except DAMAGE as error:
        reason = " ".join(str(error).split())
        lacks = "it lacks " * isinstance(error, KeyError)
        raise FileProblem(
            f"{place} is damaged or no {what} of uat: {lacks}{reason:.200}"
        ) from error


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for writing that appears under its name whole or, with FileProblem, not at all."""
    place = read_path(path).resolve()
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        if place.exists() and not place.is_file():
            raise FileProblem(f"{place} is not a file; the name of a file is needed")
        try:
            with beside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    except FileProblem:
        raise
    except OSError as error:
        raise FileProblem(f"{place} cannot be written: {error.strerror or error}") from error


def read_path(path: str | os.PathLike[str]) -> Path:
    """Read the path of a file."""
    if not isinstance(path, str | os.PathLike):
        raise WrongType(f"{path!r} given as a path; a text or a pathlib.Path is needed")
    if not Path(path).name or "\0" in str(path):
        raise InputError(f"{str(path)!r} given as a path; the name of a file is needed")
    return Path(path)


def _described(network: Network) -> Any:
    """Describe the one activation of a network, or in a list that of each hidden layer."""
    if network.activation is not None:
        return _describe(network.activation)
    return [_describe(sigma) for sigma in network.activations]


def _describe(activation: Activation) -> dict[str, Any]:
    """Describe an activation for JSON, so that `activation_of` makes an equal one."""
    if is_named(activation):
        return {"name": activation.name}
    words: dict[str, Any] = {"name": activation.name, "limits": activation.limits}
    if activation.expression is None:
        raise InputError(
            f"{activation!r} is no formula, so a file cannot hold it; write it with numpy "
            "functions, operators and np.where"
        )
    words["expression"] = activation.expression.to_table()
    if activation.assumptions:
        if not isinstance(activation.tail_bound, Expression):
            raise InputError(
                f"{activation!r} has a declared tail that is no formula, so a file cannot hold "
                "it; give the tail as an Expression (uat.expression.parse)"
            )
        words["tail"] = activation.tail_bound.to_table()
    if activation_of(words) != activation:
        raise InputError(f"{activation!r} was not made by uat.sigmoidal, so a file cannot hold it")
    return words


def activation_of(words: dict[str, Any]) -> Activation:
    """Make the activation that a file describes; its limits, tail and slope are proved again."""
    if "expression" not in words:
        return as_activation(words["name"])
    tables = [words["expression"], words.get("tail", [])]
    if max(map(len, tables)) > LONGEST:
        raise InputError(f"a formula of more than {LONGEST} operations is too long for a file")
    expression, tail = (from_table(table) if table else None for table in tables)
    return sigmoidal(expression, tail, limits=words["limits"], name=words["name"])


def _from_npz(content: bytes) -> Network:
    with ZipFile(BytesIO(content)) as archive:
        # `save` does not compress, so no member can be larger than the file
        if any(member.compress_type != ZIP_STORED for member in archive.infolist()):
            raise ValueError("its members are compressed")
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        if "format" not in arrays or str(arrays["format"]) != FORMAT:
            raise InputError(f"it does not say {FORMAT!r}")
        numbers = range(1, int(arrays["layers"]) + 1)
        layers = [{"weight": arrays[f"weight_{i}"], "bias": arrays[f"bias_{i}"]} for i in numbers]
        words = {"activation": json.loads(str(arrays["activation"])), "layers": layers}
        return _from_words({"format": FORMAT, **words})


def _from_words(words: dict[str, Any]) -> Network:
    if words["format"] != FORMAT:
        raise InputError(f"it says {words['format']!r:.40}, not {FORMAT!r}")
    given = words["activation"]
    for sigma in given if isinstance(given, list) else [given]:
        if not isinstance(sigma, dict) or not isinstance(sigma.get("name"), str):
            raise InputError("its activation is not described")
    layers = [Affine(layer["weight"], layer["bias"]) for layer in words["layers"]]
    if not isinstance(given, list):
        return Network(layers, activation_of(given))
    if len(given) != len(layers) - 1:
        raise InputError(
            f"it describes {counted(len(given), 'activation')} for "
            f"{counted(len(layers) - 1, 'hidden layer')}"
        )
    return Network(layers, [activation_of(sigma) for sigma in given])
