"""The function to approximate: a continuous f on a box, and what is known of it.

What a proof needs is how much f varies over a small box. It comes from the formula of f (traced
from numpy code or read from a string), or from a modulus of continuity that the caller declares.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from uat.errors import CannotProve, InputError, UatError, WrongType
from uat.expression.graph import Expression
from uat.expression.parse import parse
from uat.expression.trace import trace

__all__ = ["Target", "as_target", "check_domain"]

Array = NDArray[np.float64]
Domain = tuple[tuple[float, float], ...]

_SAMPLES: Final = {1: 1025, 2: 41, 3: 13}


class Target:
    """A continuous function on a box. Immutable.

    Parameters
    ----------
    f : callable, str, Expression or Target
        Plain numpy code in the coordinates, or a formula such as "x**2 + sin(x)".
    domain : (a, b) or sequence of (a, b)
        The box, one pair a coordinate.
    modulus : float or callable, optional
        A Lipschitz constant, or h ↦ ω(h) with |f(x) − f(y)| ≤ ω(h) for |x − y| ≤ h (Euclidean).
        Taken on trust in proofs, and tested against samples here.
    variation : float, optional
        The total variation, where it is known.
    name, source : str, optional
        What f is called, and where it comes from.

    Raises
    ------
    InputError, WrongType
        For a domain that is no box, an f that is not finite and real on it or gives another
        shape, a modulus that samples contradict (the message names the two points).

    Examples
    --------
    >>> f = Target("x**2 + sin(x)", (-1, 3))
    >>> f(2.0), f.dimension, f.formula
    (4.909297426825682, 1, 'x^{2} + \\\\sin\\\\left(x\\\\right)')
    """

    __slots__ = (
        "_function", "domain", "expression", "modulus", "name", "source", "untraced", "variation",
    )  # fmt: skip

    domain: Domain
    expression: Expression | None
    modulus: Callable[[Any], Any] | None
    variation: float | None
    name: str | None
    source: str | None
    untraced: str | None

    def __init__(
        self,
        f: Any,
        domain: Any,
        modulus: float | Callable[[Any], Any] | None = None,
        *,
        variation: float | None = None,
        name: str | None = None,
        source: str | None = None,
    ) -> None:
        box = check_domain(domain)
        expression, untraced = _formula_of(f, len(box))
        for key, value in (
            ("_function", f if expression is None else expression),
            ("domain", box),
            ("expression", expression),
            ("modulus", _check_modulus(modulus)),
            ("variation", variation),
            ("name", name),
            ("source", source),
            ("untraced", untraced),
        ):
            object.__setattr__(self, key, value)
        _check_samples(self)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Target does not change: {name} cannot be set")

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
        return rf"\mathrm{{{self.name}}}" if self.name else "f"

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
            raise InputError(f"{len(coordinates)} coordinates given; f has {self.dimension}")
        if self.expression is not None:
            return self.expression(*coordinates)
        arrays = np.broadcast_arrays(*(np.asarray(c, dtype=np.float64) for c in coordinates))
        with np.errstate(all="ignore"):
            value = np.asarray(self._function(*arrays))
        if value.dtype.kind not in "biuf":
            raise WrongType(f"f gives {value.dtype} values; real numbers are needed")
        if value.shape not in ((), arrays[0].shape):
            raise InputError(
                f"f gives shape {value.shape} for coordinates of shape {arrays[0].shape}; "
                "the same shape is needed"
            )
        value = np.broadcast_to(value, arrays[0].shape).astype(np.float64)
        return float(value) if value.shape == () else value

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
        from uat.expression.enclose import enclose

        return enclose(self.expression, lower, upper)

    def enclose_by_modulus(self, lower: Array, upper: Array) -> tuple[Array, Array]:
        """Enclose f over cells by its value at their centres and the declared modulus.

        The values are those that numpy computes, widened by four units in the last place.
        """
        if self.modulus is None:
            raise CannotProve(self.untraced or "f has no declared modulus")
        centre = lower + (upper - lower) / 2
        half = np.maximum(upper - centre, centre - lower)
        radius = np.sqrt(np.sum(half**2, axis=1)) * (1 + 1e-15)
        value = np.asarray(self(*centre.T), dtype=np.float64)
        spread = np.asarray(self.modulus(radius), dtype=np.float64) * (1 + 1e-15)
        spread = spread + 4 * np.spacing(np.abs(value))
        return value - spread, value + spread

    @property
    def modulus_assumption(self) -> str:
        """What a proof by the modulus takes on trust, in words."""
        whose = self.name or "f"
        return f"the modulus of continuity declared for {whose}, and its values as numpy gives them"

    def __repr__(self) -> str:
        what = self.name or (repr(self.expression)[12:-1] if self.expression else "f")
        return f"<Target {what} on {' × '.join(f'[{a:g}, {b:g}]' for a, b in self.domain)}>"


def as_target(f: Any, domain: Any = None) -> Target:
    """Take a Target as it is (then without a domain), anything else as f on a domain."""
    if isinstance(f, Target):
        if domain is not None:
            raise InputError("a Target has its own domain; leave domain out or give the function")
        return f
    if domain is None:
        raise InputError("no domain given; (a, b) is needed, or one pair a coordinate")
    return Target(f, domain)


def check_domain(domain: Any) -> Domain:
    """Read a box, (a, b) or one pair a coordinate, as a tuple of pairs of floats.

    Raises
    ------
    InputError, WrongType
        Where it is not a box with finite ends and a < b.

    Examples
    --------
    >>> check_domain((0, 1)), check_domain([(0, 1), (-1, 1)])
    (((0.0, 1.0),), ((0.0, 1.0), (-1.0, 1.0)))
    """
    what = f"domain {domain!r:.80} given; (a, b) with a < b is needed, or one pair a coordinate"
    try:
        array = np.array(domain)
    except (TypeError, ValueError):
        raise InputError(what) from None
    if array.dtype.kind not in "biuf":
        raise WrongType(what)
    box = array.astype(np.float64).reshape(1, -1) if array.ndim == 1 else array.astype(np.float64)
    if box.ndim != 2 or box.shape[1] != 2 or len(box) == 0:
        raise InputError(what)
    if not np.isfinite(box).all() or not np.isfinite(box[:, 1] - box[:, 0]).all():
        raise InputError(f"domain {domain!r:.80} given; finite ends and a finite length are needed")
    if not (box[:, 0] < box[:, 1]).all():
        raise InputError(what)
    return tuple((float(a), float(b)) for a, b in box)


def _formula_of(f: Any, dimension: int) -> tuple[Expression | None, str | None]:
    """Find the graph of f, or say why there is none."""
    if isinstance(f, Target):
        f = f.expression if f.expression is not None else f._function
    if isinstance(f, str):
        f = parse(f)
    if not callable(f):
        raise WrongType(
            f"{f!r:.60} given as f; a function of the coordinates or a formula is needed"
        )
    try:
        expression = trace(f, dimension)
    except CannotProve as error:
        return None, str(error)
    if expression.dimension > dimension:
        raise InputError(
            f"f has {expression.dimension} coordinates but the domain has {dimension} pair(s)"
        )
    return expression, None


def _check_modulus(modulus: Any) -> Callable[[Any], Any] | None:
    if modulus is None or callable(modulus):
        return modulus  # type: ignore[no-any-return]
    try:
        lipschitz = float(modulus)
    except (TypeError, ValueError):
        raise WrongType(
            f"modulus={modulus!r:.60} given; a Lipschitz constant or a function h ↦ ω(h) is needed"
        ) from None
    if not 0 <= lipschitz < np.inf:
        raise InputError(f"modulus={lipschitz} given; a finite number ≥ 0 is needed")
    return lambda h: lipschitz * h


def _sample_points(target: Target) -> Array:
    """Spread points over the box, its corners included, (points, d)."""
    dimension = target.dimension
    count = _SAMPLES.get(dimension, 5)
    if dimension > 6:
        unit = np.random.default_rng(0).random((4096, dimension))
        unit[:2] = [[0.0], [1.0]]
    else:
        axes = [np.linspace(0.0, 1.0, count)] * dimension
        unit = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, dimension)
    points = target.lower + unit * (target.upper - target.lower)
    return np.clip(points, target.lower, target.upper)


def _at(point: Array) -> str:
    inner = ", ".join(f"{v:.17g}" for v in point.tolist())
    return f"x = {inner}" if len(point) == 1 else f"({inner})"


def _check_samples(target: Target) -> None:
    """Refuse an f that is not finite and real on samples, or that they show to beat its modulus."""
    points = _sample_points(target)
    try:
        values = np.asarray(target(*points.T))
    except UatError:
        raise
    except Exception as error:
        raise InputError(f"f fails on an array of points: {type(error).__name__}: {error}") from error
    bad = ~np.isfinite(values)
    if bad.any():
        where = points[np.argmax(bad)]
        raise InputError(
            f"f is {values[bad][0]} at {_at(where)}; a function finite on the whole box is needed"
            " (np.where gives a value at a single point)"
        )
    if target.modulus is not None:
        _check_declared(target, points, values)


def _check_declared(target: Target, points: Array, values: Array) -> None:
    """Compare |f(x) − f(y)| with ω(|x − y|) for pairs of samples at many distances."""
    assert target.modulus is not None
    for stride in (1, 2, 3, 5, 8, 16, 41, 64, 128, 256, 512):
        if stride >= len(points):
            break
        distance = np.sqrt(np.sum((points[stride:] - points[:-stride]) ** 2, axis=1))
        change = np.abs(values[stride:] - values[:-stride])
        try:
            allowed = np.asarray(target.modulus(distance), dtype=np.float64)
        except Exception as error:
            raise InputError(
                f"the modulus fails on an array of distances: {type(error).__name__}: {error}"
            ) from error
        if allowed.shape not in ((), distance.shape) or np.isnan(allowed).any():
            raise InputError("the modulus must give one number for each distance")
        slack = 1e-9 * allowed + 16 * np.spacing(np.abs(values).max() + 1e-300)
        over = change > allowed + slack
        if over.any():
            i = int(np.argmax(over))
            bound = float(np.broadcast_to(allowed, distance.shape)[i])
            raise InputError(
                f"the declared modulus allows |f(x) − f(y)| ≤ {bound:.6g} at distance "
                f"{distance[i]:.6g}, but {_at(points[i])} and {_at(points[i + stride])} "
                f"differ by {change[i]:.6g}"
            )
