"""What a sound checker does, as claims about the module: each an assertion, for any version of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from operator import mul
from types import ModuleType, SimpleNamespace
from typing import Any

from flint import arb, ctx, fmpq

from tests.oracles.enclosures import enclosed, exact_network, holds, number, truth
from tests.oracles.formulas import complex_formula, exact_formula, mp
from uat.core.activations import NAMED
from uat.expression.graph import apply, coordinate
from uat.expression.parse import parse

__all__ = [
    "CLAIMS",
    "between",
    "bounds",
    "ellipses",
    "every_cell",
    "folds",
    "functions",
    "interpolation",
    "intervals",
    "lines",
    "nearest",
    "networks",
    "no_gap",
    "polynomials",
    "rounding",
    "sums",
    "units",
    "witnesses",
]

BIG = 2.0**20
SIGMA = {
    name: NAMED[name].expression.to_table()  # type: ignore[union-attr]
    for name in ("logistic", "tanh", "relu", "algebraic", "ramp", "leaky_relu", "softplus")
}

PEAKS: dict[str, tuple[dict[tuple[int, ...], float], float]] = {
    "at the right end": ({(1,): 1}, 1),
    "at the left end": ({(0,): 1, (1,): -1}, 2),
    "inside": ({(0,): 1, (2,): -1}, 1),
    "off the middle": ({(0,): 0.75, (1,): 1, (2,): -1}, 1),
    "far left": ({(1,): -1.5, (2,): -1}, 0.5625),
    "of degree 7": ({(7,): 1, (1,): 1}, 2),
    "constant": ({(0,): 3}, 3),
    "on the face of x": ({(1, 0): 1, (1, 2): -1}, 1),
    "on the other face of x": ({(1, 0): -1, (1, 2): 1}, 1),
    "on the face of y": ({(0, 1): 1, (2, 1): -1}, 1),
    "on the other face of y": ({(0, 1): -1, (2, 1): 1}, 1),
    "in x alone": ({(1, 0): 1}, 1),
    "in y alone": ({(0, 1): -1}, 1),
    "in the middle of the square": ({(0, 0): 1, (2, 0): -1, (0, 2): -1}, 1),
    "in a corner": ({(1, 0): -1, (0, 1): 1}, 2),
    "on a face of the cube": ({(0, 0, 1): 1, (2, 0, 1): -0.5, (0, 2, 1): -0.5}, 1),
    "in a corner of the cube": ({(1, 1, 0): -1, (0, 0, 1): -2}, 3),
}


def at_chebyshev(terms: dict[tuple[int, ...], float], degree: int) -> list[Any]:
    """The values of a polynomial in t at Chebyshev's points, first variable first."""
    places = [arb.cos_pi_fmpq(fmpq(k, degree)) for k in range(degree + 1)]
    dimension = len(next(iter(terms)))
    return [
        sum(
            c * math.prod((t**k for t, k in zip(at, powers, strict=True)), start=arb(1))
            for powers, c in terms.items()
        )
        for at in product(places, repeat=dimension)
    ]


def polynomials(m: ModuleType) -> None:
    """Bounds are proved where a polynomial keeps them, and only there."""
    for terms, peak in PEAKS.values():
        degree, dimension = max(1, *map(max, terms)), len(next(iter(terms)))
        for sign, slack in product((1, -1), (1e-3, -1e-3)):
            ends = sorted([sign * arb(peak + slack), -sign * arb(BIG)], key=float)
            with ctx.workprec(m.BITS):
                values = [sign * v for v in at_chebyshev(terms, degree)]
                tensor = m.bernstein(values, dimension)
                assert m.polynomial_within(tensor, dimension, *ends) is (slack > 0), (
                    terms,
                    sign,
                    slack,
                )


INTERVALS = [
    "x / 3", "1 / x", "x * x * x", "x * y - y / x", "x**2 + x**-1", "x**1.5", "sqrt(x)", "cbrt(x)",
    "exp(x)", "expm1(x)", "log(x)", "log1p(x)", "sin(9*x)", "cos(9*x)", "tan(x)", "arctan(x)",
    "sinh(x)", "cosh(x - 1)", "tanh(x)", "arcsinh(x)", "arccosh(1 + x)", "arcsin(x/2)",
    "arccos(x/2)", "arctanh(x/2)", "sinc(3*x)", "expit(x)", "erf(x)", "xlogy(x, x)", "xlogy(x, y)",
    "abs(x - 1)", "sign(x - 1)", "min(x, 1/x)", "max(x, 1/x)", "where(x < 1, x, 3 - x)",
    "where(x <= 1, 2, 1/x)", "where(x == 1, 5, x)", "where((x < 1) | (y < 1), x, -y)",
    "where((x < 1) & (y < 1), x, -y)", "where(~(x < 1), x, -x)", "where(sqrt(x - 1) < 1e9, 1, 2)",
    "where(2 < 1/(x - 1), 1, 2)",
]  # fmt: skip
SIDES = [
    (0.7, 0.7),
    (0.3, 0.3000001),
    (0.25, 1.75),
    (1.1, 1.9),
    (0.1, 0.9),
    (1.0, 1.25),
    (-0.5, 1.0),
]


