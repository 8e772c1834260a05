"""An f of points, f(X), is the formula of its coordinates, and is refused where it is none."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import uat
from uat.expression.parse import parse
from uat.expression.points import PointFunction, of_coordinates
from uat.expression.trace import trace

POINTS = np.random.default_rng(0).uniform(-1, 1, (50, 2))
SLOPES = np.array([[1.0, 2.0], [3.0, 4.0]])


def in_place(x: Any) -> Any:
    x -= 0.5
    return x[:, 0]


FOLLOWED: list[tuple[Callable[[Any], Any], str]] = [
    (lambda X: X[:, 0] + X[:, 1], "x + y"),
    (lambda X: X[..., 0] * X[..., 1], "x*y"),
    (lambda X: np.sin(X.sum(axis=1)), "sin(x + y)"),
    (lambda X: np.exp(-np.sum(X**2, axis=-1)), "exp(-(x**2 + y**2))"),
    (lambda X: np.linalg.norm(X, axis=1), "sqrt(x**2 + y**2)"),
    (lambda X: np.tanh(X @ SLOPES).sum(axis=1), "tanh(x*1 + y*3) + tanh(x*2 + y*4)"),
    (lambda X: X.mean(axis=1) + np.mean(X, axis=1), "(x + y)/2 + (x + y)/2"),
    (lambda X: np.where(X[:, 0] < X[:, 1], X[:, 0], 0.5), "where(x < y, x, 0.5)"),
    (lambda X: np.maximum(X.max(axis=1), 0), "max(max(x, y), 0)"),
    (lambda X: np.clip(X[:, 0], -0.5, 0.5), "clip(x, -0.5, 0.5)"),
    (lambda X: (X[:, 0] > 0) * 1.0, "(x > 0)*1"),
    (lambda X: np.array([x * y for x, y in X]), "x*y"),
    (lambda X: X.T[0] - X.T[1], "x - y"),
    (in_place, "x - 0.5"),
    (lambda X: np.ones(len(X)), "1"),
]


@pytest.mark.parametrize(("f", "formula"), FOLLOWED, ids=range(len(FOLLOWED)))
def test_an_f_of_points_is_the_formula_of_its_coordinates(
    f: Callable[[Any], Any], formula: str
) -> None:
    target = uat.Target(f, [(-1, 1), (-1, 1)])
    assert target.expression is parse(formula)
    assert np.allclose(target(*POINTS.T), f(POINTS.copy()), rtol=1e-15, atol=0)
    assert target(0.25, POINTS[:, 1]).shape == (50,)


def test_the_table_of_an_interpolation_is_one_table() -> None:
    f = of_coordinates(lambda X: np.interp(X[:, 0], [-1.0, 0.0, 1.0], [0.0, 2.0, 1.0]), POINTS)
    assert trace(f, 2)(-0.5) == 1.0


@pytest.mark.parametrize(
    "f",
    [
        lambda X: X[:, 0] - X[:, 0].mean(),
        lambda X: X[:, 0] / np.abs(X[:, 0]).max(),
        lambda X: X[:, 0] + len(X),
        lambda X: X[::-1, 0],
        lambda X: X[:, 0] + 0 * X[0, 0],
        lambda X: np.sort(X, axis=0)[:, 0],
    ],
    ids=range(6),
)
def test_a_value_that_depends_on_other_points_is_refused(f: Callable[[Any], Any]) -> None:
    assert isinstance(of_coordinates(f, POINTS), PointFunction)
    with pytest.raises(uat.CannotProve, match="f cannot be followed"):
        trace(of_coordinates(f, POINTS), 2)


@pytest.mark.parametrize(
    "f",
    [
        lambda X: np.einsum("ij,ij->i", X, X),
        lambda X: np.cumsum(X, axis=1)[:, 1],
        lambda X: X[:, 0].astype(int) * 1.0,
        lambda X: X[:, 0] if X[0, 0] > 0 else X[:, 1],
    ],
    ids=range(4),
)
def test_what_the_tracer_does_not_know_is_left_to_a_modulus(f: Callable[[Any], Any]) -> None:
    with pytest.raises(uat.CannotProve, match="f cannot be followed"):
        trace(of_coordinates(f, POINTS), 2)


def test_an_integer_that_wraps_is_refused_in_points_too() -> None:
    def wraps(X: Any) -> Any:
        return X[:, 0] + ((X[:, 0] > 0) * np.int8(100) + np.int8(100))

    with pytest.raises(uat.CannotProve, match="int8"):
        trace(of_coordinates(wraps, POINTS), 2)


@pytest.mark.slow
def test_an_f_of_points_with_a_modulus_needs_no_formula() -> None:
    def distance(X: Any) -> Any:
        return np.sqrt(np.einsum("ij,ij->i", X, X))

    g = uat.approximate(uat.Target(distance, [(0, 1), (0, 1)], modulus=1.0), eps=0.5)
    assert g.certificate is not None
    assert g.certificate.bound < 0.5


@pytest.mark.parametrize(
    "f", [lambda x: x, lambda X: X[0] + X[1], lambda X: (X[:, 0], X[:, 1])], ids=range(3)
)
def test_any_other_f_is_told_to_take_its_coordinates(f: Callable[[Any], Any]) -> None:
    with pytest.raises(uat.WrongType, match="one for each pair of the domain: lambda x, y, …"):
        uat.Target(f, [(0, 1), (0, 1)])


@pytest.mark.parametrize(
    ("f", "fault"),
    [
        (lambda X: X[:, 2], r"it fails: index 2 is out of bounds for axis 1 with size 2"),
        (lambda X: X[:, :1], r"it gives shape \(4, 1\); \(4,\) is needed"),
        (lambda X: X[0] ** 2 + X[1], r"it gives shape \(2,\); \(4,\) is needed"),
    ],
    ids=range(3),
)
def test_the_fault_of_an_f_of_points_is_named(f: Callable[[Any], Any], fault: str) -> None:
    with pytest.raises(uat.WrongType, match=rf"as f\(X\) with X of shape \(4, 2\) {fault}"):
        uat.Target(f, [(0, 1), (0, 1)])


def test_points_of_one_coordinate_are_rows_where_f_needs_it() -> None:
    target = uat.Target(lambda X: X[:, 0] ** 2, (0, 1))
    assert target.expression is parse("x**2")
    assert target(np.array([0.5, 2.0])).tolist() == [0.25, 4.0]
    with pytest.raises(uat.InputError, match="an array of one coordinate, not of points"):
        uat.Target(lambda X: X[:, 1], (0, 1))
