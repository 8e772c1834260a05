"""The page in a notebook: `uat.explore` shows the same scenes for a function of the notebook.

What a server and its worker do for the page, the kernel does here: it answers the same messages, one
after the other.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from uat.core.arguments import read_eps
from uat.core.target import as_target
from uat.errors import CannotProve, InputError
from uat.plotting.language import check_language
from uat.plotting.style import check_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from uat.core.target import Target

__all__ = ["explore"]


def explore(
    f: Any, domain: Any = None, eps: float = 0.1, *, language: str = "ja", theme: str = "light"
) -> Any:
    """Return a widget of Jupyter, VS Code or marimo in which f is drawn, approximated and proved.

    It has the scenes of `uat page`. ε is dragged, and the network and the proof follow; f can be
    drawn over by hand. The kernel computes, so other cells wait meanwhile: a training takes about ten
    seconds. Needs anywidget.

    Parameters
    ----------
    f : callable, str, Expression or Target
        A function of one or two coordinates, as `uat.approximate` takes it.
    domain : (a, b) or pair of (a, b)
        The box; omitted for a Target, which has its own.
    eps : float
        The ε > 0 to begin with.
    language : {"ja", "en"}
        Words of the widget.
    theme : {"light", "dark"}

    Returns
    -------
    anywidget.AnyWidget
        Its ``state`` names the scene and its numbers, as an address of `uat page` does after #.

    Raises
    ------
    InputError
        If anywidget is not installed, or f has more than two coordinates.
    CannotProve
        For an f without a formula and a modulus.

    Examples
    --------
    >>> import uat
    >>> widget = uat.explore("sin(x)", (0, 6), eps=0.05)  # doctest: +SKIP
    >>> widget.state  # doctest: +SKIP
    'curve?eps=0.05'
    """
    target, size = as_target(f, domain), read_eps(eps)
    if target.dimension > 2:
        raise InputError(
            f"f of {target.dimension} coordinates given; one or two can be explored",
            "fix some of them",
        )
    if target.expression is None and target.modulus is None:
        raise CannotProve(target.untraced or "f has no formula and no modulus")
    scene = "curve" if target.dimension == 1 else "surface"
    check_style(theme)
    worn = {"language": check_language(language), "theme": theme}
    return _explorer()(target, state=f"{scene}?eps={size!r}", **worn)


@cache
def _explorer() -> Callable[..., Any]:
    """Return the class of the widget."""
    try:
        from anywidget import AnyWidget
        from traitlets import Unicode
    except ImportError as missing:
        raise InputError(
            f"uat.explore needs {missing.name}", "install it: pip install anywidget"
        ) from None
    from uat.page.bundle import bundle
    from uat.page.compute import answer_to, finite

    class Explorer(AnyWidget):  # type: ignore[misc, unused-ignore]
        """The scenes of the page, computed in this process."""

        _esm = bundle()
        state = Unicode().tag(sync=True)
        language = Unicode().tag(sync=True)
        theme = Unicode().tag(sync=True)

        def __init__(self, given: Target, **traits: str) -> None:
            super().__init__(**traits)
            self._given = given
            self.on_msg(self._answer)

        def _answer(self, _widget: Any, request: Any, _buffers: Any) -> None:
            def tell(answer: dict[str, Any]) -> None:
                self.send(finite(answer))

            tell(answer_to(json.dumps(request), tell, self._given))

    return Explorer
