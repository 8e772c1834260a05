"""Combs: few soft units, no output bias, and an error that a proof confirms."""

import numpy as np
import pytest

import uat
from uat.construct.comb.build import build
from uat.construct.comb.row import fit_row, row
from uat.construct.staircase.build import build as build_staircase
from uat.core.activations import NAMED
from uat.errors import CannotProve, FloatLimit, InputError, UatError, WrongType

SOFT = ("logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic")
SMOOTH = {
    "nielsen": uat.examples.nielsen,
    "runge": uat.examples.runge,
    "slides": uat.examples.slides,
    "three sines": uat.examples.three_sines,
    "exp sin": uat.Target("exp(sin(x**2 + x))", (-3, 3)),
    "far away": uat.Target("sin(5*x)", (1000, 1001)),
    "tiny": uat.Target("1e-8*exp(x)", (0, 1e-6)),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "eps"), [(name, (1e-2, 1e-5)[i % 2]) for i, name in enumerate(SMOOTH)]
)
def test_a_smooth_function_gets_a_comb_that_is_proved_within_eps(name: str, eps: float) -> None:
    target = SMOOTH[name]
    wanted = eps * float(np.abs(target(np.linspace(*target.domain[0], 99))).max())
    network, estimate = build(target, wanted)
    certificate = uat.certify(target, network)
    assert certificate.bound < wanted
    assert certificate.lower <= certificate.upper
    assert estimate <= certificate.bound
    assert estimate >= 0.99 * certificate.lower


@pytest.mark.slow
@pytest.mark.parametrize("name", SOFT)
def test_every_soft_sigma_makes_combs(name: str) -> None:
    network, _ = build(uat.examples.slides, 1e-4, NAMED[name])
    assert network.activation is NAMED[name]
    assert network.units <= 20
    assert uat.certify(uat.examples.slides, network).bound < 1e-4


@pytest.mark.slow
def test_your_own_soft_sigma_makes_combs() -> None:
    swing = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + np.sin(u) / (1 + u**2), name="swing")
    network, _ = build(uat.examples.slides, 1e-3, swing)
    assert uat.certify(uat.examples.slides, network).bound < 1e-3


@pytest.mark.slow
def test_the_constant_is_a_unit_and_counts() -> None:
    network, estimate = build(uat.Target("3 + 0*x", (0, 1)), 1e-9)
    assert (network.units, estimate) == (1, 0.0)
    network, _ = build(uat.examples.nielsen, 1e-3)
    assert network.slopes[-1] == 0
    assert (network.slopes[:-1] > 0).all()
    assert network.layers[-1].bias[0] == 0
    centres = -network.biases[:-1] / network.slopes[:-1]
    assert np.ptp(np.diff(centres)) < 1e-12


@pytest.mark.slow
def test_digits_cost_few_units() -> None:
    counts = [build(uat.examples.nielsen, eps)[0].units for eps in (1e-3, 1e-6, 1e-9)]
    assert counts == sorted(counts)
    assert counts[2] <= 2 * counts[0]
    steps = build_staircase(uat.examples.nielsen, 1e-3)[0].units
    assert counts[0] < steps / 20


@pytest.mark.slow
@pytest.mark.parametrize("units", [1, 2, 3, 4, 17, 40, 100])
def test_at_most_as_many_units_as_allowed_and_none_to_spare(units: int) -> None:
    network, estimate = build(uat.examples.runge, 1.0, units=units)
    assert network.units == units
    x = np.linspace(-1, 1, 4001)
    seen = np.abs(1 / (1 + 25 * x**2) - network.as_function()(x)).max()
    assert seen <= 1.01 * estimate
    assert np.abs(network.output_weights).sum() <= 2.0**12


@pytest.mark.slow
def test_more_units_are_no_worse() -> None:
    errors = [build(uat.examples.three_sines, 10.0, units=n)[1] for n in (5, 11, 21, 41)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 1e-10


@pytest.mark.slow
def test_the_estimate_is_the_largest_difference_on_a_grid() -> None:
    network, estimate = build(uat.examples.nielsen, 1e-4)
    x = np.linspace(0, 1, 100_001)
    f = 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15 * x) + 0.05 * np.cos(50 * x)
    units = 1 / (1 + np.exp(-(np.outer(x, network.slopes) + network.biases)))
    assert np.abs(units @ network.output_weights - f).max() == pytest.approx(estimate, rel=1e-4)


