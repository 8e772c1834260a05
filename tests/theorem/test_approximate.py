"""The theorem as a function call: f and ε in, a network and its proof out, or one clear line."""

import math
import pickle
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from tests.clock import within
from tests.counterexamples.exact_bounds import is_of_the_theorem
from uat import CannotProve, approximate
from uat.checker import check, read
from uat.core.activations import NAMED
from uat.core.certificate import rounded_up
from uat.errors import FloatLimit
from uat.testing import assert_within_eps
from uat.theorem.methods import METHODS, Method, fewest_steps


def wave(x: Any) -> Any:
    return x**2 + np.sin(x)


@cache
def waves() -> uat.Approximation:
    return approximate(wave, (-1, 3), 0.05)


STEPS = ["staircase", "rectangles"]
SOFT = [
    "logistic", "tanh", "cauchy_cdf", "gauss_cdf", "gompertz", "algebraic", "softsign", "softplus",
    "silu", "gelu", "elu", "sin",
]  # fmt: skip
STEEP = [name for name in NAMED if name != "sin"]
PAIRS = [
    *(("auto", name) for name in NAMED),
    *((STEPS[i % 2], name) for i, name in enumerate(STEEP)),
    *(("comb", name) for name in SOFT[::3]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_every_continuous_function_gets_a_network_within_eps(method: str, name: str) -> None:
    g = approximate(wave, (-1, np.pi), eps=0.1, activation=name, method=method)
    assert g.certificate is not None
    assert g.certificate.bound < 0.1
    assert is_of_the_theorem(g.network)
    assert g.network.activation is NAMED[name]
    x = np.linspace(-1, np.pi, 5001)
    assert np.abs(wave(x) - g(x)).max() <= g.certificate.bound


TODAY = ["softplus", "silu", "gelu", "elu", "softsign", "sin", "leaky_relu(0.2)"]
BUILT = {
    "comb": ("x**2 + sin(3*x)", (-1, 2), 1e-2),
    "ridge": ("sin(x*y) + x", [(-1, 1), (-1, 1)], 3e-2),
    "fejer-korovkin": ("x**2 + x", (-1, 1), 0.3),
}
TAKEN = [
    ("comb", "softplus"), ("comb", "gelu"), ("comb", "softsign"), ("comb", "sin"),
    ("ridge", "silu"), ("ridge", "elu"), ("ridge", "sin"), ("ridge", "softplus"),
    ("fejer-korovkin", "gelu"), ("fejer-korovkin", "softsign"), ("fejer-korovkin", "silu"),
    ("fejer-korovkin", "elu"), ("fejer-korovkin", "leaky_relu(0.2)"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("method", "name"), TAKEN)
def test_what_is_proved_of_each_sigma_stands_and_is_confirmed(
    tmp_path: Path, method: str, name: str
) -> None:
    f, domain, eps = BUILT[method]
    g = approximate(f, domain, eps=eps, activation=name, method=method)
    assert g.certificate is not None
    assert_within_eps(uat.Target(f, domain), g.network, None, g.certificate.bound)
    g.certificate.save(tmp_path / "proof.json")
    check(read(tmp_path / "proof.json"))


@pytest.mark.slow
@pytest.mark.parametrize("name", TODAY)
def test_what_training_finds_with_each_sigma_can_be_certified(tmp_path: Path, name: str) -> None:
    units = 3 if name == "softsign" else 4  # of four the weights are large and cancel: more cells
    found = uat.fit_function("sin(5*x)", (0, 1), hidden=units, activation=name, max_iter=15)
    proof = uat.certify("sin(5*x)", found.network, (0, 1), cells=1000)
    assert proof.lower <= found.max_residual * 1.5
    assert proof.upper <= 1.05 * proof.lower + 1e-3
    assert_within_eps(uat.Target("sin(5*x)", (0, 1)), found.network, None, proof.bound)
    proof.save(tmp_path / "proof.json")
    check(read(tmp_path / "proof.json"))


@pytest.mark.parametrize(
    ("method", "name", "words"),
    [
        ("staircase", "sin", "sin makes no steps.*; comb and ridge take it"),
        ("fejer-korovkin", "sin", "sin makes no steps.*; comb and ridge take it"),
        ("comb", "leaky_relu(0.2)", "has a jump or a kink; staircase and rectangles take it"),
        ("ridge", "leaky_relu", "has a jump or a kink; staircase and rectangles take it"),
    ],
)
def test_a_method_that_cannot_take_a_sigma_says_which_can(
    method: str, name: str, words: str
) -> None:
    with pytest.raises(uat.InputError, match=words):
        approximate("x", (0, 1), eps=0.1, activation=name, method=method)


@pytest.mark.slow
def test_the_ways_to_say_f_give_the_same_network() -> None:
    ways = [
        waves(),
        approximate("x**2 + sin(x)", (-1, 3), 0.05),
        approximate(uat.Target(wave, (-1, 3)), eps=0.05),
    ]
    assert len({way.network.output_weights.tobytes() for way in ways}) == 1
    again = approximate(wave, (-1, 3), 0.05)
    assert again.network == ways[0].network


@pytest.mark.slow
def test_it_is_called_like_f() -> None:
    g = waves()
    assert isinstance(g(0.5), float)
    assert g([0.0, 0.5]).shape == (2,)
    assert g(np.zeros((2, 3))).shape == (2, 3)
    assert g.units == g.network.units


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "eps", "best"),
    [
        ("x**3", 0.01, "comb"),
        ("x**3", 1e-9, "comb"),
        ("abs(x - 0.3)**0.5", 0.01, "comb"),
        ("where(x < 0.5, x, 0.5)", 2e-6, "comb"),
        (uat.examples.takagi, 0.02, "staircase"),
        ("1 + 0*x", 0.01, "staircase"),
    ],
)
def test_auto_takes_the_fewest_units(f: str | uat.Target, eps: float, best: str) -> None:
    f = uat.Target(f, (0, 1))
    g = approximate(f, eps=eps, effort="quick")
    assert g.method == best
    assert g.certificate is not None
    assert g.certificate.bound < eps
    assert {name for name, _ in g.tried} <= {"comb", "staircase"}
    if eps > 1e-6:
        assert g.units <= min(approximate(f, eps=eps, method=name).units for name in STEPS)


@pytest.mark.slow
@pytest.mark.parametrize(("dimension", "name"), [(2, "tanh"), (2, "gauss_cdf"), (3, "logistic")])
def test_one_hidden_layer_is_enough_in_every_dimension(dimension: int, name: str) -> None:
    f = uat.Target("*".join(f"sin({v} + 1)" for v in "xyz"[:dimension]), [(0, 1)] * dimension)
    g = approximate(f, eps=0.02, activation=name, effort="quick")
    assert is_of_the_theorem(g.network)
    assert g.certificate is not None
    assert g.certificate.bound < 0.02
    x = np.random.default_rng(0).random((dimension, 4000))
    assert np.abs(f(*x) - g(*x)).max() <= g.certificate.bound
    assert g(*np.zeros((dimension, 3, 2))).shape == (3, 2)
    assert "direction" in str(g)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["relu", "heaviside", "ramp"])
