"""A picture fits a figure of a reader's own: its theme, its size, its axes."""

import warnings
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import uat
from tests.lecture.words import outside
from uat.construct.deep.folding import folding
from uat.errors import InputError, WrongType
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.style import DARK, LIGHT, PAPER, SLIDE, Size, Style, read_style

G = uat.approximate("x**2 + sin(x)", (-1, 3), eps=0.1, method="staircase")
PLANE = uat.approximate("x + y", [(0, 1), (0, 1)], eps=0.2, effort="quick")
X = np.random.default_rng(0).uniform(size=(40, 2))
ONE_PANEL = {
    "approximation": G,
    "approximations": [G, G],
    "proof": G.certificate,
    "proof in the plane": PLANE.certificate,
    "network": G.network,
    "network in the plane": PLANE.network,
    "regions": uat.map_regions(folding(1, (4,)), [(0, 1)]),
    "regions in the plane": uat.map_regions(folding(2, (4, 4)), [(0, 1)] * 2),
    "training": uat.fit_function("sin(x)", (0, 3), hidden=3, max_iter=3),
    "training on data": uat.fit(X[:, 0], X[:, 1], hidden=3, max_iter=3),
    "training in the plane": uat.fit(X, X.sum(axis=1), hidden=3, max_iter=3),
}


@pytest.mark.parametrize(
    ("shown", "language"), [(v, LANGUAGES[i % 2]) for i, v in enumerate(ONE_PANEL.values())],
    ids=ONE_PANEL,
)  # fmt: skip
def test_one_panel_is_drawn_into_axes_of_ones_own(shown: Any, language: Language) -> None:
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    right.set_title("mine")
    right.plot([0, 1])
    mpl.get_backend()
    before = mpl.rcParams.copy()
    assert uat.plot(shown, language, ax=left) is figure
    assert mpl.rcParams == before
    assert left.get_title(loc="left") or left.get_legend() is not None
    assert (right.get_title(), len(right.get_lines()), right.get_legend()) == ("mine", 1, None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.draw_without_rendering()
    assert outside(figure) == []


def test_own_settings_of_the_axes_stay() -> None:
    with mpl.rc_context({"xtick.color": "green", "axes.facecolor": "beige", "font.size": 7}):
        figure = Figure(facecolor="grey")
        axes = figure.subplots()
        axes.set_title("in the middle", loc="center", fontfamily="serif")
        uat.plot(G, "ja", ax=axes)
        figure.draw_without_rendering()
    ticks = axes.xaxis.get_major_ticks()
    assert {tick.label1.get_color() for tick in ticks} == {"green"}
    assert mpl.colors.same_color(axes.get_facecolor(), "beige")
    assert axes.spines["top"].get_visible()
    assert axes.get_title() == "in the middle"
    assert axes.title.get_fontfamily() == ["serif"]
    key = axes.get_legend()
    assert key is not None
    assert {text.get_fontsize() for text in key.get_texts()} == {7.0}


def test_the_axes_of_a_part_of_a_figure_return_the_whole() -> None:
    figure = Figure(figsize=(8, 4))
    part = figure.add_subfigure(figure.add_gridspec(1, 2)[0])
    assert uat.plot(PLANE.network, "en", ax=part.subplots()) is figure


def test_what_needs_several_panels_is_refused_for_one() -> None:
    axes = Figure().subplots()
    with pytest.raises(InputError, match=r"three maps; plot\(g.network, .*ax=ax\) draws g"):
        uat.plot(PLANE, ax=axes)
    both = uat.approximate(["x", "x"], (0, 1), eps=0.2, effort="quick")
    with pytest.raises(InputError, match=r"2 outputs, .*; plot\(g.output\(0\), ax=ax\)"):
        uat.plot(both, ax=axes)
    with pytest.raises(InputError, match="size given beside ax"):
        uat.plot(G, ax=axes, size=(3, 4))
    assert axes.findobj(Text, include_self=False)
    assert not axes.get_lines()


@pytest.mark.parametrize("wrong", ["ax", Figure().subplots(1, 2), Figure()])
def test_what_is_no_axes_is_refused(wrong: Any) -> None:
    with pytest.raises(WrongType, match="plain axes of Matplotlib are needed"):
        uat.plot(G, ax=wrong)
    with pytest.raises(WrongType, match="plain axes"):
        uat.plot(G, ax=Figure().add_subplot(projection="polar"))


def test_theme_and_size_are_asked_for_by_name_or_in_inches() -> None:
    dark = uat.plot(G, "en", theme="dark", size=(12, 6))
    assert dark.get_size_inches().tolist() == [12, 6]
    assert mpl.colors.same_color(dark.get_facecolor(), DARK.background)
    assert uat.draw("rectangle", "en", size="paper").get_size_inches().tolist() == [3.5, 2.5]
    assert read_style("dark") == read_style(theme="dark") == Style(DARK, SLIDE)
    assert read_style(Style(LIGHT, PAPER)) == read_style(size="paper")


@pytest.mark.parametrize("size", [(12, 6), (4, 3), (3, 8), (60, 1), (20, 20)])
def test_words_grow_with_the_page_and_are_never_too_small(size: tuple[float, float]) -> None:
    page = Size.of(*size)
    assert page.small >= PAPER.small
    assert page.text <= max(PAPER.text, SLIDE.text * size[0] / SLIDE.width)
    assert SLIDE.dpi <= page.dpi <= PAPER.dpi
    if size[0] / size[1] == SLIDE.width / SLIDE.height:
        assert page.text / page.width == SLIDE.text / SLIDE.width


def test_a_page_as_large_as_the_slide_is_the_slide() -> None:
    assert Size.of(SLIDE.width, SLIDE.height) == SLIDE


@pytest.mark.parametrize(
    "size",
    [
        0,
        (0, 1),
        (-1, 2),
        (float("nan"), 3),
        (float("inf"), 3),
        (1e6, 3),
        (1, 2, 3),
        "12",
        None,
        ["a", 1],
    ],
)
def test_a_size_that_is_none_is_refused(size: Any) -> None:
    with pytest.raises(InputError, match=r"^size .* is (needed|not known)"):
        uat.plot(G, size=size)


def test_a_style_that_is_none_is_refused_at_once() -> None:
    wrong: Any = "dark"
    with pytest.raises(WrongType, match=r"theme 'dark' of a Style given; .*theme=\"dark\""):
        Style(wrong)
    with pytest.raises(WrongType, match=r"size 'paper' of a Style given; a Size is needed"):
        Style(DARK, "paper")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"style 'drak' is not known; did you mean 'dark'\?"):
        uat.draw("rectangle", style="drak")
    with pytest.raises(WrongType, match="style 3 given"):
        uat.plot(G, style=3)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="style given beside theme or size"):
        uat.plot(G, style="dark", theme="dark")


