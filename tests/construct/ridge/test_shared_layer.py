"""Several outputs on one layer: fewer units than side by side, and each output is still proved."""

from typing import Any

import numpy as np
import pytest

import uat
from tests.adversary.judge import is_of_the_theorem
from uat import Target, approximate
from uat.construct.comb import build as comb
from uat.construct.ridge import build as ridge
from uat.construct.ridge.shared_layer import shared
from uat.core.outputs import one_output, side_by_side
from uat.testing import assert_within_eps

SQUARE = [(0, 1), (0, 1)]


@pytest.mark.parametrize(
    ("formulas", "domain", "eps", "most"),
    [
        (["cos(x)", "sin(x)"], (0, 6), 1e-6, 14),
        (["cos(x)", "sin(x)*exp(-x)", "x"], (0, 6), 1e-3, 10),
        (["cos(20*x)", "x**2", "exp(x)", "sin(3*x)"], (0, 1), 1e-6, 26),
        (["x*y", "x + y", "exp(x*y)"], SQUARE, 1e-3, 26),
        (["sin(6*x)*sin(6*y)", "cos(6*x)*sin(6*y)"], SQUARE, 1e-4, 32),
    ],
)
def test_smooth_outputs_need_hardly_more_units_than_the_hardest(
    formulas: list[str], domain: Any, eps: float, most: int
) -> None:
    method = "comb" if domain != SQUARE else "ridge"
    g = approximate(formulas, domain, eps, method=method)
    alone = [approximate(f, domain, eps, method=method).units for f in formulas]
    assert max(alone) <= g.units <= most < sum(alone) - len(alone)
    assert (g.network.depth, g.network.output_dimension) == (1, len(formulas))
    assert not g.network.layers[-1].bias.any()
    box = np.array(g.targets[0].domain)
    x = np.random.default_rng(1).uniform(box[:, 0], box[:, 1], (3000, len(box)))
    hidden = g.network.layers[0]
    units = 1 / (1 + np.exp(-(x @ hidden.weight.T + hidden.bias)))
    for i, (f, proof) in enumerate(zip(g.targets, g.certificates, strict=True)):
        part = g.output(i).network
        assert is_of_the_theorem(part)
        seen = np.abs(units @ g.network.layers[-1].weight[i] - f(*x.T)).max()
        assert seen <= proof.bound < eps
        assert_within_eps(f, part, None, proof.bound)


@pytest.mark.parametrize("sigma", ["tanh", "gauss_cdf", "algebraic"])
def test_any_soft_sigma_is_shared(sigma: str) -> None:
    g = approximate(["cos(x)", "sin(x)"], (0, 6), 1e-4, sigma)
    alone = approximate("sin(x)", (0, 6), 1e-4, sigma)
    assert g.network.activation is alone.network.activation
    assert g.units <= alone.units + 4


def test_what_cannot_share_stands_side_by_side() -> None:
    kinks = [Target(f"abs(x - {t})", (0, 1)) for t in (0.3, 0.7)]
    apart = [comb.build(f, 1e-3)[0] for f in kinks]
    together = shared(kinks, 1e-3, apart, comb.build)
    assert together.units <= side_by_side(apart).units
    for i, f in enumerate(kinks):
        assert uat.certify(f, one_output(together, i)).bound < 1e-3


def test_one_that_cannot_keeps_its_own_units_and_the_others_share() -> None:
    targets = [Target(f, (0, 1)) for f in ("cos(8*x)", "abs(x - 0.3)", "sin(5*x)")]
    apart = [comb.build(f, 1e-4)[0] for f in targets]
    together = shared(targets, 1e-4, apart, comb.build)
    assert together.units < side_by_side(apart).units
    for i, f in enumerate(targets):
        assert uat.certify(f, one_output(together, i)).bound < 1e-4


@pytest.mark.parametrize("size", [1e-9, 1e4])
def test_outputs_of_unlike_size_share_too(size: float) -> None:
    g = approximate(["sin(x)", f"{size}*sin(x + 1)"], (0, 3), 1e-5, method="comb")
    assert all(proof.bound < 1e-5 for proof in g.certificates)


def test_the_same_twice_is_no_dearer_than_once() -> None:
    f = Target("exp(x)*cos(4*y)", SQUARE)
    network, _ = ridge.build(f, 1e-2)
    assert shared([f, f], 1e-2, [network, network], ridge.build).units == network.units


def test_a_constant_output_costs_no_unit() -> None:
    g = approximate(["cos(x)", "0*x", "3 + 0*x"], (0, 6), 1e-4, method="comb")
    assert g.units == approximate("cos(x)", (0, 6), 1e-4, method="comb").units