def intervals(m: ModuleType) -> None:
    """A formula over a box holds every value, to the last of 256 bits."""
    table = apply("interp", coordinate(0), data=(0.5, 1.0, 1.5, 1.0, 3.0, -1.0)).to_table()
    for rows in [*(parse(text).to_table() for text in INTERVALS), table]:
        for low, high in SIDES:
            with ctx.workprec(m.BITS):
                found = m.intervals(rows, [m.Interval(arb(low), arb(high))] * 2)[-1]
            for x, y in product((low, high, (low + high) / 2, max(low, min(1.0, high))), repeat=2):
                value = truth(rows, [x, y])
                least, most = number(found.low), number(found.high)
                assert value is None or holds(least, value, most), (rows, low, high, x, y)


def rounding(m: ModuleType) -> None:
    """What 256 bits cannot hold lies strictly between the ends."""
    with ctx.workprec(m.BITS), mp.workdps(200):
        third = m.Interval(arb(1)) / m.Interval(arb(3))
        assert number(third.low) < mp.mpf(1) / 3 < number(third.high)
        fine = m.Interval(arb(1) + arb(2) ** -200)
        square = mp.mpf(1) + mp.mpf(2) ** -199 + mp.mpf(2) ** -400
        assert number((fine * fine).low) < square < number((fine * fine).high)
        large = m.Interval(arb(2) ** 300) + m.Interval(arb(1))
        assert number(large.low) < mp.mpf(2) ** 300 + 1 < number(large.high)
        for x in (0.5, 0.75, 1.25, 3.0):
            root = m.RULES["exp"](m.Interval(arb(x)))
            assert number(root.low) < mp.exp(x) < number(root.high)


SMOOTH = [
    ("exp(x)", [(-1.0, 1.0)], 0.5),
    ("exp(x)", [(0.0, 4.0)], 0.5),
    ("x**5 - x**3", [(-1.0, 2.0)], 8.0),
    ("exp(x * y)", [(-1.0, 1.0), (0.0, 2.0)], 2.0),
    ("sin(3*x) * exp(y)", [(0.0, 0.5), (-1.0, 1.0)], 1.0),
    ("x**2 / (1 + y**2)", [(0.0, 1.0), (0.5, 1.0)], 0.25),
    ("abs(x) + abs(y - 3)", [(0.25, 1.0), (0.0, 1.0)], 0.5),
    ("max(x, -x) + max(-y, y) + min(x, 2)", [(0.25, 1.0), (0.0, 1.0)], 0.5),
    ("abs(x - 0.9)", [(0.0, 1.0)], 0.01),
    ("min(x, 0.9 * x**2 + 0.01)", [(0.0, 1.0)], 0.01),
    ("where(x < 0.75, x, 1)", [(0.0, 1.0)], 0.01),
    ("where(x < 1.5, x, 1)", [(0.0, 1.0)], 0.01),
    ("where(x < -0.5, 1, tanh(x))", [(0.0, 1.0)], 0.01),
    ("expit(x) + arcsinh(x - 2) + cbrt(-1 - x) + erf(x)", [(0.5, 1.0)], 0.01),
    ("1 / (2 + x*y) + xlogy(x, y + 1) + y**-2", [(0.0, 1.0), (0.5, 1.0)], 0.5),
    ("sqrt(x) + log(x) + x**1.5 + log1p(x - 1.25)", [(0.5, 1.0)], 0.01),
    ("arcsin(x) - arccos(x/2) + arctanh(x) + arctan(2*x) + arccosh(3/2 + x)", [(-0.25, 0.5)], 0.01),
    ("sqrt(x)", [(0.0, 1.0)], 0.01),
    ("1 / (x - 0.3)", [(0.0, 1.0)], 0.01),
    ("tan(2*x)", [(0.0, 1.0)], 0.01),
    ("cbrt(x)", [(-0.5, 1.0)], 0.01),
    ("x*y*z", [(0.0, 1.0), (-1.0, 1.0), (1.0, 3.0)], 0.5),
    ("3*x**2*y - y/7 + (-x)**3 + 5*x**0", [(-1.0, 2.0), (0.25, 1.0)], 1e-30),
    ("(x + y)**2*x", [(-1.0, 2.0), (0.25, 1.0)], 1e-30),
]
ROUGH = {text for text, *_ in (*SMOOTH[8:11], *SMOOTH[17:21])}


def corners(box: list[tuple[float, float]]) -> Iterator[tuple[float, ...]]:
    yield from product(*((a, b, (a + b) / 2, a + (b - a) / 8) for a, b in box))


def cell_of(m: ModuleType, box: Sequence[tuple[float, float]]) -> Any:
    return m.Cell(*([arb(pair[i]) for pair in box] for i in (0, 1)))


def formula_on(m: ModuleType, rows: Any, cell: Any) -> Any:
    """A formula as a summand on a cell, with what it chooses there."""
    ranges = m.intervals(rows, cell.sides)
    return m.smooth(lambda x: m.branch(rows, x, ranges), cell, arb(1), m.degrees(rows))


