"""Known counts, the whole space, and arguments that are refused."""

from math import comb
from typing import Any

import numpy as np
import pytest

import uat
from tests.regions.relu_networks import random_network
from uat import Affine, InputError, Network, RegionCount, WrongType, count_regions, map_regions
from uat.regions import count
from uat.regions.subdivision import Monitor


def hidden(weight: Any, bias: Any, out: Any) -> Network:
    return Network([Affine(weight, bias), Affine(out, np.zeros(len(out)))], uat.relu)


TENT = [Affine([[2.0], [4.0]], [0.0, -2.0]), Affine([[1.0, -1.0]], [0.0])]


def tent(folds: int) -> Network:
    """The tent map on [0, 1], `folds` times."""
    inner = Affine([[2.0, -2.0], [4.0, -4.0]], [0.0, -2.0])
    return Network([TENT[0], *[inner] * (folds - 1), TENT[1]], uat.relu)


def test_an_answer_prints_as_its_two_numbers() -> None:
    assert repr(count_regions(tent(3), (0, 1))) == "RegionCount(activation=8, linear=8)"


@pytest.mark.parametrize("folds", [1, 2, 5, 11])
def test_the_tent_map_doubles_its_pieces_with_every_fold(folds: int) -> None:
    assert count_regions(tent(folds), (0, 1)) == RegionCount(2**folds, 2**folds)


@pytest.mark.parametrize(("n", "units"), [(1, 7), (2, 6), (3, 5), (4, 5), (5, 6), (6, 7)])
def test_hyperplanes_in_general_position_make_the_cells_of_zaslavsky(n: int, units: int) -> None:
    network = random_network(n, n, units, 1)
    cells = sum(comb(units, j) for j in range(n + 1))
    assert count_regions(network) == RegionCount(cells, cells)


@pytest.mark.slow
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8])
def test_the_coordinate_planes_make_all_orthants(n: int) -> None:
    network = hidden(np.eye(n), np.zeros(n), np.ones((1, n)))
    assert count_regions(network, (-1, 1)) == count_regions(network) == RegionCount(2**n, 2**n)


def test_no_hidden_layer_is_one_region() -> None:
    network = Network([Affine([[1.0, 2.0]], [3.0])], uat.relu)
    assert count_regions(network, (0, 1)) == count_regions(network) == RegionCount(1, 1)
    assert uat.map_regions(network, (0, 1)).count == RegionCount(1, 1)


def test_a_unit_that_is_0_everywhere_is_off_and_cuts_nothing() -> None:
    network = hidden([[0, 0], [1, 0]], [0, 0], [[1, 1]])
    found = uat.map_regions(network, (-1, 1))
    assert found.count == RegionCount(2, 2)
    assert not found.patterns[:, 0].any()


def test_repeated_opposite_and_parallel_units_cut_once_each_place() -> None:
    network = hidden([[1, 1], [1, 1], [-2, -2], [1, 1]], [0, 0, 0, -1], [[1, 1, 1, 1]])
    assert count_regions(network, (-1, 1)) == RegionCount(3, 3)


def test_output_weights_that_cancel_join_linear_regions() -> None:
    network = hidden([[1], [-1], [1]], [0, 0, -0.5], [[1, -1, 0]])
    assert count_regions(network, (-1, 1)) == RegionCount(3, 1)


def test_cells_that_touch_in_a_point_are_two_linear_regions() -> None:
    # x₊ + y₊ − (x + y)₊ is 0 in the quadrants x, y > 0 and x, y < 0 alone.
    opposite = Network(
        [
            Affine([[1, 0], [0, 1], [1, 1]], [0, 0, 0]),
            Affine([[1, 1, -1]], [0]),
        ],
        uat.relu,
    )
    found = uat.map_regions(opposite, (-1, 1))
    zero = (found.gradients == 0).all(axis=(1, 2))
    in_first, in_third = found.region_of([[0.5, 0.3], [-0.5, -0.3]])
    assert zero[in_first]
    assert zero[in_third]
    assert found.component[in_first] != found.component[in_third]


@pytest.mark.parametrize("shift", [0.0, 1e-3, 1e9])
def test_three_lines_through_a_point_or_a_hair_beside_it(shift: float) -> None:
    lines = hidden([[1, 0], [0, 1], [1, 1]], [0, 0, shift * 2.0**-60], [[1, 2, 4]])
    assert count_regions(lines) == RegionCount(7 if shift else 6, 7 if shift else 6)


def test_the_whole_space_reaches_vertices_that_are_far_away() -> None:
    near_parallel = hidden([[1, 0], [1, 2.0**-60]], [0, 1], [[1, 1]])
    assert count_regions(near_parallel) == RegionCount(4, 4)
    assert count_regions(near_parallel, (-1e3, 1e3)) == RegionCount(3, 3)
    assert uat.map_regions(near_parallel).box[0, 1] > 2.0**60


