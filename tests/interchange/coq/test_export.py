"""A theorem for Coq states what its certificate states: every double, f, σ, the box and the bounds."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import uat
from tests.oracles.coq import formula, number, read
from tests.oracles.formulas import TooLarge, exact_formula, mp
from uat.core.activations import NAMED
from uat.core.certificate import Evidence
from uat.expression.parse import parse
from uat.interchange.coq.export import theorem
from uat.interchange.coq.formula import literal, written
from uat.interchange.coq.sigmas import SIGMAS
from uat.testing import continuous_targets

SIZES = [0.0, -0.0, 5e-324, -2.2e-308, 2.0**-1040, 0.1, -1 / 3, 1.0, -128.0, 2.0**53, 1e300]
WORDS = [
    "x**2 + sin(x)", "-x**2", "(-x)**2", "x**-2", "1/x/2", "1/(x/2)", "x - (2 - x)", "x - 2 - x",
    "abs(x)", "min(x, 0.3) - max(x, 2 - x)", "-(x + 1) * -(x - 1)", "2**-x", "sqrt(x)**3", "x**2.5",
    "where(x < 0.3, x, 0.3)", "where(0.3 <= x, -x, x - 0.6)", "where(x > 1, log(x), 1 - x)",
    "exp(-x)/(1 + x**2)", "tan(x/2) + cos(pi*x)", "arctan(-3*x)", "tanh(3*x) + sinh(x) - cosh(x)",
    "expit(-x) * relu(x - 1)", "log1p(x) - expm1(-x)", "x*(x + 1)**3", "-(-x)", "0.1 + 1e-300*x",
]  # fmt: skip


def certificate(
    f: Any, network: uat.Network, box: tuple[float, float], upper: float = 9.0, lower: float = 0.25
) -> uat.Certificate:
    """Make a certificate whose numbers nothing has proved: only what is written of them matters."""
    target = f if isinstance(f, uat.Target) else uat.Target(f, box)
    cells = (np.array([[box[0]]]), np.array([[box[1]]]), np.array([upper]))
    evidence = Evidence(*cells, target, network)
    return uat.Certificate(upper, lower, (box[0],), 0.0, "cells", evidence=evidence)


def small(sigma: uat.Activation, *units: tuple[float, float, float]) -> uat.Network:
    a, b, c = np.transpose(units)
    return uat.Network.from_units(a, b, c, sigma)


def check_statement(proof: uat.Certificate, text: str) -> None:
    """Compare what is read from a file with a certificate, by code of its own."""
    said, evidence = read(text), proof.evidence
    assert evidence is not None
    hidden, outer = evidence.network.layers
    rows = zip(outer.weight[0], hidden.weight[:, 0], hidden.bias, strict=True)
    assert said.units == [tuple(Fraction(float(v)) for v in row) for row in rows]
    assert said.beside == Fraction(float(outer.bias[0]))
    assert said.box == tuple(map(Fraction, evidence.target.domain[0]))
    assert said.bound in (Fraction(proof.upper), Fraction(proof.bound))
    assert said.lower == Fraction(proof.lower)
    assert said.witness == Fraction(proof.witness[0])
    low, high = said.box
    points = [low + (high - low) * Fraction(k, 7) for k in range(8)]
    f, sigma = evidence.target.expression, evidence.network.activations[0].expression
    assert f is not None
    assert sigma is not None
    check_values(said.f, f.to_table(), points)
    check_values(said.sigma, sigma.to_table(), [Fraction(k, 8) for k in range(-40, 41)])


def check_values(found: Any, table: Any, points: list[Fraction]) -> None:
    with mp.workdps(60):
        for point in points:
            x = mp.mpf(point.numerator) / point.denominator
            try:
                expected = exact_formula(table, [x])
            except TooLarge:
                continue
            if expected is not None:
                assert abs(found(x) - expected) <= mp.mpf(10) ** -45 * (1 + abs(expected))


@pytest.mark.parametrize("words", WORDS)
def test_a_formula_means_the_same_in_coq(words: str) -> None:
    check_values(
        formula(written(parse(words)).text, "x"),
        parse(words).to_table(),
        [Fraction(k, 10) for k in range(1, 21)],
    )


@pytest.mark.parametrize("name", SIGMAS)
def test_each_activation_is_that_of_the_package(name: str) -> None:
    proof = certificate("x", small(NAMED[name], (0.5, 1.0, -0.5)), (0.0, 1.0))
    check_statement(proof, theorem(proof))


@pytest.mark.parametrize("size", SIZES)
def test_every_double_is_written_exactly(size: float) -> None:
    assert number(literal(size)) == Fraction(size)
    proof = certificate("x", small(uat.relu, (size, 1.0, 0.5), (1.0, size, size)), (0, 1), 1e305)
    check_statement(proof, theorem(proof))


steady = st.floats(-8, 8) | st.sampled_from(SIZES[:-2])


@pytest.mark.slow
@given(
    continuous_targets(box=(-1.0, 1.0)),
    st.sampled_from([*SIGMAS]),
    st.lists(st.tuples(steady, steady, steady), min_size=1, max_size=6),
    steady,
)
def test_no_certificate_becomes_another_statement(
    target: uat.Target, name: str, units: list[tuple[float, float, float]], bias: float
) -> None:
    assume(target.expression is not None)
    a, b, c = np.transpose(units)
    layers = (uat.Affine(b[:, None], c), uat.Affine(a[None, :], [bias]))
    proof = certificate(target, uat.Network(layers, name), (-1.0, 1.0), upper=1e9)
    try:
        text = theorem(proof)
    except uat.InputError as reason:
        assert "not written for Coq" in str(reason) or "too long for Coq" in str(reason)  # noqa: PT017
        return
    check_statement(proof, text)


def test_a_statement_that_differs_in_one_digit_is_noticed() -> None:
    proof = certificate("x**2 + sin(x)", small(uat.tanh, (0.1, 3.0, -1.0), (2.0, 0.0, 1.0)), (0, 1))
    text = theorem(proof)
    check_statement(proof, text)
    for old, new in [
        ("0x1.999999999999ap-4", "0x1.999999999999bp-4"), (" 3, (-1)", " 3, 1"), ("tanh u", "sin u"),
        ("x ^ 2 + sin x", "x ^ 2 - sin x"), ("x <= 1", "x <= 2"), ("- g x) <= 9", "- g x) <= 8"),
        ("/\\ 0x1.0000000000000p-2 <=", "/\\ 0x1.0000000000000p-3 <="), (" 0 units.", " 1 units."),
    ]:  # fmt: skip
        assert old in text
        with pytest.raises(AssertionError):
            check_statement(proof, text.replace(old, new))


def test_where_f_is_defined_is_a_theorem_of_its_own() -> None:
    found = written(parse("log(x)/(x - 2) + where(x < 1, sqrt(1 - x), tan(x))"))
    assert found.conditions == (
        "0 < x",
        "(x - 2) <> 0",
        "x < 1 -> 0 <= (1 - x)",
        "1 <= x -> cos (x) <> 0",
    )
    assert found.cuts == (1.0,)


def test_the_bound_allows_for_rounding_where_the_error_leaves_no_room() -> None:
    proof = certificate("x", small(uat.logistic, (1.0, 1.0, 0.0)), (0, 1))
    assert read(theorem(proof)).bound == 9
    tight = uat.Certificate(0.5, 0.5, (1.0,), 2.0**-20, "cells", evidence=proof.evidence)
    assert read(theorem(tight)).bound == Fraction(tight.bound) > Fraction(1, 2)


DEEP = uat.Network([uat.Affine([[1]], [0])] * 3, uat.relu)
PLANE = uat.Network.from_units([1], [[1, 1]], [0], uat.relu)


@pytest.mark.parametrize(
    ("f", "network", "said"),
    [
        ("erf(x)", small(uat.tanh, (1, 1, 0)), "f has erf, which is not written for Coq"),
        ("x**0.3", small(uat.tanh, (1, 1, 0)), "f has the power 0.3, which is not written for Coq"),
        ("where(x*x < 1, x, 1)", small(uat.tanh, (1, 1, 0)), "comparison of x and a number"),
        ("x", small(uat.gelu, (1, 1, 0)), "uat.gelu is not written for Coq; written are logistic"),
        ("x", DEEP, "the network has 2 hidden layers; Coq takes certificates of one"),
        ("x", small(uat.relu, *np.ones((1001, 3))), "1,001 units are too many"),
        ("x", small(uat.algebraic, *np.ones((129, 3))), "at most 128 are written"),
    ],
)  # fmt: skip
def test_what_is_not_written_for_coq_is_refused_in_a_line(
    f: str, network: uat.Network, said: str
) -> None:
    with pytest.raises(uat.InputError, match=said.replace("(", r"\(")) as told:
        theorem(certificate(f, network, (0.5, 1.0)))
    assert "\n" not in str(told.value)


@pytest.mark.slow
def test_several_coordinates_and_a_mere_modulus_are_refused(tmp_path: Path) -> None:
    plane = uat.certify("x + y", PLANE, ((0, 1), (0, 1)), cells=20)
    with pytest.raises(uat.InputError, match="f has 2 coordinates; Coq takes certificates of one"):
        plane.export(tmp_path / "proof.v")
    blind = uat.Target(lambda x: x, (0, 1), modulus=1.0, traced=False)
    with pytest.raises(uat.InputError, match="no formula of f"):
        theorem(certificate(blind, small(uat.tanh, (1, 1, 0)), (0, 1)))
    own = uat.sigmoidal(lambda u: (1 + np.tanh(u)) / 2, name="logistic")
    with pytest.raises(uat.InputError, match="is not written for Coq"):
        theorem(certificate("x", small(own, (1, 1, 0)), (0, 1)))
    with pytest.raises(uat.InputError, match=r"a name that ends in \.v \(a theorem for Coq\)"):
        plane.export(tmp_path / "proof.json")
    assert not [*tmp_path.iterdir()]


def test_the_rounding_of_single_precision_is_not_in_a_theorem_about_real_numbers() -> None:
    network = small(uat.logistic, (1.0, 2.0, 0.5))
    proof = uat.certify("sin(x)", network, (0, 1), evaluation="float32")
    assert proof.rounding > 1e-8
    assert read(theorem(proof)).bound < Fraction(proof.upper) + Fraction(1, 10**13)


def test_a_bound_that_is_not_finite_is_refused() -> None:
    proof = certificate("x", small(uat.relu, (1.0, 1.0, 0.5)), (0, 1), np.inf)
    with pytest.raises(uat.InputError, match="the bound is not finite"):
        theorem(proof)
