"""The special functions: values, slopes, enclosures, balls and the checker against mpmath."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

import uat
from tests.oracles.enclosures import number
from tests.oracles.formulas import SPECIAL, mp
from uat import checker
from uat.enclosure.balls import ball, is_analytic
from uat.enclosure.enclose import enclose
from uat.enclosure.series import taylor
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression, apply, coordinate
from uat.expression.latex import latex, plain
from uat.expression.operations import OPERATIONS
from uat.expression.parse import parse
from uat.expression.special_functions import SPECIAL as RECORDS
from uat.expression.trace import trace

x = coordinate(0)
NAMES = [
    (name, () if rule.order is None else (rule.order + extra,))
    for name, rule in RECORDS.items()
    for extra in ((0,) if rule.order is None else (0, 1, 4))
]
IDS = [name + "".join(map(str, order)) for name, order in NAMES]
DIGITS = 40


def made(name: str, order: tuple[int, ...]) -> Expression:
    return apply(name, x, data=order)


def exactly(name: str, order: tuple[int, ...], place: float) -> Any:
    with mp.workdps(DIGITS):
        return SPECIAL[name](mp.mpf(place), *order)


def holds(low: Any, value: Any, high: Any) -> bool:
    with mp.workdps(2 * DIGITS):
        ends = [number(v) if isinstance(v, arb) else v for v in (low, high)]
        slack = abs(value) * mp.mpf(10) ** (15 - DIGITS) + mp.mpf(10) ** -300
        return bool(ends[0] - slack <= value <= ends[1] + slack)


def near(found: Any, value: Any) -> bool:
    with mp.workdps(2 * DIGITS):
        return bool(abs(number(found) - value) <= mp.mpf(10) ** -25 * (1 + abs(value)))


starts = st.sampled_from([0.0, 1.0, -1.0, -2.0, 1.46, 1e-9, 26.0, -0.5]) | st.floats(-12, 30)
widths = st.sampled_from([0.0, 1e-9, 1e-3, 5.0]) | st.floats(0, 2)
shares = st.lists(st.sampled_from([0.0, 1.0]) | st.floats(0, 1), min_size=2, max_size=4)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "order"), NAMES, ids=IDS)
@settings(max_examples=12)
@given(starts, widths, shares)
def test_values_and_secants_lie_in_their_enclosures(
    name: str, order: tuple[int, ...], start: float, width: float, inside: list[float]
) -> None:
    f, stop = made(name, order), start + width
    (low,), (high,) = enclose(f, [[start]], [[stop]])
    (least,), (most,) = enclose(f.derivative(), [[start]], [[stop]])
    with ctx.workprec(checker.BITS):
        box = checker.Interval(arb(start), arb(stop))
        checked = checker.intervals(f.to_table(), [box])[-1]
    values = []
    for share in inside:
        place = min(start + share * width, stop)
        value = exactly(name, order, place)
        if value is not None:
            values.append((place, value))
            assert holds(low, value, high), (place, low, value, high)
            assert holds(checked.low, value, checked.high)
    for (p, f_p), (q, f_q) in pairwise(values):
        if p != q and math.isfinite(least) and math.isfinite(most):
            with mp.workdps(DIGITS):
                step = mp.mpf(q) - mp.mpf(p)
                noise = (abs(f_p) + abs(f_q)) / abs(step) * mp.mpf(10) ** (8 - DIGITS)
                assert least - noise <= (f_q - f_p) / step <= most + noise


@pytest.mark.slow
@pytest.mark.parametrize(("name", "order"), NAMES, ids=IDS)
def test_the_value_and_its_balls_are_those_of_mpmath(name: str, order: tuple[int, ...]) -> None:
    f = made(name, order)
    for place in (-2.5, -0.75, 0.25, 1.5, 4.0, 20.0):
        value = exactly(name, order, place)
        if value is None:
            assert np.isnan(f(place)) or name in ("gamma", "digamma")
            continue
        assert f(place) == pytest.approx(float(value), rel=1e-9, abs=1e-14)
        with ctx.workprec(200):
            on_real = ball(f, arb(place))
            if on_real.is_finite():
                assert near(on_real.mid(), value)
            if is_analytic(f):
                on_complex = ball(f, acb(place))
                if on_complex.is_finite():
                    assert near(on_complex.real.mid(), value)


@pytest.mark.parametrize(("name", "order"), NAMES, ids=IDS)
def test_a_complex_ball_is_analytic_or_nothing(name: str, order: tuple[int, ...]) -> None:
    """Cauchy-Riemann: along the imaginary axis f changes by i times its slope."""
    f = made(name, order)
    if not is_analytic(f):
        with pytest.raises(CannotProve, match="not analytic"):
            ball(f, acb(0.5, 0.5))
        return
    with ctx.workprec(200):
        step = arb(2) ** -60
        for re, im in ((0.6, 0.3), (2.5, -1.0), (-1.5, 0.25), (-3.0, 2.0)):
            z = acb(re, im)
            up, right = ball(f, z + acb(0, step)) - ball(f, z), ball(f, z + step) - ball(f, z)
            if up.is_finite() and right.is_finite():
                gap = abs((up / acb(0, step) - right / step).mid())
                assert float(gap) <= 1e-12 * (1 + float(abs(right / step).mid()))


@pytest.mark.parametrize(("name", "order"), NAMES, ids=IDS)
def test_a_formula_is_written_and_read_again(name: str, order: tuple[int, ...]) -> None:
    f = made(name, order)
    assert parse(plain(f)) is f
    assert "x" in latex(f)
    with pytest.raises(InputError):
        parse(f"{RECORDS[name].names[0]}(x, x, x)")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (special.gamma, "gamma(x)"),
        (special.gammaln, "gammaln(x)"),
        (special.psi, "digamma(x)"),
        (special.zeta, "zeta(x)"),
        (special.j0, "j0(x)"),
        (special.j1, "jn(1, x)"),
        (lambda u: special.jv(3, u), "jn(3, x)"),
        (special.y0, "y0(x)"),
        (lambda u: special.yn(2, u), "yn(2, x)"),
        (special.i0, "i0(x)"),
        (np.i0, "i0(x)"),
        (lambda u: special.iv(2, u), "iv(2, x)"),
        (special.k1, "k1(x)"),
        (lambda u: special.kn(2, u), "kn(2, x)"),
        (lambda u: special.airy(u)[0], "airyai(x)"),
        (lambda u: special.airy(u)[3], "airybiprime(x)"),
        (special.erfc, "erfc(x)"),
        (special.erfi, "erfi(x)"),
        (special.erfcx, "erfcx(x)"),
        (special.erfinv, "erfinv(x)"),
        (special.ndtri, "ndtri(x)"),
        (special.expi, "expi(x)"),
        (special.exp1, "exp1(x)"),
        (lambda u: special.sici(u)[1], "ci(x)"),
        (lambda u: special.fresnel(u)[0], "fresnels(x)"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_code_and_text_are_one_formula(code: Any, text: str) -> None:
    f = trace(code, 1)
    assert f is parse(text)
    place = 2.5 if "zeta" in text else 0.4
    assert f(place) == pytest.approx(float(code(place)), rel=1e-13)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("gamma(x)", (-0.5, 1)),
        ("gammaln(x)", (0, 1)),
        ("digamma(x)", (-3, -1.5)),
        ("zeta(x)", (1, 2)),
        ("y0(x)", (0, 1)),
        ("k0(x)", (0, 1)),
        ("expi(x)", (-1, 1)),
        ("ci(x)", (0, 1)),
        ("erfinv(x)", (0, 1)),
        ("polygamma(1, x)", (0, 1)),
    ],
)
def test_a_pole_and_the_end_of_a_domain_are_refused(text: str, domain: Any) -> None:
    with pytest.raises(InputError, match="finite on the whole box is needed"):
        uat.Target(text, domain)


def test_orders_that_are_no_whole_number_are_refused() -> None:
    with pytest.raises(InputError, match=r"its order, which comes first, is one of 0, …, 100"):
        parse("jn(0.5, x)")
    with pytest.raises(InputError, match=r"one of 1, …, 100"):
        parse("polygamma(0, x)")
    with pytest.raises(CannotProve, match="order that is not a number 0, 1"):
        trace(lambda u: special.jv(0.5, u), 1)


def test_series_are_those_of_the_derivatives() -> None:
    for text in ("gamma(x)", "airyaiprime(x)", "expi(x)", "si(x)"):
        f = parse(text)
        found = taylor(f, arb(1.5), 3)
        assert float(found[1]) == pytest.approx(f.derivative()(1.5), rel=1e-12)
        assert float(found[2]) == pytest.approx(f.derivative().derivative()(1.5) / 2, rel=1e-12)
    with pytest.raises(CannotProve, match="no power series"):
        taylor(parse("j0(x)"), arb(1.5), 3)


@pytest.mark.parametrize(
    ("text", "domain"), [("j0(x)", (0, 6)), ("gamma(x)", (1, 3)), ("airyai(x)", (-4, 2))]
)
def test_a_special_function_gets_a_proved_network_that_is_confirmed(
    text: str, domain: Any, tmp_path: Any
) -> None:
    g = uat.approximate(text, domain, eps=0.05, activation=uat.relu)
    assert g.certificate is not None
    places = np.linspace(domain[0], domain[1], 1001)
    assert np.abs(g(places) - parse(text)(places)).max() <= g.certificate.upper < 0.05
    g.certificate.save(tmp_path / "g.json")
    checker.check(checker.read(tmp_path / "g.json"))


def test_the_checker_knows_which_functions_have_an_order() -> None:
    for name, rule in OPERATIONS.items():
        assert (rule.order is not None) == (name in checker.ORDERED)
        if rule.order is not None:
            assert checker.ORDERED[name] == range(rule.order, 101)
