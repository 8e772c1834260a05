"""Step 2: two steps make a rectangle, from two units, or from three as on the slides."""

from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.activations import GROWING, SIGMOIDAL, STEPPING, sigma_of
from tests.oracles.exact import exact_value
from uat.construct.staircase.rectangle import Form, rectangle
from uat.construct.staircase.step import step

FORMS: list[Form] = ["difference", "constant unit"]
POINTS = [-5.0, 0.9, 1.1, 1.5, 1.9, 2.1, 77.0]
INSIDE = [0, 0, 1, 1, 1, 0, 0]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", STEPPING)
def test_it_is_its_height_inside_and_0_outside(name: str, form: Any) -> None:
    activation, _ = sigma_of(name)
    slope = 2.0**24 if name in GROWING else 1e100
    g = rectangle(1.0, 2.0, activation, slope, height=-3.0, form=form).as_function()
    assert g(POINTS) == pytest.approx([-3 * v for v in INSIDE], abs=1e-6)


@pytest.mark.parametrize("name", STEPPING)
def test_both_forms_agree_away_from_the_breaks(name: str) -> None:
    activation, oracle = sigma_of(name)
    one, other = (rectangle(-1.0, 3.0, activation, 2.0**30, form=form) for form in FORMS)
    for x in (-4.0, -1.01, -0.99, 0.0, 2.99, 3.01, 10.0):
        values = [float(exact_value(network, x, oracle)) for network in (one, other)]
        assert values[0] == pytest.approx(values[1], abs=1e-6)
        assert one.as_function()(x) == pytest.approx(other.as_function()(x), abs=1e-6)


def test_a_step_up_and_a_step_down_add_up_to_1_outside_and_2_inside() -> None:
    """So 1 has to be taken off: the slides' two units alone are no rectangle."""
    up = step(1.0, uat.logistic, 1e100).as_function()
    down = step(2.0, uat.logistic, 1e100, descending=True).as_function()
    total = up(POINTS) + down(POINTS)
    assert total.tolist() == [1 + v for v in INSIDE]


def test_the_unit_that_takes_1_off_has_slope_0() -> None:
    network = rectangle(1.0, 2.0, uat.logistic, 1e100, form="constant unit")
    assert network.slopes.tolist() == [1e100, -1e100, 0]
    assert network.output_weights.tolist() == [1, 1, -1]
    assert network.layers[-1].bias.tolist() == [0]
    assert uat.logistic(network.biases[2]) == 1


def test_the_difference_needs_no_constant() -> None:
    network = rectangle(1.0, 2.0, uat.logistic, 1e100)
    assert network.slopes.tolist() == [1e100, 1e100]
    assert network.output_weights.tolist() == [1, -1]
    assert {rectangle(0, 1, sigma_of(n)[0], 64.0).units for n in SIGMOIDAL} == {2}


def test_at_its_ends_a_logistic_one_is_half_as_high() -> None:
    for form in FORMS:
        g = rectangle(1.0, 2.0, uat.logistic, 1e100, height=4.0, form=form).as_function()
        assert g([1.0, 2.0]).tolist() == [2, 2]
        beside = [np.nextafter(1, 0), np.nextafter(1, 2), np.nextafter(2, 0), np.nextafter(2, 3)]
        assert g(beside).tolist() == [0, 4, 4, 0]


def test_neighbouring_differences_leave_no_hole() -> None:
    """Where one ends and the next begins the two copies of the unit add up to 1 for every σ."""
    for name in ("heaviside", "ringing", "gompertz", "late"):
        activation, _ = sigma_of(name)
        left = rectangle(0.0, 1.0, activation, 2.0**20).as_function()
        right = rectangle(1.0, 2.0, activation, 2.0**20).as_function()
        x = np.array([np.nextafter(1, 0), 1.0, np.nextafter(1, 2), 0.999999, 1.000001])
        assert left(x) + right(x) == pytest.approx(np.ones(5), abs=1e-4)
    up_and_down = [
        rectangle(s, s + 1, uat.heaviside, 1.0, form="constant unit") for s in (0.0, 1.0)
    ]
    assert sum(r.as_function()(1.0) for r in up_and_down) == 0  # the slides' form has one


def test_ends_slope_and_form_are_read_at_the_door() -> None:
    cases: list[tuple[Any, str]] = [
        (lambda: rectangle(2.0, 1.0), "with s < t"),
        (lambda: rectangle(1.0, 1.0), "with s < t"),
        (lambda: rectangle(np.nan, 1.0), "with s < t"),
        (lambda: rectangle(0.0, np.inf), "finite numbers"),
        (lambda: rectangle(0.0, 1.0, slope=-3.0), "> 0 is needed"),
        (lambda: rectangle(0.0, 1.0, height=np.nan), "finite"),
        (lambda: rectangle(0.0, 1.0, form="diference"), "did you mean 'difference'"),  # type: ignore[arg-type]
        (lambda: rectangle(0.0, 1.0, form=3), "there are difference, constant unit"),  # type: ignore[arg-type]
        (lambda: rectangle(0.0, 1.0, uat.relu, 1e100), r"up to 2\^40"),
    ]
    for wrong, words in cases:
        with pytest.raises(uat.InputError, match=words) as error:
            wrong()
        assert "\n" not in str(error.value)
