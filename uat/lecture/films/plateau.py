"""The loss of one unit as a landscape: gradient descent stays where it is flat."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import logistic
from uat.lecture.films.camera import Camera, draw_faces, lit, quads
from uat.lecture.films.film import Film, Paint, eased
from uat.plotting.language import Pair
from uat.plotting.maps import value_colours
from uat.train.descent import Loss, adam, gradient_descent
from uat.train.gradient import loss_and_gradient, outputs
from uat.train.parameters import Residuals, Shape

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.expression.arrays import Array
    from uat.plotting.page import Page

__all__ = ["LAST", "STUCK_DESCENT", "descent_of", "loss_of_one_unit"]

LAST: Final = 600
_SHAPE: Final = Shape((1, 1, 1), logistic)
_START: Final = (-3.0, 6.0)  # b and c of σ(bx + c), which is then nearly 1 everywhere
_FAR: Final = 9.0  # the landscape shows b and c from −9 to 9
_RATES: Final = {"descent": 0.3, "adam": 0.05}
_POINTS: Final = 55  # along a side of the surface: more are smoother, slower
_TALL: Final = 0.9  # height of the loss 1, in half widths of the landscape


def _data() -> tuple[Array, Array]:
    """Return points and the values of the unit σ(6x − 1) that is to be found: (points, 1) each."""
    x = np.linspace(-1, 1, 81)[:, None]
    return x, np.asarray(logistic(6 * x - 1))


def loss_of_one_unit(weights: Array) -> tuple[Residuals, Array]:
    """Return the loss of σ(bx + c) and its gradient by b and c; the output weight stays 1."""
    residuals, gradient = loss_and_gradient(_SHAPE, weights, *_data())
    gradient[2:] = 0.0
    return residuals, gradient


@cache
def descent_of(method: str) -> tuple[Array, Array]:
    """Train from the start, and return all (b, c), (iterations + 1, 2), and losses."""
    start, loss = np.array([*_START, 1.0, 0.0]), loss_of_one_unit
    iterates = _run(loss, start, method)
    weights, residuals = zip(*islice(iterates, LAST + 1), strict=True)
    return np.array(weights)[:, :2], np.array([met.loss for met in residuals])


def _run(loss: Loss, start: Array, method: str) -> Any:
    run = gradient_descent if method == "descent" else adam
    return run(loss, start, rate=_RATES[method])


@cache
def _landscape() -> Array:
    """Return the faces of the landscape: b and c in parts of their range, the loss as height."""
    side = np.linspace(-1, 1, _POINTS)
    b, c = np.meshgrid(side, side)
    x, y = _data()
    # Axes: c, b, points.
    gap = logistic(_FAR * (b[..., None] * x[:, 0] + c[..., None])) - y[:, 0]
    return quads(b, c, _TALL * (gap**2).mean(axis=-1))


def _iteration(time: float) -> float:
    return LAST * eased(time, ((0.08, 0.0), (0.85, 1.0)))


def _stuck_descent(page: Page) -> Paint:
    """Draw the landscape with two balls, and beside it f with the unit of each ball."""
    scene = page.figure.add_axes((0.0, 0.0, 0.62, 0.88))
    beside = page.figure.add_axes((0.67, 0.13, 0.3, 0.36))
    scene.set_axis_off()
    scene.set(xlim=(-1.55, 1.55), ylim=(-1.1, 1.25), aspect="equal")
    say = page.say
    x, y = _data()
    beside.plot(x, y, **page.pen("target", linewidth=page.size.hero))
    beside.set(xlim=(-1, 1), ylim=(-0.06, 1.06), xticks=[-1, 0, 1], yticks=[0, 1], xlabel="$x$")
    page.note(beside, 0.62, 0.7, "$f$", color=page.theme.target, fontsize=page.size.text)
    finding = say("平らな所では、勾配降下法は進まない", "Descent is stuck where the loss is flat")
    page.headline(finding)

    def paint(iteration: float) -> None:
        turned = Camera(-128.0 + 20.0 * iteration / LAST, 38.0, (0.0, 0.0, 0.2), distance=7.0)
        faces = _landscape()
        shares = np.clip(faces[:, :, 2].mean(axis=1) / 0.6, 0.0, 1.0)
        tints = value_colours(page.theme.error)(0.05 + 0.4 * shares)
        draw_faces(scene, turned, faces, lit(faces, tints), zorder=1)
        for row, method in enumerate(_RATES):
            _draw_ball(page, scene, turned, method, iteration)
            _draw_unit(page, beside, method, iteration)
            _write(page, scene, method, int(iteration), 0.86 - 0.2 * row)
        counted = say(f"反復 {int(iteration)} 回", f"iteration {int(iteration)}")
        words: dict[str, Any] = {"transform": scene.transAxes, "va": "baseline"}
        page.note(scene, 0.04, 0.03, counted, fontsize=page.size.text, **words)

    return paint


def _colour(page: Page, method: str) -> str:
    return page.theme.ink if method == "descent" else page.theme.faint


def _between(values: Array, iteration: float) -> Array:
    """Return a value on the straight line between two iterates."""
    first = int(iteration)
    after = min(first + 1, LAST)
    return np.asarray(values[first] + (iteration - first) * (values[after] - values[first]))


def _draw_ball(page: Page, axes: Axes, camera: Camera, method: str, iteration: float) -> None:
    """Draw the way so far on the landscape, and a ball at its end."""
    places, losses = descent_of(method)
    last = _between(np.column_stack([places / _FAR, _TALL * losses]), iteration)
    way = np.column_stack([places / _FAR, _TALL * losses])[: int(iteration) + 1]
    seen = camera(np.vstack([way, last]) + np.array([0.0, 0.0, 0.015]))[0]
    pen = page.pen("aside", color=_colour(page, method), linewidth=0.7 * page.size.line, zorder=4)
    axes.plot(*seen.T, **pen)
    size = 4.6 * page.size.line
    ball = page.dot("data", color=_colour(page, method), markersize=size, zorder=6)
    axes.plot(*seen[-1:].T, **ball | {"markeredgecolor": page.theme.background})


def _draw_unit(page: Page, axes: Axes, method: str, iteration: float) -> None:
    x, _ = _data()
    b, c = _between(descent_of(method)[0], iteration)
    weights = np.array([b, c, 1.0, 0.0])
    colour, width = _colour(page, method), 0.8 * page.size.line
    axes.plot(x, outputs(_SHAPE, weights, x), **page.pen("network", color=colour, linewidth=width))


def _write(page: Page, axes: Axes, method: str, done: int, height: float) -> None:
    """Write the name of a method and its loss."""
    words: dict[str, Any] = {"transform": axes.transAxes, "va": "baseline"}
    words |= {"color": _colour(page, method)}
    name = page.say("勾配降下法", "gradient descent") if method == "descent" else "Adam"
    page.note(axes, 1.08, height + 0.06, name, fontsize=page.size.text, **words)
    lost = descent_of(method)[1][done]
    loss = page.say("損失", "loss") + (f" {lost:.4f}" if lost >= 1e-4 else " < 0.0001")
    page.note(axes, 1.08, height - 0.02, loss, fontsize=page.size.headline, **words)


STUCK_DESCENT = Film(
    "loss-curves",
    12.0,
    _iteration,
    _stuck_descent,
    (0.0, 0.45, 1.0),
    about=Pair(
        "別の小さなネットワーク：一つのユニット σ(bx + c) が σ(6x − 1) を学ぶときの、b と c の関数としての損失。",
        "Another, tiny network: one unit σ(bx + c) learns σ(6x − 1); the landscape is its loss over b and c.",
    ),
)
