"""The formula as a reader writes it: LaTeX for captions, plain text for the terminal."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from uat.expression.graph import Expression, in_order
from uat.expression.operations import CONDITIONS, OPERATIONS

__all__ = ["coordinate_names", "latex", "listed", "plain", "rounded"]

_LIMIT: Final = 600
"""Characters of a part; more: longer formulas are written in full, slower."""

_RELATION, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(6)
_Part = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Notation:
    """The parts that LaTeX and plain text write differently."""

    times: Callable[[str, str], str]
    quotient: Callable[[str, str], str] | None
    power: Callable[[str, str], str]
    call: Callable[[str, Sequence[str], Sequence[float]], _Part]
    number: Callable[[float], _Part]
    bracket: Callable[[str], str]
    pi: str


def latex(expression: Expression, names: Sequence[str] | None = None) -> str:
    r"""Write the formula in LaTeX, in the part of it that matplotlib's mathtext knows.

    The coordinates are x; x, y; x, y, z; else x_1, x_2, …, or have the given names.

    >>> from uat.expression.parse import parse
    >>> latex(parse("x**2 + sin(3*x)/2"))
    'x^{2} + \\frac{\\sin\\left(3 x\\right)}{2}'
    """
    return _write(expression, _LATEX, names or coordinate_names(expression.dimension)) or "f"


def coordinate_names(dimension: int) -> list[str]:
    """Return the names of the coordinates in LaTeX.

    >>> coordinate_names(2), coordinate_names(4)
    (['x', 'y'], ['x_{1}', 'x_{2}', 'x_{3}', 'x_{4}'])
    """
    if dimension <= 3:
        return ["x", "y", "z"][: max(dimension, 1)]
    return [f"x_{{{i + 1}}}" for i in range(dimension)]


def listed(names: Sequence[str]) -> str:
    r"""Write the arguments of a function; of more than six the first and the last.

    >>> listed(coordinate_names(7))
    'x_{1}, \\ldots, x_{7}'
    """
    return ", ".join(names) if len(names) <= 6 else rf"{names[0]}, \ldots, {names[-1]}"


def rounded(value: float, digits: int) -> str:
    r"""Write a number in LaTeX with at most so many digits.

    >>> rounded(1234.5678, 3), rounded(1048576.0, 4), rounded(-2.5e-7, 3)
    ('1230', '1.049 \\cdot 10^{6}', '-2.5 \\cdot 10^{-7}')
    """
    near = float(f"{value:.{digits}g}")
    if abs(near) < 10.0 ** (digits + 1):
        return _latex_number(near)[0]
    mantissa, exponent = f"{near:.{digits - 1}e}".split("e")
    return _powered(mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa, exponent)


def plain(expression: Expression, names: Sequence[str] | None = None) -> str:
    """Write the formula as `parse` reads it; a very long one as an ellipsis.

    >>> from uat.expression.parse import parse
    >>> plain(parse("x**2+sin(3*x)/2"))
    'x**2 + sin(3*x)/2'
    """
    dimension = max(expression.dimension, 1)
    default = ["x", "y", "z"] if dimension <= 3 else [f"x{i + 1}" for i in range(dimension)]
    return _write(expression, _PLAIN, names or default) or "…"


def _write(expression: Expression, notation: _Notation, names: Sequence[str]) -> str | None:
    parts: dict[Expression, _Part] = {}
    for node in in_order(expression):
        if node.operation == "coordinate":
            part = names[int(node.data[0])], _ATOM
        elif node.operation == "constant":
            part = notation.number(node.data[0])
        elif node.operation == "pi":
            part = notation.pi, _ATOM
        else:
            part = _node(node, [parts[a] for a in node.arguments], notation)
        parts[node] = part if len(part[0]) <= _LIMIT else ("", _ATOM)
        if not parts[node][0]:
            return None
    return parts[expression][0]


def _node(node: Expression, inner: list[_Part], notation: _Notation) -> _Part:
    def at_least(i: int, level: int) -> str:
        text, own = inner[i]
        return text if own >= level else notation.bracket(text)

    minus = len(inner) > 1 and inner[1][0].startswith("-")
    match node.operation:
        case "add" if minus and inner[1][1] >= _PRODUCT:
            return f"{at_least(0, _SUM)} - {inner[1][0][1:]}", _SUM
        case "add":
            return f"{at_least(0, _SUM)} + {at_least(1, _PRODUCT if minus else _SUM)}", _SUM
        case "subtract":
            return f"{at_least(0, _SUM)} - {at_least(1, _ATOM if minus else _PRODUCT)}", _SUM
        case "multiply":
            return notation.times(at_least(0, _PRODUCT), at_least(1, _POWER)), _PRODUCT
        case "divide" if notation.quotient is not None:
            return notation.quotient(inner[0][0], inner[1][0]), _PRODUCT
        case "divide":
            return f"{at_least(0, _PRODUCT)}/{at_least(1, _POWER)}", _PRODUCT
        case "negative":
            own = _ATOM if inner[0][0].startswith("-") else _PRODUCT
            return f"-{at_least(0, own)}", _SIGN
        case "power":
            return notation.power(at_least(0, _ATOM), notation.number(node.data[0])[0]), _POWER
        case "sinc" if notation is _PLAIN:
            # the node is sin(u)/u; the sinc of numpy and of the parser is sin(πx)/(πx)
            text = at_least(0, _PRODUCT)
            return f"sinc({text[:-3] if text.endswith('*pi') else text + '/pi'})", _ATOM
        case name:
            return notation.call(name, [text for text, _ in inner], node.data)


def _digits(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e16 else repr(value)


def _plain_number(value: float) -> _Part:
    return _digits(value), _SIGN if value < 0 else _ATOM


def _latex_number(value: float) -> _Part:
    sign, size = ("-", _SIGN) if value < 0 else ("", _ATOM)
    if abs(value) == math.pi:
        return rf"{sign}\pi", size
    mantissa, _, exponent = _digits(abs(value)).partition("e")
    if not exponent:
        return sign + mantissa, size
    level = _PRODUCT if mantissa != "1" else _SIGN if sign else _POWER
    return _powered(sign + mantissa, exponent), level


def _powered(mantissa: str, exponent: str) -> str:
    power = f"10^{{{int(exponent)}}}"
    return mantissa[:-1] + power if mantissa in ("1", "-1") else rf"{mantissa} \cdot {power}"


def _latex_times(a: str, b: str) -> str:
    return rf"{a} \cdot {b}" if b[0].isdigit() else f"{a} {b}"


def _latex_call(name: str, inner: Sequence[str], own: Sequence[float]) -> _Part:
    if name == "exp" and len(inner[0]) <= 12 and "frac" not in inner[0]:
        return f"e^{{{inner[0]}}}", _POWER
    rule = OPERATIONS[name]
    if "{}" in rule.latex:
        level = _RELATION if name in CONDITIONS else _ATOM if len(inner) == 1 else _PRODUCT
        return rule.latex.format(*inner), level
    function = rule.latex or rf"\mathrm{{{name.replace('_', ' ')}}}"
    if rule.order is not None:
        function = function.replace("n", f"{own[0]:g}")
    return rf"{function}\left({', '.join(inner)}\right)", _ATOM


def _plain_call(name: str, inner: Sequence[str], own: Sequence[float]) -> _Part:
    rule = OPERATIONS[name]
    inner = [f"{own[0]:g}", *inner] if rule.order is not None else inner
    if rule.plain:
        return rule.plain.format(*inner), _ATOM
    return f"{rule.names[0] if rule.names else name}({', '.join(inner)})", _ATOM


_LATEX: Final = _Notation(
    times=_latex_times,
    quotient=lambda a, b: rf"\frac{{{a}}}{{{b}}}",
    power=lambda a, b: f"{a}^{{{b}}}",
    call=_latex_call,
    number=_latex_number,
    bracket=lambda text: rf"\left({text}\right)",
    pi=r"\pi",
)

_PLAIN: Final = _Notation(
    times=lambda a, b: f"{a}*{b}",
    quotient=None,
    power=lambda a, b: f"{a}**{b}" if not b.startswith("-") else f"{a}**({b})",
    call=_plain_call,
    number=_plain_number,
    bracket=lambda text: f"({text})",
    pi="pi",
)
