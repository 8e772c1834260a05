"""What the page needs to know at its start: activations, methods and the names of examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uat import __version__, examples
from uat.core.activations import NAMED
from uat.core.target import Target
from uat.numerics.activation_shape import is_soft
from uat.page.made import Made
from uat.theorem.methods import METHODS

if TYPE_CHECKING:
    from uat.page.given import Words

__all__ = ["start"]

_ON_THE_PLANE = ("cone", "franke", "maximum")  # to make an example takes longer than to name it

_SHOWN = ("staircase", "rectangles", "polygon", "comb", "free")


def start(words: Words, _tell: Any) -> Made:
    """List the activations, the methods with the activations that suit each, and the examples.

    The examples come by the number of their coordinates; in a notebook that of the function that was
    given is told, too.
    """
    given = words.get("given")
    methods = {name: _suited(name) for name in _SHOWN}
    on_a_line = [name for name in examples.__all__ if name not in _ON_THE_PLANE]
    return Made(
        {
            "version": __version__,
            "activations": list(NAMED),
            "methods": methods,
            "examples": [on_a_line, _ON_THE_PLANE],
            "given": given.dimension if isinstance(given, Target) else None,
        }
    )


def _suited(name: str) -> list[str]:
    method = METHODS[name]
    able = {word: sigma for word, sigma in NAMED.items() if method.suits(sigma)}
    return [word for word, sigma in able.items() if not method.soft or is_soft(sigma)]
