"""A call with other arguments than a function takes is answered with one that is right."""

from typing import Any

import pytest

import uat
from uat.core.arguments import called_as

NETWORK = uat.Network.from_units([1.0], [1.0], [0.0], "tanh")


@pytest.mark.parametrize(
    ("function", "given", "named", "said"),
    [
        (uat.approximate, ("x", 0, 1), {"eps": 0.1}, r"'x', 0, 1, eps=0.1\) given; it .* \(0, 1\), eps=0.1"),
        (uat.approximate, ("x", (0, 1)), {"epsilon": 0.1}, "did you mean 'eps'"),
        (uat.certify, ("x", NETWORK, (0, 1)), {"eps": 1}, "its arguments are f, network, .* goal"),
        (uat.certify, ("x", NETWORK, 0, 1), {}, r"called as certify\(f, network, \(0, 1\)\)"),
        (uat.enclose, (NETWORK, 0, 1), {}, r"called as enclose\(network, \(0, 1\)\)"),
        (uat.fit, ([1.0, 2.0],), {}, r"^fit\(\[1.0, 2.0\]\) given; .* fit\(x, y"),
        (uat.fit_function, (), {}, r"^fit_function\(\) given"),
        (uat.count_regions, (NETWORK, 0, 1), {}, r"called as count_regions"),
        (uat.map_regions, (NETWORK, 0, 1), {}, r"called as map_regions"),
        (uat.region_bounds, (2, 8, 8), {}, r"^region_bounds\(2, 8, 8\) given; it is called as"),
        (uat.Network, ([1, 2],), {}, r"^Network\(\[1, 2\]\) given"),
        (uat.Affine, (), {"weights": 1}, r"^Affine\(weights=1\) given; did you mean 'weight'"),
        (uat.Network.from_units, ([1], [1]), {}, r"called as Network.from_units\(a, b, c, \"relu\"\)"),
        (NETWORK, (0.1, 0.2), {}, r"^network\(0.1, 0.2\) given; .* network.as_function\(\)\(x, y\)"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line_with_a_right_one(
    function: Any, given: tuple[Any, ...], named: dict[str, Any], said: str
) -> None:
    with pytest.raises(uat.WrongType, match=said) as refused:
        function(*given, **named)
    assert "\n" not in str(refused.value)


def test_an_error_within_the_function_stays_what_it_is() -> None:
    @called_as("fails(x)")
    def fails(x: Any) -> Any:
        return x + {}

    with pytest.raises(TypeError, match="unsupported operand") as refused:
        fails(1)
    assert not isinstance(refused.value, uat.UatError)
