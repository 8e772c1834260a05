"""The options of a training: one line each, with its default and the reader that checks it."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, fields
from typing import Any, TypedDict

import numpy as np

from uat.core.arguments import (
    Progress,
    brief,
    read_progress,
    read_widths,
    real_number,
    truth_value,
    whole_number,
)
from uat.errors import WrongType, near_match
from uat.numerics.workers import read_executor

__all__ = ["Options", "Settings", "read_hidden", "read_options"]


class Options(TypedDict, total=False):
    """Keywords of `fit` and `fit_function` that a caller may leave out, for type checkers."""

    max_iter: int
    seconds: float
    eps: float
    penalty: float
    rate: float
    momentum: float
    batch: int
    starts: int
    polish: bool
    stages: Sequence[int]
    executor: Executor
    progress: Progress
    callback: Callable[[Any], object]


def read_hidden(hidden: Any) -> tuple[int, ...]:
    """Read the widths of the hidden layers; one number is one layer."""
    return read_widths(_several(hidden), what="hidden width")


def _several(widths: Any) -> tuple[Any, ...]:
    return tuple(widths) if np.iterable(widths) else (widths,)


def _stages(value: Any, _: str) -> tuple[int, ...]:
    widths = _several(value)
    return read_widths(widths, what="stage") if widths else ()


def _number(needed: str, allowed: Callable[[float], bool]) -> Callable[[Any, str], float]:
    return lambda value, name: real_number(value, name, needed, allowed)


_positive = _number("a number > 0", lambda v: v > 0)
_rate = _number("a finite number > 0", lambda v: 0 < v < math.inf)
_nonnegative = _number("a finite number ≥ 0", lambda v: 0 <= v < math.inf)
_momentum = _number("a number in [0, 1)", lambda v: 0 <= v < 1)


def _callback(value: Any, name: str) -> Callable[[Any], object]:
    if not callable(value):
        raise WrongType(f"{name} {brief(value)} given; a function is needed")
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Settings:
    """All options of a training, checked; `fit` documents them."""

    max_iter: int = field(metadata={"read": whole_number})
    rate: float = field(metadata={"read": _rate})
    seconds: float = field(default=math.inf, metadata={"read": _positive})
    eps: float = field(default=0.0, metadata={"read": _nonnegative})
    penalty: float = field(default=0.0, metadata={"read": _nonnegative})
    momentum: float = field(default=0.0, metadata={"read": _momentum})
    batch: int | None = field(default=None, metadata={"read": whole_number})
    starts: int | None = field(default=None, metadata={"read": whole_number})
    polish: bool = field(default=False, metadata={"read": truth_value})
    stages: tuple[int, ...] = field(default=(), metadata={"read": _stages})
    executor: Executor | None = field(
        default=None, metadata={"read": lambda value, _: read_executor(value)}
    )
    progress: Progress | None = field(
        default=None, metadata={"read": lambda value, _: read_progress(value)}
    )
    callback: Callable[[Any], object] | None = field(default=None, metadata={"read": _callback})


def read_options(options: Options, *, max_iter: int, rate: float) -> Settings:
    """Read options and complete them, the iterations and the learning rate by these defaults.

    An option that is None keeps its default; an unknown one is refused.
    """
    readers = {option.name: option.metadata["read"] for option in fields(Settings)}
    chosen: dict[str, Any] = {"max_iter": max_iter, "rate": rate}
    for name, value in options.items():
        if name not in readers:
            near = near_match(name, readers)
            raise WrongType(f"no option {name!r}{near}; there are {', '.join(readers)}")
        if value is not None:
            chosen[name] = readers[name](value, name)
    return Settings(**chosen)
