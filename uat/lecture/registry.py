"""Every figure of the lecture: one function, and one decorator that says all there is to say of it.

The decorator `figure` keeps a `LectureFigure` with the id, the slide, the texts, the formula and
the lines of code of the figure that the function draws; slides, handout and gallery read it
from there. The order of the lecture is that of `PARTS`, and within a part that of its file. The
files are loaded at the first look-up, Matplotlib only when a figure is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import import_module
from inspect import cleandoc, signature
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from uat.errors import InputError, UatError, near_match
from uat.plotting.language import Language, Pair, Say, check_language
from uat.plotting.style import Style, read_style

if TYPE_CHECKING:
    from uat.core.target import Target
    from uat.lecture.study import Study
    from uat.plotting.picture import Picture

__all__ = [
    "BUILT",
    "PARTS",
    "LectureFigure",
    "all_figures",
    "draw",
    "figure",
    "find",
    "of_all",
    "own_function",
    "slides",
    "together",
]

PARTS = (
    "recap",
    "families",
    "composition",
    "networks",
    "layers",
    "repeated",
    "units",
    "anything",
    "statement",
    "claim",
    "proof",
    "cells",
    "any_sigma",
    "width",
    "half_planes",
    "ridges",
    "limits",
    "training",
    "watching",
    "depth",
    "budget",
    "theorems",
)
"""The files of the figures, in the order of the lecture."""

BUILT: Mapping[str, int] = {
    "line-limits": 3,
    "compose-exp-sin": 4,
    "sum-trig": 3,
    "layer-blocks": 5,
    "dense-row": 2,
    "unit-sum": 3,
    "rectangle": 4,
}
"""The figures that are revealed step by step, and in how many steps."""

Make = Callable[..., None]
"""Draws on the page that it is given; with parameters f and eps, also for a function of a reader's."""


