"""The function to approximate: a continuous f on a box, and what is known of it.

What a proof needs is how much f varies over a small box. It comes from the formula of f (traced
from numpy code or read from a string), or from a modulus of continuity that the caller declares.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Self

import numpy as np

from uat.core.arguments import short
from uat.core.domain import (
    Domain,
    Modulus,
    check_domain,
    read_coordinates,
    read_modulus,
    read_values,
    read_variation,
)
from uat.core.target_checks import at, check_modulus, check_values, check_variation, sample_points
from uat.core.trace_check import find_stray
from uat.enclosure.directed import UP
from uat.errors import CannotProve, InputError, WrongType
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.expression.parse import parse
from uat.expression.trace import trace
from uat.expression.ufuncs import cannot

__all__ = ["Target", "as_target", "check_domain"]


_ROUNDING: Final = 8
_DIGITS: Final = 2.0**24
_OPAQUE: Final = "f has no formula (traced=False) and no modulus; give uat.Target modulus=…"


class Target:
    r"""A continuous function on a box. Immutable.

    Parameters
    ----------
    f : callable, str, Expression or Target
        Plain numpy code in the coordinates, or a formula such as "x**2 + sin(x)". A Target is
        restricted to a box within its own; it keeps its modulus, name and source.
    domain : (a, b) or sequence of (a, b)
        The box, one pair a coordinate.
    modulus : float or callable, optional
        A Lipschitz constant, or h ↦ ω(h) with |f(x) − f(y)| ≤ ω(h) for |x − y| ≤ h (Euclidean),
        an array in and one of the same shape out. Taken on trust in proofs, tested on samples here.
    variation : float, optional
        The total variation of f in one dimension, where it is known.
    name, source : str, optional
        What f is called, and where it comes from.
    traced : bool, optional
        False for an f that is not to be followed into a formula: proofs go by its modulus.

    Raises
    ------
    InputError, WrongType
        For a domain that is no box, an f that is not finite and real on it or gives another
        shape, a modulus that samples contradict (the message names the two points).

    Examples
    --------
    >>> f = Target("x**2 + sin(x)", (-1, 3))
    >>> f(2.0), f.dimension, f.formula
    (4.909297426825682, 1, 'x^{2} + \\sin\\left(x\\right)')
    """

    __slots__ = (
        "_function", "_size", "domain", "expression", "modulus", "name", "source", "untraced",
        "variation",
    )  # fmt: skip

    domain: Domain
    expression: Expression | None
    modulus: Modulus | None
    variation: float | None
    name: str | None
    source: str | None
    untraced: str | None
    _function: Callable[..., Any]
    _size: float

    def __init__(
        self,
        f: Any,
        domain: Any,
        modulus: float | Modulus | None = None,
        *,
        variation: float | None = None,
        name: str | None = None,
        source: str | None = None,
        traced: bool = True,
    ) -> None:
        box = check_domain(domain)
        if isinstance(f, Target):
            _check_inside(f, box)
            modulus = f.modulus if modulus is None else modulus
            name, source = name or f.name, source or f.source
        function, untraced = _formula_of(f, box, traced)
        for key, value in (
            ("_function", function),
            ("domain", box),
            ("expression", function if untraced is None else None),
            ("modulus", read_modulus(modulus)),
            ("variation", read_variation(variation, len(box))),
            ("name", name),
            ("source", source),
            ("untraced", untraced),
        ):
            object.__setattr__(self, key, value)
        object.__setattr__(self, "_size", _check_at_the_door(self))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Target does not change: {name} cannot be set")

    def __reduce__(self) -> tuple[Any, ...]:
        make = partial(
            Target,
            modulus=self.modulus,
            variation=self.variation,
            name=self.name,
            source=self.source,
            traced=self.untraced != _OPAQUE,
        )
        return make, (self._function, self.domain)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.domain)

    @property
    def formula(self) -> str:
        """The formula in LaTeX where it is short, else the name, else f."""
        if self.expression is not None:
            from uat.expression.latex import latex

            text = latex(self.expression)
            if len(text) <= 120 and text != "f":
                return text
        words = (self.name or "").replace(" ", r"\ ").replace("'", "’")
        return rf"\mathrm{{{words}}}" if words else "f"

    @property
    def lower(self) -> Array:
        """The lower corner of the box, (d,)."""
        return np.array([a for a, _ in self.domain])

    @property
    def upper(self) -> Array:
        """The upper corner of the box, (d,)."""
        return np.array([b for _, b in self.domain])

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate f, float64: coordinates in, the same shape out."""
        if len(coordinates) != self.dimension:
            raise InputError(
                f"{len(coordinates)} coordinate(s) given; {self!r} needs {self.dimension}"
            )
        if any(isinstance(getattr(c, "expression", c), Expression) for c in coordinates):
            if self.expression is None:
                raise CannotProve(self.untraced or "")
            return self.expression(*coordinates)
        arrays = read_coordinates(coordinates)
        if self.expression is not None:
            return self.expression(*arrays)
        # copies, so that an f that writes into its argument spoils nothing of the caller's
        with np.errstate(all="ignore"):
            value = self._function(*(np.array(a) for a in arrays))
        return read_values(value, arrays[0].shape)

    def enclose(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Enclose f over cells, (cells, d) ends → two (cells,) arrays.

        By the formula; where there is none, by the declared modulus.

        Raises
        ------
        CannotProve
            Where f has neither.
        """
        if self.expression is None:
            return self.enclose_by_modulus(lower, upper)
        from uat.enclosure.enclose import enclose

        return enclose(self.expression, lower, upper)

    def enclose_by_modulus(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Enclose f over cells by its value at their centres and the declared modulus.

        The values are those that numpy computes, widened by eight units in the last place of the
        largest |f| on samples: a sum that cancels keeps the rounding of its terms.
        """
        if self.modulus is None:
            raise CannotProve(self.untraced or "f has no declared modulus")
        centre = lower + (upper - lower) / 2
        half = np.maximum(upper - centre, centre - lower)
        # scaled, since the square of a very small side would be 0
        longest = half.max(axis=1)
        scale = np.where(longest > 0, longest, 1.0)
        radius = scale * np.sqrt(np.sum((half / scale[:, None]) ** 2, axis=1)) * UP
        value = np.asarray(self(*centre.T), dtype=np.float64)
        # rounded up to few digits: equal cells share their radius, and so one value of the modulus
        digits, exponent = np.frexp(radius)
        radii, place = np.unique(np.ldexp(np.ceil(digits * _DIGITS), exponent), return_inverse=True)
        spread = np.asarray(self.modulus(radii / _DIGITS), dtype=np.float64)[place] * UP
        spread = spread + _ROUNDING * np.spacing(np.maximum(np.abs(value), self._size))
        return value - spread, value + spread

    @property
    def modulus_assumption(self) -> str:
        """What a proof by the modulus takes on trust, in words."""
        whose = self.name or "f"
        return f"the modulus of continuity declared for {whose}, and its values as numpy gives them"

    def __repr__(self) -> str:
        from uat.expression.latex import plain

        what = self.name or (plain(self.expression) if self.expression is not None else "f")
        box = [f"[{a:g}, {b:g}]" for a, b in self.domain[:4]] + ["…"] * (self.dimension > 4)
        return f"<Target {what} on {' × '.join(box)}>"


def as_target(f: Any, domain: Any = None) -> Target:
    """Take a Target as it is (then without a domain), anything else as f on a domain.

    Examples
    --------
    >>> as_target("x**2", (0, 1))
    <Target x**2 on [0, 1]>
    """
    if isinstance(f, Target):
        if domain is not None:
            raise InputError(
                f"domain {short(domain)} given beside {f!r}, which has its own; leave domain out, "
                "or restrict it with uat.Target(f, domain)"
            )
        return f
    if domain is None:
        raise InputError("no domain given; (a, b) is needed, or one pair a coordinate")
    return Target(f, domain)


def _check_inside(f: Target, box: Domain) -> None:
    inside = len(box) == f.dimension and all(
        a >= low and b <= high for (a, b), (low, high) in zip(box, f.domain, strict=True)
    )
    if not inside:
        raise InputError(f"domain {short(box)} given for {f!r}; a box within its own is needed")


def _formula_of(f: Any, box: Domain, traced: bool) -> tuple[Callable[..., Any], str | None]:
    """Find the graph of f, or take f as it is and say why there is no graph."""
    if isinstance(f, Target):
        return f._function, f.untraced
    if isinstance(f, str):
        f = parse(f)
    if not callable(f):
        raise WrongType(
            f"{short(f)} given as f; a function of the coordinates or a formula is needed"
        )
    if not traced:
        return _for_arrays(f, box), _OPAQUE
    try:
        expression = trace(f, len(box))
        _check_followed(expression, f, box)
    except CannotProve as error:
        return _for_arrays(f, box), str(error)
    if expression.dimension > len(box):
        raise InputError(
            f"f has {expression.dimension} coordinates but the domain has {len(box)} pair(s)"
        )
    return expression, None


def _check_followed(expression: Expression, f: Callable[..., Any], box: Domain) -> None:
    """Refuse a formula that is not f: f caught an error, or asked what it was called with."""
    if expression.dimension > len(box):
        return
    stray = find_stray(expression, f, sample_points(*np.transpose(box)))
    if stray is not None:
        raise cannot(f"called with numbers it differs from its formula, at {at(stray)}")


def _for_arrays(f: Callable[..., Any], box: Domain) -> Callable[..., Any]:
    """Take f as it is, or point by point where it takes no arrays: math.sin, a branch on x."""
    try:
        with np.errstate(all="ignore"):
            f(*(np.array(pair) for pair in box))
    except (TypeError, ValueError):
        return np.vectorize(f, otypes=[float])
    except Exception:  # noqa: BLE001 - whatever f raises is said when it is tried on samples
        return f
    return f


def _check_at_the_door(target: Target) -> float:
    """Try on samples all that was said of f; give the largest |f| on them."""
    points = sample_points(target.lower, target.upper)
    values = check_values(target, points, traced=target.expression is not None)
    if target.expression is not None:
        _check_holes(target)
    if target.modulus is not None:
        check_modulus(target, target.modulus, points, values)
    if target.variation is not None:
        check_variation(target.variation, values)
    return float(np.abs(values).max())


def _check_holes(target: Target) -> None:
    from uat.core.singularities import find_hole

    assert target.expression is not None
    hole = find_hole(target.expression, target.lower, target.upper)
    if hole is None:
        return
    needed = "a function finite on the whole box is needed"
    what = "a part of f" if hole.hidden else "f"
    if np.isfinite(hole.value):
        raise InputError(
            f"{what} grows to {hole.value:.3g} near {at(hole.point)}, a pole; {needed}"
        )
    raise InputError(f"{what} is {hole.value} at {at(hole.point)}; {needed}")
