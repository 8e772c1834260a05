"""Networks for one function in one picture are told apart, and compared by their errors."""

from typing import Any

import numpy as np
import pytest

import uat
from uat.errors import InputError, WrongType
from uat.plotting.language import LANGUAGES, Language

STEPS = uat.approximate("sin(x)", (0, 3), eps=0.1, method="staircase")
SOFT = uat.approximate("sin(x)", (0, 3), eps=1e-4, effort="quick")
FOUND = uat.fit_function("sin(x)", (0, 3), hidden=3, max_iter=20)
X = np.linspace(0, 3, 50)
ON_DATA = [uat.fit(X, np.sin(X), hidden=hidden, max_iter=5) for hidden in (2, 4)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_network_has_its_curve_its_name_and_its_error(language: Language) -> None:
    networks = [shown.network for shown in (STEPS, SOFT, FOUND)]
    top, bottom = uat.plot([STEPS, SOFT, FOUND], language).axes
    f, *curves = (np.asarray(line.get_ydata()) for line in top.get_lines())
    x = [np.asarray(line.get_xdata()) for line in top.get_lines()]
    assert np.allclose(f, np.sin(x[0]))
    for place, curve, network in zip(x[1:], curves, networks, strict=True):
        assert np.allclose(curve, network.as_function()(place))
    key = top.get_legend()
    assert key is not None
    said = [text.get_text() for text in key.get_texts()]
    assert said[0] == r"$f(x)=\sin(x)$"
    assert "staircase" in said[1]
    assert str(STEPS.units) in said[1]
    assert "3" in said[3]
    assert bottom.get_yscale() == "log"
    errors = [np.max(line.get_ydata()) for line in bottom.get_lines()]
    bounds = [g.certificate.bound for g in (STEPS, SOFT) if g.certificate is not None]
    assert np.all(np.array(errors[:2]) <= bounds)
    assert len({str(line.get_color()) for line in top.get_lines()}) == 4


def test_the_key_names_each_sigma_where_they_differ() -> None:
    deep = uat.fit_function(
        "sin(x)", (0, 3), hidden=(2, 2), activation=("relu", "tanh"), max_iter=3
    )
    for shown, said in (
        ([STEPS, FOUND, deep], ["logistic", "tanh", "relu–tanh"]),
        ([STEPS, SOFT], ["unit", "unit"]),
    ):
        key = uat.plot(shown, "en").axes[0].get_legend()
        assert key is not None
        for text, name in zip(key.get_texts()[1:], said, strict=True):
            assert name in text.get_text().split(", ")[-1]


def test_errors_of_one_size_are_drawn_without_a_logarithm() -> None:
    bottom = uat.plot([STEPS, STEPS], "en").axes[1]
    assert bottom.get_yscale() == "linear"
    assert bottom.get_ylim()[0] == 0


def test_trainings_on_the_same_data_stand_before_their_points() -> None:
    top, bottom = uat.plot(ON_DATA, "en").axes
    x, y = top.get_lines()[0].get_data()
    assert np.array_equal(x, X)
    assert np.array_equal(y, np.sin(X))
    for line, found in zip(bottom.get_lines(), ON_DATA, strict=True):
        assert np.max(line.get_ydata()) == pytest.approx(found.max_residual)
    assert bottom.get_title(loc="left").startswith("residual")


@pytest.mark.parametrize(
    "mixture",
    [[STEPS, uat.approximate("cos(x)", (0, 3), eps=0.1, effort="quick")],
     [STEPS, uat.approximate("sin(x)", (0, 2), eps=0.1, effort="quick")],
     [STEPS, ON_DATA[0]],
     [ON_DATA[0], uat.fit(X, np.cos(X), hidden=2, max_iter=2)],
     [ON_DATA[0], uat.fit(X[::2], np.sin(X[::2]), hidden=2, max_iter=2)]],
)  # fmt: skip
def test_networks_for_different_functions_are_refused(mixture: Any) -> None:
    with pytest.raises(InputError, match=r"different functions or intervals .* 1 and 2"):
        uat.plot(mixture)


def test_what_cannot_be_compared_is_refused_in_one_line() -> None:
    plane = uat.approximate("x + y", [(0, 1), (0, 1)], eps=0.2, effort="quick")
    with pytest.raises(InputError, match=r"2 coordinates and 1 value in a list"):
        uat.plot([plane, plane])
    with pytest.raises(InputError, match="list of 0 networks given"):
        uat.plot([])
    with pytest.raises(InputError, match="list of 5 networks given; plot shows one to 4"):
        uat.plot([STEPS] * 5)
    with pytest.raises(WrongType, match="Network in a list given"):
        uat.plot([STEPS, STEPS.network])
