"""A fault planted in the proof does not go unnoticed: the tests of the models are sharp."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.exact import SIGMA, mp
from tests.proof.cells.test_models import apart, beside, check
from tests.proof.networks_and_cells import cells_of_a_box
from uat import Affine, Network
from uat.core.outputs import difference
from uat.enclosure.range_table import RangeTable
from uat.expression.arrays import Array
from uat.numerics.error_free import prefix_sums
from uat.proof.cells import backward, layers, paired
from uat.proof.cells import steep_row as windows
from uat.proof.cells.backward import Backward
from uat.proof.cells.layers import Layers
from uat.proof.cells.paired import Paired
from uat.proof.cells.steep_row import SteepRow
from uat.proof.sigma import model as units
from uat.proof.sigma import near as sigma
from uat.proof.sigma.lines import Line, Lines, lines_of
from uat.proof.sigma.near import DERIVATIVES
from uat.proof.sigma.slopes import slopes_of

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def fresh_models() -> Any:
    """σ's models are made once and kept: not those of a fault."""
    sigma.near.cache_clear()
    lines_of.cache_clear()
    yield
    sigma.near.cache_clear()
    lines_of.cache_clear()


def staircase(rng: np.random.Generator, activation: uat.Activation, slope: float) -> Network:
    t, a = np.sort(rng.uniform(-1, 1, 12)), rng.normal(size=12)
    return Network.from_units(a, np.full(12, slope), -slope * t, activation)


Sigma = uat.Activation | tuple[uat.Activation, ...]


