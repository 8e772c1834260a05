"""f − g is the same after it is written another way, and what f and g have in common is gone."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

import uat
from tests.proof.joint.values_in_balls import BITS, formula, network_value
from uat import Network, Target
from uat.proof.joint.rewrite import rewritten

UNITS = Network.from_units(
    [1.5, -2.0, 0.25], [[1.0, 2.0, -1.0], [0.5, 0.0, 3.0], [1.0, 2.0, -1.0]], [0.1, -1, 0], uat.tanh
)
SHARED = (
    "sin(x*y) - 2*tanh(0.5*x + 3*z - 1) + 3*(tanh(x + 2*y - z + 0.1) - y)/2 - tanh(x*y)"
    " + tanh(x)*tanh(y) + 0.1*tanh(0.3*(x + 0.1*y))"
)
BENT = Network.from_units(
    [1.0, 1.0, 1.0, 0.5], [[1, 1, 1], [-1, -1, -1], [1, 0, 0], [0, 0, 0]], [-1, 1, 0, 2], uat.relu
)


def check_the_difference(text: str, network: Network) -> tuple[uat.Network, str]:
    target = Target(text, [(0, 1), (-1, 1), (0.5, 2)])
    assert target.expression is not None
    f, g, kinks = rewritten(target, target.expression, network)
    rng = np.random.default_rng(0)
    with ctx.workprec(BITS):
        for share in rng.random((20, 3)):
            place = [
                arb(v) for v in (target.lower + share * (target.upper - target.lower)).tolist()
            ]
            before = formula(target.expression)(place) - network_value(network)(place)
            after = formula(f)(place) - network_value(g)(place)
            assert abs(before - after).upper() < arb(2) ** -100
            if kinks is not None:
                form = sum(float(w) * v for w, v in zip(kinks.direction, place, strict=True))
                branch = kinks.branches[sum(form > arb(float(p)) for p in kinks.places)]
                after = formula(branch)(place) - network_value(g)(place)
                assert abs(before - after).upper() < arb(2) ** -100
    return g, str(f)


def test_units_that_stand_in_f_join_those_of_the_network() -> None:
    network, _ = check_the_difference(SHARED, UNITS)
    assert network.layers[1].weight.tolist() == [[0.25]]


def test_units_that_stand_beside_a_kink_leave_its_branches_too() -> None:
    f = "abs(x - 2*y) + 1.5*tanh(x + 2*y - z + 0.1) - 2*tanh(0.5*x + 3*z - 1)"
    network, _ = check_the_difference(f, UNITS)
    assert network.units == 1
    certificate = uat.certify(f, UNITS, [(0, 1)] * 3, cells=200)
    assert 1.5 < certificate.lower <= certificate.upper < 1.02 * certificate.lower


@pytest.mark.parametrize("text", ["abs(x + y + z - 1) + x", "abs(x - 5) + z", "max(x*1, -1) + y*z"])
def test_units_with_kinks_join_f(text: str) -> None:
    check_the_difference(text, BENT)


def test_an_f_that_is_the_network_is_proved_to_be() -> None:
    f = "1.5*tanh(x + 2*y - z + 0.1) - 2*tanh(0.5*x + 3*z - 1) + 0.25*tanh(x + 2*y - z)"
    assert uat.certify(f, UNITS, [(0, 1)] * 3).upper < 1e-100


@pytest.mark.slow
def test_an_exact_sum_of_relu_units_is_proved_to_rounding() -> None:
    sums = Network.from_units([1, 1, 1], [[1, 1, 1], [-1, -1, -1], [1, 0, 0]], [-1, 1, 0], uat.relu)
    certificate = uat.certify("abs(x + y + z - 1) + x", sums, [(0, 1)] * 3, cells=200)
    assert certificate.upper < 1e-12
    near = uat.certify("abs(x + y + z - 1) + x + y/8", sums, [(0, 1)] * 3, cells=200)
    assert Fraction(1, 8) <= Fraction(near.upper) < 0.12501


@pytest.mark.slow
def test_a_kink_at_the_rim_of_the_box_counts_as_none_and_a_jump_there_does_not() -> None:
    third = "0*x + 0*y"
    smooth = Network.from_units([1.0], [[1.0, 0.5, 0.0]], [0.0], uat.logistic)
    kink = uat.certify(f"abs(z) + {third}", smooth, [(0, 1)] * 3, cells=400)
    jump = uat.certify(f"z*sign(z) + {third}", smooth, [(0, 1)] * 3, cells=400)
    assert kink.upper < 1.01 * kink.lower
    assert jump.upper >= kink.lower
