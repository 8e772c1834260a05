"""Studies: what takes minutes to measure, measured once and kept beside the code.

A figure whose curves need long computing draws from `uat/lecture/data/<id>.npz`. The function
that measures stands beside the figure; its seeds and budgets are fixed, so that
`uat figures <id> --recompute` makes the same file again from nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.core.files import whole_file
from uat.errors import FileProblem, InputError

__all__ = ["Study", "check_study", "recompute", "studies", "study"]

Arrays = dict[str, NDArray[Any]]

_DAMAGE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Study:
    """A measurement by the id of its figure; called, it gives what is stored.

    Attributes
    ----------
    name : str
        The id of the figure that draws it.
    compute : callable
        Measures from nothing: arrays by name, the same at every call.
    """

    name: str
    compute: Callable[[], Mapping[str, Any]] = field(repr=False)

    def __call__(self) -> Arrays:
        """Return the stored arrays.

        Raises
        ------
        FileProblem
            When they are missing or damaged; the message says how to make them.
        """
        try:
            stored = files("uat.lecture").joinpath("data", f"{self.name}.npz").read_bytes()
            with np.load(BytesIO(stored), allow_pickle=False) as kept:
                return {name: np.array(kept[name]) for name in kept.files}
        except _DAMAGE as problem:
            raise FileProblem(
                f"the data of {self.name} cannot be read; "
                f"`uat figures {self.name} --recompute` makes it"
            ) from problem


_studies: dict[str, Study] = {}


def study(name: str) -> Callable[[Callable[[], Mapping[str, Any]]], Study]:
    """Register the decorated function as the measurement behind the figure `name`.

    Examples
    --------
    >>> @study("an-example")
    ... def measured() -> dict[str, list[int]]:
    ...     return {"units": [2, 4, 8]}
    >>> measured, measured.compute()["units"]
    (Study(name='an-example'), [2, 4, 8])
    >>> _ = _studies.pop("an-example")
    """

    def register(compute: Callable[[], Mapping[str, Any]]) -> Study:
        _studies[name] = Study(name, compute)
        return _studies[name]

    return register


def studies() -> dict[str, Study]:
    """Return all studies, in the order of the lecture."""
    from uat.lecture.registry import entries

    return {entry.id: _studies[entry.id] for entry in entries() if entry.id in _studies}


def check_study(name: str) -> str:
    """Let the id of a figure pass that draws from data.

    Raises
    ------
    InputError
        For a figure that is computed when it is drawn.
    """
    known = studies()
    if name not in known:
        raise InputError(
            f"{name} keeps no data, it is computed when it is drawn; "
            f"--recompute is for {', '.join(known) or 'none yet'}"
        )
    return name


def recompute(name: str, folder: Path | None = None) -> Path:
    """Measure again, and store the arrays in place of those before.

    Parameters
    ----------
    name : str
        The id of a figure that draws a study.
    folder : Path, optional
        Where the file is to be; without it, with the code.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        For a figure that is computed when it is drawn.
    FileProblem
        When the folder cannot be written; the file before is then as it was.
    """
    measured = studies()[check_study(name)]
    place = (folder or Path(str(files("uat.lecture"))) / "data") / f"{name}.npz"
    arrays: dict[str, Any] = {key: np.asarray(value) for key, value in measured.compute().items()}
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileProblem(f"cannot write into {place.parent}: {problem.strerror}") from problem
    with whole_file(place) as file:
        np.savez_compressed(file, **arrays)
    return place
