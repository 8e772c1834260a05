"""A proof that no polygon of fewer pieces is within ε of f, from values of f at three points a piece.

Let u < v < w, and let ℓ be the line through (u, f(u) + ε) and (v, f(v) − ε). If ℓ(w) > f(w) + ε, no
line is within ε of f at all three: it would be at most ℓ at u and at least ℓ at v, hence at least ℓ
at w. Now let such triples follow each other, and let g be a polygon within ε of f. By induction:

    to the right of v_k, none of the first k pieces of g is below ℓ_k.

Since g(w_k) ≤ f(w_k) + ε < ℓ_k(w_k), these pieces end before w_k. If piece k + 1 does not reach w_k,
nothing of it is to the right of v_{k+1}, which is not before w_k. If it does, it is at most f + ε
from w_k on. It is at least f − ε where it has begun. Before that, but not before v_k, its line is
above ℓ_k, which it crosses downwards later; there it is at least the smaller of f − ε and ℓ_k. So
it is enough that u_{k+1} is not before v_k or w_k, whichever is on its side of the tube, that
v_{k+1} is not before w_k, and that ℓ_{k+1} starts at that smaller value where u_{k+1} is before w_k.
The sides of the tube may be exchanged from one triple to the next. After m triples, g has more than
m pieces.

Everything is computed in rational numbers from enclosures of f at these points, so that it does not
matter how they were found: by the shortest path in a tube a little wider than f ± ε.
"""

from fractions import Fraction
from typing import Final

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
        triple = _Triple(places, side, bottom, top, Fraction(eps))
        if not triple.follows(before):
            return number
        before = triple
    return len(path.touching) + 1


class _Triple:
    """Points u < v < w that no line passes; seen with u and w on the upper side."""

    def __init__(
        self, places: list[float], side: int, low: list[float], high: list[float], eps: Fraction
    ) -> None:
        self.side, (self.u, self.v, self.w) = side, map(Fraction, places)
        if side < 0:
            low, high = [-value for value in high], [-value for value in low]
        self.top, self.bottom = Fraction(high[0]) + eps, Fraction(low[1]) - eps
        self.end = Fraction(high[2]) + eps

    def line(self, x: Fraction) -> Fraction:
        """Return ℓ(x)."""
        return self.top + (self.bottom - self.top) * (x - self.u) / (self.v - self.u)

    def follows(self, before: "_Triple | None") -> bool:
        """Return True if these points refute a line that begins where the triple before ends."""
        if not self.u < self.v < self.w:
            return False
        if before is not None:
            same = self.side == before.side
            if not (self.u >= (before.w if same else before.v) and self.v >= before.w):
                return False
            if self.u < before.w:
                # before the piece has begun only ℓ bounds its line
                self.top = max(self.top, -before.line(self.u))
        return self.line(self.w) > self.end