@pytest.mark.slow
def test_the_same_question_has_the_same_answer() -> None:
    first, second = (build(uat.examples.nielsen, 1e-2)[0] for _ in range(2))
    assert first == second


@pytest.mark.slow
def test_a_symmetric_peak_wants_an_even_number_of_soft_units() -> None:
    """Fewer units may do better: the search must not stop at the first that do not."""
    network, _ = build(uat.examples.runge, 1e-2)
    assert network.units <= 13


@pytest.mark.slow
def test_what_is_nowhere_smooth_is_given_up_before_much_is_tried() -> None:
    with pytest.raises(
        CannotProve, match=r"no comb within .*of 2000 allowed.*not smooth.*staircase"
    ):
        build(uat.examples.takagi, 1e-6)
    with pytest.raises(CannotProve, match=r": 5 units of 5 allowed come within"):
        build(uat.examples.sqrt_abs, 0.1, most=5)
    with pytest.raises(CannotProve, match=r"of 20 allowed"):
        build(uat.examples.nielsen, 1e-6, most=20)
    with pytest.raises(CannotProve, match=r"eps = 1e-06 .*: 20 units of 20 .* within \d"):
        build(uat.examples.nielsen, 1e-6, units=20)


@pytest.mark.slow
@pytest.mark.parametrize("f", ["exp(x)", "1e6*cos(x)"])
def test_an_eps_below_the_rounding_of_g_is_told_where_floats_end(f: str) -> None:
    """Smoothness is not blamed for what floats cannot keep."""
    with pytest.raises(FloatLimit, match="float64 evaluation of g ends near") as caught:
        build(uat.Target(f, (0, 1)), 1e-15)
    ends = float(str(caught.value).split("near ")[1].split()[0])
    assert build(uat.Target(f, (0, 1)), 4 * ends)[1] < 4 * ends


@pytest.mark.slow
def test_kinks_get_a_graded_row_and_smooth_functions_an_even_one() -> None:
    network, _ = build(uat.examples.kink, 1e-3)
    assert len(set(network.slopes.tolist())) > 3
    assert network.units < build_staircase(uat.examples.kink, 1e-3)[0].units / 20
    network, _ = build(uat.examples.nielsen, 1e-3)
    assert len(set(network.slopes.tolist())) == 2


PLANE = uat.Target("x + y", [(0, 1), (0, 1)])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"target": PLANE}, InputError, "one coordinate"),
        ({"activation": uat.relu}, InputError, "relu has a jump or a kink"),
        ({"activation": uat.ramp}, InputError, "staircase and rectangles"),
        ({"activation": uat.heaviside}, InputError, "jump"),
        ({"units": 0}, InputError, "units = 0"),
        ({"most": 2.5}, WrongType, "most = 2.5"),
        ({"units": True}, WrongType, "units = True"),
        ({"eps": 0.0}, InputError, "eps=0.0"),
        ({"eps": float("nan")}, InputError, "eps=nan"),
    ],
    ids=["plane", "relu", "ramp", "heaviside", "none", "half", "bool", "zero", "nan"],
)
def test_bad_input_is_told(arguments: dict[str, object], error: type[UatError], words: str) -> None:
    given = {"target": uat.examples.nielsen, "eps": 1e-2, **arguments}
    with pytest.raises(error, match=words):
        build(**given)  # type: ignore[arg-type]


def test_a_row_is_where_it_was_asked_to_be() -> None:
    placed = row((2.0, 4.0), 6, 0.5, 1.0, uat.logistic)
    assert placed is not None
    centres = -placed.biases[:-1] / placed.slopes[:-1]
    np.testing.assert_allclose(centres, [1.0, 2.0, 3.0, 4.0, 5.0])
    np.testing.assert_allclose(placed.slopes[:-1], 0.5)
    assert placed.at(np.array([3.0]))[0, -1] == 1.0
    assert row((2.0, 4.0), 3, 0.5, 1.0, uat.logistic) is None


def test_a_fit_says_no_less_than_its_error() -> None:
    placed = row((0.0, 1.0), 26, 0.8, 1.0, uat.logistic)
    assert placed is not None
    found = fit_row(uat.examples.nielsen, placed, 1e-2, 1.0)
    x = np.linspace(0, 1, 2001)
    off = np.abs(placed.at(x) @ found.weights - uat.examples.nielsen(x)).max()
    assert off <= found.error < 1e-2
    assert found.size == pytest.approx(np.abs(found.weights).sum())
