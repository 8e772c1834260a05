"""Enclosures of whole formulas: shapes, doors, blocks and how wide they are."""

from typing import Any

import numpy as np
import pytest

from uat.enclosure.enclose import enclose
from uat.errors import InputError, WrongType
from uat.expression.graph import apply, constant, coordinate
from uat.expression.operations import OPERATIONS
from uat.expression.parse import parse

x, y = coordinate(0), coordinate(1)
NIELSEN = parse("0.2 + 0.4*x**2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)")


def test_ten_thousand_cells_are_enclosed_tightly() -> None:
    edges = np.linspace(0.0, 1.0, 10_001)
    low, high = enclose(NIELSEN, edges[:-1, None], edges[1:, None])
    values = NIELSEN(edges)
    assert (low <= np.minimum(values[:-1], values[1:])).all()
    assert (np.maximum(values[:-1], values[1:]) <= high).all()
    assert (high - low).max() < 1e-3


@pytest.mark.slow
def test_many_cells_are_enclosed_as_one_by_one() -> None:
    edges = np.linspace(-1.0, 1.0, 40_001)
    low, high = enclose(NIELSEN, edges[:-1, None], edges[1:, None])
    for i in (0, 16_383, 16_384, 39_999):
        one = enclose(NIELSEN, edges[i : i + 1, None], edges[i + 1 : i + 2, None])
        assert (low[i], high[i]) == (one[0][0], one[1][0])


def test_no_cells_have_no_enclosures() -> None:
    low, high = enclose(x + y, np.empty((0, 2)), np.empty((0, 2)))
    assert low.shape == high.shape == (0,)


def test_a_constant_is_enclosed_in_every_cell() -> None:
    low, high = enclose(constant(3.0), [[0.0], [1.0]], [[1.0], [2.0]])
    assert low.tolist() == high.tolist() == [3.0, 3.0]
    low, high = enclose(apply("pi") + 0 * x, [[0.0]], [[1.0]])
    assert (low[0], high[0]) == (np.pi, np.nextafter(np.pi, 4))


def test_coordinates_that_are_not_needed_do_not_matter() -> None:
    low, high = enclose(x, [[0.0, -np.inf, 5.0]], [[1.0, np.inf, 5.0]])
    assert (low[0], high[0]) == (0.0, 1.0)


def test_nothing_given_is_changed_and_nothing_given_comes_back() -> None:
    lower, upper = np.zeros((2, 1)), np.ones((2, 1))
    low, high = enclose(x, lower, upper)
    low[0], high[0] = -7, 7
    assert lower[0, 0] == 0
    assert upper[0, 0] == 1


@pytest.mark.parametrize(
    ("lower", "upper", "error", "message"),
    [
        ([0.0], [1.0], InputError, r"cells of shapes \(1,\) and \(1,\) given; \(cells, 2\)"),
        ([[0.0]], [[1.0]], InputError, r"\(cells, 2\) is needed"),
        ([[0.0, 0.0]], [[1.0]], InputError, "is needed for both"),
        ([[0.0, 0.0]], [[1.0, np.nan]], InputError, "NaN or with its ends reversed"),
        ([[0.0, 2.0]], [[1.0, 1.0]], InputError, "ends reversed"),
        ([[0.0], [1.0, 2.0]], [[1.0, 1.0]], InputError, "a ragged list"),
        ([[0.0, 1j]], [[1.0, 1.0]], WrongType, "complex128 values given"),
        ([["0", "1"]], [[1.0, 1.0]], WrongType, "real numbers are needed"),
        (None, [[1.0, 1.0]], WrongType, "real numbers are needed"),
    ],
)
def test_what_are_no_cells_is_refused(
    lower: Any, upper: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        enclose(x * y, lower, upper)


def test_whole_numbers_are_ends_too() -> None:
    low, high = enclose(x, [[0]], [[1]])
    assert (low[0], high[0]) == (0.0, 1.0)


@pytest.mark.parametrize(
    "formula",
    [
        "x**2*exp(-x)", "sin(x)*cos(3*x)", "sqrt(x**2 + 1)", "log(2 + x)", "arctan(5*x)", "1/(1 + x**2)",
        "tanh(x)/(2 + sin(x))", "expit(4*x) - erf(x)", "abs(x)**1.5", "cbrt(x)", "x*sin(1/x)",
        "exp(-1/x**2)", "sinc(x)", "min(x, x**2)", "cosh(x) - sinh(x)", "sqrt(abs(x))", "abs(x)**0.3",
    ],
)  # fmt: skip
def test_enclosures_shrink_with_their_cells(formula: str) -> None:
    f = parse(formula)
    for centre in (0.0, 0.3, -0.7):
        widths = []
        for half in (2.0**-10, 2.0**-20, 2.0**-30, 2.0**-40):
            low, high = enclose(f, [[centre - half]], [[centre + half]])
            widths.append(float(high[0] - low[0]))
        assert widths[-1] < 1e-3
        assert widths[-1] <= max(0.2 * widths[0], 1e-300)


def test_an_infinite_cell_has_the_limits() -> None:
    low, high = enclose(parse("1/(1 + exp(-x))"), [[-np.inf], [800.0]], [[-800.0], [np.inf]])
    assert low[0] == 0.0
    assert high[0] < 1e-300
    assert low[1] > 1 - 1e-15
    low, high = enclose(parse("arctan(x) + tanh(x)*0"), [[1e300]], [[np.inf]])
    assert (low[0], high[0]) == pytest.approx((np.pi / 2, np.pi / 2), rel=1e-14)


def test_every_operation_has_a_rule() -> None:
    for name, operation in OPERATIONS.items():
        own = () if operation.order is None else (operation.order,)
        data = {"power": (1.5,), "interp": (0, 1, 2, 3), "interp_slope": (0, 1, 2, 3)}.get(
            name, own
        )
        low, high = enclose(apply(name, *[x] * operation.arity, data=data), [[0.25]], [[0.5]])
        assert low[0] <= high[0]


def test_numpy_makes_no_noise_and_keeps_its_settings() -> None:
    with np.errstate(all="raise"):
        enclose(parse("exp(1000*x)/x + log(x)"), [[-1.0], [0.0]], [[1.0], [1e308]])
        assert np.geterr()["over"] == "raise"