def test_what_is_not_soft_is_enough_in_every_dimension_too(name: str) -> None:
    f = uat.Target("maximum(x, y, 0.3)", [(0, 1), (0, 1)])
    g = approximate(f, eps=0.1, activation=name)
    assert g.method == "fejer-korovkin"
    assert is_of_the_theorem(g.network)
    assert g.certificate is not None
    assert g.certificate.bound < 0.1
    x = np.random.default_rng(0).random((2, 4000))
    assert np.abs(f(*x) - g(*x)).max() <= g.certificate.bound
    assert str(g).splitlines()[1].startswith("mean    f is near its Fejér–Korovkin mean")
    assert dict(g.tried)["ridge"].startswith(f"ridge needs a soft σ, and {name} has")


@pytest.mark.slow
def test_what_needs_too_many_units_is_told_beforehand() -> None:
    g = approximate("sin(x)*cos(y)", [(-1, 1)] * 2, eps=1e-6, effort="quick")
    name, told = g.tried[1]
    assert name == "fejer-korovkin"
    assert re.fullmatch(r"about \d\.\de\+\d\d units or more", told)


@pytest.mark.slow
def test_cauchy_is_proved_in_the_plane() -> None:
    # its constant unit has an argument of 1e16, which is exact
    g = approximate("exp(-x**2 - y**2)", [(-1, 1)] * 2, 1e-3, "cauchy_cdf", "ridge")
    assert g.certificate is not None
    assert g.certificate.bound < 1e-3
    assert g.certificate.rounding < 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("method", ["auto", "comb"])
