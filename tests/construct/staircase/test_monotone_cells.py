"""Cells of a function of one coordinate: they hold its values, and say truly where it rises."""

import math
from typing import Any

import numpy as np
import pytest

import uat
from tests.oracles.exact import exact_target, mp
from uat.construct.staircase import monotone_cells as monotone
from uat.construct.staircase.monotone_cells import (
    Cells,
    between_places,
    cells_of,
    floats_at,
    halfway,
    places_of,
    sampled_cells,
)
from uat.construct.staircase.pieces import partition
from uat.core.target import Target

FORMULAS = [
    ("0.2 + 0.4*x**2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)", (0.0, 1.0)),
    ("abs(x - 0.3)", (-1.0, 1.0)),
    ("sqrt(abs(x))", (-1.0, 1.0)),
    ("max(sin(3*x), 0.2)", (-2.0, 2.0)),
    ("exp(-x**2)*cos(9*x)", (-3.0, 2.0)),
    ("tanh(1e6*(x - 0.1))", (0.0, 1.0)),
    ("x**3", (-1e-6, 1e-6)),
    ("min(x, 1 - x)", (-5.0, 7.0)),
    ("arctan(1e4*x) + x", (-1.0, 3.0)),
    ("3", (0.0, 1.0)),
]


def make(text: str, domain: tuple[float, float], flat: float = 1e-3) -> Cells:
    return cells_of(Target(text, domain), flat)


@pytest.mark.parametrize(("text", "domain"), FORMULAS)
def test_cells_cover_the_domain_and_hold_the_values(text: str, domain: Any) -> None:
    cells, exact = make(text, domain), exact_target(text)
    assert (cells.edges[0], cells.edges[-1]) == domain
    assert (np.diff(cells.edges) > 0).all()
    rng = np.random.default_rng(0)
    some = rng.choice(len(cells.lo), min(200, len(cells.lo)), replace=False)
    for i in some:
        for share in (0.0, rng.random(), 1.0):
            x = cells.edges[i] * (1 - share) + cells.edges[i + 1] * share
            value = exact(float(np.clip(x, cells.edges[i], cells.edges[i + 1])))
            assert mp.mpf(float(cells.lo[i])) <= value <= mp.mpf(float(cells.hi[i]))


@pytest.mark.slow
@pytest.mark.parametrize(("text", "domain"), FORMULAS)
def test_f_rises_and_falls_where_the_cells_say_so(text: str, domain: Any) -> None:
    cells, exact = make(text, domain), exact_target(text)
    rng = np.random.default_rng(1)
    for i in rng.choice(len(cells.lo), min(100, len(cells.lo)), replace=False):
        if cells.rising[i]:
            inner = np.sort(cells.edges[i] + np.diff(cells.edges)[i] * rng.random(4))
            x = np.clip([cells.edges[i], *inner, cells.edges[i + 1]], *cells.edges[i : i + 2])
            values = [exact(v) * int(cells.rising[i]) for v in x.tolist()]
            assert values == sorted(values)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "domain"), FORMULAS)
def test_ranges_hold_every_value_and_little_more(text: str, domain: Any) -> None:
    flat, (a, b) = 1e-3, domain
    cells, exact = make(text, domain, flat), exact_target(text)
    rng = np.random.default_rng(2)
    ends = np.sort(a + (b - a) * rng.random((40, 2)), axis=1)
    ends[:4] = [[a, b], [a, a], [b, b], [a, np.nextafter(a, b)]]
    ends[4:8] = np.sort(rng.choice(cells.edges, (4, 2)), axis=1)
    ends[8:12, 1] = np.nextafter(ends[8:12, 0], b)
    lo, hi = cells.ranges(ends[:, 0], ends[:, 1])
    for (left, right), low, high in zip(ends, lo.tolist(), hi.tolist(), strict=True):
        inner = np.unique(np.clip(np.linspace(left, right, 24), left, right))
        values = [exact(x) for x in inner.tolist()]
        assert mp.mpf(low) <= min(values)
        assert max(values) <= mp.mpf(high)
        points = np.append(np.linspace(left, right, 2001), np.clip(0.0, left, right))
        dense = np.asarray(cells.target(points))
        assert low >= dense.min() - 2 * flat - 1e-4 * np.ptp(dense)
        assert high <= dense.max() + 2 * flat + 1e-4 * np.ptp(dense)