def interpolation(m: ModuleType) -> None:
    """A polynomial and its error hold every value of a cell."""
    for text, box, blur in SMOOTH:
        rows = parse(text).to_table()
        with ctx.workprec(m.BITS):
            cell = cell_of(m, box)
            fitted = m.interpolate([formula_on(m, rows, cell)], cell, arb(blur))
        assert (fitted is None) is (text in ROUGH), text
        for point in corners(box) if fitted else ():
            least, most = enclosed(fitted, cell, [mp.mpf(v) for v in point])
            assert holds(least, truth(rows, point), most), (text, point)


FREE = [
    ("exp(3*x)", [(0.0, 1.0)], math.inf),
    ("sin(5*x)", [(-1.0, 1.0)], math.inf),
    ("exp(2*x - 4*y)", [(0.0, 1.0), (-1.0, 1.0)], math.inf),
    ("x**7", [(-2.0, 1.0)], math.inf),
    ("1 / (1 + x**2)", [(-1.0, 1.0)], 1.0),
    ("1 / (1.5 - x)", [(-1.0, 1.0)], 0.5),
    ("tan(x)", [(-1.0, 1.0)], 0.57),
    ("tanh(2*x)", [(-1.0, 1.0)], 0.78),
    ("sqrt(x + 1.5)", [(-1.0, 1.0)], 0.5),
    ("(1.5 - x)**0.5", [(-1.0, 1.0)], 0.5),
    ("cbrt(x + 1.5)", [(-1.0, 1.0)], 0.5),
    ("log(1.5 - x)", [(-1.0, 1.0)], 0.5),
    ("xlogy(x, 1.5 - x)", [(-1.0, 1.0)], 0.5),
    ("log1p(x + 0.5)", [(-1.0, 1.0)], 0.5),
    ("arcsin(x / 1.5)", [(-1.0, 1.0)], 0.5),
    ("arccos(x / 1.5)", [(-1.0, 1.0)], 0.5),
    ("arctanh(x / 1.5)", [(-1.0, 1.0)], 0.5),
    ("arccosh(x + 2.5)", [(-1.0, 1.0)], 0.5),
    ("arctan(x)", [(-1.0, 1.0)], 1.0),
    ("arcsinh(x)", [(-1.0, 1.0)], 1.0),
]
"""A formula, a box, and how far beyond its first side it is free of poles and branch points."""


def ellipse(cell: Any, t: float) -> Iterator[Any]:
    c, r = number(cell.centre[0]), number(cell.radius[0])
    yield from (c + r * mp.cosh(mp.mpc(t, mp.pi * k / 12)) for k in range(13))


def ellipses(m: ModuleType) -> None:
    """A bound around a cell is kept by all values there, and infinite where there is a pole."""
    for (text, box, free), t in product(FREE, (0.25, 0.5, 1.0, 2.0, 4.0)):
        rows = parse(text).to_table()
        with ctx.workprec(m.BITS):
            cell = cell_of(m, box)
            most = formula_on(m, rows, cell).most(0, arb(t))
        beyond = math.sinh(t) if text in AROUND else math.cosh(t) - 1
        assert beyond < free or not most.is_finite(), (text, t)
        for z in ellipse(cell, t) if most.is_finite() else ():
            for y in box[1] if len(box) > 1 else (0.0,):
                value = abs(complex_formula(rows, [z, y]))
                assert value <= number(most.upper()) * (1 + mp.mpf(10) ** -9), (text, t, z, y)


AROUND = {"1 / (1 + x**2)", "tanh(2*x)", "arctan(x)", "arcsinh(x)"}


def units(m: ModuleType) -> None:
    """So is the bound of a unit, along each coordinate."""
    box = [(-1.0, 1.0), (0.0, 0.5)]
    for (text, t), slope, axis in product(
        product(("exp(x)", "exp(-x)", "expit(x)", "x**5"), (0.25, 1.0, 2.0)),
        ((2.0, 1.0), (-3.0, 4.0), (0.5, 0.0)),
        (0, 1),
    ):
        rows = parse(text).to_table()
        with ctx.workprec(m.BITS):
            cell = cell_of(m, box)
            part = m.unit(
                arb(-3), lambda u, r=rows: m.branch(r, u, []), [*map(arb, slope)], arb(0.5), cell
            )
            most = part.most(axis, arb(t))
        a, b = box[axis]
        high = abs(slope[axis]) * (b - a) / 2 * math.sinh(t)
        assert text != "expit(x)" or high < math.pi or not most.is_finite(), (slope, axis, t)
        for k, other in product(range(13) if most.is_finite() else (), box[1 - axis]):
            z = (a + b) / 2 + (b - a) / 2 * mp.cosh(mp.mpc(t, mp.pi * k / 12))
            u = slope[axis] * z + slope[1 - axis] * other + 0.5
            value = 3 * abs(complex_formula(rows, [u]))
            assert value <= number(most.upper()) * (1 + mp.mpf(10) ** -9), (text, slope, axis, t, z)


