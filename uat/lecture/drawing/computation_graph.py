"""The graph of a formula on the page: values go forward, derivatives come back.

Where each node stands follows from the graph. The derivatives are found as the lecture finds
them, by the chain rule from the last node to the inputs (reverse accumulation: Linnainmaa 1970).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from uat.expression.arrays import Array
from uat.expression.graph import Expression, apply, as_expression, in_order
from uat.expression.latex import latex
from uat.expression.operations import OPERATIONS
from uat.plotting.numbers import about

if TYPE_CHECKING:
    from uat.lecture.drawing.diagram import Area, Diagram

__all__ = ["chain_rule", "draw_computation", "node_positions"]

Edge = tuple[Expression, Expression]
"""From an argument to the node that takes it."""

_SIGNS = {"multiply": r"\times", "add": "+", "subtract": "-"}


def chain_rule(
    whole: Expression, point: Sequence[float]
) -> tuple[dict[Expression, float], dict[Edge, float]]:
    """Differentiate a formula by each of its nodes, and along each edge, at a point."""
    slopes = dict.fromkeys(in_order(whole), 0.0) | {whole: 1.0}
    edges: defaultdict[Edge, float] = defaultdict(float)
    for node in reversed(in_order(whole)):
        if node.arguments:
            partials = OPERATIONS[node.operation].partials(apply, *node.arguments, node)
            for argument, partial in zip(node.arguments, partials, strict=True):
                part = slopes[node] * as_expression(partial)(*point)
                edges[argument, node] += part
                slopes[argument] += part
    return slopes, edges


def node_positions(whole: Expression) -> dict[Expression, tuple[int, int]]:
    """Return column and row of each node: left of all nodes that use it, and on no other node.

    The whole formula stands in column 0 and row 0. Columns further left have smaller numbers, rows
    further down larger ones.
    """
    columns, rows = {whole: 0}, {whole: 0}
    for node in reversed(in_order(whole)):
        for argument in node.arguments:
            columns[argument] = min(columns.get(argument, 0), columns[node] - 1)
    filled = Counter({0: 1})
    for node in reversed(in_order(whole)):
        for argument in node.arguments:
            if argument not in rows:
                rows[argument] = max(rows[node], filled[columns[argument]])
                filled[columns[argument]] = rows[argument] + 1
    return {node: (columns[node], rows[node]) for node in rows}


def draw_computation(
    diagram: Diagram,
    whole: Expression,
    point: Mapping[str, float],
    box: Area,
    *,
    result: str,
    meanings: Mapping[str, str],
) -> None:
    """Draw a formula's graph in a box, with its values and derivatives at a point.

    The point has the coordinates by name, in their order. The value of the whole is called
    `result`; `meanings` has the pens of the coordinates and of the result that are not plain data.
    """
    names, values = tuple(point), tuple(point.values())
    slopes, edges = chain_rule(whole, values)
    at = _spread(node_positions(whole), box)
    end = np.array([box.right, box.top])
    for (argument, node), slope in edges.items():
        meaning = meanings.get(_name(argument, names), "error")
        ends, value, factor = (at[argument], at[node]), argument(*values), slope / slopes[node]
        chained = rf"{about(slopes[node])}{{\cdot}}{_bracketed(factor)}"
        _draw_edge(diagram, ends, (value, slope), (meaning, chained))
    _draw_edge(diagram, (at[whole], end), (whole(*values), slopes[whole]), ("error", ""))
    for node, place in at.items():
        name = _name(node, names)
        _draw_node(diagram, place, name, meanings.get(name, "data"))
    _draw_node(diagram, end, result, meanings.get(result, "data"))


def _spread(cells: dict[Expression, tuple[int, int]], box: Area) -> dict[Expression, Array]:
    """Spread columns and rows over a box; the last column is left for the result."""
    first = min(column for column, _ in cells.values())
    last = max(row for _, row in cells.values())
    step = np.array([(box.right - box.left) / (1 - first), (box.bottom - box.top) / max(last, 1)])
    corner = np.array([box.left, box.top])
    # Lower rows stand to the right, so that their edges keep away from the words of the first.
    return {
        node: corner + step * (column - first + _LEAN * (row > 0), row)
        for node, (column, row) in cells.items()
    }


_LEAN = 0.3
"""How far to the right the lower rows stand, in columns."""


def _name(node: Expression, names: Sequence[str]) -> str:
    if node.operation == "power":
        return rf"(\cdot)^{{{about(node.data[0])}}}"
    return _SIGNS.get(node.operation) or latex(node, names)


def _bracketed(factor: float) -> str:
    return f"({about(factor)})" if factor < 0 else about(factor)


def _draw_edge(
    diagram: Diagram,
    ends: tuple[Array, Array],
    numbers: tuple[float, float],
    derivative: tuple[str, str],
) -> None:
    """Draw a value going forward on one side and a derivative coming back on the other.

    The derivative has its pen and the product that the chain rule makes it of.
    """
    (value, slope), (meaning, chained) = numbers, derivative
    start, end = ends
    along = (end - start) / np.linalg.norm(end - start)
    left = np.array([-along[1], along[0]])
    gap = 1.75 * diagram.page.size.text * along
    _draw_number(diagram, (start + gap, end - gap), left, "data", about(value))
    _draw_number(diagram, (end - gap, start + gap), -left, meaning, about(slope), chained)


def _draw_number(
    diagram: Diagram,
    ends: tuple[Array, Array],
    side: Array,
    meaning: str,
    text: str,
    chained: str = "",
) -> None:
    """Draw an arrow with a number beside it, and the product that it is."""
    page = diagram.page
    pen = page.pen(meaning, linewidth=0.7 * page.size.line)
    start, end = (place + 0.4 * page.size.text * side for place in ends)
    # The head by itself: Matplotlib would dash its outline too.
    head = end - page.size.line * (end - start) / np.linalg.norm(end - start)
    diagram.axes.plot(*np.transpose([start, head]), **pen)
    page.arrow(diagram.axes, (head[0], head[1]), (end[0], end[1]), color=pen["color"])
    said = f"{text}{{=}}{chained}" if chained else text
    # A wide number stands farther from a steep edge.
    wide = len(said.replace(r"\cdot", "-").replace("{=}", "-"))
    reach = (1.0 + 0.3 * wide * abs(side[0])) * page.size.text
    x, y = (start + end) / 2 + reach * side
    # A product keeps away from the edges that lead down from the end of a level edge.
    x -= 0.35 * page.size.text * (bool(chained) and not side[0])
    diagram.label((x, y), f"${said}$", color=pen["color"], fontsize=1.1 * page.size.text)


def _draw_node(diagram: Diagram, place: Array, name: str, meaning: str) -> None:
    page = diagram.page
    circle = page.dot(meaning, hollow=True, markersize=2.8 * page.size.text)
    diagram.axes.plot(*place, **circle)
    label = {"fontsize": 1.2 * page.size.text, "zorder": circle["zorder"] + 1}
    diagram.label((place[0], place[1]), f"${name}$", **label)
