"""The long search in many coordinates, for a short time: it ends, and refutes what is wrong."""

import re
from dataclasses import replace

import pytest

from tests.counterexamples import many_coordinates as run
from uat import Certificate


def test_a_few_trials_find_no_violation(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--trials", "500", "--rng", "11"]) == 0
    assert re.search(r"512 trials, no violation: 1 problems", capsys.readouterr().out)


def test_it_stops_at_a_bound_that_is_too_small() -> None:
    def boast(problem: run.Problem) -> Certificate:
        found = run.certified(problem)
        return replace(found, upper=0.999 * found.lower, lower=0.0)

    with pytest.raises(AssertionError):
        run.main(["--trials", "500", "--rng", "11"], boast)
