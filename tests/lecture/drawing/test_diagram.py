"""A diagram shows what its network has: a circle a unit, a line a weight, nothing on top of it."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.text import Text

import uat
from uat.core.activations import Activation
from uat.lecture.drawing.diagram import Area, Diagram, arrange, layer_sizes
from uat.lecture.networks import of_sizes
from uat.plotting.page import Page
from uat.plotting.style import Style

SPACE = Area(0.0, 50.0, 960.0, 540.0)

some_sizes = st.lists(st.integers(1, 12), min_size=2, max_size=6).map(tuple)


def blank() -> Diagram:
    style = Style()
    size = style.size.width, style.size.height
    return Diagram(Page(Figure(figsize=size), "en", style))


@given(some_sizes)
def test_a_column_has_as_many_units_as_its_layer(sizes: tuple[int, ...]) -> None:
    network = of_sizes(*sizes)
    assert layer_sizes(network) == sizes
    assert tuple(len(layer.units) for layer in arrange(network, SPACE)) == sizes


@given(some_sizes)
def test_the_first_layer_takes_the_input_and_the_last_gives_the_output(
    sizes: tuple[int, ...],
) -> None:
    first, *hidden, last = arrange(of_sizes(*sizes), SPACE)
    assert first.role == "input"
    assert {layer.role for layer in hidden} <= {"hidden"}
    assert last.role == "output"


@given(some_sizes)
def test_no_two_circles_touch_and_none_leaves_its_space(sizes: tuple[int, ...]) -> None:
    layers = arrange(of_sizes(*sizes), SPACE)
    radius = layers[0].radius
    centres = np.concatenate([layer.units for layer in layers])
    for one, other in combinations(centres, 2):
        assert np.hypot(*(one - other)) > 2 * radius
    low, high = centres.min(axis=0) - radius, centres.max(axis=0) + radius
    assert (low >= [SPACE.left, SPACE.bottom]).all()
    assert (high <= [SPACE.right, SPACE.top]).all()


@pytest.mark.parametrize("sizes", [(3, 4, 2), (4, 6, 4, 2, 1), (1, 1), (2, 5)])
def test_every_unit_is_joined_to_every_unit_of_the_next_layer(sizes: tuple[int, ...]) -> None:
    diagram, layers = blank(), arrange(of_sizes(*sizes), SPACE)
    diagram.network(layers)
    circles = [patch for patch in diagram.axes.patches if isinstance(patch, Circle)]
    assert len(circles) == sum(sizes)
    bundles = [item for item in diagram.axes.collections if isinstance(item, LineCollection)]
    for (below, above), bundle in zip(pairwise(layers), bundles, strict=True):
        drawn = {tuple(np.ravel(line)) for line in bundle.get_segments()}
        assert drawn == {(*one, *other) for one, other in product(below.units, above.units)}


def test_the_number_of_lines_is_the_number_of_weights() -> None:
    network, diagram = of_sizes(4, 6, 4, 2, 1), blank()
    diagram.network(arrange(network, SPACE))
    bundles = [item for item in diagram.axes.collections if isinstance(item, LineCollection)]
    lines = [len(bundle.get_segments()) for bundle in bundles]
    assert lines == [layer.weight.size for layer in network.layers]


@pytest.mark.parametrize("activation", [uat.logistic, uat.relu, uat.tanh, uat.heaviside])
def test_the_graph_of_the_activation_stays_inside_its_unit(activation: Activation) -> None:
    diagram = blank()
    hidden = arrange(of_sizes(1, 3, 1), SPACE)[1]
    diagram.curves(hidden, activation)
    assert len(diagram.axes.lines) == 3
    for line, centre in zip(diagram.axes.lines, hidden.units, strict=True):
        assert (np.hypot(*(line.get_xydata() - centre).T) < hidden.radius).all()


def test_a_block_is_around_its_units() -> None:
    diagram, hidden = blank(), arrange(of_sizes(1, 3, 1), SPACE)[1]
    box = hidden.box(100.0, margin=5.0)
    diagram.block(box, "hidden")
    (drawn,) = [patch for patch in diagram.axes.patches if isinstance(patch, FancyBboxPatch)]
    reach = hidden.radius + 5.0
    assert drawn.get_bbox().extents == pytest.approx(
        [*hidden.units[-1] - [50.0, reach], *hidden.units[0] + [50.0, reach]]
    )


@pytest.mark.parametrize(
    ("end", "side"), [((100.0, 0.0), (0, 1)), ((0.0, 100.0), (-1, 0)), ((-100.0, 0.0), (0, -1))]
)
def test_the_text_of_a_span_is_on_the_left_of_its_way(
    end: tuple[float, float], side: tuple[int, int]
) -> None:
    diagram = blank()
    diagram.span((0.0, 0.0), end, "n")
    (text,) = diagram.axes.texts
    assert isinstance(text, Text)
    away = np.array(text.get_position()) - np.array(end) / 2
    assert np.sign(away).tolist() == list(side)
