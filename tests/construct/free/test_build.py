"""Free units: fewer than the start, proved, the same each time, and never an unproved network."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
import pytest

import uat
from tests.numerics.executors import Mortal
from uat.construct.comb.build import build as build_comb
from uat.construct.free import build
from uat.construct.free.build import EFFORTS, Effort, Proved, _Ways, fewer
from uat.construct.free.refine import Budget, Found
from uat.core.certificate import Certificate
from uat.testing import assert_within_eps

WAVE = uat.Target("sin(3*x) + x**2", (-1, 2))


def proof_of(network: uat.Network) -> Certificate:
    return uat.certify(WAVE, network)


@cache
def start() -> Proved:
    network, _ = build_comb(WAVE, 5e-4)
    return network, proof_of(network)


@cache
def found() -> tuple[Proved, list[Proved]]:
    """What a search finds, and what it tells on its way."""
    told: list[Proved] = []
    return fewer(WAVE, 1e-3, start(), proof_of, report=told.append), told


@pytest.mark.slow
def test_fewer_units_are_proved_and_the_same_each_time() -> None:
    network, proof = found()[0]
    assert network.units < start()[0].units
    assert proof.bound < 1e-3
    assert_within_eps(WAVE, network, None, proof.bound)
    assert fewer(WAVE, 1e-3, start(), proof_of)[0] == network


@pytest.mark.slow
@pytest.mark.parametrize("work", [1e8, 2e7, 3e6])
def test_ways_down_end_where_they_do_one_after_the_other(
    work: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    effort = Effort((work,) * 3, (1e-4, 1e-2), 10.0, 1, 20, 2, again=False)
    monkeypatch.setitem(EFFORTS, "thorough", effort)
    told: list[list[Proved]] = [[], []]
    mortal = Mortal()
    for executor, heard in zip((None, mortal), told, strict=True):
        fewer(WAVE, 1e-3, start(), proof_of, "thorough", heard.append, executor)
    assert mortal.tasks >= 2
    alone, shared = ([network for network, _ in heard] for heard in told)
    assert alone == shared
    assert alone or work < 1e8


def test_a_budget_says_with_how_little_its_parts_would_be_as_large() -> None:
    budget = Budget(100.0)
    budget.remaining -= 10
    with budget.part(0.8) as part:
        part.remaining -= 60
    assert (budget.spent, budget.needed) == (70, 10 + 60 / 0.8)
    enough, too_little = Budget(86.0), Budget(84.0)
    for budget, is_enough in ((enough, True), (too_little, False)):
        budget.remaining -= 10
        with budget.part(0.8) as part:
            assert (part.remaining >= 60) == is_enough


@pytest.mark.slow
@pytest.mark.parametrize("work", [1.17218e8, 3e8])
def test_a_jump_that_the_work_left_would_end_is_tried_again(
    work: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    effort = Effort((work,) * 3, (1e8, 1e-4), 100.0, 2, 120, 0, again=False)
    monkeypatch.setitem(EFFORTS, "normal", effort)
    target, eps = uat.Target("1/(1 + exp(-4*x)) + 0.001*sin(9*x)", (-1, 2)), 1.05e-3
    network, _ = build_comb(target, eps / 2, uat.softplus)
    begun = network, uat.certify(target, network)
    alone, shared = (
        fewer(target, eps, begun, partial(uat.certify, target), executor=executor)[0]
        for executor in (None, Mortal())
    )
    assert alone == shared


@pytest.mark.slow
def test_quick_is_the_start_itself() -> None:
    begun = start()
    assert fewer(WAVE, 1e-3, begun, proof_of, "quick") is begun


@pytest.mark.slow
def test_a_network_that_is_not_proved_is_never_the_answer() -> None:
    begun = start()
    asked: list[int] = []

    def refuse(network: uat.Network) -> Certificate:
        asked.append(network.units)
        return replace(uat.certify(WAVE, network), upper=2e-3)

    assert fewer(WAVE, 1e-3, begun, refuse) is begun
    assert asked
    assert max(asked) < begun[0].units


def test_a_network_that_cannot_be_proved_is_passed_over() -> None:
    begun = start()

    def fail(_: uat.Network) -> Certificate:
        raise uat.CannotProve("no bound")

    assert fewer(WAVE, 1e-3, begun, fail) is begun


def test_efforts_grow() -> None:
    work = np.array([effort.work for effort in EFFORTS.values()])
    assert (np.diff(work, axis=0) > 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [uat.gompertz, uat.algebraic])
def test_soft_activations_of_every_tail_have_free_units(sigma: uat.Activation) -> None:
    comb = uat.approximate(uat.examples.runge, eps=1e-3, activation=sigma, method="comb")
    free = uat.approximate(uat.examples.runge, eps=1e-3, activation=sigma, method="free")
    assert free.units < comb.units


@pytest.mark.slow
def test_a_plane_needs_fewer_units_too() -> None:
    target = uat.Target("exp(-x**2 - 2*y**2)*cos(2*x + y)", [(-1, 1)] * 2)
    free = uat.approximate(target, eps=0.2)
    assert free.method == "free"
    ridges = dict(free.tried)["ridge"]
    assert free.units < 0.7 * int(ridges.split()[0])
    assert_within_eps(target, free.network, None, 0.2)


@pytest.mark.slow
def test_each_smaller_network_is_reported() -> None:
    answer, told = found()
    units = [network.units for network, _ in told]
    assert units == sorted(set(units), reverse=True)
    assert told[-1] == answer


@pytest.mark.slow
def test_more_effort_needs_no_more_units_and_begins_with_what_less_effort_finds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    less = replace(EFFORTS["thorough"], penalties=(1e-4,), tries=1, exchanges=4)
    monkeypatch.setitem(EFFORTS, "thorough", less)
    told: list[Proved] = []
    normal = found()[0]
    thorough = fewer(WAVE, 1e-3, start(), proof_of, "thorough", told.append)
    assert normal in told
    assert thorough == told[-1]
    assert thorough[0].units <= normal[0].units
    assert_within_eps(WAVE, thorough[0], None, thorough[1].bound)


@pytest.mark.slow
def test_exchanged_units_lead_to_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    units = []
    for exchanges in (0, 6):
        effort = Effort((3e9,) * 3, (1e-4,), 10.0, 1, 60, exchanges, again=False)
        monkeypatch.setitem(EFFORTS, "normal", effort)
        units.append(fewer(WAVE, 1e-2, start(), proof_of)[0].units)
    assert units[1] < units[0]


def little_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    effort = Effort((2e7,) * 3, (1e-2,), 10.0, 1, 20, 0, again=False)
    monkeypatch.setitem(EFFORTS, "normal", effort)


def test_an_interrupt_on_the_way_down_comes_after_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    little_effort(monkeypatch)
    told: list[Proved] = []

    def interrupted(network: uat.Network) -> Certificate:
        if told:
            raise KeyboardInterrupt
        return proof_of(network)

    with pytest.raises(KeyboardInterrupt):
        fewer(WAVE, 1e-3, start(), interrupted, report=told.append)
    ((network, proof),) = told
    assert network.units < start()[0].units
    assert proof.bound < 1e-3


@pytest.mark.slow
def test_proofs_that_fail_on_the_way_down_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    little_effort(monkeypatch)
    gone: list[int] = []
    way = _Ways.down

    def counted(*arguments: Any) -> Iterator[Found]:
        for found in way(*arguments):
            gone.append(found.units)
            yield found

    monkeypatch.setattr(_Ways, "down", counted)
    monkeypatch.setattr(build, "_FAILURES", 1)
    fewer(WAVE, 1e-3, start(), proof_of)
    to_the_end = len(gone)
    gone.clear()

    def fail(_: uat.Network) -> Certificate:
        raise uat.CannotProve("no bound")

    assert fewer(WAVE, 1e-3, start(), fail) is start()
    assert 0 < len(gone) < to_the_end
