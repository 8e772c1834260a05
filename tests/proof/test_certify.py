"""`certify`: what it takes, what it refuses, what it says."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import xlogy

import uat
from tests.proof.exact_cells import check_certificate, exact_f
from tests.proof.networks_and_cells import networks, one_layer
from uat import Affine, CannotProve, InputError, Network, Target, WrongType
from uat.proof import certify as certify_module

ONE = Network.from_units([1.0, -0.5], [3.0, 5.0], [0.0, 1.0], uat.tanh)
PLANE = Network.from_units([1.0, -0.5], [[3.0, 5.0], [1.0, 1.0]], [0.0, 1.0], uat.tanh)
PAIR = Network([Affine([[1.0]], [0.0]), Affine([[1.0], [2.0]], [0.0, 0.0])], uat.tanh)


@pytest.mark.slow
@settings(max_examples=15)
@given(data=st.data(), cells=st.integers(1, 2000), seed=st.integers(0, 2**32))
def test_a_certificate_stands_up_to_the_adversary(
    data: st.DataObject, cells: int, seed: int
) -> None:
    depth = data.draw(st.integers(0, 2))
    network = data.draw(one_layer() if depth == 1 else networks(1, depth))
    target = Target(data.draw(st.sampled_from(["sin(6*x)", "abs(x)", "x**3 - x"])), (-1, 1))
    certificate = uat.certify(target, network, cells=cells)
    check_certificate(target, exact_f(target), network, certificate, seed)


@pytest.mark.parametrize("f", ["sin(3*x)", lambda x: np.sin(3 * x), Target("sin(3*x)", (-1, 1))])
def test_f_comes_in_every_way(f: object) -> None:
    certificate = uat.certify(f, ONE, None if isinstance(f, Target) else (-1, 1))
    assert certificate.lower <= certificate.upper <= 1.01 * certificate.lower
    assert certificate.assumptions == ()
    assert certificate.evidence is not None


@pytest.mark.slow
def test_what_holds_a_network_is_taken_for_it() -> None:
    g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
    assert uat.certify("x**2", g, (0, 1)) == uat.certify("x**2", g.network, (0, 1))
    assert uat.certify("x**2", g.network.as_function(), (0, 1)).upper <= 0.126


def test_it_is_deterministic() -> None:
    assert uat.certify("sin(3*x)", ONE, (-1, 1)) == uat.certify("sin(3*x)", ONE, (-1, 1))


def test_what_was_declared_is_named() -> None:
    opaque = Target(np.vectorize(abs), (-1, 1), modulus=1.0, name="mine", traced=False)
    certificate = uat.certify(opaque, ONE)
    assert certificate.assumptions == (
        "the modulus of continuity declared for mine, and its values as numpy gives them",
    )
    sigma = uat.sigmoidal(lambda u: np.where(u > 0, 1, 0), tail=lambda s: 0.0, name="own")
    certificate = uat.certify("x", Network.from_units([1.0], [1.0], [0.0], sigma), (-1, 1))
    assert certificate.assumptions == ("the tail declared for own",)


@pytest.mark.slow
def test_the_method_can_be_asked_for() -> None:
    cells = uat.certify("sin(3*x)", ONE, (-1, 1), method="cells")
    polynomials = uat.certify("sin(3*x)", ONE, (-1, 1), method="chebyshev")
    assert (cells.method, polynomials.method) == ("cells", "Chebyshev")
    assert polynomials.lower <= cells.upper
    assert cells.lower <= polynomials.upper
    with pytest.raises(CannotProve):
        uat.certify(uat.examples.maximum, PLANE, method="chebyshev")


def test_errors_near_rounding_are_proved_by_polynomials() -> None:
    target = Target("cos(x)", (-1, 1))
    x = np.cos(np.linspace(0, np.pi, 200))
    b = np.full(40, 8.0)
    c = -8 * np.linspace(-1.3, 1.3, 40)
    a = np.linalg.lstsq(1 / (1 + np.exp(-(x[:, None] * b + c))), np.cos(x), rcond=1e-13)[0]
    certificate = uat.certify(target, Network.from_units(a, b, c, uat.logistic))
    assert certificate.method == "Chebyshev"
    assert certificate.upper <= 1.1 * certificate.lower
    assert certificate.upper < 1e-9


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (PLANE, r"takes 2 coordinates, f has 1; they have to be equal"),
        (PAIR, r"has 2 outputs, f has one; certify each output with its own f"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(network: Network, message: str) -> None:
    with pytest.raises(InputError, match=message):
        uat.certify("x", network, (-1, 1))


@pytest.mark.parametrize("cells", [0, -3])
def test_a_budget_below_1_is_refused(cells: int) -> None:
    with pytest.raises(InputError, match=f"cells = {cells} given; at least 1"):
        uat.certify("x", ONE, (-1, 1), cells=cells)


@pytest.mark.parametrize("cells", [2.5, float("nan"), True, None, "many"])
def test_a_budget_that_is_no_whole_number_is_refused(cells: object) -> None:
    with pytest.raises(WrongType, match="a whole number is needed"):
        uat.certify("x", ONE, (-1, 1), cells=cells)  # type: ignore[arg-type]


def test_a_misspelt_method_is_told_its_neighbour() -> None:
    with pytest.raises(InputError, match="no method 'cels'; did you mean 'cells'"):
        uat.certify("x", ONE, (-1, 1), method="cels")
    with pytest.raises(InputError, match="no method 3"):
        uat.certify("x", ONE, (-1, 1), method=3)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "where"),
    [
        ("sign(x)", "x = 0, by 2"),
        ("where(x < 0.3, x, 1 + x)", "x = 0.3, by 1"),
        ("arctan(1/(x - 0.123))", "x = 0.123, by 3.142"),
    ],
)
def test_a_jump_is_told_with_its_place(f: str, where: str) -> None:
    with pytest.raises(CannotProve, match=rf"^f jumps near {where}; .*continuous f; split the dom"):
        uat.certify(f, ONE, (-1, 1))


def test_a_jump_in_the_plane_is_told_with_its_place() -> None:
    with pytest.raises(CannotProve, match=r"^f jumps near \(.*\), by 1; "):
        uat.certify("where(x + y < 0.3, 0, 1)", PLANE, [(-1, 1), (-1, 1)])


@pytest.mark.slow
def test_a_comparison_without_a_jump_is_continuous() -> None:
    hinge = Network.from_units([1.0], [1.0], [0.0], uat.relu)
    assert uat.certify("where(x > 0, x, 0)", hinge, (-1, 1)).upper < 1e-12


@pytest.mark.slow
def test_an_f_that_cannot_be_bounded_is_told_with_its_place() -> None:
    with pytest.raises(CannotProve, match=r"could not be bounded near x = 0\.0: a pole, a jump"):
        uat.certify("where(x > 0, x*log(x), 0*x)", ONE, (0, 1))


def test_a_modulus_helps_where_the_formula_says_nothing() -> None:
    target = Target("where(x > 0, x*log(x), 0*x)", (0, 1), modulus=lambda h: 3 * h**0.5)
    certificate = uat.certify(target, ONE)
    assert certificate.upper <= 1.01 * certificate.lower
    assert "modulus of continuity declared" in certificate.assumptions[0]


def test_four_and_five_dimensions_are_boxes_too() -> None:
    for d in (4, 5):
        network = Network.from_units([1.0, -1.0], np.ones((2, d)) / d, [0.0, 0.5], uat.tanh)
        target = Target(lambda *x: np.sin(sum(x)) / 4, [(-1, 1)] * d)
        certificate = uat.certify(target, network, cells=2000)
        assert certificate.upper <= 1.5 * certificate.lower


def test_an_f_without_formula_and_modulus_is_refused() -> None:
    with pytest.raises(CannotProve, match=r"modulus=…"):
        uat.certify(lambda x: 0 if x < 0 else 1, ONE, (-1, 1))


@pytest.mark.parametrize("thing", [3, None, lambda x: x])
def test_what_is_no_network_is_refused(thing: object) -> None:
    with pytest.raises(WrongType, match=r"given as a network; a uat\.Network is needed"):
        uat.certify("x", thing, (-1, 1))


def test_a_file_is_no_network_before_it_is_loaded() -> None:
    for f in ("x", "other.npz"):
        with pytest.raises(
            WrongType, match=r"'net.npz' given as a network; read a file by uat.load"
        ):
            uat.certify(f, "net.npz", (-1, 1))


@pytest.mark.parametrize("domain", [(1, 0), (0, float("nan")), (0, float("inf")), (0, 0)])
def test_a_box_that_is_none_is_refused(domain: object) -> None:
    with pytest.raises(InputError, match="domain"):
        uat.certify("x", ONE, domain)


def test_a_network_past_the_range_of_floats_is_told() -> None:
    huge = Network.from_units([1e300], [1e300], [0.0], uat.relu)
    with pytest.raises(CannotProve, match=r"weights up to 1e\+300"):
        uat.certify("x", huge, (0, 100))


def test_a_witness_past_the_bound_says_what_was_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    target = Target(np.vectorize(abs), (-1, 1), modulus=1.0, name="mine", traced=False)
    monkeypatch.setattr(certify_module, "proved_lower", lambda *_: (9.0, (0.5,)))
    with pytest.raises(CannotProve, match=r"at least 9 at x = 0\.5, past .* declared for mine"):
        uat.certify(target, ONE)


@pytest.mark.slow
def test_a_box_up_to_the_largest_floats_gives_a_bound_without_a_warning() -> None:
    network = Network.from_units([1.0, 1.0], [1e-307, -2e-307], [0.0, 9.0], uat.tanh)
    certificate = uat.certify("x**0.01", network, (1e300, 1.7e308))
    assert 1000 < certificate.lower <= certificate.upper < 1210


@pytest.mark.slow
@pytest.mark.parametrize("odd", [1e-200, 1e200, 5e-324])
def test_many_relu_units_are_certified_however_unequal_their_weights(odd: float) -> None:
    weights = np.append(np.ones(99), odd)
    network = Network.from_units(weights / 99, np.ones(100), -np.arange(100) / 99, uat.relu)
    certificate = uat.certify("x**2/2", network, (0, 0.99))
    assert certificate.lower <= certificate.upper
    assert certificate.upper < 0.02 or odd == 1e200
    check_certificate(
        Target("x**2/2", (0, 0.99)), exact_f(Target("x**2/2", (0, 0.99))), network, certificate, 0
    )


@pytest.mark.slow
@pytest.mark.parametrize("units", [3, 100])
@pytest.mark.parametrize("activation", [uat.relu, uat.algebraic, uat.tanh])
@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_sizes_at_the_ends_of_floats_give_a_bound_or_a_refusal_without_a_warning(
    units: int, activation: uat.Activation, size: float
) -> None:
    c = np.linspace(-1, 1, units)
    for network, f, domain in (
        (Network.from_units(np.full(units, size), np.ones(units), c, activation), "x", (0, 1)),
        (
            Network.from_units(np.ones(units), np.full(units, 1 / size), c, activation),
            "1",
            (0, size),
        ),
    ):
        for scale in (1.0, size):
            try:
                certificate = uat.certify(f"{scale!r} * ({f})", network, domain, cells=500)
            except CannotProve:
                continue
            assert certificate.lower <= certificate.upper


@pytest.mark.slow
@pytest.mark.parametrize("units", [3, 100])
@pytest.mark.parametrize("method", ["auto", "cells", "chebyshev"])
def test_weights_whose_sum_overflows_are_refused_in_one_line(units: int, method: str) -> None:
    network = Network.from_units(
        np.full(units, 1e308), np.ones(units), np.linspace(-1, 1, units), uat.logistic
    )
    with pytest.raises(CannotProve, match=r"weights (up to 1e\+308|are too large)"):
        uat.certify("x", network, (-1, 1), cells=100, method=method)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("f", "start"),
    [(lambda x: xlogy(x, x), 0), (lambda x: np.abs(x) ** x, -0.5), (lambda x: 0.0**x, 0)],
    ids=["entropy", "power", "zero"],
)
def test_where_f_has_no_bound_it_is_not_g_that_is_blamed(f: Any, start: float) -> None:
    with pytest.raises(CannotProve, match="f could not be bounded near x = "):
        uat.certify(f, ONE, (start, 1), cells=300)


def test_f_and_network_in_the_other_order_are_told() -> None:
    for held in (ONE, uat.approximate("x", (0, 1), 0.5)):
        with pytest.raises(WrongType, match=r"in another order: certify\(f, network, domain\)"):
            uat.certify(held, "x", (0, 1))
        with pytest.raises(WrongType, match=r"in another order: certify\(f, network, domain\)"):
            uat.certify("x", (0, 1), held)


def test_of_data_nothing_is_proved() -> None:
    with pytest.raises(WrongType, match="the largest residual at them is the max_residual"):
        uat.certify(np.arange(3.0), ONE, (0, 1))


@pytest.mark.slow
def test_progress_is_told_after_each_round_of_cells() -> None:
    told: list[tuple[int, int, str]] = []
    g = uat.approximate("sqrt(x)", (0, 1), eps=0.01, method="staircase")
    alone = uat.certify(g.target, g.network, cells=3000, method="cells")
    found = uat.certify(
        g.target, g.network, cells=3000, method="cells", progress=lambda *now: told.append(now)
    )
    done = [now[0] for now in told]
    assert done == sorted(set(done))
    assert 0 < done[-1] <= 3000
    assert {now[1] for now in told} == {3000}
    assert told[-1][2].startswith("proved ≤ 0.0")
    assert found.upper == alone.upper
    with pytest.raises(uat.WrongType, match=r"progress 'bar' given; a function"):
        uat.certify("x", g.network, (0, 1), progress="bar")  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [1e-160, 1e-200, 1e-250])
def test_values_whose_squares_underflow_are_bounded(scale: float) -> None:
    network = uat.Network((uat.Affine([[0.0]], [1.0]), uat.Affine([[0.0]], [2.5 * scale])), "relu")
    proof = uat.certify(f"{scale!r}*x**2", network, (-1, 2))
    assert 2.5 * scale <= proof.upper < 2.50001 * scale
    assert proof.evidence is not None
    cells = proof.evidence
    x = np.linspace(cells.lower, cells.upper, 33)[..., 0]
    seen = np.abs(scale * x**2 - 2.5 * scale).max(axis=0)
    assert (seen <= cells.bounds * (1 + 1e-12)).all()
