"""An answer can be looked at: an approximation with its proof in words, any small network."""

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import uat
from uat.core.network import Affine, Network
from uat.errors import InputError, WrongType
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.numbers import at_most
from uat.plotting.plot import plot

PAIR = Network.from_units([1.0, -1.0], [3.0, 5.0], [0.0, -10.0], uat.logistic)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_approximation_says_its_units_and_its_proved_bound(language: Language) -> None:
    g = uat.approximate("x**2", (-1, 1), eps=0.1, method="staircase")
    top, bottom = plot(g, language).axes
    said = top.get_title(loc="left")
    assert g.certificate is not None
    assert str(g.units) in said
    assert r"<\varepsilon=0.1" in said
    assert r"\leq 0.09" in said
    assert bottom.get_ylim()[1] > g.eps


def test_without_a_proof_none_is_claimed() -> None:
    g = uat.approximate("x**2", (-1, 1), eps=0.1, prove=False, method="staircase")
    said = plot(g, "en").axes[0].get_title(loc="left")
    assert "not proved" in said
    assert "leq" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_approximation_in_two_coordinates_is_three_maps(language: Language) -> None:
    g = uat.approximate("sin(x + 2*y)", [(0, 1), (0, 2)], eps=0.01, method="ridge")
    figure = plot(g, language)
    assert g.certificate is not None
    said = figure.get_suptitle()
    assert str(g.units) in said
    assert at_most(g.certificate.bound, below=0.01) in said
    maps = [axes.get_images()[0] for axes in figure.axes if axes.get_images()]
    first, second, error = (np.asarray(shown.get_array()) for shown in maps)
    assert maps[0].norm.vmin == maps[1].norm.vmin
    assert maps[0].norm.vmax == maps[1].norm.vmax
    assert np.allclose(error, np.abs(first - second))
    assert error.max() <= g.certificate.bound
    # the lowest row is y = 0, the last column x = 1
    assert first[0, -1] == pytest.approx(np.sin(1.0))
    assert first[-1, 0] == pytest.approx(np.sin(4.0))


def test_three_coordinates_are_too_many() -> None:
    g = uat.approximate("x + y + z", [(0, 1)] * 3, eps=0.1, method="ridge")
    with pytest.raises(InputError, match="3 coordinates"):
        plot(g)


def test_many_units_are_drawn_in_a_few_points() -> None:
    g = uat.approximate("x", (0, 1), eps=1e-4, method="staircase")
    assert g.units > 4000
    drawn = max(len(np.asarray(line.get_xdata())) for line in plot(g).axes[0].get_lines())
    assert drawn < 50_000


def test_a_network_in_one_coordinate_is_a_curve_where_its_units_switch() -> None:
    (axes,) = plot(PAIR).axes
    low, high = axes.get_xlim()
    assert low < 0
    assert high > 2
    x, y = axes.get_lines()[0].get_data()
    assert np.allclose(y, PAIR.as_function()(np.asarray(x)))


def test_a_deep_network_in_one_coordinate_is_a_curve_too() -> None:
    rng = np.random.default_rng(0)
    deep = Network(
        tuple(Affine(rng.normal(size=s), rng.normal(size=s[0])) for s in ((4, 1), (3, 4), (2, 3))),
        uat.relu,
    )
    (axes,) = plot(deep, "en").axes
    assert len(axes.get_lines()) == 2
    assert axes.get_title(loc="left") == "hidden width 4–3"


def test_a_network_in_two_coordinates_is_a_map() -> None:
    bump = Network.from_units([1, 1], np.diag([4.0, 1e200]), [0.0, 1e200], uat.tanh)
    axes = plot(bump).axes[0]
    (image,) = axes.get_images()
    assert np.asarray(image.get_array()).shape == (400, 400)
    low, high = axes.get_ylim()
    assert low < -1 < high


def test_a_network_is_shown_where_it_is_asked_for() -> None:
    assert plot(PAIR, domain=(5, 9)).axes[0].get_xlim() == (5, 9)
    with pytest.raises(InputError, match="a domain of 2 coordinates given; this network has 1"):
        plot(PAIR, domain=[(0, 1), (0, 1)])