def test_an_eps_beyond_float64_is_called_that(method: str) -> None:
    with pytest.raises(FloatLimit, match=r"float64 evaluation of g ends near .*larger eps$"):
        approximate("x**2", (0, 1), 1e-17, method=method)


@pytest.mark.slow
def test_auto_tells_what_it_tried() -> None:
    g = approximate(uat.examples.nielsen, eps=0.01)
    assert [name for name, _ in g.tried] == ["staircase", "comb", "free"]
    assert g.tried[0][1].startswith("95 units, proved 0.0099")
    comb = int(g.tried[1][1].split()[0])
    assert g.tried[2][1].startswith(f"{g.units} units, proved 0.00")
    assert g.tried[2][1].endswith(f", out of {comb}")
    assert g.units < comb
    assert approximate(uat.examples.nielsen, eps=1e-9, effort="quick").tried[1] == (
        "staircase",
        "about 1,000,308,252 units or more",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "eps"),
    [
        ("nielsen", 0.2), ("nielsen", 0.03), ("kink", 0.1), ("kink", 0.004), ("takagi", 0.2),
        ("takagi", 0.1), ("runge", 0.03), ("runge", 0.004),
    ],
)  # fmt: skip
def test_no_step_function_within_eps_has_fewer_pieces(name: str, eps: float) -> None:
    target = getattr(uat.examples, name)
    least = fewest_steps(target, eps)
    built = approximate(target, eps=eps, method="staircase").units
    assert 0.8 * built <= least <= built


@pytest.mark.parametrize("method", STEPS)
@pytest.mark.parametrize("name", ["logistic", "relu", "tanh"])
def test_printed_it_recites_the_proof_with_its_numbers(name: str, method: str) -> None:
    g = approximate("x", (0, 1), 0.05, name, method)
    text = str(g)
    assert "f: x on [0, 1], continuous; ε = 0.05" in text
    assert f"σ = {name}, slope 2^" in text
    assert "on each of 11 pieces" in text
    assert f"{g.units} units" in text
    assert "(rounding) < ε, a priori" in text
    assert "seen    |f − g| ≥ 0.049" in text
    assert g.certificate is not None
    proved = f"sup|f − g| ≤ {rounded_up(g.certificate.bound)}"
    assert repr(g) == f"<Approximation {method}, {g.units} units, {proved}>"


@pytest.mark.slow
@pytest.mark.parametrize("domain", [(0, 1), [(0, 1), (0, 1)]], ids=["line", "plane"])
def test_ridges_are_recited_in_any_dimension(domain: Any) -> None:
    f = uat.Target("x**2" if domain == (0, 1) else "x*y", domain)
    text = str(approximate(f, eps=0.01, method="ridge"))
    assert "evenly spaced along each of" in text
    assert "one least squares for all of them" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "domain", "method"),
    [
        ("x", (1e300, 1.5e300), "comb"),
        ("abs(x)", (-1e308, 7e307), "auto"),
        ("1e300*sin(x)", (0, 5e-324), "rectangles"),
    ],
    ids=str,
)
def test_what_cannot_be_built_at_the_ends_of_floats_is_told_without_a_warning(
    text: str, domain: Any, method: str
) -> None:
    with pytest.raises(CannotProve, match=r"a larger eps|a wider domain"):
        approximate(text, domain, 1e-3, method=method)


