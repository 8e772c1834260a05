"""f of one linear form in several coordinates: built and searched on a line, proved in the box."""

from fractions import Fraction

import numpy as np
import pytest

import uat
from uat.proof.joint.reduce import along, of_one_form

CASES = [
    ("abs(x - y)", 2, 1e-3, 12),
    ("exp(x1 + x2 - x3/3)", 3, 1e-6, 4),
    ("sin(x1 + 2*x2 + x3 - x4)", 4, 1e-4, 6),
]


@pytest.mark.slow
@pytest.mark.parametrize(("f", "d", "eps", "most"), CASES)
def test_it_takes_as_few_units_as_on_a_line(f: str, d: int, eps: float, most: int) -> None:
    g = uat.approximate(f, [(0, 1)] * d, eps)
    assert g.units <= most
    assert g.certificate is not None
    assert g.certificate.bound < eps
    x = np.random.default_rng(0).random((20_000, d))
    # the form is least and largest at corners, and its kink is on the diagonal
    x[:200] = np.round(x[:200])
    x[200:400, 1] = x[200:400, 0]
    off = np.abs(g.network(x)[:, 0] - np.asarray(g.target(*x.T)))
    assert off.max() <= g.certificate.bound
    assert off.max() >= 0.5 * g.certificate.lower


@pytest.mark.slow
def test_ridges_are_a_comb_along_the_form() -> None:
    g = uat.approximate("abs(x - y)", [(0, 1)] * 2, 1e-4, method="ridge")
    assert g.method == "ridge"
    assert g.units < 40
    slopes = g.network.slopes
    np.testing.assert_array_equal(slopes[:, 0], -slopes[:, 1])


def test_a_unit_of_two_forms_is_no_line() -> None:
    assert of_one_form(uat.Target("sin(x) + y", [(0, 1)] * 2)) is None
    assert of_one_form(uat.Target("sin(x)", (0, 1))) is None
    found = of_one_form(uat.Target("max(2*x + 2*y, 1)", [(-1, 1), (0, 3)]))
    assert found is not None
    line, direction = found
    assert direction == (Fraction(1), Fraction(1))
    assert line.domain[0][0] <= -1 < 4 <= line.domain[0][1]
    tent = uat.Network.from_units([1.0], [1.0], [0.0], uat.relu)
    assert along(tent, direction)([[0.25, 0.5]]).tolist() == [[0.75]]


@pytest.mark.slow
def test_an_interrupted_search_has_the_best_network_of_the_box(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from uat.theorem import search_free

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search_free, "fewer", interrupted)
    with pytest.raises(search_free.Interrupted) as early:
        uat.approximate("sin(x + y)", [(0, 1)] * 2, 1e-4)
    best = early.value.best
    assert best.network.input_dimension == 2
    assert best.certificate is not None
    assert best.certificate.bound < 1e-4
