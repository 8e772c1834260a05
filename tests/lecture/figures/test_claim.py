"""The network of the theorem is drawn as it is: its weights, its curves, its sum."""

import numpy as np
import pytest

from tests.lecture.words import picture, words_of
from uat.lecture.figures.claim import few_units
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.numbers import about


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_weight_stands_on_its_line(language: Language) -> None:
    words = [word.text for word in words_of(picture("theorem-network", language))]
    for weight in few_units(0.1).network.output_weights:
        assert f"${about(weight)}$" in words


def test_its_error_is_proved_and_leaves_air_below_eps() -> None:
    g, x = few_units(0.1), np.linspace(0, 1, 2001)
    assert g.certificate is not None
    assert g.certificate.bound <= 0.85 * 0.1
    assert np.abs(g.target(x) - g(x)).max() <= g.certificate.bound


def test_the_curves_in_the_circles_add_up_to_the_drawn_sum() -> None:
    g, figure = few_units(0.1), picture("theorem-network")
    # The value of every unit at one x is a dot on its curve; the last panel has their sum.
    diagram, panel = figure.axes
    dots = [line for line in diagram.get_lines() if line.get_marker() == "o"]
    curves = [line for line in diagram.get_lines() if len(np.atleast_1d(line.get_xdata())) > 400]
    shares = []
    for dot, curve in zip(dots, curves, strict=True):
        (x,), (y,) = (np.asarray(data, dtype=float) for data in dot.get_data())
        across, up = (np.asarray(data, dtype=float) for data in curve.get_data())
        width = np.ptp(across)
        assert y == pytest.approx(np.interp(x, across, up), abs=0.2)
        shares.append((x - across[0]) / width)
    assert np.ptp(shares) < 1e-9
    (followed,) = [line for line in panel.get_lines() if line.get_marker() == "o"]
    (x,), (y,) = (np.asarray(data, dtype=float) for data in followed.get_data())
    assert x == pytest.approx(shares[0])
    assert y == pytest.approx(float(g(x)))