Layers = list[tuple[list[list[float]], list[float]]]
STEPS: Layers = [
    ([[50.0], [50.0], [-50.0], [50.0], [50.0]], [-10.0, -20.0, 30.0, -20.0, -40.0]),
    ([[1.0, -2.0, 0.5, 0.25, 4.0]], [0.125]),
]
STEEP: Layers = [([[1e100], [-1e9], [0.0]], [-5e99, 2.5e8, 0.75]), ([[1.0, -3.0, 8.0]], [0.0])]
SOFT: Layers = [([[1.0], [2.0], [-1.5]], [0.5, -1.0, 0.25]), ([[1.0, -2.0, 3.0]], [0.5])]
PLANE: Layers = [
    ([[1.0, 2.0], [1.0, 2.0], [-1.0, 0.5], [30.0, 60.0]], [0.5, -1.0, 0.25, -40.0]),
    ([[1.0, -2.0, 3.0, -1.0]], [0.5]),
]
DEEP: Layers = [
    ([[1.0], [-2.0]], [0.25, 0.5]),
    ([[1.0, -1.0], [0.5, 2.0]], [-0.5, 0.125]),
    ([[1.0, -3.0]], [2.0]),
]
SHARP: Layers = [([[2e3], [-1e3], [0.0]], [-1e3, 250.0, 0.75]), ([[1.0, -3.0, 8.0]], [0.0])]
NETWORKS = [("logistic", STEPS), ("relu", STEPS), ("algebraic", STEEP), ("logistic", SHARP)]
NETWORKS += [(name, layers) for name in ("ramp", "leaky_relu") for layers in (STEPS, SHARP, PLANE)]
NETWORKS += [
    ("softplus", STEPS),
    ("tanh", SOFT),
    ("logistic", PLANE),
    ("relu", PLANE),
    ("tanh", DEEP),
    ("relu", DEEP),
    ("relu, tanh", DEEP),
]
CELLS = [(0.0, 0.125), (0.25, 0.375), (0.4, 0.6), (0.5, 0.75), (0.0, 1.0), (0.9, 1.0), (3.0, 4.0)]


def _sigmas(number: int) -> list[Any]:
    names, layers = NETWORKS[number][0].split(", "), NETWORKS[number][1]
    return [SIGMA[name] for name in (names if len(names) > 1 else names * (len(layers) - 1))]


@cache
def _value(number: int, point: tuple[float, ...]) -> Any:
    """The value of one of the networks, which no fault of a checker changes: worked out once."""
    given = SimpleNamespace(layers=NETWORKS[number][1], sigmas=_sigmas(number))
    return exact_network(given, [mp.mpf(v) for v in point])


def networks(m: ModuleType) -> None:
    """What a network is on a cell holds its values, whatever is summed in advance."""
    for (i, (name, layers)), (low, high), blur in product(
        enumerate(NETWORKS), CELLS, (1e300, 1e-20)
    ):
        width = len(layers[0][0][0])
        box = [(low, high)] * width
        claim = m.Claim([], [[low, high]] * width, _sigmas(i), layers, 1.0, 0.0, [], [])
        with ctx.workprec(m.BITS):
            cell = cell_of(m, box)
            parts, rest = m.Proof(claim).network.split(cell, arb(blur))(arb(blur))
            fitted = m.interpolate(parts, cell, arb(1e-3))
        for point in corners(box):
            value = -_value(i, (*point,))
            with ctx.workprec(m.BITS):
                now = rest + m.Interval(sum((p.at([*map(arb, point)]) for p in parts), arb(0)))
            where = (name, layers, low, high, blur, point)
            assert holds(number(now.low), value, number(now.high)), where
            if fitted:
                least, most = enclosed(fitted, cell, [mp.mpf(v) for v in point])
                assert holds(least + number(rest.low), value, most + number(rest.high)), where


BOWL: Layers = [
    ([[1.0, -0.5], [-1.0, 2.0], [0.25, 1.0]], [0.25, -0.5, 0.125]),
    ([[1.0, -1.0, 0.5], [-2.0, 0.5, 1.0], [0.5, 1.0, -1.5]], [-0.25, 0.5, 0.125]),
    ([[-1.0, 0.75, 1.25], [1.0, 2.0, -3.0], [0.5, 0.5, 0.5]], [0.0, 0.5, -0.25]),
    ([[1.0, -2.0, 0.5]], [0.25]),
]
BESIDE = {
    "relu": 1.0,
    "leaky_relu": 1.0,
    "ramp": 0.5,
    "relu, ramp, leaky_relu": 1.0,
}  # σ, and a factor of the slopes of the first units
SAME: Layers = [([[1.0, 1.0]], [0.0]), ([[1.0]], [0.0]), ([[1.0]], [0.0])]


