"""The formats of networks in files: the one table, and writing and reading by the name of a file.

A format is one record of `FORMATS`. A file is written whole or not at all, and nothing in one is
ever executed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from uat.core.files import (
    as_json,
    as_npz,
    check_ending,
    file_problems,
    network_of,
    read_content,
    whole_file,
)
from uat.core.network import Network
from uat.errors import FileProblem, InputError, WrongType
from uat.interchange.nnet import read_nnet, write_nnet
from uat.interchange.onnx.from_graph import read_onnx
from uat.interchange.onnx.to_graph import write_onnx
from uat.interchange.rows import read_polar, read_sherlock
from uat.interchange.torch import read_torch

__all__ = ["FORMATS", "READ", "WRITTEN", "Format", "read_network", "save"]


@dataclass(frozen=True, slots=True)
class Format:
    """What the files of an ending hold, and how they are read and written."""

    what: str
    read: Callable[..., Network]  # from the path and the bytes
    write: Callable[[Network], bytes] | None = None
    options: tuple[str, ...] = ()  # keywords of its reader
    extra: str = ""  # the package that it needs, which is an extra of this name too


FORMATS: Final = {
    ".npz": Format("the network", network_of, as_npz),
    ".json": Format("the network as text", network_of, as_json),
    ".onnx": Format("ONNX", read_onnx, write_onnx, extra="onnx"),
    ".nnet": Format("ReLU networks as text", read_nnet, write_nnet, ("normalised",)),
    ".polar": Format("POLAR", read_polar),
    ".nt": Format("Sherlock", read_sherlock),
    ".pt": Format("the state of PyTorch", read_torch, None, ("activation",), "torch"),
    ".pth": Format("the state of PyTorch", read_torch, None, ("activation",), "torch"),
}
"""Formats by the endings of files."""

READ: Final = tuple(FORMATS)
WRITTEN: Final = {ending: form.what for ending, form in FORMATS.items() if form.write is not None}
"""Endings of files that are written, with what each is for."""


def save(network: Network, path: str | os.PathLike[str]) -> None:
    """Write a network to a file in the format of its ending; `Network.save` tells more."""
    if not isinstance(network, Network):
        raise WrongType(f"a {type(network).__name__} given to save; a uat.Network is needed")
    form = FORMATS[check_ending(path, WRITTEN)]
    assert form.write is not None
    with _packages(form):
        content = form.write(network)
    with whole_file(path) as file:
        file.write(content)


def read_network(path: str | os.PathLike[str], **options: Any) -> Network:
    """Read a network from a file of any format, with the options of that format.

    A file of another ending is read as one of `uat`. What cannot be read raises FileProblem.
    """
    place, content = read_content(path, "a network")
    form = FORMATS.get(Path(place).suffix.lower())
    if form is None:
        if not content.lstrip().startswith((b"PK", b"{")):
            raise FileProblem(
                f"{place} holds no network that uat can read; files of one end in {', '.join(READ)}"
            )
        form = FORMATS[".npz"]
    given = {name: value for name, value in options.items() if value}
    for name in given.keys() - {*form.options}:
        of = ", ".join(ending for ending, each in FORMATS.items() if name in each.options)
        raise InputError(f"{name} given for {str(place)!r}; it is for {of}")
    # what is no finite number is refused where it becomes a weight
    with np.errstate(all="ignore"), _packages(form), file_problems(place, "network"):
        return form.read(place, content, **given)


@contextmanager
def _packages(form: Format) -> Iterator[None]:
    """Say which package a format needs, where it is missing."""
    try:
        yield
    except ImportError as missing:
        if not form.extra:
            raise
        raise FileProblem(
            f"files of {form.what} need the package {form.extra}: pip install {form.extra}"
        ) from missing
