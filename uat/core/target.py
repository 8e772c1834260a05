"""The function to approximate: a continuous f on a box, with its formula or modulus.

A proof needs a bound on how much f varies over a small box. The bound comes from the formula of f
(traced from numpy code or read from a string), or from a declared modulus of continuity.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from uat.core.arguments import brief, is_data, real_array, short
from uat.core.domain import (
    Domain,
    Modulus,
    check_count,
    check_domain,
    read_coordinates,
    read_modulus,
    read_values,
    read_variation,
)
from uat.core.target_checks import (
    FINITE_NEEDED,
    at,
    check_modulus,
    check_values,
    check_variation,
    is_pole,
    sample_points,
)
from uat.core.trace_check import find_mismatch
from uat.enclosure.outward_rounding import UP
from uat.errors import CannotProve, InputError, WrongType, counted
from uat.expression.arrays import Array
from uat.expression.brought.read import brought
from uat.expression.graph import Expression, apply, coordinate
from uat.expression.notebook import shown
from uat.expression.parse import parse
from uat.expression.points import of_coordinates
from uat.expression.trace import trace
from uat.expression.ufuncs import cannot

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from uat.expression.brought.formula import Brought

__all__ = ["Target", "as_target"]

_ROUNDING: Final = 8
"""Units in the last place that the values of f may be off by; see `enclose_by_modulus`."""

_DIGITS: Final = 2.0**24
"""Radii are rounded up to this many steps; fewer: faster, wider enclosures."""

_OPAQUE: Final = "f has no formula (traced=False) and no modulus; give uat.Target modulus=…"


class Target:
    r"""A continuous function on a box. Immutable.

    Parameters
    ----------
    f : callable, str, Expression or Target
        Plain numpy code in the coordinates, f(x, y), or in points, f(X) with X of shape
        (points, d); or a formula such as "x**2 + sin(x)". An expression of sympy, a series of
        numpy.polynomial and a spline of scipy.interpolate are read exactly as they are, within
        their range. A Target is restricted to a box within its own; it keeps its modulus, name and
        source.
    domain : (a, b) or sequence of (a, b)
        The box, one pair for each coordinate.
    modulus : float or callable, optional
        A Lipschitz constant, or h ↦ ω(h) with |f(x) − f(y)| ≤ ω(h) for |x − y| ≤ h (Euclidean),
        an array in and one of the same shape out. Proofs trust it; it is tested on samples here.
    variation : float, optional
        The total variation of f in one dimension, where it is known.
    name, source : str, optional
        The name of f, and its source.
    traced : bool, optional
        False for an f that is not to be traced into a formula: proofs use its modulus.

    Raises
    ------
    InputError, WrongType
        For a domain that is no box, an f that is not finite and real on it or returns another
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
        points = sample_points(*np.transpose(box))
        self._function, self.untraced = _formula_of(f, box, points, traced)
        self.domain = box
        self.expression = self._function if self.untraced is None else None  # type: ignore[assignment]
        self.modulus = read_modulus(modulus)
        self.variation = read_variation(variation, len(box))
        self.name = name
        self.source = source
        self._size = _check_claims(self, points)  # the last one: nothing can be set after it

    @classmethod
    def from_points(
        cls, x: ArrayLike, y: ArrayLike, *, name: str | None = None, source: str | None = None
    ) -> Self:
        """Return the polygon through data, on the interval from the first to the last of them.

        Parameters
        ----------
        x, y : array_like
            The points, (points,) each, at least two, in any order; no x twice.
        name, source : str, optional
            The name of the data, and their source.

        Raises
        ------
        InputError, WrongType
            For other shapes, numbers that are not finite or not real, or an x given twice.

        Examples
        --------
        >>> f = Target.from_points([0, 2, 1], [0, 0, 1])
        >>> f.domain, f(0.5)
        (((0.0, 2.0),), 0.5)
        """
        knots, values = real_array(x, "x"), real_array(y, "y")
        if knots.ndim != 1 or knots.shape != values.shape or len(knots) < 2:
            raise InputError(
                f"x of shape {knots.shape} and y of shape {values.shape} given; one number for each "
                "of at least two points is needed"
            )
        for numbers, axis in ((knots, "x"), (values, "y")):
            if not np.isfinite(numbers).all():
                raise InputError(f"{axis} holds a number that is not finite; fill or leave out")
        order = np.argsort(knots, kind="stable")
        knots, values = knots[order], values[order]
        twice = np.flatnonzero(np.diff(knots) == 0)
        if len(twice):
            raise InputError(
                f"x = {float(knots[twice[0]])!r} given twice; one y for each x is needed"
            )
        table = apply("interp", coordinate(0), data=(*knots, *values))
        return cls(table, (knots[0], knots[-1]), name=name, source=source)

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, "_size"):
            raise AttributeError(f"a Target does not change: {name} cannot be set")
        object.__setattr__(self, name, value)

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

    def latex(self) -> str:
        r"""Return f with its formula, or its name where it has none, in LaTeX.

        matplotlib and MathJax set it, between dollar signs.

        Examples
        --------
        >>> Target("x**2 + sin(x)", (-1, 3)).latex()
        'f(x) = x^{2} + \\sin\\left(x\\right)'
        """
        from uat.expression.latex import coordinate_names, latex, listed

        names = coordinate_names(self.dimension)
        text = self.formula if self.expression is None else latex(self.expression, names)
        value = f"f({listed(names)})"
        return value if text == "f" else f"{value} = {text}"

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
            check_count(coordinates, self.dimension, f"{self!r} takes")
        if any(isinstance(getattr(c, "expression", c), Expression) for c in coordinates):
            if self.expression is None:
                raise CannotProve(self.untraced or "")
            return self.expression(*coordinates)
        arrays = read_coordinates(coordinates)
        if self.expression is not None:
            return self.expression(*arrays)
        # copies, since f may write into its arguments
        with np.errstate(all="ignore"):
            value = self._function(*(np.array(a) for a in arrays))
        return read_values(value, arrays[0].shape)

    def enclose(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Enclose f over cells with ends (cells, d) by its formula or, without one, its modulus.

        Returns two (cells,) arrays. An f with neither raises CannotProve.
        """
        if self.expression is None:
            return self.enclose_by_modulus(lower, upper)
        from uat.enclosure.enclose import enclose

        return enclose(self.expression, lower, upper)

    def enclose_by_modulus(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Enclose f over cells by its values at their centres and the declared modulus.

        The values are those of numpy, widened by eight units in the last place of the largest |f|
        on samples, since a sum that cancels keeps the rounding of its terms.
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
        # rounded up to few digits: equal cells share one radius, and so one value of the modulus
        digits, exponent = np.frexp(radius)
        radii, place = np.unique(np.ldexp(np.ceil(digits * _DIGITS), exponent), return_inverse=True)
        spread = np.asarray(self.modulus(radii / _DIGITS), dtype=np.float64)[place] * UP
        spread = spread + _ROUNDING * np.spacing(np.maximum(np.abs(value), self._size))
        return value - spread, value + spread

    @property
    def modulus_assumption(self) -> str:
        """The assumption of a proof by the modulus, in words."""
        whose = self.name or "f"
        return f"the modulus of continuity declared for {whose}, and its values as numpy gives them"

    _repr_mimebundle_ = shown

    def __repr__(self) -> str:
        from uat.expression.latex import plain

        what = self.name or (plain(self.expression) if self.expression is not None else "f")
        return f"<Target {what} on {_product(self.domain)}>"


def as_target(f: Any, domain: Any = None) -> Target:
    """Return a Target as it is (then `domain` is left out), else the Target of f on a domain.

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
    if is_data(f) and (isinstance(domain, str) or callable(domain)):
        raise WrongType(
            f"{brief(f)} given as f and {brief(domain)} as domain; they are in the other order: "
            "f, domain"
        )
    if domain is None:
        raise InputError("no domain given; (a, b) is needed, or one pair for each coordinate")
    return Target(f, domain)


def _check_inside(f: Target, box: Domain) -> None:
    if not _contains(f.domain, box):
        raise InputError(f"domain {short(box)} given for {f!r}; a box within its own is needed")


def _check_within(given: Brought, box: Domain) -> None:
    """Refuse a box beyond the range of an object that was given as f."""
    if given.box is not None and not _contains(given.box, box):
        raise InputError(
            f"domain {short(box if len(box) > 1 else box[0])} given for {given.what} on "
            f"{_product(given.box)}, which is not extrapolated; a box within its own is needed"
        )


def _contains(outer: Domain, inner: Domain) -> bool:
    return len(outer) == len(inner) and all(
        a >= low and b <= high for (a, b), (low, high) in zip(inner, outer, strict=True)
    )


def _product(box: Domain) -> str:
    return " × ".join([f"[{a:g}, {b:g}]" for a, b in box[:4]] + ["…"] * (len(box) > 4))


def _formula_of(
    f: Any, box: Domain, points: Array, traced: bool
) -> tuple[Callable[..., Any], str | None]:
    """Return the graph of f, or f itself and the reason why it has no graph."""
    if isinstance(f, Target):
        return f._function, f.untraced
    if isinstance(f, str):
        f = parse(f)
    try:
        given = brought(f, len(box)) if traced or not callable(f) else None
    except CannotProve as error:
        return _for_arrays(f, box), str(error)
    if given is not None:
        _check_within(given, box)
        f = given.expression
    if not callable(f) or hasattr(f, "as_function"):
        raise WrongType(_no_function(f))
    f = of_coordinates(f, points)
    if not traced:
        return _for_arrays(f, box), _OPAQUE
    try:
        expression = trace(f, len(box))
        _check_traced(expression, f, box, points)
    except CannotProve as error:
        return _for_arrays(f, box), str(error)
    if expression.dimension > len(box):
        raise InputError(
            f"f has {counted(expression.dimension, 'coordinate')}, and the domain "
            f"{counted(len(box), 'pair')}; a pair for each is needed"
        )
    return expression, None


def _no_function(f: Any) -> str:
    """Say what was given for f, and what to do with data and networks."""
    needed = "a function of the coordinates or a formula is needed"
    if is_data(f):
        return (
            f"{brief(f)} given as f; {needed} (uat.Target.from_points(x, y) is the polygon through "
            "points, uat.fit(x, y) trains a network on data)"
        )
    if hasattr(f, "as_function"):
        return f"a {type(f).__name__} given as f; {needed}: network.as_function(), with its modulus"
    return f"{short(f)} given as f; {needed}"


def _check_traced(
    expression: Expression, f: Callable[..., Any], box: Domain, points: Array
) -> None:
    """Refuse a formula that is not f: f caught an error, or depends on the type of its argument."""
    if expression.dimension > len(box):
        return
    differs = find_mismatch(expression, f, points)
    if differs is not None:
        raise cannot(f"called with numbers it differs from its formula, at {at(differs)}")


def _for_arrays(f: Callable[..., Any], box: Domain) -> Callable[..., Any]:
    """Return f, or f point by point where it takes no arrays, as math.sin or a branch on x."""
    try:
        with np.errstate(all="ignore"):
            f(*(np.array(pair) for pair in box))
    except (TypeError, ValueError):
        return np.vectorize(f, otypes=[float])
    except Exception:  # noqa: BLE001 - the check on samples reports every other error
        return f
    return f


def _check_claims(target: Target, points: Array) -> float:
    """Test on samples, (points, d), that f is finite and has its modulus and variation.

    Returns the largest |f| on them.
    """
    values = check_values(target, points, traced=target.expression is not None)
    if target.expression is not None:
        _check_singularities(target.expression, target)
    if target.modulus is not None:
        check_modulus(target, target.modulus, points, values)
    if target.variation is not None:
        check_variation(target.variation, values)
    return float(np.abs(values).max())


def _check_singularities(expression: Expression, target: Target) -> None:
    from uat.core.singularities import find_singularity

    found = find_singularity(expression, target.lower, target.upper)
    if found is None:
        return
    what = "a part of f" if found.hidden else "f"
    if np.isfinite(found.value):
        raise InputError(
            f"{what} grows to {found.value:.3g} near {at(found.point)}, a pole; {FINITE_NEEDED}"
        )
    pole = np.isinf(found.value) and is_pole(target, found.point, target.lower, target.upper)
    raise InputError(
        f"{what} is {found.value} at {at(found.point)}{', a pole' * bool(pole)}; {FINITE_NEEDED}"
    )
