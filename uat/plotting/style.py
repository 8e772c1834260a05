"""The one look of all figures: colours with a fixed meaning, sizes for slide and paper, fonts.

Nothing here touches Matplotlib's global settings: `rc` returns a dict for ``rc_context``, and the
fonts are registered when the first figure is drawn. The colours are told apart with every common
kind of colour blindness, after Okabe and Ito ("Color universal design", 2008); curves differ in
width and dash as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from uat.errors import InputError, WrongType, near_match

__all__ = [
    "DARK",
    "FAMILY",
    "FONTS",
    "LICENCE",
    "LIGHT",
    "MONOSPACED",
    "PAPER",
    "SIZES",
    "SLIDE",
    "THEMES",
    "Size",
    "Style",
    "Theme",
    "check_style",
    "rc",
    "read_style",
    "register_fonts",
]

_Named = TypeVar("_Named")

FAMILY = "uat Gothic"
_FOLDER = files("uat.plotting") / "fonts"
FONTS = {
    "normal": _FOLDER / "UatGothic-Regular.ttf",
    "bold": _FOLDER / "UatGothic-Bold.ttf",
}
LICENCE = _FOLDER / "OFL.txt"
# It comes with Matplotlib.
MONOSPACED = "DejaVu Sans Mono"


@dataclass(frozen=True)
class Theme:
    """Colours by their meaning."""

    background: str
    ink: str
    """Text, axes of coordinates."""
    faint: str
    """Guides, limits, objects in the background."""
    target: str
    """f."""
    band: str
    """All values within ε of f."""
    network: str
    """g."""
    error: str
    """|f − g| and tails."""
    unit: str
    """One unit, a σ(bx + c)."""
    constant: str
    """The unit with b = 0."""
    shades: tuple[str, ...]
    """A unit at growing slopes, gentle to steep: for a quantity, never for an index."""
    terms: tuple[str, ...]
    """The first, second and third term of a sum of units."""
    depths: tuple[str, ...]
    """Networks from wide to deep, or of one σ after another."""


LIGHT = Theme(
    background="#FFFFFF",
    ink="#1F2328",
    faint="#8A9099",
    target="#0072B2",
    band="#CFE6F5",
    network="#D55E00",
    error="#861A73",
    unit="#007F5F",
    constant="#6B4A00",
    shades=("#3DA584", "#1F8A69", "#0B6B50", "#004D3A", "#002A20"),
    terms=("#00835F", "#6A8A00", "#004D3D"),
    depths=("#D9772B", "#C66216", "#B24E00", "#903E00", "#6E2E00"),
)

DARK = Theme(
    background="#16191D",
    ink="#F2F4F7",
    faint="#8A9099",
    target="#769ECD",
    band="#1E3F55",
    network="#F07B3E",
    error="#E836FF",
    unit="#3BAD8B",
    constant="#DCD42F",
    shades=("#23876A", "#3CB38C", "#7FDCBD", "#B5F0DC", "#E6FFF7"),
    terms=("#3BAD8B", "#9CC63B", "#B5F0DC"),
    depths=("#FFC9A3", "#F8A270", "#F07B3E", "#D96E2F", "#C2601F"),
)


@dataclass(frozen=True)
class Size:
    """A page in inches, its dots per inch, text in points and line widths in points.

    Three sizes of text: `headline` for the finding, `text` for names, `small` for ticks and notes.
    Three widths of lines: `hero` for the one curve to look at, `line`, `thin` for all around them.
    """

    width: float
    height: float
    dpi: int
    text: float
    small: float
    line: float
    wide: Size | None = None
    """Page of a wide figure, if that is another one."""

    @property
    def headline(self) -> float:
        """Text of the finding, in points."""
        return 1.25 * self.text

    @property
    def hero(self) -> float:
        """Width of the curve to look at first, in points."""
        return 1.4 * self.line

    @property
    def thin(self) -> float:
        """Width of guides and of curves in the background, in points."""
        return 0.45 * self.line

    def scaled(self, width: float) -> Size:
        """Return the same page at another width: all lengths grow or shrink with it."""
        by = width / self.width
        lengths = {name: by * getattr(self, name) for name in ("height", "text", "small", "line")}
        return replace(self, width=width, **lengths)

    @classmethod
    def of(cls, width: float, height: float) -> Size:
        """Return the page of any width and height: text as on the slide, but not too small."""
        share = min(width / SLIDE.width, height / SLIDE.height)
        text = max(share * SLIDE.text, PAPER.text)
        small = max(share * SLIDE.small, PAPER.small)
        dots = min(max(SLIDE.dpi, round(SLIDE.width * SLIDE.dpi / max(width, height))), PAPER.dpi)
        return cls(width, height, dots, text, small, text * SLIDE.line / SLIDE.text)


SLIDE = Size(width=40 / 3, height=7.5, dpi=144, text=24.0, small=18.0, line=4.0)

# One column of a two-column page, or both of them.
PAPER = Size(
    width=3.5,
    height=2.5,
    dpi=300,
    text=7.5,
    small=6.5,
    line=1.35,
    wide=Size(width=7.16, height=3.6, dpi=300, text=9.0, small=7.5, line=1.6),
)

THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}
SIZES: Mapping[str, Size] = {"slide": SLIDE, "paper": PAPER}

INCHES = (1.0, 60.0)
"""Least and largest side of a page in inches: a larger page would fill the memory."""


@dataclass(frozen=True)
class Style:
    """A theme on a size of page; `uat.plot` and `uat.draw` make it from `theme` and `size`."""

    theme: Theme = LIGHT
    size: Size = SLIDE

    def __post_init__(self) -> None:
        for name, given, kind in (("theme", self.theme, Theme), ("size", self.size, Size)):
            if not isinstance(given, kind):
                raise WrongType(
                    f"{name} {given!r:.40} of a Style given; a {kind.__name__} is needed, while "
                    'uat.plot and uat.draw take names: theme="dark", size="paper"'
                )

    def widened(self) -> Style:
        """Return the style of a wide figure."""
        return Style(self.theme, self.size.wide or self.size)


def read_style(style: Any = None, theme: Any = "light", size: Any = "slide") -> Style:
    """Return the style given, by the name of its theme too, or one of a theme and a size."""
    if style is None:
        return check_style(theme, size)
    named = isinstance(theme, str) and isinstance(size, str)
    if not (named and (theme, size) == ("light", "slide")):
        raise InputError("style given beside theme or size; a style has both, so leave these out")
    if isinstance(style, str):
        return Style(_named("style", style, THEMES))
    if not isinstance(style, Style):
        raise WrongType(f"style {style!r:.40} given; a Style or 'light' or 'dark' is needed")
    return style


def check_style(theme: Any = "light", size: Any = "slide") -> Style:
    """Return the style of a theme and a size, given by name or, the size, in inches."""
    page = _named("size", size, SIZES) if isinstance(size, str) else _page(size)
    return Style(_named("theme", theme, THEMES), page)


def _page(size: Any) -> Size:
    try:
        width, height = map(float, size)
    except (TypeError, ValueError):
        width = height = float("nan")
    least, most = INCHES
    if not (least <= width <= most and least <= height <= most):
        raise InputError(
            f"size {size!r:.60} given; 'slide', 'paper' or (width, height) in inches, each from "
            f"{least:g} to {most:g}, is needed"
        )
    return Size.of(width, height)


def _named(kind: str, given: Any, known: Mapping[str, _Named]) -> _Named:
    if not isinstance(given, str) or given not in known:
        names = " or ".join(repr(name) for name in known)
        hint = near_match(given, known) if isinstance(given, str) else ""
        raise InputError(f"{kind} {given!r:.60} is not known{hint}; give {names}")
    return known[given]


@cache
def register_fonts() -> None:
    """Make the fonts of the package known to Matplotlib, once a process."""
    from matplotlib.font_manager import fontManager

    for font in FONTS.values():
        fontManager.addfont(str(font))


def rc(style: Style, salt: str = "uat") -> dict[Any, Any]:
    """Return the Matplotlib settings of a style, for ``matplotlib.rc_context``."""
    return _text(style) | _lines(style) | _files(salt)


def _text(style: Style) -> dict[Any, Any]:
    theme, size = style.theme, style.size
    return {
        # One family has the words of both languages: mathtext looks no further than the first.
        "font.family": [FAMILY],
        "font.size": size.text,
        # The signs of a formula are like those on the slides.
        "mathtext.fontset": "stix",
        "text.color": theme.ink,
        "text.hinting": "no_hinting",
        "axes.titlesize": size.text,
        "figure.titlesize": size.headline,
        "axes.labelsize": size.text,
        "axes.labelcolor": theme.ink,
        "axes.unicode_minus": True,
        "xtick.labelsize": size.small,
        "ytick.labelsize": size.small,
        "legend.fontsize": size.small,
    }


def _lines(style: Style) -> dict[Any, Any]:
    theme, size = style.theme, style.size
    return {
        "figure.facecolor": theme.background,
        "axes.facecolor": theme.background,
        "axes.edgecolor": theme.ink,
        "axes.linewidth": size.line / 4,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlepad": size.small / 2,
        "axes.titlelocation": "left",
        "lines.linewidth": size.line,
        "lines.solid_capstyle": "round",
        "xtick.major.pad": size.line * 1.6,
        "ytick.major.pad": size.line * 1.6,
        "xtick.color": theme.ink,
        "ytick.color": theme.ink,
        "xtick.major.size": size.line * 1.5,
        "ytick.major.size": size.line * 1.5,
        "xtick.major.width": size.line / 3,
        "ytick.major.width": size.line / 3,
        "xtick.minor.size": size.line * 0.8,
        "ytick.minor.size": size.line * 0.8,
        "xtick.minor.width": size.line / 6,
        "ytick.minor.width": size.line / 6,
        "legend.frameon": False,
    }


def _files(salt: str) -> dict[Any, Any]:
    return {"svg.hashsalt": salt, "svg.fonttype": "path", "pdf.fonttype": 42}
