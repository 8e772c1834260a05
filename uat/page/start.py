"""What the page needs to know at its start: activations, methods and examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uat import __version__, examples
from uat.core.activations import NAMED
from uat.expression.latex import plain
from uat.numerics.activation_shape import is_soft
from uat.page.made import Made
from uat.theorem.methods import METHODS

if TYPE_CHECKING:
    from uat.page.given import Words

__all__ = ["start"]

_SHOWN = ("staircase", "rectangles", "polygon", "comb", "free")


def start(_words: Words, _tell: Any) -> Made:
    """List the activations, the methods with the activations that suit each, and the examples."""
    methods = {name: _suited(name) for name in _SHOWN}
    known = {name: _example(name) for name in examples.__all__}
    return Made(
        {
            "version": __version__,
            "activations": list(NAMED),
            "methods": methods,
            "examples": known,
        }
    )


def _suited(name: str) -> list[str]:
    method = METHODS[name]
    able = {word: sigma for word, sigma in NAMED.items() if method.suits(sigma)}
    return [word for word, sigma in able.items() if not method.soft or is_soft(sigma)]


def _example(name: str) -> dict[str, Any]:
    target = getattr(examples, name)
    formula = "" if target.expression is None else plain(target.expression)
    return {"formula": formula, "domain": [list(pair) for pair in target.domain]}
