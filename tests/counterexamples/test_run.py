"""The long search, for a short time: it ends, counts what it tried, and finds nothing."""

import re
from dataclasses import replace
from typing import Any

import pytest

import uat
from tests.counterexamples import run


def test_a_thousand_trials_find_no_violation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "ROUND", 5)
    assert run.main(["--trials", "1000", "--finest", "0.05", "--rng", "7"]) == 0
    assert re.search(r" s of processor: 1,\d{3} trials, no violation", capsys.readouterr().out)


def test_it_stops_at_the_first_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that claims a hundredth too little is refuted before long."""
    solve = run.solve

    def boast(problem: run.Problem) -> Any:
        answer = solve(problem)
        if isinstance(answer, uat.CannotProve) or answer.certificate is None:
            return answer
        less = replace(answer.certificate, upper=0.99 * answer.certificate.lower, lower=0.0)
        return replace(answer, certificates=(less,))

    monkeypatch.setattr(run, "solve", boast)
    with pytest.raises(AssertionError, match=r"\|f − g\| = .* > eps"):
        run.main(["--trials", "3000"])
