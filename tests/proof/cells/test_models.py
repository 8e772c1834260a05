"""The models of networks hold on every cell: in real numbers, and in floats."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uat
from tests.oracles.activations import OWN, SIGMOIDAL, sigma_of
from tests.oracles.exact import mp, to_mp
from tests.oracles.networks import exact_network
from tests.proof.networks_and_cells import cells_of_a_box, networks, one_layer, points_in
from uat import Network
from uat.core.outputs import difference
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.numerics.boxes import centres
from uat.proof.cells import backward
from uat.proof.cells.backward import Backward
from uat.proof.cells.expanded_sum import ExpandedSum
from uat.proof.cells.layers import Layers
from uat.proof.cells.paired import Paired
from uat.proof.cells.prove import MODELS, model_of
from uat.proof.cells.quadratic import Between, NetworkModel, Quadratic
from uat.proof.cells.relu_row import ReluRow
from uat.proof.cells.steep_row import SteepRow

seeds = st.integers(0, 2**32)


def off_by(
    model: Quadratic | Between, i: int, centre: Array, point: list[Fraction], value: Any
) -> Any:
    """How far a value is outside the model of cell i; at most 0 where it is inside."""
    below, above = ends_of(model)
    off = [above_by(each, i, centre, point, value) for each in (below, above)]
    return max(-off[0][0] - off[0][1], off[1][0] - off[1][1])


def ends_of(model: Quadratic | Between) -> tuple[Quadratic, Quadratic]:
    return (model.below, model.above) if isinstance(model, Between) else (model, model)


def above_by(
    model: Quadratic, i: int, centre: Array, point: list[Fraction], value: Any
) -> tuple[Any, Any]:
    """How far a value is above the polynomial of cell i, and what that may be."""
    s = [to_mp(x - Fraction(float(m))) for x, m in zip(point, centre[i], strict=True)]
    said = mp.mpf(float(model.constant[i]))
    for j, s_j in enumerate(s):
        said += mp.mpf(float(model.slope[i, j])) * s_j
        for k, s_k in enumerate(s):
            said += mp.mpf(float(model.curve[i, j, k])) * s_j * s_k
    return value - said, mp.mpf(float(model.error[i])) * (1 + mp.mpf(2) ** -45)


def check(network: Network, modelled: NetworkModel, cells: tuple[Array, Array], seed: int) -> None:
    """Compare with exact values at points, and with floats at the float ones."""
    rng = np.random.default_rng(seed)
    lower, upper = cells
    model, centre = modelled(lower, upper), centres(lower, upper)[0]
    sigmas = [sigma_of(sigma.name)[1] for sigma in network.activations]
    for i in range(len(lower)):
        if not all(np.isfinite(end.error[i]) for end in ends_of(model)):
            continue
        tiny = mp.mpf(10) ** -55 * (1 + sum(abs(mp.mpf(w)) for w in network.layers[-1].weight[0]))
        for point in points_in(lower[i], upper[i], rng):
            value = exact_network(network, point, sigmas)
            assert off_by(model, i, centre, point, value) <= tiny, (i, point)
        points = np.stack([lower[i], upper[i], centre[i]])
        for x, g in zip(points, network(points)[:, 0], strict=True):
            point = [Fraction(v) for v in x.tolist()]
            assert off_by(model, i, centre, point, mp.mpf(float(g))) <= modelled.rounding, (i, x)


@pytest.mark.slow
@settings(max_examples=30)
@given(data=st.data(), d=st.integers(1, 3), depth=st.integers(0, 3), seed=seeds)
def test_models_of_any_network_hold(data: st.DataObject, d: int, depth: int, seed: int) -> None:
    network = data.draw(networks(d, depth))
    cells = cells_of_a_box(network, np.random.default_rng(seed), 6)
    check(network, Layers(network, [(-1, 1)] * d, 0.0), cells, seed)


@pytest.mark.slow
@settings(max_examples=40)
@given(data=st.data(), d=st.integers(1, 4), depth=st.integers(0, 4), seed=seeds, bent=st.booleans())
def test_backward_bounds_of_any_network_hold(
    data: st.DataObject, d: int, depth: int, seed: int, bent: bool
) -> None:
    sigma = data.draw(st.sampled_from([uat.relu, uat.leaky_relu(0.01), uat.ramp])) if bent else None
    network = data.draw(networks(d, depth, sigma))
    cells = cells_of_a_box(network, np.random.default_rng(seed), 6)
    check(network, Backward(network, [(-1, 1)] * d, 0.0), cells, seed)


@pytest.mark.slow
@settings(max_examples=8)
@given(seed=seeds, d=st.integers(1, 3), sigma=st.sampled_from(["relu", "leaky_relu"]))
def test_bounds_beside_a_linear_function_hold_and_are_no_larger(
    seed: int, d: int, sigma: str
) -> None:
    rng = np.random.default_rng(seed)
    layers = [
        uat.Affine(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise([d, 6, 6, 1])
    ]
    network = Network(layers, sigma)
    cells = cells_of_a_box(network, rng, 6)
    f = Quadratic(np.zeros(6), rng.normal(size=(6, d)), np.zeros((6, d, d)), np.zeros(6))

    class Beside(Backward):
        def __call__(self, lower: Array, upper: Array) -> Between:
            return self.beside(f, lower, upper)

    model, radius = Beside(network, [(-1, 1)] * d, 0.0), centres(*cells)[1]
    check(network, model, cells, seed)
    bounds = model(*cells).gap(f, radius)[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backward, "_TURNS", ())
        assert (bounds <= model(*cells).gap(f, radius)[0] * (1 + 1e-12)).all()


def test_the_least_value_on_a_line_of_kinks_is_found_in_one_cell() -> None:
    """|x − 2y| as 2 max(x − 2y, 0) − (x − 2y) is at least 0, which neither branch says."""
    first = uat.Affine([[1.0, 0.0], [0.0, 1.0]], [2.0, 2.0])
    inner = uat.Affine([[1.0, -2.0], [1.0, -2.0]], [2.0, 12.0])
    network = Network((first, inner, uat.Affine([[2.0, -1.0]], [10.0])), uat.relu)
    cell, radius = (np.full((1, 2), -1.0), np.full((1, 2), 1.0)), np.ones((1, 2))
    falls, rises = Backward(network, [(-1, 1)] * 2, 0.0)(*cell).ends(radius)
    assert -1e-9 < falls[0] < 1e-9
    assert 3 <= rises[0] < 3 + 1e-9


@pytest.mark.parametrize("model", [Backward, Layers])
@pytest.mark.parametrize("c", [0.3, 0.123, 1 / 3])
def test_what_underflow_takes_from_a_product_of_weights_is_counted(
    model: type[NetworkModel], c: float
) -> None:
    """1e-300 · 1e-20 is subnormal, and x is large: what is lost becomes 2.4e5 in the end."""
    tiny, start, needle = 1.041237113402062e-300, 1e30, 1e-285
    lost = 1 - Fraction(tiny * 1e-20) / (Fraction(tiny) * Fraction(1e-20))
    most = Fraction(tiny) * Fraction(1e-20) * Fraction(start + 1e20)
    bias = -float(most * (1 - abs(lost) / 10))
    layers = [
        uat.Affine([[tiny, 0.0], [0.0, 1.0], [0.0, -1.0]], [0.0, -c, c]),
        uat.Affine([[1e-20, -needle, -needle]], [bias]),
        uat.Affine([[1e150]], [0.0]),
        uat.Affine([[1e150]], [0.0]),
    ]
    network = Network(layers, uat.relu)
    # cells that close in on the largest value
    steps = 0.5 ** np.arange(45)
    lower = np.column_stack([start + 1e20 * (1 - steps), np.maximum(c - steps, 0.0)])
    upper = np.column_stack([np.full(45, start + 1e20), np.minimum(c + steps, 1.0)])
    modelled = model(network, [(start, start + 1e20), (0.0, 1.0)], 0.0)(lower, upper)
    centre = centres(lower, upper)[0]
    point = [Fraction(start + 1e20), Fraction(c)]
    value = exact_network(network, point)
    assert value > 1e5
    for i in range(len(lower)):
        assert off_by(modelled, i, centre, point, value) <= 0, i


def beside(network: Network, rng: np.random.Generator, share: float) -> Network:
    """A network whose weights differ from those of another by this share."""
    layers = [
        uat.Affine(
            *(part * (1 + share * rng.uniform(-1, 1, part.shape)) for part in (v.weight, v.bias))
        )
        for v in network.layers
    ]
    return Network(layers, network.activations)


@pytest.mark.slow
@settings(max_examples=16)
@given(data=st.data(), d=st.integers(1, 3), depth=st.integers(1, 3), seed=seeds)
def test_bounds_of_networks_that_differ_little_hold(
    data: st.DataObject, d: int, depth: int, seed: int
) -> None:
    soft = [uat.relu, uat.leaky_relu(0.01), uat.tanh, uat.logistic, uat.softplus, uat.sin]
    network = data.draw(networks(d, depth, data.draw(st.sampled_from(soft)), most=5))
    rng = np.random.default_rng(seed)
    share = 0.0 if data.draw(st.booleans()) else 10.0 ** rng.uniform(-16, -1.5)
    found = difference(network, beside(network, rng, share))
    assert found is not None
    between = found[1]
    assert Paired.fits(between)
    cells = cells_of_a_box(between, rng, 4)
    check(between, Paired(between, [(-1, 1)] * d, 0.0), cells, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OWN))
@settings(max_examples=8)
@given(data=st.data(), d=st.integers(1, 2), depth=st.integers(1, 2), seed=seeds)
def test_models_of_networks_with_your_own_sigma_hold(
    name: str, data: st.DataObject, d: int, depth: int, seed: int
) -> None:
    network = data.draw(networks(d, depth, sigma_of(name)[0]))
    cells = cells_of_a_box(network, np.random.default_rng(seed), 4)
    check(network, Layers(network, [(-1, 1)] * d, 0.0), cells, seed)


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [uat.logistic, uat.tanh])
@pytest.mark.parametrize("tolerated", [0.0, 1e-3])
@settings(max_examples=20)
@given(data=st.data(), d=st.integers(1, 3), seed=seeds, large=st.booleans())
def test_expanded_sums_hold(
    sigma: uat.Activation, tolerated: float, data: st.DataObject, d: int, seed: int, large: bool
) -> None:
    network = data.draw(networks(d, 1, sigma, most=12))
    if large:
        hidden, outer = network.layers
        network = Network((hidden, uat.Affine(1e7 * outer.weight, outer.bias)), sigma)
    cells = cells_of_a_box(network, np.random.default_rng(seed), 6)
    check(network, ExpandedSum(network, [(-1, 1)] * d, tolerated), cells, seed)


def apart(cells: tuple[Array, Array]) -> tuple[Array, Array]:
    """Cells that do not overlap, from the ends of some."""
    edges = np.unique(np.concatenate([*cells, [[-1.0], [1.0]]]))[:, None]
    return edges[:-1], edges[1:]


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGMOIDAL)
@settings(max_examples=10)
@given(data=st.data(), seed=seeds, tolerated=st.sampled_from([0.0, 1e-9, 1e-3]))
def test_windows_hold(name: str, data: st.DataObject, seed: int, tolerated: float) -> None:
    network = data.draw(one_layer(sigma_of(name)[0]))
    cells = apart(cells_of_a_box(network, np.random.default_rng(seed), 4))
    check(network, SteepRow(network, (-1, 1), tolerated), cells, seed)


@pytest.mark.slow
@settings(max_examples=30)
@given(data=st.data(), seed=seeds)
def test_kinks_hold(data: st.DataObject, seed: int) -> None:
    network = data.draw(one_layer(uat.relu))
    if ReluRow.fits(network):
        cells = apart(cells_of_a_box(network, np.random.default_rng(seed), 4))
        models = ReluRow(network, (-1, 1), 0.0)
        model, centre = models(*cells), centres(*cells)[0]
        assert np.isfinite(model.error).all()
        rng = np.random.default_rng(seed)
        for i in range(len(centre)):
            for point in points_in(cells[0][i], cells[1][i], rng):
                value = exact_network(network, point)
                assert off_by(model, i, centre, point, value) <= mp.mpf(10) ** -50, (i, point)


@pytest.mark.parametrize(
    ("model", "sigma", "units", "d", "depth"),
    [
        (ReluRow, uat.relu, 3, 1, 1),
        (SteepRow, uat.heaviside, 64, 1, 1),
        (ExpandedSum, uat.tanh, 63, 1, 1),
        (ExpandedSum, uat.logistic, 64, 3, 1),
        (Layers, uat.logistic, 64, 4, 1),
        (Layers, uat.relu, 64, 2, 1),
        (Layers, uat.tanh, 9, 1, 2),
        (Backward, uat.relu, 9, 3, 2),
        (Backward, uat.leaky_relu(0.1), 9, 1, 2),
        (Backward, uat.ramp, 9, 2, 3),
        (Layers, uat.tanh, 9, 1, 0),
    ],
)
def test_each_network_gets_the_most_special_model(
    model: type, sigma: uat.Activation, units: int, d: int, depth: int
) -> None:
    widths = [d, *[units] * depth, 1]
    layers = [uat.Affine(np.ones((n, m)), np.zeros(n)) for m, n in pairwise(widths)]
    assert type(model_of(Network(layers, sigma), [(-1, 1)] * d, 0.0)) is model
    assert model in MODELS


@pytest.mark.slow
@pytest.mark.parametrize("overshoot", [0.0, np.inf])
def test_a_sigma_without_limits_is_not_taken_for_relu(overshoot: float) -> None:
    """Leaky ReLU, made by hand: at −1 it is −0.1, not 0."""
    leaky = uat.Activation(
        name="leaky",
        expression=parse("max(x, x/10)"),
        limits=None,
        tail_bound=None,
        overshoot=overshoot,
        monotone=True,
        lipschitz=1.0,
    )
    network = Network.from_units([1.0], [1.0], [0.0], leaky)
    assert uat.certify("max(x, 0)", network, (-1, 1)).upper == pytest.approx(0.1, rel=1e-2)
    assert uat.certify("max(x, x/10)", network, (-1, 1), cells=1000).upper < 1e-2
