"""The bound by interpolation against an adversary: no point with a larger error is ever found.

Networks and targets are drawn, the latter with poles, roots, kinks and cuts on or near the box, on
boxes of all sizes; the search for the largest error ends in exact arithmetic.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.activations import sigma_of
from tests.oracles.gaps import largest_gap
from uat import Affine, Network
from uat.core.target import Target
from uat.errors import CannotProve
from uat.proof.interpolation.prove import prove_by_chebyshev

ONE = [
    "1/(1 + {near} - {u})", "1/({u}**2 + {near}**2)", "sqrt(1 + {near} + {u})", "exp({k}*{u})",
    "log(1 + {near} - {u})", "sin({k}*{u} + {c})", "tan(1.5*{u})", "tanh({k}*{u})", "{u}**3",
    "arctan({k}*({u} - {c}))", "arcsin({u}/(1 + {near}))", "(1 + {near} + {u})**1.5", "{c}",
    "sqrt({u}**2 + {near}**2)", "1/(1 + {near} + cos({k}*{u}))", "expit({k}*{u} + {c})",
]  # fmt: skip
KINKS = ["abs({u} - {c})", "max({u}, {c})", "sqrt(abs({u} - {c}))", "cbrt({u} - {c})",
         "min({u}**2, {near})", "where({u} < {c}, {u}, {c})", "abs(sin({k}*{u}))"]  # fmt: skip
TWO = [
    "1/(2 + {near} - {u} - {v})", "exp({u}*{v})", "sin({k}*({u} + {c}*{v}))", "{u}*{v}",
    "sqrt(2 + {near} + {u} + {v})", "1/({u}**2 + {v}**2 + {near})", "log(1 + {near} - {u}*{v})",
    "tanh({k}*({u} - {v}))",
]  # fmt: skip
SMOOTH = ["logistic", "logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic",
          "swinging", "descending", "elsewhere"]  # fmt: skip
NAMES = ["x", "y", "z"]


@dataclass(frozen=True)
class Case:
    """A target with its text, and a network with the name of its σ."""

    text: str
    target: Target
    network: Network
    activation: str


def side(draw: Any) -> tuple[float, float]:
    width = 10.0 ** draw(st.floats(-6, 6))
    away = draw(st.sampled_from([0.0, 0.5, -1 / 3, 7.0, -1e3, 1e5]))
    return width * away, width * (away + 1)


def formula(draw: Any, box: list[tuple[float, float]]) -> str:
    inner = [
        f"(({name} - {a + (b - a) / 2!r})/{(b - a) / 2!r})"
        for name, (a, b) in zip(NAMES, box, strict=False)
    ]
    terms = []
    for _ in range(draw(st.integers(1, 2))):
        u, v = draw(st.sampled_from(inner)), draw(st.sampled_from(inner))
        pool = (
            draw(st.sampled_from([ONE, ONE, KINKS]))
            if len(box) == 1
            else draw(st.sampled_from([ONE, TWO, TWO]))
        )
        terms.append(
            draw(st.sampled_from(pool)).format(
                u=u,
                v=v,
                near=draw(st.sampled_from([1.0, 0.3, 0.1, 0.02, 1e-3])),
                k=draw(st.sampled_from([0.7, 3.0, 11.0])),
                c=round(draw(st.floats(-1, 1)), 3),
            )
        )
    return str(draw(st.sampled_from([" + ", " * ", " - "]))).join(f"({t})" for t in terms)


def network(draw: Any, box: list[tuple[float, float]], name: str) -> Network:
    rng, d = np.random.default_rng(draw(st.integers(0, 2**32))), len(box)
    count = draw(st.integers(1, 5))
    steep = draw(st.sampled_from([0.1, 1.0, 5.0, *([30.0, 300.0] if d == 1 else [])]))
    lower, upper = np.array(box).T
    slopes = rng.normal(size=(count, d)) * steep / (upper - lower)
    places = rng.uniform(lower, upper, size=(count, d)) + draw(st.sampled_from([0.0, 0.0, 1.0])) * (
        upper - lower
    )
    weights = rng.normal(size=count) * 10.0 ** draw(st.sampled_from([-3, 0, 0, 4, 10]))
    if count > 1 and draw(st.booleans()):
        weights[0], slopes[0], places[0] = -weights[1], slopes[1] * (1 + 1e-9), places[1]
    biases = -np.sum(slopes * places, axis=1)
    hidden = Affine(slopes, biases)
    outer = Affine(weights[None, :], [draw(st.sampled_from([0.0, 0.1, -3.0]))])
    return Network((hidden, outer), sigma_of(name)[0])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    box = [side(draw) for _ in range(draw(st.sampled_from([1, 1, 1, 1, 2, 3])))]
    name, text = draw(st.sampled_from(SMOOTH)), formula(draw, box)
    return Case(text, Target(text, box), network(draw, box, name), name)


def estimate(case: Case) -> float:
    points = np.random.default_rng(1).uniform(
        case.target.lower, case.target.upper, size=(500, case.target.dimension)
    )
    return float(np.abs(case.target(*points.T) - case.network(points)[:, 0]).max())


def check_case(case: Case, factor: float, budget: int, seed: int) -> float | None:
    """Prove and attack; the ratio of the bound to the largest error found."""
    level = factor * estimate(case)
    try:
        cells = prove_by_chebyshev(case.target, case.network, budget, level=level)
    except CannotProve:
        assert case.target.dimension > 1 or "abs" in case.text or "sqrt" in case.text
        return None
    upper = float(cells.bounds.max())
    found = largest_gap(case.target, case.network, seed, sigma_of(case.activation)[1])
    assert found <= upper, (case, float(found), upper)
    ends = sorted(set(cells.lower[:, 0]) | set(cells.upper[:, 0]))
    assert (ends[0], ends[-1]) == case.target.domain[0]
    if case.target.dimension == 1:
        places = sorted(zip(cells.lower[:, 0], cells.upper[:, 0], strict=True))
        assert all(left[1] == right[0] for left, right in pairwise(places))
    return upper / float(found) if found > 0 else None


@settings(max_examples=40)
@given(
    cases(), st.sampled_from([0.2, 1.0, 1.0, 5.0]), st.sampled_from([30, 500]), st.integers(0, 9)
)
def test_no_point_beats_the_bound(case: Case, factor: float, budget: int, seed: int) -> None:
    check_case(case, factor, budget, seed)
