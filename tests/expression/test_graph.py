"""The graph: one object for equal formulas, evaluated as numpy does, and nothing let in unseen."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest

from tests.clock import within
from uat.enclosure.enclose import enclose
from uat.errors import InputError, WrongType
from uat.expression.graph import (
    Expression,
    apply,
    as_expression,
    constant,
    coordinate,
    from_table,
    in_order,
    last_uses,
    power,
)
from uat.expression.latex import latex, plain
from uat.expression.trace import Tracer

x, y = coordinate(0), coordinate(1)


def test_equal_formulas_are_the_same_object() -> None:
    assert x**2 + 1 is x**2.0 + np.float64(1)
    assert apply("sin", x) is apply("sin", coordinate(0))
    assert constant(-0.0) is constant(0)
    assert x + y is not y + x


def test_a_shared_part_is_stored_and_listed_once() -> None:
    part = apply("sin", x * y)
    whole = part * part + apply("exp", part)
    assert [row[0] for row in whole.to_table()].count("sin") == 1
    assert len(in_order(whole)) == 7


def test_an_expression_does_not_change() -> None:
    with pytest.raises(AttributeError, match="does not change: operation"):
        x.operation = "sin"
    assert copy.copy(x) is x
    assert copy.deepcopy([x * y])[0] is x * y


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (x + 2, 5.0), (2 + x, 5.0), (x - 2, 1.0), (2 - x, -1.0), (x * 2, 6.0), (2 * x, 6.0),
        (x / 2, 1.5), (2 / x, 2 / 3), (x**2, 9.0), (2**x, 8.0), (-x, -3.0), (+x, 3.0), (abs(-x), 3.0),
        (x**y, 9.0), (np.float32(0.5) * x, 1.5), (np.int64(2) + x, 5.0), (x * True, 3.0),
    ],
)  # fmt: skip
def test_operators_are_those_of_numbers(made: Expression, value: float) -> None:
    assert made(3.0, 2.0) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("other", ["a", None, [1.0], 1j, np.array([1.0, 2.0]), object()])
def test_operators_refuse_what_is_no_real_number(other: Any) -> None:
    with pytest.raises(TypeError):
        x + other
    with pytest.raises(TypeError):
        other - x
    with pytest.raises(TypeError):
        x**other


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_constant_is_finite(value: float) -> None:
    with pytest.raises(InputError, match="finite number is needed"):
        constant(value)


@pytest.mark.parametrize("value", ["1", 1j, None, [1, [2, 3]], 10**400, np.array([1.0])])
def test_only_real_numbers_become_constants(value: Any) -> None:
    with pytest.raises(WrongType, match="a real number is needed"):
        as_expression(value)


def test_evaluation_broadcasts_and_gives_float64() -> None:
    f = x * y + 1
    value = f(np.arange(3)[:, None], np.array([1, 2], dtype=np.float32))
    assert value.shape == (3, 2)
    assert value.dtype == np.float64
    assert isinstance(f(2, True), float)
    assert f([1.0, 2.0], 3.0).tolist() == [4.0, 7.0]
    assert constant(4.0)(np.zeros((2, 0))).shape == (2, 0)
    assert constant(4.0)(np.zeros(3)).tolist() == [4.0] * 3


def test_evaluation_gives_a_new_array() -> None:
    given = np.ones(3)
    x(given)[0] = 7
    assert given.tolist() == [1.0] * 3


def test_evaluation_says_by_inf_and_nan_what_has_no_value() -> None:
    assert (1 / x)(0.0) == np.inf
    assert np.isnan(apply("sqrt", x)(-1.0))
    assert apply("exp", x)(1e308) == np.inf
    assert np.isnan(apply("interp_slope", x, data=(0, 1, 0, 1))(np.nan))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((1.0,), InputError, "1 coordinate given; this expression needs 2"),
        ((1j, 0.0), WrongType, "complex128 values given"),
        ((np.array([1j]), 0.0), WrongType, "complex128 values given"),
        (("1", 0.0), WrongType, "real numbers are needed"),
        (([[1.0], [1.0, 2.0]], 0.0), InputError, "ragged list"),
        ((None, 0.0), WrongType, "real numbers are needed"),
        ((np.datetime64(0, "s"), 0.0), WrongType, "real numbers are needed"),
    ],
)
def test_evaluation_refuses_at_the_door(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        (x * y)(*given)


def test_called_with_formulas_it_is_a_formula() -> None:
    f = x**2 + y
    assert f(y, 1.0) is y**2 + 1
    traced = f(Tracer(x), 2.0)
    assert isinstance(traced, Tracer)
    assert traced.expression is x**2 + 2


def test_composing_puts_formulas_in_place_of_coordinates() -> None:
    assert (x / y).compose(apply("sin", x), 2) is apply("sin", x) / 2
    with pytest.raises(InputError, match="1 expressions given; this expression needs 2"):
        (x / y).compose(x)


def test_powers_are_simple_where_they_can_be() -> None:
    assert power(x, constant(1)) is x
    assert power(x, constant(0)) is constant(1)
    assert x**y is apply("exp", apply("xlogy", y, x))
    assert (x**y)(0.0, 0.0) == (x**y)(-1.0, 0.0) == 1.0
    assert np.isnan((x**0.5)(-1.0))
    assert (x**0)(np.nan) == 1.0  # as numpy has it


@pytest.mark.parametrize(
    ("operation", "arguments", "data", "message"),
    [
        ("sine", (x,), (), "no operation 'sine'; there are pi, add"),
        ("sin", (x, y), (), "sin does not take 2 argument"),
        ("add", (x,), (), "add does not take 1 argument"),
        ("sin", (x,), (1,), "sin does not take 1 argument"),
        ("power", (x,), (np.nan,), "power does not take"),
        ("power", (x,), (), "power does not take"),
        ("interp", (x,), (0, 0, 1, 1), "interp does not take"),
        ("interp", (x,), (0, 1, 1), "interp does not take"),
    ],
)
def test_a_node_has_the_arguments_of_its_operation(
    operation: str, arguments: Any, data: Any, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        apply(operation, *arguments, data=data)


def test_a_number_as_a_condition_is_true_where_it_is_not_zero() -> None:
    choice = apply("where", x, 1, 2)
    given = np.array([-1.0, 0.0, 3.0, np.nan])
    assert choice(given).tolist() == np.where(given, 1.0, 2.0).tolist()
    less = apply("less", x, 0)
    assert apply("where", less, 1, 2).arguments[0] is less
    assert apply("logical_and", x, 1)(given).tolist() == np.logical_and(given, 1).tolist()


@pytest.mark.slow
@pytest.mark.parametrize(
    "table",
    [
        None, 5, "sin", [], [()], [("sin",)], [("sin", [], [])], [("constant", [], [])],
        [("constant", [], [np.nan])], [("constant", [0], [1.0])], [("constant", [], [1.0, 2.0])],
        [("constant", [], ["a"])], [("constant", [], [10**400])], [("constant", [], [None])],
        [("coordinate", [], [-1])], [("coordinate", [], [0.5])], [("coordinate", [], [np.inf])],
        [("coordinate", [], [1e300])], [("coordinate", [], [])], [("negative", [0], [])],
        [("coordinate", [], [0]), ("negative", [-1], [])], [("coordinate", [], [0]), ("eval", [0], [])],
        [("coordinate", [], [0]), (["sin"], [0], [])], [("coordinate", [], [0]), (None, [0], [])],
        [("coordinate", [], [0]), ("sin", ["0x"], [])], [("coordinate", [], [0]), ("sin", [0], [1.0])],
        [("coordinate", [], [0]), ("where", [0, 0, 0], [])],
        [("coordinate", [], [0]), ("logical_not", [0], [])],
        [("coordinate", [], [0]), ("interp", [0], [1, 0, 5, 5])],
        [("coordinate", [], [0]), ("power", [0], [np.inf])],
        {"a": 1}, [("coordinate", [], [0]), "sin"],
    ],
)  # fmt: skip
def test_nothing_of_a_table_is_trusted(table: Any) -> None:
    with pytest.raises(InputError) as caught:
        from_table(table)
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_formula_of_twenty_thousand_nodes_is_no_trouble() -> None:
    with within(1600):
        deep = x
        for _ in range(10_000):
            deep = apply("sin", deep) + 1e-9
        assert np.isfinite(deep(1.0))
        assert pickle.loads(pickle.dumps(deep)) is deep
        assert np.isfinite(deep.derivative()(1.0))
        assert deep.compose(y) is not deep
        assert latex(deep) == "f"
        assert plain(deep) == "…"
        del deep


@pytest.mark.slow
def test_a_sum_of_three_thousand_terms_is_no_trouble() -> None:
    wide = sum((apply("sin", k * x) for k in range(1, 3001)), constant(0.0))
    assert wide(1.0) == pytest.approx(np.sin(np.arange(1, 3001)).sum())
    assert wide.derivative()(0.0) == pytest.approx(3000 * 3001 / 2)
    assert pickle.loads(pickle.dumps(wide)) is wide
    assert repr(wide) == "<Expression …>"
    low, high = enclose(wide, [[1.0]], [[1.0]])
    assert low[0] <= wide(1.0) + 1e-9
    assert high[0] - low[0] < 1e-7


def test_a_value_is_dropped_after_its_last_use() -> None:
    f = apply("sin", x) + apply("cos", x)
    dropped = [node for _, last_used in last_uses(f) for node in last_used]
    assert sorted(node.operation for node in dropped) == ["coordinate", "cos", "sin"]
