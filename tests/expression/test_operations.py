"""The table of operations: numbers, arities and slopes fit each other."""

import numpy as np
import pytest

from uat.expression.graph import apply, as_expression, coordinate
from uat.expression.operations import CONDITIONS, OPERATIONS, takes

x = coordinate(0)
NUMBERS: dict[str, tuple[float, ...]] = {
    "power": (1.5,),
    "interp": (0.0, 1.0, 2.0, 3.0),
    "interp_slope": (0.0, 1.0, 2.0, 3.0),
} | {name: (rule.order,) for name, rule in OPERATIONS.items() if rule.order is not None}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_a_slope_for_each_argument(name: str) -> None:
    rule = OPERATIONS[name]
    node = apply(name, *[x] * rule.arity, data=NUMBERS.get(name, ()))
    if rule.chain is None:
        assert len(rule.partials(apply, *node.arguments, node)) == rule.arity
    else:
        slopes = [as_expression(1.0)] * rule.arity
        assert as_expression(rule.chain(apply, slopes, *node.arguments, node)) is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_gives_one_float_for_each_point(name: str) -> None:
    rule = OPERATIONS[name]
    node = apply(name, *[x] * rule.arity, data=NUMBERS.get(name, ()))
    value = node(np.array([[0.25, 0.5], [1.0, 2.0]]))
    assert value.shape == (2, 2)
    assert value.dtype == np.float64
    if name in CONDITIONS:
        assert np.isin(value, [0.0, 1.0]).all()


def test_numbers_are_finite_and_knots_rise() -> None:
    assert takes("constant", [0.5])
    assert takes("coordinate", [3.0])
    assert takes("sin", [])
    for name, numbers in (
        ("constant", [np.inf]),
        ("constant", []),
        ("coordinate", [-1.0]),
        ("coordinate", [0.5]),
        ("coordinate", [2.0**31]),
        ("power", [np.nan]),
        ("interp", []),
        ("interp", [0.0, 1.0, 2.0]),
        ("interp", [1.0, 1.0, 2.0, 3.0]),
        ("interp", [0.0, 1.0, 2.0, np.inf]),
        ("interp", [0.0, np.nan, 2.0, 1.0]),
        ("sin", [1.0]),
        ("bessel_j", []),
        ("bessel_j", [0.5]),
        ("bessel_j", [-1.0]),
        ("bessel_j", [101.0]),
        ("polygamma", [0.0]),
    ):
        assert not takes(name, numbers), (name, numbers)
