"""Targets: what they know of f, and one clear line for each bad input."""

import copy
import math
import pickle
import re
from fractions import Fraction
from itertools import count
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

import uat
from tests.clock import within
from uat import CannotProve, InputError, Target, UatError, WrongType, examples
from uat.core.domain import check_domain
from uat.core.target import as_target

UNIT = (0, 1)
ONE_UNIT = uat.Network.from_units([1.0], [1.0], [0.0], uat.tanh)


def untraceable(x: Any) -> Any:
    return np.floor(x) + np.square(x)


def refusal(*args: Any, **kwargs: Any) -> str:
    """Give the one line that refuses a target, and see that it comes at once."""
    with within(30), pytest.raises(UatError) as caught:
        Target(*args, **kwargs)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 400
    return text


def test_a_target_is_a_function_on_a_box() -> None:
    f = Target(lambda x, y: x + 2 * y, [(0, 1), (-1, 3)])
    assert f.dimension == 2
    assert f.domain == ((0.0, 1.0), (-1.0, 3.0))
    assert f.lower.tolist() == [0, -1]
    assert f.upper.tolist() == [1, 3]
    assert f(1.0, 2.0) == 5.0
    assert f(np.zeros((2, 1)), np.ones(3)).shape == (2, 3)


@pytest.mark.parametrize(
    "f",
    ["x**2 + sin(x)", lambda x: x**2 + np.sin(x), lambda x: (x**2 + np.sin(x)).astype(np.float32)],
    ids=count(),
)
def test_code_and_text_give_the_same_function(f: Any) -> None:
    target = Target(f, (-1, 3))
    x = np.linspace(-1, 3, 7)
    assert target(x) == pytest.approx(x**2 + np.sin(x), rel=1e-6)
    assert type(target(0.5)) is float


def test_a_constant_is_a_function_too() -> None:
    assert Target(lambda x: 3, UNIT)(np.zeros(4)).tolist() == [3, 3, 3, 3]
    assert Target(np.floor, (0.0, 0.5))(np.zeros(4)).tolist() == [0, 0, 0, 0]


def test_a_target_writes_into_nothing_of_the_caller() -> None:
    def clumsy(x: Any) -> Any:
        x[x > 0.5] = 0.5
        return np.floor(x)

    x = np.linspace(0, 1, 5)
    assert Target(clumsy, UNIT)(x).tolist() == [0, 0, 0, 0, 0]
    assert x[-1] == 1


def test_a_target_does_not_change() -> None:
    f = Target("x", UNIT)
    with pytest.raises(AttributeError, match="does not change"):
        f.modulus = None
    assert copy.copy(f) is f
    assert copy.deepcopy(f) is f


@pytest.mark.parametrize(
    "f",
    [
        Target("x**2", UNIT, 2.5, variation=1, name="square", source="school"),
        Target(np.sqrt, UNIT, np.sqrt, traced=False),
        Target(untraceable, (0, 0.5), 1.0),
        examples.takagi,
    ],
    ids=count(),
)
def test_a_target_survives_pickling(f: Target) -> None:
    again = pickle.loads(pickle.dumps(f))
    x = np.linspace(*f.domain[0], 9)
    assert again(x).tolist() == f(x).tolist()
    assert again.modulus(x).tolist() == f.modulus(x).tolist()  # type: ignore[misc]
    for name in ("domain", "expression", "variation", "name", "source", "untraced"):
        assert getattr(again, name) == getattr(f, name)


@pytest.mark.slow
def test_a_formula_is_what_a_caption_can_print() -> None:
    parser = MathTextParser("path")
    for name in examples.__all__:
        parser.parse(f"${getattr(examples, name).formula}$")
    assert examples.cantor.formula == r"\mathrm{Cantor’s\ function}"
    assert Target(untraceable, (0, 0.5)).formula == "f"


def test_it_is_shown_with_its_name_or_formula_and_its_box() -> None:
    assert repr(Target("x + y", [UNIT, (-1, 2)])) == "<Target x + y on [0, 1] × [-1, 2]>"
    assert repr(examples.cantor) == "<Target Cantor's function on [0, 1]>"
    assert repr(Target(lambda *c: c[0], [UNIT] * 9)).endswith("× [0, 1] × …>")


@pytest.mark.slow
def test_targets_are_functions_that_other_targets_are_made_of() -> None:
    inner = Target("x + 1", (-1, 1))
    assert Target(lambda x: inner(x) ** 2, (-1, 1)).expression is not None
    assert Target(lambda x: examples.cantor(x) ** 2, UNIT, lambda h: 2 * np.sqrt(h)).untraced


