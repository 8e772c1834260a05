"""A proof that no polygon of fewer pieces is within ε of f, from values of f at three points a piece.

Let u < v < w, and let ℓ be the line through (u, f(u) + ε) and (v, f(v) − ε). If ℓ(w) > f(w) + ε, no
line is within ε of f at all three: it would be at most ℓ at u and at least ℓ at v, and so at least
ℓ at w. Such triples follow each other. Let g be a polygon within ε of f, and suppose that of its
first k pieces no point to the right of v lies below ℓ, as has just been shown for k = 1. Then

 (1) they end before w, for g(w) ≤ f(w) + ε < ℓ(w);
 (2) if piece k + 1 reaches w, its line is at most f(w) + ε there, and at least f − ε, or ℓ where
     that is less, at each point from v to its end: where the piece has not begun, its line is
     above ℓ, as it crosses ℓ downwards later.

So take the next triple with its point of the lower side at or after v and the two, or one, of the
upper side at or after w, and for f − ε the less of f − ε and ℓ(u). If u, v, w are all reached by
piece k + 1, the same holds for it and the next ℓ; and its v is not before this w, so that no earlier
piece reaches it. In the same way with the sides exchanged. After m triples g has m + 1 pieces.

Everything is computed in rational numbers, from an enclosure of f at each point. So it does not
matter how the points were found: here, by the greedy path in a tube a little wider than f ± ε.
"""

from fractions import Fraction
from typing import Final

import numpy as np

from uat.construct.polygon.chords import Chords
from uat.construct.polygon.greedy import Path, fewest_pieces
from uat.core.target import Target
from uat.expression.arrays import Array

__all__ = ["fewest", "proved_pieces", "tube_around"]

_MARGIN: Final = 2.0**-24  # of ε; larger: rounding never breaks a triple, but a few are lost


def fewest(chords: Chords, eps: float) -> int:
    """Prove a lower bound on the pieces of any polygon within ε of f.

    >>> fewest(chords_of(Target("x**2", (-1, 1)), 1e-6), 1e-3)
    16
    """
    path = fewest_pieces(*tube_around(chords, eps))
    return proved_pieces(chords.target, chords.by_modulus, path, eps)


def tube_around(chords: Chords, eps: float) -> tuple[Array, Array, Array]:
    """Return a tube that contains f ± ε: the places of its corners, and its sides."""
    margin = eps * (1 + _MARGIN) + 8 * np.spacing(np.abs(chords.high).max())
    low = chords.low - chords.around(chords.below) - margin
    high = chords.high + chords.around(chords.above) + margin
    return chords.x, low, high


def proved_pieces(target: Target, by_modulus: bool, path: Path, eps: float) -> int:
    """Count the pieces that the triples of a path prove to be needed, up to the first that fails."""
    if not len(path.touching):
        return 1
    points = path.touching.ravel()[:, None]
    low, high = (target.enclose_by_modulus if by_modulus else target.enclose)(points, points)
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