@pytest.mark.slow
def test_a_comb_is_recited_with_its_numbers() -> None:
    g = approximate(uat.examples.nielsen, eps=1e-8, method="comb")
    lines = str(g).splitlines()
    assert lines[1].startswith("units   soft ones, evenly spaced: σ = logistic, slope ")
    assert f"{g.units} units, Σ|a| = " in lines[3]
    assert lines[4].startswith("proved  sup|f − g| ≤ ")
    assert lines[4].endswith("< ε, Chebyshev")
    lines = str(approximate(uat.examples.kink, eps=1e-3, method="comb")).splitlines()
    assert lines[1].startswith("units   soft ones, closer and steeper where f needs it: σ = ")


@pytest.mark.parametrize("name", ["relu", "ramp", "heaviside"])
def test_a_comb_refuses_what_is_not_soft(name: str) -> None:
    with pytest.raises(uat.InputError, match="staircase"):
        approximate("x", (0, 1), 0.05, name, "comb")
    bent = name in ("relu", "ramp")
    assert approximate("x", (0, 1), 0.05, name).method == ("polygon" if bent else "staircase")


def test_printed_numbers_are_proved_too() -> None:
    g = waves()
    line = next(line for line in str(g).splitlines() if line.startswith("proved"))
    printed = [float(word) for word in line.split() if word[0].isdigit()]
    assert g.certificate is not None
    assert printed[0] >= g.certificate.upper
    assert printed[1] >= g.certificate.rounding


def test_a_constant_is_recited_too() -> None:
    text = str(approximate("3", (0, 1), 0.01, method="staircase"))
    assert "σ = logistic\n" in text
    assert "1 piece, " in text


@pytest.mark.slow
def test_trust_is_recited() -> None:
    g = approximate(uat.Target(np.abs, (-1, 1), modulus=1.0, traced=False), eps=0.1)
    assert str(g).splitlines()[-1].startswith("on trust: the modulus of continuity declared for f")


def test_it_pickles() -> None:
    g = approximate("x**2", (0, 1), 0.1)
    again = pickle.loads(pickle.dumps(g))
    assert again.network == g.network
    assert str(again) == str(g)


def branching(x: Any) -> Any:
    return x if x > 0 else -x


def scalar(x: Any) -> Any:
    return math.sin(x)


def test_an_f_that_cannot_be_followed_is_told_the_two_ways_out() -> None:
    for f in (scalar, np.vectorize(scalar)):
        with pytest.raises(uat.CannotProve) as error:
            approximate(f, (0, 3), eps=0.01)
        text = str(error.value)
        assert "numpy" in text or "write np.sin(x)" in text
        assert "modulus" in text
        assert "\n" not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    "f", [scalar, np.vectorize(scalar), branching], ids=["scalar", "vectorized", "branching"]
)
@pytest.mark.parametrize("method", ["auto", *STEPS])
def test_without_a_proof_there_is_an_estimate_and_no_certificate(f: Any, method: str) -> None:
    g = approximate(f, (0, 3), eps=0.01, method=method, prove=False)
    assert g.certificate is None
    assert g.estimate is not None
    assert 0.009 < g.estimate < 0.0101
    x = np.linspace(0, 3, 1001)
    assert np.abs([f(v) for v in x.tolist()] - g(x)).max() < 0.0101
    assert "not proved; the largest |f − g| at many points is 0.00" in str(g)
    assert "no proof" in repr(g)


