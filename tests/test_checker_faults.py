"""A fault planted in the checker does not go unnoticed.

Each fault is put into the checker's own text, and one of the claims of a sound checker, which all
hold without it, has to fail.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.oracles.enclosures import DIGITS
from tests.oracles.formulas import mp
from tests.oracles.sound import (
    CLAIMS,
    bounds,
    every_cell,
    intervals,
    networks,
    no_gap,
    polynomials,
    rounding,
    taylor,
    witnesses,
)
from uat import checker

SOURCE = Path(checker.__file__).read_text("utf-8")


@pytest.mark.parametrize("holds_true", CLAIMS, ids=lambda c: c.__name__)
def test_without_a_fault_all_of_this_holds(holds_true: Callable[[ModuleType], None]) -> None:
    with mp.workdps(DIGITS):
        holds_true(checker)


FAULTS: dict[str, tuple[str, str, Callable[[ModuleType], None]]] = {
    "only the corners of a polynomial looked at": (
        "all(bottom <= c <= top for c in tensor)",
        "all(bottom <= tensor[i] <= top for i in ends)",
        polynomials,
    ),
    "only one variable looked at": (
        "for _ in range(dimension):\n        tensor",
        "for _ in range(1):\n        tensor",
        polynomials,
    ),
    "only one face looked at": (
        "all(bottom <= c <= top for c in tensor)",
        "all(bottom <= c <= top for c in tensor[:size])",
        polynomials,
    ),
    "only one half of a polynomial looked at": (
        "for half in _halves(size)]",
        "for half in _halves(size)[:1]]",
        polynomials,
    ),
    "Bernstein's basis of the wrong half": ("(-1) ** (j - i) *", "1 ** (j - i) *", polynomials),
    "a bound from above alone": ("(bottom <= c <= top", "(c <= top", polynomials),
    "one half of a polynomial for the other": (
        "arb_mat([row[::-1] for row in left[::-1]])",
        "arb_mat(left)",
        polynomials,
    ),
    "the wrong sign in the tail sum": (
        "rest * Interval(raised) - rest * Interval(lowered)",
        "rest * Interval(raised) + rest * Interval(lowered)",
        networks,
    ),
    "a tail sum that is one unit short": (
        "(s[last] - s[first] for s in self.sums)",
        "(s[max(last - 1, first)] - s[first] for s in self.sums)",
        networks,
    ),
    "units of one bias counted once": (
        "group.get(bias + 0.0, arb(0)) + arb(weight)",
        "arb(weight)",
        networks,
    ),
    "the constant forgotten": ("Interval(arb(last))", "Interval(arb(0))", networks),
    "the remainder of the units dropped": ("rest + Interval(-size, size)", "rest", networks),
    "a half line from the wrong end": (
        "base.high + biases[first - 1]",
        "base.low + biases[first - 1]",
        networks,
    ),
    "a half line of the farthest unit": (
        "base.low + biases[last], INF",
        "base.low + biases[-1], INF",
        networks,
    ),
    "the range of σ from what was seen": ("most = max(most, top)", "most = seen", networks),
    "a bias of a deep layer forgotten": (
        "sums = [_dot(row, x) + b for",
        "sums = [_dot(row, x) for",
        networks,
    ),
    "the remainder dropped": ("Interval(-size.upper(), size.upper())", "Interval(arb(0))", taylor),
    "half of the remainder": (
        "Interval(-size.upper(), size.upper())",
        "Interval(-size / 2, size / 2)",
        taylor,
    ),
    "a radius on one side": ("max((q - c).upper(), (c - p).upper())", "(q - c) / 2", taylor),
    "a term of a product dropped": ("self.order - i]", "self.order - i - 1]", taylor),
    "a kink taken for smooth": (
        "given[0] if first.low >= 0",
        "given[0] if first.high >= 0",
        taylor,
    ),
    "an open choice taken for settled": (
        "if first.low == 1 else given",
        "if first.high == 1 else given",
        taylor,
    ),
    "outward rounding dropped": (
        "low.lower(), (low if high is None else high).upper()",
        "low.mid(), (low if high is None else high).mid()",
        rounding,
    ),
    "the ends of a difference swapped": (
        "Interval(self.low - other.high, self.high - other.low)",
        "Interval(self.low - other.low, self.high - other.high)",
        intervals,
    ),
    "a pole overlooked": ("if other.low < 0 < other.high or", "if", intervals),
    "0 inside overlooked": ("arb(0) if 0 in self else min(ends)", "min(ends)", intervals),
    "u log u by its ends": ("Interval.hull(*ends, *bottom)", "Interval.hull(*ends)", intervals),
    "a table by its ends": (
        "*(arb(numbers[half + i]) for i in inner)",
        "*()",
        intervals,
    ),
    "a comparison of what is not real": (
        "elif name in COMPARISONS and unsure:",
        "elif False:",
        intervals,
    ),
    "less for less or equal": (
        "_truth(u.high <= v.low, u.low > v.high)",
        "_truth(u.high <= v.low, u.low >= v.high)",
        intervals,
    ),
    "the sign of the remainder": ("bound - rest.high)", "bound - rest.low)", bounds),
    "f and g added": ("{k: -c for k, c in g.terms.items()}", "dict(g.terms)", bounds),
    "a part of a cell left out": ("[Cell.of(self.low, high), Cell", "[Cell", bounds),
    "the other part left out": (", Cell.of(low, self.high)]", "]", bounds),
    "the last cell left out": (
        "for number in range(len(claim.cells)):",
        "for number in range(len(claim.cells) - 1):",
        every_cell,
    ),
    "the first cell left out": (
        "for number in range(len(claim.cells)):",
        "for number in range(1, len(claim.cells)):",
        every_cell,
    ),
    "bounds above the claim": (
        "if not bound <= claim.upper",
        "if bound < claim.upper / 9",
        every_cell,
    ),
    "a part that no cell covers": (
        "if any(all(map(le, p, low))",
        "if not near or any(all(map(le, p, low))",
        no_gap,
    ),
    "a part covered from below alone": (
        "all(map(le, p, low)) and all(map(ge, q, high))",
        "all(map(le, p, low))",
        no_gap,
    ),
    "a part covered from above alone": (
        "all(map(le, p, low)) and all(map(ge, q, high))",
        "all(map(ge, q, high))",
        no_gap,
    ),
    "a part covered along one side": (
        "all(map(ge, q, high)) for",
        "any(map(ge, q, high)) for",
        no_gap,
    ),
    "a witness believed": ("seen >= claim.lower and", "", witnesses),
    "a witness anywhere": (" and all(a <= x <= b for (a, b), x in box)", "", witnesses),
    "a witness below the box": ("all(a <= x <= b for", "all(x <= b for", witnesses),
}


def planted(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> ModuleType:
    """The checker with one fault."""
    assert SOURCE.count(old) >= 1, old
    faulty = ModuleType("faulty")
    monkeypatch.setitem(sys.modules, "faulty", faulty)
    exec(compile(SOURCE.replace(old, new), "faulty", "exec"), faulty.__dict__)
    return faulty


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    old, new, sound = FAULTS[fault]
    faulty = planted(monkeypatch, old, new)
    with mp.workdps(DIGITS), pytest.raises(AssertionError):
        sound(faulty)
