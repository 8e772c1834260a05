"""What the page needs to know at its start: activations, methods and examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uat import __version__, examples
from uat.core.activations import NAMED
from uat.core.target import Target
from uat.expression.latex import plain
from uat.numerics.activation_shape import is_soft
from uat.page.made import Made
from uat.theorem.methods import METHODS

if TYPE_CHECKING:
    from uat.page.given import Words

__all__ = ["start"]

_SHOWN = ("staircase", "rectangles", "polygon", "comb", "free")


def start(words: Words, _tell: Any) -> Made:
    """List the activations, the methods with the activations that suit each, and the examples.

    In a notebook, describe the function that was given, too.
    """
    given = words.get("given")
    methods = {name: _suited(name) for name in _SHOWN}
    known = {name: _about(getattr(examples, name)) for name in examples.__all__}
    return Made(
        {
            "version": __version__,
            "activations": list(NAMED),
            "methods": methods,
            "examples": known,
            "given": _about(given) if isinstance(given, Target) else None,
        }
    )


def _suited(name: str) -> list[str]:
    method = METHODS[name]
    able = {word: sigma for word, sigma in NAMED.items() if method.suits(sigma)}
    return [word for word, sigma in able.items() if not method.soft or is_soft(sigma)]


def _about(target: Target) -> dict[str, Any]:
    formula = "" if target.expression is None else plain(target.expression)
    return {"formula": formula, "domain": [list(pair) for pair in target.domain]}
