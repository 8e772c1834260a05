"""The cells leave to Coq what is left of f − g, and nothing is lost between them."""

from collections.abc import Iterable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uat
from uat.interchange.coq.cells import Cell, Plan, Unit, plan
from uat.interchange.coq.sigmas import SIGMAS, Settling

numbers = st.floats(-64, 64).map(lambda v: round(v, 6))


def settling_of(name: str) -> Settling:
    found = SIGMAS[name].settling
    assert found is not None
    return found


def summed(units: Iterable[Unit], x: float, sigma: uat.Activation) -> float:
    """Add up units at x, whose arguments are exact: next to a step, rounding may go past it."""
    exact = ((a, Fraction(b) * Fraction(x) + Fraction(c)) for a, b, c in units)
    return sum(a * float(sigma(float(u))) for a, u in exact)


def check_lines(planned: Plan, units: list[Unit], beside: float, sigma: uat.Activation) -> None:
    """Compare the lines of the cells with the network, at three points of each."""
    for cell in (*planned.cells, planned.there):
        for x in (cell.low, (cell.low + cell.high) / 2, cell.high):
            g = beside + summed(units, x, sigma)
            line = float(cell.c0 + cell.c1 * Fraction(x)) + summed(cell.active, x, sigma)
            size = 1 + abs(beside) + sum(abs(a) * (1 + abs(b * x) + abs(c)) for a, b, c in units)
            assert abs(g - line) <= 1e-9 * size


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in SIGMAS if SIGMAS[name].settling is not None])
@given(units=st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=5), beside=numbers)
def test_settled_units_are_a_line_on_each_cell(name: str, units: list[Unit], beside: float) -> None:
    planned = plan(units, beside, (-1.0, 2.0), 1e3, 0.75, settling_of(name), [0.5])
    ends = [cell.low for cell in planned.cells] + [2.0]
    assert ends[0] == -1.0
    assert ends == sorted(ends)
    assert 0.5 in ends
    assert [cell.high for cell in planned.cells] == ends[1:]
    assert all(0 < cell.bound <= 1e3 for cell in planned.cells)
    assert (planned.there.low, planned.there.high) == (0.75, 0.75)
    assert 0 <= planned.there.bound <= 1e-16
    check_lines(planned, units, beside, getattr(uat, name))


def test_straight_units_are_settled_everywhere() -> None:
    units = [(1.0, 3.0, -1.0), (-2.0, -7.0, 3.0), (0.5, 0.0, 1.0)]
    planned = plan(units, 0.25, (0.0, 1.0), 1.0, 0.5, settling_of("relu"))
    assert len(planned.cells) == 3
    assert not any(cell.active for cell in planned.cells)
    assert min(cell.bound for cell in planned.cells) > 1 - 1e-12


def test_a_bound_below_the_tails_is_refused() -> None:
    with pytest.raises(
        uat.CannotProve, match="past the bound: by cells it cannot be proved for Coq"
    ):
        plan([(1.0, 1e6, 0.0)] * 8, 0.0, (-1.0, 1.0), 1e-29, 0.0, settling_of("logistic"))


def test_few_steep_units_stay_on_one_cell() -> None:
    def cells(name: str, slope: float, cuts: tuple[float, ...] = ()) -> list[Cell]:
        units = [(1.0, slope, -slope * x) for x in (0.125, 0.375, 0.625, 0.875)]
        return plan(units, 0.0, (0.0, 1.0), 9.0, 0.5, settling_of(name), cuts).cells

    (whole,) = cells("logistic", 2.0**20)
    assert whole.steep
    assert len(whole.active) == 4
    assert [cell.high for cell in cells("logistic", 2.0**20, (0.5,))] == [0.5, 1.0]
    for name, slope in [("logistic", 640.0), ("softplus", 2.0**20), ("heaviside", 1.0)]:
        apart = cells(name, slope)
        assert len(apart) >= 9
        assert not any(cell.steep for cell in apart)
        assert max(len(cell.active) for cell in apart) == 1
