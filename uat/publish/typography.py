"""Captions set as in a book: indices and powers as formulas, lines that fit.

A line may end at a space, or between two Japanese characters unless the next one closes or the
last one opens something. (W3C, Requirements for Japanese Text Layout, 3.1.7 and 3.1.8.) It does
not end before a sign of a formula.
"""

import re
from collections.abc import Callable

__all__ = ["with_formulas", "wrapped"]

_INDEXED = re.compile(r"(?<![A-Za-z])([A-Za-z]|(?<![0-9])10)([_^])(\([A-Za-z0-9]+\)|[A-Za-z0-9]+)")
_PRIMED = re.compile("([A-Za-z]′)")
_LOW = re.compile("([A-Za-z])([₀-₉])")
# A lone square or cube is in every font.
_HIGH = re.compile(r"([A-Za-z]|[0-9]+)((?![²³]\b)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵏⁿˣ]+)")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵏⁿˣ", "0123456789-knx")

_OPENS = "（「『［"
_CLOSES = "、。，．）」』］：；！？・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_JAPANESE = "　-〿぀-ヿ㐀-鿿＀-￯"
_SIGNS = "=+−×<>≤≥→∈·"

_JOINED = re.compile(rf" ([{_SIGNS}]) ")
_HELD = "\N{NO-BREAK SPACE}"

# A piece that stays on one line: a formula, a word or one Japanese character, with the brackets and
# punctuation that belong to it.
_PIECE = re.compile(rf"[{_OPENS}]*(?:(?:\$[^$]*\$|[^ {_JAPANESE}])+|[{_JAPANESE}])?[{_CLOSES}]* *")


def with_formulas(text: str) -> str:
    """Write indices, powers and derivatives of plain text as formulas between dollars.

    Examples
    --------
    >>> with_formulas("W_ij と b^(n)、10⁻¹²、2ᵏ、3f₁、L′")
    '$W_{ij}$ と $b^{(n)}$、$10^{-12}$、$2^{k}$、3$f_{1}$、$L′$'
    """
    text = _LOW.sub(lambda found: f"{found[1]}_{ord(found[2]) - ord('₀')}", text)
    text = _HIGH.sub(lambda found: f"${found[1]}^{{{found[2].translate(_RAISED)}}}$", text)
    return _PRIMED.sub(r"$\1$", _INDEXED.sub(r"$\1\2{\3}$", text))


def wrapped(text: str, room: float, width: Callable[[str], float]) -> list[str]:
    """Break a text into lines no wider than `room`, the last one not much shorter than the others.

    Examples
    --------
    >>> wrapped("階段の和は、外で 1 になる。", 6, len)
    ['階段の和は、', '外で 1 に', 'なる。']
    >>> wrapped("the sum of two steps", 10, len)
    ['the sum of', 'two steps']
    """
    pieces = [piece.replace(_HELD, " ") for piece in _PIECE.findall(_joined(text)) if piece]
    widths = [width(piece) for piece in pieces]
    space = width(" ")
    lines = narrow = _filled(pieces, widths, room, space)
    for narrower in (0.95, 0.9, 0.85):
        if width(lines[-1]) > room / 8 or len(narrow) > len(lines):
            break
        narrow = _filled(pieces, widths, narrower * room, space)
        lines = narrow if len(narrow) == len(lines) else lines
    return lines


def _joined(text: str) -> str:
    return _JOINED.sub(rf"{_HELD}\1 ", text)


def _filled(pieces: list[str], widths: list[float], room: float, space: float) -> list[str]:
    """Put on each line the pieces that it has room for."""
    lines, used = [""], 0.0
    for piece, wide in zip(pieces, widths, strict=True):
        trailing = space * (len(piece) - len(piece.rstrip(" ")))
        if lines[-1] and used + wide - trailing > room:
            lines.append("")
            used = 0.0
        lines[-1] += piece
        used += wide
    return [line.rstrip(" ") for line in lines]
