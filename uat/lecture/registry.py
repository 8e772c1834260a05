"""Every figure of the lecture by its id, in the order of the slides.

A figure is one function in the file of its part of the lecture. The decorator `figure` registers
it with its texts; its place in the lecture is the place of its part in `PARTS` and its own place
in that file. The files are loaded at the first look-up, and Matplotlib only when one is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from uat.errors import InputError, near_match
from uat.plotting.language import Language, Pair, Say, check_language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from uat.plotting.page import Page
    from uat.plotting.style import Style

__all__ = ["PARTS", "Entry", "draw", "entries", "figure", "find"]

PARTS = (
    "recap",
    "families",
    "composition",
    "networks",
    "layers",
    "units",
    "statement",
    "proof",
    "certificate",
    "width",
    "ridges",
    "training",
    "watching",
    "depth",
    "growth",
    "theorems",
)
"""The files of the figures, in the order of the lecture."""


@dataclass(frozen=True)
class Entry:
    """A figure of the lecture: its id, its part, its texts, its function."""

    id: str
    part: str
    title: Pair
    caption: Pair
    alternative: Pair
    wide: bool
    make: Callable[[Page], None]

    def texts(self, language: Language) -> tuple[str, str, str]:
        """Return title, caption and alternative text in one language."""
        say = Say(language)
        return say(*self.title), say(*self.caption), say(*self.alternative)


_registered: dict[str, Entry] = {}


def figure(
    name: str, *, part: str, title: Pair, caption: Pair, alternative: Pair, wide: bool = False
) -> Callable[[Callable[[Page], None]], Callable[[Page], None]]:
    """Register the decorated function as the figure `name`; it draws on the page it is given.

    Parameters
    ----------
    name : str
        The figure's id in the lecture, on the command line and in file names.
    part : str
        The name of its part, one of `PARTS`.
    title, caption, alternative : Pair
        Heading, caption below the picture, and a description for who cannot see it;
        Japanese first, then English.
    wide : bool
        Whether it needs both columns of a two-column page.
    """

    def register(make: Callable[[Page], None]) -> Callable[[Page], None]:
        if name in _registered and _registered[name].make.__qualname__ != make.__qualname__:
            raise InputError(f"two figures are called {name!r}; an id names one")
        _registered[name] = Entry(name, part, title, caption, alternative, wide, make)
        return make

    return register


@cache
def entries() -> tuple[Entry, ...]:
    """Return all figures in the order of the lecture.

    Examples
    --------
    >>> [entry.id for entry in entries()].index("rectangle") > 0
    True
    """
    for part in PARTS:
        import_module(f"uat.lecture.figures.{part}")
    return tuple(sorted(_registered.values(), key=lambda entry: PARTS.index(entry.part)))


def find(name: str) -> Entry:
    """Return the figure called `name`.

    Raises
    ------
    InputError
        When there is none, with the near match.

    Examples
    --------
    >>> find("rectangle").title
    Pair(ja='ステップ2：矩形関数', en='Step 2: a rectangle')
    """
    known = {entry.id: entry for entry in entries()}
    if name not in known:
        hint = near_match(name, known) or "; `uat figures --list` names them all"
        raise InputError(f"no figure is called {name!r}{hint}")
    return known[name]


def draw(name: str, language: str = "ja", style: Style | None = None) -> Figure:
    """Draw a figure of the lecture.

    Parameters
    ----------
    name : str
        Its id, such as ``"rectangle"``; `entries` lists them.
    language : "ja" or "en"
        The language of every word in it.
    style : Style, optional
        Theme and size; without one, the light slide.

    Returns
    -------
    matplotlib.figure.Figure
        Laid out, tied to no window; ``savefig`` writes it.

    Raises
    ------
    InputError
        For an unknown id or language, with the near match.

    Examples
    --------
    >>> draw("rectangle", language="en").get_size_inches().round(2).tolist()
    [13.33, 7.5]
    """
    entry, language = find(name), check_language(language)

    from uat.plotting.page import lay_out
    from uat.plotting.style import read_style

    style = read_style(style)
    return lay_out(entry.make, language, style.widened() if entry.wide else style)
