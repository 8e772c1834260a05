"""The lines beside a figure make what it draws."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

import uat
from tests.lecture.lines import made_by
from uat.expression.graph import Expression
from uat.lecture.registry import all_figures, find

FUNCTIONS = (uat.Target, uat.Approximation, uat.Activation, np.polynomial.Polynomial)
every_figure = pytest.mark.parametrize("name", [figure.id for figure in all_figures()])


def functions(made: dict[str, Any]) -> Iterator[Callable[[Any], Any]]:
    """Return what the lines made that can be evaluated at points of a line."""
    for value in made.values():
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, uat.Network) and one.input_dimension == 1:
                yield one.as_function()
            elif isinstance(one, Expression):
                if one.dimension == 1:
                    yield one
            elif isinstance(one, FUNCTIONS):
                yield one


def curves(figure: Figure) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for axes in figure.axes:
        for line in axes.get_lines():
            x, y = (np.asarray(data, dtype=float) for data in line.get_data())
            if len(x) > 1 and np.isfinite(y).all() and line.get_transform() == axes.transData:
                yield x, y


def count(figure: Figure, kind: type) -> int:
    return sum(isinstance(patch, kind) for axes in figure.axes for patch in axes.patches)


def said(figure: Figure) -> str:
    return " ".join(text.get_text() for axes in figure.axes for text in axes.texts)


def below(figure: Figure) -> set[str]:
    """The words below the panels."""
    return {word for axes in figure.axes for word in axes.get_xlabel().split()}


def titles(figure: Figure) -> str:
    """The words above the panels."""
    heads = [text.get_text() for text in figure.texts]
    titles = [axes.get_title(side) for axes in figure.axes for side in ("left", "center")]
    return " ".join(heads + titles)


def shows_a_function(made: dict[str, Any]) -> bool:
    return any(
        np.allclose(function(x), y, rtol=0, atol=1e-9 * (1 + np.abs(y).max()))
        for function in functions(made)
        for x, y in curves(made["figure"])
    )


@every_figure
def test_at_most_three_lines_follow_the_imports(name: str) -> None:
    imports, code = find(name).listing("ja")
    assert all(line.startswith(("import ", "from ")) for line in imports)
    assert 2 <= len(code) <= 3
    assert code[-1] == f'figure = uat.draw("{name}", language="ja")'
    assert all(len(line) <= 92 for line in (*imports, *code))
    assert ("import numpy as np" in imports) == any("np." in line for line in code)


OTHERWISE: dict[str, Callable[[dict[str, Any]], bool]] = {
    "recap-descent": lambda made: any(
        np.array_equal(x, made["x"]) for x, _ in curves(made["figure"])
    ),
    "recap-autodiff": lambda made: all(
        f"={slope:.0f}" in said(made["figure"]) for slope in made["gradient"]
    ),
    "nn-cover": lambda made: (
        count(made["figure"], Circle) == 3 + sum(made["network"].widths) + len(made["y"])
    ),
    "layer-blocks": lambda made: (
        count(made["figure"], FancyBboxPatch) == 2 + len(made["network"].widths)
    ),
    "layer-roles": lambda made: count(made["figure"], FancyBboxPatch) == 2 + len(made["hidden"]),
    "dense-shapes": lambda made: (
        count(made["figure"], Rectangle) == made["layer"].weight.size + 2 * len(made["y"]) + 3
    ),
    "dense-chain": lambda made: (
        count(made["figure"], Rectangle)
        == sum(rows * columns + rows for rows, columns in made["shapes"]) + 3 + 2
    ),
    "dense-row": lambda made: (
        count(made["figure"], Rectangle)
        == made["layer"].weight.size + 2 * len(made["layer"].bias) + 3 + 8
    ),
    "mlp": lambda made: all(
        # a frame about each matrix
        count(made["figure"], Rectangle) == sum(m * n + 1 for m, n in made["shapes"])
        and rf"{rows}\times {columns}" in said(made["figure"])
        for rows, columns in made["shapes"]
    ),
    "sigmoid-tails": lambda made: all(
        f"${u:.{3 if u < 100 else 4}g}$" in said(made["figure"]) for u in made["u"]
    ),
    "half-planes": lambda made: all(
        f"{' + '.join(map(str, made[one].widths))} unit" in said(made["figure"])
        for one in ("unit", "strip", "cross", "tower")
    ),
    "other-families": lambda made: any(
        np.allclose(made["g"](x), y, rtol=0, atol=1e-9) for x, y in curves(made["figure"])
    ),
    "curse": lambda made: all(
        f"{many:,}" in said(made["figure"]) + titles(made["figure"]) for many in made["many"]
    ),
    "same-budget": lambda made: all(
        f"{many} regions" in said(made["figure"]) for many in made["regions"]
    ),
    "proof-cells": lambda made: any(
        f"{len(made['bounds'])} cells" in axes.get_title("left") for axes in made["figure"].axes
    ),
    "units-vs-epsilon": lambda made: (
        made["certificate"].bound < 1e-6
        and any(
            np.any((x == 1e-6) & (np.abs(y - made["g"].units) <= 1))
            for x, y in curves(made["figure"])
        )
    ),
    "ridge-directions": lambda made: f"{made['network'].units} units" in said(made["figure"]),
    "no-hidden-tower": lambda made: all(
        f" {' + '.join(map(str, made[one].widths))} " in said(made["figure"])
        for one in ("towers", "ridges")
    ),
    "loss-curves": lambda made: any(
        made["found"].losses[0] == pytest.approx(np.asarray(line.get_ydata())[0], rel=0.01)
        for line in made["figure"].axes[0].get_lines()
    ),
    "regions-training": lambda made: (
        {str(many) for many in made["regions"]} <= below(made["figure"])
    ),
    "depth-fold": lambda made: str(made["regions"].count.linear) in below(made["figure"]),
    "leshno-detail": lambda made: any(
        made["certificate"].upper in y for _, y in curves(made["figure"])
    ),
    "spectral-bias": lambda made: any(
        np.array_equal(y, made["y"]) for _, y in curves(made["figure"])
    ),
    "regions-plane": lambda made: f"{made['folded'].count.linear:,}" in below(made["figure"]),
    "regions-depth-width": lambda made: any(made["count"] in y for _, y in curves(made["figure"])),
    "barron": lambda made: all(
        vertices[vertices[:, 0] == made["g"].units - 1, 1].max() < made["bound"] ** 0.5
        for band in made["figure"].axes[0].collections
        for vertices in [band.get_paths()[0].vertices]
    ),
}


@every_figure
def test_the_lines_make_what_is_drawn(name: str) -> None:
    made = made_by(name)
    assert isinstance(made["figure"], Figure)
    assert OTHERWISE.get(name, shows_a_function)(made)


def test_the_lines_weigh_as_many_connections_as_are_drawn() -> None:
    made = made_by("mlp")
    drawn = [
        len(weights.get_segments())
        for axes in made["figure"].axes
        for weights in axes.collections
        if isinstance(weights, LineCollection)
    ]
    assert drawn == [rows * columns for rows, columns in made["shapes"]]


@every_figure
def test_a_formula_needs_no_letter_that_the_fonts_lack(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    MathTextParser("path").parse(f"${find(name).formula}$")
    assert caplog.records == []
