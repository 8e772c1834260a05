"""Regions in pictures: colours that mean a gradient, lines only where the gradient changes."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection

import uat
from uat.construct.deep.folding import folding, tent
from uat.lecture.figures.depth import (
    CUTS,
    LAYER,
    LAYERS,
    count_folded,
    even_output,
    grown,
    rosette,
)
from uat.plotting import regions
from uat.plotting.halo import Haloed
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.page import lay_out
from uat.plotting.plot import plot
from uat.plotting.regions import Flat, colours_of, line_share, plot_regions
from uat.regions.bounds import partial_sum, region_bounds


def spread(colours: np.ndarray) -> float:
    return float(np.ptp(colours, axis=1).max())


def test_flat_is_grey_and_steeper_is_more_colourful() -> None:
    flat, gentle, steep = colours_of(np.array([[0.0, 0.0], [0.1, 0.0], [9.0, 0.0]]), typical=1.0)
    assert spread(flat[None]) < 0.01 < spread(gentle[None]) < spread(steep[None])


def test_right_is_warm_left_is_cold_up_is_light_down_is_dark() -> None:
    right, left, up, down = colours_of(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]))
    assert right[0] > right[2]
    assert left[0] < left[2]
    assert up.mean() > 0.6
    assert down.mean() < 0.5


def test_colours_are_colours_for_any_gradient() -> None:
    rng = np.random.default_rng(0)
    colours = colours_of(rng.normal(size=(500, 2)) * 10.0 ** rng.integers(-300, 150, size=(500, 1)))
    assert ((colours >= 0) & (colours <= 1)).all()


def polygons(found: uat.RegionMap) -> tuple[int, int]:
    """How many polygons and how many lines are drawn."""
    axes = plot(found, "en").axes[0]
    parts = axes.collections
    filled = [len(p.get_paths()) for p in parts if isinstance(p, PolyCollection)]
    lines = [len(p.get_segments()) for p in parts if isinstance(p, LineCollection)]
    return sum(filled), sum(lines)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("a line in 9 inputs", "a plane in 9 inputs")),
        ("ja", ("9 入力の中の直線", "9 入力の中の平面")),
    ],
)
def test_the_points_of_a_flat_are_marked_inside_the_box(
    language: Language, words: tuple[str, ...]
) -> None:
    for n, shown in [(1, ["a$"]), (2, ["a$", "c"])]:
        found = uat.map_regions(folding(n, (4,)), [(-1, 0.5), (-1, 1)][:n])
        flat = Flat(9, ("a$", "b", "c")[: n + 1])
        axes = lay_out(partial(plot_regions, found=found, flat=flat), language).axes[0]
        assert axes.get_xlabel() == words[n - 1]
        texts = [part for part in axes.get_children() if isinstance(part, Haloed)]
        assert [text.get_text().strip().replace("\\", "") for text in texts] == shown


def test_a_line_stands_between_any_two_linear_regions() -> None:
    found = uat.map_regions(folding(2, (4, 4)), (0, 1))
    assert polygons(found) == (44, len(found.neighbours))


def test_no_line_stands_inside_a_linear_region() -> None:
    found = uat.map_regions(folding(2, (4, 2)), (0, 1))
    assert (found.count.activation, found.count.linear) == (16, 14)
    same = (
        found.component[found.neighbours[:, 0]] == found.component[found.neighbours[:, 1]]
    ).sum()
    assert same >= 2
    assert polygons(found) == (16, len(found.neighbours) - same)


def test_very_many_regions_are_drawn_as_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    found = uat.map_regions(folding(2, (4, 4)), (0, 1))
    assert not plot(found, "en").axes[0].images
    monkeypatch.setattr(regions, "_POLYGONS", 40)
    axes = plot(found, "en").axes[0]
    assert not axes.collections
    pixels = np.asarray(axes.images[0].get_array())
    x, y = 0.3, 0.8
    seen = pixels[int(y * len(pixels)), int(x * len(pixels))]
    assert np.allclose(seen, colours_of(found.gradients[:, 0])[found.region_of([x, y])])


def test_pieces_are_drawn_below_the_exact_graph() -> None:
    found = uat.map_regions(tent(4), (0, 1))
    axes = plot(found, "en").axes[0]
    x, y = map(np.asarray, axes.get_lines()[0].get_data())
    assert len(x) == 17
    assert np.allclose(y, np.arange(17) % 2)
    assert len(axes.patches) == 16
    assert "16 linear regions" in axes.get_title(loc="left")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_counts_are_told_where_they_differ(language: Language) -> None:
    said = plot(uat.map_regions(folding(2, (4, 2)), (0, 1)), language).axes[0].get_title(loc="left")
    assert "14" in said
    assert "16" in said


def test_several_values_and_the_whole_plane_can_be_drawn() -> None:
    rng = np.random.default_rng(1)
    layers = [uat.Affine(rng.normal(size=s), rng.normal(size=s[0])) for s in ((4, 2), (3, 4))]
    assert plot(uat.map_regions(uat.Network(layers, uat.relu)), "en").axes


def test_three_coordinates_are_refused() -> None:
    with pytest.raises(uat.InputError, match="3 coordinates"):
        plot(uat.map_regions(folding(3, (4,)), (0, 1)))


@pytest.mark.parametrize("lines", [2, 3, 4, 5, 6, 9, 18])
def test_lines_of_a_rosette_meet_two_at_a_time_inside_the_square(lines: int) -> None:
    found = uat.count_regions(folding(2, (lines,), rosette(lines)), (0, 1))
    assert found.activation == partial_sum(lines, 2)


def test_the_folds_of_the_figure_multiply_regions_by_four() -> None:
    counts = [
        uat.count_regions(even_output(folding(2, (4,) * k + (4,), CUTS)), (0, 1)).linear
        for k in range(3)
    ]
    assert counts == [11, 44, 176]


def lower(widths: Sequence[int]) -> int:
    return next(b.value for b in region_bounds(2, widths) if b.name == "Montúfar 2014")


def test_the_stored_counts_are_those_of_the_theorem() -> None:
    counts = grown()
    assert counts["deep"].tolist() == [lower((LAYER,) * k) for k in LAYERS]
    assert counts["wide"].tolist() == [lower((LAYER * k,)) for k in LAYERS]


def test_a_point_counted_again_is_the_stored_one() -> None:
    assert count_folded((LAYER,) * 4) == grown()["deep"][3]


def test_no_region_of_the_folded_figure_is_too_small_to_be_counted_by_eye() -> None:
    found = uat.map_regions(even_output(folding(2, (4,), CUTS)), (0, 1))
    corners = [found.corners(i) for i in range(len(found.gradients))]
    areas = [
        abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
        for x, y in map(np.transpose, corners)
    ]
    assert len(areas) == 11
    assert min(areas) > 0.012


@pytest.mark.parametrize("number", [1, 50, 10**6])
def test_lines_are_thinner_where_there_are_many_regions(number: int) -> None:
    assert line_share(number) >= line_share(10 * number) > 0


def test_one_region_is_singular() -> None:
    found = uat.map_regions(folding(2, (4,)), ((0.9, 0.91), (0.9, 0.91)))
    said = plot(found, "en").axes[0].get_title(loc="left")
    assert said == "1 linear region"