def test_enclosures_come_from_the_formula_or_else_from_the_modulus() -> None:
    low, high = np.array([[0.25]]), np.array([[0.75]])
    assert [float(v[0]) for v in Target("x", UNIT, 9.0).enclose(low, high)] == [0.25, 0.75]
    lo, hi = Target(lambda x: x, UNIT, 2.0, traced=False).enclose(low, high)
    assert (lo[0], hi[0]) == pytest.approx((0.0, 1.0), abs=1e-6)
    assert lo[0] < 0.0
    assert hi[0] > 1.0


def test_the_smallest_cells_have_a_radius_too() -> None:
    f = Target(np.sqrt, UNIT, np.sqrt, traced=False)
    lo, hi = f.enclose(np.array([[1e-200]]), np.array([[1e-199]]))
    assert lo[0] <= 1e-100
    assert hi[0] >= np.sqrt(1e-199)


def test_without_formula_and_modulus_nothing_is_proved() -> None:
    cells = np.zeros((1, 1)), np.ones((1, 1))
    with pytest.raises(CannotProve, match=r"f cannot be followed.*modulus=…"):
        Target(untraceable, (0, 0.5)).enclose(*cells)
    with pytest.raises(CannotProve, match=r"traced=False.*modulus=…"):
        Target("x", UNIT, traced=False).enclose(*cells)


@pytest.mark.parametrize(
    ("domain", "box"),
    [
        ((0, 1), ((0.0, 1.0),)),
        ([0, 1], ((0.0, 1.0),)),
        (np.array([-1, 2]), ((-1.0, 2.0),)),
        ([(0, 1), (2, 3)], ((0.0, 1.0), (2.0, 3.0))),
        (np.array([[0.0, 1.0]]), ((0.0, 1.0),)),
        ((Fraction(1, 2), 10**30), ((0.5, 1e30),)),
        ((0, 5e-324), ((0.0, 5e-324),)),
    ],
    ids=count(),
)
def test_a_box_is_a_pair_or_a_pair_a_coordinate(domain: Any, box: Any) -> None:
    assert check_domain(domain) == box
    assert check_domain(box) == box


@pytest.mark.parametrize(
    ("domain", "error", "what"),
    [
        ((0, math.nan), InputError, "finite ends"),
        ((-math.inf, 0), InputError, "finite ends"),
        ((-1.7e308, 1.7e308), InputError, "a finite length"),
        ((0, 10**400), InputError, "finite ends"),
        ((1, 0), InputError, "a < b"),
        ((1, 1), InputError, "a < b"),
        ((), InputError, "a < b"),
        ([[]], InputError, "a < b"),
        ([(0, 1), (0,)], InputError, "a < b"),
        (3, InputError, r"domain 3 given; both ends are needed, in one pair such as \(0, 1\)"),
        ((0, 1, 2), InputError, "a < b"),
        (np.zeros((2, 2, 2)), InputError, "a < b"),
        (np.arange(300.0).reshape(10, 30), InputError, "a < b"),
        ((0, 1j), WrongType, "a < b"),
        ("ab", WrongType, "a < b"),
        (("0", "1"), WrongType, "a < b"),
        (None, WrongType, "a < b"),
        ((None, 1), WrongType, "a < b"),
        ({"a": 0}, WrongType, "a < b"),
    ],
    ids=count(),
)
def test_what_is_no_box_is_refused(domain: Any, error: type[UatError], what: str) -> None:
    with pytest.raises(error, match=what):
        check_domain(domain)
    assert refusal("x", domain).startswith("domain ")


