"""An increasing function is added by one record: value, slope, enclosures, LaTeX and text."""

import numpy as np
import pytest
from flint import acb, arb
from scipy.special import expit, log_expit

from tests.oracles.exact import mp
from uat.enclosure.balls import ball, is_analytic
from uat.enclosure.enclose import enclose
from uat.enclosure.series import taylor
from uat.errors import CannotProve
from uat.expression.graph import Expression, apply, coordinate
from uat.expression.latex import latex, plain
from uat.expression.operations import OPERATIONS, Operation
from uat.expression.parse import parse
from uat.expression.trace import trace


@pytest.fixture
def f(monkeypatch: pytest.MonkeyPatch) -> Expression:
    record = Operation(
        1,
        log_expit,
        lambda do, u, y: (do("expit", -u),),
        regularity="smooth",
        increasing=(1e4, -np.inf, 0.0),
        arb=lambda u: -(1 + (-u).exp()).log(),
        names=("logexpit", "lsig"),
        latex=r"\log \mathrm{expit}",
    )
    monkeypatch.setitem(OPERATIONS, "log_expit", record)
    return apply("log_expit", coordinate(0))


def exact(u: float) -> float:
    return float(-mp.log(1 + mp.exp(-mp.mpf(u))))


def test_it_is_read_traced_and_written(f: Expression) -> None:
    assert parse("lsig(x)") is parse("logexpit(x)") is trace(log_expit, 1) is f
    assert plain(f) == "logexpit(x)"
    assert latex(f) == r"\log \mathrm{expit}\left(x\right)"


def test_it_has_a_value_and_a_slope(f: Expression) -> None:
    assert f(0.5) == log_expit(0.5)
    assert f.derivative()(0.5) == expit(-0.5)


def test_its_enclosures_contain_it(f: Expression) -> None:
    low, high = enclose(f, [[-2.0], [0.25], [-np.inf], [5.0]], [[1.0], [0.25], [-3.0], [np.inf]])
    assert low[0] <= exact(-2) <= low[0] + 1e-14
    assert high[0] - 1e-14 <= exact(1) <= high[0]
    assert 0 <= high[1] - low[1] < 1e-15
    assert low[2] == -np.inf
    assert high[3] == 0
    assert abs(float(ball(f, arb(0.25))) - exact(0.25)) < 1e-14
    with pytest.raises(CannotProve, match="not analytic"):
        ball(f, acb(0.25, 1))
    assert not is_analytic(f)


def test_it_has_a_series(f: Expression) -> None:
    found = [float(c) for c in taylor(f, arb(0.25), 3)]
    slope = float(expit(-0.25))
    assert found == pytest.approx([exact(0.25), slope, -slope * (1 - slope) / 2])
