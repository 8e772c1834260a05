"""Descent as on the slides: every iterate is yielded, and agrees with the formula."""

from itertools import islice

import numpy as np
import pytest

from uat.expression.arrays import Array
from uat.train.descent import adam, gradient_descent, lbfgs
from uat.train.parameters import Residuals

VALLEY = np.array([1.0, 30.0])


def valley(w: Array) -> tuple[Residuals, Array]:
    """Σ c w², a long valley: c = 1 and 30."""
    return Residuals.of((np.sqrt(VALLEY * len(w)) * w)[:, None]), 2 * VALLEY * w


def test_gradient_descent_is_the_recap_of_the_lecture() -> None:
    """x² from −9 with rate 0.15: each iterate is 0.7 times the one before."""
    iterates = gradient_descent(lambda w: (Residuals.of(w[:, None]), 2 * w), np.array([-9.0]), 0.15)
    seen = [float(w[0]) for w, _ in islice(iterates, 6)]
    np.testing.assert_allclose(seen, -9 * 0.7 ** np.arange(6), rtol=1e-14)


def test_momentum_takes_a_part_of_the_last_step_again() -> None:
    rate, momentum, start = 0.01, 0.5, np.array([1.0, 1.0])
    seen = [w for w, _ in islice(gradient_descent(valley, start, rate, momentum), 8)]
    for before, now, after in zip(seen, seen[1:], seen[2:], strict=False):
        expected = now + momentum * (now - before) - rate * 2 * VALLEY * now
        np.testing.assert_allclose(after, expected, atol=1e-15)


def test_momentum_is_faster_in_a_valley() -> None:
    ends = [
        [r.loss for _, r in islice(gradient_descent(valley, np.ones(2), 0.015, m), 100)][-1]
        for m in (0.0, 0.5)
    ]
    assert ends[1] < 0.01 * ends[0]


def test_the_first_step_of_adam_has_length_rate_whatever_the_gradient() -> None:
    (start, _), (first, _) = islice(adam(valley, np.array([1.0, -1e-3]), rate=1e-4), 2)
    np.testing.assert_allclose(start - first, [1e-4, -1e-4], rtol=1e-6)


def test_adam_agrees_with_the_formula_of_its_paper() -> None:
    w, m, s = np.array([1.0, 1.0]), np.zeros(2), np.zeros(2)
    seen = [w for w, _ in islice(adam(valley, w, rate=0.1), 20)]
    for t in range(1, 20):
        g = 2 * VALLEY * w
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        w = w - 0.1 * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
        np.testing.assert_allclose(seen[t], w, rtol=1e-12)


def test_lbfgs_shows_each_iterate_and_finds_the_minimum() -> None:
    seen: list[tuple[Array, float]] = []
    reason = lbfgs(valley, np.ones(2), lambda w, r: seen.append((w, r.loss)))
    assert reason in ("converged", "stalled")
    assert len(seen) > 3
    losses = [loss for _, loss in seen]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 1e-20
    for w, loss in seen:
        assert loss == pytest.approx(valley(w)[0].loss)


def test_an_exception_of_the_callback_ends_lbfgs() -> None:
    class Enough(Exception):
        pass

    def watch(_: Array, residuals: Residuals) -> None:
        if residuals.loss < 1:
            raise Enough

    with pytest.raises(Enough):
        lbfgs(valley, np.ones(2), watch)
