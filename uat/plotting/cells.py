"""The picture of a certificate: the cells of the proof, the bound on each, and the witness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from uat.errors import InputError, counted
from uat.expression.arrays import Array
from uat.plotting.curves import samples, unsigned
from uat.plotting.maps import value_colours
from uat.plotting.numbers import at_least, at_most

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from uat.core.certificate import Certificate, Evidence
    from uat.plotting.page import Page

__all__ = ["draw_cell_map", "draw_cells", "evidence_of"]


def draw_cells(
    page: Page, axes: Axes, certificate: Certificate, *, eps: float | None = None
) -> None:
    """Draw a proof in one coordinate: a bar for each cell, the error below it, the witness.

    Without ε, its line stands at the bound itself.
    """
    evidence = evidence_of(certificate)
    edges, bounds = _bars(evidence)
    error, line, upper = page.theme.error, page.size.line, certificate.upper
    limit = upper if eps is None else eps
    axes.stairs(bounds, edges, fill=True, **page.fill("error", alpha=0.2))
    axes.stairs(bounds, edges, color=error, linewidth=0.3 * line)
    gaps: dict[str, Any] = {"color": page.theme.background, "linewidth": 0.3 * line}
    axes.vlines(edges, 0.0, _beside(bounds), **gaps)
    _draw_error(page, axes, evidence)
    axes.axhline(upper, **page.pen("error", linewidth=0.5 * line, zorder=2))
    axes.axhline(limit, **page.pen("guide"))
    dot = page.dot("data", markersize=2 * line, clip_on=False)
    axes.plot(certificate.witness, [certificate.lower], **dot)
    axes.set(xlim=edges[[0, -1]], ylim=(0.0, max(1.08 * limit, 1.3 * upper)), xlabel="$x$")
    axes.set_title(_proved(page, certificate), color=error)
    above = (upper + axes.get_ylim()[1] / 1.03) / 2
    words: dict[str, Any] = {"va": "center", "bbox": None}
    across = edges[0] + np.array([0.02, 1.0]) * (edges[-1] - edges[0])
    page.note(axes, across[0], above, _count(page, certificate), color=error, **words)
    page.note(axes, across[1], above, _found(certificate), ha="right", **words)


def draw_cell_map(page: Page, axes: Axes, certificate: Certificate) -> None:
    """Draw a proof in two coordinates: the cells in the colours of their bounds, the witness."""
    from matplotlib.collections import PolyCollection

    evidence = evidence_of(certificate)
    (left, low), (right, high) = evidence.lower.T, evidence.upper.T
    # Axes: cells, corners, coordinates.
    corners = np.stack([left, low, right, low, right, high, left, high], axis=1).reshape(-1, 4, 2)
    edge: dict[str, Any] = {"edgecolor": page.theme.background, "linewidth": 0.1 * page.size.line}
    cells = PolyCollection(list(corners), cmap=value_colours(page.theme.error), **edge)
    cells.set_array(evidence.bounds)
    axes.add_collection(cells)
    x, y = certificate.witness
    dot = page.dot("data", color=page.theme.error, hollow=True, clip_on=False)
    axes.plot([x], [y], **dot)
    axes.set(xlim=(left.min(), right.max()), ylim=(low.min(), high.max()), xlabel="$x$")
    axes.set_ylabel("$y$")
    axes.set_title(
        f"{_proved(page, certificate)}\n{_count(page, certificate)},  {_found(certificate, '○')}"
    )
    page.figure.colorbar(cells, ax=axes)


def evidence_of(certificate: Certificate) -> Evidence:
    """Return the evidence of a certificate, and refuse one without it."""
    if certificate.evidence is None:
        raise InputError("a certificate without evidence given; it has no cells to show")
    return certificate.evidence


def _proved(page: Page, certificate: Certificate) -> str:
    bound = rf"$|f-g|\leq {at_most(certificate.bound, 4)}$"
    return page.say(f"証明済み {bound}", f"proved: {bound}")


def _count(page: Page, certificate: Certificate) -> str:
    count = len(evidence_of(certificate).bounds)
    return page.say(f"セル {count:,} 個", counted(count, "cell"))


def _found(certificate: Certificate, dot: str = "●") -> str:
    return rf"{dot} $|f-g|\geq {at_least(certificate.lower, 4)}$"


def _bars(evidence: Evidence) -> tuple[Array, Array]:
    """Return the edges of the cells from left to right, (cells + 1,), and the bounds, (cells,)."""
    order = np.argsort(evidence.lower[:, 0])
    edges = np.append(evidence.lower[order, 0], evidence.upper[:, 0].max())
    return edges, evidence.bounds[order]


def _beside(bounds: Array) -> Array:
    """Return the lower of the two bounds at each edge."""
    return np.minimum(np.append(bounds[:1], bounds), np.append(bounds, bounds[-1:]))


def _draw_error(page: Page, axes: Axes, evidence: Evidence) -> None:
    """Draw |f − g|."""
    f, g = evidence.target, evidence.network
    x = samples(f.domain[0], g if g.depth == 1 else None)
    x, gap = unsigned(x, f(x) - g.as_function()(x))
    axes.fill_between(x, gap, **page.fill("error", alpha=0.75, zorder=2))
    axes.plot(x, gap, **page.pen("error", linewidth=0.15 * page.size.line))