JUMPING: list[tuple[Callable[[Any], Any], str, float]] = [
    (lambda x: np.where(x > 0.3, 1.0, 0.0), "x = 0.3", 1),
    (lambda x: 1.0 if x > 0.3 else 0.0, "x = 0.3", 1),
    (lambda x: (x > 0.3) * 1.0, "x = 0.3", 1),
    (lambda x: np.sign(x - 0.3), "x = 0.3", 2),
    (lambda x: np.floor(x + 0.7), "x = 0.3", 1),
    (lambda x: np.round(x + 0.2), "x = 0.3", 1),
    (lambda x: x + (x > 0.3), "x = 0.3", 1),
]
REFUSED = [
    *((case, "auto") for case in (0, 2, 3, 6)),
    *((6, method) for method in (*STEPS, "comb", "ridge", "fejer-korovkin")),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "method"), [*((case, "auto") for case in range(len(JUMPING))), (3, "rectangles")]
)
def test_without_a_proof_the_levels_beside_a_jump_hold(case: int, method: str) -> None:
    f, place, size = JUMPING[case]
    with pytest.warns(uat.NotReached) as told:
        g = approximate(f, (0, 1), eps=0.05, method=method, prove=False)
    x = np.linspace(0, 1, 1000)
    x = x[np.abs(x - 0.3) > 1e-3]
    assert np.abs([float(f(v)) for v in x] - g(x)).max() <= 0.05
    assert g.estimate is not None
    assert g.estimate >= size / 2
    begin = rf"the estimated error {g.estimate:.3g} is not below eps = 0.05, near {place}: f jumps"
    assert str(told[0].message).startswith(begin)
    assert told[0].filename == __file__
    assert "continuous" not in str(g)
    assert "within ε" not in str(g)
    assert str(g).endswith(", not below ε")


@pytest.mark.slow
def test_the_worst_of_several_outputs_is_warned_of() -> None:
    with pytest.warns(uat.NotReached, match=r"near x = 0\.3: f jumps by 2"):
        g = approximate(["x", "sign(x - 0.3)"], (0, 1), prove=False)
    assert "continuous" not in str(g)


@pytest.mark.slow
def test_a_steep_rise_is_not_called_a_jump() -> None:
    assert approximate("tanh(1e12*(x - 0.3))", (0, 1), prove=False).estimate < 0.1  # type: ignore[operator]
    with pytest.warns(uat.NotReached, match="varies too fast there for its samples$"):
        approximate("sin(1e8*x)", (0, 1), 0.5, prove=False)


@pytest.mark.parametrize(("case", "method"), REFUSED)
def test_a_refusal_begins_with_the_jump(case: int, method: str) -> None:
    f, place, size = JUMPING[case]
    with pytest.raises(uat.CannotProve) as error:
        approximate(f, (0, 1), eps=0.05, method=method)
    begin = f"f jumps near {place}, by {size}; the theorem is about continuous f; leave the proof"
    assert str(error.value).startswith(begin)


def test_a_jump_in_the_plane_is_refused_with_or_without_a_proof() -> None:
    for prove in (True, False):
        with pytest.raises(uat.CannotProve, match=r"^f jumps near \(.*, .*\), by 1; ") as error:
            approximate("where(x + y < 0.3, 0, 1)", [(0, 1)] * 2, method="ridge", prove=prove)
        assert ("prove=False" in str(error.value)) == prove


@pytest.mark.slow
def test_a_modulus_is_the_other_way_out() -> None:
    g = approximate(uat.Target(np.vectorize(scalar), (0, 3), modulus=1.0), eps=0.01)
    assert g.certificate is not None
    assert len(g.certificate.assumptions) == 1


