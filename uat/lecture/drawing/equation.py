"""Formulas whose matrices are drawn cell by cell, such as y = σ(W x + b) of a dense layer.

The shapes are those of an `Affine`: W has a row for every unit and a column for every input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, product
from typing import TYPE_CHECKING, Literal

import numpy as np

from uat.lecture.drawing.diagram import Area, Place

if TYPE_CHECKING:
    from uat.core.network import Affine
    from uat.lecture.drawing.diagram import Diagram

__all__ = [
    "DrawnFormula",
    "Letter",
    "dense_layer",
    "draw_formula",
    "draw_matrix",
    "one_unit",
    "typeset",
    "write_entries",
]

Letter = Literal["y", "W", "x", "b", "u"]

FormulaPart = tuple[Letter, int, int] | str
"""A matrix with its rows and columns, or a sign; a space leaves room for the name of a size."""

# matrix: (what its colour means, how strongly its cells are filled)
_LOOK: dict[Letter, tuple[str, float]] = {
    "y": ("unit", 1.0),
    "W": ("unit", 0.2),
    "x": ("ink", 0.0),
    "b": ("constant", 0.3),
    # The output of the last layer.
    "u": ("network", 1.0),
}

# matrix: the index of the n-th entry that unit i uses
_INDEX: dict[Letter, str] = {"y": "i", "W": "i{}", "x": "{}", "b": "i"}

# The width of a sign in cells.
_WIDTHS = {"=": 1.0, "+": 1.0, "σ": 0.6, "(": 0.4, ")": 0.4, "·": 0.2}


@dataclass(frozen=True)
class Grid:
    """A matrix on the page: square cells from a left edge, around a middle line."""

    rows: int
    columns: int
    left: float
    middle: float
    side: float

    @property
    def box(self) -> Area:
        """All its cells."""
        half = self.side * self.rows / 2
        right = self.left + self.side * self.columns
        return Area(self.left, self.middle - half, right, self.middle + half)

    def cell(self, row: int, column: int) -> Area:
        """One cell; rows count from the top, both from 0."""
        left, top = self.left + self.side * column, self.box.top - self.side * row
        return Area(left, top - self.side, left + self.side, top)


@dataclass(frozen=True)
class DrawnFormula:
    """A formula on the page: its matrices and its signs with their places."""

    matrices: tuple[tuple[Letter, Grid], ...]
    signs: tuple[tuple[str, Place], ...]


def dense_layer(layer: Affine) -> tuple[FormulaPart, ...]:
    """Write y = σ(W x + b) for all units of a layer."""
    m, n = layer.weight.shape
    inside: tuple[FormulaPart, ...] = (
        " ",
        ("W", m, n),
        "·",
        ("x", n, 1),
        " ",
        "+",
        ("b", m, 1),
        " ",
    )
    return ("y", m, 1), "=", "σ", "(", *inside, ")"


def one_unit(layer: Affine) -> tuple[FormulaPart, ...]:
    """Write y_i = σ(W_i1 x_1 + … + W_in x_n + b_i), one term an input."""
    terms: tuple[FormulaPart, ...] = (("W", 1, 1), "·", ("x", 1, 1), "+")
    return ("y", 1, 1), "=", "σ", "(", *layer.weight.shape[1] * terms, ("b", 1, 1), ")"


def typeset(
    parts: Sequence[FormulaPart], centre: Place, side: float, room: float = 0.0
) -> DrawnFormula:
    """Set a formula around a centre, in cells `side` wide, a space being `room` wide."""
    widths = [side * _cells(part) if part != " " else room for part in parts]
    ends = np.cumsum(widths) + centre[0] - sum(widths) / 2
    matrices: list[tuple[Letter, Grid]] = []
    signs: list[tuple[str, Place]] = []
    for part, width, end in zip(parts, widths, ends.tolist(), strict=True):
        if not isinstance(part, str):
            letter, rows, columns = part
            matrices.append((letter, Grid(rows, columns, end - width, centre[1], side)))
        elif part not in " ·":
            signs.append((part, (end - width / 2, centre[1])))
    return DrawnFormula(tuple(matrices), tuple(signs))


def _cells(part: FormulaPart) -> float:
    return _WIDTHS.get(part, 0.0) if isinstance(part, str) else part[2]


def draw_formula(diagram: Diagram, formula: DrawnFormula, *, unit: int | None = None) -> None:
    """Draw a formula; with a `unit`, only the parts of that unit have their colour."""
    for letter, grid in formula.matrices:
        draw_matrix(diagram, letter, grid, row=None if letter == "x" else unit)
    boxes = [grid.box for _, grid in formula.matrices]
    height = max(box.top - box.bottom for box in boxes)
    for sign, at in formula.signs:
        if sign in "()":
            _parenthesis(diagram, at, height, sign)
        else:
            diagram.label(at, f"${sign}$", fontsize=1.6 * diagram.page.size.text)


def draw_matrix(diagram: Diagram, letter: Letter, grid: Grid, *, row: int | None = None) -> None:
    """Draw the cells of y, W, x or b in its colour; with `row`, the other rows stay faint."""
    from matplotlib.patches import Rectangle

    theme, width = diagram.page.theme, 0.4 * diagram.page.size.line
    meaning, strength = _LOOK[letter]
    for i, j in np.ndindex(grid.rows, grid.columns):
        lit = row in (None, i)
        colour = getattr(theme, meaning if lit else "faint")
        # Full cells side by side are told apart by lines between them.
        edge = theme.background if row is None and strength == 1.0 else colour
        cell = grid.cell(i, j)
        square = Rectangle((cell.left, cell.bottom), grid.side, grid.side, zorder=2 + lit)
        square.set(facecolor=(colour, lit * strength), edgecolor=edge, linewidth=width)
        diagram.axes.add_patch(square)


def write_entries(diagram: Diagram, formula: DrawnFormula, *, unit: int = 0) -> None:
    """Name the entries that unit i uses: y_i, W_i1 to W_in, x_1 to x_n, b_i."""
    seen = {letter: count(1) for letter in _INDEX}
    for letter, grid in formula.matrices:
        rows = range(grid.rows) if letter == "x" else [unit]
        colour = diagram.ink("hidden" if letter == "y" else "input")
        for row, column in product(rows, range(grid.columns)):
            index = _INDEX[letter].format(next(seen[letter]))
            place = grid.cell(row, column).centre
            diagram.label(place, f"${letter}_{{{index}}}$", color=colour)


def _parenthesis(diagram: Diagram, at: Place, height: float, sign: str) -> None:
    """Draw a parenthesis as tall as the matrices; a letter of that height would be too thick."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (x, y), bulge = at, 0.12 * height * (1 if sign == ")" else -1)
    curve = [(x - bulge / 2, y + height / 2), (x + bulge, y), (x - bulge / 2, y - height / 2)]
    path = Path(curve, [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    pen = {"edgecolor": diagram.page.theme.ink, "linewidth": 0.6 * diagram.page.size.line}
    diagram.axes.add_patch(PathPatch(path, facecolor="none", capstyle="round", **pen))
