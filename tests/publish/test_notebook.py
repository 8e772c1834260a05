"""A notebook shows what a result is: its formula, its proof, and a small picture of it."""

import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import uat
from uat.errors import InputError
from uat.publish.notebook import mimebundle

NETWORK = uat.Network.from_units([1.0, -1.0], [6.0, 6.0], [-3.0, -9.0], uat.logistic)
DEEP = uat.Network(
    (uat.Affine(np.eye(3, 2), [0.1, 0.2, -1]), uat.Affine(np.eye(2, 3), [0, 0.3]),
     uat.Affine([[1, -1]], [0])), uat.relu,
)  # fmt: skip
WIDE = uat.Network((uat.Affine(np.ones((30, 5)), np.ones(30)), uat.Affine(np.ones((1, 30)), [0])),
                   uat.tanh)  # fmt: skip

RESULTS: dict[str, Callable[[], Any]] = {
    "approximation": lambda: uat.approximate("x**2", (0, 1), eps=0.125, method="staircase"),
    "certificate": lambda: uat.certify("x", NETWORK, (0, 1)),
    "network": lambda: NETWORK,
    "deep": lambda: DEEP,
    "wide": lambda: WIDE,
    "regions": lambda: uat.map_regions(DEEP, (-1, 2)),
    "fit": lambda: uat.fit_function("sin(x)", (0, 1), hidden=2, max_iter=2),
}


def shown(thing: Any) -> dict[str, str]:
    """Ask as IPython does."""
    bundle: dict[str, str] = thing._repr_mimebundle_(include=None, exclude=None)
    return bundle


@pytest.fixture(autouse=True)
def japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UAT_LANGUAGE", raising=False)


@cache
def made(name: str) -> tuple[Any, dict[str, str]]:
    """Make a result and show it, once for all tests."""
    thing = RESULTS[name]()
    return thing, shown(thing)


def picture_in(markdown: str) -> tuple[bytes, str]:
    found = re.fullmatch(r"(.*)\n\n!\[.*\]\(data:image/png;base64,(.*)\)", markdown, re.DOTALL)
    assert found is not None
    return b64decode(found[2]), found[1]


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_shows_a_small_picture_and_its_words(name: str) -> None:
    thing, bundle = made(name)
    png, text = picture_in(bundle["text/markdown"])
    with Image.open(BytesIO(png)) as image:
        assert image.width == 560
        assert 100 < image.height <= 400
        colours = image.convert("RGB").getcolors(maxcolors=100_000)
    assert colours is not None
    assert len(colours) > 20
    assert len(bundle["text/markdown"]) < 60_000
    assert bundle["text/plain"] == repr(thing)
    whole = str(thing) if name in ("approximation", "certificate") else repr(thing)
    assert f"```text\n{whole}\n```" in text


def test_an_approximation_shows_its_formula_and_its_proof() -> None:
    g, bundle = made("approximation")
    assert bundle["text/markdown"].startswith(f"$$\n{g.latex()}\n$$\n\n```text\n{g}\n```\n\n![")
    assert "proved  sup|f − g| ≤ 0.124" in bundle["text/markdown"]


def test_only_a_sum_of_units_has_a_formula() -> None:
    assert NETWORK.latex() in shown(NETWORK)["text/markdown"]
    assert "$$" not in shown(DEEP)["text/markdown"]


def test_formulas_are_latex() -> None:
    target = uat.Target("x**2*exp(-y)", [(0, 1), (-2, 2)])
    assert target.expression is not None
    assert shown(target.expression)["text/latex"] == r"$x^{2} e^{-y}$"
    box = r"$f(x, y) = x^{2} e^{-y}, \quad (x, y) \in [0, 1] \times [-2, 2]$"
    assert shown(target) == {"text/plain": repr(target), "text/latex": box}
    many = shown(uat.Target("+".join(f"x{i}" for i in range(1, 7)), [(0, 1)] * 6))["text/latex"]
    assert many.count("[0, 1]") == 4
    assert r"\cdots" in many


def test_a_count_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    count = uat.count_regions(DEEP, (-1, 2))
    monkeypatch.setenv("UAT_LANGUAGE", "en")
    rows = shown(count)["text/markdown"].splitlines()
    assert rows[0] == "| activation regions | linear regions |"
    assert rows[2] == f"| {count.activation} | {count.linear} |"
    monkeypatch.delenv("UAT_LANGUAGE")
    assert "線形領域" in shown(count)["text/markdown"]


def test_pictures_speak_the_language_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, bundle = made("certificate")
    japanese = bundle["text/markdown"]
    monkeypatch.setenv("UAT_LANGUAGE", "en")
    assert picture_in(shown(certificate)["text/markdown"])[0] != picture_in(japanese)[0]
    monkeypatch.setenv("UAT_LANGUAGE", "fr")
    with pytest.raises(InputError, match="'fr' is not known"):
        shown(certificate)


@pytest.mark.parametrize(
    "thing",
    [
        uat.Certificate(0.5, 0.25, (1.0,), 0.0, "cells"),  # no cells to draw
        uat.fit(np.eye(4), [0.0, 1.0, 2.0, 3.0], hidden=2, max_iter=1),
        uat.approximate("x + y + z", [(0, 1)] * 3, eps=0.5, effort="quick"),
    ],
)
def test_what_no_picture_has_room_for_is_told_in_words(thing: Any) -> None:
    markdown = shown(thing)["text/markdown"]
    assert isinstance(thing, uat.Fit) or "data:image" not in markdown
    assert "```text\n" in markdown


@pytest.mark.parametrize("name", ["approximation", "certificate", "regions"])
def test_what_is_very_large_is_not_drawn(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uat.publish.notebook._MOST", 3)
    assert "data:image" not in shown(made(name)[0])["text/markdown"]


def test_showing_changes_nothing() -> None:
    before, figures = dict(mpl.rcParams), plt.get_fignums()
    first = mimebundle(DEEP)
    assert mimebundle(DEEP) == first
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == figures


def test_nothing_is_drawn_before_a_notebook_asks() -> None:
    code = (
        "import sys, uat; g = uat.Network.from_units([1], [1], [0], uat.relu);"
        "print('matplotlib' in sys.modules);"
        "g._repr_mimebundle_(); print('matplotlib.pyplot' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["False", "False"]
