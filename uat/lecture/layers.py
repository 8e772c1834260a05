"""What a layer is made of: the activation functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from uat.activations import Activation, logistic, relu, tanh
from uat.expression.graph import Expression
from uat.lecture.curves import samples
from uat.lecture.language import Pair
from uat.lecture.registry import figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.lecture.page import Page


@figure(
    "activations",
    part="layers",
    title=Pair("活性化関数", "Activation functions"),
    caption=Pair(
        "シグモイド関数、ReLU、tanh（実線）とその導関数（破線）。ReLU は 0 で微分できない。",
        "The sigmoid, ReLU and tanh (solid) and their derivatives (dashed). "
        "ReLU has no derivative at 0.",
    ),
    alternative=Pair(
        "[−5, 5] 上の三つのグラフ。シグモイドは 0 から 1 へ、tanh は −1 から 1 へなめらかに上がり、"
        "ReLU は 0 のあと傾き 1 で上がる。",
        "Three graphs on [−5, 5]: the sigmoid climbs smoothly from 0 to 1, tanh from −1 to 1; "
        "ReLU is 0 and then climbs with slope 1.",
    ),
)
def activations(page: Page) -> None:
    """Draw three activations in a row, each with its derivative."""
    shown = (
        (logistic, page.say("シグモイド関数", "Sigmoid"), r"\dfrac{1}{1+e^{-x}}"),
        (relu, "ReLU", r"\max(0,\,x)"),
        (tanh, "tanh", r"\dfrac{e^{x}-e^{-x}}{e^{x}+e^{-x}}"),
    )
    panels = page.figure.subplots(1, 3)
    for axes, (activation, name, formula) in zip(panels, shown, strict=True):
        _activation(page, axes, activation)
        axes.set_title(name, pad=3.6 * page.size.text)
        axes.annotate(
            rf"$\sigma(x)={formula}$",
            (0, 1),
            (0, 1.4 * page.size.text),
            xycoords="axes fraction",
            textcoords="offset points",
            va="center",
        )
    sigmoid, rectifier, tangent = panels
    sigmoid.set(ylim=(-0.06, 1.06), yticks=[0, 0.5, 1])
    rectifier.set(ylim=(-0.3, 5.3), yticks=[0, 1, 5])
    tangent.set(ylim=(-1.12, 1.12), yticks=[-1, 0, 1])
    page.note(sigmoid, 2.2, 0.75, r"$\sigma$", color=page.theme.unit, fontsize=page.size.text)
    page.note(sigmoid, 2.0, 0.2, "$\\sigma$′", fontsize=page.size.text)


def _activation(page: Page, axes: Axes, activation: Activation) -> None:
    x = samples((-5.0, 5.0))
    slope = cast(Expression, activation.expression).derivative()(x)
    axes.axhline(0, **page.pen("guide"))
    axes.plot(x, activation(x), **page.pen("unit"))
    if activation == relu:
        slope[x == 0.0] = np.nan
        axes.plot([0, 0], [0, 1], **page.dot("derivative", hollow=True))
    axes.plot(x, slope, **page.pen("derivative"))
    axes.set(xlim=(-5, 5), xticks=[-5, 0, 5])
    axes.set_xlabel("$x$")
