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
    between,
    bounds,
    ellipses,
    every_cell,
    folds,
    functions,
    interpolation,
    intervals,
    lines,
    nearest,
    networks,
    no_gap,
    polynomials,
    rounding,
    sums,
    units,
    witnesses,
)
from uat import checker

SOURCE = Path(checker.__file__).read_text("utf-8")


@pytest.mark.slow
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
    "Bernstein's basis of the wrong half": ("* (1 - s) ** m", "* (1 + s) ** m", polynomials),
    "a bound from above alone": ("(bottom <= c <= top", "(c <= top", polynomials),
    "one half of a polynomial for the other": (
        "arb_mat([row[::-1] for row in left[::-1]])",
        "arb_mat(left)",
        polynomials,
    ),
    "the wrong sign in the tail sum": (
        "rest * Interval(raised) + rest * Interval(lowered)",
        "rest * Interval(raised) - rest * Interval(lowered)",
        networks,
    ),
    "a tail sum that is one unit short": (
        "(s[last] - s[first] for s in self.sums)",
        "(s[max(last - 1, first)] - s[first] for s in self.sums)",
        networks,
    ),
    "a linear part forgotten": ("line if slope != 0 else []", "[]", networks),
    "units of one bias counted once": (
        "group.get(bias + 0.0, fmpq(0)) + _exact(weight)",
        "_exact(weight)",
        networks,
    ),
    "the constant forgotten": (
        "Interval(-arb(claim.layers[1][1][0]))",
        "Interval(arb(0))",
        networks,
    ),
    "steep units forgotten": ("(parts, rest + wide)", "(parts, rest)", networks),
    "a half line from the wrong end": (
        "base.high + self.biases[first - 1]",
        "base.low + self.biases[first - 1]",
        networks,
    ),
    "a half line of the farthest unit": (
        "base.low + self.biases[last], INF",
        "base.low + self.biases[-1], INF",
        networks,
    ),
    "the range of σ from what was seen": (
        "whole += [value.low, value.high]",
        "whole += [seen.low, seen.high]",
        networks,
    ),
    "activations of deep layers in another order": (
        "[*claim.sigmas, SAME]",
        "[*claim.sigmas[::-1], SAME]",
        networks,
    ),
    "a bias of a deep layer forgotten": ("1, [*x, 1]", "1, [*x, 0]", networks),
    "what interpolation loses dropped": (", error.upper()", ", arb(0)", interpolation),
    "twice the decay": ("(-degree * t).exp()", "(-2 * degree * t).exp()", interpolation),
    "the loss along one coordinate alone": (
        "_ellipse(parts, axis, tolerance) for",
        "_ellipse(parts, 0, tolerance) for",
        interpolation,
    ),
    "a radius on one side": (
        "max((q - c).upper(), (c - p).upper())",
        "(q - c) / 2",
        interpolation,
    ),
    "an ellipse no longer than the cell": (
        "(c - r * t.cosh(), c + r * t.cosh())",
        "(c - r, c + r)",
        ellipses,
    ),
    "an ellipse of no height": ("(arb(0), r * t.sinh())", "(arb(0), arb(0))", ellipses),
    "an ellipse along the wrong axis": (
        "acb(x, y) if j == axis",
        "acb(x, y) if j != axis",
        ellipses,
    ),
    "the least of the parts of an ellipse": (
        "return max(most for",
        "return min(most for",
        ellipses,
    ),
    "a half of an ellipse left out": (
        "for side in ((low, middle), (middle, high)):",
        "for side in ((low, middle),):",
        ellipses,
    ),
    "a pole in an ellipse overlooked": ("else (INF, arb(0))", "else (arb(0), arb(0))", ellipses),
    "branch points overlooked": ("elif name in BRANCHED and not", "elif False and not", ellipses),
    "a unit's arguments no farther than on the cell": (
        "u.low - more, u.high + more",
        "u.low, u.high",
        units,
    ),
    "a unit's arguments real": ("(arb(0), reach * t.sinh())", "(arb(0), arb(0))", units),
    "the weight of a unit forgotten": (
        "return abs(weight) * largest",
        "return largest",
        units,
    ),
    "a kink taken for smooth": (
        "given[0] if first.low >= 0",
        "given[0] if first.high >= 0",
        interpolation,
    ),
    "an open choice taken for settled": (
        "if first.low == 1 else given",
        "if first.high == 1 else given",
        interpolation,
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
    "0 inside overlooked": ("arb(0) if self.low <= 0 <= self.high else", "", intervals),
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
    "an interval's other end": ("bound - error - rest.high", "bound - error - rest.low", bounds),
    "the sign of the error": (
        "error - bound - rest.low, bound - error",
        "-error - bound - rest.low, bound + error",
        bounds,
    ),
    "f and g added": ("arb(-weight)", "arb(weight)", bounds),
    "a part of a cell left out": ("[Cell(self.low, high), Cell", "[Cell", bounds),
    "the other part left out": (", Cell(low, self.high)]", "]", bounds),
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
    "a part that no cell covers": ("if not near:", "if near is None:", no_gap),
    "a part of the box left out": (
        "            parts.append(_restricted(strips, near, axis, [i >= middle for i in range(size)]))",
        "",
        no_gap,
    ),
    "a part covered from below alone": ("side == (0, len(strips[i]))", "side[0] == 0", no_gap),
    "a part covered from above alone": (
        "side == (0, len(strips[i]))",
        "side[1] == len(strips[i])",
        no_gap,
    ),
    "a part covered along one side": ("if all(i == axis or", "if any(i == axis or", no_gap),
    "a strip more than is covered": ("accumulate(change[:-1])", "accumulate(change[1:])", no_gap),
    "a witness believed": ("seen >= _exact(claim.lower) and", "", witnesses),
    "a witness anywhere": (" and all(a <= x <= b for (a, b), x in box)", "", witnesses),
    "what keeps its sign taken for what does not": (
        "(least >= 0 or most <= 0)",
        "(least >= -1 or most <= 0)",
        folds,
    ),
    "less for less or equal in what is chosen": (
        '(u == 0 and name == "less_equal")',
        "u == 0",
        folds,
    ),
    "a jump of what is chosen": ("return None  # it jumps", "pass", folds),
    "bends where the argument turns overlooked": ("if start != end:\n", "if False:\n", folds),
    "forms taken for one": (
        "lost += abs(bend) * _distance",
        "_distance",
        folds,
    ),
    "a sign that changes a little": ("lost += 2 * abs(bend) * max(past", "max(past", folds),
    "a bend left out": ("lost += abs(bend) * max(map(abs, _range", "max(map(abs, _range", folds),
    "a knot overlooked": ("return first, last\n", "return last, last\n", networks),
    "the last knot overlooked": (
        "return first, last\n",
        "return first, max(first, last - 1)\n",
        networks,
    ),
    "the first piece shifted": ("first[0] += weight * bend", "first[0] -= weight * bend", networks),
    "a polygon by its ends": (
        "*(v - slope * s for v, s in zip(values, places, strict=True))",
        "*(v - slope * s for v, s in zip(values[:1], places[:1], strict=True))",
        networks,
    ),
    "units beside a form": ("- lost).lower()", ").lower()", lines),
    "units that rounding moves at one end": (
        "max(map(abs, map(_exact, side)))",
        "_exact(side[0])",
        lines,
    ),
    "the start of a form": ("self._number(start)", "self._number(0 * start)", lines),
    "another form": ("if any(b != along * w", "if self.form[1:] and any(b != b", lines),
    "a cell of a form cut short": ("[arb(u[1]).upper()]", "[arb(u[1] / 2).upper()]", lines),
    "lines on the wrong sides": (
        "below * straight - less, above * straight + more",
        "below * straight + less, above * straight - more",
        between,
    ),
    "the start of a line forgotten": ("row[-1] += line.start", "pass", between),
    "what lines are apart forgotten": ("wide[-1][-1] += line.apart", "pass", between),
    "the sign of a weight kept": ("[[abs(row[j]) for", "[[row[j] for", between),
    "a line below from above": (
        "rest.low), slope, rest.low",
        "rest.low), slope, rest.high",
        between,
    ),
    "lines of the first layer": ("zip(passed[::-1]", "zip(passed[:1] * len(passed)", between),
    "a range on one side": ("constant - sum(map(abs, row)", "constant - sum(row", between),
    "half of a range": (
        "Interval(v - r, v + r) for v, r",
        "Interval(v - r / 2, v + r / 2) for v, r",
        between,
    ),
    "one side of the lines alone": (
        "((below, -INF, bound), (above, -bound, INF))",
        "((below, -INF, bound),)",
        between,
    ),
    "the other side of the lines alone": (
        "((below, -INF, bound), (above, -bound, INF))",
        "((above, -bound, INF),)",
        between,
    ),
    "folds from one side": (
        "abs(gap).high <= bound",
        "gap.high <= bound",
        between,
    ),
    "degrees of factors": ("value = sum(given)", "value = max(given)", interpolation),
    "the degree of a power": ("value = own[0] * given[0] if", "value = given[0] if", interpolation),
    "what the forms leave forgotten": ("bound += largest_fold(left, low, high)", "", sums),
    "a straight part believed": ("left += Folds([*(slope * w for w in n), start], {})", "", sums),
    "other bends forgotten": (
        "Folds(left.affine, others), lost",
        "Folds(left.affine, {}), lost",
        sums,
    ),
    "a function without a bound": ("if functions:\n", "if False:\n", sums),
    "a bound along a form believed": ("proof.prove_cell(0)", "pass", sums),
    "bounds along forms that are not added": ("bound += most", "bound = most", sums),
    "half of a form": ("[arb(ends[1]).upper()]", "[arb(ends[1] / 2).upper()]", sums),
    "a form from 0 on": ("[arb(ends[0]).lower()]", "[arb(0)]", sums),
    "a sum above a cell's bound": (
        "not most <= _exact(claim.cells[number][2])",
        "not most <= 1",
        sums,
    ),
    "a form that is near in one place": (
        "all(abs(p - q) <= 2.0**-40",
        "any(abs(p - q) <= 2.0**-40",
        nearest,
    ),
    "what forms are apart forgotten": (
        "lost += abs(bend) * _distance(form",
        "_distance(form",
        nearest,
    ),
    "bends of one place taken for one": (
        "along[t] = along.get(t, fmpq(0)) + bend",
        "along[t] = bend",
        nearest,
    ),
    "signs of a product": (
        "share, form = share * sign, form",
        "share, form = share, form",
        functions,
    ),
    "the scale of a product": (
        "scaled.append(form * (1 / power))",
        "scaled.append(form)",
        functions,
    ),
    "a constant factor forgotten": ("constants += [i] * power", "pass", functions),
    "a number in a product forgotten": ("size *= value.level**power", "pass", functions),
    "the power of a number": ("size *= value.level**power", "size *= value.level", functions),
    "a constant of a form": ("start = form.affine[-1] **", "start = 1 **", functions),
    "the slope of a form": ("ascent**j * start", "start", functions),
    "the factor of a product": ("sums[j] += factor * size", "sums[j] += size", functions),
    "the factor of a function": (
        ".append((factor, line.table))",
        ".append((fmpq(1), line.table))",
        functions,
    ),
    "the sign of a divided term": ("factor / levels[1]", "abs(factor) / levels[1]", functions),
    "a factor of a term": ("factor * levels[1 - of]", "factor", functions),
    "a witness below the box": ("all(a <= x <= b for", "all(x <= b for", witnesses),
}


def planted(monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> ModuleType:
    """The checker with one fault."""
    assert SOURCE.count(old) >= 1, old
    faulty = ModuleType("faulty")
    monkeypatch.setitem(sys.modules, "faulty", faulty)
    exec(compile(SOURCE.replace(old, new), "faulty", "exec"), faulty.__dict__)
    return faulty


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    old, new, sound = FAULTS[fault]
    faulty = planted(monkeypatch, old, new)
    with mp.workdps(DIGITS), pytest.raises(AssertionError):
        sound(faulty)