@pytest.mark.parametrize(
    ("f", "what"),
    [
        (3, "3 given as f; a function of the coordinates or a formula is needed"),
        (None, "None given as f"),
        (
            np.arange(20.0),
            r"an array given as f; .* \(uat\..*uat\.fit\(x, y\) trains a network on data\)",
        ),
        (SimpleNamespace(__array__=None), r"uat\.fit\(x, y\) trains a network on data"),
        (ONE_UNIT, r"a Network given as f; .*: network\.as_function\(\), with its modulus"),
        (lambda: 1, r"cannot be called with 1 coordinate:"),
        (lambda x, y: x, r"cannot be called with 1 coordinate:"),
        ("x + y", r"f has 2 coordinates, and the domain 1 pair"),
        ("x +", "is not a formula"),
        ("__import__('os')", "is not a formula"),
        ("", "is not a formula"),
        (lambda x: 1j * x, "real numbers? (is|are) needed"),
        (lambda x: np.floor(x) * 1j, "f gives complex128 values; real numbers are needed"),
        (lambda x: x[:3], r"f gives shape \(3,\) for coordinates of shape \(\d+,\)"),
        (lambda x: [x, x], r"f gives shape \(2, \d+\) for coordinates of shape"),
        (lambda x: np.array([1.0, 2.0]), r"f gives shape \(2,\) for coordinates of shape"),
        (lambda x: None, "f gives None; a return of its value is needed"),
        (lambda x: "a", "f gives <U1 values"),
        (lambda x: (t for t in [x]), "f gives object values"),
        (lambda x: x + {}, "f fails on an array of points: TypeError"),
        (lambda x: x.shape[7], "f fails on an array of points: IndexError"),
        (lambda x: x / np.max(x), "f is nan at x = 0.0 alone and 0 among other points"),
        (np.mean, "alone and .* among other points"),
        (lambda x: np.random.default_rng().random(np.shape(x)), "alone and .* among other"),
    ],
    ids=count(),
)
def test_what_is_no_function_of_the_coordinates_is_refused(f: Any, what: str) -> None:
    assert re.search(what, refusal(f, UNIT))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "domain", "what"),
    [
        ("1/x", (-1, 1), r"f is inf at x = 0\.0"),
        ("1/x", (-1, 1.1), r"f is inf at x = 0\.0"),
        ("log(x)", UNIT, r"f is -inf at x = 0\.0"),
        ("x*log(x)", UNIT, r"f is nan at x = 0\.0.*np\.where gives a value"),
        ("sin(x)/x", (-1, 1.1), r"f is nan at x = 0\.0"),
        ("sqrt(x)", (-1, 1), "f is nan at x = -1.0"),
        ("exp(1000*x)", UNIT, "f is inf at x = 0.7"),
        ("1/(3*x - 1)", UNIT, "x = 0.33333333333333"),
        ("1e-9/(x - 1/3) + sin(x)", UNIT, "x = 0.33333333333333"),
        ("1/(x - 1/3)**2", UNIT, "x = 0.33333333333333"),
        ("log(abs(3*x - 1))", UNIT, "x = 0.33333333333333"),
        ("tan(x)", (0, 3), r"f grows to .* near x = 1\.570796326794896\d?, a pole"),
        ("1/(x - y - 1/3)", [UNIT, UNIT], r"f (is inf at|grows to .* near) \("),
        ("1/((x - 1/3)**2 + (y - 1/7)**2)", [UNIT, UNIT], r"\(0\.3333333333333333, 0\.14285714"),
        ("sqrt((x - 0.3)**2 - 1e-12)", UNIT, r"f is nan at x = 0\.299999"),
        ("arccos(1.0000001*sin(x))", (0, 3), r"f is nan at x = 1\.57"),
        ("exp(800*exp(-1e10*(x - 0.3001)**2))", UNIT, r"f is inf at x = 0\.3001"),
        (
            lambda x: np.where(x < 0.3, np.nan, x),
            UNIT,
            r"f is nan at x = 0\.0|nan given as a constant",
        ),
        (np.vectorize(lambda t: 1 / (t - 0.3)), UNIT, r"x = 0\.3"),
        (np.vectorize(lambda t: 1 / (3.1 * t - 1)), UNIT, r"x = 0\.3225"),
        (np.vectorize(lambda t: 1 / t), (-1, 1.1), "x = 0.0"),
    ],
    ids=count(),
)
def test_a_function_that_is_not_finite_on_the_box_is_refused(
    f: Any, domain: Any, what: str
) -> None:
    assert re.search(what, refusal(f, domain))


@pytest.mark.parametrize(
    ("f", "domain"),
    [
        ("sqrt(1 - x**2)", (-1, 1)),
        ("arccos(x)", (-1, 1)),
        ("where(x == 0, 0, x*sin(1/x))", (-1, 1.3)),
        ("where(x > 0.3, sqrt(x - 0.3), 0)", UNIT),
        ("1/(1e-20 + (x - 1/3)**2)", UNIT),
        ("sqrt(x*x + y*y - 2*x*y + 1e-9)", [UNIT, UNIT]),
        ("tanh(1e18*(x - 1/3))", UNIT),
        ("x", (-1e200, 1e200)),
        ("x", (0, 5e-324)),
        (np.vectorize(lambda t: 1 / (1e-20 + (t - 0.3) ** 2)), UNIT),
        (np.vectorize(lambda t: min(0.3, t)), UNIT),
    ],
    ids=count(),
)
def test_a_function_that_is_finite_though_it_looks_dangerous_is_taken(f: Any, domain: Any) -> None:
    assert np.isfinite(Target(f, domain)(*(a for a, _ in check_domain(domain))))