def deep(rng: np.random.Generator, activation: Sigma) -> Network:
    sizes = [2, 4, 4, 1]
    return Network(
        [Affine(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise(sizes)],
        activation,
    )


def windows_hold(activation: uat.Activation = uat.logistic, slope: float = 300.0) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        network = staircase(rng, activation, slope)
        cells = apart(cells_of_a_box(network, rng, 8))
        check(network, SteepRow(network, (-1, 1), 0.0), cells, seed)


def layers_hold(activation: Sigma = uat.tanh) -> None:
    for seed in range(4):
        rng = np.random.default_rng(seed)
        network = deep(rng, activation)
        cells = cells_of_a_box(network, rng, 8)
        check(network, Layers(network, [(-1, 1)] * 2, 0.0), cells, seed)


def backward_holds(activation: Sigma = uat.relu) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        network = deep(rng, activation)
        cells = cells_of_a_box(network, rng, 8)
        check(network, Backward(network, [(-1, 1)] * 2, 0.0), cells, seed)


def paired_holds(activation: Sigma = uat.relu) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        network = deep(rng, activation)
        for share in (0.0, 1e-3):
            found = difference(network, beside(network, rng, share))
            assert found is not None
            between = found[1]
            cells = cells_of_a_box(between, rng, 8)
            check(between, Paired(between, [(-1, 1)] * 2, 0.0), cells, seed)


def one_unit_holds(activation: uat.Activation = uat.logistic) -> None:
    """σ at single points, where nothing but rounding is left."""
    model, z = sigma.near(activation), np.linspace(-3, 3, 200)
    found = model(z, np.zeros(200))
    for point, value, error in zip(z, found.value, found.error, strict=True):
        off = abs(SIGMA[activation.name](mp.mpf(float(point))) - mp.mpf(float(value)))
        assert off <= mp.mpf(float(error))


@pytest.mark.slow
def test_without_a_fault_all_of_this_holds() -> None:
    windows_hold()
    windows_hold(uat.heaviside)
    layers_hold()
    layers_hold(uat.relu)
    layers_hold((uat.tanh, uat.relu))
    backward_holds()
    backward_holds((uat.tanh, uat.relu))
    paired_holds()
    paired_holds((uat.tanh, uat.relu))
    one_unit_holds()


def test_a_wrong_tail_is_caught(monkeypatch: Patch) -> None:
    inverse = uat.Activation.tail_inverse
    monkeypatch.setattr(uat.Activation, "tail_inverse", lambda self, b: inverse(self, b) / 8)
    with pytest.raises(AssertionError):
        windows_hold()


def test_a_dropped_jump_is_caught(monkeypatch: Patch) -> None:
    def dropping(terms: Array) -> tuple[Array, Array, float]:
        dropped = np.where(np.arange(len(terms)) == 5, 0.0, terms)
        return prefix_sums(dropped)

    monkeypatch.setattr(windows, "prefix_sums", dropping)
    with pytest.raises(AssertionError):
        windows_hold(uat.heaviside)


def test_a_level_that_is_off_is_caught(monkeypatch: Patch) -> None:
    def off(self: Affine, *_: Any) -> Any:
        return self.weight, self.bias + 1e-9

    affine = layers._affine
    monkeypatch.setattr(
        layers,
        "_affine",
        lambda layer, values, sizes: affine(Affine(layer.weight, off(layer)[1]), values, sizes),
    )
    with pytest.raises(AssertionError):
        layers_hold()


def test_an_activation_of_another_layer_is_caught(monkeypatch: Patch) -> None:
    other = {uat.tanh: uat.relu, uat.relu: uat.tanh}
    monkeypatch.setattr(layers, "near", lambda activation: sigma.near(other[activation]))
    with pytest.raises(AssertionError):
        layers_hold((uat.tanh, uat.relu))


def test_a_value_without_its_rounding_is_caught(monkeypatch: Patch) -> None:
    monkeypatch.setattr(sigma, "OWN", 0.0)
    with pytest.raises(AssertionError):
        one_unit_holds()


def test_ends_that_are_swapped_are_caught(monkeypatch: Patch) -> None:
    ends = units.ends_of_reach
    monkeypatch.setattr(units, "ends_of_reach", lambda z, reach: ends(z, -reach / 2))
    with pytest.raises(AssertionError):
        layers_hold(uat.relu)


def test_a_slope_that_is_too_small_is_caught(monkeypatch: Patch) -> None:
    slow = DERIVATIVES[uat.tanh]

    def smaller(z: Array) -> tuple[Array, Array, Array]:
        value, slope, curve = slow(z)
        return value, slope * (1 - 1e-6), curve

    monkeypatch.setitem(DERIVATIVES, uat.tanh, smaller)
    with pytest.raises(AssertionError):
        layers_hold()


@pytest.mark.slow
def test_a_remainder_that_is_too_small_is_caught(monkeypatch: Patch) -> None:
    size = RangeTable.size
    monkeypatch.setattr(RangeTable, "size", lambda self, low, high: size(self, low, high) / 20)
    with pytest.raises(AssertionError):
        layers_hold()


def planted(monkeypatch: Patch, change: Callable[[Array, Array, Lines], Lines]) -> None:
    """Change the lines of all units, given their ranges."""
    right = lines_of

    def wrong(sigma: uat.Activation) -> Callable[[Array, Array], Lines]:
        lines = right(sigma)
        return lambda low, high: change(low, high, lines(low, high))

    monkeypatch.setattr(backward, "lines_of", wrong)


def test_lines_that_are_swapped_are_caught(monkeypatch: Patch) -> None:
    planted(monkeypatch, lambda low, high, lines: Lines(lines.above, lines.below, low, high))
    with pytest.raises(AssertionError):
        backward_holds()


def test_a_slope_of_another_unit_is_caught(monkeypatch: Patch) -> None:
    def rolled(low: Array, high: Array, lines: Lines) -> Lines:
        above = Line(np.roll(lines.above.slope, 1, axis=1), lines.above.shift)
        return Lines(lines.below, above, low, high)

    planted(monkeypatch, rolled)
    with pytest.raises(AssertionError):
        backward_holds()


def test_lines_that_are_turned_too_far_are_caught(monkeypatch: Patch) -> None:
    def looser(low: Array, high: Array, lines: Lines) -> Lines:
        assert lines.turns is not None
        least, most = lines.turns
        return Lines(lines.below, lines.above, low, high, (least - 0.25, most + 0.25))

    planted(monkeypatch, looser)
    with pytest.raises(AssertionError):
        backward_holds()


def test_ranges_of_another_cell_are_caught(monkeypatch: Patch) -> None:
    right = lines_of(uat.relu)

    def of_another(_low: Array, _high: Array, lines: Lines) -> Lines:
        return right(np.roll(lines.low, 1, axis=0), np.roll(lines.high, 1, axis=0))

    planted(monkeypatch, of_another)
    with pytest.raises(AssertionError):
        backward_holds()


def test_sums_without_their_rounding_are_caught(monkeypatch: Patch) -> None:
    monkeypatch.setattr(backward, "gamma", lambda _terms: 0.0)
    with pytest.raises(AssertionError):
        backward_holds()


@pytest.mark.slow
def test_slopes_on_too_short_a_way_are_caught(monkeypatch: Patch) -> None:
    right = slopes_of

    def of_the_middle(sigma: uat.Activation) -> Any:
        slopes = right(sigma)
        assert slopes is not None
        return lambda low, high: slopes(low / 2 + high / 2, low / 2 + high / 2)

    monkeypatch.setattr(paired, "slopes_of", of_the_middle)
    for activation in (uat.relu, uat.tanh):
        with pytest.raises(AssertionError):
            paired_holds(activation)


def test_a_fan_on_half_the_range_is_caught(monkeypatch: Patch) -> None:
    fan = paired._fan
    monkeypatch.setattr(paired, "_fan", lambda p, q, low, high: fan(p, q, low / 2, high / 2))
    with pytest.raises(AssertionError):
        paired_holds()