def test_f_has_its_formula_in_the_key_and_its_name_if_it_has_one() -> None:
    def key(g: uat.Approximation, **how: Any) -> str:
        legend = uat.plot(g, "en", **how).axes[0].get_legend()
        assert legend is not None
        return legend.get_texts()[0].get_text()

    assert key(G) == r"$f(x)=x^{2} + \sin(x)$"
    assert (
        key(uat.approximate(uat.examples.runge, eps=0.1, effort="quick")) == "$f$: Runge's function"
    )
    long = "+".join(f"sin({k}*x)/{k}" for k in range(1, 9))
    assert key(uat.approximate(long, (0, 1), eps=0.1, effort="quick")) == "$f$"
    costly = uat.Target("x", (0, 1), name="5 $ and more")
    assert key(uat.approximate(costly, eps=0.1, effort="quick")) == r"$f$: 5 \$ and more"
    assert uat.plot(PLANE, "en").axes[0].get_title(loc="left") == "$f(x,y)=x + y$"


def test_a_training_keeps_some_of_its_data_for_the_picture() -> None:
    x = np.linspace(0, 1, 5000)
    found = uat.fit(x, x, hidden=1, max_iter=1)
    assert found.data is not None
    assert found.data[0].shape == found.data[1].shape == (1000, 1)
    assert found.data[0].base is None
    dots = uat.plot(found, "en").axes[0].get_lines()[0]
    assert np.array_equal(dots.get_xdata(), found.data[0][:, 0])
    assert (
        uat.fit_function("sin(x)", (0, 1), hidden=1, max_iter=1).function
        is uat.Target("sin(x)", (0, 1)).expression
    )
