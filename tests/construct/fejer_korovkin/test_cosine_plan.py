"""Plans for cosine sums: what was planned is built, few units do, and bad input is told."""

import math

import pytest

import uat
from tests.construct.fejer_korovkin.test_cosine_sum import SUMS
from uat.construct.fejer_korovkin.cosine_plan import build, plan
from uat.errors import CannotProve, InputError, UatError


@pytest.mark.parametrize("name", SUMS)
def test_plan_is_built(name: str) -> None:
    frequencies, cosines, reach = SUMS[name]
    made = plan(frequencies, cosines, reach, 1e-4)
    units = made.build()
    assert len(units.weights) == len(units.biases) == made.count
    assert units.bound == made.bound <= 1e-4
    assert build(frequencies, cosines, reach, 1e-4)[0].units in (made.count, made.count + 1)


def test_an_eps_above_all_waves_needs_no_unit() -> None:
    made = plan([0.0, 1.0, 2.0], [5.0, 0.25, -0.25], (0.0, 9.0), 0.75)
    assert (made.count, made.level) == (0, 5.0)
    assert made.bound == pytest.approx(0.5)
    network, bound = build([0.0, 1.0], [5.0, 0.25], (0.0, 9.0), 0.5)
    assert (network.units, network.as_function()(1.0)) == (1, 5.0)
    assert 0.25 <= bound <= 0.5


def test_digits_cost_few_units() -> None:
    counts = [plan([3.0], [1.0], (0.0, 3.0), eps).count for eps in (1e-2, 1e-4, 1e-8)]
    assert counts == sorted(counts)
    assert counts[2] < 100


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"cosines": [1.0, 2.0]}, InputError, "one number a term"),
        ({"cosines": [math.nan]}, InputError, "NaN"),
        ({"reach": (1.0, 1.0)}, InputError, "A < B"),
        ({"reach": (0.0, math.inf)}, InputError, "A < B"),
        ({"eps": 0.0}, InputError, "eps=0.0"),
        ({"activation": uat.gauss_cdf}, InputError, "logistic and tanh"),
        ({"eps": 1e-17}, CannotProve, "rounding"),
        ({"eps": 1e-300}, CannotProve, "rounding"),
        ({"frequencies": [0.0], "cosines": [1.0], "eps": 1e-30}, CannotProve, "rounding"),
    ],
    ids=["shape", "nan", "empty", "inf", "zero", "gauss", "small", "tiny", "constant"],
)
def test_bad_input_is_told(change: dict[str, object], error: type[UatError], words: str) -> None:
    given = {"frequencies": [1.0], "cosines": [1.0], "reach": (0.0, 1.0), "eps": 0.1, **change}
    with pytest.raises(error, match=words):
        plan(**given)  # type: ignore[arg-type]