@pytest.mark.parametrize(
    ("modulus", "what"),
    [
        ("3", "modulus='3' given; a Lipschitz constant or a function"),
        ([1, 2], r"modulus=\[1, 2\] given"),
        (1j, "modulus=1j given"),
        (float, "modulus=<class 'float'> given"),
        (math.nan, "modulus=nan given; a finite number ≥ 0"),
        (math.inf, "modulus=inf given; a finite number ≥ 0"),
        (-1, "modulus=-1 given; a finite number ≥ 0"),
        (lambda h: h[:3], r"the modulus gives float64 values of shape \(3,\)"),
        (lambda h: 2.0, r"the modulus gives float64 values of shape \(\)"),
        (lambda h: 2j * h, "the modulus gives complex128 values"),
        (lambda h: None, "the modulus gives object values"),
        (lambda h: h * np.nan, "the modulus is nan at"),
        (lambda h: -h, "the modulus is -.* at"),
        (lambda h: min(h, 1), "the modulus fails on an array of distances: ValueError"),
        (lambda h, k: h, "the modulus fails on an array of distances: TypeError"),
        (lambda h: 2 - h, "the modulus falls from 2 at 1e-15 to 1 at 1"),
    ],
    ids=count(),
)
def test_what_is_no_modulus_is_refused(modulus: Any, what: str) -> None:
    assert re.search(what, refusal("x", UNIT, modulus))


@pytest.mark.parametrize(
    ("f", "domain", "modulus"),
    [
        ("x", UNIT, 0.99),
        ("sqrt(x)", UNIT, 1000.0),
        ("sin(1000*x)", UNIT, 999.0),
        ("sin(2*pi*1024*x)", UNIT, 1.0),
        ("x + y", [UNIT, UNIT], 1.4),
        (np.floor, (0, 3), 5.0),
        ("abs(x - 1/3)**0.5", UNIT, lambda h: 1.1 * h**0.55),
        (lambda *c: sum(c), [UNIT] * 4, 1.99),
    ],
    ids=count(),
)
def test_a_modulus_that_two_points_contradict_is_refused_and_they_are_named(
    f: Any, domain: Any, modulus: Any
) -> None:
    text = refusal(f, domain, modulus)
    found = re.fullmatch(
        r"the declared modulus allows \|f\(x\) − f\(y\)\| ≤ (\S+) at distance (\S+), "
        r"but (.*) and (.*) differ by (\S+)",
        text,
    )
    assert found
    p, q = (
        np.array([float(v) for v in re.findall(r"-?\d[\w.+-]*", words)])
        for words in found.group(3, 4)
    )
    target = Target(f, domain)
    assert np.sqrt(np.sum((p - q) ** 2)) == pytest.approx(float(found[2]), rel=1e-3)
    assert abs(target(*p) - target(*q)) == pytest.approx(float(found[5]), rel=1e-3)
    assert float(found[5]) > float(found[1])


@pytest.mark.parametrize(
    ("f", "domain", "modulus"),
    [
        ("sin(1000*x)", UNIT, 1000.0),
        ("sqrt(x)", UNIT, np.sqrt),
        ("1e8 + x", UNIT, 1.0),
        ("x", (1e8, 1e8 + 1), 1.0),
        ("3", UNIT, 0),
        ("x*y", [UNIT, UNIT], math.sqrt(2)),
        ("x", UNIT, lambda h: np.where(h < 0.5, h, np.inf)),
    ],
    ids=count(),
)
def test_a_true_modulus_is_taken_however_sharp(f: Any, domain: Any, modulus: Any) -> None:
    assert Target(f, domain, modulus).modulus is not None


@pytest.mark.parametrize(
    ("variation", "domain", "what"),
    [
        (0.1, UNIT, r"variation=0\.1 given; f varies by at least 31\.7"),
        (math.nan, UNIT, "a number ≥ 0 is needed"),
        (-1, UNIT, "a number ≥ 0 is needed"),
        ("1", UNIT, "variation='1' given; a number ≥ 0 is needed"),
        (1.0, [UNIT, UNIT], "variation given for 2 coordinates"),
    ],
    ids=count(),
)
def test_a_wrong_variation_is_refused(variation: Any, domain: Any, what: str) -> None:
    assert re.search(what, refusal("sin(50*x)", domain, variation=variation))