def between(m: ModuleType) -> None:
    """Deep networks of straight σ, and folds, lie between affine functions on a cell, near ones too."""
    boxes = [[(-1.0, 1.0)] * 2, [(-0.5, 0.25), (0.25, 0.5)], [(0.125, 0.125), (-1.0, 0.0)]]
    for (name, factor), box in product(BESIDE.items(), boxes):
        sigmas = [SIGMA[each] for each in name.split(", ")] * (3 if "," not in name else 1)
        (first, biases), *others = BOWL
        layers = [([[factor * v for v in row] for row in first], biases), *others]
        given = m.Claim([], [[-1.0, 1.0]] * 2, sigmas, layers, 1.0, 0.0, [], [])
        with ctx.workprec(m.BITS):
            cell = cell_of(m, box)
            sides = m.Proof(given).network.between(cell)
        for point, least, most in _in_half_widths(m, cell, sides):
            assert holds(least, exact_network(given, point), most), (name, box, point)
    x, y = (m.Folds([fmpq(int(i == j)) for i in range(3)], {}) for j in range(2))
    low, high = [fmpq(-1), fmpq(-1), fmpq(1)], [fmpq(1)] * 3
    for text, box in product(FOLDED, boxes):
        rows = parse(text).to_table()
        with ctx.workprec(m.BITS):
            cell = cell_of(m, box)
            sides = m.folds_of(rows, [x, y], low, high).between(cell)
        for point, least, most in _in_half_widths(m, cell, sides):
            assert holds(least, exact_formula(rows, point), most), (text, box, point)
    for f, top in product(
        ("x*y/100", "-x*y/100", "abs(x - y)/100", "-abs(x - y)/100"), (TRUE, FALSE)
    ):
        rows = parse(f"x + y + {f}").to_table()
        layers, cells = SAME, [([0.0, 0.0], [1.0, 1.0], top)]
        sigmas = [SIGMA["relu"]] * 2
        given = m.Claim(rows, [[0.0, 1.0]] * 2, sigmas, layers, 0.02, 0.0, [0.5, 0.5], cells)
        try:
            m.check(given)
        except m.Refused:
            assert top == FALSE, f
        else:
            assert top == TRUE, f


def _in_half_widths(m: ModuleType, cell: Any, sides: Any) -> Iterator[tuple[list[Any], Any, Any]]:
    """Points of a cell, with the least value of one affine function and the largest of the other."""
    below, above = (side.tolist()[0] for side in sides)
    for s in product((-1.0, 0.375, 1.0), repeat=2):
        place = zip(cell.centre, cell.radius, s, strict=True)
        point = [number(c) + number(r) * t for c, r, t in place]
        with ctx.workprec(m.BITS):
            least, most = (sum(map(mul, row, [*map(arb, s), 1]), arb(0)) for row in (below, above))
            ends = least.lower(), most.upper()
        yield point, *map(number, ends)


UNIT: Layers = [([[1.0, 1.0]], [0.0]), ([[1.0]], [0.0])]
LINE: Layers = [([[1.0]], [0.0]), ([[1.0]], [0.0])]


def claim(m: ModuleType, rest: str, cells: Any, upper: float = 0.02, **other: Any) -> Any:
    """Say that a tanh unit is within cells' bounds of itself and a rest."""
    plane = len(cells[0][0]) == 2
    formula = parse(f"tanh({'x + y' if plane else 'x'}) + {rest}").to_table()
    box = [[0.0, 1.0]] * (1 + plane)
    rows = [([*low], [*high], bound) for low, high, bound in cells]
    facts = {"lower": 0.0, "witness": [0.5] * (1 + plane), **other}
    layers = UNIT if plane else LINE
    return m.Claim(formula, box, [SIGMA["tanh"]], layers, upper, cells=rows, **facts)


def line(*bounds: float) -> Any:
    n = len(bounds)
    return [((i / n,), ((i + 1) / n,), bound) for i, bound in enumerate(bounds)]


def square(*bounds: float) -> Any:
    half = [(0.0, 0.5), (0.5, 1.0)]
    pairs = zip(product(half, half), bounds, strict=True)
    return [((p[0], q[0]), (p[1], q[1]), bound) for (p, q), bound in pairs]


def confirms(m: ModuleType, *given: Any, **other: Any) -> bool:
    return holds_for(m, claim(m, *given, **other))


def holds_for(m: ModuleType, given: Any) -> bool:
    try:
        m.check(given)
    except m.Refused:
        return False
    return True


TRUE = 0.01 * (1 + 1e-9)
FALSE = 0.01 * (1 - 1e-6)


def bounds(m: ModuleType) -> None:
    """A bound is confirmed a little above the truth, and refused a little below it."""
    kinks = ["abs(x - 0.7)/70", "(0.7 - abs(x - 0.7))/70", "(abs(x - 0.7) - 0.7)/70"]
    for rest in ("x/100", "(1 - x)/100", "-x/100", "x*(1 - x)/25", *kinks):
        assert confirms(m, rest, line(TRUE)), rest
        assert not confirms(m, rest, line(FALSE)), rest
    for rest in ("x/100", "y/100", "(1 - x)/100", "-y/100", "(1 - y)/100", "x*y/100"):
        assert confirms(m, rest, [((0, 0), (1, 1), TRUE)]), rest
        assert not confirms(m, rest, [((0, 0), (1, 1), FALSE)]), rest


def every_cell(m: ModuleType) -> None:
    """No cell is left out, neither the first nor the last."""
    for make, n in ((line, 5), (square, 4)):
        assert confirms(m, "0.01", make(*[0.011] * n))
        for i in range(n):
            low = [0.009 if j == i else 0.011 for j in range(n)]
            assert not confirms(m, "0.01", make(*low)), (make, i)
            above = [0.03 if j == i else 0.011 for j in range(n)]
            assert not confirms(m, "0.01", make(*above)), (make, i)


