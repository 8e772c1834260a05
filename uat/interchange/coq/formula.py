"""A formula of one coordinate in Coq, over its real numbers.

Numbers are hexadecimal literals, which mean exactly the doubles that they are. In Coq every function
is total: 1 / 0, ln (-1) and sqrt (-1) are some numbers. So a formula has conditions, under which
its operations mean what they do elsewhere, and they are a theorem of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from uat.errors import InputError

if TYPE_CHECKING:
    from uat.expression.graph import Expression

__all__ = ["LEMMAS", "NAMES", "SPLIT", "Formula", "digits", "literal", "written"]

LONGEST: Final = 20_000
"""Characters of a formula; more: longer ones are written, which no one reads or checks."""

MOST_POWER: Final = 100
"""Largest exponent; more: Coq multiplies as often."""

_REST, _POWER, _CALL, _ATOM = range(4)
_Part = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in Coq, and what has to hold for it to mean what it does elsewhere."""

    text: str
    conditions: tuple[str, ...]
    cuts: tuple[float, ...]  # where a `where` switches


def digits(value: float | Fraction) -> tuple[int, int]:
    """Return whole n and e with |value| = n · 2^(e−52), for a double or a longer binary number.

    >>> digits(-0.75) == (0x18000000000000, -1)
    True
    """
    top, bottom = abs(Fraction(value)).as_integer_ratio()
    zeros = (top & -top).bit_length() - 1
    top, exponent = top >> zeros, zeros - bottom.bit_length() + 1
    room = max(53 - top.bit_length(), 0)
    return top << room, exponent - room + 52


def literal(value: float | Fraction) -> str:
    """Write a double as a number of Coq: an integer if it is one, else in hexadecimal.

    >>> literal(-3.0), literal(0.1), literal(2.0**53)
    ('(-3)', '0x1.999999999999ap-4', '0x1.0000000000000p+53')
    """
    if value == int(value) and -(2**53) < value < 2**53:
        return str(int(value)) if value >= 0 else f"({int(value)})"
    whole, power = digits(value)
    text = f"0x{whole >> 52:x}.{whole % 2**52:013x}p{power:+d}"
    return f"(-{text})" if value < 0 else text


def written(expression: Expression) -> Formula:
    """Write a formula of the coordinate x, or raise InputError for what Coq does not take.

    >>> from uat.expression.parse import parse
    >>> written(parse("x**2 + log(x)/2"))
    Formula(text='x ^ 2 + (ln x / 2)', conditions=('0 < x',), cuts=())
    """
    writer = _Writer()
    text, _ = writer.part(expression, ())
    return Formula(text, tuple(dict.fromkeys(writer.conditions)), tuple(sorted(writer.cuts)))


class _Writer:
    """Writes the parts of a formula, and collects the conditions and cuts on the way."""

    def __init__(self) -> None:
        self.conditions: list[str] = []
        self.cuts: set[float] = set()

    def part(self, node: Expression, given: tuple[str, ...]) -> _Part:
        """Write a node; `given` are the branches in which it stands."""
        match node.operation:
            case "coordinate":
                made: _Part = "x", _ATOM
            case "constant":
                made = literal(node.data[0]), _ATOM
            case "where":
                made = self._where(node, given)
            case "power":
                made = self._power(node, given)
            case name if name in _WAYS:
                inner = [self.part(argument, given) for argument in node.arguments]
                made = _WAYS[name](*inner)
                if name in _NEEDED and node.arguments[-1].operation != "constant":
                    self._need(_NEEDED[name](_at_least(inner[-1], _POWER)), given)
            case name:
                raise InputError(
                    f"f has {name}, which is not written for Coq; written are + - * / ** "
                    f"{' '.join(sorted({*_WAYS} - _SIGNS))} and where with a comparison of x and a "
                    "number"
                )
        if len(made[0]) > LONGEST:
            raise InputError(
                f"f is too long for Coq: more than {LONGEST:,} characters with every part written out"
            )
        return made

    def _need(self, condition: str, given: tuple[str, ...]) -> None:
        self.conditions.append(" -> ".join([*given, condition]))

    def _where(self, node: Expression, given: tuple[str, ...]) -> _Part:
        """Write a choice by x < c, x <= c, c < x or c <= x."""
        test, *chosen = node.arguments
        sides = [argument.operation for argument in test.arguments]
        if test.operation not in _TESTS or sorted(sides) != ["constant", "coordinate"]:
            raise InputError(
                "f has where with another condition than a comparison of x and a number, "
                "such as x < 0.5, which is not written for Coq"
            )
        self.cuts.add(next(a.data[0] for a in test.arguments if a.operation == "constant"))
        left, right = (self.part(argument, ())[0] for argument in test.arguments)
        name, sign, otherwise = _TESTS[test.operation]
        yes = self.part(chosen[0], (*given, f"{left} {sign} {right}"))
        no = self.part(chosen[1], (*given, f"{right} {otherwise} {left}"))
        return f"(if {name} {left} {right} then {yes[0]} else {no[0]})", _ATOM

    def _power(self, node: Expression, given: tuple[str, ...]) -> _Part:
        """Write a whole power as one, and a half more as the root beside it."""
        exponent = node.data[0]
        whole, half = divmod(abs(exponent), 1)
        if half not in (0, 0.5) or whole > MOST_POWER or (half and exponent < 0):
            raise InputError(
                f"f has the power {exponent:g}, which is not written for Coq; whole ones from "
                f"-{MOST_POWER} to {MOST_POWER} and 0.5, 1.5, … are"
            )
        inner = self.part(node.arguments[0], given)
        made: _Part = f"{_at_least(inner, _ATOM)} ^ {int(whole)}", _POWER
        if half:
            self._need(f"0 <= {_at_least(inner, _POWER)}", given)
            root: _Part = f"sqrt {_at_least(inner, _ATOM)}", _CALL
            return root if whole == 0 else (f"{made[0]} * {root[0]}", _REST)
        if exponent < 0:
            self._need(f"{_at_least(inner, _POWER)} <> 0", given)
            return f"/ {made[0]}", _REST
        return made


