"""A proof that no polygon of fewer pieces is within ε of f, from values of f at three points a piece.

Let u < v < w, and let ℓ be the line from (u, f(u) + ε) through (v, f(v) − ε). If ℓ(w) > f(w) + ε, no
line is within ε of f at all three points. Let such triples (u_k, v_k, w_k) follow each other, so
that v_{k+1} is not before w_k, and u_{k+1} is not before w_k either. Let g be a polygon within ε
of f.

Claim: from v_k on, none of the first k pieces of g is below ℓ_k. So these pieces end before w_k, as
g(w_k) ≤ f(w_k) + ε < ℓ_k(w_k), and g has more than k.

Base, k = 1. If the first piece ends before v_1, there is nothing to show. Otherwise its line is at
most f(u_1) + ε = ℓ_1(u_1) at u_1 and at least f(v_1) − ε = ℓ_1(v_1) at v_1; hence it is not below
ℓ_1 from v_1 on.

Step, from k to k + 1. The first k pieces end before w_k, which is not after v_{k+1}. If piece k + 1
ends before v_{k+1}, there is nothing to show. Otherwise it has begun at w_k, hence at u_{k+1} and
v_{k+1}, and what was said of the first piece holds for it.

The sides of the tube may be exchanged from one triple to the next: then ℓ_{k+1} starts on the lower
side, and piece k + 1 is not above it. Then u_{k+1} may be before w_k, though not before v_k. If
piece k + 1 has begun there, it is at least f − ε. If not, it begins later, not below ℓ_k by the
claim, and is below ℓ_k at w_k: its line falls from ℓ_k, so at u_{k+1} it is at least ℓ_k. Hence the
step holds if ℓ_{k+1} starts at the smaller of f(u_{k+1}) − ε and ℓ_k(u_{k+1}).

Everything is computed in rational numbers from enclosures of f at these points, so that it does not
matter how they were found: by the shortest path in a tube a little wider than f ± ε.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Self

import numpy as np

from uat.construct.polygon.chords import ChordBounds, enclose_cells
from uat.construct.polygon.shortest_path import Path, shortest_path
from uat.core.target import Target
from uat.expression.arrays import Array

__all__ = ["pieces_needed", "proved_pieces", "tube_around"]

_MARGIN: Final = 2.0**-24  # of ε; larger: rounding never breaks a triple, but a few are lost


def pieces_needed(chords: ChordBounds, eps: float) -> int:
    """Prove a lower bound on the pieces of any polygon within ε of f.

    >>> from uat.construct.polygon.chords import chords_of
    >>> pieces_needed(chords_of(Target("x**2", (-1, 1)), 1e-5), 1e-3)
    23
    """
    path = shortest_path(*tube_around(chords, eps))
    return proved_pieces(chords.target, chords.by_modulus, path, eps)


def tube_around(chords: ChordBounds, eps: float) -> tuple[Array, Array, Array]:
    """Return a tube that contains f ± ε: the places of its corners, and its sides."""
    margin = eps * (1 + _MARGIN) + 8 * np.spacing(np.abs(chords.high).max())
    low = chords.low - chords.around(chords.below) - margin
    high = chords.high + chords.around(chords.above) + margin
    return chords.x, low, high


def proved_pieces(target: Target, by_modulus: bool, path: Path, eps: float) -> int:
    """Count the pieces that the triples of a path prove to be needed, up to the first that fails."""
    if not len(path.touching):
        return 1
    points = path.touching.ravel()
    low, high = enclose_cells(target, by_modulus, points, points)
    if not np.isfinite(high - low).all():
        return 1
    rows = zip(
        path.touching.tolist(),
        path.sides.tolist(),
        low.reshape(-1, 3).tolist(),
        high.reshape(-1, 3).tolist(),
        strict=True,
    )
    before: _Triple | None = None
    for number, (places, side, bottom, top) in enumerate(rows, 1):
        triple = _Triple.of(places, side, bottom, top, Fraction(eps)).after(before)
        if triple is None:
            return number
        before = triple
    return len(path.touching) + 1


@dataclass(frozen=True, slots=True)
class _Triple:
    """Points u < v < w and the line ℓ through the first two; seen with u on the upper side."""

    side: int
    u: Fraction
    v: Fraction
    w: Fraction
    top: Fraction  # ℓ(u)
    bottom: Fraction  # ℓ(v)
    end: Fraction  # the upper side at w

    @classmethod
    def of(
        cls, places: list[float], side: int, low: list[float], high: list[float], eps: Fraction
    ) -> Self:
        """Make the triple of three places with f between low and high there."""
        if side < 0:
            low, high = [-value for value in high], [-value for value in low]
        u, v, w = map(Fraction, places)
        top, bottom, end = Fraction(high[0]), Fraction(low[1]), Fraction(high[2])
        return cls(side, u, v, w, top + eps, bottom - eps, end + eps)

    def line(self, x: Fraction) -> Fraction:
        """Return ℓ(x)."""
        return self.top + (self.bottom - self.top) * (x - self.u) / (self.v - self.u)

    def after(self, before: Self | None) -> Self | None:
        """Return the triple with ℓ as it starts after another, or None if it proves nothing."""
        if not self.u < self.v < self.w:
            return None
        top = self.top
        if before is not None:
            same = self.side == before.side
            if not (self.u >= (before.w if same else before.v) and self.v >= before.w):
                return None
            if self.u < before.w:
                # before the piece has begun only ℓ bounds its line
                top = max(top, -before.line(self.u))
        started = replace(self, top=top)
        return started if started.line(self.w) > self.end else None
