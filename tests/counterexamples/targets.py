"""Targets of all kinds on boxes of all sizes, each beside the same function in mpmath."""

import bisect
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.oracles.exact import exact_target, to_mp
from uat.core.target import Target
from uat.expression.graph import apply, as_expression, coordinate
from uat.testing import boxes as boxes_around

__all__ = ["Case", "boxes", "cases", "epsilons", "folded_targets"]


@dataclass(frozen=True)
class Case:
    """A target, its exact oracle, the size of its values, and how it was written."""

    target: Target
    exact: Callable[[Any], Any]
    size: float
    text: str


WAVES = ["{a}*sin({b}*{z})", "{a}*cos({b}*{z} + {c})"]
INNER = [
    *WAVES,
    "{a}*{z}",
    "{a}*{z}**2",
    "{a}*{z}**3",
    "{a}*exp(-({b}*{z})**2)",
    "{a}*exp({z})",
    "{a}*abs({z} - {c})",
    "{a}*sqrt(abs({z} - {c}))",
    "{a}*arctan({b}*{z})",
    "{a}/(1 + ({b}*{z})**2)",
    "{a}*tanh({s}*({z} - {c}))",
    "{a}*sin({b}*{z}**2)",
    "{a}*sqrt(1.5 + sin({b}*{z}))",
    "{a}",
]

numbers = st.floats(-2, 2).map(lambda v: round(v, 3))


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float]:
    """From 1e-6 to 1e6 wide, at 0 or up to 1e6 widths from it."""
    width = 10.0 ** draw(st.floats(-6, 6))
    away = draw(st.sampled_from([0.0, 0.0, 0.3, -1.0, 10.0, -1e3, 1e6, 1e10]))
    a = draw(st.sampled_from([-width / 2, 0.0, -width])) + away * width
    return a, a + width


@st.composite
def _terms(draw: st.DrawFn, z: str, pool: list[str]) -> str:
    return draw(st.sampled_from(pool)).format(
        z=z,
        a=draw(numbers),
        b=draw(st.floats(0.1, 12).map(lambda v: round(v, 2))),
        c=draw(numbers),
        s=10.0 ** draw(st.integers(0, 7)),
    )


@st.composite
def formulas(draw: st.DrawFn, box: tuple[float, float]) -> str:
    """A formula that is continuous on the whole line, drawn in z = (x − middle)/half width."""
    a, b = box
    z = f"((x - {a + (b - a) / 2!r})/{(b - a) / 2!r})"
    pool = draw(st.sampled_from([WAVES, INNER, INNER, INNER]))
    terms = draw(st.lists(_terms(z, pool), min_size=1, max_size=3))
    joined = draw(st.sampled_from([" + ", " - ", " * "])).join(f"({term})" for term in terms)
    around = draw(
        st.sampled_from(["{}", "{}", "abs({})", "min({}, 0.25)", "max({}, -0.1)", "sin({})"])
    )
    outer = draw(st.sampled_from(["{}", "{}", "{}", "1e6*({})", "1e-9*({})", "{} + 100.0"]))
    return outer.format(around.format(joined))


def _sampled_size(target: Target) -> float:
    values = np.asarray(target(np.linspace(*target.domain[0], 257)))
    return float(values.max() - values.min()) or float(np.abs(values).max()) or 1.0


@st.composite
def _formula_cases(draw: st.DrawFn) -> Case:
    box = draw(boxes())
    text = draw(formulas(box))
    target = Target(text, box)
    return Case(target, exact_target(text), _sampled_size(target), text)


def _polyline(knots: list[float], values: list[float]) -> Callable[[Any], Any]:
    def exact(x: Any) -> Any:
        at = Fraction(x)
        if at <= knots[0] or at >= knots[-1]:
            return to_mp(values[0] if at <= knots[0] else values[-1])
        i = bisect.bisect_right(knots, at) - 1
        p, q, v, w = (Fraction(n) for n in (*knots[i : i + 2], *values[i : i + 2]))
        return to_mp(v + (at - p) / (q - p) * (w - v))

    return exact


@st.composite
def _polyline_cases(draw: st.DrawFn) -> Case:
    a, b = draw(boxes())
    count = draw(st.integers(2, 8))
    values = draw(st.lists(numbers, min_size=count, max_size=count))
    inner = draw(st.lists(st.floats(0, 1), min_size=count, max_size=count, unique=True))
    knots = sorted({a + (b - a) * v for v in inner})
    values = values[: len(knots)]
    target = Target(lambda x: np.interp(x, knots, values), (a, b))
    return Case(target, _polyline(knots, values), _sampled_size(target), f"{knots}, {values}")


@st.composite
def _declared_cases(draw: st.DrawFn) -> Case:
    """A sum of kinks known by its Lipschitz constant alone."""
    a, b = draw(boxes())
    places = [a + (b - a) * v for v in draw(st.lists(st.floats(0, 1), min_size=1, max_size=4))]
    heights = [h / (b - a) for h in draw(st.lists(numbers, min_size=len(places), max_size=4))]
    pairs = list(zip(places, heights, strict=False))
    lipschitz = sum(abs(h) for h in heights) * 1.01
    target = Target(
        lambda x: sum(h * np.abs(x - p) for p, h in pairs), (a, b), modulus=lipschitz, traced=False
    )

    # An f that cannot be traced is what numpy computes: its proof takes these values, at floats, on
    # trust, and says nothing of a sum in real numbers that they are roundings of, nor of x that is
    # no float.
    def exact(x: Any) -> Any:
        at = float(Fraction(x))
        return to_mp(float(target(at))) if Fraction(at) == x else None

    return Case(target, exact, max(lipschitz * (b - a), 1e-9), f"kinks {pairs}")


def cases() -> st.SearchStrategy[Case]:
    return st.one_of(_formula_cases(), _formula_cases(), _polyline_cases(), _declared_cases())


def epsilons(size: float, finest: float = 3.0) -> st.SearchStrategy[float]:
    """A share of the size of f, over decades."""
    return st.floats(-0.3, finest).map(lambda e: size * 10.0**-e)


BENDS: list[Callable[[Any], Any]] = [
    abs,
    lambda u: apply("maximum", u, 0.25),
    lambda u: apply("minimum", u, 2 * u + 0.1),
    lambda u: apply("minimum", apply("maximum", u, -0.5), 0.3),
    lambda u: abs(abs(u) - 0.4),
    lambda u: apply("interp", u, data=(-1.0, 0.0, 0.5, 0.0, 1.0, -2.0)),
    lambda u: apply("where", apply("less", u, 0.1), u, 0.2 - u),
    lambda u: u,
]


@st.composite
def folded_targets(draw: st.DrawFn) -> Target:
    """Sums of piecewise linear functions of one linear form each, in two to four coordinates."""
    box = draw(boxes_around(draw(st.integers(2, 4))))
    z = [
        (coordinate(i) - (a / 2 + b / 2)) / (b / 2 - a / 2)
        if draw(st.booleans())
        else coordinate(i)
        for i, (a, b) in enumerate(box)
    ]
    factors = st.one_of(st.integers(-3, 3), numbers)
    total = as_expression(0.0)
    for _ in range(draw(st.integers(1, 6))):
        form = sum((draw(factors) * v for v in z), as_expression(draw(numbers)))
        total = total + draw(factors) * draw(st.sampled_from(BENDS))(form)
    return Target(total, box)
