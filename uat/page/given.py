"""Reading what the page sends: f as a formula, as an example or as points, and numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat import examples
from uat.core.arguments import brief, one_of, real_array
from uat.core.target import Target
from uat.errors import InputError, WrongType
from uat.expression.latex import plain
from uat.expression.parse import parse

__all__ = ["Words", "about", "code_of", "read_target", "whole"]

Words = Mapping[str, Any]

_POINTS: Final = 200
"""Points of a drawn curve; more: finer curves, slower proofs."""

_CHARACTERS: Final = 2000
"""Characters of a formula; more: longer ones, slower to refuse."""


def read_target(words: Words) -> Target:
    """Read f, given as {"formula", "domain"}, {"example"}, {"points"} or, in a notebook, {"given"}.

    Examples
    --------
    >>> read_target({"f": {"points": [[0, 1, 2], [0, 1, 0]]}})(0.5)
    0.5
    """
    f = words.get("f")
    if not isinstance(f, dict):
        raise WrongType("no f given; a formula, an example or points are needed")
    if "given" in f:
        given = words.get("given")
        if not isinstance(given, Target):
            raise InputError("the f given asked for; a page outside of a notebook has none")
        return given
    return _target(json.dumps(f))


@lru_cache(maxsize=16)
def _target(written: str) -> Target:
    f = json.loads(written)
    if "points" in f:
        return _through(f["points"])
    if "example" in f:
        name = one_of(f["example"], examples.__all__, "example")
        return getattr(examples, name)  # type: ignore[no-any-return]
    return Target(_formula(f.get("formula")), _box(f.get("domain")))


def _formula(text: Any) -> str:
    if not isinstance(text, str):
        raise WrongType(f"formula {brief(text)} given; a text such as x**2 + sin(x) is needed")
    if len(text) > _CHARACTERS:
        raise InputError(f"a formula of {len(text):,} characters given; {_CHARACTERS:,} are read")
    return text


def _box(domain: Any) -> list[Any]:
    """Read a pair or a list of pairs; an end may be a text such as pi or 1/3."""
    if not isinstance(domain, list) or len(domain) > 2 or domain == []:
        raise WrongType(f"domain {brief(domain)} given; [a, b] or two such pairs are needed")
    return [_box(end) if isinstance(end, list) else _end(end) for end in domain]


def _end(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    number = parse(_formula(text))
    if number.dimension:
        raise InputError(
            f"{text!r:.40} given as an end of the domain; a number is needed, such as pi"
        )
    return float(number(0.0))


def _through(points: Any) -> Target:
    """Return the polygon through drawn points, given as [x, y]."""
    if not isinstance(points, list) or len(points) != 2:
        raise WrongType("points are needed as [x, y], two lists of numbers")
    x, y = (real_array(part, name) for part, name in zip(points, "xy", strict=True))
    if x.ndim != 1 or x.shape != y.shape:
        raise InputError(f"x of shape {x.shape} and y of shape {y.shape} given; (k,) is needed")
    if not 2 <= len(x) <= _POINTS:
        raise InputError(f"{len(x):,} points given; a drawn curve has 2 to {_POINTS}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InputError("points with NaN or infinity given; finite numbers are needed")
    if not (np.diff(x) > 0).all():
        raise InputError("points above each other given; x has to increase from point to point")
    return Target(lambda u: np.interp(u, x, y), (x[0], x[-1]), name="drawn curve")


def about(words: Words) -> dict[str, Any] | None:
    """Return the formula and the domain of an f that the page knows by its name alone."""
    f, target = words["f"], read_target(words)
    if not {"example", "given"} & f.keys():
        return None
    formula = "" if target.expression is None else plain(target.expression)
    return {"formula": formula, "domain": [list(pair) for pair in target.domain]}


def code_of(words: Words) -> str:
    """Write the Python code of f, as `read_target` reads it.

    Examples
    --------
    >>> code_of({"f": {"formula": "x**2", "domain": [0, "pi"]}})
    "uat.Target('x**2', (0.0, 3.141592653589793))"
    """
    f = words["f"]
    if "given" in f:
        target = read_target(words)
        box = target.domain[0] if target.dimension == 1 else target.domain
        if target.expression is None or target.modulus is not None:
            return f"uat.Target(f, {box})  # with the f and the modulus of the notebook"
        return f"uat.Target({plain(target.expression)!r}, {box})"
    if "points" in f:
        x, y = f["points"]
        return f"uat.Target(lambda x: np.interp(x, {x}, {y}), ({x[0]!r}, {x[-1]!r}))"
    if "example" in f:
        return f"uat.examples.{f['example']}"
    box = read_target(words).domain
    return f"uat.Target({f['formula']!r}, {box[0] if len(box) == 1 else box})"


def whole(words: Words, name: str, default: int, most: int) -> int:
    """Read a whole number from 1 to `most`."""
    value = words.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise InputError(
            f"{name} = {brief(value)} given; a whole number from 1 to {most} is needed"
        )
    return value
