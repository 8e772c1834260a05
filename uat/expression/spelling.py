"""What a text that is no formula is likely to mean, for the message that refuses it.

Notation of the blackboard ("2x", "|x|", "sin x", "x²", "sin(t)") is written as `parse` reads it.
Nothing is taken for granted: the text is still refused, and only a text that can be read is shown.
"""

import ast
import re
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Final

__all__ = ["half_width", "meant"]

_LONGEST: Final = 200
"""Characters of a text that is looked at; more: help with longer texts, slower refusals."""

_SYMBOLS: Final = str.maketrans(
    {
        "^": "**", "²": "**2", "³": "**3", "π": " pi ", "√": "sqrt ", "∞": "inf",
        "−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "≤": "<=", "≥": ">=",
    }
)  # fmt: skip

# What a Japanese keyboard writes for the characters of a formula: U+FF01 to U+FF5E, and its space.
_HALF_WIDTH: Final = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}

_ARGUMENT: Final = r"(?:\d+\.?\d*)?[A-Za-zα-ω]\w*|\d+\.?\d*"
"""What a function is applied to without brackets: x, 2x or 2.5, as in "sin 2x"."""

# Patterns, each with what stands for it; {} is the first group. Those before the names of functions
# are looked at, and those after it.
_BEFORE: Final = (
    (r"^\s*(?:[fgh]\s*\([^()]*\)|y)\s*=(?!=)", ""),  # f(x) = x, y = x → x
    (r"\b(?:np|numpy|math)\.", ""),  # np.sin(x) → sin(x)
    (r"^([^()]*\d),(?=\d)", "{}."),  # 0,5 → 0.5
    (r"\|([^|]+)\|", "abs({})"),  # |x| → abs(x)
)
_AFTER: Final = (
    (r"\be\*\*(-?\w+(?![\w(])|\([^()]*\))", "exp({})"),  # e**(2*x) → exp((2*x))
    (r"(?<![\w.])((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?=[A-Za-zα-ω(])", "{}*"),  # 2x → 2*x
    (r"\)\s*(?=[\w(])", ")*"),  # (x)(y) → (x)*(y)
    (r"\b([xyz]|pi|x\d+)\s*\(", "{}*("),  # x(y + 1) → x*(y + 1)
    (r"\b([xyz]|pi|x\d+)\s+(?=\w)", "{}*"),  # pi x → pi*x
    (r"\b([xyz])(?=[xyz]{1,2}\b)", "{}*"),  # xy → x*y
)


def half_width(text: str) -> str:
    """Return a text with the full-width forms of a Japanese keyboard as the usual characters.

    >>> half_width("２＊ｘ－（０．５）")
    '2*x-(0.5)'
    """
    return text.translate(_HALF_WIDTH)


def meant(
    text: str, known: Iterable[str], functions: Iterable[str], readable: Callable[[str], object]
) -> str:
    """Return the end of the message that refuses a text: what to write instead, or nothing.

    `known` are the names of coordinates; `readable` raises a ValueError for what is no formula.

    >>> from uat.expression.parse import parse
    >>> meant("2x +", ["x"], ["sin", "abs"], parse)
    ''
    >>> meant("2x + |sin x|", ["x"], ["sin", "abs"], parse)
    '; write 2*x + abs(sin(x))'
    """
    if len(text) > _LONGEST or re.search(r"/\s*\d[\d.]*\s*[^\W\d]", text):
        # "1/2x" may be meant as x/2 or as 1/(2x), and a wrong guess is worse than none
        return ""
    name = "|".join(sorted(functions, key=len, reverse=True))
    calls = (
        (rf"(?<![A-Za-z_])({name})\s*\*\*\s*(\d+)\s*\(([^()]*)\)", "{0}({2})**{1}"),  # sin^2(x)
        (rf"(?<![A-Za-z_])({name})\s+({_ARGUMENT})(?!\w|\s*(?:\*\*|[\w(]))", "{}({})"),  # sin 2x
    )
    steps = (*_BEFORE, *calls, *_AFTER)
    written = reduce(_replaced, steps, text.translate(_SYMBOLS))
    called, other = "", _other_variables(written, {*known, *functions, "pi", "e"})
    if other and "x1" in {*known} and not re.search(r"\b(?:[xyz]|x\d+)\b", written):
        for letter, coordinate in zip(other, "xyz", strict=False):
            written = re.sub(rf"\b{letter}\b", coordinate, written)
        called = f": the coordinates are x, y, …, not {', '.join(other)}"
    try:
        shown = ast.unparse(ast.parse(written.strip(), mode="eval"))
        readable(shown)
    except (ValueError, SyntaxError, MemoryError, RecursionError, Warning):
        return ""
    shown = _replaced(shown, (r" (\*\*|\*|/) ", "{}"))
    return f"{called}; write {shown}" if shown != text else ""


def _replaced(text: str, step: tuple[str, str]) -> str:
    pattern, form = step
    return re.sub(pattern, lambda found: form.format(*found.groups()), text)


def _other_variables(text: str, known: set[str]) -> list[str]:
    """Return the letters that seem to be other names of the coordinates, as t in "sin(t)".

    There are none if a longer name or a fourth letter is unknown, or i or j, the imaginary unit.
    """
    names = dict.fromkeys(re.findall(r"\b[^\W\d_]\w*\b(?!\s*\()", text))
    unknown = [name for name in names if name not in known]
    return (
        unknown if len(unknown) <= 3 and all(len(n) == 1 and n not in "ij" for n in unknown) else []
    )
