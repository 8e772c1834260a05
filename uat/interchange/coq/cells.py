"""Cells for Coq: intervals on which most units are settled, and what is left of f − g there.

A tree of cuts is walked from the whole box down. At each node the units that are settled on it are
added to a line c0 + c1·x, and to what this may be off by; only the others go on to its halves. All
numbers are whole multiples of a power of 1/2, as in `cells.v`: Coq does the same sums, by an algorithm
that it has proved to be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import frexp, inf, nextafter
from typing import TYPE_CHECKING, Final, TypeAlias

from uat.errors import CannotProve

if TYPE_CHECKING:
    from uat.interchange.coq.sigmas import Settling

__all__ = ["Cell", "Plan", "Unit", "plan"]

Unit = tuple[float, float, float]
"""a, b, c."""

_SLACK: Final = 2.0**-44
"""How far past a bend of a unit a cell may end, relative to the arguments; the sum takes it in."""

_FEW: Final = 4
"""Active units that a cell may have where each is steep: halving finds them as fast as more cells do."""

_GRAIN: Final = 100
"""Bits after the point in c0 and c1; fewer: more is lost of the bound, and at the witness."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is left to prove on [low, high]: |f − c0 − c1·x − Σ of the active units| ≤ bound."""

    low: float
    high: float
    c0: Fraction
    c1: Fraction
    bound: float
    active: tuple[Unit, ...]
    steep: bool = (
        False  # whether the active units are on their way on a small part of the cell only
    )


Tree: TypeAlias = "Cell | tuple[Tree, Tree]"
"""Cells as the ends of a tree of cuts, each between two subtrees."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A tree of cells side by side from the left; all numbers are whole multiples of 2^−bits.

    `there` is the witness as a cell, on which g is c0 + c1·x + Σ of the active units up to the bound.
    """

    tree: Tree
    there: Cell
    slack: float
    bits: int

    @property
    def cells(self) -> list[Cell]:
        """The cells from left to right."""
        return [*_leaves(self.tree)]


def _leaves(tree: Tree) -> Iterator[Cell]:
    if isinstance(tree, Cell):
        yield tree
    else:
        for half in tree:
            yield from _leaves(half)


def plan(
    units: Iterable[Unit],
    beside: float,
    box: tuple[float, float],
    bound: float,
    witness: float,
    settling: Settling,
    switches: Iterable[float] = (),
) -> Plan:
    """Cut the box where units begin or end to be settled, and where f switches."""
    units, switches = tuple(units), tuple(switches)
    largest = max((abs(b) * max(map(abs, box)) + abs(c) for _, b, c in units), default=1.0)
    slack = _power_above(largest * _SLACK) if settling.straight else 0.0
    low, high = box
    cuts = {x for unit in units for x in _turns(unit, settling, slack)} | {*switches}
    ends = [low, *sorted(x for x in cuts if low < x < high), high]
    numbers = [*ends, witness, beside, bound, slack, settling.tail, *settling.reach]
    numbers += [v for unit in units for v in unit]
    bits = max([_GRAIN, *map(_bits, numbers)])
    walk, place = (
        _Walk(settling, room, bits, places, switches, bound)
        for room, places in ((slack, ends), (0.0, [witness, witness]))
    )
    members = [((a, b, c), walk.whole(a), walk.whole(b), walk.whole(c)) for a, b, c in units]
    sums = walk.whole(beside) << 2 * bits, 0, 0
    tree = walk.tree(0, len(ends) - 1, sums, members)
    return Plan(tree, place.there(sums, members), slack, bits)


def _bits(value: float) -> int:
    """Count the binary digits after the point."""
    return value.as_integer_ratio()[1].bit_length() - 1


def _power_above(value: float) -> float:
    """Return a power of two above a number, at most 2^1000; 0 for 0."""
    return float(2.0 ** frexp(min(value, 2.0**999))[1]) if value else 0.0


def _turns(unit: Unit, settling: Settling, slack: float) -> Iterator[float]:
    """Find the floats at which a unit ends to be settled on one side, and begins on the other."""
    _, b, c = map(Fraction, unit)
    if b == 0:
        return
    for end, sign in zip(settling.reach, (-1, 1), strict=True):
        exact, away = (Fraction(end) - c) / b, inf if (b > 0) == (sign > 0) else -inf
        if abs(exact) > 2**1000:
            continue
        x = float(exact)
        while sign * (b * Fraction(x) + c - Fraction(end)) < -Fraction(slack):
            x = nextafter(x, away)
        yield x


Member = tuple[Unit, int, int, int]
Sums = tuple[int, int, int]