def no_gap(m: ModuleType) -> None:
    """No gap is overlooked, be it one float wide."""
    for cells in (line(*[0.02] * 5), square(*[0.02] * 4)):
        assert confirms(m, "0.01", cells)
        assert confirms(m, "0.01", [*cells[::-1], cells[0]])
        for i, (low, high, bound) in enumerate(cells):
            others = cells[:i] + cells[i + 1 :]
            assert not confirms(m, "0.01", others), i
            for j in range(len(low)):
                up = tuple(math.nextafter(v, 2) if k == j else v for k, v in enumerate(low))
                down = tuple(math.nextafter(v, -1) if k == j else v for k, v in enumerate(high))
                assert not confirms(m, "0.01", [*others, (up, high, bound)]), (i, j)
                assert not confirms(m, "0.01", [*others, (low, down, bound)]), (i, j)


def witnesses(m: ModuleType) -> None:
    """What is said to be reached is reached, in the box."""
    for cells in (line(0.02), [((0, 0), (1, 1), 0.02)]):
        d = len(cells[0][0])
        assert confirms(m, "x/100", cells, lower=0.0099, witness=[1.0] * d)
        assert not confirms(m, "x/100", cells, lower=0.0101, witness=[1.0] * d)
        for j, outside in product(range(d), (-0.5, 1.5)):
            place = [outside if i == j else 0.5 for i in range(d)]
            assert not confirms(m, "0.01", cells, lower=0.005, witness=place)


FOLDED = [
    "abs(x - y)", "max(x, y) - 0.3", "min(x, max(x - 2*y, 0.1) + 3)", "abs(abs(x - 0.2) - 0.5)/3",
    "where(x < y, y - x, 2*x - 2*y)", "where(0.25 <= x - y, x, 0.25 + y)", "clip(x + 2*y, -1, 1)",
    "-abs(3*y)*0.7 + max(x + 5, y)", "max(-x - y - 4, x - y)", "max(x, y)*2 - 2 + x - abs(x - y)",
    "max(x + 1, 0)", "where(abs(x) < 0, 1, x)",
]  # fmt: skip
TABLES = [("interp", [0], [-0.5, 0.0, 0.6, 1.0, -1.0, 2.0]), ("interp", [0], [0.1, 3.0])]
UNFOLDED = [
    "where(abs(x) <= 0, 1, x)",
    "x*y",
    "where(x < y, 1, 2)",
    "max(x, y, 0)",
    "abs(sin(x))",
    "where(x <= 0, x + 1, y)",
]
PLACES: list[tuple[float, float]] = [(x / 4, y / 4) for x, y in product(range(-4, 5), repeat=2)] + [
    (0.3, -0.7),
    (0.9, 0.86),
]


def folds(m: ModuleType) -> None:
    """Formulas that are straight but for whole lines are read exactly, and bounded on a box."""
    low, high = [fmpq(-1), fmpq(-1), fmpq(1)], [fmpq(1)] * 3
    x, y = (m.Folds([fmpq(int(i == j)) for i in range(3)], {}) for j in range(2))
    tables = [list(map(tuple, parse(text).to_table())) for text in FOLDED]
    tables += [[("coordinate", [], [0.0]), table] for table in TABLES]
    for table in tables:
        read = m.folds_of(table, [x, y], low, high)
        assert read is not None, table
        largest = m.largest_fold(read, low, high)
        for p, q in PLACES:
            point = [m._exact(p), m._exact(q)]
            found = read([*point, fmpq(1)])
            with ctx.workprec(m.BITS):
                value = m.intervals(table, [m.Interval(arb(p)), m.Interval(arb(q))])[-1]
                assert value.low - 1e-60 <= arb(found) <= value.high + 1e-60, (table, p, q)
            assert abs(found) <= largest
    for text in UNFOLDED:
        assert m.folds_of(parse(text).to_table(), [x, y], low, high) is None, text
    tiny, one = fmpq(1, 2**47), fmpq(1)
    offsets = (one * 0, tiny, 1 + tiny, 2 - tiny, one * 2)
    for side, turn, last in product((one, -one), (one * 0, tiny, -tiny), offsets):
        near = m.Folds([one * 0] * 3, {(one, 1 + turn, last): side})
        apart = near + m.Folds([one * 0] * 3, {(one, one, last): -side})
        for u in (near, near - x - y, near + x + y, apart):
            largest = m.largest_fold(u, low, high)
            corners = [[fmpq(i), fmpq(j), fmpq(1)] for i, j in product((-1, 1), repeat=2)]
            assert max(abs(u(corner)) for corner in corners) <= largest
        assert m.largest_fold(apart, low, high) <= 4 * tiny


ALONG = [
    ("sin(x + 2*y) - abs(2*y + x - 1)", [0.5, 1.0]),
    ("exp((x - y)/4) + max(x - y, 0.25) - 3*(x - y)", [-1.0, 1.0]),
    ("sin(x)**2", [1.0, 0.0]),
]
SEES_MORE = ["sin(x + y) + cos(x - y)", "x*y", "sin(x + y) + x", "max(x, y)", "3"]