BAD: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("eps 0", lambda: approximate("x", (0, 1), 0), ValueError, "eps=0 given"),
    ("eps < 0", lambda: approximate("x", (0, 1), -0.5), ValueError, "> 0 is needed"),
    ("eps nan", lambda: approximate("x", (0, 1), math.nan), ValueError, "> 0 is needed"),
    ("eps inf", lambda: approximate("x", (0, 1), math.inf), ValueError, "> 0 is needed"),
    ("eps huge", lambda: approximate("x", (0, 1), 10**400), ValueError, "> 0 is needed"),
    ("eps text", lambda: approximate("x", (0, 1), "a"), TypeError, "> 0 is needed"),  # type: ignore[arg-type]
    ("eps complex", lambda: approximate("x", (0, 1), 1j), TypeError, "> 0 is needed"),  # type: ignore[arg-type]
    ("eps complex64", lambda: approximate("x", (0, 1), np.complex64(1)), TypeError, "> 0"),  # type: ignore[arg-type]
    ("eps bool", lambda: approximate("x", (0, 1), True), TypeError, "> 0 is needed"),
    ("eps none", lambda: approximate("x", (0, 1), None), TypeError, "> 0 is needed"),  # type: ignore[arg-type]
    ("method", lambda: approximate("x", (0, 1), method="stairs"), ValueError, "did you mean"),
    ("method none", lambda: approximate("x", (0, 1), method=None), ValueError, "no method"),  # type: ignore[arg-type]
    ("method list", lambda: approximate("x", (0, 1), method=[]), ValueError, "no method"),  # type: ignore[arg-type]
    ("activation", lambda: approximate("x", (0, 1), activation="tahn"), ValueError, "'tanh'"),
    ("effort", lambda: approximate("x", (0, 1), effort="Quick"), ValueError, "'quick'"),
    ("activation kind", lambda: approximate("x", (0, 1), activation=3), TypeError, "activation"),  # type: ignore[arg-type]
    ("no domain", lambda: approximate("x"), ValueError, "no domain given"),
    ("reversed", lambda: approximate("x", (1, 0)), ValueError, "a < b"),
    ("empty", lambda: approximate("x", (1, 1)), ValueError, "a < b"),
    ("domain nan", lambda: approximate("x", (0, math.nan)), ValueError, "domain"),
    ("domain inf", lambda: approximate("x", (0, math.inf)), ValueError, "domain"),
    ("domain text", lambda: approximate("x", "ab"), TypeError, "domain"),
    ("domain ragged", lambda: approximate("x", [(0, 1), 2]), (ValueError), "domain"),
    ("domain complex", lambda: approximate("x", (0, 1j)), TypeError, "domain"),
    ("two domains", lambda: approximate(uat.Target("x", (0, 1)), (0, 1)), ValueError, "domain"),
    (
        "stairs in 2-D",
        lambda: approximate("x*y", [(0, 1)] * 2, method="staircase"),
        ValueError,
        "ridge",
    ),
    ("comb in 2-D", lambda: approximate("x*y", [(0, 1)] * 2, method="comb"), ValueError, "ridge"),
    ("ridge in 9-D", lambda: approximate("x", [(0, 1)] * 9, method="ridge"), ValueError, "9 coord"),
    ("prove no", lambda: approximate("x", (0, 1), prove="no"), TypeError, "True or False"),  # type: ignore[arg-type]
    ("f none", lambda: approximate(None, (0, 1)), TypeError, "None given as f"),
    ("f number", lambda: approximate(3.0, (0, 1)), TypeError, "given as f"),
    ("order", lambda: approximate((0, 1), "sin(x)"), TypeError, "in the other order: f, domain"),
    (
        "relu in 2-D",
        lambda: approximate("sin(x)*y", [(0, 1)] * 2, 1e-4, activation="relu"),
        ValueError,
        "take a soft σ, such as logistic, or a larger eps, or uat train",
    ),
    ("f shape", lambda: approximate(lambda x: np.zeros(3), (0, 1)), ValueError, "shape"),
    ("f complex", lambda: approximate(lambda x: 1j * x, (0, 1)), TypeError, "real"),
    ("f nan", lambda: approximate("sqrt(x)", (-1, 1)), ValueError, "finite"),
    ("pole", lambda: approximate("1/(x - 0.3)", (0, 1)), ValueError, "finite"),
    ("jump", lambda: approximate("where(x < 0.3, 0, 1)", (0, 1)), ValueError, "clip in a formula"),
    ("modulus", lambda: approximate(uat.Target("9*x", (0, 1), modulus=1.0)), ValueError, "differ"),
    ("fine eps", lambda: approximate("x", (0, 1), 1e-300), ValueError, "larger eps"),
    ("far box", lambda: approximate("x", (1e15, 1e15 + 2), 1e-9), ValueError, "larger eps"),
    ("fast f", lambda: approximate("sin(1e9*x)", (0, 1)), ValueError, "varies too fast"),
    ("cliff", lambda: approximate("tanh(1e18*(x-0.5))", (0, 1)), ValueError, "narrow"),
    ("hostile", lambda: approximate("__import__('os')", (0, 1)), ValueError, "import"),
    ("power tower", lambda: approximate("9**9**9**9", (0, 1)), ValueError, "finite"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("call", "kind", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_input_gets_one_clear_line_in_a_moment(
    call: Callable[[], Any], kind: type[Exception], words: str
) -> None:
    with within(100), pytest.raises(uat.UatError, match=words) as error:
        call()
    assert isinstance(error.value, kind)
    assert "\n" not in str(error.value)
    assert 20 < len(str(error.value)) < 300


@pytest.mark.slow
def test_eps_may_be_any_real_number() -> None:
    for eps in (Fraction(1, 8), np.float32(0.125), np.float64(0.125)):
        assert approximate("x**2", (0, 1), eps, method="staircase").units == 5  # type: ignore[arg-type]
    assert approximate("10*x**2", (0, 1), eps=1).eps == 1.0


@pytest.mark.slow
def test_progress_names_what_is_tried_next() -> None:
    told: list[tuple[int, int, str]] = []
    approximate("sin(x)", (0, 6), 1e-2, progress=lambda *now: told.append(now))
    assert told == [(0, 2, "staircase"), (1, 2, "comb"), (2, 3, "free")]


def mean_of_ends(target: uat.Target, *_: Any) -> tuple[uat.Network, Any]:
    """Build a constant: the mean of f at the ends of the box."""
    constant = sum(float(target(end)) for end in target.domain[0]) / 2
    network = uat.Network.from_units([constant], [0.0], [1e3], uat.logistic)
    return network, uat.certify(target, network)


@pytest.mark.slow
def test_a_method_is_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Method(
        name="toy",
        help="one unit, a constant",
        dimensions=(1, 1),
        prove=mean_of_ends,
        recite=lambda _, outputs, proved: [f"toy     a constant for {outputs} output"],
        rank=lambda targets, eps: -1,
    )
    monkeypatch.setitem(METHODS, "toy", toy)
    assert approximate("x", (0, 1), 0.6, method="toy").units == 1
    g = approximate("x", (0, 1), 0.6)
    assert [name for name, _ in g.tried] == ["toy", "staircase", "comb"]
    assert (g.method, g.tried[0]) == ("toy", ("toy", "1 unit, proved 0.500001"))
    assert str(g).splitlines()[1] == "toy     a constant for 1 output"
    with pytest.raises(CannotProve, match=r"proved within 0\.500001 only"):
        approximate("x", (0, 1), 0.4, method="toy")
    with pytest.raises(
        uat.InputError,
        match=r"^f has 2 coordinates, and toy builds in 1 only; take polygon or free or ridge or fejer-korovkin$",
    ):
        approximate("x*y", [(0, 1)] * 2, method="toy")
    with pytest.raises(uat.InputError, match="take staircase or rectangles or comb or ridge"):
        approximate("x", (0, 1), method="toy", prove=False)
    assert approximate("x*y", [(0, 1)] * 2, 0.1, effort="quick").method == "ridge"


def test_the_least_number_of_pieces_is_printed() -> None:
    g = approximate("x**2", (-1, 1), 1e-2, "relu")
    assert (g.method, g.units, g.fewest) == ("polygon", 8, 8)
    assert str(g).splitlines()[-1] == "fewest  no polygon of fewer than 8 pieces is within ε"
    steps = approximate("x**2", (0, 1), 0.01, method="staircase")
    assert steps.fewest == 50 <= steps.units
    assert approximate("x**2", (0, 1), 0.01, method="comb").fewest is None


@pytest.mark.slow
def test_polygons_of_several_outputs_keep_their_proofs() -> None:
    g = approximate(["sin(x)", "abs(x - 1)", "cos(x)"], (0, 6), 1e-4, "ramp", "polygon")
    assert g.fewest is None
    assert g.output(0).fewest == 118
    assert [proof.method for proof in g.certificates] == ["a priori"] * 3
    for i, f in enumerate(g.targets):
        assert g.certificates[i].bound < 1e-4
        assert_within_eps(f, g.output(i).network, None, g.certificates[i].bound)