def test_a_part_of_a_flat_cell_is_enclosed_by_itself() -> None:
    cells = cells_of(Target("abs(x)", (-1, 1.5)), 0.5)
    flat = np.flatnonzero(cells.rising == 0)
    assert len(flat) == 1
    lo, hi = cells.ranges(np.array([0.001]), np.array([0.002]))
    assert (lo[0], hi[0]) == (pytest.approx(0.001), pytest.approx(0.002))
    assert cells.hi[flat[0]] > 0.01


def test_cells_of_a_modulus_are_flat_and_say_on_what_they_rest() -> None:
    target = Target(np.abs, (-1, 1), modulus=1.0, traced=False)
    cells = cells_of(target, 0.01)
    assert cells.by_modulus
    assert not cells.rising.any()
    assert (cells.hi - cells.lo).max() <= 0.02
    x = np.linspace(-1, 1, 999)
    lo, hi = cells.ranges(x, x)
    assert ((lo <= np.abs(x)) & (np.abs(x) <= hi)).all()
    assert (hi - lo).max() < 1e-14


@pytest.mark.slow
def test_a_formula_too_wild_for_cells_goes_by_its_modulus() -> None:
    cells = cells_of(Target("sin(1e5*x)", (0, 1), modulus=1e5), 1e-2)
    assert cells.by_modulus
    with pytest.raises(uat.CannotProve, match="varies too fast: more than 400,000 cells"):
        cells_of(Target("sin(3e6*x)", (0, 1)), 1e-2)


def test_a_modulus_that_needs_too_many_cells_is_refused() -> None:
    target = Target(lambda x: 0 * x, (0, 1), modulus=1e9, traced=False)
    with pytest.raises(uat.CannotProve, match="more than 4,000,000 cells"):
        cells_of(target, 1e-3)


def test_an_f_with_neither_formula_nor_modulus_is_refused() -> None:
    with pytest.raises(uat.CannotProve, match="modulus"):
        cells_of(Target(lambda x: 0 * x, (0, 1), traced=False), 1e-3)


@pytest.mark.slow
def test_a_fast_wave_is_refused_before_much_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []
    describe = monotone._described

    def counting(f: Any, left: Any, right: Any) -> Any:
        looked_at.append(len(left))
        return describe(f, left, right)

    monkeypatch.setattr(monotone, "_described", counting)
    with pytest.raises(uat.CannotProve, match="varies too fast"):
        make("sin(1e8*x)", (0.0, 1.0))
    assert sum(looked_at) < 20_000


@pytest.mark.parametrize("text", ["where(x < 0.3, 0, 1)", "sign(x - 0.5)", "where(x == 0.5, 1, 0)"])
def test_a_jump_is_not_taken_for_continuous(text: str) -> None:
    with pytest.raises(uat.CannotProve, match="not proved continuous near x = 0"):
        make(text, (0.0, 1.0))


def test_what_is_not_bounded_is_refused() -> None:
    with pytest.raises(uat.UatError, match="finite on the whole box"):
        make("1/(x - 0.3)", (0.0, 1.0))


def test_a_jump_smaller_than_what_may_be_flat_does_no_harm() -> None:
    cells = make("where(x < 0.3, 0, 1e-4)", (0.0, 1.0), flat=1e-3)
    assert (cells.hi - cells.lo).max() <= 1e-3


def test_a_cusp_needs_few_cells_down_to_the_smallest_floats() -> None:
    cells = make("abs(x)**0.01", (-1.0, 1.0), flat=1e-2)
    assert len(cells.lo) < 2000
    assert np.abs(cells.edges[cells.edges != 0]).min() < 1e-200
    lo, hi = cells.ranges(np.array([1e-250]), np.array([1e-200]))
    assert (lo[0], hi[0]) == (pytest.approx(1e-250**0.01), pytest.approx(1e-200**0.01))