def test_an_infinite_variation_is_one() -> None:
    assert Target("x", UNIT, variation=math.inf).variation == math.inf


@pytest.mark.parametrize(
    ("coordinates", "error", "what"),
    [
        ((), InputError, r"0 coordinates given; <Target x \+ y on .*> takes 2"),
        ((1.0,), InputError, r"1 coordinate given"),
        ((1.0, 2.0, 3.0), InputError, r"3 coordinates given"),
        (("a", 0.0), WrongType, "coordinate 1 holds text"),
        ((None, 0.0), WrongType, "coordinate 1 holds None"),
        ((1j, 0.0), WrongType, "coordinate 1 holds complex numbers"),
        ((np.array([1j]), 0.0), WrongType, "coordinate 1 holds complex numbers"),
        (([[1], [1, 2]], 0.0), InputError, "coordinate 1 is ragged"),
        ((10**400, 0.0), InputError, "past the range of float64"),
        ((np.zeros(2), np.zeros(3)), InputError, r"shapes \(2,\) and \(3,\) given"),
    ],
    ids=count(),
)
def test_what_are_no_coordinates_is_refused(
    coordinates: Any, error: type[UatError], what: str
) -> None:
    with pytest.raises(error, match=what):
        Target("x + y", [UNIT, UNIT])(*coordinates)


def test_fractions_are_real_numbers() -> None:
    assert Target("x", UNIT)(Fraction(1, 4)) == 0.25


def test_a_target_has_its_own_domain() -> None:
    f = Target("x", UNIT)
    assert as_target(f) is f
    with pytest.raises(InputError, match=r"domain \(0, 2\) given beside <Target x on \[0, 1\]>"):
        as_target(f, (0, 2))
    with pytest.raises(InputError, match=r"no domain given; \(a, b\) is needed"):
        as_target("x")
    with pytest.raises(InputError, match="which has its own; leave domain out"):
        uat.approximate(f, (0, 2), eps=0.1)


@pytest.mark.slow
def test_a_target_is_restricted_to_a_box_within_its_own_and_keeps_what_it_knows() -> None:
    half = Target(examples.cantor, (0, 0.5))
    assert half.domain == ((0.0, 0.5),)
    assert (half.name, half.source) == (examples.cantor.name, examples.cantor.source)
    assert half.modulus is examples.cantor.modulus
    assert half.variation is None
    assert half.expression is None
    assert half(0.25) == examples.cantor(0.25)
    for domain in ((0, 1.5), (-1, 0.5), [UNIT, UNIT]):
        assert "a box within its own is needed" in refusal(examples.cantor, domain)


def test_many_coordinates_are_taken() -> None:
    f = Target(lambda *c: sum(c), [UNIT] * 40, math.sqrt(40))
    assert f(*np.ones(40)) == 40


def test_equal_cells_ask_the_modulus_once() -> None:
    asked: list[int] = []

    def modulus(h: Any) -> Any:
        asked.append(h.size)
        return 2 * h

    edges = np.linspace(0, 1, 10_001)[:, None]
    Target(np.floor, (0.0, 0.5), modulus).enclose(edges[:-1] / 2, edges[1:] / 2)
    assert asked[-1] < 5


def test_a_scalar_f_is_called_point_by_point() -> None:
    for f in (math.sin, lambda x: x if x > 0 else -x):
        target = Target(f, (-1, 2))
        assert target.expression is None
        assert target([-0.5, 0.5]).tolist() == [f(-0.5), f(0.5)]
        assert target(0.5) == f(0.5)


def test_the_polygon_through_data_is_the_target_of_these_points() -> None:
    f = Target.from_points([3, 0, 1], [2.0, 0.0, 1.0], name="measured")
    assert f.domain == ((0.0, 3.0),)
    assert [f(v) for v in (0, 0.5, 1, 2, 3)] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert f.name == "measured"
    g = uat.approximate(f, eps=1e-3, activation=uat.relu)
    assert g.certificate is not None
    assert g.certificate.upper < 1e-3
    assert g.units <= 4


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ([0, 1, 1], [1, 2, 3], "x = 1.0 given twice"),
        ([0, 1], [1, 2, 3], "of shape"),
        ([0], [1], "at least two points"),
        ([[0, 1]], [[1, 2]], "of shape"),
        ([0, np.nan], [1, 2], "x holds a number that is not finite"),
        ([0, 1], [1, np.inf], "y holds a number that is not finite"),
    ],
)
def test_data_that_are_no_polygon_are_refused(x: Any, y: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Target.from_points(x, y)
