"""Powers of two at least, and at most, as large as a number."""

import numpy as np

from uat.numerics.powers_of_two import power_of_two_at_least, power_of_two_at_most


def test_powers_of_two_are_rounded_up() -> None:
    assert [power_of_two_at_least(v) for v in (1.0, 1.0000001, 3, 0.3, 5e-324, 2.0**1023)] == [
        1, 2, 4, 0.5, 5e-324, 2.0**1023,
    ]  # fmt: skip
    assert [power_of_two_at_least(v) for v in (0.0, -1.0, 1.1e308, np.inf)] == [np.inf] * 4


def test_rounding_down_to_a_power_of_two() -> None:
    assert [power_of_two_at_most(v) for v in (1.0, 1.9999999, 3, 0.3, 5e-324, 1.7e308)] == [
        1.0, 1.0, 2.0, 0.25, 5e-324, 2.0**1023,
    ]  # fmt: skip
    assert power_of_two_at_most(np.inf) == np.inf
