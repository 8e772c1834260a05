"""The checker under search: its bounds hold, and no file that says what is false is confirmed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from math import prod
from pathlib import Path
from typing import Any

import pytest
from flint import arb, ctx, fmpq
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.enclosures import DIGITS, enclosed, exact_network, holds, number, truth
from tests.oracles.formulas import exact_formula, mp
from tests.oracles.graphs import boxes, expressions
from uat import checker
from uat.checker import Cell, Interval
from uat.expression.graph import Expression, apply, coordinate
from uat.expression.parse import parse

Box = tuple[list[float], list[float]]
shares = st.lists(st.sampled_from([0.0, 1.0, 0.5]) | st.floats(0, 1), min_size=1, max_size=5)
cells = st.tuples(st.floats(-8, 8), st.integers(-20, 2))


@settings(max_examples=100)
@given(st.integers(1, 2).flatmap(lambda d: st.tuples(expressions(d), boxes(d))), shares)
def test_intervals_contain_every_value_of_their_box(
    formula: tuple[Expression, Box], where: list[float]
) -> None:
    e, (lower, upper) = formula
    with ctx.workprec(checker.BITS), mp.workdps(DIGITS):
        box = [Interval(arb(p), arb(q)) for p, q in zip(lower, upper, strict=True)]
        found = checker.intervals(e.to_table(), box)[-1]
        low, high = number(found.low), number(found.high)
        for share in where:
            ends = [(max(p, -1e300), min(q, 1e300)) for p, q in zip(lower, upper, strict=True)]
            assume(all(p <= q for p, q in ends))
            point = [mp.mpf(p) + (mp.mpf(q) - mp.mpf(p)) * share for p, q in ends]
            value = truth(e.to_table(), point)
            assert value is None or holds(low, value, high), (point, low, value, high)


@settings(max_examples=100)
@given(
    st.integers(1, 2).flatmap(
        lambda d: st.tuples(expressions(d), st.lists(cells, min_size=d, max_size=d))
    ),
    st.sampled_from([1e3, 1.0, 1e-3, 1e-12]),
    shares,
)
def test_a_polynomial_and_its_error_contain_every_value(
    formula: tuple[Expression, list[tuple[float, int]]], blur: float, where: list[float]
) -> None:
    e, sides = formula
    table = e.to_table()
    with ctx.workprec(checker.BITS), mp.workdps(DIGITS):
        low = [arb(start) for start, _ in sides]
        high = [(arb(start) + arb(2) ** width).mid() for start, width in sides]
        cell = Cell(low, high)
        rows = checker.intervals(table, cell.sides)
        part = checker.smooth(lambda x: checker.branch(table, x, rows), cell, arb(1))
        fitted = checker.interpolate([part], cell, arb(blur))
        for share in where if fitted is not None else ():
            ends = zip(cell.low, cell.high, strict=True)
            point = [number(p) + (number(q) - number(p)) * share for p, q in ends]
            value = truth(table, point)
            least, most = enclosed(fitted, cell, point)
            assert value is None or holds(least, value, most), (point, least, value, most)


SIGMAS = [uat.logistic, uat.tanh, uat.relu, uat.ramp, uat.heaviside, uat.cauchy_cdf, uat.algebraic]


@st.composite
def networks(draw: st.DrawFn) -> checker.Claim:
    """Draw a network of one or two hidden layers, soft and steep units together, on no box."""
    inputs = draw(st.integers(1, 2))
    widths = [inputs, draw(st.integers(1, 5)), *draw(st.sampled_from([[], [2]])), 1]
    slopes = st.sampled_from([0.0, 1.0, -1.0, 8.0, 100.0, -30.0]) | st.floats(-3, 3)
    biases = st.sampled_from([0.0, 1.0, -50.0, 20.0]) | st.floats(-3, 3)
    layers = [
        (
            draw(st.lists(st.lists(slopes, min_size=n, max_size=n), min_size=m, max_size=m)),
            draw(st.lists(biases, min_size=m, max_size=m)),
        )
        for n, m in pairwise(widths)
    ]
    sigmas = []
    for _ in layers[:-1]:
        expression = draw(st.sampled_from(SIGMAS)).expression
        assert expression is not None
        sigmas.append(expression.to_table())
    box = [[-8.0, 8.0]] * inputs
    return checker.Claim([], box, sigmas, layers, 1.0, 0.0, [0.0] * inputs, [])


@settings(max_examples=100)
@given(
    networks(),
    st.lists(cells, min_size=2, max_size=2),
    st.sampled_from([1e300, 1.0, 1e-3, 1e-20]),
    st.sampled_from([1e300, 1e-3, 1e-20]),
    shares,
)
def test_what_a_network_is_on_a_cell_contains_every_value(
    claim: checker.Claim,
    sides: list[tuple[float, int]],
    bound: float,
    blur: float,
    where: list[float],
) -> None:
    with ctx.workprec(checker.BITS), mp.workdps(DIGITS):
        chosen = sides[: len(claim.domain)]
        low = [arb(start) for start, _ in chosen]
        cell = Cell(low, [(arb(a) + arb(2) ** width).mid() for a, width in chosen])
        parts, rest = checker.Proof(claim).network.split(cell, arb(bound))(arb(blur))
        fitted = checker.interpolate(parts, cell, arb(min(blur, 1.0)))
        for share in where if fitted is not None else ():
            ends = zip(cell.low, cell.high, strict=True)
            point = [number(p) + (number(q) - number(p)) * share for p, q in ends]
            least, most = enclosed(fitted, cell, point)
            value = -exact_network(claim, point)
            least, most = least + number(rest.low), most + number(rest.high)
            assert holds(least, value, most), (point, least, value, most)


coefficients = st.sampled_from([0.0, 1.0, -1.0, 0.125, 2.5]) | st.floats(-4, 4)


@settings(max_examples=100)
@given(
    st.integers(1, 2).flatmap(
        lambda d: st.dictionaries(st.tuples(*[st.integers(0, 4)] * d), coefficients, min_size=1)
    ),
    st.floats(-4, 4),
    st.floats(0, 8),
    st.booleans(),
)
def test_a_polynomial_stays_where_that_is_proved(
    terms: dict[tuple[int, ...], float], bottom: float, height: float, snug: bool
) -> None:
    dimension = len(next(iter(terms)))
    grid = list(product([k / 16 for k in range(-16, 17)], repeat=dimension))
    values = [
        sum(c * prod(t**k for t, k in zip(at, powers, strict=True)) for powers, c in terms.items())
        for at in grid
    ]
    low, high = (min(values) - 1e-3, max(values) + 1e-3) if snug else (bottom, bottom + height)
    degree = max(1, *map(max, terms))
    with ctx.workprec(checker.BITS):
        places = [arb.cos_pi_fmpq(fmpq(k, degree)) for k in range(degree + 1)]
        at_places = [
            sum(
                (
                    c * prod((t**k for t, k in zip(at, powers, strict=True)), start=arb(1))
                    for powers, c in terms.items()
                ),
                arb(0),
            )
            for at in product(places, repeat=dimension)
        ]
        tensor = checker.bernstein(at_places, dimension)
        stays = checker.polynomial_within(tensor, dimension, arb(low), arb(high))
    if stays:
        assert low - 1e-9 <= min(values)
        assert max(values) <= high + 1e-9
    elif snug and dimension == 1:
        # a grid of steps 1/16 misses at most this much of a polynomial of degree 4
        assert sum(abs(c) * sum(powers) ** 2 for powers, c in terms.items()) / 512 > 1e-3


def test_a_comparison_with_what_is_not_real_stays_open() -> None:
    x = coordinate(0)
    root, log = apply("sqrt", x), apply("log", x)
    for inner in (root, log, 1 / x, x**-1.5, apply("xlogy", x + 2, x)):
        choice = apply("where", apply("less", inner, 1e6 + inner), 1, 2)
        with ctx.workprec(checker.BITS):
            found = checker.intervals(choice.to_table(), [Interval(arb(-1), arb(1))])[-1]
        assert (found.low, found.high) == (1, 2)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("files") / "certificate.json"
    g = uat.approximate("x**2 + sin(x)", (0, 1), eps=0.25, method="staircase")
    assert g.certificate is not None
    g.certificate.save(path)
    return path.read_text("utf-8")


def numbers(values: Any) -> Any:
    return mp.mpf(float.fromhex(values)) if isinstance(values, str) else list(map(numbers, values))


def rows_of(table: list[Any]) -> list[Any]:
    return [(name, places, numbers(own)) for name, places, own in table]


def errors(words: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """|f − g| at points of each cell, and the bound that the file gives there."""
    network = words["network"]
    (hidden, outer), sigma = network["layers"], rows_of(network["activation"]["expression"])
    units = list(
        zip(
            numbers(hidden["weight"]),
            numbers(hidden["bias"]),
            numbers(outer["weight"][0]),
            strict=True,
        )
    )
    for low, high, bound in words["cells"]:
        for share in (0, mp.mpf(1) / 3, mp.mpf(1) / 2, 1):
            (p,), (q,) = numbers(low), numbers(high)
            x = p + (q - p) * share
            g = numbers(outer["bias"])[0]
            for (slope,), bias, weight in units:
                u = slope * x + bias
                settled = mp.mpf(1 if u > 0 else 0)
                g += weight * (exact_formula(sigma, [u], DIGITS) if abs(u) < 300 else settled)
            yield (
                abs(exact_formula(rows_of(words["target"]["expression"]), [x], DIGITS) - g),
                numbers(bound),
            )


@settings(
    max_examples=75,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_a_file_altered_by_one_digit_is_never_confirmed_of_what_is_false(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.setattr(checker, "MOST_PARTS", 300)
    digits = "0123456789abcdef"
    place = data.draw(st.sampled_from([i for i, c in enumerate(text) if c in digits]))
    digit = data.draw(st.sampled_from(digits.replace(text[place], "")))
    path = tmp_path / "altered.json"
    path.write_text(text[:place] + digit + text[place + 1 :], "utf-8")
    try:
        checker.check(checker.read(path))
    except (checker.Refused, checker.Unreadable):
        return
    words = json.loads(path.read_text("utf-8"))
    with mp.workdps(DIGITS):
        assert all(numbers(row[2]) <= numbers(words["upper"]) for row in words["cells"])
        for error, bound in errors(words):
            assert error <= bound * (1 + mp.mpf(10) ** -30)


FORMULAS = ["sin(3*x)", "exp(-x*y)", "abs(x - 0.3) + y", "sqrt(x**2 + 1)", "max(x, y)", "1/(2 + x)"]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(networks(), st.sampled_from(FORMULAS), st.lists(cells, min_size=2, max_size=2), shares)
def test_a_bound_below_what_is_seen_is_never_confirmed(
    monkeypatch: pytest.MonkeyPatch,
    network: checker.Claim,
    text: str,
    sides: list[tuple[float, int]],
    where: list[float],
) -> None:
    monkeypatch.setattr(checker, "MOST_PARTS", 200)
    dimension = len(network.domain)
    table = parse(text if dimension == 2 else text.replace("y", "0.5")).to_table()
    low = [start for start, _ in sides[:dimension]]
    high = [a + 2.0**width for a, width in sides[:dimension]]
    points = [[p + (q - p) * share for p, q in zip(low, high, strict=True)] for share in where]
    with mp.workdps(DIGITS):
        pairs = [(truth(table, x), exact_network(network, [mp.mpf(v) for v in x])) for x in points]
        seen = max((abs(f - g) for f, g in pairs if f is not None), default=mp.mpf(0))
    bound = float(seen) * (1 - 1e-9)
    assume(bound > 0 and all(p < q for p, q in zip(low, high, strict=True)))
    claim = replace(
        network,
        formula=table,
        domain=[list(pair) for pair in zip(low, high, strict=True)],
        upper=bound,
        witness=low,
        cells=[(low, high, bound)],
    )
    with pytest.raises(checker.Refused):
        checker.check(claim)