def test_halfway_halves_the_order_of_floats() -> None:
    left = np.array([1.0, -1.0, 0.0, -5e-324, -4.0, 1.0])
    right = np.array([1.0 + 2**-50, 1.0, 5e-324, 5e-324, -1.0, np.nextafter(1, 2)])
    middle = halfway(left, right)
    assert middle.tolist() == [1.0 + 2**-51, 0.0, 0.0, 0.0, -2.0, 1.0]
    low, high, value = np.array([-1e300]), np.array([1e300]), 1e-200
    for _ in range(65):
        middle = halfway(low, high)
        low, high = np.where(middle < value, middle, low), np.where(middle < value, high, middle)
    assert np.nextafter(low, high) == high == value


def test_domains_of_a_few_floats_have_cells_too() -> None:
    a = 1e9
    b = a + 3 * math.ulp(a)
    cells = make("x", (a, b))
    assert len(cells.lo) == 3
    lo, hi = cells.ranges(np.array([a]), np.array([b]))
    assert lo[0] <= a < b <= hi[0]


@pytest.mark.slow
def test_samples_make_cells_that_prove_nothing() -> None:
    cells = sampled_cells(Target(np.vectorize(math.sin), (0, 3)), 1e-3)
    assert cells.sampled
    lo, hi = cells.ranges(np.array([0.0]), np.array([3.0]))
    assert (lo[0], hi[0]) == (0, pytest.approx(1))
    steep = sampled_cells(Target(np.vectorize(lambda x: math.tanh(1e9 * (x - 0.5))), (0, 1)), 1e-3)
    assert len(steep.lo) == 1 << 20


@pytest.mark.slow
@pytest.mark.parametrize("place", [0.3, 0.5])
def test_a_jump_among_samples_is_a_narrow_cell_of_its_own(place: float) -> None:
    cells = sampled_cells(Target(lambda x: np.sign(x - place), (0, 1), traced=False), 1e-3)
    (cell,) = np.flatnonzero(cells.rising == 0)
    left, right = cells.edges[cell : cell + 2]
    assert left < place < right < left + 1e-14
    assert cells.lo[cell] == cells.hi[cell] == 1
    assert (cells.hi[:cell] == -1).all()
    assert (cells.lo[cell:] == 1).all()


EXTREMES = [-np.inf, -1.7e308, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1e-300, 1.0, 1.7e308, np.inf]


def test_places_number_the_floats_in_their_order() -> None:
    x = np.array([*EXTREMES, *np.random.default_rng(0).normal(size=200)])
    x = np.sort(x)
    places = places_of(x)
    assert (np.diff(places) >= 0).all()
    assert (floats_at(places) == x).all()
    ups = np.nextafter(x[x < np.inf], np.inf)
    assert (places_of(ups) - places[x < np.inf] == 1).all()


@pytest.mark.slow
@pytest.mark.parametrize("p", EXTREMES)
@pytest.mark.parametrize("q", EXTREMES)
def test_halfway_is_that_of_whole_numbers_of_any_size(p: float, q: float) -> None:
    one, other = (int(places_of(np.array([each]))[0]) for each in (p, q))
    middle = between_places(places_of(np.array([p])), places_of(np.array([q])))
    assert int(middle[0]) == (one + other) // 2


def test_breaks_are_where_f_leaves_its_piece() -> None:
    breaks = partition(Target("x**3", (-2, 2)), 0.01).breakpoints
    # a piece may be longer by a few roundings of f
    wanted = -8 + (0.02 + 4 * np.spacing(8.0)) * np.arange(1, len(breaks) + 1)
    assert np.abs(breaks**3 - wanted).max() < 1e-13


def test_cells_kept_for_the_next_eps_are_those_made_anew() -> None:
    target = Target("sin(3*x) + abs(x)", (-2, 2))
    first = [cells_of(target, flat) for flat in (1e-2, 1e-3, 1e-2)]
    monotone._described_before.cache_clear()
    again = cells_of(target, 1e-2)
    for kept in (first[0], first[2]):
        for name in ("edges", "lo", "hi", "rising"):
            assert (getattr(kept, name) == getattr(again, name)).all()
