"""The linear forms of a formula are found exactly, and f is its branches between their kinks."""

from fractions import Fraction

import numpy as np
import pytest

from uat.expression.parse import parse
from uat.proof.joint.forms import kinks_along_one_form


@pytest.mark.parametrize(
    ("text", "direction", "places"),
    [
        ("max(x, y)", (1, -1), [0]),
        (
            "abs(2*x - y/4 - 1) + max(8*x - y, 0.5)",
            (1, Fraction(-1, 8)),
            [Fraction(1, 16), Fraction(1, 2)],
        ),
        ("min(x, 1 - y) * exp(x)", (1, 1), [1]),
        ("abs(x - 0.5) + y**2", (1, 0), [Fraction(1, 2)]),
        ("abs(x/3 - y)", (Fraction(-1, 3), 1), [0]),
        ("sign(x + y)*(x + y)", (1, 1), [0]),
        ("abs(x - y) + abs(3*x - 3*y) + abs(1 - x + y)", (1, -1), [0, 1]),
    ],
)
def test_kinks_along_one_form(text: str, direction: object, places: list[object]) -> None:
    f = parse(text)
    kinks = kinks_along_one_form(f, 2)
    assert kinks is not None
    assert kinks.direction == direction
    assert list(kinks.places) == places
    weights = np.array([float(w) for w in kinks.direction])
    x = np.random.default_rng(0).uniform(-2, 2, (200, 2))
    between = np.searchsorted([float(p) for p in kinks.places], x @ weights)
    values = np.stack([np.broadcast_to(branch(*x.T), 200) for branch in kinks.branches])
    np.testing.assert_allclose(values[between, np.arange(200)], f(*x.T), atol=1e-12)


def test_the_value_at_a_jump_is_a_branch_of_its_own() -> None:
    kinks = kinks_along_one_form(parse("sign(x - y)**2"), 2)
    assert kinks is not None
    assert [branch(0.3, 0.3) for branch in (*kinks.branches, *kinks.at)] == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    "text", ["abs(x) + abs(y)", "abs(x*y)", "abs(abs(x - y) - 1)", "sin(x + y)", "max(x, y**2)"]
)
def test_several_forms_and_curved_kinks_are_none(text: str) -> None:
    assert kinks_along_one_form(parse(text), 2) is None
