"""A fault planted in the arithmetic of joint models does not go unnoticed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import uat
from tests.proof.joint.test_units import cells, one_layer
from tests.proof.joint.values_in_balls import check, formula, network_value
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.proof.joint import activation, functions, model, units
from uat.proof.joint.chart import Chart
from uat.proof.joint.deep import LayeredNetwork
from uat.proof.joint.functions import OnEllipses
from uat.proof.joint.model import Model
from uat.proof.joint.monomials import monomials
from uat.proof.joint.target import target_model
from uat.proof.joint.units import UnitSum

Patch = pytest.MonkeyPatch

PLAIN = Chart(np.full(2, -2.0), np.full(2, 2.0))
FORM = Chart(np.full(2, -2.0), np.full(2, 2.0), 1, np.array([0.3, 1.0]))


def formulas_hold(*texts: str, order: int = 4, chart: Chart = PLAIN, most: float = 0.0) -> None:
    for text in texts:
        f = parse(text)
        rng = np.random.default_rng(order)
        radius = 10.0 ** rng.uniform(-8, most, (30, 2)) * rng.random((30, 2))
        centre = rng.uniform(-1, 1, (30, 2)) + 1.5
        found, _ = target_model(f, chart.coordinates(centre, radius, order))
        check(found, formula(f), centre, radius, order)


def sums_hold(enough: float = 0.0, order: int = 6) -> None:
    for seed in range(3):
        network, (centre, radius) = one_layer(seed, 2, uat.logistic), cells(seed, 2)
        found, _ = LayeredNetwork(network, PLAIN, order, enough)(centre, radius)
        check(found, network_value(network), centre, radius, seed)


def caught(holds: Callable[..., Any], *arguments: Any, **more: Any) -> None:
    with pytest.raises(AssertionError):
        holds(*arguments, **more)


def test_what_a_product_has_past_the_order(monkeypatch: Patch) -> None:
    formulas_hold("x**5*y")
    monkeypatch.setattr(model, "_past_the_order", lambda a, b, order: np.zeros_like(a.size))
    caught(formulas_hold, "x**5*y")


def test_a_wrong_place_of_a_product(monkeypatch: Patch) -> None:
    def changed(d: int, p: int) -> Any:
        basis = monomials(d, p)
        if d < 2 or p < 2:
            return basis
        # s_1 s_1 and s_1 s_2, in both lists of products
        second, (first, other, place) = np.array(basis.products[1]), basis.pairs
        second[[1, 2]] = second[[2, 1]]
        wrong = np.where(first == 1, np.select([other == 1, other == 2], [2, 1], other), other)
        products = (basis.products[0], second, *basis.products[2:])
        return replace(basis, products=products, pairs=(first, wrong, place))

    monkeypatch.setattr(model, "monomials", changed)
    for text in ("(x + 2*y)*(x - y)*x", "(1 + x + 2*y)**2*(x - y)"):
        caught(formulas_hold, text)


def test_a_product_without_its_rounding(monkeypatch: Patch) -> None:
    monkeypatch.setattr(model, "gamma", lambda terms: 0.0)
    monkeypatch.setattr(model, "ROUNDOFF", 0.0)
    caught(formulas_hold, "x*y*(x + y)*x")


def test_a_loss_of_interpolation_that_is_too_small(monkeypatch: Patch) -> None:
    shares = functions._shares
    monkeypatch.setattr(functions, "_shares", lambda degree: [s / 64 for s in shares(degree)])
    caught(formulas_hold, "exp(x)", "1/x", "sqrt(x + y)", order=3)


def test_a_composition_around_another_place(monkeypatch: Patch) -> None:
    formulas_hold("exp(x*y)", "sin(x*x)")
    moved = functions._moved
    monkeypatch.setattr(
        functions, "_moved", lambda parts, by, size: moved(parts, by * (1 + 1e-3), size)
    )
    caught(formulas_hold, "exp(x*y)", "sin(x*x)")


def test_a_term_of_a_composition_that_is_cut_too_early(monkeypatch: Patch) -> None:
    times = Model.times

    def cut(self: Model, other: Model, order: int) -> Model:
        whole = times(self, other, order)
        early = whole.basis.degrees[:, None] >= max(order, 2)
        coefficients = np.where(early, 0.0, whole.coefficients)
        return Model(whole.variables, order, coefficients, whole.remainder)

    monkeypatch.setattr(Model, "times", cut)
    caught(formulas_hold, "exp(x*y)")


def test_an_enclosure_that_is_not_added(monkeypatch: Patch) -> None:
    values = OnEllipses.values
    monkeypatch.setattr(
        OnEllipses,
        "values",
        lambda self, at: (values(self, at)[0] * (1 + 1e-13), values(self, at)[1]),
    )
    caught(formulas_hold, "sin(x)", most=-5)


def test_a_node_that_is_taken_to_be_exact(monkeypatch: Patch) -> None:
    f = parse("sin(x)")
    centre, radius = np.full((9, 1), 1e9) + np.arange(9.0)[:, None], np.ones((9, 1))

    def holds() -> None:
        found, _ = target_model(f, PLAIN.coordinates(centre, radius, 12))
        check(found, formula(f), centre, radius, 0)

    holds()
    monkeypatch.setattr(OnEllipses, "moved", lambda self, centre, reach, by: 0 * by)
    monkeypatch.setattr(functions, "gamma", lambda terms: 0.0)
    caught(holds)


def test_a_nan_that_drops_a_row_of_all_cells(monkeypatch: Patch) -> None:
    def raw(
        cls: type[Model], variables: Any, order: int, coefficients: Array, remainder: Array
    ) -> Model:
        return cls(variables, order, coefficients, remainder)

    def live(self: Model) -> Any:
        return np.abs(self.coefficients).max(axis=1) > 0

    monkeypatch.setattr(Model, "sound", classmethod(raw))
    monkeypatch.setattr(Model, "_live", property(live))
    with np.errstate(all="ignore"):
        caught(formulas_hold, "exp(x)*log(y - 1.2)*x")


def test_a_wrong_binomial(monkeypatch: Patch) -> None:
    sums_hold()
    matrices = UnitSum._matrices

    def wrong(self: UnitSum, slopes: Array) -> Array:
        products = matrices(self, slopes)
        products[4] *= 0.5  # s_1 s_2
        return products

    monkeypatch.setattr(UnitSum, "_matrices", wrong)
    caught(sums_hold)


def test_a_remainder_of_taylor_that_is_dropped(monkeypatch: Patch) -> None:
    monkeypatch.setattr(units, "taylor_remainders", lambda order: np.zeros(65))
    caught(sums_hold)


def test_a_loss_of_strips_that_is_dropped(monkeypatch: Patch) -> None:
    table = activation._table
    monkeypatch.setattr(activation, "_table", lambda *key: table(*key) / 100)
    caught(sums_hold)


def test_a_half_plane_without_poles_that_is_too_wide(monkeypatch: Patch) -> None:
    far = OnEllipses(activation._FAR.enclosed, lambda u, r, wide, high: 0 * u)
    monkeypatch.setattr(activation, "_FAR", far)
    caught(sums_hold)


def test_units_summed_without_rounding(monkeypatch: Patch) -> None:
    monkeypatch.setattr(units, "gamma", lambda terms: 0.0)
    monkeypatch.setattr(units, "taylor_losses", lambda order: (0.0,) * (order + 1))
    monkeypatch.setattr(units, "ROUNDOFF", 0.0)
    caught(sums_hold, enough=1e9, order=14)


def test_a_form_whose_rounding_is_forgotten(monkeypatch: Patch) -> None:
    def coordinates(self: Chart, centre: Array, radius: Array, order: int) -> list[Model]:
        return [
            Model(m.variables, m.order, m.coefficients, 0 * m.remainder)
            for m in Chart.plain(self, centre, radius, order)  # type: ignore[attr-defined]
        ]

    monkeypatch.setattr(Chart, "plain", Chart.coordinates, raising=False)
    monkeypatch.setattr(Chart, "coordinates", coordinates)
    centre, radius = np.array([[0.7, 0.9]]), np.array([[1e-3, 1e-3]])
    lead = FORM.coordinates(centre, radius, 2)[1]
    from flint import arb

    caught(check, lead, lambda y: y[1] - arb(0.3) * y[0], centre, radius, 0, 20)


def deep_holds(*sigmas: uat.Activation) -> None:
    rng = np.random.default_rng(1)
    shapes = [(4, 2), (4, 4), (1, 4)]
    network = uat.Network(
        [uat.Affine(rng.normal(size=s), rng.normal(size=s[0])) for s in shapes], sigmas
    )
    centre, radius = cells(2, 2)
    found, _ = LayeredNetwork(network, PLAIN, 5, 0.0)(centre, radius)
    check(found, network_value(network), centre, radius, 0)


def test_a_layer_without_its_rounding(monkeypatch: Patch) -> None:
    from uat.proof.joint import deep

    deep_holds(uat.tanh, uat.tanh)
    monkeypatch.setattr(deep, "composed", lambda f, inner: _sharper(functions.composed(f, inner)))
    caught(deep_holds, uat.tanh, uat.tanh)


def test_an_activation_of_another_layer(monkeypatch: Patch) -> None:
    from uat.proof.joint import deep

    deep_holds(uat.tanh, uat.logistic)
    other = {uat.tanh: uat.logistic, uat.logistic: uat.tanh}
    of = activation.OfActivation
    monkeypatch.setattr(deep, "OfActivation", lambda sigma, far: of(other[sigma], far))
    caught(deep_holds, uat.tanh, uat.logistic)


def _sharper(found: Model) -> Model:
    return Model(found.variables, found.order, found.coefficients, found.remainder / 1000)
