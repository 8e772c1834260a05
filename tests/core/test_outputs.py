"""Several outputs: f as one target each, networks side by side, one proof an output."""

import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import uat
from uat import InputError, Network, Target, approximate
from uat.core.certificate import rounded_up
from uat.core.outputs import as_targets, one_output, side_by_side
from uat.testing import assert_within_eps


def curve(t: Any) -> Any:
    return np.cos(t), np.sin(t) * np.exp(-t)


@cache
def spiral() -> uat.Approximation:
    return approximate(curve, (0, 6), 0.1)


@cache
def line_and_parabola() -> uat.Approximation:
    return approximate(["x", "x**2"], (0, 1), 0.1)


def test_code_that_returns_a_tuple_is_several_functions() -> None:
    ways = [
        as_targets(curve, (0, 6)),
        as_targets([np.cos, "sin(x)*exp(-x)"], (0, 6)),
        as_targets(tuple(Target(f, (0, 6)) for f in ("cos(x)", "sin(x)*exp(-x)")), None),
    ]
    x = np.linspace(0, 6, 50)
    for targets in ways:
        assert [target.domain for target in targets] == [((0.0, 6.0),)] * 2
        assert np.allclose([target(x) for target in targets], curve(x), rtol=0, atol=1e-15)
        assert all(target.expression is not None for target in targets)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "sigma"),
    [("auto", "relu"), ("comb", "logistic"), ("staircase", "tanh"), ("rectangles", "relu")],
)
def test_one_network_has_every_output_within_eps(method: str, sigma: str) -> None:
    g = approximate(curve, (0, 6), 0.1, sigma, method)
    assert (g.network.depth, g.network.output_dimension, len(g.certificates)) == (1, 2, 2)
    assert not g.network.layers[-1].bias.any()
    x = np.linspace(0, 6, 1001)
    errors = np.abs(np.stack(curve(x), axis=-1) - g(x)).max(axis=0)
    for i, certificate in enumerate(g.certificates):
        assert errors[i] <= certificate.bound < 0.1
        alone = g.output(i)
        assert np.abs(alone(x) - g(x)[:, i]).max() <= 2 * certificate.rounding
        assert_within_eps(g.targets[i], alone.network, None, certificate.bound)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formulas", "domain", "method"),
    [
        (["cos(x)", "abs(x - 2)", "3 + 0*x"], (0, 6), "comb"),
        (["x*y", "exp(x)"], [(0, 1), (0, 1)], "ridge"),
    ],
)
def test_soft_units_of_several_outputs_stand_side_by_side(
    formulas: list[str], domain: Any, method: str
) -> None:
    g = approximate(formulas, domain, 1e-2, method=method)
    alone = [approximate(f, domain, 1e-2, method=method).units for f in formulas]
    assert g.network.output_dimension == len(formulas)
    assert max(alone) <= g.units <= sum(alone)
    for i, certificate in enumerate(g.certificates):
        assert certificate.bound < 1e-2
        assert_within_eps(g.targets[i], g.output(i).network, None, certificate.bound)


@pytest.mark.slow
def test_the_certificate_of_all_is_that_of_the_worst() -> None:
    g = spiral()
    assert g.certificate is not None
    assert g.certificate.bound == max(proof.bound for proof in g.certificates)
    assert repr(g).endswith(f"sup|f − g| ≤ {rounded_up(g.certificate.bound)}>")


@pytest.mark.slow
def test_shared_units_are_needed_once() -> None:
    g = approximate(["x**2", "-2*x**2"], (0, 1), 0.05)
    alone = approximate("-2*x**2", (0, 1), 0.05)
    assert g.units < alone.units + approximate("x**2", (0, 1), 0.05).units
    twice = approximate(["x", "x"], (0, 1), 0.05)
    assert twice.units == approximate("x", (0, 1), 0.05).units


def test_side_by_side_is_the_same_as_each_alone() -> None:
    draw = np.random.default_rng(0)
    parts = [
        Network.from_units(draw.normal(size=n), draw.normal(size=(n, 3)), draw.normal(size=n), s)
        for n, s in ((4, uat.tanh), (1, uat.tanh), (7, uat.tanh))
    ]
    both, points = side_by_side(parts), draw.normal(size=(100, 3))
    assert both.units == 12
    for i, part in enumerate(parts):
        assert np.allclose(both(points)[:, i], part(points)[:, 0], rtol=0, atol=1e-13)
        assert np.allclose(one_output(both, i)(points), part(points), rtol=0, atol=1e-13)


@pytest.mark.slow
def test_each_output_is_recited() -> None:
    text = str(spiral()).splitlines()
    assert text[0] == "f₁: cos(x) on [0, 6]"
    assert text[1].startswith("f₂: sin(x)")
    assert text[2] == "all continuous; ε = 0.1 for each"
    assert [line[:12] for line in text if line.startswith("proved")] == [
        "proved  f₁: ",
        "proved  f₂: ",
    ]
    assert any(", 2 outputs, " in line for line in text)


@pytest.mark.slow
def test_it_pickles_and_is_given_without_a_proof_too() -> None:
    g = approximate(["x", np.vectorize(abs)], (-1, 1), 0.1, prove=False)
    assert g.certificates == ()
    assert g.certificate is None
    assert g.estimate is not None
    assert g.estimate < 0.1
    assert pickle.loads(pickle.dumps(line_and_parabola())).units > 1


BAD: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("none", lambda: approximate([], (0, 1)), ValueError, "no function given"),
    (
        "boxes",
        lambda: as_targets((Target("x", (0, 1)), Target("x", (0, 2))), None),
        ValueError,
        "box",
    ),
    ("shapes", lambda: approximate(lambda x: (x, np.zeros(3)), (0, 1)), ValueError, "shape"),
    ("kinds", lambda: approximate(["x", 3.0], (0, 1)), TypeError, "given as f"),
    ("data", lambda: approximate(([0.0, 1.0], [0.0, 1.0]), (0, 1)), TypeError, r"uat\.fit\(x, y\)"),
    ("points", lambda: approximate([(0, 0), (1, 1)], (0, 1)), TypeError, r"uat\.fit\(x, y\)"),
    ("dimensions", lambda: approximate(["x", "x*y"], (0, 1)), ValueError, "coordinates"),
]


@pytest.mark.parametrize(("call", "kind", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_outputs_get_one_clear_line(
    call: Callable[[], Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(uat.UatError, match=words) as error:
        call()
    assert isinstance(error.value, kind)
    assert "\n" not in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize("index", [-1, 2])
def test_an_output_that_is_not_there_is_told(index: int) -> None:
    g = line_and_parabola()
    with pytest.raises(InputError, match=f"output {index} given; .* has 2, counted from 0"):
        g.output(index)
