"""Studies: what takes minutes to measure, measured once and kept beside the code.

A figure whose curves need long computing draws from `uat/lecture/data/<id>.npz`. The function
that measures stands beside the figure; its seeds and budgets are fixed, so that
`uat figures <id> --recompute` makes the same file again from nothing.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.core.files import whole_file
from uat.errors import FileProblem, InputError

if TYPE_CHECKING:
    from uat.lecture.registry import LectureFigure

__all__ = ["Study", "check_study", "study"]

Arrays = dict[str, NDArray[Any]]

_DAMAGE = (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class Study:
    """The measurement behind a figure; a call returns the arrays that are stored."""

    name: str  # id of the figure
    compute: Callable[[], Mapping[str, Any]] = field(repr=False)  # the same at every call

    def __call__(self) -> Arrays:
        """Return the stored arrays; where they are missing or damaged, say how to make them."""
        try:
            stored = files("uat.lecture").joinpath("data", f"{self.name}.npz").read_bytes()
            with np.load(BytesIO(stored), allow_pickle=False) as kept:
                return {name: np.array(kept[name]) for name in kept.files}
        except _DAMAGE as problem:
            raise FileProblem(
                f"the data of {self.name} cannot be read; "
                f"`uat figures {self.name} --recompute` makes it"
            ) from problem

    def recompute(self, folder: Path | None = None) -> Path:
        """Measure again, and store the arrays in `folder`, or beside the code without one.

        The file before stays as it was when the folder cannot be written.
        """
        place = (folder or Path(str(files("uat.lecture"))) / "data") / f"{self.name}.npz"
        arrays: dict[str, Any] = {key: np.asarray(made) for key, made in self.compute().items()}
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise FileProblem(f"cannot write into {place.parent}: {problem.strerror}") from problem
        with whole_file(place) as file:
            np.savez_compressed(file, **arrays)
        return place


def study(name: str) -> Callable[[Callable[[], Mapping[str, Any]]], Study]:
    """Turn the decorated function into the study of the figure `name`."""
    return partial(Study, name)


def check_study(figure: LectureFigure) -> Study:
    """Return the study of a figure, and refuse one that is computed when it is drawn."""
    if figure.study is None:
        from uat.lecture.registry import all_figures

        known = [other.id for other in all_figures() if other.study is not None]
        raise InputError(
            f"{figure.id} keeps no data, it is computed when it is drawn; "
            f"--recompute is for {', '.join(known)}"
        )
    return figure.study