def test_the_whole_space_is_divided_by_the_kernel_of_the_first_weights() -> None:
    stripes = hidden(np.ones((4, 8)), np.arange(4.0), np.ones((1, 4)))
    assert count_regions(stripes) == RegionCount(5, 5)
    assert uat.map_regions(hidden(np.ones((4, 3)), np.arange(4.0), [[1] * 4])).count.linear == 5
    constant = hidden(np.zeros((2, 3)), [1, -1], [[1, 1]])
    assert count_regions(constant) == RegionCount(1, 1)


@pytest.mark.parametrize("scale", [1e-300, 5e-324, 1e150, 1e300])
def test_weights_at_the_ends_of_the_range_of_floats(scale: float) -> None:
    lines = hidden([[scale, 0], [0, scale], [scale, scale]], [0, 0, 0], [[1, 2, 4]])
    assert count_regions(lines, (-1, 1)) == RegionCount(6, 6)
    deep = Network([*lines.layers[:1], Affine([[scale] * 3], [0]), Affine([[scale]], [0])], "relu")
    assert count_regions(deep, (-1, 1)).activation == 6


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((1, 0), "a < b"),
        ((0, 0), "a < b"),
        ([(0, 1)] * 3, "box of 3 pairs given for 2 coordinates; one for all or 2"),
        ((0, np.inf), "finite"),
        ((np.nan, 1), "finite"),
        ([], "box"),
    ],
)
def test_a_box_that_is_none_is_refused(box: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        count_regions(random_network(0, 2, 3, 1), box)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(InputError, match=r"uat\.tanh\) given; regions are those of uat\.relu"):
        count_regions(Network(TENT, uat.tanh), (0, 1))
    with pytest.raises(WrongType, match=r"given as a network; read a file by uat\.load"):
        count_regions("network", (0, 1))
    with pytest.raises(InputError, match="9 coordinates given; at most 8 are possible"):
        count_regions(random_network(0, 9, 3, 1), (-1, 1))


def test_a_limit_ends_the_count_with_a_clear_error() -> None:
    network = random_network(0, 2, 8, 8, 1)
    found = count_regions(network, (-1, 1))
    assert count_regions(network, (-1, 1), limit=found.activation) == found
    with pytest.raises(
        InputError, match=f"more than limit={found.activation - 1} regions; take fewer units"
    ):
        count_regions(network, (-1, 1), limit=found.activation - 1)
    for limit, error in [(0, InputError), (2.5, WrongType), (True, WrongType)]:
        with pytest.raises(error, match="limit"):
            count_regions(network, (-1, 1), limit=limit)  # type: ignore[arg-type]


def test_without_a_limit_the_whole_space_and_maps_have_as_many_regions_as_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = random_network(0, 2, 24, 24, 1)
    found = count_regions(network)
    monkeypatch.setattr(count, "_LEAST", 1)
    monkeypatch.setattr(count, "_MEMORY", 24 * 4 * 24 * (found.activation - 1))
    for make in (count_regions, map_regions):
        with pytest.raises(InputError, match=f"limit={found.activation - 1} regions"):
            make(network)
    assert count_regions(network, limit=found.activation) == found


@pytest.mark.slow
@pytest.mark.parametrize("others", [0, 3, 40])
def test_lines_that_meet_in_a_point_are_not_taken_for_more_regions_than_they_make(
    others: int,
) -> None:
    rng = np.random.default_rng(others)
    shift = np.append(np.zeros(60), rng.uniform(-0.5, 0.5, others))
    lines = hidden(rng.normal(size=(len(shift), 2)), shift, [[1.0] * len(shift)])
    found = count_regions(lines, (-1, 1))
    assert (found.activation == 120) is (others == 0)
    assert count_regions(lines, (-1, 1), limit=found.activation) == found
    with pytest.raises(InputError, match=f"more than limit={found.activation - 1} regions"):
        count_regions(lines, (-1, 1), limit=found.activation - 1)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_progress_is_told_and_may_interrupt(n: int) -> None:
    network = random_network(0, n, 5, 4, 1)
    told: list[tuple[int, int, str]] = []
    found = count_regions(network, (-1, 1), progress=lambda *now: told.append(now))
    assert told[-1] == (9, 9, f"{found.activation} regions")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)

    def stop(_done: int, _total: int, _text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_regions(network, (-1, 1), progress=stop)
    assert count_regions(network, (-1, 1)) == found


def test_a_monitor_without_a_callback_is_silent() -> None:
    Monitor(1).tell(1, 2, 3)
