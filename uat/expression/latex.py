"""The formula as a reader writes it: LaTeX for captions, plain text for the terminal."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from uat.expression.graph import Expression, in_order

__all__ = ["latex", "plain"]

_LIMIT: Final = 600
_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
_Part = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Style:
    """How one notation writes what differs: products, quotients, powers, calls, constants."""

    times: Callable[[str, str], str]
    quotient: Callable[[str, str], str] | None
    power: Callable[[str, str], str]
    call: Callable[[str, Sequence[str]], str]
    number: Callable[[float], str]
    bracket: Callable[[str], str]
    pi: str


def latex(expression: Expression, names: Sequence[str] | None = None) -> str:
    r"""Write the formula in LaTeX (the part that matplotlib's mathtext knows).

    Parameters
    ----------
    expression : Expression
    names : sequence of str, optional
        What the coordinates are called: x; x, y; x, y, z; else x_1, x_2, ….

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> latex(parse("x**2 + sin(3*x)/2"))
    'x^{2} + \\frac{\\sin\\left(3 x\\right)}{2}'
    """
    dimension = max(expression.dimension, 1)
    default = ["x", "y", "z"] if dimension <= 3 else [f"x_{{{i + 1}}}" for i in range(dimension)]
    return _write(expression, _LATEX, names or default) or "f"


def plain(expression: Expression, names: Sequence[str] | None = None) -> str:
    """Write the formula as `parse` reads it; a very long one is cut with an ellipsis.

    Examples
    --------
    >>> from uat.expression.parse import parse
    >>> plain(parse("x**2+sin(3*x)/2"))
    'x**2 + sin(3*x)/2'
    """
    dimension = max(expression.dimension, 1)
    default = ["x", "y", "z"] if dimension <= 3 else [f"x{i + 1}" for i in range(dimension)]
    return _write(expression, _PLAIN, names or default) or "…"


def _write(expression: Expression, style: _Style, names: Sequence[str]) -> str | None:
    parts: dict[Expression, _Part] = {}
    for node in in_order(expression):
        if node.operation == "coordinate":
            part = names[int(node.data[0])], _ATOM
        elif node.operation == "constant":
            text = style.number(node.data[0])
            part = text, _SIGN if text.startswith("-") else _ATOM
        elif node.operation == "pi":
            part = style.pi, _ATOM
        else:
            part = _node(node, [parts[a] for a in node.arguments], style)
        parts[node] = part if len(part[0]) <= _LIMIT else ("", _ATOM)
        if not parts[node][0]:
            return None
    return parts[expression][0]


def _node(node: Expression, inner: list[_Part], style: _Style) -> _Part:
    def at_least(i: int, level: int) -> str:
        text, own = inner[i]
        return text if own >= level else style.bracket(text)

    match node.operation:
        case "add" if inner[1][0].startswith("-"):
            return f"{inner[0][0]} - {at_least(1, _PRODUCT)[1:]}", _SUM
        case "add":
            return f"{inner[0][0]} + {inner[1][0]}", _SUM
        case "subtract":
            return f"{inner[0][0]} - {at_least(1, _PRODUCT)}", _SUM
        case "multiply":
            return style.times(at_least(0, _PRODUCT), at_least(1, _POWER)), _PRODUCT
        case "divide" if style.quotient is not None:
            return style.quotient(inner[0][0], inner[1][0]), _PRODUCT
        case "divide":
            return f"{at_least(0, _PRODUCT)}/{at_least(1, _POWER)}", _PRODUCT
        case "negative":
            return f"-{at_least(0, _PRODUCT)}", _SIGN
        case "power":
            return style.power(at_least(0, _ATOM), style.number(node.data[0])), _POWER
        case name:
            return style.call(name, [text for text, _ in inner]), _ATOM


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else repr(value)


def _latex_number(value: float) -> str:
    if abs(value) == math.pi:
        return r"\pi" if value > 0 else r"-\pi"
    mantissa, _, exponent = _number(value).partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def _latex_times(a: str, b: str) -> str:
    dot = r" \cdot " if b[0].isdigit() or a[-1].isdigit() and b[0] == "-" else " "
    return f"{a}{dot}{b}"


_LATEX_NAMES: Final = {
    "arcsin": r"\arcsin", "arccos": r"\arccos", "arctan": r"\arctan", "sin": r"\sin",
    "cos": r"\cos", "tan": r"\tan", "sinh": r"\sinh", "cosh": r"\cosh", "tanh": r"\tanh",
    "log": r"\log", "minimum": r"\min", "maximum": r"\max", "exp": r"\exp",
}  # fmt: skip

_RELATIONS: Final = {"less": "<", "less_equal": r"\leq", "equal": "="}


def _latex_call(name: str, inner: Sequence[str]) -> str:
    if name == "sqrt":
        return rf"\sqrt{{{inner[0]}}}"
    if name == "exp" and len(inner[0]) <= 12 and "frac" not in inner[0]:
        return f"e^{{{inner[0]}}}"
    if name == "absolute":
        return rf"\left|{inner[0]}\right|"
    if name in _RELATIONS:
        return f"{inner[0]} {_RELATIONS[name]} {inner[1]}"
    function = _LATEX_NAMES.get(name, rf"\mathrm{{{name.replace('_', ' ')}}}")
    return rf"{function}\left({', '.join(inner)}\right)"


def _plain_call(name: str, inner: Sequence[str]) -> str:
    signs = {"less": "<", "less_equal": "<=", "equal": "=="}
    if name in signs:
        return f"({inner[0]} {signs[name]} {inner[1]})"
    short = {"absolute": "abs", "minimum": "min", "maximum": "max"}.get(name, name)
    return f"{short}({', '.join(inner)})"


_LATEX: Final = _Style(
    times=_latex_times,
    quotient=lambda a, b: rf"\frac{{{a}}}{{{b}}}",
    power=lambda a, b: f"{a}^{{{b}}}",
    call=_latex_call,
    number=_latex_number,
    bracket=lambda text: rf"\left({text}\right)",
    pi=r"\pi",
)

_PLAIN: Final = _Style(
    times=lambda a, b: f"{a}*{b}",
    quotient=None,
    power=lambda a, b: f"{a}**{b}" if not b.startswith("-") else f"{a}**({b})",
    call=_plain_call,
    number=_number,
    bracket=lambda text: f"({text})",
    pi="pi",
)
