"""A box on the command line, as people write one: ``--domain 0 1``, ``"-1, 1"``, ``"[0, 1]; 0 pi"``."""

import math
import re
from typing import Final

from uat.errors import InputError
from uat.expression.parse import parse
from uat.expression.spelling import half_width

__all__ = ["is_numbers", "number", "read_domain", "split_box"]

# The sign of a product between brackets, or what stands between two numbers.
_BETWEEN: Final = re.compile(r"\]\s*[x×*]\s*\[|[\s,:\[\]]+")


def read_domain(text: str, option: str = "--domain") -> list[tuple[float, float]]:
    """Read a box: two numbers or constants for each coordinate.

    >>> read_domain("-1 pi; 0 1/2")
    [(-1.0, 3.141592653589793), (0.0, 0.5)]
    >>> read_domain("[-1, 1] x [0, 2]") == read_domain("-1:1 0:2") == [(-1, 1), (0, 2)]
    True
    """
    pairs: list[tuple[float, float]] = []
    for part in half_width(text).split(";"):
        words = split_box(part)
        numbers = [number(word) for word in words]
        odd = [word for word, value in zip(words, numbers, strict=True) if not math.isfinite(value)]
        if odd or not numbers or len(numbers) % 2:
            what = f", where {odd[0]!r:.40} is not a finite number" if odd else ""
            raise InputError(
                f"{option} {text!r:.80} given{what}; two numbers for each coordinate are needed, as "
                'in "-1 pi" or "0 1; 0 2"'
            )
        pairs += zip(numbers[::2], numbers[1::2], strict=True)
    return pairs


def split_box(text: str) -> list[str]:
    """Split a text at what stands between numbers, without the parentheses of a pair."""
    usual = half_width(text).replace("−", "-")
    return list(filter(None, map(_bare, _BETWEEN.split(usual))))


def _bare(word: str) -> str:
    while word.startswith("(") and word.count("(") > word.count(")"):
        word = word[1:]
    while word.endswith(")") and word.count(")") > word.count("("):
        word = word[:-1]
    return word


def is_numbers(text: str) -> bool:
    """Return True for a word of a box on the command line; NaN is one, and is refused there."""
    words = split_box(text)
    spelt = ("nan", "inf", "-inf")
    return bool(words) and not any(
        math.isnan(number(word)) and word.lower() not in spelt for word in words
    )


def number(word: str) -> float:
    """Read a number or a constant such as 2*pi; NaN if it is neither."""
    try:
        return float(parse(word, ())())
    except InputError:
        return math.nan