def rational(value: Any) -> Any:
    return mp.mpf(int(value.p)) / int(value.q)


def exactly(rows: Any) -> Any:
    """Return a table with numbers of mpmath."""
    return [
        (name, places, [rational(v) if isinstance(v, fmpq) else v for v in own])
        for name, places, own in rows
    ]


def lines(m: ModuleType) -> None:
    """A claim along a form is that of x: f is the same, and so is g but for what is lost of the bound."""
    box, beside = [[-1.0, 0.5], [0.25, 2.0]], 2.0**-20
    for (text, n), off in product(ALONG, (0.0, beside)):
        layers = [
            ([[3 * n[0], 3 * n[1] + off], [-n[0], -n[1]]], [0.25, -1.0]),
            ([[8.0, -16.0]], [0.5]),
        ]
        rows, low, high = parse(text).to_table(), *zip(*box, strict=True)
        cells = [([*low], [*high], 1.0)]
        given = m.Claim(rows, box, [SIGMA["logistic"]], layers, 1.0, 0.0, [0.0, 1.0], cells)
        with ctx.workprec(m.BITS):
            along = m.on_a_line(given)
            ((first,), (last,), bound) = along.cells[0]
            ends, lost = (number(first), number(last)), 1 - number(bound.upper())
        axis = next(j for j in (0, 1) if n[j])
        for point in [*corners([(a, b) for a, b in box]), (0.125, 1.75), (-0.5, 1.0)]:
            u = sum(mp.mpf(w) * v for w, v in zip(n, point, strict=True)) / n[axis]
            assert ends[0] <= u <= ends[1], (text, point)
            f, of_u = exact_formula(rows, list(point)), exact_formula(exactly(along.formula), [u])
            assert abs(f - of_u) < mp.mpf(10) ** -25, (text, point)
            gap = exact_network(given, [mp.mpf(v) for v in point]) - exact_network(along, [u])
            assert abs(gap) <= lost + mp.mpf(10) ** -25, (text, point)
    for text in SEES_MORE:
        rows = parse(text).to_table()
        with ctx.workprec(m.BITS):
            given = m.Claim(rows, box, [SIGMA["tanh"]], UNIT, 1.0, 0.0, [0.0, 1.0], [])
            assert m.on_a_line(given) is None, text


SUMS = [
    "x*y", "3*x*(y - 0.3)/7 - sin(x - 2*y)*5 + x", "-(x*y)**2/3 + x*y - y*y", "x*(x + y)*(x - y/3 - 2)",
    "pi*x*(y - 1)*exp(1) - sqrt(2)", "abs(x - y) - 2*x*y*(1 - x)*(x - 3)", "exp(x/3 + y/7) + (x*y - x)",
    "x - x*y/5", "x*(3*(y*x)) + x*y/-5", "(3*(x*y))**2/50", "tanh(y)/4 - (2*x*y - cos(3)*x*y)", "x*2**-3*y*(x - x + 2)",
]  # fmt: skip
"""Sums of functions of one form each."""

NO_SUMS = ["x*y*exp(x)", "x*y*x*y*x", "sqrt(x + y**2 + 3)", "x*y + sin(x*y)", "abs(x - y)*y"]

PRODUCT: list[list[float]] = [[1, 0.5, 0.5, -0.375 - 1 / 64], [1, -0.5, -0.5, 0.375 + 1 / 64]]
"""u²/2 and −v²/2 in u = x + y/2 and v = x − y/2, their sum being x y: straight parts of polygons."""


def of_the_product(m: ModuleType, rows: Any, upper: float, f: str = "x*y", **other: Any) -> Any:
    """Claim that of polygons with corners at −½, 0, ½, 1 and 3/2, which are 1/32 away at most."""
    slopes = [[side, side * end] for end in (0.5, -0.5) for side in (1, 1, 1)] + [
        [0, 1.0],
        [0, -1.0],
    ]
    biases = [0.0, -0.5, -1.0] * 2 + [0.0, 0.0]
    weights = [[0.5] * 3 + [-0.5] * 3 + [-0.25, 0.25]]
    cells = [([0.0, -1.0], [1.0, 1.0], upper)]
    given = {"layers": [(slopes, biases), (weights, [0.0])], "along": tuple(rows), **other}
    box, formula = [[0.0, 1.0], [-1.0, 1.0]], parse(f).to_table()
    told = {"sigmas": [SIGMA["relu"]], "lower": 0.0, "witness": [0.5, 0.5], "cells": cells, **given}
    return m.Claim(formula, box, upper=upper, **told)


def added(m: ModuleType, given: Any) -> float | None:
    """Return the sum of the bounds along forms, if that is confirmed."""
    with ctx.workprec(m.BITS):
        apart = m.difference(given)
        try:
            found = m.bound_along_forms(given, apart)
        except m.Refused:
            return None
    return None if found is None else float(rational(found))


