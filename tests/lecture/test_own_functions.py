"""A lecturer's own function in the figures: labels, limits and captions follow it."""

import pickle
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import uat
from tests.lecture.words import outside, overlapping, words_of
from uat.errors import InputError
from uat.lecture.figures import claim
from uat.lecture.registry import LectureFigure, all_figures, draw, find, of_all
from uat.plotting.style import check_style
from uat.publish.publish import publish

OPEN = [shown for shown in all_figures() if shown.own is not None]
F = uat.Target("sin(2*x)", (0, 2))
WAVES = uat.Target("sin(9*x)", (0, 2))
TWO_WAVES = uat.Target("sin(9*x) + x", (0, 2))
every_open_figure = pytest.mark.parametrize("shown", OPEN, ids=lambda shown: shown.id)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Figure]:
    """Every figure that takes an f, with one that swings below 0 on another interval."""
    eps = {"rectangle-sum": 0.05}
    # A polynomial of degree 4, a sine and 6 points are near a single wave.
    f = {"leshno": WAVES, "wiggly-target": TWO_WAVES, "what-it-does-not-say": WAVES}
    return {
        shown.id: shown.of(
            f.get(shown.id, F),
            eps.get(shown.id, 0.1) if "eps" in signature(shown.make).parameters else None,
        ).draw("en")
        for shown in OPEN
    }


def test_twelve_figures_take_a_function() -> None:
    assert [shown.id for shown in OPEN] == [
        "line-limits", "wiggly-target", "line-to-anything", "epsilon-band", "theorem-network",
        "rectangle-sum", "proof-cells", "any-sigma", "other-families", "what-it-does-not-say",
        "leshno", "guliyev-ismailov",
    ]  # fmt: skip


@every_open_figure
def test_it_takes_what_its_caption_says(shown: LectureFigure) -> None:
    assert shown.own is not None
    for text in shown.own:
        assert ("{eps}" in text) == ("eps" in signature(shown.make).parameters)
        assert "{f}" in text
        assert "{domain}" in text


@every_open_figure
def test_the_page_holds_another_function_too(
    shown: LectureFigure, drawn: dict[str, Figure]
) -> None:
    figure = drawn[shown.id]
    assert outside(figure) == []
    assert overlapping(figure) == []
    assert min(word.size for word in words_of(figure)) >= 18
    caption = getattr(figure, "caption")  # noqa: B009
    named = {
        "leshno": "sin(9*x)",
        "what-it-does-not-say": "sin(9*x)",
        "wiggly-target": "sin(9*x) + x",
    }
    assert caption.startswith(f"f(x) = {named.get(shown.id, 'sin(2*x)')} on [0, 2]")


def test_the_error_of_its_rectangles_is_below_its_eps(drawn: dict[str, Figure]) -> None:
    above, below = np.reshape(np.array(drawn["rectangle-sum"].axes), (2, 3))
    for top, bottom, eps in zip(above, below, (0.5, 0.2, 0.05), strict=True):
        assert top.get_title("left").startswith(rf"$\varepsilon={eps}$")
        assert top.get_xlim() == (0, 2)
        highest = max(np.max(np.asarray(line.get_ydata())) for line in bottom.lines[1:])
        assert 0 < highest < eps


def test_its_network_stays_in_its_band(drawn: dict[str, Figure]) -> None:
    axes = drawn["epsilon-band"].axes[0]
    x, g = (np.asarray(data, dtype=float) for data in axes.get_lines()[3].get_data())
    assert x[[0, -1]].tolist() == [0, 2]
    assert 0 < np.abs(g - F(x)).max() < 0.1
    assert axes.get_xlabel() == "$x$ in $I=[0,2]$"


def test_each_network_of_five_sigma_has_the_colour_of_its_number_of_units(
    drawn: dict[str, Figure],
) -> None:
    below, *above = drawn["any-sigma"].axes
    curves = [line.get_color() for line in below.get_lines()[-5:]]
    assert [axes.xaxis.label.get_color() for axes in above] == curves
    assert len({*curves}) == 5
    assert [text.get_text() for text in below.texts] == [r"$f\pm\varepsilon$", "five $g$"]


def test_the_best_line_of_another_function_misses_it_three_times_alike() -> None:
    figure = draw("line-limits", f=lambda x: np.exp(-x), domain=(0, 2))
    bars = [
        np.ptp(np.asarray(line.get_ydata(), dtype=float))
        for line in figure.axes[0].get_lines()
        if len(np.atleast_1d(line.get_xdata())) == 2
    ]
    # The nearest line to e^-x is parallel to its chord, half-way to the tangent.
    slope = (np.exp(-2) - 1) / 2
    expected = (1 - (-slope + slope * np.log(-slope))) / 2
    assert bars[-3:] == pytest.approx([expected] * 3, rel=1e-3)


