"""Networks that equal f in several coordinates, with the units that this needs."""

from typing import Any

import numpy as np
import pytest

import uat
from uat.checker import check, read
from uat.construct.polygon.build import build
from uat.testing import assert_within_eps

AROUND, POSITIVE = (-1, 1), (0, 1)
UNITS = [
    ("abs(x - y)", AROUND, 2),
    ("max(x, y)", AROUND, 3),
    ("max(x, y)", POSITIVE, 2),
    ("min(x, y) - 3", POSITIVE, 2),
    ("x - y", AROUND, 2),
    ("x + 2*y", POSITIVE, 1),
    ("0*x - 3 + 0*y", AROUND, 1),
    ("max(x, 0) - 0.3*max(y - 0.1, 0)", AROUND, 2),
    ("abs(x) + abs(y) + abs(x + y)", AROUND, 3),
    ("clip(x + 2*y, -1, 1)", AROUND, 3),
]
OWN = uat.sigmoidal(lambda u: np.clip(u, -2, 1) + 1.5, limits=(-0.5, 2.5), name="own")


@pytest.mark.parametrize(("f", "side", "units"), UNITS)
def test_f_has_the_fewest_units_that_equal_it(f: Any, side: Any, units: int) -> None:
    network, certificate = build(uat.Target(f, [side, side]), 1e-9)
    assert network.units == units
    assert certificate.upper < 1e-15


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [uat.relu, uat.ramp, uat.leaky_relu(-0.3), OWN])
@pytest.mark.parametrize(
    ("f", "box"),
    [
        ("max(x, y) + abs(0.1*x - y/3 - 0.2)", [(-1, 1), (-2, 1)]),
        ("abs(abs(x - y) - 0.5) + 0.1*x - where(x < z, z, x)", [(0, 3)] * 3),
        ("1e5*max(x, y) - 7", [(1e3, 1e3 + 1)] * 2),
        ("+".join(f"abs(x - {k}*y)" for k in range(12)), [AROUND] * 2),
    ],
)
def test_every_kinked_activation_equals_f_and_the_checker_confirms_it(
    f: Any, box: Any, sigma: Any, tmp_path: Any
) -> None:
    target = uat.Target(f, box)
    network, certificate = build(target, 1.0, sigma)
    assert certificate.bound < 1e-5
    assert_within_eps(target, network, None, certificate.bound)
    certificate.save(tmp_path / "proof.json")
    check(read(tmp_path / "proof.json"))


def test_several_outputs_share_their_units() -> None:
    g = uat.approximate(["abs(x - y)", "max(x, y)"], [POSITIVE] * 2, 1e-9, activation="relu")
    assert g.method == "polygon"
    assert g.units == 3
    assert g.fewest is None


@pytest.mark.slow
def test_auto_takes_it_first_and_goes_on_where_creases_end() -> None:
    g = uat.approximate("abs(x - y)", [AROUND] * 2, 0.5, activation="relu")
    assert (g.method, g.units, g.tried[0][0]) == ("polygon", 2, "polygon")
    other = uat.approximate("max(x, y, 0)", [AROUND] * 2, 0.5, activation="relu")
    assert other.method == "fejer-korovkin"
    assert "end inside the box" in other.tried[0][1]


def test_what_no_network_equals_is_refused_in_one_line() -> None:
    with pytest.raises(uat.CannotProve, match="no sum of piecewise linear functions"):
        build(uat.Target("x*y", [AROUND] * 2), 0.1)
    with pytest.raises(uat.InputError, match=r"logistic is none; take uat.relu or .* ridge"):
        build(uat.Target("x + y", [AROUND] * 2), 0.1, uat.logistic)


def test_weights_past_the_floats_are_refused() -> None:
    with pytest.raises(uat.CannotProve, match="range of float64"):
        build(uat.Target("abs(1e-300*x - 1e300*y)", [AROUND] * 2), 1e308, uat.ramp)
    with pytest.raises(uat.CannotProve, match="by rounding; take a larger eps"):
        build(uat.Target("max(x, y)", [AROUND] * 2), 1e-16)
