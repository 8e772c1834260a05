"""Graded rows: kinks cost a few units a digit, and a proof confirms what fine points show."""

from pathlib import Path

import numpy as np
import pytest

import uat
from uat import checker
from uat.construct.comb.graded import build
from uat.construct.staircase.build import partition
from uat.errors import CannotProve
from uat.testing import assert_within_eps

OFF_CENTRE = uat.Target("abs(x - 0.3)", (0, 1))
ROWS = [
    ("kink", uat.examples.kink, 1e-3, 20),
    ("kink off the cells", OFF_CENTRE, 1e-3, 20),
    ("kink", uat.examples.kink, 1e-6, 60),
    ("kink", uat.examples.kink, 1e-9, 170),
    ("root", uat.examples.sqrt_abs, 1e-2, 28),
    ("layer", uat.Target("tanh(100*(x - 0.3))", (-1, 1)), 1e-4, 35),
    ("peak", uat.examples.runge, 1e-6, 33),
    ("Cantor", uat.examples.cantor, 0.1, 6),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "eps", "most"), [row[1:] for row in ROWS], ids=[f"{r[0]} {r[2]:g}" for r in ROWS]
)
def test_kinks_and_peaks_cost_few_units_and_are_proved(
    target: uat.Target, eps: float, most: int
) -> None:
    network, estimate = build(target, eps)
    assert network.units <= most
    assert network.layers[-1].bias[0] == 0
    certificate = uat.certify(target, network)
    assert certificate.lower <= certificate.bound < eps
    assert estimate <= certificate.bound
    assert estimate > 0.95 * certificate.lower


@pytest.mark.slow
def test_a_steep_graded_row_is_proved_on_few_cells_and_confirmed(tmp_path: Path) -> None:
    network, _ = build(OFF_CENTRE, 1e-8)
    certificate = uat.certify(OFF_CENTRE, network, cells=131_072, method="chebyshev")
    assert network.units <= 125
    assert network.slopes.max() > 1e7
    assert certificate.lower <= certificate.upper < 1.002 * certificate.lower
    assert certificate.bound < 1e-8
    assert certificate.evidence is not None
    assert len(certificate.evidence.bounds) < 150
    assert_within_eps(OFF_CENTRE, network, None, certificate.bound)
    certificate.save(tmp_path / "proof.json")
    checker.check(checker.read(tmp_path / "proof.json"))


@pytest.mark.slow
def test_a_digit_more_costs_a_few_units_where_steps_cost_ten_times_as_many() -> None:
    counts = [build(OFF_CENTRE, eps)[0].units for eps in (1e-2, 1e-3, 1e-4)]
    steps = [partition(OFF_CENTRE, eps).pieces for eps in (1e-2, 1e-3, 1e-4)]
    assert max(np.diff(counts)) <= 20
    assert steps[2] > 80 * steps[0]
    assert counts[2] < steps[2] / 100


@pytest.mark.slow
def test_units_are_steeper_towards_the_kink() -> None:
    network, _ = build(OFF_CENTRE, 1e-4)
    slopes = network.slopes[:-1]
    steepest = int(np.argmax(slopes))
    assert abs(-network.biases[steepest] / slopes[steepest] - 0.3) < 0.01
    assert slopes.max() > 50 * slopes.min()


@pytest.mark.slow
def test_every_soft_sigma_makes_graded_rows() -> None:
    for sigma in (uat.tanh, uat.gauss_cdf, uat.cauchy_cdf):
        network, _ = build(uat.examples.kink, 1e-2, sigma)
        assert uat.certify(uat.examples.kink, network).bound < 1e-2


def test_the_same_question_has_the_same_answer() -> None:
    assert build(OFF_CENTRE, 1e-2)[0] == build(OFF_CENTRE, 1e-2)[0]


def test_too_many_units_are_given_up() -> None:
    with pytest.raises(CannotProve, match="no graded row of up to 400 units"):
        build(uat.examples.takagi, 1e-3)
    with pytest.raises(CannotProve, match="no graded row of up to 3 units"):
        build(uat.examples.kink, 1e-3, most=3)


def test_other_shapes_are_tried_where_few_units_are_allowed() -> None:
    assert build(uat.examples.sqrt_abs, 0.1, most=10)[0].units <= 10