def _at_least(part: _Part, level: int) -> str:
    return part[0] if part[1] >= level else f"({part[0]})"


def _infix(sign: str) -> Callable[[_Part, _Part], _Part]:
    """Write an operation; whatever is below it in rank, or equal, is in brackets."""
    return lambda a, b: (f"{_at_least(a, _POWER)} {sign} {_at_least(b, _POWER)}", _REST)


def _call(name: str) -> Callable[..., _Part]:
    return lambda *inner: (" ".join([name, *(_at_least(part, _ATOM) for part in inner)]), _CALL)


_SIGNS: Final = {"add", "subtract", "multiply", "divide", "negative"}

_WAYS: Final[dict[str, Callable[..., _Part]]] = {
    "add": _infix("+"),
    "subtract": _infix("-"),
    "multiply": _infix("*"),
    "divide": _infix("/"),
    "negative": lambda u: (f"- {_at_least(u, _CALL)}", _REST),
    "pi": lambda: ("PI", _ATOM),
    "sqrt": _call("sqrt"),
    "exp": _call("exp"),
    "log": _call("ln"),
    "expm1": lambda u: (f"exp {_at_least(u, _ATOM)} - 1", _REST),
    "log1p": lambda u: (f"ln (1 + {_at_least(u, _POWER)})", _CALL),
    "sin": _call("sin"),
    "cos": _call("cos"),
    "tan": _call("tan"),
    "arctan": _call("atan"),
    "sinh": _call("sinh"),
    "cosh": _call("cosh"),
    "tanh": _call("tanh"),
    "expit": lambda u: (f"/ (1 + exp (- {_at_least(u, _CALL)}))", _REST),
    "absolute": _call("Rabs"),
    "minimum": _call("Rmin"),
    "maximum": _call("Rmax"),
}
"""How an operation is written."""

_NEEDED: Final[dict[str, Callable[[str], str]]] = {
    "divide": "{} <> 0".format,
    "sqrt": "0 <= {}".format,
    "log": "0 < {}".format,
    "log1p": "0 < 1 + {}".format,
    "tan": "cos ({}) <> 0".format,
}
"""What has to hold for the last argument of an operation."""

_TESTS: Final = {"less": ("Rlt_dec", "<", "<="), "less_equal": ("Rle_dec", "<=", "<")}
"""A comparison: its decision in Coq, its sign, and the sign of its opposite, read from the right."""

LEMMAS: Final = {
    "Rmax": """\
Lemma max_abs u v : Rmax u v = (u + v + Rabs (u - v)) / 2.
Proof. unfold Rmax, Rabs. destruct Rle_dec, Rcase_abs; lra. Qed.
""",
    "Rmin": """\
Lemma min_abs u v : Rmin u v = (u + v - Rabs (u - v)) / 2.
Proof. unfold Rmin, Rabs. destruct Rle_dec, Rcase_abs; lra. Qed.
""",
    "tanh": """\
Lemma tanh_exp u : tanh u = 1 - 2 / (1 + exp (2 * u)).
Proof.
  unfold tanh, sinh, cosh. pose proof (exp_pos u). replace (2 * u) with (u + u) by ring.
  rewrite exp_plus, exp_Ropp. field. nra.
Qed.
""",
}
"""What Coq has to know of a word before `interval` encloses it."""

NAMES: Final = {"Rmax": "max_abs", "Rmin": "min_abs", "tanh": "tanh_exp"}
"""The lemma to rewrite a word with."""

SPLIT: Final = """\
repeat match goal with
    | |- context [Rlt_dec ?u ?v] => destruct (Rlt_dec u v) as [?|?%Rnot_lt_le]
    | |- context [Rle_dec ?u ?v] => destruct (Rle_dec u v) as [?|?%Rnot_le_lt]
    end"""
"""Each comparison as two cases."""
