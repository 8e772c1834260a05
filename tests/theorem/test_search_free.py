"""The search tells its way, and what is proved when it is interrupted is not lost."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import pytest

import uat
from uat.construct.free.build import Proved, fewer
from uat.theorem import search_free
from uat.theorem.approximation import Outcome
from uat.theorem.methods import METHODS
from uat.theorem.search_free import Interrupted

Report = Callable[[str, Proved], None]


def interrupted_after(monkeypatch: pytest.MonkeyPatch, networks: int) -> None:
    """Press Ctrl-C when so many smaller networks are proved."""

    def searched(*arguments: Any) -> Proved:
        target, eps, start, prove, effort, report, executor = arguments
        left = networks

        def stop(proved: Proved) -> None:
            nonlocal left
            report(proved)
            left -= 1
            if not left:
                raise KeyboardInterrupt

        if not left:
            raise KeyboardInterrupt
        return fewer(target, eps, start, prove, effort, stop, executor)

    monkeypatch.setattr(search_free, "fewer", searched)


@pytest.mark.slow
def test_what_was_tried_says_how_the_fewest_units_were_found() -> None:
    g = uat.approximate("sin(3*x) + x**2", (-1, 2), eps=1e-3, method="free")
    ((name, told),) = g.tried
    assert name == "free"
    assert ", by way of " in told
    assert f" of {g.units} (" in told or f", then {g.units} (" in told


@pytest.mark.slow
@pytest.mark.parametrize("method", ["auto", "free"])
def test_an_interrupt_brings_the_best_network_that_is_proved(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    quick = uat.approximate("sin(3*x) + x**2", (-1, 2), 1e-3, method=method, effort="quick")
    interrupted_after(monkeypatch, 1)
    with pytest.raises(Interrupted) as caught:
        uat.approximate("sin(3*x) + x**2", (-1, 2), 1e-3, method=method)
    best = caught.value.best
    assert isinstance(caught.value, KeyboardInterrupt)
    assert best.units < quick.units
    assert best.certificate is not None
    assert best.certificate.bound < 1e-3
    assert "by way of" in dict(best.tried)["free"]


@pytest.mark.slow
@pytest.mark.parametrize("f", ["sin(3*x) + x**2", ("sin(x)", "cos(x)")])
def test_an_early_interrupt_brings_the_network_before_the_search(
    monkeypatch: pytest.MonkeyPatch, f: Any
) -> None:
    quick = uat.approximate(f, (-1, 2), 1e-2, effort="quick")
    interrupted_after(monkeypatch, 0)
    with pytest.raises(Interrupted) as caught:
        uat.approximate(f, (-1, 2), 1e-2)
    assert caught.value.best.network == quick.network
    assert dict(caught.value.best.tried)["free"].startswith("interrupted")


def interrupting(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def test_an_interrupt_between_two_methods_brings_the_network_of_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = uat.approximate("sin(x)", (0, 3), 0.1, method="staircase")
    monkeypatch.setitem(METHODS, "comb", replace(METHODS["comb"], prove=interrupting))
    with pytest.raises(Interrupted) as caught:
        uat.approximate("sin(x)", (0, 3), 0.1)
    assert caught.value.best.network == first.network
    assert caught.value.best.tried[-1] == ("comb", "interrupted")


@pytest.mark.slow
def test_an_interrupt_while_the_search_begins_brings_the_network_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = uat.approximate("sin(x)", (0, 3), 0.1, effort="quick")
    monkeypatch.setattr(search_free, "_starts", interrupting)
    with pytest.raises(Interrupted) as caught:
        uat.approximate("sin(x)", (0, 3), 0.1)
    assert caught.value.best.network == quick.network


def test_an_interrupt_before_the_first_proof_has_no_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(METHODS, "staircase", replace(METHODS["staircase"], prove=interrupting))
    with pytest.raises(KeyboardInterrupt) as caught:
        uat.approximate("sin(x)", (0, 3), 0.1, method="staircase")
    assert not isinstance(caught.value, Interrupted)


@pytest.mark.slow
def test_what_was_tried_has_its_numbers_beside_its_words() -> None:
    g = uat.approximate("sin(3*x) + x**2", (-1, 2), eps=0.05)
    kept = dict(g.tried)[g.method]
    assert isinstance(kept, Outcome)
    assert (kept.units, kept.bound) == (g.units, g.certificate.bound if g.certificate else None)
    assert pickle.loads(pickle.dumps(kept)).bound == kept.bound
    refused = dict(uat.approximate("x", (0, 1), 0.1, activation="heaviside").tried)
    assert all(isinstance(outcome, Outcome) for outcome in refused.values())


def test_of_a_sigma_with_a_kink_it_is_said_that_it_is_not_soft() -> None:
    g = uat.approximate("x**2", (0, 1), 1e-5, "relu")
    assert g.units > search_free._RIVAL
    assert dict(g.tried)["free"].startswith("free needs a soft σ, and relu has a jump or a kink")
