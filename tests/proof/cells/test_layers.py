"""Networks of any depth are bounded on every cell."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.proof.cells.test_prove import LINE, PLANE, SPACE, proved
from tests.proof.exact_cells import check_certificate, exact_f
from tests.proof.networks_and_cells import networks
from uat import Affine, Network, Target
from uat.proof.cells.layers import Layers

seeds = st.integers(0, 2**32)


@pytest.mark.slow
@settings(max_examples=20)
@given(data=st.data(), depth=st.integers(0, 3), budget=st.integers(1, 300), seed=seeds)
def test_nothing_beats_the_bounds_at_any_depth(
    data: st.DataObject, depth: int, budget: int, seed: int
) -> None:
    text = data.draw(st.sampled_from(LINE + PLANE + SPACE))
    target = Target(text, [(-1, 1)] * (1 + (text in PLANE) + 2 * (text in SPACE)))
    network = data.draw(networks(target.dimension, depth))
    check_certificate(target, exact_f(target), network, proved(target, network, budget), seed)


def soft(sizes: list[int], sigma: uat.Activation, seed: int = 0) -> Network:
    rng = np.random.default_rng(seed)
    layers = [
        Affine(rng.normal(size=(n, m)) * (1.5 / m) ** 0.5, rng.normal(size=n) / 2)
        for m, n in pairwise(sizes)
    ]
    return Network(layers, sigma)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sizes", [[1, 16, 16, 1], [2, 16, 16, 1], [2, 12, 12, 12, 1], [3, 8, 8, 1]]
)
@pytest.mark.parametrize("sigma", [uat.tanh, uat.gompertz, uat.relu, uat.ramp])
def test_a_soft_network_is_bounded_within_a_percent(
    sizes: list[int], sigma: uat.Activation
) -> None:
    target = Target("sin(3*x)" + "*cos(y)" * (sizes[0] > 1), [(-1, 1)] * sizes[0])
    certificate = uat.certify(target, soft(sizes, sigma))
    assert certificate.upper <= 1.01 * certificate.lower


def error_of(sigma: uat.Activation, r: float) -> float:
    network = soft([2, 10, 10, 1], sigma)
    models = Layers(network, [(-1, 1)] * 2, 0.0)
    centre = np.array([[0.3, -0.2]])
    return float(models(centre - r, centre + r).error[0])


@pytest.mark.parametrize("sigma", [uat.tanh, uat.logistic, uat.gauss_cdf, uat.algebraic])
def test_the_error_falls_with_the_cube_of_the_cell(sigma: uat.Activation) -> None:
    assert error_of(sigma, 2.0**-8) < error_of(sigma, 2.0**-4) / 2000


def tent(folds: int) -> Network:
    """The k-fold tent map, two ReLUs a layer: Telgarsky's, 2^k pieces of slope ±2^k."""
    layers = [Affine([[2.0], [4.0]], [0.0, -2.0])]
    layers += [Affine([[2.0, -2.0], [4.0, -4.0]], [0.0, -2.0])] * (folds - 1)
    return Network([*layers, Affine([[1.0, -1.0]], [0.0])], uat.relu)


@pytest.mark.slow
@pytest.mark.parametrize("folds", [1, 4, 9])
def test_a_folded_line_is_bounded_at_its_peaks(folds: int) -> None:
    certificate = uat.certify("0*x", tent(folds), (0, 1))
    assert 1 <= certificate.upper < 1.001


@pytest.mark.slow
def test_a_network_without_a_hidden_layer_is_an_affine_map() -> None:
    plane = Network([Affine([[1.0, -2.0]], [0.5])], uat.tanh)
    certificate = uat.certify("x - 2*y + 0.5", plane, [(-1, 1), (0, 3)])
    assert certificate.upper < 1e-14
    assert uat.certify("x - 2*y", plane, [(-1, 1), (0, 3)]).upper == pytest.approx(0.5)


def test_a_steep_deep_network_is_bounded_by_its_limits() -> None:
    layers = [Affine([[1e100]], [0.0]), Affine([[3.0]], [0.0]), Affine([[1.0]], [0.0])]
    certificate = uat.certify("0*x", Network(layers, uat.tanh), (-1, 1))
    assert certificate.upper == pytest.approx(np.tanh(3), rel=2e-3)


@pytest.mark.slow
def test_each_layer_is_bounded_with_its_own_activation() -> None:
    network = Network(soft([2, 6, 6, 1], uat.tanh).layers, ("relu", "tanh"))
    target = Target("sin(3*x)*cos(y)", [(-1, 1)] * 2)
    certificate = uat.certify(target, network, cells=3000)
    check_certificate(target, exact_f(target), network, certificate, 0)
    assert certificate.upper <= 1.2 * certificate.lower
