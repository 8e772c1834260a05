"""A table of ranges contains every value of its function, on the whole line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uat.enclosure.range_table import RangeTable
from uat.expression.parse import parse


@pytest.mark.slow
@settings(max_examples=100)
@given(
    ends=st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
    share=st.floats(0, 1),
    text=st.sampled_from(["sin(x)", "x**3", "exp(-x**2)", "abs(x - 0.1)"]),
)
def test_a_table_of_ranges_contains_every_value(
    ends: tuple[float, float], share: float, text: str
) -> None:
    low, high = sorted(ends)
    bottom, top = RangeTable(parse(text))(np.array([low]), np.array([high]))
    value = parse(text)(min(max(low + share * (high - low), low), high))
    assert bottom[0] <= value <= top[0]


def test_a_table_covers_the_line() -> None:
    bottom, top = RangeTable(parse("exp(-x**2)"))(
        np.array([-np.inf, 3e9]), np.array([np.inf, np.inf])
    )
    assert bottom[0] >= 0
    assert 1 <= top[0] < 1.01
    assert top[1] < 1e-300