def test_another_process_draws_the_same_function() -> None:
    own = find("rectangle-sum").of(F, 0.05)
    again = pickle.loads(pickle.dumps(own))
    assert again.caption == own.caption != find("rectangle-sum").caption
    assert dict(again.given)["eps"] == 0.05
    assert find("rectangle-sum").of(None, None) is find("rectangle-sum")


@pytest.mark.parametrize(
    ("name", "f", "domain", "eps"),
    [
        # The f of the lecture is 10.1 high, and 0.3 of that is its ε; -1000 x^2 is 25 000 high.
        ("rectangle-sum", "-1000*x**2", (-5, 5), 700),
        ("rectangle-sum", "x/1e9", (0, 1), 3e-11),
        ("epsilon-band", "4*x", (0, 2), 1),
        ("any-sigma", "0*x", (0, 1), 0.05),
    ],
)
def test_without_an_eps_it_is_in_proportion_to_f(
    name: str, f: str, domain: tuple[float, float], eps: float
) -> None:
    own = find(name).of(uat.Target(f, domain), None)
    assert dict(own.given)["eps"] == eps
    assert f"{eps:g}" in own.caption.en


def test_figures_that_take_no_function_are_refused_in_one_line() -> None:
    chosen = [find(name) for name in ("rectangle", "line-limits", "same-budget")]
    with pytest.raises(InputError) as refused:
        of_all(chosen, F, None)
    said = str(refused.value)
    assert said.startswith(
        "rectangle takes no f of yours: it shows none; "
        "same-budget takes no f of yours: its f has two coordinates; line-limits, "
    )
    assert said.endswith(", guliyev-ismailov do; leave out rectangle, same-budget")
    assert of_all(chosen[1:2], F, None) == (chosen[1].of(F, None),)


def test_a_file_of_another_function_is_not_taken_for_that_of_the_lecture(tmp_path: Path) -> None:
    shown, style = find("line-limits"), check_style(size=(4, 2.5))
    for figure in (shown, shown.of(F, None), shown):
        done = publish((figure,), ("en",), ("svg",), tmp_path, style=style)
        assert done.written == ("en/line-limits.svg",)
    assert publish((shown,), ("en",), ("svg",), tmp_path, style=style).written == ()


def test_a_network_that_the_page_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "_MOST", 1)
    with pytest.raises(InputError, match=r"3 units are needed at eps = 0\.1; the picture has room"):
        draw("theorem-network", f=F, eps=0.1)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("rectangle", {"f": "x", "domain": (0, 1)}, "no f of yours: it shows none; line-limits, "),
        ("universal", {"f": "x", "domain": (0, 1)}, "three of the roughest functions; line-limits"),
        ("same-budget", {"f": "x", "domain": (0, 1)}, "its f has two coordinates; line-limits"),
        ("wiggly-target", {"f": "sin(20*x)", "domain": (0, 1)}, "near a sine; wiggly-target needs"),
        ("wiggly-target", {"f": "7*exp(-x)", "domain": (0, 2)}, "near an exponential"),
        ("wiggly-target", {"f": "-1000*x**2", "domain": (-5, 5)}, "near a parabola"),
        ("what-it-does-not-say", {"f": "0*x", "domain": (0, 1)}, "a constant"),
        (
            "guliyev-ismailov",
            {"f": "sin(400*x)", "domain": (0, 9), "eps": 1e-3},
            "more than 156 digits is needed at eps = 0.001; guliyev-ismailov writes a shorter one",
        ),
        ("line-limits", {"eps": 0.1}, "line-limits takes no eps of yours; epsilon-band, "),
        ("line-limits", {"f": "2*x + 1", "domain": (0, 1)}, "a line; line-limits needs an f"),
        ("line-limits", {"f": "0*x", "domain": (0, 1)}, "a line; line-limits needs an f"),
        ("line-to-anything", {"f": "3 - x", "domain": (0, 1)}, "a line; line-to-anything needs"),
        ("leshno", {"f": "x**3", "domain": (0, 1)}, "near a polynomial of degree 4"),
        ("other-families", {"f": "sin(400*x)", "domain": (0, 1)}, "take a larger eps"),
        ("rectangle-sum", {"f": "x*y", "domain": [(0, 1), (0, 1)]}, "f of 2 coordinates given"),
        ("rectangle-sum", {"f": "x"}, "no domain given"),
        ("rectangle-sum", {"domain": (0, 1)}, "domain given without f"),
        ("rectangle-sum", {"f": "x", "domain": (0, 1), "eps": -1}, "a finite number > 0"),
        ("rectangle-sum", {"f": "x", "domain": (0, 1), "eps": 1e-4}, "take a larger eps"),
    ],
)
def test_what_a_figure_cannot_show_is_refused_in_one_line(
    name: str, given: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        draw(name, **given)  # type: ignore[arg-type]
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
