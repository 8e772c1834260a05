"""A formula in cells has the shapes of its layer, and its parts stand side by side."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from uat.core.network import Affine
from uat.lecture.drawing.diagram import Diagram
from uat.lecture.drawing.equation import (
    dense_layer,
    draw_formula,
    one_unit,
    typeset,
    write_entries,
)
from uat.lecture.networks import of_sizes
from uat.plotting.page import Page
from uat.plotting.style import Style


def some_layer(inputs: int, units: int) -> Affine:
    return of_sizes(inputs, units).layers[0]


def blank() -> Diagram:
    return Diagram(Page(Figure(), "en", Style()))


@given(st.integers(1, 9), st.integers(1, 9))
def test_the_matrices_have_the_shapes_of_the_layer(inputs: int, units: int) -> None:
    formula = typeset(dense_layer(some_layer(inputs, units)), (0.0, 0.0), 10.0)
    shapes = {letter: (grid.rows, grid.columns) for letter, grid in formula.matrices}
    assert shapes == {"y": (units, 1), "W": (units, inputs), "x": (inputs, 1), "b": (units, 1)}


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_unit_has_a_term_for_every_input(inputs: int, units: int) -> None:
    formula = typeset(one_unit(some_layer(inputs, units)), (0.0, 0.0), 10.0)
    letters = [letter for letter, _ in formula.matrices]
    assert letters == ["y", *inputs * ["W", "x"], "b"]
    assert [sign for sign, _ in formula.signs].count("+") == inputs
    assert all((grid.rows, grid.columns) == (1, 1) for _, grid in formula.matrices)


@given(st.integers(1, 9), st.integers(1, 9), st.floats(1.0, 50.0), st.floats(0.0, 50.0))
def test_no_two_parts_overlap_and_the_whole_is_centred(
    inputs: int, units: int, side: float, room: float
) -> None:
    layer = some_layer(inputs, units)
    for parts in (dense_layer(layer), one_unit(layer)):
        formula = typeset(parts, (300.0, 200.0), side, room)
        boxes = [grid.box for _, grid in formula.matrices]
        for one, other in pairwise(boxes):
            assert one.right <= other.left + 1e-9
        for _, (x, y) in formula.signs:
            assert y == 200.0
            assert not any(box.left < x < box.right for box in boxes)
        close = formula.signs[-1][1][0] + 0.2 * side
        assert (boxes[0].left + close) / 2 == pytest.approx(300.0)


def test_cells_count_rows_from_the_top() -> None:
    formula = typeset(dense_layer(some_layer(3, 4)), (0.0, 0.0), 10.0)
    weight = dict(formula.matrices)["W"]
    assert weight.cell(0, 0).top == weight.box.top == 20.0
    assert weight.cell(3, 2).bottom == weight.box.bottom == -20.0
    assert weight.cell(3, 2).right == pytest.approx(weight.box.right)


@pytest.mark.parametrize(("unit", "lit"), [(None, 4 + 4 * 3 + 3 + 4), (1, 1 + 3 + 3 + 1)])
def test_one_unit_uses_one_row_and_all_inputs(unit: int | None, lit: int) -> None:
    diagram = blank()
    draw_formula(diagram, typeset(dense_layer(some_layer(3, 4)), (0, 0), 10.0), unit=unit)
    cells = [patch for patch in diagram.axes.patches if isinstance(patch, Rectangle)]
    assert len(cells) == 4 + 4 * 3 + 3 + 4
    assert sum(cell.get_zorder() == 3 for cell in cells) == lit


@pytest.mark.parametrize("written", [dense_layer, one_unit])
def test_both_ways_of_writing_a_unit_name_the_same_entries(written: object) -> None:
    assert callable(written)
    diagram = blank()
    write_entries(diagram, typeset(written(some_layer(3, 4)), (0.0, 0.0), 10.0))
    names = {text.get_text() for text in diagram.axes.texts}
    assert names == {"$y_{i}$", "$b_{i}$"} | {
        name for j in (1, 2, 3) for name in (f"$W_{{i{j}}}$", f"$x_{{{j}}}$")
    }
