"""What a sound checker does, as claims about the module: each an assertion, for any version of it."""

import math
from collections.abc import Iterator
from itertools import product
from types import ModuleType
from typing import Any

from flint import arb

from tests.oracles.enclosures import enclosed, exact_network, holds, number, truth
from tests.oracles.formulas import mp
from uat.activations import NAMED
from uat.expression.graph import apply, coordinate
from uat.expression.parse import parse

__all__ = [
    "CLAIMS",
    "bounds",
    "every_cell",
    "intervals",
    "networks",
    "no_gap",
    "polynomials",
    "rounding",
    "taylor",
    "witnesses",
]

BIG = 2.0**20
SIGMA = {
    name: NAMED[name].expression.to_table()  # type: ignore[union-attr]
    for name in ("logistic", "tanh", "relu", "algebraic")
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


def polynomials(m: ModuleType) -> None:
    """Bounds are proved where a polynomial keeps them, and only there."""
    for terms, peak in PEAKS.values():
        for sign, slack in product((1, -1), (1e-3, -1e-3)):
            p = {(0,) * len(next(iter(terms))): arb(0)} | {
                powers: arb(sign * c) for powers, c in terms.items()
            }
            ends = sorted([sign * arb(peak + slack), -sign * arb(BIG)], key=float)
            with m._exactly():
                assert m.stays(p, *ends) is (slack > 0), (terms, sign, slack)


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
            with m._exactly():
                found = m.intervals(rows, [m.Interval(arb(low), arb(high))] * 2)[-1]
            for x, y in product((low, high, (low + high) / 2, max(low, min(1.0, high))), repeat=2):
                value = truth(rows, [x, y])
                least, most = number(found.low), number(found.high)
                assert value is None or holds(least, value, most), (rows, low, high, x, y)


def rounding(m: ModuleType) -> None:
    """What 256 bits cannot hold lies strictly between the ends."""
    with m._exactly(), mp.workdps(200):
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


TAYLOR = [
    ("exp(x)", [(-1.0, 1.0)], 2),
    ("exp(x)", [(0.0, 4.0)], 5),
    ("x**5 - x**3", [(-1.0, 2.0)], 3),
    ("exp(x * y)", [(-1.0, 1.0), (0.0, 2.0)], 3),
    ("sin(3*x) * exp(y)", [(0.0, 0.5), (-1.0, 1.0)], 4),
    ("x**2 / (1 + y**2)", [(0.0, 1.0), (0.5, 1.0)], 3),
    ("abs(x) + abs(y - 3)", [(0.25, 1.0), (0.0, 1.0)], 2),
    ("max(x, -x) + max(-y, y) + min(x, 2)", [(0.25, 1.0), (0.0, 1.0)], 2),
    ("abs(x - 0.9)", [(0.0, 1.0)], 2),
    ("min(x, 0.9 * x**2 + 0.01)", [(0.0, 1.0)], 3),
    ("where(x < 0.75, x, 1)", [(0.0, 1.0)], 2),
    ("where(x < 1.5, x, 1)", [(0.0, 1.0)], 2),
    ("where(x < -0.5, 1, tanh(x))", [(0.0, 1.0)], 2),
    ("expit(x) + arcsinh(x - 2) + cbrt(-1 - x) + erf(x)", [(0.5, 1.0)], 3),
    ("1 / (2 + x*y) + xlogy(x, y + 1) + y**-2", [(0.0, 1.0), (0.5, 1.0)], 3),
    ("x*y*z", [(0.0, 1.0), (-1.0, 1.0), (1.0, 3.0)], 3),
]


def corners(box: list[tuple[float, float]]) -> Iterator[tuple[float, ...]]:
    yield from product(*((a, b, (a + b) / 2, a + (b - a) / 8) for a, b in box))


def taylor(m: ModuleType) -> None:
    """A polynomial and its remainder hold every value of a cell."""
    for text, box, order in TAYLOR:
        rows = parse(text).to_table()
        with m._exactly():
            cell = m.Cell.of(*([arb(pair[i]) for pair in box] for i in (0, 1)))
            ranges = m.intervals(rows, cell.sides)
            model = m.taylor(cell, order, lambda x, r=(rows, ranges): m.series(r[0], x, r[1]))
        assert (model is None) is (text in {t for t, *_ in TAYLOR[8:11]})
        for point in corners(box) if model else ():
            least, most = enclosed(model, cell.centre, [mp.mpf(v) for v in point])
            assert holds(least, truth(rows, point), most), (text, point)


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
NETWORKS += [("tanh", SOFT), ("logistic", PLANE), ("relu", PLANE), ("tanh", DEEP), ("relu", DEEP)]
CELLS = [(0.0, 0.125), (0.25, 0.375), (0.4, 0.6), (0.5, 0.75), (0.0, 1.0), (0.9, 1.0), (3.0, 4.0)]


def networks(m: ModuleType) -> None:
    """The model of a network holds its values, whatever is summed in advance."""
    for (name, layers), (low, high), blur in product(NETWORKS, CELLS, (1e300, 1e-20)):
        width = len(layers[0][0][0])
        box = [(low, high)] * width
        claim = m.Claim([], [[low, high]] * width, SIGMA[name], layers, 1.0, 0.0, [], [])
        with m._exactly():
            cell = m.Cell.of([arb(low)] * width, [arb(high)] * width)
            model = m.Proof(claim).network.model(cell, 3, arb(blur))
        for point in corners(box):
            least, most = enclosed(model, cell.centre, [mp.mpf(v) for v in point])
            value = exact_network(claim, [mp.mpf(v) for v in point])
            assert holds(least, value, most), (name, layers, low, high, blur, point)


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
    return m.Claim(formula, box, SIGMA["tanh"], layers, upper, cells=rows, **facts)


def line(*bounds: float) -> Any:
    n = len(bounds)
    return [((i / n,), ((i + 1) / n,), bound) for i, bound in enumerate(bounds)]


def square(*bounds: float) -> Any:
    half = [(0.0, 0.5), (0.5, 1.0)]
    pairs = zip(product(half, half), bounds, strict=True)
    return [((p[0], q[0]), (p[1], q[1]), bound) for (p, q), bound in pairs]


def confirms(m: ModuleType, *given: Any, **other: Any) -> bool:
    try:
        m.check(claim(m, *given, **other))
    except m.Refused:
        return False
    return True


TRUE = 0.01 * (1 + 1e-9)
FALSE = 0.01 * (1 - 1e-6)


def bounds(m: ModuleType) -> None:
    """A bound is confirmed a little above the truth, and refused a little below it."""
    for rest in ("x/100", "(1 - x)/100", "-x/100", "x*(1 - x)/25", "abs(x - 0.7)/70"):
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


CLAIMS = (
    polynomials, intervals, rounding, taylor, networks, bounds, every_cell, no_gap, witnesses,
)  # fmt: skip