class _Walk:
    """The walk down the tree; the names are those of `cells.v`."""

    def __init__(
        self,
        settling: Settling,
        slack: float,
        bits: int,
        ends: list[float],
        switches: tuple[float, ...],
        bound: float,
    ) -> None:
        self.settling, self.bits, self.ends, self.switches = settling, bits, ends, switches
        self.low, self.high = (self.whole(v) << bits for v in settling.reach)
        self.slack, self.tail = self.whole(slack) << bits, self.whole(settling.tail) << bits
        self.bound = self.whole(bound)

    def whole(self, value: float | Fraction) -> int:
        """Return value · 2^bits, which is an integer."""
        top, bottom = value.as_integer_ratio()
        return (top << self.bits) // bottom

    def tree(self, first: int, last: int, sums: Sums, members: list[Member]) -> Tree:
        """Return the cells between two ends, given the sums of the units that are settled already."""
        low, high = self.whole(self.ends[first]), self.whole(self.ends[last])
        sums, members = self.settle(low, high, sums, members)
        if last - first == 1 or self.jointly(self.ends[first], self.ends[last], members):
            return self.cell(self.ends[first], self.ends[last], sums, members, last - first > 1)
        middle = (first + last) // 2
        return self.tree(first, middle, sums, members), self.tree(middle, last, sums, members)

    def jointly(self, low: float, high: float, members: list[Member]) -> bool:
        """Return whether a cell may stay whole: few units are on their way, each on a small part of it.

        Units with a bend or a jump are never left together, nor lines: halving takes too long on them.
        """
        slopes = [abs(b) for (_, b, _), *_ in members if b != 0]
        if self.settling.sudden or self.settling.linear or not 0 < len(slopes) <= _FEW:
            return False
        if any(low < switch < high for switch in self.switches):
            return False
        reach = self.settling.reach
        ways = sum((reach[1] - reach[0]) / max(slope, 1e-300) for slope in slopes)
        return ways <= (high - low) / 4

    def settle(
        self, low: int, high: int, sums: Sums, members: list[Member]
    ) -> tuple[Sums, list[Member]]:
        """Add the settled units to the line and to what it may be off by; return the others too."""
        const, slope, off = sums
        kept = []
        for member in members:
            _, a, b, c = member
            c <<= self.bits
            u0, u1 = sorted((b * low + c, b * high + c))
            if u0 >= self.high - self.slack:
                limit, linear, excess = self.settling.high, self.settling.linear, self.high - u0
            elif u1 <= self.low + self.slack:
                limit, linear, excess = self.settling.low, 0, u1 - self.low
            else:
                kept.append(member)
                continue
            const += a * ((limit << 2 * self.bits) + linear * c)
            slope += linear * a * b
            off += abs(a) * (self.tail + max(0, excess))
        return (const, slope, off), kept

    def there(self, sums: Sums, members: list[Member]) -> Cell:
        """Return the cell of a single point, with what is lost on it as the bound."""
        low, high = self.ends
        sums, members = self.settle(self.whole(low), self.whole(high), sums, members)
        c0, c1, lost = self.line(low, high, sums)
        most = -_below(-lost, 3 * self.bits)
        return Cell(low, high, c0, c1, most, tuple(unit for unit, *_ in members))

    def cell(self, low: float, high: float, sums: Sums, members: list[Member], steep: bool) -> Cell:
        """Take what is lost off the bound."""
        c0, c1, lost = self.line(low, high, sums)
        left = (self.bound << 2 * self.bits) - lost
        bound = _below(left, 3 * self.bits) if left > 0 else 0.0
        if bound <= 0:
            raise CannotProve(
                f"between {low!r} and {high!r} the units are settled only up to "
                f"{lost / 2 ** (3 * self.bits):.3g}, past the bound: by cells it cannot be proved for Coq"
            )
        return Cell(low, high, c0, c1, bound, tuple(unit for unit, *_ in members), steep)

    def line(self, low: float, high: float, sums: Sums) -> tuple[Fraction, Fraction, int]:
        """Shorten the numbers of the line; return it and what is lost by this and by the tails."""
        (const, slope, off), bits = sums, self.bits
        c0, c1 = _shortened(const, 3 * bits), _shortened(slope, 2 * bits)
        far = max(abs(self.whole(low)), abs(self.whole(high)))
        lost = off + abs(const - (self.whole(c0) << 2 * bits))
        return c0, c1, lost + abs(slope - (self.whole(c1) << bits)) * far


def _shortened(value: int, bits: int) -> Fraction:
    """Return value · 2^−bits, cut to a multiple of 2^−_GRAIN."""
    return Fraction(value >> (bits - _GRAIN), 1 << _GRAIN)


def _below(value: int, bits: int) -> float:
    """Return a float just below value · 2^−bits that is a multiple of 2^−_GRAIN."""
    short = _shortened(value, bits)
    near = float(short)
    while short < Fraction(near):
        near = nextafter(near, -inf)
    return near