def functions(m: ModuleType) -> None:
    """f is the sum of functions of one form each, or is said to be none."""
    for text in SUMS + NO_SUMS:
        given = of_the_product(m, PRODUCT, 1.0, text)
        with ctx.workprec(m.BITS):
            apart = m.taken_apart(given)
            found = m.functions_along(given, apart)
        assert (found is None) == (text in NO_SUMS), text
        for p, q in ((0.25, -0.75), (1.0, 1.0), (0.6, 0.1)) if found else ():
            total = rational(apart.folded([m._exact(p), m._exact(q), fmpq(1)]))
            for n, rows in found.items():
                u = p * rational(n[0]) + q * rational(n[1])
                total += exact_formula(exactly(rows), [u])
            assert abs(total - exact_formula(given.formula, [p, q])) < mp.mpf(10) ** -25, text


def nearest(m: ModuleType) -> None:
    """Bends move to forms that they are near, and what it changes is counted."""
    low, high = [fmpq(-1), fmpq(-3), fmpq(1)], [fmpq(2), fmpq(1), fmpq(1)]
    forms, beside = [(fmpq(1), fmpq(1)), (fmpq(1), fmpq(-2))], fmpq(1, 2**45)
    bends = {(fmpq(1), 1 + beside, fmpq(3)): fmpq(5), (fmpq(1), fmpq(-2), fmpq(1)): fmpq(-1)}
    bends |= {(fmpq(1), fmpq(3), fmpq(0)): fmpq(2), (fmpq(1), 1 - beside, fmpq(3)): fmpq(7)}
    kinks, others, lost = m.by_form(bends, forms, low, high)
    assert others == {(1, 3, 0): 2}
    assert kinks == {(1, 1): {3: 12}, (1, -2): {1: -1}}
    for x in product((-1, 2, fmpq(1, 3)), (-3, 1, fmpq(1, 7))):
        before = m.Folds([fmpq(0)] * 3, bends)([*x, fmpq(1)])
        after = m.Folds([fmpq(0)] * 3, others)([*x, fmpq(1)])
        for n, line in kinks.items():
            u = n[0] * x[0] + n[1] * x[1]
            after += sum(c * abs(u + t) for t, c in line.items())
        assert abs(before - after) <= lost < fmpq(1, 2**38)


def sums(m: ModuleType) -> None:
    """Bounds along forms add up, and none of them is believed."""
    most, less = (1 + 1e-9) / 64, (1 - 1e-6) / 64
    rows = [[*row, most] for row in PRODUCT]
    found = added(m, of_the_product(m, rows, 0.032))
    assert found is not None
    assert 2 * most <= found <= 0.032
    m.check(of_the_product(m, rows, 0.032))
    # what is left, here a constant, adds to the bound
    moved = [[(-1) ** (i > 4) / 2 for i in range(6)] + [-0.25, 0.25]]
    layers = of_the_product(m, rows, 1.0).layers
    aside = [layers[0], (layers[1][0], [2.0**-8])]
    assert added(m, of_the_product(m, rows, 0.036, layers=aside)) is not None
    wrong: dict[str, Any] = {
        "the first bound": of_the_product(m, [[*PRODUCT[0], less], rows[1]], 0.04),
        "the second bound": of_the_product(m, [rows[0], [*PRODUCT[1], less]], 0.04),
        "their sum": of_the_product(m, rows, 0.031),
        "a weight": of_the_product(m, rows, 0.032, layers=[layers[0], (moved, [0.0])]),
        "a constant of g": of_the_product(m, rows, 0.035, layers=aside),
        "a slope": of_the_product(m, [[1, 0.5, 0.51, *rows[0][3:]], rows[1]], 0.032),
        "a form": of_the_product(m, [[1, 0.51, *rows[0][2:]], rows[1]], 0.032),
        "a form twice": of_the_product(m, [rows[0], rows[0]], 0.064),
        "a form left out": of_the_product(m, rows[:1], 0.032),
        "a function left out": of_the_product(m, rows, 0.032, "x*y + sin(x - 2*y)/10"),
        "another function": of_the_product(m, rows, 0.032, "x*y + sin(2*x + y)/10"),
        "another factor": of_the_product(m, rows, 0.032, "1.01*x*y"),
        "a term of f": of_the_product(m, rows, 0.032, "x*y + x/100"),
        "a kink of f": of_the_product(m, rows, 0.032, "x*y + abs(x - y)/100"),
    }
    for side, place in ((1, 1.25), (-1, 0.25)):
        # f + max(side · u − place, 0)/20 differs near one end alone
        n, share = rows[0][:2], side / 40
        first = [*n, rows[0][2] - share, rows[0][3] + place / 40, most]
        f = f"x*y + max({side}*(x + y/2) - {place}, 0)/20"
        wrong[f"a kink near an end, {side}"] = of_the_product(m, [first, rows[1]], 0.032, f)
    for name, given in wrong.items():
        assert added(m, given) is None, name
    own = replace(of_the_product(m, rows, 0.032), cells=[([0.0, -1.0], [1.0, 1.0], 0.031)])
    assert not holds_for(m, own), "a cell's own bound"


CLAIMS = (
    polynomials, intervals, rounding, interpolation, ellipses, units, networks, bounds, every_cell,
    no_gap, witnesses, folds, lines, functions, nearest, sums, between,
)  # fmt: skip