@dataclass(frozen=True)
class LectureFigure:
    """A figure of the lecture and all that is known of it."""

    id: str  # its name on the command line and in file names
    make: Make  # draws it on the page that it is given
    slide: Pair  # heading of the slide that shows it
    title: Pair
    caption: Pair
    alternative: Pair  # description for readers who cannot see the picture
    formula: str  # in the LaTeX that both Matplotlib and MathJax understand
    code: str  # lines that make what is drawn, after the imports of uat and numpy
    wide: bool = False  # True if it takes both columns of a two-column page
    study: Study | None = None  # the stored measurement that it draws
    own: Pair | None = None  # caption for a reader's own {f}, {domain} and {eps}, if it takes them
    fixed: str = "it shows none"  # why it takes no f of a reader's
    given: tuple[tuple[str, Any], ...] = ()  # the reader's f and eps, by name

    @property
    def part(self) -> str:
        """The part of the lecture that it belongs to: the name of its file."""
        return self.make.__module__.rpartition(".")[2]

    @property
    def takes(self) -> tuple[str, ...]:
        """Return what of a reader's own it takes: "f" and "eps", only "f", or nothing."""
        return tuple(name for name in ("f", "eps") if name in signature(self.make).parameters)

    def texts(self, language: Language) -> tuple[str, str, str]:
        """Return title, caption and alternative text in one language."""
        say = Say(language)
        return say(*self.title), say(*self.caption), say(*self.alternative)

    def listing(self, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the imports of its code, and the lines after them; the last one draws."""
        lines = cleandoc(self.code).splitlines()
        imports = [line for line in lines if line.startswith(("from ", "import "))]
        code = [line for line in lines if line not in imports]
        numpy = ["import numpy as np"] if "np." in self.code else []
        standard = [line for line in imports if "uat" not in line]
        own = [line for line in imports if "uat" in line]
        drawn = f'figure = uat.draw("{self.id}", language="{language}")'
        return (*standard, *numpy, "import uat", *own), (*code, drawn)

    def draw(self, language: Language, style: Style | None = None) -> Picture:
        """Draw it in one language; without a style, on the light slide."""
        from uat.plotting.page import lay_out

        style = style or Style()
        page = style.widened() if self.wide else style
        drawn = lay_out(partial(self.make, **dict(self.given)), language, page)
        drawn.title, drawn.caption, _ = self.texts(language)
        drawn.formula = self.formula
        return drawn

    def of(self, f: Target | None, eps: float | None) -> LectureFigure:
        """Return the same figure of another function of one coordinate, and to another ε."""
        given = {name: value for name, value in (("f", f), ("eps", eps)) if value is not None}
        if not given:
            return self
        if f is not None and f.dimension != 1:
            raise InputError(f"f of {f.dimension} coordinates given; figures show one")
        for what in given:
            if what not in self.takes:
                known = [other.id for other in all_figures() if what in other.takes]
                why = f": {self.fixed}" if what == "f" else ""
                raise InputError(
                    f"{self.id} takes no {what} of yours{why}", f"{', '.join(known)} do"
                )
        assert self.own is not None
        accepted = signature(self.make).parameters
        whole = {name: accepted[name].default for name in self.takes} | given
        if eps is None and "eps" in whole:
            given["eps"] = whole["eps"] = _scaled(whole["eps"], accepted["f"].default, whole["f"])
        caption = _filled(self.own, **whole)
        return replace(self, given=tuple(given.items()), caption=caption, alternative=caption)

    def __reduce__(self) -> tuple[Callable[..., LectureFigure], tuple[Any, ...]]:
        # Another process has the same figure under the same id.
        given = dict(self.given)
        return _find_of, (self.id, given.get("f"), given.get("eps"))


def _scaled(eps: float, shown: Target, f: Target) -> float:
    """Return an ε that is for f what `eps` is for the f of the lecture, in parts of its height."""
    heights = []
    for target in (shown, f):
        values = target(np.linspace(*target.domain[0], 1001))
        heights.append(float(values.max() - values.min()))
    return float(f"{eps * heights[1] / heights[0]:.1g}") or eps


def _filled(caption: Pair, f: Target, eps: float = 0.0) -> Pair:
    """Fill a function, its interval and ε into a caption."""
    from uat.expression.latex import plain

    named = "f" if f.expression is None else f"f(x) = {plain(f.expression)}"
    start, stop = f.domain[0]
    words = {"f": named, "domain": f"[{start:g}, {stop:g}]", "eps": f"{eps:g}"}
    return Pair(*(text.format(**words) for text in caption))


def _find_of(name: str, f: Target | None, eps: float | None) -> LectureFigure:
    return find(name).of(f, eps)


@dataclass(frozen=True)
class Slide:
    """A heading of the lecture and the figures below it."""

    heading: Pair
    figures: tuple[LectureFigure, ...]


_registered: dict[str, LectureFigure] = {}


def figure(name: str, **facts: Any) -> Callable[[Make], Make]:
    """Register the decorated function as the figure `name`, an id that no other figure may have.

    The facts are the other fields of `LectureFigure`.
    """

    def register(make: Make) -> Make:
        if name in _registered and _registered[name].make.__qualname__ != make.__qualname__:
            raise InputError(f"two figures are called {name!r}; an id names one")
        _registered[name] = LectureFigure(name, make, **facts)
        return make

    return register


@cache
def all_figures() -> tuple[LectureFigure, ...]:
    """Return all figures in the order of the lecture."""
    for part in PARTS:
        _load(part)
    return tuple(sorted(_registered.values(), key=lambda figure: PARTS.index(figure.part)))


def slides() -> tuple[Slide, ...]:
    """Return the slides that show figures, in the order of the lecture."""
    grouped = groupby(all_figures(), key=lambda figure: figure.slide)
    return tuple(Slide(heading, tuple(shown)) for heading, shown in grouped)


def find(name: str) -> LectureFigure:
    """Return the figure called `name`; an unknown one is refused with the near match."""
    for part in PARTS:
        if name in _registered:
            break
        _load(part)
    if name not in _registered:
        hint = near_match(name, _registered) or "; `uat figures --list` names them all"
        raise InputError(f"no figure is called {name!r}{hint}")
    return _registered[name]


def _load(part: str) -> None:
    import_module(f"uat.lecture.figures.{part}")


def draw(
    name: str,
    language: str = "ja",
    style: Style | str | None = None,
    *,
    theme: str = "light",
    size: str | tuple[float, float] = "slide",
    f: Any = None,
    domain: Any = None,
    eps: float | None = None,
) -> Picture:
    """Draw a figure of the lecture.

    Parameters
    ----------
    name : str
        Its id, such as ``"rectangle"``; ``uat figures --list`` names them all.
    language : "ja" or "en"
        The language of every word in it.
    style : Style, optional
        A theme and a size in one, of `uat.plotting.style`; instead of the next two.
    theme : "light" or "dark"
    size : "slide", "paper" or (width, height)
        A slide of 16:9, the columns of a paper, or inches.
    f : str, callable or Target, optional
        A function of one coordinate of your own, for a figure that shows an f.
    domain : (float, float), optional
        Its interval.
    eps : float, optional
        The ε of a figure that shows one. Without it, that of the lecture, in parts of the height
        of f.

    Returns
    -------
    matplotlib.figure.Figure
        Tied to no window; ``savefig`` writes it, a notebook shows it, and so does ``show``. It has
        the ``title``, ``caption`` and ``formula`` of the figure, the last one in LaTeX.

    Raises
    ------
    InputError
        For an unknown id, language, theme or size, with the near match; for an f or eps that the
        figure does not take, or an f without domain.
    CannotProve
        If it cannot be proved of your f what the figure shows.

    Examples
    --------
    >>> rectangle = draw("rectangle", language="en", theme="dark", size=(8, 4.5))
    >>> rectangle.get_size_inches().tolist(), rectangle.title
    ([8.0, 4.5], 'Step 2: a rectangle')
    >>> draw("line-limits", language="en", f="exp(-x)", domain=(0, 2)).caption[:39]
    'f(x) = exp(-x) on [0, 2]: whatever a an'
    """
    shown, spoken = find(name), check_language(language)
    page = read_style(style, theme, size)
    return shown.of(*own_function(f, domain, eps)).draw(spoken, page)


def of_all(
    chosen: Sequence[LectureFigure], f: Target | None, eps: float | None
) -> tuple[LectureFigure, ...]:
    """Return figures of another function and to another ε; those that take none are refused at once."""
    made, refused = [], {}
    for shown in chosen:
        try:
            made.append(shown.of(f, eps))
        except InputError as problem:
            refused[shown.id] = problem
    if refused:
        raise together(refused, len(chosen), f"leave out {', '.join(refused)}")
    return tuple(made)


def together(refused: Mapping[str, UatError], chosen: int, others: str) -> UatError:
    """Return one error, of one line, for all of the chosen figures that were refused, by their ids.

    It ends with what is to be said of the others, if there are any.
    """
    problems = list(refused.values())
    if len(problems) == chosen and len({str(problem) for problem in problems}) == 1:
        return problems[0]
    reasons = [
        problem.reason if name in problem.reason else f"{name}: {problem.reason}"
        for name, problem in refused.items()
    ]
    remedies = dict.fromkeys(problem.remedy for problem in problems if problem.remedy)
    if len(problems) < chosen:
        remedies[others] = None
    return InputError("; ".join(reasons), "; ".join(remedies))


def own_function(f: Any, domain: Any, eps: Any) -> tuple[Target | None, float | None]:
    """Check a reader's own f on its interval, and the ε; None for what is not given."""
    from uat.core.arguments import read_eps
    from uat.core.target import as_target

    if f is None and domain is not None:
        raise InputError("domain given without f; a function has both")
    target = None if f is None else as_target(f, domain)
    return target, None if eps is None else read_eps(eps)
