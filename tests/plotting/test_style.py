"""Colours mean the same everywhere and can be told apart by everyone."""

import itertools
from importlib.resources import files

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from uat.plotting.style import DARK, FAMILY, FONTS, LIGHT, Theme, register_fonts

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (2009), severity 1.0, for linear RGB.
SIGHT = {
    "every cone": np.eye(3),
    "no L cone": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no M cone": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
MEANINGS = ("target", "network", "error", "unit", "constant")


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(seen: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a linear sRGB colour, white D65."""
    xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    ) @ np.clip(seen, 0, 1)
    x, y, z = np.cbrt(xyz / [0.95047, 1.0, 1.08883])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_curves_are_told_apart_with_any_sight(theme: Theme, sight: str) -> None:
    seen = {meaning: lab(SIGHT[sight] @ linear(getattr(theme, meaning))) for meaning in MEANINGS}
    for one, other in itertools.combinations(MEANINGS, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 19, (one, other)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("meaning", ["ink", *MEANINGS])
def test_lines_and_words_stand_out_from_the_background(theme: Theme, meaning: str) -> None:
    assert contrast(getattr(theme, meaning), theme.background) > 3.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_line_survives_a_projector(theme: Theme) -> None:
    lines = (theme.faint, *theme.shades, *theme.terms, *theme.depths)
    assert min(contrast(line, theme.background) for line in lines) >= 3


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_the_terms_of_a_sum_are_told_apart_with_any_sight(theme: Theme, sight: str) -> None:
    seen = [lab(SIGHT[sight] @ linear(term)) for term in theme.terms]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 19


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_steeper_units_have_stronger_shades(theme: Theme) -> None:
    strength = [contrast(shade, theme.background) for shade in theme.shades]
    assert strength == sorted(strength)


def test_letters_and_numbers_of_both_languages_are_in_one_font() -> None:
    from matplotlib.font_manager import get_font

    for font in FONTS.values():
        known = set(get_font(str(font)).get_charmap())
        assert known >= set(map(ord, "−0123456789 azAZéüβσ≤…—“”あン層閾"))


def test_the_fonts_travel_with_the_package_under_their_licence() -> None:
    from matplotlib.font_manager import FontProperties, findfont

    register_fonts()
    for weight in ("normal", "bold"):
        found = findfont(FontProperties(family=[FAMILY], weight=weight), fallback_to_default=False)
        assert found.startswith(str(files("uat.plotting") / "fonts"))
    licence = (files("uat.plotting") / "fonts" / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
