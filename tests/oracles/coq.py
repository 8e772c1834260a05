"""A reader of the theorems for Coq: what a file states, word for word, and no code of the package.

Only what the exporter writes is read: definitions of f, sigma, units and g, and the two theorems. The
operators bind as in Coq: first application, then ^, unary - and /, then * and /, then + and −.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.oracles.formulas import mp

TOKEN = re.compile(r"0x[0-9a-f.]+p[+-]\d+|\d+|[A-Za-z_]+|<=|<>|/\\|->|[-+*/^()<]")
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sqrt": mp.sqrt, "exp": mp.exp, "ln": mp.log, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
    "atan": mp.atan, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "Rabs": abs, "Rmin": min,
    "Rmax": max,
}  # fmt: skip
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "Rlt_dec": lambda u, v: bool(u < v), "Rle_dec": lambda u, v: bool(u <= v),
}  # fmt: skip
Value = Callable[[Any], Any]


@dataclass(frozen=True)
class Statement:
    """What a file states; numbers are exact."""

    f: Value
    sigma: Value
    units: list[tuple[Fraction, ...]]
    beside: Fraction
    box: tuple[Fraction, Fraction]
    bound: Fraction
    lower: Fraction
    witness: Fraction


def number(text: str) -> Fraction:
    """Read an integer, or a hexadecimal literal digit by digit."""
    text = text.strip().removeprefix("(").removesuffix(")").strip()
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    if not text.startswith("0x"):
        return Fraction(sign * int(text))
    digits, _, power = text[2:].partition("p")
    whole, _, part = digits.partition(".")
    return sign * Fraction(int(whole + part, 16), 16 ** len(part)) * Fraction(2) ** int(power)


def read(text: str) -> Statement:
    """Read the statement of a file; each part has to stand in it exactly once."""
    bare = re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL)

    def one(pattern: str) -> tuple[str, ...]:
        found = re.findall(pattern, bare, re.DOTALL | re.MULTILINE)
        assert len(found) == 1, (pattern, found)
        return found[0] if isinstance(found[0], tuple) else (found[0],)

    literal = r"(\(-[^()]*\)|[0-9][0-9a-fx.p+-]*)"
    (rows,) = one(r"^Definition units : list \(R \* R \* R\) := \[(.*?)\]\.$")
    units = [tuple(map(number, re.findall(literal, row))) for row in rows.split(";\n")]
    (beside,) = one(
        r"^Definition g \(x : R\) : R :=\n  fold_right \(fun '\(a, b, c\) rest => "
        rf"a \* sigma \(b \* x \+ c\) \+ rest\) {literal} units\.$"
    )
    low, high, bound = one(
        rf"^Theorem within : forall x : R, {literal} <= x <= {literal} -> "
        rf"Rabs \(f x - g x\) <= {literal}\.$"
    )
    *box, lower, w1, w2 = one(
        rf"^Theorem reached : \({literal} <= {literal} <= {literal}\) /\\ "
        rf"{literal} <= Rabs \(f {literal} - g {literal}\)\.$"
    )
    (f,), (sigma,) = (
        one(rf"^Definition {name} : R := (.*?)\.$") for name in (r"f \(x : R\)", r"sigma \(u : R\)")
    )
    assert [low, high, w1, w1] == [box[0], box[2], box[1], w2]
    return Statement(
        formula(f, "x"),
        formula(sigma, "u"),
        units,
        number(beside),
        (number(low), number(high)),
        number(bound),
        number(lower),
        number(w1),
    )


def formula(text: str, variable: str) -> Value:
    """Read a real expression of one variable."""
    assert not TOKEN.sub("", text).strip(), text
    words = TOKEN.findall(text)
    value = _sum(words, variable)
    assert not words, words
    return value


def _sum(words: list[str], x: str) -> Value:
    left = _product(words, x)
    while words and words[0] in "+-":
        left = _joined(words.pop(0), left, _product(words, x))
    return left


def _product(words: list[str], x: str) -> Value:
    left = _signed(words, x)
    while words and words[0] in "*/":
        left = _joined(words.pop(0), left, _signed(words, x))
    return left


def _joined(sign: str, u: Value, v: Value) -> Value:
    act: Callable[[Any, Any], Any] = {
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }[sign]  # fmt: skip
    return lambda x: act(u(x), v(x))


def _signed(words: list[str], x: str) -> Value:
    if words[0] in ("-", "/"):
        sign, inner = words.pop(0), _signed(words, x)
        return (lambda v: -inner(v)) if sign == "-" else (lambda v: 1 / inner(v))
    base = _applied(words, x)
    if words and words[0] == "^":
        words.pop(0)
        exponent = int(words.pop(0))
        return lambda v: base(v) ** exponent
    return base


def _applied(words: list[str], x: str) -> Value:
    name = words[0]
    if name not in FUNCTIONS:
        return _atom(words, x)
    words.pop(0)
    inner = [_atom(words, x) for _ in range(2 if name in ("Rmin", "Rmax") else 1)]
    return lambda v: FUNCTIONS[name](*(part(v) for part in inner))


def _atom(words: list[str], x: str) -> Value:
    word = words.pop(0)
    if word == "(":
        inner = _sum(words, x)
        assert words.pop(0) == ")"
        return inner
    if word == "if":
        test = TESTS[words.pop(0)]
        left, right = _atom(words, x), _atom(words, x)
        assert words.pop(0) == "then"
        yes = _sum(words, x)
        assert words.pop(0) == "else"
        no = _sum(words, x)
        return lambda v: yes(v) if test(left(v), right(v)) else no(v)
    if word == x:
        return lambda v: v
    if word == "PI":
        return lambda _: +mp.pi
    value = number(word)
    return lambda _: mp.mpf(value.numerator) / value.denominator
