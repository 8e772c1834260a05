"""The plane by whole layers, the lattice by single units, and exact clipping cut alike."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.oracles import regions as oracle
from tests.regions.relu_networks import boxes, networks, random_network
from uat import Affine, Network, count_regions
from uat.regions.cut import lattice, line, plane
from uat.regions.cut.bits import number_rows, pack_bits
from uat.regions.cut.preactivations import Unsure
from uat.regions.exact import affine_forms
from uat.regions.exact.signs import PiecewiseLayers
from uat.regions.subdivision import Monitor, Subdivision, uncut

SOME = settings(max_examples=30)
FREE = Monitor(10**6)
SQUARE = np.array([[-1.0, 1.0], [-2.0, 1.0]])


def cut_by_all_layers(network: Network, way: Any) -> Subdivision:
    cells = uncut(PiecewiseLayers(network), SQUARE)
    for _ in network.widths:
        cells = way.cut_by_layer(cells, FREE)
    return cells


def patterns(cells: Subdivision) -> list[bytes]:
    on = cells.forms.patterns(np.arange(cells.count))
    return [row.tobytes() for row in on]


def borders(cells: Subdivision) -> set[frozenset[bytes]]:
    names = patterns(cells)
    return {frozenset((names[a], names[b])) for a, b in cells.neighbours()}


@pytest.mark.slow
@pytest.mark.parametrize("rng", range(8))
def test_layers_and_units_cut_the_plane_alike(rng: int) -> None:
    widths = np.random.default_rng(rng).integers(1, 14, 1 + rng % 5).tolist()
    network = random_network(rng, 2, *widths, 1)
    one, other = cut_by_all_layers(network, plane), cut_by_all_layers(network, lattice)
    assert sorted(patterns(one)) == sorted(patterns(other))
    assert borders(one) == borders(other)
    assert len(one.edges) == len(other.edges)
    x, y = (np.sort(cells.vertices, axis=0) for cells in (one, other))
    assert x == pytest.approx(y, abs=1e-9)


@pytest.mark.slow
def test_a_deep_network_needs_no_exact_arithmetic() -> None:
    network = random_network(3, 2, *[16] * 12, 1)
    fast, slow = (cut_by_all_layers(network, way) for way in (plane, lattice))
    assert fast.count == slow.count > 500


def test_lines_through_one_point_are_left_to_the_lattice() -> None:
    first, last = random_network(0, 2, 4, 1).layers
    network = Network([Affine(first.weight, [0.0] * 4), last], "relu")
    with pytest.raises(Unsure):
        cut_by_all_layers(network, plane)
    assert count_regions(network, (-1, 1)).activation == 8


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_lattice_cuts_alike_with_and_without_the_forms_of_its_layer(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = random_network(n, n, 8, 7, 5, 1)
    box, found = np.array([[-1.0, 1.0]] * n), []
    for kept in (affine_forms._KEPT, 0):
        monkeypatch.setattr(affine_forms, "_KEPT", kept)
        cells = uncut(PiecewiseLayers(network), box)
        for _ in network.widths:
            cells = lattice.cut_by_layer(cells, FREE)
        found.append(cells)
    assert found[0].count > 8
    assert patterns(found[0]) == patterns(found[1])
    assert found[0].vertices == pytest.approx(found[1].vertices, abs=1e-9)


def test_lines_that_miss_one_point_by_a_hair_are_put_in_order_by_fractions() -> None:
    first, last = random_network(0, 2, 4, 1).layers
    network = Network([Affine(first.weight, [2.0**-1074] * 4), last], "relu")
    fast, slow = (cut_by_all_layers(network, way) for way in (plane, lattice))
    assert fast.count == slow.count == 11


def test_the_tent_map_of_the_tent_map_is_cut_in_64_bits() -> None:
    tent = [Affine([[2], [4]], [0, -2]), Affine([[2, -2], [4, -4]], [0, -2])]
    layers = PiecewiseLayers(Network([*tent, Affine([[1, -1]], [0])], "relu"))
    cells = line.cut_in_int64(uncut(layers, np.array([[0.0, 1.0]])), Monitor(10))
    assert cells is not None
    assert cells.vertices[cells.edges].tolist() == [[[i / 4], [(i + 1) / 4]] for i in range(4)]


def test_a_hash_that_confuses_two_rows_is_no_answer() -> None:
    bits = pack_bits(np.eye(3, dtype=bool))
    assert number_rows(np.zeros(3, int), bits, 2) is None
    found = number_rows(np.zeros(3, int), bits, 3)
    assert found is not None
    assert sorted(found[0]) == [0, 1, 2]


@pytest.mark.slow
@SOME
@given(networks(), boxes)
def test_clipping_in_exact_numbers_finds_the_same_regions(
    network: Network, box: tuple[float, float]
) -> None:
    layers = [(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers]
    found = count_regions(network, box)
    assert (found.activation, found.linear) == oracle.count(layers, [box] * network.input_dimension)


@pytest.mark.parametrize("way", [plane, lattice], ids=["plane", "lattice"])
def test_a_cut_leaves_the_cells_before_it_as_they_are(way: Any) -> None:
    network = random_network(2, 2, 5, 4, 1)
    cells = way.cut_by_layer(uncut(PiecewiseLayers(network), SQUARE), FREE)
    before, count, planes = patterns(cells), cells.count, len(cells.planes.rows)
    once, again = (way.cut_by_layer(cells, FREE) for _ in range(2))
    assert (cells.layer, cells.count, len(cells.planes.rows)) == (1, count, planes)
    assert patterns(cells) == before
    assert patterns(once) == patterns(again)
    assert np.array_equal(once.vertices, again.vertices)