def test_a_constant_network_has_a_picture_too() -> None:
    still = Network.from_units([2.0], [0.0], [0.0], uat.logistic)
    assert plot(still).axes[0].get_xlim() == (-1, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_training_shows_its_network_its_losses_and_why_it_stopped(language: Language) -> None:
    found = uat.fit_function("sin(3*x)", (0, 2), hidden=4, max_iter=12)
    top, bottom = plot(found, language, domain=(0, 2)).axes
    behind, network = (line.get_data() for line in top.get_lines()[:2])
    assert np.allclose(behind[1], np.sin(3 * np.asarray(behind[0])))
    assert np.allclose(network[1], found.network.as_function()(np.asarray(network[0])))
    assert {"ja": "反復の上限", "en": "budget used up"}[language] in top.get_title(loc="left")
    losses, residuals = (np.asarray(line.get_ydata()) for line in bottom.get_lines())
    assert np.array_equal(losses, found.losses)
    assert np.array_equal(residuals, found.max_residuals)
    assert bottom.get_yscale() == "log"
    assert bottom.get_xlim() == (0, len(found.losses) - 1)


def test_every_reason_to_stop_has_its_words() -> None:
    from uat.plotting.fit import REASONS

    found = uat.fit([0, 1], [0, 1], hidden=1, method="descent", max_iter=2)
    for reason, words in REASONS.items():
        title = plot(replace(found, reason=reason), "en").axes[0].get_title(loc="left")
        assert title == f"hidden width 1; 2 iterations: {words.en}"


def test_a_training_that_diverged_or_found_no_residual_is_drawn_too() -> None:
    x = np.linspace(0, 1, 20)
    wild = uat.fit(x, x, hidden=3, method="descent", rate=1e200)
    assert wild.reason == "diverged"
    assert not np.isfinite(wild.losses).all()
    assert "diverged" in plot(wild, "en").axes[0].get_title(loc="left")
    still = uat.fit(x, 0 * x, hidden=1)
    plot(still).savefig(BytesIO())
    gone = replace(still, losses=np.array([1e-3, 0]), max_residuals=np.array([0.1, 0]))
    drawn = plot(gone)
    drawn.savefig(BytesIO())
    for line in drawn.axes[1].get_lines():
        assert np.asarray(line.get_ydata())[-1] == 0
    assert drawn.axes[1].get_ylim()[0] > 0


def test_a_training_in_two_coordinates_is_a_map_and_in_three_its_losses_alone() -> None:
    x = np.random.default_rng(0).uniform(size=(30, 3))
    flat = uat.fit(x[:, :2], x[:, 2], hidden=2, max_iter=3)
    assert len(plot(flat).axes[0].get_images()) == 1
    found = uat.fit(x, x[:, 2], hidden=2, max_iter=3)
    (axes,) = plot(found).axes
    assert axes.get_yscale() == "log"
    with pytest.raises(InputError, match="3 coordinates and 1 values"):
        plot(found, domain=[(0, 1)] * 3)


def test_a_training_is_shown_where_its_points_are() -> None:
    x = np.linspace(1e9, 1e9 + 1e3, 60)
    found = uat.fit(x, np.sin(x / 100), hidden=6, max_iter=5)
    assert plot(found).axes[0].get_xlim() == found.domain[0] == (1e9, 1e9 + 1e3)
    function = uat.fit_function("x*y", [(0, 1), (2, 4)], hidden=3, max_iter=3)
    assert function.domain == ((0.0, 1.0), (2.0, 4.0))
    still = uat.fit([[7.0, 1.0], [7.0, 2.0]], [1, 2], hidden=1, max_iter=2)
    assert still.domain == ((7.0, 15.0), (1.0, 2.0))
    plot(still).savefig(BytesIO())


def test_what_has_no_picture_is_refused() -> None:
    with pytest.raises(WrongType, match="plot of str asked for"):
        plot("g")
    with pytest.raises(InputError, match="language 'fr' is not known"):
        plot(PAIR, "fr")
    wide = Network((Affine(np.ones((1, 3)), [0.0]), Affine([[1.0]], [0.0])), uat.tanh)
    with pytest.raises(InputError, match="3 coordinates and 1 values"):
        plot(wide)


def test_several_outputs_stand_side_by_side() -> None:
    g = uat.approximate(["cos(x)", "sin(x)"], (0, 6), eps=0.1, method="staircase")
    figure = uat.plot(g, language="en")
    assert len(figure.axes) == 4
    titles = [axes.get_title("left") for axes in figure.axes[:2]]
    assert titles[0].startswith("$f_1(x)=\\cos(x)$\n$|f_1-g_1|")
    assert titles[1].startswith("$f_2(x)=\\sin(x)$\n$|f_2-g_2|")
    assert len(uat.plot(g.output(1), language="en").axes) == 2


def test_more_outputs_than_there_is_room_for_are_refused() -> None:
    four = uat.approximate(["x", "x", "x", "x"], (0, 1), eps=0.2, effort="quick")
    with pytest.raises(uat.InputError, match=r"4 outputs in 1 coordinate.*plot\(g.output\(0\)\)"):
        uat.plot(four)
    plane = uat.approximate(["x + y", "x - y"], [(0, 1), (0, 1)], eps=0.2, effort="quick")
    with pytest.raises(uat.InputError, match="2 outputs in 2 coordinate"):
        uat.plot(plane)


@pytest.mark.parametrize(
    ("f", "domain", "eps", "language"),
    [("3", (0, 1), 0.1, "ja"), ("x*(1 - x)", (0, 1), 0.05, "en"),
     ("sin(x)", (1e8, 1e8 + 7), 0.02, "ja"), ("-1000 - x", (-0.001, 0.001), 1e-4, "en"),
     (["1e6*sin(x)", "x"], (-1, 1), 0.5, "ja")],
    ids=str,
)  # fmt: skip
def test_labels_lie_within_the_figure_whatever_the_settings_when_it_is_saved(
    f: str, domain: tuple[float, float], eps: float, language: Language
) -> None:
    figure = plot(uat.approximate(f, domain, eps=eps, effort="quick"), language)
    figure.savefig(BytesIO(), format="raw")
    for axes in figure.axes:
        for axis, ends in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            for tick in axis.get_major_ticks():
                if min(ends) <= tick.get_loc() <= max(ends):
                    box = tick.label1.get_window_extent()
                    assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1 + 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("f", "eps", "size"),
    [("sin(9*x)", 1.234e-3, "paper"), ("x/(1 + x**2)", 0.01, (6, 6)), ("x", 0.1, "slide")],
)
def test_title_and_key_do_not_overlap(f: str, eps: float, size: Any, language: Language) -> None:
    g = uat.approximate(f, (0, 3), eps=eps, method="staircase")
    figure = plot(g, language, size=size)
    figure.draw_without_rendering()
    top, said = figure.axes[0], figure.axes[0].get_title(loc="left")
    drawn = next(text for text in top.findobj(Text) if text.get_text() == said)
    key = top.get_legend()
    assert key is not None
    title = drawn.get_window_extent()
    beside = Bbox.union([text.get_window_extent() for text in key.get_texts()])
    assert title.x1 < key.get_window_extent().x0 or title.y0 >= beside.y1
    assert title.y1 <= figure.bbox.y1 + 1
    assert max(title.x1, beside.x1) <= figure.bbox.x1 + 1


def test_one_unit_is_no_units() -> None:
    one = uat.approximate("3", (0, 1), eps=0.1, effort="quick")
    assert one.units == 1
    assert plot(one, "en").axes[0].get_title(loc="left").startswith("1 unit,")


def test_a_picture_of_a_result_loads_no_lecture_and_no_examples() -> None:
    code = (
        "import sys, uat; uat.plot(uat.Network.from_units([1], [1], [0], uat.tanh));"
        "print(*(name for name in sys.modules if name.startswith('uat.')))"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    rooms = {name.split(".")[1] for name in told.stdout.split()}
    assert "plotting" in rooms
    assert not rooms & {"lecture", "publish", "examples"}
