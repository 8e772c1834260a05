"""Holes of a formula: found where they are, and nowhere else."""

import numpy as np
import pytest

import uat
from tests.clock import within
from uat.core.singularities import find_singularity
from uat.expression.parse import parse


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1/(3*x - 1)", 1 / 3),
        ("1/(x - 0.7)**2", 0.7),
        ("log(abs(x - 1/7))", 1 / 7),
        ("abs(x - 1/7)**-0.25", 1 / 7),
        ("tan(pi*x)", 0.5),
        ("sqrt(x - 1e-12)", 0.0),
        ("arccosh(1 + x - 1e-12)", 0.0),
        ("log1p(x - 1)", 0.0),
        ("arctanh(x)", 1.0),
        ("arcsin(x + 1e-9)", 1.0),
        ("(x - 1e-12)**0.3", 0.0),
        ("0/(x - 0.125)", 0.125),
    ],
)
def test_a_hole_is_found_where_it_is(text: str, place: float) -> None:
    hole = find_singularity(parse(text), [0.0], [1.0])
    assert hole is not None
    assert hole.point == pytest.approx([place], abs=1e-8)
    assert not abs(hole.value) < 30


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "sqrt(x)",
        "x**0.3",
        "sqrt(1 - x**2)",
        "arcsin(x) + arccos(x)",
        "exp(700*x)",
        "where(x > 0.3, sqrt(x - 0.3), 0)",
        "where(x == 0, 0, x*sin(1/x))",
        "1/(1e-30 + (x - 1/3)**2)",
        "1/(1 + sqrt(x))",
        "sin(x)**2/(x**2 + sin(x)**2 + 1e-30)",
    ],
)
def test_no_hole_is_found_where_there_is_none(text: str) -> None:
    assert find_singularity(parse(text), [0.0], [1.0]) is None


def test_a_hole_along_a_line_of_the_square_is_found_in_no_time() -> None:
    with within(30):
        hole = find_singularity(parse("1/(x - y - 1/3)"), [0.0, 0.0], [1.0, 1.0])
    assert hole is not None
    assert hole.point[0] - hole.point[1] == pytest.approx(1 / 3)


@pytest.mark.slow
def test_two_points_of_the_cube_are_too_few_to_hide() -> None:
    hole = find_singularity(
        parse("1/((x - 0.3)**2 + (y - 0.4)**2 + (z - 0.6)**2)"), [0] * 3, [1] * 3
    )
    assert hole is not None
    assert np.abs(hole.point - [0.3, 0.4, 0.6]).max() < 1e-8


def test_growth_towards_a_point_that_has_a_value_is_a_hole() -> None:
    hole = find_singularity(parse("where(x == 0, 0, log(abs(x)))"), [-1.0], [1.0])
    assert hole is not None
    assert abs(hole.point[0]) < 1e-9


def test_two_neighbouring_floats_are_too_few_to_show_growth() -> None:
    root = 1.414213562373095
    assert find_singularity(parse("1/(x**2 - 2)"), [root], [np.nextafter(root, 2.0)]) is None


def test_a_power_that_is_real_below_zero_has_no_edge_there() -> None:
    assert find_singularity(parse("x**3"), [-1.0], [1.0]) is None
    assert find_singularity(parse("(x + 1)**(x + 2)"), [-1.5], [1.0]) is not None


HIDDEN = [
    ("x + 0*log(abs(x - 0.1234567))", 0.1234567),
    ("x + 0*(1/(x - 0.1234567))", 0.1234567),
    ("x + 0*tan(pi/2 + (x - 0.25))", 0.25),
    ("x + 0*(1/(x**2 - 0.2))", 0.2**0.5),
    ("x + max(x - 0.5, 0)*log(abs(x - 0.1234567))", 0.1234567),
    ("x + max(x - 0.5, 0)*tan(pi/2 + (x - 0.25))", 0.25),
    ("x + (x > 0.5)*(1/(x - 0.1234567))", 0.1234567),
    ("x + (1/(x - 0.1234567))**0", 0.1234567),
    ("log(abs(x - 0.1234567))**0", 0.1234567),
    ("min(0*log(abs(x - 0.1234567)), 5) + x", 0.1234567),
    ("max(-1, 0*log(abs(x - 0.1234567)))", 0.1234567),
    ("where(x > 0.05, 0*log(abs(x - 0.1234567)), 0)", 0.1234567),
    ("where(x > 0.05, 0*tan(pi/2 + (x - 0.25)), 0)", 0.25),
    ("(x - 0.1234567)*sin(1/(x - 0.1234567))", 0.1234567),
    ("sin(1/(x**2 - 0.2))*(x**2 - 0.2)", 0.2**0.5),
    ("tanh(log(abs(x - 0.1234567)) - 2*log(abs(x - 0.1234567)))", 0.1234567),
    ("tanh((x - 0.1234567)/(x - 0.1234567))", 0.1234567),
    ("tanh((1/(x - 0.1234567))/(2/(x - 0.1234567)))", 0.1234567),
    ("arctan(0/(x - 0.1234567))", 0.1234567),
    ("tanh(xlogy(1/(x - 0.1234567), 1 + (x - 0.1234567)))", 0.1234567),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "place"), HIDDEN, ids=[text for text, _ in HIDDEN])
def test_a_hole_that_the_rest_of_f_hides_is_found(text: str, place: float) -> None:
    hole = find_singularity(parse(text), [0.0], [1.0])
    assert hole is not None
    assert hole.point == pytest.approx([place], abs=1e-8)
    with pytest.raises(uat.InputError, match=r"(a part of )?f (is|grows to) .* x = 0\.[124]"):
        uat.Target(text, (0, 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "exp(-1/x**2)",
        "min(1/abs(x), 5)",
        "arctan(1/x**2)",
        "where(x == 0, 1, sin(x)/x)",
        "where(abs(x) < 0.001, 1 - x**2/6, sin(x)/x)",
        "where(x == 0, 0, x*log(abs(x)))",
        "sin(1/(x + 2)) + where(x == 0, 0, x*sin(1/x))",
        "where(1 < 2, x, 0*log(abs(x)))",
        "where(x > 0, x*log(where(x > 0, x, 1)), 0)",
        "xlogy(max(x, 0), max(x, 0))",
        "sinc(x) + abs(x)**0 + x**0",
        "x*log(x + 2)/(x + 3) + 0*log(x + 2) + (1/(x + 2))**0 + 0/pi",
        "tan(x)*cos(x) + max(x, 0)*log(max(x, 1e-9))",
        "sin(x)/(sin(x)**2 + 1e-9)",
    ],
)
def test_what_has_a_value_everywhere_is_taken_though_a_part_is_infinite(text: str) -> None:
    assert find_singularity(parse(text), [-1.0], [1.3]) is None
    assert uat.Target(text, (-1, 1.3)).expression is not None


def test_a_power_to_0_of_what_may_be_undefined_is_kept_and_its_slope_is_0() -> None:
    assert parse("x**0").operation == "constant"
    assert parse("log(x)**0")(np.array([0.5, 2.0])).tolist() == [1.0, 1.0]
    assert parse("log(x)**0").derivative() is parse("0")
    with pytest.raises(uat.InputError, match="a part of f is nan"):
        uat.Target("sqrt(x - 0.5)**0", (0, 1))
