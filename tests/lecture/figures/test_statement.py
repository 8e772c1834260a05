"""What the theorem speaks of is drawn as it is: tails of σ, and an error below ε."""

import numpy as np
import pytest

from tests.lecture.words import picture
from uat.core.activations import cauchy_cdf, gompertz, logistic, ramp

KINDS = (cauchy_cdf, logistic, gompertz, ramp)


def test_the_tails_are_those_of_the_activations() -> None:
    axes = picture("sigmoidal-def", "en").axes[5]
    lowest, _ = axes.get_ylim()
    for line, activation in zip(axes.get_lines(), KINDS, strict=True):
        s, drawn = (np.asarray(values, dtype=float)[::50] for values in line.get_data())
        tail = np.array([activation.tail(float(at)) for at in s])
        seen = tail > lowest
        assert drawn[seen] == pytest.approx(tail[seen])
        assert (drawn[~seen] <= lowest).all()


def test_of_the_tails_that_never_end_the_arctangents_alone_falls_slowly() -> None:
    slow, *fast = (activation.tail(12.0) for activation in KINDS)
    assert slow > 0.02
    assert max(fast) < 1e-5


def test_the_error_in_the_band_stays_below_eps_and_is_0_where_g_crosses_f() -> None:
    (_, curve) = picture("epsilon-band", "en").axes[1].get_lines()
    x, gap = (np.asarray(values, dtype=float) for values in curve.get_data())
    assert gap.max() < 0.1
    assert (np.diff(x) >= 0).all()
    assert np.count_nonzero(gap == 0.0) > 10
